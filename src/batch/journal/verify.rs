//! Verifies a journal: its events are unbroken, and its state is the sum of its events.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, Row};

use super::error::{JournalError, sort};
use super::event::{Chain, Fields, What, subject};
use super::schema::SCHEMA;
use super::state::State;
use crate::batch::kind::identity::folded;
use crate::text::counted;

/// The last event.
#[derive(Debug)]
pub(super) struct Verified {
    pub chain: Chain,
    /// Whether the requested event has this id and checksum.
    pub has_noted: bool,
}

/// The state of a version by its events.
#[derive(Debug, Default)]
struct Sum {
    state: String,
    attempts: u32,
    last: i64,
    sent: Option<String>,
    subject: String,
}

/// Why a journal is not sound.
#[derive(Debug)]
pub(super) enum Unsound {
    /// What is wrong with it.
    Damaged(String),
    /// It cannot be read to its end, which says nothing about its content.
    Unread(rusqlite::Error),
}

impl Unsound {
    /// The error of the journal at this path.
    pub fn at(self, path: &Path) -> JournalError {
        match self {
            Unsound::Damaged(how) => JournalError::Damaged(path.to_owned(), how),
            Unsound::Unread(error) => sort(path, error),
        }
    }
}

impl From<rusqlite::Error> for Unsound {
    fn from(error: rusqlite::Error) -> Unsound {
        match error.sqlite_error_code() {
            Some(_) => Unsound::Unread(error),
            // A value of another type than the journal's.
            None => Unsound::Damaged(error.to_string()),
        }
    }
}

impl From<String> for Unsound {
    fn from(how: String) -> Unsound {
        Unsound::Damaged(how)
    }
}

/// Verifies a journal. The error says what is wrong with it.
pub(super) fn verify(db: &Connection, noted: Option<&Chain>) -> Result<Verified, Unsound> {
    let said: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if said != "ok" {
        return Err(said.into());
    }
    if tables(db)? != our_tables()? {
        return Err("its tables do not form a journal".to_owned().into());
    }
    let mut sums = HashMap::new();
    let verified = add_up(db, noted, &mut sums)?;
    versions(db, sums)?;
    let without: u32 = db.query_row(
        "SELECT count(*) FROM version v WHERE substr(digest, 1, 1) = x'02' AND
             (state IN ('pending', 'sent', 'unknown') OR state IN ('refused', 'partial') AND current = 1)
             AND NOT EXISTS (SELECT 1 FROM payload WHERE version = v.id)",
        [],
        |row| row.get(0),
    )?;
    if without > 0 {
        return Err(format!("the content of {} is missing", counted(without.into(), "record")).into());
    }
    Ok(verified)
}

/// Names and definitions of tables and indexes.
fn tables(db: &Connection) -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let mut statement = db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Those of a new journal.
fn our_tables() -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let db = Connection::open_in_memory()?;
    db.execute_batch(SCHEMA)?;
    tables(&db)
}

fn add_up(db: &Connection, noted: Option<&Chain>, sums: &mut HashMap<i64, Sum>) -> Result<Verified, Unsound> {
    let mut chain = Chain::default();
    let mut has_noted = noted.is_none();
    let mut about = HashMap::new();
    let mut statement = db.prepare(
        "SELECT id, at, run, version, what, state, answer, reason, subject, chain FROM event ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let broken = |id: i64| format!("event {id} differs from what was written");
        let (fields, hash) = fields(row)?;
        let next = chain.after(&fields);
        if next.hash[..] != hash[..] {
            return Err(broken(fields.id).into());
        }
        chain = next;
        has_noted |= noted == Some(&chain);
        match fields.version {
            Some(version) => sums.entry(version).or_default().add(&fields),
            None => {
                if let Some(subject) = fields.subject {
                    about.insert(fields.what.to_owned(), subject.to_owned());
                }
            }
        }
    }
    let service = about.get(What::Moved.as_str()).or(about.get(What::Made.as_str()));
    if let Some(service) = service
        && super::about(db, "service")?.as_ref() != Some(service)
    {
        return Err("the address of the service differs from what was written".to_owned().into());
    }
    Ok(Verified { chain, has_noted })
}

fn fields<'r>(row: &'r Row<'_>) -> rusqlite::Result<(Fields<'r>, Vec<u8>)> {
    fn optional<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<Option<&'r str>> {
        Ok(row.get_ref(column)?.as_str_or_null()?)
    }
    let fields = Fields {
        id: row.get(0)?,
        at: row.get_ref(1)?.as_str()?,
        run: row.get(2)?,
        version: row.get(3)?,
        what: row.get_ref(4)?.as_str()?,
        state: optional(row, 5)?,
        answer: optional(row, 6)?,
        reason: optional(row, 7)?,
        subject: optional(row, 8)?,
    };
    Ok((fields, row.get_ref(9)?.as_blob()?.to_vec()))
}

impl Sum {
    fn add(&mut self, event: &Fields<'_>) {
        if let Some(subject) = event.subject {
            self.subject = subject.to_owned();
        }
        if event.what == What::Restated.as_str() {
            return;
        }
        self.state = event.state.unwrap_or_default().to_owned();
        self.last = event.id;
        if event.what == What::Sent.as_str() {
            self.attempts += 1;
            self.sent = Some(event.at.to_owned());
        }
    }
}

fn versions(db: &Connection, mut sums: HashMap<i64, Sum>) -> Result<(), Unsound> {
    let mut statement = db.prepare(
        "SELECT id, owner, key, folded, number, digest, state, attempts, current, last, sent
             FROM version ORDER BY owner, key, number DESC",
    )?;
    let mut rows = statement.query([])?;
    let mut newest: Option<(String, String)> = None;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let stands = |row: &Row<'_>, sum: &Sum, newest: &mut Option<(String, String)>| {
            let (owner, key): (String, String) = (row.get(1)?, row.get(2)?);
            let digest: Vec<u8> = row.get(5)?;
            let state: String = row.get(6)?;
            let same = subject(&owner, &key, row.get(4)?, &digest) == sum.subject
                && folded(&key) == row.get::<_, String>(3)?
                && state == sum.state
                && row.get::<_, u32>(7)? == sum.attempts
                && row.get::<_, i64>(9)? == sum.last
                && row.get::<_, Option<String>>(10)? == sum.sent;
            let names = Some((owner, key));
            let is_current = state != State::Replaced.as_str() && *newest != names;
            if is_current {
                *newest = names;
            }
            Ok::<_, rusqlite::Error>(same && row.get::<_, bool>(8)? == is_current)
        };
        match sums.remove(&id) {
            Some(sum) if stands(row, &sum, &mut newest)? => {}
            _ => return Err(format!("record {id} does not match its events").into()),
        }
    }
    match sums.keys().min() {
        None => Ok(()),
        Some(id) => Err(format!("record {id} is missing").into()),
    }
}
