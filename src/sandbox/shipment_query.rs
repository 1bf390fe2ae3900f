//! Shipments as they are read out.
//!
//! A shipment is to be collected where it has a time or reference for that, and is delivered where it has a delivery
//! date. The contract does not know the members of inbound shipments, nor those of a customs status.

use super::contract::*;
use super::database::{from_json, moment};
use super::desk::Desk;
use super::filter::Filter;
use super::open::{self, Open as _};
use super::order_query;
use super::refused::Refused;
use super::shipment::{CANCELLED, OPEN, SHIPPED};
use crate::xml::Element;

pub(super) fn by_query(desk: &Desk<'_>, request: GetShipmentsByQuery) -> Result<GetShipmentsResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("query"))?;
    let mut filter = Filter::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.and_if("in_date >= ?", query.in_date_from.map(moment));
    filter.and_if("in_date <= ?", query.in_date_to.map(moment));
    filter.and_if("delivery_date >= ?", query.delivery_date_from.map(moment));
    filter.and_if("delivery_date <= ?", query.delivery_date_to.map(moment));
    filter.and_if("shipped >= ?", query.shipped_time_from.map(moment));
    filter.and_if("status >= ?", query.shipment_status_from);
    filter.and_if("status <= ?", query.shipment_status_to);
    filter.and_if("is_collected = ?", query.is_collect_type);
    filter.and_if("(delivery_date IS NOT NULL) = ?", query.is_delivery_type);
    filter.and_if("order_number = ?", query.shipment_order_number);
    filter.one_of("id", query.shipment_ids_to_get.as_deref());
    customs(&mut filter, query.customs_status.as_ref());
    if query.special_filters.is_some_and(|special| special.only_if_ta_printed == Some(true)) {
        // No transport documents are printed here.
        filter.plain("0");
    }
    let mut statement = desk.prepare(&format!("SELECT id FROM shipment {} ORDER BY id", filter.sql()))?;
    let ids: Vec<i32> = statement.query_map(filter.values(), |row| row.get(0))?.collect::<Result<_, _>>()?;
    let shipments = ids.into_iter().map(|id| read(desk, id, query.get_orders)).collect::<Result<_, _>>()?;
    Ok(GetShipmentsResult { shipments: Some(shipments) })
}

fn customs(filter: &mut Filter, wanted: Option<&CustomsStatus>) {
    if let Some(wanted) = wanted.filter(|wanted| **wanted != CustomsStatus::All) {
        filter.and("customs = ?", wanted.as_str().to_owned());
    }
}

fn status_name(status: i32) -> Option<String> {
    let name = match status {
        OPEN => "Open",
        SHIPPED => "Shipped",
        CANCELLED => "Cancelled",
        _ => return None,
    };
    Some(name.to_owned())
}

fn read(desk: &Desk<'_>, id: i32, with_orders: bool) -> Result<ShipmentInfo, Refused> {
    let owner = desk.owner()?;
    let (card, status): (String, i32) =
        desk.query_row("SELECT card, status FROM shipment WHERE id = ?1", [id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let card: ShipmentInfo = from_json(&card)?;
    let trip: Option<(i32, Option<String>)> = rusqlite::OptionalExtension::optional(desk.query_row(
        "SELECT trip.id, route FROM trip_stop JOIN trip ON trip.id = trip WHERE shipment = ?1 ORDER BY trip.id DESC",
        [id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    ))?;
    let (trip_id, trip_route_code) = trip.map_or((None, None), |(trip, route)| (Some(trip), route));
    let header = ShipmentHeaderInfo {
        shipment_id: id,
        shipment_status_id: status,
        shipment_status_name: status_name(status),
        trip_id,
        trip_route_code,
        ..card.shipment_header.unwrap_or_default()
    };
    let sql = "SELECT id, customs AS Status, customs_reference AS CustomsReferenceNumber FROM shipment WHERE id = ?1";
    let customs = open::elements(open::rows(desk, "CustomsStatus", sql, [id])?);
    let any = customs.iter().flat_map(|status| status.elements().cloned()).collect();
    Ok(ShipmentInfo {
        goods_owner: Some(GoodsOwner {
            goods_owner_code: Some(owner.code),
            goods_owner_id: owner.id,
            ..GoodsOwner::new(GoodsOwnerIdentificationType::GoodsOwnerCode)
        }),
        shipment_header: Some(header),
        orders: if with_orders { Some(orders(desk, id)?) } else { None },
        customs_status: Some(ShipmentCustomsStatusInfo { any }),
        ..card
    })
}

fn orders(desk: &Desk<'_>, shipment: i32) -> Result<Vec<Order>, Refused> {
    let sql = "SELECT customer_order FROM shipment_order WHERE shipment = ?1 ORDER BY customer_order";
    let mut statement = desk.prepare_cached(sql)?;
    let ids: Vec<i32> = statement.query_map([shipment], |row| row.get(0))?.collect::<Result<_, _>>()?;
    ids.into_iter().map(|id| order_query::read(desk, id)).collect()
}

pub(super) fn inbound(
    desk: &Desk<'_>,
    request: GetInboundShipmentsByQuery,
) -> Result<GetInboundShipmentsResult, Refused> {
    let query = request.get_inbound_shipments_query;
    let query = query.ok_or_else(|| Refused::missing("GetInboundShipmentsQuery"))?;
    let mut filter = Filter::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.plain("id IN (SELECT shipment FROM shipment_in_order)");
    filter.one_of("id", query.shipment_ids.as_deref());
    filter.one_of("order_number", query.shipment_order_numbers.as_deref());
    customs(&mut filter, query.customs_status.as_ref());
    let sql = format!(
        "SELECT id, id AS \"ShipmentHeader.ShipmentId\", order_number AS \"ShipmentHeader.ShipmentOrderNumber\",
         way_bill AS \"ShipmentHeader.WayBill\", status AS \"ShipmentHeader.ShipmentStatusId\",
         customs AS \"ShipmentHeader.CustomsStatus.Status\",
         customs_reference AS \"ShipmentHeader.CustomsStatus.CustomsReferenceNumber\"
         FROM shipment {} ORDER BY id",
        filter.sql()
    );
    let mut any = Vec::new();
    for (id, shipment) in open::rows(desk, "InboundShipmentInfo", &sql, filter.values())? {
        any.push(with_goods(desk, id, shipment)?);
    }
    Ok(GetInboundShipmentsResult { any })
}

/// Adds the announcements that a shipment brings, and what of them has been received.
fn with_goods(desk: &Desk<'_>, id: i32, shipment: Element) -> Result<Element, Refused> {
    let items = "SELECT item.id, item.id AS ArticleItemId, item.received AS NumberOfItems, batch AS Batch,
                 serial AS Serial, iif(locked, 'true', 'false') AS IsLocked, line.id AS InOrderLineId,
                 article.id AS \"Article.ArticleSystemId\", article.number AS \"Article.ArticleNumber\"
                 FROM article_item AS item JOIN in_order_line AS line ON line.id = item.in_order_line
                 JOIN shipment_in_order AS brought ON brought.in_order = line.in_order
                 JOIN article ON article.id = item.article WHERE shipment = ?1 ORDER BY item.id";
    let in_orders = "SELECT in_order.id, in_order.id AS InOrderId, number AS GoodsOwnerOrderNumber, status AS StatusNumber
                     FROM shipment_in_order JOIN in_order ON in_order.id = in_order WHERE shipment = ?1
                     ORDER BY in_order.id";
    let items = open::rows(desk, "InboundShipmentReceivedArticleItem", items, [id])?;
    let in_orders = open::rows(desk, "InboundShipmentInOrder", in_orders, [id])?;
    Ok(shipment
        .list("ReceivedArticleItems", open::elements(items))
        .list("InOrders", open::elements(in_orders)))
}
