//! Errors in the settings, found before anything is sent.

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
    /// Creates an error from a message: what is wrong, in lower case, without a full stop.
    pub fn new(message: impl Into<String>) -> ConfigError {
        ConfigError { message: message.into(), hint: None, source: None }
    }

    /// Adds what to do about it.
    pub fn with_hint(mut self, hint: impl Into<String>) -> ConfigError {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the error that caused this one.
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> ConfigError {
        self.source = Some(source.into());
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns what to do about it, if that is known.
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

/// Characters that files and shells leave at the ends of a setting: line ends and byte-order marks.
const LEFT_OVERS: [char; 3] = ['\r', '\n', '\u{feff}'];

/// Returns a setting's text without line ends and byte-order marks at its ends, such as files with Windows line ends
/// leave. Errors use `name` for the setting, and never show the text.
///
/// # Errors
/// The text contains a control character: no setting has one, and a login with it would fail.
pub fn setting<'t>(name: &str, text: &'t str) -> Result<&'t str, ConfigError> {
    let text = text.trim_matches(LEFT_OVERS);
    match text.chars().any(|char| char.is_control() || LEFT_OVERS.contains(&char)) {
        false => Ok(text),
        true => Err(ConfigError::new(format!(
            "{name} contains a control character, such as a tab, a line end or a byte-order mark"
        ))
        .with_hint("set it again, in a file as plain UTF-8 text on one line")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_lose_what_files_leave_and_refuse_control_characters() {
        for (text, expected) in [
            ("demo\r\n", "demo"),
            ("\u{feff} a b \r", " a b "),
            ("\r\n", ""),
            ("å", "å"),
            ("\n\u{feff}x", "x"),
        ] {
            assert_eq!(setting("X", text).unwrap(), expected, "{text:?}");
        }
        for text in ["a\tb", "a\rb", "a\u{feff}b", "a\0", "a\u{85}b"] {
            let error = setting("ONGOING_PASSWORD", text).unwrap_err().to_string();
            assert!(error.starts_with("ONGOING_PASSWORD contains a control character"), "{error}");
        }
    }

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
