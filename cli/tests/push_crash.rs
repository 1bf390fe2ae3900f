//! `ongoing push` killed at random moments, against a service that fails at random: each order is there once.
#![cfg(own_contract)]

mod shop;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use serde_json::{Value, json};
use shop::Shop;

/// 150 orders, killed 12 times: seconds.
#[test]
fn each_order_is_there_once() {
    crash(150, 12, 7);
}

/// 1,000 orders, killed 60 times: `cargo test --test cli_push_crash -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes"]
fn each_of_many_orders_is_there_once() {
    crash(1_000, 60, 11);
}

fn crash(orders: usize, kills: u32, seed: u64) {
    let shop = Shop::with_stock(&[("A", 1_000_000), ("B", 1_000_000)]);
    let input: String = (1..=orders).fold(String::new(), |mut text, number| {
        writeln!(text, "{}", order(number)).unwrap();
        text
    });
    std::fs::write(shop.file("orders.jsonl"), input).unwrap();
    disturb(&shop, seed);
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut killed, mut runs) = (0, 0);
    let begun = Instant::now();
    let code = loop {
        assert!(begun.elapsed() < Duration::from_secs(1_200), "no end after {runs} runs");
        runs += 1;
        let mut push = start(&shop);
        if killed < kills {
            thread::sleep(Duration::from_millis(random.u64(20..400)));
        }
        let code = match (killed < kills, push.try_wait().unwrap()) {
            (true, None) => {
                push.kill().unwrap();
                push.wait().unwrap();
                killed += 1;
                // Whoever picks does not wait for the end of the push.
                let number = random.usize(1..=orders);
                let _ = shop.sandbox.pick(&number.to_string());
                continue;
            }
            _ => push.wait().unwrap().code().unwrap(),
        };
        match code {
            0 => break code,
            // The outcome of some is unknown, or it ended early: once more.
            75 | 69 => {}
            other => panic!("exit code {other}"),
        }
    };
    assert_eq!((code, killed), (0, kills), "{runs} runs");
    let faults = shop.sandbox.log().iter().filter(|request| request.disturbance.is_some()).count();
    let (lost, doubled) = compare(&shop, orders);
    println!("{orders} orders: {killed} kills, {runs} runs, {faults} faults, lost {lost}, doubled {doubled}");
    assert_eq!((lost, doubled), (0, 0));
    let journal = shop.done(&["journal", "orders.journal", "--output", "json"]).0;
    assert_eq!(journal.lines().filter(|line| line.contains(r#""state":"done""#)).count(), orders);
}

fn order(number: usize) -> Value {
    json!({
        "OrderInfo": { "GoodsOwnerOrderNumber": number.to_string(), "DeliveryDate": "2026-12-01" },
        "Customer": { "CustomerNumber": "C", "Name": "Å & Co" },
        "CustomerOrderLines": [
            { "ArticleNumber": "A", "NumberOfItems": number },
            { "ArticleNumber": "B", "NumberOfItems": "2.5" },
        ],
    })
}

fn disturb(shop: &Shop, seed: u64) {
    let busy = DisturbanceKind::Status { code: 503, retry_after: Some(0) };
    let slow = DisturbanceKind::Delay(Duration::from_millis(30));
    let faults = [
        (DisturbanceKind::CutBefore, 0.05),
        (DisturbanceKind::CutAfter, 0.05),
        (DisturbanceKind::CutMidAnswer, 0.03),
        (DisturbanceKind::Fault("deadlock victim".into()), 0.03),
        (busy, 0.05),
        (slow, 0.2),
    ];
    for (index, (kind, probability)) in faults.into_iter().enumerate() {
        let disturbance = Disturbance::on("ProcessOrder", kind).randomly(probability, seed + index as u64);
        shop.sandbox.disturb(disturbance);
    }
    let cut = Disturbance::on("GetOrdersByQuery", DisturbanceKind::CutMidAnswer).randomly(0.05, seed);
    shop.sandbox.disturb(cut);
}

fn start(shop: &Shop) -> Child {
    shop.command(&["push", "orders", "orders.jsonl", "--resend-delay", "0.2", "--max-failures", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What the warehouse itself says: how many orders are lost, and how many are there too often or with other lines.
fn compare(shop: &Shop, orders: usize) -> (usize, usize) {
    let mut there: BTreeMap<String, Vec<Vec<(String, f64)>>> = BTreeMap::new();
    for order in shop.sandbox.rows("orders").unwrap() {
        let line = |line: &Value| {
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            (text("ArticleNumber"), text("OrderedNumberOfItems").parse().unwrap())
        };
        let lines = order.lines.iter().map(line).collect();
        there.entry(order.key).or_default().push(lines);
    }
    let mut lost = 0;
    let mut wrong = there.len().saturating_sub(orders);
    for number in 1..=orders {
        let expected = vec![vec![("A".to_owned(), number as f64), ("B".to_owned(), 2.5)]];
        match there.get(&number.to_string()) {
            None => lost += 1,
            Some(found) if *found != expected => wrong += 1,
            Some(_) => {}
        }
    }
    (lost, wrong)
}
