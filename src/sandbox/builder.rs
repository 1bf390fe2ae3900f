//! The settings of a sandbox.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use std::{fmt, io};

use tokio::sync::Semaphore;

use super::seed;
use crate::credentials::{Credentials, Secret};
use crate::redact::Redactor;
use crate::sandbox::actions::{auto, records};
use crate::sandbox::db::clock::ClockChange;
use crate::sandbox::db::desk::WarehouseSettings;
use crate::sandbox::db::store::{OpenError, Store};
use crate::sandbox::disturbances::disturbance::Disturbance;
use crate::sandbox::disturbances::rate_limit::{RateLimit, RateLimiter};
use crate::sandbox::exchanges::exchange::LoggedRequest;
use crate::sandbox::exchanges::history::History;
use crate::sandbox::exchanges::keep_file::KeepFile;
use crate::sandbox::find;
use crate::sandbox::http::request_body;
use crate::sandbox::http::server;
use crate::sandbox::lock::locked;
use crate::sandbox::orders::transporter;
use crate::sandbox::shared::{RequestWatch, SandboxSettings, Shared};
use crate::sandbox::snapshots::Snapshots;
use crate::sandbox::tls::{self, Authority};
use crate::sandbox::warehouse::Warehouse;
use crate::sandbox::work_error::WorkError;
use crate::sandbox::{Running, Sandbox};

/// Must not be a word in the sandbox's own texts: clients mask the password wherever the service repeats it.
const PASSWORD: &str = "open-sesame";

/// Sets up a [`Sandbox`].
#[derive(Debug, Clone)]
pub struct SandboxBuilder {
    port: u16,
    warehouse: String,
    owners: Vec<(String, i32)>,
    user: String,
    password: Secret,
    database: Option<PathBuf>,
    address: IpAddr,
    allow_remote: bool,
    auto: Option<Duration>,
    seed_data: bool,
    seed_files: Vec<(String, PathBuf)>,
    disturbances: Vec<Disturbance>,
    settings: WarehouseSettings,
    strict: bool,
    watch: Option<RequestWatch>,
    keep: Option<PathBuf>,
    clock: Option<ClockChange>,
    rate_limit: Option<RateLimit>,
    hosts: Vec<String>,
    tls: bool,
    ca_file: Option<PathBuf>,
    request_timeout: Duration,
}

/// Longer than anybody waits, and short enough to add to the current time.
const A_YEAR: Duration = Duration::from_secs(365 * 86_400);

/// Why a sandbox does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A setting is invalid.
    Setting(String),
    /// The port is in use, or no thread can be started.
    Server(io::Error),
    /// The database file cannot be created.
    File(io::Error),
    /// The file for the exchanges cannot be opened.
    Keep(PathBuf, io::Error),
    /// The database cannot be opened.
    Database(rusqlite::Error),
    /// The initial goods and orders cannot be created.
    SeedData(WorkError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Setting(text) => f.write_str(text),
            StartError::Server(error) => write!(f, "the sandbox's server: {error}"),
            StartError::File(error) => write!(f, "the sandbox's database: {error}"),
            StartError::Keep(file, error) => write!(f, "{}: {error}", file.display()),
            StartError::Database(error) => write!(f, "the sandbox's database: {error}"),
            StartError::SeedData(error) => write!(f, "the sandbox's seed data: {error}"),
        }
    }
}

impl From<rusqlite::Error> for StartError {
    fn from(error: rusqlite::Error) -> StartError {
        StartError::Database(error)
    }
}

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> StartError {
        match error {
            OpenError::File(error) => StartError::File(error),
            OpenError::Database(error) => StartError::Database(error),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StartError::Setting(_) => None,
            StartError::Server(error) | StartError::File(error) | StartError::Keep(_, error) => Some(error),
            StartError::Database(error) => Some(error),
            StartError::SeedData(error) => Some(error),
        }
    }
}

impl Default for SandboxBuilder {
    fn default() -> SandboxBuilder {
        SandboxBuilder {
            port: 0,
            warehouse: "demo".to_owned(),
            owners: Vec::new(),
            user: "demo".to_owned(),
            password: Secret::new(PASSWORD),
            database: None,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            allow_remote: false,
            auto: None,
            seed_data: false,
            seed_files: Vec::new(),
            disturbances: Vec::new(),
            settings: WarehouseSettings::default(),
            strict: false,
            watch: None,
            keep: None,
            clock: None,
            rate_limit: None,
            hosts: Vec::new(),
            tls: false,
            ca_file: None,
            request_timeout: request_body::PATIENCE,
        }
    }
}

impl SandboxBuilder {
    /// Sets the port. Defaults to 0: any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Name of the warehouse in the address; letters, digits, `-` and `_`. Defaults to `demo`.
    pub fn warehouse(mut self, name: impl Into<String>) -> Self {
        self.warehouse = name.into();
        self
    }

    /// Adds a goods owner; the first is the one in [`Sandbox::credentials`]. Defaults to one with the code `DEMO`
    /// and the id 1.
    pub fn goods_owner(mut self, code: impl Into<String>, id: i32) -> Self {
        self.owners.push((code.into(), id));
        self
    }

    /// User name that requests must give. Defaults to `demo`.
    pub fn user_name(mut self, name: impl Into<String>) -> Self {
        self.user = name.into();
        self
    }

    /// Sets the password that requests must give. Defaults to `open-sesame`.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = password.into();
        self
    }

    /// Refuses requests with members that are not in the contract. Defaults to ignoring them, as the service does;
    /// [`LoggedRequest::passed_over`](super::LoggedRequest::passed_over) names them.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Registers a function that is called with each request that had ignored members. Defaults to none.
    pub fn on_passed_over(mut self, watch: impl Fn(&LoggedRequest) + Send + Sync + 'static) -> Self {
        self.watch = Some(RequestWatch(Arc::new(watch)));
        self
    }

    /// Appends each ended exchange to this file, as a line of JSON with headers and bodies but without passwords.
    /// Defaults to none: the last 2,000 are kept in memory.
    pub fn keep(mut self, file: impl Into<PathBuf>) -> Self {
        self.keep = Some(file.into());
        self
    }

    /// Sets the clock of the warehouse before anything else happens. Defaults to the real time.
    pub fn clock(mut self, change: ClockChange) -> Self {
        self.clock = Some(change);
        self
    }

    /// Answers requests above this limit with HTTP 429 and `Retry-After`, by operation and caller. Defaults to none.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Closes a connection when the next piece of a request takes longer than this to arrive, or the whole request twenty
    /// times as long. Defaults to 30 s.
    pub fn request_timeout(mut self, limit: Duration) -> Self {
        self.request_timeout = limit;
        self
    }

    /// Allows callers to use this host name. Defaults to IP addresses and names without dots only, which a web page
    /// cannot redirect to this machine.
    pub fn host_name(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// Serves over TLS, with a new certificate for `localhost`, the [address](Self::address) and the [host
    /// names](Self::host_name). Clients must trust the authority that signed it:
    /// [`Sandbox::ca_certificate`](super::Sandbox::ca_certificate), a different one at each start. Defaults to plain
    /// HTTP.
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Serves over TLS as [`tls`](Self::tls) does, and writes the certificate of the authority to this file, which
    /// clients use as their `ca_file`. A file with any other content is not overwritten. Defaults to none.
    pub fn ca_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.tls = true;
        self.ca_file = Some(file.into());
        self
    }

    /// Keeps the warehouse in this file, which can be opened again; acknowledged changes are in it even if the program
    /// is killed. Defaults to a temporary file that is deleted with the sandbox.
    pub fn database(mut self, file: impl Into<PathBuf>) -> Self {
        self.database = Some(file.into());
        self
    }

    /// Sets the local address to listen on. Defaults to 127.0.0.1; an address that other machines can reach also needs
    /// [`allow_remote`](Self::allow_remote).
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// Allows other machines: over plain HTTP, with a password that is not secret, and with [actions](Sandbox::actions)
    /// that need none. Defaults to no.
    pub fn allow_remote(mut self) -> Self {
        self.allow_remote = true;
        self
    }

    /// Lets the warehouse work by itself: in this interval, everything that waits advances one step, oldest first.
    /// In-orders and returns are received; orders allocated, picked, shipped and collected; production orders and
    /// goods operation orders carried out. What cannot be done waits. Defaults to no: work is done on request only.
    pub fn auto(mut self, pace: Duration) -> Self {
        self.auto = Some(pace);
        self
    }

    /// Gives the first goods owner a few articles, goods in stock, orders in several statuses, an in-order and a
    /// return, if the warehouse is empty. Defaults to no.
    pub fn seed_data(mut self) -> Self {
        self.seed_data = true;
        self
    }

    /// Gives the first goods owner the records of a file to begin with: JSON Lines as `ongoing push` reads them. Kinds
    /// are those of push, such as `articles` and `orders`, and `work`: actions of the warehouse with their arguments,
    /// such as `{"action": "pick", "order": "1001"}`. The files are read in the order of these calls. Defaults to none.
    /// [`Sandbox::export`] returns such records.
    pub fn seed_file(mut self, kind: impl Into<String>, file: impl Into<PathBuf>) -> Self {
        self.seed_files.push((kind.into(), file.into()));
        self
    }

    /// Queues a disturbance, from the first request on. Defaults to none.
    pub fn disturb(mut self, disturbance: Disturbance) -> Self {
        self.disturbances.push(disturbance);
        self
    }

    /// Sets whether lines of an order or in-order with the same article are added up. Otherwise only the last of them
    /// counts; its other members count either way. Defaults to `false`.
    pub fn sum_duplicate_lines(mut self, sum: bool) -> Self {
        self.settings.sum_duplicate_lines = sum;
        self
    }

    /// Starts the warehouse. It accepts requests when this returns.
    ///
    /// # Errors
    /// The port is in use, the file is not a sandbox database, or a setting is invalid.
    pub fn start(mut self) -> Result<Sandbox, StartError> {
        if self.owners.is_empty() {
            self.owners.push(("DEMO".to_owned(), 1));
        }
        self.check()?;
        let store = Store::open(self.database.as_deref(), &self.owners, self.settings, transporter::seed)?;
        let (listener, address) =
            server::bind(SocketAddr::new(self.address, self.port)).map_err(StartError::Server)?;
        let path = format!("/{}/service.asmx", self.warehouse);
        let credentials = Credentials::new(self.user.clone(), self.password.clone());
        let credentials = match self.owners.first() {
            Some((code, id)) => credentials.goods_owner_code(code.clone()).goods_owner_id(*id),
            None => credentials,
        };
        let keep = match self.keep {
            Some(path) => Some(KeepFile::open(&path).map_err(|error| StartError::Keep(path, error))?),
            None => None,
        };
        let history = History::new(Redactor::new(&self.password), keep);
        let tls =
            self.tls.then(|| certificate(self.address, &self.hosts, self.ca_file.as_deref())).transpose()?;
        let (tls, authority) = tls.unzip();
        let settings = SandboxSettings {
            name: self.warehouse,
            owners: self.owners.clone(),
            open_password: (self.password.expose() == PASSWORD).then_some(PASSWORD),
            auto: self.auto,
            remote: !self.address.is_loopback(),
            ca_file: self.ca_file.map(|file| std::path::absolute(&file).unwrap_or(file)),
            authority,
            request_timeout: self.request_timeout.min(A_YEAR),
            hosts: self.hosts,
            started: SystemTime::now(),
        };
        let warehouse = Warehouse { store, user: self.user, password: self.password, strict: self.strict };
        if let Some(change) = &self.clock {
            warehouse.store.clock.change(change);
        }
        if let Some((_, owner)) = self.owners.first().filter(|_| self.seed_data) {
            warehouse.transaction(|desk| seed::plant(desk, *owner)).map_err(StartError::SeedData)?;
        }
        if let Some((code, _)) = self.owners.first() {
            for (kind, file) in &self.seed_files {
                seed_from(&warehouse, code, kind, file)?;
            }
        }
        let snapshots = Snapshots::begin(&warehouse.store)?;
        let shared = Arc::new(Shared {
            url: format!("{}://{}{path}", if tls.is_some() { "https" } else { "http" }, reached(address)),
            path,
            warehouse,
            snapshots,
            settings,
            disturbances: Mutex::default(),
            history,
            room: Arc::new(Semaphore::new(request_body::ROOM)),
            limiter: self.rate_limit.map(RateLimiter::new),
            watch: self.watch,
        });
        self.disturbances.into_iter().for_each(|disturbance| locked(&shared.disturbances).add(disturbance));
        let server = server::serve(listener, Arc::clone(&shared), tls).map_err(StartError::Server)?;
        let auto = self.auto.map(|pace| auto::start(Arc::clone(&shared), pace)).transpose();
        let running = Running { _auto: auto.map_err(StartError::Server)?, _server: server };
        Ok(Sandbox { running: Arc::new(running), shared, credentials, owner: None })
    }

    fn check(&self) -> Result<(), StartError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if self.warehouse.is_empty() || !self.warehouse.chars().all(fits) {
            let text = format!(
                "{:?} cannot be the name of a warehouse: use letters, digits, - and _ only",
                self.warehouse
            );
            return Err(StartError::Setting(text));
        }
        if !self.address.is_loopback() && !self.allow_remote {
            let text = format!("other machines could reach {}: allow it with `allow_remote`", self.address);
            return Err(StartError::Setting(text));
        }
        if self.auto.is_some_and(|pace| pace.is_zero()) {
            return Err(StartError::Setting("the warehouse cannot work without a pause".to_owned()));
        }
        let mut ids = BTreeMap::new();
        for (code, id) in &self.owners {
            let same =
                ids.insert(id, code).is_some() || ids.values().filter(|known| **known == code).count() > 1;
            if same || code.is_empty() {
                let text = format!(
                    "goods owner {code:?} with id {id}: the code is empty, or the code or id is a duplicate"
                );
                return Err(StartError::Setting(text));
            }
        }
        Ok(())
    }
}

/// A certificate for all names of this machine; its authority is written to a file if one is named.
fn certificate(
    address: IpAddr,
    hosts: &[String],
    file: Option<&Path>,
) -> Result<(rustls::ServerConfig, Authority), StartError> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    if !address.is_loopback() && !address.is_unspecified() {
        names.push(address.to_string());
    }
    names.extend(hosts.iter().cloned());
    let made = tls::certify(names, SystemTime::now().into());
    let (config, authority) =
        made.map_err(|error| StartError::Setting(format!("no certificate can be made: {error}")))?;
    if let Some(file) = file {
        let written = authority.write(file);
        written.map_err(|error| StartError::Setting(format!("{}: {error}", file.display())))?;
    }
    Ok((config, authority))
}

/// Reads the records of a file.
fn seed_from(warehouse: &Warehouse, owner: &str, kind: &str, file: &Path) -> Result<(), StartError> {
    let found = records::kind(kind).map_err(StartError::Setting)?;
    let text = std::fs::read_to_string(file)
        .map_err(|error| StartError::Setting(format!("{}: {error}", file.display())))?;
    let taken = warehouse.transaction(|desk| {
        find::serve(desk, owner)?;
        records::take_in(desk, found, text.trim_start_matches('\u{feff}'))
    });
    taken.map_err(|error| StartError::Setting(format!("{}: {error}", file.display())))
}

/// The address at which local programs reach a listener on this address.
fn reached(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
