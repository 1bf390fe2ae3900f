//! `pull` from end to end, and the memory that long answers take: `cargo bench --bench pull --features batch`.
//!
//! Speed: an answer of 20 MB, first from memory and read row by row, then over HTTP from a server of this process, as rows
//! and as what `pull` writes. On Linux the time is that of the processor in the thread that pulls, so that a busy machine
//! disturbs it little; elsewhere it is the clock's.
//!
//! Memory (Linux): the most that another process, started for it alone, ever held. It reads its own figure before the call
//! and behind it, so that nothing of the process that starts it is counted.

#[path = "sample/answers.rs"]
mod answers;
mod sample;

use std::hint::black_box;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;
use std::{env, fs, io, thread};

use ongoing_wms::api::{GetOrdersByQuery, Order};
use ongoing_wms::batch::pull::{Columns, Filter, Form, Layout, Output, Pull, Source};
use ongoing_wms::{Client, Credentials, Rows};

/// Rounds of which the best counts.
const ROUNDS: usize = 7;

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match args.as_slice() {
        [count, task] if count == "--count" => tasks(20 << 20).into_iter().for_each(|(name, _, mut run)| {
            if name.contains(task.as_str()) {
                run();
            }
        }),
        [memory, what, url] if memory == "--memory" => memory_of(what, url),
        _ => {
            speeds();
            memory();
        }
    }
}

type Task = (&'static str, usize, Box<dyn FnMut()>);

/// What is measured, with the bytes of the answer.
fn tasks(size: usize) -> Vec<Task> {
    let answer = answers::answer(size);
    let length = answer.len();
    let in_memory = answers::client(answer.as_bytes());
    let over_http = client(&serve(Body::of(answer)));
    let folder = tempfile::tempdir().expect("a folder");
    let (rows, lines, table, chosen, file) =
        (over_http.clone(), over_http.clone(), over_http.clone(), over_http.clone(), over_http);
    vec![
        ("rows, from memory", length, Box::new(move || count(in_memory.rows(GetOrdersByQuery::default())))),
        ("rows, over HTTP", length, Box::new(move || count(rows.rows(GetOrdersByQuery::default())))),
        ("`pull`, JSON Lines", length, Box::new(move || pull(&lines, Form::json_lines(nowhere())))),
        ("`pull`, CSV, all columns", length, Box::new(move || pull(&table, csv(None)))),
        ("`pull`, CSV, 5 columns", length, Box::new(move || pull(&chosen, csv(Some(COLUMNS))))),
        (
            "`pull`, JSON Lines, into a file",
            length,
            Box::new(move || {
                let out = Output::file(&folder.path().join("orders.jsonl")).expect("a file");
                pull(&file, Form::json_lines(out));
            }),
        ),
    ]
}

const COLUMNS: [&str; 5] = [
    "OrderInfo.OrderId",
    "OrderInfo.GoodsOwnerOrderNumber",
    "OrderInfo.OrderStatusNumber",
    "OrderInfo.CreatedDate",
    "Consignee.Name",
];

fn speeds() {
    let mut tasks = tasks(20 << 20);
    let mut best = vec![f64::MAX; tasks.len()];
    for _ in 0..ROUNDS {
        for ((_, _, run), best) in tasks.iter_mut().zip(&mut best) {
            let begun = Begun::now();
            run();
            *best = best.min(begun.seconds());
        }
    }
    println!("| 20 MB of orders | MB/s | beside the reader |\n|---|---|---|");
    for ((name, length, _), seconds) in tasks.iter().zip(&best) {
        println!("| {name} | {:.0} | {:.2} |", *length as f64 / seconds / 1e6, best[0] / seconds);
    }
}

fn count(rows: Rows<Order>) {
    rows.for_each(|row| drop(black_box(row.expect("a right row"))));
}

/// All rows in one answer.
fn pull(client: &Client, form: Form) {
    let pull = Pull::new(Source::find("orders").expect("the source")).page_size(0);
    black_box(pull.run(client, form, &mut |_| {}).expect("a right answer"));
}

fn csv(columns: Option<[&str; 5]>) -> Form {
    let source = Source::find("orders").expect("the source");
    let columns = match columns {
        Some(columns) => Columns::choose(&source, None, columns),
        None => Columns::all(&source, None),
    };
    Form::csv(Layout::new(columns.expect("the columns")).sheet(nowhere()).expect("a table"))
}

/// What is written goes nowhere: the disk is not what is measured.
fn nowhere() -> Output {
    Output::file(Path::new(if cfg!(windows) { "NUL" } else { "/dev/null" })).expect("a device")
}

/// When something began, by the processor time of this thread where the system tells it.
enum Begun {
    Processor(u64),
    Clock(Instant),
}

impl Begun {
    fn now() -> Begun {
        processor_time().map_or_else(|| Begun::Clock(Instant::now()), Begun::Processor)
    }

    fn seconds(&self) -> f64 {
        match self {
            Begun::Processor(begun) => (processor_time().unwrap_or(*begun) - begun) as f64 / 1e9,
            Begun::Clock(begun) => begun.elapsed().as_secs_f64(),
        }
    }
}

/// Nanoseconds that this thread has had a processor.
fn processor_time() -> Option<u64> {
    fs::read_to_string("/proc/thread-self/schedstat").ok()?.split_whitespace().next()?.parse().ok()
}

// ---- memory ------------------------------------------------------------------------------------------------------

fn memory() {
    if peak().is_none() {
        return println!("\nThe system does not tell how much memory a process took.");
    }
    println!("\n| memory | answer | idle | most | above idle | of the answer |\n|---|---|---|---|---|---|");
    let order = answers::answer(1 << 20);
    let (head, rest) = order.split_once("<Orders>").expect("a list");
    let (orders, tail) = rest.rsplit_once("</Orders>").expect("a list");
    let orders = Body::repeated(&format!("{head}<Orders>"), orders, 1 << 10, &format!("</Orders>{tail}"));
    let movement = "<Movement><MovementId>1</MovementId><MoveTime>2026-11-25T04:00:00</MoveTime><Article>\
                    <ArticleSystemId>12</ArticleSystemId><ArticleNumber>A-1000</ArticleNumber><ArticleName>Bl\u{e5} mugg\
                    </ArticleName></Article><From><LocationName>A-01-02</LocationName></From><To><LocationName>PACK\
                    </LocationName></To><NumberOfItems>12.000</NumberOfItems><UserName>kalle</UserName><Comment>moved to \
                    the packing table</Comment></Movement>";
    let whole = answers::enveloped(
        "GetMovementsByQueryResponse",
        "<GetMovementsByQueryResult><Success>true</Success><Movements>@</Movements></GetMovementsByQueryResult>",
    );
    let (head, tail) = whole.split_once('@').expect("a place");
    let movements = Body::repeated(head, movement, 200_000, tail);
    for (name, what, body) in [
        ("typed, whole", "typed", Body::of(answers::answer(20 << 20))),
        ("rows, one after the other", "rows", orders.clone()),
        ("`pull orders`, JSON Lines", "orders", orders),
        ("`pull movements`, 200,000 rows, JSON Lines", "movements", movements),
    ] {
        let length = body.length();
        let url = serve(body);
        let this = env::current_exe().expect("this program");
        let output = Command::new(this).args(["--memory", what, &url]).output().expect("this program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("figures");
        let figures: Vec<f64> = text.split_whitespace().map(|text| text.parse().expect("a figure")).collect();
        let [idle, most] = figures[..] else { panic!("{text}") };
        println!(
            "| {name} | {:.0} MB | {:.1} MiB | {:.1} MiB | {:.1} MiB | {:.3} |",
            length as f64 / 1e6,
            idle / 1024.0,
            most / 1024.0,
            (most - idle) / 1024.0,
            (most - idle) * 1024.0 / length as f64
        );
    }
}

/// Reads an answer in this process, and prints the most memory before and behind it in KiB.
fn memory_of(what: &str, url: &str) {
    let client = client(url);
    let idle = peak().expect("the system tells it");
    match what {
        "typed" => drop(black_box(client.call(GetOrdersByQuery::default()).expect("a right answer"))),
        "rows" => count(client.rows(GetOrdersByQuery::default())),
        "orders" => pull(&client, Form::json_lines(nowhere())),
        _ => {
            let source = Source::find("movements").expect("the source");
            let mut filter = Filter::new(&source);
            for (member, time) in
                [("MoveTimeFrom", "2026-01-01T00:00:00"), ("MoveTimeTo", "2026-12-01T00:00:00")]
            {
                filter.set(member, time).expect("a member");
            }
            let pull = Pull::new(source).filter(filter);
            let form = Form::json_lines(nowhere());
            let figures = pull.run(&client, form, &mut |_| {}).expect("a right answer");
            assert_eq!(figures.rows, 200_000);
        }
    }
    println!("{idle} {}", peak().expect("the system tells it"));
}

/// The most memory that this process ever held, in KiB.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok())
}

// ---- a server ----------------------------------------------------------------------------------------------------

/// A body whose middle is sent several times, so that it need not be held.
#[derive(Clone)]
struct Body {
    head: Arc<str>,
    middle: Arc<str>,
    times: usize,
    tail: Arc<str>,
}

impl Body {
    fn of(text: String) -> Body {
        Body::repeated(&text, "", 0, "")
    }

    fn repeated(head: &str, middle: &str, times: usize, tail: &str) -> Body {
        Body { head: head.into(), middle: middle.into(), times, tail: tail.into() }
    }

    fn length(&self) -> usize {
        self.head.len() + self.middle.len() * self.times + self.tail.len()
    }
}

fn client(url: &str) -> Client {
    let credentials = Credentials::new("user", "password").goods_owner_code("DEMO");
    Client::builder(url).credentials(credentials).build().expect("the settings are right")
}

/// Answers every request with the same body, on threads until the end.
fn serve(body: Body) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("a port"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let body = body.clone();
            // A client that has enough closes the connection.
            thread::spawn(move || drop(answer_all(stream, &body)));
        }
    });
    url
}

fn answer_all(stream: TcpStream, body: &Body) -> io::Result<()> {
    let mut input = BufReader::new(stream.try_clone()?);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = text.trim().parse().unwrap_or(0);
            }
            if line == "\r\n" {
                break;
            }
        }
        io::copy(&mut io::Read::take(&mut input, length), &mut io::sink())?;
        let mut out = BufWriter::with_capacity(1 << 18, &stream);
        write!(
            out,
            "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
            body.length()
        )?;
        out.write_all(body.head.as_bytes())?;
        (0..body.times).try_for_each(|_| out.write_all(body.middle.as_bytes()))?;
        out.write_all(body.tail.as_bytes())?;
        out.flush()?;
    }
}
