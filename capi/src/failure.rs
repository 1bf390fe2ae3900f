//! Failures as reported to C.

use std::any::Any;
use std::time::Duration;

use ongoing_wms::exit::Exit;
use ongoing_wms::transport::Phase;
use ongoing_wms::{ConfigError, Error};

use crate::buffer::Buffer;
use crate::codes::{Kind, OutcomeCode};

pub const LOOK: &str = "look in the warehouse before you send it again: it may have been done";

const LOGIN: &str =
    "check user name, password and goods owner; repeated failures can lock the user out for a while";

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
        let mut hints = Vec::new();
        if outcome == OutcomeCode::Unknown {
            hints.push(LOOK.to_owned());
        }
        hints.extend(own_hint(error));
        if hints.is_empty() && error.is_login() {
            hints.push(LOGIN.to_owned());
        }
        Failure {
            outcome,
            exchange_id: Buffer::new(error.exchange_id().map(|id| id.to_string()).unwrap_or_default()),
            refusal_kinds: Buffer::new(refusal_kinds),
            body: Buffer::new(String::from_utf8_lossy(error.body())),
            http_status: error.status().unwrap_or(0),
            retry_after: error.retry_after(),
            ..Failure::new(kind, Exit::of_call(error), error.to_string()).hint(hints.join("; "))
        }
    }
}

/// What to do, where the error itself knows.
fn own_hint(error: &Error) -> Option<String> {
    match error {
        Error::Transport(failure) => failure.hint().map(str::to_owned).or_else(|| {
            let setting = match failure.timeout()? {
                Phase::ReceiveAnswer | Phase::ReceiveBody => "timeout",
                Phase::Call => "call_timeout",
                _ => return None,
            };
            Some(format!("try again later, request less at a time, or set {setting} to more seconds"))
        }),
        Error::Response(failure) => {
            let setting = failure.raised_by()?;
            Some(format!("request less at a time, or set {setting} to more bytes"))
        }
        _ => None,
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Failure {
        Failure::new(Kind::Settings, Exit::Config, error.message())
            .maybe_hint(error.hint().map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ongoing_wms::transport::{Delivery, Replay, Transport, TransportFailure};
    use ongoing_wms::{Client, Credentials, RetryPolicy};

    use super::*;

    /// The failure of a call of this operation over this transport.
    fn failure(operation: &str, transport: impl Transport + 'static, most: u64) -> Failure {
        let client = Client::builder("http://localhost/")
            .credentials(Credentials::new("user", "canary").goods_owner_code("DEMO"))
            .transport(Arc::new(transport))
            .retry(RetryPolicy::never())
            .max_answer_bytes(most)
            .build()
            .unwrap();
        let info = ongoing_wms::dynamic::find(operation).unwrap();
        let input = serde_json::json!({
            "ArticleOperation": "CreateOrUpdate", "ArticleIdentification": "ArticleNumber", "ArticleNumber": "A"
        });
        let input = if operation == "ProcessArticle" { input } else { serde_json::json!({}) };
        let request = ongoing_wms::dynamic::request_from_json(info, &input).unwrap();
        Failure::from(&request.call(&client).err().expect("it fails"))
    }

    fn hint(failure: &Failure) -> String {
        failure.hint.as_str().to_owned()
    }

    #[test]
    fn hints_are_those_of_the_failure() {
        let with = |delivery| TransportFailure::new(delivery, "no way").with_hint("check HTTPS_PROXY");
        let read =
            |failed| failure("GetOrderStatuses", Replay::new().fail("GetOrderStatuses", failed), 1 << 20);
        let write = |failed| failure("ProcessArticle", Replay::new().fail("ProcessArticle", failed), 1 << 20);
        assert_eq!(hint(&read(with(Delivery::NotSent))), "check HTTPS_PROXY");
        assert_eq!(hint(&read(with(Delivery::Unknown))), "check HTTPS_PROXY");
        assert_eq!(hint(&write(with(Delivery::NotSent))), "check HTTPS_PROXY");
        assert_eq!(hint(&write(with(Delivery::Unknown))), format!("{LOOK}; check HTTPS_PROXY"));
        assert_eq!(hint(&write(TransportFailure::new(Delivery::Unknown, "lost"))), LOOK);
        let slow = |phase| TransportFailure::new(Delivery::Unknown, "slow").with_timeout(phase);
        for (phase, wanted) in [
            (Phase::ReceiveAnswer, "try again later, request less at a time, or set timeout to more seconds"),
            (Phase::Call, "try again later, request less at a time, or set call_timeout to more seconds"),
            (Phase::Connect, ""),
        ] {
            assert_eq!(hint(&read(slow(phase))), wanted);
        }
    }

    #[test]
    fn a_limit_is_named_by_a_setting_of_this_library() {
        let answer = Replay::new().answer("GetOrderStatuses", 200, format!("<a>{}</a>", " ".repeat(2_000)));
        let failure = failure("GetOrderStatuses", answer, 1_000);
        assert_eq!(hint(&failure), "request less at a time, or set max_answer_bytes to more bytes");
        crate::settings::Settings::default().set("max_answer_bytes", "2000").unwrap();
    }
}
