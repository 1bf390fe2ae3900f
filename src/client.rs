//! The client: a call is render -> send -> read.

mod builder;

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tracing::{debug, info_span, trace, warn};

pub use builder::ClientBuilder;

use crate::credentials::{Credentials, GoodsOwner};
use crate::envelope::{self, Content, SoapVersion};
use crate::error::{
    Context, Error, FaultError, RefusedError, RequestError, ResponseError, StatusError, TransportError,
};
use crate::fault::Fault;
use crate::observe::{ExchangeId, NoticeEvent, Observer, RequestEvent, ResponseEvent};
use crate::operation::{Effect, Operation};
use crate::redact::{redact, redact_secret, redact_text};
use crate::retry::{Attempt, Happened, RetryPolicy};
use crate::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};
use crate::xml::write::Login;
use crate::xml::{Element, NoticeKind, Notices, ReadError};

/// Longest body that an error keeps.
const KEPT: usize = 1 << 20;

/// A client of one warehouse system. Cheap to clone; clones share connections and settings.
///
/// Writes of one goods owner go one at a time, as the service handles them anyway.
#[derive(Clone)]
pub struct Client {
    settings: Arc<Settings>,
    credentials: Option<Arc<Credentials>>,
}

/// What all clones share.
struct Settings {
    url: String,
    version: SoapVersion,
    strict: bool,
    max_answer_bytes: u64,
    retry: RetryPolicy,
    transport: Arc<dyn Transport>,
    observers: Vec<Arc<dyn Observer>>,
    lanes: Mutex<HashMap<GoodsOwner, Arc<Mutex<()>>>>,
}

/// A request as it would be sent. Its text holds the password: show [`redacted`](Envelope::redacted) only.
#[derive(Clone)]
pub struct Envelope {
    /// Headers that belong to the envelope.
    pub headers: Vec<(&'static str, String)>,
    text: String,
    notices: Notices,
}

impl Envelope {
    /// The envelope as it is sent, password included. Never log what this returns.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The envelope with `***` for the password.
    pub fn redacted(&self) -> String {
        redact_text(&self.text)
    }

    /// What is odd about the request and will be sent all the same: texts over their length.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }
}

impl std::fmt::Debug for Envelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Envelope({} bytes)", self.text.len())
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("url", &self.settings.url)
            .field("credentials", &self.credentials)
            .finish()
    }
}

impl Client {
    /// Begins a client for the address of a warehouse's service:
    /// `https://api.ongoingsystems.se/<warehouse>/service.asmx`.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    /// The address of the service.
    pub fn url(&self) -> &str {
        &self.settings.url
    }

    /// The credentials, where there are any.
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_deref()
    }

    /// The same client for another goods owner of the same user. Code and id are replaced together, so that they
    /// never belong to two goods owners.
    pub fn for_goods_owner(&self, goods_owner: GoodsOwner) -> Client {
        let credentials = self.credentials.as_deref().cloned().unwrap_or_else(|| Credentials::new("", ""));
        Client {
            settings: Arc::clone(&self.settings),
            credentials: Some(Arc::new(credentials.goods_owner(goods_owner))),
        }
    }

    /// Calls an operation. An answer in which the service refuses is an error.
    ///
    /// # Errors
    /// See [`Error`]: what happened to the request is in its `outcome()`.
    pub fn call<O: Operation>(&self, operation: O) -> Result<O::Response, Error> {
        self.call_ref(&operation)
    }

    /// As [`call`](Self::call), by reference, for a request that is needed afterwards.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_ref<O: Operation>(&self, operation: &O) -> Result<O::Response, Error> {
        let (response, context) = self.exchange(operation)?;
        match O::refusal(&response) {
            None => Ok(response),
            Some(mut refusal) => {
                refusal.message = self.safe(&refusal.message);
                Err(Error::Refused(RefusedError(Box::new((context, refusal, Box::new(response))))))
            }
        }
    }

    /// Calls an operation and gives its answer as it is, refusal or not.
    ///
    /// # Errors
    /// As [`call`](Self::call), but never [`Error::Refused`].
    pub fn call_unchecked<O: Operation>(&self, operation: O) -> Result<O::Response, Error> {
        self.exchange(&operation).map(|(response, _)| response)
    }

    /// The envelope that [`call`](Self::call) would send. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Request`] where the request may not be sent.
    pub fn render<O: Operation>(&self, operation: &O) -> Result<Envelope, Error> {
        let version = self.settings.version;
        let login = self.credentials.as_deref().map(login).unwrap_or_default();
        match envelope::request(version, operation, login) {
            Ok((text, notices)) => Ok(Envelope { headers: version.headers(O::INFO.action), text, notices }),
            Err(wrong) => {
                let context = Context::new(O::INFO.name, O::INFO.effect);
                Err(Error::Request(RequestError(Box::new((context, wrong)))))
            }
        }
    }

    /// Sends a request, again where that is safe, and reads the answer.
    pub(crate) fn exchange<O: Operation>(&self, operation: &O) -> Result<(O::Response, Context), Error> {
        let envelope = self.render(operation)?;
        let lane = (O::INFO.effect == Effect::Write).then(|| self.lane());
        let _turn = lane.as_ref().map(|lane| lane.lock().unwrap_or_else(PoisonError::into_inner));
        let id = ExchangeId::next();
        let span = info_span!("call", operation = O::INFO.name, exchange = %id);
        let _entered = span.enter();
        self.notice(O::INFO.name, id, &envelope.notices);
        let started = Instant::now();
        let mut number = 1;
        loop {
            let failed = match self.attempt::<O>(&envelope, id, number) {
                Ok(done) => return Ok(done),
                Err(failed) => failed,
            };
            let Some(wait) = self.wait(O::INFO.effect, &failed, number, started) else {
                return Err(failed.error);
            };
            debug!(number, ?wait, error = %failed.error, "trying again");
            thread::sleep(wait);
            number += 1;
        }
    }

    /// How long to wait before trying again; `None` to give up.
    fn wait(&self, effect: Effect, failed: &Failed, number: u32, started: Instant) -> Option<Duration> {
        let happened = match &failed.error {
            Error::Transport(error) => Happened::Failed(&error.0.1),
            Error::Status(_) => Happened::Status {
                status: failed.error.status().unwrap_or_default(),
                retry_after: failed.retry_after.as_deref(),
            },
            Error::Request(_) | Error::Response(_) | Error::Fault(_) | Error::Refused(_) => return None,
        };
        self.settings.retry.next(&Attempt {
            read: effect == Effect::Read,
            number,
            happened,
            elapsed: started.elapsed(),
            left: None,
            now: SystemTime::now(),
            random: fastrand::f64(),
        })
    }

    /// Sends once and reads the answer.
    fn attempt<O: Operation>(
        &self,
        envelope: &Envelope,
        id: ExchangeId,
        number: u32,
    ) -> Result<(O::Response, Context), Failed> {
        let (name, body) = (O::INFO.name, envelope.text.as_bytes());
        let mut context = Context { exchange: Some(id), ..Context::new(name, O::INFO.effect) };
        let sent = RequestEvent::new(name, id, number, &self.settings.url, body);
        trace!(body = %sent.body.text(), "request");
        self.observe(|observer| observer.on_request(&sent));
        let begun = Instant::now();
        let request =
            HttpRequest { url: &self.settings.url, operation: name, headers: &envelope.headers, body };
        let answer = self.settings.transport.send(&request).and_then(|answer| self.receive(answer));
        let event = ResponseEvent::new(&sent, begun.elapsed());
        let answer = match answer {
            Ok(answer) => answer,
            Err(failure) => {
                let text = failure.to_string();
                let event = event.with_failure(&text);
                self.observe(|observer| observer.on_response(&event));
                return Err(Error::Transport(TransportError(Box::new((context, failure)))).into());
            }
        };
        let event = event.with_status(answer.status).with_body(&answer.body);
        debug!(status = answer.status, bytes = answer.body.len(), elapsed = ?event.elapsed, "answered");
        trace!(body = %self.safe(&String::from_utf8_lossy(&redact(&answer.body))), "answer");
        self.observe(|observer| observer.on_response(&event));
        context.status = Some(answer.status);
        context.length = answer.body.len();
        let read = self.read::<O>(&answer, id);
        read.map_err(|wrong| {
            let body = String::from_utf8_lossy(&answer.body[..answer.body.len().min(KEPT)]).into_owned();
            context.body = self.safe(&String::from_utf8_lossy(&redact(body.as_bytes()))).into_bytes();
            Failed { error: wrong.with(context), retry_after: answer.retry_after.clone() }
        })
        .map(|response| {
            // A refusal keeps the answer itself; its body is not needed besides.
            let context = Context {
                exchange: Some(id),
                status: Some(answer.status),
                length: answer.body.len(),
                ..Context::new(name, O::INFO.effect)
            };
            (response, context)
        })
    }

    /// Takes in the body, up to the limit.
    fn receive(&self, answer: HttpAnswer) -> Result<Received, TransportFailure> {
        let retry_after = answer.header("Retry-After").map(str::to_owned);
        let mut body = Vec::new();
        let limit = self.settings.max_answer_bytes;
        answer
            .body
            .take(limit.saturating_add(1))
            .read_to_end(&mut body)
            .map_err(TransportFailure::from_body)?;
        Ok(Received { status: answer.status, retry_after, body })
    }

    /// Makes the answer of its body, or says what it is instead.
    fn read<O: Operation>(&self, answer: &Received, id: ExchangeId) -> Result<O::Response, Wrong> {
        let limit = self.settings.max_answer_bytes;
        if answer.body.len() as u64 > limit {
            let text =
                format!("longer than the limit of {limit} bytes; ask for less at a time, or raise the limit");
            return Err(Wrong::Response(envelope::unexpected(text)));
        }
        let text = match str::from_utf8(&answer.body) {
            Ok(text) => text,
            Err(_) if !answer.body.starts_with(b"<") => return Err(Wrong::Status("no text".to_owned())),
            Err(error) => {
                let text = format!("not UTF-8 at byte {}", error.valid_up_to());
                return Err(Wrong::Response(envelope::unexpected(text)));
            }
        };
        if O::INFO.response.is_empty() && text.trim_ascii().is_empty() && (200..300).contains(&answer.status)
        {
            return O::read_response(&mut crate::xml::Reader::empty()?).map_err(Wrong::Response);
        }
        let Some(mut envelope) = envelope::open(text, O::INFO.namespace, self.settings.strict)? else {
            return Err(Wrong::Status(describe(text)));
        };
        match &envelope.content {
            Content::Element { namespace, name }
                if *name == O::INFO.response && *namespace == O::INFO.namespace => {}
            Content::Element { namespace, name } => {
                let text = format!("expected {}, found {{{namespace}}}{name}", O::INFO.response);
                return Err(Wrong::Response(envelope::unexpected(text)));
            }
            Content::Nothing => {
                return Err(Wrong::Response(envelope::unexpected("an empty Body".to_owned())));
            }
            Content::Fault(fault) => {
                return Err(Wrong::Fault(Fault {
                    reason: self.safe(&fault.reason),
                    detail: fault.detail.as_ref().and_then(|detail| self.safe_element(detail)),
                    ..(**fault).clone()
                }));
            }
        }
        let response = O::read_response(&mut envelope.reader)?;
        envelope.close()?;
        let notices = envelope.reader.notices();
        self.notice(O::INFO.name, id, notices);
        match notices.iter().find(|notice| is_absent_success(notice)) {
            Some(notice) => Err(Wrong::Response(ReadError::absent(&notice.path, "is missing"))),
            None => Ok(response),
        }
    }

    // ---- helpers -------------------------------------------------------------------------------------------

    /// The turn of this client's goods owner.
    fn lane(&self) -> Arc<Mutex<()>> {
        let owner =
            self.credentials.as_deref().map(|known| known.get_goods_owner().clone()).unwrap_or_default();
        let mut lanes = self.settings.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry(owner).or_default())
    }

    fn observe(&self, tell: impl Fn(&dyn Observer)) {
        for observer in &self.settings.observers {
            tell(observer.as_ref());
        }
    }

    fn notice(&self, operation: &'static str, id: ExchangeId, notices: &Notices) {
        for notice in notices.iter() {
            match notice.kind {
                NoticeKind::TooLong => warn!(%notice),
                _ => debug!(%notice),
            }
            self.observe(|observer| observer.on_notice(&NoticeEvent::new(operation, id, notice)));
        }
    }

    /// An element from the service without passwords.
    fn safe_element(&self, element: &Element) -> Option<Element> {
        Element::from_xml(&self.safe(&redact_text(&element.to_xml()))).ok()
    }

    /// A text from the service without our password, should the service repeat it.
    fn safe(&self, text: &str) -> String {
        match self.credentials.as_deref() {
            Some(known) => redact_secret(text, known.get_password()).into_owned(),
            None => text.to_owned(),
        }
    }
}

/// An HTTP answer taken in.
struct Received {
    status: u16,
    retry_after: Option<String>,
    body: Vec<u8>,
}

/// An attempt that failed, with what the server asks for before the next.
struct Failed {
    error: Error,
    retry_after: Option<String>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Failed { error, retry_after: None }
    }
}

/// What an answer is instead of the one that was asked for.
enum Wrong {
    Status(String),
    Response(Box<ReadError>),
    Fault(Fault),
}

impl From<Box<ReadError>> for Wrong {
    fn from(error: Box<ReadError>) -> Self {
        Wrong::Response(error)
    }
}

impl Wrong {
    fn with(self, context: Context) -> Error {
        match self {
            Wrong::Status(found) => Error::Status(StatusError(Box::new((context, found)))),
            Wrong::Response(error) => Error::Response(ResponseError(Box::new((context, *error)))),
            Wrong::Fault(fault) => Error::Fault(FaultError(Box::new((context, fault)))),
        }
    }
}

fn login(credentials: &Credentials) -> Login<'_> {
    let owner = credentials.get_goods_owner();
    Login {
        user_name: Some(credentials.get_user_name()).filter(|name| !name.is_empty()),
        password: Some(credentials.get_password().expose()).filter(|password| !password.is_empty()),
        goods_owner_code: owner.code.as_deref(),
        goods_owner_id: owner.id,
    }
}

/// `Success` of the result itself is missing: it must not be taken for "no".
fn is_absent_success(notice: &crate::xml::Notice) -> bool {
    notice.kind == NoticeKind::AbsentMember
        && notice.path.split_once('.').is_some_and(|(_, member)| member == "Success")
}

/// What a text is that is no SOAP, in words.
fn describe(text: &str) -> String {
    let start = text.trim_start().get(..200).unwrap_or(text.trim_start()).to_lowercase();
    let what = match start.as_str() {
        "" => "an empty answer",
        start if start.contains("<!doctype html") || start.contains("<html") => "an HTML page",
        start if start.contains("<!doctype") => "XML with a DOCTYPE, which is refused",
        start if start.starts_with(['{', '[']) => "JSON",
        start if start.starts_with('<') => "XML that is no SOAP envelope",
        _ => "text",
    };
    what.to_owned()
}
