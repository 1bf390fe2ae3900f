//! Quantities that the warehouse reports: the goods owner reads, books and acknowledges them.
//!
//! For each line the service keeps the picked (received, returned, produced) quantity and the part that the goods owner
//! has acknowledged. [`read`] returns the lines on which these differ, with the total. Once they are booked, [`Ack`]
//! sends exactly these counts back: what was picked meanwhile remains to be reported. Nothing is stored here: the
//! service itself knows what is acknowledged, so an interrupted run can simply be repeated.
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
mod ack_warning;
mod change;
mod line;
mod order;
mod origin;
mod table;

use std::error::Error as StdError;
use std::{fmt, io};

pub use ack::{Ack, AckError, AckFigures};
pub use ack_warning::AckWarning;
pub use line::{Line, LineError, ReportKind};
pub use origin::Origin;
pub use table::{Table, read_table};

use crate::Client;
use crate::batch::pull::{self, Filter, PullError, Source};
use crate::error::Error;
use crate::xml::ReadError;
use serde_json::Value;

/// Maximum number of orders in one query by ids.
const AT_ONCE: usize = 100;

/// Why quantities cannot be read or acknowledged. Lines acknowledged before the failure stay acknowledged.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReportError {
    /// A call failed.
    Call(Error),
    /// The rows cannot be read.
    Read(PullError),
    /// The lines cannot be written.
    Output(io::Error),
    /// The contract of this build lacks this operation or member.
    Contract(&'static str),
    /// The contract of this build does not accept a request.
    Request(&'static str, Box<ReadError>),
    /// A line was read from another service, or for another goods owner.
    Origin {
        /// The line.
        line: Box<Line>,
        /// The service that is called.
        expected: Box<Origin>,
    },
    /// A row lacks a number that every row should have.
    Row {
        /// The operation that returned it.
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
                write!(f, "this program's contract has no {name}")
            }
            ReportError::Request(operation, error) => write!(f, "{operation}: {error}"),
            ReportError::Origin { line, expected } => {
                write!(f, "{line}: the report is of ")?;
                match &line.origin {
                    Some(origin) => write!(f, "{origin}, not of {expected}"),
                    None => write!(f, "another service than {expected}"),
                }
            }
            ReportError::Row { operation, member } => write!(f, "{operation}: a row has no {member}"),
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
    /// Returns the operations that [`read`] calls for it.
    pub fn operations(self) -> &'static [&'static str] {
        match self {
            ReportKind::Orders | ReportKind::ReturnOrders => &["GetOrdersByQuery"],
            ReportKind::InOrders => &["GetInOrdersByQuery"],
            ReportKind::ProductionOrders => &["GetProductionOrdersByQuery"],
            ReportKind::InventoryChanges => &["GetInventoryChanges"],
        }
    }
}

/// Reads the lines whose quantity the goods owner has not acknowledged.
///
/// # Errors
/// [`ReportError::Contract`] if the contract of this build has no such report; the rows cannot be read; or `found`
/// fails.
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

/// The rows of a query; a page that breaks off is requested again.
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

/// The value at a path of a row; a text if the contract does not have it.
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
