//! A filter for exchanges.

use memchr::memchr2_iter;

use super::exchange::{Exchange, ExchangeKind, ExchangeOutcome};

/// A filter for exchanges: all conditions must hold.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use ongoing_wms::sandbox::{ExchangeFilter, ExchangeOutcome, Sandbox};
/// let sandbox = Sandbox::start()?;
/// let sent = ExchangeFilter::requests().operation("ProcessOrder").key("1006").outcome(ExchangeOutcome::Done);
/// assert_eq!(sandbox.count_exchanges(&sent), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct ExchangeFilter {
    pub(crate) kind: Option<ExchangeKind>,
    pub(crate) name: Option<String>,
    pub(crate) outcome: Option<ExchangeOutcome>,
    pub(crate) key: Option<String>,
    /// A text anywhere in it, ignoring case.
    pub(crate) text: Option<String>,
    /// Ids below this one.
    pub(crate) before: Option<u64>,
    /// Ids above this one.
    pub(crate) after: Option<u64>,
}

impl ExchangeFilter {
    /// Requests and work.
    pub fn all() -> ExchangeFilter {
        ExchangeFilter::default()
    }

    /// Requests to the service only.
    pub fn requests() -> ExchangeFilter {
        ExchangeFilter { kind: Some(ExchangeKind::Request), ..ExchangeFilter::default() }
    }

    /// Work in the warehouse only.
    pub fn work() -> ExchangeFilter {
        ExchangeFilter { kind: Some(ExchangeKind::Work), ..ExchangeFilter::default() }
    }

    /// Selects those of this operation or action.
    pub fn operation(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Selects those about the order, article and so on with this number or id.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Selects those with this outcome.
    pub fn outcome(mut self, outcome: ExchangeOutcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// Selects those that contain this text, ignoring case.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Selects those after this number.
    pub fn after(mut self, id: u64) -> Self {
        self.after = Some(id);
        self
    }

    /// Selects those before this number.
    pub fn before(mut self, id: u64) -> Self {
        self.before = Some(id);
        self
    }

    pub(crate) fn matches(&self, exchange: &Exchange) -> bool {
        self.kind.is_none_or(|kind| exchange.kind == kind)
            && self.name.as_ref().is_none_or(|name| exchange.name.eq_ignore_ascii_case(name))
            && self.outcome.is_none_or(|outcome| exchange.outcome == outcome)
            && self.before.is_none_or(|before| exchange.id < before)
            && self.after.is_none_or(|after| exchange.id > after)
            && self.key.as_ref().is_none_or(|key| exchange.keys().iter().any(|known| known.value == *key))
            && self.text.as_ref().is_none_or(|text| has_text(exchange, text))
    }
}

fn has_text(exchange: &Exchange, text: &str) -> bool {
    let has = |bytes: &[u8]| contains(bytes, text.as_bytes());
    has(exchange.name.as_bytes())
        || exchange.message.as_ref().is_some_and(|message| has(message.as_bytes()))
        || exchange.goods_owner.as_ref().is_some_and(|owner| has(owner.as_bytes()))
        || has(exchange.outcome.as_str().as_bytes())
        || has(&exchange.request.body)
        || exchange.answer.as_ref().is_some_and(|answer| has(&answer.body))
}

/// Whether it contains these bytes, ignoring the case of ASCII letters.
fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else { return true };
    let starts = memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), bytes);
    let mut starts = starts.map(|start| &bytes[start..]);
    starts.any(|rest| rest.len() >= wanted.len() && rest[..wanted.len()].eq_ignore_ascii_case(wanted))
}
