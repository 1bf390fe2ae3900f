//! Going back to earlier states, and sending requests again.

use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::{Client, Credentials, Secret};
use serde_json::{Value, json};

use crate::admin::{act, get, post};
use crate::{article, client, order, quantities, start, status, stock, whole};

#[test]
fn the_warehouse_goes_back_to_a_snapshot_and_to_its_start() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 5)]);
    client.process_order(order("1001", &[("A", 2)])).unwrap();
    let before = whole(&sandbox);
    assert_eq!(act(&sandbox, "snapshot", json!({ "name": "ordered" }))[0]["name"], "ordered");
    act(&sandbox, "pick", json!({ "order": "1001" }));
    sandbox.snapshot("picked").unwrap();
    assert_eq!((status(&client, "1001"), quantities(&client, "A")[0]), (400, 3));

    act(&sandbox, "restore", json!({ "name": "ordered" }));
    assert_eq!((status(&client, "1001"), quantities(&client, "A")[0]), (300, 5));
    assert_eq!(whole(&sandbox), before);
    // What comes then goes on from there, and a snapshot can be gone back to again and again.
    client.process_order(order("1002", &[("A", 1)])).unwrap();
    sandbox.restore("picked").unwrap();
    assert_eq!(status(&client, "1001"), 400);
    client.get_order_by_order_number("1002".to_owned()).unwrap_err();
    sandbox.restore("ordered").unwrap();
    assert_eq!(whole(&sandbox), before);

    sandbox.disturb("html".parse().unwrap());
    act(&sandbox, "reset", json!({}));
    assert_eq!(get(&sandbox, "disturbances"), json!([]));
    assert_eq!(whole(&sandbox), whole(&Sandbox::start().unwrap()));
    let names: Vec<Value> = get(&sandbox, "snapshots")
        .as_array()
        .unwrap()
        .iter()
        .map(|snapshot| snapshot["name"].clone())
        .collect();
    assert_eq!(names, ["ordered", "picked"]);
    let (code, error) = post(&sandbox, "restore", &json!({ "name": "none" }));
    assert_eq!((code, &error["error"]), (404, &json!("snapshot \"none\" not found")));
    assert_eq!(sandbox.snapshots(), ["ordered", "picked"]);
}

#[test]
fn a_file_s_warehouse_goes_back_and_stays_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("warehouse.db");
    let open = || Sandbox::builder().database(&file).seed_data().start().unwrap();
    let sandbox = open();
    let seeded = whole(&sandbox);
    sandbox.collect("1002").unwrap();
    sandbox.reset().unwrap();
    assert_eq!(whole(&sandbox), seeded);
    drop(sandbox);
    assert_eq!(whole(&open()), seeded);
}

#[test]
fn snapshots_are_bounded_and_those_of_the_page_are_no_news() {
    let sandbox = Sandbox::start().unwrap();
    for number in 0..20 {
        sandbox.snapshot(&number.to_string()).unwrap();
    }
    sandbox.snapshot("7").unwrap();
    let error = sandbox.snapshot("20").unwrap_err().to_string();
    assert_eq!(error, "the maximum of 20 snapshots is reached: use one of their names");
    let sandbox = Sandbox::start().unwrap();
    act(&sandbox, "snapshot", json!({ "name": "undo" }));
    assert_eq!(get(&sandbox, "exchanges")["count"], 0);
}

#[test]
fn a_request_is_sent_again_with_the_sandbox_s_own_credentials() {
    let sandbox = Sandbox::start().unwrap();
    let wrong = Client::builder(sandbox.url())
        .credentials(
            Credentials::new("demo", Secret::new("canary-7731")).goods_owner_code("DEMO").goods_owner_id(1),
        )
        .build()
        .unwrap();
    wrong.process_article(article("A")).unwrap_err();
    let sent = act(&sandbox, "send-again", json!({ "exchange": 1 }));
    assert_eq!(
        (&sent["id"], &sent["name"], &sent["outcome"]),
        (&json!(2), &json!("ProcessArticle"), &json!("done"))
    );
    assert!(!sent.to_string().contains("open-sesame") && !sent.to_string().contains("canary"), "{sent}");
    assert_eq!(quantities(&client(&sandbox), "A")[0], 0);
    let (code, error) = post(&sandbox, "send-again", &json!({ "exchange": 77 }));
    assert_eq!((code, &error["error"]), (404, &json!("request 77 not found, or no longer kept")));
}

#[test]
fn a_request_is_sent_that_was_written_by_hand() {
    let sandbox = Sandbox::builder().seed_data().start().unwrap();
    let sent = act(
        &sandbox,
        "send",
        json!({ "operation": "GetOrderByOrderNumber", "json": { "OrderNumber": "1002" } }),
    );
    assert_eq!((&sent["outcome"], &sent["status"]), (&json!("done"), &json!(200)), "{sent}");
    let answer = sent["answer"]["body"].as_str().unwrap();
    assert!(answer.contains("<OrderNumber>1002</OrderNumber>") || answer.contains("1002"), "{answer}");

    let xml = "<GetOrderStatuses xmlns=\"http://ongoingsystems.se/WSI\"><UserName>***</UserName><Password/>\
               <GoodsOwnerCode>DEMO</GoodsOwnerCode></GetOrderStatuses>";
    let sent = act(&sandbox, "send", json!({ "operation": "GetOrderStatuses", "xml": xml }));
    assert_eq!(sent["outcome"], "done", "{sent}");

    for (body, expected) in [
        (json!({ "operation": "GetNothing", "json": {} }), "operation \"GetNothing\" not found"),
        (json!({ "operation": "GetOrder" }), "give the request as a text in xml, or as a value in json"),
    ] {
        let (code, error) = post(&sandbox, "send", &body);
        assert_eq!((code, error["error"].as_str()), (400, Some(expected)));
    }
    // What cannot be read is no less a request: the sandbox says what is wrong with it.
    let sent = act(&sandbox, "send", json!({ "operation": "GetOrder", "xml": "<GetOrder" }));
    assert_eq!(sent["outcome"], "invalid");
}
