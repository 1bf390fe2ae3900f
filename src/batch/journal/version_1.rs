//! Takes over the records of version 1 journals, of which each input had its own, so that nothing is sent twice.
//!
//! They have a hash of each payload but no payload. Records that were not sent are read again from their input; those
//! that may have been carried out get their content when an input that has them is pushed.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, params};

use super::error::{JournalError, sort};
use super::event::{JournalEvent, What, subject};
use super::file::{self, FileForm};
use super::service_address::normal_form;
use super::state::State;
use super::{About, Journal, Result, about as about_of, now};
use crate::batch::contract::content::DIGEST_VERSION_1;
use crate::batch::kind::identity::folded;
use crate::text::counted;

/// Suffix for the name of a version 1 journal that was taken over.
const TAKEN_OVER: &str = ".version-1";

/// A version of a record.
struct Old {
    owner: String,
    key: String,
    digest: Vec<u8>,
    place: String,
    state: State,
    sent: Option<String>,
    settled: Option<String>,
    answer: Option<String>,
    reason: Option<String>,
}

/// Renames a version 1 journal that has the name of the new one; [`Journal::take_over`] reads it under that name.
pub(super) fn make_way(path: &Path, about: &About, owner: Option<&str>) -> Result<()> {
    let fail = |error| JournalError::File(path.to_owned(), error);
    // Errors in it are reported before anything is changed.
    let olds = read(path, about, true)?.unwrap_or_default();
    owned(path, olds, owner)?;
    let aside = file::with_suffix(path, TAKEN_OVER);
    if aside.try_exists().map_err(fail)? {
        let error = std::io::Error::other(format!("{} exists already", aside.display()));
        return Err(fail(error));
    }
    fs::rename(path, aside).map_err(fail)
}

impl Journal {
    /// Takes over existing version 1 journals: the one that had this journal's name, and the one of the input. Each is
    /// taken over once.
    pub(super) fn take_over(
        &mut self,
        real: &Path,
        old: Option<&Path>,
        about: &About,
        owner: Option<&str>,
    ) -> Result<()> {
        let aside = file::with_suffix(real, TAKEN_OVER);
        for (path, is_aside) in [(Some(aside.as_path()), true), (old, false)] {
            let Some(path) = path.filter(|path| matches!(file::form(path), Ok(FileForm::Version1))) else {
                continue;
            };
            let name = format!("took over {}", path.file_name().unwrap_or_default().to_string_lossy());
            if self.about(&name)?.is_some() {
                continue;
            }
            let Some(olds) = read(path, about, is_aside)? else { continue };
            let olds = owned(path, olds, owner)?;
            let count = olds.len();
            self.transact(|journal| {
                journal.set(&name, &now())?;
                journal.bring_in(&olds)
            })?;
            // From here on it contains what nothing else does, so it is kept even if the input is invalid.
            self.fresh = false;
            let records = counted(count as u64, "record");
            let mut said = format!("taken over from the old journal {}: {records}", path.display());
            if !is_aside && let Err(error) = fs::rename(path, file::with_suffix(path, TAKEN_OVER)) {
                said.push_str(&format!("; it could not be renamed: {error}"));
            }
            self.warnings.push(said);
        }
        Ok(())
    }

    fn bring_in(&self, olds: &[Old]) -> Result<()> {
        for old in olds {
            let (owner, key) = (&old.owner, &old.key);
            let sql = "SELECT coalesce(max(number), 0) FROM version WHERE owner = ?1 AND key = ?2";
            let number = self.one::<i64>(sql, (owner, key))?.unwrap_or(0) + 1;
            self.run_cached("UPDATE version SET current = 0 WHERE owner = ?1 AND key = ?2", (owner, key))?;
            self.run_cached(
                "INSERT INTO version (owner, key, folded, number, digest, state, last, run, place, taken_in)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, 0, ?7, ?8)",
                params![
                    owner,
                    key,
                    folded(key),
                    number,
                    old.digest,
                    self.chain.get().id + 1,
                    old.place,
                    now()
                ],
            )?;
            let id = self.db.last_insert_rowid();
            let write = |event: &JournalEvent<'_>, at: &Option<String>| {
                let at = at.clone().unwrap_or_else(now);
                self.add_at(event, &at).map_err(|error| self.fail(error))
            };
            let subject = subject(owner, key, number, &old.digest);
            write(&JournalEvent::about(id, What::TakenOver, State::Pending).subject(&subject), &None)?;
            write(&JournalEvent::about(id, What::Sent, State::Sent), &old.sent)?;
            let outcome = JournalEvent::about(id, What::TakenOver, old.state)
                .answer(old.answer.as_deref())
                .reason(old.reason.as_deref());
            write(&outcome, &old.settled)?;
        }
        Ok(())
    }
}

/// The same records, each with its goods owner.
fn owned(path: &Path, mut olds: Vec<Old>, owner: Option<&str>) -> Result<Vec<Old>> {
    for old in olds.iter_mut().filter(|old| old.owner.is_empty()) {
        match owner {
            Some(owner) => owner.clone_into(&mut old.owner),
            None => return Err(JournalError::WhoseRecords(path.to_owned())),
        }
    }
    Ok(olds)
}

/// Reads the sent records of a version 1 journal. `None` if it belongs to something else, unless it `must` belong to
/// this.
fn read(path: &Path, about: &About, must: bool) -> Result<Option<Vec<Old>>> {
    let wrong = |error| sort(path, error);
    let db = Connection::open(path).map_err(wrong)?;
    // A push of the earlier program holds it exclusively.
    let alone = || -> rusqlite::Result<()> {
        db.busy_timeout(Duration::ZERO)?;
        db.pragma_update(None, "locking_mode", "exclusive")?;
        db.execute_batch("BEGIN EXCLUSIVE; COMMIT")
    };
    alone().map_err(wrong)?;
    let said: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(wrong)?;
    if said != "ok" {
        return Err(JournalError::Damaged(path.to_owned(), said));
    }
    let kind = about_of(&db, "kind").map_err(wrong)?.unwrap_or_default();
    let service = about_of(&db, "url").map_err(wrong)?.unwrap_or_default();
    for (what, theirs, ours) in [
        ("kind of record", kind, about.kind.clone()),
        ("service", normal_form(&service), normal_form(&about.url)),
    ] {
        match theirs == ours {
            true => {}
            false if must => return Err(JournalError::Other(path.to_owned(), what, theirs, ours)),
            false => return Ok(None),
        }
    }
    let mut statement = db
        .prepare(
            "SELECT owner, key, hash, place, state, sent, settled, answer, reason FROM record
             WHERE state <> 'pending' ORDER BY owner, key, version",
        )
        .map_err(wrong)?;
    let olds = statement.query_map([], |row| {
        let mut digest = vec![DIGEST_VERSION_1];
        digest.extend(row.get::<_, Vec<u8>>(2)?);
        Ok(Old {
            owner: row.get(0)?,
            key: row.get(1)?,
            digest,
            place: row.get(3)?,
            state: super::state::state(row, 4)?,
            sent: row.get(5)?,
            settled: row.get(6)?,
            answer: row.get(7)?,
            reason: row.get(8)?,
        })
    });
    olds.and_then(Iterator::collect).map(Some).map_err(wrong)
}
