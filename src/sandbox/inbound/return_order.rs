//! Return orders: create and query.

use rusqlite::{OptionalExtension as _, Row, params};
use rust_decimal::Decimal;

use crate::sandbox::contract::*;
use crate::sandbox::db;
use crate::sandbox::db::code_table::{Code, RequestedCode};
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::definition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{check_quantity, given, moment, quantity, set_moment, time};
use crate::sandbox::db::typed_rows;
use crate::sandbox::orders::order::{self, OrderHead, OrderKey};
use crate::sandbox::refused::{RefusalKind, Refused};
use crate::status_number::return_order::{INBOUND, NOTIFIED, RECEIVED};

/// A refusal with a kind that the answer's errors have.
fn refused(kind: &'static str, message: impl Into<String>) -> Refused {
    Refused::kind(kind, message)
}

pub(crate) fn process(
    desk: &Desk<'_>,
    request: ProcessReturnOrder,
) -> Result<ProcessReturnOrderResult, Refused> {
    let wanted = request.return_order.ok_or_else(|| Refused::missing("ReturnOrder"))?;
    let order = customer_order(desk, &wanted)?;
    let id = match find(desk, &wanted, &order)? {
        Some(id) => {
            changeable(desk, id)?;
            id
        }
        None => desk.query_row(
            "INSERT INTO return_order (owner, customer_order) VALUES (?1, ?2) RETURNING id",
            (desk.owner()?.id, order.id),
            |row| row.get(0),
        )?,
    };
    let cause = cause(desk, wanted.return_cause.as_ref())?;
    // Lines of another order's goods stay with that order.
    desk.execute(
        "DELETE FROM return_order_line WHERE return_order = ?1
         AND order_line NOT IN (SELECT id FROM order_line WHERE customer_order = ?2)",
        (id, order.id),
    )?;
    desk.execute(
        "UPDATE return_order SET customer_order = ?2, number = coalesce(?3, number), comment = coalesce(?4, comment),
         in_date = coalesce(?5, in_date), cause_code = ?6, cause_name = ?7,
         handling_comment = coalesce(?8, handling_comment), warehouse = coalesce(?9, warehouse) WHERE id = ?1",
        params![
            id,
            order.id,
            wanted.return_order_number,
            wanted.return_order_comment,
            set_moment(wanted.return_in_date),
            cause.code,
            cause.name,
            wanted.return_order_handling_comment,
            warehouse(desk, wanted.warehouse.as_ref())?,
        ],
    )?;
    if let Some(lines) = &wanted.return_order_lines {
        desk.execute("DELETE FROM return_order_line WHERE return_order = ?1", [id])?;
        for line in lines {
            add_line(desk, id, order.id, line)?;
        }
    }
    definition::keep(desk, "return_order", id, &wanted)?;
    Ok(ProcessReturnOrderResult {
        return_order_id: Some(id),
        success: true,
        ..ProcessReturnOrderResult::default()
    })
}

/// The warehouse for the goods, if named.
fn warehouse(desk: &Desk<'_>, wanted: Option<&ReturnOrderWarehouse>) -> Result<Option<i32>, Refused> {
    let Some(wanted) = wanted else { return Ok(None) };
    let by = given!(wanted.identification, ReturnOrderWarehouseIdentificationType);
    let (column, key) = match by {
        ReturnOrderWarehouseIdentificationType::WarehouseId => ("id", wanted.id.map(|id| id.to_string())),
        _ => ("code", wanted.code.clone()),
    };
    let sql = format!("SELECT id FROM warehouse WHERE {column} = ?1");
    let found = desk.query_row(&sql, [&key], |row| row.get(0)).optional()?;
    let shown = key.unwrap_or_default();
    found
        .map(Some)
        .ok_or_else(|| refused("WarehouseNotFound", format!("Warehouse \"{shown}\" was not found")))
}

/// The order with which the goods were sent.
fn customer_order(desk: &Desk<'_>, wanted: &ReturnOrder) -> Result<OrderHead, Refused> {
    use ReturnCustomerOrderIdentificationType as By;
    let by = given!(wanted.return_customer_order_identification, ReturnCustomerOrderIdentificationType);
    let key = match by {
        By::OrderNumber => OrderKey::number(wanted.customer_order_number.as_deref())
            .map_err(|missing| refused("OrderNumberNotSupplied", missing.message))?,
        _ => OrderKey::system_id(wanted.order_id)
            .map_err(|missing| refused("OrderIdNotSupplied", missing.message))?,
    };
    order::must_find(desk, &key)
}

/// The return that the request names, if it exists.
fn find(desk: &Desk<'_>, wanted: &ReturnOrder, order: &OrderHead) -> Result<Option<i32>, Refused> {
    let by = given!(wanted.return_order_identification, ReturnOrderIdentificationType);
    let found = match by {
        ReturnOrderIdentificationType::ReturnOrderNumber => {
            let number = wanted.return_order_number.as_deref().filter(|number| !number.is_empty());
            let number = number.ok_or_else(|| Refused::missing("ReturnOrderNumber"))?;
            let sql = "SELECT id FROM return_order WHERE owner = ?1 AND number = ?2 ORDER BY id DESC LIMIT 1";
            desk.query_row(sql, (desk.owner()?.id, number), |row| row.get(0))
        }
        _ => {
            let sql = "SELECT id FROM return_order WHERE customer_order = ?1 ORDER BY id DESC LIMIT 1";
            desk.query_row(sql, [order.id], |row| row.get(0))
        }
    };
    Ok(found.optional()?)
}

fn changeable(desk: &Desk<'_>, id: i32) -> Result<(), Refused> {
    let begun: bool =
        desk.query_row("SELECT last_returned IS NOT NULL FROM return_order WHERE id = ?1", [id], |row| {
            row.get(0)
        })?;
    if begun {
        Err(Refused::rule("The return can no longer be changed: goods of it have been received"))
    } else {
        Ok(())
    }
}

fn cause(desk: &Desk<'_>, cause: Option<&ReturnCause>) -> Result<Code, Refused> {
    let Some(cause) = cause else { return Ok(Code::default()) };
    let operation = given!(cause.return_cause_operation, ReturnCauseOperation);
    let wanted = RequestedCode {
        kind: "return cause",
        operation: operation.as_str(),
        by_name: cause.return_cause_code.is_none(),
        code: cause.return_cause_code.as_deref(),
        name: cause.return_cause_name.as_deref(),
    };
    match db::code_table::resolve(desk, &wanted) {
        Ok(found) => Ok(found.unwrap_or_default()),
        Err(Refused { reason: RefusalKind::Rule(_), message }) => {
            Err(refused("ReturnCauseNotFound", message))
        }
        Err(other) => Err(other),
    }
}

fn add_line(desk: &Desk<'_>, id: i32, order: i32, line: &ReturnOrderLine) -> Result<(), Refused> {
    check_quantity("ToBeReturnedNumberOfItems", line.to_be_returned_number_of_items)?;
    use ReturnOrderLineIdentificationType as By;
    if line.to_be_returned_number_of_items < Decimal::ZERO {
        return Err(Refused::rule("ToBeReturnedNumberOfItems cannot be negative"));
    }
    let (condition, key) =
        match given!(line.return_order_line_identification, ReturnOrderLineIdentificationType) {
            By::ArticleNumber => ("article.number = ?2", line.article_number.clone()),
            By::OrderLineId => ("order_line.id = ?2", line.order_line_id.map(|id| id.to_string())),
            _ => ("external_code = ?2", line.external_order_line_code.clone()),
        };
    let sql = format!(
        "SELECT order_line.id FROM order_line JOIN article ON article.id = article
         WHERE customer_order = ?1 AND {condition} ORDER BY moves DESC, order_line.id LIMIT 1"
    );
    let found: Option<i32> = desk.query_row(&sql, (order, &key), |row| row.get(0)).optional()?;
    let Some(order_line) = found else {
        let shown = key.unwrap_or_default();
        return Err(refused("OrderRowNotFound", format!("The order has no line \"{shown}\"")));
    };
    let cause = cause(desk, line.return_cause.as_ref())?;
    desk.execute(
        "INSERT INTO return_order_line (return_order, order_line, row_number, wanted, cause_code, cause_name)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            id,
            order_line,
            line.return_order_row_number,
            line.to_be_returned_number_of_items.to_string(),
            cause.code,
            cause.name,
        ],
    )?;
    Ok(())
}

pub(crate) fn by_query(
    desk: &Desk<'_>,
    request: GetReturnOrdersByQuery,
) -> Result<GetReturnOrdersResult, Refused> {
    let query = request.return_orders_query.unwrap_or_default();
    let mut filter = Condition::new();
    filter.and("return_order.owner = ?", desk.owner()?.id);
    filter.one_of("customer_order.number", query.customer_order_numbers_to_get.as_deref());
    filter.one_of("return_order.number", query.return_order_numbers_to_get.as_deref());
    filter.and_if("return_order.last_returned >= ?", query.goods_returned_from_date.map(moment));
    let status = status_in_sql();
    filter.and_if(&format!("{status} >= ?"), query.return_order_status_from);
    filter.and_if(&format!("{status} <= ?"), query.retun_order_status_to);
    let sql = format!(
        "SELECT return_order.id, return_order.number, comment, in_date, cause_code, cause_name, customer_order.id,
         customer_order.number, {status}, handling_comment, warehouse.id, warehouse.code, warehouse.name
         FROM return_order LEFT JOIN warehouse ON warehouse.id = warehouse JOIN customer_order ON customer_order.id = customer_order
         {} ORDER BY return_order.id",
        filter.sql()
    );
    let mut statement = desk.prepare(&sql)?;
    let mut rows = statement.query(filter.values())?;
    let mut orders = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        orders.push(ReturnOrderInfo {
            return_order_id: id,
            return_order_number: row.get(1)?,
            return_order_comment: row.get(2)?,
            return_in_date: row.get::<_, Option<String>>(3)?.as_deref().map(time),
            return_cause_code: row.get(4)?,
            return_cause_name: row.get(5)?,
            order_id: row.get(6)?,
            order_number: row.get(7)?,
            return_order_status_id: row.get(8)?,
            return_order_status_text: Some(status_name(row.get(8)?).to_owned()),
            return_order_handling_comment: row.get(9)?,
            warehouse: match row.get(10)? {
                Some(id) => Some(ReturnOrderWarehouseInfo { id, code: row.get(11)?, name: row.get(12)? }),
                None => None,
            },
            return_order_lines: Some(lines(desk, id)?),
            ..ReturnOrderInfo::default()
        });
    }
    Ok(GetReturnOrdersResult {
        success: true,
        return_orders: Some(orders),
        ..GetReturnOrdersResult::default()
    })
}

/// The status number of a return, by what was received.
fn status_in_sql() -> String {
    format!(
        "CASE WHEN return_order.last_returned IS NULL THEN {NOTIFIED} WHEN EXISTS (SELECT 1 FROM return_order_line AS line
         WHERE line.return_order = return_order.id AND CAST(line.returned AS REAL) < CAST(line.wanted AS REAL))
         THEN {INBOUND} ELSE {RECEIVED} END"
    )
}

pub(crate) fn status_name(status: i32) -> &'static str {
    match status {
        NOTIFIED => "Notified",
        INBOUND => "Inbound",
        _ => "Received",
    }
}

/// The items received on a line.
fn items(desk: &Desk<'_>, line: i32) -> Result<Vec<ReturnedArticleItem>, Refused> {
    let sql = "SELECT item.id, coalesce(origin, item.id) AS OriginalArticleItemId, received AS NumberOfItems,
               batch AS Batch, serial AS Serial, expiry AS ExpiryDate, container AS Container, weight AS Weight,
               volume AS Volume, comment AS Comment, in_date AS ReturnTime, 0 AS IsReturnRemovedByInventory,
               cause_code AS \"ReturnCause.ReturnCauseCode\", cause_name AS \"ReturnCause.ReturnCauseName\",
               status_code AS \"ArticleItemStatus.Code\", status_code AS \"ArticleItemStatus.Name\"
               FROM article_item AS item JOIN return_order_line AS line ON line.id = return_order_line
               WHERE line.id = ?1 ORDER BY item.id";
    typed_rows::all(desk, sql, [line])
}

fn lines(desk: &Desk<'_>, id: i32) -> Result<Vec<ReturnOrderLineInfo>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT article.name, article.number, line.id, external_code, picked, wanted, returned, cause_code, cause_name,
         row_number FROM return_order_line AS line JOIN order_line ON order_line.id = order_line
         JOIN article ON article.id = article WHERE return_order = ?1 ORDER BY line.id",
    )?;
    let read = |row: &Row<'_>| {
        Ok(ReturnOrderLineInfo {
            article_name: row.get(0)?,
            article_number: row.get(1)?,
            return_order_line_id: row.get(2)?,
            external_order_line_code: row.get(3)?,
            picked_number_of_items: quantity(row, 4)?,
            to_be_returned_number_of_items: quantity(row, 5)?,
            returned_number_of_items: quantity(row, 6)?,
            return_cause_code: row.get(7)?,
            return_cause_name: row.get(8)?,
            return_order_row_number: row.get(9)?,
            ..ReturnOrderLineInfo::default()
        })
    };
    let mut lines: Vec<ReturnOrderLineInfo> = statement.query_map([id], read)?.collect::<Result<_, _>>()?;
    for line in &mut lines {
        line.returned_article_items = Some(items(desk, line.return_order_line_id)?);
    }
    Ok(lines)
}
