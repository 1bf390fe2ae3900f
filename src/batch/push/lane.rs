//! Delivers the records of one goods owner one after the other; several goods owners run side by side.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::thread;

use super::delivery::{Delivery, Next};
use super::plan::Wanted as Delivered;
use super::{Run, Step, Stop, locked};
use crate::batch::journal::{Entry, State, Task};
use crate::batch::kind::finding::{Finding, Wanted};
use crate::batch::kind::identity::Deed;
use crate::client::Client;
use crate::error::Error;

/// Number of records read from the journal at once; their `Create`s are looked up together.
const AHEAD: usize = 50;

/// Number of answers in a row that may concern the session, after which a lane ends.
const MOST_HELD: usize = 3;

impl Run<'_> {
    /// Delivers open records; ends when all are sent, or nothing more may be sent.
    pub(super) fn deliver_all(&self) {
        let begun = || -> Step<Vec<String>> {
            let journal = self.journal();
            let open = journal.open_count(self.push.retry_refused)?;
            self.watch.on_begin(open);
            Ok(journal.owners()?)
        };
        let owners = match begun() {
            Ok(owners) => owners,
            Err(stop) => return self.stop(stop),
        };
        let workers = owners.len().min(self.push.parallel.max(1));
        let waiting = Mutex::new(VecDeque::from(owners));
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let Some(owner) = locked(&waiting).pop_front() else { break };
                        let delivered = Lane::new(self, owner).deliver();
                        if let Err(stop) = delivered.and(self.bring_to_disk()) {
                            self.stop(stop);
                        }
                    }
                });
            }
        });
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
    owner: String,
    /// Whether a record of this goods owner was carried out in this run.
    succeeded: bool,
    held: Vec<Held>,
    /// What look-ups of several `Create`s at once showed.
    found: HashMap<i64, Finding>,
}

impl<'r> Lane<'r> {
    fn new(run: &'r Run<'r>, owner: String) -> Lane<'r> {
        let client = run.owners.client(&owner);
        Lane { run, client, owner, succeeded: false, held: Vec::new(), found: HashMap::new() }
    }

    fn deliver(mut self) -> Step {
        let mut after = 0;
        loop {
            let tasks = self.run.journal().open_after(&self.owner, after, AHEAD)?;
            let Some(last) = tasks.last() else { break };
            after = last.entry.id;
            if self.run.stop.get().is_some() {
                return Ok(());
            }
            let mut ready = Vec::new();
            for task in tasks.into_iter().filter(|task| self.is_wanted(task)) {
                let delivery = Delivery::new(&self, &task)?;
                ready.push((task, delivery));
            }
            self.look_first(&ready)?;
            for (task, delivery) in ready {
                if self.run.stop.get().is_some() {
                    return Ok(());
                }
                let delivered = match delivery {
                    Some(delivery) => delivery.deliver(&mut self, &task),
                    None => Ok(Next::Record),
                };
                // The record that ends the push also has an outcome to report.
                let told = self.tell(task.entry.id);
                if delivered? == Next::EndLane {
                    return self.end();
                }
                told?;
            }
        }
        self.end()
    }

    fn is_wanted(&self, task: &Task) -> bool {
        let wanted = self.run.push.wants(task);
        if wanted == Delivered::StaysRefused && task.of_this_run {
            self.run.watch.on_refused_earlier(&task.entry);
        }
        wanted == Delivered::Yes
    }

    /// Looks up together the `Create`s that were not sent so far, as far as this journal knows.
    fn look_first(&mut self, ready: &[(Task, Option<Delivery>)]) -> Step {
        self.found.clear();
        let Some(lookup) = self.run.push.kind.lookup else { return Ok(()) };
        let is_new = |(task, delivery): &(Task, Option<Delivery>)| {
            task.entry.state == State::Pending
                && task.current
                && delivery.as_ref().is_some_and(|d| d.deed == Deed::Create && lookup.takes_many(&d.key))
                && !self.run.is_too_old(task)
        };
        let deliveries =
            ready.iter().filter(|ready| is_new(ready)).filter_map(|(_, delivery)| delivery.as_ref());
        let mut by_way: HashMap<&str, Vec<&Delivery>> = HashMap::new();
        for delivery in deliveries {
            by_way.entry(delivery.key.way).or_default().push(delivery);
        }
        for deliveries in by_way.into_values().filter(|deliveries| deliveries.len() > 1) {
            let mut found = self.look_up(&deliveries)?;
            if found.iter().any(|finding| matches!(finding, Finding::Nothing { .. })) && self.run.prove()? {
                found = self.look_up(&deliveries)?;
            }
            let ids = deliveries.iter().map(|delivery| delivery.entry.id);
            self.found.extend(ids.zip(found));
        }
        Ok(())
    }

    /// What the warehouse has for these.
    pub fn look_up(&self, deliveries: &[&Delivery]) -> Step<Vec<Finding>> {
        let Some(lookup) = self.run.push.kind.lookup else { return Ok(Vec::new()) };
        self.run.check_stop()?;
        self.run.bring_to_disk()?;
        let exact = self.run.push.exact_keys;
        let wanted: Vec<Wanted<'_>> = deliveries.iter().map(|delivery| delivery.wanted(exact)).collect();
        locked(&self.run.figures).looked_up += 1;
        match lookup.find(&self.client, self.run.push.kind.payload(), &wanted) {
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
    fn end(mut self) -> Step {
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

    fn tell(&self, id: i64) -> Step {
        let entry: Entry = self.run.journal().again(id)?;
        if !self.is_held(id) {
            self.run.watch.on_record(&entry);
        }
        Ok(())
    }
}
