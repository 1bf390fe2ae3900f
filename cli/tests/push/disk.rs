//! A disk that is full or fails, and one that does not synchronise folders.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::shop::Shop;
use crate::{create, preload, push, quantities, three_orders, write};

/// A push with this wrong with its disk. `None` where that cannot be had.
fn push_on_disk(shop: &Shop, arguments: &[&str], wrong: (&str, &str)) -> Option<(i32, String)> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let library = LIBRARY.get_or_init(|| preload::library("preload/disk.c")).as_ref()?;
    let mut command: Command = shop.command(&["push", "orders", "o.jsonl"]);
    let output = command
        .args(arguments)
        .env("LD_PRELOAD", library)
        .env("DISK_FOLDER", fs::canonicalize(shop.path()).unwrap())
        .env(wrong.0, wrong.1)
        .output()
        .unwrap();
    Some((output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap()))
}

fn three_creates() -> Shop {
    let shop = three_orders();
    let orders: Vec<Value> = (1..=3).map(|number| create(&number.to_string(), "A", number)).collect();
    write(&shop, "o.jsonl", &orders);
    shop
}

/// The disk is put right, and the same command does what is left.
fn ends_well(shop: &Shop, when: &str) {
    let (code, figures, errors) = push(shop, &["o.jsonl", "--resend-delay", "0"]);
    assert_eq!((code, &figures["done"]), (0, &json!(3)), "{when}: {figures} {errors}");
    assert_eq!(quantities(shop), ["1: 1 A", "2: 2 A", "3: 3 A"], "{when}");
    assert_eq!(shop.calls("ProcessOrder"), 3, "{when}");
}

#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let mut sent_before_it_was_full = [false; 4];
    // In steps of half a transaction: it is full while the journal is made, the input is taken in, a mark is written, an
    // answer is written, all is brought into one file.
    for room in (0..320_000).step_by(6_000) {
        let shop = three_creates();
        let arguments = ["--resend-delay", "0"];
        let Some((code, errors)) = push_on_disk(&shop, &arguments, ("DISK_ROOM", &room.to_string())) else {
            return;
        };
        if code != 0 {
            sent_before_it_was_full[shop.calls("ProcessOrder")] = true;
            assert_eq!(code, 74, "{room}: {errors}");
            assert!(errors.contains("disk is full") || errors.contains("No space left"), "{room}: {errors}");
            assert!(errors.contains("hint: "), "{room}: {errors}");
        }
        ends_well(&shop, &format!("room for {room} bytes"));
    }
    assert_eq!(sent_before_it_was_full, [true; 4]);
}

#[test]
fn nothing_is_sent_whose_mark_does_not_get_to_the_disk() {
    let mut sent_before_it_failed = [false; 4];
    for syncs in 0..24 {
        let shop = three_creates();
        let Some((code, errors)) =
            push_on_disk(&shop, &["--resend-delay", "0"], ("DISK_SYNCS", &syncs.to_string()))
        else {
            return;
        };
        let sent = shop.calls("ProcessOrder");
        if code != 0 {
            sent_before_it_failed[sent] = true;
            assert_eq!(code, 74, "{syncs}: {errors}");
            let is_told = errors.contains("Input/output error") || errors.contains("disk I/O error");
            assert!(is_told, "{syncs}: {errors}");
        }
        // Each request has its own wait for the disk, or more.
        assert!(sent <= syncs, "{syncs}: {sent} sent");
        ends_well(&shop, &format!("{syncs} times on the disk"));
    }
    assert!(sent_before_it_failed[..3].iter().all(|seen| *seen), "{sent_before_it_failed:?}");
}

#[test]
fn a_folder_that_cannot_be_synchronised_is_a_warning() {
    let shop = three_creates();
    let Some((code, errors)) = push_on_disk(&shop, &["--resend-delay", "0"], ("DISK_NO_FOLDERS", "1")) else {
        return;
    };
    assert_eq!(code, 0, "{errors}");
    assert!(
        errors.contains("warning: the folder ") && errors.contains("cannot be synchronised to the disk"),
        "{errors}"
    );
    assert_eq!(shop.calls("ProcessOrder"), 3);
    ends_well(&shop, "no folders");
}
