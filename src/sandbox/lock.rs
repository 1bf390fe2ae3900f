//! A lock that survives panics.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A lock whose holder may have panicked: the guarded value is still consistent.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
