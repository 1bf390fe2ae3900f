//! What must hold after each run, and when all has come to rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::{Checked, Promise, World};
use crate::command::{Entry, Told, journal};
use crate::record::{Content, Kind};
use crate::warehouse::Id;

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
    pub(super) fn check(
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
            // Of two that may be the newest, the journal may know the older one only.
            promise.told_done = told == Some(&"done") && promise.versions.len() == 1;
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
    pub(super) fn rest(&mut self) -> Checked {
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
            let mut lines = promise.versions.iter().flat_map(|version| &version.content.lines);
            let unknown_article = lines.any(|line| !state.warehouse.known.contains(&line.article));
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
