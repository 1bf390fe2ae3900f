//! A folder with inputs and journals, a service, and what was promised: steps are done here, and each is checked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::command::{self, Entry, Place, Told, journal};
use crate::record::{Content, Form, Kind};
use crate::service::{Moment, Service};
use crate::step::{Damage, KEYS, KNOWN, OWNERS, Sequence, Step, taught};
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

/// The state of each record: unknown where one of its versions is.
fn by_record(entries: &[Entry]) -> BTreeMap<(&str, &str), &str> {
    let mut records: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for entry in entries {
        let state = records.entry((&entry.owner, &entry.key)).or_insert(&entry.state);
        if *state != "unknown" {
            *state = if entry.state == "sent" { "unknown" } else { &entry.state };
        }
    }
    records
}

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

    /// The journal's files, all of them.
    fn files(&self, kind: Kind) -> Files {
        let name = journal(kind);
        let entries = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        entries
            .filter(|path| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(&name)))
            .map(|path| (path.clone(), fs::read(&path).unwrap()))
            .collect()
    }

    fn put(&self, kind: Kind, files: &Files) {
        for path in self.files(kind).keys() {
            fs::remove_file(path).unwrap();
        }
        for (path, bytes) in files {
            fs::write(path, bytes).unwrap();
        }
    }

    fn damage(&mut self, kind: Kind, damage: Damage) {
        let main = self.folder.path().join(journal(kind));
        let log = self.folder.path().join(format!("{}-wal", journal(kind)));
        let index = self.folder.path().join(format!("{}-shm", journal(kind)));
        let files = self.files(kind);
        if files.is_empty() || self.whole.contains_key(&kind) {
            return;
        }
        let part = |length: usize, at: u16| length * usize::from(at) / 65_536;
        let flip = |path: &PathBuf, at: u16| {
            let mut bytes = files.get(path).cloned().unwrap_or_default();
            let at = part(bytes.len(), at);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << (at % 8);
                fs::write(path, bytes).unwrap();
            }
        };
        let cut = |path: &PathBuf, at: u16| {
            if let Some(bytes) = files.get(path) {
                fs::write(path, &bytes[..part(bytes.len(), at)]).unwrap();
            }
        };
        match damage {
            Damage::Gone => {
                // What the warehouse has not carried out by then cannot be known to a journal that is gone.
                self.service.state().warehouse.settle(true);
                self.put(kind, &Files::new());
                self.promises.retain(|id, _| id.kind != kind);
                self.old.remove(&kind);
                self.whole.remove(&kind);
                return;
            }
            Damage::NoLog => {
                let _ = fs::remove_file(&log);
                let _ = fs::remove_file(&index);
            }
            Damage::OnlyLog if files.contains_key(&log) => {
                let _ = fs::remove_file(&main);
            }
            Damage::OnlyLog => {}
            Damage::Bit(at) => flip(&main, at),
            Damage::LogBit(at) => flip(&log, at),
            Damage::Short(at) => cut(&main, at),
            Damage::LogShort(at) => cut(&log, at),
            Damage::OldMain => {
                if let Some(old) = self.old.get(&kind).and_then(|(files, _)| files.get(&main)) {
                    fs::write(&main, old).unwrap();
                }
            }
        }
        if self.files(kind) != files {
            self.whole.insert(kind, files);
        }
    }

    /// The journal of an earlier day. Beside today's lock file it is refused; without, nobody can tell. Either way the
    /// way on is `journal restore`.
    fn put_back(&mut self, kind: Kind, lock: bool) -> Checked {
        let main = self.folder.path().join(journal(kind));
        let Some((mut files, promises)) = self.old.get(&kind).cloned() else { return Ok(()) };
        if self.whole.contains_key(&kind)
            || self.write_input(kind).is_none()
            || fs::read(&main).ok().as_ref() == files.get(&main)
        {
            return Ok(());
        }
        // What was sent since and may still be carried out is nothing that this journal can know of.
        self.service.state().warehouse.settle(true);
        if !lock {
            files.retain(|path, _| *path == main);
            files.extend(
                self.files(kind)
                    .into_iter()
                    .filter(|(path, _)| path.extension().is_some_and(|e| e == "lock")),
            );
        }
        self.put(kind, &files);
        self.older.insert(kind, promises);
        if lock { self.restore(kind) } else { self.push(kind, &[]) }
    }

    /// An older journal was put back: what happened since is not in it, and everything is looked up before it is sent.
    fn restore(&mut self, kind: Kind) -> Checked {
        let Some(promises) = self.older.remove(&kind) else { return Ok(()) };
        let told = self.place().run(&["journal", "restore", &journal(kind)]);
        self.note(&format!("restore: exit {:?} {}", told.code, told.errors));
        if told.code != Some(0) {
            return Err(format!("journal restore: exit {:?} {}", told.code, told.errors));
        }
        let now = self.service.state().warehouse.now;
        for (id, promise) in self.promises.iter_mut().filter(|(id, _)| id.kind == kind) {
            let before = promises.get(id).map(|promise| promise.versions.clone()).unwrap_or_default();
            let mut versions: Vec<Version> = before.into_iter().chain(promise.versions.drain(..)).collect();
            versions.iter_mut().for_each(|version| version.since = now);
            *promise = Promise { versions, created: promise.created, ..Promise::default() };
        }
        Ok(())
    }

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

    /// Writes the input. Gives the identities in it; `None` where one is there twice.
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

    // ---- what must hold ------------------------------------------------------------------------------------

    fn check(
        &mut self,
        kind: Kind,
        told: &Told,
        records: &[(Id, Content)],
        before: &BTreeMap<Id, Promise>,
        from: usize,
    ) -> Checked {
        let took_in = told.figures.is_object();
        if took_in {
            for (id, content) in records {
                let promise = self.promises.entry(id.clone()).or_default();
                promise.certain = !promise.withdrawn;
                let last = promise.versions.iter().rposition(|version| version.content.equals(content, kind));
                promise.versions = last.map(|last| promise.versions[last].clone()).into_iter().collect();
            }
        }
        let Some(entries) = self.place().entries(kind) else {
            return Err(format!("the journal cannot be read after exit {:?}: {}", told.code, told.errors));
        };
        self.service.state().warehouse.settle(true);
        self.not_doubled()?;
        self.not_sent_again(before, from)?;
        for entry in &entries {
            self.told_rightly(kind, entry)?;
        }
        let records_told = by_record(&entries);
        for (id, promise) in self.promises.iter_mut().filter(|(id, _)| id.kind == kind) {
            let told = records_told.get(&(id.owner.as_str(), id.key.as_str()));
            promise.told_done = told == Some(&"done");
        }
        self.figures(kind, told, records, &entries)?;
        self.rejected(told, &entries)?;
        let log = self.folder.path().join(format!("{}-wal", journal(kind)));
        if took_in && !log.exists() && !self.old.contains_key(&kind) {
            self.old.insert(kind, (self.files(kind), self.promises.clone()));
        }
        match self.service.state().strange.first() {
            Some(strange) => Err(format!("a strange call: {strange}")),
            None => Ok(()),
        }
    }

    /// Nothing is made twice.
    fn not_doubled(&self) -> Checked {
        let state = self.service.state();
        let ids: BTreeSet<&Id> = state.warehouse.writes.iter().map(|write| &write.id).collect();
        for id in ids {
            let made = state.warehouse.made(id);
            if made > 1 {
                return Err(format!("doubled: {id:?} was made {made} times"));
            }
        }
        Ok(())
    }

    /// What was done and is the same is not sent.
    fn not_sent_again(&self, before: &BTreeMap<Id, Promise>, from: usize) -> Checked {
        let state = self.service.state();
        for write in &state.warehouse.writes[from..] {
            let settled = before.get(&write.id).filter(|promise| promise.told_done);
            let same = |before: &Promise| {
                let last = |promise: &Promise| promise.versions.last().map(|version| version.content.clone());
                last(before) == self.promises.get(&write.id).and_then(last)
            };
            if settled.is_some_and(same) {
                return Err(format!("sent again: {:?} was done and has not changed", write.id));
            }
        }
        Ok(())
    }

    fn told_rightly(&self, kind: Kind, entry: &Entry) -> Checked {
        let id = Id { kind, owner: entry.owner.clone(), key: entry.key.clone() };
        let Some(promise) = self.promises.get(&id) else { return Ok(()) };
        let state = self.service.state();
        let holds = promise.versions.iter().any(|version| state.warehouse.holds(&id, &version.content));
        let Some(last) = promise.versions.last() else { return Ok(()) };
        let took_effect = state.warehouse.took_effect(&id, &last.content, last.since);
        match entry.state.as_str() {
            "done" if !holds => Err(format!("told wrongly: {id:?} is said to be done, and is not")),
            state @ ("refused" | "pending") if took_effect && promise.versions.len() == 1 => {
                Err(format!("told wrongly: {id:?} is said to be {state}, and took effect ({})", entry.reason))
            }
            "unknown" | "refused" if entry.reason.is_empty() => {
                Err(format!("{id:?} is {} without a reason", entry.state))
            }
            _ => Ok(()),
        }
    }

    fn figures(&self, kind: Kind, told: &Told, records: &[(Id, Content)], entries: &[Entry]) -> Checked {
        if !told.figures.is_object() {
            return match told.code {
                Some(0) => Err("exit 0 without figures".to_owned()),
                _ => Ok(()),
            };
        }
        let wrong =
            |what: String| Err(format!("told wrongly: {what}: exit {:?} {}", told.code, told.figures));
        let state = self.service.state();
        let number = |name: &str| told.figures[name].as_u64().unwrap_or_default();
        let in_input =
            |(owner, key): &(&str, &str)| records.iter().any(|(id, _)| id.owner == *owner && id.key == *key);
        let told_of = by_record(entries);
        let count = |ours: bool, of: &str| {
            told_of.iter().filter(|(record, state)| in_input(record) == ours && **state == of).count() as u64
        };
        let open = entries.iter().find(|entry| !matches!(entry.state.as_str(), "done" | "withdrawn"));
        match (told.code, open) {
            (Some(0), Some(open)) => return wrong(format!("all is done but {open:?}")),
            (Some(0), None) => {
                for (id, promise) in
                    self.promises.iter().filter(|(id, promise)| id.kind == kind && promise.certain)
                {
                    if !promise.versions.iter().any(|version| state.warehouse.holds(id, &version.content)) {
                        return wrong(format!("{id:?} is not there"));
                    }
                }
            }
            (_, None) if told.figures["stopped"].is_null() => return wrong("nothing is open".to_owned()),
            _ => {}
        }
        let all = ["done", "refused", "unknown", "pending", "superseded", "withdrawn"]
            .map(number)
            .iter()
            .sum::<u64>();
        if all != number("records") || number("records") != records.len() as u64 {
            return wrong("the figures do not add up".to_owned());
        }
        for name in ["refused", "unknown", "pending"] {
            if number(name) > count(true, name) {
                return wrong(format!("{} {name} in the journal", count(true, name)));
            }
            let earlier = told.figures["earlier"][name].as_u64();
            if earlier.is_some_and(|earlier| earlier != count(false, name)) {
                return wrong(format!("{} {name} of earlier inputs in the journal", count(false, name)));
            }
        }
        if number("done") > count(true, "done") {
            return wrong(format!("{} done in the journal", count(true, "done")));
        }
        Ok(())
    }

    /// The list has what is refused, and one that somebody repairs is left to him.
    fn rejected(&self, told: &Told, entries: &[Entry]) -> Checked {
        for (path, bytes) in &self.repaired {
            if fs::read(path).ok().as_ref() != Some(bytes) {
                return Err(format!("a list that is being repaired was changed: {}", path.display()));
            }
        }
        if !told.figures.is_object() {
            return Ok(());
        }
        let refused = entries.iter().filter(|entry| entry.state == "refused").count();
        let list = told.figures["rejected"].as_str().map(|path| self.folder.path().join(path));
        let listed = list.map_or(0, |path| fs::read_to_string(path).unwrap_or_default().lines().count());
        if listed != refused {
            return Err(format!(
                "the list of refused records has {listed} lines, and {refused} are refused: {}",
                told.figures
            ));
        }
        Ok(())
    }

    // ---- the end -------------------------------------------------------------------------------------------

    /// All goes well for some nights; then each record is done, refused for a reason that still holds, or unknown for
    /// a reason that nobody but a person can settle. And then a person does.
    fn rest(&mut self) -> Checked {
        {
            let mut state = self.service.state();
            state.script.clear();
            state.read_script.clear();
            state.warehouse.settle(true);
        }
        self.clock = 0;
        self.note("rest");
        for kind in self.used.clone() {
            if self.write_input(kind).is_none() {
                // Whoever wrote a record twice repairs it.
                self.rows.entry(kind).or_default().retain(|row| row.owner.is_some());
            }
            self.push(kind, &[])?;
            self.push(kind, &["--retry-refused".to_owned()])?;
            self.push(kind, &[])?;
            self.settled(kind, false)?;
            self.tell(kind)?;
            self.settled(kind, true)?;
        }
        Ok(())
    }

    fn settled(&mut self, kind: Kind, asked: bool) -> Checked {
        let entries = self.place().entries(kind).unwrap_or_default();
        let state = self.service.state();
        for (id, promise) in self.promises.iter().filter(|(id, promise)| id.kind == kind && promise.certain) {
            let entry = entries.iter().find(|entry| entry.owner == id.owner && entry.key == id.key);
            let Some(entry) = entry else { return Err(format!("lost: the journal does not know {id:?}")) };
            let Some(last) = promise.versions.last() else { continue };
            let live = state.warehouse.things.iter().filter(|thing| thing.id == *id && !thing.cancelled);
            let (mut picked, mut there) = (false, false);
            for thing in live {
                there = true;
                picked |= thing.picked;
            }
            let unknown_article =
                last.content.lines.iter().any(|line| !state.warehouse.known.contains(&line.article));
            let right = match entry.state.as_str() {
                "done" => true,
                "refused" => picked || unknown_article,
                // A person has said what became of it, unless something else is there that was not to be doubled.
                "unknown" if asked => last.content.create && there,
                "unknown" => picked || unknown_article || promise.created,
                _ => false,
            };
            if !right {
                return Err(format!(
                    "lost: {id:?} stays {} after quiet nights ({})",
                    entry.state, entry.reason
                ));
            }
        }
        Ok(())
    }
}
