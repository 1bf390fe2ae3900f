//! Short reports of orders: the older operations, faster than the whole.

use rusqlite::Row;

use super::order::{self, OrderKey};
use super::status::{self, CANCELLED, PICKED, SENT};
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{sum, time};
use crate::sandbox::refused::Refused;

pub(crate) fn order(
    desk: &Desk<'_>,
    request: GetOrderStatusReport,
) -> Result<Option<OrderStatusReport>, Refused> {
    let number = request.goods_owner_order_number.ok_or_else(|| Refused::missing("GoodsOwnerOrderNumber"))?;
    // Of several orders, the one that all other operations find by the number.
    let Some(head) = order::find(desk, &OrderKey::number(Some(&number))?)? else { return Ok(None) };
    Ok(of_orders(desk, Some(vec![number]))?.into_iter().find(|report| report.order_id == head.id))
}

pub(crate) fn orders(
    desk: &Desk<'_>,
    request: GetOrderStatusReports,
) -> Result<OrderStatusReportsResult, Refused> {
    let numbers = request.query.and_then(|query| query.order_numbers_to_report);
    Ok(OrderStatusReportsResult { order_status_reports: Some(of_orders(desk, numbers)?) })
}

fn of_orders(desk: &Desk<'_>, numbers: Option<Vec<String>>) -> Result<Vec<OrderStatusReport>, Refused> {
    let owner = desk.owner()?.id;
    let mut filter = Condition::new();
    filter.and("owner = ?", owner);
    filter.one_of("number", numbers.as_deref());
    let sql = format!(
        "SELECT id, number, reference, status, last_picked, delivery_date FROM customer_order {} ORDER BY id",
        filter.sql()
    );
    let read = |row: &Row<'_>| {
        let (id, status): (i32, i32) = (row.get(0)?, row.get(3)?);
        let lines = "FROM order_line WHERE customer_order = ?1 AND parent IS NULL";
        Ok(OrderStatusReport {
            order_id: id,
            goods_owner_id: owner,
            goods_owner_order_number: row.get(1)?,
            goods_owner_reference_number: row.get(2)?,
            order_status_number: status,
            order_status_text: Some(status::name(status).to_owned()),
            order_status_is_picked: (PICKED..CANCELLED).contains(&status),
            order_status_is_delivered: (SENT..CANCELLED).contains(&status),
            picking_time: row.get::<_, Option<String>>(4)?.as_deref().map(time),
            delivery_date: row.get::<_, Option<String>>(5)?.as_deref().map(time).unwrap_or_default(),
            ordered_number_of_items: sum(desk, &format!("SELECT ordered {lines}"), id)?,
            picked_number_of_items: sum(desk, &format!("SELECT picked {lines}"), id)?,
        })
    };
    let mut statement = desk.prepare(&sql)?;
    Ok(statement.query_map(filter.values(), read)?.collect::<Result<_, _>>()?)
}
