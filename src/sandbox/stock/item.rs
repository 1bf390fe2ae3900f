//! Article items: split when only a part of one changes, and chosen for work on them.

use rusqlite::params;
use rust_decimal::Decimal;

use crate::sandbox::db::condition::Filter;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{quantity, sum};

/// An item of which there is something in the warehouse.
pub(crate) struct Item {
    pub id: i32,
    /// How many there are, those set aside among them.
    pub number: Decimal,
    /// How many are not set aside.
    pub free: Decimal,
}

/// The items that a filter lets through, oldest first.
pub(crate) fn all(desk: &Desk<'_>, filter: &Filter) -> Result<Vec<Item>, rusqlite::Error> {
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
pub(crate) fn in_stock(article: i32) -> Filter {
    let mut filter = Filter::new();
    filter.and("article = ?", article);
    filter.plain("CAST(number AS REAL) > 0");
    filter
}

/// Parts of these items that make up `number`, those set aside left alone: each with how much of it. Also how much is
/// missing.
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

/// Takes a part of an item away as an item of its own; the whole item stays itself.
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

/// Says how many of an item there are.
pub(crate) fn set_number(desk: &Desk<'_>, item: i32, number: Decimal) -> Result<(), rusqlite::Error> {
    desk.execute(
        "UPDATE article_item SET number = ?2 WHERE id = ?1",
        params![item, number.normalize().to_string()],
    )?;
    Ok(())
}

/// Takes so many from an item: they leave the warehouse.
pub(crate) fn take(desk: &Desk<'_>, item: i32, number: Decimal) -> Result<(), rusqlite::Error> {
    let there = sum(desk, "SELECT number FROM article_item WHERE id = ?1", item)?;
    set_number(desk, item, there - number)
}
