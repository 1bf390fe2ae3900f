//! A date and time as it was written.

use std::cmp::Ordering;
use std::ops::RangeInclusive;
#[cfg(feature = "batch")]
use std::time::SystemTime;

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

mod text;

/// A date and time as it was written: local time, and the offset from UTC *if it was given*.
///
/// Reading and writing preserves the number of fraction digits, the difference between `Z` and `+00:00`, and a date
/// without a time. Only `24:00:00` becomes `00:00:00` of the next day, and a date without a time is sent with
/// `T00:00:00`, because the schema requires a time. Defaults to `0001-01-01T00:00:00`, which .NET uses for a time that
/// is not set; see [`is_unset`](DateTime::is_unset).
///
/// Two values are equal if they were written alike. `DateTime` has no total order, because a time without an offset is
/// not a certain moment: [`compare`](DateTime::compare) orders values that can be compared, and
/// [`compare_in`](DateTime::compare_in) all of them, with an assumed offset for times that have none.
///
/// ```
/// # use ongoing_wms::xml::DateTime;
/// let at: DateTime = "2024-03-01T12:30:00.50+01:00".parse().unwrap();
/// assert_eq!(at.to_string(), "2024-03-01T12:30:00.50+01:00");
/// assert_eq!(at.offset().unwrap().local_minus_utc(), 3600);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    local: NaiveDateTime,
    /// Minutes from UTC, without the sign.
    minutes: u16,
    zone: Zone,
    /// Fraction digits as written, or [`BARE`].
    digits: u8,
}

/// Value instead of the fraction digits: only a date was written.
const BARE: u8 = u8::MAX;

/// The years that can be written and read.
const YEARS: RangeInclusive<i32> = 1..=9999;

/// The schema allows offsets up to 14 hours.
const MAX_OFFSET_MINUTES: u16 = 14 * 60;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Zone {
    None,
    Z,
    Plus,
    Minus,
}

impl DateTime {
    /// Returns the local date and time as written, regardless of the offset. Midnight for a date alone.
    pub fn naive(&self) -> NaiveDateTime {
        self.local
    }

    /// Returns the offset from UTC; `None` if none was written.
    pub fn offset(&self) -> Option<FixedOffset> {
        let seconds = i32::from(self.minutes) * 60;
        match self.zone {
            Zone::None => None,
            Zone::Z | Zone::Plus => FixedOffset::east_opt(seconds),
            Zone::Minus => FixedOffset::west_opt(seconds),
        }
    }

    /// The moment of a system time; `None` outside the years 1 to 9999. chrono's own conversion panics outside its calendar.
    #[cfg(feature = "batch")]
    pub(crate) fn moment(at: SystemTime) -> Option<chrono::DateTime<Utc>> {
        let (seconds, nanoseconds) = match at.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => (i64::try_from(since.as_secs()).ok()?, since.subsec_nanos()),
            Err(error) => {
                let before = error.duration();
                let seconds = i64::try_from(before.as_secs()).ok()?.checked_neg()?;
                match before.subsec_nanos() {
                    0 => (seconds, 0),
                    nanoseconds => (seconds.checked_sub(1)?, 1_000_000_000 - nanoseconds),
                }
            }
        };
        let moment = chrono::DateTime::<Utc>::from_timestamp(seconds, nanoseconds)?;
        YEARS.contains(&moment.year()).then_some(moment)
    }

    /// Returns the time now, in UTC with `Z`.
    pub fn now() -> DateTime {
        DateTime::from(chrono::DateTime::<Utc>::from(std::time::SystemTime::now()))
    }

    /// Compares two times: as moments if both have an offset, as local times if neither has one. Returns `None` if only
    /// one has an offset.
    ///
    /// ```
    /// use ongoing_wms::xml::DateTime;
    /// use std::cmp::Ordering;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let noon: DateTime = "2026-03-01T12:00:00+01:00".parse()?;
    /// let same: DateTime = "2026-03-01T11:00:00Z".parse()?;
    /// let local: DateTime = "2026-03-01T12:00:00".parse()?;
    /// assert_eq!(noon.compare(&same), Some(Ordering::Equal));
    /// assert_eq!(noon.compare(&local), None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn compare(&self, other: &DateTime) -> Option<Ordering> {
        match (self.offset(), other.offset()) {
            (Some(own), Some(others)) => Some(self.to_utc(own).cmp(&other.to_utc(others))),
            (None, None) => Some(self.local.cmp(&other.local)),
            _ => None,
        }
    }

    /// Compares two times like [`compare`](Self::compare), but assumes the offset `assumed` if none was written, so
    /// that any two times have an order.
    pub fn compare_in(&self, other: &DateTime, assumed: FixedOffset) -> Ordering {
        self.to_utc(assumed).cmp(&other.to_utc(assumed))
    }

    /// Returns the moment in UTC, assuming the offset `assumed` if none was written.
    pub fn to_utc(&self, assumed: FixedOffset) -> chrono::DateTime<Utc> {
        let offset = self.offset().unwrap_or(assumed);
        match self.local.checked_sub_offset(offset) {
            Some(utc) => utc.and_utc(),
            None if self.local.year() < 0 => chrono::DateTime::<Utc>::MIN_UTC,
            None => chrono::DateTime::<Utc>::MAX_UTC,
        }
    }

    /// Returns whether only a date was written.
    pub fn is_date(&self) -> bool {
        self.digits == BARE
    }

    /// Returns an earlier time in the same zone and form; `None` if it is outside the years 1 to 9999, which a time can be
    /// written in.
    pub fn checked_sub_signed(&self, by: TimeDelta) -> Option<DateTime> {
        let local = self.local.checked_sub_signed(by).filter(|local| YEARS.contains(&local.year()))?;
        let form = if by.subsec_nanos() == 0 { self.with_time() } else { DateTime::from(local) };
        Some(DateTime { local, digits: form.digits, ..*self })
    }

    /// Returns the same with a time of day: midnight if only a date was written.
    pub(super) fn with_time(self) -> DateTime {
        DateTime { digits: if self.is_date() { 0 } else { self.digits }, ..self }
    }

    /// Returns whether this is .NET's "not set": midnight of 1 January of the year 1, in any zone.
    pub fn is_unset(&self) -> bool {
        self.local == unset()
    }
}

fn unset() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN)
}

impl Default for DateTime {
    /// `0001-01-01T00:00:00`
    fn default() -> DateTime {
        DateTime::from(unset())
    }
}

impl From<NaiveDateTime> for DateTime {
    /// Written without an offset. The API accepts years 1 to 9999; other years are written, and refused by the service.
    fn from(local: NaiveDateTime) -> DateTime {
        let mut local = local;
        // chrono keeps a leap second as nanoseconds above one second; the text form has no second 60.
        if let Some(nanos) = local.nanosecond().checked_sub(1_000_000_000) {
            let plain = local.with_nanosecond(nanos).unwrap_or(local);
            local = plain.checked_add_signed(TimeDelta::seconds(1)).unwrap_or(plain);
        }
        let (mut nanos, mut digits) = (local.nanosecond(), 9);
        while digits > 0 && nanos % 10 == 0 {
            nanos /= 10;
            digits -= 1;
        }
        DateTime { local, minutes: 0, zone: Zone::None, digits }
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    /// Written with `Z`.
    fn from(at: chrono::DateTime<Utc>) -> DateTime {
        DateTime { zone: Zone::Z, ..DateTime::from(at.naive_utc()) }
    }
}

impl From<chrono::DateTime<FixedOffset>> for DateTime {
    /// Written with its offset; one that the text form cannot show (with seconds, or above 14 hours) becomes UTC, as does a
    /// moment whose local time is beyond chrono's calendar.
    fn from(at: chrono::DateTime<FixedOffset>) -> DateTime {
        let seconds = at.offset().local_minus_utc();
        match u16::try_from(seconds.unsigned_abs() / 60) {
            Ok(minutes) if seconds % 60 == 0 && minutes <= MAX_OFFSET_MINUTES => {
                let zone = if seconds < 0 { Zone::Minus } else { Zone::Plus };
                // The local time of a moment at the calendar's end is beyond it.
                match at.naive_utc().checked_add_offset(*at.offset()) {
                    Some(local) => DateTime { minutes, zone, ..DateTime::from(local) },
                    None => DateTime::from(at.to_utc()),
                }
            }
            _ => DateTime::from(at.to_utc()),
        }
    }
}

impl From<NaiveDate> for DateTime {
    /// Written as a time, midnight without an offset: the members of the API are times.
    fn from(date: NaiveDate) -> DateTime {
        DateTime::from(date.and_time(NaiveTime::MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_chrono() {
        let date = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
        let local = date.and_hms_milli_opt(12, 30, 0, 250).unwrap();
        assert_eq!(DateTime::from(local).to_string(), "2024-03-01T12:30:00.25");
        assert_eq!(DateTime::from(local.and_utc()).to_string(), "2024-03-01T12:30:00.25Z");
        assert_eq!(DateTime::from(date).to_string(), "2024-03-01T00:00:00");
        let offset = |seconds| FixedOffset::east_opt(seconds).unwrap();
        for (seconds, expected) in [
            (7200, "2024-03-01T12:30:00.25+02:00"),
            (-1800, "2024-03-01T12:30:00.25-00:30"),
            (0, "2024-03-01T12:30:00.25+00:00"),
            (3601, "2024-03-01T11:29:59.25Z"),
            (15 * 3600, "2024-02-29T21:30:00.25Z"),
        ] {
            let at = local.and_local_timezone(offset(seconds)).unwrap();
            assert_eq!(DateTime::from(at).to_string(), expected);
        }
        let leap = date.and_hms_milli_opt(23, 59, 59, 1_500).unwrap();
        assert_eq!(DateTime::from(leap).to_string(), "2024-03-02T00:00:00.5");
    }

    #[test]
    fn to_chrono() {
        let cet = FixedOffset::east_opt(3600).unwrap();
        for (text, utc) in [
            ("2024-03-01T12:00:00", "2024-03-01T11:00:00Z"),
            ("2024-03-01", "2024-02-29T23:00:00Z"),
            ("2024-03-01T12:00:00Z", "2024-03-01T12:00:00Z"),
            ("2024-03-01T12:00:00-05:00", "2024-03-01T17:00:00Z"),
            ("0001-01-01T00:00:00+14:00", "0000-12-31T10:00:00Z"),
        ] {
            let at: DateTime = text.parse().unwrap();
            assert_eq!(DateTime::from(at.to_utc(cet)).to_string(), utc, "{text}");
        }
        for extreme in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
            let at = DateTime::from(extreme);
            at.to_utc(FixedOffset::east_opt(86_399).unwrap());
            at.to_utc(FixedOffset::west_opt(86_399).unwrap());
        }
    }

    #[test]
    fn arithmetic_ends_where_times_cannot_be_written() {
        let at = |text: &str| text.parse::<DateTime>().unwrap();
        let hour = TimeDelta::hours(1);
        assert_eq!(at("0001-01-01T01:00:00").checked_sub_signed(hour), Some(at("0001-01-01T00:00:00")));
        assert_eq!(at("0001-01-01T00:00:00").checked_sub_signed(hour), None);
        assert_eq!(at("9999-12-31T23:00:00Z").checked_sub_signed(-hour), None);
        assert_eq!(at("2026-03-01").checked_sub_signed(TimeDelta::MAX), None);
        assert_eq!(at("2026-03-01").checked_sub_signed(TimeDelta::MIN), None);
    }

    #[test]
    fn moments_at_the_ends_of_the_calendar() {
        for offset in [FixedOffset::east_opt(14 * 3600), FixedOffset::west_opt(14 * 3600)] {
            for moment in [chrono::DateTime::<Utc>::MIN_UTC, chrono::DateTime::<Utc>::MAX_UTC] {
                let _ = DateTime::from(moment.with_timezone(&offset.unwrap()));
            }
        }
    }

    #[cfg(feature = "batch")]
    #[test]
    fn system_times() {
        use std::time::Duration;
        let after = |seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        let before = |millis| SystemTime::UNIX_EPOCH.checked_sub(Duration::from_millis(millis));
        let text = |at: Option<SystemTime>| DateTime::moment(at.unwrap()).map(|at| at.to_rfc3339());
        assert_eq!(text(after(1_764_045_600)).unwrap(), "2025-11-25T04:40:00+00:00");
        assert_eq!(text(before(1_500)).unwrap(), "1969-12-31T23:59:58.500+00:00");
        assert_eq!(text(after(253_402_300_799)).unwrap(), "9999-12-31T23:59:59+00:00");
        assert_eq!(text(after(253_402_300_800)), None);
        assert_eq!(text(before(62_135_596_800_000)).unwrap(), "0001-01-01T00:00:00+00:00");
        assert_eq!(text(before(62_135_596_800_001)), None);
        // Not every system has times as late as this.
        for extreme in [after(i64::MAX as u64), before(u64::MAX)].into_iter().flatten() {
            assert_eq!(DateTime::moment(extreme), None);
        }
    }

    #[test]
    fn unset_and_equality() {
        assert!(DateTime::default().is_unset());
        for text in ["0001-01-01T00:00:00Z", "0001-01-01", "0001-01-01T00:00:00.000"] {
            assert!(text.parse::<DateTime>().unwrap().is_unset());
        }
        assert!(!"0001-01-01T00:00:01".parse::<DateTime>().unwrap().is_unset());
        let z: DateTime = "2020-01-01T00:00:00Z".parse().unwrap();
        assert_ne!(z, "2020-01-01T00:00:00+00:00".parse().unwrap());
        assert_ne!(z, "2020-01-01T00:00:00.0Z".parse().unwrap());
        assert!("2020-01-01".parse::<DateTime>().unwrap().is_date() && !z.is_date());
    }

    #[test]
    fn times_are_compared_by_moment_or_by_clock() {
        let at = |text: &str| text.parse::<DateTime>().unwrap();
        let (noon, utc, local) =
            (at("2026-03-01T12:00:00+01:00"), at("2026-03-01T11:00:01Z"), at("2026-03-01T11:30:00"));
        assert_eq!(noon.compare(&utc), Some(Ordering::Less));
        assert_eq!(local.compare(&at("2026-03-01")), Some(Ordering::Greater));
        assert_eq!((noon.compare(&local), local.compare(&noon)), (None, None));
        let cet = FixedOffset::east_opt(3600).unwrap();
        assert_eq!(noon.compare_in(&local, cet), Ordering::Greater);
        assert_eq!(noon.compare_in(&local, FixedOffset::west_opt(3600).unwrap()), Ordering::Less);
        let now = DateTime::now();
        assert_eq!(now.offset().map(|offset| offset.local_minus_utc()), Some(0));
        assert_eq!(at("2026-01-01T00:00:00Z").compare(&now), Some(Ordering::Less));
    }

    #[test]
    fn small() {
        assert!(size_of::<DateTime>() <= 16 && size_of::<Option<DateTime>>() <= 16);
    }
}
