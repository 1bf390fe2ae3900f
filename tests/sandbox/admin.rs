//! The warehouse's work from outside: actions over HTTP, each one and each refusal.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use ongoing_wms::Decimal;
use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, ExchangeFilter, Sandbox, Work, WorkError};
use serde_json::{Value, json};

use crate::{article, client, order, quantities, start, status, stock};

/// `host:port` of a sandbox.
fn host(sandbox: &Sandbox) -> &str {
    sandbox.url().trim_start_matches("http://").split('/').next().unwrap()
}

/// Sends a request with these headers; gives the status and the JSON of the answer.
fn send(sandbox: &Sandbox, line: &str, headers: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(host(sandbox)).unwrap();
    let length = body.len();
    let head =
        format!("{line} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    (status, serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}")))
}

pub fn post(sandbox: &Sandbox, action: &str, body: &Value) -> (u16, Value) {
    let headers = format!("Host: {}\r\nContent-Type: application/json\r\n", host(sandbox));
    send(sandbox, &format!("POST /admin/{action}"), &headers, &body.to_string())
}

pub fn get(sandbox: &Sandbox, action: &str) -> Value {
    let (status, value) =
        send(sandbox, &format!("GET /admin/{action}"), &format!("Host: {}\r\n", host(sandbox)), "");
    assert_eq!(status, 200, "{value}");
    value
}

/// Does an action that must be possible.
#[track_caller]
pub fn act(sandbox: &Sandbox, action: &str, body: Value) -> Value {
    let (status, value) = post(sandbox, action, &body);
    assert_eq!(status, 200, "{action} {body}: {value}");
    value
}

/// Asks for what must be refused.
#[track_caller]
pub fn refused(sandbox: &Sandbox, action: &str, body: Value, expected: (u16, &str)) {
    let (status, value) = post(sandbox, action, &body);
    assert_eq!((status, value["error"].as_str()), (expected.0, Some(expected.1)), "{action} {body}");
}

#[test]
fn arguments_that_cannot_be() {
    let (sandbox, _) = start();
    for (action, body, expected) in [
        ("pick", json!([]), "pick expects a JSON object with order, lines, goodsOwner, orders, all"),
        ("pick", json!({}), "pick requires \"order\": Number of the order, or its id"),
        ("pick", json!({ "order": null }), "pick requires \"order\": Number of the order, or its id"),
        (
            "pick",
            json!({ "Order": "1", "order": "1" }),
            "pick has no argument \"Order\": its arguments are order, lines, goodsOwner, orders, all",
        ),
        ("pick", json!({ "order": true }), "\"order\" must be non-empty text, not true"),
        ("pick", json!({ "order": "" }), "\"order\" must be non-empty text, not \"\""),
        (
            "pick",
            json!({ "order": "1", "lines": { "A": 1 } }),
            "\"lines\" must be a list of {\"line\": text, \"number\": number}, not {\"A\":1}",
        ),
        (
            "pick",
            json!({ "order": "1", "lines": [{ "line": "A", "number": 1, "x": 1 }] }),
            "\"lines\" must be a list of {\"line\": text, \"number\": number}, not [{\"line\":\"A\",\"number\":1,\"x\":1}]",
        ),
        ("count", json!({ "article": "A", "number": "many" }), "\"number\" must be a number, not \"many\""),
        ("invoice", json!({ "orders": [], "price": 1 }), "\"orders\" must be a non-empty list, not []"),
        ("log", json!({ "last": -1 }), "\"last\" must be a whole number, 0 or above, not -1"),
        ("undisturb", json!({ "kind": "html" }), "undisturb has no argument \"kind\": its arguments are id"),
        ("disturb", json!({ "kind": "delay", "code": 500 }), "delay has no argument \"code\""),
        (
            "disturb",
            json!({ "kind": "html", "operation": "ProcesOrder" }),
            "operation \"ProcesOrder\" not found",
        ),
    ] {
        refused(&sandbox, action, body, (400, expected));
    }
}

#[test]
fn requests_that_are_none() {
    let (sandbox, _) = start();
    let own = format!("Host: {}\r\n", host(&sandbox));
    let json = "Content-Type: application/json\r\n";
    let both = format!("{own}{json}");
    for (line, headers, body, status, expected) in [
        ("POST /admin/pack", both.as_str(), "{}", 404, "unknown action \"pack\""),
        ("GET /admin/pick", own.as_str(), "", 405, "pick expects POST"),
        ("DELETE /admin/state", own.as_str(), "", 405, "state expects GET, or POST"),
        (
            "GET /admin/state?owner=DEMO",
            own.as_str(),
            "",
            400,
            "state has no argument \"owner\": its arguments are table, key, search, status, limit, offset, lines, goodsOwner",
        ),
        ("POST /admin/undisturb", own.as_str(), "{}", 415, "Content-Type must be application/json"),
        (
            "POST /admin/undisturb",
            &format!("{own}Content-Type: application/x-www-form-urlencoded\r\n"),
            "a=b",
            415,
            "Content-Type must be application/json",
        ),
        ("POST /admin/undisturb", both.as_str(), "{", 400, "the body is not JSON"),
        (
            "POST /admin/undisturb",
            &format!("Host: evil.example\r\n{json}"),
            "{}",
            403,
            "\"evil.example\" is not",
        ),
        ("GET /admin/state", "Host: evil.example:8010\r\n", "", 403, "\"evil.example:8010\" is not"),
        ("GET /admin/state", "", "", 403, "\"\" is not"),
    ] {
        let (found, value) = send(&sandbox, line, headers, body);
        let error = value["error"].as_str().unwrap_or_default();
        assert_eq!(value["actions"].is_array(), status == 404, "{line}: {value}");
        assert!(found == status && error.contains(expected), "{line}: {found} {value}");
    }
    for own in ["localhost:8010", "[::1]:8010", "::1", "127.0.0.1", "sandbox:80"] {
        let (status, value) = send(&sandbox, "GET /admin/state", &format!("Host: {own}\r\n"), "");
        assert_eq!(status, 200, "{own}: {value}");
    }
    // Nothing at all is what an action without arguments takes.
    assert_eq!(send(&sandbox, "POST /admin/undisturb", &both, ""), (200, json!([])));
    let long = format!("\"{}\"", "x".repeat(2 << 20));
    assert_eq!(send(&sandbox, "POST /admin/undisturb", &both, &long).0, 413);
}

#[test]
fn the_goods_owner_that_is_meant() {
    let sandbox = Sandbox::builder().goods_owner("ONE", 1).goods_owner("TWO", 2).start().unwrap();
    let (one, two) = (sandbox.for_goods_owner("ONE").unwrap(), sandbox.for_goods_owner("two").unwrap());
    assert!(sandbox.for_goods_owner("THREE").is_err());
    for (sandbox, article) in [(&one, "A"), (&two, "A")] {
        stock(sandbox, &client(sandbox), &[(article, 9)]);
        client(sandbox).process_order(order("O", &[(article, 2)])).unwrap();
    }
    client(&two).process_order(order("P", &[("A", 2)])).unwrap();
    let ambiguous = |number: &str| format!("several goods owners have \"{number}\": name one");
    for (action, body, number) in [
        ("pick", json!({ "order": "O" }), "O"),
        ("count", json!({ "article": "A", "number": 1 }), "A"),
        ("receive", json!({ "inOrder": "STOCK-A" }), "STOCK-A"),
        ("invoice", json!({ "orders": ["O"], "price": 1 }), "O"),
        ("move", json!({ "article": "A", "number": 1, "location": "X" }), "A"),
        ("transfer", json!({ "transfer": "T", "lines": [{ "line": "A", "number": 1 }] }), "A"),
    ] {
        refused(&sandbox, action, body, (409, &ambiguous(number)));
    }
    assert_eq!(sandbox.pick("O"), Err(WorkError::Ambiguous("O".into())));
    let shown = act(&sandbox, "pick", json!({ "order": "O", "goodsOwner": "TWO" }));
    assert_eq!((shown["goodsOwner"].as_str(), shown["status"].as_i64()), (Some("TWO"), Some(400)));
    assert_eq!((status(&client(&one), "O"), status(&client(&two), "O")), (300, 400));
    // Ids are those of the whole warehouse; a goods owner has only its own.
    assert_eq!(act(&sandbox, "pick", json!({ "order": 3 }))["number"], "P");
    assert_eq!(one.pick("3"), Err(WorkError::NotFound { what: "order", number: "3".into() }));
    one.count("A", Decimal::from(5), "lost").unwrap();
    assert_eq!((quantities(&client(&one), "A")[0], quantities(&client(&two), "A")[0]), (5, 5));
    // Both may plan a transfer of the same number.
    for owner in ["ONE", "TWO"] {
        act(
            &sandbox,
            "transfer",
            json!({ "transfer": "T", "lines": [{ "line": "A", "number": 1 }], "goodsOwner": owner }),
        );
    }
    refused(&sandbox, "deliver-transfer", json!({ "transfer": "T" }), (409, &ambiguous("T")));
    assert_eq!(two.rows("orders").unwrap().len(), 2);
    let state = act(&sandbox, "state", json!({ "table": "orders", "goodsOwner": "ONE" }));
    assert_eq!((&state["total"], &state["rows"][0]["goodsOwner"]), (&json!(1), &json!("ONE")));
    assert_eq!(get(&sandbox, "state?table=orders")["total"], 3);
    let count = |of: &str| get(&sandbox, &format!("state{of}"))[0]["count"].clone();
    assert_eq!((count(""), count("?goodsOwner=TWO")), (json!(3), json!(2)));
}

#[test]
fn the_log_tells_what_came_and_what_was_done_to_it() {
    let (sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    sandbox.disturb(Disturbance::any(DisturbanceKind::Status { code: 503, retry_after: None }));
    client.get_inventory().unwrap_err();
    let log = get(&sandbox, "log");
    assert_eq!(
        (log[0]["operation"].as_str(), log[0]["disturbance"].as_str()),
        (Some("ProcessArticle"), None)
    );
    assert_eq!(log[1]["disturbance"], "status,code=503");
    assert!(log[0]["time"].as_str().unwrap().ends_with('Z'));
    assert!(
        log[0]["body"].as_str().unwrap().contains("Article A") && !log.to_string().contains("open-sesame")
    );
    assert_eq!(act(&sandbox, "log", json!({ "last": 1 }))[0]["operation"], "GetInventory");
}

#[test]
fn disturbances_from_outside() {
    let (sandbox, client) = start();
    let waiting = act(&sandbox, "disturb", json!({ "kind": "fault", "text": "no", "operation": "GetOrder" }));
    assert_eq!(texts(&waiting), ["fault,text=no,operation=GetOrder,count=1"]);
    act(&sandbox, "disturb", json!({ "kind": "status", "code": 429, "count": 2 }));
    assert_eq!(client.get_inventory().unwrap_err().status(), Some(429));
    assert_eq!(
        texts(&get(&sandbox, "disturbances")),
        ["fault,text=no,operation=GetOrder,count=1", "status,code=429,count=1"]
    );
    assert_eq!(act(&sandbox, "undisturb", json!({})), json!([]));
    client.get_inventory().unwrap();
}

/// The waiting disturbances as texts.
fn texts(waiting: &Value) -> Vec<&str> {
    waiting.as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect()
}

/// The requests, of so many, that meet something.
fn met(sandbox: &Sandbox, requests: usize) -> Vec<usize> {
    let client = client(sandbox);
    (0..requests).filter(|_| client.get_system_status().is_err()).collect()
}

#[test]
fn chance_is_the_same_again_with_the_same_seed() {
    let with = |disturbances: &[&str]| {
        let mut builder = Sandbox::builder();
        for disturbance in disturbances {
            builder = builder.disturb(disturbance.parse().unwrap());
        }
        met(&builder.start().unwrap(), 200)
    };
    let first = with(&["html,probability=0.2,seed=7"]);
    assert!((20..60).contains(&first.len()), "{first:?}");
    assert_eq!(first, with(&["html,probability=0.2,seed=7"]));
    assert_ne!(first, with(&["html,probability=0.2,seed=8"]));
    // What else is disturbed makes no difference: the same requests meet something, and a few more.
    let both = with(&["status,probability=0.1,seed=1", "html,probability=0.2,seed=7"]);
    assert!(both.len() > first.len() && first.iter().all(|met| both.contains(met)), "{both:?}");
    assert_eq!(with(&["html,probability=0.2,seed=7,count=3"]), first[..3]);
    assert_eq!(with(&["html,probability=0"]).len(), 0);
    assert_eq!(with(&["html,probability=1"]).len(), 200);
}

#[test]
fn the_page_lists_the_actions() {
    let (sandbox, _) = start();
    let page = |path: &str, host: &str| {
        let mut stream = TcpStream::connect(self::host(&sandbox)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let shown = page("/", "warehouse:8010");
    for action in Sandbox::actions() {
        assert!(shown.contains(&format!("<code>{}</code>", action.name)), "{}", action.name);
    }
    // The address is the one that the caller used, unless it would be none.
    assert!(shown.contains("<code>http://warehouse:8010/demo/service.asmx</code>"));
    assert!(
        page("/demo/service.asmx?WSDL", "warehouse:8010")
            .contains("\"http://warehouse:8010/demo/service.asmx\"")
    );
    assert!(page("/", "<script>").contains(&format!("<code>{}</code>", sandbox.url())));
}

#[test]
fn other_machines_are_let_in_on_purpose_only() {
    let any: std::net::IpAddr = "0.0.0.0".parse().unwrap();
    let error = Sandbox::builder().address(any).start().unwrap_err();
    assert_eq!(error.to_string(), "other machines could reach 0.0.0.0: allow it with `allow_remote`");
    let sandbox = Sandbox::builder().address(any).allow_remote().start().unwrap();
    assert!(sandbox.url().starts_with("http://127.0.0.1:"), "{}", sandbox.url());
    client(&sandbox).get_inventory().unwrap();
}

#[test]
fn all_actions_are_methods_too() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 5)]);
    for (number, items) in [("1", 2), ("2", 9), ("3", 2)] {
        client.process_order(order(number, &[("A", items)])).unwrap();
    }
    let worked = sandbox.work_on(Work::Pick, &["1", "2", "?"]).unwrap();
    let missing = WorkError::NotEnough { article: "A".into(), missing: 6.into() };
    let absent = WorkError::NotFound { what: "order", number: "?".into() };
    assert_eq!(
        (worked.done, worked.failed),
        (vec!["1".to_owned()], vec![("2".to_owned(), missing), ("?".to_owned(), absent)])
    );
    assert_eq!(sandbox.work_on_all(Work::Ship).unwrap().done, ["1"]);
    assert_eq!(sandbox.work_on(Work::Collect, &[]).unwrap().done, Vec::<String>::new());
    assert_eq!(sandbox.act("collect", json!({ "order": "1" })).unwrap()["status"], 500);
    assert!(matches!(sandbox.act("collect", json!({})), Err(WorkError::Argument(_))));
    assert!(matches!(sandbox.act("pack", json!({})), Err(WorkError::Absent(_))));

    let orders = ExchangeFilter::requests().operation("ProcessOrder");
    assert_eq!((sandbox.count_exchanges(&orders), sandbox.count_exchanges(&orders.clone().key("2"))), (3, 1));
    let shipped = sandbox.find(&ExchangeFilter::work().operation("ship"));
    assert_eq!(sandbox.exchange(shipped[0].id).unwrap().caller, "rust");

    sandbox.refuse("ProcessOrder", "Credit limit reached").unwrap();
    assert_eq!(sandbox.disturbances()[0].operation.as_deref(), Some("ProcessOrder"));
    assert!(client.process_order(order("4", &[("A", 1)])).unwrap_err().to_string().contains("Credit limit"));
    assert!(matches!(sandbox.refuse("ProcesOrder", "no"), Err(WorkError::Argument(_))));
    sandbox.change_clock(&"2026-12-31T08:00:00".parse().unwrap());
    assert_eq!(sandbox.now().to_string(), "2026-12-31 08:00:00");
}
