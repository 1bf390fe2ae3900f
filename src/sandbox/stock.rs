//! Stock arithmetic: how much of an article there is, and how much of it can still be sold.

use rust_decimal::Decimal;

use super::article;
use super::database::sum;
use super::desk::Desk;

/// An article's quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stock {
    /// In the warehouse.
    pub physical: Decimal,
    /// Ordered and not picked, on orders that are still to be picked.
    pub booked: Decimal,
    /// Set aside and not picked; a part of `booked`.
    pub allocated: Decimal,
    /// Announced and not received.
    pub to_receive: Decimal,
    /// Picked, on orders that have not left the warehouse.
    pub to_be_collected: Decimal,
    /// Locked; a part of `physical`.
    pub locked: Decimal,
    /// What can still be sold; below 0 when more is ordered than there is.
    pub sellable: Decimal,
}

/// The quantities of an article.
pub(super) fn of(desk: &Desk<'_>, article: i32) -> Result<Stock, rusqlite::Error> {
    let physical = sum(desk, "SELECT number FROM article_item WHERE article = ?1", article)?;
    let lines = "FROM order_line JOIN customer_order ON customer_order.id = customer_order
                 WHERE article = ?1 AND moves AND status < 400";
    let ordered = sum(desk, &format!("SELECT ordered {lines}"), article)?;
    let picked = sum(desk, &format!("SELECT picked {lines}"), article)?;
    let allocated = sum(
        desk,
        "SELECT allocation.number FROM allocation JOIN article_item ON article_item.id = article_item
         WHERE article = ?1",
        article,
    )?;
    let lines =
        "FROM in_order_line JOIN in_order ON in_order.id = in_order WHERE article = ?1 AND status < 500
                 AND CAST(advised AS REAL) > CAST(received AS REAL)";
    let advised = sum(desk, &format!("SELECT advised {lines}"), article)?;
    let received = sum(desk, &format!("SELECT received {lines}"), article)?;
    let to_be_collected = sum(
        desk,
        "SELECT pick.number FROM pick JOIN order_line ON order_line.id = order_line
         JOIN customer_order ON customer_order.id = customer_order WHERE article = ?1 AND status < 500",
        article,
    )?;
    let locked = sum(desk, "SELECT number FROM article_item WHERE article = ?1 AND locked", article)?;
    let booked = ordered - picked;
    let mut sellable = physical - locked - booked;
    let parts = article::kit(desk, article)?;
    if !parts.is_empty() {
        sellable = of_kit(desk, &parts)?;
    }
    Ok(Stock {
        physical,
        booked,
        allocated,
        to_receive: advised - received,
        to_be_collected,
        locked,
        sellable,
    })
}

/// The smallest number of kits that the parts make.
fn of_kit(desk: &Desk<'_>, parts: &[(i32, Decimal)]) -> Result<Decimal, rusqlite::Error> {
    let mut smallest: Option<Decimal> = None;
    for (part, number) in parts {
        let kits = of(desk, *part)?.sellable.checked_div(*number).unwrap_or_default().floor();
        smallest = Some(smallest.map_or(kits, |smallest| smallest.min(kits)));
    }
    Ok(smallest.unwrap_or_default())
}
