//! However long an answer is, the memory that reading takes is the same.
//!
//! `cargo test --release --test rows -- --ignored` reads 200 MB; the usual run 20 MB.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufWriter, Write as _};
use std::process::Command;

use ongoing_wms::api::GetOrderStatuses;

use crate::server::{END, begin, client, head, row, serve};

/// Names the length in bytes to the process that reads.
const LENGTH: &str = "ROWS_TEST_LENGTH";

/// Most memory that this process has had, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn memory_is_the_same_for_20_mb() {
    read_alone(20_000_000);
}

#[test]
#[ignore = "200 MB take a while in a debug build"]
fn memory_is_the_same_for_200_mb() {
    read_alone(200_000_000);
}

/// In a process of its own: what other tests hold does not count.
fn read_alone(length: usize) {
    let test = Command::new(std::env::current_exe().unwrap())
        .args(["length::reader", "--exact", "--nocapture"])
        .env(LENGTH, length.to_string())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&test.stdout);
    assert!(
        test.status.success() && shown.contains("peak grew"),
        "{shown}{}",
        String::from_utf8_lossy(&test.stderr)
    );
    println!("{shown}");
}

/// Does something only where [`read_alone`] starts it.
#[test]
fn reader() {
    let Ok(length) = std::env::var(LENGTH) else { return };
    let rows = length.parse::<usize>().unwrap() / row(1_000_000).len();
    let url = serve(move |stream| {
        head(stream);
        let mut out = BufWriter::new(stream);
        out.write_all(begin().as_bytes()).unwrap();
        for number in 0..rows {
            out.write_all((row(1_000_000 + number) + "\n  ").as_bytes()).unwrap();
        }
        out.write_all(END.as_bytes()).unwrap();
    });
    let client = client(&url);
    let mut read = client.rows(GetOrderStatuses {});
    // What the first rows need is needed for any answer.
    read.by_ref().take(1_000).for_each(|row| drop(row.unwrap()));
    let before = peak();
    assert_eq!(read.map(Result::unwrap).count(), rows - 1_000);
    let grown = peak().saturating_sub(before);
    println!("peak grew by {grown} KiB for {rows} rows");
    assert!(grown < 1_024, "{grown} KiB");
}
