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
    /// A row cannot be read; the article or order is known.
    Row {
        /// The article or order that the row is about.
        name: String,
        /// What is wrong with it.
        error: Error,
    },
    /// The rows cannot be written.
    Output(io::Error),
    /// A value cannot be written in the requested format; with the place and the reason.
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
    /// The source has no query for changes.
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
        /// Whether it is a member for paging; otherwise it is the time since which changes are requested.
        pages: bool,
    },
    /// The filter is not a valid request of this operation.
    Request(&'static str, Box<ReadError>),
    /// The contract of this build lacks this operation.
    NoOperation(&'static str),
    /// The service did not return its time.
    NoTime,
    /// This machine's time is outside the years 1 to 9999.
    OwnTime,
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
            PullError::NoSince { source, others } => {
                write!(f, "{source} has no query for changes; {} have", others.join(", "))
            }
            PullError::Conflict { member, pages } => {
                let what = if *pages { "its pages" } else { "what changed" };
                write!(f, "the filter sets {member}, which the pull sets itself for {what}")
            }
            PullError::Request(operation, error) => write!(f, "{operation}: {error}"),
            PullError::NoOperation(operation) => {
                write!(f, "this program's contract has no {operation}")
            }
            PullError::NoTime => f.write_str("the service did not return its time"),
            PullError::OwnTime => f.write_str("this machine's time is outside the years 1 to 9999"),
            PullError::NotStored(error) => write!(
                f,
                "all rows were written, but the time was not stored; the next pull delivers them again: {error}"
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
