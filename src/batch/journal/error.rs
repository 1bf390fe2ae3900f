//! Why a journal cannot be used.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use rusqlite::ErrorCode;

/// Why a journal cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum JournalError {
    /// Another program has it open.
    InUse(PathBuf),
    /// It is about something else: what, of the journal, and of this run.
    Other(PathBuf, &'static str, String, String),
    /// It is no journal, or damaged.
    Damaged(PathBuf, String),
    /// It cannot be made or opened.
    File(PathBuf, io::Error),
    /// It cannot be written or read.
    Database(PathBuf, rusqlite::Error),
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JournalError::InUse(path) => {
                write!(f, "the journal {} is in use by another push", path.display())
            }
            JournalError::Other(path, what, theirs, ours) => {
                write!(f, "the journal {} belongs to another {what}: {theirs}, not {ours}", path.display())
            }
            JournalError::Damaged(path, how) => write!(f, "{} is no sound journal: {how}", path.display()),
            JournalError::File(path, error) => write!(f, "the journal {}: {error}", path.display()),
            JournalError::Database(path, error) => {
                write!(f, "the journal {} cannot be written: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for JournalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            JournalError::File(_, error) => Some(error),
            JournalError::Database(_, error) => Some(error),
            JournalError::InUse(_) | JournalError::Other(..) | JournalError::Damaged(..) => None,
        }
    }
}

impl JournalError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            JournalError::InUse(_) => "wait for it to end; two at once would send records twice",
            JournalError::Other(..) => {
                "give each input its own journal, or leave the choice of the name to the program; \
                 for an input that goes on where another one ended, say so"
            }
            JournalError::Damaged(..) => {
                "take it from a backup; without it nobody knows what was sent: look in the warehouse before you \
                 move it away and start anew"
            }
            JournalError::File(..) => "look at its name; it stands in a folder that can be written to",
            JournalError::Database(..) => {
                "make room on the disk, then run the same command again: it goes on where it ended"
            }
        }
    }
}

/// What an error of the database says about the journal.
pub(super) fn sort(path: &Path, error: rusqlite::Error) -> JournalError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => JournalError::InUse(path.to_owned()),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            JournalError::Damaged(path.to_owned(), error.to_string())
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            JournalError::File(path.to_owned(), io::Error::other(error.to_string()))
        }
        _ => JournalError::Database(path.to_owned(), error),
    }
}
