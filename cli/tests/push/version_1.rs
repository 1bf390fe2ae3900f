//! Journals of version 1, which were one for each input.

use std::fs;
use std::path::Path;

use serde_json::json;
use sha2::Digest as _;

use crate::shop::Shop;
use crate::{journalled, push, push_kind, quantities};

/// An input with the journal of an earlier program: order 1 is done, 2 refused, and the `Create` of 3 unknown.
fn old_push(journal: &str) -> Shop {
    let shop = Shop::with_stock(&[("A", 100)]);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/journal");
    fs::copy(fixtures.join("version-1.jsonl"), shop.file("o.jsonl")).unwrap();
    fs::copy(fixtures.join("version-1.journal"), shop.file(journal)).unwrap();
    let db = rusqlite::Connection::open(shop.file(journal)).unwrap();
    db.execute("UPDATE about SET value = ?1 WHERE name = 'url'", [shop.sandbox.url()]).unwrap();
    db.execute("UPDATE record SET state = 'unknown', answer = NULL WHERE key = '3'", []).unwrap();
    shop
}

#[test]
fn nothing_is_sent_twice_because_of_an_upgrade() {
    for journal in ["o.jsonl.journal", "orders.journal"] {
        let shop = old_push(journal);
        shop.order("1", &[("A", 1)]);
        let calls = shop.calls("ProcessOrder");
        // It does not say for which goods owner that was.
        let (code, _, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0"]);
        assert!(code == 78 && errors.contains("--old-journal-owner OWNER"), "{code} {errors}");
        assert_eq!(shop.calls("ProcessOrder"), calls);
        // What is taken over stays, even if the input is wrong.
        fs::write(shop.file("wrong.jsonl"), "{}\n").unwrap();
        fs::rename(shop.file("o.jsonl"), shop.file("right.jsonl")).unwrap();
        fs::rename(shop.file("wrong.jsonl"), shop.file("o.jsonl")).unwrap();
        assert_eq!(push(&shop, &["o.jsonl", "--old-journal-owner", "DEMO"]).0, 65);
        fs::rename(shop.file("right.jsonl"), shop.file("o.jsonl")).unwrap();
        let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0"]);
        assert_eq!(code, 75, "{errors}");
        let count = |name: &str| figures[name].as_u64().unwrap();
        assert_eq!((count("done"), count("refused"), count("unknown")), (1, 1, 1), "{journal} {errors}");
        assert_eq!(count("sent"), 0, "{journal} {errors}");
        assert_eq!(shop.calls("ProcessOrder"), calls);
        assert_eq!(journalled(&shop, "unknown")[0]["key"], "3");
        // Only once.
        assert!(shop.file(&format!("{journal}.version-1")).exists(), "{:?}", shop.files());
        let (code, figures, errors) =
            push(&shop, &["o.jsonl", "--resend-delay", "0", "--not-done", "DEMO:3"]);
        assert_eq!((code, &figures["sent"]), (1, &json!(1)), "{errors}");
        assert_eq!(quantities(&shop), ["1: 1 A", "3: 3 A"]);
    }
}

#[test]
fn a_key_with_an_empty_part_is_known_again() {
    let shop = old_push("c.jsonl.journal");
    let customer =
        r#"{"CustomerIdentification":"FullNameAndAddress","Name":"A","Address":"","Address2":"B"}"#;
    fs::write(shop.file("c.jsonl"), format!("{customer}\n")).unwrap();
    // With the default that the earlier program added, and without the empty part in the key.
    let whole = customer.replace('}', r#","CustomerOperation":"CreateOrUpdate"}"#);
    let hash = sha2::Sha256::digest(whole).to_vec();
    let db = rusqlite::Connection::open(shop.file("c.jsonl.journal")).unwrap();
    db.execute("UPDATE about SET value = 'customers' WHERE name = 'kind'", []).unwrap();
    db.execute("DELETE FROM record WHERE key <> '1'", []).unwrap();
    db.execute("UPDATE record SET key = 'FullNameAndAddress A / B', hash = ?1", [hash]).unwrap();
    drop(db);
    // By the flag's earlier name.
    let (code, figures, errors) = push_kind(&shop, "customers", &["c.jsonl", "--take-over", "DEMO"]);
    assert_eq!((code, &figures["unchanged"], &figures["sent"]), (0, &json!(1), &json!(0)), "{errors}");
    let (out, _) = shop.done(&["journal", "customers.journal", "--output", "json"]);
    assert!(out.contains(r#""key":"FullNameAndAddress A /  / B""#), "{out}");
}
