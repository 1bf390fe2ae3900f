//! Which record is delivered when: the records of one goods owner one after the other, several goods owners side by side.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::thread;

use super::delivery::RecordDelivery;
use super::lane::{Lane, Next};
use super::plan::Disposition;
use super::{Run, Step, locked};
use crate::batch::journal::{State, Task};
use crate::batch::kind::finding::{Finding, RecordToFind};
use crate::batch::kind::identity::Deed;

/// Number of records read from the journal at once; their `Create`s are looked up together.
const AHEAD: usize = 50;

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

impl Lane<'_> {
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
                let delivery = RecordDelivery::new(&self, &task)?;
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
        if wanted == Disposition::StaysRefused && task.of_this_run {
            self.run.watch.on_refused_earlier(&task.entry);
        }
        wanted == Disposition::Yes
    }

    /// Looks up together the `Create`s that were not sent so far, as far as this journal knows.
    fn look_first(&mut self, ready: &[(Task, Option<RecordDelivery>)]) -> Step {
        self.found.clear();
        let Some(lookup) = self.run.push.kind.lookup else { return Ok(()) };
        let is_new = |(task, delivery): &(Task, Option<RecordDelivery>)| {
            task.entry.state == State::Pending
                && task.current
                && delivery.as_ref().is_some_and(|d| d.deed == Deed::Create && lookup.takes_many(&d.key))
                && !self.run.is_too_old(task)
        };
        let deliveries =
            ready.iter().filter(|ready| is_new(ready)).filter_map(|(_, delivery)| delivery.as_ref());
        let mut by_way: HashMap<&str, Vec<&RecordDelivery>> = HashMap::new();
        for delivery in deliveries {
            by_way.entry(delivery.key.way).or_default().push(delivery);
        }
        for deliveries in by_way.into_values().filter(|deliveries| deliveries.len() > 1) {
            let exact = self.run.push.exact_keys;
            let wanted: Vec<RecordToFind<'_>> =
                deliveries.iter().map(|delivery| delivery.wanted(exact)).collect();
            let mut found = self.look_up(&wanted)?;
            if found.iter().any(|finding| matches!(finding, Finding::Nothing { .. })) && self.run.prove()? {
                found = self.look_up(&wanted)?;
            }
            let ids = deliveries.iter().map(|delivery| delivery.entry.id);
            self.found.extend(ids.zip(found));
        }
        Ok(())
    }
}
