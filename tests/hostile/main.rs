//! A hostile server against the library: whatever it does, a call ends in time, with little memory and without a panic.
//!
//! `docs/hostile.md` says what the command makes of each behaviour; `cli/tests/hostile.rs` holds it against that.
#![cfg(own_contract)]

mod behaviours;
mod server;

use std::fmt::Write as _;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use behaviours::Behaviour;
use ongoing_wms::api::{GetOrderStatuses, ProcessArticle};
use ongoing_wms::outcome::Evidence;
use ongoing_wms::{Client, Credentials, Error, RetryPolicy, Timeouts};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Largest answer, and largest row, of the clients here.
const LIMIT: u64 = 4 << 20;

/// Longest that a call may last: its limit of five seconds, and what a busy machine adds.
const LONGEST: Duration = Duration::from_secs(30);

/// Most memory that a call may take: the answer, its pieces while it grows, and what is read of it.
const MOST: usize = 16 * LIMIT as usize;

fn client(url: &str) -> Client {
    let silence = Some(Duration::from_secs(2));
    let mut timeouts = Timeouts::default();
    (timeouts.connect, timeouts.receive_answer, timeouts.receive_body) = (silence, silence, silence);
    timeouts.call = Some(Duration::from_secs(5));
    timeouts.least_rate = 20;
    Client::builder(url)
        .credentials(Credentials::new("user", "canary-4711").goods_owner_code("DEMO"))
        .timeouts(timeouts)
        .max_answer_bytes(LIMIT)
        .max_row_bytes(LIMIT)
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

/// Most rows that are read of an answer that may have no end.
const ROWS: usize = 20_000;

/// Runs it, and holds time and memory against the bounds. Gives the error, if there is one.
fn bounded(name: &str, way: &str, run: impl FnOnce() -> Result<(), Error>) -> Option<Error> {
    MEMORY.reset_peak_usage();
    let (before, begun) = (MEMORY.current_usage(), Instant::now());
    let result = run();
    let (time, memory) = (begun.elapsed(), MEMORY.peak_usage().saturating_sub(before));
    println!("{name}, {way}: {:.2} s, {:.1} MiB", time.as_secs_f64(), memory as f64 / f64::from(1 << 20));
    if let Err(error) = &result {
        let text = error.to_string();
        println!("    {}", text.chars().take(300).collect::<String>());
        assert!(text.len() < 4096, "{name}, {way}: a message of {} bytes", text.len());
        assert!(!format!("{error:?}").contains("canary"), "{name}, {way}");
    }
    assert!(time < LONGEST, "{name}, {way}: {time:?}");
    assert!(memory < MOST, "{name}, {way}: {memory} bytes");
    result.err()
}

/// One test, so that the memory of others is not counted. A mismatch writes the new page and fails.
#[test]
fn each_behaviour_is_borne_in_time_and_with_little_memory() {
    behaviours::prepare();
    let mut page = include_str!("head.md").to_owned();
    for behaviour in behaviours::ALL {
        let url = |operation| {
            let host = server::start(operation, behaviour.serve);
            let scheme = if behaviour.tls { "https" } else { "http" };
            format!("{scheme}://{host}/w/service.asmx")
        };
        let (name, list) = (behaviour.name, url("GetOrderStatuses"));
        let reader = client(&list);
        warm_up(behaviour, || reader.call(GetOrderStatuses {}).map(drop));
        bounded(name, "rows", || {
            reader.rows(GetOrderStatuses {}).take(ROWS).try_for_each(|row| row.map(drop))
        });
        let reader = client(&list);
        warm_up(behaviour, || reader.call(GetOrderStatuses {}).map(drop));
        let read = bounded(name, "read", || reader.call(GetOrderStatuses {}).map(drop));
        let writer = client(&url("ProcessArticle"));
        warm_up(behaviour, || writer.call(ProcessArticle::default()).map(drop));
        let write = bounded(name, "write", || writer.call(ProcessArticle::default()).map(drop));
        let answer = read.as_ref().map_or("an answer without errors".to_owned(), shown);
        let codes = [exit_code(&read, 2), exit_code(&write, 4)];
        writeln!(page, "| {name} | {answer} | {} | {} |", codes[0], codes[1]).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hostile.md");
    if std::fs::read_to_string(&path).ok().as_deref() != Some(&page) {
        if std::env::var_os("CI").is_none() {
            std::fs::write(&path, &page).unwrap();
        }
        panic!("{} differs; the new page is written, read it", path.display());
    }
}

/// Makes a call that goes well, and gives the server time to do what it will to the connection that is kept.
fn warm_up(behaviour: &Behaviour, call: impl FnOnce() -> Result<(), Error>) {
    if behaviour.kept {
        call().unwrap_or_else(|error| panic!("{}: {error}", behaviour.name));
        sleep(Duration::from_millis(200));
    }
}

/// The error without what differs from run to run, as a cell of the table.
fn shown(error: &Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("GetOrderStatuses: ").unwrap_or(&text);
    let text = text.rsplit_once(" [").map_or(text, |(text, _)| text);
    let safe: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    safe.replace('|', "\\|").replace('<', "&lt;")
}

/// The exit code of the command, from the table of outcomes.
fn exit_code(error: &Option<Error>, column: usize) -> String {
    let evidence = error.as_ref().map_or(Evidence::Success, Error::evidence);
    let outcomes = include_str!("../../docs/outcomes.md");
    let rows = outcomes.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let mut row = rows.filter(|cells| cells.get(1) == Some(&evidence.when()));
    row.next().unwrap_or_else(|| panic!("{evidence:?} is not in docs/outcomes.md"))[column + 1].to_owned()
}
