//! Moves goods from one location to another.
//!
//! The members of the answer are not in the contract: they are in elements named after the service's types.

use rusqlite::params;
use rust_decimal::Decimal;

use super::item;
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::moment;
use crate::sandbox::refused::Refused;
use crate::sandbox::work_error::WorkError;
use crate::sandbox::{db, find};

/// The destination of goods.
pub(crate) struct Target<'a> {
    pub location: &'a str,
    pub warehouse: i32,
}

/// Moves goods to another location of their warehouse.
pub(crate) fn carry(
    desk: &Desk<'_>,
    number: &str,
    quantity: Decimal,
    location: &str,
) -> Result<(), WorkError> {
    let id = find::article(desk, number)?.id;
    if quantity <= Decimal::ZERO || location.is_empty() {
        return Err(WorkError::Rule("a move needs a number above 0 and a location".to_owned()));
    }
    let mut filter = item::in_stock(id);
    filter.and("location <> ?", location.to_owned());
    let (parts, missing) = item::choose(&item::all(desk, &filter)?, quantity);
    if missing > Decimal::ZERO {
        return Err(WorkError::NotEnough { article: number.to_owned(), missing });
    }
    for (from, part) in parts {
        let warehouse =
            desk.query_row("SELECT warehouse FROM article_item WHERE id = ?1", [from], |row| row.get(0))?;
        place(desk, from, part, &Target { location, warehouse })?;
    }
    article::touch(desk, id)?;
    Ok(())
}

/// Moves a part of an item. Returns the item at the destination.
pub(crate) fn place(
    desk: &Desk<'_>,
    from: i32,
    number: Decimal,
    target: &Target<'_>,
) -> Result<i32, rusqlite::Error> {
    let moved = item::split(desk, from, number)?;
    desk.execute(
        "INSERT INTO movement (article_item, number, from_location, to_location, from_warehouse, to_warehouse, at)
         SELECT id, number, location, ?2, warehouse, ?3, ?4 FROM article_item WHERE id = ?1",
        params![moved, target.location, target.warehouse, desk.stamp()],
    )?;
    desk.execute(
        "UPDATE article_item SET location = ?2, warehouse = ?3 WHERE id = ?1",
        (moved, target.location, target.warehouse),
    )?;
    Ok(moved)
}

pub(crate) fn by_query(
    desk: &Desk<'_>,
    request: GetMovementsByQuery,
) -> Result<GetGoodsOwnerMovementsResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("Query"))?;
    if query.move_time_from.is_unset() {
        return Err(Refused::missing("MoveTimeFrom"));
    }
    let mut filter = Condition::new();
    filter.and("article.owner = ?", desk.owner()?.id);
    filter.and("movement.at >= ?", moment(query.move_time_from));
    filter.and_if("movement.at <= ?", query.move_time_to.map(moment));
    filter.and_if("from_location = ?", query.from_location);
    filter.and_if("to_location = ?", query.to_location);
    filter.one_of("article.id", query.article_def_ids_to_get.as_deref());
    filter.one_of("article.number", query.article_numbers_to_get.as_deref());
    filter.and_if("from_house.code = ?", query.from_warehouse_code);
    filter.and_if("to_house.code = ?", query.to_warehouse_code);
    filter.and_if("from_house.id = ?", query.from_warehouse_id);
    filter.and_if("to_house.id = ?", query.to_warehouse_id);
    if query.only_movements_between_different_warehouses == Some(true) {
        filter.plain("from_warehouse <> to_warehouse");
    }
    if query.only_movements_between_different_article_item_pallet_items == Some(true) {
        // There are no pallets here.
        filter.plain("0");
    }
    let sql = format!(
        "SELECT movement.id, movement.id AS MovementId, movement.at AS MoveTime, movement.number AS NumberOfItems,
         item.id AS ArticleItemId, item.batch AS Batch, item.serial AS Serial,
         article.id AS \"Article.ArticleSystemId\", article.number AS \"Article.ArticleNumber\",
         from_location AS \"FromLocation.Location\", to_location AS \"ToLocation.Location\",
         from_house.id AS \"FromWarehouse.WarehouseId\", from_house.code AS \"FromWarehouse.WarehouseCode\",
         to_house.id AS \"ToWarehouse.WarehouseId\", to_house.code AS \"ToWarehouse.WarehouseCode\"
         FROM movement JOIN article_item AS item ON item.id = article_item JOIN article ON article.id = item.article
         JOIN warehouse AS from_house ON from_house.id = from_warehouse
         JOIN warehouse AS to_house ON to_house.id = to_warehouse {} ORDER BY movement.id",
        filter.sql()
    );
    let rows = db::open_rows::rows(desk, "GoodsOwnerMovement", &sql, filter.values())?;
    Ok(GetGoodsOwnerMovementsResult { any: db::open_rows::elements(rows) })
}
