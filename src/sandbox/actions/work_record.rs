//! The work done in the warehouse, as records: `{"action": "pick", "order": "1001", ..}`, with the arguments of the
//! action.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::floor;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{quantity, sum};
use crate::sandbox::work_error::WorkError;

/// Does the work that a record describes.
pub(crate) fn take_in(desk: &Desk<'_>, record: &Value) -> Result<(), String> {
    let mut arguments = record.clone();
    let name = arguments.as_object_mut().and_then(|members| members.remove("action"));
    let name = name.as_ref().and_then(Value::as_str).ok_or("action is missing")?;
    let action = floor::ACTIONS.iter().find(|action| action.name == name).ok_or_else(|| {
        let names: Vec<&str> = floor::ACTIONS.iter().map(|action| action.name).collect();
        format!("unknown work \"{name}\": the actions are {}", names.join(", "))
    })?;
    action.do_at(desk, &arguments).map(drop).map_err(|error| error.to_string())
}

/// The work that gives a warehouse with the same records the same goods and statuses: first goods in, then goods out,
/// then missing goods.
pub(crate) fn give_out(desk: &Desk<'_>) -> Result<Vec<Value>, WorkError> {
    let mut work = Vec::new();
    with_lines(desk, &mut work, "receive", "inOrder", RECEIVED)?;
    with_lines(desk, &mut work, "produce", "productionOrder", PRODUCED)?;
    counts(desk, &mut work, CountedGoods::Found)?;
    plain(desk, &mut work, "carry-out", "goodsOperationOrder", CARRIED_OUT)?;
    orders(desk, &mut work)?;
    plain(desk, &mut work, "return", "returnOrder", RETURNED)?;
    counts(desk, &mut work, CountedGoods::Missing)?;
    Ok(work)
}

const RECEIVED: &str = "SELECT coalesce(in_order.number, CAST(in_order.id AS TEXT)),
    coalesce(external_code, article.number), received
    FROM in_order_line AS line JOIN in_order ON in_order.id = in_order JOIN article ON article.id = article
    WHERE in_order.owner = ?1 AND CAST(received AS REAL) > 0 ORDER BY in_order.id, position";

const PRODUCED: &str = "SELECT production_order.number, line.number, produced
    FROM production_line AS line JOIN production_order ON production_order.id = production_order
    WHERE owner = ?1 AND CAST(produced AS REAL) > 0 ORDER BY production_order.id, line.id";

const CARRIED_OUT: &str =
    "SELECT number FROM goods_operation WHERE owner = ?1 AND done IS NOT NULL ORDER BY id";

const RETURNED: &str = "SELECT coalesce(number, CAST(id AS TEXT)) FROM return_order
    WHERE owner = ?1 AND last_returned IS NOT NULL ORDER BY id";

fn owner(desk: &Desk<'_>) -> Result<i32, WorkError> {
    Ok(desk.owner()?.id)
}

/// Work on things as a whole.
fn plain(
    desk: &Desk<'_>,
    work: &mut Vec<Value>,
    action: &str,
    thing: &str,
    sql: &str,
) -> Result<(), WorkError> {
    let mut statement = desk.prepare_cached(sql)?;
    let mut rows = statement.query([owner(desk)?])?;
    while let Some(row) = rows.next()? {
        work.push(json!({ "action": action, thing: row.get::<_, String>(0)? }));
    }
    Ok(())
}

/// Work on these quantities of lines.
fn with_lines(
    desk: &Desk<'_>,
    work: &mut Vec<Value>,
    action: &str,
    thing: &str,
    sql: &str,
) -> Result<(), WorkError> {
    let mut statement = desk.prepare_cached(sql)?;
    let mut rows = statement.query([owner(desk)?])?;
    while let Some(row) = rows.next()? {
        let (number, line): (String, String) = (row.get(0)?, row.get(1)?);
        let line = json!({ "line": line, "number": quantity(row, 2)?.normalize().to_string() });
        match work.last_mut().filter(|last| last["action"] == action && last[thing] == *number) {
            Some(last) => last["lines"].as_array_mut().into_iter().for_each(|lines| lines.push(line.clone())),
            None => work.push(json!({ "action": action, thing: number, "lines": [line] })),
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum CountedGoods {
    Found,
    Missing,
}

/// The counted quantity: at the time when everything had been found, or now.
fn counts(desk: &Desk<'_>, work: &mut Vec<Value>, counted: CountedGoods) -> Result<(), WorkError> {
    let sign = if counted == CountedGoods::Found { ">" } else { "<" };
    let sql = format!(
        "SELECT article.id, article.number, cause FROM inventory_change AS change JOIN article ON article.id = change.article
         WHERE owner = ?1 AND CAST(change.number AS REAL) {sign} 0 GROUP BY article.id ORDER BY article.id"
    );
    let mut statement = desk.prepare_cached(&sql)?;
    let mut rows = statement.query([owner(desk)?])?;
    while let Some(row) = rows.next()? {
        let article: i32 = row.get(0)?;
        let number = match counted {
            CountedGoods::Missing => {
                sum(desk, "SELECT number FROM article_item WHERE article = ?1", article)?
            }
            CountedGoods::Found => found(desk, article)?,
        };
        let (name, cause): (String, String) = (row.get(1)?, row.get(2)?);
        let number = number.normalize().to_string();
        work.push(json!({ "action": "count", "article": name, "number": number, "cause": cause }));
    }
    Ok(())
}

/// The quantity of an article that was received, produced and found, without what was used for other articles.
fn found(desk: &Desk<'_>, article: i32) -> Result<Decimal, WorkError> {
    let came = "SELECT received FROM in_order_line WHERE article = ?1";
    let made = "SELECT produced FROM production_line WHERE article = ?1";
    let more = "SELECT number FROM inventory_change WHERE article = ?1 AND CAST(number AS REAL) > 0";
    let used = "SELECT consumption.number FROM consumption JOIN article_item ON article_item.id = consumption.article_item
                WHERE article = ?1";
    Ok(sum(desk, came, article)? + sum(desk, made, article)? + sum(desk, more, article)?
        - sum(desk, used, article)?)
}

/// The work done with orders, in sequence.
fn orders(desk: &Desk<'_>, work: &mut Vec<Value>) -> Result<(), WorkError> {
    use crate::status_number::order::{ALLOCATED, CANCELLED, COLLECTED, PICKED};
    let mut statement = desk.prepare_cached(
        "SELECT id, coalesce(number, CAST(id AS TEXT)), status, shipped IS NOT NULL,
         (SELECT waybill FROM tracking WHERE customer_order = thing.id ORDER BY rowid LIMIT 1),
         EXISTS (SELECT 1 FROM allocation JOIN order_line ON order_line.id = order_line WHERE customer_order = thing.id)
         FROM customer_order AS thing WHERE owner = ?1 AND status >= ?2 AND status < ?3 ORDER BY id",
    )?;
    let mut rows = statement.query((owner(desk)?, ALLOCATED, CANCELLED))?;
    while let Some(row) = rows.next()? {
        let (id, number, status): (i32, String, i32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (is_shipped, tracking, is_allocated): (bool, Option<String>, bool) =
            (row.get(3)?, row.get(4)?, row.get(5)?);
        let lines = picked(desk, id)?;
        if !lines.is_empty() {
            work.push(json!({ "action": "pick", "order": number, "lines": lines }));
        }
        if is_allocated && status < PICKED {
            work.push(json!({ "action": "allocate", "order": number }));
        }
        if is_shipped {
            work.push(json!({ "action": "ship", "order": number, "tracking": tracking }));
        }
        if status >= COLLECTED {
            work.push(json!({ "action": "collect", "order": number }));
        }
    }
    Ok(())
}

fn picked(desk: &Desk<'_>, order: i32) -> Result<Vec<Value>, WorkError> {
    let mut statement = desk.prepare_cached(
        "SELECT coalesce(external_code, article.number), picked FROM order_line AS line
         JOIN article ON article.id = article WHERE customer_order = ?1 AND moves AND CAST(picked AS REAL) > 0
         ORDER BY line.id",
    )?;
    let mut rows = statement.query([order])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let (line, number): (String, Decimal) = (row.get(0)?, quantity(row, 1)?);
        lines.push(json!({ "line": line, "number": number.normalize().to_string() }));
    }
    Ok(lines)
}
