//! An error in a contract: what is wrong, where, and what to do about it.

use std::fmt;

/// `file:line: what is wrong` and, on a line of its own, a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// `service.wsdl:120`, or only the file if the line is unknown.
    pub place: String,
    pub what: String,
    pub hint: Option<String>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Error { place: place.into(), what: what.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
