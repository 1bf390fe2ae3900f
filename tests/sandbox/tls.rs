//! The sandbox over TLS: who trusts its authority is served, and who does not is told what to do.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::{Client, Error, RetryPolicy};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

fn client(sandbox: &Sandbox, url: &str, ca_file: Option<&Path>) -> Client {
    let builder = Client::builder(url).credentials(sandbox.credentials()).retry(RetryPolicy::never());
    match ca_file {
        Some(file) => builder.ca_file(file).build().unwrap(),
        None => builder.build().unwrap(),
    }
}

fn port(sandbox: &Sandbox) -> u16 {
    sandbox.url().split(['/', ':']).find_map(|part| part.parse().ok()).unwrap()
}

/// Asks over TLS with this Host; gives the whole answer.
fn ask(sandbox: &Sandbox, host: &str, headers: &str) -> String {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(sandbox.ca_certificate().unwrap().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let session = rustls::ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream =
        rustls::StreamOwned::new(session, TcpStream::connect(("127.0.0.1", port(sandbox))).unwrap());
    write!(stream, "GET /admin/about HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    // It may end without a farewell.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

#[test]
fn who_trusts_the_authority_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let sandbox = Sandbox::builder().ca_file(&file).host_name("box.example.org").start().unwrap();
    assert!(sandbox.url().starts_with("https://127.0.0.1:"), "{}", sandbox.url());
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written.ends_with(sandbox.ca_certificate().unwrap()) && !written.contains("PRIVATE"),
        "{written}"
    );
    let fingerprint = sandbox.ca_fingerprint().unwrap();
    assert_eq!((fingerprint.len(), fingerprint.split(':').count()), (95, 32));
    assert!(client(&sandbox, sandbox.url(), Some(&file)).get_system_status().unwrap().is_running);
    let by_name = sandbox.url().replace("127.0.0.1", "localhost");
    assert!(client(&sandbox, &by_name, Some(&file)).get_system_status().unwrap().is_running);

    let error = client(&sandbox, sandbox.url(), None).get_system_status().unwrap_err();
    let Error::Transport(error) = error else { panic!("{error}") };
    assert!(
        error.to_string().contains("the certificate of 127.0.0.1 is from an authority that is not trusted"),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("ca_file"), "{:?}", error.hint());
    // The file of another start does not do.
    let other = Sandbox::builder().tls().start().unwrap();
    assert_ne!(other.ca_fingerprint(), Some(fingerprint));
    let error = client(&other, other.url(), Some(&file)).get_system_status().unwrap_err();
    assert!(error.to_string().contains("is from an authority that is not trusted"), "{error}");
}

#[test]
fn who_asks_from_elsewhere_is_refused_over_tls_too() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let own = format!("127.0.0.1:{}", port(&sandbox));
    let about = ask(&sandbox, &own, &format!("Origin: https://{own}\r\n"));
    assert!(
        about.starts_with("HTTP/1.1 200") && about.contains(&format!("\"url\":\"{}\"", sandbox.url())),
        "{about}"
    );
    assert!(about.contains(sandbox.ca_fingerprint().unwrap()), "{about}");
    for (host, headers) in [("evil.example", ""), (own.as_str(), "Origin: https://evil.example\r\n")] {
        let answer = ask(&sandbox, host, headers);
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    }
    // Who speaks no TLS is told so.
    let answer = {
        let mut stream = TcpStream::connect(&own).unwrap();
        write!(stream, "GET / HTTP/1.1\r\nHost: {own}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(
        answer.starts_with("HTTP/1.1 400")
            && answer.ends_with(&format!("speaks TLS only: {}\n", sandbox.url())),
        "{answer}"
    );
}

#[test]
fn a_file_of_somebody_else_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("company.pem");
    std::fs::write(&file, "-----BEGIN CERTIFICATE-----\n").unwrap();
    let error = Sandbox::builder().ca_file(&file).start().unwrap_err().to_string();
    assert!(
        error.contains(
            "company.pem: the file contains something other than a sandbox's certificate authority"
        ),
        "{error}"
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "-----BEGIN CERTIFICATE-----\n");
    // Its own file is.
    let own = folder.path().join("ca.pem");
    for _ in 0..2 {
        let sandbox = Sandbox::builder().ca_file(&own).start().unwrap();
        assert!(std::fs::read_to_string(&own).unwrap().ends_with(sandbox.ca_certificate().unwrap()));
    }
}
