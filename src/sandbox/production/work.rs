//! Production: consumes parts and adds products.

use rusqlite::params;
use rust_decimal::Decimal;

use super::order::{BEGUN, FINISHED};
use crate::sandbox::articles::article;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{LARGEST, quantity};
use crate::sandbox::find::FoundThing;
use crate::sandbox::stock::item;
use crate::sandbox::work_error::WorkError;

/// A line to produce.
struct ProductionLine {
    id: i32,
    number: String,
    article: i32,
    article_number: String,
    wanted: Decimal,
    produced: Decimal,
}

fn lines(desk: &Desk<'_>, order: i32) -> Result<Vec<ProductionLine>, WorkError> {
    let mut statement = desk.prepare_cached(
        "SELECT line.id, line.number, article, article.number, wanted, produced FROM production_line AS line
         JOIN article ON article.id = article WHERE production_order = ?1 ORDER BY line.id",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(ProductionLine {
            id: row.get(0)?,
            number: row.get(1)?,
            article: row.get(2)?,
            article_number: row.get(3)?,
            wanted: quantity(row, 4)?,
            produced: quantity(row, 5)?,
        })
    };
    Ok(statement.query_map([order], read)?.collect::<Result<_, rusqlite::Error>>()?)
}

/// Produces what is left of an order, or these quantities of lines, which may be more than ordered.
pub(crate) fn produce(
    desk: &Desk<'_>,
    production_order: &FoundThing,
    asked: Option<&[(&str, Decimal)]>,
) -> Result<(), WorkError> {
    let id = production_order.id;
    if production_order.status >= FINISHED {
        return Err(production_order.stands_against("production"));
    }
    let all = lines(desk, id)?;
    match asked {
        None => {
            for line in all.iter().filter(|line| line.wanted > line.produced) {
                produce_line(desk, line, line.wanted - line.produced)?;
            }
        }
        Some(asked) => {
            for (name, number) in asked {
                let is = |line: &&ProductionLine| line.number == *name || line.article_number == *name;
                let line = all.iter().find(is).ok_or_else(|| WorkError::NoLine((*name).to_owned()))?;
                produce_line(desk, line, *number)?;
            }
        }
    }
    let is_complete = lines(desk, id)?.iter().all(|line| line.produced >= line.wanted);
    let (status, ended) = if is_complete { (FINISHED, Some(desk.stamp())) } else { (BEGUN, None) };
    desk.execute(
        "UPDATE production_order SET status = ?2, started = coalesce(started, ?3), last_produced = ?3, ended = ?4
         WHERE id = ?1",
        params![id, status, desk.stamp(), ended],
    )?;
    Ok(())
}

fn produce_line(desk: &Desk<'_>, line: &ProductionLine, number: Decimal) -> Result<(), WorkError> {
    if number <= Decimal::ZERO || number > LARGEST {
        return Err(WorkError::Rule(format!(
            "{number} of article \"{}\" cannot be produced",
            line.article_number
        )));
    }
    let made: i32 = desk.query_row(
        "INSERT INTO article_item (article, received, number, batch, serial, expiry, location, in_date, production_line)
         SELECT article, ?2, ?2, batch, serial, expiry, 'PROD', ?3, ?1 FROM production_line
         JOIN production_order ON production_order.id = production_order WHERE production_line.id = ?1 RETURNING id",
        params![line.id, number.normalize().to_string(), desk.stamp()],
        |row| row.get(0),
    )?;
    let mut statement = desk.prepare_cached(
        "SELECT part, article_part.number, article.number FROM article_part JOIN article ON article.id = part
         WHERE article = ?1 ORDER BY article_part.rowid",
    )?;
    let mut rows = statement.query([line.article])?;
    while let Some(row) = rows.next()? {
        let part: i32 = row.get(0)?;
        let mut filter = item::in_stock(part);
        filter.plain("NOT locked");
        let (chosen, missing) = item::choose(&item::all(desk, &filter)?, quantity(row, 1)? * number);
        if missing > Decimal::ZERO {
            return Err(WorkError::NotEnough { article: row.get(2)?, missing });
        }
        for (item, part) in chosen {
            item::take(desk, item, part)?;
            desk.execute(
                "INSERT INTO consumption (production_line, article_item, number, produced) VALUES (?1, ?2, ?3, ?4)",
                params![line.id, item, part.normalize().to_string(), made],
            )?;
        }
        article::touch(desk, part)?;
    }
    let produced = (line.produced + number).normalize().to_string();
    desk.execute("UPDATE production_line SET produced = ?2 WHERE id = ?1", (line.id, produced))?;
    article::touch(desk, line.article)?;
    Ok(())
}
