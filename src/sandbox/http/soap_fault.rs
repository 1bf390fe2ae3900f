//! Faults in ASP.NET's words, and their meaning in plain words.

use crate::sandbox::exchanges::exchange::Invalid;
use crate::sandbox::refused::Refused;
use crate::xml::read_error::ReadErrorKind;
use crate::xml::value::{Family, ValueFlaw};
use crate::xml::{NoticeKind, ReadError};

/// A fault to answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SoapFault {
    pub code: &'static str,
    pub reason: String,
    /// Why the request cannot be read.
    pub invalid: Option<Box<Invalid>>,
}

impl SoapFault {
    pub fn client(reason: impl Into<String>) -> SoapFault {
        let reason = reason.into();
        let invalid = Some(Box::new(Invalid::new(reason.clone())));
        SoapFault { code: "Client", reason, invalid }
    }

    /// Adds the details why the request cannot be read.
    pub fn because(mut self, invalid: Invalid) -> SoapFault {
        self.invalid = Some(Box::new(invalid));
        self
    }

    pub fn server(reason: impl Into<String>) -> SoapFault {
        SoapFault { code: "Server", reason: reason.into(), invalid: None }
    }

    /// A refusal for an answer type without errors.
    pub fn refused(refused: &Refused) -> SoapFault {
        SoapFault::server(format!("Server was unable to process request. ---> {}", refused.message))
    }

    /// A request with unreadable XML or an invalid value.
    pub fn unreadable(error: &ReadError, text: &str) -> SoapFault {
        let (line, column) = place(text, error.offset.unwrap_or_default());
        let words = in_words(error);
        let fault = SoapFault::client(format!(
            "Server was unable to read request. ---> There is an error in XML document ({line}, {column}). ---> {words}",
        ));
        let why = if error.path.is_empty() { words } else { format!("{}: {}", error.path, error.message) };
        fault.because(Invalid { place: error.offset.map(|_| (line, column)), ..Invalid::new(why) })
    }
}

/// Line and column of a byte offset, both from 1.
pub(crate) fn place(text: &str, offset: u64) -> (usize, usize) {
    let mut offset = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// What .NET says about a text that is not a value; the reader's own words about anything else.
fn in_words(error: &ReadError) -> String {
    const NUMBER: &str = "Input string was not in a correct format.";
    let unlisted = |found: &str| {
        let member = error.path.rsplit('.').next().unwrap_or_default();
        format!("Instance validation error: '{found}' is not a valid value for {member}.")
    };
    match &error.kind {
        ReadErrorKind::Refused(NoticeKind::UnknownEnumeration, found) => unlisted(found),
        ReadErrorKind::Refused(NoticeKind::NilMember, _) => NUMBER.to_owned(),
        ReadErrorKind::Value(error) => match (error.family(), error.wrong()) {
            (Family::Number, ValueFlaw::Range) => {
                "Value was either too large or too small for the type.".to_owned()
            }
            (Family::Number | Family::Float, _) => NUMBER.to_owned(),
            (Family::Boolean, _) => format!("The string '{}' is not a valid Boolean value.", error.shown()),
            (Family::Time, _) => format!("The string '{}' is not a valid AllXsd value.", error.shown()),
            (Family::Bytes, _) => "Invalid length for a Base-64 char array or string.".to_owned(),
            (Family::Enumeration, _) => unlisted(error.shown()),
            (Family::Text, _) => error.to_string(),
        },
        _ => format!("{}: {}", error.path, error.message).trim_start_matches(": ").to_owned(),
    }
}
