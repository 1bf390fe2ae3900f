//! Goods operation orders: change the status of goods.

use rusqlite::{OptionalExtension as _, params};
use rust_decimal::Decimal;
use serde_json::Value;

use super::{item, item_update};
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db;
use crate::sandbox::db::code_table::RequestedCode;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::definition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{given, merge, quantity, to_json};
use crate::sandbox::db::typed_rows;
use crate::sandbox::find::FoundThing;
use crate::sandbox::refused::{RefusalKind, Refused};
use crate::sandbox::work_error::WorkError;
use crate::status_number::goods_operation_order::{EXECUTED, NOTIFIED};

pub(crate) fn process(
    desk: &Desk<'_>,
    request: ProcessGoodsOperationOrder,
) -> Result<GoodsOperationOrderResult, Refused> {
    let order = request.go.ok_or_else(|| Refused::missing("go"))?;
    let said = to_json(&order);
    let number = order.goods_operation_order_number.filter(|number| !number.is_empty());
    let number = number.ok_or_else(|| {
        Refused::kind("GoodsOperationOrderNumberNotSupplied", "GoodsOperationOrderNumber is missing")
    })?;
    let owner = desk.owner()?.id;
    let sql = "SELECT id, done IS NOT NULL FROM goods_operation WHERE owner = ?1 AND number = ?2";
    let known: Option<(i32, bool)> =
        desk.query_row(sql, (owner, &number), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if let Some((_, true)) = known {
        let text = format!("Goods operation order \"{number}\" has been carried out");
        return Err(Refused::kind("NotAllowedToUpdateOrderBecauseOfOrderStatus", text));
    }
    let id: i32 = desk.query_row(
        "INSERT INTO goods_operation (owner, number, comment, reference, created) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (owner, number) DO UPDATE SET comment = coalesce(excluded.comment, comment),
         reference = coalesce(excluded.reference, reference) RETURNING id",
        params![
            owner,
            number,
            order.goods_operation_order_comment,
            order.goods_operation_order_reference_number,
            desk.stamp()
        ],
        |row| row.get(0),
    )?;
    for line in order.goods_operation_order_lines.iter().flatten() {
        save_line(desk, id, line)?;
    }
    definition::change(desk, "goods_operation", id, |old| with_lines(old, said))?;
    Ok(GoodsOperationOrderResult {
        success: true,
        goods_operation_order_id: Some(id),
        ..GoodsOperationOrderResult::default()
    })
}

/// Merges a request into the definition of an order: lines that the request leaves out are kept.
fn with_lines(old: Option<&str>, said: Value) -> Value {
    const LINES: &str = "GoodsOperationOrderLines";
    const NUMBER: &str = "GoodsOperationOrderLineNumber";
    let before: Option<Value> = old.and_then(|old| serde_json::from_str(old).ok());
    let mut lines = before.and_then(|mut before| Some(before[LINES].as_array_mut()?.split_off(0)));
    let new = said[LINES].as_array().cloned().unwrap_or_default();
    let mut merged = merge(old, said);
    if let Some(lines) = &mut lines {
        for line in new {
            match lines.iter_mut().find(|known| known[NUMBER] == line[NUMBER]) {
                Some(known) => *known = line,
                None => lines.push(line),
            }
        }
        merged[LINES] = lines.clone().into();
    }
    merged
}

/// Creates or changes a line; lines that the request leaves out are kept.
fn save_line(desk: &Desk<'_>, order: i32, line: &GoodsOperationOrderLine) -> Result<(), Refused> {
    let number = line.goods_operation_order_line_number.as_deref().filter(|number| !number.trim().is_empty());
    let number = number.ok_or_else(|| {
        Refused::kind("LineNumberMayNotBeEmptyOrWhitespace", "GoodsOperationOrderLineNumber is missing")
    })?;
    if line.number_of_items <= Decimal::ZERO {
        let text = "NumberOfItems of a goods operation must be above 0";
        return Err(Refused::kind("ErrorUpdatingOrderLine", text));
    }
    let to = match &line.to_article_item_status {
        Some(to) => status(desk, to, "UnableToFindNewArticleItemStatus")?,
        None => None,
    };
    let to = to.ok_or_else(|| {
        Refused::kind(
            "UnableToFindNewArticleItemStatus",
            "ToArticleItemStatus.ArticleItemStatusCode is missing",
        )
    })?;
    let from = match &line.from_article_item_status {
        Some(from) => status(desk, from, "UnableToFindOldArticleItemStatus")?,
        None => None,
    };
    desk.execute(
        "INSERT INTO goods_operation_line (goods_operation, number, article, wanted, comment, batch, from_status, to_status)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (goods_operation, number) DO UPDATE SET article = excluded.article, wanted = excluded.wanted,
         comment = excluded.comment, batch = excluded.batch, from_status = excluded.from_status,
         to_status = excluded.to_status",
        params![
            order,
            number,
            article_of(desk, line)?,
            line.number_of_items.normalize().to_string(),
            line.goods_operation_order_line_comment,
            line.goods_operation_order_line_batch_number,
            from,
            to,
        ],
    )?;
    Ok(())
}

fn article_of(desk: &Desk<'_>, line: &GoodsOperationOrderLine) -> Result<i32, Refused> {
    let number = line.article_number.as_deref().ok_or_else(|| Refused::missing("ArticleNumber"))?;
    if let Some(id) = article::by_number(desk, number)? {
        return Ok(id);
    }
    match given!(
        line.goods_operation_order_line_article_operation,
        GoodsOperationOrderLineArticleOperationType
    ) {
        GoodsOperationOrderLineArticleOperationType::CreateOrUpdate => {
            let new = ArticleDefinition {
                article_number: Some(number.to_owned()),
                ..ArticleDefinition::new(
                    ArticleOperation::CreateOrUpdate,
                    ArticleIdentificationType::ArticleNumber,
                )
            };
            article::save(desk, &new, 0)
        }
        _ => Err(Refused::kind("ArticleNumberNotFound", format!("Article \"{number}\" was not found"))),
    }
}

fn status(
    desk: &Desk<'_>,
    wanted: &GoodsOperationOrderLineArticleItemStatus,
    not_found: &'static str,
) -> Result<Option<String>, Refused> {
    let operation = given!(wanted.operation, GoodsOperationOrderLineArticleItemStatusIdentificationOperation);
    let code = wanted.article_item_status_code.as_deref();
    let found = db::code_table::resolve(
        desk,
        &RequestedCode {
            kind: item_update::STATUS,
            operation: operation.as_str(),
            by_name: false,
            code,
            name: code,
        },
    );
    match found {
        Ok(found) => Ok(found.and_then(|found| found.code)),
        Err(Refused { reason: RefusalKind::Rule(_), message }) => Err(Refused::kind(not_found, message)),
        Err(other) => Err(other),
    }
}

pub(crate) fn by_query(
    desk: &Desk<'_>,
    request: GetGoodsOperationOrdersByQuery,
) -> Result<GetGoodsOperationOrdersResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("query"))?;
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.one_of("id", query.goods_operation_order_ids_to_get.as_deref());
    filter.one_of("number", query.goods_operation_order_numbers_to_get.as_deref());
    let total = |column: &str| {
        format!(
            "(SELECT coalesce(sum(CAST({column} AS REAL)), 0) FROM goods_operation_line
              WHERE goods_operation = goods_operation.id)"
        )
    };
    let sql = format!(
        "SELECT id, id AS \"GoodsOperationOrderHeader.GoodsOperationOrderId\",
         number AS \"GoodsOperationOrderHeader.GoodsOperationOrderNumber\",
         owner AS \"GoodsOperationOrderHeader.GoodsOwner.GoodsOwnerId\",
         (SELECT code FROM goods_owner WHERE goods_owner.id = owner)
             AS \"GoodsOperationOrderHeader.GoodsOwner.GoodsOwnerName\",
         comment AS \"GoodsOperationOrderHeader.GoodsOperationOrderComment\",
         reference AS \"GoodsOperationOrderHeader.GoodsOperationOrderReferenceNumber\",
         iif(done IS NULL, {NOTIFIED}, {EXECUTED}) AS \"GoodsOperationOrderHeader.GoodsOperationOrderStatusId\",
         iif(done IS NULL, 'Notified', 'Executed') AS \"GoodsOperationOrderHeader.GoodsOperationOrderStatusName\",
         {} AS \"GoodsOperationOrderHeader.NumberOfItems\", {} AS \"GoodsOperationOrderHeader.ExecutedNumberOfItems\",
         done AS \"GoodsOperationOrderHeader.GoodsOperationOrderExecutedTime\",
         created AS \"GoodsOperationOrderHeader.GoodsOperationOrderNotifiedTime\"
         FROM goods_operation {} ORDER BY id",
        total("wanted"),
        total("done"),
        filter.sql()
    );
    let status = |column: &str, member: &str| {
        let id = format!(
            "(SELECT rowid FROM code WHERE owner = article.owner AND kind = '{}' AND code = line.{column})",
            item_update::STATUS
        );
        format!(
            "{id} AS \"{member}.ArticleItemStatusId\", {column} AS \"{member}.ArticleItemStatusName\",
             {column} AS \"{member}.ArticleItemStatusCode\""
        )
    };
    let lines = format!(
        "SELECT line.id, line.id AS GoodsOperationOrderLineId, line.number AS GoodsOperationOrderLineNumber,
         comment AS GoodsOperationOrderLineComment, batch AS GoodsOperationOrderLineBatchNumber,
         article.id AS \"Article.ArticleDefId\", article.number AS \"Article.ArticleNumber\",
         article.name AS \"Article.ArticleName\", {}, {}, wanted AS NumberOfItems, done AS ExecutedNumberOfItems
         FROM goods_operation_line AS line JOIN article ON article.id = article
         WHERE goods_operation = ?1 ORDER BY line.id",
        status("from_status", "FromArticleItemStatus"),
        status("to_status", "ToArticleItemStatus"),
    );
    let items = "SELECT done.id, done.id AS GoodsOperationOrderItemId, article_item AS ArticleItemId,
                 done.number AS NumberOfItems, location AS Location, batch AS BatchNo, serial AS Serial,
                 in_date AS InDate FROM goods_operation_item AS done JOIN article_item ON article_item.id = article_item
                 WHERE goods_operation_line = ?1 ORDER BY done.id";
    let mut orders = Vec::new();
    for (id, order) in typed_rows::keyed::<GoodsOperationOrderInfo>(desk, &sql, filter.values())? {
        let mut shown = Vec::new();
        for (line, info) in typed_rows::keyed::<GoodsOperationOrderLineInfo>(desk, &lines, [id])? {
            let items = Some(typed_rows::all(desk, items, [line])?);
            shown.push(GoodsOperationOrderLineInfo { goods_operation_order_items: items, ..info });
        }
        orders.push(GoodsOperationOrderInfo { goods_operation_order_lines: Some(shown), ..order });
    }
    Ok(GetGoodsOperationOrdersResult { goods_operation_orders: Some(orders) })
}

/// Gives the goods of an order their new status.
pub(crate) fn carry_out(desk: &Desk<'_>, order: &FoundThing) -> Result<(), WorkError> {
    let id = order.id;
    let sql = "SELECT done IS NOT NULL FROM goods_operation WHERE id = ?1";
    if desk.query_row(sql, [id], |row| row.get(0))? {
        return Err(WorkError::Rule(format!(
            "goods operation order \"{}\" has been carried out",
            order.number
        )));
    }
    let mut statement = desk.prepare_cached(
        "SELECT article, article.number, wanted, batch, from_status, to_status, goods_operation_line.id FROM goods_operation_line
         JOIN article ON article.id = article WHERE goods_operation = ?1 ORDER BY goods_operation_line.id",
    )?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        let mut filter = item::in_stock(row.get(0)?);
        filter.and_if("batch = ?", row.get::<_, Option<String>>(3)?);
        filter.and_if("status_code = ?", row.get::<_, Option<String>>(4)?);
        let (parts, missing) = item::choose(&item::all(desk, &filter)?, quantity(row, 2)?);
        if missing > Decimal::ZERO {
            return Err(WorkError::NotEnough { article: row.get(1)?, missing });
        }
        let to: String = row.get(5)?;
        for (item, part) in parts {
            let item = item::split(desk, item, part)?;
            item_update::set(desk, item, "ArticleItemStatus", Some(&to))?;
            desk.execute(
                "INSERT INTO goods_operation_item (goods_operation_line, article_item, number) VALUES (?1, ?2, ?3)",
                params![row.get::<_, i32>(6)?, item, part.normalize().to_string()],
            )?;
        }
        article::touch(desk, row.get(0)?)?;
    }
    desk.execute("UPDATE goods_operation_line SET done = wanted WHERE goods_operation = ?1", [id])?;
    desk.execute("UPDATE goods_operation SET done = ?2 WHERE id = ?1", (id, desk.stamp()))?;
    Ok(())
}
