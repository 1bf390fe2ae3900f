//! Ctrl-C: the first asks for an end, the second takes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::failure::{note, warn};

/// Whether somebody wants an end.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens for Ctrl-C, and for being told to end by the system.
    pub fn listen() -> Interrupt {
        let interrupt = Interrupt::default();
        let asked = interrupt.clone();
        let handler = move || {
            if asked.0.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
            note("ending after the call in flight; once more ends at once");
        };
        if let Err(error) = ctrlc::set_handler(handler) {
            warn(format!("Ctrl-C will end at once, in mid-call: {error}"));
        }
        interrupt
    }

    pub fn wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
