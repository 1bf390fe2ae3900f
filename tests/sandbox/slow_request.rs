//! Requests that stop arriving, or hardly arrive: their connections are closed, and nobody waits for them.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ongoing_wms::sandbox::Sandbox;

use crate::admin::get;
use crate::client;

const PATIENCE: Duration = Duration::from_millis(400);

/// What a busy machine adds.
const BOUND: Duration = Duration::from_secs(20);

fn sandbox() -> Sandbox {
    Sandbox::builder().request_timeout(PATIENCE).start().unwrap()
}

fn connect(sandbox: &Sandbox) -> TcpStream {
    let host = sandbox.url().strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    let stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(BOUND)).unwrap();
    stream
}

/// The head of a request to the service with a body of this length.
fn head(sandbox: &Sandbox, path: Option<&str>, content_type: &str, length: usize) -> String {
    let rest = sandbox.url().strip_prefix("http://").unwrap();
    let (host, own) = rest.split_once('/').unwrap();
    let path = path.unwrap_or(own);
    format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// What comes before the connection is closed, and how long that takes.
fn until_closed(mut stream: TcpStream, begun: Instant) -> (String, Duration) {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
        Err(error) => panic!("not closed: {error}"),
    }
    (String::from_utf8_lossy(&answer).into_owned(), begun.elapsed())
}

#[test]
fn bodies_that_stop_arriving_are_closed() {
    let sandbox = sandbox();
    for length in [1_000, 60 << 20] {
        let begun = Instant::now();
        let mut stream = connect(&sandbox);
        let request = head(&sandbox, None, "text/xml; charset=utf-8", length) + "<soap:Envelope";
        stream.write_all(request.as_bytes()).unwrap();
        let (answer, took) = until_closed(stream, begun);
        assert_eq!(answer, "", "{length}");
        assert!((PATIENCE..BOUND).contains(&took), "{length}: {took:?}");
        let last = get(&sandbox, "exchanges?outcome=invalid")["exchanges"][0]["message"].clone();
        assert_eq!(last, "The request stopped arriving after 14 bytes, 0.4 s ago", "{length}");
    }
}

#[test]
fn bodies_that_hardly_arrive_are_closed() {
    let sandbox = sandbox();
    let begun = Instant::now();
    let mut stream = connect(&sandbox);
    stream.write_all(head(&sandbox, None, "text/xml", 100_000).as_bytes()).unwrap();
    let mut drips = stream.try_clone().unwrap();
    let dripping = std::thread::spawn(move || {
        while drips.write_all(b" ").is_ok() {
            std::thread::sleep(PATIENCE / 8);
        }
    });
    let (answer, took) = until_closed(stream, begun);
    assert_eq!(answer, "");
    assert!((PATIENCE * 19..PATIENCE * 20 + BOUND).contains(&took), "{took:?}");
    dripping.join().unwrap();
}

#[test]
fn headers_and_bodies_for_the_admin_interface_that_stop_arriving_are_closed() {
    let sandbox = sandbox();
    let begun = Instant::now();
    let mut stream = connect(&sandbox);
    stream.write_all(b"POST / HTTP/1.1\r\nhost: localhost\r\nx-").unwrap();
    let (_, took) = until_closed(stream, begun);
    assert!(took < BOUND, "{took:?}");
    let mut stream = connect(&sandbox);
    let begun = Instant::now();
    let request = head(&sandbox, Some("admin/pick"), "application/json", 100) + "{";
    stream.write_all(request.as_bytes()).unwrap();
    let (answer, took) = until_closed(stream, begun);
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("the body stopped arriving"), "{answer}");
    assert!(took < BOUND, "{took:?}");
}

#[test]
fn others_do_not_wait_for_a_body_that_takes_all_the_room() {
    // Whatever is set, nothing overflows.
    let sandbox = Sandbox::builder().request_timeout(Duration::MAX).start().unwrap();
    let mut stream = connect(&sandbox);
    let begun = Instant::now();
    stream.write_all(head(&sandbox, None, "text/xml", 64 << 20).as_bytes()).unwrap();
    for _ in 0..10 {
        client(&sandbox).get_order_statuses().unwrap();
    }
    assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
    drop(stream);
}
