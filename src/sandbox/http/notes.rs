//! Notes about a request besides its answer.

use crate::sandbox::exchanges::exchange::Invalid;
use crate::sandbox::refused::{RefusalKind, Refused};

/// The outcome of a request, with what was noticed.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Paths of the request's ignored members.
    pub passed_over: Vec<String>,
    /// Code of the calling goods owner.
    pub goods_owner: Option<String>,
    /// The text of a refusal or fault.
    pub message: Option<String>,
    /// The kind of a refusal.
    pub error_kind: Option<String>,
    /// Why the request cannot be read.
    pub invalid: Option<Box<Invalid>>,
    /// Whether the sandbox failed.
    pub is_broken: bool,
    /// Whether a disturbance prevented it.
    pub is_disturbed: bool,
}

impl Notes {
    pub fn refused(&mut self, refused: &Refused) {
        self.message = Some(refused.message.clone());
        self.error_kind = refused.kind_name();
        self.is_broken = refused.reason == RefusalKind::Broken;
    }
}
