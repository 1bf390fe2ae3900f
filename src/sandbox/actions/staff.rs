//! The work of the warehouse staff: receive, allocate, pick, ship.

use rusqlite::params;
use rust_decimal::Decimal;

use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{LARGEST, quantity, sum};
use crate::sandbox::find::FoundThing;
use crate::sandbox::inbound::query::{Advised, advised};
use crate::sandbox::inbound::status::{INBOUND, RECEIVED};
use crate::sandbox::inbound::{in_order, tag};
use crate::sandbox::orders::order;
use crate::sandbox::orders::status::{ALLOCATED, COLLECTED, PICKED, RELEASED, SENT};
use crate::sandbox::work_error::WorkError;

type Result<T, E = WorkError> = std::result::Result<T, E>;

/// A line on which goods move.
struct MovedLine {
    id: i32,
    code: Option<String>,
    article: i32,
    article_number: String,
    /// The quantity announced or ordered.
    wanted: Decimal,
    /// The quantity received or picked.
    done: Decimal,
    /// The announced properties of the items; empty for outbound lines.
    items: String,
}

impl MovedLine {
    fn is(&self, name: &str) -> bool {
        self.code.as_deref() == Some(name) || self.article_number == name
    }

    fn not_enough(&self, missing: Decimal) -> WorkError {
        WorkError::NotEnough { article: self.article_number.clone(), missing }
    }
}

fn lines(desk: &Desk<'_>, sql: &str, id: i32) -> Result<Vec<MovedLine>> {
    let mut statement = desk.prepare_cached(sql)?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(MovedLine {
            id: row.get(0)?,
            code: row.get(1)?,
            article: row.get(2)?,
            article_number: row.get(3)?,
            wanted: quantity(row, 4)?,
            done: quantity(row, 5)?,
            items: row.get(6)?,
        })
    };
    Ok(statement.query_map([id], read)?.collect::<Result<_, rusqlite::Error>>()?)
}

/// The quantity for each line: what is left of all, or as requested.
fn meant(lines: Vec<MovedLine>, asked: Option<&[(&str, Decimal)]>) -> Result<Vec<(MovedLine, Decimal)>> {
    let Some(asked) = asked else {
        let left = |line: MovedLine| {
            let left = line.wanted - line.done;
            (line, left)
        };
        return Ok(lines.into_iter().map(left).filter(|(_, left)| *left > Decimal::ZERO).collect());
    };
    let mut lines = lines;
    let mut meant = Vec::new();
    for (name, number) in asked {
        let index = lines.iter().position(|line| line.is(name));
        let index = index.ok_or_else(|| WorkError::NoLine((*name).to_owned()))?;
        if *number <= Decimal::ZERO || *number > LARGEST {
            return Err(WorkError::Rule(format!("{number} of line \"{name}\" cannot be moved")));
        }
        meant.push((lines.remove(index), *number));
    }
    Ok(meant)
}

/// Reads tags on goods received on a line of an in-order.
pub(crate) fn tag(desk: &Desk<'_>, in_order: &FoundThing, line: &str, tags: &[&str]) -> Result<()> {
    let found = lines(desk, IN, in_order.id)?.into_iter().find(|known| known.is(line));
    let found = found.ok_or_else(|| WorkError::NoLine(line.to_owned()))?;
    tag::read(desk, found.id, tags)
}

// ---- goods in --------------------------------------------------------------------------------------------------

const IN: &str = "SELECT line.id, external_code, article, article.number, advised, received, items
    FROM in_order_line AS line JOIN article ON article.id = article WHERE in_order = ?1 ORDER BY position";

/// Receives goods of an in-order, which may be more than announced.
pub(crate) fn receive(
    desk: &Desk<'_>,
    in_order: &FoundThing,
    asked: Option<&[(&str, Decimal)]>,
) -> Result<()> {
    let id = in_order.id;
    if in_order.status >= RECEIVED {
        return Err(in_order.stands_against("reception"));
    }
    for (line, number) in meant(lines(desk, IN, id)?, asked)? {
        receive_line(desk, &line, number)?;
    }
    let is_complete = lines(desk, IN, id)?.iter().all(|line| line.done >= line.wanted);
    desk.execute("UPDATE in_order SET last_received = ?2 WHERE id = ?1", (id, desk.stamp()))?;
    in_order::set_status(desk, id, if is_complete { RECEIVED } else { INBOUND })?;
    Ok(())
}

fn receive_line(desk: &Desk<'_>, line: &MovedLine, number: Decimal) -> Result<()> {
    let mut left = number;
    // Items that were announced one by one are received one by one, unless already received; the rest is received as
    // one item.
    if line.done.is_zero() {
        for item in advised(&line.items) {
            let part = item.number.unwrap_or(left).min(left);
            if part > Decimal::ZERO {
                insert_item(desk, line, &item, part)?;
                left -= part;
            }
        }
    }
    if left > Decimal::ZERO {
        insert_item(desk, line, &Advised::default(), left)?;
    }
    desk.execute(
        "UPDATE in_order_line SET received = ?2 WHERE id = ?1",
        (line.id, (line.done + number).normalize().to_string()),
    )?;
    Ok(())
}

fn insert_item(desk: &Desk<'_>, line: &MovedLine, item: &Advised, number: Decimal) -> Result<()> {
    let [weight, volume, length, width, height] = &item.measures;
    desk.execute(
        "INSERT INTO article_item (article, in_order_line, received, number, batch, serial, expiry, status_code,
         location, in_date, container, comment, weight, volume, length, width, height)
         VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, 'A-1', ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        params![
            line.article,
            line.id,
            number.normalize().to_string(),
            item.batch,
            item.serial,
            item.expiry,
            item.status_code,
            desk.stamp(),
            item.container,
            item.comment,
            weight,
            volume,
            length,
            width,
            height,
        ],
    )?;
    Ok(())
}

// ---- goods out -------------------------------------------------------------------------------------------------

const OUT: &str = "SELECT line.id, external_code, article, article.number, ordered, picked, ''
    FROM order_line AS line JOIN article ON article.id = article WHERE customer_order = ?1 AND moves ORDER BY line.id";

/// Allocates goods to all lines of an order.
pub(crate) fn allocate(desk: &Desk<'_>, order: &FoundThing) -> Result<()> {
    let id = order.id;
    if !(RELEASED..PICKED).contains(&order.status) {
        return Err(order.stands_against("allocation"));
    }
    for line in lines(desk, OUT, id)? {
        allocate_line(desk, &line, line.wanted - line.done)?;
    }
    order::set_status(desk, id, ALLOCATED)?;
    order::touch_articles(desk, id)?;
    Ok(())
}

/// Allocates goods up to this quantity; those that expire or arrived first are used first.
fn allocate_line(desk: &Desk<'_>, line: &MovedLine, number: Decimal) -> Result<()> {
    let mut left = number - sum(desk, "SELECT number FROM allocation WHERE order_line = ?1", line.id)?;
    let mut statement = desk.prepare_cached(
        "SELECT id, number FROM article_item WHERE article = ?1 AND NOT locked AND CAST(number AS REAL) > 0
         ORDER BY expiry IS NULL, expiry, id",
    )?;
    let items: Vec<(i32, Decimal)> = statement
        .query_map([line.article], |row| Ok((row.get(0)?, quantity(row, 1)?)))?
        .collect::<Result<_, rusqlite::Error>>()?;
    for (item, there) in items {
        let taken = sum(desk, "SELECT number FROM allocation WHERE article_item = ?1", item)?;
        let part = (there - taken).min(left);
        if part > Decimal::ZERO {
            desk.execute(
                "INSERT INTO allocation (order_line, article_item, number) VALUES (?1, ?2, ?3)",
                (line.id, item, part.normalize().to_string()),
            )?;
            left -= part;
        }
    }
    if left > Decimal::ZERO { Err(line.not_enough(left)) } else { Ok(()) }
}

/// Picks an order's goods; allocates them first if necessary.
pub(crate) fn pick(desk: &Desk<'_>, order: &FoundThing, asked: Option<&[(&str, Decimal)]>) -> Result<()> {
    let id = order.id;
    if !(RELEASED..PICKED).contains(&order.status) {
        return Err(order.stands_against("picking"));
    }
    for (line, number) in meant(lines(desk, OUT, id)?, asked)? {
        let over = number - (line.wanted - line.done);
        if over > Decimal::ZERO {
            return Err(line.not_enough(over));
        }
        pick_line(desk, &line, number)?;
    }
    settle_kits(desk, id)?;
    let is_complete = lines(desk, OUT, id)?.iter().all(|line| line.done >= line.wanted);
    desk.execute("UPDATE customer_order SET last_picked = ?2 WHERE id = ?1", (id, desk.stamp()))?;
    order::set_status(desk, id, if is_complete { PICKED } else { ALLOCATED })?;
    order::touch_articles(desk, id)?;
    Ok(())
}

fn pick_line(desk: &Desk<'_>, line: &MovedLine, number: Decimal) -> Result<()> {
    let allocated = sum(desk, "SELECT number FROM allocation WHERE order_line = ?1", line.id)?;
    allocate_line(desk, line, number.max(allocated))?;
    let mut left = number;
    let mut statement =
        desk.prepare_cached("SELECT rowid, article_item, number FROM allocation WHERE order_line = ?1")?;
    let allocations: Vec<(i64, i32, Decimal)> = statement
        .query_map([line.id], |row| Ok((row.get(0)?, row.get(1)?, quantity(row, 2)?)))?
        .collect::<Result<_, rusqlite::Error>>()?;
    for (allocation, item, aside) in allocations {
        let part = aside.min(left);
        if part <= Decimal::ZERO {
            break;
        }
        take_out(desk, line.id, item, part)?;
        let rest = aside - part;
        if rest.is_zero() {
            desk.execute("DELETE FROM allocation WHERE rowid = ?1", [allocation])?;
        } else {
            let rest = rest.normalize().to_string();
            desk.execute("UPDATE allocation SET number = ?2 WHERE rowid = ?1", (allocation, rest))?;
        }
        left -= part;
    }
    let picked = (line.done + number).normalize().to_string();
    desk.execute("UPDATE order_line SET picked = ?2 WHERE id = ?1", (line.id, picked))?;
    Ok(())
}

/// Takes goods from their place.
fn take_out(desk: &Desk<'_>, line: i32, item: i32, number: Decimal) -> Result<()> {
    let there = sum(desk, "SELECT number FROM article_item WHERE id = ?1", item)?;
    let rest = (there - number).normalize().to_string();
    desk.execute("UPDATE article_item SET number = ?2 WHERE id = ?1", (item, rest))?;
    desk.execute(
        "INSERT INTO pick (order_line, article_item, number, picked) VALUES (?1, ?2, ?3, ?4)",
        (line, item, number.normalize().to_string(), desk.stamp()),
    )?;
    Ok(())
}

/// A kit is picked as far as its parts are. Parts have higher ids than their kit, so the deepest are handled first.
fn settle_kits(desk: &Desk<'_>, order: i32) -> Result<()> {
    let mut statement = desk.prepare_cached(
        "SELECT DISTINCT parent FROM order_line WHERE customer_order = ?1 AND parent IS NOT NULL
         ORDER BY parent DESC",
    )?;
    let kits: Vec<i32> =
        statement.query_map([order], |row| row.get(0))?.collect::<Result<_, rusqlite::Error>>()?;
    for kit in kits {
        let mut statement =
            desk.prepare_cached("SELECT picked, per_parent FROM order_line WHERE parent = ?1")?;
        let mut rows = statement.query([kit])?;
        let mut picked: Option<Decimal> = None;
        while let Some(row) = rows.next()? {
            let whole = quantity(row, 0)?.checked_div(quantity(row, 1)?).unwrap_or_default().floor();
            picked = Some(picked.map_or(whole, |least| least.min(whole)));
        }
        let picked = picked.unwrap_or_default().normalize().to_string();
        desk.execute("UPDATE order_line SET picked = ?2 WHERE id = ?1", (kit, picked))?;
    }
    Ok(())
}

/// Hands an order to the transporter.
pub(crate) fn ship(desk: &Desk<'_>, order: &FoundThing, tracking: &str) -> Result<()> {
    let id = order.id;
    if order.status != PICKED {
        return Err(order.stands_against("shipping"));
    }
    desk.execute(
        "UPDATE customer_order SET shipped = ?2, card = json_set(card, '$.WayBill', ?3) WHERE id = ?1",
        (id, desk.stamp(), tracking),
    )?;
    desk.execute(
        "INSERT INTO tracking (customer_order, waybill, created) VALUES (?1, ?2, ?3)",
        (id, tracking, desk.stamp()),
    )?;
    order::set_status(desk, id, SENT)?;
    Ok(())
}

/// The default tracking number.
pub(crate) fn made_up_tracking(order: i32) -> String {
    format!("SANDBOX{order:09}")
}

/// Marks an order as collected.
pub(crate) fn collect(desk: &Desk<'_>, order: &FoundThing) -> Result<()> {
    let id = order.id;
    if !(PICKED..COLLECTED).contains(&order.status) {
        return Err(order.stands_against("collection"));
    }
    order::set_status(desk, id, COLLECTED)?;
    // Reduces what is picked and still here.
    order::touch_articles(desk, id)?;
    Ok(())
}

/// Does the next step for an order with status 300 or above: allocates, picks, ships or collects it. Returns the name
/// of the step.
pub(crate) fn next_step(desk: &Desk<'_>, order: &FoundThing) -> Result<&'static str> {
    match order.status {
        ..ALLOCATED => allocate(desk, order).map(|()| "allocate"),
        ALLOCATED..PICKED => pick(desk, order, None).map(|()| "pick"),
        PICKED => ship(desk, order, &made_up_tracking(order.id)).map(|()| "ship"),
        _ => collect(desk, order).map(|()| "collect"),
    }
}
