//! Warnings about an input.

use std::fmt;
use std::sync::Arc;

use super::InputError;

type WarningHandler = dyn Fn(&InputError) + Send + Sync;

/// Receives warnings; none by default.
#[derive(Clone, Default)]
pub struct OnWarning(Option<Arc<WarningHandler>>);

impl OnWarning {
    pub fn new(told: impl Fn(&InputError) + Send + Sync + 'static) -> OnWarning {
        OnWarning(Some(Arc::new(told)))
    }

    pub fn tell(&self, warning: &InputError) {
        if let Some(told) = &self.0 {
            told(warning);
        }
    }
}

impl fmt::Debug for OnWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "OnWarning(..)" } else { "OnWarning(nobody)" })
    }
}
