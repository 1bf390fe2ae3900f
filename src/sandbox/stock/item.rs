//! Article items: splits one if only a part changes, and selects items for work.

use rusqlite::params;
use rust_decimal::Decimal;

use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{quantity, sum};

/// An item in stock.
pub(crate) struct Item {
    pub id: i32,
    /// The quantity, including the allocated part.
    pub number: Decimal,
    /// The quantity that is not allocated.
    pub free: Decimal,
}

/// The items that match a filter, oldest first.
pub(crate) fn all(desk: &Desk<'_>, filter: &Condition) -> Result<Vec<Item>, rusqlite::Error> {
    let mut statement =
        desk.prepare(&format!("SELECT id, number FROM article_item {} ORDER BY id", filter.sql()))?;
    let mut rows = statement.query(filter.values())?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, number) = (row.get(0)?, quantity(row, 1)?);
        let aside = sum(desk, "SELECT number FROM allocation WHERE article_item = ?1", id)?;
        items.push(Item { id, number, free: number - aside });
    }
    Ok(items)
}

/// Items of an article that are in stock.
pub(crate) fn in_stock(article: i32) -> Condition {
    let mut filter = Condition::new();
    filter.and("article = ?", article);
    filter.plain("CAST(number AS REAL) > 0");
    filter
}

/// Selects parts of these items that add up to `number`, without allocated parts. Returns each with its quantity, and
/// the missing quantity.
pub(crate) fn choose(items: &[Item], number: Decimal) -> (Vec<(i32, Decimal)>, Decimal) {
    let mut left = number;
    let mut chosen = Vec::new();
    for item in items {
        let part = item.free.min(left);
        if part > Decimal::ZERO {
            chosen.push((item.id, part));
            left -= part;
        }
    }
    (chosen, left)
}

/// Splits a part of an item off as a new item; the whole item stays the same item.
pub(crate) fn split(desk: &Desk<'_>, item: i32, number: Decimal) -> Result<i32, rusqlite::Error> {
    let there = sum(desk, "SELECT number FROM article_item WHERE id = ?1", item)?;
    if number >= there {
        return Ok(item);
    }
    set_number(desk, item, there - number)?;
    desk.query_row(
        "INSERT INTO article_item (origin, warehouse, locked, price, category_code, counted, status_changed, article,
         received, number, batch, serial, expiry, status_code, location, in_date, weight, volume, length, width, height,
         free_decimal1, free_decimal2, comment, container)
         SELECT coalesce(origin, id), warehouse, locked, price, category_code, counted, status_changed, article,
         '0', ?2, batch, serial, expiry, status_code, location, in_date, weight, volume, length, width, height,
         free_decimal1, free_decimal2, comment, container FROM article_item WHERE id = ?1 RETURNING id",
        params![item, number.normalize().to_string()],
        |row| row.get(0),
    )
}

/// Sets the quantity of an item.
pub(crate) fn set_number(desk: &Desk<'_>, item: i32, number: Decimal) -> Result<(), rusqlite::Error> {
    desk.execute(
        "UPDATE article_item SET number = ?2 WHERE id = ?1",
        params![item, number.normalize().to_string()],
    )?;
    Ok(())
}

/// Removes a quantity from an item: it leaves the warehouse.
pub(crate) fn take(desk: &Desk<'_>, item: i32, number: Decimal) -> Result<(), rusqlite::Error> {
    let there = sum(desk, "SELECT number FROM article_item WHERE id = ?1", item)?;
    set_number(desk, item, there - number)
}
