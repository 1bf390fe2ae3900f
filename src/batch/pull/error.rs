//! Why a pull fails.

use std::error::Error as StdError;
use std::{fmt, io};

use super::Source;
use crate::error::Error;
use crate::xml::ReadError;

/// Why a pull fails. Except for [`NotStored`](PullError::NotStored) nothing appears under the final name then.
#[derive(Debug)]
#[non_exhaustive]
pub enum PullError {
    /// A call failed, or its answer broke off.
    Call(Error),
    /// A row cannot be read, and what it is about can be told.
    Row {
        /// The article or order that the row is about.
        name: String,
        /// What is wrong with it.
        error: Error,
    },
    /// The rows cannot be written.
    Output(io::Error),
    /// A value cannot be written in the form that was asked for: where, and what.
    Value {
        /// Row, counted from 1, and column.
        place: String,
        /// What is wrong with it.
        message: String,
    },
    /// The table to continue has other columns.
    Header {
        /// Its first line.
        found: String,
        /// The header that was to be written.
        expected: String,
    },
    /// The source cannot be asked for changes.
    NoSince {
        /// The source.
        source: String,
        /// Those that can.
        others: Vec<String>,
    },
    /// The filter has a member that the pull sets itself.
    Conflict {
        /// The member.
        member: String,
        /// Whether it is one by which pages are asked for; else it is the time from which on changes count.
        pages: bool,
    },
    /// The filter is no request of this operation.
    Request(&'static str, Box<ReadError>),
    /// The contract that this program is built with lacks this operation.
    NoOperation(&'static str),
    /// The service did not tell its time.
    NoTime,
    /// All rows are in place, but the time was not stored: the next pull gives them again.
    NotStored(Box<PullError>),
}

impl PullError {
    pub(super) fn no_since(source: &Source) -> PullError {
        let others = Source::all().into_iter().filter(|other| other.since().is_some());
        PullError::NoSince {
            source: source.name().to_owned(),
            others: others.map(|other| other.name().to_owned()).collect(),
        }
    }
}

impl fmt::Display for PullError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PullError::Call(error) => write!(f, "{error}"),
            PullError::Row { name, error } => write!(f, "{error} ({name})"),
            PullError::Header { found, expected } => write!(
                f,
                "the table to continue has other columns: expected the header `{expected}`, found `{found}`"
            ),
            PullError::Output(error) => write!(f, "the output cannot be written: {error}"),
            PullError::Value { place, message } => write!(f, "{place}: {message}"),
            PullError::NoSince { source, others } => write!(
                f,
                "{source} cannot be asked for what changed: its query has no such member; {} can",
                others.join(", ")
            ),
            PullError::Conflict { member, pages } => {
                let what = if *pages { "its pages" } else { "what changed" };
                write!(f, "the filter sets {member}, which the pull sets itself for {what}")
            }
            PullError::Request(operation, error) => write!(f, "{operation}: {error}"),
            PullError::NoOperation(operation) => {
                write!(f, "the contract that this program is built with has no {operation}")
            }
            PullError::NoTime => f.write_str("the service does not tell its time"),
            PullError::NotStored(error) => write!(
                f,
                "all rows are in place, but the time was not stored, so that the next pull gives them again: {error}"
            ),
        }
    }
}

impl StdError for PullError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            PullError::Call(error) | PullError::Row { error, .. } => Some(error),
            PullError::Output(error) => Some(error),
            PullError::NotStored(error) => Some(error),
            PullError::Request(_, error) => Some(error),
            _ => None,
        }
    }
}
