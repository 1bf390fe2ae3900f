//! What a record of `push` costs, and where it goes: 1,000, 10,000 and 100,000 articles, new and then unchanged, to a
//! sandbox in this process over HTTP. Client and warehouse share the processors and the disk.
//!
//! `cargo bench --bench push --features batch,sandbox`, with numbers after `--` for other sizes. Each share is measured on
//! its own in the same run, so what is left of the whole is only as exact as the machine is quiet. `--count INPUT RECORDS`
//! only checks such an input once, for valgrind; `--count INPUT RECORDS taken-in` takes it in, and makes one call that
//! fails.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use ongoing_wms::api::*;
use ongoing_wms::batch::push::Silent;
use ongoing_wms::batch::{ColumnMap, Input, Kind, Push};
use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::{Client, Credentials, RetryPolicy};

/// Records of which the shares are measured.
const SAMPLE: usize = 2_000;

/// Bytes that a record adds to the journal's log before the disk is waited for.
const LOGGED: usize = 7 * 4_120;

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [count, name, records, what @ ..] = args.as_slice()
        && count == "--count"
    {
        return count_one(name, records.parse().expect("a number"), what == ["taken-in"]);
    }
    let given: Vec<usize> = env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if given.is_empty() { vec![1_000, 10_000, 100_000] } else { given };
    println!("{:>7}  {:<9}  {:>7}  {:>9}  {:>9}", "records", "", "s", "records/s", "us/record");
    let mut each = Duration::ZERO;
    for size in sizes {
        let sandbox = Sandbox::start().expect("a sandbox");
        let client = client(sandbox.url(), sandbox.credentials());
        let folder = tempfile::tempdir().expect("a folder");
        let input = folder.path().join("articles.jsonl");
        fs::write(&input, articles(size)).expect("an input");
        for what in ["new", "unchanged"] {
            let begun = Instant::now();
            let summary = push(&input).run(&client, &Silent).expect("a push");
            let took = begun.elapsed();
            assert_eq!(summary.done, size as u64, "{summary:?}");
            println!("{size:>7}  {what:<9}  {}", figures(took, size));
            if what == "new" {
                each = took / u32::try_from(size).expect("a size");
            }
        }
    }
    shares(each);
    staging();
}

/// Where the time of a record goes.
fn shares(whole: Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    let input = folder.path().join("articles.jsonl");
    fs::write(&input, articles(SAMPLE)).expect("an input");
    let nowhere = client("http://127.0.0.1:1/x/service.asmx", credentials());
    let json = per_record(|| {
        push(&input).check(&nowhere, &Silent).expect("an input");
    });
    let taken_in = per_record(|| {
        let summary = push(&input).run(&nowhere, &Silent).expect("a push");
        assert_eq!(summary.pending, SAMPLE as u64);
    });
    let disk = per_record(|| appended(&folder.path().join("log")));
    let echo = client(&canned(), credentials());
    let http = per_record(|| calls(&echo));
    let sandbox = Sandbox::start().expect("a sandbox");
    let both = per_record(|| calls(&client(sandbox.url(), sandbox.credentials())));
    let parts = [
        ("reading and checking the input (JSON)", json),
        ("taking it into the journal", taken_in.saturating_sub(json)),
        ("waiting for the disk (one mark a record)", disk),
        ("HTTP, and XML of the client", http),
        ("the warehouse (sandbox)", both.saturating_sub(http)),
    ];
    let known: Duration = parts.iter().map(|(_, time)| *time).sum();
    println!("\nof a record, in us:");
    let show = |what: &str, time: Duration| {
        let share = 100.0 * time.as_secs_f64() / whole.as_secs_f64();
        println!("{:>9.1}  {share:>4.0}%  {what}", time.as_secs_f64() * 1e6);
    };
    parts.iter().for_each(|(what, time)| show(what, *time));
    show("the rest: marks and answers in the journal", whole.saturating_sub(known));
}

/// An input of records of a kind.
struct Sample {
    name: &'static str,
    push: Push,
    bytes: usize,
    /// Holds the files.
    _folder: tempfile::TempDir,
}

impl Sample {
    fn new(name: &'static str, records: usize) -> Sample {
        let folder = tempfile::tempdir().expect("a folder");
        let (kind, file, text) = match name {
            "orders" => ("orders", "orders.jsonl", orders(records)),
            "articles" => ("articles", "articles.jsonl", articles(records)),
            _ => ("articles", "articles.csv", table(records)),
        };
        let path = folder.path().join(file);
        fs::write(&path, &text).expect("an input");
        let mut input = Input::new(&path);
        if file.ends_with(".csv") {
            input = input.map(ColumnMap::parse(MAP, "articles.toml").expect("a map"));
        }
        let push = Push::new(Kind::find(kind).expect("the kind"), input);
        Sample { name, push, bytes: text.len(), _folder: folder }
    }
}

/// Checks an input once, or takes it in.
fn count_one(name: &str, records: usize, is_taken_in: bool) {
    let name = INPUTS.iter().find(|known| **known == name).expect("an input: orders, articles or table");
    let sample = Sample::new(name, records);
    let nowhere = client("http://127.0.0.1:1/x/service.asmx", credentials());
    if is_taken_in {
        let summary = sample.push.run(&nowhere, &Silent).expect("an input");
        assert_eq!(summary.done, 0);
    } else {
        sample.push.check(&nowhere, &Silent).expect("an input");
    }
}

/// How fast inputs are taken in: orders of five lines, about 1 KB each, and articles of about 120 bytes each.
fn staging() {
    let nowhere = client("http://127.0.0.1:1/x/service.asmx", credentials());
    println!("\n{:<9}  {:<32}  {:>5}  {:>9}  {:>16}", "input", "", "MB/s", "MB/cpu s", "us/record (cpu)");
    for name in INPUTS {
        let records = if *name == "orders" { 20_000 } else { 100_000 };
        let sample = Sample::new(name, records);
        let measured = |what: &str, run: &mut dyn FnMut()| {
            let (begun, used) = (Instant::now(), processor_seconds());
            run();
            let (took, used) = (begun.elapsed().as_secs_f64(), processor_seconds() - used);
            let megabytes = sample.bytes as f64 / 1e6;
            println!(
                "{:<9}  {what:<32}  {:>5.1}  {:>9.1}  {:>16.1}",
                sample.name,
                megabytes / took,
                megabytes / used,
                used * 1e6 / records as f64
            );
        };
        measured("checked", &mut || {
            sample.push.check(&nowhere, &Silent).expect("an input");
        });
        measured("taken in, and one call that fails", &mut || {
            let taken_in = sample.push.run(&nowhere, &Silent).expect("a push");
            assert_eq!(taken_in.done, 0);
        });
    }
}

const INPUTS: &[&str] = &["orders", "articles", "table"];

/// Processor time of this process so far, where the system tells it (Linux: in hundredths of a second).
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn push(input: &Path) -> Push {
    Push::new(Kind::find("articles").expect("the kind"), Input::new(input))
}

fn client(url: &str, credentials: Credentials) -> Client {
    Client::builder(url).credentials(credentials).retry(RetryPolicy::never()).build().expect("a client")
}

fn credentials() -> Credentials {
    Credentials::new("u", "p").goods_owner_code("DEMO").goods_owner_id(1)
}

fn figures(took: Duration, records: usize) -> String {
    let seconds = took.as_secs_f64();
    let each = seconds * 1e6 / records as f64;
    format!("{seconds:7.2}  {:9.0}  {each:9.0}", records as f64 / seconds)
}

fn per_record(run: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    run();
    begun.elapsed() / u32::try_from(SAMPLE).expect("a size")
}

/// Appends what a record logs, and waits for the disk, for each record.
fn appended(path: &Path) {
    let mut file = File::create(path).expect("a file");
    let bytes = vec![7; LOGGED];
    for _ in 0..SAMPLE {
        file.write_all(&bytes).expect("a disk");
        file.sync_data().expect("a disk");
    }
}

fn calls(client: &Client) {
    for number in 0..SAMPLE {
        let article = ArticleDefinition {
            article_number: Some(format!("A-{number}")),
            article_name: Some(format!("Blå mugg {number}")),
            bar_code: Some(format!("73{number:011}")),
            article_description: Some("A mug of the colour that it has".to_owned()),
            ..ArticleDefinition::new(
                ArticleOperation::CreateOrUpdate,
                ArticleIdentificationType::ArticleNumber,
            )
        };
        client.process_article(article).expect("an answer");
    }
}

/// A server that answers every request with the same success.
fn canned() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/x/service.asmx", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        listener.incoming().flatten().for_each(|stream| drop(thread::spawn(|| answer(stream))))
    });
    url
}

fn answer(stream: TcpStream) {
    let body = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><ProcessArticleResponse \
                xmlns=\"http://ongoingsystems.se/WSI\"><ProcessArticleResult><Success>true</Success>\
                </ProcessArticleResult></ProcessArticleResponse></soap:Body></soap:Envelope>";
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.set_nodelay(true);
    let mut input = BufReader::new(&stream);
    let mut line = String::new();
    let mut length = 0;
    while {
        line.clear();
        input.read_line(&mut line).is_ok_and(|read| read > 0)
    } {
        let header = line.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line == "\r\n" {
            let mut body = vec![0; length];
            if input.read_exact(&mut body).is_err() || (&stream).write_all(answer.as_bytes()).is_err() {
                break;
            }
        }
    }
}

fn articles(size: usize) -> String {
    (0..size).fold(String::new(), |mut text, number| {
        let _ = writeln!(
            text,
            "{{\"ArticleNumber\":\"A-{number}\",\"ArticleName\":\"Blå mugg {number}\",\"Weight\":\"0.{number}\",\
             \"BarCode\":\"73{number:011}\",\"ArticleDescription\":\"A mug of the colour that it has\"}}"
        );
        text
    })
}

/// The columns of [`table`].
const MAP: &str = "delimiter = ';'\ndecimal_comma = true\n[columns]\nArticleNumber = 'Number'\nArticleName = 'Name'\n\
                   Weight = 'Weight'\nBarCode = 'Code'\nArticleDescription = 'Text'\n";

/// The same articles as a table.
fn table(size: usize) -> String {
    (0..size).fold("Number;Name;Weight;Code;Text\n".to_owned(), |mut text, number| {
        let _ = writeln!(
            text,
            "A-{number};Blå mugg {number};\"0,{number}\";73{number:011};A mug of the colour that it has"
        );
        text
    })
}

fn orders(size: usize) -> String {
    (0..size).fold(String::new(), |mut text, number| {
        let _ = write!(
            text,
            "{{\"OrderInfo\":{{\"GoodsOwnerOrderNumber\":\"O-{number}\",\"ReferenceNumber\":\"REF-{number}\",\
             \"DeliveryDate\":\"2026-12-01T00:00:00\",\"OrderRemark\":\"leave at the door of the neighbour\"}},\
             \"Customer\":{{\"CustomerNumber\":\"C-{number}\",\"Name\":\"Åsa Lindström\",\"Address\":\"Storgatan 12 B\",\
             \"PostCode\":\"411 38\",\"City\":\"Göteborg\",\"CountryCode\":\"SE\",\"Email\":\"asa@example.se\"}},\
             \"CustomerOrderLines\":["
        );
        for line in 1..=5 {
            let comma = if line == 1 { "" } else { "," };
            let _ = write!(
                text,
                "{comma}{{\"ExternalOrderLineCode\":\"{line}\",\"ArticleNumber\":\"A-{line}\",\"NumberOfItems\":{line},\
                 \"ArticleName\":\"Blå mugg {line}\",\"LinePrice\":\"12.50\"}}"
            );
        }
        text.push_str("]}\n");
        text
    })
}
