//! Members of in-orders that can be changed at any stage of reception.

use rusqlite::OptionalExtension as _;

use super::in_order::{self, InOrderHead};
use super::status::{self, CANCELLED};
use crate::sandbox::contract::*;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::given;
use crate::sandbox::refused::Refused;

fn must_find(found: Option<InOrderHead>) -> Result<InOrderHead, Refused> {
    found.ok_or_else(|| Refused::rule("The in-order was not found"))
}

pub(crate) fn facts(desk: &Desk<'_>, request: UpdateInOrderRequest) -> Result<UpdateInOrderResult, Refused> {
    let update = request.update_in_order.ok_or_else(|| Refused::missing("updateInOrder"))?;
    let named = update.in_order_update_identification.as_ref();
    let named = named.ok_or_else(|| Refused::missing("InOrderUpdateIdentification"))?;
    let head =
        must_find(match given!(named.in_order_identification_type, InOrderUpdateIdentificationType) {
            InOrderUpdateIdentificationType::SystemId => in_order::find_by_id(desk, named.in_order_id)?,
            _ => in_order::find_by_number(desk, named.goods_owner_order_number.as_deref())?,
        })?;
    if let Some(wanted) = &update.update_in_order_status {
        status::check(wanted.in_order_status)?;
        if CANCELLED == wanted.in_order_status || head.status == CANCELLED {
            return Err(Refused::rule("To cancel an in-order, use ProcessInOrder with the operation Remove"));
        }
        in_order::set_status(desk, head.id, wanted.in_order_status)?;
    }
    Ok(UpdateInOrderResult { success: true, in_order_id: Some(head.id), ..UpdateInOrderResult::default() })
}

pub(crate) fn lines(
    desk: &Desk<'_>,
    request: UpdateInOrderLinesRequest,
) -> Result<UpdateInOrderLinesResult, Refused> {
    let update = request.update_in_order_lines.ok_or_else(|| Refused::missing("UpdateInOrderLines"))?;
    let named = update.update_in_order_identification.as_ref();
    let named = named.ok_or_else(|| Refused::missing("UpdateInOrderIdentification"))?;
    let head =
        must_find(match given!(named.in_order_identification_type, UpdateInOrderIdentificationType) {
            UpdateInOrderIdentificationType::SystemId => in_order::find_by_id(desk, Some(named.in_order_id))?,
            _ => in_order::find_by_number(desk, named.goods_owner_order_number.as_deref())?,
        })?;
    for line in update.in_order_lines.iter().flatten() {
        change(desk, head.id, line)?;
    }
    desk.execute("UPDATE in_order SET updated = ?2 WHERE id = ?1", (head.id, desk.stamp()))?;
    Ok(UpdateInOrderLinesResult {
        success: true,
        in_order_id: Some(head.id),
        ..UpdateInOrderLinesResult::default()
    })
}

fn change(desk: &Desk<'_>, order: i32, line: &UpdateInOrderLine) -> Result<(), Refused> {
    let named = line.update_in_order_line_identification.as_ref();
    let named = named.ok_or_else(|| Refused::missing("UpdateInOrderLineIdentification"))?;
    let id = find(desk, order, named)?;
    if let Some(wanted) = &line.update_reported_number_of_items {
        let reported = wanted.reported_number_of_items.map(|number| number.to_string());
        desk.execute("UPDATE in_order_line SET reported = ?2 WHERE id = ?1", (id, reported))?;
    }
    if let Some(wanted) = &line.update_in_order_line_acknowledged_number_of_items {
        let acknowledged = wanted.acknowledged_number_of_items.map(|number| number.to_string());
        desk.execute("UPDATE in_order_line SET acknowledged = ?2 WHERE id = ?1", (id, acknowledged))?;
    }
    Ok(())
}

fn find(desk: &Desk<'_>, order: i32, named: &UpdateInOrderLineIdentification) -> Result<i32, Refused> {
    use UpdateInOrderLineIdentificationType as By;
    let by = given!(named.in_order_line_identification_type, UpdateInOrderLineIdentificationType);
    let (found, shown): (Option<i32>, String) = match by {
        By::InOrderLineId => {
            let id = named.in_order_line_id.ok_or_else(|| Refused::missing("InOrderLineId"))?;
            let sql = "SELECT id FROM in_order_line WHERE in_order = ?1 AND id = ?2";
            (desk.query_row(sql, (order, id), |row| row.get(0)).optional()?, id.to_string())
        }
        _ => {
            let code = named.external_order_line_code.as_deref();
            let code = code.ok_or_else(|| Refused::missing("ExternalOrderLineCode"))?;
            let sql = "SELECT id FROM in_order_line WHERE in_order = ?1 AND external_code = ?2";
            (desk.query_row(sql, (order, code), |row| row.get(0)).optional()?, code.to_owned())
        }
    };
    found.ok_or_else(|| Refused::rule(format!("The in-order has no line \"{shown}\"")))
}
