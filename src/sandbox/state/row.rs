//! One row of a table with all its details.

use std::collections::HashMap;

use rusqlite::OptionalExtension as _;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::query::StateQuery;
use super::table::TableDefinition;
use crate::sandbox::contract::*;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{quantity, to_json};
use crate::sandbox::work_error::WorkError;
use crate::sandbox::{inbound, orders, stock};
use crate::status_number::order;
use crate::xml::Xml;

/// Number of an article's last stock levels that are shown.
const LEVELS: usize = 200;

/// The row with this id: its cells, lines, content of requests, the service's answer, the steps of an order, and the
/// stock levels of an article.
pub(crate) fn read(desk: &Desk<'_>, table: &TableDefinition, id: i32) -> Result<Value, WorkError> {
    let Some(row) = table.page(desk, &StateQuery::by_id(table.name, id))?.rows.pop() else {
        return Err(WorkError::NotFound { what: table.kind, number: id.to_string() });
    };
    // The service answers a goods owner only about its own things.
    desk.serve(Some(&row.goods_owner), None)?;
    Ok(json!({
        "lines": table.lines.as_ref().map_or(Ok(Vec::new()), |lines| lines.of(desk, id))?,
        "definition": definition(desk, table, id)?,
        "answer": answer(desk, table, id)?,
        "life": if table.name == "orders" { life(desk, id)? } else { Vec::new() },
        "levels": if table.name == "articles" { levels(desk, id)? } else { Vec::new() },
        "row": row.to_json(),
    }))
}

fn definition(desk: &Desk<'_>, table: &TableDefinition, id: i32) -> Result<Value, WorkError> {
    let sql = format!("SELECT {} FROM {} WHERE thing.rowid = ?1", table.definition, table.from);
    let text: Option<Option<String>> = desk.query_row(&sql, [id], |row| row.get(0)).optional()?;
    Ok(text.flatten().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// The service's answer to a query for the row; null for tables without such a query.
fn answer(desk: &Desk<'_>, table: &TableDefinition, id: i32) -> Result<Value, WorkError> {
    let shown = |operation: &str, json: Value| json!({ "operation": operation, "json": json });
    Ok(match table.name {
        "orders" => {
            let query = OrderFilters { order_ids_to_get: Some(vec![id]), ..OrderFilters::default() };
            let found = orders::query::by_query(desk, GetOrdersByQuery { query: Some(query) })?;
            shown("GetOrdersByQuery", first(found.orders))
        }
        "in-orders" => {
            let query = InOrderFilters { in_order_ids_to_get: Some(vec![id]), ..InOrderFilters::default() };
            let found = inbound::query::by_query(desk, GetInOrdersByQuery { query: Some(query) })?;
            shown("GetInOrdersByQuery", first(found.in_orders))
        }
        "articles" => {
            let query = GetInventoryQuery {
                article_system_ids_to_get: Some(vec![id]),
                ..GetInventoryQuery::default()
            };
            let found =
                stock::query::by_query(desk, GetInventoryByQuery { get_inventory_query: Some(query) })?;
            shown("GetInventoryByQuery", first(found.inventory_lines))
        }
        _ => Value::Null,
    })
}

fn first<T: Xml>(list: Option<Vec<T>>) -> Value {
    list.and_then(|list| list.into_iter().next()).map(|one| to_json(&one)).unwrap_or_default()
}

/// The steps that an order has taken, and those to come.
fn life(desk: &Desk<'_>, id: i32) -> Result<Vec<Value>, WorkError> {
    let sql = "SELECT status, created, allocated, last_picked, shipped, status_changed, last_returned FROM customer_order
               WHERE id = ?1";
    let (status, [created, allocated, picked, shipped, changed, returned]) =
        desk.query_row(sql, [id], |row| {
            let mut times = [const { None }; 6];
            for (index, time) in times.iter_mut().enumerate() {
                *time = row.get::<_, Option<String>>(index + 1)?;
            }
            Ok((row.get::<_, i32>(0)?, times))
        })?;
    // The time of the last change is that of the step at which the order is.
    let now = |number: i32| changed.clone().filter(|_| status == number);
    let step = |step: &str, title: &str, at: Option<String>, done: bool| json!({ "step": step, "title": title, "at": at.filter(|_| done), "done": done });
    let mut steps = vec![step("received", "Received", created, true)];
    if status == order::CANCELLED {
        steps.push(step("cancelled", "Cancelled", now(order::CANCELLED), true));
        return Ok(steps);
    }
    let reached = |number: i32| status >= number;
    let allocated = allocated.or(now(order::ALLOCATED));
    steps.push(step("allocated", "Allocated", allocated, reached(order::ALLOCATED)));
    steps.push(step("picked", "Picked", picked, reached(order::PICKED)));
    // An order may be collected without having been handed to a shipping platform.
    let sent = shipped.is_some() || status == order::SENT;
    steps.push(step("sent", "Sent", shipped.or(now(order::SENT)), sent));
    steps.push(step("collected", "Collected", now(order::COLLECTED), reached(order::COLLECTED)));
    if returned.is_some() || status == order::RETURNED {
        steps.push(step("returned", "Returned", returned.or(now(order::RETURNED)), true));
    }
    Ok(steps)
}

/// The stock of an article after each change, oldest first.
fn levels(desk: &Desk<'_>, id: i32) -> Result<Vec<Value>, WorkError> {
    let mut statement = desk.prepare_cached(
        "SELECT stock_level.number, article_item, at FROM stock_level
         JOIN article_item ON article_item.id = article_item WHERE article = ?1 ORDER BY stock_level.rowid",
    )?;
    let mut rows = statement.query([id])?;
    let mut items: HashMap<i32, Decimal> = HashMap::new();
    let mut level = Decimal::ZERO;
    let mut levels = Vec::new();
    while let Some(row) = rows.next()? {
        let number = quantity(row, 0)?;
        level += number - items.insert(row.get(1)?, number).unwrap_or_default();
        levels.push(json!({ "at": row.get::<_, String>(2)?, "number": level.normalize().to_string() }));
    }
    levels.drain(..levels.len().saturating_sub(LEVELS));
    Ok(levels)
}
