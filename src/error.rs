//! Errors, sorted by what happened to the request.

use std::any::{Any, type_name};
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::fault::{Fault, Refusal};
use crate::observe::ExchangeId;
use crate::operation::{Effect, Operation};
use crate::outcome::{Evidence, Scope};
use crate::text;
use crate::transport::{Delivery, Phase, TransportFailure};
use crate::xml::{Enumeration, ReadError, WriteError};

pub use crate::outcome::Outcome;

/// Why a call failed.
///
/// The variants say what happened to the request; [`outcome`](Error::outcome) says what that means for the warehouse.
/// No variant holds or shows a password, in any form that [`redact`](crate::redact) finds.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The request is invalid. Nothing was sent.
    Request(RequestError),
    /// No answer arrived, or an incomplete one.
    Transport(TransportError),
    /// The HTTP answer is not SOAP.
    Status(StatusError),
    /// The SOAP answer does not follow the contract, or is about another record.
    Response(ResponseError),
    /// The service answered with a SOAP fault.
    Fault(FaultError),
    /// The service refused the request, in whole or in part: `Success` is false, or there is a list of errors.
    Refused(RefusedError),
}

/// What all errors of a call have in common.
pub(crate) struct Context {
    pub operation: &'static str,
    pub effect: Effect,
    pub exchange: Option<ExchangeId>,
    pub status: Option<u16>,
    /// How long the service asked to wait.
    pub retry_after: Option<Duration>,
    /// Without passwords, and shortened.
    pub body: Vec<u8>,
    /// Length of the answer's body as received.
    pub length: usize,
    /// What the client found in the answer beyond its structure: a rejected login, another record.
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

/// The request is invalid: [`Error::Request`]. Nothing was sent.
///
/// Happens before anything is sent: a required member or an enumeration is not set, a text holds a character that XML
/// cannot carry, the operation needs a goods owner that the credentials do not have. Remedy: correct the request;
/// [`path`](Self::path) says where.
#[derive(Debug)]
pub struct RequestError(pub(crate) Box<(Context, WriteError)>);

/// No answer arrived, or an incomplete one: [`Error::Transport`].
///
/// Happens when there is no connection, it breaks, or time runs out. Remedy: where [`delivery`](Self::delivery) is
/// [`NotSent`](Delivery::NotSent), send it again; else look in the warehouse first.
#[derive(Debug)]
pub struct TransportError(pub(crate) Box<(Context, TransportFailure)>);

/// The HTTP answer is not SOAP: [`Error::Status`].
///
/// Happens when a proxy, a firewall or the web server answers in place of the service, or the service is overloaded.
/// Remedy: [`Error::status`] and [`found`](Self::found) say who answered; [`Error::retry_after`] how long to wait.
#[derive(Debug)]
pub struct StatusError(pub(crate) Box<(Context, String)>);

/// The SOAP answer does not follow the contract, or is about another record: [`Error::Response`].
///
/// Happens when the service's contract has changed, or the answer is broken. Remedy: for a write, look in the warehouse:
/// it may have been carried out; then compare the contract (`ongoing wsdl diff`).
#[derive(Debug)]
pub struct ResponseError(pub(crate) Box<(Context, ReadError)>);

/// The service answered with a SOAP fault: [`Error::Fault`].
///
/// Happens when the service fails (a `Server` fault: a write may have been carried out), or cannot read the request (a
/// `Client` fault: nothing was done). [`Fault::is_sender`] tells the two apart.
#[derive(Debug)]
pub struct FaultError(pub(crate) Box<(Context, Fault)>);

/// The service refused the request, in whole or in part: [`Error::Refused`].
///
/// Happens when the service's rules do not allow what was asked for: an unknown article, an order that is being picked.
/// Remedy: correct the record; the same request will be refused again. [`kinds_as`](Self::kinds_as) tells the reasons
/// apart where the operation has kinds of errors, [`result_of`](Self::result_of) gives the whole answer.
pub struct RefusedError(pub(crate) Box<(Context, Refusal, RefusingAnswer)>);

/// The answer with the refusal.
pub(crate) struct RefusingAnswer {
    value: Box<dyn Any + Send + Sync>,
    /// Name of its type.
    ty: &'static str,
}

impl RefusingAnswer {
    pub fn new<R: Send + Sync + 'static>(value: R) -> RefusingAnswer {
        RefusingAnswer { value: Box::new(value), ty: type_name::<R>() }
    }
}

impl RequestError {
    /// Returns the path of members to the wrong value: `ProcessOrder.co.CustomerOrderLines.CustomerOrderLine[2].Batch`.
    pub fn path(&self) -> &str {
        &self.0.1.path
    }

    /// Returns what is wrong with the value, and what to do.
    pub fn message(&self) -> &str {
        &self.0.1.message
    }
}

impl TransportError {
    /// Returns whether the request may have reached the service.
    pub fn delivery(&self) -> Delivery {
        self.0.1.delivery
    }

    /// Returns the phase that timed out; `None` if a timeout was not the reason. [`Timeouts`](crate::Timeouts) sets the
    /// limits.
    pub fn timeout(&self) -> Option<Phase> {
        self.0.1.timeout
    }

    /// Returns whether the same request will fail again because a setting, an address or a certificate is wrong:
    /// correct the setting instead of retrying.
    pub fn is_permanent(&self) -> bool {
        self.0.1.permanent
    }

    /// What to do about it, if known.
    pub fn hint(&self) -> Option<&str> {
        self.0.1.hint()
    }
}

impl StatusError {
    /// Returns a description of what came instead of SOAP: `an HTML page`. [`Error::body`] has its text.
    pub fn found(&self) -> &str {
        &self.0.1
    }
}

impl ResponseError {
    /// Returns the path of elements to the place, with list indexes.
    pub fn path(&self) -> &str {
        &self.0.1.path
    }

    /// Returns the byte offset in the answer, just after the place; `None` if something is missing.
    pub fn offset(&self) -> Option<u64> {
        self.0.1.offset
    }

    /// Returns what is wrong there.
    pub fn message(&self) -> &str {
        &self.0.1.message
    }

    /// Returns the setting of [`ClientBuilder`](crate::ClientBuilder) that allows a larger answer, if this one exceeded
    /// it: `max_answer_bytes` or `max_row_bytes`. `None` if something else is wrong.
    pub fn raised_by(&self) -> Option<&'static str> {
        self.0.1.raised_by()
    }
}

impl FaultError {
    /// Returns the fault: code, reason and detail.
    pub fn fault(&self) -> &Fault {
        &self.0.1
    }
}

impl RefusedError {
    /// Returns the service's message; several texts are joined with `; `. Empty if it gives no reason. For people: the
    /// texts are in the warehouse's language.
    pub fn message(&self) -> &str {
        &self.0.1.message
    }

    /// Returns the message, else the kinds, else that no reason was given.
    #[cfg(feature = "batch")]
    pub(crate) fn reason(&self) -> String {
        match self.message() {
            "" => self.0.1.to_string(),
            message => message.to_owned(),
        }
    }

    /// Returns the kinds of the errors as texts: `LogonError`, `OrderNotFound`. Empty if the answer's type has none.
    pub fn kinds(&self) -> &[String] {
        &self.0.1.kinds
    }

    /// Returns the kinds of the errors as the contract's enumeration of them; one that it does not list is
    /// [unknown](Enumeration::is_unknown).
    ///
    #[cfg_attr(own_contract, doc = "```")]
    #[cfg_attr(not(own_contract), doc = "```ignore")]
    /// use ongoing_wms::api::ProcessProductionOrderErrorType as Kind;
    /// # fn handle(refused: &ongoing_wms::error::RefusedError) {
    /// for kind in refused.kinds_as::<Kind>() {
    ///     match kind {
    ///         Kind::LogonError => println!("the login is wrong"),
    ///         Kind::NonExistingArticleSupplied => println!("save the article first"),
    ///         other => println!("refused: {other}"),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn kinds_as<K: Enumeration>(&self) -> impl Iterator<Item = K> + '_ {
        self.kinds().iter().filter_map(|kind| K::parse(kind).ok())
    }

    /// Returns whether the service carried out part of the request: errors beside `Success` true, or lines that failed beside
    /// lines that did not.
    pub fn is_partial(&self) -> bool {
        self.0.1.partial
    }

    /// Returns the whole answer as the response type of an operation, as [`result`](Self::result) does; `None` if the
    /// called operation has another response type.
    ///
    /// ```
    /// # fn handle(refused: &ongoing_wms::error::RefusedError) {
    /// use ongoing_wms::api::ProcessOrder;
    /// if let Some(answer) = refused.result_of::<ProcessOrder>() {
    ///     println!("{answer:?}");
    /// }
    /// # }
    /// ```
    pub fn result_of<O: Operation>(&self) -> Option<&O::Response> {
        self.result()
    }

    /// Returns the whole answer, if `T` is the operation's response type ([`Operation::Response`]);
    /// [`result_type`](Self::result_type) names it. Passwords in it are `***`; `None` also if it cannot be read with these,
    /// as where a number is the password.
    pub fn result<T: 'static>(&self) -> Option<&T> {
        self.0.2.value.downcast_ref()
    }

    /// Returns the name of the type that [`result`](Self::result) holds; `()` if the answer cannot be kept.
    pub fn result_type(&self) -> &'static str {
        self.0.2.ty
    }
}

impl fmt::Debug for RefusedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RefusedError").field(&self.0.0).field(&self.0.1).finish()
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; nothing was sent", self.0.1)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.1.fmt(f)
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let context = &self.0.0;
        write!(f, "HTTP {} ({}", context.status.unwrap_or_default(), self.found())?;
        match context.length {
            0 => f.write_str("), expected a SOAP answer"),
            length => {
                write!(f, ", {} bytes), expected a SOAP answer", text::thousands(length as u64))
            }
        }
    }
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.0.seen {
            Some(Evidence::OtherRecord) => write!(f, "the answer is about another record: {}", self.0.1),
            _ => write!(f, "the answer cannot be understood: {}", self.0.1),
        }
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the service failed: {}", self.fault())
    }
}

impl fmt::Display for RefusedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_partial() { "done in part" } else { "refused" };
        write!(f, "{what}: {}", self.0.1)
    }
}

impl StdError for RequestError {}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.1.source()
    }
}

impl StdError for StatusError {}

impl StdError for ResponseError {}

impl StdError for FaultError {}

impl StdError for RefusedError {}

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

    /// Returns the operation that was called.
    pub fn operation(&self) -> &'static str {
        self.context().operation
    }

    /// Returns the name of the exchange, the same as in logs and observers; `None` if nothing was sent.
    pub fn exchange_id(&self) -> Option<ExchangeId> {
        self.context().exchange
    }

    /// Returns the HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.context().status
    }

    /// Returns how long the service asked to wait (`Retry-After`), counted from the answer.
    pub fn retry_after(&self) -> Option<Duration> {
        self.context().retry_after
    }

    /// Returns the answer's body with masked passwords, up to 1 MiB; empty if there was none. Of an answer that is read row
    /// by row, returns the body without its rows.
    pub fn body(&self) -> &[u8] {
        &self.context().body
    }

    /// Returns what is known about the exchange: its row of the [table](crate::outcome).
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

    /// Returns what the failed call means for the warehouse; never [`Outcome::Done`]. A failed read changed nothing:
    /// its outcome is never [`Outcome::Unknown`].
    pub fn outcome(&self) -> Outcome {
        self.evidence().outcome(self.context().effect)
    }

    /// Returns whether the failure is about this record or about the session, for programs that send many records.
    pub fn scope(&self) -> Scope {
        self.evidence().scope()
    }

    /// Returns whether the service rejected user name, password or goods owner: by status 401, the kind `LogonError`,
    /// or a fault or refusal whose whole text is known. Words inside a text never decide.
    pub fn is_login(&self) -> bool {
        self.evidence().is_login()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation())?;
        match self {
            Error::Request(error) => error.fmt(f),
            Error::Transport(error) => error.fmt(f),
            Error::Status(error) => error.fmt(f),
            Error::Response(error) => error.fmt(f),
            Error::Fault(error) => error.fmt(f),
            Error::Refused(error) => error.fmt(f),
        }?;
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
            Error::Transport(error) => error.source(),
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
