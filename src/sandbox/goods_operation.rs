//! Goods operation orders: goods get another status.
//!
//! The contract does not know the members of these answers: they stand in elements named after the service's types.

use rusqlite::{OptionalExtension as _, params};
use rust_decimal::Decimal;

use super::code::{self, Wanted};
use super::contract::*;
use super::database::{given, quantity};
use super::desk::Desk;
use super::filter::Filter;
use super::named::Found;
use super::open::{self, Open as _};
use super::refused::Refused;
use super::work::WorkError;
use super::{article, item, item_update};
use crate::xml::Element;

pub(super) fn process(
    desk: &Desk<'_>,
    request: ProcessGoodsOperationOrder,
) -> Result<GoodsOperationOrderResult, Refused> {
    let order = request.go.ok_or_else(|| Refused::missing("go"))?;
    let number = order.goods_operation_order_number.filter(|number| !number.is_empty());
    let number = number.ok_or_else(|| Refused::missing("GoodsOperationOrderNumber"))?;
    let owner = desk.owner()?.id;
    let sql = "SELECT id, done IS NOT NULL FROM goods_operation WHERE owner = ?1 AND number = ?2";
    let known: Option<(i32, bool)> =
        desk.query_row(sql, (owner, &number), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if let Some((_, true)) = known {
        return Err(Refused::rule(format!("Goods operation order \"{number}\" has been carried out")));
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
    let result = GoodsOperationOrderResult {
        any: vec![
            Element::named("Success").with_text("true"),
            Element::named("GoodsOperationOrderId").with_text(id.to_string()),
        ],
    };
    Ok(result)
}

/// Makes or changes a line; lines that the request leaves out stay.
fn save_line(desk: &Desk<'_>, order: i32, line: &GoodsOperationOrderLine) -> Result<(), Refused> {
    let number = line.goods_operation_order_line_number.as_deref().filter(|number| !number.is_empty());
    let number = number.ok_or_else(|| Refused::missing("GoodsOperationOrderLineNumber"))?;
    if line.number_of_items <= Decimal::ZERO {
        return Err(Refused::rule("NumberOfItems of a goods operation must be above 0"));
    }
    let to = line.to_article_item_status.as_ref().ok_or_else(|| Refused::missing("ToArticleItemStatus"))?;
    let to =
        status(desk, to)?.ok_or_else(|| Refused::missing("ToArticleItemStatus.ArticleItemStatusCode"))?;
    let from = match &line.from_article_item_status {
        Some(from) => status(desk, from)?,
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
    match given!(line.goods_operation_order_line_article_operation, GoodsOperationOrderLineArticleOperation) {
        GoodsOperationOrderLineArticleOperation::CreateOrUpdate => {
            let new = ArticleDefinition {
                article_number: Some(number.to_owned()),
                ..ArticleDefinition::new(
                    ArticleOperation::CreateOrUpdate,
                    ArticleIdentificationType::ArticleNumber,
                )
            };
            article::save(desk, &new, 0)
        }
        _ => Err(Refused::rule(format!("Article \"{number}\" was not found"))),
    }
}

fn status(
    desk: &Desk<'_>,
    wanted: &GoodsOperationOrderLineArticleItemStatus,
) -> Result<Option<String>, Refused> {
    let operation = given!(wanted.operation, GoodsOperationOrderLineArticleItemStatusOperation);
    let code = wanted.article_item_status_code.as_deref();
    let found = code::resolve(
        desk,
        &Wanted {
            kind: item_update::STATUS,
            operation: operation.as_str(),
            by_name: false,
            code,
            name: code,
        },
    )?;
    Ok(found.and_then(|found| found.code))
}

pub(super) fn by_query(
    desk: &Desk<'_>,
    request: GetGoodsOperationOrdersByQuery,
) -> Result<GetGoodsOperationOrdersResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("query"))?;
    let mut filter = Filter::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.one_of("id", query.goods_operation_order_ids_to_get.as_deref());
    filter.one_of("number", query.goods_operation_order_numbers_to_get.as_deref());
    let sql = format!(
        "SELECT id, id AS \"GoodsOperationOrderHeader.GoodsOperationOrderId\",
         number AS \"GoodsOperationOrderHeader.GoodsOperationOrderNumber\",
         comment AS \"GoodsOperationOrderHeader.GoodsOperationOrderComment\",
         reference AS \"GoodsOperationOrderHeader.GoodsOperationOrderReferenceNumber\",
         created AS \"GoodsOperationOrderHeader.CreatedTime\", done AS \"GoodsOperationOrderHeader.PerformedTime\"
         FROM goods_operation {} ORDER BY id",
        filter.sql()
    );
    let lines = "SELECT line.id, line.id AS GoodsOperationOrderLineId, line.number AS GoodsOperationOrderLineNumber,
                 comment AS GoodsOperationOrderLineComment, batch AS GoodsOperationOrderLineBatchNumber,
                 wanted AS NumberOfItems, done AS PerformedNumberOfItems, article.number AS \"Article.ArticleNumber\",
                 from_status AS \"FromArticleItemStatus.ArticleItemStatusCode\",
                 to_status AS \"ToArticleItemStatus.ArticleItemStatusCode\"
                 FROM goods_operation_line AS line JOIN article ON article.id = article
                 WHERE goods_operation = ?1 ORDER BY line.id";
    let mut any = Vec::new();
    for (id, order) in open::rows(desk, "GoodsOperationOrderInfo", &sql, filter.values())? {
        let lines = open::rows(desk, "GoodsOperationOrderLineInfo", lines, [id])?;
        any.push(order.list("GoodsOperationOrderLines", open::elements(lines)));
    }
    Ok(GetGoodsOperationOrdersResult { any })
}

/// Gives the goods of an order their new status.
pub(super) fn carry_out(desk: &Desk<'_>, order: &Found) -> Result<(), WorkError> {
    let id = order.id;
    let sql = "SELECT done IS NOT NULL FROM goods_operation WHERE id = ?1";
    if desk.query_row(sql, [id], |row| row.get(0))? {
        return Err(WorkError::Rule(format!(
            "goods operation order \"{}\" has been carried out",
            order.number
        )));
    }
    let mut statement = desk.prepare_cached(
        "SELECT article, article.number, wanted, batch, from_status, to_status FROM goods_operation_line
         JOIN article ON article.id = article WHERE goods_operation = ?1 ORDER BY goods_operation_line.id",
    )?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        let mut filter = item::in_stock(row.get(0)?);
        filter.and_if("batch = ?", row.get::<_, Option<String>>(3)?);
        filter.and("status_code IS ?", row.get::<_, Option<String>>(4)?);
        let (parts, missing) = item::choose(&item::all(desk, &filter)?, quantity(row, 2)?);
        if missing > Decimal::ZERO {
            return Err(WorkError::NotEnough { article: row.get(1)?, missing });
        }
        let to: String = row.get(5)?;
        for (item, part) in parts {
            item_update::set(desk, item::split(desk, item, part)?, "ArticleItemStatus", Some(&to))?;
        }
        article::touch(desk, row.get(0)?)?;
    }
    desk.execute("UPDATE goods_operation_line SET done = wanted WHERE goods_operation = ?1", [id])?;
    desk.execute("UPDATE goods_operation SET done = ?2 WHERE id = ?1", (id, desk.stamp()))?;
    Ok(())
}
