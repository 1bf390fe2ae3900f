//! Tags read on goods when they came.
//!
//! The contract does not know the members of a ReceivedTag.

use rusqlite::params;

use super::contract::*;
use super::desk::Desk;
use super::named::Found;
use super::open;
use super::refused::Refused;
use super::work::WorkError;
use super::{in_order, work};

pub(super) fn by_query(
    desk: &Desk<'_>,
    request: GetReceivedTagsByQuery,
) -> Result<GetReceivedTagsResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("Query"))?;
    let id = query.in_order_id.ok_or_else(|| Refused::missing("InOrderId"))?;
    if in_order::find_by_id(desk, Some(id))?.is_none() {
        return Err(Refused::rule(format!("InOrder {id} was not found")));
    }
    let sql = "SELECT tag.id, tag AS Tag, read AS ReadTime, line.id AS \"InOrderLine.InOrderLineId\",
               external_code AS \"InOrderLine.ExternalOrderLineCode\", article.number AS \"InOrderLine.ArticleNumber\"
               FROM tag JOIN in_order_line AS line ON line.id = in_order_line JOIN article ON article.id = article
               WHERE in_order = ?1 ORDER BY tag.id";
    Ok(GetReceivedTagsResult { any: open::elements(open::rows(desk, "ReceivedTag", sql, [id])?) })
}

/// Reads tags on goods that came on a line.
pub(super) fn read(desk: &Desk<'_>, in_order: &Found, line: &str, tags: &[&str]) -> Result<(), WorkError> {
    let line = work::in_line(desk, in_order.id, line)?;
    for tag in tags {
        desk.execute(
            "INSERT INTO tag (in_order_line, tag, read) VALUES (?1, ?2, ?3)",
            params![line, tag, desk.stamp()],
        )?;
    }
    Ok(())
}
