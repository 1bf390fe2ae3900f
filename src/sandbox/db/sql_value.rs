//! Values between SQL, JSON and the contract.

use chrono::{FixedOffset, NaiveDateTime, Offset, Utc};
use rusqlite::{Connection, Row};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::sandbox::refused::Refused;
use crate::xml::{DateTime, Reader, Writer, Xml};

/// The warehouse's clock: UTC, to the millisecond.
pub(crate) fn now() -> NaiveDateTime {
    let now = chrono::DateTime::<Utc>::from(std::time::SystemTime::now()).timestamp_millis();
    chrono::DateTime::from_timestamp_millis(now).unwrap_or_default().naive_utc()
}

/// A time in the database's format.
pub(crate) fn stamp(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}

/// A time of a request in the database's format. A time without an offset is in the warehouse's local time.
pub(crate) fn moment(at: DateTime) -> String {
    let warehouse: FixedOffset = Utc.fix();
    stamp(at.to_utc(warehouse).naive_utc())
}

/// A time of a request, if set.
pub(crate) fn set_moment(at: Option<DateTime>) -> Option<String> {
    at.filter(|at| !at.is_unset()).map(moment)
}

/// A time from the database.
pub(crate) fn time(text: &str) -> DateTime {
    text.parse().unwrap_or_default()
}

/// A quantity from the database.
pub(crate) fn quantity(row: &Row<'_>, column: usize) -> rusqlite::Result<Decimal> {
    Ok(optional_quantity(row, column)?.unwrap_or_default())
}

/// A quantity that may be unset.
pub(crate) fn optional_quantity(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Decimal>> {
    let Some(text) = row.get_ref(column)?.as_str_or_null()? else { return Ok(None) };
    let wrong = |error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error);
    text.parse().map(Some).map_err(|error: rust_decimal::Error| wrong(Box::new(error)))
}

/// The maximum quantity of an article in a request: sums and products of such numbers do not overflow.
pub(crate) const LARGEST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// Refuses an invalid number of items.
pub(crate) fn check_quantity(member: &str, number: Decimal) -> Result<(), Refused> {
    if number < Decimal::ZERO {
        return Err(Refused::rule(format!("{member} is {number}, but cannot be negative")));
    }
    if number > LARGEST {
        return Err(Refused::rule(format!("{member} is {number}, but cannot be above {LARGEST}")));
    }
    Ok(())
}

/// Adds up the quantities in the only column of a query.
pub(crate) fn sum(db: &Connection, sql: &str, id: i32) -> rusqlite::Result<Decimal> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    let mut total = Decimal::ZERO;
    while let Some(row) = rows.next()? {
        total += quantity(row, 0)?;
    }
    Ok(total)
}

/// The JSON form of a value, complete or not: a missing enumeration is an empty text.
pub(crate) fn to_json<T: Xml>(value: &T) -> Value {
    let mut w = Writer::json();
    value.write(&mut w);
    w.end_json_value();
    serde_json::from_str(&w.into_text()).unwrap_or_default()
}

/// A value that the database keeps in JSON form. Members that the contract no longer has are ignored: the file may be
/// from an earlier version.
pub(crate) fn from_json<T: Xml>(text: &str) -> Result<T, Refused> {
    let value: Value = serde_json::from_str(text).map_err(|error| Refused::broken(error.to_string()))?;
    let mut p = Reader::json(&value).strict(false);
    let mut read = T::blank();
    read.read(&mut p).map_err(|error| Refused::broken(error.to_string()))?;
    Ok(read)
}

/// Merges a request into stored values: members of `new` replace those of `old`.
pub(crate) fn merge(old: Option<&str>, new: Value) -> Value {
    let old = old.and_then(|text| serde_json::from_str(text).ok());
    match (old, new) {
        (Some(Value::Object(mut old)), Value::Object(new)) => {
            for (name, value) in new {
                let merged = match (old.remove(&name), value) {
                    (Some(before @ Value::Object(_)), after @ Value::Object(_)) => {
                        merge(Some(&before.to_string()), after)
                    }
                    (_, after) => after,
                };
                old.insert(name, merged);
            }
            Value::Object(old)
        }
        (_, new) => new,
    }
}

/// Replaces stored members by those that a request gives.
macro_rules! take {
    ($from:expr => $to:expr; $($member:ident),* $(,)?) => {
        $(if $from.$member.is_some() {
            $to.$member.clone_from(&$from.$member);
        })*
    };
}
pub(crate) use take;

/// An enumeration of a request; if missing, .NET's default, the first value of its list.
macro_rules! given {
    ($value:expr, $ty:ident) => {
        match $value.as_str() {
            "" => $ty::ALL[0].clone(),
            _ => $value.clone(),
        }
    };
}
pub(crate) use given;
