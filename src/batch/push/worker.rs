//! The second reading of an input: each record goes its way to an outcome.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Map, Value};

use super::stage::hash;
use super::{Run, Stop};
use crate::batch::identity::{Deed, Key};
use crate::batch::input::InputError;
use crate::batch::journal::{Entry, Journal, State};
use crate::batch::lookup::Finding;
use crate::batch::record::Record;
use crate::client::Client;
use crate::credentials::GoodsOwner;
use crate::dynamic::request_from_json;
use crate::error::Error;
use crate::outcome::{Evidence, Outcome, Scope};
use crate::redact::redact_secret;
use crate::transport::Delivery;

/// How often a record is sent in one run before the next one is tried.
const TRIES: u32 = 3;

/// Records that are read before they are needed, a goods owner.
const AHEAD: usize = 16;

/// How long a wait goes on without a look at whether it should end.
const BLINK: Duration = Duration::from_millis(100);

/// The wait after an answer that asks for patience and does not say how much.
const PAUSE: Duration = Duration::from_secs(1);

/// Most of an answer that the journal keeps, in bytes.
const KEPT_ANSWER: usize = 4000;

/// The client for a goods owner.
pub(super) fn client_of(client: &Client, code: &str) -> Client {
    client.for_goods_owner(GoodsOwner { code: Some(code.to_owned()), id: None })
}

/// A record on its way.
struct Task {
    record: Record,
    key: Key,
    entry: Entry,
}

type Step<T = ()> = Result<T, Stop>;

impl Run<'_> {
    /// Goes through the input; ends when all is sent, or nothing more may be.
    pub(super) fn all(&self, records: u64) {
        self.watch.on_begin(records);
        thread::scope(|scope| {
            let mut workers: Vec<SyncSender<Task>> = Vec::new();
            let mut turns: HashMap<Option<String>, usize> = HashMap::new();
            let read = self.read(&mut |task| {
                let next = turns.len();
                let turn = *turns.entry(task.record.goods_owner.clone()).or_insert(next);
                let turn = turn % self.push.parallel.max(1);
                if turn == workers.len() {
                    let (send, receive) = sync_channel(AHEAD);
                    scope.spawn(move || self.work(receive));
                    workers.push(send);
                }
                // A worker takes all it is given, whatever happens.
                let _ = workers[turn].send(task);
            });
            if let Err(stop) = read {
                self.stop(stop);
            }
        });
    }

    fn read(&self, give: &mut dyn FnMut(Task)) -> Step {
        let records = self.push.source.records(self.push.kind).map_err(Stop::Input)?;
        for record in records {
            if self.watch.wants_stop() {
                self.stop(Stop::Interrupted);
            }
            let record = record.map_err(Stop::Input)?;
            let changed = || {
                let what = "the input was changed while it was pushed";
                Stop::Input(InputError::at(&record.place.file, record.place.line, what))
            };
            let key = self.push.kind.identity.key(&record.payload).map_err(|_| changed())?;
            let owner = record.goods_owner.as_deref().unwrap_or_default();
            let journal = self.journal();
            match journal.entry(owner, &key.text, &hash(&record.payload))? {
                Some(entry) => {
                    drop(journal);
                    give(Task { record, key, entry });
                }
                None if journal.has_key(owner, &key.text)? => {
                    drop(journal);
                    locked(&self.figures).superseded += 1;
                }
                None => return Err(changed()),
            }
        }
        Ok(())
    }

    fn work(&self, tasks: Receiver<Task>) {
        for mut task in tasks {
            let delivered = if self.stop.get().is_none() { self.deliver(&mut task) } else { Ok(()) };
            // Also what ends the push has an outcome that is to be told.
            if let Err(stop) = delivered.and(self.conclude(&mut task)) {
                self.stop(stop);
            }
        }
    }

    /// The first reason to stop is the one that counts.
    fn stop(&self, stop: Stop) {
        let _ = self.stop.set(stop);
    }

    fn conclude(&self, task: &mut Task) -> Step {
        task.entry = self.journal().again(task.entry.id)?;
        if task.entry.state == State::Refused {
            locked(&self.rejects).add(&task.record, &task.entry).map_err(Stop::Rejects)?;
        }
        self.watch.on_record(&task.entry);
        Ok(())
    }

    /// Brings a record to an outcome, as far as this run can.
    fn deliver(&self, task: &mut Task) -> Step {
        let mut delivery = Delivering::new(self, task)?;
        loop {
            if self.watch.wants_stop() {
                return Err(Stop::Interrupted);
            }
            let state = self.journal().again(task.entry.id)?.state;
            match state {
                State::Done => return Ok(()),
                State::Refused if delivery.tries > 0 || !self.push.retry_refused => return Ok(()),
                State::Pending | State::Refused if delivery.tries == TRIES => return Ok(()),
                State::Pending | State::Refused => delivery.send()?,
                State::Sent | State::Unknown => {
                    if !delivery.look()? {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        locked(&self.journal)
    }

    /// Waits, unless the push is to end.
    fn wait(&self, wait: Duration, why: &str) -> Step {
        if wait.is_zero() {
            return Ok(());
        }
        self.watch.on_wait(wait, why);
        let until = Instant::now() + wait;
        loop {
            if self.watch.wants_stop() {
                return Err(Stop::Interrupted);
            }
            match until.checked_duration_since(Instant::now()) {
                None | Some(Duration::ZERO) => return Ok(()),
                Some(left) => thread::sleep(left.min(BLINK)),
            }
        }
    }

    /// One more failure. Too many in a row, and the service would lock the caller out.
    fn failed(&self, why: &str) -> Step {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        match self.push.max_failures {
            0 => Ok(()),
            most if failures < most => Ok(()),
            _ => Err(Stop::Failures(failures, why.to_owned())),
        }
    }
}

/// One record's delivery in one run.
struct Delivering<'r> {
    run: &'r Run<'r>,
    client: Client,
    key: Key,
    id: i64,
    payload: Map<String, Value>,
    deed: Deed,
    tries: u32,
    /// The warehouse showed what the record says, as far as it shows it.
    seen: bool,
}

impl<'r> Delivering<'r> {
    fn new(run: &'r Run<'r>, task: &Task) -> Step<Delivering<'r>> {
        let client = match &task.record.goods_owner {
            Some(code) => client_of(run.client, code),
            None => run.client.clone(),
        };
        let payload = task.record.payload.clone();
        let deed = run.push.kind.identity.deed(&task.key, &payload);
        let (key, id) = (task.key.clone(), task.entry.id);
        let mut this = Delivering { run, client, key, id, payload, deed, tries: 0, seen: false };
        this.follow(&task.entry)?;
        Ok(this)
    }

    /// A changed record follows what was sent under its key before: it does not overtake it, and makes nothing twice.
    fn follow(&mut self, entry: &Entry) -> Step {
        let Some(before) = self.journal().before(entry)? else { return Ok(()) };
        if before.state != State::Done && entry.state == State::Pending {
            self.settle_down(&before)?;
        }
        if self.deed != Deed::Create {
            return Ok(());
        }
        if before.state == State::Done || !matches!(self.find()?, Finding::Nothing { .. }) {
            self.run.push.kind.identity.as_update(&mut self.payload);
            self.deed = self.run.push.kind.identity.deed(&self.key, &self.payload);
            return Ok(());
        }
        if entry.state != State::Pending {
            return Ok(());
        }
        let why = format!("what was sent under {} before may still be carried out", self.key.text);
        Ok(self.journal().settle(self.id, State::Unknown, None, Some(&why))?)
    }

    fn journal(&self) -> MutexGuard<'r, Journal> {
        self.run.journal()
    }

    /// Waits until what was sent then cannot be waiting in the service's queue any more.
    fn settle_down(&self, sent: &Entry) -> Step {
        let now = SystemTime::now();
        // A clock that was put back asks for the whole wait.
        let since = sent.sent.and_then(|at| now.duration_since(at.into()).ok()).unwrap_or_default();
        let why = format!("{} may still be under way", self.key.text);
        self.run.wait(self.run.push.settle.saturating_sub(since), &why)
    }

    /// Sends the record once, and writes what became of it.
    fn send(&mut self) -> Step {
        self.tries += 1;
        let request = match request_from_json(self.run.operation, &Value::Object(self.payload.clone())) {
            Ok(request) => request,
            Err(error) => return self.refuse(&error.to_string()),
        };
        self.journal().sent(self.id)?;
        locked(&self.run.figures).sent += 1;
        match request.call(&self.client) {
            Ok(answer) => {
                let answer = self.safe(&answer.to_json().to_string());
                self.done(Some(&answer))
            }
            Err(error) => self.sort(error),
        }
    }

    /// The record is in the warehouse.
    fn done(&self, answer: Option<&str>) -> Step {
        self.run.failures.store(0, Ordering::Relaxed);
        Ok(self.journal().settle(self.id, State::Done, answer, None)?)
    }

    fn refuse(&self, why: &str) -> Step {
        if self.seen {
            let note = format!("found in the warehouse; sent once more: {why}");
            return Ok(self.journal().settle(self.id, State::Done, None, Some(&note))?);
        }
        self.journal().settle(self.id, State::Refused, None, Some(why))?;
        self.run.failed(why)
    }

    fn sort(&self, error: Error) -> Step {
        let why = self.safe(&said(&error));
        let state = match error.outcome() {
            // An error is never `Done`.
            Outcome::Unknown | Outcome::Done => State::Unknown,
            Outcome::Refused | Outcome::Partial => return self.refuse(&why),
            Outcome::NotDone if error.scope() == Scope::Record => return self.refuse(&why),
            Outcome::NotDone => State::Pending,
        };
        self.journal().settle(self.id, state, None, Some(&why))?;
        if error.evidence() == Evidence::Busy {
            self.run.failed(&why)?;
            return self.pause(error);
        }
        if state == State::Pending {
            return Err(Stop::Call(error));
        }
        self.run.failed(&why)
    }

    /// Leaves the service alone for as long as it asks.
    fn pause(&self, error: Error) -> Step {
        let wait = error.retry_after().unwrap_or(PAUSE);
        if wait > self.run.push.patience {
            return Err(Stop::Later(wait, error));
        }
        self.run.wait(wait, "the service asks for patience")
    }

    /// Looks in the warehouse what became of the record. `false`: its outcome stays unknown.
    fn look(&mut self) -> Step<bool> {
        let key = &self.key.text;
        if self.run.push.told_done.contains(key) {
            self.journal().settle(self.id, State::Done, None, Some("done, the caller says"))?;
            return Ok(true);
        }
        if self.tries == 0 && self.run.push.told_not_done.contains(key) {
            self.journal().settle(self.id, State::Pending, None, Some("not done, the caller says"))?;
            return Ok(true);
        }
        let sent = self.journal().again(self.id)?;
        if self.run.push.kind.lookup.is_none_or(|lookup| !lookup.serves(&self.key)) {
            let why = sent.reason.as_deref().unwrap_or("the program ended before the answer came");
            self.unknown(&format!(
                "{why}; the warehouse cannot be asked for {} {key}",
                self.run.push.kind.name
            ))?;
            return Ok(false);
        }
        if self.judge(false)? {
            return Ok(true);
        }
        self.settle_down(&sent)?;
        self.judge(true)
    }

    /// Whether the record has a state to go on from. The `last` word is had when nothing can be under way any more.
    fn judge(&mut self, last: bool) -> Step<bool> {
        let finding = self.find()?;
        match (self.deed, finding) {
            (Deed::Remove, Finding::Nothing { cancelled: true }) => self.found()?,
            (Deed::Save | Deed::Create, Finding::Same { unseen }) => {
                self.seen = true;
                // What the warehouse does not show may be old; where it can be sent again without harm, it is.
                if unseen.is_empty() || self.deed == Deed::Create || self.tries == TRIES {
                    self.found()?;
                } else if last {
                    self.journal().settle(
                        self.id,
                        State::Pending,
                        None,
                        Some("found, but not all of it is shown"),
                    )?;
                } else {
                    return Ok(false);
                }
            }
            _ if !last => return Ok(false),
            (Deed::Create, finding) => {
                let what = match finding {
                    Finding::Nothing { .. } => "not found so far".to_owned(),
                    other => format!("something else is there: {other}"),
                };
                self.unknown(&format!("`Create` is not sent again by itself; {what}"))?;
                return Ok(false);
            }
            (_, _) if self.tries == TRIES => {
                let reason = self.journal().again(self.id)?.reason;
                self.unknown(reason.as_deref().unwrap_or("the answer does not come"))?;
                return Ok(false);
            }
            (_, finding) => {
                let note = format!("looked up: {finding}");
                self.journal().settle(self.id, State::Pending, None, Some(&note))?;
            }
        }
        Ok(true)
    }

    fn found(&self) -> Step {
        self.run.failures.store(0, Ordering::Relaxed);
        Ok(self.journal().settle(self.id, State::Done, None, Some("found in the warehouse"))?)
    }

    fn unknown(&self, why: &str) -> Step {
        Ok(self.journal().settle(self.id, State::Unknown, None, Some(why))?)
    }

    fn find(&self) -> Step<Finding> {
        let Some(lookup) = self.run.push.kind.lookup else {
            return Ok(Finding::Nothing { cancelled: false });
        };
        locked(&self.run.figures).looked_up += 1;
        lookup.find(&self.client, &self.key, &self.payload).map_err(Stop::Call)
    }

    /// Without the password, and cut.
    fn safe(&self, text: &str) -> String {
        let text = match self.client.credentials() {
            Some(credentials) => redact_secret(text, credentials.get_password()).into_owned(),
            None => text.to_owned(),
        };
        let mut end = text.len().min(KEPT_ANSWER);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].to_owned()
    }
}

/// What went wrong, in words for the journal.
fn said(error: &Error) -> String {
    match error {
        Error::Refused(refused) => refused.message().to_owned(),
        Error::Transport(failure) if failure.delivery() == Delivery::NotSent => format!("not sent: {error}"),
        error => error.to_string(),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}
