//! SOAP over HTTP like ASP.NET: finds the operation, or answers with a fault.

use super::dispatch::{SoapRequest, TABLE};
use super::notes::Notes;
use super::soap_fault::{SoapFault, place};
use crate::envelope::{self, BodyContent, SoapVersion};
use crate::operation::OperationInfo;
use crate::sandbox::contract::{NAMESPACE, OPERATIONS};
use crate::sandbox::exchanges::exchange::Invalid;
use crate::sandbox::refused::Refused;
use crate::sandbox::warehouse::Warehouse;
use crate::xml::ReadError;

/// The parsed HTTP headers of a SOAP request.
pub(crate) struct Headers {
    pub version: SoapVersion,
    /// The action of the request; `None` if it has none.
    pub action: Option<String>,
}

impl Headers {
    /// `None` if the content type is not SOAP.
    pub fn read(content_type: &str, soap_action: Option<&str>) -> Option<Headers> {
        let (media, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        let quoted = |text: &str| text.trim().trim_matches('"').to_owned();
        match media.trim().to_ascii_lowercase().as_str() {
            "text/xml" => Some(Headers { version: SoapVersion::V1_1, action: soap_action.map(quoted) }),
            "application/soap+xml" => {
                let action = parameters.split(';').find_map(|parameter| {
                    let (name, value) = parameter.split_once('=')?;
                    name.trim().eq_ignore_ascii_case("action").then(|| quoted(value))
                });
                let action = action.or_else(|| soap_action.map(quoted));
                Some(Headers { version: SoapVersion::V1_2, action })
            }
            _ => None,
        }
    }

    /// The operation that the action names.
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        let action = self.action.as_deref()?;
        OPERATIONS.iter().find(|operation| operation.action == action)
    }
}

/// What became of a request.
pub(crate) struct CarriedOut {
    pub status: u16,
    /// A whole envelope.
    pub answer: String,
    pub notes: Notes,
}

/// Carries out a request, or refuses it on demand.
pub(crate) fn carry_out(
    headers: &Headers,
    text: &str,
    warehouse: &Warehouse,
    refusal: Option<Refused>,
) -> CarriedOut {
    let mut notes = Notes::default();
    let (status, answer) = match dispatch(headers, text, warehouse, refusal, &mut notes) {
        Ok(answer) => (200, answer),
        Err(fault) => {
            let answer = envelope::fault(headers.version, fault.code, &fault.reason);
            if notes.message.is_none() {
                notes.is_broken = fault.invalid.is_none();
                notes.message =
                    Some(fault.invalid.as_ref().map_or(fault.reason, |invalid| invalid.why.clone()));
                notes.invalid = fault.invalid;
            }
            (500, answer)
        }
    };
    CarriedOut { status, answer, notes }
}

fn dispatch(
    headers: &Headers,
    text: &str,
    warehouse: &Warehouse,
    refusal: Option<Refused>,
    notes: &mut Notes,
) -> Result<String, SoapFault> {
    let Some(action) = headers.action.as_deref() else {
        return Err(SoapFault::client(
            "Unable to handle request without a valid action parameter. Please supply a valid soap action.",
        ));
    };
    let Some(operation) = headers.operation() else {
        return Err(SoapFault::client(format!(
            "Server did not recognize the value of HTTP Header SOAPAction: {action}."
        )));
    };
    let unreadable = |error: Box<ReadError>| SoapFault::unreadable(&error, text);
    let Some(mut envelope) = envelope::open(text, NAMESPACE, false).map_err(unreadable)? else {
        return Err(SoapFault::client(
            "Server was unable to read request. ---> There is an error in XML document (1, 1). ---> The request is \
             not a SOAP envelope.",
        ));
    };
    if envelope.version != headers.version {
        let reason = format!(
            "Possible SOAP version mismatch: Envelope namespace {} was unexpected. Expecting {}.",
            envelope.version.namespace(),
            headers.version.namespace()
        );
        let invalid = Invalid {
            expected: Some(headers.version.namespace().to_owned()),
            found: Some(envelope.version.namespace().to_owned()),
            ..Invalid::new("the HTTP headers have another SOAP version than the envelope")
        };
        return Err(SoapFault { code: "VersionMismatch", ..SoapFault::client(reason) }.because(invalid));
    }
    match &envelope.content {
        BodyContent::Element { namespace, name } if *namespace == NAMESPACE && name == operation.request => {}
        BodyContent::Element { namespace, name } => {
            let message = format!("<{name} xmlns='{namespace}'> was not expected.");
            let error = envelope.reader.error(message);
            return Err(SoapFault::unreadable(&error, text)
                .because(another_body(operation, namespace, name, text, &error)));
        }
        BodyContent::Fault(_) | BodyContent::Nothing => {
            let error = envelope.reader.error("the Body is empty");
            let why = format!("the SOAPAction names {}, the Body is empty", operation.name);
            return Err(SoapFault::unreadable(&error, text)
                .because(Invalid { expected: Some(operation.request.to_owned()), ..Invalid::new(why) }));
        }
    }
    envelope.reader.as_service();
    match TABLE.iter().find(|entry| entry.info.name == operation.name) {
        Some(entry) => (entry.run)(SoapRequest { text, envelope, notes, refusal }, warehouse),
        None => {
            Err(SoapFault::server(format!("This sandbox does not have the operation {}.", operation.name)))
        }
    }
}

/// The error of a request whose body does not match its headers.
fn another_body(
    operation: &OperationInfo,
    namespace: &str,
    name: &str,
    text: &str,
    error: &ReadError,
) -> Invalid {
    let found = match namespace == NAMESPACE {
        true => name.to_owned(),
        false => format!("{{{namespace}}}{name}"),
    };
    Invalid {
        place: error.offset.map(|offset| place(text, offset)),
        expected: Some(operation.request.to_owned()),
        found: Some(found.clone()),
        ..Invalid::new(format!("the SOAPAction names {}, the Body has {found}", operation.name))
    }
}
