//! A line to book; a report has one per line of the file.

use std::error::Error as StdError;
use std::fmt;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::Origin;
use crate::GoodsOwner;

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReportKind {
    /// Picked quantities of orders.
    Orders,
    /// Returned quantities.
    ReturnOrders,
    /// Received quantities of in-orders.
    InOrders,
    /// Produced quantities of production orders.
    ProductionOrders,
    /// Differences found by stock counts.
    InventoryChanges,
}

impl ReportKind {
    /// All kinds.
    pub const ALL: [ReportKind; 5] = [
        ReportKind::Orders,
        ReportKind::ReturnOrders,
        ReportKind::InOrders,
        ReportKind::ProductionOrders,
        ReportKind::InventoryChanges,
    ];

    /// Returns its name, as on the command line and in records: `orders`.
    pub fn name(self) -> &'static str {
        match self {
            ReportKind::Orders => "orders",
            ReportKind::ReturnOrders => "return-orders",
            ReportKind::InOrders => "in-orders",
            ReportKind::ProductionOrders => "production-orders",
            ReportKind::InventoryChanges => "inventory-changes",
        }
    }

    /// The members of a record that name its order, and the line itself.
    pub(super) fn ids(self) -> (&'static str, &'static str) {
        match self {
            ReportKind::InventoryChanges => ("inventoryId", "articleSystemId"),
            _ => ("orderId", "lineId"),
        }
    }
}

impl fmt::Display for ReportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A line of an order, with the quantity to book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What kind of report the line belongs to.
    pub kind: ReportKind,
    /// The service's id of the order; of a stock count for [`ReportKind::InventoryChanges`].
    pub order: i32,
    /// The service's id of the line; of the article for [`ReportKind::InventoryChanges`].
    pub line: i32,
    /// The goods owner's number of the order.
    pub order_number: Option<String>,
    /// The goods owner's code or number of the line.
    pub line_code: Option<String>,
    /// Number of the article.
    pub article: Option<String>,
    /// The total, not the increase: if 10 are picked now, it is 10, even if 8 were reported before. For
    /// [`ReportKind::InventoryChanges`] the difference that the stock count found. Only such a difference may be below 0.
    pub quantity: Decimal,
    /// The quantity that the goods owner had acknowledged; `None` for none.
    pub reported: Option<Decimal>,
    /// Where the line was read; [`Ack`](super::Ack) rejects lines of another service or goods owner. `None` is not
    /// checked.
    pub origin: Option<Origin>,
}

/// Why a record is not a line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError(String);

impl LineError {
    pub(super) fn new(message: impl Into<String>) -> LineError {
        LineError(message.into())
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for LineError {}

impl Line {
    /// Returns the record: one object, quantities as texts.
    pub fn to_json(&self) -> Value {
        let (order, line) = self.kind.ids();
        let mut record = Map::new();
        record.insert("report".to_owned(), json!(self.kind.name()));
        let texts = [
            ("orderNumber", &self.order_number),
            ("lineCode", &self.line_code),
            ("articleNumber", &self.article),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                record.insert(name.to_owned(), json!(text));
            }
        }
        record.insert(order.to_owned(), json!(self.order));
        record.insert(line.to_owned(), json!(self.line));
        record.insert("quantity".to_owned(), json!(self.quantity.normalize().to_string()));
        if self.kind != ReportKind::InventoryChanges {
            record.insert(
                "reported".to_owned(),
                json!(self.reported.map(|number| number.normalize().to_string())),
            );
        }
        if let Some(Origin { service, goods_owner: GoodsOwner { code, id } }) = &self.origin {
            record.insert("service".to_owned(), json!(service));
            code.iter().for_each(|code| drop(record.insert("goodsOwner".to_owned(), json!(code))));
            id.iter().for_each(|id| drop(record.insert("goodsOwnerId".to_owned(), json!(id))));
        }
        Value::Object(record)
    }

    /// Reads a record. Unknown members are ignored.
    ///
    /// # Errors
    /// A required member is missing or has a wrong value.
    pub fn from_json(record: &Value) -> Result<Line, LineError> {
        let name = record.get("report").and_then(Value::as_str);
        let name =
            name.ok_or_else(|| LineError("`report` is missing: this is not a line of a report".to_owned()))?;
        let kind = ReportKind::ALL.into_iter().find(|kind| kind.name() == name);
        let kind = kind.ok_or_else(|| LineError(format!("report: unknown kind `{name}`")))?;
        let (order, line) = kind.ids();
        let id = |name: &str| {
            whole(record, name).ok_or_else(|| LineError(format!("`{name}` is missing or not an id")))
        };
        let text = |name: &str| record.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Line {
            kind,
            order: id(order)?,
            line: id(line)?,
            order_number: text("orderNumber"),
            line_code: text("lineCode"),
            article: text("articleNumber"),
            quantity: quantity(kind, record)?,
            reported: number(record, "reported")?,
            origin: text("service").map(|service| Origin {
                service,
                goods_owner: GoodsOwner { code: text("goodsOwner"), id: whole(record, "goodsOwnerId") },
            }),
        })
    }

    /// Whether it has a quantity that no line of its kind can have: a total below 0. A total of 0 takes back what was
    /// acknowledged.
    pub(super) fn is_negative(&self) -> bool {
        self.kind != ReportKind::InventoryChanges && self.quantity < Decimal::ZERO
    }

    /// Whether another line has the same names for people.
    pub(super) fn is_same(&self, other: &Line) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| {
            let text = |of: &Option<String>| {
                of.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
            };
            text(a) == text(b)
        };
        same(&self.order_number, &other.order_number)
            && same(&self.line_code, &other.line_code)
            && same(&self.article, &other.article)
    }
}

/// A whole number; in a table it is a text.
fn whole(record: &Value, name: &str) -> Option<i32> {
    match record.get(name)? {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64().and_then(|id| i32::try_from(id).ok()),
    }
}

fn quantity(kind: ReportKind, record: &Value) -> Result<Decimal, LineError> {
    match number(record, "quantity")? {
        None => Err(LineError("`quantity` is missing".to_owned())),
        Some(total) if kind != ReportKind::InventoryChanges && total < Decimal::ZERO => {
            Err(LineError(format!("quantity: {total} is below 0, but {kind} have totals of 0 or more")))
        }
        Some(quantity) => Ok(quantity),
    }
}

fn number(record: &Value, name: &str) -> Result<Option<Decimal>, LineError> {
    let text = match record.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    text.parse().map(Some).map_err(|_| LineError(format!("{name}: `{text}` is not a number")))
}

impl fmt::Display for Line {
    /// Names the line for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.order_number, self.kind) {
            (_, ReportKind::InventoryChanges) => write!(f, "counting {}", self.order)?,
            (Some(number), kind) => write!(f, "{kind} {number}")?,
            (None, kind) => write!(f, "{kind} with the id {}", self.order)?,
        }
        match (&self.article, &self.line_code) {
            (Some(article), Some(code)) => write!(f, ", line {code} of article {article}"),
            (Some(article), None) => write!(f, ", article {article}"),
            (None, Some(code)) => write!(f, ", line {code}"),
            (None, None) => write!(f, ", line with the id {}", self.line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_and_back() {
        for kind in ReportKind::ALL {
            let is_order = kind != ReportKind::InventoryChanges;
            let line = Line {
                kind,
                order: 5,
                line: 12,
                order_number: is_order.then(|| "1001".to_owned()),
                line_code: None,
                article: Some("MUG".to_owned()),
                quantity: "8.5".parse().unwrap(),
                reported: None,
                origin: is_order.then(|| Origin {
                    service: "https://host/x".to_owned(),
                    goods_owner: GoodsOwner { code: Some("SHOP".to_owned()), id: Some(7) },
                }),
            };
            assert_eq!(Line::from_json(&line.to_json()), Ok(line));
        }
    }

    #[test]
    fn what_is_no_line_of_a_report() {
        for (record, expected) in [
            (json!({}), "`report` is missing"),
            (json!({ "report": "order" }), "unknown kind `order`"),
            (json!({ "report": "orders", "lineId": 1, "quantity": "1" }), "`orderId` is missing"),
            (json!({ "report": "orders", "orderId": 1, "lineId": 1 }), "`quantity` is missing"),
            (
                json!({ "report": "orders", "orderId": 1, "lineId": 1, "quantity": "a" }),
                "`a` is not a number",
            ),
            (
                json!({ "report": "orders", "orderId": 1, "lineId": 1, "quantity": "-1" }),
                "quantity: -1 is below 0",
            ),
            (json!({ "report": "inventory-changes", "orderId": 1 }), "`inventoryId` is missing"),
        ] {
            let error = Line::from_json(&record).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let plain = json!({ "report": "orders", "orderId": 1, "lineId": 2, "quantity": 2.50, "mine": 1 });
        assert_eq!(Line::from_json(&plain).unwrap().quantity, "2.5".parse().unwrap());
        // A stock count finds less than there should be; a total of 0 takes back what was acknowledged.
        let change = json!({ "report": "inventory-changes", "inventoryId": 1, "articleSystemId": 2, "quantity": "-1" });
        assert_eq!(Line::from_json(&change).unwrap().quantity, Decimal::NEGATIVE_ONE);
        let none = json!({ "report": "orders", "orderId": 1, "lineId": 2, "quantity": 0 });
        assert_eq!(Line::from_json(&none).unwrap().quantity, Decimal::ZERO);
    }
}
