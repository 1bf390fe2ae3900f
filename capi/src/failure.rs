//! Failures as reported to C.

use std::any::Any;
use std::time::Duration;

use ongoing_wms::exit::Exit;
use ongoing_wms::{ConfigError, Error};

use crate::buffer::Buffer;
use crate::codes::{Kind, OutcomeCode};

pub const LOOK: &str = "look in the warehouse before you send it again: it may have been done";

/// What went wrong, and what it means.
#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    pub kind: Kind,
    pub outcome: OutcomeCode,
    pub message: Buffer,
    pub hint: Buffer,
    pub exchange_id: Buffer,
    pub refusal_kinds: Buffer,
    pub body: Buffer,
    pub http_status: u16,
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// A failure before anything was sent.
    pub fn new(kind: Kind, exit: Exit, message: impl Into<String>) -> Failure {
        Failure {
            exit,
            kind,
            outcome: OutcomeCode::NotDone,
            message: Buffer::new(message),
            hint: Buffer::default(),
            exchange_id: Buffer::default(),
            refusal_kinds: Buffer::default(),
            body: Buffer::default(),
            http_status: 0,
            retry_after: None,
        }
    }

    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Kind::Usage, Exit::Usage, message)
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Buffer::new(hint);
        self
    }

    pub fn maybe_hint(self, hint: Option<String>) -> Failure {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    pub fn outcome(mut self, outcome: OutcomeCode) -> Failure {
        self.outcome = outcome;
        self
    }

    /// A panic. The work may have been done.
    pub fn of_panic(panic: &(dyn Any + Send)) -> Failure {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Failure::new(Kind::Bug, Exit::Bug, format!("a bug in this library: {text}"))
            .hint("the request may have been carried out; look in the warehouse, and report this message")
            .outcome(OutcomeCode::Unknown)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::from(&error)
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Failure {
        let kind = match error {
            Error::Request(_) => Kind::Request,
            Error::Transport(_) => Kind::Transport,
            Error::Status(_) => Kind::Status,
            Error::Response(_) => Kind::Response,
            Error::Fault(_) => Kind::Fault,
            Error::Refused(_) => Kind::Refused,
            _ => Kind::Bug,
        };
        let refusal_kinds = match error {
            Error::Refused(refused) => refused.kinds().join(","),
            _ => String::new(),
        };
        let outcome = OutcomeCode::from(error.outcome());
        let hint = match outcome {
            OutcomeCode::Unknown => LOOK,
            _ if error.is_login() => {
                "check user name, password and goods owner; repeated failures can lock the user out for a while"
            }
            _ => "",
        };
        Failure {
            outcome,
            exchange_id: Buffer::new(error.exchange_id().map(|id| id.to_string()).unwrap_or_default()),
            refusal_kinds: Buffer::new(refusal_kinds),
            body: Buffer::new(String::from_utf8_lossy(error.body())),
            http_status: error.status().unwrap_or(0),
            retry_after: error.retry_after(),
            ..Failure::new(kind, Exit::of_call(error), error.to_string()).hint(hint)
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Failure {
        Failure::new(Kind::Settings, Exit::Config, error.message())
            .maybe_hint(error.hint().map(str::to_owned))
    }
}
