//! Computes the time since which changes are requested, so that none is missed when the service's clock was set.
//!
//! The service stamps changes with its own clock, apparently local time without a zone: it repeats an hour each
//! October, and people set clocks. A change that was stamped after the clock was set back looks older than it is.

use chrono::{Datelike as _, NaiveDate, TimeDelta, Timelike as _, Utc, Weekday};

use super::event::PullWarning;
use super::since::earlier;
use crate::xml::DateTime;

/// How much earlier to start if an hour may be repeated.
const AROUND_A_CHANGE: TimeDelta = TimeDelta::minutes(65);

/// Smaller differences do not mean that a clock was set: an answer takes time, and clocks drift.
const SAME: TimeDelta = TimeDelta::seconds(90);

/// The service's and this machine's time at the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clocks {
    pub service: DateTime,
    pub own: chrono::DateTime<Utc>,
}

/// The time since which changes are requested, and the warning about it.
///
/// `stored` is the service's time of that pull, `then` the clocks at that time, if known. If delivered rows are
/// `known_again`, an earlier start costs nothing.
pub(super) fn from(
    stored: DateTime,
    overlap: TimeDelta,
    now: &Clocks,
    then: Option<&Clocks>,
    known_again: bool,
) -> (DateTime, Option<PullWarning>) {
    let wide = overlap.max(AROUND_A_CHANGE);
    let has_zone = stored.offset().is_some() && now.service.offset().is_some();
    let since_stored = difference(now.service, stored);
    let moved = then.map(|then| difference(now.service, then.service) - (now.own - then.own));
    if let Some(by) = moved.filter(|by| by.abs() > SAME) {
        // The earliest stamp since then is that of a change right after the clock was set back.
        let from = earlier(stored, wide.checked_sub(&by.min(TimeDelta::zero())).unwrap_or(TimeDelta::MAX));
        return (from, Some(PullWarning::ClockMoved { by, from }));
    }
    if since_stored < TimeDelta::zero() {
        let from = earlier(now.service, wide);
        return (from, Some(PullWarning::StoredAhead { stored, now: now.service, from }));
    }
    if !has_zone && may_repeat(stored) {
        let from = earlier(stored, wide);
        return (from, Some(PullWarning::ClockMayRepeat { stored, from }));
    }
    let back = if then.is_some() && known_again { wide } else { overlap };
    (earlier(stored, back), None)
}

/// Whether a time is before the number of hours for which the service keeps changes. Uses one hour less, since local
/// time has days of 23 hours.
pub(super) fn is_before(from: DateTime, now: DateTime, hours: i64) -> bool {
    difference(now, from) > TimeDelta::hours(hours - 1)
}

/// How much later a time is: by local time, unless both have zones.
fn difference(later: DateTime, earlier: DateTime) -> TimeDelta {
    match (later.offset(), earlier.offset()) {
        (Some(a), Some(b)) => {
            let offsets = a.local_minus_utc() - b.local_minus_utc();
            later.naive() - earlier.naive() - TimeDelta::seconds(offsets.into())
        }
        _ => later.naive() - earlier.naive(),
    }
}

/// Whether a local clock in an unknown zone may repeat an hour near a time: clocks are set back between midnight and
/// four o'clock, in Europe on the last Sunday of October, in America on the first of November, in the south on the
/// first of April.
fn may_repeat(time: DateTime) -> bool {
    let date = time.naive().date();
    let is_night = |day: NaiveDate| {
        let (month, day_of_month) = (day.month(), day.day());
        day.weekday() == Weekday::Sun
            && ((month == 10 && day_of_month >= 25)
                || (month == 11 && day_of_month <= 7)
                || (month == 4 && day_of_month <= 7))
    };
    let hour = time.naive().hour();
    (is_night(date) && hour < 5) || (hour >= 22 && date.succ_opt().is_some_and(is_night))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    fn clocks(service: &str, own: &str) -> Clocks {
        Clocks { service: time(service), own: own.parse().unwrap() }
    }

    fn asked(stored: &str, now: &Clocks, then: Option<&Clocks>) -> (String, Option<PullWarning>) {
        let (from, told) = from(time(stored), TimeDelta::minutes(5), now, then, true);
        (from.to_string(), told)
    }

    #[test]
    fn on_other_days_the_overlap_is_enough() {
        let now = clocks("2026-11-25T04:00:00", "2026-11-25T03:00:00Z");
        assert_eq!(asked("2026-11-24T04:00:00", &now, None), ("2026-11-24T03:55:00".into(), None));
        let then = clocks("2026-11-24T04:00:00", "2026-11-24T03:00:05Z");
        assert_eq!(asked("2026-11-24T04:00:00", &now, Some(&then)), ("2026-11-24T02:55:00".into(), None));
        let (unknown, _) = from(time("2026-11-24T04:00:00"), TimeDelta::minutes(5), &now, Some(&then), false);
        assert_eq!(unknown.to_string(), "2026-11-24T03:55:00");
        let zoned = clocks("2026-10-25T04:00:00+01:00", "2026-10-25T03:00:00Z");
        assert_eq!(
            asked("2026-10-25T02:50:00+02:00", &zoned, None),
            ("2026-10-25T02:45:00+02:00".into(), None)
        );
    }

    #[test]
    fn an_hour_that_is_repeated() {
        // 02:50 in summer time; a change at 02:05 in winter time, 15 minutes later, is stamped 02:05.
        for now in ["2026-10-25T04:00:00", "2026-10-26T04:00:00"] {
            let (from, told) = asked("2026-10-25T02:50:00", &clocks(now, "2026-10-25T03:00:00Z"), None);
            assert_eq!(from, "2026-10-25T01:45:00");
            assert!(matches!(told, Some(PullWarning::ClockMayRepeat { .. })), "{told:?}");
        }
        let now = clocks("2026-10-25T02:20:00", "2026-10-25T01:20:00Z");
        let (from, told) = asked("2026-10-25T02:50:00", &now, None);
        assert_eq!(from, "2026-10-25T01:15:00");
        assert!(matches!(told, Some(PullWarning::StoredAhead { .. })), "{told:?}");
        for (stored, is_near) in [
            ("2026-10-24T22:30:00", true),
            ("2026-10-25T05:00:00", false),
            ("2026-10-18T02:30:00", false),
            ("2026-11-01T01:30:00", true),
            ("2027-04-04T02:30:00", true),
        ] {
            assert_eq!(may_repeat(time(stored)), is_near, "{stored}");
        }
    }

    #[test]
    fn a_clock_that_was_set() {
        let then = clocks("2026-06-01T12:00:00", "2026-06-01T10:00:00Z");
        let back = clocks("2026-06-01T20:00:00", "2026-06-01T21:00:00Z");
        let (from, told) = asked("2026-06-01T12:00:00", &back, Some(&then));
        // Set back by three hours, right after the pull at the earliest.
        assert_eq!(from, "2026-06-01T07:55:00");
        assert_eq!(
            told.map(|told| told.to_string()).unwrap(),
            "the service's clock was set back by 180 min since the \
            last pull, so changes since 2026-06-01T07:55:00 are requested"
        );
        let forward = clocks("2026-06-01T16:00:00", "2026-06-01T13:00:00Z");
        let (from, told) = asked("2026-06-01T12:00:00", &forward, Some(&then));
        assert_eq!(from, "2026-06-01T10:55:00");
        assert!(matches!(told, Some(PullWarning::ClockMoved { .. })), "{told:?}");
    }
}
