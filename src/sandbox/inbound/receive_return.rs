//! Returned goods.

use rusqlite::params;
use rust_decimal::Decimal;

use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{quantity, sum};
use crate::sandbox::find::FoundThing;
use crate::sandbox::orders::order;
use crate::sandbox::orders::status::RETURNED;
use crate::sandbox::work_error::WorkError;

/// Receives all goods of a return that have not arrived yet into stock.
pub(crate) fn take_back(desk: &Desk<'_>, return_order: &FoundThing) -> Result<(), WorkError> {
    let id = return_order.id;
    let sql = "SELECT customer_order FROM return_order WHERE id = ?1";
    let customer_order: i32 = desk.query_row(sql, [id], |row| row.get(0))?;
    let mut statement = desk.prepare_cached(
        "SELECT line.id, order_line, article, article.number, wanted, returned, picked
         FROM return_order_line AS line JOIN order_line ON order_line.id = order_line
         JOIN article ON article.id = article WHERE return_order = ?1 ORDER BY line.id",
    )?;
    let mut rows = statement.query([id])?;
    let mut came = false;
    while let Some(row) = rows.next()? {
        let (line, order_line, article): (i32, i32, i32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (wanted, returned, picked) = (quantity(row, 4)?, quantity(row, 5)?, quantity(row, 6)?);
        let back = sum(desk, "SELECT returned FROM return_order_line WHERE order_line = ?1", order_line)?;
        let over = back + wanted - returned - picked;
        if over > Decimal::ZERO {
            return Err(WorkError::NotEnough { article: row.get(3)?, missing: over });
        }
        if wanted > returned {
            put_back(desk, line, article, wanted - returned)?;
            desk.execute("UPDATE return_order_line SET returned = wanted WHERE id = ?1", [line])?;
            came = true;
        }
    }
    if !came {
        let text = format!("all goods of return \"{}\" have been received", return_order.number);
        return Err(WorkError::Rule(text));
    }
    desk.execute("UPDATE return_order SET last_returned = ?2 WHERE id = ?1", (id, desk.stamp()))?;
    desk.execute(
        "UPDATE customer_order SET last_returned = ?2 WHERE id = ?1",
        (customer_order, desk.stamp()),
    )?;
    order::touch_articles(desk, customer_order)?;
    settle(desk, customer_order)
}

fn put_back(desk: &Desk<'_>, line: i32, article: i32, number: Decimal) -> Result<(), WorkError> {
    desk.execute(
        "INSERT INTO article_item (article, received, number, location, in_date, return_order_line)
         VALUES (?1, ?2, ?2, 'RETURNS', ?3, ?4)",
        params![article, number.normalize().to_string(), desk.stamp(), line],
    )?;
    Ok(())
}

/// An order is returned when all its goods are.
fn settle(desk: &Desk<'_>, customer_order: i32) -> Result<(), WorkError> {
    let picked =
        sum(desk, "SELECT picked FROM order_line WHERE customer_order = ?1 AND moves", customer_order)?;
    let back = sum(
        desk,
        "SELECT returned FROM return_order_line JOIN order_line ON order_line.id = order_line
         WHERE customer_order = ?1 AND moves",
        customer_order,
    )?;
    if back >= picked && !picked.is_zero() {
        order::set_status(desk, customer_order, RETURNED)?;
    }
    Ok(())
}
