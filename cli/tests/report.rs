//! `ongoing report` against a sandbox, as a process of its own: told, booked, acknowledged.
#![cfg(own_contract)]

mod shop;
mod support;

use std::process::Stdio;
use std::time::{Duration, Instant};

use ongoing_wms::api::*;
use ongoing_wms::batch::report::{Ack, Line};
use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use serde_json::{Value, json};
use shop::Shop;

/// What a report says: order or counting, article, quantity, reported.
fn told(lines: &[Value]) -> Vec<(String, String, String, Option<String>)> {
    let text = |line: &Value, name: &str| line[name].as_str().map(str::to_owned);
    let of = |line: &Value| {
        let order = text(line, "orderNumber").unwrap_or_else(|| line["inventoryId"].to_string());
        let of = |name| text(line, name).unwrap_or_default();
        (order, of("articleNumber"), of("quantity"), text(line, "reported"))
    };
    lines.iter().map(of).collect()
}

fn line(
    order: &str,
    article: &str,
    quantity: &str,
    reported: Option<&str>,
) -> (String, String, String, Option<String>) {
    (order.to_owned(), article.to_owned(), quantity.to_owned(), reported.map(str::to_owned))
}

#[track_caller]
fn report(shop: &Shop, kind: &str) -> Vec<(String, String, String, Option<String>)> {
    shop.done(&["report", kind, "--out", "report.jsonl"]);
    told(&shop.lines("report.jsonl"))
}

/// Acknowledged, already, higher, failed.
fn figures(out: &str) -> [i64; 4] {
    let value: Value = serde_json::from_str(out).unwrap();
    ["acknowledged", "already", "higher", "failed"].map(|name| value[name].as_i64().unwrap())
}

#[track_caller]
fn ack(shop: &Shop, file: &str) -> [i64; 4] {
    figures(&shop.done(&["report", "ack", file]).0)
}

/// A round trip: the report of a kind, acknowledged, is empty; more is done, and the report tells the whole again.
#[track_caller]
fn round_trip(
    shop: &Shop,
    kind: &str,
    first: (String, String, String, Option<String>),
    more: impl FnOnce(&Shop),
    second: (String, String, String, Option<String>),
) {
    let first = [first];
    assert_eq!(report(shop, kind), first);
    assert_eq!(report(shop, kind), first, "reading acknowledges nothing");
    std::fs::copy(shop.file("report.jsonl"), shop.file("first.jsonl")).unwrap();
    assert_eq!(figures(&shop.done(&["report", "ack", "first.jsonl", "-n"]).0), [1, 0, 0, 0]);
    assert_eq!(ack(shop, "first.jsonl"), [1, 0, 0, 0]);
    assert_eq!(report(shop, kind), []);
    assert_eq!(ack(shop, "first.jsonl"), [0, 1, 0, 0]);

    more(shop);
    assert_eq!(report(shop, kind), [second]);
    // The old report says nothing about it.
    assert_eq!(ack(shop, "first.jsonl"), [0, 1, 0, 0]);
    assert_eq!(ack(shop, "report.jsonl"), [1, 0, 0, 0]);
    assert_eq!(report(shop, kind), []);
}

#[test]
fn picked_orders() {
    let shop = Shop::with_stock(&[("A", 20), ("B", 20)]);
    shop.order("1001", &[("A", 10), ("B", 1)]);
    shop.order("1002", &[("A", 1)]);
    shop.sandbox.pick_lines("1001", &[("A", 8.into())]).unwrap();
    let more = |shop: &Shop| shop.sandbox.pick_lines("1001", &[("A", 2.into())]).unwrap();
    round_trip(&shop, "orders", line("1001", "A", "8", None), more, line("1001", "A", "10", Some("8")));
    // A count that was overtaken does not come back.
    let (out, errors) = shop.done(&["report", "ack", "first.jsonl"]);
    assert_eq!(figures(&out), [0, 0, 1, 0]);
    assert!(
        errors.contains("warning: orders 1001, line L-A of article A: 8 is booked, but 10 were acknowledged")
    );
    assert_eq!(report(&shop, "orders"), []);
}

#[test]
fn a_total_below_0_is_never_acknowledged() {
    let shop = Shop::with_stock(&[("A", 20)]);
    shop.order("1001", &[("A", 10)]);
    shop.sandbox.pick_lines("1001", &[("A", 8.into())]).unwrap();
    report(&shop, "orders");
    let mut record = shop.lines("report.jsonl").remove(0);
    let picked = Line::from_json(&record).unwrap();
    record["quantity"] = json!("-1");
    std::fs::write(shop.file("wrong.jsonl"), format!("{record}\n")).unwrap();
    let (code, _, errors) = shop.ongoing(&["report", "ack", "wrong.jsonl"]);
    assert_eq!(code, 65, "{errors}");
    assert!(errors.contains("wrong.jsonl:1: quantity: -1 is below 0"), "{errors}");

    let mut told = Vec::new();
    let mut ack = |quantity: i32, reported: Option<i32>| {
        let line = Line { quantity: quantity.into(), reported: reported.map(Into::into), ..picked.clone() };
        let figures = Ack::new([line]).run(&shop.client, &mut |warning| told.push(warning.to_string()));
        figures.map(|figures| (figures.acknowledged, figures.failed)).unwrap()
    };
    assert_eq!(ack(-1, None), (0, 1));
    assert_eq!(ack(8, None), (1, 0));
    assert_eq!(ack(-1, Some(8)), (0, 1));
    assert_eq!(ack(0, Some(8)), (1, 0), "0 takes back what was acknowledged");
    assert_eq!(told.len(), 2);
    assert!(
        told[0].ends_with("the quantity -1 is below 0; not acknowledged, report the line again"),
        "{told:?}"
    );
}

#[test]
fn received_goods() {
    let shop = Shop::with_stock(&[("A", 1)]);
    assert_eq!(report(&shop, "in-orders"), [line("STOCK", "A", "1", None)]);
    ack(&shop, "report.jsonl");
    shop.announce("I-1", &[("A", 10)]);
    shop.sandbox.receive_lines("I-1", &[("A", "2.5".parse().unwrap())]).unwrap();
    let more = |shop: &Shop| shop.sandbox.receive("I-1").unwrap();
    round_trip(&shop, "in-orders", line("I-1", "A", "2.5", None), more, line("I-1", "A", "10", Some("2.5")));
}

fn give_back(shop: &Shop, return_order: &str, items: i32) {
    let wanted = ReturnOrder {
        customer_order_number: Some("1001".into()),
        return_order_number: Some(return_order.into()),
        return_order_lines: Some(vec![ReturnOrderLine {
            article_number: Some("A".into()),
            ..ReturnOrderLine::new(ReturnOrderLineIdentificationType::ArticleNumber, items.into())
        }]),
        ..ReturnOrder::new(
            ReturnCustomerOrderIdentificationType::OrderNumber,
            ReturnOrderIdentificationType::ReturnOrderNumber,
        )
    };
    shop.client.process_return_order(wanted).unwrap();
    shop.sandbox.take_back(return_order).unwrap();
}

#[test]
fn returned_goods() {
    let shop = Shop::with_stock(&[("A", 20)]);
    shop.order("1001", &[("A", 10)]);
    shop.sandbox.pick("1001").unwrap();
    give_back(&shop, "R-1", 2);
    let more = |shop: &Shop| give_back(shop, "R-2", 3);
    round_trip(&shop, "return-orders", line("1001", "A", "2", None), more, line("1001", "A", "5", Some("2")));
}

#[test]
fn produced_goods() {
    let shop = Shop::with_stock(&[("A", 20)]);
    let part = StructureArticleDefinition {
        sub_article_definition: Some(ArticleDefinition {
            article_number: Some("A".into()),
            ..ArticleDefinition::new(
                ArticleOperation::CreateOrUpdate,
                ArticleIdentificationType::ArticleNumber,
            )
        }),
        ..StructureArticleDefinition::new(2.into())
    };
    let made = ArticleDefinition {
        article_number: Some("MADE".into()),
        article_structure_specification: Some(ArticleStructureSpecification {
            structure_article_definition: vec![part],
            ..ArticleStructureSpecification::new(ArticleStructureType::ProductionArticle)
        }),
        ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
    };
    shop.client.process_article(made).unwrap();
    let order = ProductionOrder {
        production_order_number: Some("P-1".into()),
        production_order_lines: Some(vec![ProductionOrderLine {
            production_order_line_number: Some("1".into()),
            article_number: Some("MADE".into()),
            ..ProductionOrderLine::new(
                ProductionOrderLineIdentificationType::ProductionOrderLineNumber,
                5.into(),
            )
        }]),
        ..ProductionOrder::new(
            ProductionOrderIdentificationType::ProductionOrderNumber,
            ProductionOrderOperation::CreateOrUpdate,
        )
    };
    shop.client.process_production_order(order).unwrap();
    shop.sandbox.produce_lines("P-1", &[("1", 3.into())]).unwrap();
    let more = |shop: &Shop| shop.sandbox.produce("P-1").unwrap();
    let (first, second) = (line("P-1", "MADE", "3", None), line("P-1", "MADE", "5", Some("3")));
    round_trip(&shop, "production-orders", first, more, second);
}

#[test]
fn counted_goods() {
    let shop = Shop::with_stock(&[("A", 20), ("B", 20)]);
    shop.sandbox.count("A", 18.into(), "LOST").unwrap();
    let more = |shop: &Shop| assert_eq!(shop.sandbox.count("A", 19.into(), "FOUND"), Ok(2));
    round_trip(&shop, "inventory-changes", line("1", "A", "-2", None), more, line("2", "A", "1", None));
    // A report that does not say what was found acknowledges nothing.
    shop.sandbox.count("B", 15.into(), "LOST").unwrap();
    assert_eq!(report(&shop, "inventory-changes"), [line("3", "B", "-5", None)]);
    let changed = shop.read("report.jsonl").replace("\"-5\"", "\"-4\"");
    std::fs::write(shop.file("changed.jsonl"), changed).unwrap();
    let (code, out, errors) = shop.ongoing(&["report", "ack", "changed.jsonl"]);
    assert_eq!((code, figures(&out)), (1, [0, 0, 0, 1]), "{errors}");
    assert!(errors.contains("-4 is booked, but the difference is -5 by now"), "{errors}");
    assert_eq!(report(&shop, "inventory-changes"), [line("3", "B", "-5", None)]);
    // Nor one of a counting that there is not, or of another article.
    let text = shop.read("report.jsonl");
    for (changed, expected) in [
        (text.replace("\"inventoryId\":3", "\"inventoryId\":4711"), "not found; not acknowledged"),
        (text.replace("\"articleNumber\":\"B\"", "\"articleNumber\":\"A\""), "under these ids"),
    ] {
        assert_ne!(changed, text);
        std::fs::write(shop.file("changed.jsonl"), changed).unwrap();
        let (code, out, errors) = shop.ongoing(&["report", "ack", "changed.jsonl"]);
        assert_eq!((code, figures(&out)), (1, [0, 0, 0, 1]), "{errors}");
        assert!(errors.contains(expected), "{errors}");
    }
}

/// Five orders, all picked.
fn five_picked() -> Shop {
    let shop = Shop::with_stock(&[("A", 100), ("B", 100)]);
    for number in 1..=5 {
        let number = format!("O{number}");
        shop.order(&number, &[("A", 3), ("B", 1)]);
        shop.sandbox.pick(&number).unwrap();
    }
    assert_eq!(report(&shop, "orders").len(), 10);
    std::fs::copy(shop.file("report.jsonl"), shop.file("picked.jsonl")).unwrap();
    shop
}

#[test]
fn killed_in_the_middle_and_run_again() {
    let shop = five_picked();
    // The third order's update hangs; the run is killed there.
    let slow = DisturbanceKind::Delay(Duration::from_secs(3));
    let hang = |shop: &Shop| shop.sandbox.disturb(Disturbance::on("UpdateOrderLines", slow.clone()));
    let quick = DisturbanceKind::Delay(Duration::ZERO);
    shop.sandbox.disturb(Disturbance::on("UpdateOrderLines", quick).times(2));
    hang(&shop);
    let mut child = shop
        .command(&["report", "ack", "picked.jsonl"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while shop.calls("UpdateOrderLines") < 3 {
        assert!(started.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = shop.calls("UpdateOrderLines");
    let [acknowledged, already, higher, failed] = ack(&shop, "picked.jsonl");
    assert!(already >= 4 && acknowledged >= 4, "{acknowledged} {already}");
    assert_eq!((acknowledged + already, higher, failed), (10, 0, 0));
    // What was done is not sent again.
    assert_eq!(shop.calls("UpdateOrderLines") - before, usize::try_from(acknowledged / 2).unwrap());
    assert_eq!(report(&shop, "orders"), []);
}

#[test]
fn cut_off_in_the_middle_and_run_again() {
    let shop = five_picked();
    // The answer is lost, the count has arrived: the service is asked.
    shop.sandbox.disturb(Disturbance::on("UpdateOrderLines", DisturbanceKind::CutAfter));
    shop.sandbox.disturb(Disturbance::on("UpdateOrderLines", DisturbanceKind::CutBefore));
    let (code, out, errors) = shop.ongoing(&["report", "ack", "picked.jsonl"]);
    assert_eq!((code, figures(&out)), (75, [8, 0, 0, 0]), "{errors}");
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["unknown"], 2);
    assert!(
        errors.contains("and 1 more: whether it is acknowledged is unknown; run the command again"),
        "{errors}"
    );
    assert!(errors.contains("error: the outcome of 2 lines is unknown"), "{errors}");
    assert_eq!(ack(&shop, "picked.jsonl"), [2, 8, 0, 0]);
    assert_eq!(report(&shop, "orders"), []);
}

/// The third order is answered with a status.
fn third_fails(code: u16) -> (Shop, (i32, String, String)) {
    let shop = five_picked();
    let no = DisturbanceKind::Status { code, retry_after: None };
    let quick = DisturbanceKind::Delay(Duration::ZERO);
    shop.sandbox.disturb(Disturbance::on("UpdateOrderLines", quick).times(2));
    shop.sandbox.disturb(Disturbance::on("UpdateOrderLines", no));
    let shown = shop.ongoing(&["report", "ack", "picked.jsonl"]);
    (shop, shown)
}

/// The figures are told also where the service fails.
#[test]
fn a_service_that_fails_ends_the_run_with_its_figures() {
    let (shop, (code, out, errors)) = third_fails(429);
    assert_eq!((code, figures(&out)), (75, [4, 0, 0, 0]), "{errors}");
    assert!(errors.contains("note: the other lines were not tried"), "{errors}");
    assert_eq!(ack(&shop, "picked.jsonl"), [6, 4, 0, 0]);
}

/// What concerns one order, as the table of outcomes says, does not block those behind it.
#[test]
fn an_order_that_fails_by_itself_is_passed_over() {
    for status in [403, 413] {
        let (shop, (code, out, errors)) = third_fails(status);
        assert_eq!((code, figures(&out)), (1, [8, 0, 0, 2]), "{errors}");
        assert!(errors.contains("and 1 more: not acknowledged: UpdateOrderLines: HTTP"), "{errors}");
        assert_eq!(ack(&shop, "picked.jsonl"), [2, 8, 0, 0]);
    }
}

/// A line that is not as it was reported: of another order, code or article, or of more than was picked.
#[test]
fn only_what_the_service_has_is_acknowledged() {
    let shop = five_picked();
    let text = shop.read("picked.jsonl");
    let first = text.lines().next().unwrap();
    let line: Value = serde_json::from_str(first).unwrap();
    let other = shop.lines("picked.jsonl").into_iter().find(|other| other["orderNumber"] == "O2").unwrap();
    for (member, value, expected) in [
        ("quantity", json!("999"), "999 is booked, but the service has only 3"),
        ("orderNumber", json!("O2"), "the service has orders O1, line L-A of article A under these ids"),
        ("articleNumber", json!("B"), "under these ids"),
        ("lineCode", json!("L-B"), "under these ids"),
        ("orderId", other["orderId"].clone(), "not found; not acknowledged"),
        ("lineId", other["lineId"].clone(), "not found; not acknowledged"),
        ("articleNumber", Value::Null, "under these ids"),
    ] {
        let mut changed = line.clone();
        changed[member] = value;
        std::fs::write(shop.file("changed.jsonl"), format!("{changed}\n")).unwrap();
        for dry in [&["-n"][..], &[]] {
            let arguments = [&["report", "ack", "changed.jsonl"][..], dry].concat();
            let (code, out, errors) = shop.ongoing(&arguments);
            assert_eq!((code, figures(&out)), (1, [0, 0, 0, 1]), "{member}: {errors}");
            assert!(errors.contains(expected), "{member}: {errors}");
        }
    }
    assert_eq!(shop.calls("UpdateOrderLines"), 0);
}

#[test]
fn a_report_of_another_service_or_goods_owner_is_refused() {
    let shop = five_picked();
    let text = shop.read("picked.jsonl");
    let url = shop.sandbox.url();
    for (changed, expected) in [
        (
            text.replace(url, "https://test.example/x/service.asmx"),
            "the report is of goods owner DEMO (id 1) at https://test",
        ),
        (
            text.replace("\"goodsOwner\":\"DEMO\"", "\"goodsOwner\":\"OTHER\""),
            "the report is of goods owner OTHER (id 1) at",
        ),
        (text.replace(&format!(",\"service\":\"{url}\""), ""), "`service` is missing"),
    ] {
        assert_ne!(changed, text);
        std::fs::write(shop.file("changed.jsonl"), changed).unwrap();
        let calls = shop.sandbox.log().len();
        let (code, out, errors) = shop.ongoing(&["report", "ack", "changed.jsonl"]);
        assert_eq!((code, out.as_str()), (65, ""), "{errors}");
        assert!(errors.contains(expected) && errors.contains("nothing was sent"), "{errors}");
        assert_eq!(shop.sandbox.log().len(), calls);
    }
}

#[test]
fn a_report_as_a_table() {
    let shop = five_picked();
    for (file, more) in [("picked.csv", &[][..]), ("picked.txt", &["--format", "csv", "--delimiter", ";"])] {
        shop.done(&[&["report", "orders", "--out", file], more].concat());
        assert_eq!(shop.read(file).lines().count(), 11);
        assert_eq!(figures(&shop.done(&["report", "ack", file, "-n"]).0), [10, 0, 0, 0]);
    }
    let text = shop.read("picked.csv");
    let header =
        "report,orderNumber,lineCode,articleNumber,orderId,lineId,quantity,reported,service,goodsOwner,";
    assert!(text.starts_with(header) && text.contains("\norders,O1,L-A,A,"), "{text}");
    // What a spreadsheet does to numbers is seen.
    std::fs::write(shop.file("bad.csv"), text.replacen(",3,,", ",three,,", 1)).unwrap();
    let (code, _, errors) = shop.ongoing(&["report", "ack", "bad.csv"]);
    assert_eq!(code, 65, "{errors}");
    assert!(errors.contains("error: bad.csv:2: quantity: `three` is not a number"), "{errors}");
    assert_eq!(ack(&shop, "picked.csv"), [10, 0, 0, 0]);
    assert_eq!(ack(&shop, "picked.txt"), [0, 10, 0, 0]);
}

#[test]
fn a_refused_order_does_not_stop_the_others() {
    let shop = five_picked();
    let mut lines = shop.lines("picked.jsonl");
    lines.retain(|line| line["orderNumber"] != "O2");
    let mut gone = lines[0].clone();
    (gone["orderId"], gone["orderNumber"]) = (json!(4711), json!("GONE"));
    lines.insert(0, gone);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(shop.file("some.jsonl"), text).unwrap();
    let (code, out, errors) = shop.ongoing(&["report", "ack", "some.jsonl"]);
    assert_eq!((code, figures(&out)), (1, [8, 0, 0, 1]), "{errors}");
    assert!(errors.contains("warning: orders GONE, line L-A of article A: not found"), "{errors}");
    assert!(errors.contains("error: not acknowledged: 1 line"), "{errors}");
    assert_eq!(report(&shop, "orders").len(), 2);
}

/// The warehouse put something back: the lower count is told, and may be acknowledged.
#[test]
fn a_count_that_fell_is_told_and_acknowledged() {
    let shop = Shop::with_stock(&[("A", 20)]);
    shop.order("1001", &[("A", 10)]);
    shop.sandbox.pick_lines("1001", &[("A", 7.into())]).unwrap();
    report(&shop, "orders");
    let told = &shop.lines("report.jsonl")[0];
    let nine = json!({
        "UpdateOrderIdentification": { "OrderIdentificationType": "SystemId", "OrderId": told["orderId"] },
        "OrderLines": [{
            "UpdateOrderLineIdentification": {
                "OrderLineIdentificationType": "OrderLineId",
                "OrderLineId": told["lineId"],
            },
            "UpdateReportedNumberOfItems": { "ReportedNumberOfItems": "9" },
        }],
    });
    std::fs::write(shop.file("nine.json"), nine.to_string()).unwrap();
    shop.done(&["call", "UpdateOrderLines", "--input", "nine.json"]);
    assert_eq!(report(&shop, "orders"), [line("1001", "A", "7", Some("9"))]);
    assert_eq!(ack(&shop, "report.jsonl"), [1, 0, 0, 0]);
    assert_eq!(report(&shop, "orders"), []);
}

#[test]
fn a_report_with_a_mistake_sends_nothing() {
    let shop = five_picked();
    let good = shop.read("picked.jsonl");
    for (text, expected) in
        [("{\"report\": \"orders\"}\n", "`orderId` is missing"), ("nonsense\n", "not JSON")]
    {
        std::fs::write(shop.file("bad.jsonl"), format!("{good}\n{text}")).unwrap();
        let (code, out, errors) = shop.ongoing(&["report", "ack", "bad.jsonl"]);
        assert_eq!((code, out.as_str()), (65, ""), "{errors}");
        assert!(errors.contains("error: bad.jsonl:12: ") && errors.contains(expected), "{errors}");
    }
    assert_eq!(shop.calls("UpdateOrderLines"), 0);
}

/// The contract of 2017 has no count of returned goods: a service that passes it over in silence has not taken it.
#[test]
fn a_count_that_the_service_passes_over_is_not_acknowledged() {
    let answer = |operation: &str, content: &str| {
        let body = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><{operation}Response \
             xmlns=\"{NAMESPACE}\"><{operation}Result>{content}</{operation}Result></{operation}Response></s:Body>\
             </s:Envelope>"
        );
        support::xml_answer(200, &body)
    };
    let order = answer(
        "GetOrdersByQuery",
        "<Orders><Order><OrderInfo><OrderId>5</OrderId></OrderInfo><PickedOrderLines><PickedOrderLine>\
         <OrderLineSystemId>12</OrderLineSystemId><PickedNumberOfItems>2</PickedNumberOfItems>\
         <ReturnedNumberOfItems>2</ReturnedNumberOfItems></PickedOrderLine></PickedOrderLines></Order></Orders>",
    );
    let none = answer("GetOrdersByQuery", "");
    let taken = answer("UpdateOrderLines", "<Success>true</Success>");
    let server = support::Server::start(vec![order.clone(), none.clone(), taken, order, none]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("returned.jsonl");
    let record = json!({
        "report": "return-orders", "orderId": 5, "lineId": 12, "quantity": "2", "reported": null,
        "service": server.url(), "goodsOwner": "Shop", "goodsOwnerId": 7,
    });
    std::fs::write(&file, format!("{record}\n")).unwrap();
    let arguments = ["report", "ack", file.to_str().unwrap(), "--url", server.url()];
    let shown = support::ongoing(&arguments, &[]);
    assert_eq!((shown.code, figures(&shown.stdout)), (1, [0, 0, 0, 1]), "{}", shown.stderr);
    assert!(shown.stderr.contains("accepted the request, but not the count"), "{}", shown.stderr);
}
