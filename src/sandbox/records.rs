//! Records of articles and orders as `ongoing push` reads them, one JSON object a line: taken in, and given out.

use serde_json::{Value, json};

use super::db::desk::Desk;
use super::work_error::WorkError;
use crate::operation::Operation;
use crate::sandbox::articles::article;
use crate::sandbox::inbound::{in_order, return_order};
use crate::sandbox::orders::order;
use crate::sandbox::production;

/// A kind of records, by the name that push has for it.
#[derive(Debug)]
pub(crate) struct RecordKind {
    pub name: &'static str,
    take: fn(&Desk<'_>, &Value) -> Result<(), String>,
    /// The records of a goods owner; `None` where the warehouse does not keep what requests said.
    definitions: Option<&'static str>,
}

/// In the order in which one needs the other.
pub(crate) const KINDS: [RecordKind; 5] = [
    RecordKind {
        name: "articles",
        take: |desk, record| taken(record, |request| article::process(desk, request)),
        definitions: Some("SELECT json(definition) FROM article WHERE owner = ?1 ORDER BY id"),
    },
    RecordKind {
        name: "in-orders",
        take: |desk, record| taken(record, |request| in_order::process(desk, request)),
        definitions: Some("SELECT json(definition) FROM in_order WHERE owner = ?1 ORDER BY id"),
    },
    RecordKind {
        name: "orders",
        take: |desk, record| taken(record, |request| order::process(desk, request)),
        definitions: Some("SELECT json(definition) FROM customer_order WHERE owner = ?1 ORDER BY id"),
    },
    RecordKind {
        name: "return-orders",
        take: |desk, record| taken(record, |request| return_order::process(desk, request)),
        definitions: None,
    },
    RecordKind {
        name: "production-orders",
        take: |desk, record| taken(record, |request| production::order::process(desk, request)),
        definitions: None,
    },
];

/// Reads a record as the payload of its operation, and carries that out.
fn taken<O: Operation, T>(
    record: &Value,
    work: impl FnOnce(O) -> Result<T, super::refused::Refused>,
) -> Result<(), String> {
    let whole = match O::INFO.payload {
        Some(payload) => json!({ payload: record }),
        None => record.clone(),
    };
    let request: O = crate::xml::json::from_value(&whole).map_err(|error| error.to_string())?;
    work(request).map(drop).map_err(|refused| refused.message)
}

/// The kind of this name.
pub(crate) fn kind(name: &str) -> Option<&'static RecordKind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Takes in the lines of a text. The error names the line.
pub(crate) fn take_in(desk: &Desk<'_>, kind: &RecordKind, text: &str) -> Result<(), WorkError> {
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let record = serde_json::from_str(line).map_err(|error| error.to_string());
        record
            .and_then(|record: Value| (kind.take)(desk, &record))
            .map_err(|error| WorkError::Rule(format!("line {}: {error}", index + 1)))?;
    }
    Ok(())
}

/// The records of the goods owner that the desk serves.
pub(crate) fn give_out(desk: &Desk<'_>, kind: &RecordKind) -> Result<Value, WorkError> {
    let Some(sql) = kind.definitions else {
        let text = format!(
            "{} cannot be exported: the warehouse does not keep what requests said of them",
            kind.name
        );
        return Err(WorkError::Rule(text));
    };
    let mut statement = desk.prepare_cached(sql)?;
    let mut rows = statement.query([desk.owner()?.id])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let text: String = row.get(0)?;
        records.push(serde_json::from_str(&text).map_err(|error| WorkError::Broken(error.to_string()))?);
    }
    Ok(Value::Array(records))
}
