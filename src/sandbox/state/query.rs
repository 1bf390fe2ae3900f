//! Queries for rows of a table, and their results.

use std::ops::{Index, RangeInclusive};

use serde_json::{Map, Value, json};

use crate::sandbox::argument::Arguments;

/// Maximum number of rows in one answer.
const MOST_ROWS: u64 = 2000;

/// A query for rows of a table of the warehouse: the newest 50 by default.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use ongoing_wms::sandbox::{Sandbox, StateQuery};
/// let sandbox = Sandbox::builder().seed_data().start()?;
/// let found = sandbox.state(&StateQuery::table("orders").key("1006").with_lines())?;
/// assert_eq!((found.total, found.rows[0]["OrderStatusNumber"].as_i64()), (1, Some(300)));
/// assert_eq!(found.rows[0].lines[0]["OrderedNumberOfItems"], "40");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct StateQuery {
    table: String,
    pub(super) id: Option<i32>,
    pub(super) key: Option<String>,
    pub(super) search: Option<String>,
    /// From and to.
    pub(super) status: Option<(i32, i32)>,
    pub(super) offset: u64,
    pub(super) limit: u64,
    pub(super) lines: bool,
}

impl StateQuery {
    /// All rows of this table; [`Sandbox::tables`](crate::sandbox::Sandbox::tables) lists the tables.
    pub fn table(name: impl Into<String>) -> StateQuery {
        StateQuery {
            table: name.into(),
            id: None,
            key: None,
            search: None,
            status: None,
            offset: 0,
            limit: 50,
            lines: false,
        }
    }

    /// Selects the rows with this number or id, such as the GoodsOwnerOrderNumber of an order. Defaults to all.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Selects rows that contain this text, ignoring case. Defaults to all.
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.search = Some(text.into());
        self
    }

    /// Selects rows with these statuses. Defaults to all.
    pub fn status(mut self, status: RangeInclusive<i32>) -> Self {
        self.status = Some(status.into_inner());
        self
    }

    /// Sets the number of rows to skip, newest first. Defaults to 0.
    pub fn offset(mut self, offset: u32) -> Self {
        self.offset = offset.into();
        self
    }

    /// Sets the maximum number of rows, up to 2,000. Defaults to 50.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = u64::from(limit).min(MOST_ROWS);
        self
    }

    /// Includes the lines of each row. Defaults to no.
    pub fn with_lines(mut self) -> Self {
        self.lines = true;
        self
    }

    /// All rows with their lines.
    pub(crate) fn all_of(table: &str) -> StateQuery {
        StateQuery { limit: i32::MAX as u64, lines: true, ..StateQuery::table(table) }
    }

    /// Name of the table.
    pub(crate) fn name(&self) -> &str {
        &self.table
    }

    /// The row with this id.
    pub(super) fn by_id(table: &str, id: i32) -> StateQuery {
        StateQuery { id: Some(id), limit: 1, ..StateQuery::table(table) }
    }

    /// As the arguments of an action say.
    pub(crate) fn given(table: &str, given: &Arguments) -> Result<StateQuery, String> {
        Ok(StateQuery {
            id: None,
            key: given.text("key").map(str::to_owned),
            search: given.text("search").map(str::to_owned),
            status: given.text("status").map(range).transpose()?,
            offset: given.whole("offset").unwrap_or_default().min(i32::MAX as u64),
            limit: given.whole("limit").unwrap_or(50).min(MOST_ROWS),
            lines: given.flag("lines"),
            ..StateQuery::table(table)
        })
    }
}

/// `300`, or `300-399`.
fn range(text: &str) -> Result<(i32, i32), String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) => Ok((from, to)),
        _ => Err(format!("\"{text}\" is neither a status nor a range such as 300-399")),
    }
}

/// A table of the warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StateTable {
    /// Its name: `orders`.
    pub name: &'static str,
    /// Number of its rows.
    pub rows: u64,
    /// Names of the columns, as in the contract if it has them.
    pub columns: Vec<&'static str>,
}

/// Rows of a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StatePage {
    /// Name of the table.
    pub table: &'static str,
    /// Number of matching rows, on all pages.
    pub total: u64,
    pub(super) offset: u64,
    /// The rows of this page, newest first.
    pub rows: Vec<StateRow>,
}

/// A row of a table. `row["OrderStatusNumber"]` is a cell, and null if the table has no such column. Quantities are
/// texts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StateRow {
    /// Its id.
    pub id: i32,
    /// Its number, or its id if it has none.
    pub key: String,
    /// Code of the goods owner.
    pub goods_owner: String,
    /// The actions that its status allows, the most sensible first.
    pub actions: &'static [&'static str],
    /// Its values, by column names.
    pub cells: Map<String, Value>,
    /// Its lines; empty unless they were [asked for](StateQuery::with_lines).
    pub lines: Vec<Value>,
}

impl Index<&str> for StateRow {
    type Output = Value;

    fn index(&self, column: &str) -> &Value {
        self.cells.get(column).unwrap_or(&Value::Null)
    }
}

impl StatePage {
    pub(crate) fn to_json(&self) -> Value {
        let rows: Vec<Value> = self.rows.iter().map(StateRow::to_json).collect();
        json!({ "table": self.table, "total": self.total, "offset": self.offset, "rows": rows })
    }
}

impl StateRow {
    pub(super) fn to_json(&self) -> Value {
        let mut row = json!({
            "id": self.id,
            "key": self.key,
            "goodsOwner": self.goods_owner,
            "actions": self.actions,
            "cells": self.cells,
        });
        if !self.lines.is_empty() {
            row["lines"] = self.lines.clone().into();
        }
        row
    }
}
