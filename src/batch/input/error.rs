//! What is wrong with an input, and where.

use std::error::Error;
use std::fmt;

use crate::batch::record::Place;

/// Something in an input, or in its column map, is wrong: where, what, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputError {
    /// Where: file, and line where it has such.
    pub place: Place,
    /// What is wrong: in lower case, without a full stop.
    pub what: String,
    /// What to do about it, where that is known.
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

/// Place and what is wrong; the hint is for a line of its own.
impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl Error for InputError {}
