//! What holds whatever happens: random requests and random work, sensible or not, of two goods owners at one warehouse.
//!
//! `cargo test --test sandbox invariants -- --ignored` does it many times more.

mod account;
mod course;
mod step;

use ongoing_wms::Client;
use ongoing_wms::RetryPolicy;
use ongoing_wms::sandbox::Sandbox;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use course::Course;
use step::{OWNERS, Step};

/// A warehouse of two goods owners, with a client for each.
fn warehouse() -> (Sandbox, Vec<Client>) {
    let mut builder = Sandbox::builder();
    for owner in 1..=OWNERS {
        builder = builder.goods_owner(format!("OWNER-{owner}"), owner);
    }
    let sandbox = builder.start().unwrap();
    let client = |owner: i32| {
        let credentials =
            sandbox.credentials().goods_owner_code(format!("OWNER-{owner}")).goods_owner_id(owner);
        let client = Client::builder(sandbox.url()).credentials(credentials).strict(true);
        client.retry(RetryPolicy::never()).build().unwrap()
    };
    let clients = (1..=OWNERS).map(client).collect();
    (sandbox, clients)
}

/// Does the steps one after another, and looks at all that must hold.
fn holds(steps: &[Step]) -> Result<(), TestCaseError> {
    let (sandbox, clients) = warehouse();
    step::furnish(&sandbox, &clients);
    let mut course = Course::begin(&sandbox);
    for step in steps {
        let outcome = step.take(&sandbox, &clients)?;
        course.go_on(&sandbox, step, &outcome)?;
    }
    account::check(&sandbox, &clients)
}

fn run(cases: u32, steps: usize) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let strategy = prop::collection::vec(step::any(), 1..=steps);
    let found = TestRunner::new(config).run(&strategy, |steps| holds(&steps));
    assert!(found.is_ok(), "{}", found.unwrap_err());
}

#[test]
fn whatever_happens() {
    run(100, 40);
}

#[test]
#[ignore = "takes minutes: cargo test --test sandbox invariants -- --ignored"]
fn whatever_happens_for_long() {
    run(1000, 120);
}
