//! A file that keeps all exchanges, one JSON object per line.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::exchange::Exchange;
use crate::redact::Redactor;
use crate::sandbox::lock::locked;

/// Where ended exchanges are written to.
#[derive(Debug)]
pub(crate) struct KeepFile {
    path: PathBuf,
    /// The file, or the reason why it is no longer written.
    state: Mutex<Result<File, String>>,
}

impl KeepFile {
    /// Opens a new file, or an existing one to append to. Only its owner can read it, since it will contain customers.
    pub fn open(path: &Path) -> io::Result<KeepFile> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        Ok(KeepFile { path: path.to_owned(), state: Mutex::new(Ok(file)) })
    }

    /// Appends an exchange. After a failure nothing more is written.
    pub fn add(&self, exchange: &Arc<Exchange>, redactor: &Redactor) {
        let mut state = locked(&self.state);
        if let Ok(file) = &mut *state {
            let line = format!("{}\n", exchange.detail(redactor));
            if let Err(error) = file.write_all(line.as_bytes()) {
                *state = Err(error.to_string());
            }
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The reason why it is no longer written.
    pub fn error(&self) -> Option<String> {
        locked(&self.state).as_ref().err().cloned()
    }
}
