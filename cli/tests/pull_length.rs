//! However long an answer is, the memory that `ongoing pull` takes is the same.
//!
//! `cargo test --release --test pull_length -- --ignored` pulls 200 MB; the usual run 20 MB.
#![cfg(all(own_contract, target_os = "linux"))]

#[path = "../../tests/rows/server.rs"]
#[allow(dead_code, reason = "the rows' own tests use the rest")]
mod server;

use std::fs;
use std::io::{BufWriter, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use server::{END, begin, head, row, serve};

/// How much more memory than a short pull a long one may take, in KiB. What the program itself takes depends on its build.
const MOST_MORE: u64 = 6 * 1_024;

#[test]
fn memory_is_the_same_for_20_mb() {
    compare(20_000_000);
}

#[test]
#[ignore = "200 MB take a while in a debug build"]
fn memory_is_the_same_for_200_mb() {
    compare(200_000_000);
}

fn compare(length: usize) {
    for form in ["jsonl", "csv"] {
        let (short, long) = (pull(1_000_000, form), pull(length, form));
        assert!(short > 0 && long < short + MOST_MORE, "{form}: {short} KiB, then {long} KiB");
    }
}

/// Pulls an answer of this length. Returns the most memory that it took, in KiB.
fn pull(length: usize, form: &str) -> u64 {
    let rows = length / row(1_000_000).len();
    let url = serve(move |stream| {
        head(stream);
        let mut out = BufWriter::new(stream);
        out.write_all(begin().as_bytes()).unwrap();
        for number in 0..rows {
            out.write_all((row(1_000_000 + number) + "\n  ").as_bytes()).unwrap();
        }
        out.write_all(END.as_bytes()).unwrap();
    });
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ongoing"))
        .args(["pull", "order-statuses", "--out", "rows", "--format", form])
        .current_dir(folder.path())
        .env_clear()
        .env("ONGOING_URL", url)
        .env("ONGOING_USERNAME", "user")
        .env("ONGOING_PASSWORD", "password")
        .env("ONGOING_GOODS_OWNER_CODE", "DEMO")
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = most_memory(child.id()).unwrap_or(peak).max(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(child.wait().unwrap().success());
    println!("{rows} rows as {form}: at most {peak} KiB");
    let written = fs::read_to_string(folder.path().join("rows")).unwrap();
    assert_eq!(written.lines().count(), if form == "csv" { rows + 1 } else { rows });
    peak
}

/// Most memory that a process has had so far, in KiB; `None` when it has ended.
fn most_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
