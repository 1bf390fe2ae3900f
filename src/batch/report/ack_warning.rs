//! Warnings about lines that were not simply acknowledged.

use std::fmt;

use rust_decimal::Decimal;

use super::Line;

/// A warning about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AckWarning {
    /// A higher count was acknowledged since.
    Higher(Line, Decimal),
    /// The order or the line was not found.
    Gone(Line),
    /// The service has a different line under these ids: another order, code or article.
    Other(Line, Box<Line>),
    /// The line has a higher quantity than the service has picked, received, returned or produced.
    TooMany(Line, Decimal),
    /// The line has a quantity below 0, which no order has.
    Negative(Line),
    /// The stock count has another difference than the line: report it again.
    Changed(Line, Decimal),
    /// The service refused lines of an order; with their number and the reason.
    Refused(Line, usize, String),
    /// Whether the service accepted lines of an order is unknown; with their number and the reason.
    Unknown(Line, usize, String),
    /// The service accepted the request, but does not have the count.
    NotTaken(Line),
}

impl fmt::Display for AckWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = |f: &mut fmt::Formatter<'_>, number: &usize| match number {
            1 => Ok(()),
            number => write!(f, " and {} more", number - 1),
        };
        match self {
            AckWarning::Higher(line, number) => {
                write!(
                    f,
                    "{line}: {} is booked, but {number} were acknowledged since; left as it is",
                    line.quantity
                )
            }
            AckWarning::Gone(line) => write!(f, "{line}: not found; not acknowledged"),
            AckWarning::Other(line, found) => {
                write!(
                    f,
                    "{line}: the service has {found} under these ids; not acknowledged, report it again"
                )
            }
            AckWarning::TooMany(line, number) => write!(
                f,
                "{line}: {} is booked, but the service has only {number}; not acknowledged, report it again",
                line.quantity
            ),
            AckWarning::Negative(line) => write!(
                f,
                "{line}: the quantity {} is below 0; not acknowledged, report the line again",
                line.quantity
            ),
            AckWarning::Changed(line, number) => write!(
                f,
                "{line}: {} is booked, but the difference is {number} by now; not acknowledged, report it again",
                line.quantity
            ),
            AckWarning::Refused(line, number, why) => {
                write!(f, "{line}")?;
                more(f, number)?;
                write!(f, ": not acknowledged: {why}")
            }
            AckWarning::Unknown(line, number, why) => {
                write!(f, "{line}")?;
                more(f, number)?;
                write!(f, ": whether it is acknowledged is unknown; run the command again: {why}")
            }
            AckWarning::NotTaken(line) => write!(
                f,
                "{line}: the service accepted the request, but not the count; its contract may be older than 2024: \
                 build this program with that contract (ONGOING_WSDL)"
            ),
        }
    }
}
