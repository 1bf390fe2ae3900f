//! States of the warehouse that can be gone back to.

use std::sync::Mutex;
use std::time::SystemTime;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::db::store::Store;
use super::exchanges::exchange::shown_time;
use super::lock::locked;
use super::work_error::WorkError;

/// Most snapshots that are kept.
const MOST: usize = 20;

/// Largest warehouse of which a copy is kept in memory, in bytes.
const LARGEST: u64 = 256 << 20;

/// Largest warehouse of which the state at the start is kept, in bytes.
const LARGEST_START: u64 = 16 << 20;

/// The snapshots of a sandbox.
#[derive(Debug)]
pub(crate) struct Snapshots {
    /// The state at the start, unless it was too large.
    start: Option<Mutex<Connection>>,
    kept: Mutex<Vec<Snapshot>>,
}

#[derive(Debug)]
struct Snapshot {
    name: String,
    time: SystemTime,
    state: Connection,
}

impl Snapshots {
    /// None yet but that of the start, which is now.
    pub fn begin(store: &Store) -> Result<Snapshots, rusqlite::Error> {
        let start = match store.size()? {
            ..=LARGEST_START => Some(Mutex::new(store.copy()?)),
            _ => None,
        };
        Ok(Snapshots { start, kept: Mutex::default() })
    }

    /// Keeps the state as it is now under a name, in place of what had it before.
    pub fn take(&self, store: &Store, name: &str) -> Result<Value, WorkError> {
        if store.size()? > LARGEST {
            return Err(WorkError::Rule(
                "the warehouse is too large for a snapshot: 256 MB at most".to_owned(),
            ));
        }
        let mut kept = locked(&self.kept);
        let others = kept.iter().filter(|snapshot| snapshot.name != name).count();
        if others == MOST {
            return Err(WorkError::Rule(format!(
                "there are {MOST} snapshots already: give one of their names"
            )));
        }
        let state = store.copy()?;
        kept.retain(|snapshot| snapshot.name != name);
        kept.push(Snapshot { name: name.to_owned(), time: SystemTime::now(), state });
        Ok(listed(&kept))
    }

    /// The snapshots, oldest first.
    pub fn list(&self) -> Value {
        listed(&locked(&self.kept))
    }

    /// Their names, oldest first.
    pub fn names(&self) -> Vec<String> {
        locked(&self.kept).iter().map(|snapshot| snapshot.name.clone()).collect()
    }

    /// Goes back to a snapshot. It is kept.
    pub fn restore(&self, store: &Store, name: &str) -> Result<Value, WorkError> {
        let kept = locked(&self.kept);
        let Some(snapshot) = kept.iter().find(|snapshot| snapshot.name == name) else {
            return Err(WorkError::NotFound { what: "snapshot", number: name.to_owned() });
        };
        store.go_back(&snapshot.state)?;
        Ok(listed(&kept))
    }

    /// Goes back to the state at the start.
    pub fn reset(&self, store: &Store) -> Result<(), WorkError> {
        let Some(start) = &self.start else {
            let text = "the warehouse was too large at its start to be gone back to: restore a snapshot";
            return Err(WorkError::Rule(text.to_owned()));
        };
        Ok(store.go_back(&locked(start))?)
    }
}

fn listed(kept: &[Snapshot]) -> Value {
    let shown = |snapshot: &Snapshot| json!({ "name": snapshot.name, "time": shown_time(snapshot.time) });
    kept.iter().map(shown).collect()
}
