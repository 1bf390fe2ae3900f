//! What a ureq error means for a request, as a message with a hint if one is known.

use std::io::ErrorKind;
use std::path::Path;

use ureq::http::Uri;

use super::proxy::ConfiguredProxy;
use super::{Delivery, Phase, TransportFailure, in_words, tls_words};

/// The endpoints of a request, and how far it went.
pub(super) struct Ends<'a> {
    pub uri: &'a Uri,
    /// The proxy in between.
    pub via: Option<&'a ConfiguredProxy>,
    pub ca_file: Option<&'a Path>,
    /// Whether the body was started, which decides about delivery.
    pub started: bool,
}

impl Ends<'_> {
    /// Decides about the message, the phase, and whether a retry is useful.
    pub fn failure(&self, error: ureq::Error) -> TransportFailure {
        use ureq::Error as E;
        let host = self.uri.host().unwrap_or_default();
        if !self.started
            && let Some(tls) = tls_words::inside(&error)
        {
            // Certificates and versions do not change between two attempts.
            let words = tls_words::words(tls, host, self.ca_file);
            let failure = TransportFailure { hint: words.hint, ..self.failed(words.message) };
            return failure.with_permanent().with_source(error);
        }
        let failure = match &error {
            // Resolve and Connect come before the body is read, most other phases after.
            E::Timeout(at) => self.timeout(*at, host),
            // The name server does not know the host. (An unreachable name server is an Io error.)
            E::HostNotFound => self.host_not_found(host),
            // Before the body: refused, unreachable, a failed look-up, an interrupted handshake. After: closed without an
            // answer.
            E::Io(io) if self.started => self.failed(format!("no answer from {host}: {}", in_words(io))),
            E::Io(io) => match self.via {
                Some(proxy) if io.kind() == ErrorKind::ConnectionRefused => self
                    .failed(format!("{proxy} refused the connection"))
                    .with_hint(format!("check {}, and whether the proxy is running", proxy.source())),
                via => {
                    let failure =
                        self.failed(format!("no connection to {}: {}", self.far_end(host), in_words(io)));
                    match via {
                        Some(proxy) => failure.with_hint(format!("check {} and the network", proxy.source())),
                        None => failure,
                    }
                }
            },
            // The handshake failed, and rustls gives no reason.
            E::Tls(tls) if !self.started => {
                self.failed(format!("no trusted connection to {host}: {tls}")).with_permanent()
            }
            #[cfg(feature = "native-tls")]
            E::NativeTls(tls) if !self.started => {
                self.failed(format!("no trusted connection to {host}: {tls}")).with_permanent()
            }
            #[cfg(feature = "native-tls")]
            E::NativeTls(tls) => self.failed(format!("the connection to {host} broke: {tls}")),
            // The TLS connection broke after the handshake: damaged or truncated records.
            E::Rustls(tls) => self.failed(format!("the connection to {host} broke: {tls}")),
            E::Tls(tls) => self.failed(format!("the connection to {host} broke: {tls}")),
            // The library rejects a root certificate.
            #[cfg(feature = "native-tls")]
            E::Der(_) => self.failed("a trusted certificate cannot be used").with_permanent(),
            E::Pem(_) => self.failed("a trusted certificate cannot be used").with_permanent(),
            // The address has https, but the connection is not encrypted.
            E::TlsRequired => self.failed(format!("no TLS connection to {host}")).with_permanent(),
            // The proxy refuses (403), requires a login (407), or does not reach the host (502).
            E::ConnectProxyFailed(why) => self.proxy_failed(why, host),
            E::InvalidProxyUrl => self.failed("the address of the proxy is invalid").with_permanent(),
            // No connector reports a reason, for example if a proxy cannot be used.
            E::ConnectionFailed => self.failed(format!("no connection to {}", self.far_end(host))),
            // The headers or the address are not valid in HTTP; found before connecting.
            E::Http(_) | E::BadUri(_) | E::RequireHttpsOnly(_) => {
                self.failed("the request cannot be formed").with_permanent()
            }
            // The answer, or before the body that of the proxy, is not HTTP; or we use the library wrongly.
            E::Protocol(why) => self.not_http(why, host),
            E::LargeResponseHeader(..) => {
                self.failed(format!("the headers of the answer from {host} are too large")).with_not_http()
            }
            // Cannot happen, since our own reader reads the body; it would happen after sending.
            E::Decompress(..) => {
                self.failed(format!("the answer from {host} is not compressed as it says")).with_not_http()
            }
            // Cannot happen: the request has the length of its body.
            E::BodyExceedsLimit(_) => self.failed("the request is longer than its Content-Length"),
            // Switched off in the agent: a status is not an error, and redirects are not followed.
            E::StatusCode(status) => self.failed(format!("HTTP {status} from {host}")),
            E::RedirectFailed | E::TooManyRedirects => self.failed(format!("{host} answers with a redirect")),
            // The catch-all errors of ureq.
            E::Other(_) | E::BodyStalled => self.failed(format!("no answer from {host}")),
            // Errors of features that are not used (JSON, cookies), and of later versions.
            _ => self.failed(format!("no answer from {host}: {error}")),
        };
        failure.with_source(error)
    }

    fn failed(&self, message: impl Into<String>) -> TransportFailure {
        let delivery = if self.started { Delivery::Unknown } else { Delivery::NotSent };
        TransportFailure::new(delivery, message)
    }

    /// The host, and the proxy that leads to it.
    fn far_end(&self, host: &str) -> String {
        match self.via {
            Some(proxy) => format!("{host} through {proxy}"),
            None => host.to_owned(),
        }
    }

    fn timeout(&self, at: ureq::Timeout, host: &str) -> TransportFailure {
        let reading = if self.started { Phase::ReceiveAnswer } else { Phase::Connect };
        let phase = phase(at, reading);
        let message = match phase {
            Phase::Resolve | Phase::Connect => format!("no connection to {}", self.far_end(host)),
            Phase::SendRequest | Phase::SendBody => format!("{host} did not accept the request"),
            Phase::ReceiveAnswer | Phase::ReceiveBody | Phase::Call => format!("no answer from {host}"),
        };
        self.failed(message).with_timeout(phase)
    }

    fn host_not_found(&self, host: &str) -> TransportFailure {
        match self.via {
            // The proxy looks up the host of the service.
            Some(named) if !named.proxy.resolve_target() => self
                .failed(format!("host {} not found: {named}", named.proxy.host()))
                .with_hint(format!("check {}", named.source())),
            _ => self.failed(format!("host {host} not found")).with_hint(
                "check the host in the address, and whether this machine can reach its name server",
            ),
        }
    }

    fn proxy_failed(&self, why: &str, host: &str) -> TransportFailure {
        let Some(proxy) = self.via else {
            return self.failed(format!("the proxy does not connect to {host}: {why}"));
        };
        let source = proxy.source();
        // ureq reports only the status: `proxy server responded 407/407`.
        let status = why.rsplit([' ', '/']).next().and_then(|text| text.parse::<u16>().ok());
        let new = |what: String| self.failed(format!("{proxy} does not connect to {host}: {what}"));
        match status {
            Some(407) if proxy.proxy.username().is_some() => {
                new("it rejected the login (407)".to_owned())
                    .with_hint(format!(
                        "check user and password in {source}; write special characters as %40"
                    ))
                    .with_permanent()
            }
            Some(407) => new("it requires a login (407)".to_owned())
                .with_hint(format!("set the login in {source}: http://USER:PASSWORD@HOST:PORT"))
                .with_permanent(),
            Some(403) => new("it does not permit this (403)".to_owned())
                .with_hint(format!(
                    "ask the proxy's operator to allow {host}, or add {host} to NO_PROXY to connect without the proxy"
                ))
                .with_permanent(),
            Some(status) => new(format!("it answered {status}")).with_hint(format!(
                "the proxy may be unable to reach the host; check {source} and the host in the address"
            )),
            None => new(why.to_owned()),
        }
    }

    fn not_http(&self, why: &dyn std::fmt::Display, host: &str) -> TransportFailure {
        if let Some(proxy) = self.via.filter(|_| !self.started) {
            let failure = self.failed(format!("{proxy} does not speak HTTP: {why}")).with_not_http();
            return failure.with_hint(format!("check {}", proxy.source()));
        }
        let hint = match self.uri.scheme_str() {
            Some("http") => {
                "check the scheme, host and port of the address: the server there is not a web server, or requires \
                 https://"
            }
            _ => "check the host and port of the address: the server there is not a web server",
        };
        self.failed(format!("{host} does not speak HTTP: {why}")).with_not_http().with_hint(hint)
    }
}

pub(super) fn phase(at: ureq::Timeout, reading: Phase) -> Phase {
    match at {
        ureq::Timeout::Resolve => Phase::Resolve,
        ureq::Timeout::Connect => Phase::Connect,
        ureq::Timeout::SendRequest => Phase::SendRequest,
        ureq::Timeout::SendBody => Phase::SendBody,
        ureq::Timeout::RecvResponse => Phase::ReceiveAnswer,
        ureq::Timeout::RecvBody => Phase::ReceiveBody,
        // The limit for silence; before the headers of the answer it is the wait for them.
        ureq::Timeout::PerRead => reading,
        ureq::Timeout::Global | ureq::Timeout::PerCall => Phase::Call,
        // PerWrite and Await100 are not set; a timeout that ureq adds later is at least part of the call.
        _ => Phase::Call,
    }
}
