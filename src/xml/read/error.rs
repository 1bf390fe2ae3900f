//! What is wrong with a document, and where.

use std::fmt;

/// What is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadError {
    /// Elements down to the place, with list indexes: `GetOrdersByQueryResult.Orders.Order[3].OrderInfo.OrderId`.
    pub path: String,
    /// Byte offset just behind the place; `None` in the JSON form.
    pub offset: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// An optional value whose text is empty may be taken as absent.
    pub(in crate::xml) empty_value: bool,
}

/// Result of reading.
pub type Result<T, E = Box<ReadError>> = std::result::Result<T, E>;

impl ReadError {
    /// Something wrong with the whole document, or with what is not in it.
    pub(crate) fn absent(path: impl Into<String>, message: impl Into<String>) -> Box<Self> {
        let (path, message) = (path.into(), message.into());
        Box::new(ReadError { path, offset: None, message, empty_value: false })
    }

    /// Something wrong at a place of which both path and offset are known.
    pub(in crate::xml) fn placed_at(path: String, offset: u64, message: impl Into<String>) -> Box<Self> {
        Box::new(ReadError { path, ..*Self::at(offset, message) })
    }

    pub(crate) fn at(offset: u64, message: impl Into<String>) -> Box<Self> {
        let message = message.into();
        Box::new(ReadError { path: String::new(), offset: Some(offset), message, empty_value: false })
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
