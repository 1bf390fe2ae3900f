//! What the records of one goods owner share while they are delivered one after the other.

use std::collections::HashMap;

use super::{Run, Step, Stop, locked};
use crate::batch::journal::{Entry, State, Task};
use crate::batch::kind::finding::{Finding, RecordToFind};
use crate::client::Client;
use crate::error::Error;
use crate::text::start;

/// Number of answers in a row that may concern the session, after which a lane ends.
const MOST_HELD: usize = 3;

/// Maximum length of an answer that the journal keeps, in bytes.
const KEPT_ANSWER: usize = 4000;

/// What comes after a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The next one.
    Record,
    /// No other of this goods owner.
    EndLane,
}

impl Run<'_> {
    /// Whether a record has been in no input for too long.
    pub(super) fn is_too_old(&self, task: &Task) -> bool {
        self.push.is_too_old(task)
    }

    /// Waits until no request of an earlier program that the journal does not know can be in flight. Returns whether it
    /// waited.
    pub(super) fn prove(&self) -> Step<bool> {
        let Some(known) = self.journal().unproven_for() else { return Ok(false) };
        let wait = self.push.resend_delay.saturating_sub(known);
        self.wait(
            wait,
            "the journal is new: an earlier program may have sent a `Create` that is still in flight",
        )?;
        self.journal().prove()?;
        Ok(true)
    }

    /// Without the password, and shortened.
    pub(super) fn safe(&self, client: &Client, text: &str) -> String {
        start(&client.safe(text), KEPT_ANSWER, char::len_utf8).to_owned()
    }
}

/// A record whose answer may concern the session: it concerns the record if another record succeeds.
struct Held {
    id: i64,
    why: String,
    error: Error,
}

/// The records of one goods owner.
pub(super) struct Lane<'r> {
    pub run: &'r Run<'r>,
    pub client: Client,
    pub owner: String,
    /// Whether a record of this goods owner was carried out in this run.
    succeeded: bool,
    held: Vec<Held>,
    /// What look-ups of several `Create`s at once showed.
    pub found: HashMap<i64, Finding>,
}

impl<'r> Lane<'r> {
    pub fn new(run: &'r Run<'r>, owner: String) -> Lane<'r> {
        let client = run.owners.client(&owner);
        Lane { run, client, owner, succeeded: false, held: Vec::new(), found: HashMap::new() }
    }

    /// What the warehouse has for these.
    pub fn look_up(&self, wanted: &[RecordToFind<'_>]) -> Step<Vec<Finding>> {
        let Some(lookup) = self.run.push.kind.lookup else { return Ok(Vec::new()) };
        self.run.check_stop()?;
        self.run.bring_to_disk()?;
        locked(&self.run.figures).looked_up += 1;
        match lookup.find(&self.client, self.run.push.kind.payload(), wanted) {
            Ok(found) => Ok(found),
            Err(error) if self.is_about_the_record(&error) => {
                let why = self.run.safe(&self.client, &error.to_string());
                self.run.pace.failed(&why);
                Ok(wanted.iter().map(|_| Finding::Unclear(why.clone())).collect())
            }
            Err(error) => Err(Stop::Call(error)),
        }
    }

    /// The result of a joint look-up for a record; used once.
    pub fn take_found(&mut self, id: i64) -> Option<Finding> {
        self.found.remove(&id)
    }

    /// Whether a failure concerns one record only, as far as known.
    pub fn is_about_the_record(&self, error: &Error) -> bool {
        error.scope().is_record(self.succeeded)
    }

    /// A record was carried out, so the answers of the held records concern these records.
    pub fn succeed(&mut self) -> Step {
        self.succeeded = true;
        locked(&self.run.figures).succeeded += 1;
        self.run.pace.succeeded();
        self.refuse_held()
    }

    fn refuse_held(&mut self) -> Step {
        for held in std::mem::take(&mut self.held) {
            // An earlier request for it may have been carried out.
            if !self.run.journal().again(held.id)?.state.is_unknown() {
                self.run.journal().answered(held.id, State::Refused, None, Some(&held.why))?;
            }
            self.tell(held.id)?;
        }
        Ok(())
    }

    /// Holds a record whose answer may concern the session: it stays pending. Returns whether the lane continues.
    pub fn hold(&mut self, id: i64, why: String, error: Error) -> Next {
        let wrong_login = error.is_login() && locked(&self.run.figures).succeeded == 0;
        self.held.push(Held { id, why, error });
        // A wrong login is not retried, since the service would lock the user out.
        if wrong_login || self.held.len() >= MOST_HELD { Next::EndLane } else { Next::Record }
    }

    /// Whether a record is held.
    pub fn is_held(&self, id: i64) -> bool {
        self.held.iter().any(|held| held.id == id)
    }

    /// Decides whether the held answers concern their records or the session.
    pub fn end(mut self) -> Step {
        if self.held.is_empty() {
            return Ok(());
        }
        if self.succeeded && self.held.len() < MOST_HELD {
            return self.refuse_held();
        }
        let Some(held) = self.held.pop() else { return Ok(()) };
        let is_login = held.error.is_login();
        let mut stopped = locked(&self.run.stopped_lanes);
        stopped.push(Stop::Lane(self.owner.clone(), held.error));
        let wrong_login = is_login && locked(&self.run.figures).succeeded == 0;
        if wrong_login && stopped.len() > 1 {
            let stop = stopped.remove(0);
            drop(stopped);
            return Err(stop);
        }
        Ok(())
    }

    /// Reports the outcome of a record, unless it is held.
    pub fn tell(&self, id: i64) -> Step {
        let entry: Entry = self.run.journal().again(id)?;
        if !self.is_held(id) {
            self.run.watch.on_record(&entry);
        }
        Ok(())
    }
}
