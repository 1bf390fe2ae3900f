//! The files of journals: damaged, and put back as they were on an earlier day.

use std::fs;
use std::path::PathBuf;

use super::{Checked, Files, Promise, Version, World};
use crate::command::journal;
use crate::record::Kind;
use crate::step::Damage;

impl World {
    /// The journal's files, all of them.
    pub(super) fn files(&self, kind: Kind) -> Files {
        let name = journal(kind);
        let entries = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        entries
            .filter(|path| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(&name)))
            .map(|path| (path.clone(), fs::read(&path).unwrap()))
            .collect()
    }

    pub(super) fn put(&self, kind: Kind, files: &Files) {
        for path in self.files(kind).keys() {
            fs::remove_file(path).unwrap();
        }
        for (path, bytes) in files {
            fs::write(path, bytes).unwrap();
        }
    }

    pub(super) fn damage(&mut self, kind: Kind, damage: Damage) {
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
    pub(super) fn put_back(&mut self, kind: Kind, lock: bool) -> Checked {
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
    pub(super) fn restore(&mut self, kind: Kind) -> Checked {
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
            // What was withdrawn by then is so again.
            let withdrawn = promises.get(id).is_some_and(|promise| promise.withdrawn);
            *promise = Promise { versions, created: promise.created, withdrawn, ..Promise::default() };
        }
        Ok(())
    }
}
