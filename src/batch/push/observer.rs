//! Observes a running push, and can end it.

use std::time::Duration;

use crate::batch::journal::Entry;

/// Observes a running push. Called from several threads.
pub trait PushObserver: Sync {
    /// The number of bytes of the input checked so far, and the total if known.
    fn on_checked(&self, bytes: u64, total: Option<u64>) {
        let _ = (bytes, total);
    }

    /// A warning that does not stop the push.
    fn on_warning(&self, text: &str) {
        let _ = text;
    }

    /// The whole input is read; gives the number of records to deliver.
    fn on_begin(&self, records: u64) {
        let _ = records;
    }

    /// A record that was refused earlier is unchanged, and is not sent.
    fn on_refused_earlier(&self, record: &Entry) {
        let _ = record;
    }

    /// A record was processed and has this state now.
    fn on_record(&self, record: &Entry) {
        let _ = record;
    }

    /// The push waits for this time; with the reason as text.
    fn on_wait(&self, wait: Duration, why: &str) {
        let _ = (wait, why);
    }

    /// Returns whether to end: the call in flight is finished, and nothing more is sent.
    fn wants_stop(&self) -> bool {
        false
    }
}

/// Ignores all events.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl PushObserver for Silent {}
