//! Lines of orders: matches and replaces them, and adds the lines of a kit's parts.

use rusqlite::params;
use rust_decimal::Decimal;

use super::line_match::{self, ExistingLine};
use crate::sandbox::articles::article::{self, ArticleNames};
use crate::sandbox::contract::*;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{check_quantity, given, take, to_json};
use crate::sandbox::refused::Refused;

/// Replaces the order's lines by those of the request. Existing lines keep their id; lines that are not named are
/// removed.
pub(crate) fn replace(desk: &Desk<'_>, order: i32, lines: &[CustomerOrderLine]) -> Result<(), Refused> {
    let known = known(desk, order)?;
    let named = lines.iter().map(|line| named(desk, line)).collect::<Result<Vec<_>, _>>()?;
    let plan = line_match::plan(desk, &named, &known)?;
    for gone in known.iter().filter(|known| !plan.iter().any(|line| line.known == Some(known.id))) {
        remove(desk, gone.id)?;
    }
    for (position, planned) in plan.iter().enumerate() {
        let place = LinePosition {
            order,
            position: i32::try_from(position).unwrap_or(i32::MAX),
            ..LinePosition::default()
        };
        write(desk, &place, planned, named[planned.index].article, &lines[planned.index])?;
    }
    Ok(())
}

fn known(desk: &Desk<'_>, order: i32) -> Result<Vec<ExistingLine>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT id, external_code, article FROM order_line WHERE customer_order = ?1 AND parent IS NULL
         ORDER BY position",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(ExistingLine { id: row.get(0)?, code: row.get(1)?, article: row.get(2)? })
    };
    Ok(statement.query_map([order], read)?.collect::<Result<_, _>>()?)
}

fn named<'a>(desk: &Desk<'_>, line: &'a CustomerOrderLine) -> Result<line_match::RequestedLine<'a>, Refused> {
    check_quantity("NumberOfItems", line.number_of_items)?;
    Ok(line_match::RequestedLine {
        by: given!(line.order_line_identification, OrderLineIdentificationType),
        code: line.external_order_line_code.as_deref(),
        system_id: line.order_line_system_id,
        article: article_of(desk, line)?,
        number_of_items: line.number_of_items,
        shown: line.article_number.as_deref().unwrap_or_default(),
    })
}

fn article_of(desk: &Desk<'_>, line: &CustomerOrderLine) -> Result<i32, Refused> {
    article::must_find(
        desk,
        &ArticleNames {
            by: given!(line.article_identification, ArticleIdentificationType),
            system_id: line.article_system_id,
            number: line.article_number.as_deref(),
            product_code: line.product_code.as_deref(),
            name: line.article_name.as_deref(),
        },
    )
}

fn remove(desk: &Desk<'_>, line: i32) -> Result<(), Refused> {
    let sql = "SELECT EXISTS (SELECT 1 FROM return_order_line WHERE order_line = ?1)";
    if desk.query_row(sql, [line], |row| row.get(0))? {
        return Err(Refused::rule("A line of the order is to be returned, and cannot be removed"));
    }
    remove_parts(desk, line)?;
    desk.execute("DELETE FROM order_line WHERE id = ?1", [line])?;
    Ok(())
}

fn remove_parts(desk: &Desk<'_>, line: i32) -> Result<(), Refused> {
    let mut statement = desk.prepare_cached("SELECT id FROM order_line WHERE parent = ?1")?;
    let parts: Vec<i32> = statement.query_map([line], |row| row.get(0))?.collect::<Result<_, _>>()?;
    parts.into_iter().try_for_each(|part| remove(desk, part))
}

fn write(
    desk: &Desk<'_>,
    place: &LinePosition,
    planned: &line_match::Match,
    article: i32,
    line: &CustomerOrderLine,
) -> Result<(), Refused> {
    let ordered = planned.number_of_items;
    let id = match planned.known {
        Some(id) => {
            remove_parts(desk, id)?;
            desk.prepare_cached(
                "UPDATE order_line SET position = ?2, external_code = coalesce(?3, external_code), article = ?4,
                 ordered = ?5, card = ?6 WHERE id = ?1",
            )?
            .execute(params![
                id,
                place.position,
                line.external_order_line_code,
                article,
                ordered.to_string(),
                to_json(&card(line)).to_string(),
            ])?;
            id
        }
        None => insert(desk, place, article, ordered, Some(line))?,
    };
    write_parts(desk, place, id, article, ordered, Some(line))
}

/// The position of a line.
#[derive(Clone, Copy, Default)]
struct LinePosition {
    order: i32,
    position: i32,
    parent: Option<i32>,
    per_parent: Option<Decimal>,
}

fn insert(
    desk: &Desk<'_>,
    place: &LinePosition,
    article: i32,
    ordered: Decimal,
    line: Option<&CustomerOrderLine>,
) -> Result<i32, Refused> {
    let card =
        line.map(card).unwrap_or_else(|| PickedOrderLine { do_pick: true, ..PickedOrderLine::default() });
    Ok(desk
        .prepare_cached(
            "INSERT INTO order_line (customer_order, position, parent, per_parent, external_code, article, ordered,
             moves, card) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8) RETURNING id",
        )?
        .query_row(
            params![
                place.order,
                place.position,
                place.parent,
                place.per_parent.map(|number| number.to_string()),
                line.and_then(|line| line.external_order_line_code.clone()),
                article,
                ordered.to_string(),
                to_json(&card).to_string(),
            ],
            |row| row.get(0),
        )?)
}

/// Writes the lines of a kit's parts, from the request or the article register. Returns whether goods move on the line
/// itself.
fn write_parts(
    desk: &Desk<'_>,
    place: &LinePosition,
    id: i32,
    article: i32,
    ordered: Decimal,
    line: Option<&CustomerOrderLine>,
) -> Result<(), Refused> {
    let specification = line
        .and_then(|line| line.sub_order_line_specification.as_ref())
        .map(SubOrderLineSpecificationType::as_str);
    let below = LinePosition { parent: Some(id), ..*place };
    let is_kit = if specification == Some("RequestSpecification") {
        let parts = line.and_then(|line| line.sub_order_lines.as_deref()).unwrap_or_default();
        for part in parts.iter().filter_map(|part| part.customer_order_line.as_ref()) {
            check_quantity("NumberOfItems", part.number_of_items)?;
            let article = article_of(desk, part)?;
            let per_parent = part.number_of_items.checked_div(ordered);
            let place = LinePosition { per_parent, ..below };
            let line = insert(desk, &place, article, part.number_of_items, Some(part))?;
            write_parts(desk, &below, line, article, part.number_of_items, Some(part))?;
        }
        !parts.is_empty()
    } else {
        let parts = article::kit(desk, article)?;
        for (article, number) in &parts {
            let place = LinePosition { per_parent: Some(*number), ..below };
            let line = insert(desk, &place, *article, ordered * number, None)?;
            write_parts(desk, &below, line, *article, ordered * number, None)?;
        }
        !parts.is_empty()
    };
    let is_picked = line.is_none_or(|line| line.do_pick != Some(false));
    let moves = !is_kit && is_picked && article::card(desk, article)?.is_stock_article;
    desk.prepare_cached("UPDATE order_line SET moves = ?2 WHERE id = ?1")?.execute((id, moves))?;
    Ok(())
}

/// The parts of a line in answers that come from the request.
fn card(line: &CustomerOrderLine) -> PickedOrderLine {
    let mut card = PickedOrderLine {
        do_pick: line.do_pick.unwrap_or(true),
        row_price: line.customer_line_price,
        ..PickedOrderLine::default()
    };
    take!(line => card;
        delivery_date, order_line_comment, line_price, discount, length, width, height, currency_code, batch,
        order_line_case_no, customer_article_number, min_days_to_expiry_date, max_days_to_expiry_date,
        order_line_total_customs_value, order_line_free_text1);
    if line.warehouse_instruction.is_some() {
        card.order_line_warehouse_instruction.clone_from(&line.warehouse_instruction);
    }
    card
}

/// Releases the allocated goods of an order.
pub(crate) fn release(desk: &Desk<'_>, order: i32) -> Result<(), rusqlite::Error> {
    desk.execute(
        "DELETE FROM allocation WHERE order_line IN (SELECT id FROM order_line WHERE customer_order = ?1)",
        [order],
    )?;
    Ok(())
}
