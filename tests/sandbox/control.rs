//! What tests steer besides the warehouse's work: the clock, how often callers may ask, several things at a time.

use std::time::Duration;

use ongoing_wms::sandbox::{RateLimit, Sandbox};
use serde_json::{Value, json};

use crate::admin::{act, get, post};
use crate::{article, client, in_order, order, start, status, stock};

#[test]
fn the_clock_is_the_warehouse_s_own() {
    let sandbox = Sandbox::builder().clock("2026-12-31T08:00:00".parse().unwrap()).start().unwrap();
    let client = client(&sandbox);
    let time = |client: &ongoing_wms::Client| client.get_system_info().unwrap().system_time.to_string();
    assert!(time(&client).starts_with("2026-12-31T08:00:00"), "{}", time(&client));
    stock(&sandbox, &client, &[("A", 5)]);
    client.process_order(order("1001", &[("A", 1)])).unwrap();
    let moved = act(&sandbox, "clock", json!({ "change": "+1d" }));
    assert_eq!(moved, json!({ "now": "2027-01-01T08:00:00.000", "fixed": true, "real": false }));
    sandbox.pick("1001").unwrap();
    sandbox.ship("1001", "X-1").unwrap();
    let order = client.get_order_by_order_number("1001".to_owned()).unwrap().unwrap();
    let info = format!("{:?}", order.order_info.unwrap());
    assert!(info.contains("2027-01-01T08:00:00") && info.contains("2026-12-31T08:00:00"), "{info}");
    act(&sandbox, "clock", json!({ "change": "real" }));
    assert_eq!(get(&sandbox, "now")["real"], true);
    let (code, error) = post(&sandbox, "clock", &json!({ "change": "later" }));
    assert_eq!(code, 400, "{error}");
}

#[test]
fn callers_that_ask_too_often_are_told_when_to_come_back() {
    let sandbox =
        Sandbox::builder().rate_limit(RateLimit::new(2, Duration::from_secs(3_600))).start().unwrap();
    let client = client(&sandbox);
    client.get_system_status().unwrap();
    client.get_system_status().unwrap();
    assert_eq!(client.get_system_status().unwrap_err().status(), Some(429));
    client.get_system_info().unwrap();
    let last = get(&sandbox, "exchanges?outcome=disturbed")["exchanges"][0].clone();
    assert_eq!((&last["name"], &last["status"]), (&json!("GetSystemStatus"), &json!(429)));
    assert!(last["message"].as_str().unwrap().starts_with("rate limited: retry after 36"), "{last}");
}

#[test]
fn several_things_are_worked_on_at_a_time_and_one_holds_up_no_other() {
    let (sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    for number in ["PO-1", "PO-2"] {
        client.process_in_order(in_order(number, &[("A", 3)])).unwrap();
    }
    let done = act(&sandbox, "receive", json!({ "all": true }));
    assert_eq!((done["done"].as_array().unwrap().len(), &done["failed"]), (2, &json!([])));
    for (number, items) in [("1", 2), ("2", 9), ("3", 2)] {
        client.process_order(order(number, &[("A", items)])).unwrap();
    }
    let picked = act(&sandbox, "pick", json!({ "orders": ["1", "2", "3"] }));
    let numbers: Vec<&Value> =
        picked["done"].as_array().unwrap().iter().map(|order| &order["number"]).collect();
    assert_eq!(numbers, ["1", "3"]);
    assert_eq!(picked["failed"], json!([{ "key": "2", "error": "5 of article \"A\" are missing" }]));
    assert_eq!(status(&client, "2"), 300);
    act(&sandbox, "ship", json!({ "all": true }));
    act(&sandbox, "collect", json!({ "all": "true", "goodsOwner": "DEMO" }));
    assert_eq!((status(&client, "1"), status(&client, "3"), status(&client, "2")), (500, 500, 300));
    let (code, error) = post(&sandbox, "pick", &json!({ "order": "1", "all": true }));
    assert_eq!((code, error["error"].as_str()), (400, Some("give one of order, orders and all")));
    // Each is an exchange of its own.
    assert_eq!(get(&sandbox, "exchanges?key=2&kind=work")["exchanges"][0]["outcome"], "refused");
}

#[test]
fn what_is_exported_is_what_another_sandbox_begins_with() {
    let first = Sandbox::builder().seed_data().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut builder = Sandbox::builder();
    for kind in ["articles", "in-orders", "orders"] {
        let records = get(&first, &format!("export?kind={kind}"));
        let lines: Vec<String> = records.as_array().unwrap().iter().map(Value::to_string).collect();
        assert!(lines.len() > 2, "{kind}");
        let file = folder.path().join(format!("{kind}.jsonl"));
        std::fs::write(&file, lines.join("\n")).unwrap();
        builder = builder.seed_file(kind, file);
    }
    let second = builder.start().unwrap();
    for kind in ["articles", "in-orders", "orders"] {
        let path = format!("export?kind={kind}");
        assert_eq!(get(&second, &path), get(&first, &path), "{kind}");
    }
    let bad = folder.path().join("bad.jsonl");
    std::fs::write(&bad, "\n{\"ArticleNumbr\": \"A\"}\n").unwrap();
    let error = Sandbox::builder().seed_file("articles", &bad).start().unwrap_err().to_string();
    assert!(error.contains("bad.jsonl: line 2: ") && error.contains("ArticleNumbr"), "{error}");
    let error = Sandbox::builder().seed_file("stock", &bad).start().unwrap_err().to_string();
    assert!(error.starts_with("no records of the kind \"stock\": there are articles, in-orders"), "{error}");
}
