//! Events of versions of records, each with a checksum of itself and all earlier events.

use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

use super::state::State;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The journal was created for a kind and a service.
    Made,
    /// The service has another address now.
    Moved,
    /// Settled records were pruned; the earlier events are the remaining ones.
    Pruned,
    /// The file was restored from a copy.
    Restored,
    /// An input had something new.
    TakenIn,
    /// The version has a new digest: the same content by newer rules.
    Restated,
    /// The request is about to go out.
    Sent,
    /// The answer, or the failure.
    Answered,
    /// The warehouse was queried.
    LookedUp,
    /// The user stated the outcome.
    Decided,
    /// The user withdrew it.
    Withdrawn,
    /// A newer version replaced it.
    Replaced,
    /// It was taken over from a version 1 journal.
    TakenOver,
}

impl What {
    pub fn as_str(self) -> &'static str {
        match self {
            What::Made => "made",
            What::Moved => "moved",
            What::Pruned => "pruned",
            What::Restored => "restored",
            What::TakenIn => "taken in",
            What::Restated => "restated",
            What::Sent => "sent",
            What::Answered => "answered",
            What::LookedUp => "looked up",
            What::Decided => "decided",
            What::Withdrawn => "withdrawn",
            What::Replaced => "replaced",
            What::TakenOver => "taken over",
        }
    }
}

/// An event.
#[derive(Debug)]
pub(super) struct JournalEvent<'a> {
    pub version: Option<i64>,
    pub what: What,
    pub state: Option<State>,
    pub answer: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub subject: Option<&'a str>,
}

impl<'a> JournalEvent<'a> {
    pub fn about(version: i64, what: What, state: State) -> JournalEvent<'a> {
        JournalEvent {
            version: Some(version),
            what,
            state: Some(state),
            answer: None,
            reason: None,
            subject: None,
        }
    }

    pub fn of_journal(what: What) -> JournalEvent<'a> {
        JournalEvent { version: None, what, state: None, answer: None, reason: None, subject: None }
    }

    pub fn answer(self, answer: Option<&'a str>) -> JournalEvent<'a> {
        JournalEvent { answer, ..self }
    }

    pub fn reason(self, reason: Option<&'a str>) -> JournalEvent<'a> {
        JournalEvent { reason, ..self }
    }

    pub fn subject(self, subject: &'a str) -> JournalEvent<'a> {
        JournalEvent { subject: Some(subject), ..self }
    }
}

/// The fields of an event that the checksum covers, as in the file.
pub(super) struct Fields<'a> {
    pub id: i64,
    pub at: &'a str,
    pub run: i64,
    pub version: Option<i64>,
    pub what: &'a str,
    pub state: Option<&'a str>,
    pub answer: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub subject: Option<&'a str>,
}

/// The end of the chain of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Chain {
    /// Id of the newest event.
    pub id: i64,
    pub hash: [u8; 16],
}

impl Chain {
    /// The chain with one more event.
    pub fn after(&self, fields: &Fields<'_>) -> Chain {
        let mut sum = Sha256::new_with_prefix(self.hash);
        let number = |value: i64| value.to_be_bytes();
        sum.update(number(fields.id));
        sum.update(number(fields.run));
        sum.update(number(fields.version.unwrap_or(0)));
        let texts =
            [Some(fields.at), Some(fields.what), fields.state, fields.answer, fields.reason, fields.subject];
        for text in texts {
            // Absent differs from empty, and a text ends at its length.
            let length = text.map_or(-1, |text| i64::try_from(text.len()).unwrap_or(i64::MAX));
            sum.update(number(length));
            sum.update(text.unwrap_or_default());
        }
        let mut hash = [0; 16];
        hash.copy_from_slice(&sum.finalize()[..16]);
        Chain { id: fields.id, hash }
    }

    /// Adds an event to the file.
    pub fn add(
        &mut self,
        db: &Connection,
        run: i64,
        at: &str,
        event: &JournalEvent<'_>,
    ) -> rusqlite::Result<i64> {
        let fields = Fields {
            id: self.id + 1,
            at,
            run,
            version: event.version,
            what: event.what.as_str(),
            state: event.state.map(State::as_str),
            answer: event.answer,
            reason: event.reason,
            subject: event.subject,
        };
        let next = self.after(&fields);
        let mut insert = db.prepare_cached(
            "INSERT INTO event (id, at, run, version, what, state, answer, reason, subject, chain)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        insert.execute(params![
            fields.id,
            fields.at,
            fields.run,
            fields.version,
            fields.what,
            fields.state,
            fields.answer,
            fields.reason,
            fields.subject,
            next.hash
        ])?;
        *self = next;
        Ok(next.id)
    }
}

/// Bytes as hexadecimal text.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
    text
}

/// The subject of an event, in JSON: the key and number of a version, and its digest.
pub(super) fn subject(owner: &str, key: &str, number: i64, digest: &[u8]) -> String {
    // A list of texts can always be written.
    serde_json::to_string(&(owner, key, number, hex(digest))).unwrap_or_default()
}
