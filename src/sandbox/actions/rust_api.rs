//! The actions from Rust. Each uses the list of actions, which describes it.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::action::{Action, Done};
use super::list;
use crate::sandbox::Sandbox;
use crate::sandbox::db::clock::ClockChange;
use crate::sandbox::work_error::WorkError;

/// Lines in the form of the actions.
fn shown(lines: &[(&str, Decimal)]) -> Value {
    lines.iter().map(|(line, number)| json!({ "line": line, "number": number.to_string() })).collect()
}

/// The id in an answer.
fn id(answer: &Value, member: &str) -> i32 {
    answer[member].as_i64().and_then(|id| i32::try_from(id).ok()).unwrap_or_default()
}

/// Work that can be done with several things at a time: [`Sandbox::work_on`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Work {
    /// [`Sandbox::receive`]
    Receive,
    /// [`Sandbox::allocate`]
    Allocate,
    /// [`Sandbox::pick`]
    Pick,
    /// [`Sandbox::ship`], with tracking numbers made from the orders' ids
    Ship,
    /// [`Sandbox::collect`]
    Collect,
    /// [`Sandbox::take_back`]
    TakeBack,
    /// [`Sandbox::produce`]
    Produce,
    /// [`Sandbox::carry_out`]
    CarryOut,
}

impl Work {
    /// Name of the action, and of the argument for several things.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Work::Receive => ("receive", "inOrders"),
            Work::Allocate => ("allocate", "orders"),
            Work::Pick => ("pick", "orders"),
            Work::Ship => ("ship", "orders"),
            Work::Collect => ("collect", "orders"),
            Work::TakeBack => ("return", "returnOrders"),
            Work::Produce => ("produce", "productionOrders"),
            Work::CarryOut => ("carry-out", "goodsOperationOrders"),
        }
    }
}

/// The result of work on several things: each on its own, so that failures do not stop the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
#[must_use]
pub struct WorkedOn {
    /// Numbers or ids of those for which it was done.
    pub done: Vec<String>,
    /// Those for which it was not done, with the reason.
    pub failed: Vec<(String, WorkError)>,
}

/// All actions, by their names.
impl Sandbox {
    /// Runs an action by its name, like `POST /admin/<action>` with this JSON object, and returns the JSON answer.
    /// [`actions`](Self::actions) lists the actions with their arguments.
    ///
    /// # Errors
    /// There is no such action, the arguments are wrong, or the warehouse cannot do it.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use serde_json::json;
    /// let sandbox = ongoing_wms::sandbox::Sandbox::builder().seed_data().start()?;
    /// let shown = sandbox.act("pick", json!({ "order": "1005" }))?;
    /// assert_eq!(shown["status"], 400);
    /// # Ok(())
    /// # }
    /// ```
    pub fn act(&self, action: &str, arguments: Value) -> Result<Value, WorkError> {
        let (action, arguments) = self.prepared(action, arguments)?;
        action.run(&self.shared, &arguments, "rust")
    }

    /// Does work with these things, named by their numbers or ids.
    ///
    /// # Errors
    /// The database fails. What keeps the work from being done with a thing is told by it.
    pub fn work_on(&self, work: Work, keys: &[&str]) -> Result<WorkedOn, WorkError> {
        match keys {
            [] => Ok(WorkedOn::default()),
            keys => self.several(work, |list| json!({ list: keys })),
        }
    }

    /// Does work with all things for which it is possible now.
    ///
    /// # Errors
    /// As [`work_on`](Self::work_on).
    pub fn work_on_all(&self, work: Work) -> Result<WorkedOn, WorkError> {
        self.several(work, |_| json!({ "all": true }))
    }

    fn several(&self, work: Work, arguments: impl FnOnce(&str) -> Value) -> Result<WorkedOn, WorkError> {
        let (action, list) = work.names();
        let (action, arguments) = self.prepared(action, arguments(list))?;
        let mut worked = WorkedOn::default();
        if let Done::Several(attempts) = action.attempt(&self.shared, &arguments, "rust")? {
            for (key, result) in attempts {
                match result {
                    Ok(shown) => worked.done.push(shown["number"].as_str().map_or(key, str::to_owned)),
                    Err(error) => worked.failed.push((key, error)),
                }
            }
        }
        Ok(worked)
    }

    /// The action with this name, and its arguments with this handle's goods owner.
    fn prepared(&self, name: &str, mut arguments: Value) -> Result<(&'static Action, Value), WorkError> {
        let action = list::find(name);
        let action = action.ok_or_else(|| WorkError::Absent(format!("action \"{name}\" not found")))?;
        if let (Some(owner), Some(members)) = (&self.owner, arguments.as_object_mut())
            && action.takes("goodsOwner")
        {
            members.entry("goodsOwner").or_insert_with(|| owner.clone().into());
        }
        Ok((action, arguments))
    }
}

/// The work of the warehouse staff. Orders are named by their GoodsOwnerOrderNumber or, if no number matches, their id;
/// lines by their ExternalOrderLineCode or article number.
impl Sandbox {
    /// Receives all goods of an in-order that have not arrived yet.
    ///
    /// # Errors
    /// The in-order is not found, received or cancelled.
    pub fn receive(&self, in_order: &str) -> Result<(), WorkError> {
        self.act("receive", json!({ "inOrder": in_order })).map(drop)
    }

    /// Receives these quantities of lines, which may be more than announced.
    ///
    /// # Errors
    /// As [`receive`](Self::receive); or a line is not found.
    pub fn receive_lines(&self, in_order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        self.act("receive", json!({ "inOrder": in_order, "lines": shown(lines) })).map(drop)
    }

    /// Allocates goods to all lines of an order, which then has status 320.
    ///
    /// # Errors
    /// The order is not found, its status is not 300 to 399, or there are not enough goods.
    pub fn allocate(&self, order: &str) -> Result<(), WorkError> {
        self.act("allocate", json!({ "order": order })).map(drop)
    }

    /// Picks all of an order, which then has status 400. Allocates the goods first if necessary.
    ///
    /// # Errors
    /// As [`allocate`](Self::allocate).
    pub fn pick(&self, order: &str) -> Result<(), WorkError> {
        self.act("pick", json!({ "order": order })).map(drop)
    }

    /// Picks these quantities of lines; the order has status 400 when nothing is left to pick, until then 320.
    ///
    /// # Errors
    /// As [`allocate`](Self::allocate); a line is not found, or its ordered quantity is smaller.
    pub fn pick_lines(&self, order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        self.act("pick", json!({ "order": order, "lines": shown(lines) })).map(drop)
    }

    /// Hands a picked order to the transporter: status 450, with the tracking number in Tracking and WayBill.
    ///
    /// # Errors
    /// The order is not found, or its status is not 400.
    pub fn ship(&self, order: &str, tracking: &str) -> Result<(), WorkError> {
        self.act("ship", json!({ "order": order, "tracking": tracking })).map(drop)
    }

    /// Marks a picked or sent order as collected: status 500.
    ///
    /// # Errors
    /// The order is not found, or its status is not 400 to 499.
    pub fn collect(&self, order: &str) -> Result<(), WorkError> {
        self.act("collect", json!({ "order": order })).map(drop)
    }

    /// Receives the goods of a return, named by its ReturnOrderNumber or id, into stock. An order of which everything
    /// was returned then has status 800.
    ///
    /// # Errors
    /// The return is not found, all of it was received, or more is to be returned than was picked.
    pub fn take_back(&self, return_order: &str) -> Result<(), WorkError> {
        self.act("return", json!({ "returnOrder": return_order })).map(drop)
    }
}

/// Work on goods in the warehouse.
impl Sandbox {
    /// Reads tags on goods received on a line of an in-order.
    ///
    /// # Errors
    /// The in-order or line is not found.
    pub fn tag(&self, in_order: &str, line: &str, tags: &[&str]) -> Result<(), WorkError> {
        self.act("tag", json!({ "inOrder": in_order, "line": line, "tags": tags })).map(drop)
    }

    /// Counts an article and books the difference with this cause. Returns the InventoryId.
    ///
    /// # Errors
    /// The article is not found, or the number is negative or smaller than the allocated quantity.
    pub fn count(&self, article: &str, number: Decimal, cause: &str) -> Result<i32, WorkError> {
        let arguments = json!({ "article": article, "number": number.to_string(), "cause": cause });
        Ok(id(&self.act("count", arguments)?, "inventoryId"))
    }

    /// Moves goods that are not allocated to another location.
    ///
    /// # Errors
    /// The article is not found, or there are not enough at other locations.
    pub fn move_goods(&self, article: &str, number: Decimal, location: &str) -> Result<(), WorkError> {
        let arguments = json!({ "article": article, "number": number.to_string(), "location": location });
        self.act("move", arguments).map(drop)
    }

    /// Produces what is left of a production order. Materials leave the stock, products enter it.
    ///
    /// # Errors
    /// The order is not found or finished, or there are not enough parts.
    pub fn produce(&self, production_order: &str) -> Result<(), WorkError> {
        self.act("produce", json!({ "productionOrder": production_order })).map(drop)
    }

    /// Produces these quantities of lines, named by their numbers or articles.
    ///
    /// # Errors
    /// As [`produce`](Self::produce); or a line is not found.
    pub fn produce_lines(&self, production_order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        let arguments = json!({ "productionOrder": production_order, "lines": shown(lines) });
        self.act("produce", arguments).map(drop)
    }

    /// Invoices the handling of these orders, one row each, at this price per picked item. Returns the invoice's id.
    ///
    /// # Errors
    /// No orders are given, one is not found, they belong to several goods owners, or nothing was picked.
    pub fn invoice(&self, orders: &[&str], price_per_item: Decimal) -> Result<i32, WorkError> {
        let arguments = json!({ "orders": orders, "price": price_per_item.to_string() });
        Ok(id(&self.act("invoice", arguments)?, "invoiceId"))
    }

    /// Plans a transfer of goods from the warehouse MAIN to another one; SIDE is the only other one.
    ///
    /// # Errors
    /// An article or the warehouse is not found.
    pub fn transfer(
        &self,
        number: &str,
        reference: &str,
        to: &str,
        articles: &[(&str, Decimal)],
    ) -> Result<(), WorkError> {
        let mut arguments = json!({ "transfer": number, "to": to, "lines": shown(articles) });
        if !reference.is_empty() {
            arguments["reference"] = reference.into();
        }
        self.act("transfer", arguments).map(drop)
    }

    /// Moves the goods of a planned transfer to their warehouse.
    ///
    /// # Errors
    /// The transfer is not found or done, or there are not enough unallocated goods.
    pub fn deliver_transfer(&self, number: &str) -> Result<(), WorkError> {
        self.act("deliver-transfer", json!({ "transfer": number })).map(drop)
    }

    /// Carries out a goods operation order: its goods then have their new status.
    ///
    /// # Errors
    /// The order is not found or carried out, or there are not enough goods in the old status.
    pub fn carry_out(&self, goods_operation_order: &str) -> Result<(), WorkError> {
        self.act("carry-out", json!({ "goodsOperationOrder": goods_operation_order })).map(drop)
    }
}

/// States of the warehouse, for tests that start from a saved state.
impl Sandbox {
    /// Saves the state of the warehouse under a name, replacing an earlier one. At most twenty are kept.
    ///
    /// # Errors
    /// There are twenty snapshots already, or the warehouse is larger than 256 MB.
    pub fn snapshot(&self, name: &str) -> Result<(), WorkError> {
        self.act("snapshot", json!({ "name": name })).map(drop)
    }

    /// Names of the snapshots, oldest first.
    pub fn snapshots(&self) -> Vec<String> {
        self.shared.snapshots.names()
    }

    /// Restores a snapshot, which is kept.
    ///
    /// # Errors
    /// The snapshot is not found.
    pub fn restore(&self, name: &str) -> Result<(), WorkError> {
        self.act("restore", json!({ "name": name })).map(drop)
    }

    /// Restores the state at the start, and removes all disturbances. The [`exchanges`](Self::exchanges) are kept.
    ///
    /// # Errors
    /// The warehouse was larger than 16 MB at its start.
    pub fn reset(&self) -> Result<(), WorkError> {
        self.act("reset", json!({})).map(drop)
    }

    /// Moves, sets or stops the clock of the warehouse.
    pub fn change_clock(&self, change: &ClockChange) {
        self.shared.warehouse.store.clock.change(change);
    }

    /// Returns the time of the warehouse's clock, in UTC.
    pub fn now(&self) -> chrono::NaiveDateTime {
        self.shared.warehouse.store.clock.now()
    }

    /// Returns the records of a kind, as `ongoing push` and
    /// [`SandboxBuilder::seed_file`](crate::sandbox::SandboxBuilder::seed_file) read them, one per line: of the first
    /// goods owner or the one that this is [for](Self::for_goods_owner).
    ///
    /// # Errors
    /// There is no such kind, or an earlier version of this program, which did not keep them, made some of the records.
    pub fn export(&self, kind: &str) -> Result<Vec<Value>, WorkError> {
        match self.act("export", json!({ "kind": kind }))? {
            Value::Array(records) => Ok(records),
            _ => Ok(Vec::new()),
        }
    }
}
