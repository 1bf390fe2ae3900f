//! Over real sockets on loopback: what each way of going wrong is called, and whether the request can have arrived.

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
    assert_eq!(e.to_string(), "no answer from 127.0.0.1: the other side closed the connection");
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
fn slow_answer_names_the_phase() {
    let port = server(|mut stream| {
        read_request(&mut stream);
        thread::sleep(Duration::from_secs(5));
    });
    let mut settings = settings();
    settings.timeouts.receive_answer = Some(Duration::from_millis(100));
    settings.timeouts.receive_body = Some(Duration::from_millis(50));
    let start = Instant::now();
    let e = post(&http(&settings), &local(port), b"x").unwrap_err();
    assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, Some(Phase::ReceiveAnswer)));
    assert_eq!(e.to_string(), "no answer from 127.0.0.1 (time ran out: waiting for the answer)");
    assert!(start.elapsed() < Duration::from_secs(3));
    settings.timeouts.receive_answer = None;
    let deadline = Some(Duration::from_millis(100));
    let e = post_until(&http(&settings), &local(port), b"x", deadline).unwrap_err();
    assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, Some(Phase::Call)));
}

#[test]
fn host_that_does_not_take_the_body_names_the_phase() {
    let port = server(|stream| {
        thread::sleep(Duration::from_secs(5));
        drop(stream);
    });
    let mut settings = settings();
    settings.timeouts.send = Some(Duration::from_millis(200));
    let e = post(&http(&settings), &local(port), &vec![b'x'; 64 << 20]).unwrap_err();
    assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, Some(Phase::SendBody)), "{e}");
}

#[test]
fn silent_handshake_is_a_connect_timeout() {
    let port = server(|stream| {
        thread::sleep(Duration::from_secs(5));
        drop(stream);
    });
    let mut settings = settings();
    settings.timeouts.connect = Some(Duration::from_millis(100));
    let e = post(&http(&settings), &format!("https://127.0.0.1:{port}/"), b"x").unwrap_err();
    assert_eq!((e.delivery, e.timeout), (Delivery::NotSent, Some(Phase::Connect)), "{e}");
}

#[test]
fn broken_handshake_is_not_sent() {
    // Closed in the handshake: the same I/O error as a close without answer, but nothing of the request went out.
    let port = server(|mut stream| {
        let mut some = [0; 16];
        let _ = stream.read(&mut some);
    });
    let e = post(&http(&settings()), &format!("https://127.0.0.1:{port}/"), b"x").unwrap_err();
    assert_eq!((e.delivery, e.permanent), (Delivery::NotSent, false), "{e}");
    // No TLS there at all.
    let port = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        let mut some = [0; 4096];
        while stream.read(&mut some).is_ok_and(|n| n > 0) {}
    });
    let e = post(&http(&settings()), &format!("https://127.0.0.1:{port}/"), b"x").unwrap_err();
    assert_eq!((e.delivery, e.permanent), (Delivery::NotSent, true), "{e}");
    assert_eq!(e.message(), "127.0.0.1 does not speak TLS on this port");
}

/// A TLS server with a certificate for 127.0.0.1 from an authority of its own, and the authority's certificate.
fn tls_server() -> (u16, String) {
    tls_server_with(|_| {})
}

/// As [`tls_server`], with a certificate that is changed.
fn tls_server_with(change: impl FnOnce(&mut rcgen::CertificateParams)) -> (u16, String) {
    authority_server("An authority", change)
}

fn authority_server(name: &str, change: impl FnOnce(&mut rcgen::CertificateParams)) -> (u16, String) {
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = rcgen::CertifiedIssuer::self_signed(parameters, authority_key).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    change(&mut parameters);
    let certificate = parameters.signed_by(&key, &authority).unwrap();
    (tls_port(certificate.der().clone(), &key), authority.pem())
}

/// A TLS server with a certificate that signed itself, and the certificate.
fn self_signed_server(is_ca: rcgen::IsCa) -> (u16, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    parameters.is_ca = is_ca;
    let certificate = parameters.self_signed(&key).unwrap();
    (tls_port(certificate.der().clone(), &key), certificate.pem())
}

fn tls_port(certificate: rustls::pki_types::CertificateDer<'static>, key: &rcgen::KeyPair) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.serialize_der().try_into().unwrap())
        .unwrap();
    let config = Arc::new(config);
    server(move |stream| {
        let session = rustls::ServerConnection::new(config.clone()).unwrap();
        let mut stream = rustls::StreamOwned::new(session, stream);
        if read_request(&mut stream).is_some() {
            let _ = stream.write_all(&ok("connection: close\r\n", b"<tls/>"));
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    })
}

/// What is said of a TLS server: the message and the hint.
#[track_caller]
fn tls_failure(port: u16, settings: &HttpSettings) -> (String, String) {
    let e = post(&http(settings), &format!("https://127.0.0.1:{port}/"), b"x").unwrap_err();
    assert_eq!((e.delivery, e.permanent, e.timeout), (Delivery::NotSent, true, None), "{e}");
    (e.message().to_owned(), e.hint().unwrap_or_default().to_owned())
}

#[test]
fn certificates_that_are_not_accepted_are_told_with_the_remedy() {
    let trusting = |pem: &str| {
        let file = TempFile::new(pem.as_bytes());
        let settings = HttpSettings { ca_file: Some(file.0.clone()), ..settings() };
        (file, settings)
    };
    let change = |change: fn(&mut rcgen::CertificateParams)| {
        let (port, pem) = tls_server_with(change);
        let (_file, settings) = trusting(&pem);
        tls_failure(port, &settings)
    };
    let (message, hint) = change(|parameters| parameters.not_after = rcgen::date_time_ymd(2001, 2, 3));
    assert_eq!(message, "the certificate of 127.0.0.1 expired at 2001-02-03 00:00:00 UTC");
    assert!(
        hint.starts_with("the operator of the server must renew it; this machine's clock says 20"),
        "{hint}"
    );
    let (message, hint) = change(|parameters| parameters.not_before = rcgen::date_time_ymd(2999, 2, 3));
    assert_eq!(message, "the certificate of 127.0.0.1 is not valid before 2999-02-03 00:00:00 UTC");
    assert!(hint.starts_with("check the clock of this machine, which says 20"), "{hint}");
    let (message, hint) = change(|parameters| {
        let name = |text: &str| rcgen::SanType::DnsName(text.try_into().unwrap());
        parameters.subject_alt_names = vec![name("wms.example"), name("*.b.example")];
    });
    assert_eq!(message, "the certificate of 127.0.0.1 is for wms.example, *.b.example, not for 127.0.0.1");
    assert_eq!(hint, "use a host of the certificate in the address, if that is the right server");
    // An authority that nobody knows, and one that another file holds.
    let (port, _) = tls_server();
    let (message, hint) = tls_failure(port, &settings());
    assert_eq!(message, "the certificate of 127.0.0.1 is from an authority that is not trusted");
    assert!(
        hint.ends_with("name the file with the authority's certificate: ca_file, or --ca-file"),
        "{hint}"
    );
    let (_, other) = authority_server("Another authority", |_| {});
    let (file, settings) = trusting(&other);
    let (message, hint) = tls_failure(port, &settings);
    assert_eq!(message, "the certificate of 127.0.0.1 is from an authority that is not trusted");
    let name = file.0.display();
    assert_eq!(hint, format!("{name} must hold the certificate of the authority that signed it"));
    // The authority got a new key since.
    let (_, older) = tls_server();
    let (file, settings) = trusting(&older);
    let (message, hint) = tls_failure(port, &settings);
    assert_eq!(message, "the certificate of 127.0.0.1 is not signed by the authority that it names");
    let name = file.0.display();
    assert!(hint.starts_with(&format!("{name} may hold another or an older certificate")), "{hint}");
    // A certificate that signed itself serves as its own authority, unless it says that it is one.
    let (port, pem) = self_signed_server(rcgen::IsCa::ExplicitNoCa);
    let (_file, settings) = trusting(&pem);
    let url = format!("https://127.0.0.1:{port}/");
    assert_eq!(text(post(&http(&settings), &url, b"x").unwrap()).unwrap(), "<tls/>");
    let (port, pem) = self_signed_server(rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained));
    let (_file, settings) = trusting(&pem);
    let (message, hint) = tls_failure(port, &settings);
    assert_eq!(
        message,
        "the certificate of 127.0.0.1 is the certificate of an authority, which no server may use"
    );
    assert!(hint.starts_with("make a certificate for the server (basicConstraints CA:FALSE)"), "{hint}");
}

/// Answers the first bytes of each connection with these.
fn answering_hello(answer: Vec<u8>) -> u16 {
    server(move |mut stream| {
        let mut some = [0; 4096];
        let _ = stream.read(&mut some);
        let _ = stream.write_all(&answer);
        while stream.read(&mut some).is_ok_and(|n| n > 0) {}
    })
}

#[test]
fn what_speaks_no_tls_of_today_is_told_with_the_remedy() {
    // The alert `protocol_version`, and a ServerHello of TLS 1.0.
    let mut hello = vec![0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
    hello.extend([7; 32]);
    hello.extend([0, 0, 0x2f, 0]);
    for answer in [vec![0x15, 3, 1, 0, 2, 2, 70], hello] {
        let (message, hint) = tls_failure(answering_hello(answer), &settings());
        assert_eq!(message, "127.0.0.1 offers only versions of TLS that are not safe any more");
        assert_eq!(hint, "the server must offer TLS 1.2 or 1.3");
    }
    let (message, _) = tls_failure(answering_hello(vec![0x15, 3, 3, 0, 2, 2, 40]), &settings());
    assert_eq!(message, "127.0.0.1 and this program have no TLS version and cipher in common");
    for answer in ["HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", "220 mail.example ESMTP\r\n"] {
        let (message, hint) = tls_failure(answering_hello(answer.into()), &settings());
        assert_eq!(message, "127.0.0.1 does not speak TLS on this port");
        assert!(hint.starts_with("check scheme and port of the address: plain HTTP"), "{hint}");
    }
    // The reverse: plain HTTP to a server that expects TLS.
    let (port, _) = tls_server();
    let e = post(&http(&settings()), &local(port), b"x").unwrap_err();
    assert_eq!((e.delivery, e.not_http), (Delivery::Unknown, true), "{e}");
    assert_eq!(
        e.hint(),
        Some(
            "check scheme, host and port of the address: something else than a web server answers there, or one that \
             wants https://"
        )
    );
}

/// A file that goes away with the test.
struct TempFile(PathBuf);

impl TempFile {
    fn new(content: &[u8]) -> TempFile {
        let name = format!("ongoing-ca-{}-{:016x}.pem", std::process::id(), fastrand::u64(..));
        let file = env::temp_dir().join(name);
        fs::write(&file, content).unwrap();
        TempFile(file)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn ca_file_adds_an_authority() {
    let (port, pem) = tls_server();
    let url = format!("https://127.0.0.1:{port}/");
    let e = post(&http(&settings()), &url, b"x").unwrap_err();
    assert_eq!((e.delivery, e.permanent, e.timeout), (Delivery::NotSent, true, None), "{e}");
    assert!(e.message().contains("certificate"), "{e}");
    let file = TempFile::new(pem.as_bytes());
    let trusting = HttpSettings { ca_file: Some(file.0.clone()), ..settings() };
    assert_eq!(text(post(&http(&trusting), &url, b"x").unwrap()).unwrap(), "<tls/>");
    // The bundled roots stay.
    match tls_config(&trusting).unwrap().root_certs() {
        RootCerts::Specific(roots) => {
            assert_eq!(roots.len(), webpki_root_certs::TLS_SERVER_ROOT_CERTS.len() + 1)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn wrong_ca_files_are_told_at_once() {
    let (_, pem) = tls_server();
    let damaged = pem.replacen("\nMII", "\nMIJ", 1);
    for (content, message) in [
        ("", "holds no certificate (expected -----BEGIN CERTIFICATE-----)"),
        ("not a certificate", "holds no certificate (expected -----BEGIN CERTIFICATE-----)"),
        ("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n", "is no PEM file"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "holds something that is no certificate",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "holds a private key, which has no place there",
        ),
        (&pem[..pem.len() / 2], "is no PEM file"),
        (&damaged, "holds something that is no certificate"),
    ] {
        let file = TempFile::new(content.as_bytes());
        let e = Http::new(&HttpSettings { ca_file: Some(file.0.clone()), ..settings() }).unwrap_err();
        assert_eq!(e.to_string(), format!("CA file {}: {message}", file.0.display()), "{content}");
    }
    let e =
        Http::new(&HttpSettings { ca_file: Some("/no/such/roots.pem".into()), ..settings() }).unwrap_err();
    assert_eq!(e.to_string(), "CA file /no/such/roots.pem: cannot be read");
    assert!(std::error::Error::source(&e).is_some());
}

#[cfg(feature = "platform-verifier")]
#[test]
fn ca_file_and_the_store_of_the_system_exclude_each_other() {
    let (port, pem) = tls_server();
    let mut settings = HttpSettings { tls: Tls::PlatformVerifier, ..settings() };
    let e = post(&http(&settings), &format!("https://127.0.0.1:{port}/"), b"x").unwrap_err();
    assert_eq!((e.delivery, e.permanent), (Delivery::NotSent, true), "{e}");
    let file = TempFile::new(pem.as_bytes());
    settings.ca_file = Some(file.0.clone());
    let e = Http::new(&settings).unwrap_err();
    assert_eq!(e.message(), "a CA file cannot be added to the trust store of the system");
}

#[cfg(feature = "native-tls")]
#[test]
fn native_tls_trusts_the_system_alone() {
    let (port, _) = tls_server();
    let settings = HttpSettings { tls: Tls::NativeTls, ..settings() };
    let e = post(&http(&settings), &format!("https://127.0.0.1:{port}/"), b"x").unwrap_err();
    assert_eq!((e.delivery, e.permanent), (Delivery::NotSent, true), "{e}");
    assert!(e.message().starts_with("no trusted connection to 127.0.0.1: "), "{e}");
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
fn silent_body_names_the_phase_but_a_slow_reader_is_no_silence() {
    let port = server(|mut stream| {
        read_request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc").unwrap();
        // Three drips, each shorter than the limit, together longer.
        for _ in 0..3 {
            thread::sleep(Duration::from_millis(120));
            stream.write_all(b"d").unwrap();
        }
        thread::sleep(Duration::from_secs(5));
    });
    let mut settings = settings();
    settings.timeouts.receive_answer = Some(Duration::from_millis(300));
    settings.timeouts.receive_body = Some(Duration::from_millis(300));
    let mut answer = post(&http(&settings), &local(port), b"x").unwrap();
    let mut three = [0; 3];
    answer.body.read_exact(&mut three).unwrap();
    thread::sleep(Duration::from_millis(400));
    let mut rest = Vec::new();
    let e = answer.body.read_to_end(&mut rest).unwrap_err();
    assert_eq!(rest, b"ddd");
    assert_eq!(phase_of(&e), Some(Phase::ReceiveBody));
    let e = TransportFailure::from_body(e);
    assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, Some(Phase::ReceiveBody)));
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
             (use https://, or allow plain HTTP in the settings); nothing was sent",
        ),
        (
            "https://user:canary@wms.example/",
            "the URL holds a user name or password \
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

/// A proxy that opens the way to nowhere and answers there itself.
fn tunnel(verdict: &'static str) -> (u16, Seen) {
    let seen = Seen::default();
    let shared = seen.clone();
    let port = server(move |mut stream| {
        let mut head = String::new();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        while reader.read_line(&mut head).is_ok_and(|n| n > 2) {}
        shared.lock().unwrap().push((head, Vec::new()));
        let _ = stream.write_all(format!("HTTP/1.1 {verdict}\r\n\r\n").as_bytes());
        if verdict.starts_with("200")
            && let Some(request) = read_request(&mut reader)
        {
            shared.lock().unwrap().push(request);
            let _ = stream.write_all(&ok("", b"<proxied/>"));
        }
    });
    (port, seen)
}

#[test]
fn proxy_is_used_but_not_for_loopback() {
    let (proxy, seen) = tunnel("200 OK");
    let url = Secret::new(format!("http://me:canary@127.0.0.1:{proxy}"));
    let settings = HttpSettings { proxy: ProxySetting::Url(url), allow_plain_http: true, ..settings() };
    assert!(!format!("{settings:?}").contains("canary"));
    let http = http(&settings);
    assert_eq!(text(post(&http, "http://wms.invalid/s", b"<x/>").unwrap()).unwrap(), "<proxied/>");
    {
        let seen = seen.lock().unwrap();
        assert!(seen[0].0.starts_with("CONNECT wms.invalid:80 HTTP/1.1\r\n"), "{}", seen[0].0);
        assert!(seen[0].0.contains("Proxy-Authorization: Basic bWU6Y2FuYXJ5"), "{}", seen[0].0);
        assert_eq!(seen[1].1, b"<x/>");
    }
    let (port, _) = answering(ok("", b"<direct/>"));
    assert_eq!(text(post(&http, &local(port), b"<x/>").unwrap()).unwrap(), "<direct/>");
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[test]
fn proxy_failures_are_not_sent() {
    let through = |proxy: String| {
        let lookup = |name: &str| (name == "HTTPS_PROXY").then(|| proxy.clone());
        let http = Http::with_lookup(&HttpSettings::default(), lookup).unwrap();
        let e = post(&http, "https://wms.invalid/", b"x").unwrap_err();
        assert_eq!(e.delivery, Delivery::NotSent, "{e}");
        assert!(!format!("{e:?}").contains("canary"), "{e:?}");
        e
    };
    for (login, verdict, permanent, message, hint) in [
        (
            "",
            "403 Forbidden",
            true,
            "it forbids that (403)",
            "have wms.invalid allowed there, or name wms.invalid in NO_PROXY to go without a proxy",
        ),
        (
            "",
            "407 Login",
            true,
            "it asks for a login (407)",
            "put the login into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT",
        ),
        (
            "me:canary@",
            "407 Login",
            true,
            "it does not accept the login (407)",
            "check user and password in HTTPS_PROXY; write special characters as %40",
        ),
        (
            "",
            "502 Bad Gateway",
            false,
            "it answers 502",
            "the proxy may not reach the host; check HTTPS_PROXY and the host in the address",
        ),
        (
            "",
            "504 Late",
            false,
            "it answers 504",
            "the proxy may not reach the host; check HTTPS_PROXY and the host in the address",
        ),
    ] {
        let (port, _) = tunnel(verdict);
        let e = through(format!("http://{login}127.0.0.1:{port}"));
        let proxy = format!("the proxy http://127.0.0.1:{port} (from HTTPS_PROXY)");
        assert_eq!(e.message(), format!("{proxy} does not connect to wms.invalid: {message}"));
        assert_eq!((e.permanent, e.hint()), (permanent, Some(hint)));
    }
    let port = free_port();
    let e = through(format!("http://127.0.0.1:{port}"));
    assert_eq!(
        e.message(),
        format!("the proxy http://127.0.0.1:{port} (from HTTPS_PROXY) refused the connection")
    );
    assert_eq!(e.hint(), Some("check HTTPS_PROXY, and whether the proxy runs"));
    let e = through("http://me:canary@no-such-proxy.invalid:3128".to_owned());
    assert!(e.to_string().contains("no-such-proxy.invalid") && e.to_string().contains("HTTPS_PROXY"), "{e}");
    // What listens there is no proxy.
    let port = server(|mut stream| {
        let _ = stream.write_all(b"220 mail.example ESMTP\r\n");
        let mut some = [0; 4096];
        while stream.read(&mut some).is_ok_and(|n| n > 0) {}
    });
    let e = through(format!("http://127.0.0.1:{port}"));
    assert!(e.message().contains("(from HTTPS_PROXY) does not speak HTTP"), "{e}");
    assert_eq!(e.hint(), Some("check HTTPS_PROXY"));
}

#[test]
fn proxy_from_the_environment() {
    let agent = |pairs: &[(&str, &str)], host: &str| {
        let settings = HttpSettings::default();
        let lookup = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let http = Http::with_lookup(&settings, lookup).map_err(|e| e.to_string())?;
        let uri = format!("https://{host}/").parse().unwrap();
        let proxy = http.route_to(&uri).0.agent().config().proxy();
        Ok::<_, String>(proxy.map(|proxy| proxy.host().to_owned()))
    };
    let all = ("ALL_PROXY", "http://all:1");
    let https = ("HTTPS_PROXY", "http://https:1");
    let plain = ("http_proxy", "plain:1");
    for (pairs, host, used) in [
        (&[][..], "wms.example", None),
        (&[plain, https, all], "wms.example", Some("https")),
        (&[plain, all], "wms.example", Some("all")),
        (&[("https_proxy", "http://small:1"), https], "wms.example", Some("small")),
        (&[plain, https], "wms.example", Some("https")),
        (&[plain], "wms.example", Some("plain")),
        (&[("ALL_PROXY", " "), plain], "wms.example", Some("plain")),
        (&[("all_proxy", "socks5://socks:1")], "wms.example", Some("socks")),
        (&[all], "127.0.0.1", None),
        (&[all], "localhost", None),
        (&[all], "[::1]", None),
        (&[all, ("NO_PROXY", "x, Example")], "wms.example", None),
        (&[all, ("no_proxy", ".example")], "WMS.EXAMPLE", None),
        (&[all, ("NO_PROXY", "*.example:443")], "wms.example", None),
        (&[all, ("NO_PROXY", "*")], "wms.example", None),
        (&[all, ("NO_PROXY", "ms.example")], "wms.example", Some("all")),
        (&[all, ("NO_PROXY", "")], "wms.example", Some("all")),
        (&[all, ("NO_PROXY", "10.0.0.7")], "10.0.0.7", None),
        (&[all, ("NO_PROXY", "fe80::1")], "[fe80::1]", None),
        (&[all, ("NO_PROXY", "[fe80::1]:443")], "[fe80::1]", None),
    ] {
        assert_eq!(agent(pairs, host), Ok(used.map(str::to_owned)), "{pairs:?} {host}");
    }
    let e = agent(&[("HTTPS_PROXY", "gopher://me:canary@x")], "wms.example").unwrap_err();
    assert_eq!(e, "HTTPS_PROXY is not the address of a proxy (expected http://host:port)");
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

#[test]
fn waits_of_any_length_are_borne() {
    let (port, _) = answering(ok("", b"<a/>"));
    let mut settings = settings();
    let longest = Some(Duration::MAX);
    settings.timeouts = Timeouts {
        resolve: longest,
        connect: longest,
        send: longest,
        receive_answer: longest,
        receive_body: longest,
        call: longest,
        least_rate: u32::MAX,
    };
    let http = http(&settings);
    let answer = post_until(&http, &local(port), b"x", longest).unwrap();
    assert_eq!(text(answer).unwrap(), "<a/>");
    assert_eq!(http.get(&local(port)).unwrap().status, 200);
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
