//! Stock by the status of the goods.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::arithmetic;
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{given, moment, quantity};
use crate::sandbox::refused::Refused;

pub(crate) fn inventory(
    desk: &Desk<'_>,
    request: GetGoodsStatusInventory,
) -> Result<GoodsStatusInventoryResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("query"))?;
    let owner = desk.owner()?.id;
    let mut filter = Condition::new();
    filter.and("owner = ?", owner);
    filter.one_of("number", query.article_numbers_to_get.as_deref());
    filter.one_of("card ->> '$.ArticleGroupCode'", query.article_group_codes_to_get.as_deref());
    filter.and_if("updated >= ?", query.article_updated_from.map(moment));
    filter.and_if("updated <= ?", query.article_updated_to.map(moment));
    let with_picked = given!(query.goods_status_inventory_type, GoodsStatusInventoryType)
        == GoodsStatusInventoryType::GoodsInWarehouse;
    let mut statement = desk.prepare(&format!("SELECT id FROM article {} ORDER BY id", filter.sql()))?;
    let ids: Vec<i32> = statement.query_map(filter.values(), |row| row.get(0))?.collect::<Result<_, _>>()?;
    let lines = ids.into_iter().map(|id| line(desk, id, with_picked)).collect::<Result<_, _>>()?;
    Ok(GoodsStatusInventoryResult {
        goods_owner_id: owner,
        generated: desk.now.into(),
        goods_status_inventory_lines: Some(lines),
    })
}

fn line(desk: &Desk<'_>, id: i32, with_picked: bool) -> Result<GoodsStatusInventoryLine, Refused> {
    let stock = arithmetic::of(desk, id)?;
    let unpicked = rows(desk, id, UNPICKED)?;
    let mut all = unpicked.clone();
    for (status, (number, locked)) in rows(desk, id, PICKED_HERE)? {
        let sum = all.entry(status).or_default();
        *sum = (sum.0 + number, sum.1 + locked);
    }
    let locked = |rows: &StatusRows| rows.values().map(|(_, locked)| *locked).sum::<Decimal>();
    let (locked_unpicked, locked_all) = (locked(&unpicked), locked(&all));
    let shown = if with_picked { all } else { unpicked };
    let of = |(code, (number, locked)): (Option<String>, (Decimal, Decimal))| GoodsStatusInventoryRow {
        goods_status_name: code.clone(),
        goods_status_code: code,
        number_of_items: number,
        locked_number_of_items: locked,
    };
    Ok(GoodsStatusInventoryLine {
        article: Some(article::card(desk, id)?),
        number_of_booked_items: stock.booked,
        number_of_items: stock.physical,
        locked_number_of_items: locked_unpicked,
        warehouse_number_of_items: stock.physical + stock.to_be_collected,
        locked_warehouse_number_of_items: locked_all,
        goods_status_inventory_rows: Some(shown.into_iter().map(of).collect()),
    })
}

/// By status: the quantity, and the locked part.
type StatusRows = BTreeMap<Option<String>, (Decimal, Decimal)>;

const UNPICKED: &str =
    "SELECT status_code, number, locked FROM article_item WHERE article = ?1 AND CAST(number AS REAL) > 0";

/// Picked, on orders that have not left the warehouse.
const PICKED_HERE: &str = "SELECT status_code, pick.number, locked FROM pick
    JOIN article_item ON article_item.id = article_item JOIN order_line ON order_line.id = order_line
    JOIN customer_order ON customer_order.id = customer_order WHERE article_item.article = ?1 AND status < 500";

fn rows(desk: &Desk<'_>, article: i32, sql: &str) -> Result<StatusRows, Refused> {
    let mut statement = desk.prepare_cached(sql)?;
    let mut rows = statement.query([article])?;
    let mut sums = StatusRows::new();
    while let Some(row) = rows.next()? {
        let number = quantity(row, 1)?;
        let sum = sums.entry(row.get(0)?).or_default();
        sum.0 += number;
        if row.get(2)? {
            sum.1 += number;
        }
    }
    Ok(sums)
}
