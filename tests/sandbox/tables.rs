//! The warehouse as the page of the sandbox reads it: tables, rows, and the operations.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use ongoing_wms::sandbox::Sandbox;
use serde_json::{Value, json};

use crate::admin::{get, post};

fn seeded() -> Sandbox {
    Sandbox::builder().seed_data().start().unwrap()
}

fn keys(page: &Value) -> Vec<&str> {
    page["rows"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap()).collect()
}

#[test]
fn every_table_has_rows_of_its_columns_and_each_row_can_be_read() {
    let sandbox = seeded();
    let tables = get(&sandbox, "state");
    let mut filled = 0;
    for table in tables.as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let page = get(&sandbox, &format!("state?table={name}&limit=1"));
        assert_eq!(page["total"], table["count"], "{name}");
        let Some(row) = page["rows"].get(0) else { continue };
        filled += 1;
        let columns: Vec<&Value> =
            table["columns"].as_array().unwrap().iter().map(|column| &column["name"]).collect();
        assert_eq!(row["cells"].as_object().unwrap().keys().collect::<Vec<_>>(), columns, "{name}");
        let whole = get(&sandbox, &format!("row?table={name}&id={}", row["id"]));
        assert_eq!(&whole["row"], row, "{name}");
    }
    assert!(filled >= 7, "{filled} tables have rows");
}

#[test]
fn rows_are_found_by_key_text_and_status_a_page_at_a_time() {
    let sandbox = seeded();
    let orders = |query: &str| get(&sandbox, &format!("state?table=orders{query}"));
    assert_eq!(keys(&orders("")), ["1007", "1006", "1005", "1004", "1003", "1002", "1001"]);
    assert_eq!(keys(&orders("&key=1004")), ["1004"]);
    assert_eq!(keys(&orders("&search=kajutan")), ["1005", "1002"]);
    assert_eq!(keys(&orders("&status=400-450")), ["1003", "1002"]);
    // The number of a status has its name beside it, in every table that has statuses.
    for (table, number, text, expected) in [
        ("return-orders", "ReturnOrderStatusId", "ReturnOrderStatusText", (100, "Notified")),
        ("production-orders", "ProductionOrderStatus", "ProductionOrderStatusText", (300, "Released")),
        ("in-orders", "InOrderStatusNumber", "InOrderStatusText", (100, "Notified")),
    ] {
        let found = get(&sandbox, &format!("state?table={table}&status={}", expected.0));
        let cells = &found["rows"][0]["cells"];
        assert_eq!((&cells[number], &cells[text]), (&json!(expected.0), &json!(expected.1)), "{found}");
    }
    let second = orders("&status=300&offset=1&limit=1");
    assert_eq!((keys(&second), &second["total"]), (vec!["1005"], &json!(2)));
    let (status, error) = post(&sandbox, "state", &json!({ "table": "orders", "status": "new" }));
    assert_eq!((status, error["error"].as_str().unwrap().contains("neither a status")), (400, true));
    let (status, error) = post(&sandbox, "state", &json!({ "table": "nothing" }));
    assert_eq!(status, 404, "{error}");
    let (status, error) = post(&sandbox, "state", &json!({ "key": "1006" }));
    assert_eq!((status, &error["error"]), (400, &json!("key requires a table")));
    assert_eq!(orders("&key=1006&lines=true")["rows"][0]["lines"][0]["OrderedNumberOfItems"], "40");
    // A text is a text, not SQL.
    assert_eq!(keys(&orders("&search=%27%20OR%20%271%27=%271")), Vec::<&str>::new());
}

#[test]
fn a_row_says_what_can_be_done_and_tells_the_life_of_an_order() {
    let sandbox = seeded();
    let row = |key: &str| {
        let id = get(&sandbox, &format!("state?table=orders&key={key}"))["rows"][0]["id"].clone();
        get(&sandbox, &format!("row?table=orders&id={id}"))
    };
    let done = |row: &Value| {
        let steps = row["life"].as_array().unwrap().iter().filter(|step| step["done"] == true);
        steps.map(|step| step["step"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let released = row("1005");
    assert_eq!(released["row"]["actions"], json!(["pick", "allocate"]));
    assert_eq!(done(&released), ["received"]);
    assert_eq!(released["lines"][0]["OrderedNumberOfItems"], "12");
    assert_eq!(released["lines"][0]["line"], "TEA-ROOIBOS");
    for (action, step) in
        [("allocate", "allocated"), ("pick", "picked"), ("ship", "sent"), ("collect", "collected")]
    {
        let actions = row("1005")["row"]["actions"].clone();
        assert!(actions.as_array().unwrap().iter().any(|allowed| allowed == action), "{action} of {actions}");
        let (status, answer) = post(&sandbox, action, &json!({ "order": "1005" }));
        assert_eq!(status, 200, "{answer}");
        assert_eq!(done(&row("1005")).last().map(String::as_str), Some(step));
    }
    let collected = row("1005");
    assert_eq!(collected["row"]["cells"]["PickedNumberOfItems"], "18");
    assert!(collected["life"].as_array().unwrap().iter().all(|step| step["at"].is_string()));
    assert_eq!(collected["answer"]["json"]["OrderInfo"]["OrderStatusNumber"], 500);
}

#[test]
fn levels_of_an_article_end_with_what_there_is() {
    let sandbox = seeded();
    post(&sandbox, "count", &json!({ "article": "MUG-RED", "number": 100 }));
    let article = &get(&sandbox, "state?table=articles&key=MUG-RED")["rows"][0];
    assert_eq!(article["cells"]["NumberOfItems"], "100");
    let whole = get(&sandbox, &format!("row?table=articles&id={}", article["id"]));
    let levels = whole["levels"].as_array().unwrap();
    assert_eq!(
        (levels[0]["number"].as_str(), levels.last().unwrap()["number"].as_str()),
        (Some("120"), Some("100"))
    );
}

#[test]
fn operations_are_described_with_samples_that_can_be_sent() {
    let sandbox = seeded();
    let groups = get(&sandbox, "operations");
    let count: usize =
        groups.as_array().unwrap().iter().map(|group| group["operations"].as_array().unwrap().len()).sum();
    assert_eq!(count, Sandbox::operations().count());
    let shown = get(&sandbox, "operation?name=GetOrderStatuses");
    assert!(shown["xml"].as_str().unwrap().contains("<Password>***</Password>"));
    let (status, _) = post(&sandbox, "operation", &json!({ "name": "GetNothing" }));
    assert_eq!(status, 404);
}

/// The answer to a GET, head and body.
fn answer(sandbox: &Sandbox, path: &str, headers: &str) -> String {
    let host = sandbox.url().trim_start_matches("http://").split('/').next().unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_page_and_its_files_may_run_nothing_but_themselves() {
    let sandbox = seeded();
    for path in ["/", "/page/app.js", "/page/page.css"] {
        let answer = answer(&sandbox, path, "");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let head = answer.split_once("\r\n\r\n").unwrap().0.to_ascii_lowercase();
        let policy = head.lines().find(|line| line.starts_with("content-security-policy: ")).unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && head.contains("x-content-type-options: nosniff")
        );
    }
    assert!(answer(&sandbox, "/page/nothing.js", "").starts_with("HTTP/1.1 404"));
    let page = answer(&sandbox, "/", "");
    let (_, body) = page.split_once("<body>").unwrap();
    assert!(!body.contains("<script") && !body.contains("style=") && !body.contains(" onclick"));
}

#[test]
fn a_page_of_another_origin_reads_nothing() {
    let sandbox = seeded();
    for path in ["/admin/state", "/admin/state?table=orders", "/admin/operations"] {
        let refused = answer(&sandbox, path, "Origin: http://elsewhere:80\r\n");
        assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    }
}

#[test]
fn a_request_is_told_in_the_form_that_the_command_takes() {
    let sandbox = seeded();
    // Members in another order than the contract's, and some of them missing.
    let body = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
        <GetOrderByOrderNumber xmlns=\"http://ongoingsystems.se/WSI\"><OrderNumber>1001</OrderNumber>\
        <Password>open-sesame</Password><UserName>demo</UserName><GoodsOwnerCode>DEMO</GoodsOwnerCode>\
        </GetOrderByOrderNumber></soap:Body></soap:Envelope>";
    let host = sandbox.url().trim_start_matches("http://").split('/').next().unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST /demo/service.asmx HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: text/xml\r\n\
         SOAPAction: \"http://ongoingsystems.se/WSI/GetOrderByOrderNumber\"\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    stream.read_to_string(&mut String::new()).unwrap();
    let id = get(&sandbox, "exchanges?last=1")["exchanges"][0]["id"].clone();
    let exchange = get(&sandbox, &format!("exchange?id={id}"));
    assert_eq!(
        (&exchange["outcome"], &exchange["payload"]),
        (&json!("done"), &json!({ "OrderNumber": "1001" }))
    );
}

#[test]
fn an_order_knows_when_goods_were_set_aside_for_it() {
    let sandbox =
        Sandbox::builder().seed_data().clock("2026-12-31T08:00:00".parse().unwrap()).start().unwrap();
    let allocated = |number: &str| {
        let id = get(&sandbox, &format!("state?table=orders&key={number}"))["rows"][0]["id"].clone();
        get(&sandbox, &format!("row?table=orders&id={id}"))["life"][1]["at"].clone()
    };
    assert_eq!(allocated("1005"), Value::Null);
    sandbox.change_clock(&"+1h".parse().unwrap());
    sandbox.allocate("1005").unwrap();
    sandbox.change_clock(&"+1h".parse().unwrap());
    sandbox.pick("1005").unwrap();
    assert_eq!(allocated("1005"), "2026-12-31T09:00:00.000");
    // Picking sets aside what is not, and an order that is released again has nothing set aside.
    assert_eq!(allocated("1001"), "2026-12-31T08:00:00.000");
    assert_eq!(allocated("1004"), "2026-12-31T08:00:00.000");
    let order = crate::order("1004", &[("MUG-RED", 1)]);
    crate::client(&sandbox).process_order(order).unwrap();
    assert_eq!(allocated("1004"), Value::Null);
    sandbox.pick("1004").unwrap();
    assert_eq!(allocated("1004"), "2026-12-31T10:00:00.000");
}
