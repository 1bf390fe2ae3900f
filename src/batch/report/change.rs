//! Differences found by stock counts: acknowledged by counting and article, not by a quantity.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Line, ReportError, ReportKind, at, id, quantity, rows, text};
use crate::Client;

const QUERY: &str = "GetInventoryChanges";
pub(super) const UPDATE: &str = "SetInventoryChangesToReported";

/// Unacknowledged differences, one line for each stock count and article.
pub(super) fn read(
    client: &Client,
    found: &mut dyn FnMut(Line) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    differences(client, &[("UnReported", json!(true))], found)
}

/// The differences of one stock count: the unacknowledged ones, or all.
pub(super) fn of_counting(
    client: &Client,
    counting: i32,
    unreported: bool,
) -> Result<Vec<Line>, ReportError> {
    let mut found = Vec::new();
    let members = [("InventoryId", json!(counting)), ("UnReported", json!(true))];
    let members = if unreported { &members[..] } else { &members[..1] };
    differences(client, members, &mut |line| {
        // A service that does not know the filter returns everything.
        if line.order == counting {
            found.push(line);
        }
        Ok(())
    })?;
    Ok(found)
}

fn differences(
    client: &Client,
    members: &[(&str, Value)],
    found: &mut dyn FnMut(Line) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    rows(client, QUERY, members, &mut |row| {
        let line = id(row, QUERY, "Article.SystemId")?;
        let Value::Array(changes) = at(row, "InventoryTransactions") else { return Ok(()) };
        let mut countings: BTreeMap<i32, Decimal> = BTreeMap::new();
        for change in &changes {
            let number = quantity(change, "InventoryChangesNumberOfItems").unwrap_or_default();
            *countings.entry(id(change, QUERY, "InventoryId")?).or_default() += number;
        }
        countings.into_iter().try_for_each(|(order, quantity)| {
            found(Line {
                kind: ReportKind::InventoryChanges,
                order,
                line,
                order_number: None,
                line_code: None,
                article: text(row, "Article.ArticleNumber"),
                quantity,
                reported: None,
                origin: None,
            })
        })
    })
}

/// The request that acknowledges a line.
pub(super) fn update(line: &Line) -> Value {
    json!({ "ArticleSystemId": line.line, "InventoryId": line.order })
}
