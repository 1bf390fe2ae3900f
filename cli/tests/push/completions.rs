//! Completions of a shell: names, and keys from the journal, without a call of the service.

use std::fs;
use std::process::Command;

use crate::shop::Shop;
use crate::{order, push, three_orders, write};

/// The completions of the last word; options are offered beside values, and only looked at where one was begun.
fn completed(shop: &Shop, words: &[&str]) -> Vec<String> {
    let mut command = shop.command(&["--", "ongoing"]);
    let output = command
        .args(words)
        .env("ONGOING_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n")
        // Nothing is called.
        .env("ONGOING_URL", "http://127.0.0.1:1/x/service.asmx")
        .output()
        .unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let is_option = words.last().is_some_and(|word| word.starts_with('-'));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter(|line| is_option || !line.starts_with('-')).map(str::to_owned).collect()
}

/// A shop with a journal of orders, one of them with a key that a shell would run.
fn pushed() -> Shop {
    let shop = three_orders();
    let numbers = ["1001", "1002", "2001", "$(touch ran)", "a b"];
    write(&shop, "o.jsonl", &numbers.map(|number| order(number, "A", 1)));
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    shop
}

#[test]
fn keys_come_from_the_journal() {
    let shop = pushed();
    assert_eq!(completed(&shop, &["show", "order", "10"]), ["1001", "1002"]);
    assert_eq!(completed(&shop, &["show", "order", "1001", ""]), ["1001", "1002", "2001"]);
    assert_eq!(completed(&shop, &["-q", "wait", "order", "2"]), ["2001"]);
    assert_eq!(completed(&shop, &["cancel", "order", "2"]), ["2001"]);
    assert_eq!(
        completed(&shop, &["push", "orders", "o.jsonl", "--check", "--show", "100"]),
        ["1001", "1002"]
    );
    assert_eq!(completed(&shop, &["push", "orders", "--done", "DEMO:2"]), ["DEMO:2001"]);
    assert_eq!(completed(&shop, &["journal", "orders.journal", "--key", "1001"]), ["1001"]);
    assert_eq!(
        completed(&shop, &["journal", "drop", "orders.journal", "DEMO:1"]),
        ["DEMO:1001", "DEMO:1002"]
    );
    assert_eq!(completed(&shop, &["files", "list", "--order", "2"]), ["2001"]);
    // Another kind has another journal.
    assert!(completed(&shop, &["show", "article", "1"]).is_empty());
    fs::create_dir(shop.file("kept")).unwrap();
    fs::rename(shop.file("orders.journal"), shop.file("kept/orders.journal")).unwrap();
    assert!(completed(&shop, &["show", "order", "1"]).is_empty());
    assert_eq!(completed(&shop, &["show", "order", "--journal", "kept/orders.journal", "2"]), ["2001"]);
    fs::write(shop.file("ongoing.toml"), "journal_folder = \"kept\"\n[profiles.night]\n").unwrap();
    assert_eq!(completed(&shop, &["show", "order", "2"]), ["2001"]);
    assert_eq!(completed(&shop, &["status", "--profile", ""]), ["night"]);
    // A file that is not a journal offers no keys, and completing is not an error.
    fs::write(shop.file("kept/orders.journal"), "SQLite format 3\0").unwrap();
    assert!(completed(&shop, &["show", "order", ""]).is_empty());
}

#[test]
fn names_are_those_of_the_command() {
    let shop = Shop::open();
    assert_eq!(completed(&shop, &["comp"]), ["completions"]);
    assert_eq!(completed(&shop, &["call", "GetOrdersByQ"]), ["GetOrdersByQuery"]);
    assert_eq!(
        completed(&shop, &["describe", "CustomerOrderLineArticleItemO"]),
        ["CustomerOrderLineArticleItemOperation"]
    );
    assert_eq!(completed(&shop, &["list", "--group", "Inv"]).first().map(String::as_str), Some("Inventory"));
    assert!(completed(&shop, &["push", ""]).contains(&"return-orders".to_owned()));
    assert_eq!(completed(&shop, &["pull", "orders", "--preset", "tr"]), ["tracking"]);
    assert_eq!(completed(&shop, &["pull", "orders", "--page-s"]), ["--page-size"]);
    for source in ongoing_wms::batch::pull::Source::all() {
        assert!(completed(&shop, &["pull", source.name()]).contains(&source.name().to_owned()));
    }
    fs::write(shop.file("input.json"), "{}").unwrap();
    assert_eq!(completed(&shop, &["call", "GetOrdersByQuery", "--input", "inp"]), ["input.json"]);
}

/// The scripts as shells use them; a shell that is not installed is left out.
#[cfg(unix)]
#[test]
fn shells_complete() {
    let shop = pushed();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_ongoing")).parent().unwrap().to_owned();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let bash = "source <(ongoing completions bash); COMP_WORDS=(ongoing show order 10); COMP_CWORD=3; \
                _clap_complete_ongoing ongoing 10 order; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let fish = "ongoing completions fish | source; complete -C 'ongoing show order 10'";
    let zsh = "autoload -Uz compinit; compinit -D; source <(ongoing completions zsh); \
               function _describe { eval \"printf '%s\\\\n' \\\"\\${${@[-1]}[@]}\\\"\"; }; words=(ongoing show order 10); \
               CURRENT=4; _clap_dynamic_completer_ongoing";
    for (shell, arguments, script) in [("bash", "-c", bash), ("fish", "-c", fish), ("zsh", "-fc", zsh)] {
        let mut command = Command::new(shell);
        command.args([arguments, script]).current_dir(shop.path()).env("PATH", &path);
        let Ok(output) = command.output() else {
            eprintln!("left out: {shell} is not installed");
            continue;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        let shown: Vec<&str> = text.lines().map(|line| line.split('\t').next().unwrap_or_default()).collect();
        assert_eq!(shown, ["1001", "1002"], "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(!shop.file("ran").exists());
}
