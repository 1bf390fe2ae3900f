//! The warehouses: where goods come to, and one that they can be transferred to.

use rusqlite::OptionalExtension as _;

use crate::sandbox::db::desk::Desk;
use crate::sandbox::refused::Refused;

/// Where goods come to.
pub(crate) const MAIN: i32 = 1;

/// The warehouse of this code.
pub(crate) fn id(desk: &Desk<'_>, code: &str) -> Result<i32, Refused> {
    let found =
        desk.query_row("SELECT id FROM warehouse WHERE code = ?1", [code], |row| row.get(0)).optional()?;
    found.ok_or_else(|| Refused::rule(format!("There is no warehouse \"{code}\"")))
}
