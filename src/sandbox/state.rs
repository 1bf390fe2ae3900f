//! The whole state of the warehouse, for a look from outside the service.

use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};

use super::desk::Desk;
use super::stock;
use super::work::WorkError;

pub(super) fn read(desk: &Desk<'_>) -> Result<Value, WorkError> {
    let mut owners = rows(desk, "SELECT id, code FROM goods_owner WHERE 0 = ?1 ORDER BY id", 0)?;
    for owner in &mut owners {
        let id = id_of(owner);
        let lists = [
            ("articles", articles(desk, id)?),
            ("inOrders", in_orders(desk, id)?),
            ("orders", orders(desk, id)?),
            (
                "customers",
                rows(desk, "SELECT id, number, external_code, name FROM customer WHERE owner = ?1 ORDER BY id", id)?,
            ),
            (
                "files",
                rows(
                    desk,
                    "SELECT id, name, mime, length(content) AS bytes, article, customer_order, in_order FROM file
                     WHERE owner = ?1 ORDER BY id",
                    id,
                )?,
            ),
            (
                "events",
                rows(
                    desk,
                    "SELECT id, at, type, success, header, message, definition FROM event WHERE owner = ?1 ORDER BY id",
                    id,
                )?,
            ),
            (
                "syncTimes",
                rows(desk, "SELECT integration, at FROM sync_time WHERE owner = ?1 ORDER BY integration", id)?,
            ),
        ];
        for (name, list) in lists {
            owner[name] = Value::Array(list);
        }
    }
    Ok(json!({ "goodsOwners": owners }))
}

fn id_of(row: &Value) -> i32 {
    row["id"].as_i64().and_then(|id| i32::try_from(id).ok()).unwrap_or_default()
}

fn articles(desk: &Desk<'_>, owner: i32) -> Result<Vec<Value>, WorkError> {
    let sql = "SELECT id, number, name, product_code, structure, json(definition) AS definition FROM article
               WHERE owner = ?1 ORDER BY id";
    let mut articles = rows(desk, sql, owner)?;
    for article in &mut articles {
        let stock = stock::of(desk, id_of(article))?;
        article["stock"] = json!({
            "physical": stock.physical.normalize().to_string(),
            "booked": stock.booked.normalize().to_string(),
            "allocated": stock.allocated.normalize().to_string(),
            "toReceive": stock.to_receive.normalize().to_string(),
            "toBeCollected": stock.to_be_collected.normalize().to_string(),
            "sellable": stock.sellable.normalize().to_string(),
        });
    }
    Ok(articles)
}

fn in_orders(desk: &Desk<'_>, owner: i32) -> Result<Vec<Value>, WorkError> {
    let sql = "SELECT id, number, reference, status, definition FROM in_order WHERE owner = ?1 ORDER BY id";
    let lines = "SELECT line.id, external_code, article.number AS article, advised, received, reported
                 FROM in_order_line AS line JOIN article ON article.id = article WHERE in_order = ?1 ORDER BY position";
    with_lines(desk, sql, lines, owner)
}

fn orders(desk: &Desk<'_>, owner: i32) -> Result<Vec<Value>, WorkError> {
    let sql = "SELECT id, number, goods_owner_order_id, reference, status, definition,
               card ->> '$.WayBill' AS waybill FROM customer_order WHERE owner = ?1 ORDER BY id";
    let lines = "SELECT line.id, parent, external_code, article.number AS article, ordered, picked, reported
                 FROM order_line AS line JOIN article ON article.id = article WHERE customer_order = ?1
                 ORDER BY position, line.id";
    with_lines(desk, sql, lines, owner)
}

fn with_lines(desk: &Desk<'_>, sql: &str, lines: &str, owner: i32) -> Result<Vec<Value>, WorkError> {
    let mut orders = rows(desk, sql, owner)?;
    for order in &mut orders {
        order["lines"] = Value::Array(rows(desk, lines, id_of(order))?);
    }
    Ok(orders)
}

/// Rows as objects, by the names of their columns.
fn rows(desk: &Desk<'_>, sql: &str, id: i32) -> Result<Vec<Value>, WorkError> {
    let mut statement = desk.prepare(sql)?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([id])?;
    let mut list = Vec::new();
    while let Some(row) = rows.next()? {
        let mut object = Map::new();
        for (index, name) in names.iter().enumerate() {
            object.insert(name.clone(), value(name, row.get_ref(index)?));
        }
        list.push(Value::Object(object));
    }
    Ok(list)
}

fn value(name: &str, value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) => json!(number),
        ValueRef::Real(number) => json!(number),
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text);
            match name {
                "definition" => serde_json::from_str(&text).unwrap_or_default(),
                _ => Value::String(text.into_owned()),
            }
        }
    }
}
