//! Certificates, and what goes wrong in the handshake.

use super::*;

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
    assert!(hint.ends_with("set the file with its certificate: ca_file, or --ca-file"), "{hint}");
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
        "the certificate of 127.0.0.1 is the certificate of an authority, which a server must not use"
    );
    assert!(hint.starts_with("create a certificate for the server (basicConstraints CA:FALSE)"), "{hint}");
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
        assert_eq!(message, "127.0.0.1 offers only TLS versions that are no longer safe");
        assert_eq!(hint, "the server must offer TLS 1.2 or 1.3");
    }
    let (message, _) = tls_failure(answering_hello(vec![0x15, 3, 3, 0, 2, 2, 40]), &settings());
    assert_eq!(message, "127.0.0.1 and this program have no TLS version and cipher in common");
    for answer in ["HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", "220 mail.example ESMTP\r\n"] {
        let (message, hint) = tls_failure(answering_hello(answer.into()), &settings());
        assert_eq!(message, "127.0.0.1 does not speak TLS on this port");
        assert!(
            hint.starts_with("check the scheme and port of the address: the server there speaks plain HTTP"),
            "{hint}"
        );
    }
    // The reverse: plain HTTP to a server that expects TLS.
    let (port, _) = tls_server();
    let e = post(&http(&settings()), &local(port), b"x").unwrap_err();
    assert_eq!((e.delivery, e.not_http), (Delivery::Unknown, true), "{e}");
    assert_eq!(
        e.hint(),
        Some(
            "check the scheme, host and port of the address: the server there is not a web server, or requires \
             https://"
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
        ("", "contains no certificate (expected -----BEGIN CERTIFICATE-----)"),
        ("not a certificate", "contains no certificate (expected -----BEGIN CERTIFICATE-----)"),
        ("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n", "is not a PEM file"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "contains something that is not a certificate",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "contains a private key, which does not belong there",
        ),
        (&pem[..pem.len() / 2], "is not a PEM file"),
        (&damaged, "contains something that is not a certificate"),
    ] {
        let file = TempFile::new(content.as_bytes());
        let e = Http::new(&HttpSettings { ca_file: Some(file.0.clone()), ..settings() }).unwrap_err();
        assert_eq!(e.to_string(), format!("the CA file {} {message}", file.0.display()), "{content}");
    }
    let e =
        Http::new(&HttpSettings { ca_file: Some("/no/such/roots.pem".into()), ..settings() }).unwrap_err();
    assert_eq!(e.to_string(), "the CA file /no/such/roots.pem cannot be read");
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
