//! Tracks which transactions are on the disk.
//!
//! SQLite writes each transaction to the `-wal` without waiting for the disk: it then survives the end of the program,
//! but not a loss of power. [`Disk::reach`] waits until it is on the disk. One wait covers all transactions that were
//! written before it, so goods owners that are served in parallel share it; an answer, for which nobody has to wait, is
//! flushed with the next record's mark.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::error::JournalError;
use super::event::Chain;
use super::lock::Lock;

/// The file of the newest transactions, and which of them are on the disk.
#[derive(Debug)]
pub(super) struct Disk {
    wal: File,
    state: Mutex<DiskState>,
    ended: Condvar,
}

#[derive(Debug)]
struct DiskState {
    lock: Lock,
    /// Number of written transactions, and the newest event of the last one.
    written: (u64, Chain),
    /// Number of those on the disk.
    safe: u64,
    /// Whether a thread is waiting for the disk now.
    busy: bool,
    /// Why a flush failed. After that the content of the disk is unknown, even if a later flush succeeds.
    failed: Option<(io::ErrorKind, String)>,
}

/// A written transaction that may not be on the disk yet.
#[derive(Debug)]
#[must_use]
pub(in crate::batch) struct Written {
    /// `None` for a temporary journal.
    pub(super) disk: Option<Arc<Disk>>,
    pub(super) number: u64,
    pub(super) path: PathBuf,
}

impl Written {
    /// Waits until it is on the disk.
    ///
    /// # Errors
    /// It cannot be flushed.
    pub fn reach_disk(self) -> Result<(), JournalError> {
        let Some(disk) = self.disk else { return Ok(()) };
        disk.reach(self.number).map_err(|error| JournalError::Disk(self.path, error))
    }
}

impl Disk {
    /// `wal` is open for writing and contains everything up to this event. It may be from a killed program, so nothing
    /// of it is known to be on the disk.
    pub fn new(wal: File, lock: Lock, chain: Chain) -> Disk {
        let state = DiskState { lock, written: (1, chain), safe: 0, busy: false, failed: None };
        Disk { wal, state: Mutex::new(state), ended: Condvar::new() }
    }

    /// Number of the newest transaction.
    pub fn newest(&self) -> u64 {
        self.state().written.0
    }

    /// Records that a transaction was written up to this event. Returns its number.
    pub fn wrote(&self, chain: Chain) -> u64 {
        let mut state = self.state();
        state.written = (state.written.0 + 1, chain);
        state.written.0
    }

    /// Waits until the transaction with this number is on the disk. Its last event is then noted in the lock file:
    /// never more than the disk has, so that a loss of power does not make the journal look incomplete.
    fn reach(&self, number: u64) -> io::Result<()> {
        let mut state = self.state();
        loop {
            if let Some((kind, why)) = &state.failed {
                return Err(io::Error::new(*kind, why.clone()));
            }
            if state.safe >= number {
                return Ok(());
            }
            if state.busy {
                state = self.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let (written, chain) = state.written;
            state.busy = true;
            drop(state);
            let synced = self.wal.sync_data();
            state = self.state();
            state.busy = false;
            match synced.and_then(|()| state.lock.note(&chain)) {
                Ok(()) => state.safe = written,
                Err(error) => state.failed = Some((error.kind(), error.to_string())),
            }
            self.ended.notify_all();
        }
    }

    /// Returns the lock when nothing more needs to be flushed.
    pub fn into_lock(self) -> Lock {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).lock
    }

    fn state(&self) -> MutexGuard<'_, DiskState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn chain(id: i64) -> Chain {
        Chain { id, hash: [7; 16] }
    }

    #[test]
    fn one_wait_serves_all_that_was_written_before() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(&folder.path().join("journal"), Duration::ZERO, &|| false).unwrap();
        let disk = Disk::new(tempfile::tempfile().unwrap(), lock, chain(1));
        let first = disk.wrote(chain(5));
        let second = disk.wrote(chain(9));
        disk.reach(first).unwrap();
        assert_eq!(disk.state().safe, second);
        let third = disk.wrote(chain(12));
        assert_eq!(disk.state().safe, second, "what was written since is not on the disk");
        thread::scope(|scope| {
            let waits: Vec<_> = (0..8).map(|_| scope.spawn(|| disk.reach(third).unwrap())).collect();
            waits.into_iter().for_each(|wait| wait.join().unwrap());
        });
        assert_eq!(disk.into_lock().noted().unwrap(), Some(chain(12)));
    }

    #[cfg(unix)]
    #[test]
    fn a_disk_that_has_failed_is_not_trusted_again() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(&folder.path().join("journal"), Duration::ZERO, &|| false).unwrap();
        // A pipe cannot be flushed to a disk.
        let (_reader, writer) = std::io::pipe().unwrap();
        let disk = Disk::new(File::from(std::os::fd::OwnedFd::from(writer)), lock, chain(1));
        let first = disk.reach(1).unwrap_err();
        let number = disk.wrote(chain(2));
        assert_eq!(disk.reach(number).unwrap_err().to_string(), first.to_string());
        assert_eq!(disk.into_lock().noted().unwrap(), None);
    }
}
