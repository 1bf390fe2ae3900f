//! The whole state of the warehouse, for a look from outside the service.

pub(crate) mod row;
pub(crate) mod table;
pub(crate) mod tables;

use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};

use crate::sandbox::db::desk::Desk;
use crate::sandbox::stock;
use crate::sandbox::work_error::WorkError;

/// Of the goods owner that the desk serves, or of all.
pub(crate) fn read(desk: &Desk<'_>) -> Result<Value, WorkError> {
    let only = desk.owner().ok().map_or(0, |owner| owner.id);
    let mut owners = rows(desk, "SELECT id, code FROM goods_owner WHERE ?1 IN (0, id) ORDER BY id", only)?;
    for owner in &mut owners {
        let id = id_of(owner);
        owner["articles"] = Value::Array(articles(desk, id)?);
        for (name, sql, lines) in LISTS {
            owner[name] = Value::Array(match lines {
                "" => rows(desk, sql, id)?,
                lines => with_lines(desk, sql, lines, id)?,
            });
        }
    }
    Ok(json!({ "goodsOwners": owners }))
}

/// What a goods owner has besides articles: its name, the query by goods owner, and the one for the lines of each.
const LISTS: [(&str, &str, &str); 11] = [
    (
        "inOrders",
        "SELECT id, number, reference, status, definition FROM in_order WHERE owner = ?1 ORDER BY id",
        "SELECT line.id, external_code, article.number AS article, advised, received, reported
         FROM in_order_line AS line JOIN article ON article.id = article WHERE in_order = ?1 ORDER BY position",
    ),
    (
        "orders",
        "SELECT id, number, goods_owner_order_id, reference, status, definition, card ->> '$.WayBill' AS waybill
         FROM customer_order WHERE owner = ?1 ORDER BY id",
        "SELECT line.id, parent, external_code, article.number AS article, ordered, picked, reported
         FROM order_line AS line JOIN article ON article.id = article WHERE customer_order = ?1
         ORDER BY position, line.id",
    ),
    (
        "returnOrders",
        "SELECT return_order.id, return_order.number, customer_order, customer_order.number AS order_number, comment,
         return_order.last_returned FROM return_order JOIN customer_order ON customer_order.id = customer_order
         WHERE return_order.owner = ?1 ORDER BY return_order.id",
        "SELECT line.id, article.number AS article, wanted, returned FROM return_order_line AS line
         JOIN order_line ON order_line.id = order_line JOIN article ON article.id = article
         WHERE return_order = ?1 ORDER BY line.id",
    ),
    (
        "productionOrders",
        "SELECT id, number, status, comment FROM production_order WHERE owner = ?1 ORDER BY id",
        "SELECT line.id, line.number, article.number AS article, wanted, produced, reported
         FROM production_line AS line JOIN article ON article.id = article WHERE production_order = ?1 ORDER BY line.id",
    ),
    (
        "goodsOperationOrders",
        "SELECT id, number, comment, reference, done FROM goods_operation WHERE owner = ?1 ORDER BY id",
        "SELECT line.id, line.number, article.number AS article, wanted, done, batch, from_status, to_status
         FROM goods_operation_line AS line JOIN article ON article.id = article
         WHERE goods_operation = ?1 ORDER BY line.id",
    ),
    (
        "transfers",
        "SELECT id, number, reference, status FROM transfer WHERE owner = ?1 ORDER BY id",
        "SELECT line.id, article.number AS article, line.number FROM transfer_line AS line
         JOIN article ON article.id = article WHERE transfer = ?1 ORDER BY line.id",
    ),
    (
        "invoices",
        "SELECT id, number, title, date, exported FROM invoice WHERE owner = ?1 ORDER BY id",
        "SELECT id, customer_order, price, number FROM invoice_row WHERE invoice = ?1 ORDER BY id",
    ),
    ("customers", "SELECT id, number, external_code, name FROM customer WHERE owner = ?1 ORDER BY id", ""),
    (
        "files",
        "SELECT id, name, mime, length(content) AS bytes, article, customer_order, in_order FROM file
         WHERE owner = ?1 ORDER BY id",
        "",
    ),
    (
        "events",
        "SELECT id, at, type, success, header, message, definition FROM event WHERE owner = ?1 ORDER BY id",
        "",
    ),
    ("syncTimes", "SELECT integration, at FROM sync_time WHERE owner = ?1 ORDER BY integration", ""),
];

fn id_of(row: &Value) -> i32 {
    row["id"].as_i64().and_then(|id| i32::try_from(id).ok()).unwrap_or_default()
}

fn articles(desk: &Desk<'_>, owner: i32) -> Result<Vec<Value>, WorkError> {
    let sql = "SELECT id, number, name, product_code, structure, json(definition) AS definition FROM article
               WHERE owner = ?1 ORDER BY id";
    let mut articles = rows(desk, sql, owner)?;
    for article in &mut articles {
        let stock = stock::arithmetic::of(desk, id_of(article))?;
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
