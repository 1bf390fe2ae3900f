//! One exchange: sends a request, retries it if that is safe, reads the answer and classifies it. Nothing here depends
//! on the operation's types, so it is compiled once and not for each operation.

use std::io::Read;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tracing::{debug, info_span, trace, warn};

use super::contradiction;
use super::data_rate::Until;
use super::found::describe;
use super::received_answer::ReceivedAnswer;
use super::write_answer::{self, WriteAnswer};
use super::write_turns::WriteTurns;
use super::{Client, Envelope};
use crate::envelope::{self, BodyContent};
use crate::error::{Context, Error, FaultError, ResponseError, StatusError, TransportError};
use crate::fault::{Fault, Refusal};
use crate::login_refusal::is_login_refusal;
use crate::observe::{ExchangeId, NoticeEvent, Observer, RequestEvent, ResponseEvent};
use crate::operation::{Effect, OperationInfo};
use crate::outcome::Evidence;
use crate::retry::{Attempt, Happened};
use crate::text;
use crate::transport::{Delivery, HttpAnswer, HttpRequest, Phase, TransportFailure};
use crate::verdict::{self, Verdict};
use crate::xml::memory::MemoryLimit;
use crate::xml::{self, Element, Notice, NoticeKind, Notices, ReadError, Reader};

/// The setting for the largest answer.
const MAX_ANSWER_BYTES: &str = "max_answer_bytes";

/// Maximum length of the body in an error.
const KEPT: usize = 1 << 20;

/// Maximum number of characters quoted of a message that came instead of a result.
const KEPT_MESSAGE: usize = 500;

/// Maximum memory that is reserved because of a length in a header.
const BELIEVED: u64 = 64 << 20;

/// What an answer is if it is not the expected one.
pub(super) enum UnexpectedAnswer {
    Status(String),
    Response(Box<ReadError>),
    /// An answer about another record.
    Other(Box<ReadError>),
    /// Adds what its text shows beyond its code.
    Fault(Box<Fault>, Option<Evidence>),
}

/// An opened answer, whose type can be read.
pub(super) enum Opened<'a> {
    /// The reader is at the response element.
    Element(envelope::OpenedEnvelope<'a>),
    /// There is no response element, and possibly no envelope.
    Nothing(Option<Box<envelope::OpenedEnvelope<'a>>>, Reader<'a>),
}

impl<'a> Opened<'a> {
    /// The source of the response.
    pub fn response(&mut self) -> &mut Reader<'a> {
        match self {
            Opened::Element(envelope) => &mut envelope.reader,
            Opened::Nothing(_, nothing) => nothing,
        }
    }
}

/// The content of an answer besides its response.
pub(super) struct Said {
    /// The verdict of undeclared members.
    pub undeclared: Verdict,
    pub answer: ReceivedAnswer,
}

impl From<Box<ReadError>> for UnexpectedAnswer {
    fn from(error: Box<ReadError>) -> Self {
        UnexpectedAnswer::Response(error)
    }
}

/// The failure of a write whose time was over before that of another one ended.
fn no_turn() -> TransportFailure {
    let what = "another write of this goods owner had not ended; nothing was sent";
    TransportFailure::new(Delivery::NotSent, what).with_timeout(Phase::Call)
}

impl Client {
    /// Sends a request until an answer arrives or a retry is useless. Reads the body of a success only if the `whole`
    /// is wanted.
    pub(super) fn send(
        &self,
        info: &'static OperationInfo,
        envelope: &Envelope,
        whole: bool,
    ) -> Result<ReceivedAnswer, Error> {
        let exchange = ExchangeId::next();
        let _span = info_span!("call", operation = info.name, %exchange).entered();
        self.notice(info, exchange, &envelope.notices);
        let started = Instant::now();
        let limit = self.call_timeout;
        let left = || limit.map(|limit| limit.saturating_sub(started.elapsed()));
        let failed = |failure| {
            let context = Context { exchange: Some(exchange), ..Context::new(info.name, info.effect) };
            Error::Transport(TransportError(Box::new((context, failure))))
        };
        let turns = (info.effect == Effect::Write).then(|| self.write_turns());
        let _turn = match &turns {
            Some(turns) => Some(turns.take(limit).ok_or_else(|| failed(no_turn()))?),
            None => None,
        };
        let mut number = 1;
        loop {
            let answered = self.attempt(info, envelope, exchange, number, whole, left());
            let happened = match &answered {
                Err(failure) => Some(Happened::Failed(failure)),
                Ok(answer) => answer.turned_away(),
            };
            let Some(wait) = happened.and_then(|happened| self.wait(info, happened, number, started, left()))
            else {
                return answered.map_err(failed);
            };
            debug!(number, ?wait, "retrying");
            thread::sleep(wait);
            number += 1;
        }
    }

    /// The wait before the next retry; `None` to give up.
    fn wait(
        &self,
        info: &OperationInfo,
        happened: Happened<'_>,
        number: u32,
        started: Instant,
        left: Option<Duration>,
    ) -> Option<Duration> {
        self.retry.next(&Attempt {
            read: info.effect == Effect::Read,
            number,
            happened,
            elapsed: started.elapsed(),
            left,
            now: SystemTime::now(),
            random: fastrand::f64(),
        })
    }

    /// Sends once and reads the answer.
    fn attempt(
        &self,
        info: &'static OperationInfo,
        envelope: &Envelope,
        exchange: ExchangeId,
        number: u32,
        whole: bool,
        left: Option<Duration>,
    ) -> Result<ReceivedAnswer, TransportFailure> {
        let (url, body) = (&*self.settings.url, envelope.text.as_bytes());
        let shown_url = &self.settings.shown_url;
        let sent = RequestEvent::new(info.name, exchange, number, shown_url, body, &self.redactor);
        trace!(body = %sent.body.text(), "request");
        self.observe(|observer| observer.on_request(&sent));
        let begun = Instant::now();
        let deadline = left.filter(|_| whole);
        let until = left.and_then(|left| begun.checked_add(left));
        let request = HttpRequest { url, operation: info.name, headers: &envelope.headers, body, deadline };
        let answer = self.settings.transport.send(&request);
        let mut answer = answer
            .and_then(|answer| self.receive(info, exchange, answer, whole, until))
            .map_err(|failure| failure.redacted(&self.redactor));
        let event = ResponseEvent::new(&sent, begun.elapsed());
        match &answer {
            Ok(answer) => {
                let mut event = event.with_status(answer.status);
                if answer.rest.is_none() {
                    event = event.with_body(&answer.body, &self.redactor);
                }
                debug!(status = answer.status, bytes = answer.length, elapsed = ?event.elapsed, "answered");
                trace!(body = %self.shown(&answer.body), "answer");
                self.observe(|observer| observer.on_response(&event));
            }
            Err(failure) => {
                let text = failure.to_string();
                debug!(%failure, elapsed = ?event.elapsed, "no answer");
                let event = event.with_failure(&text);
                self.observe(|observer| observer.on_response(&event));
            }
        }
        // Observers have seen the undecoded bytes.
        answer.iter_mut().for_each(ReceivedAnswer::decode);
        answer
    }

    /// Reads the body, up to the limit. The body of a success is not read unless the `whole` is wanted.
    fn receive(
        &self,
        info: &'static OperationInfo,
        exchange: ExchangeId,
        answer: HttpAnswer,
        whole: bool,
        until: Option<Instant>,
    ) -> Result<ReceivedAnswer, TransportFailure> {
        let [retry_after, content_type, content_encoding] =
            ["Retry-After", "Content-Type", "Content-Encoding"]
                .map(|name| answer.header(name).map(str::to_owned));
        let status = answer.status;
        let taken = |body: Vec<u8>, rest| {
            let length = body.len();
            let undecodable = None;
            ReceivedAnswer {
                info,
                exchange,
                status,
                retry_after,
                content_type,
                content_encoding,
                body,
                undecodable,
                length,
                rest,
            }
        };
        if !whole && (200..300).contains(&status) {
            return Ok(taken(Vec::new(), Some(answer.body)));
        }
        let limit = self.settings.max_answer_bytes;
        let announced = answer.header("Content-Length").and_then(|text| text.parse().ok()).unwrap_or(0);
        // A large announced length is not trusted: memory is reserved up to a limit only.
        let mut body = Vec::with_capacity(announced.min(limit).min(BELIEVED) as usize);
        let mut limited = Until { inner: answer.body.take(limit.saturating_add(1)), until };
        limited.read_to_end(&mut body).map_err(TransportFailure::from_body)?;
        Ok(taken(body, None))
    }

    /// Opens an answer, up to its response.
    pub(super) fn opened<'a>(
        &self,
        answer: &'a ReceivedAnswer,
        header: &mut dyn FnMut(&mut Reader<'_>) -> xml::Result<()>,
    ) -> Result<Opened<'a>, Error> {
        let mut open = || {
            if answer.is_empty_success() {
                return Ok(Opened::Nothing(None, Reader::empty()?));
            }
            let envelope = self.open_with_header(answer, header)?;
            Ok(match envelope.content {
                BodyContent::Nothing => Opened::Nothing(Some(Box::new(envelope)), Reader::empty()?),
                _ => Opened::Element(envelope),
            })
        };
        open().map_err(|wrong| self.wrong(answer, wrong))
    }

    /// Finishes reading an answer, and compares it with the request. An answer about another record is an error. Returns
    /// the verdict of undeclared members.
    pub(super) fn said(
        &self,
        envelope: &Envelope,
        answer: &ReceivedAnswer,
        opened: Opened<'_>,
    ) -> Result<Verdict, Error> {
        let rest = match opened {
            Opened::Element(rest) => Some(rest),
            Opened::Nothing(rest, _) => rest.map(|rest| *rest),
        };
        let undeclared = match rest {
            Some(rest) => self.finish(answer, rest).map_err(|wrong| self.wrong(answer, wrong))?,
            None => Verdict::default(),
        };
        self.compare(envelope, answer, undeclared)
    }

    /// Opens the envelope of the expected answer and reads up to the response element.
    pub(super) fn open<'a>(
        &self,
        answer: &'a ReceivedAnswer,
    ) -> Result<envelope::OpenedEnvelope<'a>, UnexpectedAnswer> {
        self.open_with_header(answer, &mut |p| p.other_header())
    }

    /// As [`open`](Self::open), with a reader for the header.
    pub(super) fn open_with_header<'a>(
        &self,
        answer: &'a ReceivedAnswer,
        header: &mut dyn FnMut(&mut Reader<'_>) -> xml::Result<()>,
    ) -> Result<envelope::OpenedEnvelope<'a>, UnexpectedAnswer> {
        let info = answer.info;
        let text = self.text(answer)?;
        let limit = MemoryLimit::for_text(self.settings.max_answer_bytes, MAX_ANSWER_BYTES);
        let strict = self.settings.strict;
        let opened =
            envelope::open_with_header(text, info.namespace, strict, limit.or_default(), &mut |p| header(p))?;
        let (wanted_namespace, wanted) = info.response_name();
        let Some(mut envelope) = opened else {
            return Err(UnexpectedAnswer::Status(describe(Some(text), answer.content_type.as_deref(), None)));
        };
        let unexpected = |text: String| UnexpectedAnswer::Response(envelope::unexpected(text));
        match &envelope.content {
            BodyContent::Element { namespace, name } if name == wanted && namespace == wanted_namespace => {
                envelope.reader.watch(verdict::WATCH);
                envelope.reader.limit_memory(limit);
                Ok(envelope)
            }
            BodyContent::Element { namespace, name } => {
                let wanted = if wanted.is_empty() { "the Body is empty" } else { wanted };
                Err(unexpected(format!("expected {wanted}, found {{{namespace}}}{name}")))
            }
            BodyContent::Nothing if wanted.is_empty() => Ok(envelope),
            BodyContent::Nothing => Err(unexpected("the Body is empty".to_owned())),
            BodyContent::Fault(fault) => {
                let seen = self.is_login_refusal(&fault.reason).then_some(Evidence::Login);
                Err(UnexpectedAnswer::Fault(Box::new(self.safe_fault(fault)), seen))
            }
        }
    }

    /// The answer as text, up to the limit.
    fn text<'a>(&self, answer: &'a ReceivedAnswer) -> Result<&'a str, UnexpectedAnswer> {
        let limit = self.settings.max_answer_bytes;
        if answer.body.len() as u64 > limit {
            let text = format!(
                "it is longer than the limit of {limit} bytes; request less at a time, or raise `{MAX_ANSWER_BYTES}`"
            );
            let error = envelope::unexpected(text).with_raised_by(Some(MAX_ANSWER_BYTES));
            return Err(UnexpectedAnswer::Response(error));
        }
        let is_markup = answer.body.trim_ascii_start().starts_with(b"<");
        match (simdutf8::compat::from_utf8(&answer.body), &answer.undecodable) {
            (_, Some(error)) if is_markup => Err(UnexpectedAnswer::Response(error.clone())),
            (Ok(text), None) => Ok(text),
            (Err(error), _) if is_markup => Err(UnexpectedAnswer::Response(ReadError::at(
                error.valid_up_to() as u64,
                "the text is not UTF-8",
            ))),
            _ => Err(UnexpectedAnswer::Status(describe(
                None,
                answer.content_type.as_deref(),
                answer.content_encoding.as_deref(),
            ))),
        }
    }

    /// Finishes reading an answer: refuses unexpected content after it, and reports what was skipped. Returns the
    /// verdict of undeclared members.
    pub(super) fn finish(
        &self,
        answer: &ReceivedAnswer,
        mut envelope: envelope::OpenedEnvelope<'_>,
    ) -> Result<Verdict, UnexpectedAnswer> {
        let watched = envelope.reader.take_watched();
        let undeclared = Verdict::undeclared(&watched);
        envelope.close()?;
        let notices = envelope.reader.notices();
        self.notice(answer.info, answer.exchange, notices);
        let unclear = || contradiction::unclear(&watched).filter(|_| answer.info.effect == Effect::Write);
        let contradiction = contradiction::is_possible(notices, &watched)
            .then(|| contradiction::find(&answer.body, answer.info))
            .flatten();
        if let Some(error) = contradiction.or_else(unclear) {
            return Err(UnexpectedAnswer::Response(error));
        }
        if answer.info.effect == Effect::Read
            && undeclared.is_only_text()
            && str::from_utf8(&answer.body).is_ok_and(verdict::is_only_message)
        {
            let told = self.redactor.text(&undeclared.reasons().message).into_owned();
            let what = format!("there is a message only: {}", text::start(&told, KEPT_MESSAGE, |_| 1));
            return Err(UnexpectedAnswer::Response(ReadError::absent(
                format!("{}Result", answer.info.name),
                what,
            )));
        }
        match notices.iter().find(|notice| is_absent_success(notice)) {
            Some(notice) => {
                let what = if notice.kind == NoticeKind::NilMember {
                    "the required member is nil"
                } else {
                    "the required member is missing"
                };
                Err(UnexpectedAnswer::Response(ReadError::absent(&notice.path, what)))
            }
            None => Ok(undeclared),
        }
    }

    /// Compares a write's answer with the request: whether it is about the same record, and which lines succeeded.
    pub(super) fn compare(
        &self,
        envelope: &Envelope,
        answer: &ReceivedAnswer,
        undeclared: Verdict,
    ) -> Result<Verdict, Error> {
        let is_write = answer.info.effect == Effect::Write;
        let text = is_write.then(|| simdutf8::basic::from_utf8(&answer.body).ok()).flatten();
        let doubtful = text.filter(|text| !write_answer::is_plain(text, envelope.expose()));
        let Some(whole) = doubtful.and_then(WriteAnswer::read) else { return Ok(undeclared) };
        if let Some(other) = whole.other(envelope.expose()) {
            let error = ReadError::absent(&other.path, other.message);
            return Err(self.wrong(answer, UnexpectedAnswer::Other(error)));
        }
        let (any_done, failed) = whole.lines();
        Ok(undeclared.with_lines(any_done, failed).with_error_message(whole.error_message()))
    }

    /// Returns the refusal if the answer is one. Errors beside a success, and a write's error message, are reported to the
    /// observers; for a write errors are a partial refusal.
    pub(super) fn judged(
        &self,
        info: &'static OperationInfo,
        exchange: ExchangeId,
        verdict: &Verdict,
    ) -> Option<Refusal> {
        if let Some(reasons) = verdict.errors_beside_success() {
            let mut notices = Notices::default();
            notices.add(NoticeKind::ErrorsBesideSuccess, format!("{}Result", info.name), &reasons);
            self.notice(info, exchange, &notices);
        }
        verdict.refusal(info.effect)
    }

    /// The details of an answer for an error, including the body.
    pub(super) fn wrong(&self, answer: &ReceivedAnswer, wrong: UnexpectedAnswer) -> Error {
        self.wrong_in(answer, &answer.body, wrong)
    }

    /// As [`wrong`](Self::wrong), if only `body` is left of the answer.
    pub(super) fn wrong_in(&self, answer: &ReceivedAnswer, body: &[u8], wrong: UnexpectedAnswer) -> Error {
        let mut context = answer.context();
        context.body = self.kept(body);
        match wrong {
            UnexpectedAnswer::Status(found) => Error::Status(StatusError(Box::new((context, found)))),
            UnexpectedAnswer::Other(error) => {
                context.seen = Some(Evidence::OtherRecord);
                self.unreadable(context, *error)
            }
            UnexpectedAnswer::Response(error) => self.unreadable(context, *error),
            UnexpectedAnswer::Fault(fault, seen) => {
                context.seen = seen;
                Error::Fault(FaultError(Box::new((context, *fault))))
            }
        }
    }

    /// The body as an error keeps it.
    pub(super) fn kept(&self, body: &[u8]) -> Vec<u8> {
        // Masked first: half of a password would not be recognised.
        let masked = self.redactor.bytes(body);
        masked[..masked.len().min(KEPT)].to_vec()
    }

    fn unreadable(&self, context: Context, error: ReadError) -> Error {
        let message = self.safe(&error.message);
        let error = error.with_safe_message(message);
        Error::Response(ResponseError(Box::new((context, error))))
    }

    /// The turns of the writes of this client's goods owner.
    fn write_turns(&self) -> Arc<WriteTurns> {
        let known = self.credentials.as_deref();
        let owner = known.map(|known| known.get_goods_owner().clone()).unwrap_or_default();
        let mut turns = self.settings.write_turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(owner).or_default())
    }

    fn observe(&self, tell: impl Fn(&dyn Observer)) {
        for observer in &self.settings.observers {
            tell(observer.as_ref());
        }
    }

    fn notice(&self, info: &'static OperationInfo, exchange: ExchangeId, notices: &Notices) {
        for notice in notices.iter() {
            let notice = Notice { detail: self.safe(&notice.detail), ..notice.clone() };
            match notice.kind {
                NoticeKind::TooLong | NoticeKind::ErrorsBesideSuccess => warn!(%notice),
                _ => debug!(%notice),
            }
            self.observe(|observer| observer.on_notice(&NoticeEvent::new(info.name, exchange, &notice)));
        }
    }

    /// Returns bytes from the service as text without passwords.
    fn shown(&self, body: &[u8]) -> String {
        String::from_utf8_lossy(&self.redactor.bytes(body)).into_owned()
    }

    /// Returns a fault from the service without passwords. The codes of SOAP itself are names and stay.
    fn safe_fault(&self, fault: &Fault) -> Fault {
        let code = |code: &String| {
            if Fault::STANDARD.contains(&code.as_str()) { code.clone() } else { self.safe(code) }
        };
        Fault {
            code: code(&fault.code),
            subcodes: fault.subcodes.iter().map(code).collect(),
            reason: self.safe(&fault.reason),
            actor: fault.actor.as_deref().map(|actor| self.safe(actor)),
            detail: fault.detail.as_ref().and_then(|detail| self.safe_element(detail)),
        }
    }

    /// Returns an element from the service without passwords.
    fn safe_element(&self, element: &Element) -> Option<Element> {
        Element::from_xml(&self.safe(&element.to_xml())).ok()
    }

    /// Whether a text from the service says that the login was rejected. A password that is a word of the sentence must
    /// not hide this, and a password after the sentence must not count.
    pub(super) fn is_login_refusal(&self, text: &str) -> bool {
        let sent = self.credentials.as_deref();
        is_login_refusal(text, sent) || is_login_refusal(&self.safe(text), sent)
    }

    /// Returns a text from the service without passwords.
    pub(crate) fn safe(&self, text: &str) -> String {
        self.redactor.text(text).into_owned()
    }
}

/// Whether `Success` is missing from the result.
pub(super) fn lacks_success(notices: &Notices) -> bool {
    notices.iter().any(is_absent_success)
}

/// Whether `Success` of the result is missing or nil, which must not be taken for `false`.
fn is_absent_success(notice: &Notice) -> bool {
    matches!(notice.kind, NoticeKind::AbsentMember | NoticeKind::NilMember)
        && notice.path.split_once('.').is_some_and(|(_, member)| member == "Success")
}
