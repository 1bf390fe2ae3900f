//! Queries stock, by article and by item.

use rusqlite::OptionalExtension as _;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::arithmetic;
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{moment, set_moment, sum, time};
use crate::sandbox::db::typed_rows;
use crate::sandbox::refused::Refused;

pub(crate) fn all(desk: &Desk<'_>, _: GetInventory) -> Result<InventoryResult, Refused> {
    read(desk, GetInventoryQuery::default())
}

pub(crate) fn by_query(desk: &Desk<'_>, request: GetInventoryByQuery) -> Result<InventoryResult, Refused> {
    read(desk, request.get_inventory_query.unwrap_or_default())
}

fn read(desk: &Desk<'_>, query: GetInventoryQuery) -> Result<InventoryResult, Refused> {
    let owner = desk.owner()?.id;
    let mut filter = Condition::new();
    filter.and("owner = ?", owner);
    filter.one_of("number", query.article_numbers_to_get.as_deref());
    filter.one_of("product_code", query.product_codes_to_get.as_deref());
    filter.one_of("bar_code", query.bar_codes_to_get.as_deref());
    filter.one_of("id", query.article_system_ids_to_get.as_deref());
    filter.and_if("id >= ?", query.article_system_id_from);
    filter.and_if("stock_changed >= ?", query.stock_info_changed_from.map(moment));
    filter.and_if("created >= ?", query.created_time_from.map(moment));
    for text in query.article_name_contains.unwrap_or_default() {
        filter.and("instr(lower(name), lower(?)) > 0", text);
    }
    let special = query.special_filters.unwrap_or_default();
    if special.only_articles_in_stock == Some(true) {
        filter.plain(IN_STOCK);
    }
    let below = Below {
        stock_limit: query.articles_below_stock_limit == Some(true),
        booked_too: query.articles_below_stock_limit_considering_number_of_booked_items == Some(true),
    };
    let most = query.max_articles_to_get.map(|most| usize::try_from(most).unwrap_or(0)).unwrap_or(usize::MAX);
    let mut lines = Vec::new();
    for (article, order_point) in candidates(desk, &filter)? {
        if lines.len() >= most {
            break;
        }
        let stock = arithmetic::of(desk, article)?;
        if below.lets(&stock, order_point) {
            lines.push(line(desk, article, &stock)?);
        }
    }
    Ok(InventoryResult { inventory_lines: Some(lines), goods_owner_id: owner })
}

const IN_STOCK: &str =
    "EXISTS (SELECT 1 FROM article_item WHERE article = article.id AND CAST(number AS REAL) > 0)";

/// The filters that compare stock with the article's limit.
struct Below {
    stock_limit: bool,
    booked_too: bool,
}

impl Below {
    fn lets(&self, stock: &arithmetic::Stock, order_point: Option<i32>) -> bool {
        // An article without a limit is never below it.
        let is_below = |number: Decimal| order_point.is_some_and(|limit| number < limit.into());
        (!self.stock_limit || is_below(stock.physical))
            && (!self.booked_too || is_below(stock.physical - stock.booked))
    }
}

fn candidates(desk: &Desk<'_>, filter: &Condition) -> Result<Vec<(i32, Option<i32>)>, Refused> {
    let mut statement =
        desk.prepare(&format!("SELECT id, order_point FROM article {} ORDER BY id", filter.sql()))?;
    let rows = statement.query_map(filter.values(), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn line(desk: &Desk<'_>, article: i32, stock: &arithmetic::Stock) -> Result<InventoryLine, Refused> {
    let last_in: Option<String> = desk
        .prepare_cached("SELECT max(in_date) FROM article_item WHERE article = ?1")?
        .query_row([article], |row| row.get(0))
        .optional()?
        .flatten();
    // The older members are whole numbers.
    let whole = |number: Decimal| number.trunc().to_i32().unwrap_or(i32::MAX);
    Ok(InventoryLine {
        article: Some(article::card(desk, article)?),
        number_of_items: whole(stock.physical),
        number_of_items_decimal: stock.physical,
        number_of_booked_items: whole(stock.booked),
        number_of_booked_items_decimal: stock.booked,
        allocated_number_of_items: Some(stock.allocated),
        sellable_number_of_items: stock.sellable,
        number_of_locked_items: stock.locked,
        to_receive_number_of_items: stock.to_receive,
        picked_to_be_collected_number_of_items: stock.to_be_collected,
        locked_for_sale_number_of_items: stock.locked,
        last_in_date: last_in.as_deref().map(time),
        ..InventoryLine::default()
    })
}

pub(crate) fn items(desk: &Desk<'_>, request: GetInventoryItems) -> Result<InventoryItemsResult, Refused> {
    let query = request.inventory_items_query.unwrap_or_default();
    let owner = desk.owner()?.id;
    let mut filter = Condition::new();
    filter.and("owner = ?", owner);
    filter.one_of("number", query.filter_by_article_number.as_deref());
    filter.and_if("id >= ?", query.article_system_id_from);
    let is_about_items = query.article_item_status_changed_from.is_some()
        || query.last_inventory_time_from.is_some()
        || query.previous_article_item_status.is_some()
        || query.is_locked.is_some()
        || query.article_item_location_is_locked_for_sale_changed_from.is_some()
        || query.filter_by_serial.as_ref().is_some_and(|serials| !serials.is_empty());
    let most = query.max_articles_to_get.map(|most| usize::try_from(most).unwrap_or(0)).unwrap_or(usize::MAX);
    let mut lines = Vec::new();
    for (article, _) in candidates(desk, &filter)? {
        if lines.len() >= most {
            break;
        }
        let items = items_of(desk, article, &query)?;
        let wanted = !items.is_empty() || (query.get_zero_stock_articles && !is_about_items);
        if wanted {
            let card = article::card(desk, article)?;
            lines.push(InventoryItemLine { article: Some(card), inventory_items: Some(items) });
        }
    }
    Ok(InventoryItemsResult { goods_owner_id: owner, inventory_item_lines: Some(lines) })
}

fn items_of(
    desk: &Desk<'_>,
    article: i32,
    query: &InventoryItemsQuery,
) -> Result<Vec<InventoryItem>, Refused> {
    let mut filter = Condition::new();
    filter.and("article = ?", article);
    filter.plain("CAST(number AS REAL) > 0");
    filter.one_of("serial", query.filter_by_serial.as_deref());
    filter.and_if("status_changed >= ?", query.article_item_status_changed_from.map(moment));
    filter.and_if("counted >= ?", query.last_inventory_time_from.map(moment));
    filter.and_if("locked = ?", query.is_locked);
    // No location here is locked for sale, or ever was.
    filter.and_if("?1 = ?1 AND 0", query.article_item_location_is_locked_for_sale_changed_from.map(moment));
    if let Some(previous) = &query.previous_article_item_status {
        let had = "EXISTS (SELECT 1 FROM item_change WHERE article_item = article_item.id AND type = 'ArticleItemStatus'";
        let code = previous.previous_article_item_status_code.clone();
        filter.and_if(&format!("{had} AND before = ?)"), code);
        let at = set_moment(Some(previous.previous_article_item_status_time));
        filter.and_if(&format!("{had} AND at >= ?)"), at);
    }
    let sql = format!(
        "SELECT id, batch AS Batch, expiry AS ExpiryDate, number AS NumberOfItems, status_code AS ArticleItemStatusCode,
         status_code AS ArticleItemStatusName, serial AS Serial, comment AS ArticleItemComment, location AS Location,
         in_date AS InDate, locked AS IsLocked, length AS Length, width AS Width, height AS Height, weight AS Weight,
         volume AS Volume, (SELECT in_order.number FROM in_order_line AS line
         JOIN in_order ON in_order.id = line.in_order WHERE line.id = in_order_line) AS InOrderNumber,
         counted AS LastInventoryTime, (SELECT code FROM warehouse WHERE warehouse.id = warehouse) AS WarehouseCode,
         0 AS IsLockedForSale, container AS Container, category_code AS \"ArticleItemCategory.Code\",
         category_code AS \"ArticleItemCategory.Name\",
         (SELECT rowid FROM code WHERE kind = 'article item category' AND code = category_code
             AND owner = (SELECT owner FROM article WHERE article.id = article)) AS \"ArticleItemCategory.Id\",
         id AS ArticleItemId FROM article_item {} ORDER BY id",
        filter.sql()
    );
    let aside = "SELECT number FROM allocation WHERE article_item = ?1";
    let mut items: Vec<InventoryItem> = typed_rows::all(desk, &sql, filter.values())?;
    for item in &mut items {
        item.lock_causes = Some(InventoryItemLockCauses {
            by_allocation: !sum(desk, aside, item.article_item_id)?.is_zero(),
            by_item_lock: item.is_locked,
            ..InventoryItemLockCauses::default()
        });
    }
    Ok(items)
}

pub(crate) fn per_warehouse(
    desk: &Desk<'_>,
    request: GetInventoryPerWarehouse,
) -> Result<GetInventoryPerWarehouseResult, Refused> {
    let query = request.inventory_per_warehouse_query.unwrap_or_default();
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.one_of("number", query.article_numbers_to_get.as_deref());
    filter.one_of("card ->> '$.ArticleGroupCode'", query.article_group_codes_to_get.as_deref());
    filter.one_of("product_code", query.product_codes_to_get.as_deref());
    filter.and_if("id >= ?", query.article_system_id_from);
    filter.and_if("stock_changed >= ?", query.stock_info_changed_from.map(moment));
    if query.special_filters.is_some_and(|special| special.only_articles_in_stock == Some(true)) {
        filter.plain(IN_STOCK);
    }
    let wanted = query.get_inventory_for_warehouse_ids.filter(|ids| !ids.is_empty());
    let most = query.max_articles_to_get.map(|most| usize::try_from(most).unwrap_or(0)).unwrap_or(usize::MAX);
    let mut lines = Vec::new();
    for (article, _) in candidates(desk, &filter)?.into_iter().take(most) {
        let stock = arithmetic::of(desk, article)?;
        lines.push(PerWarehouseArticleLine {
            article: Some(article::card(desk, article)?),
            number_of_items: stock.physical,
            number_of_booked_items: stock.booked,
            per_warehouse_stock_lines: Some(here(desk, article, &stock, wanted.as_deref())?),
            ..PerWarehouseArticleLine::default()
        });
    }
    Ok(GetInventoryPerWarehouseResult {
        success: true,
        per_warehouse_article_lines: Some(lines),
        ..GetInventoryPerWarehouseResult::default()
    })
}

/// Stock in each warehouse. Orders name no warehouse: booked quantities count for the main one, although goods are
/// picked from any.
fn here(
    desk: &Desk<'_>,
    article: i32,
    stock: &arithmetic::Stock,
    wanted: Option<&[i32]>,
) -> Result<Vec<PerWarehouseStockLine>, Refused> {
    let mut statement = desk.prepare_cached("SELECT id, code FROM warehouse ORDER BY id")?;
    let houses: Vec<(i32, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut lines = Vec::new();
    for (id, code) in houses.into_iter().filter(|(id, _)| wanted.is_none_or(|wanted| wanted.contains(id))) {
        let of = format!("SELECT number FROM article_item WHERE article = ?1 AND warehouse = {id}");
        let number_of_items = sum(desk, &of, article)?;
        let is_main = id == super::warehouse_code::MAIN;
        if is_main || !number_of_items.is_zero() {
            let locked = sum(desk, &format!("{of} AND locked"), article)?;
            let booked = if is_main { stock.booked } else { Decimal::ZERO };
            lines.push(PerWarehouseStockLine {
                warehouse_id: id,
                warehouse_code: Some(code),
                number_of_items,
                number_of_locked_items: locked,
                number_of_booked_items: booked,
                available_for_sale_number_of_items: number_of_items - locked,
                sellable_number_of_items: number_of_items - locked - booked,
                ..PerWarehouseStockLine::default()
            });
        }
    }
    Ok(lines)
}
