//! What there is to tell of a request besides its answer.

use crate::sandbox::exchanges::exchange::Invalid;
use crate::sandbox::refused::{Reason, Refused};

/// Outcome of a request, and what was noticed on the way.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// The request's members that were passed over, by their paths.
    pub passed_over: Vec<String>,
    /// Code of the goods owner that asked.
    pub goods_owner: Option<String>,
    /// What a refusal or fault says.
    pub message: Option<String>,
    /// The kind of a refusal.
    pub error_kind: Option<String>,
    /// Why the request cannot be read.
    pub invalid: Option<Box<Invalid>>,
    /// Whether the sandbox failed.
    pub is_broken: bool,
    /// Whether a disturbance came first.
    pub is_disturbed: bool,
}

impl Notes {
    pub fn refused(&mut self, refused: &Refused) {
        self.message = Some(refused.message.clone());
        self.error_kind = refused.kind_name();
        self.is_broken = refused.reason == Reason::Broken;
    }
}
