//! Bad days: what the client makes of them, and what the warehouse holds afterwards.

use std::time::{Duration, Instant};

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, Sandbox};
use ongoing_wms::transport::Delivery;
use ongoing_wms::{Client, Error, Outcome, RetryPolicy};

use crate::{article, fault, order, start};

fn orders(sandbox: &Sandbox) -> usize {
    sandbox.rows("orders").unwrap().len()
}

#[test]
fn cuts_leave_the_outcome_unknown() {
    for (kind, done) in
        [(DisturbanceKind::CutBefore, 0), (DisturbanceKind::CutAfter, 1), (DisturbanceKind::CutMidAnswer, 1)]
    {
        let (sandbox, client) = start();
        client.get_system_status().unwrap();
        sandbox.disturb(Disturbance::on("ProcessOrder", kind.clone()));
        client.get_inventory().unwrap();
        match client.process_order(order("O", &[])) {
            Err(error @ Error::Transport(_)) => {
                assert_eq!(error.outcome(), Outcome::Unknown, "{kind:?}");
                let Error::Transport(error) = error else { unreachable!() };
                assert_eq!(error.delivery(), Delivery::Unknown, "{kind:?}");
            }
            other => panic!("{kind:?}: {other:?}"),
        }
        assert_eq!(orders(&sandbox), done, "{kind:?}");
        client.process_order(order("O", &[])).unwrap();
        assert_eq!(orders(&sandbox), 1, "{kind:?}");
    }
}

#[test]
fn a_read_is_tried_again_after_what_the_server_asks() {
    let (sandbox, _) = start();
    let mut policy = RetryPolicy::default();
    policy.base_delay = Duration::from_millis(1);
    let client =
        Client::builder(sandbox.url()).credentials(sandbox.credentials()).retry(policy).build().unwrap();
    sandbox.disturb(Disturbance::any(DisturbanceKind::Status { code: 503, retry_after: Some(1) }));
    let begun = Instant::now();
    client.get_inventory().unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(sandbox.log().len(), 2);
    // A write is not.
    sandbox.disturb(Disturbance::any(DisturbanceKind::Status { code: 429, retry_after: None }));
    let error = client.process_article(article("A")).unwrap_err();
    assert_eq!(error.status(), Some(429));
    assert_eq!(sandbox.log().len(), 3);
    // And reads through cuts, as often as it may.
    sandbox.disturb(Disturbance::on("GetInventory", DisturbanceKind::CutMidAnswer).times(3));
    client.get_inventory().unwrap();
    assert_eq!(sandbox.log().len(), 7);
}

#[test]
fn faults_garbage_and_pages() {
    let (sandbox, client) = start();
    sandbox.disturb(Disturbance::any(DisturbanceKind::Fault("deadlocked".into())));
    let answer = client.process_article(article("A"));
    assert_eq!(fault(answer), ("Server".to_owned(), "deadlocked".to_owned()));
    sandbox.disturb(Disturbance::any(DisturbanceKind::Html));
    let page = client.process_article(article("A")).unwrap_err();
    assert!(matches!(page, Error::Status(_)), "{page:?}");
    assert_eq!(sandbox.rows("articles").unwrap().len(), 0);
    sandbox.disturb(Disturbance::any(DisturbanceKind::Garbage));
    let garbage = client.process_article(article("A")).unwrap_err();
    assert_eq!(garbage.outcome(), Outcome::Unknown);
    assert_eq!(sandbox.rows("articles").unwrap().len(), 1);
    sandbox.disturb(Disturbance::on("GetOrder", DisturbanceKind::CutBefore));
    sandbox.undisturb();
}

/// The log tells of each request what happened to it: exactly those that were let through have been carried out.
#[test]
fn all_kinds_at_once_by_chance() {
    let mut builder = Sandbox::builder();
    for (seed, kind) in [
        "delay,seconds=0.01",
        "status,code=429,retry-after=1",
        "fault",
        "cut-before",
        "cut-after",
        "cut-mid-answer",
        "garbage",
        "slow-drip,seconds=0",
        "extra-members",
        "reordered-members",
        "html",
    ]
    .iter()
    .enumerate()
    {
        let text = format!("{kind},operation=ProcessOrder,probability=0.06,seed={seed}");
        builder = builder.disturb(text.parse().unwrap());
    }
    let sandbox = builder.start().unwrap();
    let client = crate::client(&sandbox);
    let mut failed = 0;
    for number in 0..300 {
        failed += usize::from(client.process_order(order(&format!("O-{number}"), &[])).is_err());
    }
    let log = sandbox.log();
    assert_eq!(log.len(), 300);
    let stopped = |kind: &DisturbanceKind| matches!(kind.name(), "status" | "fault" | "cut-before" | "html");
    let through = log.iter().filter(|request| !request.disturbance.as_ref().is_some_and(stopped)).count();
    assert_eq!(orders(&sandbox), through);
    let met: std::collections::BTreeSet<&str> =
        log.iter().filter_map(|request| request.disturbance.as_ref()).map(DisturbanceKind::name).collect();
    assert_eq!(met.len(), 11, "{met:?}");
    assert!(failed > 300 - through, "{failed} failed, {through} were let through");
}

#[test]
fn a_slow_write_is_done_though_nobody_waits() {
    let (sandbox, _) = start();
    let mut timeouts = ongoing_wms::Timeouts::default();
    timeouts.receive_answer = Some(Duration::from_millis(100));
    let client =
        Client::builder(sandbox.url()).credentials(sandbox.credentials()).timeouts(timeouts).build().unwrap();
    sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_millis(400))));
    let error = client.process_order(order("O", &[])).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(orders(&sandbox), 0);
    let begun = Instant::now();
    while orders(&sandbox) == 0 && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(orders(&sandbox), 1);
}

#[test]
fn the_log_has_no_password() {
    let sandbox = Sandbox::builder().password("c4nary").start().unwrap();
    crate::client(&sandbox).process_article(article("A")).unwrap();
    let log = sandbox.log();
    assert_eq!(log[0].operation, "ProcessArticle");
    assert!(log[0].body.contains("Article A") && !log[0].body.contains("c4nary"));
    assert!(!format!("{sandbox:?} {log:?} {:?}", sandbox.credentials()).contains("c4nary"));
}

#[test]
fn many_callers_at_once() {
    let (sandbox, _) = start();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let client = crate::client(&sandbox);
            scope.spawn(move || {
                for index in 0..10 {
                    client.process_order(order(&format!("O-{thread}-{index}"), &[])).unwrap();
                }
            });
        }
    });
    assert_eq!(orders(&sandbox), 80);
}

#[test]
fn answers_of_other_shapes_are_read() {
    let (sandbox, _) = start();
    let lenient = Client::builder(sandbox.url())
        .credentials(sandbox.credentials())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    crate::stock(&sandbox, &lenient, &[("A", 9), ("B", 2)]);
    let plain = lenient.get_inventory().unwrap();
    let pause = Duration::from_millis(10);
    for kind in
        [DisturbanceKind::SlowDrip(pause), DisturbanceKind::ExtraMembers, DisturbanceKind::ReorderedMembers]
    {
        sandbox.disturb(Disturbance::on("GetInventory", kind.clone()));
        let begun = Instant::now();
        let mut read = lenient.get_inventory().unwrap();
        if matches!(kind, DisturbanceKind::SlowDrip(_)) {
            assert!(begun.elapsed() >= pause * 9);
        }
        // Articles may hold members that are unknown: these are kept.
        for line in read.inventory_lines.iter_mut().flatten() {
            line.article.as_mut().unwrap().any.clear();
        }
        assert_eq!(read, plain, "{kind:?}");
    }
    let strict = crate::client(&sandbox);
    for kind in [DisturbanceKind::ExtraMembers, DisturbanceKind::ReorderedMembers] {
        sandbox.disturb(Disturbance::on("GetInventory", kind));
        assert!(strict.get_inventory().is_err());
    }
}
