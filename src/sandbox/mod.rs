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
mod builder;
mod code;
pub mod contract;
mod database;
mod desk;
mod dispatch;
mod disturbance;
mod filter;
mod log;
mod page;
mod refused;
mod reply;
mod server;
mod soap;
mod status;
mod sync_time;
mod transporter;

use std::sync::Arc;

pub use builder::{SandboxBuilder, StartError};
pub use disturbance::{Disturbance, DisturbanceKind};
pub use log::LoggedRequest;

use crate::credentials::Credentials;
use server::{Server, Shared, locked};

/// A warehouse that serves on 127.0.0.1 until it is dropped.
///
/// Requests are carried out one at a time.
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
    /// Starts a warehouse in memory, with all settings at their defaults.
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

    /// Names of the operations that this sandbox has; the others of the contract answer a fault that says so.
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
