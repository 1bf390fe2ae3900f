//! Orders, returns, in-orders and production orders: their queries and updates have the same structure.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Line, ReportError, ReportKind, at, id, quantity, rows, text};
use crate::Client;
use crate::batch::contract::path::{member_at, type_at};
use crate::dynamic;

/// Names of the query that returns the quantities and of the update that acknowledges them.
pub(super) struct Shape {
    pub query: &'static str,
    /// The filter for orders with something to report.
    to_report: &'static str,
    /// The filter by ids, and the one by numbers for contracts that lack the first.
    ids: &'static str,
    numbers: &'static str,
    order_id: &'static str,
    order_number: &'static str,
    lines: &'static str,
    line_id: &'static str,
    line_code: &'static str,
    article: &'static str,
    quantity: &'static str,
    reported: &'static str,
    pub update: &'static str,
    named: [&'static str; 4],
    update_lines: &'static str,
    line_named: [&'static str; 4],
    /// The member of a line's update that acknowledges a quantity.
    line_update: &'static str,
}

const ORDERS: Shape = Shape {
    query: "GetOrdersByQuery",
    to_report: "OrderSpecialFilters.OnlyOrdersWithOrderLinesToReport",
    ids: "OrderIdsToGet",
    numbers: "OrderNumbersToGet",
    order_id: "OrderInfo.OrderId",
    order_number: "OrderInfo.GoodsOwnerOrderNumber",
    lines: "PickedOrderLines",
    line_id: "OrderLineSystemId",
    line_code: "ExternalOrderLineCode",
    article: "Article.ArticleNumber",
    quantity: "PickedNumberOfItems",
    reported: "ReportedNumberOfItems",
    update: "UpdateOrderLines",
    named: ["UpdateOrderIdentification", "OrderIdentificationType", "SystemId", "OrderId"],
    update_lines: "OrderLines",
    line_named: [
        "UpdateOrderLineIdentification",
        "OrderLineIdentificationType",
        "OrderLineId",
        "OrderLineId",
    ],
    line_update: "UpdateReportedNumberOfItems",
};

const IN_ORDERS: Shape = Shape {
    query: "GetInOrdersByQuery",
    to_report: "InOrderSpecialFilters.OnlyWithInOrderLinesWithDiffingReceviedToReported",
    ids: "InOrderIdsToGet",
    numbers: "InOrderNumbersToGet",
    order_id: "InOrderInfo.InOrderId",
    order_number: "InOrderInfo.GoodsOwnerOrderNumber",
    lines: "ReceivedInOrderLines",
    line_id: "InOrderLineId",
    line_code: "ExternalOrderLineCode",
    article: "Article.ArticleNumber",
    quantity: "ReceivedNumberOfItems",
    reported: "ReportedNumberOfItems",
    update: "UpdateInOrderLines",
    named: ["UpdateInOrderIdentification", "InOrderIdentificationType", "SystemId", "InOrderId"],
    update_lines: "InOrderLines",
    line_named: [
        "UpdateInOrderLineIdentification",
        "InOrderLineIdentificationType",
        "InOrderLineId",
        "InOrderLineId",
    ],
    line_update: "UpdateReportedNumberOfItems",
};

const PRODUCTION_ORDERS: Shape = Shape {
    query: "GetProductionOrdersByQuery",
    to_report: "ProductionOrderSpecialFilters.OnlyProductionOrdersWithLinesToReport",
    ids: "ProductionOrderIdToGet",
    numbers: "ProductionOrderNumberToGet",
    order_id: "ProductionOrderHeader.ProductionOrderId",
    order_number: "ProductionOrderHeader.OrderNumber",
    lines: "ProductionOrderLines",
    line_id: "ProductionOrderLineId",
    line_code: "ProductionOrderLineNumber",
    article: "ArticleNumber",
    quantity: "ProducedNumberOfItems",
    reported: "ReportedNumberOfItems",
    update: "UpdateProductionOrderLines",
    named: [
        "UpdateProductionOrderIdentification",
        "ProductionOrderIdentificationType",
        "ProductionOrderId",
        "ProductionOrderId",
    ],
    update_lines: "ProductionOrderLines",
    line_named: [
        "UpdateProductionOrderLineIdentification",
        "ProductionOrderLineIdentificationType",
        "ProductionOrderLineId",
        "ProductionOrderLineId",
    ],
    line_update: "UpdateReportedNumberOfItems",
};

/// The order reports what was returned of its lines.
const RETURNED: Shape = Shape {
    to_report: "OrderSpecialFilters.OnlyOrdersWithOrderLinesToReportReturned",
    quantity: "ReturnedNumberOfItems",
    reported: "ReportedReturnedNumberOfItems",
    line_update: "UpdateOrderLineReportedReturnedNumberOfItems",
    ..ORDERS
};

impl Shape {
    /// The structure of a kind; `None` if it is not an order.
    pub fn of(kind: ReportKind) -> Option<&'static Shape> {
        match kind {
            ReportKind::Orders => Some(&ORDERS),
            ReportKind::ReturnOrders => Some(&RETURNED),
            ReportKind::InOrders => Some(&IN_ORDERS),
            ReportKind::ProductionOrders => Some(&PRODUCTION_ORDERS),
            ReportKind::InventoryChanges => None,
        }
    }

    /// Whether the contract of this build has everything that the report needs.
    ///
    /// # Errors
    /// [`ReportError::Contract`] with what it lacks.
    pub fn check(&self) -> Result<(), ReportError> {
        let operation = |name: &'static str| dynamic::find(name).ok_or(ReportError::Contract(name));
        let (query, update) = (operation(self.query)?, operation(self.update)?);
        let row = dynamic::row_type(query);
        let line = row.and_then(|row| type_at(row, self.lines));
        let line_update = dynamic::payload(update).and_then(|ty| type_at(ty, self.update_lines));
        for (ty, path) in [
            (dynamic::payload(query), self.to_report),
            (dynamic::payload(query), self.numbers),
            (row, self.order_id),
            (line, self.line_id),
            (line, self.quantity),
            (line, self.reported),
            (line_update, self.line_update),
            (line_update.and_then(|ty| type_at(ty, self.line_update)), self.reported),
        ] {
            if ty.and_then(|ty| member_at(ty, path)).is_none() {
                return Err(ReportError::Contract(path));
            }
        }
        Ok(())
    }

    /// The update that acknowledges lines of one order.
    pub fn update(&self, lines: &[&Line]) -> Value {
        let [identification, by, how, id] = self.named;
        let [line_identification, line_by, line_how, line_id] = self.line_named;
        let order = lines.first().map(|line| line.order);
        let update = |line: &&Line| {
            let number = line.quantity.normalize().to_string();
            json!({
                line_identification: { line_by: line_how, line_id: line.line },
                self.line_update: { self.reported: number },
            })
        };
        let lines: Vec<Value> = lines.iter().map(update).collect();
        json!({ identification: { by: how, id: order }, self.update_lines: lines })
    }

    /// The lines of an order as they are now.
    pub fn lines(&self, kind: ReportKind, order: &Value) -> Result<Vec<Line>, ReportError> {
        let number = text(order, self.order_number);
        let order_id = id(order, self.query, self.order_id)?;
        let Value::Array(lines) = at(order, self.lines) else { return Ok(Vec::new()) };
        let line = |line: &Value| {
            Ok(Line {
                kind,
                order: order_id,
                line: id(line, self.query, self.line_id)?,
                order_number: number.clone(),
                line_code: text(line, self.line_code),
                article: text(line, self.article),
                quantity: quantity(line, self.quantity).unwrap_or_default(),
                reported: quantity(line, self.reported),
                origin: None,
            })
        };
        lines.iter().map(line).collect()
    }

    /// The orders of these lines as they are now, line by line.
    pub fn orders_of(
        &self,
        client: &Client,
        kind: ReportKind,
        lines: &[&Line],
        found: &mut dyn FnMut(Vec<Line>),
    ) -> Result<(), ReportError> {
        let query = dynamic::find(self.query).and_then(dynamic::payload);
        let by_ids = query.is_some_and(|ty| member_at(ty, self.ids).is_some());
        let ids: BTreeSet<i32> = lines.iter().map(|line| line.order).collect();
        let numbers: BTreeSet<&str> = lines.iter().filter_map(|line| line.order_number.as_deref()).collect();
        let filter = match by_ids {
            true => (self.ids, json!(ids)),
            false if numbers.is_empty() => return Ok(()),
            false => (self.numbers, json!(numbers)),
        };
        rows(client, self.query, &[filter], &mut |order| {
            found(self.lines(kind, order)?);
            Ok(())
        })
    }
}

pub(super) fn read(
    client: &Client,
    kind: ReportKind,
    found: &mut dyn FnMut(Line) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    let Some(shape) = Shape::of(kind) else { return Ok(()) };
    shape.check()?;
    rows(client, shape.query, &[(shape.to_report, json!(true))], &mut |order| {
        let lines = shape.lines(kind, order)?;
        lines.into_iter().filter(is_to_report).try_for_each(&mut *found)
    })
}

/// Whether there is a quantity that the goods owner has not acknowledged.
fn is_to_report(line: &Line) -> bool {
    line.quantity != line.reported.unwrap_or(Decimal::ZERO)
}
