//! What the warehouse's people do, from Rust.

use super::staff;
use crate::sandbox::db::clock::ClockChange;
use crate::sandbox::find::{GOODS_OPERATION, IN_ORDER, ORDER, PRODUCTION_ORDER, RETURN_ORDER, TRANSFER};
use crate::sandbox::shared::Shared;
use crate::sandbox::stock::{count, goods_operation, movement, transfer};
use crate::sandbox::work_error::WorkError;
use crate::sandbox::{Sandbox, inbound, invoices, production};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// Lines as the actions over HTTP take them.
fn shown(lines: &[(&str, Decimal)]) -> Value {
    lines.iter().map(|(line, number)| json!({ "line": line, "number": number.to_string() })).collect()
}

/// What the warehouse's people do. Orders are named by their GoodsOwnerOrderNumber or, where no number is it, their
/// id; lines by their ExternalOrderLineCode or their article's number.
impl Sandbox {
    /// Receives all announced goods that have not come yet.
    ///
    /// # Errors
    /// There is no such InOrder, or it is received or cancelled.
    pub fn receive(&self, in_order: &str) -> Result<(), WorkError> {
        self.work("receive", json!({ "inOrder": in_order }), |desk| {
            staff::receive(desk, &IN_ORDER.find(desk, in_order)?, None)
        })
    }

    /// Receives so many of these lines; more than was announced may come.
    ///
    /// # Errors
    /// As [`receive`](Self::receive); there is no such line.
    pub fn receive_lines(&self, in_order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        self.work("receive", json!({ "inOrder": in_order, "lines": shown(lines) }), |desk| {
            staff::receive(desk, &IN_ORDER.find(desk, in_order)?, Some(lines))
        })
    }

    /// Sets goods aside for all of an order, which has status 320 then.
    ///
    /// # Errors
    /// There is no such order, it is not at 300 to 399, or there are not enough goods.
    pub fn allocate(&self, order: &str) -> Result<(), WorkError> {
        self.work("allocate", json!({ "order": order }), |desk| {
            staff::allocate(desk, &ORDER.find(desk, order)?)
        })
    }

    /// Picks all of an order, which has status 400 then. What is not allocated yet is, first.
    ///
    /// # Errors
    /// As [`allocate`](Self::allocate).
    pub fn pick(&self, order: &str) -> Result<(), WorkError> {
        self.work("pick", json!({ "order": order }), |desk| {
            staff::pick(desk, &ORDER.find(desk, order)?, None)
        })
    }

    /// Picks so many of these lines; the order has status 400 when nothing is left to pick, until then 320.
    ///
    /// # Errors
    /// As [`allocate`](Self::allocate); there is no such line, or less of it is ordered.
    pub fn pick_lines(&self, order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        self.work("pick", json!({ "order": order, "lines": shown(lines) }), |desk| {
            staff::pick(desk, &ORDER.find(desk, order)?, Some(lines))
        })
    }

    /// Hands a picked order to the transporter: status 450, with the tracking number in Tracking and WayBill.
    ///
    /// # Errors
    /// There is no such order, or its status is not 400.
    pub fn ship(&self, order: &str, tracking: &str) -> Result<(), WorkError> {
        self.work("ship", json!({ "order": order, "tracking": tracking }), |desk| {
            staff::ship(desk, &ORDER.find(desk, order)?, tracking)
        })
    }

    /// Sees a picked or sent order off: status 500.
    ///
    /// # Errors
    /// There is no such order, or its status is not 400 to 499.
    pub fn collect(&self, order: &str) -> Result<(), WorkError> {
        self.work("collect", json!({ "order": order }), |desk| {
            staff::collect(desk, &ORDER.find(desk, order)?)
        })
    }

    /// Takes back the goods of a return, named by its ReturnOrderNumber or id, and puts them in stock. An order of
    /// which everything came back has status 800 then.
    ///
    /// # Errors
    /// There is no such return, nothing of it is left to come back, or more is to come back than was picked.
    pub fn take_back(&self, return_order: &str) -> Result<(), WorkError> {
        self.work("return", json!({ "returnOrder": return_order }), |desk| {
            inbound::receive_return::take_back(desk, &RETURN_ORDER.find(desk, return_order)?)
        })
    }
}

/// Work on goods in the warehouse.
impl Sandbox {
    /// Reads tags on goods that came on a line of an InOrder.
    ///
    /// # Errors
    /// There is no such InOrder or line.
    pub fn tag(&self, in_order: &str, line: &str, tags: &[&str]) -> Result<(), WorkError> {
        self.work("tag", json!({ "inOrder": in_order, "line": line, "tags": tags }), |desk| {
            staff::tag(desk, &IN_ORDER.find(desk, in_order)?, line, tags)
        })
    }

    /// Counts an article: there are so many of it. The difference has this cause, and gives the InventoryId.
    ///
    /// # Errors
    /// There is no such article, the number is negative, or fewer than are set aside for orders.
    pub fn count(&self, article: &str, number: Decimal, cause: &str) -> Result<i32, WorkError> {
        let arguments = json!({ "article": article, "number": number.to_string(), "cause": cause });
        self.work("count", arguments, |desk| count::count(desk, article, number, cause))
    }

    /// Moves goods that are not set aside to another location.
    ///
    /// # Errors
    /// There is no such article, or there are fewer of it elsewhere.
    pub fn move_goods(&self, article: &str, number: Decimal, location: &str) -> Result<(), WorkError> {
        let arguments = json!({ "article": article, "number": number.to_string(), "location": location });
        self.work("move", arguments, |desk| movement::carry(desk, article, number, location))
    }

    /// Produces all that is left of a production order. What it takes leaves the stock, what is made comes in.
    ///
    /// # Errors
    /// There is no such order, it is finished, or there are not enough of the parts.
    pub fn produce(&self, production_order: &str) -> Result<(), WorkError> {
        self.work("produce", json!({ "productionOrder": production_order }), |desk| {
            production::work::produce(desk, &PRODUCTION_ORDER.find(desk, production_order)?, None)
        })
    }

    /// Produces so many of these lines, named by their numbers or articles.
    ///
    /// # Errors
    /// As [`produce`](Self::produce); there is no such line.
    pub fn produce_lines(&self, production_order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        let arguments = json!({ "productionOrder": production_order, "lines": shown(lines) });
        self.work("produce", arguments, |desk| {
            production::work::produce(desk, &PRODUCTION_ORDER.find(desk, production_order)?, Some(lines))
        })
    }

    /// Invoices the handling of these orders, one row each, with so much for each item that was picked. The invoice's id.
    ///
    /// # Errors
    /// There are no orders, or no such order; they belong to several goods owners; nothing was picked.
    pub fn invoice(&self, orders: &[&str], price_per_item: Decimal) -> Result<i32, WorkError> {
        let arguments = json!({ "orders": orders, "price": price_per_item.to_string() });
        self.work("invoice", arguments, |desk| invoices::make(desk, orders, price_per_item))
    }

    /// Plans to bring goods from the warehouse MAIN to another one, SIDE being the only one that there is.
    ///
    /// # Errors
    /// There are no articles or warehouse of these names.
    pub fn transfer(
        &self,
        number: &str,
        reference: &str,
        to: &str,
        articles: &[(&str, Decimal)],
    ) -> Result<(), WorkError> {
        let arguments =
            json!({ "transfer": number, "reference": reference, "to": to, "lines": shown(articles) });
        self.work("transfer", arguments, |desk| {
            transfer::plan(desk, number, reference, to, articles).map(drop)
        })
    }

    /// Brings the goods of a planned transfer to their warehouse.
    ///
    /// # Errors
    /// There is no such transfer, it is done, or there are not enough goods that are not set aside.
    pub fn deliver_transfer(&self, number: &str) -> Result<(), WorkError> {
        self.work("deliver-transfer", json!({ "transfer": number }), |desk| {
            transfer::deliver(desk, &TRANSFER.find(desk, number)?)
        })
    }

    /// Carries out a goods operation order: its goods have their new status then.
    ///
    /// # Errors
    /// There is no such order, it has been carried out, or there are not enough goods of the old status.
    pub fn carry_out(&self, goods_operation_order: &str) -> Result<(), WorkError> {
        self.work("carry-out", json!({ "goodsOperationOrder": goods_operation_order }), |desk| {
            goods_operation::carry_out(desk, &GOODS_OPERATION.find(desk, goods_operation_order)?)
        })
    }
}

/// States of the warehouse, for tests that begin where another one ended.
impl Sandbox {
    /// Keeps the state of the warehouse under a name, in place of what had it before. Twenty are kept at most.
    ///
    /// # Errors
    /// There are twenty already, or the warehouse is larger than 256 MB.
    pub fn snapshot(&self, name: &str) -> Result<(), WorkError> {
        self.control("snapshot", json!({ "name": name }), |shared| {
            shared.snapshots.take(&shared.warehouse.store, name).map(drop)
        })
    }

    /// Goes back to a snapshot, which is kept.
    ///
    /// # Errors
    /// There is no snapshot of this name.
    pub fn restore(&self, name: &str) -> Result<(), WorkError> {
        self.control("restore", json!({ "name": name }), |shared| {
            shared.snapshots.restore(&shared.warehouse.store, name).map(drop)
        })
    }

    /// Moves, sets or stops the clock of the warehouse.
    pub fn change_clock(&self, change: &ClockChange) {
        self.shared.warehouse.store.clock.change(change);
    }

    /// Goes back to the state at the start, and takes back all disturbances. What happened stays among the
    /// [`exchanges`](Self::exchanges).
    ///
    /// # Errors
    /// The warehouse was larger than 16 MB at its start.
    pub fn reset(&self) -> Result<(), WorkError> {
        self.control("reset", json!({}), Shared::reset)
    }
}
