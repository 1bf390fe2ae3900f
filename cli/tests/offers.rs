//! Messages that offer a command: it runs as it stands, copied into a shell.
#![cfg(all(unix, own_contract))]

mod shop;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use shop::Shop;

/// The commands that a message offers, in order.
fn offered(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).filter(|text| text.starts_with("ongoing ")).collect()
}

/// Runs a line in a shell, with the settings of the warehouse: exit code, and all that is printed.
fn in_shell(shop: &Shop, line: &str) -> (i32, String) {
    let folder = Path::new(env!("CARGO_BIN_EXE_ongoing")).parent().unwrap();
    let mut command = Command::new("sh");
    for (name, value) in shop.command(&[]).get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let output = command
        .args(["-c", line])
        .current_dir(shop.path())
        .env("PATH", path)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), text)
}

/// Runs a command that ends with this code; what it says, and what the commands that it offers then do.
#[track_caller]
fn follow(shop: &Shop, arguments: &[&str], expected: i32) -> Vec<(String, i32, String)> {
    let (code, _, errors) = shop.ongoing(arguments);
    assert_eq!(code, expected, "{errors}");
    let run = |line: &str| {
        let (code, text) = in_shell(shop, line);
        (line.to_owned(), code, text)
    };
    let done: Vec<_> = offered(&errors).into_iter().map(run).collect();
    assert!(!done.is_empty(), "{errors}");
    done
}

const TABLE: &str = "Item;Name\nA-1;Blue mug\n";

#[test]
fn a_map_is_offered_for_the_file_that_lacks_one() {
    let shop = Shop::open();
    for name in ["articles.csv", "Åke's articles of today.csv"] {
        fs::write(shop.file(name), TABLE).unwrap();
        let done = follow(&shop, &["push", "articles", name, "--check"], 65);
        let (line, code, text) = &done[0];
        assert_eq!(*code, 0, "{line}: {text}");
        assert!(text.contains(&format!("Proposed from 1 row of {name}")), "{text}");
        assert!(text.contains("ArticleNumber = \"Item\""), "{text}");
        // The check that it offers in turn has the map's name to fill in, and nothing else.
        let check = offered(text)[0];
        fs::write(
            shop.file("my map.toml"),
            text.split("note:").next().unwrap().split("warning:").next().unwrap(),
        )
        .unwrap();
        let (code, text) = in_shell(&shop, &check.replace("--map FILE", "--map 'my map.toml'"));
        assert!(code == 0 && text.contains("1 record checked"), "{check}: {text}");
    }
}

#[test]
fn an_input_that_was_read_is_not_offered_a_second_time() {
    let shop = Shop::open();
    let mut push = shop.command(&["push", "articles", "-", "--format", "csv", "--check"]);
    let mut child = push.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(TABLE.as_bytes()).unwrap();
    let errors = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert_eq!(offered(&errors), ["ongoing push articles --example-map"], "{errors}");
    assert_eq!(in_shell(&shop, offered(&errors)[0]).0, 0);
}

#[test]
fn repaired_records_go_to_the_same_journal_and_service() {
    let shop = Shop::open();
    let folder = shop.file("of today");
    fs::create_dir(&folder).unwrap();
    let order = r#"{"OrderInfo": {"GoodsOwnerOrderNumber": "1"}, "Customer": {"Name": "Eva"},
        "CustomerOrderLines": [{"ArticleNumber": "A-1", "NumberOfItems": 1}]}"#;
    fs::write(folder.join("orders.jsonl"), order.replace('\n', "") + "\n").unwrap();
    let settings =
        format!("[profiles.night]\nurl = \"{}\"\ngoods_owner_code = \"DEMO\"\n", shop.sandbox.url());
    fs::write(shop.file("my settings.toml"), settings).unwrap();
    let push = [
        "push",
        "orders",
        "of today/orders.jsonl",
        "--journal",
        "my.journal",
        "--config",
        "my settings.toml",
        "--profile",
        "night",
    ];
    let mut first = shop.command(&push);
    for name in ["ONGOING_URL", "ONGOING_GOODS_OWNER_CODE", "ONGOING_GOODS_OWNER_ID"] {
        first.env_remove(name);
    }
    let output = first.output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    shop.article("A-1");
    let line = offered(&errors)[0];
    // Nothing of the warehouse is in the environment, but in the command.
    let line = format!("unset ONGOING_URL ONGOING_GOODS_OWNER_CODE ONGOING_GOODS_OWNER_ID; {line}");
    let (code, text) = in_shell(&shop, &format!("{line} --retry-refused"));
    assert!(code == 0 && text.contains("1 done"), "{line}: {text}");
    assert!(!shop.file("orders.journal").exists() && !folder.join("orders.journal").exists());
}

#[test]
fn the_journal_of_what_is_unknown_is_named() {
    let shop = Shop::with_stock(&[("A-1", 5)]);
    fs::create_dir(shop.file("my orders")).unwrap();
    // The service has no look-up for customers.
    let customer = r#"{"CustomerNumber": "1", "Name": "Eva"}"#;
    fs::write(shop.file("my orders/customers.jsonl"), format!("{customer}\n")).unwrap();
    let (code, text) = in_shell(&shop, "ongoing sandbox disturb cut-after --count 1");
    assert_eq!(code, 0, "{text}");
    let push = ["push", "customers", "my orders/customers.jsonl"];
    let (code, _, errors) = shop.ongoing(&push);
    assert!(code == 75 && !offered(&errors).is_empty(), "{errors}");
    let (code, text) = in_shell(&shop, offered(&errors)[0]);
    assert!(code == 0 && text.contains("DEMO:1"), "{errors}{text}");
    let moved = [
        "push",
        "customers",
        "my orders/customers.jsonl",
        "--url",
        "https://new.example.com/demo/service.asmx",
    ];
    let (_, _, errors) = shop.ongoing(&moved);
    let (code, text) = in_shell(&shop, offered(&errors)[0]);
    assert_eq!(code, 0, "{errors}{text}");
    let drop = ["journal", "drop", "my orders/customers.journal", "DEMO:9", "--reason", "x"];
    assert_eq!(follow(&shop, &drop, 65)[0].1, 0);
}

#[test]
fn commands_that_were_nearly_right_are_offered_whole() {
    let shop = Shop::open();
    for arguments in [
        &["pull", "tracking", "--goods-owner", "DEMO"][..],
        &["pull", "tracking", "--out", "sent today.csv"],
        &["pull", "tracking", "--out", "sent"],
        &["pull", "goods-owners", "--since", "2h"],
    ] {
        for (line, code, text) in follow(&shop, arguments, 2) {
            assert_eq!(code, 0, "{arguments:?} {line}: {text}");
        }
    }
    assert!(shop.file("sent today.csv").exists() && shop.file("sent").exists());
    // The input is to be filled in, which its call says; a file that exists is not offered to the shell.
    for expected in ["ProcessOrder.json", "FILE"] {
        let (code, _, errors) = shop.ongoing(&["call", "ProcessOrder", "--user", "my name"]);
        let lines = offered(&errors);
        assert_eq!((code, lines.len()), (2, 2), "{errors}");
        assert!(lines[0].ends_with(&format!("> {expected}")), "{errors}");
        if expected != "FILE" {
            assert_eq!(in_shell(&shop, lines[0]).0, 0);
            let (code, text) = in_shell(&shop, lines[1]);
            assert!(code == 65 && text.contains("replace the placeholder `?`"), "{text}");
        }
    }
    fs::write(shop.file("empty.json"), "").unwrap();
    assert_eq!(follow(&shop, &["call", "ProcessOrder", "--input", "empty.json"], 65)[0].1, 0);
}

#[test]
fn settings_of_a_name_of_their_own_are_found_again() {
    let shop = Shop::open();
    for name in ["ongoing.toml", "my shop.toml"] {
        let init = ["config", "init", name, "--url", shop.sandbox.url(), "--user", "demo"];
        for (line, code, text) in follow(&shop, &init, 0) {
            assert!(code == 0, "{line}: {text}");
        }
        // It exists now, and shows what it sets.
        let (line, code, text) = &follow(&shop, &init, 74)[0];
        assert!(*code == 0 && text.contains(shop.sandbox.url()), "{line}: {text}");
    }
}

#[test]
fn a_sandbox_is_offered_at_its_port() {
    let shop = Shop::open();
    let (code, _, errors) = shop.ongoing(&["sandbox", "pick", "1", "--url", "http://127.0.0.1:1"]);
    assert_eq!((code, offered(&errors)), (69, vec!["ongoing sandbox --port 1"]), "{errors}");
}
