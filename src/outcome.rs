//! The table that says what an exchange proves. [`Error`](crate::Error), retries, the batch push, the command and its
//! exit codes all read it; `docs/outcomes.md` is printed from it.
//!
//! An exchange is first put into one [`Evidence`], by facts only: how far the request got, the HTTP status, the kind of
//! body, the fault's code, the kinds of a refusal. Words inside a text decide nothing, because a text may quote the
//! caller's data. Each evidence then has one row: what it proves about a read and about a write, and whether it concerns
//! the record or the session.
//!
//! ```
//! use ongoing_wms::outcome::{Evidence, Outcome, Scope};
//! use ongoing_wms::Effect;
//!
//! let rate_limited = Evidence::of_status(429);
//! assert_eq!(rate_limited.outcome(Effect::Write), Outcome::Unknown);
//! assert_eq!(rate_limited.outcome(Effect::Read), Outcome::NotDone);
//! assert_eq!(rate_limited.scope(), Scope::Session);
//! ```

use std::fmt;

use crate::effect::Effect;
use crate::fault::{Fault, Refusal};
use crate::transport::{Delivery, TransportFailure};

/// What an exchange means for the warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing was changed; the call can be made again.
    NotDone,
    /// The service rejected the request and changed nothing; the same request will be rejected again.
    Refused,
    /// The service carried out part of the request; the answer says which.
    Partial,
    /// The request may have been carried out; check the warehouse before sending it again.
    Unknown,
    /// The request was carried out.
    Done,
}

impl Outcome {
    /// The outcome in lower case: `not done`, `refused`, `partial`, `unknown` or `done`.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::NotDone => "not done",
            Outcome::Refused => "refused",
            Outcome::Partial => "partial",
            Outcome::Unknown => "unknown",
            Outcome::Done => "done",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a failed exchange concerns. A batch continues with its next record if it concerns the record, and pauses or
/// stops if it concerns the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// This record only; other records may succeed.
    Record,
    /// The session, until another record has succeeded in the same run; from then on this record only. A firewall that
    /// rejects one record's text looks like one that rejects the caller, and so does a rejected login; only the success
    /// of another record shows which it is.
    RecordAfterSuccess,
    /// All records alike: the connection, the address or the service's load.
    Session,
}

impl Scope {
    /// The scope in words: `record`, `record after a success`, `session`.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Record => "record",
            Scope::RecordAfterSuccess => "record after a success",
            Scope::Session => "session",
        }
    }

    /// Returns whether the exchange concerns this record only. `succeeded` says whether another record of the same
    /// goods owner has succeeded in the same run.
    pub fn is_record(self, succeeded: bool) -> bool {
        match self {
            Scope::Record => true,
            Scope::RecordAfterSuccess => succeeded,
            Scope::Session => false,
        }
    }
}

impl Fault {
    /// Whether the service blames the request (`Client`, `Sender`, `MustUnderstand` or `VersionMismatch`), so that it
    /// took no effect.
    pub fn is_sender(&self) -> bool {
        matches!(Evidence::of_fault(self), Evidence::SenderFault | Evidence::VersionFault)
    }
}

/// What is known about an exchange: a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// The request cannot be sent as it is.
    Unsendable,
    /// No connection, for a reason that may pass.
    NoConnection,
    /// No connection, because a setting, the address or a certificate is wrong.
    NeverConnects,
    /// The request was sent, in part or whole, and no complete answer arrived.
    NoAnswer,
    /// The request was sent, and something came back that is not HTTP.
    NotHttp,
    /// Status 401 without a SOAP answer.
    Unauthorized,
    /// Status 403 without a SOAP answer.
    Forbidden,
    /// Status 413 without a SOAP answer.
    TooLarge,
    /// Status 404, 405, 414, 415, 431 or 501 without a SOAP answer: a front door does not forward the request.
    FrontDoor,
    /// Status 429 or 503 without a SOAP answer: the service is rate limiting or busy.
    Busy,
    /// Status 408, 502 or 504 without a SOAP answer: a gateway timed out.
    Gateway,
    /// A status from 300 to 399 without a SOAP answer.
    Redirect,
    /// Any other status without a SOAP answer, among them 200, 400, 409 and 500.
    NoSoap,
    /// A SOAP answer that does not follow the contract, lacks the member `Success`, or has it with different values.
    Unreadable,
    /// An answer with the number or id of another record than the one sent.
    OtherRecord,
    /// The service rejected user name, password or goods owner: the kind `LogonError`, or a fault or refusal whose
    /// whole text is known.
    Login,
    /// A fault that says that the request could not be read: `Client` or `Sender`.
    SenderFault,
    /// A fault that says that this client and the service are incompatible: `VersionMismatch` or `MustUnderstand`.
    VersionFault,
    /// Any other fault: `Server`, `Receiver`.
    ServerFault,
    /// A refusal with an error of the kind `UnknownError`.
    UnknownError,
    /// A refusal: `Success` is false, or there are errors and no `Success`.
    Refused,
    /// Errors beside `Success` true, or lines that failed beside lines that did not. A read still returns its data;
    /// observers are told.
    Partial,
    /// An answer without errors.
    Success,
}

/// A row of the table.
struct OutcomeRow {
    evidence: Evidence,
    /// The condition, for the page in the docs.
    when: &'static str,
    read: Outcome,
    write: Outcome,
    scope: Scope,
    /// Whether the same request may succeed a moment later.
    transient: bool,
}

const fn row(
    evidence: Evidence,
    when: &'static str,
    read: Outcome,
    write: Outcome,
    scope: Scope,
) -> OutcomeRow {
    OutcomeRow { evidence, when, read, write, scope, transient: false }
}

impl OutcomeRow {
    const fn transient(mut self) -> OutcomeRow {
        self.transient = true;
        self
    }
}

use Outcome::{Done, NotDone, Partial, Refused, Unknown};
use Scope::{Record, RecordAfterSuccess, Session};

/// The table, in the order of [`Evidence`].
#[rustfmt::skip]
static TABLE: [OutcomeRow; 23] = [
    row(Evidence::Unsendable, "the request cannot be sent as it is", NotDone, NotDone, Record),
    row(Evidence::NoConnection, "no connection", NotDone, NotDone, Session).transient(),
    row(Evidence::NeverConnects, "no connection: a setting, the address or a certificate is wrong", NotDone, NotDone, Session),
    row(Evidence::NoAnswer, "sent, no complete answer", NotDone, Unknown, Session).transient(),
    row(Evidence::NotHttp, "sent, the answer is not HTTP", NotDone, Unknown, Session),
    row(Evidence::Unauthorized, "401, no SOAP", NotDone, NotDone, RecordAfterSuccess),
    row(Evidence::Forbidden, "403, no SOAP", NotDone, NotDone, RecordAfterSuccess),
    row(Evidence::TooLarge, "413, no SOAP", NotDone, NotDone, Record),
    row(Evidence::FrontDoor, "404, 405, 414, 415, 431, 501, no SOAP", NotDone, NotDone, RecordAfterSuccess),
    row(Evidence::Busy, "429, 503, no SOAP", NotDone, Unknown, Session).transient(),
    row(Evidence::Gateway, "408, 502, 504, no SOAP", NotDone, Unknown, Session).transient(),
    row(Evidence::Redirect, "300 to 399, no SOAP", NotDone, Unknown, RecordAfterSuccess),
    row(Evidence::NoSoap, "any other status (200, 400, 409, 500, ..), no SOAP", NotDone, Unknown, RecordAfterSuccess),
    row(Evidence::Unreadable, "a SOAP answer that cannot be read, without `Success`, or with contradicting ones", NotDone, Unknown, Record),
    row(Evidence::OtherRecord, "the answer has another number or id than the one sent", NotDone, Unknown, Record),
    row(Evidence::Login, "login refused: `LogonError`, or a known text", NotDone, NotDone, RecordAfterSuccess),
    row(Evidence::SenderFault, "fault `Client` or `Sender`", Refused, Refused, Record),
    row(Evidence::VersionFault, "fault `VersionMismatch` or `MustUnderstand`", NotDone, NotDone, Session),
    row(Evidence::ServerFault, "any other fault", NotDone, Unknown, Record),
    row(Evidence::UnknownError, "a refusal of the kind `UnknownError`", Refused, Unknown, Record),
    row(Evidence::Refused, "a refusal", Refused, Refused, Record),
    row(Evidence::Partial, "errors beside `Success` true, or lines that failed beside lines that did not", Done, Partial, Record),
    row(Evidence::Success, "an answer without errors", Done, Done, Record),
];

impl Evidence {
    /// All evidence, in the order of the table.
    pub fn all() -> impl Iterator<Item = Evidence> {
        TABLE.iter().map(|row| row.evidence)
    }

    /// Classifies an HTTP answer without a SOAP body.
    pub fn of_status(status: u16) -> Evidence {
        match status {
            401 => Evidence::Unauthorized,
            403 => Evidence::Forbidden,
            413 => Evidence::TooLarge,
            404 | 405 | 414 | 415 | 431 | 501 => Evidence::FrontDoor,
            429 | 503 => Evidence::Busy,
            408 | 502 | 504 => Evidence::Gateway,
            300..=399 => Evidence::Redirect,
            _ => Evidence::NoSoap,
        }
    }

    /// Classifies a request without a complete answer.
    pub fn of_failure(failure: &TransportFailure) -> Evidence {
        match failure.delivery {
            Delivery::NotSent if failure.permanent => Evidence::NeverConnects,
            Delivery::NotSent => Evidence::NoConnection,
            Delivery::Unknown if failure.not_http => Evidence::NotHttp,
            Delivery::Unknown => Evidence::NoAnswer,
        }
    }

    /// Classifies a fault by its code. The client itself checks whether the text is about the login, since it knows
    /// what it sent.
    pub fn of_fault(fault: &Fault) -> Evidence {
        match fault.code.split('.').next().unwrap_or_default() {
            "Client" | "Sender" => Evidence::SenderFault,
            "MustUnderstand" | "VersionMismatch" => Evidence::VersionFault,
            _ => Evidence::ServerFault,
        }
    }

    /// Classifies a refusal by its kinds. An unknown error outweighs the others.
    pub fn of_refusal(refusal: &Refusal) -> Evidence {
        let is = |name: &str| refusal.kinds.iter().any(|kind| kind.eq_ignore_ascii_case(name));
        if refusal.partial {
            Evidence::Partial
        } else if is("UnknownError") {
            Evidence::UnknownError
        } else if is("LogonError") {
            Evidence::Login
        } else {
            Evidence::Refused
        }
    }

    /// Returns what it proves about an operation with this effect. A read changes nothing, so its outcome is never
    /// [`Outcome::Unknown`].
    pub fn outcome(self, effect: Effect) -> Outcome {
        match effect {
            Effect::Read => self.row().read,
            Effect::Write => self.row().write,
        }
    }

    /// Returns whether it concerns the record or the session.
    pub fn scope(self) -> Scope {
        self.row().scope
    }

    /// Returns whether the same request may succeed a moment later, so that a retry is useful. The
    /// [`outcome`](Self::outcome) says whether it is safe.
    pub fn is_transient(self) -> bool {
        self.row().transient
    }

    /// Returns whether the service rejected user name, password or goods owner.
    pub fn is_login(self) -> bool {
        matches!(self, Evidence::Unauthorized | Evidence::Login)
    }

    /// Returns the condition in a few words.
    pub fn when(self) -> &'static str {
        self.row().when
    }

    fn row(self) -> &'static OutcomeRow {
        &TABLE[self as usize]
    }
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
mod tests;
