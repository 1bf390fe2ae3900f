//! The tables of a journal.

/// Version of the file format.
pub(super) const VERSION: i64 = 2;

/// `event` is authoritative and append-only; `version` is the sum of the events, which is verified whenever the journal
/// is opened. Place and order in an input are not evidence, and are only in `version`.
pub(super) const SCHEMA: &str = "
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE event (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        -- Number of the run.
        run INTEGER NOT NULL,
        -- The version that it is about; none where it is about the journal.
        version INTEGER,
        what TEXT NOT NULL,
        -- The state that the version has by it.
        state TEXT,
        -- The service's answer, in JSON form.
        answer TEXT,
        reason TEXT,
        -- Of a version that is taken in: who, which, and the digest of what.
        subject TEXT,
        -- Checksum of this event and all before it.
        chain BLOB NOT NULL
    );
    CREATE TABLE version (
        id INTEGER PRIMARY KEY,
        owner TEXT NOT NULL,
        key TEXT NOT NULL,
        -- The key without case and outer space.
        folded TEXT NOT NULL,
        -- Counts the contents of a key, from 1.
        number INTEGER NOT NULL,
        digest BLOB NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        -- The newest version of its key that is not replaced.
        current INTEGER NOT NULL DEFAULT 1,
        -- The newest event about it.
        last INTEGER NOT NULL,
        sent TEXT,
        settled TEXT,
        -- The run whose input had it last, where in that input, and when.
        run INTEGER NOT NULL,
        place TEXT NOT NULL,
        taken_in TEXT NOT NULL,
        UNIQUE (owner, key, number)
    );
    CREATE INDEX version_folded ON version (owner, folded);
    CREATE INDEX version_run ON version (run) WHERE current = 1;
    CREATE INDEX version_open ON version (owner, id)
        WHERE state IN ('pending', 'sent', 'unknown', 'refused', 'partial');
    -- What is not settled, as it came in: it goes to the warehouse from here.
    CREATE TABLE payload (version INTEGER PRIMARY KEY, json TEXT NOT NULL);
    -- What versions said that the warehouse has, or may have: hashes of their values.
    CREATE TABLE content (version INTEGER PRIMARY KEY, leaves BLOB NOT NULL);";

/// Condition for open versions, as in the index.
pub(super) const OPEN: &str = "state IN ('pending', 'sent', 'unknown', 'refused', 'partial')";
