//! What happened, as it is kept, listed, streamed and written to a file.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, ExchangeKind, ExchangeOutcome, Sandbox};
use ongoing_wms::{Client, Error, Secret};
use serde_json::{Value, json};

use crate::admin::{act, get, post};
use crate::{article, client, order, refusal, start, stock};

fn host(sandbox: &Sandbox) -> &str {
    sandbox.url().trim_start_matches("http://").split('/').next().unwrap()
}

/// Sends bytes, and gives the whole answer.
fn send(sandbox: &Sandbox, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(host(sandbox)).unwrap();
    write!(stream, "{head}Connection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A SOAP request with these headers.
fn soap(sandbox: &Sandbox, host: &str, action: &str, body: &str) -> String {
    let head = format!(
        "POST /demo/service.asmx HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/xml\r\n\
         SOAPAction: \"http://ongoingsystems.se/WSI/{action}\"\r\n"
    );
    let envelope = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{body}</s:Body></s:Envelope>"
    );
    send(sandbox, &head, &envelope)
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|exchange| exchange["name"].as_str().unwrap()).collect()
}

#[test]
fn requests_and_work_are_kept_with_what_they_were_about() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 5)]);
    client.process_order(order("1001", &[("A", 1)])).unwrap();
    act(&sandbox, "pick", json!({ "order": "1001" }));
    let listed = get(&sandbox, "exchanges?last=3");
    assert_eq!(names(&listed["exchanges"]), ["pick", "ProcessOrder", "receive"]);
    assert_eq!((&listed["count"], &listed["kept"], &listed["newest"]), (&json!(5), &json!(5), &json!(5)));
    let sent = &listed["exchanges"][1];
    assert_eq!(
        (&sent["outcome"], &sent["effect"], &sent["goodsOwner"], &sent["status"]),
        (&json!("done"), &json!("write"), &json!("DEMO"), &json!(200))
    );
    let keys = sent["keys"].as_array().unwrap();
    assert!(keys.contains(&json!({ "kind": "order", "value": "1001" })), "{keys:?}");
    assert!(keys.contains(&json!({ "kind": "article", "value": "A" })), "{keys:?}");

    // By its key it is found with the work that was done on it.
    assert_eq!(names(&get(&sandbox, "exchanges?key=1001")["exchanges"]), ["pick", "ProcessOrder"]);
    let counted = get(&sandbox, "requests?operation=ProcessOrder&key=1001");
    assert_eq!((&counted["count"], names(&counted["requests"])), (&json!(1), vec!["ProcessOrder"]));
    assert_eq!(get(&sandbox, "requests?operation=ProcessOrder&key=1002")["count"], 0);
    assert_eq!(names(&get(&sandbox, "exchanges?text=storgatan")["exchanges"]), ["ProcessOrder"]);
    assert_eq!(get(&sandbox, "exchanges?kind=work")["count"], 2);

    let detail = get(&sandbox, &format!("exchange?id={}", sent["id"]));
    let (request, answer) = (detail["request"].to_string(), detail["answer"].to_string());
    assert!(request.contains("Storgatan 1") && request.contains("ProcessOrder"), "{request}");
    assert!(answer.contains("ProcessOrderResult"), "{answer}");
    assert!(!detail.to_string().contains("open-sesame"), "{detail}");
    let work = get(&sandbox, &format!("exchange?id={}", listed["exchanges"][0]["id"]));
    assert_eq!((&work["arguments"]["order"], &work["result"]["status"]), (&json!("1001"), &json!(400)));
    let (status, error) = post(&sandbox, "exchange", &json!({ "id": 99 }));
    assert_eq!((status, &error["error"]), (404, &json!("exchange 99 not found, or no longer kept")));

    // The same from Rust.
    let last = sandbox.exchanges().pop().unwrap();
    assert_eq!(
        (last.kind, last.name.as_str(), last.outcome),
        (ExchangeKind::Work, "pick", ExchangeOutcome::Done)
    );
}

#[test]
fn what_went_wrong_is_told() {
    let (sandbox, good) = start();
    let bad = Client::builder(sandbox.url())
        .credentials(
            ongoing_wms::Credentials::new("demo", Secret::new("canary-7731"))
                .goods_owner_code("DEMO")
                .goods_owner_id(1),
        )
        .build()
        .unwrap();
    bad.process_article(article("A")).unwrap_err();
    let refused = get(&sandbox, "exchanges")["exchanges"][0].clone();
    assert_eq!((&refused["outcome"], &refused["errorKind"]), (&json!("refused"), &json!("LogonError")));
    assert_eq!(refused["message"], "Logon failed: wrong user name or password");
    let detail = get(&sandbox, "exchange?id=1");
    assert!(!detail.to_string().contains("canary-7731"), "{detail}");

    soap(&sandbox, host(&sandbox), "GetOrder", "<GetOrders xmlns=\"http://ongoingsystems.se/WSI\"/>");
    let detail = get(&sandbox, "exchange?id=2");
    assert_eq!(detail["outcome"], "invalid");
    let invalid = &detail["invalid"];
    assert_eq!(invalid["why"], "the SOAPAction names GetOrder, the Body has GetOrders");
    assert_eq!(
        (&invalid["line"], &invalid["expected"], &invalid["found"]),
        (&json!(1), &json!("GetOrder"), &json!("GetOrders"))
    );
    assert!(invalid["column"].as_u64().unwrap() > 80, "{invalid}");

    send(
        &sandbox,
        &format!(
            "POST /demo/service.asmx HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n",
            host(&sandbox)
        ),
        "{}",
    );
    let other = get(&sandbox, "exchange?id=3");
    assert_eq!((&other["outcome"], &other["status"]), (&json!("invalid"), &json!(415)));
    assert_eq!(other["message"], "The content type is neither text/xml nor application/soap+xml");

    sandbox.disturb(Disturbance::any(DisturbanceKind::CutAfter));
    good.process_article(article("B")).unwrap_err();
    let cut = get(&sandbox, "exchange?id=5");
    assert_eq!(
        (&cut["outcome"], &cut["status"], &cut["answer"]),
        (&json!("done"), &Value::Null, &Value::Null)
    );
    sandbox.disturb(Disturbance::any(DisturbanceKind::Html));
    good.process_article(article("B")).unwrap_err();
    assert_eq!(get(&sandbox, "exchange?id=7")["outcome"], "disturbed");
}

#[test]
fn a_request_is_refused_on_demand_in_the_words_and_shape_that_were_asked_for() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 5)]);
    act(
        &sandbox,
        "refuse",
        json!({ "operation": "ProcessOrder", "text": "Credit limit reached", "key": "1002" }),
    );
    let waiting = get(&sandbox, "disturbances");
    assert_eq!(
        (&waiting[0]["kind"], &waiting[0]["key"], &waiting[0]["left"], &waiting[0]["operation"]),
        (&json!("refuse"), &json!("1002"), &json!(1), &json!("ProcessOrder"))
    );
    client.process_order(order("1001", &[("A", 1)])).unwrap();
    assert_eq!(refusal(client.process_order(order("1002", &[("A", 1)]))), "Credit limit reached");
    let kept = get(&sandbox, "exchanges")["exchanges"][0].clone();
    assert_eq!((&kept["outcome"], &kept["message"]), (&json!("refused"), &json!("Credit limit reached")));
    // Once, and nothing of it has been kept.
    client.get_order_by_order_number("1002".to_owned()).unwrap_err();
    client.process_order(order("1002", &[("A", 1)])).unwrap();
    assert_eq!(get(&sandbox, "disturbances"), json!([]));

    let kind = DisturbanceKind::Refuse { text: "no".to_owned(), error_kind: None };
    sandbox.disturb(Disturbance::on("GetInventory", kind).times(2));
    let Err(Error::Fault(fault)) = client.get_inventory() else {
        panic!("an answer without a place for refusals")
    };
    assert!(fault.fault().reason.ends_with("---> no"), "{fault:?}");
    let id = get(&sandbox, "disturbances")[0]["id"].clone();
    assert_eq!(act(&sandbox, "undisturb", json!({ "id": id })), json!([]));
    assert_eq!(post(&sandbox, "undisturb", &json!({ "id": id })).0, 404);
    client.get_inventory().unwrap();
}

/// Reads a stream of events until so many exchanges have come.
fn read_events(sandbox: &Sandbox, head: &str, number: usize) -> Vec<(u64, Value)> {
    let mut stream = TcpStream::connect(host(sandbox)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET /admin/events HTTP/1.1\r\nHost: {}\r\n{head}\r\n", host(sandbox)).unwrap();
    let mut events = Vec::new();
    let mut id = 0;
    for line in BufReader::new(stream).lines() {
        let line = line.unwrap();
        if let Some(text) = line.strip_prefix("id: ") {
            id = text.parse().unwrap();
        } else if let Some(text) = line.strip_prefix("data: {\"id\"") {
            events.push((id, serde_json::from_str(&format!("{{\"id\"{text}")).unwrap()));
            if events.len() == number {
                break;
            }
        }
    }
    events
}

#[test]
fn exchanges_are_streamed_as_they_end_and_what_was_missed_comes_first() {
    let (sandbox, client) = start();
    let sandbox = Arc::new(sandbox);
    client.process_article(article("A")).unwrap();
    let listener = {
        let sandbox = Arc::clone(&sandbox);
        thread::spawn(move || read_events(&sandbox, "Last-Event-ID: 0\r\n", 3))
    };
    client.get_inventory().unwrap();
    sandbox.disturb("html".parse().unwrap());
    let events = listener.join().unwrap();
    let names: Vec<&str> = events.iter().map(|(_, event)| event["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ProcessArticle", "GetInventory", "disturb"]);
    assert!(events.iter().all(|(_, event)| event["outcome"] == "done"), "{events:?}");
    // Whoever comes back gets what has changed since.
    let after = read_events(&sandbox, &format!("Last-Event-ID: {}\r\n", events[0].0), 2);
    assert_eq!(after, events[1..]);

    // What meets a disturbance is also seen when it begins.
    let watched = sandbox.watch();
    client.get_system_info().unwrap_err();
    let seen: Vec<_> = watched.take(2).map(|exchange| (exchange.name.clone(), exchange.outcome)).collect();
    let name = "GetSystemInfo".to_owned();
    assert_eq!(seen, [(name.clone(), ExchangeOutcome::Running), (name, ExchangeOutcome::Disturbed)]);
}

#[test]
fn only_the_last_are_kept_and_a_file_keeps_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("exchanges.jsonl");
    let sandbox = Sandbox::builder().keep(&file).start().unwrap();
    let client = client(&sandbox);
    for _ in 0..2_010 {
        client.get_system_status().unwrap();
    }
    client.process_article(article("A")).unwrap();
    let listed = get(&sandbox, "exchanges?last=5000");
    assert_eq!((&listed["kept"], &listed["newest"]), (&json!(2_000), &json!(2_011)));
    assert_eq!(listed["exchanges"].as_array().unwrap().len(), 2_000);
    drop(sandbox);
    let text = std::fs::read_to_string(&file).unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((text.lines().count(), &last["name"]), (2_011, &json!("ProcessArticle")));
    assert!(last["request"]["body"].as_str().unwrap().contains("Article A") && !text.contains("open-sesame"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn large_bodies_do_not_fill_the_memory() {
    let sandbox = Sandbox::start().unwrap();
    for _ in 0..3 {
        let padding = "x".repeat(2 << 20);
        let body = format!("<GetOrder xmlns=\"http://ongoingsystems.se/WSI\"><!--{padding}--></GetOrder>");
        soap(&sandbox, host(&sandbox), "GetOrder", &body);
    }
    let detail = get(&sandbox, "exchange?id=2");
    assert_eq!(detail["request"]["cut"], true);
    assert!(detail["requestBytes"].as_u64().unwrap() > 2 << 20);
    assert_eq!(detail["request"]["body"].as_str().unwrap().len(), 256 * 1024);
}

#[test]
fn a_page_of_another_origin_reads_and_does_nothing() {
    let sandbox = Sandbox::builder().host_name("warehouse.example.org").start().unwrap();
    let body = "<GetSystemStatus xmlns=\"http://ongoingsystems.se/WSI\"/>";
    for host in ["evil.example", "evil.example:80", ""] {
        let answer = soap(&sandbox, host, "GetSystemStatus", body);
        assert!(
            answer.starts_with("HTTP/1.1 403") && answer.contains("is not this sandbox's host"),
            "{host}: {answer}"
        );
        let page = send(&sandbox, &format!("GET /demo/service.asmx?WSDL HTTP/1.1\r\nHost: {host}\r\n"), "");
        assert!(page.starts_with("HTTP/1.1 403"), "{host}: {page}");
    }
    for host in [host(&sandbox), "localhost", "warehouse.example.org:8010", "build-machine"] {
        let answer = soap(&sandbox, host, "GetSystemStatus", body);
        assert!(answer.starts_with("HTTP/1.1 200"), "{host}: {answer}");
    }
    let own = format!("Host: {}\r\n", host(&sandbox));
    for (origin, status) in
        [("http://evil.example", 403), ("null", 403), (&*format!("http://{}", host(&sandbox)), 200)]
    {
        for head in ["GET /admin/exchanges", "GET /admin/events"] {
            // What streams does not end.
            if status == 200 && head.ends_with("events") {
                continue;
            }
            let answer = send(&sandbox, &format!("{head} HTTP/1.1\r\n{own}Origin: {origin}\r\n"), "");
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{origin}: {answer}");
        }
    }
}

#[test]
fn the_actions_describe_themselves() {
    let (sandbox, _) = start();
    let actions = get(&sandbox, "actions");
    let actions = actions.as_array().unwrap();
    assert_eq!(actions.len(), Sandbox::actions().count());
    let find = |name: &str| actions.iter().find(|action| action["name"] == name).unwrap();
    let pick = find("pick");
    assert_eq!((&pick["table"], &pick["onlyReads"]), (&json!("orders"), &json!(false)));
    assert_eq!(
        (&pick["arguments"][0]["name"], &pick["arguments"][0]["rowKey"], &pick["arguments"][1]["kind"]),
        (&json!("order"), &json!(true), &json!("lines"))
    );
    assert!(find("disturb")["arguments"][0]["choices"].as_array().unwrap().len() > 10);
    let about = get(&sandbox, "about");
    assert_eq!(about["url"], sandbox.url());
    assert_eq!(
        (&about["password"], &about["goodsOwners"][0]),
        (&json!("open-sesame"), &json!({ "code": "DEMO", "id": 1 }))
    );
    let secret = Sandbox::builder().password("canary-7731").start().unwrap();
    assert_eq!(get(&secret, "about")["password"], Value::Null);
}
