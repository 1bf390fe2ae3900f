//! The database: opening it, and values between SQL, JSON and the contract.

use std::path::Path;

use chrono::{FixedOffset, NaiveDateTime, Offset, Utc};
use rusqlite::{Connection, OpenFlags, Row};
use rust_decimal::Decimal;
use serde_json::Value;

use super::refused::Refused;
use super::transporter;
use crate::xml::{DateTime, Writer, Xml, json};

/// What the file says of itself; another number is another schema.
const VERSION: i64 = 2;

/// Opens the database, new or old. `None` keeps it in memory.
pub(super) fn open(path: Option<&Path>, owners: &[(String, i32)]) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::default();
    let mut db = match path {
        Some(path) => Connection::open_with_flags(path, flags)?,
        None => Connection::open_in_memory()?,
    };
    db.pragma_update(None, "foreign_keys", true)?;
    if path.is_some() {
        db.pragma_update(None, "journal_mode", "wal")?;
        db.busy_timeout(std::time::Duration::from_secs(10))?;
    }
    let transaction = db.transaction()?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        transaction.execute_batch(include_str!("schema.sql"))?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    } else if version != VERSION {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_SCHEMA);
        let text =
            format!("the file has version {version} of the sandbox's schema, this program knows {VERSION}");
        return Err(rusqlite::Error::SqliteFailure(code, Some(text)));
    }
    for (code, id) in owners {
        let new = transaction
            .execute("INSERT OR IGNORE INTO goods_owner (id, code) VALUES (?1, ?2)", (id, code))?;
        if new == 1 {
            transporter::seed(&transaction, *id)?;
        }
    }
    transaction.commit()?;
    db.set_prepared_statement_cache_capacity(128);
    Ok(db)
}

/// The warehouse's clock: UTC, to the millisecond.
pub(super) fn now() -> NaiveDateTime {
    let now = chrono::DateTime::<Utc>::from(std::time::SystemTime::now()).timestamp_millis();
    chrono::DateTime::from_timestamp_millis(now).unwrap_or_default().naive_utc()
}

/// A time as the database keeps it.
pub(super) fn stamp(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}

/// A time of a request as the database keeps it. A time without an offset is one of the warehouse's clock.
pub(super) fn moment(at: DateTime) -> String {
    let warehouse: FixedOffset = Utc.fix();
    stamp(at.to_utc(warehouse).naive_utc())
}

/// A time of a request, where one was set.
pub(super) fn set_moment(at: Option<DateTime>) -> Option<String> {
    at.filter(|at| !at.is_unset()).map(moment)
}

/// A time that the database keeps.
pub(super) fn time(text: &str) -> DateTime {
    text.parse().unwrap_or_default()
}

/// A quantity that the database keeps.
pub(super) fn quantity(row: &Row<'_>, column: usize) -> rusqlite::Result<Decimal> {
    Ok(optional_quantity(row, column)?.unwrap_or_default())
}

/// A quantity that may be unset.
pub(super) fn optional_quantity(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Decimal>> {
    let Some(text) = row.get_ref(column)?.as_str_or_null()? else { return Ok(None) };
    let wrong = |error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error);
    text.parse().map(Some).map_err(|error: rust_decimal::Error| wrong(Box::new(error)))
}

/// Adds up the quantities that a query gives in its only column.
pub(super) fn sum(db: &Connection, sql: &str, id: i32) -> rusqlite::Result<Decimal> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    let mut total = Decimal::ZERO;
    while let Some(row) = rows.next()? {
        total += quantity(row, 0)?;
    }
    Ok(total)
}

/// The JSON form of a value, complete or not: an enumeration that a request left out is an empty text.
pub(super) fn to_json<T: Xml>(value: &T) -> Value {
    let mut w = Writer::json();
    value.write(&mut w);
    w.end_json_value();
    serde_json::from_str(&w.into_text()).unwrap_or_default()
}

/// A value that the database keeps in JSON form.
pub(super) fn from_json<T: Xml>(text: &str) -> Result<T, Refused> {
    let value: Value = serde_json::from_str(text).map_err(|error| Refused::broken(error.to_string()))?;
    json::from_value(&value).map_err(|error| Refused::broken(error.to_string()))
}

/// What is known of a thing when a request adds to it: members of `new` replace those of `old`.
pub(super) fn merge(old: Option<&str>, new: Value) -> Value {
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

/// Copies the members that a request gives over those that are known.
macro_rules! take {
    ($from:expr => $to:expr; $($member:ident),* $(,)?) => {
        $(if $from.$member.is_some() {
            $to.$member.clone_from(&$from.$member);
        })*
    };
}
pub(super) use take;

/// An enumeration of a request; one that was left out has .NET's default, the first value of its list.
macro_rules! given {
    ($value:expr, $ty:ident) => {
        match $value.as_str() {
            "" => $ty::ALL[0].clone(),
            _ => $value.clone(),
        }
    };
}
pub(super) use given;
