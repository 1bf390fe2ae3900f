//! What became of each record, in a file that tells the truth whenever the program ends.
//!
//! A record is marked as sent before it is sent, and that mark is on the disk before the first byte goes out. So a
//! record that is not marked was never sent, and one that is marked and has no outcome may have been carried out.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};

mod error;

pub use error::JournalError;
use error::sort;

/// The form of the file; another number is another form.
const VERSION: i64 = 1;

const SCHEMA: &str = "
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE record (
        id INTEGER PRIMARY KEY,
        owner TEXT NOT NULL,
        key TEXT NOT NULL,
        -- The newest content of a key has the highest version.
        version INTEGER NOT NULL,
        hash BLOB NOT NULL,
        place TEXT NOT NULL,
        run INTEGER NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        sent TEXT,
        settled TEXT,
        answer TEXT,
        reason TEXT,
        UNIQUE (owner, key, version),
        UNIQUE (owner, key, hash)
    );
    CREATE INDEX record_run ON record (run, state);";

/// What is known of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not sent, or provably not arrived.
    Pending,
    /// On its way when the journal was last written.
    Sent,
    /// Carried out.
    Done,
    /// The service said no.
    Refused,
    /// Sent; nobody knows whether it was carried out.
    Unknown,
}

impl State {
    /// All of them.
    pub const ALL: [State; 5] = [State::Pending, State::Sent, State::Done, State::Refused, State::Unknown];

    /// `pending`, `sent`, `done`, `refused` or `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Sent => "sent",
            State::Done => "done",
            State::Refused => "refused",
            State::Unknown => "unknown",
        }
    }

    fn read(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a journal is about. It is never used for anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Name of the kind of records.
    pub kind: String,
    /// Address of the service.
    pub url: String,
    /// Name of the input's file, without its folder.
    pub input: String,
}

/// One record of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub(super) id: i64,
    /// Code of the goods owner; empty for that of the credentials.
    pub goods_owner: String,
    /// The record's number.
    pub key: String,
    /// Counts the contents that the key has had, from 1.
    pub version: i64,
    /// Where it stood in the input.
    pub place: String,
    /// What is known of it.
    pub state: State,
    /// How often it was sent.
    pub attempts: u32,
    /// When it was last sent.
    pub sent: Option<DateTime<Utc>>,
    /// When its outcome became known.
    pub settled: Option<DateTime<Utc>>,
    /// What the service answered, in JSON form.
    pub answer: Option<String>,
    /// Why it was refused, or its outcome is not known.
    pub reason: Option<String>,
}

/// The journal of a push, open for this program alone.
pub struct Journal {
    db: Connection,
    path: PathBuf,
    run: i64,
    fresh: bool,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).field("run", &self.run).finish_non_exhaustive()
    }
}

/// A result of the journal.
pub type Result<T> = std::result::Result<T, JournalError>;

/// What staging a record found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Staged {
    Taken,
    /// The same key stands in the input twice; the place of the first.
    Twice(String),
}

impl Journal {
    /// Opens a journal, or makes it.
    ///
    /// With `takes_over` it may have belonged to an input of another name.
    ///
    /// # Errors
    /// In use, about something else, damaged, or not writable.
    pub fn open(path: &Path, about: &About, takes_over: bool) -> Result<Journal> {
        let fresh = !path.try_exists().map_err(|error| JournalError::File(path.to_owned(), error))?;
        if fresh {
            make(path, about)?;
        }
        let mut journal = Journal::open_file(path)?;
        journal.fresh = fresh;
        journal.check(about, takes_over)?;
        let run = journal.about("run")?.and_then(|run| run.parse().ok()).unwrap_or(0) + 1;
        journal.run = run;
        journal.set("run", &run.to_string())?;
        if takes_over {
            journal.set("input", &about.input)?;
        }
        Ok(journal)
    }

    /// Opens a journal to look into it.
    ///
    /// # Errors
    /// It is not there, in use, or damaged.
    pub fn look_into(path: &Path) -> Result<Journal> {
        fs::metadata(path).map_err(|error| JournalError::File(path.to_owned(), error))?;
        Journal::open_file(path)
    }

    /// A journal that is gone with the program, for an input that is only checked.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn temporary() -> Result<Journal> {
        let path = PathBuf::from("(temporary)");
        let fail = |error| JournalError::Database(path.clone(), error);
        // An empty name is a file of SQLite's own, deleted when it is closed.
        let db = Connection::open("").map_err(fail)?;
        db.execute_batch(SCHEMA).map_err(fail)?;
        Ok(Journal { db, path, run: 1, fresh: false })
    }

    fn open_file(path: &Path) -> Result<Journal> {
        if fs::metadata(path).is_ok_and(|file| file.len() == 0) {
            return Err(JournalError::Damaged(path.to_owned(), "it is empty".to_owned()));
        }
        let db = Connection::open(path).map_err(|error| sort(path, error))?;
        let journal = Journal { db, path: path.to_owned(), run: 0, fresh: false };
        journal.lock().map_err(|error| sort(path, error))?;
        journal.sound()?;
        Ok(journal)
    }

    /// Takes the file for this program alone, until it ends however it ends.
    fn lock(&self) -> rusqlite::Result<()> {
        self.db.busy_timeout(std::time::Duration::ZERO)?;
        self.db.pragma_update(None, "locking_mode", "exclusive")?;
        self.db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        self.db.pragma_update(None, "synchronous", "full")?;
        self.db.execute_batch("BEGIN EXCLUSIVE; COMMIT")
    }

    fn sound(&self) -> Result<()> {
        let damaged = |how: String| JournalError::Damaged(self.path.clone(), how);
        let said: String = self
            .db
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(|error| sort(&self.path, error))?;
        if said != "ok" {
            return Err(damaged(said));
        }
        let version: i64 = self
            .db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(|error| sort(&self.path, error))?;
        match version {
            VERSION => Ok(()),
            0 => Err(damaged("it is another program's database".to_owned())),
            version => Err(damaged(format!("it has the form {version} of another version of this program"))),
        }
    }

    fn check(&self, about: &About, takes_over: bool) -> Result<()> {
        let input = if takes_over { None } else { Some(("input", &about.input)) };
        for (name, ours) in [("kind", &about.kind), ("url", &about.url)].into_iter().chain(input) {
            let theirs = self.about(name)?.unwrap_or_default();
            if theirs != *ours {
                let what = match name {
                    "kind" => "kind of record",
                    "url" => "service",
                    _ => "input",
                };
                return Err(JournalError::Other(self.path.clone(), what, theirs, ours.clone()));
            }
        }
        Ok(())
    }

    pub(super) fn about(&self, name: &str) -> Result<Option<String>> {
        self.db
            .query_row("SELECT value FROM about WHERE name = ?1", [name], |row| row.get(0))
            .optional()
            .map_err(|error| self.fail(error))
    }

    pub(super) fn set(&self, name: &str, value: &str) -> Result<()> {
        let sql = "INSERT INTO about (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2";
        self.db.execute(sql, (name, value)).map_err(|error| self.fail(error))?;
        Ok(())
    }

    /// Begins to take records in; nothing of it stays unless [`keep`](Self::keep) follows.
    pub(super) fn begin(&self) -> Result<()> {
        self.db.execute_batch("BEGIN IMMEDIATE").map_err(|error| self.fail(error))
    }

    /// Keeps what was taken in.
    pub(super) fn keep(&self) -> Result<()> {
        self.db.execute_batch("COMMIT").map_err(|error| self.fail(error))
    }

    /// Forgets what was taken in; a journal that was made for it goes too.
    pub(super) fn forget(self) -> Result<()> {
        self.db.execute_batch("ROLLBACK").map_err(|error| self.fail(error))?;
        if self.fresh {
            drop(self.db);
            fs::remove_file(&self.path).map_err(|error| JournalError::File(self.path, error))?;
        }
        Ok(())
    }

    /// Takes a record of this run in. One that is known keeps its state; what is new, or was something else in
    /// between, is pending.
    pub(super) fn stage(&self, owner: &str, key: &str, hash: &[u8], place: &str) -> Result<Staged> {
        self.stage_inner(owner, key, hash, place).map_err(|error| self.fail(error))
    }

    fn stage_inner(&self, owner: &str, key: &str, hash: &[u8], place: &str) -> rusqlite::Result<Staged> {
        let mut newest = self.db.prepare_cached(
            "SELECT version, run, place FROM record WHERE owner = ?1 AND key = ?2 ORDER BY version DESC LIMIT 1",
        )?;
        let newest: Option<(i64, i64, String)> =
            newest.query_row((owner, key), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        let mut same = self.db.prepare_cached(
            "SELECT id, version, state FROM record WHERE owner = ?1 AND key = ?2 AND hash = ?3",
        )?;
        let same: Option<(i64, i64, String)> = same
            .query_row((owner, key, hash), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let last = newest.as_ref().map_or(0, |(version, ..)| *version);
        if let Some((_, run, first)) = newest
            && run == self.run
        {
            return Ok(Staged::Twice(first));
        }
        match same {
            Some((id, version, _)) if version == last => self.run_cached(
                "UPDATE record SET run = ?2, place = ?3 WHERE id = ?1",
                params![id, self.run, place],
            ),
            // Refused, and repaired since: what was refused is not to be sent any more.
            Some((_, _, state)) if state == State::Refused.as_str() => self.run_cached(
                "UPDATE record SET run = ?4, place = ?5 WHERE owner = ?1 AND key = ?2 AND version = ?3",
                params![owner, key, last, self.run, place],
            ),
            // The content of an earlier day again.
            Some((id, ..)) => self.run_cached(
                "UPDATE record SET run = ?2, place = ?3, version = ?4, state = 'pending', settled = NULL,
                 answer = NULL, reason = NULL WHERE id = ?1",
                params![id, self.run, place, last + 1],
            ),
            None => self.run_cached(
                "INSERT INTO record (owner, key, version, hash, place, run, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending')",
                params![owner, key, last + 1, hash, place, self.run],
            ),
        }?;
        Ok(Staged::Taken)
    }

    fn run_cached(&self, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<usize> {
        self.db.prepare_cached(sql)?.execute(params)
    }

    /// The record of this run with this content; `None` where another content has taken its place.
    pub(super) fn entry(&self, owner: &str, key: &str, hash: &[u8]) -> Result<Option<Entry>> {
        let values = params![owner, key, hash, self.run];
        self.select("owner = ?1 AND key = ?2 AND hash = ?3 AND run = ?4", values)
    }

    /// Whether a record of this run has this key.
    pub(super) fn has_key(&self, owner: &str, key: &str) -> Result<bool> {
        let found = self.select("owner = ?1 AND key = ?2 AND run = ?3", params![owner, key, self.run])?;
        Ok(found.is_some())
    }

    /// The record as it is now.
    pub(super) fn again(&self, id: i64) -> Result<Entry> {
        let missing = || self.fail(rusqlite::Error::QueryReturnedNoRows);
        self.select("id = ?1", [id])?.ok_or_else(missing)
    }

    /// The content that the key had before: whether it reached the warehouse, and when it was last sent.
    pub(super) fn before(&self, record: &Entry) -> Result<Option<Entry>> {
        let values = params![record.goods_owner, record.key, record.version];
        self.select(
            "owner = ?1 AND key = ?2 AND version < ?3 AND state IN ('sent', 'unknown', 'done')
             ORDER BY version DESC LIMIT 1",
            values,
        )
    }

    fn select(&self, condition: &str, values: impl rusqlite::Params) -> Result<Option<Entry>> {
        let sql = format!("{SELECT} WHERE {condition}");
        let mut statement = self.db.prepare_cached(&sql).map_err(|error| self.fail(error))?;
        statement.query_row(values, entry).optional().map_err(|error| self.fail(error))
    }

    /// Marks a record as sent. When this returns, the mark is on the disk.
    pub(super) fn sent(&self, id: i64) -> Result<()> {
        let sql = "UPDATE record SET state = 'sent', sent = ?2, attempts = attempts + 1, settled = NULL,
                   answer = NULL, reason = NULL WHERE id = ?1";
        self.run_cached(sql, params![id, now()]).map_err(|error| self.fail(error))?;
        Ok(())
    }

    /// Writes what became of a record.
    pub(super) fn settle(
        &self,
        id: i64,
        state: State,
        answer: Option<&str>,
        reason: Option<&str>,
    ) -> Result<()> {
        let sql = "UPDATE record SET state = ?2, answer = ?3, reason = ?4, settled = ?5 WHERE id = ?1";
        let settled = matches!(state, State::Done | State::Refused).then(now);
        self.run_cached(sql, params![id, state.as_str(), answer, reason, settled])
            .map_err(|error| self.fail(error))?;
        Ok(())
    }

    /// How many records of this run have each state.
    pub(super) fn counts(&self) -> Result<Vec<(State, u64)>> {
        let sql = "SELECT state, count(*) FROM record WHERE run = ?1 GROUP BY state";
        let mut statement = self.db.prepare_cached(sql).map_err(|error| self.fail(error))?;
        let rows =
            statement.query_map([self.run], |row| Ok((state(row, 0)?, row.get::<_, i64>(1)?.unsigned_abs())));
        rows.and_then(Iterator::collect).map_err(|error| self.fail(error))
    }

    /// All records, each with its newest content, in the order in which they came.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn entries(&self, mut each: impl FnMut(Entry)) -> Result<()> {
        let sql = format!(
            "{SELECT} WHERE version = (SELECT max(version) FROM record other
             WHERE other.owner = record.owner AND other.key = record.key) ORDER BY id"
        );
        let mut statement = self.db.prepare(&sql).map_err(|error| self.fail(error))?;
        let rows = statement.query_map([], entry).map_err(|error| self.fail(error))?;
        for row in rows {
            each(row.map_err(|error| self.fail(error))?);
        }
        Ok(())
    }

    fn fail(&self, error: rusqlite::Error) -> JournalError {
        sort(&self.path, error)
    }
}

const SELECT: &str =
    "SELECT id, owner, key, version, place, state, attempts, sent, settled, answer, reason FROM record";

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get(0)?,
        goods_owner: row.get(1)?,
        key: row.get(2)?,
        version: row.get(3)?,
        place: row.get(4)?,
        state: state(row, 5)?,
        attempts: row.get(6)?,
        sent: time(row, 7)?,
        settled: time(row, 8)?,
        answer: row.get(9)?,
        reason: row.get(10)?,
    })
}

fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<State> {
    let text: String = row.get(column)?;
    State::read(&text).ok_or_else(|| {
        let wrong = format!("`{text}` is no state of a record");
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, wrong.into())
    })
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<DateTime<Utc>>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| DateTime::parse_from_rfc3339(&text).ok()).map(|time| time.to_utc()))
}

fn now() -> String {
    DateTime::<Utc>::from(SystemTime::now()).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Makes a journal. It has its name when it is whole, so that a journal without content is never one of ours.
fn make(path: &Path, about: &About) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fail = |error| JournalError::File(path.to_owned(), error);
    let file = tempfile::Builder::new().prefix(".journal-").tempfile_in(folder).map_err(fail)?;
    {
        let wrong = |error| JournalError::Database(path.to_owned(), error);
        let mut db = Connection::open(file.path()).map_err(wrong)?;
        let transaction = db.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(wrong)?;
        transaction.execute_batch(SCHEMA).map_err(wrong)?;
        transaction.pragma_update(None, "user_version", VERSION).map_err(wrong)?;
        for (name, value) in [("kind", &about.kind), ("url", &about.url), ("input", &about.input)] {
            transaction.execute("INSERT INTO about VALUES (?1, ?2)", (name, value)).map_err(wrong)?;
        }
        transaction.commit().map_err(wrong)?;
    }
    file.as_file().sync_all().map_err(fail)?;
    file.persist_noclobber(path).map_err(|error| fail(error.error))?;
    super::whole_file::sync_folder(folder).map_err(fail)
}
