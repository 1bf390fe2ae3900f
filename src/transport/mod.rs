//! The way to the warehouse and back: bytes out, bytes in. Nothing here knows SOAP.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io::{self, Read};
use std::time::Duration;

use crate::redact::Redactor;

mod address;
mod http;
mod http_failure;
mod look_up;
mod proxy;
mod replay;
mod silence;
mod timeouts;
mod tls_words;

pub use address::shown_address;
pub use http::{Http, HttpSettings, Tls};
pub use proxy::{ProxyRoute, ProxySetting};
pub use replay::{Replay, ReplayedRequest};
pub use timeouts::Timeouts;

/// Sends a request and returns the answer, or a failure that says what happened to the request.
///
/// [`Http`] sends requests over the network; [`Replay`] returns recorded answers in tests.
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends one request, once. An HTTP status of any kind is an answer, not a failure.
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure>;
}

/// One request, sent by `POST`.
#[derive(Clone, Copy)]
pub struct HttpRequest<'a> {
    /// The whole address, `https://..`.
    pub url: &'a str,
    /// The name of the operation, for logs and recordings. It is not sent.
    pub operation: &'a str,
    /// Headers, beside those that every request has.
    pub headers: &'a [(&'a str, String)],
    /// The body, which contains the password.
    pub body: &'a [u8],
    /// How long the exchange may last, with reading the answer to its end; `None` for as long as each phase may.
    pub deadline: Option<Duration>,
}

impl fmt::Debug for HttpRequest<'_> {
    /// Shows neither headers nor body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("url", &shown_address(self.url))
            .field("operation", &self.operation)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An HTTP answer, its body still to be read.
pub struct HttpAnswer {
    /// The HTTP status, of any kind.
    pub status: u16,
    /// The headers, as received.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed, of any size: whoever reads it sets the limit. A read error that is a timeout says its
    /// phase through [`phase_of`].
    pub body: Box<dyn Read + Send>,
}

impl HttpAnswer {
    /// The first header of that name, compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpAnswer")
            .field("status", &self.status)
            .field("content_type", &self.header("content-type"))
            .finish_non_exhaustive()
    }
}

/// Whether a request that failed can have reached the warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Delivery {
    /// Not a byte of the body left this machine: nothing was done.
    NotSent,
    /// The body was sent, in part or whole: it may have been carried out.
    Unknown,
}

/// The part of a call that timed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Looking up the name of the host.
    Resolve,
    /// Connecting, with the TLS handshake and the way through a proxy.
    Connect,
    /// Sending the headers of the request.
    SendRequest,
    /// Sending the body of the request.
    SendBody,
    /// Waiting for the headers of the answer.
    ReceiveAnswer,
    /// Reading the body of the answer.
    ReceiveBody,
    /// The call as a whole.
    Call,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Resolve => "looking up the host",
            Phase::Connect => "connecting",
            Phase::SendRequest => "sending the request",
            Phase::SendBody => "sending the body",
            Phase::ReceiveAnswer => "waiting for the answer",
            Phase::ReceiveBody => "reading the answer",
            Phase::Call => "the whole call",
        })
    }
}

/// A request without an answer, or with an incomplete one.
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportFailure {
    /// Whether the request may have reached the warehouse.
    pub delivery: Delivery,
    /// Returns the phase that timed out, if that was the reason.
    pub timeout: Option<Phase>,
    /// Returns whether the same request will fail again, because a setting, an address or a certificate is wrong.
    pub permanent: bool,
    /// Whether something came back that is not HTTP, or not compressed as it says.
    pub not_http: bool,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportFailure {
    /// Creates a failure from a message: what went wrong, in lower case, without a full stop and without a password.
    pub fn new(delivery: Delivery, message: impl Into<String>) -> TransportFailure {
        TransportFailure {
            delivery,
            timeout: None,
            permanent: false,
            not_http: false,
            message: message.into(),
            hint: None,
            source: None,
        }
    }

    /// Returns the failure with masked passwords in its message. A cause whose text would show one is dropped.
    pub(crate) fn redacted(mut self, redactor: &Redactor) -> TransportFailure {
        self.message = redactor.text(&self.message).into_owned();
        self.hint = self.hint.map(|hint| redactor.text(&hint).into_owned());
        self.source =
            self.source.filter(|source| matches!(redactor.text(&source.to_string()), Cow::Borrowed(_)));
        self
    }

    /// Marks it as a timeout in this phase.
    pub fn with_timeout(mut self, phase: Phase) -> TransportFailure {
        self.timeout = Some(phase);
        self
    }

    /// Marks it as permanent: retrying is useless.
    pub fn with_permanent(mut self) -> TransportFailure {
        self.permanent = true;
        self
    }

    /// Marks it as an answer that is not HTTP.
    pub fn with_not_http(mut self) -> TransportFailure {
        self.not_http = true;
        self
    }

    /// Adds what to do about it.
    pub fn with_hint(mut self, hint: impl Into<String>) -> TransportFailure {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the error that caused this one.
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> TransportFailure {
        self.source = Some(source.into());
        self
    }

    /// The failure for a read error in an answer's body. The request was sent.
    pub fn from_body(error: io::Error) -> TransportFailure {
        let failure = match phase_of(&error) {
            Some(phase) => TransportFailure::new(Delivery::Unknown, "the answer stopped in the middle")
                .with_timeout(phase),
            None => {
                let not_http = error.kind() == io::ErrorKind::InvalidData;
                let what = format!("the answer broke off: {}", in_words(&error));
                TransportFailure { not_http, ..TransportFailure::new(Delivery::Unknown, what) }
            }
        };
        failure.with_source(error)
    }

    /// Adds the place in the answer.
    pub(crate) fn at(mut self, place: &str) -> TransportFailure {
        self.message = format!("{} {place}", self.message);
        self
    }

    /// What went wrong, without the consequence for the request.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, if known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for TransportFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(phase) = self.timeout {
            write!(f, " (timeout: {phase})")?;
        }
        match self.delivery {
            Delivery::NotSent => f.write_str("; nothing was sent"),
            // The consequence depends on the operation, which is not known here.
            Delivery::Unknown => Ok(()),
        }
    }
}

impl Error for TransportFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|e| e as _)
    }
}

/// The phase that timed out, if that is why reading an answer's body failed.
pub fn phase_of(error: &io::Error) -> Option<Phase> {
    error.get_ref()?.downcast_ref::<BodyTimeout>().map(|timeout| timeout.0)
}

/// The error of a body that took too long.
pub(crate) fn timed_out(phase: Phase) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, BodyTimeout(phase))
}

/// The error inside the `io::Error` of a body that took too long.
#[derive(Debug)]
struct BodyTimeout(Phase);

impl fmt::Display for BodyTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "timeout: {}", self.0)
    }
}

impl Error for BodyTimeout {}

/// Describes an I/O error for users.
fn in_words(error: &io::Error) -> String {
    use io::ErrorKind as K;
    match error.kind() {
        K::ConnectionRefused => "the host refused the connection".into(),
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::UnexpectedEof | K::NotConnected => {
            "the server closed the connection".into()
        }
        K::HostUnreachable | K::NetworkUnreachable | K::NetworkDown => "the host is unreachable".into(),
        K::TimedOut => "the connection timed out".into(),
        K::PermissionDenied => "the operating system forbids the connection".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_speak_plainly() {
        let e = TransportFailure::new(Delivery::NotSent, "no connection to wms.example");
        assert_eq!(e.to_string(), "no connection to wms.example; nothing was sent");
        let e = TransportFailure::new(Delivery::Unknown, "no answer").with_timeout(Phase::ReceiveAnswer);
        assert_eq!(e.to_string(), "no answer (timeout: waiting for the answer)");
        let e = TransportFailure::from_body(timed_out(Phase::Call));
        assert_eq!((e.timeout, e.delivery), (Some(Phase::Call), Delivery::Unknown));
        let e = TransportFailure::from_body(io::ErrorKind::UnexpectedEof.into());
        assert_eq!(e.message(), "the answer broke off: the server closed the connection");
        assert!(e.source().is_some() && e.timeout.is_none());
    }

    #[test]
    fn debug_shows_neither_headers_nor_body() {
        let headers = [("Authorization", "canary".to_owned())];
        let request = HttpRequest {
            url: "https://x",
            operation: "Op",
            headers: &headers,
            body: b"canary",
            deadline: None,
        };
        assert!(!format!("{request:?}").contains("canary"));
        let answer = HttpAnswer {
            status: 200,
            headers: vec![("Set-Cookie".into(), "canary".into()), ("Content-Type".into(), "text/xml".into())],
            body: Box::new(io::empty()),
        };
        assert!(!format!("{answer:?}").contains("canary"));
        assert_eq!(answer.header("CONTENT-TYPE"), Some("text/xml"));
        assert_eq!(answer.header("Content"), None);
    }
}
