//! `ongoing push` and `ongoing journal` against a sandbox, as processes of their own.
#![cfg(own_contract)]

#[path = "../preload/mod.rs"]
mod preload;
#[path = "../shop/mod.rs"]
mod shop;

mod completions;
mod content;
mod delivery;
mod disk;
mod identity;
mod input;
mod journal;
mod look;
mod outbox;
mod progress;
mod refused;
mod session;
mod version_1;

use std::fs;

use ongoing_wms::sandbox::StateRow;
use serde_json::{Value, json};
use shop::Shop;

fn order(number: &str, article: &str, items: u32) -> Value {
    json!({
        "OrderInfo": { "GoodsOwnerOrderNumber": number },
        "CustomerOrderLines": [{ "ArticleNumber": article, "NumberOfItems": items }],
    })
}

/// An order that is created, not updated.
fn create(number: &str, article: &str, items: u32) -> Value {
    let mut order = order(number, article, items);
    order["OrderInfo"]["OrderOperation"] = json!("Create");
    order
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
    push_kind(shop, "orders", arguments)
}

fn push_kind(shop: &Shop, kind: &str, arguments: &[&str]) -> (i32, Value, String) {
    let mut all = vec!["push", kind];
    all.extend(arguments);
    all.extend(["--summary", "json"]);
    let (code, out, errors) = shop.ongoing(&all);
    (code, serde_json::from_str(out.lines().last().unwrap_or("null")).unwrap(), errors)
}

/// What the journal of orders has of a state: one JSON value a record.
fn journalled(shop: &Shop, state: &str) -> Vec<Value> {
    let (out, _) = shop.done(&["journal", "orders.journal", "--state", state, "--output", "json"]);
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn orders(shop: &Shop) -> Vec<(String, i64, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let line =
        |line: &Value| format!("{} {}", text(&line["OrderedNumberOfItems"]), text(&line["ArticleNumber"]));
    let read = |order: StateRow| {
        let lines = order.lines.iter().map(line).collect();
        (order.key.clone(), order["OrderStatusNumber"].as_i64().unwrap(), lines)
    };
    shop.sandbox.rows("orders").unwrap().into_iter().map(read).collect()
}

fn quantities(shop: &Shop) -> Vec<String> {
    orders(shop).into_iter().map(|(number, _, lines)| format!("{number}: {}", lines.join(", "))).collect()
}
