//! The journal's file: whose it is, and that it tells the truth or is refused.

use std::fs;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, Sandbox};
use serde_json::json;

use crate::shop::Shop;
use crate::{create, journalled, order, push, quantities, three_orders, write};

#[test]
fn a_journal_is_for_one_kind_and_one_service() {
    let shop = three_orders();
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    write(&shop, "p.jsonl", &[order("9", "A", 1)]);
    assert_eq!(push(&shop, &["p.jsonl"]).0, 0);
    let (code, _, errors) = shop.ongoing(&["push", "articles", "p.jsonl", "--journal", "orders.journal"]);
    assert!(code == 78 && errors.contains("another kind of record"), "{code} {errors}");

    let other = Sandbox::start().unwrap();
    let elsewhere = || {
        let mut push = shop.command(&["push", "orders", "p.jsonl"]);
        push.env("ONGOING_URL", other.url()).output().unwrap().status.code()
    };
    assert_eq!(elsewhere(), Some(78));
    assert!(other.log().is_empty());
    // The service has moved, and what was done there is done.
    shop.done(&["journal", "move", "orders.journal", "--service", other.url()]);
    assert_eq!(elsewhere(), Some(0));
    assert!(other.log().is_empty());
    // Another spelling of the address is no other service.
    let shouted = other.url().replace("service.asmx", "Service.ASMX?WSDL");
    shop.done(&["journal", "move", "orders.journal", "--service", &shouted]);
    assert_eq!(elsewhere(), Some(0));
}

#[test]
fn two_at_once_do_not_meet() {
    let shop = three_orders();
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_secs(3))));
    let mut first = shop.command(&["push", "orders", "o.jsonl"]).stderr(Stdio::null()).spawn().unwrap();
    while shop.calls("ProcessOrder") == 0 {
        thread::sleep(Duration::from_millis(10));
    }
    let (code, _, errors) = push(&shop, &["o.jsonl"]);
    assert!(code == 75 && errors.contains("in use by another push"), "{code} {errors}");
    // It can be looked into meanwhile, and be waited for.
    assert_eq!(journalled(&shop, "pending").len(), 2);
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--wait", "60"]);
    assert_eq!((code, &figures["sent"]), (0, &json!(0)), "{errors}");
    assert!(first.wait().unwrap().success());
    assert_eq!(shop.calls("ProcessOrder"), 3);
}

#[test]
fn a_damaged_journal_is_not_taken_for_a_new_one() {
    let shop = three_orders();
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    let whole = fs::read(shop.file("orders.journal")).unwrap();
    let calls = shop.calls("ProcessOrder");
    for rest in [0, 100, whole.len() / 2, whole.len() - 4096] {
        fs::write(shop.file("orders.journal"), &whole[..rest]).unwrap();
        let (code, _, errors) = push(&shop, &["o.jsonl"]);
        assert!(code == 65 && errors.contains("is damaged"), "{rest}: {code} {errors}");
    }
    fs::write(
        shop.file("orders.journal"),
        "not a journal at all, but long enough to be looked at".repeat(99),
    )
    .unwrap();
    assert_eq!(push(&shop, &["o.jsonl"]).0, 65);
    assert_eq!(shop.calls("ProcessOrder"), calls);
}

#[test]
fn no_password_is_written() {
    let shop = three_orders();
    shop.sandbox
        .disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Fault("open-sesame is wrong".into())));
    write(&shop, "o.jsonl", &[order("1", "A", 1), order("2", "NONE", 1)]);
    let (code, _, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0", "-v"]);
    assert_eq!(code, 1);
    assert!(!errors.contains("open-sesame"), "{errors}");
    for name in shop.files() {
        let bytes = fs::read(shop.file(&name)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("open-sesame"), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("2", "NONE", 2)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 1);
    for name in ["orders.journal", "orders.rejected.jsonl"] {
        assert_eq!(fs::metadata(shop.file(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let shop = three_orders();
    let (code, _, errors) = push(&shop, &["o.jsonl", "--journal", "gone/o.journal"]);
    assert!(code == 74 && errors.contains("gone/o.journal"), "{code} {errors}");
    let (code, _, errors) = push(&shop, &["none.jsonl"]);
    assert!(code == 65 && errors.contains("none.jsonl"), "{code} {errors}");
    assert_eq!(shop.calls("ProcessOrder"), 0);
}

/// A push that has sent the first of three orders and waits for the answer, its journal open.
fn in_flight(shop: &Shop) -> Child {
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_secs(2))));
    let running = shop.command(&["push", "orders", "o.jsonl"]).stderr(Stdio::null()).spawn().unwrap();
    while shop.calls("ProcessOrder") == 0 {
        thread::sleep(Duration::from_millis(10));
    }
    running
}

#[test]
fn a_copy_without_its_newest_part_is_refused() {
    let shop = three_orders();
    let mut running = in_flight(&shop);
    fs::copy(shop.file("orders.journal"), shop.file("copy.journal")).unwrap();
    running.kill().unwrap();
    running.wait().unwrap();
    let arguments = ["o.jsonl", "--journal", "copy.journal", "--resend-delay", "0.1"];
    let (code, _, errors) = push(&shop, &arguments);
    assert!(
        code == 65 && errors.contains("is incomplete") && errors.contains("journal restore"),
        "{code} {errors}"
    );
    // What the killed push left is whole, and goes on.
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0.1"]);
    assert_eq!((code, &figures["done"]), (0, &json!(3)), "{errors}");
    // The copy, accepted as it is, sends again what may be sent again.
    shop.done(&["journal", "restore", "copy.journal"]);
    assert_eq!(push(&shop, &arguments).0, 0);
    assert_eq!(quantities(&shop), ["1: 1 A", "2: 2 A", "3: 3 A"]);
}

#[test]
fn a_journal_that_lost_its_newest_part_is_refused() {
    for loss in ["lost", "cut", "changed"] {
        let shop = three_orders();
        write(&shop, "o.jsonl", &[create("1", "A", 1), create("2", "A", 2), create("3", "A", 3)]);
        shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_secs(2))));
        let mut running = shop
            .command(&["push", "orders", "o.jsonl", "--resend-delay", "0"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while shop.calls("ProcessOrder") == 0 {
            thread::sleep(Duration::from_millis(10));
        }
        running.kill().unwrap();
        running.wait().unwrap();
        let newest = shop.file("orders.journal-wal");
        let mut bytes = fs::read(&newest).unwrap();
        match loss {
            "lost" => fs::remove_file(&newest).unwrap(),
            "cut" => fs::write(&newest, &bytes[..bytes.len() - 100]).unwrap(),
            _ => {
                let at = bytes.len() - 2_000;
                bytes[at] ^= 1;
                fs::write(&newest, bytes).unwrap();
            }
        }
        let (code, _, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0.1"]);
        assert!(code == 65 && errors.contains("is incomplete"), "{loss}: {code} {errors}");
        // The way out: what is left is accepted, and nothing is created twice.
        shop.done(&["journal", "restore", "orders.journal"]);
        thread::sleep(Duration::from_secs(2));
        let (code, _, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0.1"]);
        assert_eq!(code, 0, "{loss}: {errors}");
        assert_eq!(quantities(&shop), ["1: 1 A", "2: 2 A", "3: 3 A"], "{loss}");
    }
}

#[test]
fn an_older_copy_is_told_where_it_can_be() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[create("1", "A", 1)]);
    assert_eq!(push(&shop, &["o.jsonl", "--resend-delay", "0"]).0, 0);
    fs::copy(shop.file("orders.journal"), shop.file("backup")).unwrap();
    write(&shop, "o.jsonl", &[create("1", "A", 1), create("2", "A", 2)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    fs::copy(shop.file("backup"), shop.file("orders.journal")).unwrap();
    let (code, _, errors) = push(&shop, &["o.jsonl"]);
    assert!(code == 65 && errors.contains("is incomplete"), "{code} {errors}");
    shop.done(&["journal", "restore", "orders.journal"]);
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0"]);
    assert_eq!((code, &figures["done"], &figures["sent"]), (0, &json!(2), &json!(0)), "{errors}");
    // Without the journal and all it noted: each `Create` is looked up.
    for name in ["orders.journal", "orders.journal.lock"] {
        fs::remove_file(shop.file(name)).unwrap();
    }
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0"]);
    assert_eq!((code, &figures["sent"], &figures["lookedUp"]), (0, &json!(0), &json!(1)), "{errors}");
    // Found with another content, it is not known whose it is.
    for name in ["orders.journal", "orders.journal.lock"] {
        fs::remove_file(shop.file(name)).unwrap();
    }
    write(&shop, "o.jsonl", &[create("2", "A", 7), create("3", "A", 3)]);
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0"]);
    assert_eq!((code, &figures["unknown"], &figures["done"]), (75, &json!(1), &json!(1)), "{errors}");
    assert_eq!(quantities(&shop), ["1: 1 A", "2: 2 A", "3: 3 A"]);
}

#[test]
fn no_change_of_a_byte_goes_unnoticed() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[create("1", "A", 1), order("2", "NONE", 2), create("3", "A", 3)]);
    assert_eq!(push(&shop, &["o.jsonl", "--resend-delay", "0"]).0, 1);
    let whole = fs::read(shop.file("orders.journal")).unwrap();
    let calls = shop.calls("ProcessOrder");
    let mut random = fastrand::Rng::with_seed(10);
    for _ in 0..40 {
        let mut bytes = whole.clone();
        let at = random.usize(100..bytes.len());
        bytes[at] ^= 1 << random.u8(0..8);
        fs::write(shop.file("orders.journal"), &bytes).unwrap();
        let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0"]);
        // Refused, or a byte that means nothing.
        assert!(code == 65 || figures["sent"] == 0 && figures["done"] == 2, "{at}: {code} {errors}");
        fs::write(shop.file("orders.journal"), &whole).unwrap();
        let _ = fs::remove_file(shop.file("orders.journal.lock"));
    }
    assert_eq!(shop.calls("ProcessOrder"), calls);
}

#[cfg(unix)]
#[test]
fn a_journal_through_a_link_is_the_same_one() {
    let shop = three_orders();
    fs::create_dir(shop.file("kept")).unwrap();
    std::os::unix::fs::symlink("kept/o.journal", shop.file("link.journal")).unwrap();
    assert_eq!(push(&shop, &["o.jsonl", "--journal", "link.journal"]).0, 0);
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--journal", "kept/o.journal"]);
    assert_eq!((code, &figures["sent"]), (0, &json!(0)), "{errors}");
    assert!(shop.file("kept/o.journal.lock").exists() && !shop.file("link.journal.lock").exists());
}

#[test]
fn the_table_is_for_people() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("1", "A", 1), order("2", "NONE", 2)]);
    push(&shop, &["o.jsonl"]);
    let (out, _) = shop.done(&["journal", "orders.journal"]);
    assert!(out.starts_with("1 done, 1 refused\n"), "{out}");
    assert!(out.contains("DEMO:2") && out.contains("Article \"NONE\" was not found"), "{out}");
    let (out, _) =
        shop.done(&["journal", "orders.journal", "--key", "1", "--owner", "DEMO", "--output", "json"]);
    assert!(out.lines().count() == 1 && out.contains(r#""key":"1""#), "{out}");
}

#[test]
fn what_killed_runs_left_is_cleaned_up() {
    let shop = three_orders();
    fs::write(shop.file(".orders.journal.unfinished-abc"), "x").unwrap();
    fs::write(shop.file(".orders.rejected.jsonl.unfinished-abc"), "x").unwrap();
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    assert_eq!(shop.files(), ["o.jsonl", "orders.journal", "orders.journal.lock"]);
}
