//! The log of requests.

use std::collections::VecDeque;
use std::time::SystemTime;

use crate::redact::redact_text;

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
}

/// The last 10,000 requests.
#[derive(Debug, Default)]
pub(super) struct Log(VecDeque<LoggedRequest>);

impl Log {
    pub fn add(&mut self, operation: &str, body: &str) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        let mut body = redact_text(body);
        if body.len() > KEPT_BODY {
            let end = (0..=KEPT_BODY).rev().find(|end| body.is_char_boundary(*end)).unwrap_or_default();
            body.truncate(end);
        }
        self.0.push_back(LoggedRequest { time: SystemTime::now(), operation: operation.to_owned(), body });
    }

    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.0.iter().cloned().collect()
    }
}
