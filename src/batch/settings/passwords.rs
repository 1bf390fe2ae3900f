//! Sources of a password: the environment, a private file, standard input. Never the command line, which every user of
//! the machine can read.

use std::io::{BufRead as _, Read as _};
use std::path::Path;
use std::{fs, io};

use zeroize::Zeroizing;

use super::environment;
use crate::config::{ConfigError, setting};
use crate::credentials::Secret;

pub(super) const VARIABLE: &str = "ONGOING_PASSWORD";

/// Maximum length of a line with a password, in bytes.
const LONGEST: u64 = 64 << 10;

/// From the environment, if it is set.
pub(super) fn from_environment() -> Result<Option<Secret>, ConfigError> {
    environment::variable(VARIABLE).map(|text| text.map(Secret::new))
}

/// The first line of standard input.
pub(super) fn from_stdin() -> Result<Secret, ConfigError> {
    let mut bytes = Zeroizing::new(Vec::new());
    // Reads one line only: a terminal, or a program that keeps the pipe open, never ends.
    match io::stdin().lock().take(LONGEST).read_until(b'\n', &mut bytes) {
        Ok(_) => first_line(&bytes, "the password from standard input"),
        Err(error) => {
            Err(ConfigError::new("the password cannot be read from standard input").with_source(error))
        }
    }
}

/// The first line of a file that only its owner can read.
pub(super) fn from_file(path: &Path) -> Result<Secret, ConfigError> {
    let name = path.display().to_string();
    if path.is_dir() {
        return Err(ConfigError::new(format!("the password file {name} is a folder")));
    }
    check_mode(path, &name)?;
    match fs::read(path).map(Zeroizing::new) {
        Ok(bytes) => first_line(&bytes, &format!("the password file {name}")),
        Err(error) => {
            Err(ConfigError::new(format!("the password file {name} cannot be read")).with_source(error))
        }
    }
}

fn first_line(bytes: &[u8], name: &str) -> Result<Secret, ConfigError> {
    let is_wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0);
    let text = std::str::from_utf8(bytes).ok().filter(|_| !is_wide);
    let Some(text) = text else {
        let what = if is_wide { "is UTF-16, expected UTF-8" } else { "is not UTF-8" };
        return Err(ConfigError::new(format!("{name} {what}")).with_hint(
            "write it as UTF-8: in PowerShell, Set-Content -Encoding utf8; in Notepad, choose UTF-8 when saving",
        ));
    };
    match setting(name, text.split('\n').next().unwrap_or_default())? {
        "" => Err(ConfigError::new(format!("{name} has an empty first line"))),
        line => Ok(Secret::new(line)),
    }
}

#[cfg(unix)]
fn check_mode(path: &Path, name: &str) -> Result<(), ConfigError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = match fs::metadata(path) {
        Ok(metadata) => metadata.permissions().mode() & 0o777,
        // Reading the file reports the error.
        Err(_) => return Ok(()),
    };
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(ConfigError::new(format!("the password file {name} can be read by others (mode {mode:04o})"))
        .with_hint(format!("chmod 600 {name}")))
}

/// On Windows a file has the rights of its folder; a profile folder belongs to its user only.
#[cfg(not(unix))]
fn check_mode(_path: &Path, _name: &str) -> Result<(), ConfigError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::first_line;

    #[test]
    fn a_password_is_the_first_line_without_what_editors_add() {
        let line = |bytes: &[u8]| first_line(bytes, "it").map(|password| password.expose().to_owned());
        for bytes in [&b"open sesame"[..], b"\xef\xbb\xbfopen sesame\n", b"open sesame\r\nmore\r\n"] {
            assert_eq!(line(bytes).unwrap(), "open sesame");
        }
        for (bytes, expected) in [
            (&b"\xff\xfeo\0p\0"[..], "it is UTF-16, expected UTF-8"),
            (b"o\0p\0", "it is UTF-16, expected UTF-8"),
            (b"\xe5", "it is not UTF-8"),
            (b"\xef\xbb\xbf\r\nopen", "it has an empty first line"),
            (b"open\tsesame", "it contains a control character"),
            (b"open\rsesame", "it contains a control character"),
        ] {
            let error = line(bytes).unwrap_err();
            assert!(error.message().starts_with(expected), "{}", error.message());
        }
    }
}
