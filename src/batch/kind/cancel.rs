//! Records taken back before the warehouse works on them.

use serde_json::{Map, Value};

use super::Kind;
use super::finding::{Asked, ask};
use super::identity::Key;
use super::lookup::{Lookup, Plan};
use crate::batch::contract::json_path::{put, text_at};
use crate::client::Client;
use crate::dynamic::{Request, request_from_json};
use crate::error::Error;
use crate::outcome::Outcome;

/// How records of a kind are cancelled.
#[derive(Debug)]
pub struct Cancel {
    /// What one record is called: `order`.
    pub noun: &'static str,
    /// Where a row has its status in words; empty where it has none.
    pub status_text: &'static str,
    /// Until when it can be cancelled, as a sentence.
    pub until: &'static str,
}

/// What became of a record that was to be cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cancelled {
    /// It is cancelled.
    Now,
    /// It was cancelled before; nothing was sent.
    Before,
    /// The service refused to cancel it, or has no such record: why.
    Refused(String),
    /// Nothing was done: why.
    NotDone(String),
    /// It may be cancelled or not: why that is not known.
    Unknown(String),
}

/// Cancels records of a kind by the goods owner's numbers, one after the other.
///
/// Each is looked up first: what is cancelled already is not sent again, so that a program can be run twice.
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
/// assert_eq!(became, Cancelled::Refused("there is no order WEB-10001".to_owned()));
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

/// What the warehouse holds under a number.
enum Held {
    Nothing,
    Cancelled,
    /// One that is not cancelled, with its status.
    Open(String),
    Unclear(String),
}

impl Kind {
    /// Begins to cancel records; `None` where records of this kind cannot be cancelled, or the contract that this program
    /// is built with lacks what is needed for it.
    pub fn canceller<'c>(&'static self, client: &'c Client) -> Option<Canceller<'c>> {
        let (how, lookup) = (self.cancel?, self.lookup?);
        // Any number shows whether there can be requests.
        self.cancel_requests("1")?;
        Some(Canceller { client, kind: self, how, lookup, succeeded: false })
    }

    /// Returns the requests that cancelling a record makes: the look-up, and the one that takes it back. `None` as for
    /// [`canceller`](Self::canceller).
    pub fn cancel_requests(&self, number: &str) -> Option<[Box<dyn Request>; 2]> {
        self.cancel?;
        let (key, payload) = self.removal(number)?;
        let plan = self.lookup?.plan(&[&key])?;
        let query = request_from_json(plan.operation, &plan.query).ok()?;
        let removal = request_from_json(self.operation()?, &Value::Object(payload)).ok()?;
        Some([query, removal])
    }

    /// The number of a record, and the payload that takes it back.
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
    /// What is about the session: no other record fares better, and this one was not cancelled.
    pub fn cancel(&mut self, number: &str) -> Result<Cancelled, Error> {
        match self.look(number)? {
            Held::Nothing => {
                return Ok(Cancelled::Refused(format!("there is no {} {number}", self.how.noun)));
            }
            Held::Cancelled => return Ok(Cancelled::Before),
            Held::Unclear(why) => return Ok(Cancelled::NotDone(why)),
            Held::Open(_) => {}
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
            Error::Refused(refused) => refused.message().to_owned(),
            error => error.to_string(),
        };
        match error.outcome() {
            Outcome::Refused => {
                // The status is worth telling, and no reason to say anything else.
                let status = match self.look(number) {
                    Ok(Held::Open(status)) if !status.is_empty() => format!("; its status is {status}"),
                    _ => String::new(),
                };
                Ok(Cancelled::Refused(format!("{why}{status}")))
            }
            Outcome::NotDone if error.scope().is_record(self.succeeded) => Ok(Cancelled::NotDone(why)),
            Outcome::NotDone => Err(error),
            Outcome::Unknown | Outcome::Partial | Outcome::Done => Ok(self.look_again(number, &why)),
        }
    }

    /// What became of a record whose cancelling may have been carried out.
    fn look_again(&mut self, number: &str, why: &str) -> Cancelled {
        let seen = match self.look(number) {
            Ok(Held::Cancelled) => {
                self.succeeded = true;
                return Cancelled::Now;
            }
            Ok(Held::Open(status)) => {
                format!("its status is {status}, but the request may still be carried out")
            }
            Ok(Held::Nothing) => "it is not there any more".to_owned(),
            Ok(Held::Unclear(why)) => why,
            // The error that hides what became of it may also hide this; then it stays unknown.
            Err(second) => format!("another look failed: {second}"),
        };
        Cancelled::Unknown(format!("{why}; {seen}"))
    }

    fn look(&self, number: &str) -> Result<Held, Error> {
        let plan: Option<Plan> = self.kind.removal(number).and_then(|(key, _)| self.lookup.plan(&[&key]));
        let Some(plan) = plan else {
            return Ok(Held::Unclear("the warehouse cannot be asked for it".to_owned()));
        };
        let (mut is_there, mut open) = (false, None);
        // A service that does not know the filter gives others too.
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
            (Asked::Not(why), _) => Held::Unclear(why),
            (_, Some(status)) => Held::Open(status),
            (Asked::Truncated, None) => Held::Unclear("the answer has more rows than asked for".to_owned()),
            (Asked::All, None) if is_there => Held::Cancelled,
            (Asked::All, None) => Held::Nothing,
        })
    }
}
