//! Reports whether orders could be picked now.
//!
//! The members of this answer are not in the contract: they are in elements named after the service's types, with
//! members named as in its other answers. Orders with allocated goods come first, then the others by id: what one order
//! takes is missing for the next.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::status::{self, PICKED, RELEASED};
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::open_rows::Open as _;
use crate::sandbox::db::sql_value::quantity;
use crate::sandbox::refused::Refused;
use crate::sandbox::{db, stock};
use crate::xml::Element;

pub(crate) fn by_query(
    desk: &Desk<'_>,
    request: GetOrdersPickabilityByQuery,
) -> Result<GetOrdersPickabilityResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("Query"))?;
    let paging = query.paging.unwrap_or_default();
    if paging.max_orders_to_get.is_some_and(|most| most < 1) {
        return Err(Refused::rule("MaxOrdersToGet must be above 0"));
    }
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.one_of("number", query.order_numbers_to_get.as_deref());
    filter.one_of("id", query.order_ids_to_get.as_deref());
    filter.one_of("goods_owner_order_id", query.goods_owner_order_ids_to_get.as_deref());
    filter.and_if("id >= ?", paging.order_id_from);
    if query.only_booked_orders == Some(true) {
        filter.plain(&format!("status >= {RELEASED}"));
    }
    filter.plain(&format!("status < {PICKED}"));
    let limit = paging.max_orders_to_get.unwrap_or(-1);
    let sql = format!(
        "SELECT id, id AS \"OrderInfo.OrderId\", number AS \"OrderInfo.GoodsOwnerOrderNumber\",
         status AS \"OrderInfo.OrderStatus.Number\" FROM customer_order {} ORDER BY id LIMIT {limit}",
        filter.sql()
    );
    let mut wanted = db::open_rows::rows(desk, "OrderPickabilityResult", &sql, filter.values())?;
    let mut queue = StockLeft::default();
    let mut any = Vec::new();
    for (id, lines) in waiting(desk)? {
        let (pickable, lines) = queue.serve(desk, lines)?;
        if let Some(index) = wanted.iter().position(|(wanted, _)| *wanted == id) {
            let (_, order) = wanted.remove(index);
            let info = Element::named("PickabilityInfo").fact("IsPickable", pickable);
            any.push((id, order.with_child(info).list("OrderLines", lines)));
        }
    }
    // Orders that are not released do not wait, and are not pickable.
    any.extend(wanted.into_iter().map(|(id, order)| {
        let info = Element::named("PickabilityInfo").fact("IsPickable", false);
        (id, order.with_child(info))
    }));
    any.sort_by_key(|(id, _)| *id);
    Ok(GetOrdersPickabilityResult { any: db::open_rows::elements(any) })
}

/// A waiting line.
struct WaitingLine {
    id: i32,
    article: i32,
    number: String,
    left: Decimal,
}

/// The orders that wait for picking, oldest first, including those with allocated goods.
fn waiting(desk: &Desk<'_>) -> Result<Vec<(i32, Vec<WaitingLine>)>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT customer_order, line.id, article, article.number, ordered, picked
         FROM order_line AS line JOIN customer_order ON customer_order.id = customer_order
         JOIN article ON article.id = article
         WHERE customer_order.owner = ?1 AND moves AND status >= ?2 AND status < ?3
         ORDER BY status = ?4 DESC, customer_order, line.id",
    )?;
    let mut rows = statement.query((desk.owner()?.id, RELEASED, PICKED, status::ALLOCATED))?;
    let mut orders: Vec<(i32, Vec<WaitingLine>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let order: i32 = row.get(0)?;
        let line = WaitingLine {
            id: row.get(1)?,
            article: row.get(2)?,
            number: row.get(3)?,
            left: quantity(row, 4)? - quantity(row, 5)?,
        };
        match orders.last_mut() {
            Some((last, lines)) if *last == order => lines.push(line),
            _ => orders.push((order, vec![line])),
        }
    }
    Ok(orders)
}

/// What earlier orders have left of each article.
#[derive(Default)]
struct StockLeft(BTreeMap<i32, Decimal>);

impl StockLeft {
    /// Whether an order can be picked as a whole, and each of its lines.
    fn serve(&mut self, desk: &Desk<'_>, lines: Vec<WaitingLine>) -> Result<(bool, Vec<Element>), Refused> {
        let mut all = true;
        let mut shown = Vec::new();
        for line in lines {
            let there = match self.0.get(&line.article) {
                Some(there) => *there,
                None => {
                    let stock = stock::arithmetic::of(desk, line.article)?;
                    stock.physical - stock.locked
                }
            };
            let part = line.left.min(there).max(Decimal::ZERO);
            self.0.insert(line.article, there - part);
            all &= part == line.left;
            shown.push(
                Element::named("OrderPickabilityOrderLineInfo")
                    .fact("OrderLineId", line.id)
                    .fact("ArticleNumber", line.number)
                    .fact("NumberOfItems", line.left)
                    .fact("PickableNumberOfItems", part)
                    .fact("IsPickable", part == line.left),
            );
        }
        Ok((all, shown))
    }
}
