//! Differences that counting found: acknowledged by counting and article, not by a quantity.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Kind, Line, ReportError, at, id, quantity, rows, text};
use crate::Client;

const QUERY: &str = "GetInventoryChanges";
pub(super) const UPDATE: &str = "SetInventoryChangesToReported";

/// Differences that are not acknowledged, one line for each counting and article.
pub(super) fn read(
    client: &Client,
    found: &mut dyn FnMut(Line) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    unreported(client, &[], found)
}

/// Those of one counting.
pub(super) fn of_counting(client: &Client, counting: i32) -> Result<Vec<Line>, ReportError> {
    let mut all = Vec::new();
    unreported(client, &[("InventoryId", json!(counting))], &mut |line| {
        all.push(line);
        Ok(())
    })?;
    Ok(all)
}

fn unreported(
    client: &Client,
    more: &[(&str, Value)],
    found: &mut dyn FnMut(Line) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    let members = [&[("UnReported", json!(true))], more].concat();
    rows(client, QUERY, &members, &mut |row| {
        let line = id(row, QUERY, "Article.SystemId")?;
        let Value::Array(changes) = at(row, "InventoryTransactions") else { return Ok(()) };
        let mut countings: BTreeMap<i32, Decimal> = BTreeMap::new();
        for change in &changes {
            let number = quantity(change, "InventoryChangesNumberOfItems").unwrap_or_default();
            *countings.entry(id(change, QUERY, "InventoryId")?).or_default() += number;
        }
        countings.into_iter().try_for_each(|(order, quantity)| {
            found(Line {
                kind: Kind::InventoryChanges,
                order,
                line,
                order_number: None,
                line_code: None,
                article: text(row, "Article.ArticleNumber"),
                quantity,
                reported: None,
            })
        })
    })
}

/// The request that acknowledges a line.
pub(super) fn update(line: &Line) -> Value {
    json!({ "ArticleSystemId": line.line, "InventoryId": line.order })
}
