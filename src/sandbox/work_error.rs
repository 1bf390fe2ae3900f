//! Why work in the warehouse failed.

use std::fmt;

use rust_decimal::Decimal;

/// Why work in the warehouse failed. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkError {
    /// Nothing of this kind with this number was found.
    NotFound {
        /// What was looked for, such as `order`.
        what: &'static str,
        /// Its number.
        number: String,
    },
    /// The article was not found.
    NoArticle(String),
    /// Something was not found; the text says what.
    Absent(String),
    /// An argument of an [action](super::Action) is invalid.
    Argument(String),
    /// It cannot be done so.
    Rule(String),
    /// Several goods owners have an order or article with this number, and none was named.
    Ambiguous(String),
    /// The order's status does not allow it.
    Status {
        /// The order's number.
        order: String,
        /// Its status.
        status: i32,
        /// The work to be done.
        work: &'static str,
    },
    /// The order has no such line, by its ExternalOrderLineCode or its article's number.
    NoLine(String),
    /// There are not enough goods, or more was requested than the order has.
    NotEnough {
        /// The article's number.
        article: String,
        /// The missing quantity.
        missing: Decimal,
    },
    /// The sandbox itself failed.
    Broken(String),
}

impl fmt::Display for WorkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WorkError::NotFound { what, number } => write!(f, "{what} \"{number}\" not found"),
            WorkError::NoArticle(number) => write!(f, "article \"{number}\" not found"),
            WorkError::Ambiguous(number) => {
                write!(f, "several goods owners have \"{number}\": name one")
            }
            WorkError::Status { order, status, work } => {
                write!(f, "order \"{order}\" has status {status}: {work} is not possible")
            }
            WorkError::NoLine(line) => write!(f, "the order has no line \"{line}\""),
            WorkError::NotEnough { article, missing } => {
                write!(f, "{missing} of article \"{article}\" are missing")
            }
            WorkError::Absent(text)
            | WorkError::Argument(text)
            | WorkError::Rule(text)
            | WorkError::Broken(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for WorkError {}

impl From<rusqlite::Error> for WorkError {
    fn from(error: rusqlite::Error) -> WorkError {
        WorkError::Broken(format!("the sandbox's database: {error}"))
    }
}

impl From<super::refused::Refused> for WorkError {
    fn from(refused: super::refused::Refused) -> WorkError {
        match refused.reason {
            super::refused::RefusalKind::Broken => WorkError::Broken(refused.message),
            _ => WorkError::Rule(refused.message),
        }
    }
}
