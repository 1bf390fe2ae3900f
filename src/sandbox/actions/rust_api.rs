//! The actions from Rust. Each goes through the one list: what it does is said there.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::action::{Action, Done};
use super::list;
use crate::sandbox::Sandbox;
use crate::sandbox::db::clock::ClockChange;
use crate::sandbox::work_error::WorkError;

/// Lines as the actions take them.
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
    /// [`Sandbox::ship`], with tracking numbers that are made of the orders' ids
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
    /// Name of the action, and of the argument that takes several.
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

/// What came of work on several things: each by itself, and what failed of some did not hold up the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
#[must_use]
pub struct WorkedOn {
    /// Numbers or ids of those with which it was done.
    pub done: Vec<String>,
    /// Those with which it was not done, and why.
    pub failed: Vec<(String, WorkError)>,
}

/// All actions, by their names.
impl Sandbox {
    /// Does an action by its name, as `POST /admin/<action>` does with this JSON object; gives the JSON that is answered.
    /// [`actions`](Self::actions) lists them with what they take.
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

    /// Does work with all things with which it can be done now.
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

    /// The action of this name, and its arguments with the goods owner that this is for.
    fn prepared(&self, name: &str, mut arguments: Value) -> Result<(&'static Action, Value), WorkError> {
        let action = list::find(name);
        let action = action.ok_or_else(|| WorkError::Absent(format!("there is no action \"{name}\"")))?;
        if let (Some(owner), Some(members)) = (&self.owner, arguments.as_object_mut())
            && action.takes("goodsOwner")
        {
            members.entry("goodsOwner").or_insert_with(|| owner.clone().into());
        }
        Ok((action, arguments))
    }
}

/// What the warehouse's people do. Orders are named by their GoodsOwnerOrderNumber or, where no number is it, their
/// id; lines by their ExternalOrderLineCode or their article's number.
impl Sandbox {
    /// Receives all announced goods that have not come yet.
    ///
    /// # Errors
    /// There is no such InOrder, or it is received or cancelled.
    pub fn receive(&self, in_order: &str) -> Result<(), WorkError> {
        self.act("receive", json!({ "inOrder": in_order })).map(drop)
    }

    /// Receives so many of these lines; more than was announced may come.
    ///
    /// # Errors
    /// As [`receive`](Self::receive); there is no such line.
    pub fn receive_lines(&self, in_order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        self.act("receive", json!({ "inOrder": in_order, "lines": shown(lines) })).map(drop)
    }

    /// Sets goods aside for all of an order, which has status 320 then.
    ///
    /// # Errors
    /// There is no such order, it is not at 300 to 399, or there are not enough goods.
    pub fn allocate(&self, order: &str) -> Result<(), WorkError> {
        self.act("allocate", json!({ "order": order })).map(drop)
    }

    /// Picks all of an order, which has status 400 then. What is not allocated yet is, first.
    ///
    /// # Errors
    /// As [`allocate`](Self::allocate).
    pub fn pick(&self, order: &str) -> Result<(), WorkError> {
        self.act("pick", json!({ "order": order })).map(drop)
    }

    /// Picks so many of these lines; the order has status 400 when nothing is left to pick, until then 320.
    ///
    /// # Errors
    /// As [`allocate`](Self::allocate); there is no such line, or less of it is ordered.
    pub fn pick_lines(&self, order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        self.act("pick", json!({ "order": order, "lines": shown(lines) })).map(drop)
    }

    /// Hands a picked order to the transporter: status 450, with the tracking number in Tracking and WayBill.
    ///
    /// # Errors
    /// There is no such order, or its status is not 400.
    pub fn ship(&self, order: &str, tracking: &str) -> Result<(), WorkError> {
        self.act("ship", json!({ "order": order, "tracking": tracking })).map(drop)
    }

    /// Sees a picked or sent order off: status 500.
    ///
    /// # Errors
    /// There is no such order, or its status is not 400 to 499.
    pub fn collect(&self, order: &str) -> Result<(), WorkError> {
        self.act("collect", json!({ "order": order })).map(drop)
    }

    /// Takes back the goods of a return, named by its ReturnOrderNumber or id, and puts them in stock. An order of
    /// which everything came back has status 800 then.
    ///
    /// # Errors
    /// There is no such return, nothing of it is left to come back, or more is to come back than was picked.
    pub fn take_back(&self, return_order: &str) -> Result<(), WorkError> {
        self.act("return", json!({ "returnOrder": return_order })).map(drop)
    }
}

/// Work on goods in the warehouse.
impl Sandbox {
    /// Reads tags on goods that came on a line of an InOrder.
    ///
    /// # Errors
    /// There is no such InOrder or line.
    pub fn tag(&self, in_order: &str, line: &str, tags: &[&str]) -> Result<(), WorkError> {
        self.act("tag", json!({ "inOrder": in_order, "line": line, "tags": tags })).map(drop)
    }

    /// Counts an article: there are so many of it. The difference has this cause, and gives the InventoryId.
    ///
    /// # Errors
    /// There is no such article, the number is negative, or fewer than are set aside for orders.
    pub fn count(&self, article: &str, number: Decimal, cause: &str) -> Result<i32, WorkError> {
        let arguments = json!({ "article": article, "number": number.to_string(), "cause": cause });
        Ok(id(&self.act("count", arguments)?, "inventoryId"))
    }

    /// Moves goods that are not set aside to another location.
    ///
    /// # Errors
    /// There is no such article, or there are fewer of it elsewhere.
    pub fn move_goods(&self, article: &str, number: Decimal, location: &str) -> Result<(), WorkError> {
        let arguments = json!({ "article": article, "number": number.to_string(), "location": location });
        self.act("move", arguments).map(drop)
    }

    /// Produces all that is left of a production order. What it takes leaves the stock, what is made comes in.
    ///
    /// # Errors
    /// There is no such order, it is finished, or there are not enough of the parts.
    pub fn produce(&self, production_order: &str) -> Result<(), WorkError> {
        self.act("produce", json!({ "productionOrder": production_order })).map(drop)
    }

    /// Produces so many of these lines, named by their numbers or articles.
    ///
    /// # Errors
    /// As [`produce`](Self::produce); there is no such line.
    pub fn produce_lines(&self, production_order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        let arguments = json!({ "productionOrder": production_order, "lines": shown(lines) });
        self.act("produce", arguments).map(drop)
    }

    /// Invoices the handling of these orders, one row each, with so much for each item that was picked. The invoice's id.
    ///
    /// # Errors
    /// There are no orders, or no such order; they belong to several goods owners; nothing was picked.
    pub fn invoice(&self, orders: &[&str], price_per_item: Decimal) -> Result<i32, WorkError> {
        let arguments = json!({ "orders": orders, "price": price_per_item.to_string() });
        Ok(id(&self.act("invoice", arguments)?, "invoiceId"))
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
        let mut arguments = json!({ "transfer": number, "to": to, "lines": shown(articles) });
        if !reference.is_empty() {
            arguments["reference"] = reference.into();
        }
        self.act("transfer", arguments).map(drop)
    }

    /// Brings the goods of a planned transfer to their warehouse.
    ///
    /// # Errors
    /// There is no such transfer, it is done, or there are not enough goods that are not set aside.
    pub fn deliver_transfer(&self, number: &str) -> Result<(), WorkError> {
        self.act("deliver-transfer", json!({ "transfer": number })).map(drop)
    }

    /// Carries out a goods operation order: its goods have their new status then.
    ///
    /// # Errors
    /// There is no such order, it has been carried out, or there are not enough goods of the old status.
    pub fn carry_out(&self, goods_operation_order: &str) -> Result<(), WorkError> {
        self.act("carry-out", json!({ "goodsOperationOrder": goods_operation_order })).map(drop)
    }
}

/// States of the warehouse, for tests that begin where another one ended.
impl Sandbox {
    /// Keeps the state of the warehouse under a name, in place of what had it before. Twenty are kept at most.
    ///
    /// # Errors
    /// There are twenty already, or the warehouse is larger than 256 MB.
    pub fn snapshot(&self, name: &str) -> Result<(), WorkError> {
        self.act("snapshot", json!({ "name": name })).map(drop)
    }

    /// Names of the snapshots, oldest first.
    pub fn snapshots(&self) -> Vec<String> {
        self.shared.snapshots.names()
    }

    /// Goes back to a snapshot, which is kept.
    ///
    /// # Errors
    /// There is no snapshot of this name.
    pub fn restore(&self, name: &str) -> Result<(), WorkError> {
        self.act("restore", json!({ "name": name })).map(drop)
    }

    /// Goes back to the state at the start, and takes back all disturbances. What happened stays among the
    /// [`exchanges`](Self::exchanges).
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

    /// The time of the warehouse's clock, in UTC.
    pub fn now(&self) -> chrono::NaiveDateTime {
        self.shared.warehouse.store.clock.now()
    }

    /// The records of a kind, as `ongoing push` and [`SandboxBuilder::seed_file`](crate::sandbox::SandboxBuilder::seed_file)
    /// read them, one a line: of the first goods owner or the one that this is [for](Self::for_goods_owner).
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
