//! The warehouse as tables, in pages of rows.

use rusqlite::types::{ToSql, ValueRef};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::query::{StatePage, StateQuery, StateRow};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::stock::arithmetic::{self, Stock};
use crate::sandbox::work_error::WorkError;

/// A table of the warehouse.
pub(crate) struct TableDefinition {
    pub name: &'static str,
    /// What a row is.
    pub kind: &'static str,
    pub title: &'static str,
    /// The database tables; the one with the rows has the name `thing`.
    pub from: &'static str,
    /// Id of the goods owner, in SQL like everything below.
    pub owner: &'static str,
    /// The name of a row for people.
    pub key: &'static str,
    /// The number that decides which actions a row allows, or `NULL`.
    pub status: &'static str,
    /// The content of requests for a row, in JSON form.
    pub definition: &'static str,
    pub columns: &'static [StateColumn],
    pub lines: Option<StateLines>,
    /// The actions that a row with this status allows, the most sensible first.
    pub actions: fn(i32) -> &'static [&'static str],
}

/// A column by its name in the contract.
pub(crate) enum StateColumn {
    Sql {
        name: &'static str,
        title: &'static str,
        sql: &'static str,
        numeric: bool,
    },
    /// The total of quantities, which the SQL returns separated by spaces.
    Total {
        name: &'static str,
        title: &'static str,
        sql: &'static str,
    },
    /// The text of the row's status.
    StatusText {
        name: &'static str,
        title: &'static str,
        text: fn(i32) -> &'static str,
    },
    /// One of an article's quantities.
    Stock {
        name: &'static str,
        title: &'static str,
        of: fn(&Stock) -> Decimal,
    },
}

/// The lines of a row. The column `line` is the line's name for actions; a column with the prefix `total:` is a total.
pub(crate) struct StateLines {
    pub sql: &'static str,
}

/// A column of text.
pub(super) const fn column(name: &'static str, title: &'static str, sql: &'static str) -> StateColumn {
    StateColumn::Sql { name, title, sql, numeric: false }
}

/// A column of whole numbers.
pub(super) const fn number(name: &'static str, title: &'static str, sql: &'static str) -> StateColumn {
    StateColumn::Sql { name, title, sql, numeric: true }
}

/// The total of quantities, which a query returns separated by spaces, since the database itself would round them.
pub(super) const fn total(name: &'static str, title: &'static str, sql: &'static str) -> StateColumn {
    StateColumn::Total { name, title, sql }
}

/// One of an article's quantities.
pub(super) const fn stock(name: &'static str, title: &'static str, of: fn(&Stock) -> Decimal) -> StateColumn {
    StateColumn::Stock { name, title, of }
}

/// Creates an empty table.
pub(super) const BLANK: TableDefinition = TableDefinition {
    name: "",
    kind: "",
    title: "",
    from: "",
    owner: "thing.owner",
    key: "coalesce(thing.number, CAST(thing.id AS TEXT))",
    status: "NULL",
    definition: "NULL",
    columns: &[],
    lines: None,
    actions: |_| &[],
};

impl StateColumn {
    pub fn name(&self) -> &'static str {
        match self {
            StateColumn::Sql { name, .. }
            | StateColumn::Total { name, .. }
            | StateColumn::StatusText { name, .. }
            | StateColumn::Stock { name, .. } => name,
        }
    }

    pub fn to_json(&self) -> Value {
        let (name, title, numeric) = match self {
            StateColumn::Sql { name, title, numeric, .. } => (name, title, *numeric),
            StateColumn::StatusText { name, title, .. } => (name, title, false),
            StateColumn::Total { name, title, .. } | StateColumn::Stock { name, title, .. } => {
                (name, title, true)
            }
        };
        json!({ "name": name, "title": title, "numeric": numeric })
    }

    fn sql(&self) -> &'static str {
        match self {
            StateColumn::Sql { sql, .. } | StateColumn::Total { sql, .. } => sql,
            StateColumn::StatusText { .. } | StateColumn::Stock { .. } => "NULL",
        }
    }
}

impl TableDefinition {
    /// The matching rows, newest first, of the desk's goods owner or of all.
    pub fn page(&self, desk: &Desk<'_>, wanted: &StateQuery) -> Result<StatePage, WorkError> {
        let (condition, values) = self.condition(desk, wanted);
        let values: Vec<&dyn ToSql> = values.iter().map(AsRef::as_ref).collect();
        let from = format!("{} JOIN goods_owner ON goods_owner.id = {} {condition}", self.from, self.owner);
        let total: i64 =
            desk.query_row(&format!("SELECT count(*) FROM {from}"), &values[..], |row| row.get(0))?;
        let total = u64::try_from(total).unwrap_or_default();
        let columns: String = self.columns.iter().map(|column| format!(", {}", column.sql())).collect();
        let sql = format!(
            "SELECT thing.rowid, {}, goods_owner.code, {}{columns} FROM {from} ORDER BY thing.rowid DESC
             LIMIT {} OFFSET {}",
            self.key, self.status, wanted.limit, wanted.offset
        );
        let mut statement = desk.prepare(&sql)?;
        let mut rows = statement.query(&values[..])?;
        let mut shown = Vec::new();
        while let Some(row) = rows.next()? {
            shown.push(self.row(desk, row)?);
        }
        if let Some(lines) = self.lines.as_ref().filter(|_| wanted.lines) {
            for row in &mut shown {
                row.lines = lines.of(desk, row.id)?;
            }
        }
        Ok(StatePage { table: self.name, total, offset: wanted.offset, rows: shown })
    }

    /// Number of rows, of the desk's goods owner or of all.
    pub fn count(&self, desk: &Desk<'_>) -> Result<u64, WorkError> {
        Ok(self.page(desk, &StateQuery::table(self.name).limit(0))?.total)
    }

    fn condition(&self, desk: &Desk<'_>, wanted: &StateQuery) -> (String, Vec<Box<dyn ToSql>>) {
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        let mut conditions = vec!["1".to_owned()];
        let mut and = |condition: String, value: Box<dyn ToSql>| {
            values.push(value);
            conditions.push(condition.replace('?', &format!("?{}", values.len())));
        };
        if let Ok(owner) = desk.owner() {
            and(format!("{} = ?", self.owner), Box::new(owner.id));
        }
        if let Some(id) = wanted.id {
            and("thing.rowid = ?".to_owned(), Box::new(id));
        }
        if let Some(key) = &wanted.key {
            and(format!("{} = ?", self.key), Box::new(key.clone()));
        }
        if let Some((from, to)) = wanted.status {
            and(format!("{} >= ?", self.status), Box::new(from));
            and(format!("{} <= ?", self.status), Box::new(to));
        }
        if let Some(search) = &wanted.search {
            let searched: Vec<String> = self
                .columns
                .iter()
                .filter(|column| matches!(column, StateColumn::Sql { .. }))
                .map(|column| format!("coalesce({}, '')", column.sql()))
                .collect();
            let text = searched.join(" || char(10) || ");
            and(format!("instr(lower({text}), lower(?)) > 0"), Box::new(search.clone()));
        }
        (format!("WHERE {}", conditions.join(" AND ")), values)
    }

    fn row(&self, desk: &Desk<'_>, row: &rusqlite::Row<'_>) -> Result<StateRow, WorkError> {
        let id: i32 = row.get(0)?;
        let status: Option<i32> = row.get(3)?;
        let mut stock = None;
        let mut cells = Map::new();
        for (index, column) in self.columns.iter().enumerate() {
            let cell = match column {
                StateColumn::Sql { .. } => cell(row.get_ref(index + 4)?),
                StateColumn::Total { .. } => total_of(row.get_ref(index + 4)?),
                StateColumn::StatusText { text, .. } => json!(status.map(text)),
                StateColumn::Stock { of, .. } => {
                    let stock = match stock {
                        Some(stock) => stock,
                        None => *stock.insert(arithmetic::of(desk, id)?),
                    };
                    json!(of(&stock).normalize().to_string())
                }
            };
            cells.insert(column.name().to_owned(), cell);
        }
        Ok(StateRow {
            id,
            key: row.get(1)?,
            goods_owner: row.get(2)?,
            actions: (self.actions)(status.unwrap_or_default()),
            cells,
            lines: Vec::new(),
        })
    }
}

impl StateLines {
    /// The lines of a row.
    pub fn of(&self, desk: &Desk<'_>, id: i32) -> Result<Vec<Value>, WorkError> {
        let mut statement = desk.prepare_cached(self.sql)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([id])?;
        let mut shown = Vec::new();
        while let Some(row) = rows.next()? {
            let mut line = Map::new();
            for (index, name) in names.iter().enumerate() {
                let value = row.get_ref(index)?;
                match name.strip_prefix("total:") {
                    Some(name) => line.insert(name.to_owned(), total_of(value)),
                    None => line.insert(name.clone(), cell(value)),
                };
            }
            shown.push(Value::Object(line));
        }
        Ok(shown)
    }
}

/// A value of the database.
fn cell(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) => json!(number),
        ValueRef::Real(number) => json!(number),
        ValueRef::Text(text) => json!(String::from_utf8_lossy(text)),
    }
}

/// The total of quantities separated by spaces; 0 for none.
fn total_of(value: ValueRef<'_>) -> Value {
    let text = value.as_str_or_null().ok().flatten().unwrap_or_default();
    let total: Decimal =
        text.split_whitespace().filter_map(|quantity| quantity.parse::<Decimal>().ok()).sum();
    json!(total.normalize().to_string())
}
