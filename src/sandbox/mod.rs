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

mod actions;
mod argument;
mod articles;
mod builder;
pub mod contract;
mod customers;
mod db;
mod events;
mod exchanges;
mod faults;
mod files;
mod find;
mod http;
mod inbound;
mod invoices;
mod keys;
mod lock;
mod orders;
mod production;
mod records;
mod refused;
mod seed;
mod shared;
mod shipping;
mod snapshots;
mod state;
mod stock;
mod sync_times;
mod system;
mod text_length;
mod warehouse;
mod work_error;

use std::sync::Arc;

pub use actions::table::Action;
pub use argument::{Argument, ArgumentKind, Choice};
pub use builder::{SandboxBuilder, StartError};
pub use db::clock::{ClockChange, ClockError};
pub use exchanges::exchange::{Exchange, ExchangeKind, ExchangeOutcome, Invalid, LoggedRequest};
pub use exchanges::history::ExchangeStream;
pub use faults::disturbance::{Chance, Disturbance, DisturbanceKind};
pub use faults::parse::DisturbanceError;
pub use faults::rate_limit::{RateLimit, RateLimitError};
pub use work_error::WorkError;

use crate::credentials::Credentials;
use actions::auto::Auto;
use db::desk::Desk;
use exchanges::filter::ExchangeFilter;
use http::server::Server;
use lock::locked;
use shared::Shared;

/// A warehouse that serves on this machine until it is dropped.
///
/// What changes something is carried out one at a time; what only asks is answered beside it, from the state as it was
/// when the request's turn came.
///
/// Besides the service it has the [`actions`](Self::actions), at `/admin/<action>` of the same port.
pub struct Sandbox {
    // Fields are dropped in this order: first nobody works and is served any more.
    running: Arc<Running>,
    shared: Arc<Shared>,
    credentials: Credentials,
    /// Whose goods work is on; `None` for those of all.
    owner: Option<String>,
}

/// The threads of a warehouse; they stop with the last [`Sandbox`] of it.
#[derive(Debug)]
struct Running {
    _auto: Option<Auto>,
    _server: Server,
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

    /// The same warehouse as one of its goods owners has it: numbers mean this one's orders and articles, and the
    /// credentials are this one's. The warehouse ends with the last that is left of it.
    ///
    /// # Errors
    /// There is no goods owner of this code.
    pub fn for_goods_owner(&self, code: &str) -> Result<Sandbox, WorkError> {
        let owner = self.shared.warehouse.transaction(|desk| {
            find::serve(desk, code)?;
            Ok::<_, WorkError>(desk.owner()?)
        })?;
        let credentials = self.credentials().goods_owner_code(owner.code.clone()).goods_owner_id(owner.id);
        let (running, shared) = (Arc::clone(&self.running), Arc::clone(&self.shared));
        Ok(Sandbox { running, shared, credentials, owner: Some(owner.code) })
    }

    /// The address of the service: `http://127.0.0.1:<port>/<warehouse>/service.asmx`.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// User, password and goods owner: the first, or the one that this is [for](Self::for_goods_owner).
    pub fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    /// Names of the operations that this sandbox has: all of the contract.
    pub fn operations() -> impl Iterator<Item = &'static str> {
        http::dispatch::TABLE.iter().map(|entry| entry.info.name)
    }

    /// What can be done with the warehouse from outside of the service, over HTTP and by the command.
    pub fn actions() -> &'static [Action] {
        actions::table::ACTIONS
    }

    /// Queues a disturbance.
    pub fn disturb(&self, disturbance: Disturbance) {
        let arguments = serde_json::json!({ "disturbance": disturbance.to_string() });
        self.remember("disturb", &arguments, || locked(&self.shared.disturbances).add(disturbance));
    }

    /// Takes back all disturbances that have not happened yet.
    pub fn undisturb(&self) {
        self.remember("undisturb", &serde_json::json!({}), || locked(&self.shared.disturbances).clear());
    }

    /// The last requests in short, oldest first, those that were disturbed among them: as many as
    /// [`exchanges`](Self::exchanges) has.
    pub fn log(&self) -> Vec<LoggedRequest> {
        let redactor = &self.shared.history.redactor;
        let requests = ExchangeFilter { kind: Some(ExchangeKind::Request), ..ExchangeFilter::default() };
        let found = self.shared.history.find(&requests, usize::MAX).last;
        found.iter().rev().map(|exchange| LoggedRequest::of(exchange, redactor)).collect()
    }

    /// What happened, oldest first: requests to the service and work in the warehouse, the last 2,000 or 64 MB of them.
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        let mut found = self.shared.history.find(&ExchangeFilter::default(), usize::MAX).last;
        found.reverse();
        found
    }

    /// What happens from here on: each request and each piece of work when it has ended, and those that meet a disturbance
    /// also when they begin. Costs the sandbox little; ends where a thousand of them wait to be read.
    pub fn watch(&self) -> ExchangeStream {
        ExchangeStream(self.shared.history.listen(None))
    }

    /// An exchange in one JSON object, as the list of exchanges has it: without headers and bodies, and without passwords.
    pub fn summarize(&self, exchange: &Exchange) -> serde_json::Value {
        exchange.summary(&self.shared.history.redactor)
    }

    /// All that is known of an exchange, as JSON: headers, bodies and results, without passwords.
    pub fn describe(&self, exchange: &Exchange) -> serde_json::Value {
        exchange.detail(&self.shared.history.redactor)
    }

    /// What the warehouse holds: `goodsOwners`, each with `articles` (with their stock); with `inOrders`, `orders`,
    /// `returnOrders`, `productionOrders`, `goodsOperationOrders`, `transfers` and `invoices` (with their lines); and with
    /// `customers`, `files`, `events` and `syncTimes`. Quantities are texts.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn state(&self) -> Result<serde_json::Value, WorkError> {
        self.shared.warehouse.store.read(|desk| {
            self.serve(desk)?;
            state::read(desk)
        })
    }

    /// Does what cannot fail, and keeps it among the exchanges.
    fn remember(&self, action: &str, arguments: &serde_json::Value, work: impl FnOnce()) {
        let Ok(()) = self.shared.remember(action, arguments, "rust", || {
            work();
            Ok::<_, std::convert::Infallible>(((), serde_json::Value::Null))
        });
    }

    /// Changes the sandbox itself, and keeps that among the exchanges.
    fn control(
        &self,
        action: &str,
        arguments: serde_json::Value,
        work: impl FnOnce(&Shared) -> Result<(), WorkError>,
    ) -> Result<(), WorkError> {
        self.shared.remember(action, &arguments, "rust", || {
            work(&self.shared).map(|()| ((), serde_json::Value::Null))
        })
    }

    /// Works in a transaction, for the goods owner that this is for.
    fn work<T>(
        &self,
        action: &str,
        mut arguments: serde_json::Value,
        work: impl FnOnce(&Desk<'_>) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        if let Some(owner) = &self.owner {
            arguments["goodsOwner"] = owner.clone().into();
        }
        self.shared.remember(action, &arguments, "rust", || {
            let done = self.shared.warehouse.transaction(|desk| {
                self.serve(desk)?;
                work(desk)
            });
            done.map(|done| (done, serde_json::Value::Null))
        })
    }

    fn serve(&self, desk: &Desk<'_>) -> Result<(), WorkError> {
        self.owner.as_ref().map_or(Ok(()), |owner| find::serve(desk, owner))
    }
}
