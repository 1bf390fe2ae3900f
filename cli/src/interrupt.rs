//! Ctrl-C: the first asks for an end, the second takes it. SIGTERM is left to the system, which ends the program at once:
//! a journal marks each record before it is sent.

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
    /// Listens for Ctrl-C.
    pub fn listen() -> Interrupt {
        let interrupt = Interrupt::default();
        if let Err(error) = set_handler(&interrupt.asked) {
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

#[cfg(unix)]
fn set_handler(asked: &Arc<AtomicBool>) -> std::io::Result<()> {
    use signal_hook::consts::SIGINT;
    use signal_hook::flag;
    // In this order: the first signal finds the flag unset.
    flag::register_conditional_shutdown(SIGINT, super::exit::Exit::Interrupted as i32, Arc::clone(asked))?;
    flag::register(SIGINT, Arc::clone(asked)).map(drop)
}

#[cfg(not(unix))]
fn set_handler(asked: &Arc<AtomicBool>) -> Result<(), ctrlc::Error> {
    let asked = Arc::clone(asked);
    ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(super::exit::Exit::Interrupted as i32);
        }
    })
}
