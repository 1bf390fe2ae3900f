//! Which rows to pull: all, or those that changed since a time or since the last pull.

use std::str::FromStr;

use chrono::{TimeDelta, Timelike as _};
use serde_json::{Value, json};

use super::PullError;
use crate::dynamic::{self, Request};
use crate::xml::DateTime;
use crate::{Client, Outcome};

pub(super) const SYSTEM_INFO: &str = "GetSystemInfo";
pub(super) const GET_TIME: &str = "GetTimeOfLastSync";
pub(super) const SET_TIME: &str = "SetTimeOfLastSync";

/// The time since which changes are pulled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// Everything.
    Ever,
    /// A time, sent as given; without an offset it is in the service's local time.
    Time(DateTime),
    /// A span before the service's current time.
    Ago(TimeDelta),
    /// The time that the last pull stored in the service; everything if none is stored.
    LastSync,
}

impl FromStr for Since {
    type Err = String;

    /// `last-sync`, a time such as `2026-11-23T04:00:00` with or without an offset, a date, or a span: `90s`, `30m`,
    /// `2h`, `7d`.
    fn from_str(text: &str) -> Result<Since, String> {
        if text == "last-sync" {
            return Ok(Since::LastSync);
        }
        if let Ok(span) = span(text) {
            return Ok(Since::Ago(span));
        }
        text.parse().map(Since::Time).map_err(|_| {
            format!(
                "`{text}` is not a time: expected last-sync, 2026-11-23T04:00:00 with or without an offset, 2026-11-23, \
                 or a span such as 2h or 1d"
            )
        })
    }
}

/// Reads `90s`, `30m`, `2h` or `7d`.
///
/// # Errors
/// The text has another form, or the value is too large.
pub fn span(text: &str) -> Result<TimeDelta, String> {
    let wrong = || format!("`{text}` is not a span: expected a whole number with s, m, h or d, such as 5m");
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let number = text.strip_suffix(unit).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let number: i64 = number.and_then(|digits| digits.parse().ok()).ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    number.checked_mul(seconds).and_then(TimeDelta::try_seconds).ok_or_else(wrong)
}

/// An earlier time on the same clock, or the earliest possible time.
pub(super) fn earlier(time: DateTime, by: TimeDelta) -> DateTime {
    time.checked_sub_signed(by).unwrap_or_default()
}

/// The service's current time.
pub(super) fn service_time(client: &Client) -> Result<DateTime, PullError> {
    let info = call(client, SYSTEM_INFO, &json!({}))?;
    time_in(&info["SystemTime"]).ok_or(PullError::NoTime)
}

/// The time that was stored under a name.
pub(super) fn stored(client: &Client, name: &str) -> Result<Option<DateTime>, PullError> {
    Ok(time_in(&call(client, GET_TIME, &json!({ "IntegrationType": name }))?))
}

/// Stores a time under a name. If the outcome is unknown, asks the service what it has stored.
///
/// # Errors
/// [`PullError::NotStored`].
pub(super) fn store(client: &Client, name: &str, time: DateTime) -> Result<(), PullError> {
    let input = json!({ "IntegrationType": name, "syncTime": time.to_string() });
    let Err(error) = call(client, SET_TIME, &input) else { return Ok(()) };
    let is_unknown = matches!(&error, PullError::Call(error) if error.outcome() == Outcome::Unknown);
    let is_there = || stored(client, name).is_ok_and(|there| there.is_some_and(|there| is_same(time, there)));
    match is_unknown && is_there() {
        true => Ok(()),
        false => Err(PullError::NotStored(Box::new(error))),
    }
}

/// Whether a time that the service returns is the one that was stored. It may use another zone and keep fewer digits:
/// whole seconds, or the 1/300 seconds of older databases.
pub(super) fn is_same(given: DateTime, back: DateTime) -> bool {
    let is_close = |by: TimeDelta| match back.naive().nanosecond() {
        0 => by.abs() < TimeDelta::seconds(1),
        _ => by.abs() < TimeDelta::milliseconds(5),
    };
    let exactly = match (given.offset(), back.offset()) {
        (Some(a), Some(b)) => Some(given.to_utc(a) - back.to_utc(b)),
        _ => None,
    };
    is_close(given.naive() - back.naive()) || exactly.is_some_and(is_close)
}

fn time_in(value: &Value) -> Option<DateTime> {
    let time: DateTime = value.as_str()?.parse().ok()?;
    (!time.is_unset()).then_some(time)
}

fn call(client: &Client, name: &'static str, input: &Value) -> Result<Value, PullError> {
    Ok(request(name, input)?.call(client).map_err(PullError::Call)?.to_json())
}

/// Creates a request by name, so that a contract without the operation gives an error and not a failed build.
pub(super) fn request(name: &'static str, input: &Value) -> Result<Box<dyn Request>, PullError> {
    let operation = dynamic::find(name).ok_or(PullError::NoOperation(name))?;
    dynamic::request_from_json(operation, input).map_err(|error| PullError::Request(name, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_spans() {
        assert_eq!("last-sync".parse(), Ok(Since::LastSync));
        for (text, seconds) in [("90s", 90), ("30m", 1_800), ("2h", 7_200), ("7d", 604_800)] {
            assert_eq!(text.parse(), Ok(Since::Ago(TimeDelta::seconds(seconds))), "{text}");
        }
        for text in ["2026-11-23T04:00:00", "2026-11-23T04:00:00+01:00", "2026-11-23"] {
            let Ok(Since::Time(time)) = text.parse() else { panic!("{text}") };
            assert_eq!(time.to_string(), text);
        }
        for text in ["", "h", "2", "2w", "-2h", "2 h", "yesterday", "99999999999999999999d", "é"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_earlier_time_is_on_the_same_clock() {
        for (at, by, expected) in [
            ("2026-03-01T00:02:00.5+01:00", 300, "2026-02-28T23:57:00.5+01:00"),
            ("2026-03-01T00:02:00Z", 60, "2026-03-01T00:01:00Z"),
            ("2026-03-01", 60, "2026-02-28T23:59:00"),
        ] {
            let time: DateTime = at.parse().unwrap();
            assert_eq!(earlier(time, TimeDelta::seconds(by)).to_string(), expected);
        }
        assert!(earlier("2026-03-01".parse().unwrap(), TimeDelta::MAX).is_unset());
    }
}
