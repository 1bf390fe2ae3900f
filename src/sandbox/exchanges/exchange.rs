//! One exchange: a request with its answer, or a piece of work with its result.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, COOKIE, HeaderMap, USER_AGENT};
use serde_json::{Value, json};

use crate::dynamic::received_from_xml;
use crate::operation::Effect;
use crate::redact::Redactor;
use crate::sandbox::contract::OPERATIONS;
use crate::sandbox::disturbances::disturbance::DisturbanceKind;
use crate::sandbox::keys::{self, ThingKey};

/// Maximum length of the kept part of a body, in bytes.
const KEPT_BODY: usize = 256 * 1024;

/// Something that happened in the sandbox: a request to its service, or work in its warehouse.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// Number of the exchange, from 1.
    pub id: u64,
    /// When it began.
    pub time: SystemTime,
    /// A request or work.
    pub kind: ExchangeKind,
    /// Name of the operation or action; empty if the request names no operation of the contract.
    pub name: String,
    /// Whether it changes something; `None` if the request names no operation of the contract.
    pub effect: Option<Effect>,
    /// Code of the goods owner, if known.
    pub goods_owner: Option<String>,
    /// How it ended.
    pub outcome: ExchangeOutcome,
    /// Text of the refusal or fault, without passwords.
    pub message: Option<String>,
    /// Kind of the refusal, such as `LogonError`, if the answer's errors have kinds.
    pub error_kind: Option<String>,
    /// The disturbance that was applied.
    pub disturbance: Option<DisturbanceKind>,
    /// Paths of members of the request that are not in the contract. The first hundred.
    pub passed_over: Vec<String>,
    /// Why the request could not be read.
    pub invalid: Option<Invalid>,
    /// HTTP status of the answer; `None` for work, and if the connection was cut.
    pub status: Option<u16>,
    /// Its duration; `None` while it runs.
    pub duration: Option<Duration>,
    /// Address of the caller; `rust` or `auto` for work from inside the program.
    pub caller: String,
    pub(crate) request: Message,
    pub(crate) answer: Option<Message>,
    /// Increases with each change of any exchange.
    pub(crate) sequence: u64,
    keys: OnceLock<Vec<ThingKey>>,
}

/// What an [`Exchange`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExchangeKind {
    /// A request to the service.
    Request,
    /// An action in the warehouse.
    Work,
}

/// How an [`Exchange`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExchangeOutcome {
    /// It has not ended yet.
    Running,
    /// Carried out.
    Done,
    /// Refused by a rule of the warehouse, because of the login, or on demand.
    Refused,
    /// The sandbox failed.
    Fault,
    /// The request could not be read.
    Invalid,
    /// Not carried out because of a disturbance.
    Disturbed,
}

/// Why a request could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Invalid {
    /// As text, without passwords.
    pub why: String,
    /// Line and column in the body, both from 1.
    pub place: Option<(usize, usize)>,
    /// What was expected.
    pub expected: Option<String>,
    /// What was found.
    pub found: Option<String>,
}

impl Invalid {
    pub(crate) fn new(why: impl Into<String>) -> Invalid {
        Invalid { why: why.into(), ..Invalid::default() }
    }
}

impl ExchangeKind {
    /// `request` or `work`.
    pub fn as_str(self) -> &'static str {
        match self {
            ExchangeKind::Request => "request",
            ExchangeKind::Work => "work",
        }
    }
}

impl ExchangeOutcome {
    pub(crate) const ALL: [ExchangeOutcome; 6] = [
        ExchangeOutcome::Running,
        ExchangeOutcome::Done,
        ExchangeOutcome::Refused,
        ExchangeOutcome::Fault,
        ExchangeOutcome::Invalid,
        ExchangeOutcome::Disturbed,
    ];

    /// In small letters: `done`, `refused` ..
    pub fn as_str(self) -> &'static str {
        match self {
            ExchangeOutcome::Running => "running",
            ExchangeOutcome::Done => "done",
            ExchangeOutcome::Refused => "refused",
            ExchangeOutcome::Fault => "fault",
            ExchangeOutcome::Invalid => "invalid",
            ExchangeOutcome::Disturbed => "disturbed",
        }
    }
}

/// Headers and body of a request or an answer. The bytes may contain passwords, which are masked when they are shown.
#[derive(Clone, Default)]
pub(crate) struct Message {
    /// Method and path of a request.
    pub line: Option<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Length of the whole body.
    pub length: usize,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} bytes)", self.length)
    }
}

impl Message {
    /// A message with this body, of which only the beginning is kept.
    pub fn of(body: &Bytes) -> Message {
        if body.len() > KEPT_BODY {
            return Message::copy_of(body);
        }
        Message { body: body.clone(), length: body.len(), ..Message::default() }
    }

    /// As [`of`](Self::of), but without keeping the body alive.
    pub fn copy_of(body: &[u8]) -> Message {
        let end = match body.len() > KEPT_BODY {
            true => (0..=KEPT_BODY).rev().find(|end| body[*end] & 0xc0 != 0x80).unwrap_or_default(),
            false => body.len(),
        };
        Message { body: Bytes::copy_from_slice(&body[..end]), length: body.len(), ..Message::default() }
    }

    /// Approximate memory use.
    fn bytes(&self) -> usize {
        self.body.len() + self.headers.len() * 64
    }

    pub fn is_cut(&self) -> bool {
        self.body.len() < self.length
    }

    /// The kept part of the body without passwords.
    pub fn text(&self, redactor: &Redactor) -> String {
        String::from_utf8_lossy(&redactor.bytes(&self.body)).into_owned()
    }

    fn to_json(&self, redactor: &Redactor) -> Value {
        let shown = |name: &hyper::header::HeaderName| *name != AUTHORIZATION && *name != COOKIE;
        let headers: Vec<Value> = self
            .headers
            .iter()
            .filter(|(name, _)| shown(name))
            .map(|(name, value)| {
                json!([name.as_str(), redactor.text(&String::from_utf8_lossy(value.as_bytes()))])
            })
            .collect();
        let mut json = json!({ "headers": headers, "body": self.text(redactor), "cut": self.is_cut() });
        if let Some((method, path)) = &self.line {
            json["method"] = json!(method);
            json["path"] = json!(redactor.text(path));
        }
        json
    }
}

impl Exchange {
    /// A request that has just arrived.
    pub(crate) fn request(caller: String) -> Exchange {
        Exchange::begun(ExchangeKind::Request, String::new(), caller)
    }

    /// Work that has just started.
    pub(crate) fn work(action: &str, arguments: &Value, caller: &str) -> Exchange {
        let mut exchange = Exchange::begun(ExchangeKind::Work, action.to_owned(), caller.to_owned());
        exchange.effect = Some(Effect::Write);
        exchange.goods_owner = arguments["goodsOwner"].as_str().map(str::to_owned);
        exchange.request = Message::of(&arguments.to_string().into());
        exchange
    }

    fn begun(kind: ExchangeKind, name: String, caller: String) -> Exchange {
        Exchange {
            id: 0,
            time: SystemTime::now(),
            kind,
            name,
            effect: None,
            goods_owner: None,
            outcome: ExchangeOutcome::Running,
            message: None,
            error_kind: None,
            disturbance: None,
            passed_over: Vec::new(),
            invalid: None,
            status: None,
            duration: None,
            caller,
            request: Message::default(),
            answer: None,
            sequence: 0,
            keys: OnceLock::new(),
        }
    }

    /// Approximate memory use.
    pub(crate) fn bytes(&self) -> usize {
        512 + self.request.bytes() + self.answer.as_ref().map_or(0, Message::bytes)
    }

    /// What the exchange is about: orders, articles and so on, by their numbers or ids.
    pub(crate) fn keys(&self) -> &[ThingKey] {
        self.keys.get_or_init(|| {
            let request: &[u8] = &self.request.body;
            match (self.kind, self.effect, &self.answer) {
                (ExchangeKind::Work, ..) => keys::in_arguments(request),
                (_, Some(Effect::Write), Some(answer)) => {
                    keys::in_bodies(&self.name, &[request, &answer.body])
                }
                // Only writes touch things; a query's answer does not touch its rows.
                _ => keys::in_bodies(&self.name, &[request]),
            }
        })
    }

    /// The exchange as a line of the list.
    pub(crate) fn summary(&self, redactor: &Redactor) -> Value {
        let agent = self.request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        let keys: Vec<Value> = self
            .keys()
            .iter()
            .map(|key| json!({ "kind": key.kind, "value": redactor.text(&key.value) }))
            .collect();
        json!({
            "id": self.id,
            "kind": self.kind.as_str(),
            "time": shown_time(self.time),
            "name": self.name,
            "effect": self.effect.map_or("", Effect::as_str),
            "goodsOwner": self.goods_owner,
            "keys": keys,
            "outcome": self.outcome.as_str(),
            "message": self.message,
            "errorKind": self.error_kind,
            "disturbance": self.disturbance.as_ref().map(ToString::to_string),
            "unknown": self.passed_over,
            "status": self.status,
            "ms": self.duration.map(|duration| (duration.as_secs_f64() * 10_000.0).round() / 10.0),
            "caller": self.caller,
            "agent": agent.map(|agent| redactor.text(agent)),
            "requestBytes": self.request.length,
            "answerBytes": self.answer.as_ref().map(|answer| answer.length),
        })
    }

    /// The request in JSON form, as `ongoing call` reads it, without the sender; null if it is invalid or incomplete.
    fn payload(&self, redactor: &Redactor) -> Value {
        let operation = OPERATIONS.iter().find(|operation| operation.name == self.name);
        let whole = operation.filter(|_| !self.request.is_cut());
        let read =
            whole.and_then(|operation| received_from_xml(operation, &self.request.text(redactor)).ok());
        read.map_or(Value::Null, |request| request.to_json())
    }

    /// All details.
    pub(crate) fn detail(&self, redactor: &Redactor) -> Value {
        let mut detail = self.summary(redactor);
        match self.kind {
            ExchangeKind::Request => {
                detail["request"] = self.request.to_json(redactor);
                detail["answer"] =
                    self.answer.as_ref().map_or(Value::Null, |answer| answer.to_json(redactor));
                detail["payload"] = self.payload(redactor);
                detail["arguments"] = Value::Null;
                detail["result"] = Value::Null;
            }
            ExchangeKind::Work => {
                let read =
                    |message: &Message| serde_json::from_str(&message.text(redactor)).unwrap_or_default();
                detail["request"] = Value::Null;
                detail["answer"] = Value::Null;
                detail["arguments"] = read(&self.request);
                detail["result"] = self.answer.as_ref().map_or(Value::Null, read);
            }
        }
        detail["invalid"] = self.invalid.as_ref().map_or(Value::Null, |invalid| {
            json!({
                "why": invalid.why,
                "line": invalid.place.map(|(line, _)| line),
                "column": invalid.place.map(|(_, column)| column),
                "expected": invalid.expected,
                "found": invalid.found,
            })
        });
        detail
    }
}

/// A time in the common format.
pub(crate) fn shown_time(time: SystemTime) -> String {
    DateTime::<Utc>::from(time).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A request in short, as [`Sandbox::log`](crate::sandbox::Sandbox::log) returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// When it arrived.
    pub time: SystemTime,
    /// Name of the operation; empty if the request names no operation of the contract.
    pub operation: String,
    /// The body with `***` for passwords, shortened to 16 KiB.
    pub body: String,
    /// The disturbance that was applied to it.
    pub disturbance: Option<DisturbanceKind>,
    /// Paths of members of the request that are not in the contract and were ignored: `co.OrderInfo.OrderRemrk`. The
    /// first hundred.
    pub passed_over: Vec<String>,
}

/// Maximum length of the body in a [`LoggedRequest`], in bytes.
const LOGGED_BODY: usize = 16 * 1024;

impl LoggedRequest {
    pub(crate) fn of(exchange: &Arc<Exchange>, redactor: &Redactor) -> LoggedRequest {
        let mut body = exchange.request.text(redactor);
        if body.len() > LOGGED_BODY {
            let end = (0..=LOGGED_BODY).rev().find(|end| body.is_char_boundary(*end)).unwrap_or_default();
            body.truncate(end);
        }
        LoggedRequest {
            time: exchange.time,
            operation: exchange.name.clone(),
            body,
            disturbance: exchange.disturbance.clone(),
            passed_over: exchange.passed_over.clone(),
        }
    }

    /// The exchanges as the log shows them.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "time": shown_time(self.time),
            "operation": self.operation,
            "disturbance": self.disturbance.as_ref().map(ToString::to_string),
            "passedOver": self.passed_over,
            "body": self.body,
        })
    }
}
