//! The warehouse's clock, in UTC with milliseconds: the real time, shifted, or stopped.

use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use serde_json::{Value, json};

use super::sql_value::{self, stamp};
use crate::sandbox::lock::locked;

/// The clock of a warehouse.
#[derive(Debug, Default)]
pub(crate) struct Clock(Mutex<Setting>);

#[derive(Debug, Clone, Copy, Default)]
enum Setting {
    #[default]
    Real,
    /// Runs with this offset from the real time.
    Moved(TimeDelta),
    /// Is stopped.
    Fixed(NaiveDateTime),
}

impl Clock {
    pub fn now(&self) -> NaiveDateTime {
        match *locked(&self.0) {
            Setting::Real => sql_value::now(),
            Setting::Moved(by) => sql_value::now().checked_add_signed(by).unwrap_or(NaiveDateTime::MAX),
            Setting::Fixed(at) => at,
        }
    }

    pub fn change(&self, change: &ClockChange) {
        let now = self.now();
        let mut setting = locked(&self.0);
        *setting = match (change.0, *setting) {
            (ParsedChange::Real, _) => Setting::Real,
            (ParsedChange::At(at), _) => Setting::Fixed(at),
            (ParsedChange::Run, _) => Setting::Moved(now - sql_value::now()),
            (ParsedChange::By(by), Setting::Fixed(at)) => {
                Setting::Fixed(at.checked_add_signed(by).unwrap_or(NaiveDateTime::MAX))
            }
            (ParsedChange::By(by), _) => {
                let moved = now.checked_add_signed(by).unwrap_or(NaiveDateTime::MAX);
                Setting::Moved(moved - sql_value::now())
            }
        };
    }

    pub fn to_json(&self) -> Value {
        let setting = *locked(&self.0);
        json!({
            "now": stamp(self.now()),
            "fixed": matches!(setting, Setting::Fixed(_)),
            "real": matches!(setting, Setting::Real),
        })
    }
}

/// A change of the sandbox's clock, parsed from a text: `+1d`, `-2h`, `+30m` or `+10s` moves it; `2026-12-31T08:00:00`
/// or `2026-12-31` sets and stops it; `run` starts it again; `real` returns to the real time.
///
/// ```
/// let sandbox = ongoing_wms::sandbox::Sandbox::start()?;
/// sandbox.change_clock(&"2026-12-31T08:00:00".parse()?);
/// sandbox.change_clock(&"+1d".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockChange(ParsedChange);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ParsedChange {
    Real,
    Run,
    At(NaiveDateTime),
    By(TimeDelta),
}

/// Why a text is not a change of the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockError(String);

impl fmt::Display for ClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is not a change of the clock: expected +1d, -2h, 2026-12-31T08:00:00, run or real",
            self.0
        )
    }
}

impl std::error::Error for ClockError {}

impl FromStr for ClockChange {
    type Err = ClockError;

    fn from_str(text: &str) -> Result<ClockChange, ClockError> {
        let change = match text {
            "real" => Some(ParsedChange::Real),
            "run" => Some(ParsedChange::Run),
            _ if text.starts_with(['+', '-']) => moved(text).map(ParsedChange::By),
            _ => time(text).map(ParsedChange::At),
        };
        change.map(ClockChange).ok_or_else(|| ClockError(text.to_owned()))
    }
}

/// `+1d` and the like.
fn moved(text: &str) -> Option<TimeDelta> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    match unit {
        'd' => TimeDelta::try_days(number),
        'h' => TimeDelta::try_hours(number),
        'm' => TimeDelta::try_minutes(number),
        's' => TimeDelta::try_seconds(number),
        _ => None,
    }
}

fn time(text: &str) -> Option<NaiveDateTime> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let time = text.parse().ok();
    time.or_else(|| text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_moved_stopped_and_let_go() {
        let clock = Clock::default();
        let change = |text: &str| clock.change(&text.parse().unwrap());
        change("2026-12-31T08:00:00");
        assert_eq!(stamp(clock.now()), "2026-12-31T08:00:00.000");
        change("+1d");
        change("-30m");
        assert_eq!(stamp(clock.now()), "2027-01-01T07:30:00.000");
        change("run");
        let ahead = clock.now() - "2027-01-01T07:30:00".parse::<NaiveDateTime>().unwrap();
        assert!(ahead >= TimeDelta::zero() && ahead < TimeDelta::seconds(60), "{ahead}");
        change("real");
        change("+2h");
        let ahead = clock.now() - sql_value::now() - TimeDelta::hours(2);
        assert!(ahead.abs() < TimeDelta::seconds(60), "{ahead}");
        change("2026-12-31");
        assert_eq!(stamp(clock.now()), "2026-12-31T00:00:00.000");
        for text in ["", "+", "+1", "1d", "+1w", "tomorrow", "+99999999999999999d"] {
            assert!(text.parse::<ClockChange>().is_err(), "{text}");
        }
    }
}
