//! Members of shipments that can be changed on their own.
//!
//! The order of customs statuses is not known. Here a reference number makes a shipment pending, and a rejection makes
//! it pending again.

use super::customs_status;
use super::shipment::{self, CANCELLED, SHIPPED};
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::given;
use crate::sandbox::refused::Refused;

pub(crate) fn update(
    desk: &Desk<'_>,
    request: UpdateShipmentRequest,
) -> Result<UpdateShipmentResult, Refused> {
    let update = request.update_shipment.ok_or_else(|| Refused::missing("updateShipment"))?;
    let named = update.shipment_update_identification.as_ref();
    let named = named.ok_or_else(|| Refused::missing("ShipmentUpdateIdentification"))?;
    let found = shipment::find(desk, key(named)?)?;
    let (id, status) = found.ok_or_else(|| Refused::rule("The shipment was not found"))?;
    if status == CANCELLED {
        return Err(Refused::rule("The shipment is cancelled"));
    }
    if let Some(wanted) = &update.update_shipment_status {
        set_status(desk, id, wanted.shipment_status)?;
    }
    if let Some(wanted) = &update.update_shipment_comment {
        let sql =
            "UPDATE shipment SET card = json_set(card, '$.ShipmentHeader.ShipmentComment', ?2) WHERE id = ?1";
        desk.execute(sql, (id, &wanted.shipment_comment))?;
    }
    if let Some(wanted) = &update.update_shipment_waybill {
        let sql = "UPDATE shipment SET way_bill = ?2, card = json_set(card, '$.ShipmentHeader.WayBill', ?2) WHERE id = ?1";
        desk.execute(sql, (id, wanted.waybill))?;
    }
    customs(desk, id, &update)?;
    if update.unlock_inbound_article_items_operation.as_ref().is_some_and(|wanted| wanted.unlock) {
        desk.execute(
            "UPDATE article_item SET locked = 0 WHERE in_order_line IN (
                 SELECT line.id FROM in_order_line AS line JOIN shipment_in_order AS brought
                 ON brought.in_order = line.in_order WHERE shipment = ?1)",
            [id],
        )?;
    }
    Ok(UpdateShipmentResult { success: true, shipment_id: Some(id), ..UpdateShipmentResult::default() })
}

fn key(named: &ShipmentUpdateIdentification) -> Result<Condition, Refused> {
    use ShipmentUpdateIdentificationType as By;
    let mut filter = Condition::new();
    match given!(named.shipment_identification_type, ShipmentUpdateIdentificationType) {
        By::ShipmentOrderNumber => {
            let number = named.shipment_order_number.clone();
            filter.and("order_number = ?", number.ok_or_else(|| Refused::missing("ShipmentOrderNumber"))?);
        }
        By::ShipmentId => {
            filter.and("id = ?", named.shipment_id.ok_or_else(|| Refused::missing("ShipmentId"))?)
        }
        _ => filter.and("way_bill = ?", named.way_bill.ok_or_else(|| Refused::missing("WayBill"))?),
    }
    Ok(filter)
}

fn set_status(desk: &Desk<'_>, id: i32, status: i32) -> Result<(), Refused> {
    if !(1..CANCELLED).contains(&status) {
        return Err(Refused::rule(format!("{status} is not a status that a shipment can get")));
    }
    desk.execute("UPDATE shipment SET status = ?2 WHERE id = ?1", (id, status))?;
    if status >= SHIPPED {
        let sql =
            "UPDATE shipment SET shipped = ?2, card = json_set(card, '$.ShipmentHeader.ShippedTime', ?2)
                   WHERE id = ?1 AND shipped IS NULL";
        desk.execute(sql, (id, desk.stamp()))?;
    }
    Ok(())
}

fn customs(desk: &Desk<'_>, id: i32, update: &UpdateShipment) -> Result<(), Refused> {
    if let Some(wanted) = &update.update_shipment_customs_reference_number {
        let sql = "UPDATE shipment SET customs_reference = ?2,
                   customs = iif(customs = 'NoStatus', 'PendingForApproval', customs) WHERE id = ?1";
        desk.execute(sql, (id, &wanted.customs_reference_number))?;
    }
    for (wanted, state) in [
        (update.update_shipment_set_customs_status_approved.is_some(), customs_status::APPROVED),
        (
            update.update_shipment_set_customs_status_fetched_by_customs_system.is_some(),
            customs_status::FETCHED,
        ),
        (
            update.update_shipment_set_customs_status_rejected_by_customs_system.is_some(),
            customs_status::PENDING,
        ),
    ] {
        if wanted {
            desk.execute("UPDATE shipment SET customs = ?2 WHERE id = ?1", (id, state))?;
        }
    }
    Ok(())
}
