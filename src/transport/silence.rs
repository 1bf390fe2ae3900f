//! Ends a read of an answer's body that brings nothing for too long, whatever arrives below it: lines and extensions of
//! chunks, headers of gzip members, parts of TLS records.

use std::cell::Cell;
use std::time::{Duration, Instant};

use ureq::Timeout;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport, time};

thread_local! {
    /// The end of the read that this thread does. ureq waits for input in the thread that reads.
    static UNTIL: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Reads; waiting for input ends after this time.
pub(super) fn at_most<T>(limit: Option<Duration>, read: impl FnOnce() -> T) -> T {
    /// Also after a panic the next wait of this thread has no limit of before.
    struct Unlimited;
    impl Drop for Unlimited {
        fn drop(&mut self) {
            UNTIL.set(None);
        }
    }
    let _after = Unlimited;
    UNTIL.set(limit.and_then(|limit| Instant::now().checked_add(limit)));
    read()
}

/// A connection on which [`at_most`] limits the waiting.
#[derive(Debug)]
pub(super) struct LimitedConnection(pub Box<dyn Transport>);

impl Transport for LimitedConnection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let Some(until) = UNTIL.get() else { return self.0.await_input(timeout) };
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ureq::Error::Timeout(Timeout::PerRead));
        }
        self.0.await_input(match left < *timeout.after {
            true => NextTimeout { after: time::Duration::Exact(left), reason: Timeout::PerRead, ..timeout },
            false => timeout,
        })
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
