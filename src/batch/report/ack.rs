//! Telling the service what was booked.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::order::Shape;
use super::{AT_ONCE, Kind, Line, ReportError, change, returned};
use crate::Client;
use crate::dynamic;
use crate::error::Error;

/// Lines that are booked, to be acknowledged with just the counts that they have.
///
/// The service is asked first what it holds. A line that has this count already, or a higher one that was acknowledged
/// since, is left alone; so a run that was ended in the middle is run again and does the rest.
#[derive(Debug, Clone)]
pub struct Ack {
    lines: BTreeMap<(Kind, i32), BTreeMap<i32, Line>>,
    dry: bool,
}

/// What became of the lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figures {
    /// Lines that were acknowledged now; in a dry run, those that would be.
    pub acknowledged: u64,
    /// Lines that were before.
    pub already: u64,
    /// Lines of which a higher count was acknowledged since.
    pub higher: u64,
    /// Lines that are not acknowledged: refused, gone, or changed.
    pub failed: u64,
}

/// Something about a line that its owner should know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// A higher count was acknowledged since.
    Higher(Line, Decimal),
    /// The order, or the line, is not there.
    Gone(Line),
    /// The counting found something else than the line says: it has to be reported again.
    Changed(Line, Decimal),
    /// The service refused an order's lines: how many, and why.
    Refused(Line, usize, String),
    /// The service took the request, but does not have the count.
    NotTaken(Line),
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Told::Higher(line, number) => {
                write!(
                    f,
                    "{line}: {} is booked, but {number} were acknowledged since; left so",
                    line.quantity
                )
            }
            Told::Gone(line) => write!(f, "{line}: not there; not acknowledged"),
            Told::Changed(line, number) => write!(
                f,
                "{line}: {} is booked, but the difference is {number} by now; not acknowledged, report it again",
                line.quantity
            ),
            Told::Refused(line, 1, why) => write!(f, "{line}: refused: {why}"),
            Told::Refused(line, number, why) => write!(f, "{line} and {} more: refused: {why}", number - 1),
            Told::NotTaken(line) => write!(
                f,
                "{line}: the service took the request, but not the count; its contract names the member otherwise, so \
                 build this program with it"
            ),
        }
    }
}

impl Ack {
    /// Of several lines that are the same, the last counts.
    pub fn new(lines: impl IntoIterator<Item = Line>) -> Ack {
        let mut orders: BTreeMap<(Kind, i32), BTreeMap<i32, Line>> = BTreeMap::new();
        for line in lines {
            orders.entry((line.kind, line.order)).or_default().insert(line.line, line);
        }
        Ack { lines: orders, dry: false }
    }

    /// Looks, and changes nothing.
    pub fn dry_run(mut self) -> Ack {
        self.dry = true;
        self
    }

    /// The operations that [`run`](Self::run) calls.
    pub fn operations(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for kind in Kind::ALL {
            if self.lines.keys().any(|(other, _)| *other == kind) {
                match Shape::of(kind) {
                    Some(shape) => names.extend([shape.query, shape.update]),
                    None => names.extend(["GetInventoryChanges", change::UPDATE]),
                }
            }
        }
        names
    }

    /// Acknowledges. `told` hears of each line that is not simply done.
    ///
    /// # Errors
    /// A call fails. What was acknowledged before stays so, and run again this does the rest: counts are absolute, so
    /// that one that arrived unknown to us does no harm when it is sent again.
    pub fn run(&self, client: &Client, told: &mut dyn FnMut(Told)) -> Result<Figures, ReportError> {
        let mut run = Run { client, dry: self.dry, figures: Figures::default(), told };
        for kind in Kind::ALL {
            let orders: Vec<(i32, &BTreeMap<i32, Line>)> = self
                .lines
                .iter()
                .filter(|((other, _), _)| *other == kind)
                .map(|((_, order), lines)| (*order, lines))
                .collect();
            match Shape::of(kind) {
                Some(shape) => orders.chunks(AT_ONCE).try_for_each(|some| run.orders(kind, shape, some))?,
                None => orders.iter().try_for_each(|(counting, lines)| run.counting(*counting, lines))?,
            }
        }
        Ok(run.figures)
    }
}

struct Run<'a> {
    client: &'a Client,
    dry: bool,
    figures: Figures,
    told: &'a mut dyn FnMut(Told),
}

/// What the service holds of each line of some orders.
type Held = HashMap<(i32, i32), Option<Decimal>>;

impl Run<'_> {
    fn orders(
        &mut self,
        kind: Kind,
        shape: &Shape,
        orders: &[(i32, &BTreeMap<i32, Line>)],
    ) -> Result<(), ReportError> {
        let ids: Vec<i32> = orders.iter().map(|(order, _)| *order).collect();
        let held = self.held(kind, shape, &ids)?;
        let mut sent = Vec::new();
        for (_, lines) in orders {
            let due: Vec<&Line> = lines.values().filter(|line| self.is_due(line, &held)).collect();
            if !due.is_empty() && self.order(kind, shape, &due)? {
                sent.extend(due);
            }
        }
        // What the contract does not have may be passed over in silence.
        if kind == Kind::ReturnOrders && !sent.is_empty() && !self.dry {
            let held = self.held(kind, shape, &ids)?;
            for line in sent {
                if held.get(&(line.order, line.line)).copied().flatten() != Some(line.quantity) {
                    self.figures.acknowledged -= 1;
                    self.fail(Told::NotTaken(line.clone()), 1);
                }
            }
        }
        Ok(())
    }

    fn held(&self, kind: Kind, shape: &Shape, ids: &[i32]) -> Result<Held, ReportError> {
        let mut held = Held::new();
        shape.by_ids(self.client, kind, ids, &mut |lines| {
            held.extend(lines.into_iter().map(|line| ((line.order, line.line), line.reported)));
        })?;
        Ok(held)
    }

    /// Whether the line is to be sent. A lower count goes back only where the line itself was told so: nothing else was
    /// acknowledged since.
    fn is_due(&mut self, line: &Line, held: &Held) -> bool {
        let Some(now) = held.get(&(line.order, line.line)).copied() else {
            self.fail(Told::Gone(line.clone()), 1);
            return false;
        };
        let (now, told) = (now.unwrap_or_default(), line.reported.unwrap_or_default());
        if now == line.quantity {
            self.figures.already += 1;
            false
        } else if now > line.quantity && now != told {
            self.figures.higher += 1;
            (self.told)(Told::Higher(line.clone(), now));
            false
        } else {
            true
        }
    }

    /// Sends the lines of one order. Whether the service took them.
    fn order(&mut self, kind: Kind, shape: &Shape, lines: &[&Line]) -> Result<bool, ReportError> {
        let reported = |line: &Line| match kind {
            Kind::ReturnOrders => returned::update(line),
            _ => {
                let number = line.quantity.normalize().to_string();
                ("UpdateReportedNumberOfItems".to_owned(), json!({ shape.reported: number }))
            }
        };
        self.send(shape.update, &shape.update(lines, &reported), lines)
    }

    /// A counting's differences are acknowledged as a whole, with whatever is in them when the request arrives: only
    /// where they are still those that were booked.
    fn counting(&mut self, counting: i32, lines: &BTreeMap<i32, Line>) -> Result<(), ReportError> {
        let open = change::of_counting(self.client, counting)?;
        for line in lines.values() {
            match open.iter().find(|open| open.line == line.line) {
                None => self.figures.already += 1,
                Some(open) if open.quantity != line.quantity => {
                    self.fail(Told::Changed(line.clone(), open.quantity), 1);
                }
                Some(_) => {
                    self.send(change::UPDATE, &change::update(line), &[line])?;
                }
            }
        }
        Ok(())
    }

    fn send(&mut self, name: &'static str, input: &Value, lines: &[&Line]) -> Result<bool, ReportError> {
        let operation = dynamic::find(name).ok_or(ReportError::Contract(name))?;
        let request = dynamic::request_from_json(operation, input)
            .map_err(|error| ReportError::Request(name, error))?;
        if !self.dry {
            match request.call(self.client) {
                Ok(_) => {}
                Err(Error::Refused(refused)) => {
                    let first = lines.first().map(|line| (*line).clone());
                    let why = refused.message().to_owned();
                    first.into_iter().for_each(|line| {
                        self.fail(Told::Refused(line, lines.len(), why.clone()), lines.len() as u64);
                    });
                    return Ok(false);
                }
                Err(error) => return Err(ReportError::Call(error)),
            }
        }
        self.figures.acknowledged += lines.len() as u64;
        Ok(true)
    }

    fn fail(&mut self, told: Told, lines: u64) {
        self.figures.failed += lines;
        (self.told)(told);
    }
}
