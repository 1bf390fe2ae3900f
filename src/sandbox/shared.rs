//! State shared by all threads of a sandbox.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::contract::{NAMESPACE, OPERATIONS};
use super::disturbances::disturbance::DisturbanceQueue;
use super::disturbances::rate_limit::RateLimiter;
use super::exchanges::exchange::{Exchange, ExchangeOutcome, LoggedRequest, Message};
use super::exchanges::history::History;
use super::lock::locked;
use super::snapshots::Snapshots;
use super::tls::Authority;
use super::warehouse::Warehouse;
use super::work_error::WorkError;

/// The warehouse, its exchanges, and the waiting disturbances.
pub(crate) struct Shared {
    pub warehouse: Warehouse,
    pub snapshots: Snapshots,
    /// Path of the service.
    pub path: String,
    /// Address of the service.
    pub url: String,
    pub settings: SandboxSettings,
    pub disturbances: Mutex<DisturbanceQueue>,
    /// The rate limit for callers.
    pub limiter: Option<RateLimiter>,
    pub history: History,
    /// Memory for requests that are processed at the same time, in KiB.
    pub room: Arc<Semaphore>,
    pub watch: Option<RequestWatch>,
}

/// The settings of the sandbox, for those who ask.
#[derive(Debug)]
pub(crate) struct SandboxSettings {
    pub name: String,
    pub owners: Vec<(String, i32)>,
    /// The password, if it is the default one, which is not secret.
    pub open_password: Option<&'static str>,
    pub auto: Option<Duration>,
    pub remote: bool,
    /// The authority of the certificate if it serves over TLS, and the file that it was written to.
    pub authority: Option<Authority>,
    pub ca_file: Option<PathBuf>,
    /// Time limit for the next piece of a request.
    pub request_timeout: Duration,
    /// Host names with dots that callers may use.
    pub hosts: Vec<String>,
    /// Identifies this run: the numbers of exchanges start again with each run.
    pub started: SystemTime,
}

/// Called with each request that had ignored members.
#[derive(Clone)]
pub(crate) struct RequestWatch(pub Arc<dyn Fn(&LoggedRequest) + Send + Sync>);

impl fmt::Debug for RequestWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestWatch")
    }
}

impl Shared {
    /// Does work, and records its result as an exchange.
    pub fn remember<T, E: fmt::Display>(
        &self,
        action: &str,
        arguments: &Value,
        caller: &str,
        work: impl FnOnce() -> Result<(T, Value), E>,
    ) -> Result<T, E> {
        let id = self.history.begin(Exchange::work(action, arguments, caller));
        let done = work();
        self.history.end(id, |exchange| match &done {
            Ok((_, result)) => {
                exchange.outcome = ExchangeOutcome::Done;
                exchange.answer = Some(Message::of(&result.to_string().into()));
            }
            Err(error) => {
                exchange.outcome = ExchangeOutcome::Refused;
                exchange.message = Some(error.to_string());
            }
        });
        done.map(|(done, _)| done)
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        if self.settings.authority.is_some() { "https" } else { "http" }
    }

    /// Code of the first goods owner.
    pub fn first_owner(&self) -> Option<&str> {
        self.settings.owners.first().map(|(code, _)| code.as_str())
    }

    /// Restores the state and the disturbances at the start.
    pub fn reset(&self) -> Result<(), WorkError> {
        self.snapshots.reset(&self.warehouse.store)?;
        locked(&self.disturbances).clear();
        Ok(())
    }

    /// What a call of the sandbox needs.
    pub fn about(&self) -> Value {
        let SandboxSettings {
            name, owners, open_password, auto, remote, started, authority, ca_file, ..
        } = &self.settings;
        let run = started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_micros();
        let owners: Vec<Value> = owners.iter().map(|(code, id)| json!({ "code": code, "id": id })).collect();
        let keep = self
            .history
            .file()
            .map(|file| json!({ "file": file.path().display().to_string(), "error": file.error() }));
        json!({
            "url": self.url,
            "root": self.url.strip_suffix(&self.path),
            "wsdl": format!("{}?WSDL", self.url),
            "warehouse": name,
            "user": self.warehouse.user,
            "password": open_password,
            "goodsOwners": owners,
            "namespace": NAMESPACE,
            "version": env!("CARGO_PKG_VERSION"),
            "operations": OPERATIONS.len(),
            "strict": self.warehouse.strict,
            "auto": auto.map(|pace| pace.as_secs_f64()),
            "remote": remote,
            "keep": keep,
            "caFile": ca_file.as_ref().map(|file| file.display().to_string()),
            "caFingerprint": authority.as_ref().map(|authority| &authority.fingerprint),
            "run": run.to_string(),
        })
    }
}
