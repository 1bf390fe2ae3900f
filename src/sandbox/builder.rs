//! How a sandbox is set up.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::{fmt, io};

use super::Sandbox;
use super::dispatch::Warehouse;
use super::server::{self, Shared};
use super::store::Store;
use crate::credentials::{Credentials, Secret};

/// No word of the sandbox's own texts: clients replace the password wherever the service repeats it.
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
}

/// Why a sandbox does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A setting that cannot be.
    Setting(String),
    /// The port is taken, or the machine has no threads left.
    Server(io::Error),
    /// The database's file cannot be made.
    File(io::Error),
    /// The database cannot be opened.
    Database(rusqlite::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Setting(text) => f.write_str(text),
            StartError::Server(error) => write!(f, "the sandbox's server: {error}"),
            StartError::File(error) => write!(f, "the sandbox's database: {error}"),
            StartError::Database(error) => write!(f, "the sandbox's database: {error}"),
        }
    }
}

impl From<rusqlite::Error> for StartError {
    fn from(error: rusqlite::Error) -> StartError {
        StartError::Database(error)
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StartError::Setting(_) => None,
            StartError::Server(error) | StartError::File(error) => Some(error),
            StartError::Database(error) => Some(error),
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
        }
    }
}

impl SandboxBuilder {
    /// The port of 127.0.0.1. Defaults to 0: any that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Name of the warehouse, which stands in the address; letters, digits, `-` and `_`. Defaults to `demo`.
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

    /// The user that requests must name. Defaults to `demo`.
    pub fn user_name(mut self, name: impl Into<String>) -> Self {
        self.user = name.into();
        self
    }

    /// The password that requests must give. Defaults to `open-sesame`.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = password.into();
        self
    }

    /// Keeps the warehouse in this file, to be opened again; what has been acknowledged is in it, even if the program
    /// is killed. Defaults to a temporary file, which ends with the sandbox.
    pub fn database(mut self, file: impl Into<PathBuf>) -> Self {
        self.database = Some(file.into());
        self
    }

    /// Starts the warehouse. It serves when this returns.
    ///
    /// # Errors
    /// A port that is taken, a file that is no database of a sandbox, a setting that cannot be.
    pub fn start(mut self) -> Result<Sandbox, StartError> {
        if self.owners.is_empty() {
            self.owners.push(("DEMO".to_owned(), 1));
        }
        self.check()?;
        let store = Store::open(self.database.as_deref(), &self.owners)?;
        let (listener, address) = server::bind(self.port).map_err(StartError::Server)?;
        let path = format!("/{}/service.asmx", self.warehouse);
        let credentials = Credentials::new(self.user.clone(), self.password.clone());
        let credentials = match self.owners.first() {
            Some((code, id)) => credentials.goods_owner_code(code.clone()).goods_owner_id(*id),
            None => credentials,
        };
        let shared = Arc::new(Shared {
            url: format!("http://{address}{path}"),
            path,
            warehouse: Warehouse { store, user: self.user, password: self.password },
            disturbances: Mutex::default(),
            log: Mutex::default(),
        });
        let server = server::serve(listener, Arc::clone(&shared)).map_err(StartError::Server)?;
        Ok(Sandbox { server, shared, credentials })
    }

    fn check(&self) -> Result<(), StartError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if self.warehouse.is_empty() || !self.warehouse.chars().all(fits) {
            let text =
                format!("{:?} is no name of a warehouse: letters, digits, - and _ only", self.warehouse);
            return Err(StartError::Setting(text));
        }
        let mut ids = BTreeMap::new();
        for (code, id) in &self.owners {
            let same =
                ids.insert(id, code).is_some() || ids.values().filter(|known| **known == code).count() > 1;
            if same || code.is_empty() {
                let text =
                    format!("goods owner {code:?} with id {id} has no code, or one or an id given twice");
                return Err(StartError::Setting(text));
            }
        }
        Ok(())
    }
}
