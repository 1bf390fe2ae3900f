//! The event log, in which the goods owner's jobs write their results.

use rusqlite::params;

use super::contract::*;
use super::refused::Refused;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{given, moment, to_json};

pub(crate) fn report(desk: &Desk<'_>, request: ReportEvent) -> Result<(), Refused> {
    let event = request.log_event.ok_or_else(|| Refused::missing("logEvent"))?;
    if [&event.header, &event.message].into_iter().flatten().all(String::is_empty) {
        return Err(Refused::missing("Header or Message"));
    }
    for (table, id) in [("customer_order", event.order_id), ("in_order", event.in_order_id)] {
        known(desk, table, id)?;
    }
    // A missing time is the time of the report.
    let at = if event.time.is_unset() { desk.stamp() } else { moment(event.time) };
    desk.execute(
        "INSERT INTO event (owner, at, type, success, header, message, definition)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            desk.owner()?.id,
            at,
            given!(event.r#type, LogEventType).as_str(),
            event.success,
            event.header,
            event.message,
            to_json(&event).to_string(),
        ],
    )?;
    Ok(())
}

/// Refuses an event about a thing that does not exist.
fn known(desk: &Desk<'_>, table: &str, id: Option<i32>) -> Result<(), Refused> {
    let Some(id) = id else { return Ok(()) };
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id = ?1 AND owner = ?2)");
    if desk.query_row(&sql, (id, desk.owner()?.id), |row| row.get(0))? {
        return Ok(());
    }
    Err(Refused::rule(format!("The event is about {id}, which was not found")))
}
