//! Changes to a journal on the user's request: mark the outcome of a record, withdraw a record, move, prune and
//! restore.

use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat};
use rusqlite::params;

use super::error::{JournalError, word};
use super::event::{Chain, Fields, JournalEvent, What};
use super::file;
use super::lock::Lock;
use super::service_address::normal_form;
use super::state::{Entry, State};
use super::verify;
use super::{Journal, Result};
use crate::text::counted;
use crate::transport::Http;
use crate::xml;

/// The outcome of a record as the user found it in the warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::batch) enum StatedOutcome {
    Done,
    NotDone,
}

impl Journal {
    /// Writes the outcome that the user states for a record, as part of a transaction. The record is named `OWNER:KEY`.
    pub(in crate::batch) fn decide(&self, name: &str, seen: StatedOutcome) -> Result<()> {
        let entry = self.find(name)?;
        let said = match seen {
            StatedOutcome::Done => "marked as done by the user",
            StatedOutcome::NotDone => "marked as not done by the user",
        };
        match (seen, entry.state) {
            (StatedOutcome::Done, State::Done)
            | (StatedOutcome::NotDone, State::Pending | State::Withdrawn) => return Ok(()),
            (StatedOutcome::NotDone, State::Done) => {
                return Err(JournalError::Said(
                    format!("{name} is done: the service confirmed it"),
                    "--not-done is for a record whose outcome is unknown".to_owned(),
                ));
            }
            _ => {}
        }
        let state = if seen == StatedOutcome::Done { State::Done } else { State::Pending };
        self.add(&JournalEvent::about(entry.id, What::Decided, state).reason(Some(said))).map(drop)
    }

    /// Withdraws a record, named `OWNER:KEY`: it is not sent, and no longer counts.
    ///
    /// # Errors
    /// The record is not found or done, or the journal cannot be written.
    pub fn withdraw(&mut self, name: &str, reason: &str) -> Result<Entry> {
        let entry = self.find(name)?;
        if !entry.state.is_open() {
            return Err(JournalError::Said(
                format!("{name} is {}; there is nothing to withdraw", entry.state),
                format!("`ongoing journal {}` shows what is open", word(&self.path)),
            ));
        }
        let older = "SELECT id FROM version WHERE owner = ?1 AND key = ?2 AND state IN ('sent', 'unknown', 'pending')";
        let open: Vec<i64> = self.all(older, params![entry.goods_owner, entry.key], |row| row.get(0))?;
        self.transact(|journal| {
            for id in open.iter().copied().filter(|id| *id != entry.id).chain([entry.id]) {
                journal
                    .add(&JournalEvent::about(id, What::Withdrawn, State::Withdrawn).reason(Some(reason)))?;
            }
            Ok(())
        })?;
        self.again(entry.id)
    }

    fn find(&self, name: &str) -> Result<Entry> {
        if let Some(entry) = self.named(name)? {
            return Ok(entry);
        }
        let alike = self.names_of_key(name)?;
        Err(match alike.is_empty() {
            true => JournalError::Said(
                format!("the journal {} has no record {name}", self.path.display()),
                format!(
                    "name a record as OWNER:KEY, with the goods owner's code; `ongoing journal {}` lists them",
                    word(&self.path)
                ),
            ),
            false => JournalError::Said(
                format!("{name} does not say whose record it is"),
                format!("name it as OWNER:KEY: {}", alike.join(", ")),
            ),
        })
    }

    /// Writes that the service has a new address.
    ///
    /// # Errors
    /// The address is not one of a service, or the journal cannot be written.
    pub fn move_to(&mut self, url: &str) -> Result<()> {
        Http::check_url(url, true).map_err(|error| {
            JournalError::Said(error.message().to_owned(), error.hint().unwrap_or_default().to_owned())
        })?;
        let service = normal_form(url);
        self.transact(|journal| {
            journal.set("service", &service)?;
            journal.add(&JournalEvent::of_journal(What::Moved).subject(&service)).map(drop)
        })
    }

    /// Removes records that were settled longer ago than this. Returns their number.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn prune(&mut self, older_than: Duration) -> Result<u64> {
        // Before that there was no journal.
        let before = SystemTime::now().checked_sub(older_than).and_then(xml::DateTime::moment);
        let before = before.unwrap_or(DateTime::UNIX_EPOCH).to_rfc3339_opts(SecondsFormat::Millis, true);
        self.transact(|journal| {
            // A key is removed as a whole, if none of its versions is open or recent.
            journal.run_cached(
                "CREATE TEMP TABLE IF NOT EXISTS gone (version INTEGER PRIMARY KEY)",
                [],
            )?;
            journal.run_cached("DELETE FROM gone", [])?;
            journal.run_cached(
                "INSERT INTO gone SELECT id FROM version v WHERE NOT EXISTS (SELECT 1 FROM version o
                 WHERE o.owner = v.owner AND o.key = v.key AND (o.state NOT IN ('done', 'withdrawn', 'replaced', 'refused')
                 OR o.state = 'refused' AND o.current = 1 OR coalesce(o.settled, o.taken_in) >= ?1 OR o.taken_in >= ?1))",
                [&before],
            )?;
            let records: Option<i64> = journal
                .one("SELECT count(*) FROM version WHERE current = 1 AND id IN (SELECT version FROM gone)", [])?;
            for table in ["event", "payload", "content"] {
                journal.run_cached(&format!("DELETE FROM {table} WHERE version IN (SELECT version FROM gone)"), [])?;
            }
            journal.run_cached("DELETE FROM version WHERE id IN (SELECT version FROM gone)", [])?;
            journal.rechain()?;
            let records = records.unwrap_or(0);
            let what = counted(records.unsigned_abs(), "record");
            let reason = format!("removed {what} settled before {before}");
            journal.add(&JournalEvent::of_journal(What::Pruned).reason(Some(&reason)))?;
            Ok(records.unsigned_abs())
        })
    }

    /// Recomputes the checksums of the remaining events.
    fn rechain(&self) -> Result<()> {
        type Row = (i64, String, i64, Option<i64>, String, [Option<String>; 4]);
        let sql = "SELECT id, at, run, version, what, state, answer, reason, subject FROM event WHERE id > ?1
                   ORDER BY id LIMIT 1000";
        let mut chain = Chain::default();
        loop {
            let rows: Vec<Row> = self.all(sql, [chain.id], |row| {
                let texts = [row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?];
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, texts))
            })?;
            if rows.is_empty() {
                break;
            }
            for (id, at, run, version, what, texts) in &rows {
                let [state, answer, reason, subject] = texts.each_ref().map(Option::as_deref);
                let fields = Fields {
                    id: *id,
                    at,
                    run: *run,
                    version: *version,
                    what,
                    state,
                    answer,
                    reason,
                    subject,
                };
                chain = chain.after(&fields);
                self.run_cached("UPDATE event SET chain = ?2 WHERE id = ?1", params![id, chain.hash])?;
            }
        }
        // Ids are never reused, since the note in the lock file refers to them.
        self.chain.set(Chain { id: self.chain.get().id, hash: chain.hash });
        Ok(())
    }

    /// Accepts a file that was restored from a copy, or that lacks its newest part: the next push looks up each
    /// `Create` in the warehouse before sending it. Returns the number of records.
    ///
    /// # Errors
    /// It is in use, damaged, or cannot be written.
    pub fn restore(path: &Path, wait: Duration) -> Result<u64> {
        let fail = |error| JournalError::File(path.to_owned(), error);
        let real = std::fs::canonicalize(path).map_err(fail)?;
        let lock = Lock::take(&real, wait, &|| false)?;
        match file::form(&real).map_err(fail)? {
            file::FileForm::Journal { .. } => {}
            form => {
                return Err(JournalError::Damaged(path.to_owned(), format!("it is not a journal: {form:?}")));
            }
        }
        let db = file::connect(&real)?;
        let verified = verify::verify(&db, None).map_err(|error| error.at(path))?;
        let mut journal = Journal::around(db, path.to_owned());
        journal.begin_at(verified.chain, &real, Some(lock))?;
        journal.run = journal.number("run")?;
        journal.transact(|journal| {
            journal.run_cached("DELETE FROM about WHERE name = 'proven'", [])?;
            journal.add(&JournalEvent::of_journal(What::Restored)).map(drop)
        })?;
        let records: Option<i64> = journal.one("SELECT count(*) FROM version WHERE current = 1", [])?;
        Ok(records.unwrap_or(0).unsigned_abs())
    }
}
