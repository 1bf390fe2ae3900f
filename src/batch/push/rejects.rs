//! The list of refused records: to repair, and to push alone.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::batch::journal::{Entry, Journal};
use crate::batch::record::{GOODS_OWNER, REJECTED, Record};
use crate::batch::whole_file::WholeFile;

/// What is added to the name of an input for the list of its refused records.
pub const REJECTED_SUFFIX: &str = ".rejected.jsonl";

/// Under this name the journal keeps the hash of a list as it was written last.
fn written(list: &Path) -> String {
    format!("written {}", list.file_name().unwrap_or_default().to_string_lossy())
}

/// The list of an input.
pub(super) fn file_of(input: &Path) -> PathBuf {
    with_suffix(input, REJECTED_SUFFIX)
}

/// The journal of an input; a list of refused records has that of the input that they came from.
pub(super) fn journal_of(input: &Path) -> PathBuf {
    with_suffix(&input.with_file_name(origin_name(input)), ".journal")
}

/// Name of the input that a list of refused records came from; of any other input its own.
pub(super) fn origin_name(input: &Path) -> String {
    let name = input.file_name().unwrap_or_default().to_string_lossy();
    let mut origin = &*name;
    while let Some(before) = origin.strip_suffix(REJECTED_SUFFIX).filter(|before| !before.is_empty()) {
        origin = before;
    }
    origin.to_owned()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// The list while it is written.
#[derive(Debug)]
pub(super) struct Rejects {
    file: WholeFile,
    path: PathBuf,
    hash: Sha256,
    empty: bool,
}

impl Rejects {
    /// Begins the list. One that somebody has begun to repair is left as it is: the new one gets a number.
    pub fn begin(wanted: &Path, journal: &Journal) -> io::Result<Rejects> {
        let mut path = wanted.to_owned();
        let mut number = 2;
        while path.try_exists()?
            && journal.about(&written(&path)).map_err(io::Error::other)? != Some(hash_of(&path)?)
        {
            let stem = wanted.to_string_lossy();
            let stem = stem.strip_suffix(".jsonl").unwrap_or(&stem);
            path = PathBuf::from(format!("{stem}.{number}.jsonl"));
            number += 1;
        }
        Ok(Rejects { file: WholeFile::begin(&path)?, path, hash: Sha256::new(), empty: true })
    }

    /// Adds a record.
    pub fn add(&mut self, record: &Record, entry: &Entry) -> io::Result<()> {
        let mut whole = Map::new();
        let why = json!({ "place": record.place.to_string(), "reason": entry.reason, "at": entry.settled.map(|at| at.to_rfc3339()) });
        whole.insert(REJECTED.to_owned(), why);
        if let Some(owner) = &record.goods_owner {
            whole.insert(GOODS_OWNER.to_owned(), json!(owner));
        }
        whole.extend(record.payload.clone());
        let line = format!("{}\n", Value::Object(whole));
        self.empty = false;
        self.hash.update(line.as_bytes());
        self.file.write_all(line.as_bytes())
    }

    /// Gives the list its name; where nothing was refused, there is none, not even that of an earlier run.
    pub fn finish(self, journal: &Journal) -> io::Result<Option<PathBuf>> {
        if self.empty {
            if self.path.try_exists()? {
                std::fs::remove_file(&self.path)?;
            }
            return Ok(None);
        }
        self.file.finish()?;
        journal.set(&written(&self.path), &hex(self.hash)).map_err(io::Error::other)?;
        Ok(Some(self.path))
    }
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
    fn a_list_belongs_to_the_journal_of_its_input() {
        assert_eq!(journal_of(Path::new("in/orders.csv")), Path::new("in/orders.csv.journal"));
        let list = file_of(Path::new("in/orders.csv"));
        assert_eq!(list, Path::new("in/orders.csv.rejected.jsonl"));
        assert_eq!(journal_of(&list), Path::new("in/orders.csv.journal"));
        assert_eq!(journal_of(&file_of(&list)), Path::new("in/orders.csv.journal"));
        assert_eq!(origin_name(Path::new("orders")), "orders");
    }
}
