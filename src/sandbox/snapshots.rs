//! Saved states of the warehouse.

use std::sync::Mutex;
use std::time::SystemTime;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::db::store::Store;
use super::exchanges::exchange::shown_time;
use super::lock::locked;
use super::work_error::WorkError;

/// Maximum number of snapshots.
const MOST: usize = 20;

/// Maximum size of a warehouse for a snapshot, in bytes.
const LARGEST: u64 = 256 << 20;

/// Maximum size of a warehouse for keeping its initial state, in bytes.
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
    /// Starts with the current state as the initial one.
    pub fn begin(store: &Store) -> Result<Snapshots, rusqlite::Error> {
        let start = match store.size()? {
            ..=LARGEST_START => Some(Mutex::new(store.copy()?)),
            _ => None,
        };
        Ok(Snapshots { start, kept: Mutex::default() })
    }

    /// Saves the current state under a name, replacing an earlier one.
    pub fn take(&self, store: &Store, name: &str) -> Result<Value, WorkError> {
        if store.size()? > LARGEST {
            return Err(WorkError::Rule(
                "the warehouse is too large for a snapshot: the maximum is 256 MB".to_owned(),
            ));
        }
        let mut kept = locked(&self.kept);
        let others = kept.iter().filter(|snapshot| snapshot.name != name).count();
        if others == MOST {
            return Err(WorkError::Rule(format!(
                "the maximum of {MOST} snapshots is reached: use one of their names"
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

    /// Returns their names, oldest first.
    pub fn names(&self) -> Vec<String> {
        locked(&self.kept).iter().map(|snapshot| snapshot.name.clone()).collect()
    }

    /// Restores a snapshot, which is kept.
    pub fn restore(&self, store: &Store, name: &str) -> Result<Value, WorkError> {
        let kept = locked(&self.kept);
        let Some(snapshot) = kept.iter().find(|snapshot| snapshot.name == name) else {
            return Err(WorkError::NotFound { what: "snapshot", number: name.to_owned() });
        };
        store.go_back(&snapshot.state)?;
        Ok(listed(&kept))
    }

    /// Restores the state at the start.
    pub fn reset(&self, store: &Store) -> Result<(), WorkError> {
        let Some(start) = &self.start else {
            let text = "the warehouse was too large to keep its state at the start: restore a snapshot";
            return Err(WorkError::Rule(text.to_owned()));
        };
        Ok(store.go_back(&locked(start))?)
    }
}

fn listed(kept: &[Snapshot]) -> Value {
    let shown = |snapshot: &Snapshot| json!({ "name": snapshot.name, "time": shown_time(snapshot.time) });
    kept.iter().map(shown).collect()
}
