//! What a push would do, without doing it.

use std::fmt;
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::goods_owner::GoodsOwners;
use super::{Push, PushError, PushObserver};
use crate::batch::journal::{Entry, Journal, JournalError, State, Task};
use crate::batch::record::Place;
use crate::client::Client;
use crate::dynamic;

/// Number of records read from the journal at once.
const AHEAD: usize = 200;

/// What a push would do with an open record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Planned {
    /// Send it: as far as the journal knows, the warehouse has no version of it.
    Send,
    /// Send its new content: the warehouse has, or may have, an earlier version.
    Update,
    /// Look it up in the warehouse, since its outcome is unknown, and send it if it is not there.
    LookUp,
    /// Nothing: it was refused, and is unchanged.
    Refused,
    /// Nothing: it has been in no input for too long.
    TooOld,
    /// Nothing: it is from an earlier input, and only records of this one are delivered.
    Left,
}

impl Planned {
    /// Returns the action in words, as the command prints it.
    pub fn as_str(self) -> &'static str {
        match self {
            Planned::Send => "send",
            Planned::Update => "update",
            Planned::LookUp => "look up",
            Planned::Refused => "refused",
            Planned::TooOld => "too old",
            Planned::Left => "left",
        }
    }
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a push would do: the number of records for each action. Counts the records of this input and the open ones
/// of earlier inputs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// Records in the input.
    pub records: u64,
    /// Of those, carried out by an earlier run, and unchanged.
    pub unchanged: u64,
    /// Of those, refused with this content, and repaired since: skipped.
    pub superseded: u64,
    /// Of those, withdrawn by the user: skipped.
    pub withdrawn: u64,
    /// See [`Planned::Send`].
    pub send: u64,
    /// See [`Planned::Update`].
    pub update: u64,
    /// See [`Planned::LookUp`].
    pub look_up: u64,
    /// See [`Planned::Refused`].
    pub refused: u64,
    /// See [`Planned::TooOld`].
    pub too_old: u64,
    /// See [`Planned::Left`].
    pub left: u64,
}

impl Plan {
    /// Returns the figures in JSON form, as `ongoing push --dry-run --summary json` prints them.
    pub fn to_json(&self) -> Value {
        json!({
            "records": self.records,
            "unchanged": self.unchanged,
            "superseded": self.superseded,
            "withdrawn": self.withdrawn,
            "send": self.send,
            "update": self.update,
            "lookUp": self.look_up,
            "refused": self.refused,
            "tooOld": self.too_old,
            "left": self.left,
        })
    }

    fn count(&mut self, planned: Planned) -> &mut u64 {
        match planned {
            Planned::Send => &mut self.send,
            Planned::Update => &mut self.update,
            Planned::LookUp => &mut self.look_up,
            Planned::Refused => &mut self.refused,
            Planned::TooOld => &mut self.too_old,
            Planned::Left => &mut self.left,
        }
    }
}

/// A record of an input, as it would be sent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Shown {
    /// Its place in the input.
    pub place: Place,
    /// Its goods owner, as in the journal.
    pub goods_owner: String,
    /// Its key.
    pub key: String,
    /// Its payload, with the defaults of its kind.
    pub payload: Map<String, Value>,
    /// The request without its password, or the reason why it cannot be sent.
    pub request: Result<String, String>,
}

/// Whether a push delivers an open record, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disposition {
    Yes,
    /// It was refused, and is unchanged.
    StaysRefused,
    /// It was refused, and repaired since.
    Repaired,
    /// It is from another input.
    Left,
}

impl Push {
    /// Whether an open record is to be delivered, or why not.
    pub(super) fn wants(&self, task: &Task) -> Disposition {
        match task.entry.state {
            State::Refused | State::Partial if !task.current => Disposition::Repaired,
            State::Refused | State::Partial if !self.retry_refused => Disposition::StaysRefused,
            _ if task.of_this_run || !self.only_input => Disposition::Yes,
            _ => Disposition::Left,
        }
    }

    /// Whether a record has been in no input for too long.
    pub(super) fn is_too_old(&self, task: &Task) -> bool {
        let age = task.entry.taken_in.and_then(|at| SystemTime::now().duration_since(at.into()).ok());
        !task.of_this_run && age.is_some_and(|age| age > self.max_age)
    }

    /// Returns what [`run`](Self::run) would do, without sending anything or changing the journal, and calls `each` for
    /// each open record. `url` is the address of the service, if known: a journal for another service is an error.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn plan(
        &self,
        client: &Client,
        url: Option<&str>,
        watch: &dyn PushObserver,
        each: &mut dyn FnMut(&Entry, Planned),
    ) -> Result<Plan, PushError> {
        let operation = self.operation()?;
        let owners = GoodsOwners::new(client, operation);
        let journal = Journal::copy_of(&self.journal, self.kind.name, url)?;
        // Never committed: the copy is deleted with this.
        journal.begin()?;
        let taken = self.take_in(operation, &owners, &journal, watch)?;
        let mut plan = Plan { records: taken.records, superseded: taken.superseded, ..Plan::default() };
        for owner in journal.owners()? {
            let mut after = 0;
            loop {
                let tasks = journal.open_after(&owner, after, AHEAD)?;
                let Some(last) = tasks.last() else { break };
                after = last.entry.id;
                for task in &tasks {
                    if let Some(planned) = self.planned(&journal, task)? {
                        *plan.count(planned) += 1;
                        each(&task.entry, planned);
                    }
                }
            }
        }
        for count in journal.counts()?.into_iter().filter(|count| count.of_this_run) {
            match count.state {
                State::Done => plan.unchanged += count.records,
                State::Withdrawn => plan.withdrawn += count.records,
                _ => {}
            }
        }
        Ok(plan)
    }

    fn planned(&self, journal: &Journal, task: &Task) -> Result<Option<Planned>, JournalError> {
        Ok(Some(match self.wants(task) {
            Disposition::Repaired => return Ok(None),
            Disposition::StaysRefused => Planned::Refused,
            Disposition::Left => Planned::Left,
            Disposition::Yes if self.is_too_old(task) => Planned::TooOld,
            Disposition::Yes if task.entry.state.is_unknown() => Planned::LookUp,
            Disposition::Yes => match journal.earlier(&task.entry)? {
                Some(earlier) if earlier.is_empty() => Planned::Send,
                _ => Planned::Update,
            },
        }))
    }

    /// Calls `each` for the records of the input whose key is `wanted`, as they would be sent. Records that cannot be
    /// read are skipped; [`check`](Self::check) reports them.
    ///
    /// # Errors
    /// The input cannot be read at all.
    pub fn show(
        &self,
        client: &Client,
        wanted: &dyn Fn(&str) -> bool,
        each: &mut dyn FnMut(Shown),
    ) -> Result<(), PushError> {
        let operation = self.operation()?;
        let owners = GoodsOwners::new(client, operation);
        let Some(source) = &self.source else { return Ok(()) };
        for record in source.records(self.kind)?.flatten() {
            let Ok(key) = self.kind.identity.key(&record.payload) else { continue };
            if !wanted(&key.text) {
                continue;
            }
            let goods_owner = owners.resolve(record.goods_owner.as_deref());
            let payload = Value::Object(record.payload);
            let request = dynamic::request_from_json(operation, &payload)
                .map_err(|error| error.to_string())
                .and_then(|request| {
                    request.render(&owners.client(&goods_owner)).map_err(|error| error.to_string())
                })
                .map(|envelope| envelope.redacted().to_string());
            let Value::Object(payload) = payload else { continue };
            each(Shown { place: record.place, goods_owner, key: key.text, payload, request });
        }
        Ok(())
    }
}
