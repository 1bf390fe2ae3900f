//! What is wrong with the settings, found before anything is sent.

use std::error::Error;
use std::fmt;

/// A setting is missing or wrong. Nothing was sent.
///
/// The text names the setting and never shows a password.
#[derive(Debug)]
pub struct ConfigError {
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ConfigError {
    /// An error with a message: what is wrong, in lower case, without a full stop.
    pub fn new(message: impl Into<String>) -> ConfigError {
        ConfigError { message: message.into(), hint: None, source: None }
    }

    /// Adds what to do about it.
    pub fn with_hint(mut self, hint: impl Into<String>) -> ConfigError {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the error behind this one.
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> ConfigError {
        self.source = Some(source.into());
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|e| e as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_message_and_hint_but_not_the_source() {
        let e = ConfigError::new("no such file: roots.pem");
        assert_eq!(e.to_string(), "no such file: roots.pem");
        assert!(e.source().is_none() && e.hint().is_none());
        let e = e.with_hint("give an absolute path").with_source("os error 2");
        assert_eq!(e.to_string(), "no such file: roots.pem (give an absolute path)");
        assert_eq!(e.source().unwrap().to_string(), "os error 2");
    }
}
