//! Orders, announced goods and production orders: three queries and updates of one shape.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{AT_ONCE, Kind, Line, ReportError, at, id, quantity, rows, text};
use crate::Client;

/// Names of the query that tells the quantities and of the update that acknowledges them.
pub(super) struct Shape {
    pub query: &'static str,
    /// The filter that leaves the orders with something to tell.
    to_report: &'static str,
    /// The filter by ids.
    ids: &'static str,
    order_id: &'static str,
    order_number: &'static str,
    lines: &'static str,
    line_id: &'static str,
    line_code: &'static str,
    article: &'static str,
    quantity: &'static str,
    pub reported: &'static str,
    pub update: &'static str,
    named: [&'static str; 4],
    update_lines: &'static str,
    line_named: [&'static str; 4],
}

const ORDERS: Shape = Shape {
    query: "GetOrdersByQuery",
    to_report: "OrderSpecialFilters.OnlyOrdersWithOrderLinesToReport",
    ids: "OrderIdsToGet",
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
};

const IN_ORDERS: Shape = Shape {
    query: "GetInOrdersByQuery",
    to_report: "InOrderSpecialFilters.OnlyWithInOrderLinesWithDiffingReceviedToReported",
    ids: "InOrderIdsToGet",
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
};

const PRODUCTION_ORDERS: Shape = Shape {
    query: "GetProductionOrdersByQuery",
    to_report: "ProductionOrderSpecialFilters.OnlyProductionOrdersWithLinesToReport",
    ids: "ProductionOrderIdToGet",
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
};

/// What came back of an order's line is told by the order.
const RETURNED: Shape = Shape { reported: "ReportedReturnedNumberOfItems", ..ORDERS };

impl Shape {
    /// The shape of a kind; `None` for what is no order.
    pub fn of(kind: Kind) -> Option<&'static Shape> {
        match kind {
            Kind::Orders => Some(&ORDERS),
            Kind::ReturnOrders => Some(&RETURNED),
            Kind::InOrders => Some(&IN_ORDERS),
            Kind::ProductionOrders => Some(&PRODUCTION_ORDERS),
            Kind::InventoryChanges => None,
        }
    }

    /// The update that acknowledges lines of one order. `reported` says it of one line.
    pub fn update(&self, lines: &[&Line], reported: &dyn Fn(&Line) -> (String, Value)) -> Value {
        let [identification, by, how, id] = self.named;
        let [line_identification, line_by, line_how, line_id] = self.line_named;
        let order = lines.first().map(|line| line.order);
        let update = |line: &&Line| {
            let (name, value) = reported(line);
            json!({ line_identification: { line_by: line_how, line_id: line.line }, name: value })
        };
        let lines: Vec<Value> = lines.iter().map(update).collect();
        json!({ identification: { by: how, id: order }, self.update_lines: lines })
    }

    /// The lines of an order as they are now.
    pub fn lines(&self, kind: Kind, order: &Value) -> Result<Vec<Line>, ReportError> {
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

    /// The orders of these ids as they are now, line by line.
    pub fn by_ids(
        &self,
        client: &Client,
        kind: Kind,
        ids: &[i32],
        found: &mut dyn FnMut(Vec<Line>),
    ) -> Result<(), ReportError> {
        for ids in ids.chunks(AT_ONCE) {
            rows(client, self.query, &[(self.ids, json!(ids))], &mut |order| {
                found(self.lines(kind, order)?);
                Ok(())
            })?;
        }
        Ok(())
    }
}

pub(super) fn read(
    client: &Client,
    kind: Kind,
    found: &mut dyn FnMut(Line) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    let Some(shape) = Shape::of(kind) else { return Ok(()) };
    rows(client, shape.query, &[(shape.to_report, json!(true))], &mut |order| {
        let lines = shape.lines(kind, order)?;
        lines.into_iter().filter(is_to_report).try_for_each(&mut *found)
    })
}

/// Whether the goods owner has something to learn.
pub(super) fn is_to_report(line: &Line) -> bool {
    line.quantity != line.reported.unwrap_or(Decimal::ZERO)
}
