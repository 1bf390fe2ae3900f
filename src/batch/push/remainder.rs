//! What a push left to do.

use std::fmt;

use serde_json::{Value, json};

use super::{Stop, Summary};
use crate::text::counted;

/// What a push left to do: the most serious item.
#[derive(Debug, Clone, Copy)]
pub enum Remainder<'a> {
    /// It ended early, with this number of unknown outcomes.
    Stopped(&'a Stop, u64),
    /// This number of records has an unknown outcome.
    Unknown(u64),
    /// This number of records was not sent.
    Pending(u64),
    /// This number of records is refused.
    Refused(u64),
}

impl Summary {
    /// Returns what is left to do, of this input and of earlier ones; `None` if every record is done.
    pub fn remainder(&self) -> Option<Remainder<'_>> {
        let unknown = self.unknown + self.earlier.unknown;
        let pending = self.pending + self.earlier.pending;
        let refused = self.refused + self.earlier.refused;
        match &self.stop {
            Some(stop) => Some(Remainder::Stopped(stop, unknown)),
            None if unknown > 0 => Some(Remainder::Unknown(unknown)),
            None if pending > 0 => Some(Remainder::Pending(pending)),
            None if refused > 0 => Some(Remainder::Refused(refused)),
            None => None,
        }
    }

    /// Returns the figures in JSON form, as `ongoing push --summary json` prints them.
    pub fn to_json(&self) -> Value {
        let earlier = &self.earlier;
        json!({
            "records": self.records,
            "done": self.done,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "refusedEarlier": self.refused_earlier,
            "unknown": self.unknown,
            "pending": self.pending,
            "superseded": self.superseded,
            "withdrawn": self.withdrawn,
            "earlier": {
                "open": earlier.open(),
                "unknown": earlier.unknown,
                "pending": earlier.pending,
                "refused": earlier.refused,
                "tooOld": earlier.too_old,
            },
            "sent": self.sent,
            "lookedUp": self.looked_up,
            "rejected": self.rejects.as_ref().map(|path| path.display().to_string()),
            "stopped": self.stop.as_ref().map(ToString::to_string),
        })
    }
}

impl fmt::Display for Remainder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remainder::Stopped(Stop::Interrupted, _) => f.write_str("interrupted"),
            Remainder::Stopped(stop, _) => write!(f, "ended early: {stop}"),
            Remainder::Unknown(count) => write!(f, "the outcome of {} is unknown", counted(*count, "record")),
            Remainder::Pending(count) => write!(f, "not sent: {}", counted(*count, "record")),
            Remainder::Refused(count) => write!(f, "refused: {}", counted(*count, "record")),
        }
    }
}
