//! The state of a record.

use std::fmt;

use chrono::{DateTime, Utc};
use rusqlite::Row;

/// The state of a version of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Not sent, or provably not carried out.
    Pending,
    /// In flight when the journal was last written.
    Sent,
    /// Carried out.
    Done,
    /// Carried out in part; the reason says which part.
    Partial,
    /// The service refused it.
    Refused,
    /// Sent; whether it was carried out is unknown.
    Unknown,
    /// Withdrawn by the user: it is not sent and no longer counts.
    Withdrawn,
    /// A newer version of the record was read before this one was carried out.
    Replaced,
}

impl State {
    /// All states.
    pub const ALL: [State; 8] = [
        State::Pending,
        State::Sent,
        State::Done,
        State::Partial,
        State::Refused,
        State::Unknown,
        State::Withdrawn,
        State::Replaced,
    ];

    /// In lower case: `pending`, `sent`, ..
    pub fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Sent => "sent",
            State::Done => "done",
            State::Partial => "partial",
            State::Refused => "refused",
            State::Unknown => "unknown",
            State::Withdrawn => "withdrawn",
            State::Replaced => "replaced",
        }
    }

    /// Whether it is still open; its payload is then kept.
    pub fn is_open(self) -> bool {
        !matches!(self, State::Done | State::Withdrawn | State::Replaced)
    }

    /// Whether it may have been carried out.
    pub fn is_unknown(self) -> bool {
        matches!(self, State::Sent | State::Unknown)
    }

    /// Whether the service refused it or a part of it.
    pub fn is_refused(self) -> bool {
        matches!(self, State::Refused | State::Partial)
    }

    pub(super) fn read(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    pub(in crate::batch) id: i64,
    /// The goods owner: its code, or `id:7` where only the id is known; empty where the operation names none.
    pub goods_owner: String,
    /// The record's key.
    pub key: String,
    /// Version number within the key, from 1.
    pub version: i64,
    /// Its place in the input.
    pub place: String,
    /// Its state.
    pub state: State,
    /// How many times it was sent.
    pub attempts: u32,
    /// When it was last in an input.
    pub taken_in: Option<DateTime<Utc>>,
    /// When it was last sent.
    pub sent: Option<DateTime<Utc>>,
    /// When it reached this state, if the state is final.
    pub settled: Option<DateTime<Utc>>,
    /// The service's answer, in JSON form.
    pub answer: Option<String>,
    /// Why it has this state.
    pub reason: Option<String>,
}

impl Entry {
    /// Goods owner and key as the command accepts them: `OWNER:KEY`.
    pub fn name(&self) -> String {
        format!("{}:{}", self.goods_owner, self.key)
    }
}

/// Columns of an [`Entry`], for [`entry`].
pub(super) const SELECT: &str = "SELECT v.id, v.owner, v.key, v.number, v.place, v.state, v.attempts, v.taken_in, v.sent, \
     v.settled, e.answer, e.reason FROM version v LEFT JOIN event e ON e.id = v.last";

pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get(0)?,
        goods_owner: row.get(1)?,
        key: row.get(2)?,
        version: row.get(3)?,
        place: row.get(4)?,
        state: state(row, 5)?,
        attempts: row.get(6)?,
        taken_in: time(row, 7)?,
        sent: time(row, 8)?,
        settled: time(row, 9)?,
        answer: row.get(10)?,
        reason: row.get(11)?,
    })
}

pub(super) fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<State> {
    let text: String = row.get(column)?;
    State::read(&text).ok_or_else(|| {
        let wrong = format!("`{text}` is not a state of a record");
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, wrong.into())
    })
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<DateTime<Utc>>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| DateTime::parse_from_rfc3339(&text).ok()).map(|time| time.to_utc()))
}
