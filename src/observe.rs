//! Observers of calls: they see what was sent, what came back and what deviated from the contract, without passwords.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::redact::Redactor;
use crate::xml::Notice;

/// The name of one exchange, the same in events, errors and logs: `8f3a12c4-17`.
///
/// The part before the dash is drawn when the program starts, so that the logs of two runs are not confused; the part
/// behind counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExchangeId {
    run: u32,
    number: u32,
}

impl ExchangeId {
    /// Returns a new name, unique within this process for the first 4 billion.
    pub fn next() -> ExchangeId {
        static RUN: LazyLock<u32> = LazyLock::new(|| fastrand::u32(..));
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        ExchangeId { run: *RUN, number: NUMBER.fetch_add(1, Ordering::Relaxed) }
    }
}

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-{}", self.run, self.number)
    }
}

impl fmt::Debug for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Is told about requests and answers. Called on the thread of the call, which waits: return quickly.
///
/// [`LastExchange`] is one that keeps the last exchange.
pub trait Observer: Send + Sync {
    /// A request is about to be sent.
    fn on_request(&self, event: &RequestEvent<'_>) {
        let _ = event;
    }

    /// An answer came, or the attempt failed.
    fn on_response(&self, event: &ResponseEvent<'_>) {
        let _ = event;
    }

    /// A message deviates from the contract in a way that was tolerated.
    fn on_notice(&self, event: &NoticeEvent<'_>) {
        let _ = event;
    }
}

/// A request that is about to be sent.
#[derive(Debug)]
#[non_exhaustive]
pub struct RequestEvent<'a> {
    /// The operation.
    pub operation: &'a str,
    /// The name of the exchange.
    pub exchange: ExchangeId,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// Address of the service.
    pub url: &'a str,
    /// The body.
    pub body: SafeBody<'a>,
}

impl<'a> RequestEvent<'a> {
    /// Creates the event for a body as sent; passwords are masked when it is read.
    pub fn new(
        operation: &'a str,
        exchange: ExchangeId,
        attempt: u32,
        url: &'a str,
        body: &'a [u8],
        redactor: &'a Redactor,
    ) -> Self {
        RequestEvent { operation, exchange, attempt, url, body: SafeBody::new(body, redactor) }
    }
}

/// The result of a request.
#[derive(Debug)]
#[non_exhaustive]
pub struct ResponseEvent<'a> {
    /// The operation.
    pub operation: &'a str,
    /// The name of the exchange.
    pub exchange: ExchangeId,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// Where the request went.
    pub url: &'a str,
    /// The HTTP status; `None` if no answer arrived.
    pub status: Option<u16>,
    /// The time since the attempt began.
    pub elapsed: Duration,
    /// The body as far as it was kept; `None` if no answer arrived, or it is read row by row.
    pub body: Option<SafeBody<'a>>,
    /// Why the answer is missing or incomplete.
    pub failure: Option<&'a str>,
}

impl<'a> ResponseEvent<'a> {
    /// Creates the event for a request, without an answer yet.
    pub fn new(request: &RequestEvent<'a>, elapsed: Duration) -> Self {
        let RequestEvent { operation, exchange, attempt, url, .. } = *request;
        ResponseEvent { operation, exchange, attempt, url, status: None, elapsed, body: None, failure: None }
    }

    /// Sets the HTTP status of the answer.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets the body as received; passwords are masked when it is read.
    pub fn with_body(mut self, body: &'a [u8], redactor: &'a Redactor) -> Self {
        self.body = Some(SafeBody::new(body, redactor));
        self
    }

    /// Sets what went wrong.
    pub fn with_failure(mut self, failure: &'a str) -> Self {
        self.failure = Some(failure);
        self
    }
}

/// A body that can only be seen with masked passwords. They are masked when the body is read.
pub struct SafeBody<'a> {
    raw: &'a [u8],
    redactor: &'a Redactor,
    safe: OnceCell<Cow<'a, [u8]>>,
}

impl<'a> SafeBody<'a> {
    /// Keeps the bytes; passwords are masked when they are read.
    pub fn new(raw: &'a [u8], redactor: &'a Redactor) -> SafeBody<'a> {
        SafeBody { raw, redactor, safe: OnceCell::new() }
    }

    /// Returns the bytes, with `***` for every password.
    pub fn bytes(&self) -> &[u8] {
        self.safe.get_or_init(|| self.redactor.bytes(self.raw))
    }

    /// Returns the bytes as text, with `***` for every password. Bytes that are not UTF-8 are shown decoded, as
    /// [`redact`](crate::redact) describes.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes())
    }

    /// Returns whether the body is UTF-8 text, so that [`bytes`](Self::bytes) represents it completely.
    pub fn is_text(&self) -> bool {
        str::from_utf8(self.raw).is_ok_and(|text| !text.contains('\0'))
    }

    /// Returns the number of bytes sent or received.
    pub fn len(&self) -> usize {
        self.raw.len()
    }

    /// Returns whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }
}

impl fmt::Debug for SafeBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SafeBody({} bytes)", self.len())
    }
}

/// A deviation from the contract in one exchange.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct NoticeEvent<'a> {
    /// The operation.
    pub operation: &'a str,
    /// The name of the exchange.
    pub exchange: ExchangeId,
    /// The deviation.
    pub notice: &'a Notice,
}

impl<'a> NoticeEvent<'a> {
    /// Creates the event for a notice.
    pub fn new(operation: &'a str, exchange: ExchangeId, notice: &'a Notice) -> Self {
        NoticeEvent { operation, exchange, notice }
    }
}

/// An observer that keeps the last exchange, to inspect after a failure.
///
/// Bodies are kept without passwords, each up to a limit. They hold personal data all the same.
pub struct LastExchange {
    limit: usize,
    kept: Mutex<Option<ObservedExchange>>,
}

/// What [`LastExchange`] keeps.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObservedExchange {
    /// The operation.
    pub operation: String,
    /// The name of the exchange.
    pub exchange: ExchangeId,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// Where it went.
    pub url: String,
    /// The request, without passwords, up to the limit.
    pub request: Vec<u8>,
    /// The HTTP status, if an answer arrived.
    pub status: Option<u16>,
    /// The answer, without passwords, up to the limit, if it arrived and was kept.
    pub response: Option<Vec<u8>>,
    /// The time from the request to the answer or failure.
    pub elapsed: Option<Duration>,
    /// What went wrong, if anything did.
    pub failure: Option<String>,
}

impl fmt::Debug for ObservedExchange {
    /// Shows the lengths of the bodies.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("operation", &self.operation)
            .field("exchange", &self.exchange)
            .field("attempt", &self.attempt)
            .field("url", &self.url)
            .field("request", &self.request.len())
            .field("status", &self.status)
            .field("response", &self.response.as_ref().map(Vec::len))
            .field("elapsed", &self.elapsed)
            .field("failure", &self.failure)
            .finish()
    }
}

impl LastExchange {
    /// Keeps up to 1 MiB of each body.
    pub fn new() -> LastExchange {
        LastExchange::with_limit(1 << 20)
    }

    /// Keeps up to this many bytes of each body.
    pub fn with_limit(limit: usize) -> LastExchange {
        LastExchange { limit, kept: Mutex::new(None) }
    }

    /// Returns the last exchange, if there was one. Its answer may still be missing.
    pub fn get(&self) -> Option<ObservedExchange> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<ObservedExchange>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cut(&self, body: &SafeBody<'_>) -> Vec<u8> {
        // Masked first: half of a password would not be recognised.
        let safe = body.bytes();
        safe[..safe.len().min(self.limit)].to_vec()
    }
}

impl Default for LastExchange {
    fn default() -> LastExchange {
        LastExchange::new()
    }
}

impl fmt::Debug for LastExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LastExchange").field(&self.get()).finish()
    }
}

impl Observer for LastExchange {
    fn on_request(&self, event: &RequestEvent<'_>) {
        *self.lock() = Some(ObservedExchange {
            operation: event.operation.to_owned(),
            exchange: event.exchange,
            attempt: event.attempt,
            url: event.url.to_owned(),
            request: self.cut(&event.body),
            status: None,
            response: None,
            elapsed: None,
            failure: None,
        });
    }

    fn on_response(&self, event: &ResponseEvent<'_>) {
        let response = event.body.as_ref().map(|body| self.cut(body));
        // Another thread may have begun the next exchange since.
        if let Some(kept) = self.lock().as_mut().filter(|kept| kept.exchange == event.exchange) {
            kept.status = event.status;
            kept.response = response;
            kept.elapsed = Some(event.elapsed);
            kept.failure = event.failure.map(str::to_owned);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_exchanges_differ() {
        let (a, b) = (ExchangeId::next(), ExchangeId::next());
        assert_ne!(a, b);
        let (a, b) = (a.to_string(), b.to_string());
        assert_eq!(a.split('-').next(), b.split('-').next());
        assert!(a.len() >= 10 && a.len() < 20, "{a}");
    }

    #[test]
    fn bodies_are_made_safe_when_looked_at() {
        let id = ExchangeId::next();
        let redactor = Redactor::default();
        let request = RequestEvent::new("Op", id, 1, "https://x", b"<Password>canary</Password>", &redactor);
        assert!(request.body.safe.get().is_none());
        assert!(!format!("{request:?}").contains("canary"));
        assert_eq!(request.body.text(), "<Password>***</Password>");
        assert_eq!(request.body.len(), 27);
    }

    #[test]
    fn keeps_the_last_exchange() {
        let last = LastExchange::with_limit(20);
        assert_eq!(last.get(), None);
        let redactor = Redactor::default();
        let begin = |attempt, body| {
            RequestEvent::new("Op", ExchangeId::next(), attempt, "https://x", body, &redactor)
        };
        let first = begin(1, b"<Password>canary</Password>");
        last.on_request(&first);
        assert_eq!(last.get().unwrap().request, b"<Password>***</Passw");
        let answer = ResponseEvent::new(&first, Duration::from_millis(7))
            .with_status(500)
            .with_body(b"<a/>", &redactor);
        last.on_response(&answer);
        let kept = last.get().unwrap();
        assert_eq!((kept.status, kept.response.as_deref()), (Some(500), Some(&b"<a/>"[..])));
        assert_eq!(kept.elapsed, Some(Duration::from_millis(7)));
        let second = begin(2, b"");
        last.on_request(&second);
        // Late, and of another exchange.
        last.on_response(&answer);
        assert_eq!(last.get().unwrap().status, None);
        last.on_response(&ResponseEvent::new(&second, Duration::ZERO).with_failure("refused"));
        assert_eq!(last.get().unwrap().failure.as_deref(), Some("refused"));
        assert!(!format!("{last:?}").contains("canary"));
    }
}
