//! The conditions of a query, joined by AND.

use std::fmt::Write as _;

use rusqlite::ToSql;

/// Conditions and their values.
#[derive(Default)]
pub(crate) struct Condition {
    sql: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Condition {
    pub fn new() -> Condition {
        Condition::default()
    }

    /// Adds a condition with `?` for the value, or `?1` if it occurs more than once.
    pub fn and(&mut self, condition: &str, value: impl ToSql + 'static) {
        self.values.push(Box::new(value));
        let place = format!("?{}", self.values.len());
        let condition = condition.replace("?1", "?").replace('?', &place);
        self.plain(&condition);
    }

    /// Adds a condition if there is a value.
    pub fn and_if(&mut self, condition: &str, value: Option<impl ToSql + 'static>) {
        if let Some(value) = value {
            self.and(condition, value);
        }
    }

    /// Adds a condition without a value.
    pub fn plain(&mut self, condition: &str) {
        let word = if self.sql.is_empty() { "WHERE" } else { " AND" };
        // Writing to a string cannot fail.
        let _ = write!(self.sql, "{word} {condition}");
    }

    /// Adds the condition that a column has one of these values. An empty list adds no condition.
    pub fn one_of<T: serde::Serialize>(&mut self, column: &str, values: Option<&[T]>) {
        if let Some(values) = values.filter(|values| !values.is_empty()) {
            let list = serde_json::to_string(values).unwrap_or_default();
            self.and(&format!("{column} IN (SELECT value FROM json_each(?))"), list);
        }
    }

    pub fn sql(&self) -> &str {
        &self.sql
    }

    pub fn values(&self) -> impl rusqlite::Params + '_ {
        rusqlite::params_from_iter(self.values.iter())
    }
}
