//! A folder with inputs and journals, a service, and what was promised: steps are done here, and each is checked.

mod check;
mod journal_files;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::command::{self, Place, journal};
use crate::record::{Content, Form, Kind};
use crate::service::{Moment, Service};
use crate::step::{KEYS, KNOWN, OWNERS, Sequence, Step, taught};
use crate::warehouse::{Id, Manner};

/// What was found wrong: a kind of fault, and where.
pub type Fault = String;
type Checked<T = ()> = Result<T, Fault>;

/// Exit code of a run that refuses its journal or its input.
const REFUSED_INPUT: i32 = 65;

/// A record of an input.
#[derive(Debug, Clone)]
struct Row {
    key: u8,
    owner: Option<u8>,
    content: Content,
}

/// A content that a record has had, and the moment from which on.
#[derive(Debug, Clone)]
struct Version {
    content: Content,
    since: u64,
}

/// What inputs have said of a record.
#[derive(Debug, Clone, Default)]
struct Promise {
    /// The newest last; of a run that was killed nobody knows whether it took the newest in.
    versions: Vec<Version>,
    /// A run that took it in came to its end.
    certain: bool,
    /// The last run said that it was done.
    told_done: bool,
    /// A version of it said `Create`.
    created: bool,
    /// Withdrawn, and the same since: nothing is promised.
    withdrawn: bool,
}

pub struct World {
    service: Service,
    folder: tempfile::TempDir,
    setting: u8,
    clock: i32,
    exact: bool,
    rows: BTreeMap<Kind, Vec<Row>>,
    spelling: BTreeMap<Kind, u64>,
    promises: BTreeMap<Id, Promise>,
    /// Files of journals before they were damaged.
    whole: BTreeMap<Kind, Files>,
    /// Journals of an earlier day that nothing is missing of, and what was promised then.
    old: BTreeMap<Kind, (Files, BTreeMap<Id, Promise>)>,
    /// Journals that are older than what was pushed with them, and what was promised then.
    older: BTreeMap<Kind, BTreeMap<Id, Promise>>,
    /// Lists of refused records as somebody has begun to repair them.
    repaired: BTreeMap<PathBuf, Vec<u8>>,
    used: BTreeSet<Kind>,
    pub trace: String,
}

type Files = BTreeMap<PathBuf, Vec<u8>>;

impl World {
    pub fn begin(sequence: &Sequence) -> World {
        let Sequence { trims, line_feeds, folds, shows_empty, older, .. } = *sequence;
        World {
            service: Service::start(Manner { trims, line_feeds, folds, shows_empty, older }, &KNOWN),
            folder: tempfile::tempdir().unwrap(),
            setting: 0,
            clock: 0,
            exact: sequence.exact,
            rows: BTreeMap::new(),
            spelling: BTreeMap::new(),
            promises: BTreeMap::new(),
            whole: BTreeMap::new(),
            old: BTreeMap::new(),
            older: BTreeMap::new(),
            repaired: BTreeMap::new(),
            used: BTreeSet::new(),
            trace: String::new(),
        }
    }

    /// Does the steps, then lets all come to rest.
    pub fn all(&mut self, steps: &[Step]) -> Checked {
        for step in steps {
            let _ = writeln!(self.trace, "{}", serde_json::to_string(step).unwrap());
            self.step(step)?;
        }
        self.rest()
    }

    fn note(&mut self, what: &str) {
        let _ = writeln!(self.trace, "    {what}");
    }

    fn place(&self) -> Place<'_> {
        Place {
            folder: self.folder.path(),
            service: &self.service,
            owner: OWNERS[usize::from(self.setting)],
            clock: self.clock,
            exact: self.exact,
        }
    }

    fn id(&self, kind: Kind, owner: Option<u8>, key: u8) -> Id {
        let owner = OWNERS[usize::from(owner.unwrap_or(self.setting))];
        Id { kind, owner: owner.to_owned(), key: KEYS[usize::from(key)].to_owned() }
    }

    fn row(&mut self, kind: Kind, key: u8) -> Option<&mut Row> {
        self.rows.get_mut(&kind)?.iter_mut().find(|row| row.key == key)
    }

    fn step(&mut self, step: &Step) -> Checked {
        match step {
            Step::Edit { kind, key, owner, content } => {
                let rows = self.rows.entry(*kind).or_default();
                rows.retain(|row| row.key != *key || row.owner != *owner);
                rows.push(Row { key: *key, owner: *owner, content: content.clone() });
            }
            Step::Leave { kind, key } => {
                if let Some(rows) = self.rows.get_mut(kind) {
                    rows.retain(|row| row.key != *key);
                }
            }
            Step::Empty { kind, key, member, null } => {
                let index = usize::from(*member);
                let form = kind.members()[index].form;
                let value = (matches!(form, Form::Text(_)) && !null).then(String::new);
                // A date is required, so it cannot be null.
                if form != Form::Date
                    && let Some(row) = self.row(*kind, *key)
                {
                    row.content.members.insert(index, value);
                }
            }
            Step::Respell { kind, seed } => {
                self.spelling.insert(*kind, *seed);
            }
            Step::Column { kind, key, owner } => {
                if let Some(row) = self.row(*kind, *key) {
                    row.owner = *owner;
                }
            }
            Step::Setting { owner } => self.setting = *owner,
            Step::Behave(behaviours) => self.service.state().script.extend(behaviours),
            Step::BehaveRead(behaviours) => self.service.state().read_script.extend(behaviours),
            Step::Push { kind } => self.push(*kind, &[])?,
            Step::RetryRefused { kind } => self.push(*kind, &["--retry-refused".to_owned()])?,
            Step::Resume { kind } => self.push(*kind, &["--resume".to_owned()])?,
            Step::OnlyInput { kind } => self.push(*kind, &["--only-input".to_owned()])?,
            Step::PushKilledIn { kind, moment, before } => self.push_killed_in(*kind, *moment, *before),
            Step::PushKilledAfter { kind, milliseconds } => {
                self.push_killed_after(*kind, Duration::from_millis((*milliseconds).into()));
            }
            Step::Pick { kind, owner, key } => {
                let id = self.id(*kind, Some(*owner), *key);
                if *kind != Kind::Articles {
                    let mut state = self.service.state();
                    state
                        .warehouse
                        .things
                        .iter_mut()
                        .filter(|thing| thing.id == id)
                        .for_each(|thing| thing.picked = true);
                }
            }
            Step::Reuse { kind, owner, key } => {
                let id = self.id(*kind, Some(*owner), *key);
                if *kind != Kind::Articles {
                    let mut state = self.service.state();
                    let place = state.warehouse.make(id, false);
                    state.warehouse.things[place].cancelled = true;
                }
            }
            Step::Teach { article } => {
                self.service.state().warehouse.known.insert(taught(*article).to_owned());
            }
            Step::Tell { kind } => self.tell(*kind)?,
            Step::Damage { kind, damage } => self.damage(*kind, *damage),
            Step::Move { kind } => {
                let files = self.files(*kind);
                self.put(*kind, &files);
            }
            Step::Drop { kind, owner, key } => self.withdraw(*kind, *owner, *key),
            Step::PutBack { kind, lock } => self.put_back(*kind, *lock)?,
            Step::Repair { kind } => {
                let path = self.folder.path().join(format!("{}.rejected.jsonl", kind.name()));
                if let Ok(mut bytes) = fs::read(&path) {
                    bytes.extend(b"\n");
                    fs::write(&path, &bytes).unwrap();
                    self.repaired.insert(path, bytes);
                }
            }
            Step::Clock { seconds } => self.clock = *seconds,
        }
        Ok(())
    }

    // ---- journals ------------------------------------------------------------------------------------------

    fn withdraw(&mut self, kind: Kind, owner: u8, key: u8) {
        if self.whole.contains_key(&kind) {
            return;
        }
        let id = self.id(kind, Some(owner), key);
        let record = format!("{}:{}", id.owner, id.key);
        let told = self.place().run(&["journal", "drop", &journal(kind), &record, "--reason", "not wanted"]);
        self.note(&format!("drop {record}: exit {:?} {}", told.code, told.errors));
        if told.code == Some(0)
            && let Some(promise) = self.promises.get_mut(&id)
        {
            promise.withdrawn = true;
            promise.certain = false;
            promise.told_done = false;
        }
    }

    // ---- pushes --------------------------------------------------------------------------------------------

    /// Writes the input. Gives the identities in it; `None` where one occurs twice.
    fn write_input(&mut self, kind: Kind) -> Option<Vec<(Id, Content)>> {
        let seed = self.spelling.get(&kind).copied().unwrap_or_default();
        let mut rows = self.rows.get(&kind).cloned().unwrap_or_default();
        Rng::with_seed(seed).shuffle(&mut rows);
        let mut text = String::new();
        for (index, row) in rows.iter().enumerate() {
            let owner = row.owner.map(|owner| OWNERS[usize::from(owner)]);
            let spelling = seed.wrapping_add(index as u64);
            let _ =
                writeln!(text, "{}", row.content.payload(kind, KEYS[usize::from(row.key)], owner, spelling));
        }
        fs::write(self.folder.path().join(format!("{}.jsonl", kind.name())), text).unwrap();
        let records: Vec<_> =
            rows.into_iter().map(|row| (self.id(kind, row.owner, row.key), row.content)).collect();
        let ids: BTreeSet<&Id> = records.iter().map(|(id, _)| id).collect();
        (ids.len() == records.len()).then_some(records)
    }

    /// A run begins that may take these records in.
    fn take_in(&mut self, records: &[(Id, Content)]) {
        let now = self.service.state().warehouse.now;
        for (id, content) in records {
            let promise = self.promises.entry(id.clone()).or_default();
            promise.created |= content.create;
            let same = promise.versions.last().is_some_and(|last| last.content.equals(content, id.kind));
            if !same {
                promise.versions.push(Version { content: content.clone(), since: now });
                promise.told_done = false;
                promise.withdrawn = false;
            }
        }
    }

    fn push(&mut self, kind: Kind, more: &[String]) -> Checked {
        self.used.insert(kind);
        let before = self.promises.clone();
        let records = match more.iter().any(|flag| flag == "--resume") {
            true if self.files(kind).is_empty() => return Ok(()),
            true => Some(Vec::new()),
            false => self.write_input(kind),
        };
        self.take_in(records.as_deref().unwrap_or_default());
        let from = self.service.state().warehouse.writes.len();
        let told = command::told(self.place().push(kind, more));
        self.note(&format!("exit {:?} {}", told.code, told.figures));
        for line in told.errors.lines() {
            self.note(&format!("| {line}"));
        }
        let sent = self.service.state().warehouse.writes.len() - from;
        if told.code == Some(REFUSED_INPUT) && sent == 0 {
            self.promises = before;
            if self.older.contains_key(&kind) {
                self.restore(kind)?;
                return self.push(kind, more);
            }
            return match self.whole.remove(&kind) {
                // As it should be. Whoever has a whole copy puts it back.
                Some(files) => {
                    self.put(kind, &files);
                    self.note("journal refused; put back");
                    if records.is_some() { self.push(kind, more) } else { Ok(()) }
                }
                None if records.is_none() => Ok(()),
                None => Err(format!("refused, and nothing is wrong with input or journal: {}", told.errors)),
            };
        }
        if records.is_none() {
            return Err(format!("a record that is in the input twice was not refused: exit {:?}", told.code));
        }
        // It went on with what it was given, so it must know all.
        self.whole.remove(&kind);
        self.older.remove(&kind);
        self.check(kind, &told, &records.unwrap_or_default(), &before, from)
    }

    fn push_killed_in(&mut self, kind: Kind, moment: Moment, before: u8) {
        let Some(records) = self.write_input(kind) else { return };
        self.used.insert(kind);
        self.take_in(&records);
        let from = self.service.state().warehouse.writes.len();
        self.service.state().watch_for(moment, before);
        let mut child = self.place().push(kind, &[]);
        let begun = Instant::now();
        let killed = loop {
            if self.service.state().reached {
                let _ = child.kill();
                break true;
            }
            if child.try_wait().unwrap().is_some() || begun.elapsed() > Duration::from_secs(60) {
                let _ = child.kill();
                break false;
            }
            thread::sleep(Duration::from_millis(1));
        };
        let _ = child.wait();
        self.service.release();
        self.after_kill(kind, from, if killed { "killed in a call" } else { "ended before it was killed" });
    }

    fn push_killed_after(&mut self, kind: Kind, wait: Duration) {
        let Some(records) = self.write_input(kind) else { return };
        self.used.insert(kind);
        self.take_in(&records);
        let from = self.service.state().warehouse.writes.len();
        let mut child = self.place().push(kind, &[]);
        thread::sleep(wait);
        let _ = child.kill();
        let _ = child.wait();
        self.after_kill(kind, from, "killed after a while");
    }

    fn after_kill(&mut self, kind: Kind, from: usize, how: &str) {
        // A call that was under way is served to its end.
        thread::sleep(Duration::from_millis(20));
        let sent = self.service.state().warehouse.writes.len() - from;
        self.note(&format!("{how}; {sent} writes"));
        for promise in self.of_kind(kind) {
            promise.told_done = false;
        }
        if sent > 0 {
            self.whole.remove(&kind);
        }
    }

    fn of_kind(&mut self, kind: Kind) -> impl Iterator<Item = &mut Promise> {
        self.promises.iter_mut().filter(move |(id, _)| id.kind == kind).map(|(_, promise)| promise)
    }

    /// Somebody looks at what is unknown, and says what he saw.
    fn tell(&mut self, kind: Kind) -> Checked {
        if self.whole.contains_key(&kind) {
            return Ok(());
        }
        let Some(entries) = self.place().entries(kind) else { return Ok(()) };
        self.service.state().warehouse.settle(true);
        let mut more = Vec::new();
        for entry in entries.iter().filter(|entry| matches!(entry.state.as_str(), "unknown" | "sent")) {
            let id = Id { kind, owner: entry.owner.clone(), key: entry.key.clone() };
            let Some(version) = self.promises.get(&id).and_then(|promise| promise.versions.last()) else {
                continue;
            };
            let holds = self.service.state().warehouse.holds(&id, &version.content);
            let made = self.service.state().warehouse.made(&id) > 0;
            // Who sees the order there with another content does not have it made a second time.
            if !holds && made && version.content.create {
                continue;
            }
            more.push(if holds { "--done" } else { "--not-done" }.to_owned());
            more.push(format!("{}:{}", entry.owner, entry.key));
        }
        self.note(&format!("told: {more:?}"));
        if more.is_empty() { Ok(()) } else { self.push(kind, &more) }
    }
}
