//! The keys of an input that is only checked, to find duplicates. Such an input needs no journal.
//!
//! They are in memory up to a limit; those of a longer input are moved to a temporary file.

use std::collections::HashMap;
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension as _};

use super::{JournalError, Result, Staged, file};
use crate::batch::kind::identity::Key;
use crate::batch::record::Place;

/// Bytes of memory for keys before they are moved.
const MEMORY: usize = 16 << 20;

/// Estimate of the memory of a key besides its texts.
const ENTRY: usize = 160;

/// The keys of an input so far.
pub(in crate::batch) struct SeenKeys {
    /// Whether keys that differ only in case or outer space are different keys.
    exact_keys: bool,
    /// By goods owner and by name: the key, without case and outer space unless these matter.
    by_owner: HashMap<String, HashMap<String, SeenKey>>,
    /// Bytes that they take.
    memory: usize,
    most_memory: usize,
    /// Has a table of the keys that were moved.
    moved: Option<Connection>,
}

struct SeenKey {
    key: String,
    place: Place,
}

impl SeenKeys {
    pub fn new(exact_keys: bool) -> SeenKeys {
        SeenKeys { exact_keys, by_owner: HashMap::new(), memory: 0, most_memory: MEMORY, moved: None }
    }

    /// Adds the key of a record.
    ///
    /// # Errors
    /// The disk is full.
    pub fn add(&mut self, owner: &str, key: &Key, place: &Place) -> Result<Staged> {
        self.find_or_add(owner, key, place)
            .map_err(|error| JournalError::Database(PathBuf::from("(temporary)"), error))
    }

    fn find_or_add(&mut self, owner: &str, key: &Key, place: &Place) -> rusqlite::Result<Staged> {
        let name = if self.exact_keys { key.text.clone() } else { key.folded() };
        let here = self.by_owner.get(owner).and_then(|names| names.get(&name));
        let found = match here {
            Some(seen) => Some((seen.key.clone(), seen.place.to_string())),
            None => self.among_moved(owner, &name)?,
        };
        if let Some((seen, place)) = found {
            return Ok(if seen == key.text { Staged::Twice(place) } else { Staged::Alike(seen, place) });
        }
        self.memory += ENTRY + name.len() + key.text.len() + place.file.len();
        let seen = SeenKey { key: key.text.clone(), place: place.clone() };
        match self.by_owner.get_mut(owner) {
            Some(names) => drop(names.insert(name, seen)),
            None => drop(self.by_owner.insert(owner.to_owned(), HashMap::from([(name, seen)]))),
        }
        if self.memory > self.most_memory {
            self.move_all()?;
        }
        Ok(Staged::New)
    }

    fn among_moved(&self, owner: &str, name: &str) -> rusqlite::Result<Option<(String, String)>> {
        let Some(db) = &self.moved else { return Ok(None) };
        let mut statement =
            db.prepare_cached("SELECT key, place FROM seen WHERE owner = ?1 AND name = ?2")?;
        statement.query_row((owner, name), |row| Ok((row.get(0)?, row.get(1)?))).optional()
    }

    fn move_all(&mut self) -> rusqlite::Result<()> {
        let db = match self.moved.take() {
            Some(db) => db,
            None => temporary()?,
        };
        {
            let mut insert = db.prepare_cached("INSERT INTO seen VALUES (?1, ?2, ?3, ?4)")?;
            for (owner, names) in self.by_owner.drain() {
                // Neighbours share a page.
                let mut names: Vec<(String, SeenKey)> = names.into_iter().collect();
                names.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
                for (name, SeenKey { key, place }) in names {
                    insert.execute((&owner, name, key, place.to_string()))?;
                }
            }
        }
        self.memory = 0;
        self.moved = Some(db);
        Ok(())
    }
}

/// A table in a temporary file, which is deleted when it is closed.
fn temporary() -> rusqlite::Result<Connection> {
    let db = Connection::open("")?;
    file::keep_plans(&db)?;
    // Nothing is ever rolled back.
    db.pragma_update_and_check(None, "journal_mode", "off", |_| Ok(()))?;
    db.execute_batch(
        "BEGIN;
         CREATE TABLE seen (owner TEXT, name TEXT, key TEXT, place TEXT, PRIMARY KEY (owner, name)) WITHOUT ROWID;",
    )?;
    Ok(db)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;
    use crate::batch::Kind;
    use crate::batch::contract::content::Content;
    use crate::batch::journal::{Journal, Staging};

    fn key(number: &str) -> Key {
        let payload = Map::from_iter([
            ("ArticleIdentification".to_owned(), Value::from("ArticleNumber")),
            ("ArticleNumber".to_owned(), Value::from(number)),
        ]);
        Kind::find("articles").unwrap().identity.key(&payload).unwrap()
    }

    /// What a journal finds, to which the records are added.
    fn staged(journal: &Journal, owner: &str, key: &Key, place: &Place, exact_keys: bool) -> Staged {
        let staging = Staging {
            owner,
            key,
            place,
            content: &Content::default(),
            payload: "{}",
            version_1_digest: &Vec::new,
            exact_keys,
            again: false,
            revive: false,
        };
        journal.stage(&staging).unwrap()
    }

    proptest! {
        #[test]
        fn the_same_is_found_as_by_a_journal(
            records in prop::collection::vec(("[aA]{0,2}", " ?[abAB]{1,3} ?", any::<bool>()), 0..40),
            exact_keys: bool,
            most_memory in 0_usize..3_000,
        ) {
            let journal = Journal::temporary().unwrap();
            journal.begin().unwrap();
            let mut seen = SeenKeys { most_memory, ..SeenKeys::new(exact_keys) };
            for (line, (owner, number, has_line)) in (1..).zip(&records) {
                let place = Place { file: format!("{line}.jsonl"), line: has_line.then_some(line) };
                let key = key(number);
                prop_assert_eq!(
                    seen.add(owner, &key, &place).unwrap(),
                    staged(&journal, owner, &key, &place, exact_keys)
                );
                prop_assert!(seen.memory <= most_memory);
            }
        }
    }
}
