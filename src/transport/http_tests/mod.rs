//! Over real sockets on loopback: what each way of going wrong is called, and whether the request can have arrived.

mod proxy;
mod timeouts;
mod tls;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use super::*;
use crate::credentials::Secret;
use crate::transport::address::is_loopback;
use crate::transport::phase_of;

/// One request as a server saw it: the head, then the body.
type Seen = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// Serves each connection by `serve` on a thread, until the test ends.
fn server(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    port
}

fn read_request(stream: &mut impl Read) -> Option<(String, Vec<u8>)> {
    // Unbuffered beyond the head: the next request of the connection must stay in the socket.
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((head, body))
}

/// A server that answers every request with the same bytes.
fn answering(answer: impl Into<Vec<u8>>) -> (u16, Seen) {
    let (answer, seen) = (answer.into(), Seen::default());
    let shared = seen.clone();
    let port = server(move |mut stream| {
        while let Some(request) = read_request(&mut stream) {
            shared.lock().unwrap().push(request);
            if stream.write_all(&answer).is_err() {
                return;
            }
        }
    });
    (port, seen)
}

fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer =
        format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn settings() -> HttpSettings {
    HttpSettings { proxy: ProxySetting::None, ..HttpSettings::default() }
}

fn http(settings: &HttpSettings) -> Http {
    Http::new(settings).unwrap()
}

fn post(http: &Http, url: &str, body: &[u8]) -> Result<HttpAnswer, TransportFailure> {
    post_until(http, url, body, None)
}

fn post_until(
    http: &Http,
    url: &str,
    body: &[u8],
    deadline: Option<Duration>,
) -> Result<HttpAnswer, TransportFailure> {
    let headers = [("SOAPAction", "\"op\"".to_owned())];
    http.send(&HttpRequest { url, operation: "Op", headers: &headers, body, deadline })
}

fn text(answer: HttpAnswer) -> io::Result<String> {
    let mut text = String::new();
    { answer.body }.read_to_string(&mut text)?;
    Ok(text)
}

fn local(port: u16) -> String {
    format!("http://127.0.0.1:{port}/w/service.asmx")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn sends_what_it_should_and_hands_back_the_answer() {
    let (port, seen) = answering(ok("X-A: b\r\n", b"<a/>"));
    let http = http(&settings());
    let answer = post(&http, &local(port), b"<x/>").unwrap();
    assert_eq!((answer.status, answer.header("x-a")), (200, Some("b")));
    assert_eq!(text(answer).unwrap(), "<a/>");
    let seen = seen.lock().unwrap();
    let (head, body) = &seen[0];
    assert!(head.starts_with("post /w/service.asmx http/1.1\r\n"), "{head}");
    for header in [
        "content-length: 4",
        "soapaction: \"op\"",
        "accept-encoding: gzip",
        concat!("user-agent: ongoing-wms/", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(head.lines().any(|line| line == header), "{header} not in {head}");
    }
    assert!(!head.contains("transfer-encoding") && !head.contains("expect:"), "{head}");
    assert_eq!(body, b"<x/>");
}

#[test]
fn keeps_the_connection_and_notices_when_it_was_closed() {
    let connections = Arc::new(AtomicU32::new(0));
    let counted = connections.clone();
    let port = server(move |mut stream| {
        counted.fetch_add(1, Ordering::SeqCst);
        for _ in 0..2 {
            read_request(&mut stream).unwrap();
            stream.write_all(&ok("", b"1")).unwrap();
        }
        stream.shutdown(Shutdown::Both).unwrap();
    });
    let http = http(&settings());
    for expected in [1, 1, 2] {
        assert_eq!(text(post(&http, &local(port), b"x").unwrap()).unwrap(), "1");
        assert_eq!(connections.load(Ordering::SeqCst), expected);
        // The server's closing must have arrived.
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn refused_connection_is_not_sent() {
    let e = post(&http(&settings()), &local(free_port()), b"x").unwrap_err();
    assert_eq!(
        e.to_string(),
        "no connection to 127.0.0.1: the host refused the connection; nothing was sent"
    );
    assert_eq!((e.delivery, e.timeout, e.permanent), (Delivery::NotSent, None, false));
}

#[test]
fn unknown_host_is_not_sent() {
    let settings = HttpSettings { allow_plain_http: true, ..settings() };
    let e = post(&http(&settings), "http://no-such-host.invalid/", b"x").unwrap_err();
    assert_eq!((e.delivery, e.permanent), (Delivery::NotSent, false));
    assert!(e.to_string().contains("no-such-host.invalid"), "{e}");
}

#[test]
fn closed_without_answer_is_unknown_and_is_sent_once() {
    let requests = Arc::new(AtomicU32::new(0));
    let counted = requests.clone();
    let port = server(move |mut stream| {
        read_request(&mut stream);
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let e = post(&http(&settings()), &local(port), b"x").unwrap_err();
    assert_eq!(e.to_string(), "no answer from 127.0.0.1: the server closed the connection");
    assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, None));
    thread::sleep(Duration::from_millis(50));
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}

#[test]
fn closed_while_sending_is_unknown() {
    let port = server(|mut stream| {
        let mut some = [0; 4096];
        let _ = stream.read(&mut some);
    });
    let e = post(&http(&settings()), &local(port), &vec![b'x'; 64 << 20]).unwrap_err();
    assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, None), "{e}");
}

#[test]
fn error_statuses_keep_their_body() {
    for status in
        ["500 Internal Server Error", "401 Unauthorized", "404 Not Found", "503 Service Unavailable"]
    {
        let (port, _) =
            answering(format!("HTTP/1.1 {status}\r\ncontent-length: 8\r\nretry-after: 7\r\n\r\n<fault/>"));
        let answer = post(&http(&settings()), &local(port), b"x").unwrap();
        assert_eq!(
            (answer.status.to_string(), answer.header("Retry-After")),
            (status[..3].into(), Some("7"))
        );
        assert_eq!(text(answer).unwrap(), "<fault/>");
    }
}

#[test]
fn redirects_are_handed_back() {
    for status in [301, 302, 303, 307, 308] {
        let (port, seen) = answering(format!(
            "HTTP/1.1 {status} Elsewhere\r\nlocation: /login\r\ncontent-length: 4\r\n\r\nhtml"
        ));
        let answer = post(&http(&settings()), &local(port), b"x").unwrap();
        assert_eq!((answer.status, answer.header("location")), (status, Some("/login")));
        assert_eq!(text(answer).unwrap(), "html");
        assert_eq!(seen.lock().unwrap().len(), 1);
    }
}

#[test]
fn gzip_is_unpacked() {
    let xml = "<a>å</a>".repeat(10_000);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(xml.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let (port, _) = answering(ok("content-encoding: gzip\r\n", &packed));
    let answer = post(&http(&settings()), &local(port), b"x").unwrap();
    assert_eq!(text(answer).unwrap(), xml);
    // Cut in the middle, and no gzip at all.
    for body in [&packed[..packed.len() / 2], b"<a/>"] {
        let (port, _) = answering(ok("content-encoding: gzip\r\n", body));
        let e = text(post(&http(&settings()), &local(port), b"x").unwrap()).unwrap_err();
        assert_eq!(phase_of(&e), None, "{e:?}");
        assert_eq!(TransportFailure::from_body(e).delivery, Delivery::Unknown);
    }
}

#[test]
fn big_bodies_go_both_ways() {
    // Above ureq's own limit of 10 MiB.
    let big: Vec<u8> = (0..24u32 << 20).map(|i| b'a' + (i % 26) as u8).collect();
    let (port, seen) = answering(ok("", &big));
    let mut answer = post(&http(&settings()), &local(port), &big).unwrap();
    let mut back = Vec::new();
    answer.body.read_to_end(&mut back).unwrap();
    assert!(back == big);
    assert!(seen.lock().unwrap()[0].1 == big);
}

#[test]
fn broken_off_body_is_an_error() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n<a>"[..],
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n<a>\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n<a>\r\n",
    ] {
        let port = server(move |mut stream| {
            read_request(&mut stream);
            let _ = stream.write_all(answer);
        });
        let e = text(post(&http(&settings()), &local(port), b"x").unwrap()).unwrap_err();
        assert_eq!(phase_of(&e), None);
        let e = TransportFailure::from_body(e);
        assert!(e.message().starts_with("the answer broke off: "), "{e}");
        assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, None));
    }
}

#[test]
fn what_is_no_http_is_unknown() {
    for answer in ["220 mail.example ESMTP\r\n", "\0\0\0\0", "HTTP/1.1 abc\r\n\r\n"] {
        let port = server(move |mut stream| {
            read_request(&mut stream);
            let _ = stream.write_all(answer.as_bytes());
        });
        let e = post(&http(&settings()), &local(port), b"x").unwrap_err();
        assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, None), "{e}");
    }
}

#[test]
fn password_goes_nowhere_unprotected() {
    let http = http(&settings());
    for (url, message) in [
        (
            "http://wms.example/service.asmx",
            "http://wms.example would send the password unprotected \
             (use https://, or set allow_plain_http); nothing was sent",
        ),
        (
            "https://user:canary@wms.example/",
            "the URL contains a user name or password \
             (give them as ONGOING_USERNAME and ONGOING_PASSWORD); nothing was sent",
        ),
        (
            "wms.example/service.asmx",
            "the URL cannot be read (expected https://host/warehouse/service.asmx); nothing was sent",
        ),
        (
            "/service.asmx",
            "the URL has no https:// and host (expected https://host/warehouse/service.asmx); nothing was sent",
        ),
        (
            "ftp://wms.example/",
            "the URL has no https:// and host (expected https://host/warehouse/service.asmx); nothing was sent",
        ),
        ("", "the URL cannot be read (expected https://host/warehouse/service.asmx); nothing was sent"),
    ] {
        let e = post(&http, url, b"x").unwrap_err();
        assert_eq!(e.to_string(), message);
        assert_eq!((e.delivery, e.permanent), (Delivery::NotSent, true));
        assert!(!format!("{e:?}").contains("canary"));
    }
    for (host, loopback) in [
        ("127.0.0.1", true),
        ("127.255.3.4", true),
        ("[::1]", true),
        ("localhost", true),
        ("LocalHost", true),
        ("127.1", false),
        ("0.0.0.0", false),
        ("10.0.0.1", false),
        ("[::]", false),
        ("[::ffff:127.0.0.1]", false),
        ("localhost.example", false),
        ("127.0.0.1.example", false),
        ("", false),
    ] {
        assert_eq!(is_loopback(host), loopback, "{host}");
        if !host.is_empty() {
            assert_eq!(Http::check_url(&format!("http://{host}:81/"), false).is_ok(), loopback, "{host}");
            assert!(Http::check_url(&format!("http://{host}:81/"), true).is_ok(), "{host}");
            assert!(Http::check_url(&format!("https://{host}/"), false).is_ok(), "{host}");
        }
    }
}

#[test]
fn documents_are_fetched_without_a_body() {
    let (port, seen) = answering(ok("", b"<wsdl/>"));
    let answer = http(&settings()).get(&format!("http://127.0.0.1:{port}/s?WSDL")).unwrap();
    assert_eq!(text(answer).unwrap(), "<wsdl/>");
    let seen = seen.lock().unwrap();
    assert!(seen[0].0.starts_with("get /s?wsdl http/1.1\r\n") && !seen[0].0.contains("content-length"));
}

#[test]
fn headers_that_http_cannot_carry_are_not_sent() {
    let headers = [("SOAPAction", "a\r\nX: canary".to_owned())];
    let request = HttpRequest {
        url: "http://127.0.0.1:1/",
        operation: "Op",
        headers: &headers,
        body: b"x",
        deadline: None,
    };
    let e = http(&settings()).send(&request).unwrap_err();
    assert_eq!((e.delivery, e.permanent), (Delivery::NotSent, true));
    assert!(!format!("{e} {e:?}").contains("canary"));
}

#[test]
fn defaults_are_as_documented() {
    let defaults = HttpSettings::default();
    let times = agent(&defaults, tls_config(&defaults).unwrap(), None, true).config().timeouts();
    let seconds = |s| Some(Duration::from_secs(s));
    assert_eq!((times.resolve, times.connect), (seconds(10), seconds(10)));
    assert_eq!((times.send_request, times.send_body), (seconds(60), seconds(60)));
    assert_eq!((times.recv_response, times.recv_body, times.global), (seconds(300), None, None));
}

/// A server that takes one request a connection, and closes at the second without a word, must not stop a long run.
#[test]
fn after_a_break_on_a_used_connection_requests_get_fresh_ones() {
    let connections = Arc::new(AtomicU32::new(0));
    let counted = connections.clone();
    let port = server(move |mut stream| {
        counted.fetch_add(1, Ordering::SeqCst);
        if read_request(&mut stream).is_some() {
            let _ = stream.write_all(&ok("", b"<x/>"));
            let _ = read_request(&mut stream);
        }
    });
    let http = http(&settings());
    let url = format!("http://127.0.0.1:{port}/");
    let outcomes: Vec<bool> = (0..6)
        .map(|_| match post(&http, &url, b"body") {
            Ok(mut answer) => answer.body.read_to_end(&mut Vec::new()).is_ok(),
            Err(failure) => {
                assert_eq!(failure.delivery, Delivery::Unknown);
                false
            }
        })
        .collect();
    assert_eq!(outcomes, [true, false, true, true, true, true]);
    assert_eq!(connections.load(Ordering::SeqCst), 5);
}

#[test]
fn a_break_on_a_first_connection_changes_nothing() {
    let broken = AtomicU32::new(0);
    let port = server(move |mut stream| {
        let is_first = broken.fetch_add(1, Ordering::SeqCst) == 0;
        while read_request(&mut stream).is_some() && !is_first {
            let _ = stream.write_all(&ok("", b"<x/>"));
        }
    });
    let http = http(&settings());
    let url = format!("http://127.0.0.1:{port}/");
    assert!(post(&http, &url, b"body").is_err());
    for _ in 0..3 {
        post(&http, &url, b"body").unwrap().body.read_to_end(&mut Vec::new()).unwrap();
    }
    assert!(!http.direct.reuse.broke.load(Ordering::SeqCst));
}

#[test]
fn a_user_agent_with_a_line_break_is_refused() {
    for text in ["a\r\nX: y", "a\n", "a\0"] {
        let settings = settings().user_agent(Some(text.to_owned()));
        let error = Http::new(&settings).unwrap_err();
        assert_eq!(error.message(), "the user agent contains a line break or another control character");
    }
    assert!(Http::new(&settings().user_agent(Some("nightly job/2 (Å)".to_owned()))).is_ok());
}
