//! Stock arithmetic: the quantity of an article in stock, and the part that can still be sold.

use rust_decimal::Decimal;

use crate::sandbox::articles::article;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{quantity, sum};

/// An article's quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stock {
    /// In the warehouse.
    pub physical: Decimal,
    /// Ordered and not picked, on orders that are still to be picked.
    pub booked: Decimal,
    /// Allocated and not picked; a part of `booked`.
    pub allocated: Decimal,
    /// Announced and not received.
    pub to_receive: Decimal,
    /// Picked, on orders that have not left the warehouse.
    pub to_be_collected: Decimal,
    /// Locked; a part of `physical`.
    pub locked: Decimal,
    /// What can still be sold; negative if more is ordered than in stock.
    pub sellable: Decimal,
}

/// The quantities of an article.
pub(crate) fn of(desk: &Desk<'_>, article: i32) -> Result<Stock, rusqlite::Error> {
    let in_stock = "FROM article_item WHERE article = ?1 AND CAST(number AS REAL) > 0";
    let physical = sum(desk, &format!("SELECT number {in_stock}"), article)?;
    let locked = sum(desk, &format!("SELECT number {in_stock} AND locked"), article)?;
    let booked = difference(
        desk,
        "SELECT ordered, picked FROM order_line JOIN customer_order ON customer_order.id = customer_order
         WHERE article = ?1 AND NOT gone AND moves AND status < 400",
        article,
    )?;
    let allocated = sum(
        desk,
        "SELECT allocation.number FROM allocation JOIN article_item ON article_item.id = article_item
         WHERE article = ?1 AND CAST(article_item.number AS REAL) > 0",
        article,
    )?;
    let to_receive = difference(
        desk,
        "SELECT advised, received FROM in_order_line JOIN in_order ON in_order.id = in_order
         WHERE article = ?1 AND CAST(advised AS REAL) > CAST(received AS REAL) AND status < 500",
        article,
    )?;
    let to_be_collected = sum(
        desk,
        "SELECT pick.number FROM order_line JOIN customer_order ON customer_order.id = customer_order
         JOIN pick ON pick.order_line = order_line.id WHERE article = ?1 AND NOT gone AND status < 500",
        article,
    )?;
    let mut sellable = physical - locked - booked;
    let parts = article::kit(desk, article)?;
    if !parts.is_empty() {
        sellable = of_kit(desk, &parts)?;
    }
    Ok(Stock { physical, booked, allocated, to_receive, to_be_collected, locked, sellable })
}

/// The sum over all rows of the first column minus the second.
fn difference(desk: &Desk<'_>, sql: &str, article: i32) -> Result<Decimal, rusqlite::Error> {
    let mut statement = desk.prepare_cached(sql)?;
    let mut rows = statement.query([article])?;
    let mut total = Decimal::ZERO;
    while let Some(row) = rows.next()? {
        total += quantity(row, 0)? - quantity(row, 1)?;
    }
    Ok(total)
}

/// The number of kits that the parts allow.
fn of_kit(desk: &Desk<'_>, parts: &[(i32, Decimal)]) -> Result<Decimal, rusqlite::Error> {
    let mut smallest: Option<Decimal> = None;
    for (part, number) in parts {
        let kits = of(desk, *part)?.sellable.checked_div(*number).unwrap_or_default().floor();
        smallest = Some(smallest.map_or(kits, |smallest| smallest.min(kits)));
    }
    Ok(smallest.unwrap_or_default())
}
