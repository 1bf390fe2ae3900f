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

/// Records that are read from the journal at a time.
const AHEAD: usize = 200;

/// What a push would do with a record that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Planned {
    /// Send it: the warehouse has had nothing of it, as far as the journal knows.
    Send,
    /// Send what it says now: the warehouse has, or may have, an earlier content.
    Update,
    /// Look in the warehouse what became of it, and send it if it is not there.
    LookUp,
    /// Nothing: it was refused, and is the same.
    Refused,
    /// Nothing: no input has had it for too long.
    TooOld,
    /// Nothing: it is of an earlier input, and only this one is wanted.
    Left,
}

impl Planned {
    /// In words, as the command prints it.
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

/// What a push would do: how many records of what kind. Of this input and, where they are open, of earlier ones.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// Records in the input.
    pub records: u64,
    /// Of these, carried out by an earlier run, and the same.
    pub unchanged: u64,
    /// Of these, refused as they stand here, and repaired since: passed over.
    pub superseded: u64,
    /// Of these, withdrawn by the user: passed over.
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

/// A record of an input, as it is sent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Shown {
    /// Where it stands in the input.
    pub place: Place,
    /// Its goods owner, as in the journal.
    pub goods_owner: String,
    /// Its number.
    pub key: String,
    /// Its payload, with the defaults of its kind.
    pub payload: Map<String, Value>,
    /// The request without its password, or why there can be none.
    pub request: Result<String, String>,
}

/// Whether a push delivers what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Yes,
    /// It was refused, and is the same.
    StaysRefused,
    /// It was refused, and repaired since.
    Repaired,
    /// It is of another input.
    Left,
}

impl Push {
    /// Whether something that is open is to be delivered.
    pub(super) fn wants(&self, task: &Task) -> Wanted {
        match task.entry.state {
            State::Refused | State::Partial if !task.current => Wanted::Repaired,
            State::Refused | State::Partial if !self.retry_refused => Wanted::StaysRefused,
            _ if task.of_this_run || !self.only_input => Wanted::Yes,
            _ => Wanted::Left,
        }
    }

    /// Whether no input has had a record for too long.
    pub(super) fn is_too_old(&self, task: &Task) -> bool {
        let age = task.entry.taken_in.and_then(|at| SystemTime::now().duration_since(at.into()).ok());
        !task.of_this_run && age.is_some_and(|age| age > self.max_age)
    }

    /// Says what [`run`](Self::run) would do, and does nothing: no request is made, and the journal stays as it is. `url` is the
    /// service, where it is known: a journal of another one is an error.
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
        // Never kept: the copy is gone with this.
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
            Wanted::Repaired => return Ok(None),
            Wanted::StaysRefused => Planned::Refused,
            Wanted::Left => Planned::Left,
            Wanted::Yes if self.is_too_old(task) => Planned::TooOld,
            Wanted::Yes if task.entry.state.is_unknown() => Planned::LookUp,
            Wanted::Yes => match journal.earlier(&task.entry)? {
                Some(earlier) if earlier.is_empty() => Planned::Send,
                _ => Planned::Update,
            },
        }))
    }

    /// Gives the records of the input whose number is wanted, each as it would be sent. Those that cannot be read are passed
    /// over: [`check`](Self::check) tells of them.
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
