//! The log of requests.

use std::collections::VecDeque;
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::redact::redact_text;
use crate::sandbox::faults::disturbance::DisturbanceKind;

/// How many requests are kept; older ones are forgotten.
const KEPT: usize = 10_000;

/// How much of a body is kept, in bytes.
const KEPT_BODY: usize = 16 * 1024;

/// A request that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// When it came.
    pub time: SystemTime,
    /// Name of the operation; empty where the request named none of the contract's.
    pub operation: String,
    /// The body with `***` for passwords, cut to 16 KiB.
    pub body: String,
    /// What happened to it instead of an answer, or with it.
    pub disturbance: Option<DisturbanceKind>,
    /// Members of the request that the contract does not have and the sandbox passed over, by their paths:
    /// `co.OrderInfo.OrderRemrk`. The first hundred.
    pub passed_over: Vec<String>,
}

impl LoggedRequest {
    /// As the log is shown from outside.
    pub(crate) fn to_json(&self) -> Value {
        let time = DateTime::<Utc>::from(self.time).to_rfc3339_opts(SecondsFormat::Millis, true);
        let disturbance = self.disturbance.as_ref().map(ToString::to_string);
        json!({
            "time": time,
            "operation": self.operation,
            "disturbance": disturbance,
            "passedOver": self.passed_over,
            "body": self.body,
        })
    }
}

/// The last 10,000 requests.
#[derive(Debug, Default)]
pub(crate) struct Log {
    kept: VecDeque<LoggedRequest>,
    /// How many came in before those that are kept.
    forgotten: usize,
}

impl Log {
    /// Adds a request. Its number, for what there is to say of it later.
    pub fn add(&mut self, operation: &str, body: &str, disturbance: Option<DisturbanceKind>) -> usize {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
            self.forgotten += 1;
        }
        let mut body = redact_text(body);
        if body.len() > KEPT_BODY {
            let end = (0..=KEPT_BODY).rev().find(|end| body.is_char_boundary(*end)).unwrap_or_default();
            body.truncate(end);
        }
        let (time, operation) = (SystemTime::now(), operation.to_owned());
        self.kept.push_back(LoggedRequest { time, operation, body, disturbance, passed_over: Vec::new() });
        self.forgotten + self.kept.len() - 1
    }

    /// Says what was passed over of a request. The whole entry, unless it is forgotten.
    pub fn pass_over(&mut self, number: usize, passed_over: Vec<String>) -> Option<LoggedRequest> {
        let entry = self.kept.get_mut(number.checked_sub(self.forgotten)?)?;
        entry.passed_over = passed_over;
        Some(entry.clone())
    }

    /// The last so many, oldest first.
    pub fn last(&self, number: usize) -> Vec<LoggedRequest> {
        self.kept.iter().skip(self.kept.len().saturating_sub(number)).cloned().collect()
    }
}
