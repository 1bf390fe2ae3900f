//! Transfers of goods from one warehouse to another.

use rusqlite::{Row, params};
use rust_decimal::Decimal;

use super::movement::{self, Target};
use super::{item, warehouse_code};
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{LARGEST, moment, quantity};
use crate::sandbox::find;
use crate::sandbox::find::FoundThing;
use crate::sandbox::refused::{RefusalKind, Refused};
use crate::sandbox::work_error::WorkError;
use crate::status_number::transfer::{DELIVERED, PLANNED};

/// Plans a transfer. Returns its id.
pub(crate) fn plan(
    desk: &Desk<'_>,
    number: &str,
    reference: &str,
    to: &str,
    articles: &[(&str, Decimal)],
) -> Result<i32, WorkError> {
    let to = match warehouse_code::id(desk, to) {
        Ok(id) => id,
        Err(Refused { reason: RefusalKind::Broken, message }) => return Err(WorkError::Broken(message)),
        Err(_) => return Err(WorkError::NotFound { what: "warehouse", number: to.to_owned() }),
    };
    let Some((first, _)) = articles.first() else {
        return Err(WorkError::Rule("a transfer needs an article".to_owned()));
    };
    let owner = find::article(desk, first)?.owner;
    let transfer: i32 = desk.query_row(
        "INSERT INTO transfer (owner, number, reference, from_warehouse, to_warehouse, status, updated)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id",
        params![owner, number, reference, warehouse_code::MAIN, to, PLANNED, desk.stamp()],
        |row| row.get(0),
    )?;
    for (article, number) in articles {
        if *number <= Decimal::ZERO || *number > LARGEST {
            return Err(WorkError::Rule(format!("{number} of article \"{article}\" cannot be transferred")));
        }
        let found = find::article(desk, article)?;
        if found.owner != owner {
            return Err(WorkError::Rule(format!("article \"{article}\" belongs to another goods owner")));
        }
        desk.execute(
            "INSERT INTO transfer_line (transfer, article, number) VALUES (?1, ?2, ?3)",
            params![transfer, found.id, number.normalize().to_string()],
        )?;
    }
    Ok(transfer)
}

/// Moves the goods of a transfer to their warehouse.
pub(crate) fn deliver(desk: &Desk<'_>, transfer: &FoundThing) -> Result<(), WorkError> {
    if transfer.status >= DELIVERED {
        return Err(transfer.stands_against("transfer"));
    }
    let id = transfer.id;
    let sql = "SELECT from_warehouse, to_warehouse FROM transfer WHERE id = ?1";
    let (from, to): (i32, i32) = desk.query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut statement = desk.prepare_cached(
        "SELECT line.id, article, line.number, article.number FROM transfer_line AS line
         JOIN article ON article.id = article WHERE transfer = ?1 ORDER BY line.id",
    )?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        let (line, article): (i32, i32) = (row.get(0)?, row.get(1)?);
        let mut filter = item::in_stock(article);
        filter.and("warehouse = ?", from);
        let (parts, missing) = item::choose(&item::all(desk, &filter)?, quantity(row, 2)?);
        if missing > Decimal::ZERO {
            return Err(WorkError::NotEnough { article: row.get(3)?, missing });
        }
        for (item, part) in parts {
            let moved = movement::place(desk, item, part, &Target { location: "A-1", warehouse: to })?;
            desk.execute(
                "INSERT INTO transfer_item (transfer_line, article_item, number) VALUES (?1, ?2, ?3)",
                params![line, moved, part.normalize().to_string()],
            )?;
        }
        article::touch(desk, article)?;
    }
    desk.execute(
        "UPDATE transfer SET status = ?2, updated = ?3 WHERE id = ?1",
        (id, DELIVERED, desk.stamp()),
    )?;
    Ok(())
}

pub(crate) fn by_query(
    desk: &Desk<'_>,
    request: GetWarehouseTransferOrderByQuery,
) -> Result<GetWarehouseTransferOrdersResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("query"))?;
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.and_if(&format!("(status >= {DELIVERED}) = ?"), query.is_delivered);
    filter.and_if("from_warehouse = ?", query.from_warehouse_id);
    filter.and_if("to_warehouse = ?", query.to_warehouse_id);
    filter.and_if("status >= ?", query.order_status_from);
    filter.and_if("status <= ?", query.order_status_to);
    filter.and_if("updated >= ?", query.last_updated_from.map(moment));
    filter.and_if("updated <= ?", query.last_updated_to.map(moment));
    filter.one_of("number", query.warehouse_transfer_order_numbers_to_get.as_deref());
    filter.one_of("transfer.id", query.warehouse_transfer_order_ids_to_get.as_deref());
    filter.and_if("reference = ?", query.reference_number);
    let sql = format!(
        "SELECT transfer.id, number, from_house.code, to_house.code FROM transfer
         JOIN warehouse AS from_house ON from_house.id = from_warehouse
         JOIN warehouse AS to_house ON to_house.id = to_warehouse {} ORDER BY transfer.id",
        filter.sql()
    );
    let mut statement = desk.prepare(&sql)?;
    let mut rows = statement.query(filter.values())?;
    let mut orders = Vec::new();
    while let Some(row) = rows.next()? {
        orders.push(WarehouseTransferOrderInfo {
            header: Some(WarehouseTransferOrderInfoHeader {
                order_number: row.get(1)?,
                from_warehouse_code: row.get(2)?,
                to_warehouse_code: row.get(3)?,
                ..WarehouseTransferOrderInfoHeader::default()
            }),
            order_lines: Some(lines(desk, row.get(0)?)?),
        });
    }
    Ok(GetWarehouseTransferOrdersResult { orders: Some(orders) })
}

fn lines(desk: &Desk<'_>, transfer: i32) -> Result<Vec<WarehouseTransferOrderLineInfo>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT line.id, article.name, article.number, line.number FROM transfer_line AS line
         JOIN article ON article.id = article WHERE transfer = ?1 ORDER BY line.id",
    )?;
    let mut rows = statement.query([transfer])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(WarehouseTransferOrderLineInfo {
            article: Some(WarehouseTransferOrderLineArticleInfo {
                article_name: row.get(1)?,
                article_number: row.get(2)?,
            }),
            line_number: Some((lines.len() + 1).to_string()),
            number_of_items: quantity(row, 3)?,
            items: Some(items(desk, row.get(0)?)?),
            ..WarehouseTransferOrderLineInfo::default()
        });
    }
    Ok(lines)
}

fn items(desk: &Desk<'_>, line: i32) -> Result<Vec<TransferArticleItemInfo>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT moved.number, serial, batch, status_code FROM transfer_item AS moved
         JOIN article_item ON article_item.id = article_item WHERE transfer_line = ?1 ORDER BY moved.rowid",
    )?;
    let read = |row: &Row<'_>| {
        Ok(TransferArticleItemInfo {
            is_delivered: true,
            is_picked: true,
            is_transfer: true,
            number_of_items: quantity(row, 0)?,
            serial: row.get(1)?,
            batch_no: row.get(2)?,
            article_item_status_code: row.get(3)?,
            ..TransferArticleItemInfo::default()
        })
    };
    Ok(statement.query_map([line], read)?.collect::<Result<_, _>>()?)
}
