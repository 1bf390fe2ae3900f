//! Ours beside the floors, measured in turn in one run: `cargo bench --bench floors` prints a table.
//!
//! Each figure is the best of several rounds, in which ours and its floor take turns: on a machine that does other
//! things too, only the ratio of two figures of one run means something. Where valgrind is there, instructions are
//! counted as well; these are the same on a busy machine.

mod sample;
#[path = "sample/wire.rs"]
mod wire;

use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use ongoing_wms::api::{GetOrdersByQuery, NAMESPACE, ProcessOrder};
use ongoing_wms::xml::Writer;
use ongoing_wms::{Client, Credentials, Operation, dynamic};
use serde_json::json;

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match args.as_slice() {
        [count, task, size, times] if count == "--count" => {
            let (size, times) = (number(size), number(times));
            with_task(task, size, |run| (0..times).for_each(|_| run()));
        }
        [answer, size] if answer == "--answer" => print!("{}", wire::answer(number(size))),
        [peer] if peer == "--peer" => peer_rows(),
        [only] if only == "--calls" => calls(),
        [serve, what] if serve == "--serve" => serve_others(what),
        _ => table(),
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

/// Prepares something to measure and hands it over.
fn with_task<T>(task: &str, size: usize, measure: impl FnOnce(&mut dyn FnMut()) -> T) -> T {
    match task {
        "call" | "rows" | "lines" | "scan" | "check" => {
            let text = wire::answer(size);
            let client = wire::client(text.as_bytes());
            match task {
                "call" => measure(&mut || {
                    let answer = client.call(GetOrdersByQuery::default());
                    black_box(answer.expect("a right answer"));
                }),
                "rows" => measure(&mut || {
                    let rows = client.rows(GetOrdersByQuery::default()).map(|row| row.expect("a right row"));
                    black_box(rows.count());
                }),
                "lines" => measure(&mut || {
                    let operation = GetOrdersByQuery::INFO;
                    let rows =
                        dynamic::rows(&client, operation, &json!({})).expect("a list").expect("a request");
                    black_box(rows.map(|row| row.expect("a right row").json.len()).sum::<usize>());
                }),
                "scan" => measure(&mut || {
                    black_box(wire::scan(black_box(&text)));
                }),
                _ => measure(&mut || {
                    black_box(str::from_utf8(black_box(text.as_bytes())).is_ok());
                }),
            }
        }
        "render" | "copy" => {
            let client = wire::client(b"");
            let order = wire::order(size);
            let text = client.render(&order).expect("a right order").expose().to_owned();
            match task {
                "render" => measure(&mut || {
                    black_box(client.render(black_box(&order)).expect("a right order"));
                }),
                _ => measure(&mut || {
                    black_box(black_box(&text).clone());
                }),
            }
        }
        "http-order" => {
            let order = wire::order(size);
            with_calls(&done(), &order, |ours, _| measure(ours))
        }
        "bare-order" => {
            let order = wire::order(size);
            with_calls(&done(), &order, |_, bare| measure(bare))
        }
        "http-answer" => {
            with_calls(&wire::answer(size), &GetOrdersByQuery::default(), |ours, _| measure(ours))
        }
        "bare-answer" => {
            with_calls(&wire::answer(size), &GetOrdersByQuery::default(), |_, bare| measure(bare))
        }
        other => panic!("no task {other}"),
    }
}

/// Seconds of one run of each of two tasks, the best of several rounds in turn.
fn in_turn(first: &mut dyn FnMut(), second: &mut dyn FnMut()) -> (f64, f64) {
    const ROUNDS: usize = 9;
    let mut best = (f64::MAX, f64::MAX);
    let (many_first, many_second) = (how_many(first), how_many(second));
    for _ in 0..ROUNDS {
        best.0 = best.0.min(seconds(first, many_first));
        best.1 = best.1.min(seconds(second, many_second));
    }
    best
}

/// How often a task runs in a tenth of a second.
fn how_many(task: &mut dyn FnMut()) -> u32 {
    task();
    let once = seconds(task, 1).max(1e-9);
    (0.1 / once).clamp(1.0, 1e6) as u32
}

fn seconds(task: &mut dyn FnMut(), times: u32) -> f64 {
    let begun = Instant::now();
    (0..times).for_each(|_| task());
    begun.elapsed().as_secs_f64() / f64::from(times)
}

fn table() {
    println!("| | ours | floor | ours / floor |");
    println!("|---|---|---|---|");
    for (name, task, size) in [
        ("read an answer of 20 MB, whole", "call", 20 << 20),
        ("read an answer of 20 MB, row by row", "rows", 20 << 20),
        ("read an answer of 20 MB, as JSON Lines", "lines", 20 << 20),
        ("read an answer of 20 KB, whole", "call", 20 << 10),
    ] {
        let bytes = wire::answer(size).len() as f64;
        let (ours, floor) =
            with_task(task, size, |ours| with_task("scan", size, |floor| in_turn(ours, floor)));
        let speed = |seconds: f64| format!("{:.0} MB/s", bytes / seconds / 1e6);
        row(name, &speed(ours), &format!("{} (quick-xml alone)", speed(floor)), floor / ours);
    }
    for lines in [1, 50, 1000] {
        let client = wire::client(b"");
        let bytes = client.render(&wire::order(lines)).expect("a right order").expose().len() as f64;
        let (ours, floor) =
            with_task("render", lines, |ours| with_task("copy", lines, |floor| in_turn(ours, floor)));
        let speed = |seconds: f64| format!("{:.2} GB/s", bytes / seconds / 1e9);
        let shown = format!("{}, {:.0} a second", speed(ours), 1.0 / ours);
        let name = format!("write an order of {lines} lines");
        row(&name, &shown, &format!("{} (copy)", speed(floor)), floor / ours);
    }
    calls_on_one_processor();
    instructions();
}

/// Ours, as rows of the table of `benches/peers/run.sh`.
fn peer_rows() {
    let bytes = wire::answer(2 << 20).len() as f64;
    let (whole, rows) =
        with_task("call", 2 << 20, |whole| with_task("rows", 2 << 20, |rows| in_turn(whole, rows)));
    println!("| ours, read whole | {:.0} MB/s |", bytes / whole / 1e6);
    println!("| ours, read row by row | {:.0} MB/s |", bytes / rows / 1e6);
    let length = wire::client(b"").render(&wire::order(50)).expect("a right order").expose().len();
    let (once, _) = with_task("render", 50, |write| in_turn(write, &mut || {}));
    println!("| ours, write | {:.0} orders of 50 lines a second ({length} bytes each) |", 1.0 / once);
}

fn row(name: &str, ours: &str, floor: &str, ratio: f64) {
    println!("| {name} | {ours} | {floor} | {ratio:.2} |");
}

/// Calls, on one processor where `taskset` is there: between two, waking the other side up takes longer than the call,
/// and another time in each run.
fn calls_on_one_processor() {
    let this = env::current_exe().expect("this program");
    let pinned = Command::new("taskset").args(["-c", "0"]).arg(this).arg("--calls").status();
    if !pinned.is_ok_and(|status| status.success()) {
        calls();
    }
}

/// Calls over a connection that is kept, to a server of this process, beside ureq sending the same bytes.
fn calls() {
    for lines in [1, 50] {
        let order = wire::order(lines);
        call(&format!("call with an order of {lines} lines"), &done(), &order);
    }
    call("call with an answer of 20 KB", &wire::answer(20 << 10), &GetOrdersByQuery::default());
}

/// The answer to an order that was taken.
fn done() -> String {
    let done = serde_json::from_value(json!({ "Success": true, "OrderId": 1, "GoodsOwnerOrderNumber": "1" }));
    let mut w = Writer::xml(NAMESPACE, None);
    ProcessOrder::write_response(&done.expect("made from the contract"), &mut w);
    let (inner, _) = w.finish().expect("made from the contract");
    wire::answers::enveloped("ProcessOrderResponse", &inner)
}

fn call<O: Operation>(name: &str, answer: &str, operation: &O) {
    let (ours, floor) = with_calls(answer, operation, |ours, bare| in_turn(ours, bare));
    let shown = |seconds: f64| format!("{:.0} µs", seconds * 1e6);
    row(name, &shown(ours), &format!("{} (bare ureq)", shown(floor)), floor / ours);
}

/// Prepares a call and the same bytes sent by ureq alone.
fn with_calls<O: Operation, T>(
    answer: &str,
    operation: &O,
    measure: impl FnOnce(&mut dyn FnMut(), &mut dyn FnMut()) -> T,
) -> T {
    let url = format!("http://127.0.0.1:{}/", server(answer));
    let credentials = Credentials::new("user", "password").goods_owner_code("DEMO");
    let client = Client::builder(&url).credentials(credentials).build().expect("the settings are right");
    let body = client.render(operation).expect("a right request").expose().to_owned();
    let agent = ureq::Agent::new_with_defaults();
    measure(
        &mut || {
            black_box(client.call_ref(operation).expect("a right answer"));
        },
        &mut || {
            let answer = agent.post(&url).header("content-type", "text/xml").send(&body);
            black_box(answer.and_then(|mut answer| answer.body_mut().read_to_vec()).expect("an answer"));
        },
    )
}

/// Answers programs of others until the standard input ends, at the address that it prints.
fn serve_others(what: &str) {
    let answer = if what == "answer" { wire::answer(20 << 10) } else { done() };
    println!("http://127.0.0.1:{}/", server(&answer));
    std::io::stdin().read_to_end(&mut Vec::new()).expect("the standard input");
}

/// Answers every request with the same bytes, on a thread until the end.
fn server(answer: &str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=utf-8\r\ncontent-length: {}\r\n\r\n{answer}",
        answer.len()
    );
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            thread::spawn(move || serve(stream, answer.as_bytes()));
        }
    });
    port
}

fn serve(mut stream: TcpStream, answer: &[u8]) {
    stream.set_nodelay(true).expect("a socket");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket");
    let (mut seen, mut buffer) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        if let Some(length) = request_length(&seen).filter(|length| seen.len() >= *length) {
            seen.drain(..length);
            if stream.write_all(answer).is_err() {
                return;
            }
            continue;
        }
        match stream.read(&mut buffer) {
            Ok(length) if length > 0 => seen.extend_from_slice(&buffer[..length]),
            _ => return,
        }
    }
}

/// Length of a request with its body, as soon as its head is there.
fn request_length(seen: &[u8]) -> Option<usize> {
    let head = memchr::memmem::find(seen, b"\r\n\r\n")? + 4;
    let text = str::from_utf8(&seen[..head]).ok()?.to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    Some(head + length.unwrap_or(0))
}

/// Instructions a byte, where valgrind is there.
fn instructions() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return println!("\nvalgrind is not there: no instructions counted.");
    }
    println!("\n| instructions a byte | |\n|---|---|");
    for (name, task, size) in [
        ("read an answer of 2 MB, whole", "call", 2 << 20),
        ("read an answer of 2 MB, row by row", "rows", 2 << 20),
        ("read an answer of 2 MB, as JSON Lines", "lines", 2 << 20),
        ("quick-xml alone, the same bytes", "scan", 2 << 20),
        ("checking that the same bytes are UTF-8", "check", 2 << 20),
    ] {
        let bytes = wire::answer(size).len();
        println!("| {name} | {:.1} |", count(task, size) as f64 / bytes as f64);
    }
    for lines in [1, 50, 1000] {
        let client = wire::client(b"");
        let bytes = client.render(&wire::order(lines)).expect("a right order").expose().len();
        println!("| write an order of {lines} lines | {:.1} |", count("render", lines) as f64 / bytes as f64);
    }
    println!(
        "\n| thousand instructions a call, besides those of ureq | all | writing or reading alone |\n|---|---|---|"
    );
    let thousands = |count: u64| format!("{:.0}", count as f64 / 1e3);
    let besides = |kind: &str, size| {
        count(&format!("http-{kind}"), size).saturating_sub(count(&format!("bare-{kind}"), size))
    };
    for lines in [1, 50] {
        let (all, alone) = (besides("order", lines), count("render", lines));
        println!("| call with an order of {lines} lines | {} | {} |", thousands(all), thousands(alone));
    }
    let (all, alone) = (besides("answer", 20 << 10), count("call", 20 << 10));
    println!("| call with an answer of 20 KB | {} | {} |", thousands(all), thousands(alone));
}

/// Instructions of one run of a task: what four runs take more than two, halved.
fn count(task: &str, size: usize) -> u64 {
    (run_counted(task, size, 4) - run_counted(task, size, 2)) / 2
}

fn run_counted(task: &str, size: usize, times: usize) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("counts");
    let this = env::current_exe().expect("this program");
    let mut valgrind = Command::new("valgrind");
    valgrind.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", out.display())).arg(this);
    valgrind.args(["--count", task, &size.to_string(), &times.to_string()]);
    let output = valgrind.output().expect("valgrind runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let counts = fs::read_to_string(out).expect("the counts");
    let line = counts.lines().find_map(|line| line.strip_prefix("totals: "));
    line.and_then(|line| line.trim().parse().ok()).expect("a total")
}
