//! Conversions between [`DateTime`] and the types of jiff.

use chrono::{DateTime as Moment, Datelike as _};
use chrono::{FixedOffset, NaiveDate, Timelike as _, Utc};

use super::DateTime;

impl From<jiff::civil::DateTime> for DateTime {
    /// No offset is written.
    fn from(at: jiff::civil::DateTime) -> DateTime {
        let part = |part: i8| u32::try_from(part).unwrap_or_default();
        let date = NaiveDate::from_ymd_opt(at.year().into(), part(at.month()), part(at.day()));
        let nanoseconds = u32::try_from(at.subsec_nanosecond()).unwrap_or_default();
        let local = date.and_then(|date| {
            date.and_hms_nano_opt(part(at.hour()), part(at.minute()), part(at.second()), nanoseconds)
        });
        // chrono has every date and time that jiff has.
        DateTime::from(local.unwrap_or_default())
    }
}

impl From<jiff::Timestamp> for DateTime {
    /// Written with `Z`.
    fn from(at: jiff::Timestamp) -> DateTime {
        DateTime::from(moment(at))
    }
}

impl From<jiff::Zoned> for DateTime {
    /// Written with the offset.
    fn from(at: jiff::Zoned) -> DateTime {
        let utc = moment(at.timestamp());
        match FixedOffset::east_opt(at.offset().seconds()) {
            Some(offset) => DateTime::from(utc.with_timezone(&offset)),
            None => DateTime::from(utc),
        }
    }
}

impl TryFrom<DateTime> for jiff::civil::DateTime {
    type Error = jiff::Error;

    /// The local date and time as written, as [`DateTime::naive`].
    fn try_from(at: DateTime) -> Result<jiff::civil::DateTime, jiff::Error> {
        let local = at.naive();
        // jiff rejects the parts that are out of its range.
        let part = |part: u32| i8::try_from(part).unwrap_or(i8::MAX);
        jiff::civil::DateTime::new(
            i16::try_from(local.year()).unwrap_or(i16::MAX),
            part(local.month()),
            part(local.day()),
            part(local.hour()),
            part(local.minute()),
            part(local.second()),
            i32::try_from(local.nanosecond()).unwrap_or(i32::MAX),
        )
    }
}

impl DateTime {
    /// Returns the moment, assuming the offset `assumed` if none was written.
    ///
    /// # Errors
    /// jiff does not have the moment: it is before the year -9999 or after 9999.
    pub fn to_timestamp(&self, assumed: jiff::tz::Offset) -> Result<jiff::Timestamp, jiff::Error> {
        let assumed = FixedOffset::east_opt(assumed.seconds());
        let utc = match assumed {
            Some(assumed) => self.to_utc(assumed),
            None => self.naive().and_utc(),
        };
        let nanoseconds = i32::try_from(utc.timestamp_subsec_nanos()).unwrap_or_default();
        jiff::Timestamp::new(utc.timestamp(), nanoseconds)
    }
}

fn moment(at: jiff::Timestamp) -> Moment<Utc> {
    let nanoseconds = at.as_nanosecond();
    let seconds = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).unwrap_or_default();
    let rest = u32::try_from(nanoseconds.rem_euclid(1_000_000_000)).unwrap_or_default();
    Moment::from_timestamp(seconds, rest).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil;
    use jiff::tz::{Offset, TimeZone};

    use super::*;

    #[test]
    fn times_go_to_jiff_and_back() {
        let local = civil::date(2026, 3, 1).at(12, 30, 0, 250_000_000);
        assert_eq!(DateTime::from(local).to_string(), "2026-03-01T12:30:00.25");
        assert_eq!(civil::DateTime::try_from(DateTime::from(local)).unwrap(), local);
        let zoned = local.to_zoned(TimeZone::fixed(Offset::constant(2))).unwrap();
        assert_eq!(DateTime::from(zoned.clone()).to_string(), "2026-03-01T12:30:00.25+02:00");
        assert_eq!(DateTime::from(zoned.timestamp()).to_string(), "2026-03-01T10:30:00.25Z");
        assert_eq!(DateTime::from(zoned.clone()).to_timestamp(Offset::UTC).unwrap(), zoned.timestamp());
        assert_eq!(DateTime::from(local).to_timestamp(Offset::constant(2)).unwrap(), zoned.timestamp());
        let before = jiff::Timestamp::new(-1, -500_000_000).unwrap();
        assert_eq!(DateTime::from(before).to_string(), "1969-12-31T23:59:58.5Z");
        assert_eq!(DateTime::from(before).to_timestamp(Offset::UTC).unwrap(), before);
    }
}
