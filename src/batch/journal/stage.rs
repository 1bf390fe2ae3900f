//! Taking records in.

use rusqlite::{OptionalExtension as _, Row, params};

use super::event::{JournalEvent, What, subject};
use super::outbox::FIRST;
use super::state::{State, state};
use super::{Journal, Result, now};
use crate::batch::contract::content::{Content, DIGEST_VERSION_1};
use crate::batch::kind::identity::{Key, folded};
use crate::batch::record::Place;

/// A record of an input.
pub(in crate::batch) struct Staging<'r> {
    pub owner: &'r str,
    pub key: &'r Key,
    pub place: &'r Place,
    pub content: &'r Content,
    /// The payload as read.
    pub payload: &'r str,
    /// Its digest in a version 1 journal.
    pub version_1_digest: &'r dyn Fn() -> Vec<u8>,
    /// Whether keys that differ only in case or outer space are different keys.
    pub exact_keys: bool,
    /// Whether a content that was refused, and repaired since, is accepted again.
    pub again: bool,
    /// Whether a record that the user withdrew is accepted again.
    pub revive: bool,
}

/// The result of adding a record.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::batch) enum Staged {
    /// It is new or changed.
    New,
    /// It is unchanged; with its state.
    Same(State),
    /// This content was refused, and repaired since.
    Superseded,
    /// The key is a duplicate in the input; with the place of the first one.
    Twice(String),
    /// A key that differs from it in case or outer space only, and its place.
    Alike(String, String),
}

/// The columns of a version that adding a record needs.
struct Version {
    id: i64,
    number: i64,
    digest: Vec<u8>,
    state: State,
    run: i64,
    place: String,
    key: String,
}

fn version(row: &Row<'_>) -> rusqlite::Result<Version> {
    Ok(Version {
        id: row.get(0)?,
        number: row.get(1)?,
        digest: row.get(2)?,
        state: state(row, 3)?,
        run: row.get(4)?,
        place: row.get(5)?,
        key: row.get(6)?,
    })
}

impl Journal {
    /// Adds a record, as part of a transaction. An unchanged record keeps its state; a new content replaces a version
    /// that was not sent, and waits for one that may have been.
    pub(in crate::batch) fn stage(&self, record: &Staging<'_>) -> Result<Staged> {
        self.adopt_old_key(record)?;
        let folded = record.key.folded();
        let (versions, mut alike) = self.versions(record.owner, &folded, &record.key.text)?;
        if !record.exact_keys
            && let Some(version) = alike.pop()
        {
            return Ok(Staged::Alike(version.key, version.place));
        }
        if let Some(twice) = versions.iter().find(|version| version.run == self.run) {
            return Ok(Staged::Twice(twice.place.clone()));
        }
        let digest = record.content.digest();
        let last = versions.first().map_or(0, |version| version.number);
        let mut replaced = Vec::new();
        let standing = versions.iter().filter(|version| version.state != State::Replaced);
        for version in standing {
            if self.is_same(version, record, &digest)?
                && !(record.revive && version.state == State::Withdrawn)
            {
                if version.state.is_refused() && !replaced.is_empty() && !record.again {
                    // It was repaired; the repaired version is still to be sent.
                    break;
                }
                self.replace(&replaced, version.id)?;
                self.touch(version, record)?;
                self.attach(version, record)?;
                return Ok(Staged::Same(version.state));
            }
            if version.state != State::Pending {
                break;
            }
            replaced.push(version.id);
        }
        let newest = versions.iter().find(|version| version.state != State::Replaced);
        let refused_before = versions.iter().filter(|version| version.state.is_refused());
        for version in refused_before {
            if !record.again && self.is_same(version, record, &digest)? {
                if let Some(newest) = newest {
                    self.touch(newest, record)?;
                }
                return Ok(Staged::Superseded);
            }
        }
        for id in &replaced {
            self.add(
                &JournalEvent::about(*id, What::Replaced, State::Replaced)
                    .reason(Some("a newer version was taken in")),
            )?;
        }
        self.insert(record, &folded, last + 1, &digest)?;
        Ok(Staged::New)
    }

    /// Replaces versions that were not sent, since the record has an older content again.
    fn replace(&self, replaced: &[i64], current: i64) -> Result<()> {
        for id in replaced {
            self.add(
                &JournalEvent::about(*id, What::Replaced, State::Replaced)
                    .reason(Some("an earlier version was taken in again")),
            )?;
            self.run_cached("UPDATE version SET current = 0 WHERE id = ?1", [id])?;
        }
        if !replaced.is_empty() {
            self.run_cached("UPDATE version SET current = 1 WHERE id = ?1", [current])?;
        }
        Ok(())
    }

    fn insert(&self, record: &Staging<'_>, folded: &str, number: i64, digest: &[u8]) -> Result<()> {
        let (owner, key) = (record.owner, &record.key.text);
        if number > FIRST {
            self.run_cached("UPDATE version SET current = 0 WHERE owner = ?1 AND key = ?2", (owner, key))?;
            // The earlier refused version no longer needs a repair.
            self.run_cached(
                "DELETE FROM payload WHERE version IN (SELECT id FROM version
                 WHERE owner = ?1 AND key = ?2 AND state IN ('refused', 'partial'))",
                (owner, key),
            )?;
        }
        let now = now();
        let values = params![
            owner,
            key,
            folded,
            number,
            digest,
            self.chain.get().id + 1,
            self.run,
            record.place.to_string(),
            now
        ];
        self.run_cached(
            "INSERT INTO version (owner, key, folded, number, digest, state, last, run, place, taken_in)
             VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7, ?8, ?9)",
            values,
        )?;
        let id = self.db.last_insert_rowid();
        let subject = subject(owner, key, number, digest);
        let taken_in = JournalEvent::about(id, What::TakenIn, State::Pending).subject(&subject);
        self.note_at(&taken_in, &now).map_err(|error| self.fail(error))?;
        if !self.keeps_payloads {
            return Ok(());
        }
        self.run_cached("INSERT INTO payload (version, json) VALUES (?1, ?2)", params![id, record.payload])?;
        self.run_cached(
            "INSERT INTO content (version, leaves) VALUES (?1, ?2)",
            params![id, record.content.to_bytes()],
        )?;
        Ok(())
    }

    /// Whether a version has the record's content. A version from a version 1 journal gets a new digest.
    fn is_same(&self, version: &Version, record: &Staging<'_>, digest: &[u8]) -> Result<bool> {
        if version.digest.first() != Some(&DIGEST_VERSION_1) {
            return Ok(version.digest == digest);
        }
        if version.digest != (record.version_1_digest)() {
            return Ok(false);
        }
        self.run_cached("UPDATE version SET digest = ?2 WHERE id = ?1", params![version.id, digest])?;
        let subject = subject(record.owner, &record.key.text, version.number, digest);
        self.add(&JournalEvent {
            state: None,
            ..JournalEvent::about(version.id, What::Restated, version.state).subject(&subject)
        })?;
        if version.state == State::Done {
            self.run_cached(
                "INSERT OR REPLACE INTO content (version, leaves) VALUES (?1, ?2)",
                params![version.id, record.content.to_bytes()],
            )?;
        }
        Ok(true)
    }

    /// Records that the input has a version.
    fn touch(&self, version: &Version, record: &Staging<'_>) -> Result<()> {
        self.run_cached(
            "UPDATE version SET run = ?2, place = ?3, taken_in = ?4 WHERE id = ?1",
            params![version.id, self.run, record.place.to_string(), now()],
        )?;
        Ok(())
    }

    /// Saves the content of an open version, if it is not saved yet.
    fn attach(&self, version: &Version, record: &Staging<'_>) -> Result<()> {
        if version.state.is_open() {
            self.run_cached(
                "INSERT OR IGNORE INTO payload (version, json) VALUES (?1, ?2)",
                params![version.id, record.payload],
            )?;
            self.run_cached(
                "INSERT OR IGNORE INTO content (version, leaves) VALUES (?1, ?2)",
                params![version.id, record.content.to_bytes()],
            )?;
        }
        Ok(())
    }

    /// The versions of a key, the newest first, and those of keys that differ from it only in case or outer space.
    fn versions(&self, owner: &str, folded: &str, key: &str) -> Result<(Vec<Version>, Vec<Version>)> {
        let all = self.all(
            "SELECT id, number, digest, state, run, place, key FROM version
             WHERE owner = ?1 AND folded = ?2 ORDER BY number DESC",
            (owner, folded),
            version,
        )?;
        Ok(all.into_iter().partition(|version| version.key == key))
    }

    /// A key of this goods owner that differs only in case or outer space, and its place.
    pub(in crate::batch) fn alike(&self, owner: &str, key: &Key) -> Result<Option<(String, String)>> {
        let find = || {
            let mut statement = self.db.prepare_cached(
                "SELECT key, place FROM version WHERE owner = ?1 AND folded = ?2 AND key <> ?3 LIMIT 1",
            )?;
            let values = (owner, key.folded(), &key.text);
            statement.query_row(values, |row| Ok((row.get(0)?, row.get(1)?))).optional()
        };
        find().map_err(|error| self.fail(error))
    }

    /// Version 1 journals left empty parts out of keys; versions from them get their new key.
    fn adopt_old_key(&self, record: &Staging<'_>) -> Result<()> {
        let (old, new) = (&record.key.version_1_text, &record.key.text);
        if old == new {
            return Ok(());
        }
        let versions_of = |key: &str| Ok(self.versions(record.owner, &folded(key), key)?.0);
        let versions: Vec<Version> = versions_of(old)?;
        let taken = |version: &Version| version.digest.first() == Some(&DIGEST_VERSION_1);
        let known = !versions_of(new)?.is_empty();
        if known || versions.is_empty() || !versions.iter().all(taken) {
            return Ok(());
        }
        for version in versions {
            self.run_cached(
                "UPDATE version SET key = ?2, folded = ?3 WHERE id = ?1",
                params![version.id, new, folded(new)],
            )?;
            let subject = subject(record.owner, new, version.number, &version.digest);
            self.add(&JournalEvent {
                state: None,
                ..JournalEvent::about(version.id, What::Restated, version.state).subject(&subject)
            })?;
        }
        Ok(())
    }
}
