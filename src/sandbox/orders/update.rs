//! Members of orders that can be changed at any stage of picking.

use rusqlite::OptionalExtension as _;

use super::order::{self, OrderHead, OrderKey};
use super::status::{self, CANCELLED};
use crate::sandbox::contract::*;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{from_json, given, set_moment, sum, to_json};
use crate::sandbox::refused::Refused;

pub(crate) fn facts(desk: &Desk<'_>, request: UpdateOrderRequest) -> Result<UpdateOrderResult, Refused> {
    let update = request.update_order.ok_or_else(|| Refused::missing("updateOrder"))?;
    let named = update.order_update_identification.as_ref();
    let named = named.ok_or_else(|| Refused::missing("OrderUpdateIdentification"))?;
    let key = match given!(named.order_identification_type, OrderUpdateIdentificationType) {
        OrderUpdateIdentificationType::SystemId => OrderKey::system_id(named.order_id)?,
        OrderUpdateIdentificationType::GoodsOwnerOrderId => {
            OrderKey::goods_owner_order_id(named.goods_owner_order_id.as_deref())?
        }
        _ => OrderKey::number(named.goods_owner_order_number.as_deref())?,
    };
    let head = order::must_find(desk, &key)?;
    if let Some(wanted) = &update.update_order_status {
        change_status(desk, &head, wanted.order_status)?;
    }
    change_card(desk, head.id, &update)?;
    if let Some(wanted) = &update.update_order_printed_time {
        let at = set_moment(Some(wanted.printed_time));
        desk.execute("UPDATE customer_order SET printed = ?2 WHERE id = ?1", (head.id, at))?;
    }
    if let Some(wanted) = &update.update_order_shipped_time {
        let at = set_moment(Some(wanted.shipped_time));
        desk.execute("UPDATE customer_order SET shipped = ?2 WHERE id = ?1", (head.id, at))?;
    }
    touch(desk, head.id)?;
    Ok(UpdateOrderResult { success: true, order_id: Some(head.id), ..UpdateOrderResult::default() })
}

fn touch(desk: &Desk<'_>, id: i32) -> Result<(), rusqlite::Error> {
    desk.execute("UPDATE customer_order SET updated = ?2 WHERE id = ?1", (id, desk.stamp()))?;
    Ok(())
}

fn change_status(desk: &Desk<'_>, head: &OrderHead, status: i32) -> Result<(), Refused> {
    status::check(status)?;
    if status == CANCELLED {
        return Err(Refused::rule("An order is cancelled by ProcessOrder with the operation Remove"));
    }
    if head.status == CANCELLED {
        return Err(Refused::rule("The order is cancelled"));
    }
    let allocated = sum(
        desk,
        "SELECT number FROM allocation JOIN order_line ON order_line.id = order_line WHERE customer_order = ?1",
        head.id,
    )?;
    if status > 399 && !allocated.is_zero() {
        return Err(Refused::rule(format!(
            "The order cannot have the status {status}: {allocated} items of it are allocated and not picked"
        )));
    }
    order::set_status(desk, head.id, status)?;
    order::touch_articles(desk, head.id)?;
    Ok(())
}

fn change_card(desk: &Desk<'_>, id: i32, update: &UpdateOrder) -> Result<(), Refused> {
    let text: String =
        desk.query_row("SELECT card FROM customer_order WHERE id = ?1", [id], |row| row.get(0))?;
    let mut card: OrderInfoType = from_json(&text)?;
    if let Some(wanted) = &update.update_order_delivery_date {
        card.delivery_date = wanted.delivery_date;
    }
    if let Some(wanted) = &update.update_order_goods_owner_order_number {
        card.goods_owner_order_number.clone_from(&wanted.goods_owner_order_number);
    }
    if let Some(wanted) = &update.update_order_waybill {
        card.way_bill.clone_from(&wanted.waybill);
    }
    if let Some(wanted) = &update.update_order_transporter_order_number {
        card.transporter_order_number.clone_from(&wanted.transporter_order_number);
    }
    desk.execute(
        "UPDATE customer_order SET number = ?2, delivery_date = ?3, card = ?4 WHERE id = ?1",
        (
            id,
            &card.goods_owner_order_number,
            set_moment(Some(card.delivery_date)),
            to_json(&card).to_string(),
        ),
    )?;
    Ok(())
}

pub(crate) fn lines(
    desk: &Desk<'_>,
    request: UpdateOrderLinesRequest,
) -> Result<UpdateOrderLinesResult, Refused> {
    let update = request.update_order_lines.ok_or_else(|| Refused::missing("UpdateOrderLines"))?;
    let named = update.update_order_identification.as_ref();
    let named = named.ok_or_else(|| Refused::missing("UpdateOrderIdentification"))?;
    let key = match given!(named.order_identification_type, UpdateOrderIdentificationType) {
        UpdateOrderIdentificationType::SystemId => OrderKey::system_id(Some(named.order_id))?,
        UpdateOrderIdentificationType::ReferenceNumber => {
            OrderKey::reference(named.reference_number.as_deref())?
        }
        UpdateOrderIdentificationType::GoodsOwnerOrderId => {
            OrderKey::goods_owner_order_id(named.goods_owner_order_id.as_deref())?
        }
        _ => OrderKey::number(named.goods_owner_order_number.as_deref())?,
    };
    let head = order::must_find(desk, &key)?;
    for line in update.order_lines.iter().flatten() {
        change_line(desk, head.id, line)?;
    }
    touch(desk, head.id)?;
    Ok(UpdateOrderLinesResult { success: true, order_id: Some(head.id), ..UpdateOrderLinesResult::default() })
}

fn change_line(desk: &Desk<'_>, order: i32, line: &UpdateOrderLine) -> Result<(), Refused> {
    let named = line.update_order_line_identification.as_ref();
    let named = named.ok_or_else(|| Refused::missing("UpdateOrderLineIdentification"))?;
    let id = find_line(desk, order, named)?;
    if let Some(wanted) = &line.update_external_order_line_code {
        let code = &wanted.external_order_line_code;
        desk.execute("UPDATE order_line SET external_code = ?2 WHERE id = ?1", (id, code))?;
    }
    if let Some(wanted) = &line.update_reported_number_of_items {
        let reported = wanted.reported_number_of_items.map(|number| number.to_string());
        desk.execute("UPDATE order_line SET reported = ?2 WHERE id = ?1", (id, reported))?;
    }
    if let Some(wanted) = &line.update_order_line_reported_returned_number_of_items {
        let reported = wanted.reported_returned_number_of_items.map(|number| number.to_string());
        desk.execute("UPDATE order_line SET reported_returned = ?2 WHERE id = ?1", (id, reported))?;
    }
    let text: String = desk.query_row("SELECT card FROM order_line WHERE id = ?1", [id], |row| row.get(0))?;
    let mut card: PickedOrderLine = from_json(&text)?;
    if let Some(wanted) = &line.update_comment {
        card.order_line_comment.clone_from(&wanted.order_line_comment);
    }
    if let Some(wanted) = &line.update_order_line_acknowledged_number_of_items {
        card.acknowledged_number_of_items = wanted.acknowledged_number_of_items;
    }
    if let Some(wanted) = &line.update_order_line_total_customs_value {
        card.order_line_total_customs_value = wanted.order_line_total_customs_value;
    }
    desk.execute("UPDATE order_line SET card = ?2 WHERE id = ?1", (id, to_json(&card).to_string()))?;
    Ok(())
}

fn find_line(desk: &Desk<'_>, order: i32, named: &UpdateOrderLineIdentification) -> Result<i32, Refused> {
    use UpdateOrderLineIdentificationType as By;
    let found: Option<i32> =
        match given!(named.order_line_identification_type, UpdateOrderLineIdentificationType) {
            By::OrderLineId => {
                let id = named.order_line_id.ok_or_else(|| Refused::missing("OrderLineId"))?;
                let sql = "SELECT id FROM order_line WHERE customer_order = ?1 AND id = ?2";
                desk.query_row(sql, (order, id), |row| row.get(0)).optional()?
            }
            _ => {
                let code = named.external_order_line_code.as_deref();
                let code = code.ok_or_else(|| Refused::missing("ExternalOrderLineCode"))?;
                let sql = "SELECT id FROM order_line WHERE customer_order = ?1 AND external_code = ?2";
                desk.query_row(sql, (order, code), |row| row.get(0)).optional()?
            }
        };
    found.ok_or_else(|| {
        let shown = match (&named.external_order_line_code, named.order_line_id) {
            (Some(code), _) => code.clone(),
            (None, id) => id.unwrap_or_default().to_string(),
        };
        Refused::rule(format!("The order has no line \"{shown}\""))
    })
}
