//! The list of refused records, to repair and push again.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::batch::atomic_file::{self, AtomicFile};
use crate::batch::journal::{Journal, Task};
use crate::batch::kind::Kind;
use crate::batch::record::{GOODS_OWNER, REJECTED};

/// Suffix of the names of lists of refused records.
pub const REJECTED_SUFFIX: &str = ".rejected.jsonl";

const JOURNAL: &str = ".journal";

/// The name under which the journal keeps the hash of the list as last written.
fn written(list: &Path) -> String {
    format!("written {}", list.file_name().unwrap_or_default().to_string_lossy())
}

/// The journal of a kind beside an input. If the input is a link to a file in another folder that has the journal, that
/// one is used.
pub(super) fn journal_beside(kind: &Kind, input: &Path) -> PathBuf {
    let name = format!("{}{JOURNAL}", kind.name);
    let here = input.parent().unwrap_or(Path::new("")).join(&name);
    let there = fs::read_link(input).ok().and_then(|_| fs::canonicalize(input).ok());
    match there.map(|input| input.with_file_name(&name)) {
        Some(there) if !here.exists() && there.exists() => there,
        _ => here,
    }
}

/// The list of a journal.
pub(super) fn list_of(journal: &Path) -> PathBuf {
    let name = journal.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(JOURNAL).filter(|stem| !stem.is_empty()).unwrap_or(&name);
    journal.with_file_name(format!("{stem}{REJECTED_SUFFIX}"))
}

/// The version 1 journal of an input; a list of refused records used the journal of its original input.
pub(super) fn version_1_journal(input: &Path) -> PathBuf {
    let name = input.file_name().unwrap_or_default().to_string_lossy();
    let mut origin = &*name;
    while let Some(before) = origin.strip_suffix(REJECTED_SUFFIX).filter(|before| !before.is_empty()) {
        origin = before;
    }
    input.with_file_name(format!("{origin}{JOURNAL}"))
}

/// The list of refused records, written from the journal.
#[derive(Debug)]
pub(super) struct RejectedFile {
    path: PathBuf,
    /// Hash of the list as read, if it was the input of this push.
    taken_in: Option<String>,
}

impl RejectedFile {
    /// Opens the list of this journal; `input` may be the list itself.
    pub fn begin(path: &Path, input: Option<&Path>, journal: &Journal) -> io::Result<RejectedFile> {
        let is_input = input.is_some_and(|input| match (fs::canonicalize(input), fs::canonicalize(path)) {
            (Ok(input), Ok(path)) => input == path,
            _ => false,
        });
        let taken_in = if is_input { Some(hash_of(path)?) } else { None };
        atomic_file::clean(path);
        let list = RejectedFile { path: path.to_owned(), taken_in };
        // A push that cannot write it ends before it sends anything.
        AtomicFile::begin(&list.free(journal)?)?;
        Ok(list)
    }

    /// The path for the new list: a list that was edited is left unchanged, and the new one gets a number.
    fn free(&self, journal: &Journal) -> io::Result<PathBuf> {
        let mut path = self.path.clone();
        let mut number = 2;
        while path.try_exists()? && !self.is_ours(&path, journal)? {
            let stem = self.path.to_string_lossy();
            let stem = stem.strip_suffix(".jsonl").unwrap_or(&stem);
            path = PathBuf::from(format!("{stem}.{number}.jsonl"));
            number += 1;
        }
        Ok(path)
    }

    /// Whether a list is unchanged since it was last written or read.
    fn is_ours(&self, path: &Path, journal: &Journal) -> io::Result<bool> {
        let hash = hash_of(path)?;
        let ours = journal.about(&written(path)).map_err(io::Error::other)?.as_ref() == Some(&hash);
        Ok(ours || self.taken_in.as_ref() == Some(&hash) && path == self.path)
    }

    /// Writes the records that are refused now. If there are none, removes the list of an earlier run.
    pub fn finish(self, journal: &Journal) -> io::Result<Option<PathBuf>> {
        let mut lines = Vec::new();
        let gathered = journal.each_refused(|task| match line(task) {
            Some(line) => lines.write_all(line.as_bytes()),
            None => Ok(()),
        });
        gathered.map_err(io::Error::other)??;
        // Looked at last: it may have been edited while the push ran.
        let path = self.free(journal)?;
        if lines.is_empty() {
            if path.try_exists()? {
                fs::remove_file(&path)?;
            }
            return Ok(None);
        }
        let hash = hex(Sha256::new_with_prefix(&lines));
        if path.try_exists()? && hash_of(&path)? == hash {
            return Ok(Some(path));
        }
        let mut file = AtomicFile::begin(&path)?;
        file.write_all(&lines)?;
        journal.set(&written(&path), &hash).map_err(io::Error::other)?;
        file.finish()?;
        Ok(Some(path))
    }
}

/// A refused record as it was read, with the reason as last member. `None` if its content is not known.
fn line(task: &Task) -> Option<String> {
    let payload: Map<String, Value> = serde_json::from_str(task.payload.as_deref()?).ok()?;
    let mut whole = Map::new();
    if !task.entry.goods_owner.is_empty() && !task.entry.goods_owner.starts_with("id:") {
        whole.insert(GOODS_OWNER.to_owned(), json!(task.entry.goods_owner));
    }
    whole.extend(payload);
    let why = json!({
        "reason": task.entry.reason,
        "at": task.entry.settled.map(|at| at.to_rfc3339()),
        "place": task.entry.place,
    });
    whole.insert(REJECTED.to_owned(), why);
    Some(format!("{}\n", Value::Object(whole)))
}

fn hash_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(hash)),
            length => hash.update(&buffer[..length]),
        }
    }
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        let orders = Kind::find("orders").unwrap();
        assert_eq!(journal_beside(orders, Path::new("in/today.csv")), Path::new("in/orders.journal"));
        assert_eq!(journal_beside(orders, Path::new("today.csv")), Path::new("orders.journal"));
        assert_eq!(list_of(Path::new("in/orders.journal")), Path::new("in/orders.rejected.jsonl"));
        assert_eq!(list_of(Path::new("in/j.db")), Path::new("in/j.db.rejected.jsonl"));
        assert_eq!(version_1_journal(Path::new("in/o.csv.rejected.jsonl")), Path::new("in/o.csv.journal"));
    }

    #[cfg(unix)]
    #[test]
    fn an_input_through_a_link_has_the_journal_that_there_is() {
        let orders = Kind::find("orders").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().join("orders.jsonl");
        let there = folder.path().join("kept");
        fs::create_dir(&there).unwrap();
        let there = fs::canonicalize(there).unwrap();
        fs::write(there.join("today.jsonl"), "").unwrap();
        std::os::unix::fs::symlink(there.join("today.jsonl"), &here).unwrap();
        assert_eq!(journal_beside(orders, &here), folder.path().join("orders.journal"));
        fs::write(there.join("orders.journal"), "").unwrap();
        assert_eq!(journal_beside(orders, &here), there.join("orders.journal"));
        fs::write(folder.path().join("orders.journal"), "").unwrap();
        assert_eq!(journal_beside(orders, &here), folder.path().join("orders.journal"));
    }
}
