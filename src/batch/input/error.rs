//! What is wrong with an input, and where.

use std::error::Error;
use std::fmt;

use crate::batch::record::Place;

/// An error in an input or its column map: where it is, what is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputError {
    /// The file, and the line if there is one.
    pub place: Place,
    /// What is wrong, in lower case and without a full stop.
    pub what: String,
    /// What to do about it, if known.
    pub hint: Option<String>,
}

impl InputError {
    /// An error at a line of a file.
    pub(crate) fn at(file: &str, line: impl Into<Option<u64>>, what: impl Into<String>) -> InputError {
        let place = Place { file: file.to_owned(), line: line.into() };
        InputError { place, what: what.into(), hint: None }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<Option<String>>) -> InputError {
        self.hint = hint.into().or(self.hint);
        self
    }
}

/// The place and the error; print the hint on its own line.
impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl Error for InputError {}
