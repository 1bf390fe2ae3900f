//! Many callers at a time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use ongoing_wms::Decimal;
use ongoing_wms::api::*;

use crate::{order, quantities, start, stock};

/// Booked numbers of all articles, as one answer has them.
fn booked(client: &ongoing_wms::Client) -> Vec<Decimal> {
    let lines = client.get_inventory_by_query(GetInventoryQuery::default()).unwrap().inventory_lines.unwrap();
    lines.into_iter().map(|line| line.number_of_booked_items_decimal).collect()
}

#[test]
fn an_answer_never_shows_half_an_order() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9), ("B", 9), ("C", 9)]);
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    let booked = booked(&client);
                    assert!(booked.iter().all(|number| *number == booked[0]), "{booked:?}");
                }
            });
        }
        for number in 0..60 {
            let lines = ["A", "B", "C"].map(|article| (article, number % 7));
            client.process_order(order("O", &lines)).unwrap();
        }
        ended.store(true, Ordering::Relaxed);
    });
    assert_eq!(booked(&client), vec![Decimal::from(59 % 7); 3]);
}

#[test]
fn writers_wait_for_each_other() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    let ids: Vec<i32> = thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                // Of one client the writes would wait for each other before they are sent.
                let client = crate::client(&sandbox);
                scope.spawn(move || -> Vec<i32> {
                    let number = |turn| format!("O-{writer}-{turn}");
                    (0..10)
                        .map(|turn| client.process_order(order(&number(turn), &[("A", 1)])).unwrap().order_id)
                        .collect()
                })
            })
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    let mut sorted = ids;
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=40).collect::<Vec<i32>>());
    assert_eq!(quantities(&client, "A"), [9, 40, 0, -31, 0, 0]);
}
