//! Stock on a past date, and goods received.

use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::moment;
use crate::sandbox::db::typed_rows;
use crate::sandbox::refused::Refused;

pub(crate) fn inventory(
    desk: &Desk<'_>,
    request: GetHistoricalInventoryByQuery,
) -> Result<GetHistoricalInventoryResult, Refused> {
    let query = request.get_historical_inventory_query;
    let query = query.ok_or_else(|| Refused::missing("GetHistoricalInventoryQuery"))?;
    if query.stock_date.is_unset() {
        return Err(Refused::missing("StockDate"));
    }
    let warehouse = match &query.warehouse_code {
        Some(code) => Some(super::warehouse_code::id(desk, code)?),
        None => None,
    };
    let at = moment(query.stock_date);
    let mut filter = Condition::new();
    filter.and("article.owner = ?", desk.owner()?.id);
    filter.and(
        "level.rowid = (SELECT rowid FROM stock_level WHERE article_item = item.id AND at <= ?
         ORDER BY at DESC, rowid DESC LIMIT 1)",
        at,
    );
    filter.plain("CAST(level.number AS REAL) > 0");
    filter.and_if("level.warehouse = ?", warehouse);
    let sql = format!(
        "SELECT article.id, level.number AS NumberOfItems, serial AS Serial, batch AS BatchNo,
         in_order.id AS InOrderId, in_order.number AS InOrderNumber, line.card ->> '$.RowPrice' AS InOrderLineUnitPrice,
         item.in_date AS InDate FROM stock_level AS level JOIN article_item AS item ON item.id = article_item
         JOIN article ON article.id = item.article LEFT JOIN in_order_line AS line ON line.id = item.in_order_line
         LEFT JOIN in_order ON in_order.id = line.in_order {} ORDER BY article.id, item.id",
        filter.sql()
    );
    let mut rows: Vec<(i32, HistoricalInventoryArticleRow)> = Vec::new();
    for (article, item) in typed_rows::keyed::<HistoricalInventoryArticleItem>(desk, &sql, filter.values())? {
        if rows.last().is_none_or(|(last, _)| *last != article) {
            let row = HistoricalInventoryArticleRow { article: of_article(desk, article)?, items: None };
            rows.push((article, row));
        }
        if let Some((_, HistoricalInventoryArticleRow { article: Some(article), items })) = rows.last_mut() {
            article.number_of_items += item.number_of_items;
            items.get_or_insert_default().push(item);
        }
    }
    Ok(GetHistoricalInventoryResult {
        success: true,
        rows: Some(rows.into_iter().map(|(_, row)| row).collect()),
        ..GetHistoricalInventoryResult::default()
    })
}

fn of_article(desk: &Desk<'_>, article: i32) -> Result<Option<HistoricalInventoryArticle>, Refused> {
    let sql = "SELECT id, id AS SystemId, number AS ArticleNumber, name AS ArticleName, product_code AS ProductCode,
               '0' AS NumberOfItems, card ->> '$.Price' AS Price FROM article WHERE id = ?1";
    Ok(typed_rows::all(desk, sql, [article])?.pop())
}

pub(crate) fn inbound(
    desk: &Desk<'_>,
    request: GetInboundTransactionsByQuery,
) -> Result<GetGoodsOwnerInboundTransactionsResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("Query"))?;
    if let (Some(from), Some(to)) = (query.in_date_from.map(moment), query.in_date_to.map(moment))
        && from > to
    {
        return Err(Refused::rule("InDateFrom is after InDateTo"));
    }
    let mut filter = Condition::new();
    filter.and("article.owner = ?", desk.owner()?.id);
    filter.and_if("item.in_date >= ?", query.in_date_from.map(moment));
    filter.and_if("item.in_date <= ?", query.in_date_to.map(moment));
    filter.and_if("item.id >= ?", query.original_article_item_id_from);
    // An item split off another one was received with that one.
    filter.plain("item.origin IS NULL");
    match query.inbound_transaction_types_to_get {
        InboundTransactionTypes::ReceivedOnInOrder => filter.plain("item.in_order_line IS NOT NULL"),
        InboundTransactionTypes::ReceivedWithoutInOrder => filter.plain("item.in_order_line IS NULL"),
        _ => {}
    }
    let limit = query.max_original_article_item_ids_to_get.map_or(-1, |most| i64::from(most.max(0)));
    let sql = format!(
        "SELECT item.id, article.id AS \"Article.ArticleDefId\", article.number AS \"Article.ArticleNumber\",
         batch AS Batch, serial AS Serial, container AS Container, item.in_date AS InDate, expiry AS ExpiryDate,
         item.received AS NumberOfItems, item.comment AS Comment, item.id AS OriginalArticleItemId,
         in_order.id AS \"InOrder.InOrderId\", in_order.number AS \"InOrder.InOrderNumber\",
         status_code AS \"ArticleItemStatus.Code\", status_code AS \"ArticleItemStatus.Name\", weight AS Weight
         FROM article_item AS item JOIN article ON article.id = item.article
         LEFT JOIN in_order_line AS line ON line.id = item.in_order_line LEFT JOIN in_order ON in_order.id = in_order
         {} ORDER BY item.id LIMIT {limit}",
        filter.sql()
    );
    Ok(GetGoodsOwnerInboundTransactionsResult {
        success: true,
        inbound_transactions: Some(typed_rows::all(desk, &sql, filter.values())?),
        ..GetGoodsOwnerInboundTransactionsResult::default()
    })
}
