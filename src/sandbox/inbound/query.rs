//! Queries in-orders, with the received quantities.

use rusqlite::Row;
use rust_decimal::Decimal;
use serde_json::Value;

use super::status;
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{from_json, moment, optional_quantity, quantity, time};
use crate::sandbox::refused::Refused;

pub(crate) fn by_query(desk: &Desk<'_>, request: GetInOrdersByQuery) -> Result<GetInOrdersResult, Refused> {
    let query = request.query.unwrap_or_default();
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    for (condition, at) in [
        ("in_date >= ?", query.in_date_from),
        ("in_date <= ?", query.in_date_to),
        ("last_received >= ?", query.last_receive_time_from),
        ("last_received <= ?", query.last_receive_time_to),
        ("updated >= ?", query.last_updated_from),
        ("updated <= ?", query.last_updated_to),
        ("(last_received >= ?1 OR updated >= ?1)", query.last_receive_time_or_last_updated_from),
        ("(last_received >= ?1 OR updated >= ?1 OR status_changed >= ?1)", query.changed_from),
        ("status_changed >= ?", query.in_order_status_changed_time_from),
    ] {
        filter.and_if(condition, at.map(moment));
    }
    filter.and_if("status >= ?", query.in_order_status_from);
    filter.and_if("status <= ?", query.in_order_status_to);
    filter.and_if("is_return = ?", query.is_return_type);
    filter.one_of("id", query.in_order_ids_to_get.as_deref());
    filter.one_of("number", query.in_order_numbers_to_get.as_deref());
    filter.and_if("id >= ?", query.in_order_id_from);
    if query.created_by_wsi_external_system_id.is_some()
        || query.created_by_session_request_id_is_null == Some(true)
    {
        // Everything comes through this service; there is no other system.
        filter.plain("0");
    }
    let special = query.in_order_special_filters.unwrap_or_default();
    filter.and_if("?1 = ?1 AND 0", special.created_by_user_name.filter(|name| !name.is_empty()));
    if let Some(serials) = special.article_item_serial_numbers.filter(|serials| !serials.is_empty()) {
        let list = serde_json::to_string(&serials).unwrap_or_default();
        filter.and(
            "id IN (SELECT in_order FROM in_order_line JOIN article_item ON in_order_line = in_order_line.id
             WHERE serial IN (SELECT value FROM json_each(?)))",
            list,
        );
    }
    for (wanted, column) in [
        (special.only_with_in_order_lines_with_diffing_recevied_to_reported, "reported"),
        (
            special.only_with_in_order_lines_with_diffing_received_to_acknowledged == Some(true),
            "acknowledged",
        ),
    ] {
        if wanted {
            filter.plain(&format!(
                "id IN (SELECT in_order FROM in_order_line
                 WHERE CAST(received AS REAL) <> CAST(coalesce({column}, '0') AS REAL))"
            ));
        }
    }
    let limit = query.max_in_orders_to_get.map_or(-1, |most| i64::from(most.max(0)));
    let sql = format!("SELECT id FROM in_order {} ORDER BY id LIMIT {limit}", filter.sql());
    let mut statement = desk.prepare(&sql)?;
    let ids: Vec<i32> = statement.query_map(filter.values(), |row| row.get(0))?.collect::<Result<_, _>>()?;
    let advised = query.advanced.unwrap_or_default().include_advised_article_items_in_received_article_items;
    let orders = ids.into_iter().map(|id| read(desk, id, advised == Some(true)));
    Ok(GetInOrdersResult { in_orders: Some(orders.collect::<Result<_, _>>()?) })
}

/// A whole in-order; with the announced items that have not arrived, if requested.
pub(crate) fn read(desk: &Desk<'_>, id: i32, with_advised: bool) -> Result<ReceivedInOrder, Refused> {
    let owner = desk.owner()?;
    let (card, status, last_received): (String, i32, Option<String>) = desk
        .prepare_cached("SELECT card, status, last_received FROM in_order WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let card: ReceivedInOrder = from_json(&card)?;
    let lines = lines(desk, id)?;
    let mut items = received_items(desk, id)?;
    if with_advised {
        items.extend(advised_items(desk, id)?);
    }
    let last_received = last_received.as_deref().map(time);
    let info = ReceivedInOrderInfoClass {
        in_order_id: id,
        in_order_status_number: status,
        in_order_status_text: Some(status::name(status).to_owned()),
        advised_number_of_items: lines.iter().map(|line| line.advised_number_of_items).sum(),
        received_number_of_items: lines.iter().map(|line| line.received_number_of_items).sum(),
        received_date: last_received.filter(|_| status == status::RECEIVED),
        last_received_time: last_received,
        ..card.in_order_info.unwrap_or_default()
    };
    let owner = GoodsOwner {
        goods_owner_code: Some(owner.code),
        goods_owner_id: owner.id,
        ..GoodsOwner::new(GoodsOwnerIdentificationType::GoodsOwnerCode)
    };
    Ok(ReceivedInOrder {
        in_order_info: Some(info),
        goods_owner: Some(owner),
        received_in_order_lines: Some(lines),
        received_article_items: Some(items),
        ..card
    })
}

fn lines(desk: &Desk<'_>, order: i32) -> Result<Vec<ReceivedInOrderLine>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT id, article, external_code, advised, received, reported, card, acknowledged FROM in_order_line
         WHERE in_order = ?1 ORDER BY position, id",
    )?;
    let mut rows = statement.query([order])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let card: ReceivedInOrderLine = from_json(&row.get::<_, String>(6)?)?;
        let advised = quantity(row, 3)?;
        lines.push(ReceivedInOrderLine {
            in_order_line_id: row.get(0)?,
            article: Some(article::card(desk, row.get(1)?)?),
            external_order_line_code: row.get(2)?,
            advised_number_of_items: advised,
            created_number_of_items: advised,
            received_number_of_items: quantity(row, 4)?,
            reported_number_of_items: optional_quantity(row, 5)?,
            acknowledged_number_of_items: optional_quantity(row, 7)?,
            ..card
        });
    }
    Ok(lines)
}

fn received_items(desk: &Desk<'_>, order: i32) -> Result<Vec<ReceivedArticlItem>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT item.article, line.external_code, batch, serial, status_code, item.in_date, expiry, line.id,
         item.received, location, item.id, container, comment, weight, length, width, height, locked
         FROM article_item AS item JOIN in_order_line AS line ON line.id = in_order_line
         WHERE in_order = ?1 ORDER BY item.id",
    )?;
    let mut rows = statement.query([order])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(received_item(desk, row)?);
    }
    Ok(items)
}

fn received_item(desk: &Desk<'_>, row: &Row<'_>) -> Result<ReceivedArticlItem, Refused> {
    Ok(ReceivedArticlItem {
        article: Some(article::card(desk, row.get(0)?)?),
        external_order_line_code: row.get(1)?,
        batch: row.get(2)?,
        serial: row.get(3)?,
        goods_status_code: row.get(4)?,
        in_date: time(&row.get::<_, String>(5)?),
        expiry_date: row.get::<_, Option<String>>(6)?.as_deref().map(time),
        in_order_line_id: row.get(7)?,
        number_of_items: quantity(row, 8)?,
        location: row.get(9)?,
        original_article_item_id: row.get(10)?,
        is_locked: row.get(17)?,
        container: row.get(11)?,
        comment: row.get(12)?,
        item_weight: optional_quantity(row, 13)?,
        item_length: optional_quantity(row, 14)?,
        item_width: optional_quantity(row, 15)?,
        item_height: optional_quantity(row, 16)?,
        ..ReceivedArticlItem::default()
    })
}

/// Items that the goods owner announced one by one, on lines of which nothing has arrived.
fn advised_items(desk: &Desk<'_>, order: i32) -> Result<Vec<ReceivedArticlItem>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT id, article, external_code, items FROM in_order_line
         WHERE in_order = ?1 AND CAST(received AS REAL) = 0 ORDER BY position, id",
    )?;
    let mut rows = statement.query([order])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        for item in advised(&row.get::<_, String>(3)?) {
            items.push(ReceivedArticlItem {
                article: Some(article::card(desk, row.get(1)?)?),
                external_order_line_code: row.get(2)?,
                in_order_line_id: row.get(0)?,
                batch: item.batch,
                serial: item.serial,
                expiry_date: item.expiry.as_deref().map(time),
                number_of_items: item.number.unwrap_or_default(),
                ..ReceivedArticlItem::default()
            });
        }
    }
    Ok(items)
}

/// An item that a line announces.
#[derive(Default)]
pub(crate) struct Advised {
    pub serial: Option<String>,
    pub batch: Option<String>,
    /// As the request has it.
    pub expiry: Option<String>,
    pub status_code: Option<String>,
    pub number: Option<Decimal>,
    pub container: Option<String>,
    pub comment: Option<String>,
    /// Weight, volume, length, width and height, as decimal texts.
    pub measures: [Option<String>; 5],
}

/// The items that a line announces, read from the database.
pub(crate) fn advised(items: &str) -> Vec<Advised> {
    let items: Vec<Value> = serde_json::from_str(items).unwrap_or_default();
    let text = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let of = |item: &Value| Advised {
        serial: text(item, "Serial"),
        batch: text(item, "Batch"),
        expiry: text(item, "ExpiryDate"),
        status_code: item
            .get("InOrderLineArticleItemStatus")
            .and_then(|status| text(status, "ArticleItemStatusCode")),
        number: text(item, "NumberOfItems").and_then(|number| number.parse().ok()),
        container: text(item, "ContainerNo"),
        comment: text(item, "Comment"),
        measures: ["Weight", "Volume", "Length", "Width", "Height"].map(|name| text(item, name)),
    };
    items.iter().map(of).collect()
}
