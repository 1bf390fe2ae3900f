//! The text of a date and time, read and written.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

use super::{BARE, DateTime, MAX_OFFSET_MINUTES, Zone};
use crate::xml::value::{ValueError, ValueFlaw, trim};

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
    pub(in crate::xml::value) fn push(&self, out: &mut String) {
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
}
