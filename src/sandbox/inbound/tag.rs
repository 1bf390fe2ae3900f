//! Tags read on received goods.

use rusqlite::params;

use super::in_order;
use crate::sandbox::contract::*;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::typed_rows;
use crate::sandbox::refused::Refused;
use crate::sandbox::work_error::WorkError;

pub(crate) fn by_query(
    desk: &Desk<'_>,
    request: GetReceivedTagsByQuery,
) -> Result<GetReceivedTagsResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("Query"))?;
    let id = query.in_order_id.ok_or_else(|| Refused::missing("InOrderId"))?;
    if in_order::find_by_id(desk, Some(id))?.is_none() {
        return Err(Refused::rule(format!("In-order {id} was not found")));
    }
    let sql = "SELECT tag.id, line.id AS \"InOrderLine.InOrderLineId\",
               external_code AS \"InOrderLine.ExternalOrderLineCode\", tag AS Serial, read AS TagInDate
               FROM tag JOIN in_order_line AS line ON line.id = in_order_line WHERE in_order = ?1 ORDER BY tag.id";
    Ok(GetReceivedTagsResult {
        received_tags: Some(typed_rows::all(desk, sql, [id])?),
        success: true,
        ..GetReceivedTagsResult::default()
    })
}

/// Reads tags on goods received on the line with this id.
pub(crate) fn read(desk: &Desk<'_>, line: i32, tags: &[&str]) -> Result<(), WorkError> {
    for tag in tags {
        desk.execute(
            "INSERT INTO tag (in_order_line, tag, read) VALUES (?1, ?2, ?3)",
            params![line, tag, desk.stamp()],
        )?;
    }
    Ok(())
}
