//! Shipments: create, update and remove.

use rusqlite::{OptionalExtension as _, params};
use serde_json::Value;

use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::definition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{from_json, given, merge, moment, set_moment, take, to_json};
use crate::sandbox::refused::Refused;
pub(crate) use crate::status_number::shipment::{CANCELLED, OPEN, SHIPPED};
use crate::xml::Xml;

/// The shipment with this id, if it exists.
pub(crate) fn by_id(desk: &Desk<'_>, id: i32) -> Result<Option<i32>, Refused> {
    let sql = "SELECT id FROM shipment WHERE id = ?1 AND owner = ?2";
    Ok(desk.query_row(sql, (id, desk.owner()?.id), |row| row.get(0)).optional()?)
}

/// A shipment, which must exist.
pub(crate) fn must_exist(desk: &Desk<'_>, id: i32) -> Result<i32, Refused> {
    by_id(desk, id)?.ok_or_else(|| Refused::rule(format!("Shipment {id} was not found")))
}

/// The shipment that matches a filter; of several the newest that is not cancelled.
pub(crate) fn find(desk: &Desk<'_>, mut filter: Condition) -> Result<Option<(i32, i32)>, Refused> {
    filter.and("owner = ?", desk.owner()?.id);
    let sql = format!(
        "SELECT id, status FROM shipment {} ORDER BY status = {CANCELLED}, id DESC LIMIT 1",
        filter.sql()
    );
    Ok(desk.query_row(&sql, filter.values(), |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

pub(crate) fn process(desk: &Desk<'_>, request: ProcessShipment) -> Result<FileResultClass, Refused> {
    let shipment = request.shipment.ok_or_else(|| Refused::missing("Shipment"))?;
    let header = shipment.shipment_header.as_ref().ok_or_else(|| Refused::missing("ShipmentHeader"))?;
    let operation = given!(header.shipment_operation, ShipmentOperation);
    let key = key(&shipment, header)?;
    let found = match operation {
        // Always creates a new one.
        ShipmentOperation::Create => None,
        _ => find(desk, key)?,
    };
    let by_id = header.shipment_identification == ShipmentIdentification::ShipmentId;
    match (operation, found) {
        (ShipmentOperation::Remove, None) => return Err(Refused::rule("The shipment was not found")),
        (ShipmentOperation::Remove, Some((id, status))) => {
            changeable(status)?;
            desk.execute("UPDATE shipment SET status = ?2 WHERE id = ?1", (id, CANCELLED))?;
        }
        (_, Some((id, status))) if status != CANCELLED => {
            changeable(status)?;
            write(desk, id, &shipment, header)?;
        }
        _ if by_id && header.shipment_operation != ShipmentOperation::Create => {
            return Err(Refused::rule("The shipment was not found, and a new id cannot be chosen"));
        }
        _ => {
            let id = create(desk)?;
            write(desk, id, &shipment, header)?;
        }
    }
    Ok(FileResultClass { success: true, ..FileResultClass::default() })
}

fn changeable(status: i32) -> Result<(), Refused> {
    match status {
        CANCELLED => Err(Refused::rule("The shipment is cancelled")),
        SHIPPED.. => Err(Refused::rule("The shipment can no longer be changed: it is on its way")),
        _ => Ok(()),
    }
}

/// How a shipment is found.
fn key(shipment: &Shipment, header: &ShipmentHeader) -> Result<Condition, Refused> {
    use ShipmentIdentification as By;
    let mut filter = Condition::new();
    let mut text = |member: &str, value: &Option<String>| {
        let value =
            value.clone().filter(|value| !value.is_empty()).ok_or_else(|| Refused::missing(member))?;
        filter.and(&format!("header ->> '$.{member}' = ?"), value);
        Ok::<_, Refused>(())
    };
    let (order, transporter) = (&header.shipment_order_number, &header.transporter_order_number);
    match given!(header.shipment_identification, ShipmentIdentification) {
        By::TransporterOrderNumberAndShipmentOrderNumber => {
            text("TransporterOrderNumber", transporter)?;
            text("ShipmentOrderNumber", order)?;
        }
        By::TransporterOrderNumberAndRoute => {
            text("TransporterOrderNumber", transporter)?;
            text("Route", &header.route)?;
        }
        By::TransporterOrderNumber => text("TransporterOrderNumber", transporter)?,
        By::ShipmentOrderNumber => text("ShipmentOrderNumber", order)?,
        By::ShipmentOrderNumberAndDeliveryDate => {
            text("ShipmentOrderNumber", order)?;
            let date = header.delivery_date.ok_or_else(|| Refused::missing("DeliveryDate"))?;
            filter.and("delivery_date = ?", moment(date));
        }
        By::TripOrderNumberAndConsigneeFullNameAndAddress => {
            text("TripOrderNumber", &header.trip_order_number)?;
            let consignee = shipment.consignee.as_ref().ok_or_else(|| Refused::missing("Consignee"))?;
            filter.and("card ->> '$.Consignee.Name' IS ?", consignee.name.clone());
            filter.and("card ->> '$.Consignee.Address' IS ?", consignee.address.clone());
            filter.and("card ->> '$.Consignee.PostCode' IS ?", consignee.post_code.clone());
            filter.and("card ->> '$.Consignee.City' IS ?", consignee.city.clone());
        }
        By::ShipmentId => {
            filter.and("id = ?", header.shipment_id.ok_or_else(|| Refused::missing("ShipmentId"))?);
        }
        _ => filter.and("way_bill = ?", header.way_bill.ok_or_else(|| Refused::missing("WayBill"))?),
    }
    Ok(filter)
}

fn create(desk: &Desk<'_>) -> Result<i32, Refused> {
    let card =
        ShipmentInfo { shipment_header: Some(ShipmentHeaderInfo::default()), ..ShipmentInfo::default() };
    Ok(desk.query_row(
        "INSERT INTO shipment (owner, status, card) VALUES (?1, ?2, ?3) RETURNING id",
        (desk.owner()?.id, OPEN, to_json(&card).to_string()),
        |row| row.get(0),
    )?)
}

/// Saves what the request says; members that it leaves out stay unchanged.
fn write(desk: &Desk<'_>, id: i32, shipment: &Shipment, header: &ShipmentHeader) -> Result<(), Refused> {
    let (card, old): (String, String) =
        desk.query_row("SELECT card, header FROM shipment WHERE id = ?1", [id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let mut card: ShipmentInfo = from_json(&card)?;
    let shown = shown_header(card.shipment_header.take().unwrap_or_default(), header);
    addresses(desk, &mut card, shipment)?;
    if let Some(containers) = &shipment.shipment_containers {
        card.shipment_containers = Some(self::containers(desk, id, containers)?);
    }
    if let Some(items) = &shipment.shipment_container_items {
        desk.execute("DELETE FROM shipment_in_order WHERE shipment = ?1", [id])?;
        card.shipment_container_items = Some(container_items(desk, id, items, &mut 0)?);
    }
    desk.execute(
        "UPDATE shipment SET status = coalesce(?2, status), order_number = ?3, way_bill = ?4, in_date = ?5,
         delivery_date = ?6, shipped = ?7, is_collected = ?8, card = ?9, header = ?10 WHERE id = ?1",
        params![
            id,
            header.shipment_status_id,
            shown.shipment_order_number,
            shown.way_bill,
            set_moment(shown.in_date),
            set_moment(shown.delivery_date),
            set_moment(shown.shipped_time),
            header.pick_up_date.is_some() || shown.pick_up_reference.is_some(),
            to_json(&ShipmentInfo { shipment_header: Some(shown.clone()), ..card }).to_string(),
            merge(Some(&old), to_json(header)).to_string(),
        ],
    )?;
    definition::keep(desk, "shipment", id, shipment)?;
    Ok(())
}

fn shown_header(mut shown: ShipmentHeaderInfo, header: &ShipmentHeader) -> ShipmentHeaderInfo {
    take!(header => shown;
        way_bill, consignor_reference, consignee_reference, transporter_order_number, delivery_instruction,
        contact_person, shipment_order_number, other_customer_number, shipment_comment, vessel_name,
        registration_number, in_date, delivery_date, shipped_time, arrival_time, route, arrival_time_from_seconds,
        arrival_time_to_seconds, arrival_date, pick_up_reference, export_reference, goods_category_code);
    if header.consignee_customer_number.is_some() {
        shown.customer_number.clone_from(&header.consignee_customer_number);
    }
    shown
}

fn addresses(desk: &Desk<'_>, card: &mut ShipmentInfo, shipment: &Shipment) -> Result<(), Refused> {
    if let Some(consignee) = &shipment.consignee {
        let is_find = consignee.shipment_address_operation == ShipmentAddressOperation::Find;
        known(desk, is_find, consignee.customer_number.as_deref())?;
        card.consignee = Some(shown_address(to_json(consignee), &[])?);
    }
    if let Some(consignor) = &shipment.consignor {
        let is_find = consignor.shipment_address_operation == ShipmentAddressOperation::Find;
        known(desk, is_find, consignor.customer_number.as_deref())?;
        card.consignor = Some(shown_address(to_json(consignor), &["AddressId"])?);
    }
    if let Some(supplier) = &shipment.shipment_supplier {
        let address = supplier.address.clone();
        card.supplier = Some(ShipmentSupplierInfo {
            supplier_number: supplier.supplier_number.clone(),
            supplier_name: supplier.supplier_name.clone(),
            address: address.as_ref().and_then(|address| address.address.clone()),
            city: address.as_ref().and_then(|address| address.city.clone()),
            zip_code: address.as_ref().and_then(|address| address.post_code.clone()),
            country_code: address.and_then(|address| address.country_code),
        });
    }
    if let Some(payment) = &shipment.shipment_payment {
        card.shipment_payment = Some(ShipmentPaymentInfo {
            shipment_payment_type: given!(payment.shipment_payment_type, ShipmentPaymentType),
            transporter_code: payment.transporter_code.clone(),
            transporter_service_code: payment.transporter_service_code.clone(),
            customer_number: payment.customer_number.clone(),
            ..ShipmentPaymentInfo::default()
        });
    }
    Ok(())
}

/// An address to be found must belong to a customer.
fn known(desk: &Desk<'_>, is_find: bool, number: Option<&str>) -> Result<(), Refused> {
    let sql = "SELECT EXISTS (SELECT 1 FROM customer WHERE owner = ?1 AND number IS ?2)";
    if !is_find || desk.query_row(sql, (desk.owner()?.id, number), |row| row.get(0))? {
        return Ok(());
    }
    Err(Refused::rule(format!(
        "The customer with the number \"{}\" was not found",
        number.unwrap_or_default()
    )))
}

/// An address as in answers: without the instruction of the request.
fn shown_address<T: Xml>(mut address: Value, without: &[&str]) -> Result<T, Refused> {
    if let Value::Object(members) = &mut address {
        members.retain(|name, _| {
            !["ShipmentAddressIdentification", "ShipmentAddressOperation"].contains(&name.as_str())
                && !without.contains(&name.as_str())
        });
    }
    from_json(&address.to_string())
}

fn containers(
    desk: &Desk<'_>,
    id: i32,
    containers: &[ShipmentContainer],
) -> Result<Vec<ShipmentContainerInfo>, Refused> {
    desk.execute("DELETE FROM shipment_order WHERE shipment = ?1", [id])?;
    let mut shown = Vec::new();
    for container in containers {
        let mut info = ShipmentContainerInfo {
            number_of_packages: container.number_of_packages,
            container_id: container.container_id,
            ..ShipmentContainerInfo::default()
        };
        take!(container => info;
            container_type_code, weight, volume, load_meters, goods_mark, goods_category, order_id);
        if let Some(order) = container.order_id {
            let sql = "SELECT number FROM customer_order WHERE id = ?1 AND owner = ?2";
            let number = desk.query_row(sql, (order, desk.owner()?.id), |row| row.get(0)).optional()?;
            info.order_number =
                number.ok_or_else(|| Refused::rule(format!("Order {order} was not found")))?;
            let sql = "INSERT OR IGNORE INTO shipment_order (shipment, customer_order) VALUES (?1, ?2)";
            desk.execute(sql, (id, order))?;
        }
        shown.push(info);
    }
    Ok(shown)
}

fn container_items(
    desk: &Desk<'_>,
    id: i32,
    items: &[ShipmentContainerItem],
    last: &mut i32,
) -> Result<Vec<ShipmentContainerItemInfo>, Refused> {
    let mut shown = Vec::new();
    for item in items {
        *last += 1;
        let mut info = ShipmentContainerItemInfo {
            pallet_item_id: *last,
            shipment_id: id,
            number_of_items: item.number_of_items,
            container_type_code: item.container_type.as_ref().and_then(|container| container.code.clone()),
            container_type_name: item.container_type.as_ref().and_then(|container| container.name.clone()),
            goods_category_type_code: item.goods_category_code.clone(),
            serial: item.pallet_item_serial.clone(),
            pallet_owner_code: item.owner_code.clone(),
            ..ShipmentContainerItemInfo::default()
        };
        take!(item => info;
            second_number_of_items, weight, volume, label_id, comment);
        if let Some(in_order) = item.in_order_id {
            bring(desk, id, in_order)?;
        }
        let inner = item.shipment_container_items.as_deref().unwrap_or_default();
        info.shipment_container_items = Some(container_items(desk, id, inner, last)?);
        shown.push(info);
    }
    Ok(shown)
}

/// Adds an in-order to a shipment.
fn bring(desk: &Desk<'_>, id: i32, in_order: i32) -> Result<(), Refused> {
    if crate::sandbox::inbound::in_order::find_by_id(desk, Some(in_order))?.is_none() {
        return Err(Refused::rule(format!("In-order {in_order} was not found")));
    }
    desk.execute(
        "INSERT OR IGNORE INTO shipment_in_order (shipment, in_order) VALUES (?1, ?2)",
        (id, in_order),
    )?;
    Ok(())
}
