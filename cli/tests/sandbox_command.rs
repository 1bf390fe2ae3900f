//! `ongoing sandbox`: a process that serves, and others that work in it.
#![cfg(own_contract)]

mod support;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, Sandbox};
use serde_json::{Value, json};
use support::{Server, Shown, command, ongoing, xml_answer};

/// A sandbox process; ends with the test.
struct Serving {
    child: Child,
    url: String,
    /// What it printed before its last line.
    said: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has seen then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    fn start(flags: &[&str]) -> Serving {
        let mut child = command(&[&["sandbox"], flags].concat(), &[])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let mut said = String::new();
        for line in BufReader::new(child.stdout.take().expect("stdout is piped")).lines() {
            let line = line.expect("what it says is text");
            if line.starts_with("Ctrl-C") {
                break;
            }
            said.push_str(&line);
            said.push('\n');
        }
        let address = said.lines().find_map(|line| line.strip_prefix("address"));
        let url = address.map(|address| address.trim().to_owned());
        let mut serving = Serving { child, url: String::new(), said };
        serving.url = url.unwrap_or_else(|| panic!("it does not serve: {}", serving.errors()));
        serving
    }

    /// Ends it; what it wrote to standard error.
    fn errors(&mut self) -> String {
        let _ = self.child.kill();
        let mut errors = String::new();
        let stderr = self.child.stderr.as_mut().expect("stderr is piped");
        stderr.read_to_string(&mut errors).expect("what it says is text");
        errors
    }

    /// An action here.
    fn act(&self, arguments: &[&str]) -> Shown {
        ongoing(&[&["sandbox"], arguments].concat(), &[("ONGOING_URL", &self.url)])
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) -> Value {
        let shown = self.act(arguments);
        assert_eq!(shown.code, 0, "{arguments:?}: {}", shown.stderr);
        serde_json::from_str(&shown.stdout).expect("JSON on standard output")
    }

    #[track_caller]
    fn fails(&self, arguments: &[&str], code: i32, expected: &str) {
        expect(&self.act(arguments), code, expected);
    }
}

#[track_caller]
fn expect(shown: &Shown, code: i32, expected: &str) {
    assert!(shown.code == code && shown.stderr.contains(expected), "{}: {}", shown.code, shown.stderr);
    assert_eq!(shown.stdout, "");
}

#[test]
fn each_kind_of_argument_arrives() {
    let serving = Serving::start(&["--seed-data"]);
    let received = serving.done(&["receive", "PO-503", "--line", "BOWL-OAK=40", "--line", "MUG-BLUE=0.5"]);
    assert_eq!(received, json!({ "id": 3, "number": "PO-503", "goodsOwner": "DEMO", "status": 300 }));
    assert_eq!(serving.done(&["pick", "1006", "--goods-owner", "DEMO"])["status"], 400);
    assert_eq!(serving.done(&["ship", "1006", "--tracking", "X-1"])["status"], 450);
    assert_eq!(
        serving.done(&["count", "MUG-RED", "12.5", "--cause", "stock-taking"]),
        json!({ "inventoryId": 1 })
    );
    assert_eq!(serving.done(&["invoice", "1001", "1006", "--price", "2.50"]), json!({ "invoiceId": 1 }));
    serving.done(&["tag", "PO-503", "BOWL-OAK", "T-1", "T-2"]);
    let state = |table: &str, key: &str| {
        serving.done(&["state", table, "--key", key, "--lines", "--goods-owner", "DEMO", "--output", "json"])
    };
    assert_eq!(state("articles", "MUG-RED")["rows"][0]["cells"]["NumberOfItems"], "12.5");
    assert_eq!(state("orders", "1006")["rows"][0]["cells"]["WayBill"], "X-1");
    let invoices = serving.done(&["state", "invoices", "--lines", "--output", "json"]);
    assert_eq!(invoices["rows"][0]["lines"][1]["Price"], "100");
    let waiting = serving.done(&[
        "disturb",
        "status",
        "--code",
        "429",
        "--retry-after",
        "1",
        "--operation",
        "GetInventory",
        "--count",
        "2",
    ]);
    assert_eq!(waiting.as_array().map(Vec::len), Some(1), "{waiting}");
    assert_eq!(waiting[0]["text"], "status,code=429,retry-after=1,operation=GetInventory,count=2");
    assert_eq!(serving.done(&["disturbances"]), waiting);
    assert_eq!(serving.done(&["undisturb"]), json!([]));
    assert_eq!(serving.done(&["requests", "--last", "1"]), json!({ "count": 0, "requests": [] }));
}

#[test]
fn what_happened_is_listed_shown_and_followed() {
    let serving = Serving::start(&["--seed-data"]);
    serving.done(&["pick", "1005"]);
    serving.fails(&["pick", "1005"], 1, "refused: order \"1005\" has status 400");
    let listed = serving.act(&["log"]);
    let lines: Vec<&str> = listed.stdout.lines().collect();
    assert_eq!((listed.code, lines.len()), (0, 2), "{}", listed.stdout);
    assert!(lines[0].contains(" done      [pick] 1005 "), "{}", lines[0]);
    assert!(
        lines[1].contains(" refused   [pick] 1005 ") && lines[1].contains(": order \"1005\" has status 400")
    );
    let json: Value = serde_json::from_str(
        serving.act(&["log", "--output", "json", "--outcome", "refused"]).stdout.trim_end(),
    )
    .expect("one line of JSON");
    assert_eq!((&json["name"], &json["id"]), (&json!("pick"), &json!(2)));
    let shown = serving.act(&["show", "1"]);
    assert!(
        shown.stdout.contains("\"order\": \"1005\"") && shown.stdout.contains("\"status\": 400"),
        "{}",
        shown.stdout
    );
    serving.fails(&["show", "99"], 1, "exchange 99 not found");

    // What comes later is seen by one who follows.
    let mut following =
        command(&["sandbox", "log", "--follow", "--last", "0"], &[("ONGOING_URL", &serving.url)])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command starts");
    let mut lines = BufReader::new(following.stdout.take().expect("stdout is piped")).lines();
    std::thread::sleep(Duration::from_millis(500));
    serving.done(&["ship", "1005"]);
    let line = lines.next().expect("a line").expect("text");
    assert!(line.contains("[ship] 1005"), "{line}");
    following.kill().expect("it runs");
    following.wait().expect("it ends");
}

#[test]
fn the_state_is_a_table_for_people() {
    let serving = Serving::start(&["--seed-data"]);
    let shown = serving.act(&["state", "orders", "--key", "1006"]);
    let lines: Vec<&str> = shown.stdout.lines().collect();
    assert_eq!((shown.code, lines.len()), (0, 3), "{}{}", shown.stdout, shown.stderr);
    assert!(lines[0].contains("OrderNumber") && lines[1].contains("1006"), "{}", shown.stdout);
    assert_eq!(lines[2], "1 row");
    let tables = serving.act(&["state"]);
    assert!(
        tables.code == 0 && tables.stdout.lines().any(|line| line.split_whitespace().eq(["orders", "7"])),
        "{}{}",
        tables.stdout,
        tables.stderr
    );
    let aligned = serving.act(&["state", "orders", "--key", "1006", "--output", "table"]);
    let lines: Vec<&str> = aligned.stdout.lines().collect();
    assert!(aligned.code == 0 && lines.len() == 3 && lines[0].starts_with("| "), "{}", aligned.stdout);
    assert_eq!(serving.done(&["state", "orders", "--query", "length(rows)"]), 7);
    let help = serving.act(&["state", "--help"]).stdout;
    assert!(help.find("--output").unwrap() < help.find("Connection:").unwrap(), "{help}");
    serving.fails(&["state", "order"], 1, "refused: unknown table \"order\"");
    serving.fails(&["state", "--key", "1006"], 65, "key requires a table");
    let found = serving.done(&["state", "articles", "--limit", "2", "--output", "json"]);
    assert_eq!(found["rows"].as_array().map(Vec::len), Some(2), "{found}");
    let more = serving.act(&["state", "articles", "--limit", "2"]);
    assert!(more.stdout.lines().last().is_some_and(|line| line.ends_with("rows; --offset 2 shows more")));
}

#[test]
fn the_state_goes_back_by_command() {
    let serving = Serving::start(&["--seed-data"]);
    serving.done(&["snapshot", "seeded"]);
    serving.done(&["pick", "1005"]);
    serving.done(&["restore", "seeded"]);
    serving.done(&["pick", "1005"]);
    serving.done(&["reset"]);
    assert_eq!(serving.done(&["snapshots"])[0]["name"], "seeded");
    serving.fails(&["restore", "none"], 1, "refused: snapshot \"none\" not found");
    serving.done(&["refuse", "GetOrder", "--text", "no", "--count", "2"]);
    let waiting = serving.done(&["disturbances"]);
    assert_eq!(waiting.as_array().map(Vec::len), Some(1), "{waiting}");
    assert_eq!(waiting[0]["text"], "refuse,text=no,operation=GetOrder,count=2");
}

#[test]
fn what_is_passed_over_is_told() {
    const INPUT: &str = r#"{ "ArticleOperation": "CreateOrUpdate", "ArticleIdentification": "ArticleNumber",
        "ArticleNumber": "A", "@any": ["<Colour xmlns=\"http://ongoingsystems.se/WSI\">red</Colour>"] }"#;
    let call = |serving: &Serving| {
        let login = [
            ("ONGOING_URL", serving.url.as_str()),
            ("ONGOING_USERNAME", "demo"),
            ("ONGOING_PASSWORD", "open-sesame"),
            ("ONGOING_GOODS_OWNER_CODE", "DEMO"),
            ("ONGOING_GOODS_OWNER_ID", "1"),
        ];
        support::ongoing_with_stdin(&["call", "ProcessArticle", "--input", "-"], &login, INPUT)
    };
    let mut serving = Serving::start(&[]);
    assert_eq!(call(&serving).code, 0);
    assert_eq!(serving.done(&["requests"])["requests"][0]["unknown"], json!(["art.Colour"]));
    let told = "note: ProcessArticle: ignored art.Colour, which the contract does not have\n";
    assert_eq!(serving.errors(), told);

    let serving = Serving::start(&["--strict"]);
    let refused = call(&serving);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    let expected = "The request has unknown members. Unknown in ProcessArticle: art.Colour";
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);
}

#[test]
fn the_exit_code_says_why_it_is_not_done() {
    let serving = Serving::start(&["--seed-data"]);
    serving.fails(&["pick", "1006"], 1, "refused: 21 of article \"BOWL-OAK\" are missing");
    serving.fails(&["pick", "4711"], 1, "refused: order \"4711\" not found");
    serving.fails(&["pick", "1005", "--line", "MUG-RED=many"], 65, "\"lines\" must be a list");
    serving.fails(&["count", "MUG-RED", "-1"], 1, "-1 of article \"MUG-RED\" cannot be in stock");
    serving.fails(&["disturb", "html", "--probability", "2"], 65, "2 is not a probability");
    serving.fails(&["pack", "1005"], 2, "unrecognized subcommand");
    serving.fails(&["pick"], 2, "<ORDER>");
    let at = |url: &str, action: &[&str]| ongoing(&[&["sandbox"], action, &["--url", url]].concat(), &[]);
    expect(&at("http://127.0.0.1:1", &["pick", "1"]), 69, "is a sandbox running at http://127.0.0.1:1?");
    // Something else that answers, something that breaks off, and nobody who answers at all.
    let other = Server::start(vec![xml_answer(200, "<html/>")]);
    expect(&at(other.url(), &["pick", "1"]), 76, "is not a sandbox: HTTP 200");
    let silent = Server::start(vec![Vec::new()]);
    expect(&at(silent.url(), &["pick", "1"]), 75, "it may have been done");
    expect(&at(silent.url(), &["state"]), 69, "is a sandbox running at");
}

#[test]
fn the_address_comes_from_the_file_of_settings_too() {
    let sandbox = Sandbox::builder().seed_data().start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ongoing.toml");
    std::fs::write(&file, format!("[profiles.test]\nurl = \"{}\"\n", sandbox.url())).unwrap();
    let file = file.to_str().unwrap();
    let shown = ongoing(&["sandbox", "collect", "1002", "--config", file, "--profile", "test"], &[]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    expect(
        &ongoing(&["sandbox", "collect", "1003", "--config", file], &[]),
        78,
        "the address of the sandbox",
    );
}

#[test]
fn disturbances_do_not_concern_the_warehouse_s_work() {
    let sandbox = Sandbox::builder().seed_data().start().unwrap();
    sandbox.disturb(Disturbance::any(DisturbanceKind::CutBefore).times(u32::MAX));
    let shown = ongoing(&["sandbox", "pick", "1005"], &[("ONGOING_URL", sandbox.url())]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
}

#[test]
fn a_process_disturbs_and_works_by_itself() {
    let serving = Serving::start(&[
        "--seed-data",
        "--auto=0.05",
        "--disturb",
        "status,code=500,operation=GetInventory,count=1",
        "--disturb=html,operation=GetOrderStatuses,probability=1,seed=3",
    ]);
    assert!(serving.said.contains("automatic    one step every 0.05 s"), "{}", serving.said);
    assert!(serving.said.contains("disturbed    html,operation=GetOrderStatuses,probability=1,seed=3"));
    assert_eq!(serving.done(&["disturbances"]).as_array().unwrap().len(), 2);
    let variables = [
        ("ONGOING_URL", serving.url.as_str()),
        ("ONGOING_USERNAME", "demo"),
        ("ONGOING_PASSWORD", "open-sesame"),
        ("ONGOING_GOODS_OWNER_CODE", "DEMO"),
    ];
    expect(&ongoing(&["call", "GetOrderStatuses"], &variables), 76, "HTTP 200");
    let begun = Instant::now();
    let order = ["state", "orders", "--key", "1005", "--output", "json"];
    while serving.done(&order)["rows"][0]["cells"]["OrderStatusNumber"] != 500 {
        assert!(begun.elapsed() < Duration::from_secs(20), "the order is not collected");
    }
}

#[test]
fn other_machines_are_let_in_with_a_warning() {
    let mut serving = Serving::start(&["--address", "0.0.0.0", "--allow-remote"]);
    assert!(serving.url.starts_with("http://127.0.0.1:"), "{}", serving.url);
    serving.done(&["state", "--output", "json"]);
    let errors = serving.errors();
    assert!(errors.contains("warning: other machines can reach 0.0.0.0: over plain HTTP"), "{errors}");
}

#[test]
fn it_serves_over_tls_with_a_certificate_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let file = file.to_str().unwrap();
    let mut serving = Serving::start(&["--seed-data", &format!("--tls={file}")]);
    assert!(serving.url.starts_with("https://127.0.0.1:"), "{}", serving.url);
    let said = &serving.said;
    assert!(said.contains(&format!("export ONGOING_CA_FILE={file}\n")), "{said}");
    assert!(said.contains(&format!("CA file      {file}\nSHA-256      ")), "{said}");
    let url = serving.url.clone();
    let mut variables = vec![
        ("ONGOING_URL", url.as_str()),
        ("ONGOING_USERNAME", "demo"),
        ("ONGOING_PASSWORD", "open-sesame"),
        ("ONGOING_GOODS_OWNER_CODE", "DEMO"),
    ];
    let untrusted = "the certificate of 127.0.0.1 is from an authority that is not trusted";
    for command in [&["call", "GetOrderStatuses"][..], &["sandbox", "pick", "1005"]] {
        let shown = ongoing(command, &variables);
        assert!(shown.code == 69 && shown.stderr.contains(untrusted), "{}: {}", shown.code, shown.stderr);
        assert!(shown.stderr.contains("--ca-file"), "{}", shown.stderr);
    }
    // By a flag, by a variable, and by the file of settings.
    let by_flag = ongoing(&["call", "GetOrderStatuses", "--ca-file", file], &variables);
    assert!(by_flag.code == 0 && by_flag.stdout.contains("Released"), "{}", by_flag.stderr);
    let settings = folder.path().join("ongoing.toml");
    std::fs::write(&settings, "ca_file = \"ca.pem\"\n").unwrap();
    let picked = ongoing(&["sandbox", "pick", "1005", "--config", settings.to_str().unwrap()], &variables);
    assert!(picked.code == 0 && picked.stdout.contains("400"), "{}", picked.stderr);
    variables.push(("ONGOING_CA_FILE", file));
    assert_eq!(ongoing(&["call", "GetOrderStatuses"], &variables).code, 0);
    let log = ongoing(&["sandbox", "log", "--last", "1"], &variables);
    assert!(log.stdout.contains("GetOrderStatuses"), "{}{}", log.stdout, log.stderr);
    let origins = ongoing(&["config", "show"], &variables).stdout;
    let own = origins.lines().find(|line| line.starts_with("CA file")).unwrap();
    assert!(own.contains(file) && own.ends_with("ONGOING_CA_FILE"), "{origins}");
    assert!(!serving.errors().contains("panicked"));
}
