//! Inputs that are wrong, and inputs that are gone when their records are delivered.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use serde_json::json;

use crate::shop::Shop;
use crate::{order, push, quantities, three_orders, write};

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
            "o.jsonl:5: duplicate key 1 (first seen at o.jsonl:1)",
        ] {
            assert!(errors.contains(part), "{part}: {errors}");
        }
    }
    assert_eq!(shop.calls("ProcessOrder"), 0);
    assert_eq!(shop.files(), ["o.jsonl"]);
}

#[test]
fn a_null_is_no_line_of_an_order() {
    let shop = three_orders();
    let lines = |number: &str, lines: serde_json::Value| {
        let mut order = order(number, "A", 1);
        order["CustomerOrderLines"] = lines;
        order
    };
    let line = order("1", "A", 1)["CustomerOrderLines"][0].clone();
    let wrong = lines("3", json!([line, null, { "ArticleNumber": "A", "NumberOfItems": "1,5" }]));
    write(&shop, "o.jsonl", &[lines("1", json!([line, null])), lines("2", json!([null])), wrong]);
    let xml = "<co><OrderInfo><GoodsOwnerOrderNumber>4</GoodsOwnerOrderNumber></OrderInfo><CustomerOrderLines>\
               <CustomerOrderLine><ArticleNumber>A</ArticleNumber><NumberOfItems>1</NumberOfItems></CustomerOrderLine>\
               <CustomerOrderLine xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>\
               </CustomerOrderLines></co>";
    fs::write(shop.file("o.xml"), xml).unwrap();
    for check in [&["--check"][..], &[]] {
        let (code, _, errors) = push(&shop, &[&["o.jsonl"], check].concat());
        assert_eq!(code, 65, "{errors}");
        for part in [
            "o.jsonl:1: CustomerOrderLines[2]: null is not an item of a list\n",
            "hint: remove it, or give the item\n",
            "o.jsonl:2: CustomerOrderLines[1]: null is not an item of a list\n",
            "o.jsonl:3: CustomerOrderLines[2]: null is not an item of a list\n",
            "o.jsonl:3: CustomerOrderLines[3].NumberOfItems: \"1,5\"",
        ] {
            assert!(errors.contains(part), "{part}: {errors}");
        }
        let (code, _, errors) = push(&shop, &[&["o.xml"], check].concat());
        let part = "o.xml: CustomerOrder.CustomerOrderLines[2]: a nil element is not an item of a list\n";
        assert!(code == 65 && errors.contains(part), "{errors}");
        assert_eq!(errors.matches("CustomerOrderLines").count(), 1, "{errors}");
    }
    assert_eq!(shop.calls("ProcessOrder"), 0);
}

#[test]
fn a_key_twice_in_a_table_is_no_reason_to_delete_a_line() {
    let shop = Shop::open();
    let map = "[columns]\n\"OrderInfo.GoodsOwnerOrderNumber\" = \"Order\"\n\
               \"CustomerOrderLines.ArticleNumber\" = \"Article\"\n\
               \"CustomerOrderLines.NumberOfItems\" = \"Items\"\n";
    fs::write(shop.file("o.csv"), "Order,Article,Items\n1,A,1\n2,A,1\n1,B,2\n").unwrap();
    for (grouped, hint) in
        [("", "set group_by in the column map"), ("group_by = \"Order\"\n", "sort the table")]
    {
        fs::write(shop.file("map.toml"), format!("{grouped}{map}")).unwrap();
        let (code, _, errors) = push(&shop, &["o.csv", "--map", "map.toml", "--check"]);
        assert!(code == 65 && errors.contains("o.csv:4: duplicate key 1"), "{errors}");
        assert!(errors.contains(hint), "{hint}: {errors}");
    }
}

#[test]
fn an_input_that_is_replaced_meanwhile_is_not_read_again() {
    let shop = three_orders();
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_secs(1))));
    let mut running = shop.command(&["push", "orders", "o.jsonl"]).stderr(Stdio::null()).spawn().unwrap();
    while shop.calls("ProcessOrder") == 0 {
        thread::sleep(Duration::from_millis(10));
    }
    write(&shop, "o.jsonl", &[order("9", "A", 9)]);
    assert!(running.wait().unwrap().success());
    assert_eq!(quantities(&shop), ["1: 1 A", "2: 2 A", "3: 3 A"]);
    fs::remove_file(shop.file("o.jsonl")).unwrap();
    let (code, figures, errors) = push(&shop, &["--resume", "--journal", "orders.journal"]);
    assert_eq!((code, &figures["sent"]), (0, &json!(0)), "{errors}");
}
