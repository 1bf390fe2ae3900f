//! Stock counts, and the differences that they find.

use rusqlite::{Row, params};
use rust_decimal::Decimal;

use super::item::{self, Item};
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{LARGEST, moment, quantity, time};
use crate::sandbox::db::typed_rows;
use crate::sandbox::find;
use crate::sandbox::refused::Refused;
use crate::sandbox::work_error::WorkError;

/// Counts an article. Returns the id of the stock count.
pub(crate) fn count(desk: &Desk<'_>, number: &str, counted: Decimal, cause: &str) -> Result<i32, WorkError> {
    let id = find::article(desk, number)?.id;
    if counted < Decimal::ZERO || counted > LARGEST {
        return Err(WorkError::Rule(format!("{counted} of article \"{number}\" cannot be in stock")));
    }
    let inventory = desk.query_row(
        "INSERT INTO inventory (owner, at) SELECT owner, ?2 FROM article WHERE id = ?1 RETURNING id",
        (id, desk.stamp()),
        |row| row.get(0),
    )?;
    let items = item::all(desk, &item::in_stock(id))?;
    let over = counted - items.iter().map(|item| item.number).sum::<Decimal>();
    if over > Decimal::ZERO {
        let found = find_more(desk, id, over)?;
        note(desk, inventory, id, (found, over), cause)?;
    } else {
        for (lost, part) in miss(&items, -over, number)? {
            item::take(desk, lost, part)?;
            note(desk, inventory, id, (lost, -part), cause)?;
        }
    }
    desk.execute(
        "UPDATE article_item SET counted = ?2 WHERE article = ?1 AND CAST(number AS REAL) > 0",
        (id, desk.stamp()),
    )?;
    article::touch(desk, id)?;
    Ok(inventory)
}

/// Items found in addition to the known ones.
fn find_more(desk: &Desk<'_>, article: i32, number: Decimal) -> Result<i32, rusqlite::Error> {
    desk.query_row(
        "INSERT INTO article_item (article, received, number, location, in_date) VALUES (?1, ?2, ?2, 'A-1', ?3)
         RETURNING id",
        params![article, number.normalize().to_string(), desk.stamp()],
        |row| row.get(0),
    )
}

fn miss(items: &[Item], number: Decimal, article: &str) -> Result<Vec<(i32, Decimal)>, WorkError> {
    match item::choose(items, number) {
        (chosen, missing) if missing.is_zero() => Ok(chosen),
        (_, missing) => Err(WorkError::NotEnough { article: article.to_owned(), missing }),
    }
}

fn note(
    desk: &Desk<'_>,
    inventory: i32,
    article: i32,
    (item, number): (i32, Decimal),
    cause: &str,
) -> Result<(), rusqlite::Error> {
    desk.execute(
        "INSERT INTO inventory_change (inventory, article, article_item, warehouse, number, cause)
         SELECT ?1, ?2, id, warehouse, ?4, ?5 FROM article_item WHERE id = ?3",
        params![inventory, article, item, number.normalize().to_string(), cause],
    )?;
    Ok(())
}

pub(crate) fn changes(
    desk: &Desk<'_>,
    request: GetInventoryChanges,
) -> Result<InventoryChangesResult, Refused> {
    let query = request.query.unwrap_or_default();
    if query.max_articles_to_get.is_some_and(|most| most < 1) {
        return Err(Refused::rule("MaxArticlesToGet must be above 0"));
    }
    let owner = desk.owner()?.id;
    let mut filter = Condition::new();
    filter.and("inventory.owner = ?", owner);
    filter.and_if("inventory.at >= ?", query.from_date.map(moment));
    filter.and_if("inventory.at <= ?", query.to_date.map(moment));
    filter.and_if("inventory.at <= ?", query.to_time.map(moment));
    filter.and_if("inventory.id = ?", query.inventory_id);
    filter.and_if("change.warehouse = ?", query.warehouse_id);
    filter.and_if("change.reported >= ?", query.export_time_from.map(moment));
    filter.and_if("change.article >= ?", query.article_def_id_from);
    if query.un_reported == Some(true) {
        filter.plain("change.reported IS NULL");
    }
    let sql = format!(
        "SELECT change.article, change.number, inventory.at, inventory.id, location, locked, cause, batch, status_code,
         serial, expiry, warehouse.id, warehouse.code, warehouse.name, container FROM inventory_change AS change JOIN inventory ON inventory.id = inventory
         JOIN article_item AS item ON item.id = article_item JOIN warehouse ON warehouse.id = change.warehouse {} ORDER BY change.article, change.rowid",
        filter.sql()
    );
    let most = query.max_articles_to_get.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let mut statement = desk.prepare(&sql)?;
    let mut rows = statement.query(filter.values())?;
    let mut lines: Vec<(i32, InventoryChangeLine)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (article, change) = (row.get(0)?, transaction(row)?);
        if lines.last().is_none_or(|(last, _)| *last != article) {
            if lines.len() == most {
                break;
            }
            let card = Some(article::card(desk, article)?);
            lines.push((article, InventoryChangeLine { article: card, ..InventoryChangeLine::default() }));
        }
        if let Some((_, line)) = lines.last_mut() {
            line.inventory_changes_number_of_items += change.inventory_changes_number_of_items;
            line.inventory_transactions.get_or_insert_default().push(change);
        }
    }
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    Ok(InventoryChangesResult { goods_owner_id: owner, inventory_change_lines: Some(lines) })
}

fn transaction(row: &Row<'_>) -> rusqlite::Result<InventoryTransaction> {
    let cause: String = row.get(6)?;
    Ok(InventoryTransaction {
        inventory_changes_number_of_items: quantity(row, 1)?,
        inventory_time: time(&row.get::<_, String>(2)?),
        inventory_id: row.get(3)?,
        location: row.get(4)?,
        location_is_locked: row.get(5)?,
        inventory_adjustment_cause_code: Some(cause.clone()),
        inventory_adjustment_cause_name: Some(cause),
        batch: row.get(7)?,
        article_item_status_code: row.get(8)?,
        article_item_status_name: row.get(8)?,
        serial: row.get(9)?,
        expiry_date: row.get::<_, Option<String>>(10)?.as_deref().map(time),
        warehouse_id: row.get(11)?,
        warehouse_code: row.get(12)?,
        warehouse_name: row.get(13)?,
        container: row.get(14)?,
        ..InventoryTransaction::default()
    })
}

/// Records that the goods owner acknowledged the changes of an article in a stock count.
pub(crate) fn set_reported(
    desk: &Desk<'_>,
    request: SetInventoryChangesToReported,
) -> Result<SetInventoryChangesToReportedResult, Refused> {
    let wanted = request.operation.ok_or_else(|| Refused::missing("Operation"))?;
    let (inventory, article) = (wanted.inventory_id, wanted.article_system_id);
    let owner = desk.owner()?.id;
    let exists = |table: &str, id: i32| {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id = ?1 AND owner = ?2)");
        desk.query_row(&sql, (id, owner), |row| row.get::<_, bool>(0))
    };
    if !exists("inventory", inventory)? {
        return Err(Refused::kind("InventoryNotFound", format!("Inventory {inventory} was not found")));
    }
    if !exists("article", article)? {
        return Err(Refused::kind("ArticleNotFound", format!("Article {article} was not found")));
    }
    let sql =
        "SELECT rowid, rowid AS InventoryArticleItemId, article_item AS ArticleItemId FROM inventory_change
               WHERE inventory = ?1 AND article = ?2";
    let items: Vec<UpdatedInventoryArticleItem> = typed_rows::all(desk, sql, (inventory, article))?;
    if items.is_empty() {
        let text = format!("Inventory {inventory} has no changes of the article {article}");
        return Err(Refused::kind("ArticleNotFound", text));
    }
    desk.execute(
        "UPDATE inventory_change SET reported = coalesce(reported, ?3) WHERE inventory = ?1 AND article = ?2",
        (inventory, article, desk.stamp()),
    )?;
    Ok(SetInventoryChangesToReportedResult {
        success: true,
        updated_inventory_article_items: Some(items),
        ..SetInventoryChangesToReportedResult::default()
    })
}
