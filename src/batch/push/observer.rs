//! Following a push while it runs, and ending it.

use std::time::Duration;

use crate::batch::journal::Entry;

/// Follows a push while it runs. Called from several threads.
pub trait PushObserver: Sync {
    /// So many bytes of the input are checked; of so many, where that is known.
    fn on_checked(&self, bytes: u64, total: Option<u64>) {
        let _ = (bytes, total);
    }

    /// Something is odd, and does not stop the push.
    fn on_warning(&self, text: &str) {
        let _ = text;
    }

    /// All of the input is taken in; so many records are to be delivered.
    fn on_begin(&self, records: u64) {
        let _ = records;
    }

    /// A record that was refused earlier is unchanged, and is not sent.
    fn on_refused_earlier(&self, record: &Entry) {
        let _ = record;
    }

    /// A record is through, with whatever state it has now.
    fn on_record(&self, record: &Entry) {
        let _ = record;
    }

    /// The push waits for so long; why, in words.
    fn on_wait(&self, wait: Duration, why: &str) {
        let _ = (wait, why);
    }

    /// Whether to end: the call in flight is finished, and nothing more is sent.
    fn wants_stop(&self) -> bool {
        false
    }
}

/// Nobody follows the push.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl PushObserver for Silent {}
