//! A push that is told to end while a call is in flight ends at once, and its journal is true.
// Signals are sent by `kill`.
#![cfg(all(unix, own_contract))]

mod shop;

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use shop::Shop;

/// How long the service lets the caller wait.
const SLOW: Duration = Duration::from_secs(20);

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Waits for the end, which must come soon.
fn end(child: &mut Child) -> ExitStatus {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if begun.elapsed() > SLOW / 2 {
            child.kill().unwrap();
            panic!("still there after {:?}", begun.elapsed());
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Sends the signals while the first order is in flight; then pushes again.
fn interrupted_by(signals: &[&str]) -> ExitStatus {
    let shop = Shop::with_stock(&[("A", 100)]);
    let order = |number: u32| {
        format!(
            "{{\"OrderInfo\":{{\"GoodsOwnerOrderNumber\":\"{number}\"}},\"CustomerOrderLines\":[{{\"ArticleNumber\":\
             \"A\",\"NumberOfItems\":1}}]}}\n"
        )
    };
    fs::write(shop.file("o.jsonl"), order(1) + &order(2)).unwrap();
    shop.sandbox.disturb(Disturbance::on("ProcessOrder", DisturbanceKind::Delay(SLOW)));
    let mut command = shop.command(&["push", "orders", "o.jsonl"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while shop.calls("ProcessOrder") == 0 {
        thread::sleep(Duration::from_millis(20));
    }
    for name in signals {
        signal(&child, name);
        thread::sleep(Duration::from_millis(300));
    }
    let status = end(&mut child);
    let (_, errors) = shop.done(&["push", "orders", "o.jsonl", "--resend-delay", "0"]);
    assert!(errors.contains("2 done"), "{errors}");
    assert!(!errors.contains(" 0 looked up"), "what was in flight is looked up first: {errors}");
    assert_eq!(shop.sandbox.rows("orders").unwrap().len(), 2);
    status
}

/// Sends a signal while a pull waits for its rows, and says which files are left.
fn pull_ended_by(name: &str) -> (ExitStatus, Vec<String>) {
    let shop = Shop::with_stock(&[("A", 1)]);
    shop.sandbox.disturb(Disturbance::on("GetInventoryByQuery", DisturbanceKind::Delay(SLOW)));
    let mut command = shop.command(&["pull", "inventory", "--out", "stock.csv"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while shop.calls("GetInventoryByQuery") == 0 {
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(shop.files().len(), 1, "the temporary file");
    signal(&child, name);
    (end(&mut child), shop.files())
}

#[test]
fn a_pull_removes_its_temporary_file_and_ends_as_the_signal_says() {
    let (status, files) = pull_ended_by("-TERM");
    assert_eq!((status.signal(), files.len()), (Some(15), 0), "{files:?}");
    let (status, files) = pull_ended_by("-HUP");
    assert_eq!((status.signal(), files.len()), (Some(1), 0), "{files:?}");
    let (status, files) = pull_ended_by("-INT");
    assert_eq!((status.code(), files.len()), (Some(130), 0), "{files:?}");
}

#[test]
fn termination_is_obeyed_at_once() {
    assert_eq!(interrupted_by(&["-TERM"]).signal(), Some(15));
}

#[test]
fn a_second_ctrl_c_is_obeyed_at_once() {
    assert_eq!(interrupted_by(&["-INT", "-INT"]).code(), Some(130));
}
