//! What earlier inputs left open.

use std::fs;

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use serde_json::json;

use crate::shop::Shop;
use crate::{create, journalled, order, push, quantities, three_orders, write};

/// Three orders of which one is pending, in the journal of an input that has other records now.
fn night_before() -> Shop {
    let shop = three_orders();
    let mut nowhere = shop.command(&["push", "orders", "o.jsonl"]);
    // The address is the same service; the connection goes elsewhere.
    nowhere.env("HTTP_PROXY", "http://127.0.0.1:1").env("ONGOING_PASSWORD", "wrong");
    assert_eq!(nowhere.output().unwrap().status.code(), Some(77));
    write(&shop, "o.jsonl", &[order("4", "A", 4)]);
    shop
}

#[test]
fn what_an_earlier_input_left_is_delivered() {
    let shop = night_before();
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--only-input"]);
    assert_eq!(
        (code, &figures["done"], &figures["earlier"]["pending"]),
        (75, &json!(1), &json!(3)),
        "{errors}"
    );
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["sent"], &figures["earlier"]["open"]), (0, &json!(3), &json!(0)), "{errors}");
    assert_eq!(quantities(&shop), ["4: 4 A", "1: 1 A", "2: 2 A", "3: 3 A"]);
}

#[test]
fn without_an_input_what_is_open_is_delivered() {
    let shop = night_before();
    fs::remove_file(shop.file("o.jsonl")).unwrap();
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resume"]);
    assert_eq!((code, &figures["records"], &figures["sent"]), (0, &json!(0), &json!(3)), "{errors}");
    assert_eq!(quantities(&shop), ["1: 1 A", "2: 2 A", "3: 3 A"]);
}

#[test]
fn a_newer_version_takes_the_place_of_a_pending_one() {
    let shop = night_before();
    write(&shop, "o.jsonl", &[order("2", "A", 9)]);
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["sent"]), (0, &json!(3)), "{errors}");
    assert_eq!(quantities(&shop), ["1: 1 A", "3: 3 A", "2: 9 A"]);
}

#[test]
fn an_input_that_is_wrong_leaves_what_is_open_as_it_was() {
    let shop = night_before();
    // It would replace one that is pending, and is refused as a whole.
    write(&shop, "o.jsonl", &[order("2", "A", 9), json!({ "OrderInfo": {} })]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 65);
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resume"]);
    assert_eq!((code, &figures["sent"]), (0, &json!(3)), "{errors}");
    assert_eq!(quantities(&shop), ["1: 1 A", "2: 2 A", "3: 3 A"]);
}

#[test]
fn what_is_too_old_is_told_and_not_sent() {
    let shop = night_before();
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--max-age", "0"]);
    assert_eq!(
        (code, &figures["done"], &figures["earlier"]["tooOld"]),
        (75, &json!(1), &json!(3)),
        "{errors}"
    );
    assert!(errors.contains("journal drop orders.journal"), "{errors}");
    for key in ["1", "2"] {
        shop.done(&["journal", "drop", "orders.journal", &format!("DEMO:{key}"), "--reason", "sent by hand"]);
    }
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["sent"]), (0, &json!(1)), "{errors}");
    assert_eq!(quantities(&shop), ["4: 4 A", "3: 3 A"]);
    assert_eq!(journalled(&shop, "withdrawn")[0]["reason"], "sent by hand");
    // Withdrawn is withdrawn, even if an input has it again; until the user says otherwise.
    write(&shop, "o.jsonl", &[order("1", "A", 1)]);
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["withdrawn"], &figures["sent"]), (0, &json!(1), &json!(0)), "{errors}");
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--not-done", "DEMO:1"]);
    assert_eq!((code, &figures["done"]), (0, &json!(1)), "{errors}");
}

#[test]
fn a_create_stays_unknown_when_its_content_returns() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[create("1", "A", 1)]);
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutBefore));
    assert_eq!(push(&shop, &["o.jsonl", "--resend-delay", "0"]).0, 75);
    // Another content, and the first one again: nobody knows yet what became of it.
    for items in [2, 1] {
        write(&shop, "o.jsonl", &[create("1", "A", items)]);
        let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0"]);
        assert_eq!((code, &figures["sent"], &figures["unknown"]), (75, &json!(0), &json!(1)), "{errors}");
    }
    assert_eq!(shop.calls("ProcessOrder"), 1);
    write(&shop, "o.jsonl", &[create("1", "A", 2)]);
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0", "--not-done", "DEMO:1"]);
    assert_eq!((code, &figures["done"]), (0, &json!(1)), "{errors}");
    assert_eq!(quantities(&shop), ["1: 2 A"]);
}

#[test]
fn settled_records_are_pruned_on_request() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("1", "A", 1), order("2", "NONE", 2), order("3", "A", 3)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 1);
    let (_, errors) = shop.done(&["journal", "prune", "orders.journal", "--older-than", "1"]);
    assert!(errors.contains("removed 0 records"), "{errors}");
    let (_, errors) = shop.done(&["journal", "prune", "orders.journal", "--older-than", "0"]);
    assert!(errors.contains("removed 2 records"), "{errors}");
    let (out, _) = shop.done(&["journal", "orders.journal"]);
    assert!(out.starts_with("1 refused\n"), "{out}");
    write(&shop, "o.jsonl", &[order("2", "A", 2)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
}

#[test]
fn what_is_settled_leaves_no_content_behind() {
    let shop = three_orders();
    let mut secret = order("1", "A", 1);
    secret["OrderInfo"]["OrderRemark"] = json!("Ring at Svensson's door");
    write(&shop, "o.jsonl", &[secret]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    let bytes = fs::read(shop.file("orders.journal")).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("Svensson"));
}

#[test]
fn an_update_does_not_wait_for_a_create_that_is_not_found() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[create("1", "A", 1)]);
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::CutBefore));
    assert_eq!(push(&shop, &["o.jsonl", "--resend-delay", "0"]).0, 75);
    // What may be done twice settles it.
    write(&shop, "o.jsonl", &[order("1", "A", 2)]);
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0"]);
    assert_eq!((code, &figures["done"]), (0, &json!(1)), "{errors}");
    assert_eq!(quantities(&shop), ["1: 2 A"]);
}
