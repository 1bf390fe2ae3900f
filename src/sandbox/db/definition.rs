//! The content of all requests for a thing, in the contract's JSON form.

use serde_json::Value;

use super::desk::Desk;
use super::sql_value::{merge, to_json};
use crate::xml::Xml;

/// Adds the content of a request to the definition of a row of this table.
pub(crate) fn keep<T: Xml>(desk: &Desk<'_>, table: &str, id: i32, said: &T) -> rusqlite::Result<()> {
    change(desk, table, id, |old| merge(old, to_json(said)))
}

/// Changes a stored definition.
pub(crate) fn change(
    desk: &Desk<'_>,
    table: &str,
    id: i32,
    change: impl FnOnce(Option<&str>) -> Value,
) -> rusqlite::Result<()> {
    let sql = format!("SELECT definition FROM {table} WHERE id = ?1");
    let old: Option<String> = desk.prepare_cached(&sql)?.query_row([id], |row| row.get(0))?;
    let sql = format!("UPDATE {table} SET definition = ?2 WHERE id = ?1");
    desk.prepare_cached(&sql)?.execute((id, change(old.as_deref()).to_string()))?;
    Ok(())
}
