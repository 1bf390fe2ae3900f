//! Every call ends, whatever the server does: answers taken in whole by a total limit, rows by their rate.
#![cfg(feature = "serde")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ongoing_wms::api::{
    ArticleDefinition, ArticleIdentificationType, ArticleOperation, GetOrderStatuses, GetOrdersByQuery,
};
use ongoing_wms::transport::Phase;
use ongoing_wms::{Client, Credentials, Error, Outcome, RetryPolicy, Timeouts};

const HEAD: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><GetOrdersByQueryResponse \
                    xmlns=\"http://ongoingsystems.se/WSI\"><GetOrdersByQueryResult><Orders>";
const TAIL: &str = "</Orders></GetOrdersByQueryResult></GetOrdersByQueryResponse></s:Body></s:Envelope>";

fn milliseconds(number: u64) -> Duration {
    Duration::from_millis(number)
}

/// A server that does the same with each request.
fn server(answer: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/test/service.asmx", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, answer) = (stream.unwrap(), answer.clone());
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut line, mut length) = (String::new(), 0);
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    line.clear();
                }
                let _ = reader.take(length).read_to_end(&mut Vec::new());
                // A client that went away is what the test wants.
                let _ = answer(&mut stream);
            });
        }
    });
    url
}

fn head(stream: &mut TcpStream, status: u16) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-type: text/xml\r\nconnection: close\r\n\r\n")
}

/// A byte now and then, without end.
fn drip(stream: &mut TcpStream) -> std::io::Result<()> {
    loop {
        stream.write_all(b" ")?;
        thread::sleep(milliseconds(10));
    }
}

fn client(url: &str, call: u64, window: u64, least_rate: u32) -> Client {
    let mut timeouts = Timeouts::default();
    timeouts.call = Some(milliseconds(call));
    timeouts.receive_answer = Some(milliseconds(window));
    timeouts.receive_body = Some(milliseconds(window));
    timeouts.least_rate = least_rate;
    let credentials = Credentials::new("u", "p").goods_owner_code("ACME").goods_owner_id(1);
    Client::builder(url).credentials(credentials).timeouts(timeouts).build().unwrap()
}

fn phase(error: &Error) -> Option<Phase> {
    match error {
        Error::Transport(error) => error.timeout(),
        other => panic!("{other}"),
    }
}

#[test]
fn a_call_ends_at_its_limit_however_the_answer_drips() {
    for status in [200, 503] {
        let url = server(move |stream| head(stream, status).and_then(|()| drip(stream)));
        let client = client(&url, 300, 5_000, 0);
        let begun = Instant::now();
        let error = client.call(GetOrderStatuses::default()).unwrap_err();
        assert_eq!(phase(&error), Some(Phase::Call), "{error}");
        assert!(begun.elapsed() < milliseconds(3_000), "{:?}", begun.elapsed());
        if status == 503 {
            // Not an answer with rows: it is taken in whole.
            let begun = Instant::now();
            let error = client.rows(GetOrdersByQuery::default()).next().unwrap().unwrap_err();
            assert_eq!(phase(&error), Some(Phase::Call), "{error}");
            assert!(begun.elapsed() < milliseconds(3_000), "{:?}", begun.elapsed());
        }
    }
}

#[test]
fn the_limit_is_for_all_attempts() {
    let url = server(|stream| {
        thread::sleep(milliseconds(100));
        write!(stream, "HTTP/1.1 503 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    });
    let mut timeouts = Timeouts::default();
    timeouts.call = Some(milliseconds(500));
    let mut retry = RetryPolicy::default();
    (retry.retries, retry.base_delay, retry.max_delay) = (1_000, milliseconds(20), milliseconds(20));
    let credentials = Credentials::new("u", "p").goods_owner_code("ACME");
    let client =
        Client::builder(&url).credentials(credentials).timeouts(timeouts).retry(retry).build().unwrap();
    let begun = Instant::now();
    let error = client.call(GetOrderStatuses::default()).unwrap_err();
    let elapsed = begun.elapsed();
    assert!(elapsed > milliseconds(200) && elapsed < milliseconds(2_000), "{elapsed:?}: {error}");
}

#[test]
fn rows_that_drip_end() {
    let url = server(|stream| {
        head(stream, 200)?;
        stream.write_all(HEAD.as_bytes())?;
        drip(stream)
    });
    let begun = Instant::now();
    let error =
        client(&url, 60_000, 300, 1_000).rows(GetOrdersByQuery::default()).next().unwrap().unwrap_err();
    assert_eq!(phase(&error), Some(Phase::ReceiveBody), "{error}");
    assert!(error.to_string().contains("too slowly"), "{error}");
    assert!(begun.elapsed() < milliseconds(5_000), "{:?}", begun.elapsed());
}

/// Lines of chunks are no answer: neither what they bring nor how often they come.
#[test]
fn rows_whose_framing_drips_end() {
    let url = server(|stream| {
        stream
            .write_all(b"HTTP/1.1 200 X\r\ncontent-type: text/xml\r\ntransfer-encoding: chunked\r\n\r\n1;")?;
        drip(stream)
    });
    let begun = Instant::now();
    let error = client(&url, 60_000, 300, 20).rows(GetOrdersByQuery::default()).next().unwrap().unwrap_err();
    assert_eq!(phase(&error), Some(Phase::ReceiveBody), "{error}");
    assert!(begun.elapsed() < milliseconds(5_000), "{:?}", begun.elapsed());
}

/// Writes of one goods owner go one at a time; what has not had its turn in its time is not sent.
#[test]
fn a_write_waits_no_longer_than_its_time_for_another_one() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let url = server(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        thread::sleep(milliseconds(2_000));
        Ok(())
    });
    let article =
        || ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber);
    let client = client(&url, 60_000, 60_000, 0).with_retry(RetryPolicy::never());
    thread::scope(|scope| {
        scope.spawn(|| client.process_article(article()).unwrap_err());
        while requests.load(Ordering::SeqCst) == 0 {
            thread::sleep(milliseconds(5));
        }
        let begun = Instant::now();
        let error = client.with_call_timeout(Some(milliseconds(100))).process_article(article()).unwrap_err();
        assert_eq!((phase(&error), error.outcome()), (Some(Phase::Call), Outcome::NotDone), "{error}");
        assert!(begun.elapsed() < milliseconds(1_500), "{:?}", begun.elapsed());
        assert!(error.to_string().contains("nothing was sent"), "{error}");
    });
    assert_eq!(requests.load(Ordering::SeqCst), 1);
    // The turn was given back.
    client.process_article(article()).unwrap_err();
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

/// The time that the caller takes for a row counts neither for the limit of a call nor for the rate.
#[test]
fn a_slow_consumer_is_waited_for() {
    let row =
        format!("<Order><OrderInfo><OrderRemark>{}</OrderRemark></OrderInfo></Order>", "x".repeat(20_000));
    let url = server(move |stream| {
        head(stream, 200)?;
        stream.write_all(HEAD.as_bytes())?;
        for _ in 0..12 {
            stream.write_all(row.as_bytes())?;
        }
        stream.write_all(TAIL.as_bytes())
    });
    let client = client(&url, 200, 200, 100_000);
    let mut rows = 0;
    for row in client.rows(GetOrdersByQuery::default()) {
        row.unwrap();
        rows += 1;
        thread::sleep(milliseconds(100));
    }
    assert_eq!(rows, 12);
}
