//! A date and time as it was written.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

use super::{ValueError, ValueFlaw, trim};

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

    /// Returns an earlier time in the same zone and form; `None` if it is before the calendar's start.
    pub fn checked_sub_signed(&self, by: TimeDelta) -> Option<DateTime> {
        let local = self.local.checked_sub_signed(by)?;
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
    /// Written with its offset; one that the text form cannot show (with seconds, or above 14 hours) becomes UTC.
    fn from(at: chrono::DateTime<FixedOffset>) -> DateTime {
        let seconds = at.offset().local_minus_utc();
        match u16::try_from(seconds.unsigned_abs() / 60) {
            Ok(minutes) if seconds % 60 == 0 && minutes <= MAX_OFFSET_MINUTES => {
                let zone = if seconds < 0 { Zone::Minus } else { Zone::Plus };
                DateTime { minutes, zone, ..DateTime::from(at.naive_local()) }
            }
            _ => DateTime::from(at.with_timezone(&Utc)),
        }
    }
}

impl From<NaiveDate> for DateTime {
    /// Written as a time, midnight without an offset: the members of the API are times.
    fn from(date: NaiveDate) -> DateTime {
        DateTime::from(date.and_time(NaiveTime::MIN))
    }
}

impl FromStr for DateTime {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<DateTime, ValueError> {
        let mut rest = UnreadText(trim(text).as_bytes());
        match rest.date_time() {
            Some(Some(at)) if rest.0.is_empty() => Ok(at),
            Some(None) => Err(ValueError::new::<DateTime>(text, ValueFlaw::Range)),
            _ => Err(ValueError::not::<DateTime>(text)),
        }
    }
}

/// The text still to be read. `None` below means that the text has another form.
struct UnreadText<'a>(&'a [u8]);

impl UnreadText<'_> {
    fn byte(&mut self, wanted: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[wanted])?;
        Some(())
    }

    fn number(&mut self, digits: usize) -> Option<u32> {
        let (head, tail) = self.0.split_at_checked(digits)?;
        let mut value = 0;
        for b in head {
            value = value * 10 + u32::from(b.is_ascii_digit().then(|| b - b'0')?);
        }
        self.0 = tail;
        Some(value)
    }

    /// `Some(None)` is text of the right form with a date, time or offset that does not exist.
    fn date_time(&mut self) -> Option<Option<DateTime>> {
        let year = self.number(4)?;
        self.byte(b'-')?;
        let month = self.number(2)?;
        self.byte(b'-')?;
        let day = self.number(2)?;
        let date = NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day).filter(|_| year > 0);
        let (time, digits) =
            if self.byte(b'T').is_some() { self.time()? } else { (Some((0, 0, 0, 0)), BARE) };
        let zone = self.zone()?;
        if !self.0.is_empty() {
            return None;
        }
        Some((|| {
            let (zone, minutes) = zone?;
            let (date, time) = (date?, time?);
            let local = match time {
                (24, 0, 0, 0) => date.succ_opt().filter(|next| next.year() <= 9999)?.and_time(NaiveTime::MIN),
                (hour, minute, second, nano) => date.and_hms_nano_opt(hour, minute, second, nano)?,
            };
            Some(DateTime { local, minutes, zone, digits })
        })())
    }

    #[allow(clippy::type_complexity)]
    fn time(&mut self) -> Option<(Option<(u32, u32, u32, u32)>, u8)> {
        let hour = self.number(2)?;
        self.byte(b':')?;
        let minute = self.number(2)?;
        self.byte(b':')?;
        let second = self.number(2)?;
        let (mut nano, mut digits) = (0, 0u8);
        if self.byte(b'.').is_some() {
            while let Some(digit) = self.number(1) {
                digits += 1;
                if digits > 9 {
                    return None;
                }
                nano = nano * 10 + digit;
            }
            if digits == 0 {
                return None;
            }
            nano *= 10u32.pow(9 - u32::from(digits));
        }
        Some(((second < 60).then_some((hour, minute, second, nano)), digits))
    }

    fn zone(&mut self) -> Option<Option<(Zone, u16)>> {
        let zone = match self.0.first() {
            None => return Some(Some((Zone::None, 0))),
            Some(b'Z') => {
                self.byte(b'Z')?;
                return Some(Some((Zone::Z, 0)));
            }
            Some(b'+') => Zone::Plus,
            Some(b'-') => Zone::Minus,
            Some(_) => return None,
        };
        self.0 = &self.0[1..];
        let hours = self.number(2)?;
        self.byte(b':')?;
        let minutes = self.number(2)?;
        let total = u16::try_from(hours * 60 + minutes).ok()?;
        Some((minutes < 60 && total <= MAX_OFFSET_MINUTES).then_some((zone, total)))
    }
}

impl DateTime {
    /// Appends the text.
    pub(super) fn push(&self, out: &mut String) {
        // Writing to a `String` cannot fail.
        let _ = self.write(out);
    }

    /// Writes digit by digit, since `write!` takes longer than the rest of writing an element.
    fn write(&self, out: &mut impl fmt::Write) -> fmt::Result {
        let (date, time) = (self.local.date(), self.local.time());
        match u32::try_from(date.year()) {
            Ok(year @ 0..=9999) => write_digits(out, year, 4)?,
            _ => write!(out, "{:04}", date.year())?,
        }
        out.write_char('-')?;
        write_digits(out, date.month(), 2)?;
        out.write_char('-')?;
        write_digits(out, date.day(), 2)?;
        if self.digits != BARE {
            out.write_char('T')?;
            write_digits(out, time.hour(), 2)?;
            out.write_char(':')?;
            write_digits(out, time.minute(), 2)?;
            out.write_char(':')?;
            write_digits(out, time.second(), 2)?;
            if self.digits > 0 {
                out.write_char('.')?;
                let digits = u32::from(self.digits);
                write_digits(out, time.nanosecond() / 10u32.pow(9 - digits), digits)?;
            }
        }
        let sign = match self.zone {
            Zone::None => return Ok(()),
            Zone::Z => return out.write_char('Z'),
            Zone::Plus => '+',
            Zone::Minus => '-',
        };
        out.write_char(sign)?;
        write_digits(out, u32::from(self.minutes / 60), 2)?;
        out.write_char(':')?;
        write_digits(out, u32::from(self.minutes % 60), 2)
    }
}

/// Writes the last `count` digits of a number.
fn write_digits(out: &mut impl fmt::Write, number: u32, count: u32) -> fmt::Result {
    (0..count).rev().try_for_each(|place| {
        let digit = number / 10u32.pow(place) % 10;
        out.write_char(char::from(b'0' + digit as u8))
    })
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> String {
        match text.parse::<DateTime>() {
            Ok(at) => at.to_string(),
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn written_as_it_was_read() {
        for text in [
            "2020-08-20T12:34:56",
            "2020-08-20T12:34:56.0",
            "2020-08-20T12:34:56.1",
            "2020-08-20T12:34:56.10",
            "2020-08-20T12:34:56.123",
            "2020-08-20T12:34:56.1234567",
            "2020-08-20T12:34:56.0000000",
            "2020-08-20T12:34:56.000000001",
            "2020-08-20T12:34:56Z",
            "2020-08-20T12:34:56+00:00",
            "2020-08-20T12:34:56-00:00",
            "2020-08-20T12:34:56.7890000+02:00",
            "2020-08-20T12:34:56-14:00",
            "2020-08-20T12:34:56+05:45",
            "2020-08-20",
            "2020-08-20Z",
            "2020-08-20+02:00",
            "2020-02-29T00:00:00",
            "2000-02-29",
            "0001-01-01T00:00:00",
            "9999-12-31T23:59:59.9999999",
        ] {
            assert_eq!(again(text), text);
            assert_eq!(again(&format!(" \t{text}\r\n")), text);
        }
    }

    #[test]
    fn midnight_of_24_hours_is_the_next_day() {
        assert_eq!(again("2020-12-31T24:00:00"), "2021-01-01T00:00:00");
        assert_eq!(again("2020-12-31T24:00:00.000Z"), "2021-01-01T00:00:00.000Z");
    }

    #[test]
    fn what_does_not_exist() {
        for text in [
            "2019-02-29T00:00:00",
            "1900-02-29",
            "2020-13-01T00:00:00",
            "2020-00-01",
            "2020-04-31",
            "2020-01-00",
            "0000-01-01T00:00:00",
            "2020-01-01T25:00:00",
            "2020-01-01T24:00:01",
            "2020-01-01T24:00:00.1",
            "2020-01-01T00:60:00",
            "2020-01-01T00:00:60",
            "9999-12-31T24:00:00",
            "2020-01-01T00:00:00+14:01",
            "2020-01-01T00:00:00+01:60",
            "2020-01-01T00:00:00-99:00",
        ] {
            assert_eq!(again(text), format!("{text:?} is out of range for a date and time (dateTime)"));
        }
    }

    #[test]
    fn what_has_another_form() {
        for text in [
            "",
            "now",
            "2020",
            "2020-1-1",
            "20-01-01",
            "12020-01-01",
            "-2020-01-01",
            "+2020-01-01",
            "2020/01/01",
            "2020-01-01T",
            "2020-01-01T10:00",
            "2020-01-01T10:00:00.",
            "2020-01-01T10:00:00.1234567890",
            "2020-01-01T10:00:00,5",
            "2020-01-01t10:00:00",
            "2020-01-01 10:00:00",
            "2020-01-01T10:00:00z",
            "2020-01-01T10:00:00+2",
            "2020-01-01T10:00:00+0200",
            "2020-01-01T10:00:00Zx",
            "2020-01-01T10:00:00 Z",
            "2020-01-01T10:00:00+02:00x",
            "2020-01-\u{0661}1",
            "2020-01-01\u{a0}",
        ] {
            assert_eq!(again(text), format!("{text:?} is not a date and time (dateTime)"));
        }
    }

    #[test]
    fn any_cut_or_odd_text_is_an_error_or_a_value_never_a_panic() {
        let text = "2020-08-20T12:34:56.1234567+02:00";
        for end in 0..text.len() {
            let _ = text[..end].parse::<DateTime>();
            let _ = format!("{}å{}", &text[..end], &text[end..]).parse::<DateTime>();
        }
    }

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
