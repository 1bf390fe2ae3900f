//! Disturbances, and the queue of those that wait for requests.

use std::time::Duration;

use crate::sandbox::keys::{self, ThingKey};

/// A simulated failure of the network or the service, used up by the requests that it applies to.
///
/// ```
/// use std::time::Duration;
/// use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
/// let slow = Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_millis(200)));
/// let busy = Disturbance::any(DisturbanceKind::Status { code: 503, retry_after: Some(1) }).times(3);
/// let now_and_then = Disturbance::any(DisturbanceKind::CutAfter).randomly(0.1, 7);
/// // As on the command line.
/// let same: Disturbance = "cut-after,probability=0.1,seed=7".parse()?;
/// assert_eq!(same, now_and_then);
/// # let _ = (slow, busy);
/// # Ok::<(), ongoing_wms::sandbox::DisturbanceError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Disturbance {
    /// Name of the operation that it applies to; `None` for any request.
    pub operation: Option<String>,
    /// Number or id of an order, article and so on that the request must name; `None` for any request.
    pub key: Option<String>,
    /// What happens.
    pub kind: DisturbanceKind,
    /// Number of requests that it applies to, [`u32::MAX`] for all. Defaults to 1.
    pub times: u32,
    /// The probability that it applies to a request. Defaults to `None`: it applies to every matching request.
    pub chance: Option<Chance>,
}

/// The probability that a disturbance applies. The seed decides for the first matching request, the second, and so on,
/// independently of other disturbances.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Chance {
    /// From 0, never, to 1, always.
    pub probability: f64,
    /// The same seed gives the same decisions.
    pub seed: u64,
}

/// What a disturbance does to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DisturbanceKind {
    /// The request is carried out and answered after this delay, even if the caller has gone.
    Delay(Duration),
    /// The request is not carried out; the answer has this HTTP status and a page of text.
    Status {
        /// The status, such as 429 or 503.
        code: u16,
        /// The header `Retry-After`, in seconds.
        retry_after: Option<u32>,
    },
    /// The request is not carried out; the answer is a server fault with this text.
    Fault(String),
    /// The connection is cut before the request is carried out.
    CutBefore,
    /// The request is carried out, and the connection is cut before the answer.
    CutAfter,
    /// The request is carried out, and the connection is cut in the middle of the answer.
    CutMidAnswer,
    /// The request is carried out, and the answer is not XML.
    Garbage,
    /// The request is carried out, and the answer is sent in ten pieces with this pause before each.
    SlowDrip(Duration),
    /// The request is carried out, and structures in the answer have an additional unknown member.
    ExtraMembers,
    /// The request is carried out, and the members of structures in the answer are in reverse order.
    ReorderedMembers,
    /// The request is not carried out; the answer is an HTML page, as from a proxy.
    Html,
    /// The request is refused in the same form as by the warehouse's own rules.
    Refuse {
        /// The message.
        text: String,
        /// The error's kind, in answers that have one. Defaults to `UnknownError`.
        error_kind: Option<String>,
    },
}

impl DisturbanceKind {
    /// Its name as text, such as `cut-after`.
    pub fn name(&self) -> &'static str {
        match self {
            DisturbanceKind::Delay(_) => "delay",
            DisturbanceKind::Status { .. } => "status",
            DisturbanceKind::Fault(_) => "fault",
            DisturbanceKind::CutBefore => "cut-before",
            DisturbanceKind::CutAfter => "cut-after",
            DisturbanceKind::CutMidAnswer => "cut-mid-answer",
            DisturbanceKind::Garbage => "garbage",
            DisturbanceKind::SlowDrip(_) => "slow-drip",
            DisturbanceKind::ExtraMembers => "extra-members",
            DisturbanceKind::ReorderedMembers => "reordered-members",
            DisturbanceKind::Html => "html",
            DisturbanceKind::Refuse { .. } => "refuse",
        }
    }
}

impl DisturbanceKind {
    /// Whether it prevents the request from being carried out.
    pub(crate) fn comes_first(&self) -> bool {
        use DisturbanceKind::{CutBefore, Fault, Html, Status};
        matches!(self, CutBefore | Status { .. } | Fault(_) | Html)
    }
}

impl Disturbance {
    /// Creates a disturbance of the next request.
    pub fn any(kind: DisturbanceKind) -> Disturbance {
        Disturbance { operation: None, key: None, kind, times: 1, chance: None }
    }

    /// Creates a disturbance of the next request for this operation.
    pub fn on(operation: impl Into<String>, kind: DisturbanceKind) -> Disturbance {
        Disturbance { operation: Some(operation.into()), ..Disturbance::any(kind) }
    }

    /// Applies only to requests that name an order, article and so on by this number or id.
    pub fn about(mut self, key: impl Into<String>) -> Disturbance {
        self.key = Some(key.into());
        self
    }

    /// Applies to this number of requests.
    pub fn times(mut self, times: u32) -> Disturbance {
        self.times = times;
        self
    }

    /// Applies to each request with this probability, from 0 to 1, until it is removed or has applied a number of
    /// [`times`](Self::times).
    pub fn randomly(mut self, probability: f64, seed: u64) -> Disturbance {
        self.times = u32::MAX;
        self.chance = Some(Chance { probability, seed });
        self
    }
}

/// A waiting disturbance, with its random generator.
#[derive(Debug)]
pub(crate) struct WaitingDisturbance {
    pub id: u64,
    pub disturbance: Disturbance,
    dice: fastrand::Rng,
}

impl WaitingDisturbance {
    /// Whether it applies to a request for this operation about these things. Every matching request draws a random
    /// number.
    fn meets(&mut self, operation: &str, keys: &[ThingKey]) -> bool {
        let Disturbance { operation: only, key, chance, .. } = &self.disturbance;
        if only.as_deref().is_some_and(|name| name != operation)
            || key.as_ref().is_some_and(|key| !keys.iter().any(|named| named.value == *key))
        {
            return false;
        }
        match chance {
            None => true,
            Some(chance) => self.dice.f64() < chance.probability,
        }
    }
}

/// The waiting disturbances.
#[derive(Debug, Default)]
pub(crate) struct DisturbanceQueue {
    waiting: Vec<WaitingDisturbance>,
    last_id: u64,
}

impl DisturbanceQueue {
    pub fn add(&mut self, disturbance: Disturbance) {
        if disturbance.times == 0 {
            return;
        }
        let dice = fastrand::Rng::with_seed(disturbance.chance.map_or(0, |chance| chance.seed));
        self.last_id += 1;
        self.waiting.push(WaitingDisturbance { id: self.last_id, disturbance, dice });
    }

    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// Removes one. `false` if none with this id is waiting.
    pub fn remove(&mut self, id: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| waiting.id != id);
        self.waiting.len() < before
    }

    /// The waiting disturbances, with their remaining counts.
    pub fn waiting(&self) -> &[WaitingDisturbance] {
        &self.waiting
    }

    /// The disturbance of a request for this operation: the first one that applies.
    pub fn next(&mut self, operation: &str, body: &[u8]) -> Option<DisturbanceKind> {
        // The keys of a request are extracted only if they matter.
        let keys = match self.waiting.iter().any(|waiting| waiting.disturbance.key.is_some()) {
            true => keys::in_bodies(operation, &[body]),
            false => Vec::new(),
        };
        let mut first: Option<&mut Disturbance> = None;
        for waiting in &mut self.waiting {
            if waiting.meets(operation, &keys) && first.is_none() {
                first = Some(&mut waiting.disturbance);
            }
        }
        let found = first?;
        if found.times < u32::MAX {
            found.times -= 1;
        }
        let kind = found.kind.clone();
        self.waiting.retain(|waiting| waiting.disturbance.times > 0);
        Some(kind)
    }
}
