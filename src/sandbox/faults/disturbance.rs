//! Faults on demand: what the network and the service do on a bad day.

use std::time::Duration;

use crate::sandbox::keys::{self, Key};

/// One disturbance, used up by the requests that meet it.
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
    /// Name of the operation that it waits for; `None` for any request.
    pub operation: Option<String>,
    /// Number or id of an order, article and so on that the request must name; `None` for any request.
    pub key: Option<String>,
    /// What happens.
    pub kind: DisturbanceKind,
    /// How many requests meet it, [`u32::MAX`] for all. Defaults to 1.
    pub times: u32,
    /// Whether a request meets it is a matter of chance. Defaults to `None`: each one that can, does.
    pub chance: Option<Chance>,
}

/// How likely a request meets a disturbance. The seed decides about the first request that can meet it, the second, and
/// so on, whatever else is disturbed.
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
    /// The request is carried out and answered this much later, even when the caller has gone meanwhile.
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
    /// The request is carried out, and the answer is no XML.
    Garbage,
    /// The request is carried out, and the answer comes in ten pieces with this much time before each.
    SlowDrip(Duration),
    /// The request is carried out, and structures of the answer have a member more that no contract knows.
    ExtraMembers,
    /// The request is carried out, and the members of the answer's structures come in reverse order.
    ReorderedMembers,
    /// The request is not carried out; a page of HTML answers, as a proxy in between does.
    Html,
    /// The request is refused, in the way in which the warehouse's own rules refuse such a request.
    Refuse {
        /// The message.
        text: String,
        /// Kind of the error, for answers whose errors have kinds. Defaults to their `UnknownError`.
        kind: Option<String>,
    },
}

impl DisturbanceKind {
    /// Its name in texts, such as `cut-after`.
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
    /// Whether it keeps the request from being looked at.
    pub(crate) fn comes_first(&self) -> bool {
        use DisturbanceKind::{CutBefore, Fault, Html, Status};
        matches!(self, CutBefore | Status { .. } | Fault(_) | Html)
    }
}

impl Disturbance {
    /// Meets the next request, whatever it is.
    pub fn any(kind: DisturbanceKind) -> Disturbance {
        Disturbance { operation: None, key: None, kind, times: 1, chance: None }
    }

    /// Meets the next request of this operation.
    pub fn on(operation: impl Into<String>, kind: DisturbanceKind) -> Disturbance {
        Disturbance { operation: Some(operation.into()), ..Disturbance::any(kind) }
    }

    /// Meets only requests that name an order, article and so on by this number or id.
    pub fn about(mut self, key: impl Into<String>) -> Disturbance {
        self.key = Some(key.into());
        self
    }

    /// Meets so many requests.
    pub fn times(mut self, times: u32) -> Disturbance {
        self.times = times;
        self
    }

    /// Meets each request with this probability, from 0 to 1, as long as nobody takes it back or says how many
    /// [`times`](Self::times).
    pub fn randomly(mut self, probability: f64, seed: u64) -> Disturbance {
        self.times = u32::MAX;
        self.chance = Some(Chance { probability, seed });
        self
    }
}

/// A disturbance that waits, with its dice.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub id: u64,
    pub disturbance: Disturbance,
    dice: fastrand::Rng,
}

impl Waiting {
    /// Whether a request of this operation, about these things, meets it. Every request that can, throws.
    fn meets(&mut self, operation: &str, keys: &[Key]) -> bool {
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

/// The disturbances that wait.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: Vec<Waiting>,
    last_id: u64,
}

impl Queue {
    pub fn add(&mut self, disturbance: Disturbance) {
        if disturbance.times == 0 {
            return;
        }
        let dice = fastrand::Rng::with_seed(disturbance.chance.map_or(0, |chance| chance.seed));
        self.last_id += 1;
        self.waiting.push(Waiting { id: self.last_id, disturbance, dice });
    }

    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// Takes one back. `false` where none of this id waits.
    pub fn remove(&mut self, id: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| waiting.id != id);
        self.waiting.len() < before
    }

    /// Those that still wait, with what is left of their times.
    pub fn waiting(&self) -> &[Waiting] {
        &self.waiting
    }

    /// What happens to a request of this operation: of several that it meets, the first.
    pub fn next(&mut self, operation: &str, body: &[u8]) -> Option<DisturbanceKind> {
        // What a request is about is looked for only where it matters.
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
