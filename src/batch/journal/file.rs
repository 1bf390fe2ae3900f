//! The files of a journal: their paths, their creation, and whether they are complete.
//!
//! While a push runs, the newest transactions are in FILE-wal. SQLite marks in the header of FILE that it needs that
//! file (the "write version" of the format) before the first transaction goes there; the mark is cleared when the
//! journal is closed, after everything is in FILE again. So a copy of FILE made in between can be recognized.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::error::{JournalError, sort};
use super::schema::{SCHEMA, VERSION};
use crate::batch::atomic_file::{folder, sync_folder, unfinished};

/// The kind of a file, by its first bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FileForm {
    Missing,
    /// A journal; whether its newest transactions are in its `-wal`.
    Journal {
        needs_wal: bool,
    },
    /// A journal of version 1.
    Version1,
    /// Something else: what.
    Other(String),
}

/// Looks at the header of a file.
pub(super) fn form(path: &Path) -> io::Result<FileForm> {
    let mut header = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(100).read_to_end(&mut header)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FileForm::Missing),
        Err(error) => return Err(error),
    };
    let other = |what: &str| Ok(FileForm::Other(what.to_owned()));
    if header.is_empty() {
        return other("it is empty");
    }
    let Some(header) = header.first_chunk::<100>().filter(|header| header.starts_with(b"SQLite format 3\0"))
    else {
        return other("it is not a database");
    };
    match u32::from_be_bytes([header[60], header[61], header[62], header[63]]) {
        0 => other("it is the database of another program"),
        1 => Ok(FileForm::Version1),
        version if i64::from(version) == VERSION => Ok(FileForm::Journal { needs_wal: header[18] == 2 }),
        version => other(&format!("it has format {version}, of another version of this program")),
    }
}

/// The name with something added to it.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// Whether the file with the newest transactions exists and is not empty.
pub(super) fn has_wal(path: &Path) -> bool {
    const HEADER: u64 = 32;
    fs::metadata(with_suffix(path, "-wal")).is_ok_and(|wal| wal.len() > HEADER)
}

/// The file that a name leads to, also through links without a target yet, so that one journal is never taken for two.
pub(super) fn resolve(path: &Path) -> io::Result<PathBuf> {
    const LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match fs::canonicalize(&path) {
            Ok(found) => return Ok(found),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) => {}
        }
        match fs::read_link(&path) {
            Ok(target) => path = folder(&path).join(target),
            Err(_) => {
                let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
                return Ok(fs::canonicalize(folder(&path))?.join(name));
            }
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Creates a journal, filled by `fill`. It gets its name when it is complete, so that an incomplete journal is never
/// found. On Unix only its owner can read it; elsewhere the folder's rights apply.
///
/// Returns a warning, if any.
pub(super) fn make(
    path: &Path,
    fill: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<Option<String>, JournalError> {
    let fail = |error| JournalError::File(path.to_owned(), error);
    let wrong = |error| JournalError::Database(path.to_owned(), error);
    let prefix = unfinished(path);
    let file = tempfile::Builder::new().prefix(&prefix).tempfile_in(folder(path)).map_err(fail)?;
    {
        let mut db = Connection::open(file.path()).map_err(wrong)?;
        let transaction = db.transaction().map_err(wrong)?;
        transaction.execute_batch(SCHEMA).map_err(wrong)?;
        transaction.pragma_update(None, "user_version", VERSION).map_err(wrong)?;
        fill(&transaction).map_err(wrong)?;
        transaction.commit().map_err(wrong)?;
    }
    file.as_file().sync_all().map_err(fail)?;
    file.persist_noclobber(path).map_err(|error| fail(error.error))?;
    Ok(sync_folder(folder(path)).err().map(|error| {
        format!("the folder {} cannot be synchronised to the disk: {error}", folder(path).display())
    }))
}

/// Number of pages in the `-wal` before they are moved to the journal file: of a page that many records change, only
/// the last state is written there.
const LOG_PAGES: u32 = 4_000;

/// Memory for pages in KiB, enough for the indexes of some 100,000 records.
const CACHE: i32 = 16_384;

/// Number of prepared statements that are kept; there are fewer.
const STATEMENTS: usize = 64;

/// Opens the tables for writing. Transactions go to the `-wal` from here on; [`Disk`](super::disk::Disk) waits for them to
/// be on the disk.
pub(super) fn connect(path: &Path) -> Result<Connection, JournalError> {
    let db = open(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let settings = || -> rusqlite::Result<()> {
        db.pragma_update(None, "synchronous", "normal")?;
        db.pragma_update(None, "cache_size", -CACHE)?;
        db.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))?;
        db.pragma_update(None, "secure_delete", "on")?;
        to_its_end(&db, "PRAGMA journal_mode = wal")
    };
    settings().map_err(|error| sort(path, error))?;
    Ok(db)
}

/// Opens the file with the newest transactions, of tables that are open for writing.
pub(super) fn open_wal(path: &Path) -> Result<File, JournalError> {
    let path = with_suffix(path, "-wal");
    File::options().write(true).open(&path).map_err(|error| JournalError::File(path, error))
}

/// Opens the tables for reading, also while a push runs.
pub(super) fn connect_to_read(path: &Path) -> Result<Connection, JournalError> {
    open(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn open(path: &Path, flags: rusqlite::OpenFlags) -> Result<Connection, JournalError> {
    let flags = flags | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|error| sort(path, error))?;
    let settings = || -> rusqlite::Result<()> {
        db.busy_timeout(std::time::Duration::from_secs(5))?;
        // The -wal is kept until the journal is closed properly; a reader must not remove it.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        keep_plans(&db)
    };
    settings().map_err(|error| sort(path, error))?;
    Ok(db)
}

/// Keeps prepared statements unchanged. Otherwise SQLite prepares a statement again whenever a value is bound that its
/// planner has used, which is half of the computing time of a push.
pub(super) fn keep_plans(db: &Connection) -> rusqlite::Result<()> {
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Moves everything into the journal file, and clears its mark that it needs a `-wal`.
pub(super) fn settle(db: &Connection) -> rusqlite::Result<()> {
    to_its_end(db, "PRAGMA journal_mode = delete")
}

/// Runs a statement that writes and returns rows, up to its end. SQLite commits after the last row; reading only the
/// first would hide a commit that failed.
fn to_its_end(db: &Connection, statement: &str) -> rusqlite::Result<()> {
    let mut statement = db.prepare(statement)?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
