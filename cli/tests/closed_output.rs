//! A reader that closes standard output early, as `head` does: what the command did decides its exit code.
#![cfg(own_contract)]

mod shop;

use std::io::Read as _;
use std::process::Stdio;

use shop::Shop;

/// The exit code and the errors of a run whose output nobody reads.
fn unread(shop: &Shop, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
    let mut command = shop.command(arguments);
    command
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    (child.wait().unwrap().code().unwrap(), errors)
}

#[test]
fn the_exit_code_is_that_of_what_was_done() {
    let shop = Shop::with_stock(&[("A", 10)]);
    shop.order("1001", &[("A", 1)]);
    let nowhere = [("ONGOING_URL", "http://127.0.0.1:1/service.asmx")];
    assert_eq!(unread(&shop, &["status"], &nowhere).0, 69);
    assert_eq!(unread(&shop, &["status"], &[]).0, 0);
    assert_eq!(unread(&shop, &["show", "order", "NOPE"], &[]).0, 1);
    assert_eq!(unread(&shop, &["cancel", "order", "NOPE"], &[]).0, 1);
    assert_eq!(unread(&shop, &["wait", "order", "1001", "--status", "450", "--within", "1s"], &[]).0, 75);
    assert_eq!(unread(&shop, &["cancel", "order", "1001"], &[]).0, 0);
    std::fs::write(shop.file("articles.jsonl"), "{\"ArticleNumber\": \"B\"}\n").unwrap();
    let push = ["push", "articles", "articles.jsonl", "--summary", "json"];
    assert_eq!(unread(&shop, &push, &nowhere).0, 69);
    assert_eq!(unread(&shop, &["list"], &[]).0, 0);
}

#[test]
fn rows_that_nobody_reads_are_not_delivered() {
    let shop = Shop::with_stock(&[("A", 10)]);
    let stored = || shop.done(&["sync", "get", "mine"]).0;
    let before = stored();
    for format in ["jsonl", "csv"] {
        let pull = ["pull", "inventory", "--format", format, "--integration", "mine"];
        let (code, errors) = unread(&shop, &pull, &[]);
        assert_eq!(code, 74, "{format}: {errors}");
        assert!(errors.contains("standard output was closed before all rows were written"), "{errors}");
    }
    assert_eq!(unread(&shop, &["pull", "inventory", "--format", "table"], &[]).0, 74);
    assert_eq!(stored(), before);
}

/// A job that closes standard output has no rows, and must not count them as delivered.
#[cfg(unix)]
#[test]
fn rows_for_a_standard_output_that_was_closed_before_are_not_requested() {
    let shop = Shop::with_stock(&[("A", 10)]);
    for arguments in [
        &["pull", "in-orders", "--since", "last-sync"][..],
        &["pull", "in-orders", "--format", "table"],
        &["report", "in-orders"],
        &["report", "in-orders", "--format", "table"],
        &["call", "GetInventory"],
    ] {
        let mut command = shop.command(arguments);
        let before = shop.sandbox.log().len();
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "\"$@\" >&-", "sh"]).arg(command.get_program()).args(command.get_args());
        shell
            .current_dir(shop.path())
            .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let done = shell.stderr(Stdio::piped()).output().unwrap();
        let errors = String::from_utf8(done.stderr).unwrap();
        assert_eq!((done.status.code(), shop.sandbox.log().len()), (Some(74), before), "{errors}");
        assert!(errors.contains("error: standard output is closed"), "{errors}");
        // Whoever throws the rows away says so.
        assert!(command.stdout(Stdio::null()).status().unwrap().success());
    }
}
