//! When a record is the same, and when the warehouse holds it.

use std::fs;

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use serde_json::{Value, json};

use crate::shop::Shop;
use crate::{journalled, order, push, three_orders, write};

fn with_remark(remark: Value) -> Value {
    let mut order = order("1", "A", 1);
    order["OrderInfo"]["OrderRemark"] = remark;
    order
}

/// An order of the warehouse itself.
fn remark(shop: &Shop) -> Value {
    let (out, _) = shop.done(&["call", "GetOrderByOrderNumber", "--input", "number.json"]);
    let answer: Value = serde_json::from_str(&out).unwrap();
    answer["OrderInfo"]["OrderRemark"].clone()
}

#[test]
fn another_spelling_is_no_change() {
    let shop = three_orders();
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    let regenerated = r#"{"CustomerOrderLines":[{"NumberOfItems":"1.0","ArticleNumber":"A"}],"OrderInfo":{"GoodsOwnerOrderNumber":"1"}}"#;
    fs::write(shop.file("o.jsonl"), format!("{regenerated}\n")).unwrap();
    // It would be refused now.
    shop.sandbox.pick("1").unwrap();
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["sent"], &figures["unchanged"]), (0, &json!(0), &json!(1)), "{errors}");
}

#[test]
fn what_was_emptied_must_be_seen_empty() {
    for empty in [json!(""), Value::Null] {
        let shop = three_orders();
        fs::write(shop.file("number.json"), r#"{"OrderNumber":"1"}"#).unwrap();
        write(&shop, "o.jsonl", &[with_remark(json!("leave at door"))]);
        assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
        assert_eq!(remark(&shop), "leave at door");
        // The request never arrives.
        write(&shop, "o.jsonl", &[with_remark(empty.clone())]);
        shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutBefore));
        let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0.1"]);
        assert_eq!(
            (code, &figures["done"], &figures["sent"]),
            (0, &json!(1), &json!(2)),
            "{empty}: {errors}"
        );
    }
}

#[test]
fn an_update_that_cannot_be_seen_and_is_refused_is_unknown() {
    let shop = three_orders();
    // The look-up does not show this member.
    let order = |service: &str| {
        let mut order = order("1", "A", 1);
        order["TransportServices"] = json!({ "X": service });
        order["OrderInfo"]["OrderStatusCreated"] = json!(300);
        order
    };
    let hidden = |status: i64| {
        let mut order = order("");
        order.as_object_mut().unwrap().remove("TransportServices");
        order["OrderInfo"]["OrderStatusCreated"] = json!(status);
        order
    };
    write(&shop, "o.jsonl", &[hidden(300)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    write(&shop, "o.jsonl", &[hidden(320)]);
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutBefore));
    shop.sandbox.disturb(Disturbance::on("GetOrdersByQuery", DisturbanceKind::Html).times(9));
    assert_eq!(push(&shop, &["o.jsonl", "--resend-delay", "0.1"]).0, 75);
    shop.sandbox.undisturb();
    shop.sandbox.pick("1").unwrap();
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0.1"]);
    assert_eq!((code, &figures["unknown"], &figures["done"]), (75, &json!(1), &json!(0)), "{errors}");
    assert!(
        journalled(&shop, "unknown")[0]["reason"].as_str().unwrap().contains("possibly an older version"),
        "{errors}"
    );
}
