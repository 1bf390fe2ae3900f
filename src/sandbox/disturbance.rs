//! Faults on demand: what the network and the service do on a bad day.

use std::collections::VecDeque;
use std::time::Duration;

/// One disturbance, used up by the requests that meet it.
///
/// ```
/// use std::time::Duration;
/// use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
/// let slow = Disturbance::on("ProcessOrder", DisturbanceKind::Delay(Duration::from_millis(200)));
/// let busy = Disturbance::any(DisturbanceKind::Status { code: 503, retry_after: Some(1) }).times(3);
/// # let _ = (slow, busy);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Disturbance {
    /// Name of the operation that it waits for; `None` for any request.
    pub operation: Option<String>,
    /// What happens.
    pub kind: DisturbanceKind,
    /// How many requests meet it. Defaults to 1.
    pub times: u32,
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
}

impl Disturbance {
    /// Meets the next request, whatever it is.
    pub fn any(kind: DisturbanceKind) -> Disturbance {
        Disturbance { operation: None, kind, times: 1 }
    }

    /// Meets the next request of this operation.
    pub fn on(operation: impl Into<String>, kind: DisturbanceKind) -> Disturbance {
        Disturbance { operation: Some(operation.into()), kind, times: 1 }
    }

    /// Meets so many requests.
    pub fn times(mut self, times: u32) -> Disturbance {
        self.times = times;
        self
    }
}

/// The disturbances that wait.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<Disturbance>);

impl Queue {
    pub fn add(&mut self, disturbance: Disturbance) {
        if disturbance.times > 0 {
            self.0.push_back(disturbance);
        }
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// What happens to a request of this operation.
    pub fn next(&mut self, operation: &str) -> Option<DisturbanceKind> {
        let meets = |waiting: &Disturbance| waiting.operation.as_deref().is_none_or(|name| name == operation);
        let index = self.0.iter().position(meets)?;
        let found = self.0.get_mut(index)?;
        found.times -= 1;
        let kind = found.kind.clone();
        if found.times == 0 {
            self.0.remove(index);
        }
        Some(kind)
    }
}
