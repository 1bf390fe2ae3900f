//! Delivers one record until its outcome is known.

use std::mem;
use std::time::Duration;

use serde_json::{Map, Value};

use super::lane::{Lane, Next};
use super::{Run, Step, Stop, locked};
use crate::batch::contract::content::{Content, DIGEST_VERSION};
use crate::batch::journal::{Entry, State, Task};
use crate::batch::kind::finding::{Finding, RecordToFind};
use crate::batch::kind::identity::{Deed, Key};
use crate::dynamic::{self, Request, request_from_value};
use crate::error::Error;
use crate::operation::OperationInfo;
use crate::outcome::{Evidence, Outcome};
use crate::transport::Delivery;
use crate::verdict::Verdict;
use crate::xml::ReadError;

/// How many times a record is sent in one run before the next one is tried.
const TRIES: u32 = 3;

/// The wait after an answer that asks to wait without saying how long.
const PAUSE: Duration = Duration::from_secs(1);

/// Why a version is replaced.
const NEWER: &str = "a newer version was taken in";

/// One version of a record, with its state in this run.
pub(super) struct RecordDelivery {
    pub entry: Entry,
    pub key: Key,
    pub deed: Deed,
    /// Whether the record itself asks for an operation that may be done twice.
    saves: bool,
    /// Whether a newer version of the key that does so is waiting.
    newer_saves: bool,
    /// With defaults, and as an update if the record existed before.
    payload: Map<String, Value>,
    /// See [`RecordToFind::earlier`].
    earlier: Option<Vec<Content>>,
    /// Whether it is the newest version of its key.
    current: bool,
    too_old: bool,
    tries: u32,
    /// The result of a look-up after a request with an unknown outcome.
    seen: EarlierLookup,
}

/// The result of a look-up, for the case that the resent request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EarlierLookup {
    /// No sign of the record.
    Nothing,
    /// The record, as far as it is shown.
    Same,
    /// Something else under its number.
    Other,
}

/// The next step after a look-up.
#[derive(Debug, PartialEq, Eq)]
enum Looked {
    /// The outcome of the record is as certain as this run can make it.
    Settled,
    /// It is to be sent again.
    Resend,
}

impl Run<'_> {
    /// Marks a version as sent; when this returns, the mark is on the disk, and the request may go out.
    fn mark_sent(&self, id: i64) -> Step {
        // Other threads may write while this one waits for the disk.
        let written = self.journal().mark_sent(id)?;
        if let Err(error) = written.reach_disk() {
            let why = format!("not sent: {error}");
            // If that cannot be written either, the next run treats it as sent and looks it up.
            let _ = self.journal().answered(id, State::Pending, None, Some(&why));
            return Err(Stop::Journal(error));
        }
        Ok(())
    }
}

impl RecordDelivery {
    /// Prepares a record; `None` where its content is not known.
    pub fn new(lane: &Lane<'_>, task: &Task) -> Step<Option<RecordDelivery>> {
        let kind = lane.run.push.kind;
        let Some(text) = &task.payload else { return Ok(None) };
        let read = serde_json::from_str::<Map<String, Value>>(text).ok();
        let ty = dynamic::payload(lane.run.operation);
        let as_taken_in = |payload: &Map<String, Value>| {
            task.digest.first() != Some(&DIGEST_VERSION) || Content::of(ty, payload).digest() == task.digest
        };
        let Some(mut payload) = read.filter(as_taken_in) else {
            return Err(Stop::Journal(lane.run.journal().payload_is_damaged(&task.entry)));
        };
        kind.apply_defaults(&mut payload);
        let Ok(key) = kind.identity.key(&payload) else { return Ok(None) };
        let saves = kind.identity.deed(&key, &payload) != Deed::Create;
        let earlier = lane.run.journal().earlier(&task.entry)?;
        let was_there = earlier.as_ref().is_none_or(|earlier| !earlier.is_empty());
        if was_there || task.entry.state == State::Partial {
            // It exists or may exist: a second `Create` would create a second one.
            kind.identity.as_update(&mut payload);
        }
        let deed = kind.identity.deed(&key, &payload);
        let too_old = lane.run.is_too_old(task);
        let (entry, current) = (task.entry.clone(), task.current);
        Ok(Some(RecordDelivery {
            entry,
            key,
            deed,
            saves,
            newer_saves: false,
            payload,
            earlier,
            current,
            too_old,
            tries: 0,
            seen: EarlierLookup::Nothing,
        }))
    }

    /// Delivers a record until its outcome is known, as far as this run can.
    pub fn deliver(self, lane: &mut Lane<'_>, task: &Task) -> Step<Next> {
        let before = lane.run.journal().unknown_before(&task.entry)?;
        let Some(before) = before else { return self.deliver_one(lane) };
        // Versions of a key are settled in order: those that may have been carried out come first.
        let Some(mut older) = RecordDelivery::new(lane, &before)? else { return Ok(Next::Record) };
        older.newer_saves = self.saves;
        let next = older.deliver_one(lane)?;
        if next == Next::EndLane || lane.run.journal().again(before.entry.id)?.state.is_unknown() {
            return Ok(next);
        }
        // The possible content of the warehouse has changed.
        match RecordDelivery::new(lane, task)? {
            Some(delivery) => delivery.deliver_one(lane),
            None => Ok(Next::Record),
        }
    }

    fn deliver_one(mut self, lane: &mut Lane<'_>) -> Step<Next> {
        let id = self.id();
        if !self.current && self.entry.state == State::Pending {
            lane.run.journal().overtaken(id, NEWER)?;
            return Ok(Next::Record);
        }
        if self.too_old {
            locked(&lane.run.figures).too_old += 1;
        }
        loop {
            lane.run.check_stop()?;
            self.entry = lane.run.journal().again(id)?;
            let sends = match self.entry.state {
                State::Pending => self.tries < TRIES,
                State::Refused | State::Partial => self.tries == 0,
                State::Sent | State::Unknown => self.look(lane)? == Looked::Resend,
                State::Done | State::Withdrawn | State::Replaced => false,
            };
            if !sends || self.too_old {
                return Ok(Next::Record);
            }
            if self.deed == Deed::Create && !self.may_create(lane)? {
                return Ok(Next::Record);
            }
            if self.send(lane)? == Next::EndLane {
                return Ok(Next::EndLane);
            }
            if lane.is_held(id) {
                return Ok(Next::Record);
            }
        }
    }

    /// The record to look up in the warehouse.
    pub fn wanted(&self, exact: bool) -> RecordToFind<'_> {
        RecordToFind { key: &self.key, payload: &self.payload, exact, earlier: self.earlier.clone() }
    }

    fn id(&self) -> i64 {
        self.entry.id
    }

    fn is_looked_up(&self, run: &Run<'_>) -> bool {
        run.push.kind.lookup.is_some_and(|lookup| lookup.serves(&self.key))
    }

    /// The finding of one look-up.
    fn find(&self, lane: &Lane<'_>) -> Step<Finding> {
        let found = lane.look_up(&[self.wanted(lane.run.push.exact_keys)])?.pop();
        Ok(found.unwrap_or_else(|| Finding::Unclear("there was no answer".to_owned())))
    }

    /// Whether a `Create` may be sent: only after a look-up that finds nothing, if there is a look-up.
    fn may_create(&mut self, lane: &mut Lane<'_>) -> Step<bool> {
        let run = lane.run;
        if !self.is_looked_up(run) {
            return Ok(true);
        }
        let found = lane.take_found(self.id());
        let mut finding = match found {
            Some(finding) => finding,
            None => self.find(lane)?,
        };
        if matches!(finding, Finding::Nothing { .. }) && run.prove()? {
            finding = self.find(lane)?;
        }
        match finding {
            Finding::Nothing { .. } => Ok(true),
            Finding::Same { .. } => {
                self.found(lane)?;
                Ok(false)
            }
            Finding::Other { .. } | Finding::Unclear(_)
                if run.push.told_not_done.contains(&self.entry.name()) =>
            {
                Ok(true)
            }
            finding => {
                // Nothing was sent; the origin of the existing record is unknown.
                let is_other = matches!(finding, Finding::Other { .. });
                let state = if is_other { State::Unknown } else { State::Pending };
                let why = format!("`Create` is not sent: {finding}");
                run.journal().looked_up(self.id(), state, &why)?;
                Ok(false)
            }
        }
    }

    /// Sends the record once, and writes the outcome.
    fn send(&mut self, lane: &mut Lane<'_>) -> Step<Next> {
        let run = lane.run;
        let turn = run.pace.before_send(run)?;
        self.tries += 1;
        let request = match self.request(run.operation) {
            Ok(request) => request,
            Err(error) => {
                self.refuse(lane, State::Refused, &error.to_string())?;
                return Ok(Next::Record);
            }
        };
        run.mark_sent(self.id())?;
        locked(&run.figures).sent += 1;
        let next = match request.call(&lane.client) {
            Ok(answer) => {
                let answer = answer.to_json();
                let said = said_beside_success(&answer).map(|text| run.safe(&lane.client, &text));
                let answer = run.safe(&lane.client, &answer.to_string());
                run.journal().answered(self.id(), State::Done, Some(&answer), said.as_deref())?;
                lane.succeed()?;
                Next::Record
            }
            Err(error) => self.sort(lane, error)?,
        };
        drop(turn);
        Ok(next)
    }

    fn request(&mut self, operation: &OperationInfo) -> Result<Box<dyn Request>, Box<ReadError>> {
        let mut payload = Value::Object(mem::take(&mut self.payload));
        let request = request_from_value(operation, &mut payload);
        if let Value::Object(payload) = payload {
            self.payload = payload;
        }
        request
    }

    /// Writes what an error means for the record.
    fn sort(&mut self, lane: &mut Lane<'_>, error: Error) -> Step<Next> {
        let run = lane.run;
        let why = run.safe(&lane.client, &said(&error));
        match error.outcome() {
            Outcome::Unknown => {
                let why = if self.is_looked_up(run) { why } else { self.not_looked_up(lane, &why) };
                run.journal().answered(self.id(), State::Unknown, None, Some(&why))?;
                run.pace.failed(&why);
                if error.evidence() == Evidence::UnknownError {
                    // The service has answered, and will probably answer again: such a record is resent once, not
                    // twice.
                    self.tries = self.tries.max(TRIES - 1);
                }
                if error.evidence() == Evidence::Busy {
                    self.pause(lane, error)?;
                }
            }
            Outcome::Refused => self.refuse(lane, State::Refused, &why)?,
            Outcome::Partial => self.refuse(lane, State::Partial, &why)?,
            Outcome::NotDone | Outcome::Done => {
                if lane.is_about_the_record(&error) && !error.is_login() {
                    self.refuse(lane, State::Refused, &why)?;
                    return Ok(Next::Record);
                }
                // A request that did not get through does not settle what was found after an earlier one.
                let state = if self.seen == EarlierLookup::Nothing { State::Pending } else { State::Unknown };
                run.journal().answered(self.id(), state, None, Some(&why))?;
                if error.scope().is_record(true) {
                    return Ok(lane.hold(self.id(), why, error));
                }
                return Err(Stop::Call(error));
            }
        }
        Ok(Next::Record)
    }

    /// The service refused it. After a request with an unknown outcome, that does not prove that nothing was done.
    fn refuse(&mut self, lane: &mut Lane<'_>, state: State, why: &str) -> Step {
        let run = lane.run;
        match self.seen {
            EarlierLookup::Same if self.is_first() => {
                let note = format!("found in the warehouse; sent again: {why}");
                run.journal().looked_up(self.id(), State::Done, &note)?;
                return lane.succeed();
            }
            EarlierLookup::Same | EarlierLookup::Other => {
                let note = format!("found in the warehouse, possibly an older version; sent again: {why}");
                run.journal().looked_up(self.id(), State::Unknown, &note)?;
            }
            EarlierLookup::Nothing => run.journal().answered(self.id(), state, None, Some(why))?,
        }
        run.pace.failed(why);
        // A refused new record may exist: an earlier program or somebody else created it, and work on it has begun.
        let may_be_there =
            self.seen == EarlierLookup::Nothing && state == State::Refused && self.deed == Deed::Save;
        if may_be_there
            && self.is_first()
            && self.entry.attempts == 0
            && self.tries > 0
            && self.is_looked_up(run)
            && let Finding::Same { .. } = self.find(lane)?
        {
            let note = format!("found in the warehouse; the service said: {why}");
            run.journal().looked_up(self.id(), State::Done, &note)?;
            run.pace.succeeded();
        }
        Ok(())
    }

    /// Whether the key is new to the warehouse, as far as the journal knows.
    fn is_first(&self) -> bool {
        self.earlier.as_ref().is_some_and(Vec::is_empty)
    }

    /// Waits for as long as the service asks.
    fn pause(&self, lane: &Lane<'_>, error: Error) -> Step {
        let wait = error.retry_after().unwrap_or(PAUSE);
        if wait > lane.run.push.max_retry_after {
            return Err(Stop::Later(wait, error));
        }
        lane.run.wait(wait, "the service is rate limiting")
    }

    /// Looks up in the warehouse what became of the record.
    fn look(&mut self, lane: &mut Lane<'_>) -> Step<Looked> {
        if !self.is_looked_up(lane.run) {
            if self.newer_saves {
                self.wait_until_settled(lane)?;
                lane.run.journal().overtaken(self.id(), NEWER)?;
                return Ok(Looked::Settled);
            }
            if self.entry.state == State::Sent {
                let why = self.not_looked_up(lane, "the program ended before an answer arrived");
                self.leave_unknown(lane, &why)?;
            }
            return Ok(Looked::Settled);
        }
        if let Some(looked) = self.judge(lane, false)? {
            return Ok(looked);
        }
        self.wait_until_settled(lane)?;
        Ok(self.judge(lane, true)?.unwrap_or(Looked::Settled))
    }

    /// Why the outcome of a record stays unknown that no query finds.
    fn not_looked_up(&self, lane: &Lane<'_>, reason: &str) -> String {
        format!("{reason}; the warehouse has no query for {} {}", lane.run.push.kind.name, self.key.text)
    }

    /// Waits until no request for the record can be in flight.
    fn wait_until_settled(&self, lane: &Lane<'_>) -> Step {
        let since = lane.run.journal().since_sent(self.id());
        let why = format!("{} may still be in flight", self.key.text);
        lane.run.wait(lane.run.push.resend_delay.saturating_sub(since), &why)
    }

    /// What a look-up means for the record; `None` to look again later. It is the `last` look-up when no request can be
    /// in flight any more.
    fn judge(&mut self, lane: &mut Lane<'_>, last: bool) -> Step<Option<Looked>> {
        let finding = self.find(lane)?;
        let is_there = match (self.deed, &finding) {
            (Deed::Remove, Finding::Nothing { cancelled }) => *cancelled,
            (Deed::Create, Finding::Same { .. }) => true,
            (Deed::Save, Finding::Same { unseen }) => unseen.is_empty(),
            _ => false,
        };
        if is_there {
            self.found(lane)?;
            return Ok(Some(Looked::Settled));
        }
        if !last {
            return Ok(None);
        }
        if let Finding::Unclear(_) = finding {
            self.leave_unknown(lane, &finding.to_string())?;
            return Ok(Some(Looked::Settled));
        }
        let is_nothing = matches!(finding, Finding::Nothing { .. });
        if self.deed == Deed::Create {
            if is_nothing && self.entry.attempts == 0 {
                return Ok(Some(Looked::Resend));
            }
            // A newer version updates the existing record, or creates it if that may be done twice.
            if !self.current && (!is_nothing || self.newer_saves) {
                lane.run.journal().overtaken(self.id(), &finding.to_string())?;
            } else {
                self.leave_unknown(lane, &format!("`Create` is never resent automatically; {finding}"))?;
            }
            return Ok(Some(Looked::Settled));
        }
        if !self.current {
            lane.run.journal().overtaken(self.id(), NEWER)?;
            return Ok(Some(Looked::Settled));
        }
        self.seen = match finding {
            Finding::Same { .. } => EarlierLookup::Same,
            Finding::Other { untouched: false, .. } => EarlierLookup::Other,
            _ => EarlierLookup::Nothing,
        };
        if self.tries < TRIES {
            return Ok(Some(Looked::Resend));
        }
        if self.seen == EarlierLookup::Same && self.is_first() {
            self.found(lane)?;
        } else {
            let why = self.entry.reason.clone().unwrap_or_else(|| finding.to_string());
            self.leave_unknown(lane, &why)?;
        }
        Ok(Some(Looked::Settled))
    }

    fn found(&self, lane: &mut Lane<'_>) -> Step {
        lane.run.journal().looked_up(self.id(), State::Done, "found in the warehouse")?;
        lane.run.pace.succeeded();
        Ok(())
    }

    /// Writes why the outcome is unknown, if the reason changed.
    fn leave_unknown(&self, lane: &Lane<'_>, why: &str) -> Step {
        if self.entry.state != State::Unknown || self.entry.reason.as_deref() != Some(why) {
            lane.run.journal().looked_up(self.id(), State::Unknown, why)?;
        }
        Ok(())
    }
}

/// What the service says in an answer of success. It may be a warning, which only a person can tell.
fn said_beside_success(answer: &Value) -> Option<String> {
    let texts = ["ErrorMessage", "Message"].map(|name| answer[name].as_str());
    Some(Verdict::collect(Some(true), texts, []).reasons().message).filter(|text| !text.is_empty())
}

/// The reason of a failure, as text for the journal.
fn said(error: &Error) -> String {
    match error {
        Error::Refused(refused) => refused.reason(),
        Error::Transport(failure) if failure.delivery() == Delivery::NotSent => {
            format!("not sent: {error}")
        }
        error => error.to_string(),
    }
}
