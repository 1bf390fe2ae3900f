//! The warehouses: the main one, and one for transfers.

use rusqlite::OptionalExtension as _;

use crate::sandbox::db::desk::Desk;
use crate::sandbox::refused::Refused;

/// The main warehouse.
pub(crate) const MAIN: i32 = 1;

/// The warehouse with this code.
pub(crate) fn id(desk: &Desk<'_>, code: &str) -> Result<i32, Refused> {
    let found =
        desk.query_row("SELECT id FROM warehouse WHERE code = ?1", [code], |row| row.get(0)).optional()?;
    found.ok_or_else(|| Refused::rule(format!("Warehouse \"{code}\" was not found")))
}
