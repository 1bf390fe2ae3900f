//! The lock of a journal: a separate file beside it, which also notes the last event.
//!
//! The journal's tables are in several files while a push runs, and one of them can be lost or truncated after the
//! program was killed, without a trace in the others. So the last event is noted here after each transaction, by a
//! plain write that survives the program; a journal without that event is incomplete.

use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::error::JournalError;
use super::event::{Chain, hex};
use crate::batch::file_lock::FileLock;

/// Interval of the checks while waiting for the lock.
const BLINK: Duration = Duration::from_millis(50);

/// Length of the note: the id and the checksum of the newest event.
const NOTE: usize = 20 + 1 + 32 + 1;

/// The lock, held until it is dropped or the program ends.
#[derive(Debug)]
pub(super) struct Lock(FileLock);

impl Lock {
    /// Takes the lock of a journal; waits while another program has it, unless the wait is to end.
    pub fn take(journal: &Path, wait: Duration, ends: &dyn Fn() -> bool) -> Result<Lock, JournalError> {
        let path = path_of(journal);
        let fail = |error| JournalError::File(path.clone(), error);
        let begun = Instant::now();
        loop {
            if let Some(lock) = FileLock::take(&path).map_err(fail)? {
                return Ok(Lock(lock));
            }
            match wait.saturating_sub(begun.elapsed()) {
                left if !left.is_zero() && !ends() => thread::sleep(left.min(BLINK)),
                _ => return Err(JournalError::InUse(journal.to_owned())),
            }
        }
    }

    /// The last event when the journal was last written; `None` if unknown.
    pub fn noted(&mut self) -> io::Result<Option<Chain>> {
        let mut text = String::new();
        self.0.file.seek(SeekFrom::Start(0))?;
        // The file may contain anything; ignore what is not a note.
        if Read::by_ref(&mut self.0.file).take(NOTE as u64).read_to_string(&mut text).is_err() {
            return Ok(None);
        }
        let note = text.trim_end_matches('\n').rsplit_once(' ');
        Ok(note.and_then(|(id, hash)| {
            let bytes: Option<Vec<u8>> = (0..hash.len() / 2)
                .map(|at| u8::from_str_radix(hash.get(2 * at..2 * at + 2)?, 16).ok())
                .collect();
            Some(Chain { id: id.trim().parse().ok()?, hash: bytes?.try_into().ok()? })
        }))
    }

    /// Notes the last event.
    pub fn note(&mut self, chain: &Chain) -> io::Result<()> {
        let hash = hex(&chain.hash);
        self.0.file.seek(SeekFrom::Start(0))?;
        self.0.file.write_all(format!("{:>20} {hash}\n", chain.id).as_bytes())
    }

    /// Removes the file, so that nothing is left of a journal created for an invalid input.
    pub fn remove(self) -> io::Result<()> {
        self.0.remove()
    }
}

pub(super) fn path_of(journal: &Path) -> PathBuf {
    super::file::with_suffix(journal, ".lock")
}
