//! The outcome of each record, in a file that is correct whenever the program ends, or else is refused.
//!
//! A journal is for one kind of record and one service, whatever the names of the inputs. It is an outbox: records are
//! added with their payloads, and stay until they are settled. Everything that happens to a record is an event in an
//! append-only list; a record is marked as sent before the first byte goes out, and that mark is on the disk. So a
//! record without the mark was never sent, and a record with the mark but without an outcome may have been carried out.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension as _};

mod copy;
mod disk;
mod error;
mod event;
mod file;
mod keys;
mod lock;
mod outbox;
mod schema;
mod seen_keys;
mod service_address;
mod stage;
mod state;
mod transaction;
mod upkeep;
mod verify;
mod version_1;

pub use error::JournalError;
pub use state::{Entry, State};

pub(super) use outbox::Task;
pub(super) use seen_keys::SeenKeys;
pub(super) use stage::{Staged, Staging};
pub(super) use upkeep::StatedOutcome;

use disk::Disk;
use error::sort;
use event::{Chain, JournalEvent, What};
use file::FileForm;
use lock::Lock;
use service_address::normal_form;

/// The subject of a journal. It is never used for anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Name of the kind of records.
    pub kind: String,
    /// Address of the service, in any spelling.
    pub url: String,
}

/// How a journal is opened.
#[derive(Clone)]
pub(super) struct Opening<'a> {
    pub path: &'a Path,
    pub about: About,
    /// How long to wait for another program that has it open.
    pub wait: Duration,
    /// Whether the wait is to end now.
    pub ends: &'a dyn Fn() -> bool,
    /// A journal of version 1 to take over, if it exists.
    pub old: Option<&'a Path>,
    /// The goods owner of the records in a version 1 journal that does not name it.
    pub old_owner: Option<&'a str>,
}

/// The journal of a push, open for this program only, or for reading.
pub struct Journal {
    db: Connection,
    /// The path, as given.
    path: PathBuf,
    /// `None` for reading only.
    disk: Option<Arc<Disk>>,
    chain: Cell<Chain>,
    /// Settled versions whose payloads are not deleted yet.
    spent: RefCell<Vec<i64>>,
    run: i64,
    fresh: bool,
    opened: Instant,
    /// Whether no request that this journal does not know can be in flight.
    proven: bool,
    /// Whether payloads are kept to be sent.
    keeps_payloads: bool,
    /// When this program last sent a version.
    sent: HashMap<i64, Instant>,
    warnings: Vec<String>,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).field("run", &self.run).finish_non_exhaustive()
    }
}

/// A result of the journal.
pub type Result<T> = std::result::Result<T, JournalError>;

impl Journal {
    /// Opens or creates a journal.
    ///
    /// # Errors
    /// It is in use, belongs to something else, is damaged or incomplete, or not writable.
    pub(super) fn open(opening: &Opening<'_>) -> Result<Journal> {
        let Opening { path, about, wait, ends, old, old_owner } = opening;
        let fail = |error| JournalError::File((*path).to_owned(), error);
        let real = file::resolve(path).map_err(fail)?;
        let mut lock = Lock::take(&real, *wait, *ends).map_err(|error| at(path, error))?;
        super::atomic_file::clean(&real);
        let mut form = file::form(&real).map_err(fail)?;
        if form == FileForm::Version1 {
            version_1::make_way(&real, about, *old_owner)?;
            form = FileForm::Missing;
        }
        let fresh = form == FileForm::Missing;
        let mut warnings = Vec::new();
        if fresh {
            warnings.extend(make(&real, about)?);
            lock.note(&Chain::default()).map_err(fail)?;
        }
        let mut journal = Journal::open_real(path, &real, Some(lock))?;
        journal.check(about)?;
        (journal.fresh, journal.warnings) = (fresh, warnings);
        journal.proven = journal.about("proven")?.is_some();
        journal.take_over(&real, *old, about, *old_owner)?;
        journal.delete_forgotten()?;
        journal.run = journal.number("run")? + 1;
        journal.set("run", &journal.run.to_string())?;
        Ok(journal)
    }

    /// Opens a journal for reading, even while a push runs.
    ///
    /// # Errors
    /// It is missing, incomplete or damaged.
    pub fn look_into(path: &Path) -> Result<Journal> {
        let fail = |error| JournalError::File(path.to_owned(), error);
        let real = fs::canonicalize(path).map_err(fail)?;
        Journal::open_real(path, &real, None)
    }

    /// The existing journal for records of this kind, for reading. `None` if there is none in the current format.
    ///
    /// # Errors
    /// It cannot be read, or belongs to something else.
    pub(super) fn known(path: &Path, kind: &str) -> Result<Option<Journal>> {
        let form = file::form(path).map_err(|error| JournalError::File(path.to_owned(), error))?;
        if matches!(form, FileForm::Missing | FileForm::Version1) {
            return Ok(None);
        }
        let journal = Journal::look_into(path)?;
        journal.must_be("kind", "kind of record", kind)?;
        Ok(Some(journal))
    }

    /// Opens a journal to change it.
    ///
    /// # Errors
    /// It is missing, in use, incomplete or damaged.
    pub fn open_existing(path: &Path, wait: Duration) -> Result<Journal> {
        let fail = |error| JournalError::File(path.to_owned(), error);
        let real = fs::canonicalize(path).map_err(fail)?;
        let lock = Lock::take(&real, wait, &|| false)?;
        let mut journal = Journal::open_real(path, &real, Some(lock))?;
        journal.run = journal.number("run")?;
        journal.delete_forgotten()?;
        Ok(journal)
    }

    /// A temporary journal, in which a push can be tried.
    ///
    /// # Errors
    /// The disk is full.
    pub(super) fn temporary() -> Result<Journal> {
        let path = PathBuf::from("(temporary)");
        let fail = |error| JournalError::Database(path.clone(), error);
        // An empty name is a temporary file of SQLite, deleted when it is closed.
        let db = Connection::open("").map_err(fail)?;
        file::keep_plans(&db).map_err(fail)?;
        db.execute_batch(schema::SCHEMA).map_err(fail)?;
        let mut journal = Journal::around(db, path);
        (journal.run, journal.keeps_payloads) = (1, false);
        Ok(journal)
    }

    fn around(db: Connection, path: PathBuf) -> Journal {
        Journal {
            db,
            path,
            disk: None,
            chain: Cell::default(),
            spent: RefCell::default(),
            run: 0,
            fresh: false,
            opened: Instant::now(),
            proven: true,
            keeps_payloads: true,
            sent: HashMap::new(),
            warnings: Vec::new(),
        }
    }

    fn open_real(path: &Path, real: &Path, mut lock: Option<Lock>) -> Result<Journal> {
        let fail = |error| JournalError::File(path.to_owned(), error);
        let damaged = |how: String| JournalError::Damaged(path.to_owned(), how);
        let incomplete = |how: &str| JournalError::Incomplete(path.to_owned(), how.to_owned());
        let needs_wal = match file::form(real).map_err(fail)? {
            FileForm::Journal { needs_wal } => needs_wal,
            FileForm::Missing => return Err(fail(std::io::ErrorKind::NotFound.into())),
            FileForm::Version1 => {
                return Err(damaged(
                    "it has format 1, from an earlier version: push with it once to convert it".to_owned(),
                ));
            }
            FileForm::Other(what) => return Err(damaged(what)),
        };
        let noted = match &mut lock {
            Some(lock) => lock.noted().map_err(fail)?,
            None => None,
        };
        if needs_wal && !file::has_wal(real) && noted.is_none() {
            return Err(incomplete("it was copied, or moved, without its -wal while a push had it open"));
        }
        let db = match lock {
            Some(_) => file::connect(real),
            None => file::connect_to_read(real),
        }
        .map_err(|error| at(path, error))?;
        let verified = verify::verify(&db, noted.as_ref().filter(|noted| noted.id > 0))
            .map_err(|error| error.at(path))?;
        if !verified.has_noted {
            let known = noted.map_or(0, |noted| noted.id);
            return Err(JournalError::Incomplete(
                path.to_owned(),
                format!("it ends at event {}, but event {known} was written to it", verified.chain.id),
            ));
        }
        let mut journal = Journal::around(db, path.to_owned());
        journal.begin_at(verified.chain, real, lock)?;
        Ok(journal)
    }

    /// Continues after this event; with the lock, for writing.
    fn begin_at(&mut self, chain: Chain, real: &Path, lock: Option<Lock>) -> Result<()> {
        self.chain.set(chain);
        if let Some(lock) = lock {
            self.disk = Some(Arc::new(Disk::new(file::open_wal(real)?, lock, chain)));
        }
        Ok(())
    }

    fn check(&self, about: &About) -> Result<()> {
        self.must_be("kind", "kind of record", &about.kind)?;
        self.must_be("service", "service", &normal_form(&about.url))
    }

    fn must_be(&self, name: &str, what: &'static str, ours: &str) -> Result<()> {
        let theirs = self.about(name)?.unwrap_or_default();
        if theirs == ours {
            return Ok(());
        }
        Err(JournalError::Other(self.path.clone(), what, theirs, ours.to_owned()))
    }

    /// The path of the journal, as given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Warnings about how it was opened.
    pub(super) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    pub(super) fn about(&self, name: &str) -> Result<Option<String>> {
        about(&self.db, name).map_err(|error| self.fail(error))
    }

    fn number(&self, name: &str) -> Result<i64> {
        Ok(self.about(name)?.and_then(|number| number.parse().ok()).unwrap_or(0))
    }

    pub(super) fn set(&self, name: &str, value: &str) -> Result<()> {
        set(&self.db, name, value).map_err(|error| self.fail(error))?;
        // As part of a transaction, it is flushed with that.
        if self.db.is_autocommit() { self.written().reach_disk() } else { Ok(()) }
    }

    fn fail(&self, error: rusqlite::Error) -> JournalError {
        sort(&self.path, error)
    }
}

/// Moves everything into the journal file. If that fails, the `-wal` stays beside it, as after a kill.
impl Drop for Journal {
    fn drop(&mut self) {
        if self.disk.is_some() {
            let _ = self.delete_spent();
            let _ = file::settle(&self.db);
        }
    }
}

fn about(db: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    db.query_row("SELECT value FROM about WHERE name = ?1", [name], |row| row.get(0)).optional()
}

fn set(db: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO about (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2";
    db.execute(sql, (name, value)).map(drop)
}

/// Creates a journal without records.
fn make(path: &Path, about: &About) -> Result<Option<String>> {
    file::make(path, |db| begin(db, about).map(drop))
}

/// Writes the subject of a journal. Returns the chain of its events.
fn begin(db: &Connection, about: &About) -> rusqlite::Result<Chain> {
    let service = normal_form(&about.url);
    let at = now();
    for (name, value) in [("kind", &about.kind), ("service", &service), ("made", &at)] {
        set(db, name, value)?;
    }
    let mut chain = Chain::default();
    let event = JournalEvent::of_journal(What::Made).reason(Some(&about.kind)).subject(&service);
    chain.add(db, 0, &at, &event)?;
    Ok(chain)
}

/// The time in the form of the journal. Many records are taken in within a millisecond, so the last text is kept.
fn now() -> String {
    thread_local! {
        static LAST: RefCell<(i64, String)> = const { RefCell::new((i64::MIN, String::new())) };
    }
    let now = DateTime::<Utc>::from(SystemTime::now());
    LAST.with_borrow_mut(|(millisecond, text)| {
        if *millisecond != now.timestamp_millis() {
            (*millisecond, *text) =
                (now.timestamp_millis(), now.to_rfc3339_opts(SecondsFormat::Millis, true));
        }
        text.clone()
    })
}

/// The error of a file that the caller knows under another name.
fn at(path: &Path, error: JournalError) -> JournalError {
    match error {
        JournalError::InUse(_) => JournalError::InUse(path.to_owned()),
        JournalError::Damaged(_, how) => JournalError::Damaged(path.to_owned(), how),
        JournalError::File(_, error) => JournalError::File(path.to_owned(), error),
        JournalError::Database(_, error) => JournalError::Database(path.to_owned(), error),
        other => other,
    }
}
