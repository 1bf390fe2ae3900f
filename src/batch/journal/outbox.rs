//! Delivery state of the versions in a journal: what is open, and what became of it.

use std::time::{Duration, Instant};

use rusqlite::{OptionalExtension as _, params};

use super::disk::Written;
use super::event::{JournalEvent, What};
use super::schema::OPEN;
use super::state::{Entry, SELECT, State, entry, state};
use super::{Journal, JournalError, Result};
use crate::batch::contract::content::Content;

/// The number of the first version of a key.
pub(super) const FIRST: i64 = 1;

/// A version of a record that is not delivered yet.
#[derive(Debug, Clone)]
pub(in crate::batch) struct Task {
    pub entry: Entry,
    /// The payload as read; `None` if a version 1 journal did not keep it.
    pub payload: Option<String>,
    pub digest: Vec<u8>,
    /// Whether the input of this run has it.
    pub of_this_run: bool,
    /// Whether it is the newest version of its key.
    pub current: bool,
}

/// Number of the journal's records in a state, by whether this run's input has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::batch) struct Count {
    pub state: State,
    pub of_this_run: bool,
    pub records: u64,
}

impl Journal {
    /// The number of this run.
    pub(in crate::batch) fn is_of_this_run(&self, run: i64) -> bool {
        run == self.run
    }

    /// Goods owners with open versions, in order of arrival.
    pub(in crate::batch) fn owners(&self) -> Result<Vec<String>> {
        let sql = format!("SELECT owner FROM version WHERE {OPEN} GROUP BY owner ORDER BY min(id)");
        self.all(&sql, [], |row| row.get(0))
    }

    /// All goods owners of the journal.
    pub(in crate::batch) fn all_owners(&self) -> Result<Vec<String>> {
        self.all("SELECT DISTINCT owner FROM version", [], |row| row.get(0))
    }

    /// Open versions of a goods owner after the given one, in order of arrival.
    pub(in crate::batch) fn open_after(&self, owner: &str, after: i64, most: usize) -> Result<Vec<Task>> {
        let sql = format!("{TASK} WHERE v.owner = ?1 AND v.id > ?2 AND v.{OPEN} ORDER BY v.id LIMIT ?3");
        self.all(&sql, params![owner, after, i64::try_from(most).unwrap_or(i64::MAX)], |row| self.task(row))
    }

    /// The oldest earlier version of the same key whose outcome is unknown.
    pub(in crate::batch) fn unknown_before(&self, of: &Entry) -> Result<Option<Task>> {
        if of.version == FIRST {
            return Ok(None);
        }
        let sql = format!(
            "{TASK} WHERE v.owner = ?1 AND v.key = ?2 AND v.number < ?3 AND v.state IN ('sent', 'unknown')
             ORDER BY v.number LIMIT 1"
        );
        let values = params![of.goods_owner, of.key, of.version];
        Ok(self.all(&sql, values, |row| self.task(row))?.pop())
    }

    /// Number of open versions, without refused ones.
    pub(in crate::batch) fn open_count(&self, refused_too: bool) -> Result<u64> {
        let refused = if refused_too { ", 'refused', 'partial'" } else { "" };
        let sql =
            format!("SELECT count(*) FROM version WHERE state IN ('pending', 'sent', 'unknown'{refused})");
        let count: i64 = self.db.query_row(&sql, [], |row| row.get(0)).map_err(|error| self.fail(error))?;
        Ok(count.unsigned_abs())
    }

    /// The contents that the warehouse may have under the key from earlier versions: the last one carried out, and
    /// later ones that may have been. `None` if one of them has no content in the journal.
    pub(in crate::batch) fn earlier(&self, of: &Entry) -> Result<Option<Vec<Content>>> {
        if of.version == FIRST {
            return Ok(Some(Vec::new()));
        }
        let sql = "SELECT v.state, v.attempts, v.digest, c.leaves FROM version v LEFT JOIN content c ON c.version = v.id
                   WHERE v.owner = ?1 AND v.key = ?2 AND v.number < ?3 ORDER BY v.number DESC";
        type Row = (State, u32, Vec<u8>, Option<Vec<u8>>);
        let rows: Vec<Row> = self.all(sql, params![of.goods_owner, of.key, of.version], |row| {
            Ok((state(row, 0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        let mut earlier = Vec::new();
        for (state, attempts, digest, leaves) in rows {
            let had_effect = match state {
                State::Done | State::Partial => true,
                State::Refused | State::Pending => false,
                State::Sent | State::Unknown => true,
                State::Withdrawn | State::Replaced => attempts > 0,
            };
            if !had_effect {
                continue;
            }
            match leaves.and_then(|leaves| Content::from_bytes(&leaves, &digest)) {
                Some(content) => earlier.push(content),
                None => return Ok(None),
            }
            if state == State::Done {
                break;
            }
        }
        Ok(Some(earlier))
    }

    /// The current state of the version.
    pub(in crate::batch) fn again(&self, id: i64) -> Result<Entry> {
        let missing = || self.fail(rusqlite::Error::QueryReturnedNoRows);
        let mut found = self.all(&format!("{SELECT} WHERE v.id = ?1"), [id], entry)?;
        found.pop().ok_or_else(missing)
    }

    /// The error for a payload that differs from what was read.
    pub(in crate::batch) fn payload_is_damaged(&self, of: &Entry) -> JournalError {
        JournalError::Damaged(
            self.path.clone(),
            format!("the content of {} differs from what was taken in", of.name()),
        )
    }

    /// Marks the versions that were in flight when an earlier program ended as unknown, as part of a transaction.
    pub(in crate::batch) fn give_up_answers(&self) -> Result<()> {
        let sent: Vec<i64> = self.all("SELECT id FROM version WHERE state = 'sent'", [], |row| row.get(0))?;
        for id in sent {
            let reason = Some("the program ended before an answer arrived");
            self.add(&JournalEvent::about(id, What::Answered, State::Unknown).reason(reason))?;
        }
        Ok(())
    }

    /// Marks a version as sent. The request may go out once the mark is on the disk.
    pub(in crate::batch) fn mark_sent(&mut self, id: i64) -> Result<Written> {
        let written = self.write(&JournalEvent::about(id, What::Sent, State::Sent))?;
        self.sent.insert(id, Instant::now());
        Ok(written)
    }

    /// Writes the service's answer, or the failure.
    pub(in crate::batch) fn answered(
        &mut self,
        id: i64,
        state: State,
        answer: Option<&str>,
        reason: Option<&str>,
    ) -> Result<()> {
        self.write(&JournalEvent::about(id, What::Answered, state).answer(answer).reason(reason)).map(drop)
    }

    /// Writes the result of a look-up in the warehouse.
    pub(in crate::batch) fn looked_up(&mut self, id: i64, state: State, reason: &str) -> Result<()> {
        self.write(&JournalEvent::about(id, What::LookedUp, state).reason(Some(reason))).map(drop)
    }

    /// Writes that a newer version replaces one that may have been carried out.
    pub(in crate::batch) fn overtaken(&mut self, id: i64, reason: &str) -> Result<()> {
        let event = JournalEvent::about(id, What::Replaced, State::Replaced).reason(Some(reason));
        self.write_all(&event, |journal| {
            journal.run_cached("UPDATE version SET current = 0 WHERE id = ?1", [id]).map(drop)
        })
        .map(drop)
    }

    /// The certain time since a version was last sent: another process may have sent it just before this one started,
    /// since the clock may have been set.
    pub(in crate::batch) fn since_sent(&self, id: i64) -> Duration {
        self.sent.get(&id).unwrap_or(&self.opened).elapsed()
    }

    /// How long this program has known the journal, if it is new or restored, so that an earlier program may have sent
    /// something that it does not contain. `None` if that is long ago.
    pub(in crate::batch) fn unproven_for(&self) -> Option<Duration> {
        (!self.proven).then(|| self.opened.elapsed())
    }

    /// Writes that no request of an earlier program can be in flight any more.
    pub(in crate::batch) fn prove(&mut self) -> Result<()> {
        if !self.proven {
            self.set("proven", "yes")?;
            self.proven = true;
        }
        Ok(())
    }

    /// Number of records in each state. A record with a version that may have been carried out is unknown.
    pub(in crate::batch) fn counts(&self) -> Result<Vec<Count>> {
        // The few records that are unknown are looked up once, and counting here needs no sorting.
        let sql = format!(
            "SELECT iif((owner, key) IN (SELECT owner, key FROM version WHERE {OPEN} AND state IN ('sent', 'unknown')),
                 'unknown', state), run FROM version WHERE current = 1 AND (run = ?1 OR state <> 'done')"
        );
        let mut counts: Vec<Count> = Vec::new();
        let mut read = || -> rusqlite::Result<()> {
            let mut statement = self.db.prepare_cached(&sql)?;
            let mut rows = statement.query([self.run])?;
            while let Some(row) = rows.next()? {
                let (state, of_this_run) = (state(row, 0)?, row.get::<_, i64>(1)? == self.run);
                let is_it = |count: &&mut Count| (count.state, count.of_this_run) == (state, of_this_run);
                match counts.iter_mut().find(is_it) {
                    Some(count) => count.records += 1,
                    None => counts.push(Count { state, of_this_run, records: 1 }),
                }
            }
            Ok(())
        };
        read().map_err(|error| self.fail(error))?;
        Ok(counts)
    }

    /// All records, each with its newest version and older open ones, in order of arrival.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn entries(&self, mut each: impl FnMut(Entry)) -> Result<()> {
        let sql = format!("{SELECT} WHERE v.current = 1 OR v.state IN ('sent', 'unknown') ORDER BY v.id");
        let mut statement = self.db.prepare(&sql).map_err(|error| self.fail(error))?;
        let rows = statement.query_map([], entry).map_err(|error| self.fail(error))?;
        for row in rows {
            each(row.map_err(|error| self.fail(error))?);
        }
        Ok(())
    }

    /// The records that are refused now, with payloads, in order of arrival.
    pub(in crate::batch) fn each_refused<E>(
        &self,
        mut each: impl FnMut(&Task) -> std::result::Result<(), E>,
    ) -> Result<std::result::Result<(), E>> {
        let sql = format!("{TASK} WHERE v.state IN ('refused', 'partial') AND v.current = 1 ORDER BY v.id");
        let mut statement = self.db.prepare(&sql).map_err(|error| self.fail(error))?;
        let rows = statement.query_map([], |row| self.task(row)).map_err(|error| self.fail(error))?;
        for row in rows {
            if let Err(error) = each(&row.map_err(|error| self.fail(error))?) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    fn task(&self, row: &rusqlite::Row<'_>) -> rusqlite::Result<Task> {
        Ok(Task {
            entry: entry(row)?,
            payload: row.get(12)?,
            digest: row.get(13)?,
            of_this_run: self.is_of_this_run(row.get(14)?),
            current: row.get(15)?,
        })
    }

    pub(super) fn all<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let read_all = || {
            let mut statement = self.db.prepare_cached(sql)?;
            statement.query_map(values, read)?.collect()
        };
        let found: rusqlite::Result<Vec<T>> = read_all();
        found.map_err(|error| self.fail(error))
    }

    /// The version of a record that `OWNER:KEY` means: the one that may have been carried out, else the newest.
    pub(super) fn named(&self, name: &str) -> Result<Option<Entry>> {
        let sql = format!(
            "{SELECT} WHERE v.owner || ':' || v.key = ?1 AND (v.current = 1 OR v.state IN ('sent', 'unknown'))
             ORDER BY v.state NOT IN ('sent', 'unknown'), v.number"
        );
        let found = self.all(&sql, [name], entry)?;
        let first = found.first().map(|entry| (entry.goods_owner.clone(), entry.key.clone()));
        // `A:B:1` may be the record `B:1` of A, or the record `1` of `A:B`.
        let one = found.iter().all(|entry| first == Some((entry.goods_owner.clone(), entry.key.clone())));
        Ok(if one { found.into_iter().next() } else { None })
    }

    /// Names of records with this key and any goods owner, for a hint.
    pub(super) fn names_of_key(&self, key: &str) -> Result<Vec<String>> {
        let sql =
            "SELECT owner || ':' || key FROM version WHERE key = ?1 AND current = 1 ORDER BY owner LIMIT 5";
        self.all(sql, [key], |row| row.get(0))
    }

    pub(super) fn one<T>(&self, sql: &str, values: impl rusqlite::Params) -> Result<Option<T>>
    where
        T: rusqlite::types::FromSql,
    {
        self.db.query_row(sql, values, |row| row.get(0)).optional().map_err(|error| self.fail(error))
    }
}

const TASK: &str = "SELECT v.id, v.owner, v.key, v.number, v.place, v.state, v.attempts, v.taken_in, v.sent, v.settled, \
     e.answer, e.reason, p.json, v.digest, v.run, v.current FROM version v LEFT JOIN event e ON e.id = v.last \
     LEFT JOIN payload p ON p.version = v.id";
