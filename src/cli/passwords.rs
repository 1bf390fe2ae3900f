//! Where a password may come from: the environment, a file of one's own, standard input. Never the command line,
//! which every user of the machine can read.

use std::io::Read as _;
use std::path::Path;
use std::{env, fs, io};

use ongoing_wms::{ConfigError, Secret};

pub const VARIABLE: &str = "ONGOING_PASSWORD";

/// From the environment, where it is set.
pub fn from_environment() -> Result<Option<Secret>, ConfigError> {
    match env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(|value| value.into_string()) {
        None => Ok(None),
        Some(Ok(password)) => Ok(Some(Secret::new(password))),
        Some(Err(_)) => Err(ConfigError::new(format!("{VARIABLE} is not UTF-8"))),
    }
}

/// The first line of standard input.
pub fn from_stdin() -> Result<Secret, ConfigError> {
    let mut text = String::new();
    match io::stdin().lock().read_to_string(&mut text) {
        Ok(_) => first_line(text, "standard input"),
        Err(_) => Err(ConfigError::new("the password cannot be read from standard input")),
    }
}

/// The first line of a file that only its owner can read.
pub fn from_file(path: &Path) -> Result<Secret, ConfigError> {
    let name = path.display().to_string();
    check_mode(path, &name)?;
    match fs::read_to_string(path) {
        Ok(text) => first_line(text, &name),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(ConfigError::new(format!("the password file {name} is not UTF-8")))
        }
        Err(error) => {
            Err(ConfigError::new(format!("the password file {name} cannot be read")).with_source(error))
        }
    }
}

fn first_line(text: String, name: &str) -> Result<Secret, ConfigError> {
    // Wiped with the rest when dropped.
    let text = Secret::new(text);
    match text.expose().lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(Secret::new(line)),
        None => Err(ConfigError::new(format!("{name} holds no password in its first line"))),
    }
}

#[cfg(unix)]
fn check_mode(path: &Path, name: &str) -> Result<(), ConfigError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = match fs::metadata(path) {
        Ok(metadata) => metadata.permissions().mode() & 0o777,
        // Reading will say why.
        Err(_) => return Ok(()),
    };
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(ConfigError::new(format!("the password file {name} can be read by others (mode {mode:04o})"))
        .with_hint(format!("chmod 600 {name}")))
}

/// Windows gives a file the rights of its folder, which a profile folder keeps to its user.
#[cfg(not(unix))]
fn check_mode(_path: &Path, _name: &str) -> Result<(), ConfigError> {
    Ok(())
}
