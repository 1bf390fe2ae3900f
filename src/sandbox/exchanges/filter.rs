//! Which exchanges are asked for.

use memchr::memchr2_iter;

use super::exchange::{Exchange, ExchangeKind, ExchangeOutcome};

/// Conditions that all must hold; `None` holds always.
#[derive(Debug, Clone, Default)]
pub(crate) struct ExchangeFilter {
    pub kind: Option<ExchangeKind>,
    pub name: Option<String>,
    pub outcome: Option<ExchangeOutcome>,
    pub key: Option<String>,
    /// Anywhere in it, whatever the case.
    pub text: Option<String>,
    /// Ids below this one.
    pub before: Option<u64>,
    /// Ids above this one.
    pub after: Option<u64>,
}

impl ExchangeFilter {
    pub fn matches(&self, exchange: &Exchange) -> bool {
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

/// Whether these bytes are in there, whatever the case of ASCII letters.
fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else { return true };
    let starts = memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), bytes);
    let mut starts = starts.map(|start| &bytes[start..]);
    starts.any(|rest| rest.len() >= wanted.len() && rest[..wanted.len()].eq_ignore_ascii_case(wanted))
}
