//! Why a piece of work in the warehouse is not done.

use std::fmt;

use rust_decimal::Decimal;

/// Why a piece of work cannot be done. Nothing of it has been done then.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkError {
    /// There is nothing of this kind and number.
    NotFound {
        /// What was looked for, such as `order`.
        what: &'static str,
        /// Its number.
        number: String,
    },
    /// There is no article of this number.
    NoArticle(String),
    /// There is nothing of what is meant; the text says of what.
    Absent(String),
    /// What was given to an [action](super::Action) is wrong.
    Argument(String),
    /// It cannot be done so.
    Rule(String),
    /// Several goods owners have an order or article of this number, and nobody said whose is meant.
    Ambiguous(String),
    /// The order's status does not allow it.
    Status {
        /// The order's number.
        order: String,
        /// Its status.
        status: i32,
        /// What was to be done.
        work: &'static str,
    },
    /// The order has no such line, by its ExternalOrderLineCode or its article's number.
    NoLine(String),
    /// There are not enough goods, or more was asked for than the order has.
    NotEnough {
        /// The article's number.
        article: String,
        /// How many are missing.
        missing: Decimal,
    },
    /// The sandbox itself failed.
    Broken(String),
}

impl fmt::Display for WorkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WorkError::NotFound { what, number } => write!(f, "there is no {what} \"{number}\""),
            WorkError::NoArticle(number) => write!(f, "there is no article \"{number}\""),
            WorkError::Ambiguous(number) => {
                write!(f, "several goods owners have \"{number}\": say whose is meant")
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
            super::refused::Reason::Broken => WorkError::Broken(refused.message),
            _ => WorkError::Rule(refused.message),
        }
    }
}
