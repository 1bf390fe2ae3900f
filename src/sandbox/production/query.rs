//! Queries production orders, and the articles that are produced.

use rusqlite::Row;

use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{moment, optional_quantity, quantity, sum, time};
use crate::sandbox::db::typed_rows;
use crate::sandbox::refused::Refused;

pub(crate) fn by_query(
    desk: &Desk<'_>,
    request: GetProductionOrdersByQuery,
) -> Result<GetProductionOrdersResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("query"))?;
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    for (condition, at) in [
        ("last_produced >= ?", query.last_production_time_from),
        ("last_produced <= ?", query.last_production_time_to),
        ("last_produced >= ?", query.last_produced_time_from),
        ("last_produced <= ?", query.last_produced_time_to),
    ] {
        filter.and_if(condition, at.map(moment));
    }
    filter.one_of("id", query.production_order_id_to_get.as_deref());
    filter.one_of("number", query.production_order_number_to_get.as_deref());
    filter.and_if("status >= ?", query.production_order_status_from);
    filter.and_if("status <= ?", query.production_order_status_to);
    filter.and_if("free_boolean1 = ?", query.production_order_free_boolean1);
    filter.and_if("free_boolean2 = ?", query.production_order_free_boolean2);
    let special = query.production_order_special_filters.unwrap_or_default();
    if special.only_production_orders_with_lines_to_report == Some(true) {
        filter.plain(
            "EXISTS (SELECT 1 FROM production_line WHERE production_order = production_order.id
             AND CAST(produced AS REAL) <> CAST(coalesce(reported, '0') AS REAL))",
        );
    }
    let sql = format!(
        "SELECT id, owner, number, comment, production_date, started, ended, status FROM production_order {} ORDER BY id",
        filter.sql()
    );
    let mut statement = desk.prepare(&sql)?;
    let mut rows = statement.query(filter.values())?;
    let mut orders = Vec::new();
    while let Some(row) = rows.next()? {
        orders.push(ProductionOrderInfo {
            production_order_header: Some(header(desk, row)?),
            production_order_lines: Some(lines(desk, row.get(0)?)?),
            ..ProductionOrderInfo::default()
        });
    }
    Ok(GetProductionOrdersResult { production_orders: Some(orders) })
}

fn header(desk: &Desk<'_>, row: &Row<'_>) -> Result<ProductionOrderHeaderInfo, Refused> {
    let id = row.get(0)?;
    let at = |column: usize| row.get::<_, Option<String>>(column).map(|text| text.as_deref().map(time));
    let of = |column: &str| format!("SELECT {column} FROM production_line WHERE production_order = ?1");
    Ok(ProductionOrderHeaderInfo {
        production_order_id: id,
        goods_owner_id: row.get(1)?,
        order_number: row.get(2)?,
        comment: row.get(3)?,
        production_date: at(4)?,
        start_production_time: at(5)?,
        end_production_time: at(6)?,
        ordered_number_of_items: sum(desk, &of("wanted"), id)?,
        produced_number_of_items: sum(desk, &of("produced"), id)?,
        production_order_status: row.get(7)?,
        ..ProductionOrderHeaderInfo::default()
    })
}

fn lines(desk: &Desk<'_>, order: i32) -> Result<Vec<ProductionOrderLineInfo>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT line.id, article, line.comment, wanted, produced, line.number, reported,
         min_days_to_expiry
         FROM production_line AS line WHERE production_order = ?1 ORDER BY line.id",
    )?;
    let mut rows = statement.query([order])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let card = article::card(desk, row.get(1)?)?;
        lines.push(ProductionOrderLineInfo {
            production_order_line_id: row.get(0)?,
            article_name: card.name,
            article_number: card.article_number,
            article_unit_code: card.article_unit_code,
            order_line_comment: row.get(2)?,
            ordered_number_of_items: quantity(row, 3)?,
            produced_number_of_items: quantity(row, 4)?,
            consumed: Some(consumed(desk, row.get(0)?)?),
            produced: Some(produced(desk, row.get(0)?)?),
            production_order_line_number: row.get(5)?,
            reported_number_of_items: optional_quantity(row, 6)?,
            min_days_to_expiry_date: row.get(7)?,
            ..ProductionOrderLineInfo::default()
        });
    }
    Ok(lines)
}

fn consumed(desk: &Desk<'_>, line: i32) -> Result<Vec<ProductionOrderLineConsumedInfo>, Refused> {
    let sql = "SELECT item.id, name AS ArticleName, article.number AS ArticleNumber, batch AS BatchNumber,
               consumption.number AS NumberOfItems, article.card ->> '$.ArticleUnitCode' AS ArticleUnitCode,
               expiry AS ExpiryDate, serial AS Serial, produced AS ProducedArticleItemId, weight AS Weight
               FROM consumption JOIN article_item AS item ON item.id = article_item JOIN article ON article.id = article
               WHERE consumption.production_line = ?1 ORDER BY consumption.rowid";
    typed_rows::all(desk, sql, [line])
}

fn produced(desk: &Desk<'_>, line: i32) -> Result<Vec<ProductionOrderLineProducedInfo>, Refused> {
    let sql = "SELECT item.id, name AS ArticleName, article.number AS ArticleNumber, batch AS BatchNumber,
               received AS NumberOfItems, article.card ->> '$.ArticleUnitCode' AS ArticleUnitCode,
               expiry AS ExpiryDate, serial AS Serial, item.id AS ArticleItemId, weight AS Weight
               FROM article_item AS item JOIN article ON article.id = article
               WHERE production_line = ?1 ORDER BY item.id";
    typed_rows::all(desk, sql, [line])
}

pub(crate) fn articles(
    desk: &Desk<'_>,
    request: GetProductionArticlesByQuery,
) -> Result<GetProductionArticlesResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("Query"))?;
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.plain("structure = 'ProductionArticle'");
    filter.one_of("id", query.article_def_ids.as_deref());
    let sql = format!(
        "SELECT id, name AS ArticleName, number AS ArticleNumber, product_code AS ProductCode, id AS ArticleDefId,
         card ->> '$.Length' AS Length, card ->> '$.Width' AS Width, card ->> '$.Height' AS Height,
         card ->> '$.Weight' AS Weight, card ->> '$.Volume' AS Volume FROM article {} ORDER BY id",
        filter.sql()
    );
    let parts = "SELECT part, name AS \"Article.ArticleName\", article.number AS \"Article.ArticleNumber\",
                 product_code AS \"Article.ProductCode\", part AS \"Article.ArticleDefId\",
                 card ->> '$.Length' AS \"Article.Length\", card ->> '$.Width' AS \"Article.Width\",
                 card ->> '$.Height' AS \"Article.Height\", card ->> '$.Weight' AS \"Article.Weight\",
                 card ->> '$.Volume' AS \"Article.Volume\", article_part.number AS ProductionNumberOfItems
                 FROM article_part JOIN article ON article.id = part WHERE article = ?1 ORDER BY article_part.rowid";
    let mut articles = Vec::new();
    for (id, article) in typed_rows::keyed::<ProductionArticleInfo>(desk, &sql, filter.values())? {
        let specification = Some(typed_rows::all(desk, parts, [id])?);
        articles.push(ProductionArticleInfo { specification, ..article });
    }
    Ok(GetProductionArticlesResult {
        success: true,
        articles: Some(articles),
        ..GetProductionArticlesResult::default()
    })
}
