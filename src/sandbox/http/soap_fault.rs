//! Faults as ASP.NET words them, and what they mean in plain words.

use crate::sandbox::exchanges::exchange::Invalid;
use crate::sandbox::refused::Refused;
use crate::xml::ReadError;

/// A fault to answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SoapFault {
    pub code: &'static str,
    pub reason: String,
    /// Why the request is none that can be read.
    pub invalid: Option<Box<Invalid>>,
}

impl SoapFault {
    pub fn client(reason: impl Into<String>) -> SoapFault {
        let reason = reason.into();
        let invalid = Some(Box::new(Invalid::new(reason.clone())));
        SoapFault { code: "Client", reason, invalid }
    }

    /// Says in more words why the request cannot be read.
    pub fn because(mut self, invalid: Invalid) -> SoapFault {
        self.invalid = Some(Box::new(invalid));
        self
    }

    pub fn server(reason: impl Into<String>) -> SoapFault {
        SoapFault { code: "Server", reason: reason.into(), invalid: None }
    }

    /// What was refused and cannot be said in band.
    pub fn refused(refused: &Refused) -> SoapFault {
        SoapFault::server(format!("Server was unable to process request. ---> {}", refused.message))
    }

    /// A request whose XML, or a value in it, cannot be read.
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

/// What .NET says about a value that is none; the reader's own words about anything else.
fn in_words(error: &ReadError) -> String {
    let message = &*error.message;
    let shown = message.split(" is ").next().unwrap_or_default().trim_matches(['"', '`']);
    let of_type = message.strip_suffix(')').and_then(|text| text.rsplit_once('(')).map(|(_, name)| name);
    if message.ends_with("is not in the contract's list") {
        let member = error.path.rsplit('.').next().unwrap_or_default();
        return format!("Instance validation error: '{shown}' is not a valid value for {member}.");
    }
    match of_type {
        Some("int" | "long" | "short" | "decimal") if message.contains("out of range") => {
            "Value was either too large or too small for the type.".to_owned()
        }
        Some("int" | "long" | "short" | "decimal" | "double" | "float") => {
            "Input string was not in a correct format.".to_owned()
        }
        Some("boolean") => format!("The string '{shown}' is not a valid Boolean value."),
        Some("dateTime" | "date") => format!("The string '{shown}' is not a valid AllXsd value."),
        Some("base64Binary") => "Invalid length for a Base-64 char array or string.".to_owned(),
        _ if message.starts_with("is nil") => "Input string was not in a correct format.".to_owned(),
        _ => format!("{}: {message}", error.path).trim_start_matches(": ").to_owned(),
    }
}
