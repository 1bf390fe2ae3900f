//! What the service refuses: the list of it, its repair, and sending it again.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use serde_json::{Value, json};

use crate::{journalled, order, push, push_kind, quantities, three_orders, write};

#[test]
fn what_is_refused_is_repaired_and_pushed_alone() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("1", "A", 1), order("2", "NONE", 2), order("3", "A", 3)]);
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["refused"]), (1, &json!(1)));
    assert!(errors.contains("o.jsonl:2: 2 refused: Article \"NONE\" was not found"), "{errors}");
    let rejected = shop.read("orders.rejected.jsonl");
    let line: Value = serde_json::from_str(&rejected).unwrap();
    let (name, why) = line.as_object().unwrap().iter().next_back().unwrap();
    assert_eq!((name.as_str(), &why["place"]), ("@rejected", &json!("o.jsonl:2")), "{rejected}");
    assert!(why["reason"].as_str().unwrap().contains("NONE") && why["at"].is_string(), "{why}");
    assert_eq!(line["@goodsOwner"], "DEMO");
    // It is not sent again as it is, unless that is asked for.
    let (code, figures, _) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["sent"], &figures["refused"]), (1, &json!(0), &json!(1)));
    let (code, figures, _) = push(&shop, &["o.jsonl", "--retry-refused"]);
    assert_eq!((code, &figures["sent"], &figures["refused"]), (1, &json!(1), &json!(1)));

    fs::write(shop.file("orders.rejected.jsonl"), rejected.replace("NONE", "A")).unwrap();
    // The nightly job runs before somebody pushes what was repaired, and leaves it as it is.
    let (_, figures, _) = push(&shop, &["o.jsonl"]);
    assert_eq!(figures["rejected"], "orders.rejected.2.jsonl");
    let (code, figures, errors) = push(&shop, &["orders.rejected.jsonl"]);
    assert_eq!((code, &figures["done"]), (0, &json!(1)), "{errors}");
    // What was refused at first is history then.
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["done"], &figures["superseded"]), (0, &json!(3), &json!(1)), "{errors}");
    assert_eq!(quantities(&shop), ["1: 1 A", "3: 3 A", "2: 2 A"]);
}

#[test]
fn what_was_refused_earlier_is_told_apart() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("1", "A", 1), order("2", "NONE", 2)]);
    let (_, figures, _) = push(&shop, &["o.jsonl"]);
    assert_eq!((&figures["refused"], &figures["refusedEarlier"]), (&json!(1), &json!(0)));
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["refused"], &figures["refusedEarlier"]), (1, &json!(1), &json!(1)));
    assert!(errors.contains("unchanged, not sent; --retry-refused sends it"), "{errors}");
    // Late master data: the setting tries once each run.
    shop.article("NONE");
    fs::write(shop.file("ongoing.toml"), "retry_refused = \"each-run\"\n").unwrap();
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["done"], &figures["sent"]), (0, &json!(2), &json!(1)), "{errors}");
    assert!(!shop.file("orders.rejected.jsonl").exists());
}

#[test]
fn what_is_refused_is_sent_once_a_run() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("1", "A", 1), order("2", "NONE", 2), order("3", "NONE", 3)]);
    for (arguments, calls) in [
        (&["o.jsonl"][..], 3),
        // A night of several pushes, in whatever form: not once more by itself, and once where that is asked for.
        (&["o.jsonl"], 3),
        (&["o.jsonl", "--resume"], 3),
        (&["orders.rejected.jsonl"], 3),
        (&["o.jsonl", "--retry-refused"], 5),
        (&["o.jsonl", "--resume", "--retry-refused"], 7),
        (&["orders.rejected.jsonl", "--retry-refused"], 9),
    ] {
        assert_eq!(push(&shop, arguments).0, 1, "{arguments:?}");
        assert_eq!(shop.calls("ProcessOrder"), calls, "{arguments:?}");
    }
    let attempts: Vec<Value> =
        journalled(&shop, "refused").into_iter().map(|entry| entry["attempts"].clone()).collect();
    assert_eq!(attempts, [4, 4]);
    // A newer version of one does not bring the older one back.
    write(&shop, "o.jsonl", &[order("2", "NONE", 9)]);
    assert_eq!(push(&shop, &["o.jsonl", "--only-input", "--retry-refused"]).1["sent"], 1);
    assert_eq!(shop.calls("ProcessOrder"), 10);
}

#[test]
fn an_unknown_error_is_tried_once_more() {
    let shop = three_orders();
    shop.order("O", &[("A", 1)]);
    // The contract has no better kind for it: the outcome is unknown, and the return is not found.
    let wrong = json!({
        "ReturnOrderNumber": "R-1", "CustomerOrderNumber": "O",
        "ReturnOrderLines": [{ "ArticleNumber": "A", "ToBeReturnedNumberOfItems": -1 }],
    });
    write(&shop, "r.jsonl", &[wrong]);
    for calls in [2, 4] {
        let (code, figures, errors) =
            push_kind(&shop, "return-orders", &["r.jsonl", "--resend-delay", "0.1"]);
        assert_eq!((code, &figures["unknown"], &figures["sent"]), (75, &json!(1), &json!(2)), "{errors}");
        assert_eq!(shop.calls("ProcessReturnOrder"), calls, "{errors}");
    }
}

#[test]
fn the_list_keeps_what_is_still_refused() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("1", "NONE", 1), order("2", "A", 2)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 1);
    // The next night's file has the same name, and other records.
    write(&shop, "o.jsonl", &[order("3", "NONE", 3), order("4", "A", 4)]);
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["refused"], &figures["earlier"]["refused"]), (1, &json!(1), &json!(1)));
    assert!(errors.contains("1 from earlier inputs") || figures["earlier"]["open"] == 1, "{errors}");
    let numbers: Vec<Value> = shop
        .lines("orders.rejected.jsonl")
        .iter()
        .map(|line| line["OrderInfo"]["GoodsOwnerOrderNumber"].clone())
        .collect();
    assert_eq!(numbers, ["1", "3"]);
    write(&shop, "o.jsonl", &[order("5", "A", 5)]);
    let (code, figures, _) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["refused"], &figures["earlier"]["refused"]), (1, &json!(0), &json!(2)));
    // Repaired in the list itself, and pushed from there.
    let repaired = shop.read("orders.rejected.jsonl").replace("NONE", "A");
    fs::write(shop.file("orders.rejected.jsonl"), repaired).unwrap();
    let (code, figures, errors) = push(&shop, &["orders.rejected.jsonl"]);
    assert_eq!((code, &figures["done"], &figures["earlier"]["open"]), (0, &json!(2), &json!(0)), "{errors}");
    assert_eq!(quantities(&shop), ["2: 2 A", "4: 4 A", "5: 5 A", "1: 1 A", "3: 3 A"]);
    assert!(!shop.file("orders.rejected.jsonl").exists(), "{:?}", shop.files());
}

#[test]
fn an_edit_during_a_push_is_not_lost() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("1", "NONE", 1)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 1);
    write(&shop, "o.jsonl", &[order("2", "NONE", 2)]);
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_secs(2))));
    let calls = shop.calls("ProcessOrder");
    let mut running = shop.command(&["push", "orders", "o.jsonl"]).stderr(Stdio::null()).spawn().unwrap();
    while shop.calls("ProcessOrder") == calls {
        thread::sleep(Duration::from_millis(10));
    }
    let edited = shop.read("orders.rejected.jsonl").replace("NONE", "A");
    fs::write(shop.file("orders.rejected.jsonl"), &edited).unwrap();
    running.wait().unwrap();
    assert_eq!(shop.read("orders.rejected.jsonl"), edited);
    assert_eq!(shop.lines("orders.rejected.2.jsonl").len(), 2);
}
