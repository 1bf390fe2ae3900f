//! Why a push ends early.

use std::fmt;
use std::time::Duration;

use crate::batch::journal::JournalError;
use crate::error::Error;
use crate::text::counted;

/// Why a push ended early. Records that were not sent are pending; the next run delivers them.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stop {
    /// The observer ended it.
    Interrupted,
    /// The service cannot be reached, rejects the login, or returns unusable answers.
    Call(Error),
    /// As [`Call`](Stop::Call), for the records of one goods owner; those of others were delivered.
    Lane(String, Error),
    /// The service asks for a longer wait than the push allows.
    Later(Duration, Error),
    /// Too many failures in a row; with the number and the text of the last one.
    Failures(u32, String),
    /// The journal can no longer be written.
    Journal(JournalError),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Interrupted => f.write_str("interrupted"),
            Stop::Call(error) => error.fmt(f),
            Stop::Lane(owner, error) => write!(f, "goods owner {owner}: {error}"),
            Stop::Later(wait, error) => {
                write!(f, "the service is rate limiting; retry after {} s: {error}", wait.as_secs())
            }
            Stop::Failures(count, last) => {
                write!(f, "{} in a row; the last: {last}", counted((*count).into(), "failure"))
            }
            Stop::Journal(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Stop {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Stop::Call(error) | Stop::Lane(_, error) | Stop::Later(_, error) => Some(error),
            Stop::Journal(error) => Some(error),
            Stop::Interrupted | Stop::Failures(..) => None,
        }
    }
}

impl From<JournalError> for Stop {
    fn from(error: JournalError) -> Stop {
        Stop::Journal(error)
    }
}
