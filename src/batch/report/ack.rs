//! Acknowledges booked quantities to the service.

use std::collections::{BTreeMap, HashMap};
use std::error::Error as StdError;
use std::fmt;

use serde_json::Value;

use super::order::Shape;
use super::{AT_ONCE, AckWarning, Line, Origin, ReportError, ReportKind, change};
use crate::dynamic;
use crate::error::Error;
use crate::outcome::Evidence;
use crate::{Client, Outcome};

/// Acknowledges booked lines with exactly the counts that they have.
///
/// First reads what the service has. A line is acknowledged only if its order number, code and article are still as
/// reported, with at most the quantity that the service has. A line that already has this count, or a higher one that
/// was acknowledged since, is left unchanged; so an interrupted run can be repeated and does the rest.
#[derive(Debug, Clone)]
pub struct Ack {
    lines: BTreeMap<(ReportKind, i32), BTreeMap<i32, Line>>,
    dry: bool,
}

/// The result: how many lines had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AckFigures {
    /// Lines acknowledged now; in a dry run, those that would be.
    pub acknowledged: u64,
    /// Lines that were acknowledged before.
    pub already: u64,
    /// Lines for which a higher count was acknowledged since.
    pub higher: u64,
    /// Lines that are not acknowledged: refused, gone, or not as they were reported.
    pub failed: u64,
    /// Lines for which it is unknown whether they are acknowledged.
    pub unknown: u64,
}

/// The service failed before all lines were acknowledged.
#[derive(Debug)]
pub struct AckError {
    /// The result until then; the other lines were not tried.
    pub figures: AckFigures,
    /// How it failed.
    pub error: ReportError,
}

impl fmt::Display for AckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl StdError for AckError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}

impl Ack {
    /// Of several records for the same line, the last one counts.
    pub fn new(lines: impl IntoIterator<Item = Line>) -> Ack {
        let mut orders: BTreeMap<(ReportKind, i32), BTreeMap<i32, Line>> = BTreeMap::new();
        for line in lines {
            orders.entry((line.kind, line.order)).or_default().insert(line.line, line);
        }
        Ack { lines: orders, dry: false }
    }

    /// Only looks, and changes nothing.
    pub fn dry_run(mut self) -> Ack {
        self.dry = true;
        self
    }

    /// Returns the operations that [`run`](Self::run) calls.
    pub fn operations(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for kind in ReportKind::ALL {
            if self.lines.keys().any(|(other, _)| *other == kind) {
                match Shape::of(kind) {
                    Some(shape) => names.extend([shape.query, shape.update]),
                    None => names.extend(["GetInventoryChanges", change::UPDATE]),
                }
            }
        }
        names
    }

    /// Acknowledges the lines. Calls `told` for each line that is not simply done. If an answer is lost, asks the
    /// service what it holds now.
    ///
    /// # Errors
    /// [`ReportError::Origin`], before anything is called; or a call fails. Lines acknowledged before the failure stay
    /// acknowledged, and another run does the rest: counts are absolute, so resending one that had arrived is harmless.
    pub fn run(&self, client: &Client, told: &mut dyn FnMut(AckWarning)) -> Result<AckFigures, AckError> {
        let mut run = AckRun { client, dry: self.dry, figures: AckFigures::default(), told };
        let done = self.check(client).and_then(|()| self.run_all(&mut run));
        match done {
            Ok(()) => Ok(run.figures),
            Err(error) => Err(AckError { figures: run.figures, error }),
        }
    }

    /// Checks that all lines belong to the service and the goods owner of this client.
    fn check(&self, client: &Client) -> Result<(), ReportError> {
        let ours = Origin::of(client);
        let is_other = |line: &&Line| line.origin.as_ref().is_some_and(|origin| !origin.is_same(&ours));
        match self.lines.values().flat_map(BTreeMap::values).find(is_other) {
            None => Ok(()),
            Some(line) => Err(ReportError::Origin { line: Box::new(line.clone()), expected: Box::new(ours) }),
        }
    }

    fn run_all(&self, run: &mut AckRun<'_>) -> Result<(), ReportError> {
        for kind in ReportKind::ALL {
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
        Ok(())
    }
}

struct AckRun<'a> {
    client: &'a Client,
    dry: bool,
    figures: AckFigures,
    told: &'a mut dyn FnMut(AckWarning),
}

/// The lines of some orders as the service has them now.
type ServiceLines = HashMap<(i32, i32), Line>;

/// The outcome of a request.
enum AckOutcome {
    Taken,
    Refused,
    /// No answer says whether it was accepted.
    Unknown(Error),
}

impl AckRun<'_> {
    fn orders(
        &mut self,
        kind: ReportKind,
        shape: &Shape,
        orders: &[(i32, &BTreeMap<i32, Line>)],
    ) -> Result<(), ReportError> {
        if !orders.is_empty() {
            shape.check()?;
        }
        let all: Vec<&Line> = orders.iter().flat_map(|(_, lines)| lines.values()).collect();
        let held = self.held(kind, shape, &all)?;
        let mut sent = Vec::new();
        for (_, lines) in orders {
            let due: Vec<&Line> = lines.values().filter(|line| self.is_due(line, &held)).collect();
            if due.is_empty() {
                continue;
            }
            match self.order(shape, &due)? {
                AckOutcome::Taken => sent.extend(due),
                AckOutcome::Refused => {}
                AckOutcome::Unknown(error) => {
                    let now = self.held(kind, shape, &due);
                    let is_taken = |line: &&Line| {
                        let now = now.as_ref().ok().and_then(|now| now.get(&(line.order, line.line)));
                        now.is_some_and(|now| now.reported == Some(line.quantity))
                    };
                    let (taken, unknown): (Vec<&Line>, Vec<&Line>) = due.into_iter().partition(is_taken);
                    self.settle(&taken, &unknown, error, now.err())?;
                }
            }
        }
        // A service of 2017 does not know the count, and silently ignores it.
        if kind == ReportKind::ReturnOrders && !sent.is_empty() && !self.dry {
            let held = self.held(kind, shape, &all)?;
            for line in sent {
                if held.get(&(line.order, line.line)).and_then(|now| now.reported) != Some(line.quantity) {
                    self.figures.acknowledged -= 1;
                    self.fail(AckWarning::NotTaken(line.clone()), 1);
                }
            }
        }
        Ok(())
    }

    fn held(&self, kind: ReportKind, shape: &Shape, lines: &[&Line]) -> Result<ServiceLines, ReportError> {
        let mut held = ServiceLines::new();
        shape.orders_of(self.client, kind, lines, &mut |lines| {
            held.extend(lines.into_iter().map(|line| ((line.order, line.line), line)));
        })?;
        Ok(held)
    }

    /// Whether to send the line. A lower count is sent only if the line was reported with the count that is
    /// acknowledged now, so that nothing else was acknowledged since.
    fn is_due(&mut self, line: &Line, held: &ServiceLines) -> bool {
        if line.is_negative() {
            self.fail(AckWarning::Negative(line.clone()), 1);
            return false;
        }
        let Some(held) = held.get(&(line.order, line.line)) else {
            self.fail(AckWarning::Gone(line.clone()), 1);
            return false;
        };
        if !line.is_same(held) {
            self.fail(AckWarning::Other(line.clone(), Box::new(held.clone())), 1);
            return false;
        }
        let (now, told) = (held.reported.unwrap_or_default(), line.reported.unwrap_or_default());
        if now == line.quantity {
            self.figures.already += 1;
            false
        } else if line.quantity > held.quantity {
            self.fail(AckWarning::TooMany(line.clone(), held.quantity), 1);
            false
        } else if now > line.quantity && now != told {
            self.figures.higher += 1;
            (self.told)(AckWarning::Higher(line.clone(), now));
            false
        } else {
            true
        }
    }

    /// Counts lines whose answer was lost: those that the service has by now, and those that it may still accept.
    ///
    /// # Errors
    /// The service could not be queried, or asks to wait: continuing is useless.
    fn settle(
        &mut self,
        taken: &[&Line],
        unknown: &[&Line],
        error: Error,
        failed: Option<ReportError>,
    ) -> Result<(), ReportError> {
        self.figures.acknowledged += taken.len() as u64;
        self.figures.unknown += unknown.len() as u64;
        if let Some(first) = unknown.first() {
            (self.told)(AckWarning::Unknown((*first).clone(), unknown.len(), error.to_string()));
        }
        match failed {
            None if error.evidence() != Evidence::Busy => Ok(()),
            _ => Err(ReportError::Call(error)),
        }
    }

    /// Sends the lines of one order.
    fn order(&mut self, shape: &Shape, lines: &[&Line]) -> Result<AckOutcome, ReportError> {
        self.send(shape.update, &shape.update(lines), lines)
    }

    /// The differences of a stock count are acknowledged as a whole, as they are when the request arrives; so it is
    /// sent only if they are still those that were booked.
    fn counting(&mut self, counting: i32, lines: &BTreeMap<i32, Line>) -> Result<(), ReportError> {
        let open = change::of_counting(self.client, counting, true)?;
        let is_open = |line: &Line| open.iter().any(|other| other.line == line.line);
        let all = match lines.values().all(is_open) {
            true => Vec::new(),
            false => change::of_counting(self.client, counting, false)?,
        };
        for line in lines.values() {
            let of = |lines: &[Line]| lines.iter().find(|other| other.line == line.line).cloned();
            let Some(found) = of(&open).or_else(|| of(&all)) else {
                self.fail(AckWarning::Gone(line.clone()), 1);
                continue;
            };
            if !line.is_same(&found) {
                self.fail(AckWarning::Other(line.clone(), Box::new(found)), 1);
            } else if found.quantity != line.quantity {
                self.fail(AckWarning::Changed(line.clone(), found.quantity), 1);
            } else if of(&open).is_none() {
                self.figures.already += 1;
            } else if let AckOutcome::Unknown(error) =
                self.send(change::UPDATE, &change::update(line), &[line])?
            {
                let now = change::of_counting(self.client, counting, true);
                let is_taken = now.as_ref().is_ok_and(|now| of(now).is_none());
                let (taken, unknown) = if is_taken { (&[line][..], &[][..]) } else { (&[][..], &[line][..]) };
                self.settle(taken, unknown, error, now.err())?;
            }
        }
        Ok(())
    }

    fn send(
        &mut self,
        name: &'static str,
        input: &Value,
        lines: &[&Line],
    ) -> Result<AckOutcome, ReportError> {
        let operation = dynamic::find(name).ok_or(ReportError::Contract(name))?;
        let request = dynamic::request_from_json(operation, input)
            .map_err(|error| ReportError::Request(name, error))?;
        if !self.dry {
            match request.call(self.client) {
                Ok(_) => {}
                Err(error) if error.outcome() == Outcome::Unknown => return Ok(AckOutcome::Unknown(error)),
                Err(error) if error.scope().is_record(self.figures.acknowledged > 0) => {
                    let why = match &error {
                        Error::Refused(refused) => refused.reason(),
                        error => error.to_string(),
                    };
                    if let Some(line) = lines.first() {
                        self.fail(AckWarning::Refused((*line).clone(), lines.len(), why), lines.len() as u64);
                    }
                    return Ok(AckOutcome::Refused);
                }
                Err(error) => return Err(ReportError::Call(error)),
            }
        }
        self.figures.acknowledged += lines.len() as u64;
        Ok(AckOutcome::Taken)
    }

    fn fail(&mut self, told: AckWarning, lines: u64) {
        self.figures.failed += lines;
        (self.told)(told);
    }
}
