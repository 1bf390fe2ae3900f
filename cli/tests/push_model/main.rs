//! `ongoing push` against a model of the warehouse that is not the sandbox: it queues writes and applies them late,
//! carries them out and answers with anything, refuses in words that quote the record, keeps texts its own way, picks,
//! and counts each effect. Sequences of edits, pushes, kills, damaged journals and wrong clocks are drawn from seeds;
//! after each run nothing may be lost, doubled, or told wrongly.
//!
//! - `cargo test --test push_model`: the sequences of `sequences/` (faults that were found, made small), and those of the
//!   seeds in `seeds.txt`.
//! - `cargo test --test push_model -- --ignored --nocapture`: 2,000 seeds; `PUSH_MODEL_SEEDS=FROM..TO` for others.
//! - `bash tests/push_model/mutants.sh`: breaks push in known ways (listed in the heads of `mutants/*.patch`), one after
//!   the other, and expects this test to fail for each.
//!
//! `PUSH_MODEL_COMMAND=FILE` runs another build of the command, `PUSH_MODEL_FOUND=NAME` only the sequences of `sequences/`
//! with that in their name; `PUSH_MODEL_BRIEF=1` ends at the first fault, `PUSH_MODEL_TRACE=1` shows what happened in all,
//! `PUSH_MODEL_SIDE_BY_SIDE=NUMBER` is how many run at a time.
//!
//! A sequence that fails is made smaller and printed with what happened; put it into `sequences/` with the repair.
#![cfg(own_contract)]

mod answer;
mod command;
mod http;
#[path = "../preload/mod.rs"]
mod preload;
mod record;
mod service;
mod step;
mod warehouse;
mod world;
mod xml;

use std::io::ErrorKind;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use step::{Sequence, sequence};
use world::World;

/// Sequences that run side by side: they wait more than they work.
const SIDE_BY_SIDE: usize = 12;

/// How long a failing sequence is made smaller.
const SHRINKING: Duration = Duration::from_secs(90);

/// Faults that are made smaller and shown.
const SHOWN: usize = 3;

/// A sequence that failed: its name, what was found, what happened.
struct Failure {
    name: String,
    fault: String,
    trace: String,
    sequence: Sequence,
}

/// Runs one; gives the fault and what happened.
fn run(sequence: &Sequence) -> Result<(), (String, String)> {
    let mut world = World::begin(sequence);
    let ended = catch_unwind(AssertUnwindSafe(|| world.all(&sequence.steps)));
    if env::var_os("PUSH_MODEL_TRACE").is_some() {
        println!("{}", world.trace);
    }
    let fault = match ended {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(fault)) => fault,
        Err(panic) => match panic.downcast_ref::<String>() {
            Some(text) => format!("panicked: {text}"),
            None => "panicked".to_owned(),
        },
    };
    Err((fault, world.trace))
}

/// Leaves out what is not needed for the fault.
fn shrink(mut failure: Failure) -> Failure {
    let begun = Instant::now();
    let kind = |fault: &str| fault.split(':').next().unwrap_or_default().to_owned();
    let mut at = failure.sequence.steps.len();
    while at > 0 && begun.elapsed() < SHRINKING {
        at -= 1;
        let mut smaller = failure.sequence.clone();
        smaller.steps.remove(at);
        if let Err((fault, trace)) = run(&smaller)
            && kind(&fault) == kind(&failure.fault)
        {
            failure = Failure { fault, trace, sequence: smaller, ..failure };
            at = at.min(failure.sequence.steps.len());
        }
    }
    failure
}

fn run_all(sequences: Vec<(String, Sequence)>) {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let begun = Instant::now();
    let is_brief = env::var_os("PUSH_MODEL_BRIEF").is_some();
    let side_by_side =
        env::var("PUSH_MODEL_SIDE_BY_SIDE").map_or(SIDE_BY_SIDE, |number| number.parse().unwrap());
    thread::scope(|scope| {
        for _ in 0..side_by_side {
            scope.spawn(|| {
                while let Some((name, sequence)) = sequences.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if is_brief && !failures.lock().unwrap().is_empty() {
                        break;
                    }
                    if let Err((fault, trace)) = run(sequence) {
                        println!("{name}: {fault}");
                        let failure =
                            Failure { name: name.clone(), fault, trace, sequence: sequence.clone() };
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    println!(
        "{} sequences, {} failed, {:.0} s",
        sequences.len(),
        failures.len(),
        begun.elapsed().as_secs_f64()
    );
    let count = failures.len();
    // Of each kind of fault the shortest.
    let mut shown: Vec<Failure> = failures;
    let kind = |failure: &Failure| failure.fault.split(':').next().unwrap_or_default().to_owned();
    shown.sort_by_key(|failure| (kind(failure), failure.sequence.steps.len()));
    shown.dedup_by_key(|failure| kind(failure));
    shown.truncate(if is_brief { 0 } else { SHOWN });
    for failure in shown.into_iter().map(shrink) {
        let json = serde_json::to_string(&failure.sequence).unwrap();
        println!("\n== {}: {}\n{}\n{json}\n", failure.name, failure.fault, failure.trace);
    }
    assert_eq!(count, 0, "sequences failed");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/push_model")
}

/// Faults that were found once, as the smallest sequences that showed them.
fn found_before() -> Vec<(String, Sequence)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder().join("sequences")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), serde_json::from_str(&text).unwrap())
    };
    files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(read)
        .collect()
}

fn of_seeds(seeds: impl Iterator<Item = u64>) -> Vec<(String, Sequence)> {
    seeds.map(|seed| (format!("seed {seed}"), sequence(seed))).collect()
}

#[test]
fn nothing_is_lost_doubled_or_told_wrongly() {
    let seeds = fs::read_to_string(folder().join("seeds.txt")).unwrap();
    let seeds = seeds.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    let mut sequences = found_before();
    if let Ok(name) = env::var("PUSH_MODEL_FOUND") {
        sequences.retain(|(found, _)| found.contains(&name));
        return run_all(sequences);
    }
    sequences.extend(of_seeds(seeds.map(|seed| seed.parse().unwrap())));
    run_all(sequences);
}

#[test]
#[ignore = "takes half an hour: cargo test --test push_model -- --ignored --nocapture"]
fn nothing_is_lost_doubled_or_told_wrongly_in_many_sequences() {
    let seeds: Range<u64> = match env::var("PUSH_MODEL_SEEDS") {
        Ok(range) => {
            let (from, to) = range.split_once("..").expect("FROM..TO");
            from.parse().unwrap()..to.parse().unwrap()
        }
        Err(_) => 10_000..12_000,
    };
    run_all(of_seeds(seeds));
}

/// Left out where `patch` is not installed, unless ONGOING_REQUIRE_TOOLS is set.
#[test]
fn every_mutant_can_be_made_of_the_present_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut broken = Vec::new();
    for entry in fs::read_dir(folder().join("mutants")).unwrap() {
        let path = entry.unwrap().path();
        let patch = Command::new("patch")
            .args(["--dry-run", "--quiet", "--fuzz=0", "-p1", "-d"])
            .arg(&root)
            .stdin(fs::File::open(&path).unwrap())
            .output();
        match patch {
            Ok(output) if output.status.success() => {}
            Ok(output) => {
                broken.push(format!("{}: {}", path.display(), String::from_utf8_lossy(&output.stdout)))
            }
            Err(error)
                if error.kind() == ErrorKind::NotFound && env::var_os("ONGOING_REQUIRE_TOOLS").is_none() =>
            {
                return eprintln!("left out: patch is not installed");
            }
            Err(error) => panic!("patch: {error}"),
        }
    }
    assert!(broken.is_empty(), "these patches no longer apply, repair them:\n{}", broken.join("\n"));
}
