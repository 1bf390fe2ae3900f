//! What happens to a record: done once, looked up where that is not known.

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, Sandbox};
use serde_json::{Value, json};

use crate::shop::Shop;
use crate::{create, journalled, order, push, quantities, three_orders, write};

#[test]
fn what_is_done_is_not_done_again() {
    let shop = three_orders();
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["done"], &figures["sent"]), (0, &json!(3), &json!(3)), "{errors}");
    let (code, figures, _) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["unchanged"], &figures["sent"]), (0, &json!(3), &json!(0)));
    assert_eq!(shop.calls("ProcessOrder"), 3);
    assert_eq!(shop.files(), ["o.jsonl", "orders.journal", "orders.journal.lock"]);
    assert_eq!(quantities(&shop), ["1: 1 A", "2: 2 A", "3: 3 A"]);
}

#[test]
fn what_changed_is_sent_as_an_update() {
    let shop = three_orders();
    let create = |items| create("4", "A", items);
    write(&shop, "o.jsonl", &[order("1", "A", 1), create(4)]);
    assert_eq!(push(&shop, &["o.jsonl", "--resend-delay", "0.1"]).0, 0);
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
        let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0.1"]);
        assert_eq!((code, &figures["done"]), (0, &json!(3)), "{kind:?} {errors}");
        assert_eq!(quantities(&shop), ["1: 1 A", "2: 2 A", "3: 3 A"], "{kind:?}");
        assert!(shop.calls("ProcessOrder") <= sent, "{kind:?}: {}", shop.calls("ProcessOrder"));
    }
}

#[test]
fn create_is_never_sent_again_by_itself() {
    let shop = three_orders();
    let create = |number: &str| create(number, "A", 1);
    write(&shop, "o.jsonl", &[create("1"), create("2"), create("3")]);
    // The first arrives, and is found. The second does not.
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutAfter));
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutBefore));
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0.1"]);
    assert_eq!((code, &figures["done"], &figures["unknown"]), (75, &json!(2), &json!(1)), "{errors}");
    assert!(
        errors.contains("`Create` is never resent automatically; not found in the warehouse"),
        "{errors}"
    );
    for _ in 0..2 {
        assert_eq!(push(&shop, &["o.jsonl", "--resend-delay", "0.1"]).1["sent"], 0);
    }
    let unknown = journalled(&shop, "unknown");
    assert_eq!((unknown.len(), &unknown[0]["key"]), (1, &json!("2")));
    let (code, figures, _) = push(&shop, &["o.jsonl", "--not-done", "DEMO:2"]);
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
    assert!(errors.contains("the warehouse has no query for customers"), "{errors}");
    shop.done(&["push", "customers", "c.jsonl", "--done", "DEMO:C1"]);
    assert_eq!(shop.calls("ProcessCustomer"), 1);
}

/// Of each kind a record.
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
            "goods-operation-orders",
            "ProcessGoodsOperationOrder",
            json!({
                "GoodsOperationOrderNumber": "G",
                "GoodsOperationOrderComment": "dented",
                "GoodsOperationOrderLines": [
                    {
                        "GoodsOperationOrderLineNumber": "1", "ArticleNumber": "A", "NumberOfItems": 1,
                        "ToArticleItemStatus": { "ArticleItemStatusCode": "DENTED", "Operation": "CreateOrUpdate" },
                    },
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
        let arguments = ["push", kind, "r.jsonl", "--resend-delay", "0.1", "--summary", "json"];
        let (code, out, errors) = shop.ongoing(&arguments);
        let figures: Value = serde_json::from_str(&out).unwrap_or_default();
        assert_eq!((code, &figures["done"]), (0, &json!(1)), "{kind}: {errors}");
        assert!(figures["lookedUp"].as_u64() > Some(0), "{kind}");
        let (journal, _) = shop.done(&["journal", &format!("{kind}.journal"), "--output", "json"]);
        let seen = journal.contains("found in the warehouse");
        // What the answer does not show is sent once more.
        assert_eq!(shop.calls(operation) - before, if seen { 1 } else { 2 }, "{kind}: {journal}");
        assert!(seen || matches!(kind, "goods-operation-orders" | "return-orders"), "{kind}: {journal}");
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
fn a_production_order_is_taken_away_once() {
    let shop = Shop::with_stock(&[("A", 9)]);
    make_kit(&shop);
    let order = json!({
        "ProductionOrderNumber": "W",
        "ProductionOrderLines": [
            { "ProductionOrderLineNumber": "1", "ArticleNumber": "KIT", "ToProduceNumberOfItems": 2 },
        ],
    });
    write(&shop, "r.jsonl", &[order]);
    shop.done(&["push", "production-orders", "r.jsonl"]);
    write(&shop, "r.jsonl", &[json!({ "ProductionOrderNumber": "W", "ProductionOrderOperation": "Remove" })]);
    for _ in 0..2 {
        shop.done(&["push", "production-orders", "r.jsonl"]);
    }
    assert_eq!(shop.calls("ProcessProductionOrder"), 2);
    let (out, _) = shop.done(&["pull", "production-orders"]);
    let row: Value = serde_json::from_str(out.trim()).unwrap();
    assert_eq!(row["ProductionOrderHeader"]["ProductionOrderStatus"], json!(1000), "{row}");
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
    for owner in ["DEMO", "TWO"] {
        let articles = sandbox.for_goods_owner(owner).unwrap().rows("articles").unwrap();
        let numbers: Vec<_> = articles.iter().map(|article| article.key.as_str()).collect();
        assert_eq!(numbers, ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10"]);
    }
}
