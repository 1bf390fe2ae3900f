//! Time limits for answers: in all, and by data rate for those that are read row by row.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use crate::transport::{Delivery, Phase, Timeouts, TransportFailure, timed_out};

/// The window for the data rate if there is no limit for silence.
const WINDOW: Duration = Duration::from_secs(300);

/// A body that must be read completely before a deadline, whatever its transport does.
pub(super) struct Until<R> {
    pub inner: R,
    pub until: Option<Instant>,
}

impl<R: Read> Read for Until<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(out)?;
        match self.until {
            Some(until) if length > 0 && Instant::now() >= until => Err(timed_out(Phase::Call)),
            _ => Ok(length),
        }
    }
}

/// Measures the data rate of an answer. Only the time spent waiting for it counts, not the caller's own time in
/// between.
#[derive(Debug)]
pub(super) struct DataRate {
    window: Duration,
    /// Minimum number of bytes per window.
    least: u64,
    waited: Duration,
    bytes: u64,
}

impl DataRate {
    pub fn new(timeouts: &Timeouts) -> DataRate {
        let window = timeouts.receive_body.unwrap_or(WINDOW);
        let least = (window.as_secs_f64() * f64::from(timeouts.least_rate)) as u64;
        DataRate { window, least, waited: Duration::ZERO, bytes: 0 }
    }

    /// Counts one read.
    ///
    /// # Errors
    /// Too few bytes arrived in the window.
    pub fn count(&mut self, waited: Duration, bytes: usize) -> Result<(), TransportFailure> {
        self.waited += waited;
        self.bytes += bytes as u64;
        if self.waited < self.window {
            return Ok(());
        }
        if self.bytes < self.least {
            let what = format!("the answer comes too slowly: {} bytes in {:?}", self.bytes, self.window);
            return Err(TransportFailure::new(Delivery::Unknown, what).with_timeout(Phase::ReceiveBody));
        }
        (self.waited, self.bytes) = (Duration::ZERO, 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drips_is_too_slow_and_what_flows_is_not() {
        let timeouts = || {
            let mut timeouts = Timeouts::default();
            (timeouts.receive_body, timeouts.least_rate) = (Some(Duration::from_secs(10)), 100);
            timeouts
        };
        let second = Duration::from_secs(1);
        let mut rate = DataRate::new(&timeouts());
        let failed = (1..=10).find_map(|read| Some((read, rate.count(second, 99).err()?))).unwrap();
        assert_eq!((failed.0, failed.1.timeout), (10, Some(Phase::ReceiveBody)));
        assert_eq!(failed.1.message(), "the answer comes too slowly: 990 bytes in 10s");
        let mut rate = DataRate::new(&timeouts());
        assert!((0..1000).all(|_| rate.count(second, 100).is_ok()));
        // Only waiting time counts.
        assert!((0..1000).all(|_| rate.count(Duration::ZERO, 1).is_ok()));
        let mut off = timeouts();
        off.least_rate = 0;
        let mut rate = DataRate::new(&off);
        assert!((0..1000).all(|_| rate.count(second, 0).is_ok()));
    }
}
