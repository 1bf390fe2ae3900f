//! Settings in environment variables.

use std::env;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::config::{ConfigError, setting};

const NAMES: [&str; 7] = [
    "ONGOING_URL",
    "ONGOING_USERNAME",
    "ONGOING_PASSWORD",
    "ONGOING_GOODS_OWNER_CODE",
    "ONGOING_GOODS_OWNER_ID",
    "ONGOING_CA_FILE",
    "ONGOING_CONFIG",
];

/// Returns the value of a variable, without line ends and byte-order marks at its ends; `None` if it is not set or empty.
///
/// # Errors
/// It is not UTF-8, or has a control character.
pub fn variable(name: &str) -> Result<Option<String>, ConfigError> {
    let Some(value) = env::var_os(name) else { return Ok(None) };
    let text = value.into_string().map(Zeroizing::new);
    let text = text.map_err(|_| ConfigError::new(format!("{name} is not UTF-8")))?;
    let value = setting(name, &text)?;
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// As [`variable`]; the name of a file need not be UTF-8.
///
/// # Errors
/// It has a control character.
pub fn path(name: &str) -> Result<Option<PathBuf>, ConfigError> {
    match env::var_os(name) {
        Some(value) if value.to_str().is_none() => Ok(Some(PathBuf::from(value))),
        _ => Ok(variable(name)?.map(PathBuf::from)),
    }
}

/// Returns whether a variable has a value, valid or not.
pub fn is_set(name: &str) -> bool {
    !matches!(variable(name), Ok(None))
}

/// Returns all errors in the variables of this program.
pub fn problems() -> Vec<ConfigError> {
    let is_path = |name: &&str| matches!(*name, "ONGOING_CONFIG" | "ONGOING_CA_FILE");
    let (paths, texts): (Vec<&str>, Vec<&str>) = NAMES.into_iter().partition(is_path);
    let texts = texts.into_iter().filter_map(|name| variable(name).err());
    texts.chain(paths.into_iter().filter_map(|name| path(name).err())).collect()
}

/// Returns the names of the variables with ignored characters at the ends of their values.
pub fn trimmed() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().filter(|name| {
        let text = env::var_os(name).and_then(|value| value.into_string().ok()).map(Zeroizing::new);
        text.is_some_and(|text| setting(name, &text).is_ok_and(|value| value.len() < text.len()))
    })
}
