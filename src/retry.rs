//! Decides whether to retry a request, and when. The caller waits and counts.

use std::time::{Duration, SystemTime};

use crate::operation::Effect;
use crate::outcome::{Evidence, Outcome};
use crate::transport::TransportFailure;

/// How often and how long a call is retried.
///
/// A read is tried again when it did not get through (no connection, cut off, too slow) and on the statuses 408, 429,
/// 502, 503 and 504. A write is tried again only when it provably was not sent, unless [`writes`](RetryPolicy::writes)
/// says otherwise.
///
/// ```
/// use ongoing_wms::RetryPolicy;
/// use std::time::Duration;
/// let patient = RetryPolicy::default().retries(8).deadline(Duration::from_secs(600));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Maximum number of retries after the first attempt. Defaults to 3.
    pub retries: u32,
    /// The longest wait before the first retry; it doubles each time. Each wait is a random time from half of it to all of
    /// it, so that many callers do not retry at once. Defaults to 0.5 s.
    pub base_delay: Duration,
    /// The most that [`base_delay`](RetryPolicy::base_delay) doubles to; each wait is then from half of it to all of it,
    /// unless the server asks for a longer one. Defaults to 30 s.
    pub max_delay: Duration,
    /// No retry starts if the call as a whole would then take longer. Defaults to 2 minutes.
    pub deadline: Duration,
    /// Whether writes are retried like reads. Only for writes that can happen twice without harm: `CreateOrUpdate` can,
    /// `Create` cannot. Defaults to `false`.
    pub writes: bool,
}

impl Default for RetryPolicy {
    fn default() -> RetryPolicy {
        RetryPolicy {
            retries: 3,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(30),
            deadline: Duration::from_secs(120),
            writes: false,
        }
    }
}

/// One attempt without a usable answer.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// Whether the operation only reads.
    pub read: bool,
    /// Number of the attempt, from 1.
    pub number: u32,
    /// What came of it.
    pub happened: Happened<'a>,
    /// The time since the first attempt began.
    pub elapsed: Duration,
    /// The time left until the caller's deadline, if there is one.
    pub left: Option<Duration>,
    /// The current time, to compare with the server's date.
    pub now: SystemTime,
    /// A random number from 0 to below 1, which spreads the retries of many callers.
    pub random: f64,
}

/// The result of an attempt.
#[derive(Debug, Clone, Copy)]
pub enum Happened<'a> {
    /// No answer, or an incomplete one.
    Failed(&'a TransportFailure),
    /// An HTTP status without a SOAP answer.
    Status {
        /// The status.
        status: u16,
        /// The header `Retry-After`, as received.
        retry_after: Option<&'a str>,
    },
}

impl RetryPolicy {
    /// Returns a policy that never retries.
    pub fn never() -> RetryPolicy {
        RetryPolicy { retries: 0, ..RetryPolicy::default() }
    }

    /// Sets the maximum number of retries after the first attempt.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Sets the longest wait before the first retry; it doubles each time. Each wait is a random time from half of it to all
    /// of it.
    pub fn base_delay(mut self, base_delay: Duration) -> Self {
        self.base_delay = base_delay;
        self
    }

    /// Sets the maximum wait, unless the server asks for a longer one.
    pub fn max_delay(mut self, max_delay: Duration) -> Self {
        self.max_delay = max_delay;
        self
    }

    /// Sets how long the whole call may take; no retry starts if the call would take longer.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets whether writes are retried like reads: only for writes that may happen twice without harm.
    pub fn writes(mut self, writes: bool) -> Self {
        self.writes = writes;
        self
    }

    /// The wait before the next attempt; `None` to give up.
    pub fn next(&self, attempt: &Attempt<'_>) -> Option<Duration> {
        if attempt.number > self.retries || !self.may_repeat(attempt) {
            return None;
        }
        let backoff = self.backoff(attempt.number, attempt.random);
        let wait = match attempt.happened {
            Happened::Status { retry_after: Some(text), .. } => {
                retry_after(text, attempt.now).map_or(backoff, |asked| asked.max(backoff))
            }
            _ => backoff,
        };
        let in_time = attempt.elapsed.checked_add(wait).is_some_and(|at| at < self.deadline);
        let in_callers_time = attempt.left.is_none_or(|left| wait < left);
        (in_time && in_callers_time).then_some(wait)
    }

    /// A retry must be useful and safe: a request that may have been carried out is resent only if that does no harm.
    fn may_repeat(&self, attempt: &Attempt<'_>) -> bool {
        let evidence = match attempt.happened {
            Happened::Failed(failure) => Evidence::of_failure(failure),
            Happened::Status { status, .. } => Evidence::of_status(status),
        };
        let effect = if attempt.read || self.writes { Effect::Read } else { Effect::Write };
        evidence.is_transient() && evidence.outcome(effect) == Outcome::NotDone
    }

    /// Doubles with each attempt up to the maximum; the upper half is random.
    fn backoff(&self, number: u32, random: f64) -> Duration {
        let factor = 1u32.checked_shl(number.saturating_sub(1)).unwrap_or(u32::MAX);
        let full = self.base_delay.saturating_mul(factor).min(self.max_delay);
        full / 2 + (full / 2).mul_f64(random.clamp(0.0, 1.0))
    }
}

/// The wait that a server asks for, in seconds or as an HTTP date. `None` if unreadable, zero if past.
pub(crate) fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than fit are as good as for ever.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    Some(at.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::transport::Delivery;

    const READ: bool = true;
    const WRITE: bool = false;

    fn seconds(s: f64) -> Option<Duration> {
        Some(Duration::from_secs_f64(s))
    }

    fn now() -> SystemTime {
        httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap()
    }

    fn attempt(read: bool, happened: Happened<'_>) -> Attempt<'_> {
        Attempt { read, number: 1, happened, elapsed: Duration::ZERO, left: None, now: now(), random: 0.0 }
    }

    fn status(status: u16) -> Happened<'static> {
        Happened::Status { status, retry_after: None }
    }

    #[test]
    fn what_is_tried_again() {
        let not_sent = TransportFailure::new(Delivery::NotSent, "refused");
        let wrong_url = TransportFailure::new(Delivery::NotSent, "wrong URL").with_permanent();
        let unknown = TransportFailure::new(Delivery::Unknown, "cut");
        let not_http = TransportFailure::new(Delivery::Unknown, "no HTTP").with_not_http();
        let own = RetryPolicy::default();
        let opted = RetryPolicy { writes: true, ..RetryPolicy::default() };
        // (effect, what happened, by default, when writes are opted in)
        for (read, happened, default, opted_in) in [
            (READ, Happened::Failed(&not_sent), true, true),
            (WRITE, Happened::Failed(&not_sent), true, true),
            (READ, Happened::Failed(&wrong_url), false, false),
            (WRITE, Happened::Failed(&wrong_url), false, false),
            (READ, Happened::Failed(&unknown), true, true),
            (WRITE, Happened::Failed(&unknown), false, true),
            (READ, Happened::Failed(&not_http), false, false),
            (WRITE, Happened::Failed(&not_http), false, false),
            (READ, status(408), true, true),
            (READ, status(429), true, true),
            (READ, status(502), true, true),
            (READ, status(503), true, true),
            (READ, status(504), true, true),
            (WRITE, status(429), false, true),
            (WRITE, status(503), false, true),
            (READ, status(500), false, false),
            (READ, status(501), false, false),
            (READ, status(401), false, false),
            (READ, status(404), false, false),
            (READ, status(302), false, false),
            (READ, status(200), false, false),
            (WRITE, status(500), false, false),
        ] {
            let attempt = attempt(read, happened);
            assert_eq!(own.next(&attempt).is_some(), default, "{attempt:?}");
            assert_eq!(opted.next(&attempt).is_some(), opted_in, "{attempt:?}");
            assert_eq!(RetryPolicy::never().next(&attempt), None);
        }
    }

    #[test]
    fn waits_longer_each_time_and_at_last_gives_up() {
        let policy = RetryPolicy { retries: 40, deadline: Duration::MAX, ..RetryPolicy::default() };
        for (number, random, wait) in [
            (1, 0.0, seconds(0.25)),
            (1, 0.5, seconds(0.375)),
            (2, 0.0, seconds(0.5)),
            (3, 0.0, seconds(1.0)),
            (6, 0.0, seconds(8.0)),
            (7, 0.0, seconds(15.0)),
            (40, 0.0, seconds(15.0)),
            (41, 0.0, None),
        ] {
            let attempt = Attempt { number, random, ..attempt(READ, status(503)) };
            assert_eq!(policy.next(&attempt), wait, "{number}");
        }
        let default = RetryPolicy::default();
        let number = |number| Attempt { number, ..attempt(READ, status(503)) };
        assert!(default.next(&number(3)).is_some() && default.next(&number(4)).is_none());
    }

    #[test]
    fn keeps_to_the_deadlines() {
        let policy = RetryPolicy::default();
        let at = |elapsed: u64, left: Option<Duration>| {
            policy.next(&Attempt {
                elapsed: Duration::from_secs(elapsed),
                left,
                ..attempt(READ, status(503))
            })
        };
        assert!(at(119, None).is_some());
        assert_eq!(at(120, None), None);
        assert_eq!(at(u64::MAX, None), None);
        assert!(at(0, seconds(0.3)).is_some());
        assert_eq!(at(0, seconds(0.25)), None);
        assert_eq!(at(0, seconds(0.0)), None);
    }

    #[test]
    fn obeys_retry_after() {
        let policy = RetryPolicy::default();
        for (text, wait) in [
            ("7", seconds(7.0)),
            (" 7 ", seconds(7.0)),
            ("0", seconds(0.25)),
            ("45", seconds(45.0)),
            ("119", seconds(119.0)),
            ("120", None),
            ("99999999999999999999999", None),
            ("Sun, 06 Nov 1994 08:49:47 GMT", seconds(10.0)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", seconds(10.0)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", seconds(0.25)),
            ("Sun, 06 Nov 1994 09:49:37 GMT", None),
            ("soon", seconds(0.25)),
            ("-5", seconds(0.25)),
            ("1.5", seconds(0.25)),
            ("", seconds(0.25)),
        ] {
            let happened = Happened::Status { status: 503, retry_after: Some(text) };
            assert_eq!(policy.next(&attempt(READ, happened)), wait, "{text:?}");
            let not_found = Happened::Status { status: 404, retry_after: Some(text) };
            assert_eq!(policy.next(&attempt(READ, not_found)), None);
        }
    }
}
