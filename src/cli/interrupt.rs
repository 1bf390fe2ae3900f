//! Ctrl-C: the first asks for an end, the second takes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::failure::warn;

/// Whether somebody wants an end.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
    heard: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens for Ctrl-C, and for being told to end by the system.
    pub fn listen() -> Interrupt {
        let interrupt = Interrupt::default();
        let asked = interrupt.clone();
        let handler = move || {
            if asked.asked.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        };
        if let Err(error) = ctrlc::set_handler(handler) {
            warn(format!("Ctrl-C will end at once, in mid-call: {error}"));
        }
        interrupt
    }

    /// Whether it is wanted; `say` is called the first time that it is.
    pub fn wanted(&self, say: impl FnOnce(&str)) -> bool {
        let wanted = self.asked.load(Ordering::Relaxed);
        if wanted && !self.heard.swap(true, Ordering::Relaxed) {
            say("ending after the call in flight; Ctrl-C once more ends at once");
        }
        wanted
    }
}
