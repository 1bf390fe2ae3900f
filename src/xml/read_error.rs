//! What is wrong with a document, and where.

use std::fmt;

use super::notice::NoticeKind;
use super::value::ValueError;

/// What is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadError {
    /// Path of elements to the place, with list indexes: `GetOrdersByQueryResult.Orders.Order[3].OrderInfo.OrderId`.
    pub path: String,
    /// Byte offset just after the place; `None` in the JSON form.
    pub offset: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// The same for programs: nobody has to read the message for it.
    pub(crate) kind: ReadErrorKind,
    /// An optional value with empty text, which may be treated as absent.
    pub(in crate::xml) empty_value: bool,
}

/// What is wrong with a document, for programs. `Debug` shows no texts of the document.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum ReadErrorKind {
    /// A text is not a value of its type.
    Value(ValueError),
    /// A strict reader refuses what a tolerant one passes over. The text is the name or value that was found.
    Refused(NoticeKind, String),
    /// A limit was exceeded, which this setting raises.
    TooLarge(&'static str),
    /// Anything else.
    Other,
}

/// Result of reading.
pub type Result<T, E = Box<ReadError>> = std::result::Result<T, E>;

impl ReadError {
    /// An error about the whole document or something missing in it.
    pub(crate) fn absent(path: impl Into<String>, message: impl Into<String>) -> Box<Self> {
        let (path, message) = (path.into(), message.into());
        Box::new(ReadError { path, offset: None, message, kind: ReadErrorKind::Other, empty_value: false })
    }

    /// An error at a place with known path and offset.
    pub(in crate::xml) fn placed_at(path: String, offset: u64, message: impl Into<String>) -> Box<Self> {
        Box::new(ReadError { path, ..*Self::at(offset, message) })
    }

    pub(crate) fn at(offset: u64, message: impl Into<String>) -> Box<Self> {
        let message = message.into();
        Box::new(ReadError {
            path: String::new(),
            offset: Some(offset),
            message,
            kind: ReadErrorKind::Other,
            empty_value: false,
        })
    }

    /// The same with another message, without the texts of the document.
    pub(crate) fn with_safe_message(self, message: String) -> Self {
        let kind = self.raised_by().map_or(ReadErrorKind::Other, ReadErrorKind::TooLarge);
        ReadError { message, kind, ..self }
    }

    /// Adds the setting that allows more, if there is one.
    pub(crate) fn with_raised_by(mut self: Box<Self>, setting: Option<&'static str>) -> Box<Self> {
        if let Some(setting) = setting {
            self.kind = ReadErrorKind::TooLarge(setting);
        }
        self
    }

    /// Returns the setting that allows more, if a limit was exceeded.
    pub(crate) fn raised_by(&self) -> Option<&'static str> {
        match self.kind {
            ReadErrorKind::TooLarge(setting) => Some(setting),
            _ => None,
        }
    }

    pub(in crate::xml) fn with_kind(self, kind: ReadErrorKind) -> Box<Self> {
        Box::new(ReadError { kind, ..self })
    }

    /// Returns the name of the member, or the value of an enumeration, that the contract does not have; `None` where
    /// something else is wrong.
    pub fn unknown_name(&self) -> Option<&str> {
        match &self.kind {
            ReadErrorKind::Refused(NoticeKind::UnknownMember | NoticeKind::UnknownEnumeration, found) => {
                Some(found)
            }
            _ => None,
        }
    }
}

impl fmt::Debug for ReadErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadErrorKind::Value(_) => f.write_str("Value"),
            ReadErrorKind::Refused(kind, _) => write!(f, "Refused({kind:?})"),
            ReadErrorKind::TooLarge(setting) => write!(f, "TooLarge({setting})"),
            ReadErrorKind::Other => f.write_str("Other"),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&*self.path, self.offset) {
            ("", None) => f.write_str(&self.message),
            ("", Some(offset)) => write!(f, "byte {offset}: {}", self.message),
            (path, None) => write!(f, "{path}: {}", self.message),
            (path, Some(offset)) => write!(f, "{path} (byte {offset}): {}", self.message),
        }
    }
}

impl std::error::Error for ReadError {}
