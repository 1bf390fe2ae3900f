//! Events of a running pull.

use std::fmt;

use chrono::TimeDelta;

use super::Figures;
use crate::xml::{DateTime, Replaced};

/// Events of a running pull.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A row was read; what was done so far.
    Row(&'a Figures),
    /// The output is in place; what follows prepares the next pull.
    Placed(&'a Figures),
    /// A warning for the owner of the rows.
    Warning(PullWarning),
}

/// A warning for the owner of the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PullWarning {
    /// The service sent a character that XML forbids.
    Replaced {
        /// Row, counted from 1.
        row: u64,
        /// Article or order that the row is about.
        name: Option<String>,
        /// The character and its place.
        replaced: Replaced,
    },
    /// No pull has stored its time yet: all rows are requested.
    Never {
        /// The name under which the time is stored.
        stored_as: String,
    },
    /// The time of the last pull is later than the service's present time: its clock was set back.
    StoredAhead {
        /// The time of the last pull.
        stored: DateTime,
        /// The service's current time.
        now: DateTime,
        /// The time since which changes are requested.
        from: DateTime,
    },
    /// The service's clock was set since the last pull.
    ClockMoved {
        /// The difference; negative if it was set back.
        by: TimeDelta,
        /// The time since which changes are requested.
        from: DateTime,
    },
    /// The service's clock, which has no time zone, may repeat an hour near the time of the last pull.
    ClockMayRepeat {
        /// The time of the last pull.
        stored: DateTime,
        /// The time since which changes are requested.
        from: DateTime,
    },
    /// The service no longer has changes since the requested time: all rows are requested instead.
    InFull {
        /// The time since which changes were wanted.
        from: DateTime,
        /// For how many hours the service keeps changes.
        hours: i64,
    },
    /// The file of the rows that the last pull delivered cannot be used: rows may come twice.
    NoMemory {
        /// Why.
        message: String,
    },
}

impl fmt::Display for PullWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PullWarning::Replaced { row, name, replaced } => {
                write!(f, "row {row}")?;
                if let Some(name) = name {
                    write!(f, " ({name})")?;
                }
                let Replaced { path, character, .. } = replaced;
                write!(f, ": {path} has {character}, which XML forbids; replaced by U+FFFD")
            }
            PullWarning::Never { stored_as } => {
                write!(f, "no time is stored under `{stored_as}` yet, so all rows are requested")
            }
            PullWarning::StoredAhead { stored, now, from } => write!(
                f,
                "the last pull's time {stored} is later than the service's clock, {now}: the clock was set back, so \
                 changes since {from} are requested"
            ),
            PullWarning::ClockMoved { by, from } => {
                let seconds = by.num_seconds();
                let how = if seconds < 0 { "back" } else { "forward" };
                write!(
                    f,
                    "the service's clock was set {how} by {} min since the last pull, so changes since {from} are \
                     requested",
                    (seconds.abs() + 30) / 60
                )
            }
            PullWarning::ClockMayRepeat { stored, from } => write!(
                f,
                "the service's clock has no zone and may repeat an hour near {stored}, so changes since {from} are \
                 requested"
            ),
            PullWarning::InFull { from, hours } => write!(
                f,
                "the service keeps these changes for {hours} hours only, not since {from}: all rows are requested"
            ),
            PullWarning::NoMemory { message } => {
                write!(f, "{message}; rows of the last pull may come again")
            }
        }
    }
}
