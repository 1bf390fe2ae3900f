//! Failures of the command itself, and how all failures are shown.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use ongoing_wms::exit::Exit;
use ongoing_wms::outcome::{Evidence, Outcome};
use ongoing_wms::transport::{Phase, shown_address};
use ongoing_wms::{ConfigError, Error};

use super::messages::{self, Level};

/// An error in what the caller gave: what is wrong, and what to do about it.
#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    message: String,
    hints: Vec<String>,
}

impl Failure {
    pub fn new(exit: Exit, message: impl Into<String>) -> Failure {
        Failure { exit, message: message.into(), hints: Vec::new() }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hints.push(hint.into());
        self
    }

    pub fn maybe_hint(self, hint: Option<String>) -> Failure {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Failure {}

/// Context of a failed call: its address.
#[derive(Debug)]
pub struct Address(pub String);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "calling {}", self.0)
    }
}

/// Shows an error: the message, its causes, the outcome of the request, and hints.
pub fn show(error: &anyhow::Error) {
    let address = error.downcast_ref::<Address>();
    let mut causes = error.chain().skip(usize::from(address.is_some()));
    let first = match causes.next() {
        Some(error) if error.is::<io::Error>() => format!("the output cannot be written: {error}"),
        first => first.map(message).unwrap_or_default(),
    };
    let (mut said, mut more) = (first.clone(), Vec::new());
    for cause in causes {
        let text = message(cause);
        // Some errors already contain the text of their cause.
        if !said.contains(&text) {
            said.push_str(&text);
            more.push(("cause", text));
        }
    }
    if let Some(Address(url)) = address {
        more.push(("address", shown_address(url)));
    }
    for cause in error.chain() {
        if let Some(error) = cause.downcast_ref::<Error>() {
            // The message of an invalid request already says this.
            if !matches!(error, Error::Request(_)) {
                more.push(("outcome", outcome(error).to_owned()));
            }
            more.extend(hints(error).into_iter().map(|hint| ("hint", hint)));
        }
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            more.extend(failure.hints.iter().map(|hint| ("hint", hint.clone())));
        }
        if let Some(hint) = cause.downcast_ref::<ConfigError>().and_then(ConfigError::hint) {
            more.push(("hint", hint.to_owned()));
        }
    }
    messages::message(Level::Error, &first, &more);
}

/// Lines on standard error that belong to a message.
pub fn tell(line: fmt::Arguments<'_>) {
    messages::message(Level::Detail, &line.to_string(), &[]);
}

/// Shows a warning.
pub fn warn(text: impl fmt::Display) {
    messages::message(Level::Warning, &text.to_string(), &[]);
}

/// Shows a note.
pub fn note(text: impl fmt::Display) {
    messages::message(Level::Note, &text.to_string(), &[]);
}

/// Whether the reader of the output has closed it, which is not an error.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// The error's own text; a hint gets a line of its own.
fn message(error: &(dyn StdError + 'static)) -> String {
    match error.downcast_ref::<ConfigError>() {
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    }
}

fn outcome(error: &Error) -> &'static str {
    match error.outcome() {
        Outcome::NotDone => "not done; nothing was changed in the warehouse",
        Outcome::Refused => "refused; nothing was changed by this request",
        Outcome::Partial => "partial; the service carried out part of the request",
        Outcome::Unknown => "unknown; the request may have been carried out",
        Outcome::Done => "done",
    }
}

/// The hints: from the failure itself, else by its evidence. The hint for an unknown outcome is always first.
fn hints(error: &Error) -> Vec<String> {
    let own = match error {
        Error::Transport(failure) => failure.hint().map(str::to_owned),
        Error::Response(failure) => failure.raised_by().map(|setting| {
            let flag = setting.replace('_', "-");
            format!("request less at a time, or allow more with --{flag}, or with {setting} in ongoing.toml")
        }),
        _ => None,
    };
    let hint = hint(error).map(str::to_owned);
    match (own, hint) {
        (Some(own), Some(first)) if error.outcome() == Outcome::Unknown => vec![first, own],
        (Some(own), _) => vec![own],
        (None, hint) => hint.into_iter().collect(),
    }
}

/// The hint by the evidence, never by texts.
fn hint(error: &Error) -> Option<&'static str> {
    use Evidence as E;
    if error.outcome() == Outcome::Unknown {
        // The only write of this program that is safe to repeat.
        if error.operation() == "SetTimeOfLastSync" {
            return Some("run it again: storing the same time twice changes nothing");
        }
        return Some("look in the warehouse before you send it again: it may have been done");
    }
    Some(match error.evidence() {
        E::Unauthorized | E::Login => {
            "check user name, password and goods owner; repeated failures can lock the user out for a while"
        }
        E::NoConnection | E::NoAnswer => match error {
            Error::Transport(failure) => match failure.timeout() {
                Some(Phase::ReceiveAnswer | Phase::ReceiveBody) => {
                    "try again later, request less at a time, or wait longer with --timeout"
                }
                Some(Phase::Call) => {
                    "try again later, request less at a time, or wait longer with --call-timeout"
                }
                Some(Phase::SendRequest | Phase::SendBody) => "try again later, or send less at a time",
                _ => "check the address and the network, then run it again",
            },
            _ => "check the address and the network, then run it again",
        },
        E::NeverConnects => "retrying will not help: fix the cause above",
        E::NotHttp => "check the scheme, host and port of the address: the server there is not a web server",
        E::Forbidden => {
            "a firewall or proxy in front of the service rejected the request, because of its sender or its content; \
             -v shows the answer"
        }
        E::TooLarge => "the request is larger than the server accepts: send less at a time",
        E::FrontDoor | E::Redirect => "check the address: https://<host>/<warehouse>/service.asmx",
        E::Busy => "the service is busy or rate limiting: try again later",
        E::Gateway => "a gateway in front of the service got no answer from it: try again later",
        E::NoSoap => "check the address, and any proxy in between; -v shows the answer",
        E::Unreadable | E::OtherRecord => {
            "-v shows the answer; it may come from another service, or follow a newer contract"
        }
        E::VersionFault => "try the other SOAP version with --soap",
        E::SenderFault => "the service could not read this request; -v shows its whole answer",
        E::ServerFault => "the service itself failed on this request; -v shows its whole answer",
        E::Partial => "the answer says which part was not done; -v shows the whole answer",
        _ => return None,
    })
}
