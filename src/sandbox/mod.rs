//! A local warehouse for tests: a SOAP service that replaces Ongoing WMS.
//!
//! It follows the real service's rules as far as they are known, keeps its state in a database, and can misbehave on
//! demand. Any SOAP client can use it.
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
mod disturbances;
mod events;
mod exchanges;
mod files;
mod find;
mod http;
mod inbound;
mod invoices;
mod keys;
mod lock;
mod orders;
mod production;
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
mod tls;
mod warehouse;
mod work_error;

use std::sync::Arc;

pub use actions::action::Action;
pub use actions::rust_api::{Work, WorkedOn};
pub use argument::{Argument, ArgumentKind, Choice};
pub use builder::{SandboxBuilder, StartError};
pub use db::clock::{ClockChange, ClockError};
pub use disturbances::disturbance::{Chance, Disturbance, DisturbanceKind};
pub use disturbances::parse::DisturbanceError;
pub use disturbances::rate_limit::{RateLimit, RateLimitError};
pub use exchanges::exchange::{Exchange, ExchangeKind, ExchangeOutcome, Invalid, LoggedRequest};
pub use exchanges::filter::ExchangeFilter;
pub use exchanges::history::ExchangeStream;
pub use state::query::{StatePage, StateQuery, StateRow, StateTable};
pub use work_error::WorkError;

use crate::credentials::Credentials;
use actions::auto::Auto;
use db::desk::Desk;
use http::server::Server;
use lock::locked;
use shared::Shared;

/// A local warehouse that serves until it is dropped.
///
/// Writes are carried out one at a time; reads are answered concurrently, from the state at the time of the request.
///
/// Besides the service it has the [`actions`](Self::actions), at `/admin/<action>` of the same port.
pub struct Sandbox {
    // Fields are dropped in this order: work and serving stop first.
    running: Arc<Running>,
    shared: Arc<Shared>,
    credentials: Credentials,
    /// The goods owner to work for; `None` for all.
    owner: Option<String>,
}

/// The threads of a warehouse; they stop when its last [`Sandbox`] is dropped.
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
    /// Starts an in-memory warehouse with default settings.
    ///
    /// # Errors
    /// As [`SandboxBuilder::start`].
    pub fn start() -> Result<Sandbox, StartError> {
        Sandbox::builder().start()
    }

    /// Returns a builder for a warehouse with other settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Returns the same warehouse for one of its goods owners: numbers mean this owner's orders and articles, and the
    /// credentials are this owner's. The warehouse stops when the last handle is dropped.
    ///
    /// # Errors
    /// The goods owner is not found.
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

    /// Returns the certificate of the authority that clients must trust, as PEM; `None` if it serves plain HTTP.
    pub fn ca_certificate(&self) -> Option<&str> {
        Some(&self.shared.settings.authority.as_ref()?.pem)
    }

    /// Returns the SHA-256 of that certificate, as pairs of hexadecimal digits separated by colons.
    pub fn ca_fingerprint(&self) -> Option<&str> {
        Some(&self.shared.settings.authority.as_ref()?.fingerprint)
    }

    /// Returns user, password and goods owner: the first goods owner, or the one that this handle is
    /// [for](Self::for_goods_owner).
    pub fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    /// Returns the names of the operations of this sandbox: all of the contract.
    pub fn operations() -> impl Iterator<Item = &'static str> {
        http::dispatch::TABLE.iter().map(|entry| entry.info.name)
    }

    /// Returns the actions on the warehouse outside of the SOAP service, over HTTP and by the command.
    pub fn actions() -> impl Iterator<Item = &'static Action> {
        actions::list::all()
    }

    /// Queues a disturbance, which applies to the next matching requests.
    pub fn disturb(&self, disturbance: Disturbance) {
        let arguments = serde_json::json!({ "disturbance": disturbance.to_string() });
        self.remember("disturb", &arguments, || locked(&self.shared.disturbances).add(disturbance));
    }

    /// Removes all waiting disturbances.
    pub fn undisturb(&self) {
        self.remember("undisturb", &serde_json::json!({}), || locked(&self.shared.disturbances).clear());
    }

    /// Refuses the next request for this operation with this text, like the warehouse's own rules. Use
    /// [`disturb`](Self::disturb) with a [`Disturbance`] of the kind [`Refuse`](DisturbanceKind::Refuse) to select
    /// requests more exactly.
    ///
    /// # Errors
    /// There is no such operation.
    pub fn refuse(&self, operation: &str, text: &str) -> Result<(), WorkError> {
        self.act("refuse", serde_json::json!({ "operation": operation, "text": text })).map(drop)
    }

    /// Returns the waiting disturbances, with their remaining counts.
    pub fn disturbances(&self) -> Vec<Disturbance> {
        locked(&self.shared.disturbances)
            .waiting()
            .iter()
            .map(|waiting| waiting.disturbance.clone())
            .collect()
    }

    /// Returns the last requests in short, oldest first, including disturbed ones: as many as
    /// [`exchanges`](Self::exchanges) has.
    pub fn log(&self) -> Vec<LoggedRequest> {
        let redactor = &self.shared.history.redactor;
        let found = self.shared.history.find(&ExchangeFilter::requests(), usize::MAX).last;
        found.iter().rev().map(|exchange| LoggedRequest::of(exchange, redactor)).collect()
    }

    /// Returns what happened, oldest first: requests to the service and work in the warehouse, the last 2,000 or 64 MB
    /// of them.
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        self.find(&ExchangeFilter::all())
    }

    /// Returns the matching [`exchanges`](Self::exchanges), oldest first.
    pub fn find(&self, filter: &ExchangeFilter) -> Vec<Arc<Exchange>> {
        let mut found = self.shared.history.find(filter, usize::MAX).last;
        found.reverse();
        found
    }

    /// Returns the number of matching [`exchanges`](Self::exchanges).
    pub fn count_exchanges(&self, filter: &ExchangeFilter) -> usize {
        self.shared.history.find(filter, 0).count
    }

    /// Returns the exchange with this id, if it is still kept.
    pub fn exchange(&self, id: u64) -> Option<Arc<Exchange>> {
        self.shared.history.get(id)
    }

    /// Returns what happens from now on: each request and each piece of work when it has ended, and disturbed ones also
    /// when they begin. Costs the sandbox little; ends when a thousand of them are unread.
    pub fn watch(&self) -> ExchangeStream {
        ExchangeStream(self.shared.history.listen())
    }

    /// Returns an exchange as a JSON object, as in the list of exchanges: without headers, bodies and passwords.
    pub fn summarize(&self, exchange: &Exchange) -> serde_json::Value {
        exchange.summary(&self.shared.history.redactor)
    }

    /// Returns everything about an exchange as JSON: headers, bodies and results, without passwords.
    pub fn describe(&self, exchange: &Exchange) -> serde_json::Value {
        exchange.detail(&self.shared.history.redactor)
    }

    /// Returns the tables of the warehouse: orders, in-orders, articles and so on.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn tables(&self) -> Result<Vec<StateTable>, WorkError> {
        self.look(state::tables::list)
    }

    /// The content of the warehouse: rows of a table, by the contract's names, in pages.
    ///
    /// # Errors
    /// There is no such table, or the database cannot be read.
    pub fn state(&self, query: &StateQuery) -> Result<StatePage, WorkError> {
        self.look(|desk| state::tables::find(query.name())?.page(desk, query))
    }

    /// Returns all rows of a table with their lines, oldest first, for tests with small warehouses.
    ///
    /// # Errors
    /// As [`state`](Self::state).
    pub fn rows(&self, table: &str) -> Result<Vec<StateRow>, WorkError> {
        self.look(|desk| {
            let query = StateQuery::all_of(table);
            let mut rows = state::tables::find(table)?.page(desk, &query)?.rows;
            rows.reverse();
            Ok(rows)
        })
    }

    /// Returns everything about a row of a table, by its id, as JSON: its cells and lines, the content of its requests
    /// and, if the service has a query for it, the service's answer.
    ///
    /// # Errors
    /// There is no such table or row, or the database cannot be read.
    pub fn row(&self, table: &str, id: i32) -> Result<serde_json::Value, WorkError> {
        self.look(|desk| state::row::read(desk, state::tables::find(table)?, id))
    }

    /// Reads the state, for this handle's goods owner.
    fn look<T>(&self, look: impl FnOnce(&Desk<'_>) -> Result<T, WorkError>) -> Result<T, WorkError> {
        self.shared.warehouse.store.read(|desk| {
            self.owner.as_ref().map_or(Ok(()), |owner| find::serve(desk, owner))?;
            look(desk)
        })
    }

    /// Does something that cannot fail, and records it as an exchange.
    fn remember(&self, action: &str, arguments: &serde_json::Value, work: impl FnOnce()) {
        let Ok(()) = self.shared.remember(action, arguments, "rust", || {
            work();
            Ok::<_, std::convert::Infallible>(((), serde_json::Value::Null))
        });
    }
}
