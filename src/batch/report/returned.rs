//! Goods that came back: told by returns, acknowledged on the lines of the orders that they came from.

use std::collections::{BTreeMap, HashSet};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::order::{Shape, is_to_report};
use super::{AT_ONCE, Kind, Line, ReportError, at, id, quantity, rows, text};
use crate::Client;
use crate::dynamic::{self, find_type};
use crate::xml::{DateTime, Element};

const QUERY: &str = "GetReturnOrdersByQuery";

/// The member of an order line's update that says how many came back, as the contract has it, and its one member.
const UPDATE_TYPE: &str = "UpdateOrderLineReportedReturnedNumberOfItems";
const UPDATE: &str = "UpdateReportedReturnedNumberOfItems";
const NUMBER: &str = "ReportedReturnedNumberOfItems";

/// How many of a line came back in one return.
struct Back {
    code: Option<String>,
    article: Option<String>,
    number: Decimal,
}

pub(super) fn read(
    client: &Client,
    since: Option<DateTime>,
    found: &mut dyn FnMut(Line) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    let mut orders: BTreeMap<i32, Option<String>> = BTreeMap::new();
    let since: Vec<(&str, Value)> =
        since.map(|time| ("GoodsReturnedFromDate", json!(time.to_string()))).into_iter().collect();
    rows(client, QUERY, &since, &mut |row| {
        if lines(row).iter().any(|line| !line.number.is_zero()) {
            orders.insert(id(row, QUERY, "OrderId")?, text(row, "OrderNumber"));
        }
        Ok(())
    })?;
    let orders: Vec<(i32, Option<String>)> = orders.into_iter().collect();
    for some in orders.chunks(AT_ONCE) {
        read_some(client, some, found)?;
    }
    Ok(())
}

fn read_some(
    client: &Client,
    orders: &[(i32, Option<String>)],
    found: &mut dyn FnMut(Line) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    // A count is absolute: returns from before count too.
    let numbers: Vec<&String> = orders.iter().filter_map(|(_, number)| number.as_ref()).collect();
    let wanted: HashSet<i32> = orders.iter().map(|(id, _)| *id).collect();
    let mut back: BTreeMap<i32, Vec<Back>> = BTreeMap::new();
    rows(client, QUERY, &[("CustomerOrderNumbersToGet", json!(numbers))], &mut |row| {
        let order = id(row, QUERY, "OrderId")?;
        if wanted.contains(&order) {
            back.entry(order).or_default().extend(lines(row));
        }
        Ok(())
    })?;
    let Some(shape) = Shape::of(Kind::ReturnOrders) else { return Ok(()) };
    let ids: Vec<i32> = back.keys().copied().collect();
    let mut all: Vec<Line> = Vec::new();
    shape.by_ids(client, Kind::ReturnOrders, &ids, &mut |mut lines| {
        for line in &mut lines {
            line.quantity = Decimal::ZERO;
        }
        for part in lines.first().and_then(|line| back.get(&line.order)).into_iter().flatten() {
            if let Some(line) = lines.iter_mut().find(|line| is_of(part, line)) {
                line.quantity += part.number;
            }
        }
        all.append(&mut lines);
    })?;
    all.into_iter().filter(is_to_report).try_for_each(found)
}

/// A return names a line by its code, or by its article where it has none.
fn is_of(part: &Back, line: &Line) -> bool {
    match &part.code {
        Some(_) => part.code == line.line_code,
        None => part.article.is_some() && part.article == line.article,
    }
}

fn lines(row: &Value) -> Vec<Back> {
    let Value::Array(lines) = at(row, "ReturnOrderLines") else { return Vec::new() };
    let line = |line: &Value| Back {
        code: text(line, "ExternalOrderLineCode").filter(|code| !code.is_empty()),
        article: text(line, "ArticleNumber"),
        number: quantity(line, "ReturnedNumberOfItems").unwrap_or_default(),
    };
    lines.iter().map(line).collect()
}

/// How a line's update says how many came back. The published contract has only the type's name; the member's is by the
/// pattern of its neighbours then, and whether the service took it is looked up.
pub(super) fn update(line: &Line) -> (String, Value) {
    let number = line.quantity.normalize().to_string();
    if let Some((name, inner)) = known() {
        return (name.to_owned(), json!({ inner: number }));
    }
    let namespace = dynamic::find("UpdateOrderLines").map(|update| update.namespace).unwrap_or_default();
    let inner = Element::new(namespace, NUMBER).with_text(number);
    ("@any".to_owned(), json!([Element::new(namespace, UPDATE).with_child(inner).to_xml()]))
}

/// The member as the contract has it, and the one below it.
fn known() -> Option<(&'static str, &'static str)> {
    let line = find_type("UpdateOrderLine")?;
    let member = line.members.iter().find(|member| member.ty == UPDATE_TYPE || member.name == UPDATE)?;
    let inner = find_type(member.ty)?;
    Some((member.name, inner.members.iter().find(|inner| inner.name.contains("Reported"))?.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_names_a_line_before_its_article() {
        let line = |code: Option<&str>, article: &str| Line {
            kind: Kind::ReturnOrders,
            order: 1,
            line: 1,
            order_number: None,
            line_code: code.map(str::to_owned),
            article: Some(article.to_owned()),
            quantity: Decimal::ZERO,
            reported: None,
            origin: None,
        };
        let back = |code: Option<&str>, article: Option<&str>| Back {
            code: code.map(str::to_owned),
            article: article.map(str::to_owned),
            number: Decimal::ONE,
        };
        assert!(is_of(&back(Some("1"), Some("A")), &line(Some("1"), "B")));
        assert!(!is_of(&back(Some("1"), Some("A")), &line(Some("2"), "A")));
        assert!(is_of(&back(None, Some("A")), &line(Some("2"), "A")));
        assert!(!is_of(&back(None, None), &line(None, "A")));
    }
}
