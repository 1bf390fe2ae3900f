//! Errors, sorted by what happened to the request.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::fault::{Fault, Refusal};
use crate::observe::ExchangeId;
use crate::operation::Effect;
use crate::outcome::{Evidence, Scope};
use crate::text;
use crate::transport::{Delivery, Phase, TransportFailure};
use crate::xml::{ReadError, WriteError};

pub use crate::outcome::Outcome;

/// A call that did not bring the answer that was asked for.
///
/// The variants say what happened to the request; [`outcome`](Error::outcome) says what that means for the warehouse.
/// No variant holds or shows a password.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The request may not be sent as it is. Nothing was sent.
    Request(RequestError),
    /// No answer came, or not the whole of it.
    Transport(TransportError),
    /// An HTTP answer came that is no SOAP.
    Status(StatusError),
    /// A SOAP answer came that is not what the contract says, or is about another record.
    Response(ResponseError),
    /// The service answered with a SOAP fault.
    Fault(FaultError),
    /// The service answered that it refuses, in whole or part: `Success` is false, or there is a list of errors.
    Refused(RefusedError),
}

/// What all errors of a call know.
pub(crate) struct Context {
    pub operation: &'static str,
    pub effect: Effect,
    pub exchange: Option<ExchangeId>,
    pub status: Option<u16>,
    /// How long the service asked to be left alone.
    pub retry_after: Option<Duration>,
    /// Without passwords, and cut.
    pub body: Vec<u8>,
    /// Length of the answer's body as it came.
    pub length: usize,
    /// What the client saw in the answer beyond its form: a refused login, another record.
    pub seen: Option<Evidence>,
}

impl fmt::Debug for Context {
    /// Shows the length of the body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("operation", &self.operation)
            .field("exchange", &self.exchange)
            .field("status", &self.status)
            .field("length", &self.length)
            .finish()
    }
}

impl Context {
    pub fn new(operation: &'static str, effect: Effect) -> Self {
        Context {
            operation,
            effect,
            exchange: None,
            status: None,
            retry_after: None,
            body: Vec::new(),
            length: 0,
            seen: None,
        }
    }
}

/// See [`Error::Request`].
#[derive(Debug)]
pub struct RequestError(pub(crate) Box<(Context, WriteError)>);

/// See [`Error::Transport`].
#[derive(Debug)]
pub struct TransportError(pub(crate) Box<(Context, TransportFailure)>);

/// See [`Error::Status`].
#[derive(Debug)]
pub struct StatusError(pub(crate) Box<(Context, String)>);

/// See [`Error::Response`].
#[derive(Debug)]
pub struct ResponseError(pub(crate) Box<(Context, ReadError)>);

/// See [`Error::Fault`].
#[derive(Debug)]
pub struct FaultError(pub(crate) Box<(Context, Fault)>);

/// See [`Error::Refused`].
pub struct RefusedError(pub(crate) Box<(Context, Refusal, Box<dyn Any + Send + Sync>)>);

impl RequestError {
    /// Members down to the value that is wrong: `ProcessOrder.co.CustomerOrderLines.CustomerOrderLine[2].Batch`.
    pub fn path(&self) -> &str {
        &self.0.1.path
    }

    /// What is wrong with it, and what to do.
    pub fn message(&self) -> &str {
        &self.0.1.message
    }
}

impl TransportError {
    /// Whether the request can have reached the service.
    pub fn delivery(&self) -> Delivery {
        self.0.1.delivery
    }

    /// The phase whose time ran out, where that was the reason.
    pub fn timeout(&self) -> Option<Phase> {
        self.0.1.timeout
    }

    /// Whether the same request must fail again, because a setting, an address or a certificate is wrong.
    pub fn is_permanent(&self) -> bool {
        self.0.1.permanent
    }
}

impl StatusError {
    /// What came instead of SOAP, in words: `an HTML page`.
    pub fn found(&self) -> &str {
        &self.0.1
    }
}

impl ResponseError {
    /// Elements down to the place, with list indexes.
    pub fn path(&self) -> &str {
        &self.0.1.path
    }

    /// Byte offset in the answer, just behind the place.
    pub fn offset(&self) -> Option<u64> {
        self.0.1.offset
    }

    /// What is wrong there.
    pub fn message(&self) -> &str {
        &self.0.1.message
    }
}

impl FaultError {
    /// The fault.
    pub fn fault(&self) -> &Fault {
        &self.0.1
    }
}

impl RefusedError {
    /// What the service says, its texts joined with `; `.
    pub fn message(&self) -> &str {
        &self.0.1.message
    }

    /// Kinds of the errors, where the answer's type has them: `LogonError`, `OrderNotFound`.
    pub fn kinds(&self) -> &[String] {
        &self.0.1.kinds
    }

    /// Whether the service carried out part of the request: errors beside `Success` true, or lines that failed beside
    /// lines that did not.
    pub fn is_partial(&self) -> bool {
        self.0.1.partial
    }

    /// The whole answer, where `T` is the operation's response type.
    pub fn result<T: 'static>(&self) -> Option<&T> {
        self.0.2.downcast_ref()
    }
}

impl fmt::Debug for RefusedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RefusedError").field(&self.0.0).field(&self.0.1).finish()
    }
}

impl Error {
    pub(crate) fn context(&self) -> &Context {
        match self {
            Error::Request(error) => &error.0.0,
            Error::Transport(error) => &error.0.0,
            Error::Status(error) => &error.0.0,
            Error::Response(error) => &error.0.0,
            Error::Fault(error) => &error.0.0,
            Error::Refused(error) => &error.0.0,
        }
    }

    /// The operation that was called.
    pub fn operation(&self) -> &'static str {
        self.context().operation
    }

    /// Name of the exchange, the same as in logs and observers; `None` where nothing was sent.
    pub fn exchange_id(&self) -> Option<ExchangeId> {
        self.context().exchange
    }

    /// HTTP status of the answer, where one came.
    pub fn status(&self) -> Option<u16> {
        self.context().status
    }

    /// How long the service asked to be left alone (`Retry-After`), counted from the answer.
    pub fn retry_after(&self) -> Option<Duration> {
        self.context().retry_after
    }

    /// The answer's body, its passwords replaced, up to 1 MiB; empty where none came.
    pub fn body(&self) -> &[u8] {
        &self.context().body
    }

    /// What is known of the exchange: the row of the [table](crate::outcome) that it falls under.
    pub fn evidence(&self) -> Evidence {
        self.context().seen.unwrap_or_else(|| match self {
            Error::Request(_) => Evidence::Unsendable,
            Error::Transport(error) => Evidence::of_failure(&error.0.1),
            Error::Status(_) => self.status().map_or(Evidence::NoSoap, Evidence::of_status),
            Error::Response(_) => Evidence::Unreadable,
            Error::Fault(error) => Evidence::of_fault(error.fault()),
            Error::Refused(error) => Evidence::of_refusal(&error.0.1),
        })
    }

    /// What the failed call means for the warehouse; never [`Outcome::Done`]. A read that failed changed nothing: its
    /// outcome is never [`Outcome::Unknown`].
    pub fn outcome(&self) -> Outcome {
        self.evidence().outcome(self.context().effect)
    }

    /// Whether the failure is about this record or about the session, for programs that send many records.
    pub fn scope(&self) -> Scope {
        self.evidence().scope()
    }

    /// Whether the service did not accept user name, password or goods owner: the status 401, the kind `LogonError`, or
    /// a fault or refusal whose whole text is known to say so. Words inside a text decide nothing.
    pub fn is_login(&self) -> bool {
        self.evidence().is_login()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation())?;
        match self {
            Error::Request(error) => write!(f, "{}; nothing was sent", error.0.1)?,
            Error::Transport(error) => write!(f, "{}", error.0.1)?,
            Error::Status(error) => {
                let context = self.context();
                write!(f, "HTTP {} ({}", context.status.unwrap_or_default(), error.found())?;
                match context.length {
                    0 => f.write_str(") where a SOAP answer was expected")?,
                    length => write!(
                        f,
                        ", {} bytes) where a SOAP answer was expected",
                        text::thousands(length as u64)
                    )?,
                }
            }
            Error::Response(error) if self.evidence() == Evidence::OtherRecord => {
                write!(f, "the answer is about another record: {}", error.0.1)?;
            }
            Error::Response(error) => write!(f, "the answer cannot be understood: {}", error.0.1)?,
            Error::Fault(error) => write!(f, "the service failed: {}", error.fault())?,
            Error::Refused(error) if error.0.1.partial => {
                write!(f, "done in part: {}", error.0.1)?;
            }
            Error::Refused(error) => write!(f, "refused: {}", error.0.1)?,
        }
        if self.outcome() == Outcome::Unknown {
            f.write_str("; the request may have been carried out")?;
        }
        match self.exchange_id() {
            Some(exchange) => write!(f, " [{exchange}]"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Transport(error) => error.0.1.source(),
            Error::Request(_)
            | Error::Status(_)
            | Error::Response(_)
            | Error::Fault(_)
            | Error::Refused(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_small() {
        assert!(size_of::<Error>() <= 16, "{}", size_of::<Error>());
    }
}
