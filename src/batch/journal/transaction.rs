//! Transactions of a journal: events with what belongs to them, written as a whole or not at all.

use std::fs;
use std::sync::Arc;

use rusqlite::params;

use super::disk::{Disk, Written};
use super::event::{Chain, JournalEvent, What};
use super::state::State;
use super::{Journal, JournalError, Result, file, now};

/// Number of payloads that are deleted together.
const SPENT_TOGETHER: usize = 64;

impl Journal {
    /// Runs a transaction: all of it is done, or nothing. When this returns, it is on the disk.
    pub(super) fn transact<T>(&mut self, what: impl FnOnce(&mut Journal) -> Result<T>) -> Result<T> {
        self.begin()?;
        match what(self) {
            Ok(given) => {
                self.keep()?;
                Ok(given)
            }
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    /// As [`transact`](Self::transact), but for one event and without waiting for the disk: when this returns, the
    /// event survives the end of the program; it survives a loss of power after waiting for the returned transaction.
    pub(super) fn write(&mut self, event: &JournalEvent<'_>) -> Result<Written> {
        self.write_all(event, |_| Ok(()))
    }

    /// As [`write`](Self::write), with other changes that belong to the event.
    pub(super) fn write_all(
        &mut self,
        event: &JournalEvent<'_>,
        more: impl FnOnce(&Journal) -> Result<()>,
    ) -> Result<Written> {
        self.begin()?;
        let done = self.add(event).and_then(|_| more(self)).and_then(|()| {
            let is_due = self.spent.borrow().len() >= SPENT_TOGETHER;
            if is_due { self.delete_spent() } else { Ok(()) }
        });
        match done.and_then(|()| self.commit()) {
            Ok(()) => Ok(self.written()),
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    /// Deletes the payloads of settled versions, as part of a transaction: many at a time, since each changed page is
    /// rewritten. If the program is killed before, [`delete_forgotten`](Self::delete_forgotten) deletes them.
    pub(super) fn delete_spent(&self) -> Result<()> {
        for version in self.spent.take() {
            self.run_cached("DELETE FROM payload WHERE version = ?1", [version])?;
        }
        Ok(())
    }

    /// Deletes payloads of settled versions that a killed program left behind.
    pub(super) fn delete_forgotten(&self) -> Result<()> {
        self.run_cached(
            "DELETE FROM payload WHERE (SELECT state FROM version WHERE id = version)
             IN ('done', 'withdrawn', 'replaced')",
            [],
        )
        .map(drop)
    }

    /// Begins a transaction, which is rolled back unless [`keep`](Self::keep) follows.
    pub(in crate::batch) fn begin(&self) -> Result<()> {
        self.run_cached("BEGIN IMMEDIATE", []).map(drop)
    }

    /// Commits what was done since [`begin`](Self::begin).
    pub(in crate::batch) fn keep(&mut self) -> Result<()> {
        if let Err(error) = self.delete_spent().and_then(|()| self.commit()) {
            self.roll_back();
            return Err(error);
        }
        self.written().reach_disk()
    }

    pub(super) fn commit(&self) -> Result<()> {
        self.run_cached("COMMIT", []).map(drop)?;
        if let Some(disk) = &self.disk {
            disk.wrote(self.chain.get());
        }
        Ok(())
    }

    /// The newest transaction.
    pub(in crate::batch) fn written(&self) -> Written {
        let number = self.disk.as_ref().map_or(0, |disk| disk.newest());
        Written { disk: self.disk.clone(), number, path: self.path.clone() }
    }

    /// If the rollback fails, nothing more can be written either, which the next transaction reports.
    pub(super) fn roll_back(&self) {
        let _ = self.db.execute_batch("ROLLBACK");
        // Versions settled in it are open again; those settled before lose their payload when the journal is opened
        // next.
        self.spent.take();
        let newest = "SELECT id, chain FROM event ORDER BY id DESC LIMIT 1";
        let chain = self.db.query_row(newest, [], |row| Ok(Chain { id: row.get(0)?, hash: row.get(1)? }));
        self.chain.set(chain.unwrap_or_default());
    }

    /// Rolls back what was read from the input; removes a journal that was created for it.
    pub(in crate::batch) fn forget(mut self) -> Result<()> {
        self.roll_back();
        if self.fresh
            && let Some(lock) = self.disk.take().and_then(Arc::into_inner).map(Disk::into_lock)
        {
            let fail = |error| JournalError::File(self.path.clone(), error);
            let real = file::resolve(&self.path).map_err(fail)?;
            file::settle(&self.db).map_err(|error| self.fail(error))?;
            fs::remove_file(&real).map_err(fail)?;
            lock.remove().map_err(fail)?;
        }
        Ok(())
    }

    /// Adds an event about a version, which sets the version's state. Part of a transaction.
    pub(super) fn add(&self, event: &JournalEvent<'_>) -> Result<i64> {
        self.add_at(event, &now()).map_err(|error| self.fail(error))
    }

    /// As [`add_at`](Self::add_at), if the version already has the state.
    pub(super) fn note_at(&self, event: &JournalEvent<'_>, at: &str) -> rusqlite::Result<i64> {
        let mut chain = self.chain.get();
        let id = chain.add(&self.db, self.run, at, event)?;
        self.chain.set(chain);
        Ok(id)
    }

    pub(super) fn add_at(&self, event: &JournalEvent<'_>, at: &str) -> rusqlite::Result<i64> {
        let id = self.note_at(event, at)?;
        let (Some(version), Some(state)) = (event.version, event.state) else { return Ok(id) };
        let lasts = !matches!(state, State::Pending | State::Sent | State::Unknown);
        let is_sent = event.what == What::Sent;
        let mut update = self.db.prepare_cached(
            "UPDATE version SET state = ?2, last = ?3, settled = ?4, attempts = attempts + ?5,
             sent = iif(?5, ?6, sent) WHERE id = ?1",
        )?;
        update.execute(params![version, state.as_str(), id, lasts.then_some(at), is_sent, at])?;
        if !state.is_open() {
            self.spent.borrow_mut().push(version);
        }
        match state {
            // What the warehouse had before no longer matters.
            State::Done => {
                let mut old = self.db.prepare_cached(
                    "DELETE FROM content WHERE version IN (SELECT o.id FROM version v JOIN version o
                     ON o.owner = v.owner AND o.key = v.key AND o.number < v.number WHERE v.id = ?1)",
                )?;
                old.execute([version])?;
            }
            State::Withdrawn | State::Replaced => {
                let mut own = self.db.prepare_cached(
                    "DELETE FROM content WHERE version = ?1
                     AND (SELECT attempts FROM version WHERE id = ?1) = 0",
                )?;
                own.execute([version])?;
            }
            _ => {}
        }
        Ok(id)
    }

    pub(super) fn run_cached(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize> {
        let run = || self.db.prepare_cached(sql)?.execute(params);
        run().map_err(|error| self.fail(error))
    }
}
