//! Cancels records before the warehouse works on them.

use serde_json::{Map, Value};

use super::Kind;
use super::finding::{QueryEnd, ask};
use super::identity::Key;
use super::lookup::{Lookup, LookupQuery};
use crate::batch::contract::json_path::{put, text_at};
use crate::client::Client;
use crate::dynamic::{Request, request_from_json};
use crate::error::Error;
use crate::outcome::Outcome;

/// How records of a kind are cancelled.
#[derive(Debug)]
pub struct Cancel {
    /// The word for one record: `order`.
    pub noun: &'static str,
    /// Path of the status text in a row; empty if there is none.
    pub status_text: &'static str,
    /// A sentence that says until when it can be cancelled.
    pub until: &'static str,
}

/// The outcome of a cancellation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cancelled {
    /// It is cancelled.
    Now,
    /// It was already cancelled; nothing was sent.
    Before,
    /// The service has no such record; nothing was sent.
    NotFound,
    /// The service refused to cancel it; with the reason.
    Refused(String),
    /// Nothing was done; with the reason.
    NotDone(String),
    /// Whether it is cancelled is unknown; with the reason.
    Unknown(String),
}

/// Cancels records of a kind by the goods owner's numbers, one after the other.
///
/// Each is looked up first; a cancelled one is not sent again, so that a program can be run twice.
///
/// ```
/// # #[cfg(feature = "sandbox")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use ongoing_wms::batch::Kind;
/// use ongoing_wms::batch::kind::cancel::Cancelled;
/// # let sandbox = ongoing_wms::sandbox::Sandbox::start()?;
/// # let client = ongoing_wms::Client::builder(sandbox.url()).credentials(sandbox.credentials()).build()?;
///
/// let orders = Kind::find("orders").ok_or("no such kind")?;
/// let mut canceller = orders.canceller(&client).ok_or("the contract cannot cancel orders")?;
/// let became = canceller.cancel("WEB-10001")?;
/// assert_eq!(became, Cancelled::NotFound);
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sandbox"))]
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct Canceller<'c> {
    client: &'c Client,
    kind: &'static Kind,
    how: &'static Cancel,
    lookup: &'static Lookup,
    /// Whether a record was cancelled by this value.
    succeeded: bool,
}

/// What the warehouse has under a number.
enum CancelFinding {
    Nothing,
    Cancelled,
    /// A record that is not cancelled, with its status.
    Open(String),
    Unclear(String),
}

impl Kind {
    /// Returns a canceller; `None` if records of this kind cannot be cancelled, or the contract of this build lacks
    /// what is needed.
    pub fn canceller<'c>(&'static self, client: &'c Client) -> Option<Canceller<'c>> {
        let (how, lookup) = (self.cancel?, self.lookup?);
        // Any number shows whether requests are possible.
        self.cancel_requests("1")?;
        Some(Canceller { client, kind: self, how, lookup, succeeded: false })
    }

    /// Returns the requests for cancelling a record: the look-up, and the cancellation. `None` as for
    /// [`canceller`](Self::canceller).
    pub fn cancel_requests(&self, number: &str) -> Option<[Box<dyn Request>; 2]> {
        self.cancel?;
        let (key, payload) = self.removal(number)?;
        let plan = self.lookup?.plan(&[&key])?;
        let query = request_from_json(plan.operation, &plan.query).ok()?;
        let removal = request_from_json(self.operation()?, &Value::Object(payload)).ok()?;
        Some([query, removal])
    }

    /// The number of a record, and the payload that cancels it.
    fn removal(&self, number: &str) -> Option<(Key, Map<String, Value>)> {
        let way = self.identity.ways.first()?;
        let mut payload = Map::new();
        for (path, value) in [
            (self.identity.by, way.name),
            (self.identity.operation, "Remove"),
            (*way.members.first()?, number),
        ] {
            put(&mut payload, path.split('.'), Value::from(value));
        }
        let key = self.identity.key(&payload).ok()?;
        Some((key, payload))
    }
}

impl Canceller<'_> {
    /// Cancels a record.
    ///
    /// # Errors
    /// The failure concerns the session: other records would fail too, and this one was not cancelled.
    pub fn cancel(&mut self, number: &str) -> Result<Cancelled, Error> {
        match self.look(number)? {
            CancelFinding::Nothing => return Ok(Cancelled::NotFound),
            CancelFinding::Cancelled => return Ok(Cancelled::Before),
            CancelFinding::Unclear(why) => return Ok(Cancelled::NotDone(why)),
            CancelFinding::Open(_) => {}
        }
        let Some([_, removal]) = self.kind.cancel_requests(number) else {
            return Ok(Cancelled::NotDone(format!(
                "{} is not a number that can be sent",
                Value::from(number)
            )));
        };
        let Err(error) = removal.call(self.client) else {
            self.succeeded = true;
            return Ok(Cancelled::Now);
        };
        let why = match &error {
            Error::Refused(refused) => refused.reason(),
            error => error.to_string(),
        };
        match error.outcome() {
            Outcome::Refused => {
                // The status is worth reporting, but does not change the outcome.
                let status = match self.look(number) {
                    Ok(CancelFinding::Open(status)) if !status.is_empty() => {
                        format!("; its status is {status}")
                    }
                    _ => String::new(),
                };
                Ok(Cancelled::Refused(format!("{why}{status}")))
            }
            Outcome::NotDone if error.scope().is_record(self.succeeded) => Ok(Cancelled::NotDone(why)),
            Outcome::NotDone => Err(error),
            Outcome::Unknown | Outcome::Partial | Outcome::Done => Ok(self.look_again(number, &why)),
        }
    }

    /// Looks up a record whose cancellation may have been carried out.
    fn look_again(&mut self, number: &str, why: &str) -> Cancelled {
        let seen = match self.look(number) {
            Ok(CancelFinding::Cancelled) => {
                self.succeeded = true;
                return Cancelled::Now;
            }
            Ok(CancelFinding::Open(status)) => {
                format!("its status is {status}, but the request may still be carried out")
            }
            Ok(CancelFinding::Nothing) => "it no longer exists".to_owned(),
            Ok(CancelFinding::Unclear(why)) => why,
            // The error that hides the outcome may also prevent this look-up; then it stays unknown.
            Err(second) => format!("looking it up again failed: {second}"),
        };
        Cancelled::Unknown(format!("{why}; {seen}"))
    }

    fn look(&self, number: &str) -> Result<CancelFinding, Error> {
        let plan: Option<LookupQuery> =
            self.kind.removal(number).and_then(|(key, _)| self.lookup.plan(&[&key]));
        let Some(plan) = plan else {
            return Ok(CancelFinding::Unclear("the warehouse has no query for it".to_owned()));
        };
        let (mut is_there, mut open) = (false, None);
        // A service that ignores the filter also returns others.
        let asked = ask(self.client, &plan, 1, &mut |row| {
            if text_at(row, plan.shown).as_deref() != Some(number) {
                return;
            }
            is_there = true;
            if open.is_none() && !self.lookup.is_cancelled(row) {
                let at = |path: &str| {
                    Some(path).filter(|path| !path.is_empty()).and_then(|path| text_at(row, path))
                };
                let status = [at(self.lookup.status), at(self.how.status_text)];
                open = Some(status.into_iter().flatten().collect::<Vec<_>>().join(" "));
            }
        })?;
        Ok(match (asked, open) {
            (QueryEnd::Not(why), _) => CancelFinding::Unclear(why),
            (_, Some(status)) => CancelFinding::Open(status),
            (QueryEnd::Truncated, None) => {
                CancelFinding::Unclear("the answer has more rows than requested".to_owned())
            }
            (QueryEnd::All, None) if is_there => CancelFinding::Cancelled,
            (QueryEnd::All, None) => CancelFinding::Nothing,
        })
    }
}
