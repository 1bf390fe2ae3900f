//! `ongoing status`, `ongoing config` and `ongoing cancel` against a sandbox, as separate processes.
#![cfg(own_contract)]

use std::fs;
use std::process::Command;

use ongoing_wms::Client;
use ongoing_wms::batch::Kind;
use ongoing_wms::dynamic::request_from_json;
use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, Sandbox};
use serde_json::{Value, json};

struct Shop {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
}

impl Shop {
    fn open() -> Shop {
        let sandbox = Sandbox::builder().password("canary-4711").start().unwrap();
        Shop { sandbox, folder: tempfile::tempdir().unwrap() }
    }

    fn put(&self, kind: &str, payload: Value) {
        let client =
            Client::builder(self.sandbox.url()).credentials(self.sandbox.credentials()).build().unwrap();
        let operation = Kind::find(kind).unwrap().operation().unwrap();
        request_from_json(operation, &payload).unwrap().call(&client).unwrap();
    }

    fn article(&self) {
        let article = json!({
            "ArticleOperation": "CreateOrUpdate", "ArticleIdentification": "ArticleNumber", "ArticleNumber": "MUG",
        });
        self.put("articles", article);
    }

    fn in_order(&self, number: &str) {
        let info = json!({
            "InOrderIdentification": "GoodsOwnerOrderNumber", "InOrderOperation": "CreateOrUpdate",
            "GoodsOwnerOrderNumber": number,
        });
        self.put("in-orders", json!({ "InOrderInfo": info, "InOrderLines": [line()] }));
    }

    fn order(&self, number: &str) {
        let info = json!({
            "OrderIdentification": "GoodsOwnerOrderNumber", "OrderOperation": "CreateOrUpdate",
            "GoodsOwnerOrderNumber": number, "DeliveryDate": "2026-12-01",
        });
        self.put("orders", json!({ "OrderInfo": info, "CustomerOrderLines": [line()] }));
    }

    /// Exit code, standard output and standard error.
    fn ongoing(&self, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_ongoing"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("ONGOING_URL", self.sandbox.url())
            .env("ONGOING_USERNAME", "demo")
            .env("ONGOING_PASSWORD", "canary-4711")
            .env("ONGOING_GOODS_OWNER_CODE", "DEMO")
            .env("ONGOING_GOODS_OWNER_ID", "1")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (out, errors) = (text(output.stdout), text(output.stderr));
        assert!(!out.contains("canary") && !errors.contains("canary"), "{out}{errors}");
        (output.status.code().unwrap(), out, errors)
    }

    #[track_caller]
    fn json(&self, arguments: &[&str], variables: &[(&str, &str)], exit: i32) -> (Value, String) {
        let (code, out, errors) = self.ongoing(arguments, variables);
        assert_eq!(code, exit, "{errors}");
        (serde_json::from_str(&out).unwrap(), errors)
    }

    fn sent(&self, operation: &str) -> usize {
        self.sandbox.log().iter().filter(|request| request.operation == operation).count()
    }
}

fn line() -> Value {
    json!({
        "OrderLineIdentification": "ArticleNumber", "ArticleIdentification": "ArticleNumber",
        "ArticleNumber": "MUG", "NumberOfItems": "1",
    })
}

const STATUS: [&str; 3] = ["status", "--output", "json"];

#[test]
fn a_service_that_is_well() {
    let shop = Shop::open();
    let (status, _) = shop.json(&STATUS, &[], 0);
    assert_eq!(status["service"]["running"], true);
    assert_eq!((&status["loginAccepted"], &status["limit"]), (&json!(true), &Value::Null));
    assert_eq!(status["goodsOwner"], json!({ "code": "DEMO", "id": 1 }));
    let ahead = status["clock"]["aheadSeconds"].as_f64().unwrap();
    assert!(ahead.abs() < 30.0, "{ahead}");
    let (code, text, _) = shop.ongoing(&["status"], &[]);
    assert_eq!(code, 0);
    assert!(text.contains("login        accepted\n") && text.contains("\nclock        "), "{text}");
}

#[test]
fn a_service_that_is_not_well() {
    let shop = Shop::open();
    let (status, _) = shop.json(&STATUS, &[("ONGOING_PASSWORD", "wrong")], 77);
    assert_eq!((&status["service"]["reached"], &status["loginAccepted"]), (&json!(true), &json!(false)));
    let (status, _) = shop.json(&STATUS, &[("ONGOING_URL", "http://127.0.0.1:1/x")], 69);
    assert_eq!(status["service"]["reached"], false);
    let (status, errors) = shop.json(&STATUS, &[("ONGOING_PASSWORD", "")], 78);
    assert_eq!((&status["service"]["reached"], &status["loginAccepted"]), (&json!(true), &Value::Null));
    assert!(errors.contains("ONGOING_PASSWORD"), "{errors}");
    shop.sandbox.disturb(Disturbance::any(DisturbanceKind::Status { code: 429, retry_after: Some(7) }));
    let (status, _) = shop.json(&STATUS, &[], 75);
    assert_eq!(status["limit"], json!({ "status": 429, "retryAfterSeconds": 7 }));
    shop.sandbox.disturb(Disturbance::any(DisturbanceKind::Html));
    let (status, _) = shop.json(&STATUS, &[], 76);
    assert_eq!(status["service"]["reached"], false);
}

#[test]
fn settings_with_where_they_come_from() {
    let shop = Shop::open();
    let file = "url = \"https://a.example/x\"\nuser_name = \"top\"\npassword_file = \"p.txt\"\n\
                [profiles.test]\nuser_name = \"tester\"\n";
    fs::write(shop.folder.path().join("ongoing.toml"), file).unwrap();
    let none = [("ONGOING_URL", ""), ("ONGOING_USERNAME", ""), ("ONGOING_PASSWORD", "")];
    let (shown, _) =
        shop.json(&["config", "show", "--output", "json", "--profile", "test", "--timeout", "9"], &none, 0);
    let setting = |name: &str| {
        let found = shown.as_array().unwrap().iter().find(|setting| setting["name"] == name).unwrap();
        (found["value"].clone(), found["from"].clone())
    };
    assert_eq!(setting("address"), (json!("https://a.example/x"), json!("ongoing.toml")));
    assert_eq!(setting("user name"), (json!("tester"), json!("ongoing.toml [profiles.test]")));
    assert_eq!(setting("password"), (json!("set"), json!("the file p.txt, which ongoing.toml names")));
    assert_eq!(setting("goods owner code"), (json!("DEMO"), json!("the environment")));
    assert_eq!(setting("timeout"), (json!("9 s"), json!("the command line")));
    assert_eq!(setting("CA file"), (Value::Null, Value::Null));
    let (checked, errors) = shop.json(&["config", "check", "--output", "json"], &none, 78);
    assert_eq!(checked["ok"], false);
    assert!(errors.contains("p.txt cannot be read"), "{errors}");
    let (checked, _) = shop.json(&["config", "check", "--output", "json"], &[], 0);
    assert_eq!(checked, json!({ "ok": true, "problems": [], "notes": [] }));
    let (checked, _) = shop.json(
        &["config", "check", "--output", "json"],
        &[("ONGOING_URL", "http://a.example/x"), ("ONGOING_GOODS_OWNER_CODE", "")],
        78,
    );
    let problems: Vec<&str> = checked["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["what"].as_str().unwrap())
        .collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert_eq!(problems[0], "the goods owner's code is not set");
    assert_eq!(shop.sent("GetSystemStatus"), 0);
}

#[test]
fn orders_are_cancelled_until_somebody_works_on_them() {
    let shop = Shop::open();
    shop.article();
    shop.in_order("I1");
    shop.in_order("I2");
    shop.sandbox.receive("I2").unwrap();
    shop.order("W1");
    shop.order("W2");
    shop.sandbox.pick("W2").unwrap();
    let (became, errors) = shop.json(&["cancel", "order", "W1", "W2", "W3"], &[], 1);
    let results: Vec<_> =
        became.as_array().unwrap().iter().map(|one| one["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["cancelled", "refused", "not found"]);
    assert!(became[1]["message"].as_str().unwrap().contains("its status is 400"), "{became}");
    assert!(errors.contains("until picking begins"), "{errors}");
    let sent = shop.sent("ProcessOrder");
    let (became, _) = shop.json(&["cancel", "order", "W1"], &[], 0);
    assert_eq!(became[0]["result"], "cancelled before");
    assert_eq!(shop.sent("ProcessOrder"), sent, "nothing was sent");
    let (became, _) = shop.json(&["cancel", "in-order", "I1"], &[], 0);
    assert_eq!(became[0]["result"], "cancelled");
    let (became, _) = shop.json(&["cancel", "in-order", "I2"], &[], 1);
    assert_eq!(became[0]["result"], "refused");
}

#[test]
fn a_production_order_is_cancelled_until_production_begins() {
    let shop = Shop::open();
    shop.article();
    for number in ["P1", "P2"] {
        let order = json!({
            "ProductionOrderIdentification": "ProductionOrderNumber",
            "ProductionOrderOperation": "CreateOrUpdate",
            "ProductionOrderNumber": number,
        });
        shop.put("production-orders", order);
    }
    let (became, errors) = shop.json(&["cancel", "production-order", "P1", "P3"], &[], 1);
    assert_eq!((&became[0]["result"], &became[1]["result"]), (&json!("cancelled"), &json!("not found")));
    assert!(errors.contains("P3: not found") && !errors.contains("until"), "{errors}");
    let (_, out, _) = shop.ongoing(&["cancel", "production-order", "P2", "--dry-run"], &[]);
    assert!(out.contains("<ProductionOrderOperation>Remove</ProductionOrderOperation>"), "{out}");
}

#[test]
fn an_answer_that_was_lost_is_looked_up() {
    let shop = Shop::open();
    shop.article();
    shop.order("W1");
    shop.order("W2");
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutAfter));
    let (became, _) = shop.json(&["cancel", "order", "W1"], &[], 0);
    assert_eq!(became[0]["result"], "cancelled");
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutBefore));
    let (became, _) = shop.json(&["cancel", "order", "W2"], &[], 75);
    assert_eq!(became[0]["result"], "unknown");
    let (_, out, errors) = shop.ongoing(&["cancel", "order", "W2", "--dry-run"], &[]);
    assert!(out.contains("<OrderOperation>Remove</OrderOperation>") && errors.contains("nothing was sent"));
    shop.sandbox.disturb(Disturbance::on("GetOrdersByQuery", DisturbanceKind::CutBefore).times(9));
    let (became, _) = shop.json(&["cancel", "order", "W2", "W1"], &[], 69);
    assert_eq!((&became[0]["result"], &became[1]["result"]), (&json!("not done"), &json!("not done")));
}

/// A front door that rejects one order after another went through rejects that order; one that rejects the first may
/// reject the caller.
#[test]
fn an_order_that_a_front_door_rejects_does_not_keep_the_others() {
    let shop = Shop::open();
    shop.article();
    for number in ["W1", "W2", "W3", "W4"] {
        shop.order(number);
    }
    let forbidden = || {
        let status = DisturbanceKind::Status { code: 403, retry_after: None };
        shop.sandbox.disturb(Disturbance::on("ProcessOrder", status));
    };
    forbidden();
    let (became, errors) = shop.json(&["cancel", "order", "W1", "W2"], &[], 76);
    assert_eq!((&became[0]["result"], &became[1]["result"]), (&json!("not done"), &json!("not done")));
    assert!(errors.contains("a firewall or proxy"), "{errors}");
    let slow = DisturbanceKind::Delay(std::time::Duration::ZERO);
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", slow));
    forbidden();
    let (became, errors) = shop.json(&["cancel", "order", "W1", "W2", "W3"], &[], 1);
    let results: Vec<_> = became.as_array().unwrap().iter().map(|one| one["result"].clone()).collect();
    assert_eq!(results, ["cancelled", "not done", "cancelled"], "{errors}");
}

/// Gateways take keys in the address.
#[test]
fn what_is_secret_in_an_address_is_shown_and_kept_nowhere() {
    let shop = Shop::open();
    let url = format!("{}?subscription-key=canary-8812", shop.sandbox.url());
    let address = [("ONGOING_URL", url.as_str()), ("RUST_LOG", "trace")];
    let article = json!({
        "ArticleOperation": "CreateOrUpdate", "ArticleIdentification": "ArticleNumber", "ArticleNumber": "MUG",
    });
    fs::write(shop.folder.path().join("articles.jsonl"), article.to_string()).unwrap();
    for arguments in [
        &["status"][..],
        &["config", "check"],
        &["push", "articles", "articles.jsonl", "-vv", "--record", "exchanges"],
        &["pull", "inventory", "-v", "--out", "stock.csv"],
        &["pull", "movements", "-v", "--since", "last-sync", "--out", "movements.jsonl"],
        &["call", "GetOrderStatuses", "-vv"],
    ] {
        // What is shown is looked through for each command.
        let (code, _, errors) = shop.ongoing(arguments, &address);
        assert_eq!(code, 0, "{arguments:?}: {errors}");
    }
    let files = |folder: &str| fs::read_dir(shop.folder.path().join(folder)).unwrap();
    let paths = files("").chain(files("exchanges")).map(|file| file.unwrap().path());
    for path in paths.filter(|path| path.is_file()) {
        let bytes = fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("canary"), "{}", path.display());
    }
    let wrong = format!("{}?subscription-key=canary-8812", shop.sandbox.url().replace("http:", "ftp:"));
    let (code, _, _) = shop.ongoing(&["status"], &[("ONGOING_URL", &wrong)]);
    assert_eq!(code, 78);
}
