//! What became of a line that is not simply acknowledged.

use std::fmt;

use rust_decimal::Decimal;

use super::Line;

/// Something about a line that its owner should know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// A higher count was acknowledged since.
    Higher(Line, Decimal),
    /// The order, or the line, is not there.
    Gone(Line),
    /// The service has another line under these ids: a line of another order, code or article.
    Other(Line, Box<Line>),
    /// The line says more than the service has picked, received, returned or produced.
    TooMany(Line, Decimal),
    /// The counting found something else than the line says: it has to be reported again.
    Changed(Line, Decimal),
    /// The service refused an order's lines: how many, and why.
    Refused(Line, usize, String),
    /// It is not known whether the service has taken an order's lines: how many, and why.
    Unknown(Line, usize, String),
    /// The service took the request, but does not have the count.
    NotTaken(Line),
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = |f: &mut fmt::Formatter<'_>, number: &usize| match number {
            1 => Ok(()),
            number => write!(f, " and {} more", number - 1),
        };
        match self {
            Told::Higher(line, number) => {
                write!(
                    f,
                    "{line}: {} is booked, but {number} were acknowledged since; left so",
                    line.quantity
                )
            }
            Told::Gone(line) => write!(f, "{line}: not there; not acknowledged"),
            Told::Other(line, found) => {
                write!(
                    f,
                    "{line}: the service has {found} under these ids; not acknowledged, report it again"
                )
            }
            Told::TooMany(line, number) => write!(
                f,
                "{line}: {} is booked, but the service has only {number}; not acknowledged, report it again",
                line.quantity
            ),
            Told::Changed(line, number) => write!(
                f,
                "{line}: {} is booked, but the difference is {number} by now; not acknowledged, report it again",
                line.quantity
            ),
            Told::Refused(line, number, why) => {
                write!(f, "{line}")?;
                more(f, number)?;
                write!(f, ": refused: {why}")
            }
            Told::Unknown(line, number, why) => {
                write!(f, "{line}")?;
                more(f, number)?;
                write!(f, ": not known whether it is acknowledged; run the command again: {why}")
            }
            Told::NotTaken(line) => write!(
                f,
                "{line}: the service took the request, but not the count; its contract may be older than 2024: build \
                 this program with it (ONGOING_WSDL)"
            ),
        }
    }
}
