//! A warehouse to try things on: a SOAP service of this machine that stands in for Ongoing WMS.
//!
//! It has the rules of the real one as far as they are known, keeps its state in a database, and can be told to
//! misbehave. Any SOAP client can use it.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use ongoing_wms::{Client, sandbox::Sandbox};
//! let sandbox = Sandbox::start()?;
//! let client = Client::builder(sandbox.url()).credentials(sandbox.credentials()).build()?;
//! assert!(client.get_system_status()?.is_running);
//! # Ok(())
//! # }
//! ```

mod article;
mod article_code;
mod builder;
mod code;
pub mod contract;
mod count;
mod customer;
mod database;
mod desk;
mod dispatch;
mod disturbance;
mod event;
mod file;
mod filter;
mod floor;
mod goods_operation;
mod goods_status;
mod history;
mod in_order;
mod in_order_query;
mod in_order_status;
mod in_order_update;
mod inventory;
mod invoice;
mod item;
mod item_update;
mod line_match;
mod log;
mod material;
mod movement;
mod open;
mod order;
mod order_line;
mod order_query;
mod order_status;
mod order_update;
mod page;
mod pickability;
#[cfg(test)]
mod plan;
mod production_order;
mod production_query;
mod production_work;
mod refused;
mod reply;
mod report;
mod return_order;
mod return_work;
mod schema;
mod server;
mod shape;
mod shipment;
mod shipment_query;
mod shipment_update;
mod soap;
mod state;
mod status;
mod stock;
mod store;
mod sync_time;
mod tag;
mod transfer;
mod transporter;
mod trip;
mod warehouse;
mod work;

use std::sync::Arc;

pub use builder::{SandboxBuilder, StartError};
pub use disturbance::{Disturbance, DisturbanceKind};
pub use log::LoggedRequest;
pub use work::WorkError;

use crate::credentials::Credentials;
use rust_decimal::Decimal;
use server::{Server, Shared, locked};

/// A warehouse that serves on 127.0.0.1 until it is dropped.
///
/// What changes something is carried out one at a time; what only asks is answered beside it, from the state as it was
/// when the request's turn came.
pub struct Sandbox {
    // Fields are dropped in this order: first nobody is served any more.
    #[expect(dead_code, reason = "held for its drop, which stops the thread")]
    server: Server,
    shared: Arc<Shared>,
    credentials: Credentials,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("url", &self.shared.url).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Starts a warehouse that ends with the sandbox, with all settings at their defaults.
    ///
    /// # Errors
    /// As [`SandboxBuilder::start`].
    pub fn start() -> Result<Sandbox, StartError> {
        Sandbox::builder().start()
    }

    /// Begins a warehouse with other settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// The address of the service: `http://127.0.0.1:<port>/<warehouse>/service.asmx`.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// User, password and the first goods owner.
    pub fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    /// Names of the operations that this sandbox has: all of the contract.
    pub fn operations() -> impl Iterator<Item = &'static str> {
        dispatch::TABLE.iter().map(|entry| entry.info.name)
    }

    /// Queues a disturbance.
    pub fn disturb(&self, disturbance: Disturbance) {
        locked(&self.shared.disturbances).add(disturbance);
    }

    /// Takes back all disturbances that have not happened yet.
    pub fn undisturb(&self) {
        locked(&self.shared.disturbances).clear();
    }

    /// The last 10,000 requests, oldest first, those that were disturbed among them.
    pub fn log(&self) -> Vec<LoggedRequest> {
        locked(&self.shared.log).requests()
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
        self.shared.warehouse.transaction(|desk| work::receive(desk, in_order, None))
    }

    /// Receives so many of these lines; more than was announced may come.
    ///
    /// # Errors
    /// As [`receive`](Self::receive); there is no such line.
    pub fn receive_lines(&self, in_order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| work::receive(desk, in_order, Some(lines)))
    }

    /// Sets goods aside for all of an order, which has status 320 then.
    ///
    /// # Errors
    /// There is no such order, it is not at 300 to 399, or there are not enough goods.
    pub fn allocate(&self, order: &str) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| work::allocate(desk, order))
    }

    /// Picks all of an order, which has status 400 then. What is not allocated yet is, first.
    ///
    /// # Errors
    /// As [`allocate`](Self::allocate).
    pub fn pick(&self, order: &str) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| work::pick(desk, order, None))
    }

    /// Picks so many of these lines; the order has status 400 when nothing is left to pick, until then 320.
    ///
    /// # Errors
    /// As [`allocate`](Self::allocate); there is no such line, or less of it is ordered.
    pub fn pick_lines(&self, order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| work::pick(desk, order, Some(lines)))
    }

    /// Hands a picked order to the transporter: status 450, with the tracking number in Tracking and WayBill.
    ///
    /// # Errors
    /// There is no such order, or its status is not 400.
    pub fn ship(&self, order: &str, tracking: &str) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| work::ship(desk, order, tracking))
    }

    /// Sees a picked or sent order off: status 500.
    ///
    /// # Errors
    /// There is no such order, or its status is not 400 to 499.
    pub fn collect(&self, order: &str) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| work::collect(desk, order))
    }

    /// Takes back the goods of a return, named by its ReturnOrderNumber or id, and puts them in stock. An order of
    /// which everything came back has status 800 then.
    ///
    /// # Errors
    /// There is no such return, or more is to come back than was picked.
    pub fn take_back(&self, return_order: &str) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| return_work::take_back(desk, return_order))
    }

    /// What the warehouse holds: `goodsOwners`, each with `articles` (with their stock), `inOrders`, `orders` (with
    /// their lines), `customers`, `files`, `events` and `syncTimes`. Quantities are texts.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn state(&self) -> Result<serde_json::Value, WorkError> {
        self.shared.warehouse.store.read(state::read)
    }
}
