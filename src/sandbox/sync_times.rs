//! Times that jobs store under a name, to see when they last ran.

use rusqlite::OptionalExtension as _;

use super::contract::{GetTimeOfLastSync, SetTimeOfLastSync};
use super::refused::Refused;
use crate::sandbox::db::desk::Desk;
use crate::xml::DateTime;

pub(crate) fn set(desk: &Desk<'_>, request: SetTimeOfLastSync) -> Result<(), Refused> {
    let owner = desk.owner()?;
    let name = named(request.integration_type)?;
    if request.sync_time.is_unset() {
        return Err(Refused::missing("syncTime"));
    }
    // The time is returned as written, so it is stored that way.
    desk.execute(
        "INSERT INTO sync_time (owner, integration, at) VALUES (?1, ?2, ?3)
         ON CONFLICT (owner, integration) DO UPDATE SET at = excluded.at",
        (owner.id, name, request.sync_time.to_string()),
    )?;
    Ok(())
}

fn named(name: Option<String>) -> Result<String, Refused> {
    name.filter(|name| !name.is_empty()).ok_or_else(|| Refused::missing("IntegrationType"))
}

pub(crate) fn get(desk: &Desk<'_>, request: GetTimeOfLastSync) -> Result<Option<DateTime>, Refused> {
    let owner = desk.owner()?;
    let name = named(request.integration_type)?;
    let text: Option<String> = desk
        .query_row(
            "SELECT at FROM sync_time WHERE owner = ?1 AND integration = ?2",
            (owner.id, name),
            |row| row.get(0),
        )
        .optional()?;
    Ok(text.and_then(|text| text.parse().ok()))
}
