//! What a pull tells while it runs.

use std::fmt;

use chrono::TimeDelta;

use super::Figures;
use crate::xml::{DateTime, Replaced};

/// What a pull tells while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A row was read; what was done so far.
    Row(&'a Figures),
    /// The output is in place; what follows is for the next pull.
    Placed(&'a Figures),
    /// Something that the owner of the rows should know.
    Told(Told),
}

/// Something that the owner of the rows should know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// The service sent a character that XML forbids.
    Replaced {
        /// Row, counted from 1.
        row: u64,
        /// Article or order that the row is about.
        name: Option<String>,
        /// Which character, and where.
        replaced: Replaced,
    },
    /// No pull has stored its time before: all rows are asked for.
    Never {
        /// The name under which the time is stored.
        stored_as: String,
    },
    /// The time of the last pull is later than the service's present time: its clock was set back.
    StoredAhead {
        /// The time of the last pull.
        stored: DateTime,
        /// The service's present time.
        now: DateTime,
        /// The time from which on changes are asked for.
        from: DateTime,
    },
    /// The service's clock was set since the last pull.
    ClockMoved {
        /// By how much; less than nothing where it was set back.
        by: TimeDelta,
        /// The time from which on changes are asked for.
        from: DateTime,
    },
    /// The service's clock, which tells no zone, may repeat an hour near the time of the last pull.
    ClockMayRepeat {
        /// The time of the last pull.
        stored: DateTime,
        /// The time from which on changes are asked for.
        from: DateTime,
    },
    /// Changes are asked for from before the time for which the service tells them: all rows are asked for instead.
    InFull {
        /// The time from which on changes were wanted.
        from: DateTime,
        /// How far back the service tells changes, in hours.
        hours: i64,
    },
    /// The file of the rows that the last pull delivered cannot be used: rows may come twice.
    NoMemory {
        /// Why.
        message: String,
    },
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Told::Replaced { row, name, replaced } => {
                write!(f, "row {row}")?;
                if let Some(name) = name {
                    write!(f, " ({name})")?;
                }
                let Replaced { path, character, .. } = replaced;
                write!(f, ": {path} has {character}, which XML forbids; replaced by U+FFFD")
            }
            Told::Never { stored_as } => {
                write!(f, "no time was stored under `{stored_as}` before, so everything was asked for")
            }
            Told::StoredAhead { stored, now, from } => write!(
                f,
                "the last pull's time {stored} is later than the service's clock, {now}: the clock was set back, so \
                 changes since {from} are asked for"
            ),
            Told::ClockMoved { by, from } => {
                let seconds = by.num_seconds();
                let how = if seconds < 0 { "back" } else { "forward" };
                write!(
                    f,
                    "the service's clock was set {how} by {} min since the last pull, so changes since {from} are asked for",
                    (seconds.abs() + 30) / 60
                )
            }
            Told::ClockMayRepeat { stored, from } => write!(
                f,
                "the service's clock has no zone and may repeat an hour near {stored}, so changes since {from} are asked \
                 for"
            ),
            Told::InFull { from, hours } => write!(
                f,
                "the service tells these changes for {hours} hours only, not since {from}: all rows are asked for"
            ),
            Told::NoMemory { message } => {
                write!(f, "{message}; rows that the last pull delivered may come again")
            }
        }
    }
}
