//! The client: a call is render -> send -> read.

mod builder;
mod contradiction;
mod data_rate;
mod decoded;
mod exchange;
mod found;
mod header;
mod received_answer;
mod refused;
pub(crate) mod stream;
mod write_answer;
mod write_turns;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use builder::ClientBuilder;
use exchange::{Said, UnexpectedAnswer};
use write_turns::WriteTurns;

use crate::credentials::{Credentials, GoodsOwner};
use crate::envelope::{self, SoapVersion};
use crate::error::{Context, Error, RefusingAnswer, RequestError, ResponseError};
use crate::observe::Observer;
use crate::operation::{Operation, OperationInfo};
use crate::redact::Redactor;
use crate::retry::RetryPolicy;
use crate::transport::{Timeouts, Transport};
use crate::verdict::Verdict;
use crate::xml::write::Login;
use crate::xml::{self, Notices, Reader};

/// A client of one warehouse system. Cheap to clone; clones share connections and settings.
///
/// Writes of one goods owner go one at a time, as the service handles them anyway.
#[derive(Clone)]
pub struct Client {
    settings: Arc<SharedSettings>,
    credentials: Option<Arc<Credentials>>,
    redactor: Arc<Redactor>,
    retry: RetryPolicy,
    call_timeout: Option<Duration>,
}

/// Settings shared by all clones.
struct SharedSettings {
    url: String,
    /// The address that observers and Debug see.
    shown_url: String,
    version: SoapVersion,
    strict: bool,
    max_answer_bytes: u64,
    max_row_bytes: u64,
    timeouts: Timeouts,
    transport: Arc<dyn Transport>,
    observers: Vec<Arc<dyn Observer>>,
    header: Vec<header::Block>,
    write_turns: Mutex<HashMap<GoodsOwner, Arc<WriteTurns>>>,
}

/// A request as it would be sent. Its text contains the password: show only what [`redacted`](Envelope::redacted)
/// returns.
#[derive(Clone)]
pub struct Envelope {
    /// Headers that belong to the envelope.
    pub headers: Vec<(&'static str, String)>,
    text: String,
    notices: Notices,
    redactor: Arc<Redactor>,
}

impl Envelope {
    /// Returns the envelope as it is sent, password included. Never log it.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Returns the envelope with `***` in place of the password, wherever it is a value.
    pub fn redacted(&self) -> String {
        self.redactor.text(&self.text).into_owned()
    }

    /// Returns warnings about the request that do not stop it: texts over their length.
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
            .field("url", &self.settings.shown_url)
            .field("credentials", &self.credentials)
            .finish()
    }
}

impl Client {
    /// Starts building a client for the address of a warehouse's service:
    /// `https://api.ongoingsystems.se/<warehouse>/service.asmx`.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    /// Returns the address of the service, as given. [`shown_address`](crate::transport::shown_address) hides what is
    /// secret in it.
    pub fn url(&self) -> &str {
        &self.settings.url
    }

    /// Returns the credentials, if any were set.
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_deref()
    }

    /// Returns the same client for another goods owner of the same user. Code and id are replaced together, so that
    /// they never belong to different goods owners.
    pub fn for_goods_owner(&self, goods_owner: GoodsOwner) -> Client {
        let credentials = self.credentials.as_deref().cloned().unwrap_or_else(|| Credentials::new("", ""));
        Client { credentials: Some(Arc::new(credentials.goods_owner(goods_owner))), ..self.clone() }
    }

    /// Returns the same client with another time limit for a call and its retries, `None` for no limit, as
    /// [`ClientBuilder::call_timeout`] sets it. For single calls:
    ///
    /// ```
    /// # fn run(client: &ongoing_wms::Client) -> Result<(), ongoing_wms::Error> {
    /// use ongoing_wms::api::GetInventoryQuery;
    /// use std::time::Duration;
    /// let quick = client.with_call_timeout(Some(Duration::from_secs(20)));
    /// let stock = quick.get_inventory_by_query(GetInventoryQuery::default())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_call_timeout(&self, limit: Option<Duration>) -> Client {
        Client { call_timeout: limit, ..self.clone() }
    }

    /// Returns the same client with other retry rules, as [`ClientBuilder::retry`] sets them. For single calls: a write
    /// that may happen twice without harm can be retried like a read.
    pub fn with_retry(&self, policy: RetryPolicy) -> Client {
        Client { retry: policy, ..self.clone() }
    }

    /// Calls an operation. A refusal in the answer is returned as an error.
    ///
    /// # Errors
    /// See [`Error`]: what happened to the request is in its `outcome()`.
    pub fn call<O: Operation>(&self, operation: O) -> Result<O::Response, Error> {
        self.call_ref(&operation)
    }

    /// Calls an operation by reference, like [`call`](Self::call), for a request that is needed afterwards.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_ref<O: Operation>(&self, operation: &O) -> Result<O::Response, Error> {
        let mut response = ResponseSlot::<O>(None);
        self.accepted(O::INFO, O::HEADERS, operation, &mut |p| p.other_header(), &mut response)?;
        response.taken()
    }

    // What does not depend on the operation's types stands apart, so that it is compiled once.

    /// Calls an operation and reads its answer. A refusal is an error.
    fn accepted(
        &self,
        info: &'static OperationInfo,
        headers: &[&str],
        parts: &dyn envelope::Parts,
        header: &mut dyn FnMut(&mut Reader<'_>) -> xml::Result<()>,
        response: &mut dyn AnyResponse,
    ) -> Result<(), Error> {
        let Said { undeclared, answer } = self.exchanged(info, headers, parts, header, response)?;
        match self.judged(info, answer.exchange, &response.verdict().completed(undeclared)) {
            None => Ok(()),
            Some(refusal) => {
                let refusing = response.refusing();
                let mut read = |p: &mut Reader<'_>| response.read(p).map(|()| response.refusing());
                Err(self.refused(answer, refusal, refusing, &mut read))
            }
        }
    }

    /// Render, send, read. An answer about another record is an error.
    fn exchanged(
        &self,
        info: &'static OperationInfo,
        headers: &[&str],
        parts: &dyn envelope::Parts,
        header: &mut dyn FnMut(&mut Reader<'_>) -> xml::Result<()>,
        response: &mut dyn AnyResponse,
    ) -> Result<Said, Error> {
        let envelope = self.envelope(info, headers, parts)?;
        let answer = self.send(info, &envelope, true)?;
        let mut opened = self.opened(&answer, header)?;
        match response.read(opened.response()) {
            Ok(()) => {
                let undeclared = self.said(&envelope, &answer, opened)?;
                Ok(Said { undeclared, answer })
            }
            Err(error) => Err(self.wrong(&answer, UnexpectedAnswer::Response(error))),
        }
    }

    /// Calls an operation and returns its answer, even if it is a refusal. An answer that contradicts itself or is about
    /// another record is an error, as for [`call`](Self::call).
    ///
    /// # Errors
    /// As [`call`](Self::call), but never [`Error::Refused`].
    pub fn call_unchecked<O: Operation>(&self, operation: O) -> Result<O::Response, Error> {
        self.exchange(&operation)
    }

    pub(crate) fn exchange<O: Operation>(&self, operation: &O) -> Result<O::Response, Error> {
        let mut response = ResponseSlot::<O>(None);
        self.exchanged(O::INFO, O::HEADERS, operation, &mut |p| p.other_header(), &mut response)?;
        response.taken()
    }

    /// Returns the envelope that [`call`](Self::call) would send, and sends nothing.
    ///
    /// # Errors
    /// [`Error::Request`] if the request is invalid.
    pub fn render<O: Operation>(&self, operation: &O) -> Result<Envelope, Error> {
        self.envelope(O::INFO, O::HEADERS, operation)
    }

    /// As [`render`](Self::render), if only the error is of interest.
    #[cfg(feature = "batch")]
    pub(crate) fn check<O: Operation>(&self, operation: &O) -> Result<(), Error> {
        let login = self.credentials.as_deref().map(login).unwrap_or_default();
        if envelope::is_surely_sendable(O::INFO, operation, login) {
            return Ok(());
        }
        self.render(operation).map(drop)
    }

    fn envelope(
        &self,
        info: &'static OperationInfo,
        headers: &[&str],
        parts: &dyn envelope::Parts,
    ) -> Result<Envelope, Error> {
        let login = self.credentials.as_deref().map(login).unwrap_or_default();
        let header = header::blocks(&self.settings.header, info, headers);
        match envelope::request(self.settings.version, info, parts, login, &header) {
            Ok((text, notices)) => {
                let headers = self.settings.version.headers(info.action);
                Ok(Envelope { headers, text, notices, redactor: Arc::clone(&self.redactor) })
            }
            Err(wrong) => {
                let context = Context::new(info.name, info.effect);
                Err(Error::Request(RequestError(Box::new((context, wrong)))))
            }
        }
    }
}

/// The response of an answer, whatever its type.
trait AnyResponse {
    /// Reads the members of the response element.
    fn read(&mut self, p: &mut Reader<'_>) -> xml::Result<()>;
    /// What the declared members say about success.
    fn verdict(&self) -> Verdict;
    /// The response as part of an error.
    fn refusing(&mut self) -> RefusingAnswer;
}

/// The response of an operation once it is read.
struct ResponseSlot<O: Operation>(Option<O::Response>);

impl<O: Operation> ResponseSlot<O> {
    fn taken(self) -> Result<O::Response, Error> {
        self.0.ok_or_else(|| not_read(O::INFO))
    }
}

impl<O: Operation> AnyResponse for ResponseSlot<O> {
    fn read(&mut self, p: &mut Reader<'_>) -> xml::Result<()> {
        self.0 = Some(O::read_response(p)?);
        Ok(())
    }

    fn verdict(&self) -> Verdict {
        self.0.as_ref().map(O::verdict).unwrap_or_default()
    }

    fn refusing(&mut self) -> RefusingAnswer {
        match self.0.take() {
            Some(response) => RefusingAnswer::new(response),
            None => RefusingAnswer::new(()),
        }
    }
}

/// The error for a response that was not read, which the order of the steps excludes.
#[cold]
fn not_read(info: &'static OperationInfo) -> Error {
    let error = envelope::unexpected("the response was not read".to_owned());
    Error::Response(ResponseError(Box::new((Context::new(info.name, info.effect), *error))))
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
