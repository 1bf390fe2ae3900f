//! The contract's names for outbound and in-orders, for `show` and `wait`.

use serde_json::{Value, json};

use super::call::Caller;

/// The differences between the two.
pub struct OrderKind {
    pub what: &'static str,
    /// The kind of records of a push.
    pub records: &'static str,
    pub info: &'static str,
    pub id: &'static str,
    query: &'static str,
    numbers: &'static str,
    found: &'static str,
    status: &'static str,
    status_text: &'static str,
    pub cancelled: i64,
    /// Whether the service lists files of them by number.
    pub has_files: bool,
}

pub static ORDER: OrderKind = OrderKind {
    what: "order",
    records: "orders",
    info: "OrderInfo",
    id: "OrderId",
    query: "GetOrdersByQuery",
    numbers: "OrderNumbersToGet",
    found: "Orders",
    status: "OrderStatusNumber",
    status_text: "OrderStatusText",
    cancelled: 1000,
    has_files: true,
};

pub static IN_ORDER: OrderKind = OrderKind {
    what: "in-order",
    records: "in-orders",
    info: "InOrderInfo",
    id: "InOrderId",
    query: "GetInOrdersByQuery",
    numbers: "InOrderNumbersToGet",
    found: "InOrders",
    status: "InOrderStatusNumber",
    status_text: "InOrderStatusText",
    cancelled: 900,
    has_files: false,
};

impl OrderKind {
    /// The warehouse's orders with a number of the goods owner.
    pub fn find(&self, caller: &Caller, number: &str) -> anyhow::Result<Vec<Value>> {
        let mut answer = caller.result(self.query, &json!({ self.numbers: [number] }))?;
        let orders = match answer[self.found].take() {
            Value::Array(orders) => orders,
            _ => Vec::new(),
        };
        // A service that does not know the filter returns other orders too.
        let is_own = |order: &Value| order[self.info]["GoodsOwnerOrderNumber"].as_str() == Some(number);
        Ok(orders.into_iter().filter(is_own).collect())
    }

    /// Number and name of an order's status.
    pub fn status(&self, order: &Value) -> (i64, String) {
        let info = &order[self.info];
        let text = info[self.status_text].as_str().unwrap_or_default().to_owned();
        (info[self.status].as_i64().unwrap_or_default(), text)
    }

    /// Of orders with the same number, the one that is not cancelled.
    pub fn open<'o>(&self, orders: &'o [Value]) -> Option<&'o Value> {
        orders.iter().find(|order| self.status(order).0 != self.cancelled)
    }
}
