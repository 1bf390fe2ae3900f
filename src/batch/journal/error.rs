//! Why a journal cannot be used.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use rusqlite::ErrorCode;

use crate::suggest::shell_word;

/// Why a journal cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum JournalError {
    /// Another program has it open.
    InUse(PathBuf),
    /// It belongs to something else: what, in the journal and in this run.
    Other(PathBuf, &'static str, String, String),
    /// It is damaged, or another file.
    Damaged(PathBuf, String),
    /// It is valid but lacks its newest part.
    Incomplete(PathBuf, String),
    /// A version 1 journal does not name the goods owner of its records.
    WhoseRecords(PathBuf),
    /// It cannot be created or opened.
    File(PathBuf, io::Error),
    /// It cannot be written or read.
    Database(PathBuf, rusqlite::Error),
    /// It cannot be flushed to the disk.
    Disk(PathBuf, io::Error),
    /// The caller's statement about a record is invalid: the error and the hint.
    Said(String, String),
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
            JournalError::Damaged(path, how) => write!(f, "the journal {} is damaged: {how}", path.display()),
            JournalError::Incomplete(path, how) => {
                write!(f, "the journal {} is incomplete: {how}", path.display())
            }
            JournalError::WhoseRecords(path) => {
                write!(f, "the old journal {} does not say whose records it holds", path.display())
            }
            JournalError::File(path, error) => {
                write!(f, "the journal {} cannot be opened: {error}", path.display())
            }
            JournalError::Database(path, error) => {
                write!(f, "the journal {} cannot be written: {}", path.display(), reason(error))
            }
            JournalError::Disk(path, error) => {
                write!(f, "the journal {} cannot be flushed to the disk: {error}", path.display())
            }
            JournalError::Said(what, _) => f.write_str(what),
        }
    }
}

/// SQLite's own text, unless it has the same one for every failure of a disk.
fn reason(error: &rusqlite::Error) -> String {
    match error.sqlite_extended_error_code() {
        Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => {
            "its -shm file cannot be enlarged; probably the disk is full".to_owned()
        }
        _ => error.to_string(),
    }
}

impl std::error::Error for JournalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            JournalError::File(_, error) | JournalError::Disk(_, error) => Some(error),
            JournalError::Database(_, error) => Some(error),
            _ => None,
        }
    }
}

impl JournalError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            JournalError::InUse(_) => "wait for it to end, or use --wait SECONDS".to_owned(),
            JournalError::Other(path, "service", _, ours) => format!(
                "use another --journal for another service; if the service has moved: \
                 `ongoing journal move {} --service {}`",
                word(path),
                shell_word(ours)
            ),
            JournalError::Other(..) => {
                "each kind of record has its own journal: use another --journal".to_owned()
            }
            JournalError::Damaged(path, _) => format!(
                "restore it from a backup and run `ongoing journal restore {}`; without a backup, move it away with \
                 {}.lock: the next push looks up each `Create` in the warehouse before it sends it",
                word(path),
                path.display()
            ),
            JournalError::Incomplete(path, _) => format!(
                "put {}-wal back beside it, if that still exists; otherwise accept what is left with `ongoing journal restore \
                 {}`: the next push then looks in the warehouse before it sends a `Create`",
                path.display(),
                word(path)
            ),
            JournalError::WhoseRecords(_) => {
                "name the goods owner of these records with --old-journal-owner OWNER".to_owned()
            }
            JournalError::File(..) => "its folder must exist and be writable".to_owned(),
            JournalError::Database(..) | JournalError::Disk(..) => {
                "free disk space, then run the same command again: it continues where it stopped".to_owned()
            }
            JournalError::Said(_, hint) => hint.clone(),
        }
    }
}

/// A path as it is written in a command.
pub(super) fn word(path: &Path) -> String {
    shell_word(&path.display().to_string()).into_owned()
}

/// Converts a database error to a journal error.
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
