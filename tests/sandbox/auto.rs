//! The warehouse that works by itself.

use std::time::{Duration, Instant};

use ongoing_wms::sandbox::Sandbox;

use crate::{article, client, in_order, order, quantities, status};

/// Waits until it is so.
#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn everything_goes_on_and_what_cannot_waits() {
    let sandbox = Sandbox::builder().auto(Duration::from_millis(20)).start().unwrap();
    let client = client(&sandbox);
    client.process_article(article("A")).unwrap();
    client.process_order(order("O", &[("A", 6)])).unwrap();
    client.process_order(order("P", &[("A", 6)])).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!((status(&client, "O"), status(&client, "P")), (300, 300));
    client.process_in_order(in_order("I", &[("A", 8)])).unwrap();
    until("the older order is collected", || status(&client, "O") == 500);
    // There is too little for the other one: it waits without a word, and does not stand in the way.
    assert_eq!((status(&client, "P"), quantities(&client, "A")[0]), (300, 2));
    assert!(sandbox.rows("orders").unwrap()[0]["WayBill"].is_string());
    client.process_in_order(in_order("J", &[("A", 4)])).unwrap();
    until("the other one is collected", || status(&client, "P") == 500);
    drop(sandbox);
}

#[test]
fn one_step_at_each_tick() {
    let pace = Duration::from_millis(300);
    let sandbox = Sandbox::builder().seed_data().auto(pace).start().unwrap();
    let begun = Instant::now();
    let client = client(&sandbox);
    // Four steps from released to collected: each takes a tick.
    until("the order is collected", || status(&client, "1005") == 500);
    assert!(begun.elapsed() >= pace * 4, "{:?}", begun.elapsed());
    until("what was short has come and gone", || status(&client, "1006") == 500);
    let rows = |table: &str| sandbox.rows(table).unwrap();
    assert_eq!(rows("return-orders")[0].lines[0]["ReturnedNumberOfItems"], "1");
    assert_eq!(rows("production-orders")[0]["ProductionOrderStatus"], 500);
    assert!(rows("in-orders").iter().all(|order| order["InOrderStatusNumber"] == 500));
    // Not released: nobody touches it.
    assert_eq!(status(&client, "1007"), 200);
}

#[test]
fn it_does_not_work_without_a_pause() {
    let error = Sandbox::builder().auto(Duration::ZERO).start().unwrap_err();
    assert_eq!(error.to_string(), "the warehouse cannot work without a pause");
}
