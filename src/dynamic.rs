//! Operations chosen by name at run time, with requests and answers in JSON or XML.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use self::once::{Once, has_no_duplicate};
use crate::api;
use crate::client::{Client, Envelope};
use crate::envelope::{self, BodyContent};
use crate::error::Error;
use crate::operation::{Operation, OperationInfo, PagedOperation, Paging, RowOperation, TypeInfo};
use crate::xml::json_ref::JsonRef;
#[cfg(feature = "batch")]
use crate::xml::json_tree::JsonTree;
use crate::xml::memory::MemoryLimit;
use crate::xml::{ReadError, Reader, Writer};

mod json_rows;
mod once;

#[cfg(feature = "batch")]
pub(crate) use json_rows::Elements;
pub(crate) use json_rows::WantedRow;
pub use json_rows::{JsonPages, JsonRows, Row};

#[cfg(feature = "batch")]
use json_rows::rows_by_form_of;
use json_rows::{numbered_rows_of, pages_of, rows_of};

/// A request of any operation.
pub trait Request: Send {
    /// Returns what the contract says about the operation.
    fn info(&self) -> &'static OperationInfo;

    /// Returns the envelope that would be sent.
    ///
    /// # Errors
    /// [`Error::Request`] where the request may not be sent.
    fn render(&self, client: &Client) -> Result<Envelope, Error>;

    /// As [`render`](Self::render), if only the error is of interest.
    #[doc(hidden)]
    fn check(&self, client: &Client) -> Result<(), Error> {
        self.render(client).map(drop)
    }

    /// Calls the operation.
    ///
    /// # Errors
    /// As [`Client::call`].
    fn call(&self, client: &Client) -> Result<Box<dyn Answer>, Error>;

    /// Calls the operation and returns its answer, even if it is a refusal.
    ///
    /// # Errors
    /// As [`Client::call_unchecked`].
    fn call_unchecked(&self, client: &Client) -> Result<Box<dyn Answer>, Error>;

    /// Returns the request in JSON form, as [`request_from_json`] reads it.
    fn to_json(&self) -> Value;
}

/// An answer of any operation.
pub trait Answer: Send {
    /// Returns the result in JSON form; `null` if there is none.
    fn to_json(&self) -> Value;

    /// Returns the response element as XML.
    fn to_xml(&self) -> String;
}

type MakePages = fn(&Client, &Value, u32, WantedRow) -> Result<Box<dyn JsonPages>, Box<ReadError>>;

type MakeRows = fn(&Client, &Value, WantedRow, bool) -> Result<JsonRows, Box<ReadError>>;

type BuiltRequest = Result<Box<dyn Request>, Box<ReadError>>;

/// How an operation's request is built from a text.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct RequestFactory {
    from_json: fn(JsonRef<'_>) -> BuiltRequest,
    from_xml: fn(&str, bool) -> BuiltRequest,
    rows: Option<MakeRows>,
    pages: Option<(MakePages, &'static Paging)>,
    #[cfg(feature = "batch")]
    rows_by_form: fn(&Client, &Value) -> Result<Elements, Box<ReadError>>,
}

impl RequestFactory {
    pub const fn of<O: Operation + Send + 'static>() -> RequestFactory {
        RequestFactory {
            from_json: from_json::<O>,
            from_xml: from_xml::<O>,
            rows: None,
            pages: None,
            #[cfg(feature = "batch")]
            rows_by_form: rows_by_form_of::<O>,
        }
    }

    pub const fn by_row<O: RowOperation + Send + 'static>(mut self) -> RequestFactory {
        self.rows = Some(rows_of::<O>);
        self
    }

    pub const fn by_page<O: PagedOperation + Send + 'static>(mut self) -> RequestFactory {
        self.rows = Some(numbered_rows_of::<O>);
        self.pages = Some((pages_of::<O>, &O::PAGING));
        self
    }
}

/// How an operation is called by name.
fn entry(operation: &OperationInfo) -> Result<&'static RequestFactory, Box<ReadError>> {
    operation.by_name.downcast_ref().ok_or_else(|| {
        envelope::unexpected(format!("{} was not generated for calls by name", operation.name))
    })
}

/// Returns the operation with this name.
pub fn find(name: &str) -> Option<&'static OperationInfo> {
    api::OPERATIONS.iter().find(|operation| operation.name == name)
}

/// Returns the type with this name.
pub fn find_type(name: &str) -> Option<&'static TypeInfo> {
    static BY_NAME: LazyLock<HashMap<&str, &TypeInfo>> =
        LazyLock::new(|| api::TYPES.iter().map(|ty| (ty.name, ty)).collect());
    BY_NAME.get(name).copied()
}

/// Returns the type of the operation's payload ([`OperationInfo::payload`]).
pub fn payload(operation: &OperationInfo) -> Option<&'static TypeInfo> {
    let name = operation.payload?;
    find_type(operation.members.iter().find(|member| member.name == name)?.ty)
}

/// Returns the type of a row of the operation's answer, if the answer is one list ([`OperationInfo::rows`]).
pub fn row_type(operation: &OperationInfo) -> Option<&'static TypeInfo> {
    let mut steps = operation.rows.iter();
    let first = steps.next()?;
    let mut member = operation.results.iter().find(|member| member.name == *first)?;
    for step in steps {
        // The wrapper of a list is the member that the list is.
        if *step == member.item {
            continue;
        }
        member = find_type(member.ty)?.members.iter().find(|member| member.name == *step)?;
    }
    find_type(member.ty)
}

/// Reads JSON and rejects duplicate members. JSON itself allows a name to repeat, and the last one silently wins: in an
/// order that would lose a line or a quantity.
///
/// # Errors
/// Text that is no JSON, and a member that occurs twice ([`is_data`](serde_json::Error::is_data)), with the place.
pub fn json_from_text(text: &str) -> Result<Value, serde_json::Error> {
    let value = serde_json::from_str(text)?;
    if !has_no_duplicate(text, &value) {
        serde_json::from_str::<Once>(text)?;
    }
    Ok(value)
}

/// Builds a request from its JSON form: the payload if the operation has exactly one ([`OperationInfo::payload`]), else
/// an object with its members.
///
/// # Errors
/// Unknown members, absent required members and wrong values, with the member's path.
pub fn request_from_json(
    operation: &OperationInfo,
    value: &Value,
) -> Result<Box<dyn Request>, Box<ReadError>> {
    request_from_value(operation, &mut value.clone())
}

/// Builds a request like [`request_from_json`], but without copying the value, which is unchanged when this returns.
pub(crate) fn request_from_value(
    operation: &OperationInfo,
    value: &mut Value,
) -> Result<Box<dyn Request>, Box<ReadError>> {
    let entry = entry(operation)?;
    below_payload(operation.payload, value, |whole| (entry.from_json)(whole.into()))
}

/// As [`request_from_value`].
#[cfg(feature = "batch")]
pub(crate) fn request_from_tree(
    operation: &OperationInfo,
    tree: &mut JsonTree<'_>,
) -> Result<Box<dyn Request>, Box<ReadError>> {
    let entry = entry(operation)?;
    let Some(payload) = operation.payload else { return (entry.from_json)((&*tree).into()) };
    let whole = JsonTree::Object(vec![(payload.into(), std::mem::replace(tree, JsonTree::Null))]);
    let made = (entry.from_json)((&whole).into());
    if let JsonTree::Object(members) = whole {
        members.into_iter().for_each(|(_, payload)| *tree = payload);
    }
    made
}

/// Builds a request from XML: the request element, alone or in an envelope. The sender's members are ignored.
///
/// # Errors
/// XML that is not well-formed or not of this operation, with path and byte offset.
pub fn request_from_xml(operation: &OperationInfo, text: &str) -> Result<Box<dyn Request>, Box<ReadError>> {
    (entry(operation)?.from_xml)(text, true)
}

/// Builds a request like [`request_from_xml`], from XML that other clients sent: members may be in any order or
/// missing.
///
/// # Errors
/// XML that cannot be read.
#[doc(hidden)]
pub fn received_from_xml(operation: &OperationInfo, text: &str) -> Result<Box<dyn Request>, Box<ReadError>> {
    (entry(operation)?.from_xml)(text, false)
}

/// Calls an operation with a request in JSON form and returns the rows of its answer as they arrive; `None` if the
/// answer is not one list ([`OperationInfo::rows`]).
///
/// # Errors
/// As [`request_from_json`]; those of the call are items of the iterator, as in [`Client::rows`].
pub fn rows(
    client: &Client,
    operation: &OperationInfo,
    request: &Value,
) -> Option<Result<JsonRows, Box<ReadError>>> {
    rows_in_form(client, operation, request, WantedRow::Json, false)
}

/// As [`rows`], in this form. If every row counts, other elements among the rows are an error, not a notice.
pub(crate) fn rows_in_form(
    client: &Client,
    operation: &OperationInfo,
    request: &Value,
    form: WantedRow,
    every_row: bool,
) -> Option<Result<JsonRows, Box<ReadError>>> {
    entry(operation).ok()?.rows.map(|rows| rows(client, request, form, every_row))
}

/// Calls an operation like [`rows`], if the members of the answer are not in the contract: the rows are recognized by
/// their structure.
#[cfg(feature = "batch")]
pub(crate) fn rows_by_form(
    client: &Client,
    operation: &OperationInfo,
    request: &Value,
) -> Result<Elements, Box<ReadError>> {
    (entry(operation)?.rows_by_form)(client, request)
}

/// Returns the members for paging the operation's answer; `None` if it is not paged.
pub fn paging(operation: &OperationInfo) -> Option<&'static Paging> {
    entry(operation).ok()?.pages.map(|(_, paging)| paging)
}

/// Calls an operation like [`rows`], requesting `size` rows at a time; `None` if the operation has no [`paging`].
///
/// # Errors
/// As [`rows`].
pub fn pages(
    client: &Client,
    operation: &OperationInfo,
    request: &Value,
    size: u32,
) -> Option<Result<Box<dyn JsonPages>, Box<ReadError>>> {
    pages_in_form(client, operation, request, size, WantedRow::Json)
}

/// As [`pages`], in this form.
pub(crate) fn pages_in_form(
    client: &Client,
    operation: &OperationInfo,
    request: &Value,
    size: u32,
    form: WantedRow,
) -> Option<Result<Box<dyn JsonPages>, Box<ReadError>>> {
    entry(operation).ok()?.pages.map(|(pages, _)| pages(client, request, size, form))
}

fn from_json<O: Operation + Send + 'static>(whole: JsonRef<'_>) -> Result<Box<dyn Request>, Box<ReadError>> {
    Ok(Box::new(Typed(crate::xml::json::from_ref::<O>(whole)?)))
}

fn typed_from_json<O: Operation>(value: &Value) -> Result<O, Box<ReadError>> {
    below_payload(O::INFO.payload, &mut value.clone(), crate::xml::json::from_value)
}

/// While it is read, the value is placed below the payload's name.
fn below_payload<T>(payload: Option<&str>, value: &mut Value, read: impl FnOnce(&Value) -> T) -> T {
    let Some(payload) = payload else { return read(value) };
    let mut whole = Value::Object(Map::from_iter([(payload.to_owned(), value.take())]));
    let read = read(&whole);
    *value = whole[payload].take();
    read
}

fn from_xml<O: Operation + Send + 'static>(
    text: &str,
    strict: bool,
) -> Result<Box<dyn Request>, Box<ReadError>> {
    let mut operation = O::blank();
    let (wanted_namespace, wanted) = O::INFO.request_name();
    let is_ours = |namespace: &str, name: &str| namespace == wanted_namespace && name == wanted;
    let expected =
        |name: &str| envelope::unexpected(format!("expected {wanted} in {wanted_namespace}, found {name}"));
    let mut read_header = |p: &mut Reader<'_>| operation.read_header(p);
    match envelope::open_with_header(text, O::INFO.namespace, strict, MemoryLimit::DEFAULT, &mut |p| {
        read_header(p)
    })? {
        Some(mut envelope) => {
            match &envelope.content {
                BodyContent::Element { namespace, name } if is_ours(namespace, name) => {
                    if strict {
                        envelope.reader.refuse_nil_items();
                    }
                    operation.read(&mut envelope.reader)?;
                }
                BodyContent::Element { name, .. } => return Err(expected(name)),
                BodyContent::Nothing if wanted.is_empty() => {}
                BodyContent::Fault(_) | BodyContent::Nothing => return Err(expected("none")),
            }
            envelope.close()?;
        }
        None => {
            let mut p = Reader::new(text, O::INFO.namespace).strict(strict);
            if strict {
                p.refuse_nil_items();
            }
            let (namespace, name) = p.root()?;
            if !is_ours(&namespace, &name) {
                return Err(expected(&name));
            }
            operation.read(&mut p)?;
            p.finish()?;
        }
    }
    Ok(Box::new(Typed(operation)))
}

struct Typed<O>(O);

impl<O: Operation + Send + 'static> Request for Typed<O> {
    fn info(&self) -> &'static OperationInfo {
        O::INFO
    }

    fn render(&self, client: &Client) -> Result<Envelope, Error> {
        client.render(&self.0)
    }

    #[cfg(feature = "batch")]
    fn check(&self, client: &Client) -> Result<(), Error> {
        client.check(&self.0)
    }

    fn call(&self, client: &Client) -> Result<Box<dyn Answer>, Error> {
        let response = client.call_ref(&self.0)?;
        Ok(Box::new(Answered::<O>(response)))
    }

    fn call_unchecked(&self, client: &Client) -> Result<Box<dyn Answer>, Error> {
        Ok(Box::new(Answered::<O>(client.exchange(&self.0)?)))
    }

    fn to_json(&self) -> Value {
        let whole = parsed(crate::xml::json::to_string(&self.0).unwrap_or_default());
        match O::INFO.payload {
            Some(payload) => member(whole, payload),
            None => whole,
        }
    }
}

struct Answered<O: Operation>(O::Response);

impl<O: Operation> Answer for Answered<O>
where
    O::Response: Send,
{
    fn to_json(&self) -> Value {
        to_json::<O>(&self.0)
    }

    fn to_xml(&self) -> String {
        if O::INFO.response.is_empty() {
            return String::new();
        }
        let mut w = Writer::xml(O::INFO.namespace, None);
        w.root_with_xsi(O::INFO.response);
        O::write_response(&self.0, &mut w);
        w.end();
        crate::redact::redact_text(&w.into_text())
    }
}

/// The JSON form of an operation's response.
pub fn to_json<O: Operation>(response: &O::Response) -> Value {
    let mut w = Writer::json();
    O::write_response(response, &mut w);
    w.end_json_value();
    let whole = parsed(w.into_text());
    match O::INFO.results {
        [result] => member(whole, result.name),
        _ => whole,
    }
}

fn parsed(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or_default()
}

fn member(whole: Value, name: &str) -> Value {
    match whole {
        Value::Object(mut members) => members.remove(name).unwrap_or_default(),
        _ => Value::Null,
    }
}
