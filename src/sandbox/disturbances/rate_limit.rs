//! A rate limit like the service's: by operation and caller, in a sliding window.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::sandbox::lock::locked;

/// The number of requests for one operation that a caller may send in a window; more are answered with HTTP 429 and
/// `Retry-After`. As text `100/3600`: requests and seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    requests: usize,
    window: Duration,
}

impl RateLimit {
    /// Allows this number of requests, at least 1, in any window of this length.
    pub fn new(requests: u32, window: Duration) -> RateLimit {
        RateLimit { requests: usize::try_from(requests.max(1)).unwrap_or(usize::MAX), window }
    }
}

/// Why a text is not a rate limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitError(String);

impl fmt::Display for RateLimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is not a rate limit: expected REQUESTS/SECONDS, as in 100/3600", self.0)
    }
}

impl std::error::Error for RateLimitError {}

impl FromStr for RateLimit {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<RateLimit, RateLimitError> {
        let parts = text.split_once('/').and_then(|(requests, seconds)| {
            let requests: u32 = requests.trim().parse().ok().filter(|requests| *requests > 0)?;
            let seconds = seconds.trim().parse().ok().filter(|seconds| (1..=86_400).contains(seconds))?;
            Some(RateLimit::new(requests, Duration::from_secs(seconds)))
        });
        parts.ok_or_else(|| RateLimitError(text.to_owned()))
    }
}

/// The requests counted against a limit.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    limit: RateLimit,
    /// Times of requests, by operation and caller.
    seen: Mutex<HashMap<(String, String), VecDeque<Instant>>>,
}

impl RateLimiter {
    pub fn new(limit: RateLimit) -> RateLimiter {
        RateLimiter { limit, seen: Mutex::default() }
    }

    /// Counts a request, or returns the seconds until the next one is allowed. Refused requests do not count.
    pub fn admit(&self, operation: &str, caller: &str, now: Instant) -> Result<(), u32> {
        let RateLimit { requests, window } = self.limit;
        let mut seen = locked(&self.seen);
        // Inactive callers are forgotten.
        seen.retain(|_, times| {
            times.back().is_some_and(|last| now.saturating_duration_since(*last) < window)
        });
        // Each connection has its own port, so the caller is the machine.
        let machine = caller.rsplit_once(':').map_or(caller, |(machine, _)| machine);
        let times = seen.entry((operation.to_owned(), machine.to_owned())).or_default();
        while times.front().is_some_and(|first| now.saturating_duration_since(*first) >= window) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= requests => {
                let wait = window.saturating_sub(now.saturating_duration_since(*first));
                Err(u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1))
            }
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides_and_each_caller_and_operation_has_its_own() {
        let limiter = RateLimiter::new("2/10".parse().unwrap());
        let begin = Instant::now();
        let at = |seconds: u64| begin + Duration::from_secs(seconds);
        assert_eq!(limiter.admit("GetOrder", "10.0.0.1:1", at(0)), Ok(()));
        assert_eq!(limiter.admit("GetOrder", "10.0.0.1:2", at(4)), Ok(()));
        assert_eq!(limiter.admit("GetOrder", "10.0.0.1:3", at(5)), Err(5));
        assert_eq!(limiter.admit("GetOrder", "10.0.0.2:1", at(5)), Ok(()));
        assert_eq!(limiter.admit("GetInventory", "10.0.0.1:4", at(5)), Ok(()));
        assert_eq!(limiter.admit("GetOrder", "10.0.0.1:5", at(10)), Ok(()));
        assert_eq!(limiter.admit("GetOrder", "10.0.0.1:6", at(11)), Err(3));
        for text in ["", "5", "0/1", "1/0", "a/b", "-1/3"] {
            assert!(text.parse::<RateLimit>().is_err(), "{text}");
        }
    }
}
