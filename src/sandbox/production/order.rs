//! Production orders: create, change and remove until production begins; after that only some members can be changed.

use rusqlite::{OptionalExtension as _, params};
use rust_decimal::Decimal;

use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::definition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::open_rows::Open as _;
use crate::sandbox::db::sql_value::{check_quantity, given, set_moment};
use crate::sandbox::refused::Refused;
pub(crate) use crate::status_number::production_order::{BEGUN, CANCELLED, FINISHED, RELEASED};
use crate::xml::Element;

pub(crate) fn process(
    desk: &Desk<'_>,
    request: ProcessProductionOrder,
) -> Result<ProcessProductionOrderResult, Refused> {
    let order = request.production_order.ok_or_else(|| Refused::missing("ProductionOrder"))?;
    let number = order.production_order_number.as_deref().filter(|number| !number.is_empty());
    let number = number.ok_or_else(|| {
        Refused::kind("ProductionOrderNumberNotSupplied", "ProductionOrderNumber is missing")
    })?;
    let owner = desk.owner()?.id;
    let sql = "SELECT id, status FROM production_order WHERE owner = ?1 AND number = ?2";
    let known: Option<(i32, i32)> =
        desk.query_row(sql, (owner, number), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if known.is_some_and(|(_, status)| (BEGUN..CANCELLED).contains(&status)) {
        return Err(Refused::rule(format!(
            "Production order \"{number}\" can no longer be changed: production has begun"
        )));
    }
    let id = match given!(order.production_order_operation, ProductionOrderOperation) {
        ProductionOrderOperation::Remove => {
            let found = known.filter(|(_, status)| *status != CANCELLED);
            let (id, _) =
                found.ok_or_else(|| Refused::rule(format!("Production order \"{number}\" was not found")))?;
            desk.execute("UPDATE production_order SET status = ?2 WHERE id = ?1", (id, CANCELLED))?;
            id
        }
        _ => save(desk, number, &order)?,
    };
    Ok(ProcessProductionOrderResult {
        success: true,
        production_order_id: Some(id),
        ..ProcessProductionOrderResult::default()
    })
}

/// Creates or updates an order; a cancelled one becomes active again.
fn save(desk: &Desk<'_>, number: &str, order: &ProductionOrder) -> Result<i32, Refused> {
    let id = desk.query_row(
        "INSERT INTO production_order (owner, number, comment, status, production_date, expiry)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (owner, number) DO UPDATE SET comment = coalesce(excluded.comment, comment), status = ?4,
         production_date = coalesce(excluded.production_date, production_date),
         expiry = coalesce(excluded.expiry, expiry) RETURNING id",
        params![
            desk.owner()?.id,
            number,
            order.production_order_comment,
            RELEASED,
            set_moment(order.production_date),
            set_moment(order.expiry_date),
        ],
        |row| row.get(0),
    )?;
    if let Some(lines) = &order.production_order_lines {
        replace_lines(desk, id, lines)?;
    }
    definition::keep(desk, "production_order", id, order)?;
    Ok(id)
}

/// Replaces the lines by those of the request. Existing lines keep their id; lines that are not named are removed.
fn replace_lines(desk: &Desk<'_>, order: i32, lines: &[ProductionOrderLine]) -> Result<(), Refused> {
    let mut numbers: Vec<&str> = Vec::new();
    for line in lines {
        let number = line.production_order_line_number.as_deref().filter(|number| !number.is_empty());
        let number = number.ok_or_else(|| Refused::missing("ProductionOrderLineNumber"))?;
        if numbers.contains(&number) {
            return Err(Refused::rule(format!("ProductionOrderLineNumber \"{number}\" is on two lines")));
        }
        numbers.push(number);
        write_line(desk, order, number, line)?;
    }
    let kept = serde_json::to_string(&numbers).unwrap_or_default();
    desk.execute(
        "DELETE FROM production_line WHERE production_order = ?1 AND number NOT IN (SELECT value FROM json_each(?2))",
        (order, kept),
    )?;
    Ok(())
}

fn write_line(desk: &Desk<'_>, order: i32, number: &str, line: &ProductionOrderLine) -> Result<(), Refused> {
    if line.to_produce_number_of_items <= Decimal::ZERO {
        let text = "ToProduceNumberOfItems must be above 0";
        return Err(Refused::kind("ToProduceNumberOfItemsNotAPositiveValue", text));
    }
    check_quantity("ToProduceNumberOfItems", line.to_produce_number_of_items)?;
    let article = line.article_number.as_deref().ok_or_else(|| Refused::missing("ArticleNumber"))?;
    let id = article::by_number(desk, article)?.ok_or_else(|| {
        Refused::kind("NonExistingArticleSupplied", format!("Article \"{article}\" was not found"))
    })?;
    desk.execute(
        "INSERT INTO production_line (production_order, number, article, wanted, comment, batch, serial,
         min_days_to_expiry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (production_order, number) DO UPDATE SET article = excluded.article, wanted = excluded.wanted,
         comment = coalesce(excluded.comment, comment), batch = coalesce(excluded.batch, batch),
         serial = coalesce(excluded.serial, serial),
         min_days_to_expiry = coalesce(excluded.min_days_to_expiry, min_days_to_expiry)",
        params![
            order,
            number,
            id,
            line.to_produce_number_of_items.normalize().to_string(),
            line.production_order_line_comment,
            line.production_order_line_produce_batch_no,
            line.production_order_line_produce_serial,
            line.min_days_to_expiry_date,
        ],
    )?;
    Ok(())
}

fn find(desk: &Desk<'_>, named: Option<&UpdateProductionOrderIdentification>) -> Result<i32, Refused> {
    let named = named.ok_or_else(|| Refused::missing("UpdateProductionOrderIdentification"))?;
    let by = given!(named.production_order_identification_type, UpdateProductionOrderIdentificationType);
    let (column, key) = match by {
        UpdateProductionOrderIdentificationType::ProductionOrderId => {
            ("id", Some(named.production_order_id.to_string()))
        }
        _ => ("number", named.production_order_number.clone()),
    };
    let key = key.ok_or_else(|| Refused::missing("ProductionOrderNumber or ProductionOrderId"))?;
    let sql = format!("SELECT id FROM production_order WHERE owner = ?1 AND {column} = ?2");
    let found = desk.query_row(&sql, (desk.owner()?.id, &key), |row| row.get(0)).optional()?;
    found.ok_or_else(|| Refused::rule(format!("Production order \"{key}\" was not found")))
}

pub(crate) fn update(
    desk: &Desk<'_>,
    request: UpdateProductionOrderRequest,
) -> Result<UpdateProductionOrderResult, Refused> {
    let update = request.update_production_order.ok_or_else(|| Refused::missing("UpdateProductionOrder"))?;
    let id = find(desk, update.update_production_order_identification.as_ref())?;
    if let Some(wanted) = &update.update_production_order_number {
        let number = wanted.production_order_number.as_deref().filter(|number| !number.is_empty());
        let number = number.ok_or_else(|| Refused::missing("ProductionOrderNumber"))?;
        let sql = "UPDATE OR IGNORE production_order SET number = ?2 WHERE id = ?1";
        if desk.execute(sql, (id, number))? == 0 {
            return Err(Refused::rule(format!(
                "Production order number \"{number}\" belongs to another order"
            )));
        }
    }
    if let Some(wanted) = &update.update_production_order_comment {
        let comment = &wanted.production_order_comment;
        desk.execute("UPDATE production_order SET comment = ?2 WHERE id = ?1", (id, comment))?;
    }
    // The contract has no members for these two, although the service's filters do.
    for (name, column) in [
        ("UpdateProductionOrderFreeBoolean1", "free_boolean1"),
        ("UpdateProductionOrderFreeBoolean2", "free_boolean2"),
    ] {
        if let Some(wanted) = update.any.iter().find(|element| element.name == name) {
            let is_set = match wanted.text().trim() {
                "true" | "1" => true,
                "false" | "0" => false,
                other => return Err(Refused::rule(format!("{name} is neither true nor false: \"{other}\""))),
            };
            desk.execute(&format!("UPDATE production_order SET {column} = ?2 WHERE id = ?1"), (id, is_set))?;
        }
    }
    // The members of this answer are not in the contract.
    let any = vec![
        Element::named("Success").with_text("true"),
        Element::named("ProductionOrderId").with_text(id.to_string()),
    ];
    Ok(UpdateProductionOrderResult { any })
}

pub(crate) fn update_lines(
    desk: &Desk<'_>,
    request: UpdateProductionOrderLinesRequest,
) -> Result<UpdateProductionOrderLinesResult, Refused> {
    let update = request.update_production_order_lines;
    let update = update.ok_or_else(|| Refused::missing("UpdateProductionOrderLines"))?;
    let id = find(desk, update.update_production_order_identification.as_ref())?;
    let mut results = Vec::new();
    for line in update.production_order_lines.iter().flatten() {
        results.push(update_line(desk, id, line)?);
    }
    Ok(UpdateProductionOrderLinesResult {
        success: true,
        production_order_id: Some(id),
        update_production_order_lines_results: Some(results),
        ..UpdateProductionOrderLinesResult::default()
    })
}

fn update_line(
    desk: &Desk<'_>,
    order: i32,
    line: &UpdateProductionOrderLine,
) -> Result<UpdateProductionOrderLineResult, Refused> {
    use UpdateProductionOrderLineIdentificationType as By;
    let named = line.update_production_order_line_identification.as_ref();
    let named = named.ok_or_else(|| Refused::missing("UpdateProductionOrderLineIdentification"))?;
    let by =
        given!(named.production_order_line_identification_type, UpdateProductionOrderLineIdentificationType);
    let (column, key) = match by {
        By::ProductionOrderLineId => ("id", named.production_order_line_id.map(|id| id.to_string())),
        _ => ("number", named.production_order_line_number.clone()),
    };
    let key = key.ok_or_else(|| Refused::missing("ProductionOrderLineNumber or ProductionOrderLineId"))?;
    let sql = format!("SELECT id, number FROM production_line WHERE production_order = ?1 AND {column} = ?2");
    let found: Option<(i32, String)> =
        desk.query_row(&sql, (order, &key), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (id, number) =
        found.ok_or_else(|| Refused::rule(format!("The production order has no line \"{key}\"")))?;
    if let Some(wanted) = &line.update_reported_number_of_items {
        let reported = wanted.reported_number_of_items.map(|number| number.normalize().to_string());
        desk.execute("UPDATE production_line SET reported = ?2 WHERE id = ?1", (id, reported))?;
    }
    Ok(UpdateProductionOrderLineResult {
        success: true,
        production_order_line_id: Some(id),
        production_order_line_number: Some(number),
        ..UpdateProductionOrderLineResult::default()
    })
}
