//! Turns of writes: those of one goods owner go one at a time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The turns of the writes of one goods owner.
#[derive(Default)]
pub(super) struct WriteTurns {
    is_taken: Mutex<bool>,
    given_back: Condvar,
}

/// A turn, until it is dropped.
pub(super) struct WriteTurn<'t>(&'t WriteTurns);

impl WriteTurns {
    /// Waits for a turn; `None` if it does not come in time.
    pub fn take(&self, limit: Option<Duration>) -> Option<WriteTurn<'_>> {
        let is_taken = self.lock();
        let mut is_taken = match limit {
            None => self.given_back.wait_while(is_taken, |is_taken| *is_taken),
            Some(limit) => {
                let waited = self.given_back.wait_timeout_while(is_taken, limit, |is_taken| *is_taken);
                waited.map(|(is_taken, _)| is_taken).map_err(|error| PoisonError::new(error.into_inner().0))
            }
        }
        .unwrap_or_else(PoisonError::into_inner);
        if *is_taken {
            return None;
        }
        *is_taken = true;
        Some(WriteTurn(self))
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WriteTurn<'_> {
    fn drop(&mut self) {
        *self.0.lock() = false;
        self.0.given_back.notify_one();
    }
}
