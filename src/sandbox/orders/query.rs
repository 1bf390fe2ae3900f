//! Queries orders.

use rusqlite::{OptionalExtension as _, Row};

use super::order::{self, OrderKey};
use super::status;
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{from_json, moment, optional_quantity, quantity, sum, time};
use crate::sandbox::refused::Refused;

pub(crate) fn by_query(desk: &Desk<'_>, request: GetOrdersByQuery) -> Result<GetOrdersResult, Refused> {
    let query = request.query.unwrap_or_default();
    let pickable = query.order_special_filters.as_ref().and_then(|wanted| wanted.pickable.as_ref());
    if pickable.is_some_and(|pickable| *pickable != PickableType::All) {
        return Err(Refused::rule(
            "This sandbox does not have the filter Pickable: what its values mean is not known",
        ));
    }
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    times(&mut filter, &query);
    filter.and_if("status >= ?", query.order_status_from);
    filter.and_if("status <= ?", query.order_status_to);
    filter.one_of("number", query.order_numbers_to_get.as_deref());
    filter.one_of("id", query.order_ids_to_get.as_deref());
    filter.one_of("goods_owner_order_id", query.goods_owner_order_id_to_get.as_deref());
    filter.and_if("reference = ?", query.reference_number);
    filter.and_if("id >= ?", query.order_id_from);
    if query.pick_order_id_from.is_some() || query.pick_order_id_to.is_some() {
        // Orders are picked one by one here: no order is part of a pick order.
        filter.plain("0");
    }
    filter.and_if(
        "id IN (SELECT customer_order FROM shipment_order WHERE shipment = ?)",
        query.current_shipment_id,
    );
    filter.and_if(
        "id IN (SELECT customer_order FROM shipment_order JOIN trip_stop USING (shipment) WHERE trip = ?)",
        query.current_trip_id,
    );
    special(&mut filter, query.order_special_filters.unwrap_or_default());
    let limit = query.max_orders_to_get.map_or(-1, |most| i64::from(most.max(0)));
    let sql = format!("SELECT id FROM customer_order {} ORDER BY id LIMIT {limit}", filter.sql());
    let mut statement = desk.prepare(&sql)?;
    let ids: Vec<i32> = statement.query_map(filter.values(), |row| row.get(0))?.collect::<Result<_, _>>()?;
    let orders = ids.into_iter().map(|id| read(desk, id)).collect::<Result<_, _>>()?;
    Ok(GetOrdersResult { orders: Some(orders) })
}

fn special(filter: &mut Condition, wanted: OrderSpecialFilters) {
    const LINES: &str = "id IN (SELECT customer_order FROM order_line WHERE";
    const BACK: &str = "(SELECT coalesce(sum(CAST(returned AS REAL)), 0) FROM return_order_line
        WHERE order_line = order_line.id)";
    if wanted.only_orders_with_order_lines_to_report == Some(true) {
        filter.plain(&format!("{LINES} CAST(picked AS REAL) <> CAST(coalesce(reported, '0') AS REAL))"));
    }
    if wanted.only_orders_with_order_lines_to_report_returned == Some(true) {
        filter.plain(&format!("{LINES} {BACK} <> CAST(coalesce(reported_returned, '0') AS REAL))"));
    }
    if wanted.only_orders_with_order_lines_where_acknowledged_less_than_returned == Some(true) {
        let acknowledged = "CAST(coalesce(card ->> '$.AcknowledgedNumberOfItems', '0') AS REAL)";
        filter.plain(&format!("{LINES} {acknowledged} < {BACK})"));
    }
    let goods = |table: &str| {
        format!(
            "EXISTS (SELECT 1 FROM {table} JOIN order_line ON order_line.id = order_line
         WHERE customer_order = customer_order.id)"
        )
    };
    filter.and_if(&format!("{} = ?", goods("allocation")), wanted.is_allocated);
    filter.and_if(&format!("{} = ?", goods("pick")), wanted.has_picked_article_item);
    let returned = "EXISTS (SELECT 1 FROM return_order WHERE customer_order = customer_order.id) = ?";
    filter.and_if(returned, wanted.has_return_order);
    // The transport document and its labels are created by shipping.
    for labelled in [wanted.only_orders_with_ta_pallet_items, wanted.only_if_ta_printed] {
        if labelled == Some(true) {
            filter.plain("id IN (SELECT customer_order FROM tracking)");
        }
    }
    if wanted.only_orders_assigned_to_requesting_user == Some(true) {
        // Orders are not assigned to anybody here.
        filter.plain("0");
    }
}

fn times(filter: &mut Condition, query: &OrderFilters) {
    for (condition, at) in [
        ("delivery_date >= ?", query.delivery_date_from),
        ("delivery_date <= ?", query.delivery_date_to),
        ("shipped >= ?", query.shipped_time_from),
        ("shipped <= ?", query.shipped_time_to),
        ("shipped <= ?", query.shipped_time_to_exact),
        ("status_changed >= ?", query.order_status_changed_time_from),
        ("last_picked >= ?", query.last_picking_time_from),
        ("last_picked <= ?", query.last_picking_time_to),
        ("printed >= ?", query.last_printed_time_from),
        ("last_returned >= ?", query.last_returned_from),
        ("updated >= ?", query.last_updated_from),
        ("updated <= ?", query.last_updated_to),
    ] {
        filter.and_if(condition, at.map(moment));
    }
}

pub(crate) fn by_id(desk: &Desk<'_>, request: GetOrder) -> Result<Option<Order>, Refused> {
    let sql = "SELECT goods_owner.id FROM goods_owner JOIN customer_order ON owner = goods_owner.id
               WHERE customer_order.id = ?1";
    let owner: Option<i32> = desk.query_row(sql, [request.order_id], |row| row.get(0)).optional()?;
    match owner {
        Some(owner) => {
            desk.serve(None, Some(owner))?;
            read(desk, request.order_id).map(Some)
        }
        // The type of the answer cannot express "none" in another way.
        None => Ok(Some(Order { success: false, ..Order::default() })),
    }
}

pub(crate) fn by_number(desk: &Desk<'_>, request: GetOrderByOrderNumber) -> Result<Option<Order>, Refused> {
    match order::find(desk, &OrderKey::number(request.order_number.as_deref())?)? {
        Some(head) => read(desk, head.id).map(Some),
        None => Ok(Some(Order { success: false, ..Order::default() })),
    }
}

/// An order, whole.
pub(crate) fn read(desk: &Desk<'_>, id: i32) -> Result<Order, Refused> {
    let owner = desk.owner()?;
    let (card, consignee, transporter, status): (String, Option<String>, Option<String>, i32) = desk
        .prepare_cached("SELECT card, consignee, transporter, status FROM customer_order WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let lines = lines(desk, id)?;
    let info = info(desk, id, status, from_json(&card)?, &lines)?;
    Ok(Order {
        consignee: consignee.as_deref().map(from_json).transpose()?,
        goods_owner_info: Some(GoodsOwnerInfo {
            id: owner.id,
            name: Some(owner.code),
            ..GoodsOwnerInfo::default()
        }),
        order_info: Some(info),
        success: true,
        picked_order_lines: Some(lines),
        picked_article_items: Some(picked_items(desk, id)?),
        transporter: transporter.as_deref().map(from_json).transpose()?,
        order_pallet_items: Some(pallet_items(desk, id)?),
        tracking: Some(tracking(desk, id)?),
        ..Order::default()
    })
}

fn info(
    desk: &Desk<'_>,
    id: i32,
    status: i32,
    card: OrderInfoType,
    lines: &[PickedOrderLine],
) -> Result<OrderInfoType, Refused> {
    let (created, shipped, printed): (String, Option<String>, Option<String>) = desk
        .prepare_cached("SELECT created, shipped, printed FROM customer_order WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let own = || lines.iter().filter(|line| line.parent_order_line_id.is_none());
    let unset = |text: Option<String>| text.as_deref().map(time).unwrap_or_default();
    Ok(OrderInfoType {
        order_id: id,
        order_status_number: status,
        order_status_text: Some(status::name(status).to_owned()),
        created_date: time(&created),
        shipped_time: unset(shipped),
        printed_time: unset(printed),
        ordered_number_of_items: own().map(|line| line.ordered_number_of_items).sum(),
        picked_number_of_items: own().map(|line| line.picked_number_of_items).sum(),
        ..card
    })
}

/// The lines of an order, with a kit's parts after it.
fn lines(desk: &Desk<'_>, order: i32) -> Result<Vec<PickedOrderLine>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT line.id, line.article, line.external_code, line.parent, line.ordered, line.picked, line.reported,
         line.card, parent.external_code,
         EXISTS (SELECT 1 FROM order_line AS part WHERE part.parent = line.id),
         (SELECT max(picked) FROM pick WHERE order_line = line.id),
         (SELECT min(picked) FROM pick WHERE order_line = line.id), line.reported_returned
         FROM order_line AS line LEFT JOIN order_line AS parent ON parent.id = line.parent
         WHERE line.customer_order = ?1 ORDER BY line.position, line.parent IS NOT NULL, line.id",
    )?;
    let mut rows = statement.query([order])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(line(desk, row)?);
    }
    Ok(lines)
}

fn line(desk: &Desk<'_>, row: &Row<'_>) -> Result<PickedOrderLine, Refused> {
    let id: i32 = row.get(0)?;
    let card: PickedOrderLine = from_json(&row.get::<_, String>(7)?)?;
    let picked_at = |column| Ok::<_, Refused>(row.get::<_, Option<String>>(column)?.as_deref().map(time));
    Ok(PickedOrderLine {
        article: Some(article::card(desk, row.get(1)?)?),
        order_line_system_id: id,
        external_order_line_code: row.get(2)?,
        parent_order_line_id: row.get(3)?,
        parent_external_order_line_code: row.get(8)?,
        is_parent_line: row.get(9)?,
        ordered_number_of_items: quantity(row, 4)?,
        picked_number_of_items: quantity(row, 5)?,
        reported_number_of_items: optional_quantity(row, 6)?,
        allocated_number_of_items: sum(desk, "SELECT number FROM allocation WHERE order_line = ?1", id)?,
        returned_number_of_items: sum(
            desk,
            "SELECT returned FROM return_order_line WHERE order_line = ?1",
            id,
        )?,
        reported_returned_number_of_items: optional_quantity(row, 12)?,
        packed_number_of_items: quantity(row, 5)?,
        last_picking_time: picked_at(10)?,
        start_picking_time: picked_at(11)?,
        ..card
    })
}

fn picked_items(desk: &Desk<'_>, order: i32) -> Result<Vec<PickedArticleItem>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT article_item.article, article_item.id, in_date, serial, batch, pick.number, expiry, pick.picked,
         order_line.id, order_line.external_code, status_code, in_order_line.in_order, in_order_line.id, location
         FROM pick JOIN article_item ON article_item.id = pick.article_item
         JOIN order_line ON order_line.id = pick.order_line
         LEFT JOIN in_order_line ON in_order_line.id = article_item.in_order_line
         WHERE order_line.customer_order = ?1 ORDER BY pick.id",
    )?;
    let mut rows = statement.query([order])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        let in_order = match (row.get(11)?, row.get(12)?) {
            (Some(in_order_id), Some(in_order_line_id)) => {
                Some(PickedArticleItemInOrderInfo { in_order_id, in_order_line_id })
            }
            _ => None,
        };
        items.push(PickedArticleItem {
            article: Some(article::card(desk, row.get(0)?)?),
            article_item_id: row.get(1)?,
            in_date: time(&row.get::<_, String>(2)?),
            serial: row.get(3)?,
            batch_no: row.get(4)?,
            number_of_items: quantity(row, 5)?,
            expiry_date: row.get::<_, Option<String>>(6)?.as_deref().map(time),
            picked_time: row.get::<_, Option<String>>(7)?.as_deref().map(time),
            is_picked: true,
            order_line_system_id: row.get(8)?,
            external_order_line_code: row.get(9)?,
            article_item_status_code: row.get(10)?,
            location: row.get(13)?,
            in_order_info: in_order,
            ..PickedArticleItem::default()
        });
    }
    Ok(items)
}

/// The parcels of an order, labelled when it is shipped; goods are not assigned to parcels.
fn pallet_items(desk: &Desk<'_>, order: i32) -> Result<Vec<OrderPalletItemInfo>, Refused> {
    let sql = "SELECT rowid, rowid AS Id, waybill AS LabelId, 'PARCEL' AS PalletTypeCode,
               (SELECT coalesce(sum(CAST(picked AS REAL)), 0) FROM order_line WHERE customer_order = ?1 AND moves)
                   AS NumberOfItems,
               0 AS IsReturnType, 1 AS IsTaPalletItem FROM tracking WHERE customer_order = ?1 ORDER BY rowid";
    crate::sandbox::db::typed_rows::all(desk, sql, [order])
}

fn tracking(desk: &Desk<'_>, order: i32) -> Result<Vec<OrderTrackingInfo>, Refused> {
    let mut statement = desk
        .prepare_cached("SELECT waybill, created FROM tracking WHERE customer_order = ?1 ORDER BY rowid")?;
    let read = |row: &Row<'_>| {
        Ok(OrderTrackingInfo {
            waybill: row.get(0)?,
            created: time(&row.get::<_, String>(1)?),
            ..OrderTrackingInfo::default()
        })
    };
    Ok(statement.query_map([order], read)?.collect::<Result<_, _>>()?)
}
