//! What tests steer besides the warehouse's work: the clock, how often callers may ask, several things at a time.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use ongoing_wms::api::*;
use ongoing_wms::sandbox::{RateLimit, Sandbox, StateRow};
use serde_json::{Value, json};

use crate::admin::{act, get, post};
use crate::{article, client, goods_operation, in_order, order, order_info, start, status, stock, whole};

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
    assert_eq!((code, error["error"].as_str()), (400, Some("use one of order, orders and all")));
    // Each is an exchange of its own.
    assert_eq!(get(&sandbox, "exchanges?key=2&kind=work")["exchanges"][0]["outcome"], "refused");
}

/// The kinds of records, in the order in which one needs the other.
fn kinds() -> Vec<&'static str> {
    let export = Sandbox::actions().find(|action| action.name == "export").unwrap();
    export.arguments[0].choices.iter().map(|choice| choice.name).collect()
}

/// A warehouse that begins with what another one gives out.
fn copy_of(first: &Sandbox, folder: &Path) -> Sandbox {
    let mut builder = Sandbox::builder().clock(STILL.parse().unwrap());
    for kind in kinds() {
        let lines: Vec<String> = first.export(kind).unwrap().iter().map(Value::to_string).collect();
        assert!(!lines.is_empty(), "{kind}");
        let file = folder.join(format!("{kind}.jsonl"));
        std::fs::write(&file, lines.join("\n")).unwrap();
        builder = builder.seed_file(kind, file);
    }
    builder.start().unwrap()
}

/// Times in both are the same where the clock stands still.
const STILL: &str = "2026-12-31T08:00:00";

/// Something of each kind, and all work that there is with it.
fn in_use(sandbox: &Sandbox) {
    let client = client(sandbox);
    let seed = sandbox.export("articles").unwrap().len();
    assert!(seed > 5);
    client
        .process_customer(Customer {
            customer_number: Some("C-77".into()),
            name: Some("Alone".into()),
            ..Customer::new(CustomerOperation::CreateOrUpdate, CustomerIdentificationType::CustomerNumber)
        })
        .unwrap();
    for number in ["G-1", "G-2"] {
        client.process_goods_operation_order(goods_operation(number, "TOWEL-LIN")).unwrap();
    }
    sandbox.carry_out("G-1").unwrap();
    let header = |number: &str, operation| ShipmentHeader {
        shipment_order_number: Some(number.into()),
        ..ShipmentHeader::new(operation, ShipmentIdentification::ShipmentOrderNumber)
    };
    for (number, operation) in [
        ("S-1", ShipmentOperation::CreateOrUpdate),
        ("S-2", ShipmentOperation::CreateOrUpdate),
        ("S-2", ShipmentOperation::Remove),
    ] {
        let shipment = Shipment { shipment_header: Some(header(number, operation)), ..Shipment::default() };
        client.process_shipment(shipment).unwrap();
    }
    // Found, missing, made, returned, picked in part, cancelled, twice of one number.
    sandbox.count("TEA-ROOIBOS", 80.into(), "found").unwrap();
    sandbox.produce_lines("P-1", &[("1", 4.into())]).unwrap();
    sandbox.take_back("R-1").unwrap();
    sandbox.pick_lines("1005", &[("MUG-RED", 2.into())]).unwrap();
    client.process_order(order("8001", &[("MUG-RED", 1)])).unwrap();
    for number in ["8001", "8002"] {
        let operation =
            if number == "8001" { OrderOperation::Create } else { OrderOperation::CreateOrUpdate };
        let info = order_info(number, operation);
        client
            .process_order(CustomerOrder { order_info: Some(info), ..order(number, &[("MUG-RED", 2)]) })
            .unwrap();
    }
    let removal = Some(order_info("8002", OrderOperation::Remove));
    client.process_order(CustomerOrder { order_info: removal, ..CustomerOrder::default() }).unwrap();
    client.process_in_order(in_order("PO-9", &[("MUG-RED", 3)])).unwrap();
    let mut removal = in_order("PO-9", &[]);
    removal.in_order_lines = None;
    removal.in_order_info.as_mut().unwrap().in_order_operation = InOrderOperation::Remove;
    client.process_in_order(removal).unwrap();
    sandbox.count("BOWL-OAK", 19.into(), "broken").unwrap();
}

#[test]
fn what_is_exported_is_what_another_sandbox_begins_with() {
    let first = Sandbox::builder().seed_data().clock(STILL.parse().unwrap()).start().unwrap();
    in_use(&first);
    let folder = tempfile::tempdir().unwrap();
    let second = copy_of(&first, folder.path());
    for kind in kinds() {
        assert_eq!(second.export(kind).unwrap(), first.export(kind).unwrap(), "{kind}");
    }
    // Customers have other ids. Items may lie elsewhere and be split otherwise; there are as many.
    let customers = |rows: &[StateRow]| -> BTreeMap<String, Vec<Value>> {
        let shown = |row: &StateRow| row.cells.values().filter(|value| value.is_string()).cloned().collect();
        rows.iter().map(|row| (row.key.clone(), shown(row))).collect()
    };
    let mut compared = 0;
    for ((name, before), (_, after)) in whole(&first).into_iter().zip(whole(&second)) {
        match name {
            "items" => continue,
            "customers" => assert_eq!(customers(&before), customers(&after)),
            _ => assert_eq!(before, after, "{name}"),
        }
        compared += usize::from(!before.is_empty());
    }
    assert_eq!(compared, 8, "tables with something in them");
    // HTTP says the same.
    assert_eq!(get(&second, "export?kind=work"), json!(first.export("work").unwrap()));
}

#[test]
fn records_that_cannot_be_taken_in_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.jsonl");
    let start = |kind: &str, text: &str| {
        std::fs::write(&bad, text).unwrap();
        Sandbox::builder().seed_file(kind, &bad).start().unwrap_err().to_string()
    };
    let error = start("articles", "\n{\"ArticleNumbr\": \"A\"}\n");
    assert!(error.contains("bad.jsonl: line 2: ") && error.contains("ArticleNumbr"), "{error}");
    let error = start("stock", "");
    assert!(
        error.starts_with("unknown kind of records \"stock\": the kinds are articles, customers, in-orders"),
        "{error}"
    );
    for (record, expected) in [
        (r#"{"order": "1"}"#, "line 1: action is missing"),
        (r#"{"action": "reset"}"#, "line 1: unknown work \"reset\": the actions are receive, tag"),
        (r#"{"action": "pick"}"#, "line 1: pick requires \"order\""),
        (r#"{"action": "pick", "order": "1"}"#, "line 1: order \"1\" not found"),
    ] {
        let error = start("work", record);
        assert!(error.contains(expected), "{error}");
    }
}
