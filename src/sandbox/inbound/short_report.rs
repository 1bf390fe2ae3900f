//! Short reports of in-orders: the older operations, faster than the whole.

use rusqlite::Row;

use super::{in_order, query, status};
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{sum, time};
use crate::sandbox::refused::Refused;

pub(crate) fn all(
    desk: &Desk<'_>,
    request: GetInOrderStatusReports,
) -> Result<InOrderStatusReportsResult, Refused> {
    let owner = desk.owner()?.id;
    let numbers = request.query.and_then(|query| query.in_order_numbers_to_report);
    let mut filter = Condition::new();
    filter.and("owner = ?", owner);
    filter.one_of("number", numbers.as_deref());
    let sql = format!(
        "SELECT id, number, reference, status, last_received, in_date FROM in_order {} ORDER BY id",
        filter.sql()
    );
    let read = |row: &Row<'_>| {
        let (id, status): (i32, i32) = (row.get(0)?, row.get(3)?);
        Ok(InOrderStatusReport {
            in_order_id: id,
            goods_owner_id: owner,
            goods_owner_in_order_number: row.get(1)?,
            goods_owner_reference_number: row.get(2)?,
            in_order_status_number: status,
            order_status_text: Some(status::name(status).to_owned()),
            receive_time: row.get::<_, Option<String>>(4)?.as_deref().map(time),
            in_date: row.get::<_, Option<String>>(5)?.as_deref().map(time),
            advised_number_of_items: sum(desk, "SELECT advised FROM in_order_line WHERE in_order = ?1", id)?,
            received_number_of_items: sum(
                desk,
                "SELECT received FROM in_order_line WHERE in_order = ?1",
                id,
            )?,
        })
    };
    let mut statement = desk.prepare(&sql)?;
    let reports = statement.query_map(filter.values(), read)?.collect::<Result<_, _>>()?;
    Ok(InOrderStatusReportsResult { in_order_status_reports: Some(reports) })
}

pub(crate) fn by_number(
    desk: &Desk<'_>,
    request: GetInOrderByOrderNumber,
) -> Result<Option<ReceivedInOrder>, Refused> {
    let number = request.order_number.as_deref();
    match in_order::find_by_number(desk, number)? {
        Some(head) => query::read(desk, head.id, false).map(Some),
        None => Err(Refused::rule(format!("In-order \"{}\" was not found", number.unwrap_or_default()))),
    }
}
