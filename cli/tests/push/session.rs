//! What is about the session: it pauses or stops, and nothing is lost.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, Sandbox};
use serde_json::{Value, json};

use crate::{journalled, order, push, three_orders, write};

#[test]
fn it_stops_before_the_service_locks_it_out() {
    let shop = three_orders();
    let wrong: Vec<Value> = (1..=9).map(|number| order(&number.to_string(), "NONE", 1)).collect();
    write(&shop, "o.jsonl", &wrong);
    let slow = ["o.jsonl", "--back-off", "0.2", "--back-off-limit", "1"];
    let (code, figures, errors) = push(&shop, &slow);
    // 4 in a row, then one after each wait, until the waits come to a second.
    let (refused, pending) = (figures["refused"].as_u64().unwrap(), figures["pending"].as_u64().unwrap());
    assert!(code == 75 && (5..=7).contains(&refused) && refused + pending == 9, "{figures} {errors}");
    assert!(errors.contains(&format!("{refused} failures in a row; the last: Article")), "{errors}");
    assert_eq!(shop.calls("ProcessOrder") as u64, refused);
    let listed = shop.lines("orders.rejected.jsonl").len() as u64;
    assert_eq!(listed, refused, "the one that ended it is there too");
    // One that is good among them, and it goes on.
    let shop = three_orders();
    let mut some: Vec<Value> = (1..=5).map(|number| order(&number.to_string(), "NONE", 1)).collect();
    some.extend([order("6", "A", 1), order("7", "NONE", 1), order("8", "A", 1)]);
    write(&shop, "o.jsonl", &some);
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--back-off", "0.1"]);
    assert_eq!((code, &figures["refused"], &figures["done"]), (1, &json!(6), &json!(2)), "{errors}");
    // The service asks for a longer wait than --max-retry-after, which has a default and had another name.
    for arguments in [&["o.jsonl"][..], &["o.jsonl", "--patience", "3599", "--settle", "0"]] {
        let shop = three_orders();
        let later = DisturbanceKind::Status { code: 503, retry_after: Some(3_600) };
        shop.sandbox.disturb(Disturbance::on("ProcessOrder", later));
        let (code, figures, errors) = push(&shop, arguments);
        assert_eq!((code, &figures["sent"]), (75, &json!(1)));
        assert!(errors.contains("retry after 3600 s"), "{errors}");
    }
}

#[test]
fn without_a_service_nothing_is_lost() {
    let shop = three_orders();
    let mut nowhere = shop.command(&["push", "orders", "o.jsonl"]);
    let output = nowhere.env("ONGOING_URL", "http://127.0.0.1:1/x/service.asmx").output().unwrap();
    assert_eq!(output.status.code(), Some(69), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(shop.files(), ["o.jsonl", "orders.journal", "orders.journal.lock"]);
    let mut strange = shop.command(&["push", "orders", "o.jsonl", "--journal", "s.journal"]);
    let output = strange.env("ONGOING_PASSWORD", "wrong").output().unwrap();
    assert_eq!(output.status.code(), Some(77), "{}", String::from_utf8_lossy(&output.stderr));
    let (out, _) = shop.done(&["journal", "s.journal", "--state", "pending", "--output", "json"]);
    assert_eq!(out.lines().count(), 3);
    assert_eq!(push(&shop, &["o.jsonl", "--journal", "s.journal"]).0, 0);
}

#[cfg(unix)]
#[test]
fn ctrl_c_finishes_the_call_in_flight() {
    let shop = three_orders();
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_secs(1))));
    let child = shop.command(&["push", "orders", "o.jsonl"]).stderr(Stdio::piped()).spawn().unwrap();
    while shop.calls("ProcessOrder") == 0 {
        thread::sleep(Duration::from_millis(10));
    }
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{errors}");
    assert!(errors.contains("run the same command again"), "{errors}");
    let done = journalled(&shop, "done");
    assert_eq!((done.len(), &done[0]["key"]), (1, &json!("1")));
    assert_eq!(push(&shop, &["o.jsonl"]).1["sent"], 2);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_wait_for_the_journal() {
    let shop = three_orders();
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_secs(20))));
    let mut first = shop.command(&["push", "orders", "o.jsonl"]).stderr(Stdio::null()).spawn().unwrap();
    while shop.calls("ProcessOrder") == 0 {
        thread::sleep(Duration::from_millis(10));
    }
    let begun = Instant::now();
    let arguments = ["push", "orders", "o.jsonl", "--wait", "60"];
    let waiting = shop.command(&arguments).stderr(Stdio::piped()).spawn().unwrap();
    // It listens for Ctrl-C by the time that it waits for the lock.
    let lock = shop.file("orders.journal.lock");
    let has_it_open = || {
        let files = std::fs::read_dir(format!("/proc/{}/fd", waiting.id())).into_iter().flatten().flatten();
        files.filter_map(|file| std::fs::read_link(file.path()).ok()).any(|path| path == lock)
    };
    while begun.elapsed() < Duration::from_secs(3) && !has_it_open() {
        thread::sleep(Duration::from_millis(5));
    }
    let interrupt = std::process::Command::new("kill").args(["-INT", &waiting.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    let output = waiting.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{errors}");
    assert!(errors.contains("interrupted; nothing was sent"), "{errors}");
    assert!(begun.elapsed() < Duration::from_secs(15));
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn a_wrong_goods_owner_stops_its_own_lane() {
    let sandbox = Sandbox::builder().goods_owner("DEMO", 1).goods_owner("TWO", 2).start().unwrap();
    let shop = three_orders();
    let mut records = Vec::new();
    for number in 1..=5 {
        for owner in ["DEMO", "WRONG", "TWO"] {
            records.push(json!({ "@goodsOwner": owner, "ArticleNumber": format!("A{number}") }));
        }
    }
    write(&shop, "a.jsonl", &records);
    let mut push = shop.command(&["push", "articles", "a.jsonl", "--summary", "json"]);
    let output = push.env("ONGOING_URL", sandbox.url()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&figures["done"], &figures["pending"]), (&json!(10), &json!(5)), "{errors}");
    assert_eq!(output.status.code(), Some(77), "{errors}");
    assert!(figures["stopped"].as_str().unwrap().contains("goods owner WRONG"), "{figures}");
}

#[test]
fn what_a_front_door_rejects_is_the_records_own() {
    for rejected in 1..=3 {
        let shop = three_orders();
        let reject = DisturbanceKind::Status { code: 403, retry_after: None };
        // The sandbox counts the requests that meet it; those before come through.
        for _ in 1..rejected {
            shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::ZERO)));
        }
        shop.sandbox.disturb(Disturbance::on("ProcessOrder", reject));
        let (code, figures, errors) = push(&shop, &["o.jsonl"]);
        assert_eq!(
            (code, &figures["done"], &figures["refused"]),
            (1, &json!(2), &json!(1)),
            "{rejected}: {errors}"
        );
        let line = format!("o.jsonl:{rejected}: {rejected} refused: ProcessOrder: HTTP 403");
        assert!(errors.contains(&line), "{line}: {errors}");
    }
    // All of them: that is the session.
    let shop = three_orders();
    let reject = DisturbanceKind::Status { code: 403, retry_after: None };
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", reject).times(9));
    let (code, figures, errors) = push(&shop, &["o.jsonl"]);
    assert_eq!((code, &figures["pending"], &figures["sent"]), (76, &json!(3), &json!(3)), "{errors}");
}

#[test]
fn goods_owners_that_follow_each_other_are_served_side_by_side() {
    let sandbox = Sandbox::builder().goods_owner("DEMO", 1).goods_owner("TWO", 2).start().unwrap();
    let shop = three_orders();
    let article =
        |owner: &str, number: u32| json!({ "@goodsOwner": owner, "ArticleNumber": format!("A{number}") });
    let records: Vec<Value> =
        (0..40).map(|number| article(if number < 20 { "DEMO" } else { "TWO" }, number)).collect();
    write(&shop, "a.jsonl", &records);
    sandbox.disturb(
        Disturbance::on("ProcessArticle", DisturbanceKind::Delay(Duration::from_millis(100))).times(40),
    );
    let mut push = shop.command(&["push", "articles", "a.jsonl"]);
    assert!(push.env("ONGOING_URL", sandbox.url()).status().unwrap().success());
    let numbers: Vec<String> = sandbox.log().iter().map(|request| format!("{request:?}")).collect();
    let first_of_two = numbers.iter().position(|request| request.contains("TWO")).unwrap();
    assert!(first_of_two < 20, "{first_of_two}");
}
