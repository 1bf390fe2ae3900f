//! Stock on a past date, and what came in.
//!
//! The contract does not know the members of these answers: they stand in elements named after the service's types,
//! with members named as in its other answers.

use super::contract::*;
use super::database::moment;
use super::desk::Desk;
use super::filter::Filter;
use super::open::{self, Open as _};
use super::refused::Refused;
use crate::xml::Element;

pub(super) fn inventory(
    desk: &Desk<'_>,
    request: GetHistoricalInventoryByQuery,
) -> Result<GetHistoricalInventoryResult, Refused> {
    let query = request.get_historical_inventory_query;
    let query = query.ok_or_else(|| Refused::missing("GetHistoricalInventoryQuery"))?;
    if query.stock_date.is_unset() {
        return Err(Refused::missing("StockDate"));
    }
    let warehouse = match &query.warehouse_code {
        Some(code) => Some(super::warehouse::id(desk, code)?),
        None => None,
    };
    let at = moment(query.stock_date);
    let mut filter = Filter::new();
    filter.and("article.owner = ?", desk.owner()?.id);
    filter.and(
        "level.rowid = (SELECT rowid FROM stock_level WHERE article_item = item.id AND at <= ?
         ORDER BY at DESC, rowid DESC LIMIT 1)",
        at,
    );
    filter.plain("CAST(level.number AS REAL) > 0");
    filter.and_if("level.warehouse = ?", warehouse);
    let sql = format!(
        "SELECT article.id, item.id AS ArticleItemId, level.number AS NumberOfItems, batch AS Batch, serial AS Serial,
         expiry AS ExpiryDate, status_code AS ArticleItemStatusCode, in_date AS InDate, warehouse.code AS WarehouseCode
         FROM stock_level AS level JOIN article_item AS item ON item.id = article_item
         JOIN article ON article.id = article JOIN warehouse ON warehouse.id = level.warehouse
         {} ORDER BY article.id, item.id",
        filter.sql()
    );
    let mut any: Vec<(i32, Element)> = Vec::new();
    for (article, item) in open::rows(desk, "Item", &sql, filter.values())? {
        match any.last_mut() {
            Some((last, row)) if *last == article => row.children.push(crate::xml::Node::Element(item)),
            _ => any.push((article, article_row(desk, article)?.with_child(item))),
        }
    }
    Ok(GetHistoricalInventoryResult { any: open::elements(any) })
}

fn article_row(desk: &Desk<'_>, article: i32) -> Result<Element, Refused> {
    let sql = "SELECT id, id AS ArticleSystemId, number AS ArticleNumber, name AS ArticleName FROM article WHERE id = ?1";
    let article = open::elements(open::rows(desk, "Article", sql, [article])?);
    Ok(article.into_iter().fold(Element::named("HistoricalInventoryArticleRow"), Element::with_child))
}

pub(super) fn inbound(
    desk: &Desk<'_>,
    request: GetInboundTransactionsByQuery,
) -> Result<GetGoodsOwnerInboundTransactionsResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("Query"))?;
    if let (Some(from), Some(to)) = (query.in_date_from.map(moment), query.in_date_to.map(moment))
        && from > to
    {
        return Err(Refused::rule("InDateFrom is after InDateTo"));
    }
    let mut filter = Filter::new();
    filter.and("article.owner = ?", desk.owner()?.id);
    filter.and_if("item.in_date >= ?", query.in_date_from.map(moment));
    filter.and_if("item.in_date <= ?", query.in_date_to.map(moment));
    // Receptions on announcements are the one kind that is known.
    filter.plain("item.in_order_line IS NOT NULL");
    let sql = format!(
        "SELECT item.id, item.id AS ArticleItemId, 'ReceivedOnInOrder' AS InboundTransactionType, item.in_date AS InDate,
         item.received AS NumberOfItems, batch AS Batch, serial AS Serial, article.id AS \"Article.ArticleSystemId\",
         article.number AS \"Article.ArticleNumber\", in_order.id AS \"InOrder.InOrderId\",
         in_order.number AS \"InOrder.GoodsOwnerOrderNumber\", line.id AS \"InOrder.InOrderLineId\"
         FROM article_item AS item JOIN article ON article.id = item.article
         JOIN in_order_line AS line ON line.id = item.in_order_line JOIN in_order ON in_order.id = in_order
         {} ORDER BY item.id",
        filter.sql()
    );
    let rows = open::rows(desk, "GoodsOwnerInboundTransaction", &sql, filter.values())?;
    let of = |(_, element): (i32, Element)| GoodsOwnerInboundTransaction {
        any: element.elements().cloned().collect(),
    };
    Ok(GetGoodsOwnerInboundTransactionsResult {
        inbound_transactions: Some(rows.into_iter().map(of).collect()),
        ..GetGoodsOwnerInboundTransactionsResult::default()
    })
}
