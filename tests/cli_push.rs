//! `ongoing push` against a sandbox, as a process of its own: what it does with each outcome, and with bad input.
#![cfg(all(feature = "cli", own_contract))]

mod shop;

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, Sandbox};
use serde_json::{Value, json};
use shop::Shop;

fn order(number: &str, article: &str, items: u32) -> Value {
    json!({
        "OrderInfo": { "GoodsOwnerOrderNumber": number },
        "CustomerOrderLines": [{ "ArticleNumber": article, "NumberOfItems": items }],
    })
}

fn write(shop: &Shop, name: &str, records: &[Value]) {
    let text: String = records.iter().map(|record| format!("{record}\n")).collect();
    fs::write(shop.file(name), text).unwrap();
}

/// Three orders for an article in stock.
fn three_orders() -> Shop {
    let shop = Shop::with_stock(&[("A", 100)]);
    write(&shop, "o.jsonl", &[order("1", "A", 1), order("2", "A", 2), order("3", "A", 3)]);
    shop
}

/// Exit code, the figures, standard error.
fn push(shop: &Shop, arguments: &[&str]) -> (i32, Value, String) {
    let mut all = vec!["push", "orders"];
    all.extend(arguments);
    all.extend(["--summary", "json"]);
    let (code, out, errors) = shop.ongoing(&all);
    (code, serde_json::from_str(out.lines().last().unwrap_or("null")).unwrap(), errors)
}

fn orders(shop: &Shop) -> Vec<(String, i64, Vec<String>)> {
    let state = shop.sandbox.state().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let lines = |order: &Value| {
        let line = |line: &Value| format!("{} {}", text(&line["ordered"]), text(&line["article"]));
        order["lines"].as_array().unwrap().iter().map(line).collect()
    };
    let orders = state["goodsOwners"][0]["orders"].as_array().unwrap().clone();
    orders
        .iter()
        .map(|order| (text(&order["number"]), order["status"].as_i64().unwrap(), lines(order)))
        .collect()
}

fn quantities(shop: &Shop) -> Vec<String> {
    orders(shop).into_iter().map(|(number, _, lines)| format!("{number}: {}", lines.join(", "))).collect()
}

#[test]
fn what_is_done_is_not_done_again() {
    let shop = three_orders();
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["done"], &figures["sent"]), (0, &json!(3), &json!(3)), "{errors}");
    let (code, figures, _) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["unchanged"], &figures["sent"]), (0, &json!(3), &json!(0)));
    assert_eq!(shop.calls("ProcessOrder"), 3);
    assert_eq!(shop.files(), ["o.jsonl", "o.jsonl.journal"]);
    assert_eq!(quantities(&shop), ["1: 1 A", "2: 2 A", "3: 3 A"]);
}

#[test]
fn what_changed_is_sent_as_an_update() {
    let shop = three_orders();
    let create = |items| {
        let mut order = order("4", "A", items);
        order["OrderInfo"]["OrderOperation"] = json!("Create");
        order
    };
    write(&shop, "o.jsonl", &[order("1", "A", 1), create(4)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    // `Create` a second time would make a second order of the number.
    write(&shop, "o.jsonl", &[order("1", "A", 9), create(5)]);
    assert_eq!(push(&shop, &["o.jsonl"]).1["done"], 2);
    assert_eq!(quantities(&shop), ["1: 9 A", "4: 5 A"]);
    // And back: that is a change too.
    write(&shop, "o.jsonl", &[order("1", "A", 1), create(4)]);
    assert_eq!(push(&shop, &["o.jsonl"]).1["sent"], 2);
    assert_eq!(quantities(&shop), ["1: 1 A", "4: 4 A"]);
}

#[test]
fn what_is_refused_is_repaired_and_pushed_alone() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("1", "A", 1), order("2", "NONE", 2), order("3", "A", 3)]);
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["refused"]), (1, &json!(1)));
    assert!(errors.contains("o.jsonl:2: 2 refused: Article \"NONE\" was not found"), "{errors}");
    let rejected = shop.read("o.jsonl.rejected.jsonl");
    assert!(rejected.contains(r#""@rejected":{"place":"o.jsonl:2""#), "{rejected}");
    // It is not sent again as it is, unless that is asked for.
    let (code, figures, _) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["sent"], &figures["refused"]), (1, &json!(0), &json!(1)));
    let (code, figures, _) = push(&shop, &["o.jsonl", "--retry-refused"]);
    assert_eq!((code, &figures["sent"], &figures["refused"]), (1, &json!(1), &json!(1)));

    fs::write(shop.file("o.jsonl.rejected.jsonl"), rejected.replace("NONE", "A")).unwrap();
    // The nightly job runs before somebody pushes what was repaired, and leaves it as it is.
    let (_, figures, _) = push(&shop, &["o.jsonl"]);
    assert_eq!(figures["rejected"], "o.jsonl.rejected.2.jsonl");
    let (code, figures, errors) = push(&shop, &["o.jsonl.rejected.jsonl"]);
    assert_eq!((code, &figures["done"]), (0, &json!(1)), "{errors}");
    // What was refused at first is history then.
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["done"], &figures["superseded"]), (0, &json!(3), &json!(1)), "{errors}");
    assert_eq!(quantities(&shop), ["1: 1 A", "3: 3 A", "2: 2 A"]);
}

#[test]
fn an_unknown_outcome_is_looked_up() {
    for (kind, sent) in [
        (DisturbanceKind::CutAfter, 3),
        (DisturbanceKind::CutMidAnswer, 3),
        (DisturbanceKind::Garbage, 4),
        (DisturbanceKind::CutBefore, 4),
        (DisturbanceKind::Fault("deadlock".into()), 4),
        (DisturbanceKind::Status { code: 503, retry_after: Some(1) }, 4),
        (DisturbanceKind::Status { code: 429, retry_after: Some(1) }, 4),
    ] {
        let shop = three_orders();
        shop.sandbox.disturb(Disturbance::on("ProcessOrder", kind.clone()));
        let (code, figures, errors) = push(&shop, &["o.jsonl", "--settle", "0.1"]);
        assert_eq!((code, &figures["done"]), (0, &json!(3)), "{kind:?} {errors}");
        assert_eq!(quantities(&shop), ["1: 1 A", "2: 2 A", "3: 3 A"], "{kind:?}");
        assert!(shop.calls("ProcessOrder") <= sent, "{kind:?}: {}", shop.calls("ProcessOrder"));
    }
}

#[test]
fn create_is_never_sent_again_by_itself() {
    let shop = three_orders();
    let create = |number: &str| {
        let mut order = order(number, "A", 1);
        order["OrderInfo"]["OrderOperation"] = json!("Create");
        order
    };
    write(&shop, "o.jsonl", &[create("1"), create("2"), create("3")]);
    // The first arrives, and is found. The second does not.
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutAfter));
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutBefore));
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--settle", "0.1"]);
    assert_eq!((code, &figures["done"], &figures["unknown"]), (75, &json!(2), &json!(1)), "{errors}");
    assert!(errors.contains("`Create` is not sent again by itself; not found so far"), "{errors}");
    for _ in 0..2 {
        assert_eq!(push(&shop, &["o.jsonl", "--settle", "0.1"]).1["sent"], 0);
    }
    let (out, _) = shop.done(&["journal", "o.jsonl.journal", "--state", "unknown"]);
    assert!(out.starts_with(r#"{"key":"2","#) && out.lines().count() == 1, "{out}");
    let (code, figures, _) = push(&shop, &["o.jsonl", "--not-done", "2"]);
    assert_eq!((code, &figures["done"]), (0, &json!(3)));
    assert_eq!(quantities(&shop), ["1: 1 A", "3: 1 A", "2: 1 A"]);
}

#[test]
fn what_cannot_be_looked_up_stays_unknown_until_told() {
    let shop = Shop::open();
    write(&shop, "c.jsonl", &[json!({ "CustomerNumber": "C1", "Name": "Å" })]);
    shop.sandbox.disturb(Disturbance::on("ProcessCustomer", DisturbanceKind::CutAfter));
    let (code, _, errors) = shop.ongoing(&["push", "customers", "c.jsonl"]);
    assert_eq!(code, 75);
    assert!(errors.contains("the warehouse cannot be asked for customers"), "{errors}");
    shop.done(&["push", "customers", "c.jsonl", "--done", "C1"]);
    assert_eq!(shop.calls("ProcessCustomer"), 1);
}

/// Of each kind a record, and whether the warehouse shows all of it when it is looked up.
fn one_of_each() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        (
            "articles",
            "ProcessArticle",
            json!({ "ArticleNumber": "B", "ArticleName": "Bowl", "Weight": "0.5" }),
        ),
        ("orders", "ProcessOrder", order("1", "A", 1)),
        (
            "in-orders",
            "ProcessInOrder",
            json!({
                "InOrderInfo": { "GoodsOwnerOrderNumber": "I", "InDate": "2026-12-01", "OrderRemark": "soon" },
                "InOrderSupplier": { "SupplierNumber": "S", "SupplierName": "Ö" },
                "InOrderLines": [{ "ArticleNumber": "A", "NumberOfItems": 7 }],
            }),
        ),
        (
            "return-orders",
            "ProcessReturnOrder",
            json!({
                "ReturnOrderNumber": "R",
                "CustomerOrderNumber": "P",
                "ReturnOrderLines": [{ "ArticleNumber": "A", "ToBeReturnedNumberOfItems": 1 }],
            }),
        ),
        (
            "production-orders",
            "ProcessProductionOrder",
            json!({
                "ProductionOrderNumber": "W",
                "ProductionOrderLines": [
                    { "ProductionOrderLineNumber": "1", "ArticleNumber": "KIT", "ToProduceNumberOfItems": 2 },
                ],
            }),
        ),
        (
            "shipments",
            "ProcessShipment",
            json!({ "ShipmentHeader": { "ShipmentOrderNumber": "H", "ShipmentComment": "by sea" } }),
        ),
    ]
}

#[test]
fn each_kind_is_sent_and_looked_up() {
    for (kind, operation, record) in one_of_each() {
        let shop = Shop::with_stock(&[("A", 9)]);
        shop.order("P", &[("A", 2)]);
        shop.sandbox.pick("P").unwrap();
        make_kit(&shop);
        write(&shop, "r.jsonl", &[record]);
        shop.sandbox.disturb(Disturbance::on(operation, DisturbanceKind::CutAfter));
        let before = shop.calls(operation);
        let arguments = ["push", kind, "r.jsonl", "--settle", "0.1", "--summary", "json"];
        let (code, out, errors) = shop.ongoing(&arguments);
        let figures: Value = serde_json::from_str(&out).unwrap_or_default();
        assert_eq!((code, &figures["done"]), (0, &json!(1)), "{kind}: {errors}");
        assert!(figures["lookedUp"].as_u64() > Some(0), "{kind}");
        let (journal, _) = shop.done(&["journal", "r.jsonl.journal"]);
        let seen = journal.contains("found in the warehouse");
        // What the answer does not show is sent once more.
        assert_eq!(shop.calls(operation) - before, if seen { 1 } else { 2 }, "{kind}: {journal}");
        assert!(seen || matches!(kind, "production-orders" | "return-orders"), "{kind}: {journal}");
    }
}

fn make_kit(shop: &Shop) {
    let kit = json!({
        "ArticleNumber": "KIT",
        "ArticleStructureSpecification": {
            "ArticleStructureType": "ProductionArticle",
            "StructureArticleDefinition": [{ "NumberOfItems": 2, "SubArticleDefinition": {
                "ArticleOperation": "CreateOrUpdate", "ArticleIdentification": "ArticleNumber", "ArticleNumber": "A",
            } }],
        },
    });
    write(shop, "kit.jsonl", &[kit]);
    shop.done(&["push", "articles", "kit.jsonl"]);
}

#[test]
fn picking_does_not_hide_an_order() {
    let shop = three_orders();
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutAfter));
    shop.sandbox.disturb(Disturbance::on("GetOrdersByQuery", DisturbanceKind::Html).times(9));
    let (code, ..) = push(&shop, &["o.jsonl"]);
    assert_eq!(code, 75);
    shop.sandbox.undisturb();
    shop.sandbox.pick("1").unwrap();
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["done"], &figures["sent"]), (0, &json!(3), &json!(2)), "{errors}");
}

#[test]
fn it_stops_before_the_service_locks_it_out() {
    let shop = three_orders();
    let wrong: Vec<Value> = (1..=9).map(|number| order(&number.to_string(), "NONE", 1)).collect();
    write(&shop, "o.jsonl", &wrong);
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["refused"], &figures["pending"]), (75, &json!(4), &json!(5)), "{errors}");
    assert!(errors.contains("4 failures in a row"), "{errors}");
    assert_eq!(shop.calls("ProcessOrder"), 4);
    assert_eq!(shop.lines("o.jsonl.rejected.jsonl").len(), 4, "the one that ended it is there too");
    // Asked to wait for longer than the caller has patience.
    let shop = three_orders();
    let later = DisturbanceKind::Status { code: 503, retry_after: Some(3_600) };
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", later));
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["sent"]), (75, &json!(1)));
    assert!(errors.contains("left alone for 3600 s"), "{errors}");
}

#[test]
fn nothing_is_sent_of_a_wrong_input() {
    let shop = three_orders();
    let long = "x".repeat(51);
    let text = format!(
        "{}\n{{\"OrderInfo\": {{\n{}\n{}\n{}\n",
        order("1", "A", 1),
        json!({ "OrderInfo": { "GoodsOwnerOrderNumber": "2", "Colour": "red" } }),
        json!({ "OrderInfo": { "GoodsOwnerOrderNumber": long } }),
        order("1", "A", 2),
    );
    fs::write(shop.file("o.jsonl"), text).unwrap();
    for check in [&["o.jsonl", "--check"][..], &["o.jsonl"]] {
        let (code, _, errors) = push(&shop, check);
        assert_eq!(code, 65, "{errors}");
        for part in [
            "o.jsonl:2:",
            "o.jsonl:3:",
            "Colour",
            "o.jsonl:4:",
            "50",
            "o.jsonl:5: 1 stands here for the second time, first at o.jsonl:1",
        ] {
            assert!(errors.contains(part), "{part}: {errors}");
        }
    }
    assert_eq!(shop.calls("ProcessOrder"), 0);
    assert_eq!(shop.files(), ["o.jsonl"]);
}

#[test]
fn a_journal_is_for_one_input_and_one_push() {
    let shop = three_orders();
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    write(&shop, "p.jsonl", &[order("9", "A", 1)]);
    let (code, _, errors) = push(&shop, &["p.jsonl", "--journal", "o.jsonl.journal"]);
    assert!(
        code == 78 && errors.contains("belongs to another input: o.jsonl, not p.jsonl"),
        "{code} {errors}"
    );
    assert_eq!(push(&shop, &["p.jsonl", "--journal", "o.jsonl.journal", "--continue-journal"]).0, 0);
    let (code, _, errors) = shop.ongoing(&["push", "articles", "p.jsonl", "--journal", "o.jsonl.journal"]);
    assert!(code == 78 && errors.contains("another kind of record"), "{code} {errors}");

    let other = Sandbox::start().unwrap();
    let mut elsewhere = shop.command(&["push", "orders", "p.jsonl", "--journal", "o.jsonl.journal"]);
    let output = elsewhere.env("ONGOING_URL", other.url()).output().unwrap();
    assert_eq!(output.status.code(), Some(78));
    assert!(other.log().is_empty());
}

#[test]
fn two_at_once_do_not_meet() {
    let shop = three_orders();
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_secs(3))));
    let mut first = shop.command(&["push", "orders", "o.jsonl"]).stderr(Stdio::null()).spawn().unwrap();
    while shop.calls("ProcessOrder") == 0 {
        thread::sleep(Duration::from_millis(10));
    }
    let (code, _, errors) = push(&shop, &["o.jsonl"]);
    assert!(code == 75 && errors.contains("in use by another push"), "{code} {errors}");
    assert!(first.wait().unwrap().success());
    assert_eq!(shop.calls("ProcessOrder"), 3);
}

#[test]
fn a_damaged_journal_is_not_taken_for_a_new_one() {
    let shop = three_orders();
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    let whole = fs::read(shop.file("o.jsonl.journal")).unwrap();
    let calls = shop.calls("ProcessOrder");
    for rest in [0, 100, whole.len() / 2, whole.len() - 4096] {
        fs::write(shop.file("o.jsonl.journal"), &whole[..rest]).unwrap();
        let (code, _, errors) = push(&shop, &["o.jsonl"]);
        assert!(code == 65 && errors.contains("is no sound journal"), "{rest}: {code} {errors}");
    }
    fs::write(
        shop.file("o.jsonl.journal"),
        "not a journal at all, but long enough to be looked at".repeat(99),
    )
    .unwrap();
    assert_eq!(push(&shop, &["o.jsonl"]).0, 65);
    assert_eq!(shop.calls("ProcessOrder"), calls);
}

#[test]
fn several_goods_owners_are_served() {
    let sandbox = Sandbox::builder().goods_owner("DEMO", 1).goods_owner("TWO", 2).start().unwrap();
    let shop = Shop::open();
    let mut records = Vec::new();
    for number in 1..=10 {
        for owner in ["DEMO", "TWO"] {
            records.push(json!({ "@goodsOwner": owner, "ArticleNumber": format!("A{number}") }));
        }
    }
    write(&shop, "a.jsonl", &records);
    let mut push = shop.command(&["push", "articles", "a.jsonl"]);
    let output =
        push.env("ONGOING_URL", sandbox.url()).env_remove("ONGOING_GOODS_OWNER_CODE").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let state = sandbox.state().unwrap();
    for owner in 0..2 {
        let articles = state["goodsOwners"][owner]["articles"].as_array().unwrap();
        let numbers: Vec<_> = articles.iter().map(|article| article["number"].as_str().unwrap()).collect();
        assert_eq!(numbers, ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10"]);
    }
}

#[test]
fn without_a_service_nothing_is_lost() {
    let shop = three_orders();
    let mut nowhere = shop.command(&["push", "orders", "o.jsonl"]);
    let output = nowhere.env("ONGOING_URL", "http://127.0.0.1:1/x/service.asmx").output().unwrap();
    assert_eq!(output.status.code(), Some(69), "{}", String::from_utf8_lossy(&output.stderr));
    let mut strange = shop.command(&["push", "orders", "o.jsonl", "--journal", "s.journal"]);
    let output = strange.env("ONGOING_PASSWORD", "wrong").output().unwrap();
    assert_eq!(output.status.code(), Some(77), "{}", String::from_utf8_lossy(&output.stderr));
    let (out, _) = shop.done(&["journal", "s.journal", "--state", "pending"]);
    assert_eq!(out.lines().count(), 3);
    assert_eq!(push(&shop, &["o.jsonl", "--journal", "s.journal"]).0, 0);
}

/// The handler is the system's own on each platform; here the signal is.
#[cfg(unix)]
#[test]
fn ctrl_c_finishes_the_call_in_flight() {
    let shop = three_orders();
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_secs(1))));
    let child = shop.command(&["push", "orders", "o.jsonl"]).stderr(Stdio::piped()).spawn().unwrap();
    while shop.calls("ProcessOrder") == 0 {
        thread::sleep(Duration::from_millis(10));
    }
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{errors}");
    assert!(errors.contains("run the same command again"), "{errors}");
    let (out, _) = shop.done(&["journal", "o.jsonl.journal", "--state", "done"]);
    assert!(out.starts_with(r#"{"key":"1","#) && out.lines().count() == 1, "{out}");
    assert_eq!(push(&shop, &["o.jsonl"]).1["sent"], 2);
}

#[test]
fn no_password_is_written() {
    let shop = three_orders();
    shop.sandbox
        .disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Fault("open-sesame is wrong".into())));
    write(&shop, "o.jsonl", &[order("1", "A", 1), order("2", "NONE", 1)]);
    let (code, _, errors) = push(&shop, &["o.jsonl", "--settle", "0", "-v"]);
    assert_eq!(code, 1);
    assert!(!errors.contains("open-sesame"), "{errors}");
    for name in shop.files() {
        let bytes = fs::read(shop.file(&name)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("open-sesame"), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("2", "NONE", 2)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 1);
    for name in ["o.jsonl.journal", "o.jsonl.rejected.jsonl"] {
        assert_eq!(fs::metadata(shop.file(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let shop = three_orders();
    let (code, _, errors) = push(&shop, &["o.jsonl", "--journal", "gone/o.journal"]);
    assert!(code == 74 && errors.contains("gone/o.journal"), "{code} {errors}");
    let (code, _, errors) = push(&shop, &["none.jsonl"]);
    assert!(code == 65 && errors.contains("none.jsonl"), "{code} {errors}");
    assert_eq!(shop.calls("ProcessOrder"), 0);
}
