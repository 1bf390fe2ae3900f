//! Queries shipments.
//!
//! A shipment is to be collected if it has a time or reference for that, and is delivered if it has a delivery date.

use super::customs_status;
use super::shipment::{CANCELLED, OPEN, SHIPPED};
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{from_json, moment};
use crate::sandbox::db::typed_rows;
use crate::sandbox::orders;
use crate::sandbox::refused::Refused;

pub(crate) fn by_query(desk: &Desk<'_>, request: GetShipmentsByQuery) -> Result<GetShipmentsResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("query"))?;
    let mut filter = Condition::new();
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
    filter.and_if("id >= ?", query.shipment_id_from);
    customs_status::filter(
        &mut filter,
        query.customs_status.as_ref().map(OutboundShipmentCustomsStatusType::as_str),
    );
    if query.special_filters.is_some_and(|special| special.only_if_ta_printed == Some(true)) {
        // No transport documents are printed here.
        filter.plain("0");
    }
    let limit = query.max_shipments_to_get.map_or(-1, |most| i64::from(most.max(0)));
    let sql = format!("SELECT id FROM shipment {} ORDER BY id LIMIT {limit}", filter.sql());
    let mut statement = desk.prepare(&sql)?;
    let ids: Vec<i32> = statement.query_map(filter.values(), |row| row.get(0))?.collect::<Result<_, _>>()?;
    let shipments = ids.into_iter().map(|id| read(desk, id, query.get_orders)).collect::<Result<_, _>>()?;
    Ok(GetShipmentsResult { shipments: Some(shipments) })
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
    let sql = "SELECT card, status, customs, customs_reference FROM shipment WHERE id = ?1";
    let (card, status, customs, customs_reference_number): (String, i32, String, Option<String>) =
        desk.query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
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
        customs_reference_number,
        ..card.shipment_header.unwrap_or_default()
    };
    Ok(ShipmentInfo {
        goods_owner: Some(GoodsOwner {
            goods_owner_code: Some(owner.code),
            goods_owner_id: owner.id,
            ..GoodsOwner::new(GoodsOwnerIdentificationType::GoodsOwnerCode)
        }),
        shipment_header: Some(header),
        orders: if with_orders { Some(orders(desk, id)?) } else { None },
        customs_status: Some(ShipmentCustomsStatusInfo {
            id: customs_status::id(&customs),
            code: Some(customs),
        }),
        ..card
    })
}

fn orders(desk: &Desk<'_>, shipment: i32) -> Result<Vec<Order>, Refused> {
    let sql = "SELECT customer_order FROM shipment_order WHERE shipment = ?1 ORDER BY customer_order";
    let mut statement = desk.prepare_cached(sql)?;
    let ids: Vec<i32> = statement.query_map([shipment], |row| row.get(0))?.collect::<Result<_, _>>()?;
    ids.into_iter().map(|id| orders::query::read(desk, id)).collect()
}

pub(crate) fn inbound(
    desk: &Desk<'_>,
    request: GetInboundShipmentsByQuery,
) -> Result<GetInboundShipmentsResult, Refused> {
    let query = request.get_inbound_shipments_query;
    let query = query.ok_or_else(|| Refused::missing("GetInboundShipmentsQuery"))?;
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.plain("id IN (SELECT shipment FROM shipment_in_order)");
    filter.one_of("id", query.shipment_ids.as_deref());
    filter.one_of("order_number", query.shipment_order_numbers.as_deref());
    let customs = query.customs_status.as_ref().map(InboundShipmentCustomsStatusType::as_str);
    customs_status::filter(&mut filter, customs);
    filter.and_if("status >= ?", query.shipment_status_from);
    filter.and_if("status <= ?", query.shipment_status_to);
    let sql = format!(
        "SELECT id, id AS \"ShipmentInfo.ShipmentId\", in_date AS \"ShipmentInfo.InDate\",
         order_number AS \"ShipmentInfo.ShipmentOrderNumber\",
         customs_reference AS \"ShipmentInfo.CustomsReferenceNumber\",
         card ->> '$.ShipmentHeader.OtherCustomerNumber' AS \"ShipmentInfo.OtherCustomerNumber\",
         card ->> '$.ShipmentHeader.ShipmentComment' AS \"ShipmentInfo.ShipmentComment\",
         'Unknown' AS \"ShipmentInfo.CustomsEUType\", {} AS \"ShipmentInfo.CustomsStatus.Id\",
         customs AS \"ShipmentInfo.CustomsStatus.Code\", status AS \"ShipmentInfo.ShipmentStatusId\",
         card ->> '$.ShipmentHeader.ExportReference' AS \"ShipmentInfo.ExportReference\",
         way_bill AS \"ShipmentInfo.Waybill\",
         (SELECT code FROM goods_owner WHERE goods_owner.id = owner) AS \"ShipmentInfo.GoodsOwner.GoodsOwnerCode\",
         owner AS \"ShipmentInfo.GoodsOwner.GoodsOwnerId\" FROM shipment {} ORDER BY id",
        customs_status::ID_IN_SQL,
        filter.sql()
    );
    let mut inbound_shipments = Vec::new();
    for (id, shipment) in typed_rows::keyed::<InboundShipmentInfo>(desk, &sql, filter.values())? {
        inbound_shipments.push(with_goods(desk, id, shipment)?);
    }
    Ok(GetInboundShipmentsResult {
        success: true,
        inbound_shipments: Some(inbound_shipments),
        ..GetInboundShipmentsResult::default()
    })
}

/// Adds the in-orders in a shipment, with their received quantities.
fn with_goods(
    desk: &Desk<'_>,
    id: i32,
    shipment: InboundShipmentInfo,
) -> Result<InboundShipmentInfo, Refused> {
    const ARTICLE: &str = "article.number AS \"Article.ArticleNumber\", article.name AS \"Article.Name\",
        article.product_code AS \"Article.ProductCode\", article.id AS \"Article.SystemId\"";
    let items = format!(
        "SELECT item.id, {ARTICLE}, batch AS Batch, serial AS Serial, status_code AS GoodsStatusName,
         status_code AS GoodsStatusCode, locked AS IsLocked, item.in_date AS InDate, expiry AS ExpiryDate,
         item.received AS NumberOfItems, 0 AS IsDeclared, weight AS ItemWeight, item.comment AS Comment,
         item.id AS OriginalArticleItemId, length AS ItemLength, width AS ItemWidth, height AS ItemHeight,
         container AS Container, line.id AS InOrderLineId
         FROM article_item AS item JOIN in_order_line AS line ON line.id = item.in_order_line
         JOIN shipment_in_order AS brought ON brought.in_order = line.in_order
         JOIN article ON article.id = item.article WHERE shipment = ?1 ORDER BY item.id"
    );
    let lines = format!(
        "SELECT line.id, {ARTICLE}, in_order.id AS InOrderId, line.id AS InOrderLineId, in_order.number AS InOrderNumber,
         external_code AS ExternalOrderLineCode, advised AS AdvisedNumberOfItems, advised AS ShipmentNumberOfItems,
         line.card ->> '$.RowPrice' AS RowPrice, line.card ->> '$.CurrencyCode' AS CurrencyCode
         FROM shipment_in_order AS brought JOIN in_order ON in_order.id = brought.in_order
         JOIN in_order_line AS line ON line.in_order = in_order.id JOIN article ON article.id = line.article
         WHERE shipment = ?1 ORDER BY line.id"
    );
    let in_orders = "SELECT in_order.id, in_order.id AS \"InOrderInfo.InOrderId\",
                     number AS \"InOrderInfo.InOrderNumber\"
                     FROM shipment_in_order JOIN in_order ON in_order.id = in_order WHERE shipment = ?1
                     ORDER BY in_order.id";
    Ok(InboundShipmentInfo {
        received_article_items: Some(typed_rows::all(desk, &items, [id])?),
        in_order_lines: Some(typed_rows::all(desk, &lines, [id])?),
        in_orders: Some(typed_rows::all(desk, in_orders, [id])?),
        ..shipment
    })
}
