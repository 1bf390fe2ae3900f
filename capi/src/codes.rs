//! The numbers that C sees.

use std::ffi::CStr;

use ongoing_wms::outcome::Outcome;

/// Version of the binary interface. A new function or a new value of an enumeration does not change it.
pub const ONGOING_ABI: u32 = 1;

/// A text of a session, for `ongoing_text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub enum Field {
    /// The answer of the last `ongoing_call`, `ongoing_push` or `ongoing_pull`, in JSON.
    Answer = 1,
    /// What went wrong; empty after success.
    Message = 2,
    /// Returns what to do about it, if that is known.
    Hint = 3,
    /// The outcome in words: `done`, `not done`, `refused`, `partial`, `unknown`.
    Outcome = 4,
    /// The kind of the error in a word: `none`, `usage`, `settings`, ..
    Kind = 5,
    /// Name of the failed exchange, the same as in the logs; empty if nothing was sent.
    ExchangeId = 6,
    /// Kinds of a refusal, separated by commas: `LogonError`, `OrderNotFound`.
    RefusalKinds = 7,
    /// What the service answered when the call failed: without passwords, up to 1 MiB.
    Body = 8,
}

/// A number of a session, for `ongoing_number`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub enum Number {
    /// What the last function returned: an exit code of the `ongoing` command.
    ExitCode = 1,
    /// What that means for the warehouse: an `ongoing_outcome`.
    Outcome = 2,
    /// The kind of the error: an `ongoing_kind`.
    Kind = 3,
    /// HTTP status of the answer; 0 if there was none.
    HttpStatus = 4,
    /// How long the service asks to wait, in seconds; -1 if it does not.
    RetryAfter = 5,
}

/// What a function means for the warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(C)]
pub enum OutcomeCode {
    /// It was carried out.
    #[default]
    Done = 0,
    /// Nothing was changed; the call can be made again.
    NotDone = 1,
    /// The service rejected the request and changed nothing; the same request will be rejected again.
    Refused = 2,
    /// The service carried out part of it.
    Partial = 3,
    /// It may have been carried out; look in the warehouse before it is sent again.
    Unknown = 4,
}

impl From<Outcome> for OutcomeCode {
    fn from(outcome: Outcome) -> OutcomeCode {
        match outcome {
            Outcome::Done => OutcomeCode::Done,
            Outcome::NotDone => OutcomeCode::NotDone,
            Outcome::Refused => OutcomeCode::Refused,
            Outcome::Partial => OutcomeCode::Partial,
            Outcome::Unknown => OutcomeCode::Unknown,
        }
    }
}

impl OutcomeCode {
    /// The words of [`Outcome::as_str`].
    pub(crate) fn word(self) -> &'static CStr {
        match self {
            OutcomeCode::Done => c"done",
            OutcomeCode::NotDone => c"not done",
            OutcomeCode::Refused => c"refused",
            OutcomeCode::Partial => c"partial",
            OutcomeCode::Unknown => c"unknown",
        }
    }
}

/// Kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(C)]
pub enum Kind {
    /// No error.
    #[default]
    None = 0,
    /// The library is called wrongly: an unknown name, a text that is not UTF-8, no open session.
    Usage = 1,
    /// A setting is missing or wrong.
    Settings = 2,
    /// The request is invalid. Nothing was sent.
    Request = 3,
    /// No answer arrived, or an incomplete one.
    Transport = 4,
    /// The HTTP answer is not SOAP.
    Status = 5,
    /// The SOAP answer does not follow the contract, or is about another record.
    Response = 6,
    /// The service answered with a SOAP fault.
    Fault = 7,
    /// The service refused the request, in whole or part.
    Refused = 8,
    /// The input of a push is wrong. Nothing was sent.
    Input = 9,
    /// The journal of a push cannot be used.
    Journal = 10,
    /// The output cannot be written.
    Output = 11,
    /// A push left records that are not done.
    Unfinished = 12,
    /// A bug in this library.
    Bug = 13,
}

impl Kind {
    pub(crate) fn word(self) -> &'static CStr {
        match self {
            Kind::None => c"none",
            Kind::Usage => c"usage",
            Kind::Settings => c"settings",
            Kind::Request => c"request",
            Kind::Transport => c"transport",
            Kind::Status => c"status",
            Kind::Response => c"response",
            Kind::Fault => c"fault",
            Kind::Refused => c"refused",
            Kind::Input => c"input",
            Kind::Journal => c"journal",
            Kind::Output => c"output",
            Kind::Unfinished => c"unfinished",
            Kind::Bug => c"bug",
        }
    }
}

/// Events of a running push or pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub enum Event {
    /// `done` of `total` bytes of the input are checked.
    Checked = 1,
    /// The input is read; `total` records are to be delivered.
    Begun = 2,
    /// A record is through: `place`, `key`, `state` and the reason in `text`. `done` records of `total` are through.
    Record = 3,
    /// A record that was refused earlier is unchanged and is not sent: `place`, `key`, `state` and the reason in `text`.
    RefusedEarlier = 4,
    /// The push waits: how long and why in `text`.
    Waiting = 5,
    /// Something odd that does not stop the work, in `text`.
    Warning = 6,
    /// `done` rows of a pull are read.
    Row = 7,
    /// The output of a pull is in place.
    Placed = 8,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_have_the_words_of_the_library() {
        for outcome in [Outcome::Done, Outcome::NotDone, Outcome::Refused, Outcome::Partial, Outcome::Unknown]
        {
            assert_eq!(OutcomeCode::from(outcome).word().to_str(), Ok(outcome.as_str()));
        }
    }
}
