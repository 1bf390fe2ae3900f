//! Quantities that the warehouse has to tell and that the goods owner has to book: read, booked, acknowledged.
//!
//! The service keeps for each line how many were picked (received, returned, produced) and how many of them the goods
//! owner has said to know. [`read`] gives the lines on which these differ, with the absolute count. Once they are
//! booked, [`Ack`] sends just these counts back: what was picked meanwhile stays to be told. Nothing is remembered here:
//! the service itself is asked what is acknowledged already, so that a run that was ended in the middle is simply run
//! again.
//!
//! ```no_run
//! use ongoing_wms::batch::report::{Ack, ReportKind, read};
//! # let url = "https://api.ongoingsystems.se/apidemo/service.asmx";
//! # let client = ongoing_wms::Client::builder(url).credentials(ongoing_wms::Credentials::from_env()?).build()?;
//! let mut picked = Vec::new();
//! read(&client, ReportKind::Orders, &mut |line| {
//!     picked.push(line); // book it
//!     Ok(())
//! })?;
//! let done = Ack::new(picked).run(&client, &mut |told| eprintln!("{told}"))?;
//! println!("{} lines acknowledged", done.acknowledged);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ack;
mod change;
mod line;
mod order;
mod origin;
mod table;
mod told;

use std::error::Error as StdError;
use std::{fmt, io};

pub use ack::{Ack, AckError, Figures};
pub use line::{Line, LineError, ReportKind};
pub use origin::Origin;
pub use table::{Table, read_table};
pub use told::Told;

use crate::Client;
use crate::batch::pull::{self, Filter, PullError, Source};
use crate::error::Error;
use crate::xml::ReadError;
use serde_json::Value;

/// Orders that are asked for at once by their ids.
const AT_ONCE: usize = 100;

/// Why quantities cannot be read or acknowledged. What was acknowledged before stays so.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReportError {
    /// A call failed.
    Call(Error),
    /// The rows cannot be read.
    Read(PullError),
    /// The lines cannot be written.
    Output(io::Error),
    /// The contract that this program is built with lacks this operation or member.
    Contract(&'static str),
    /// A request that this contract does not take.
    Request(&'static str, Box<ReadError>),
    /// A line was read from another service, or for another goods owner.
    Origin {
        /// The line.
        line: Box<Line>,
        /// What is called.
        expected: Box<Origin>,
    },
    /// A row without a number that every row should have.
    Row {
        /// The operation that gave it.
        operation: &'static str,
        /// The member.
        member: String,
    },
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReportError::Call(error) => write!(f, "{error}"),
            ReportError::Read(error) => write!(f, "{error}"),
            ReportError::Output(error) => write!(f, "the output cannot be written: {error}"),
            ReportError::Contract(name) => {
                write!(f, "the contract that this program is built with has no {name}")
            }
            ReportError::Request(operation, error) => write!(f, "{operation}: {error}"),
            ReportError::Origin { line, expected } => {
                write!(f, "{line}: the report is of ")?;
                match &line.origin {
                    Some(origin) => write!(f, "{origin}, not of {expected}"),
                    None => write!(f, "another service than {expected}"),
                }
            }
            ReportError::Row { operation, member } => write!(f, "{operation}: a row came without {member}"),
        }
    }
}

impl StdError for ReportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            ReportError::Call(error) => Some(error),
            ReportError::Read(error) => Some(error),
            ReportError::Output(error) => Some(error),
            ReportError::Request(_, error) => Some(error),
            ReportError::Contract(_) | ReportError::Origin { .. } | ReportError::Row { .. } => None,
        }
    }
}

impl ReportKind {
    /// The operations that [`read`] calls for it.
    pub fn operations(self) -> &'static [&'static str] {
        match self {
            ReportKind::Orders | ReportKind::ReturnOrders => &["GetOrdersByQuery"],
            ReportKind::InOrders => &["GetInOrdersByQuery"],
            ReportKind::ProductionOrders => &["GetProductionOrdersByQuery"],
            ReportKind::InventoryChanges => &["GetInventoryChanges"],
        }
    }
}

/// Reads the lines of which the goods owner has not said that it knows the quantity.
///
/// # Errors
/// [`ReportError::Contract`] where the contract that this program is built with has no such report; the rows cannot be
/// read; those of `found`.
pub fn read(
    client: &Client,
    kind: ReportKind,
    found: &mut dyn FnMut(Line) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    let origin = Origin::of(client);
    let found = &mut |line| found(Line { origin: Some(origin.clone()), ..line });
    match kind {
        ReportKind::InventoryChanges => change::read(client, found),
        ReportKind::Orders
        | ReportKind::ReturnOrders
        | ReportKind::InOrders
        | ReportKind::ProductionOrders => order::read(client, kind, found),
    }
}

/// The rows of a query, which a page that breaks off does not end.
fn rows(
    client: &Client,
    operation: &'static str,
    members: &[(&str, Value)],
    row: &mut dyn FnMut(&Value) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    let source = Source::find(operation).ok_or(ReportError::Contract(operation))?;
    let mut filter = Filter::new(&source);
    for (path, value) in members {
        filter.put(path, value.clone());
    }
    for text in pull::rows(client, &source, filter).map_err(ReportError::Read)? {
        let text = text.map_err(ReportError::Read)?;
        row(&serde_json::from_str(&text.json).unwrap_or_default())?;
    }
    Ok(())
}

/// The value at a path of a row; of what the contract does not know, a text.
fn at(row: &Value, path: &str) -> Value {
    let mut value = row;
    let mut steps = path.split('.');
    for step in steps.by_ref() {
        match value.get(step) {
            Some(inner) => value = inner,
            None => {
                let rest: Vec<String> = std::iter::once(step).chain(steps).map(str::to_owned).collect();
                let found = crate::batch::pull::column::in_open_content(value, &rest);
                return found.map_or(Value::Null, Value::String);
            }
        }
    }
    value.clone()
}

fn text(row: &Value, path: &str) -> Option<String> {
    at(row, path).as_str().map(str::to_owned)
}

fn quantity(row: &Value, path: &str) -> Option<rust_decimal::Decimal> {
    match at(row, path) {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

/// A number that every row has.
fn id(row: &Value, operation: &'static str, path: &str) -> Result<i32, ReportError> {
    let found = at(row, path).as_i64().and_then(|id| i32::try_from(id).ok());
    found.ok_or_else(|| ReportError::Row { operation, member: path.to_owned() })
}
