//! The result of a push.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use super::intake::Taken;
use super::rejects::RejectedFile;
use super::{PushError, Run, Stop, into_inner};
use crate::batch::journal::{Journal, JournalError, State};

/// The result of a push. The numbers come from the journal, for the records of this input.
#[derive(Debug, Default)]
#[must_use = "records may still be open: `remainder` and `finished` say so"]
#[non_exhaustive]
pub struct Summary {
    /// Records in the input.
    pub records: u64,
    /// Carried out, now or earlier.
    pub done: u64,
    /// Of those, carried out by an earlier run.
    pub unchanged: u64,
    /// Refused by the service.
    pub refused: u64,
    /// Of those, refused by an earlier run and not sent again.
    pub refused_earlier: u64,
    /// Sent; whether it was carried out is unknown.
    pub unknown: u64,
    /// Not sent.
    pub pending: u64,
    /// Refused with the content that they have here, and repaired since: skipped.
    pub superseded: u64,
    /// Withdrawn by the user: skipped.
    pub withdrawn: u64,
    /// Open records of earlier inputs.
    pub earlier: Earlier,
    /// Requests that were sent.
    pub sent: u64,
    /// Look-ups in the warehouse.
    pub looked_up: u64,
    /// The list of refused records, if there are any.
    pub rejects: Option<PathBuf>,
    /// Why it ended early.
    pub stop: Option<Stop>,
}

/// Records of earlier inputs that are still open.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Earlier {
    /// Sent; whether it was carried out is unknown.
    pub unknown: u64,
    /// Not sent.
    pub pending: u64,
    /// Refused by the service.
    pub refused: u64,
    /// Of all these, not sent because they were in no input for too long.
    pub too_old: u64,
}

impl Summary {
    /// Checks that nothing is open: every record of this input and of earlier ones was carried out or withdrawn by the
    /// user.
    ///
    /// # Errors
    /// [`Unfinished`] if there is a [`remainder`](Self::remainder).
    pub fn finished(&self) -> Result<(), Unfinished> {
        match self.remainder() {
            None => Ok(()),
            Some(remainder) => {
                Err(Unfinished(format!("{} of {} records done; {remainder}", self.done, self.records)))
            }
        }
    }
}

/// A push left something to do. The next run continues with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished(String);

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Unfinished {}

impl Earlier {
    /// Their number.
    pub fn open(&self) -> u64 {
        self.unknown + self.pending + self.refused
    }
}

/// Number of records of this input that are done.
pub(super) fn done(journal: &Journal) -> Result<u64, JournalError> {
    let counts = journal.counts()?.into_iter();
    Ok(counts
        .filter(|count| count.of_this_run && count.state == State::Done)
        .map(|count| count.records)
        .sum())
}

impl Run<'_> {
    pub(super) fn summary(
        self,
        taken: Taken,
        done_before: u64,
        list: RejectedFile,
    ) -> Result<Summary, PushError> {
        let mut journal = into_inner(self.journal);
        if journal.unproven_for().is_some_and(|known| known >= self.push.resend_delay) {
            journal.prove()?;
        }
        let rejects =
            list.finish(&journal).map_err(|error| PushError::Rejects(self.push.rejects.clone(), error))?;
        let figures = into_inner(self.figures);
        let lane = into_inner(self.stopped_lanes).into_iter().next();
        let mut summary = Summary {
            records: taken.records,
            unchanged: done_before,
            refused_earlier: if self.push.retry_refused { 0 } else { taken.refused_earlier },
            superseded: taken.superseded,
            sent: figures.sent,
            looked_up: figures.looked_up,
            rejects,
            stop: self.stop.into_inner().or(lane),
            ..Summary::default()
        };
        summary.earlier.too_old = figures.too_old;
        for count in journal.counts()? {
            let earlier = &mut summary.earlier;
            let [unknown, pending, refused] = match count.of_this_run {
                true => [&mut summary.unknown, &mut summary.pending, &mut summary.refused],
                false => [&mut earlier.unknown, &mut earlier.pending, &mut earlier.refused],
            };
            match count.state {
                State::Sent | State::Unknown => *unknown += count.records,
                State::Pending => *pending += count.records,
                State::Refused | State::Partial => *refused += count.records,
                State::Done if count.of_this_run => summary.done += count.records,
                State::Withdrawn if count.of_this_run => summary.withdrawn += count.records,
                _ => {}
            }
        }
        Ok(summary)
    }
}
