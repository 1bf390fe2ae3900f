//! `ongoing show`, `ongoing wait`, `call --set` and the log of a job, against a sandbox, as separate processes.
#![cfg(own_contract)]

mod shop;

use std::thread;
use std::time::Duration;

use serde_json::Value;
use shop::Shop;

fn open() -> Shop {
    let shop = Shop::with_stock(&[("MUG", 10)]);
    shop.order("1001", &[("MUG", 2)]);
    shop
}

#[test]
fn an_order_is_shown_with_all_that_is_known() {
    let shop = open();
    std::fs::write(shop.file("label.txt"), "a label").unwrap();
    shop.done(&["files", "put", "label.txt", "--order", "1001"]);
    shop.sandbox.pick("1001").unwrap();
    let (text, _) = shop.done(&["show", "order", "1001"]);
    assert!(text.starts_with("order 1001: "), "{text}");
    for part in ["MUG", "2 ordered, 2 picked", "label.txt"] {
        assert!(text.contains(part), "{text}");
    }
    let (code, out, errors) = shop.ongoing(&["show", "order", "1001", "4711", "--output", "json"]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("order not found: 4711"), "{errors}");
    let views: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(views[0]["found"][0]["OrderInfo"]["GoodsOwnerOrderNumber"], "1001");
    assert_eq!(views[0]["files"][0]["FileName"], "label.txt");
    assert_eq!(
        (views[1]["key"].as_str(), views[1]["found"].as_array().map(Vec::len)),
        (Some("4711"), Some(0))
    );
    let (text, _) = shop.done(&["show", "article", "MUG"]);
    assert!(text.contains("in stock") && text.contains('8'), "{text}");
}

#[test]
fn what_push_knows_is_shown_too() {
    let shop = open();
    let order = r#"{"OrderInfo": {"GoodsOwnerOrderNumber": "7", "DeliveryDate": "2026-12-01"}, "CustomerOrderLines": [{"ArticleNumber": "NONE", "NumberOfItems": 1}]}"#;
    std::fs::write(shop.file("orders.jsonl"), order).unwrap();
    assert_eq!(shop.ongoing(&["push", "orders", "orders.jsonl"]).0, 1);
    let (code, text, errors) = shop.ongoing(&["show", "order", "7", "--journal", "orders.journal"]);
    assert_eq!(code, 1, "{errors}");
    assert!(text.contains("order 7: not found") && text.contains("refused, orders.jsonl:1"), "{text}");
}

#[test]
fn wait_ends_when_all_have_reached_the_status() {
    let shop = open();
    shop.order("1002", &[("MUG", 1)]);
    let waiting = thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            shop.ongoing(&[
                "wait", "order", "1001", "1002", "--status", "400", "--within", "1m", "--every", "1s",
            ])
        });
        thread::sleep(Duration::from_millis(1500));
        shop.sandbox.pick("1001").unwrap();
        shop.sandbox.pick("1002").unwrap();
        waiting.join().unwrap()
    });
    let (code, out, errors) = waiting;
    assert_eq!(code, 0, "{errors}");
    let seen: Value = serde_json::from_str(&out).unwrap();
    assert!(seen[1]["status"].as_i64().is_some_and(|status| status >= 400), "{seen}");
}

#[test]
fn wait_says_what_was_not_reached() {
    let shop = open();
    let (code, _, errors) = shop.ongoing(&["wait", "order", "1001", "--status", "450", "--within", "0s"]);
    assert_eq!(code, 75, "{errors}");
    assert!(errors.contains("not at status 450 yet: 1001"), "{errors}");
    let (code, _, errors) = shop.ongoing(&["wait", "order", "4711", "--status", "450"]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("order 4711 not found"), "{errors}");
    shop.done(&["cancel", "order", "1001"]);
    let (code, _, errors) = shop.ongoing(&["wait", "order", "1001", "--status", "450"]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("order 1001 is cancelled"), "{errors}");
}

#[test]
fn a_file_for_an_order_that_is_not_there_is_not_sent() {
    let shop = open();
    std::fs::write(shop.file("label.txt"), "a label").unwrap();
    let (code, _, errors) = shop.ongoing(&["files", "put", "label.txt", "--order", "4711"]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("order 4711 not found; nothing was sent"), "{errors}");
    assert_eq!(shop.calls("UploadOrderFile"), 0);
}

#[test]
fn members_are_set_on_the_command_line() {
    let shop = open();
    let found = shop.json(&["call", "GetOrdersByQuery", "--set", "OrderNumbersToGet=1001,4711"]);
    assert_eq!(found["Orders"].as_array().map(Vec::len), Some(1));
    let found = shop.json(&["call", "GetOrdersByQuery", "--input", r#"{"OrderNumbersToGet": ["4711"]}"#]);
    assert!(found["Orders"].as_array().is_none_or(Vec::is_empty), "{found}");
    let (code, _, errors) = shop.ongoing(&["call", "GetOrdersByQuery", "--set", "OrderNumberToGet=1"]);
    assert_eq!(code, 2, "{errors}");
    assert!(errors.contains("did you mean"), "{errors}");
}

#[test]
fn every_line_of_a_log_has_its_time() {
    let shop = open();
    let mut command =
        shop.command(&["wait", "order", "4711", "--status", "450", "-v", "--log-format", "plain"]);
    let output = command.env("RUST_LOG", "ongoing_wms=debug").output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.lines().count() > 10, "{log}");
    for line in log.lines() {
        let time = line.split(' ').next().unwrap_or_default();
        assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{line}");
    }
    let (first, last) = (log.lines().next().unwrap(), log.lines().last().unwrap());
    assert!(first.contains("wait begins, process ") && last.contains("wait ends with exit code 1,"), "{log}");
    assert!(log.contains(" error: order 4711 not found"), "{log}");

    let mut command = shop.command(&["wait", "order", "4711", "--status", "450"]);
    let output = command.env("ONGOING_LOG_FORMAT", "json").output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    let objects: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(objects.iter().any(|object| object["level"] == "error"), "{log}");
    // A command line that is wrong has its lines dated too.
    let output = shop.command(&["wait", "ordr", "--log-format=json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
}

#[test]
fn quiet_shows_what_is_wrong_and_nothing_else() {
    let shop = open();
    let order = r#"{"OrderInfo": {"GoodsOwnerOrderNumber": "8", "DeliveryDate": "2026-12-01"}, "CustomerOrderLines": [{"ArticleNumber": "MUG", "NumberOfItems": 1}]}"#;
    std::fs::write(shop.file("orders.jsonl"), order).unwrap();
    let (out, errors) = shop.done(&["push", "orders", "orders.jsonl", "--quiet"]);
    assert_eq!((out.as_str(), errors.as_str()), ("", ""));
    let (code, _, errors) = shop.ongoing(&["-q", "show", "order", "4711"]);
    assert_eq!(code, 1);
    assert!(errors.contains("order not found: 4711"), "{errors}");
}

#[test]
fn settings_are_begun_once() {
    let shop = open();
    let init = ["config", "init", "new.toml", "--url", "https://wms.example/x/service.asmx", "--user", "å"];
    shop.done(&init);
    let text = shop.read("new.toml");
    let (shown, _) = shop.done(&["config", "show", "--config", "new.toml"]);
    assert!(text.contains("user_name = \"å\"") && shown.contains("user name"), "{text}{shown}");
    let (code, _, errors) = shop.ongoing(&init);
    assert_eq!((code, shop.read("new.toml") == text), (74, true), "{errors}");
}

#[test]
fn an_operation_given_as_a_command_is_pointed_at() {
    let shop = open();
    let (code, _, errors) = shop.ongoing(&["ProcessOrder"]);
    assert!(code == 2 && errors.contains("`ongoing call ProcessOrder`"), "{errors}");
    let (code, _, errors) = shop.ongoing(&["pull", "stock"]);
    assert!(code == 2 && errors.contains("ongoing pull inventory --preset stock"), "{errors}");
}

#[test]
fn a_skeleton_that_is_filled_in_is_accepted() {
    let shop = open();
    shop.article("1");
    let (skeleton, _) = shop.done(&["skeleton", "ProcessOrder"]);
    std::fs::write(shop.file("order.json"), &skeleton).unwrap();
    let (code, _, errors) = shop.ongoing(&["call", "ProcessOrder", "--input", "order.json"]);
    assert!(code == 65 && errors.contains("replace the placeholder `?`"), "{errors}");
    std::fs::write(shop.file("order.json"), skeleton.replace("\"?\"", "\"1\"")).unwrap();
    assert_eq!(shop.json(&["call", "ProcessOrder", "--input", "order.json"])["Success"], true);
}

#[test]
fn the_time_of_a_pull_is_found_under_its_name() {
    let shop = open();
    let (time, errors) = shop.done(&["sync", "get", "orders"]);
    assert!(time.trim() == "null" && errors.contains("stored under `pull orders`"), "{errors}");
    shop.done(&["pull", "orders", "--since", "last-sync", "--out", "orders.jsonl"]);
    let (stored, errors) = shop.done(&["sync", "get", "pull orders"]);
    assert!(stored.starts_with("\"20") && errors.is_empty(), "{stored}{errors}");
    assert_eq!(shop.done(&["sync", "get", "orders"]).0, stored);
    shop.done(&["sync", "set", "orders", "2026-01-02T03:04:05"]);
    let (_, errors) = shop.done(&["pull", "orders", "--since", "last-sync", "--out", "orders.jsonl"]);
    assert!(errors.contains("changed since 2026-01-02T02:59:05"), "{errors}");
    // A name of somebody else's that is the same.
    shop.done(&["sync", "set", "orders", "--exact", "2026-05-05T05:05:05"]);
    assert!(shop.done(&["sync", "get", "orders", "--exact"]).0.contains("2026-05-05T05:05:05"));
    assert!(!shop.done(&["sync", "get", "orders"]).0.contains("2026-05-05"));
}

#[test]
fn rows_are_shown_as_a_table_and_picked_by_a_query() {
    let shop = open();
    shop.order("1002", &[("MUG", 1)]);
    let number = "Orders[?OrderInfo.OrderStatusNumber >= `200`].OrderInfo.GoodsOwnerOrderNumber";
    let call = ["call", "GetOrdersByQuery", "--set", "OrderNumbersToGet=1001,1002", "--query"];
    let with = |query: &'static str| call.iter().copied().chain([query]).collect::<Vec<_>>();
    assert_eq!(shop.json(&with(number)), serde_json::json!(["1001", "1002"]));
    let mut table =
        with("Orders[].{number: OrderInfo.GoodsOwnerOrderNumber, lines: length(PickedOrderLines)}");
    table.extend(["--output", "table"]);
    let (shown, _) = shop.done(&table);
    assert_eq!(shown, "| lines | number |\n|-------|--------|\n|     1 | 1001   |\n|     1 | 1002   |\n");
    let mut xml = with("Orders");
    xml.extend(["--output", "xml"]);
    assert_eq!(shop.ongoing(&xml).0, 2, "a query is for JSON");
    let (code, _, errors) = shop.ongoing(&with("Orders[?"));
    assert!(code == 2 && errors.contains("Parse error"), "{errors}");
    let (code, _, errors) = shop.ongoing(&with("sum(Orders)"));
    assert!(code == 2 && errors.contains("--query sum(Orders)"), "{errors}");
    let (code, shown, errors) =
        shop.ongoing(&["show", "order", "1001", "4711", "--query", "[].{key: key, found: length(found)}"]);
    assert_eq!(code, 1, "{errors}");
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown, serde_json::json!([{ "key": "1001", "found": 1 }, { "key": "4711", "found": 0 }]));
}

#[test]
fn a_journal_is_asked_for_several_records() {
    let shop = open();
    let order = |number: &str| {
        format!(
            r#"{{"OrderInfo": {{"GoodsOwnerOrderNumber": "{number}", "DeliveryDate": "2026-12-01"}}, "CustomerOrderLines": [{{"ArticleNumber": "MUG", "NumberOfItems": 1}}]}}"#
        )
    };
    std::fs::write(shop.file("orders.jsonl"), [order("7"), order("8"), order("9")].join("\n")).unwrap();
    shop.done(&["push", "orders", "orders.jsonl"]);
    let some = ["journal", "orders.journal", "--key", "7", "--key", "9", "--query", "[].key"];
    assert_eq!(shop.json(&some), serde_json::json!(["7", "9"]));
    let (lines, _) = shop.done(&["journal", "orders.journal", "--output", "json"]);
    assert_eq!(lines.lines().count(), 3, "one value a line");
    let (table, _) = shop.done(&["journal", "orders.journal", "--output", "table"]);
    assert!(table.starts_with("| key | goodsOwner | state |"), "{table}");
}

#[test]
fn profiles_are_listed() {
    let shop = open();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("o.toml");
    std::fs::write(&file, "[profiles.test]\n[profiles.live]\nurl = \"https://x/y\"\n").unwrap();
    assert_eq!(shop.done(&["config", "profiles", "--config", file.to_str().unwrap()]).0, "live\ntest\n");
    assert_eq!(shop.done(&["config", "profiles"]).0, "", "without a file there are none");
}
