//! Ctrl-C: the first one ends after the current call, the second one at once. SIGTERM ends the program at once; the
//! journal has marked each record before it was sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::failure::warn;

/// Whether the user wants to end.
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
            warn(format!("Ctrl-C will stop at once, in the middle of a call: {error}"));
        }
        interrupt
    }

    /// Whether the user wants to end; calls `say` the first time.
    pub fn wanted(&self, say: impl FnOnce(&str)) -> bool {
        let wanted = self.asked.load(Ordering::Relaxed);
        if wanted && !self.heard.swap(true, Ordering::Relaxed) {
            say("stopping after the call in flight; press Ctrl-C again to stop at once");
        }
        wanted
    }
}

/// Ends the program at Ctrl-C, SIGTERM or SIGHUP, as without this, but cleans up before. Where no handler can be set,
/// nothing is cleaned up.
#[cfg(unix)]
pub fn before_the_end(clean_up: impl FnOnce() + Send + 'static) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        let Some(signal) = signals.forever().next() else { return };
        clean_up();
        if signal != SIGINT {
            // Ends with the status of the signal, so that its sender sees that it worked: 143 in a shell.
            let _ = emulate_default_handler(signal);
        }
        std::process::exit(super::exit::Exit::Interrupted as i32);
    });
}

/// Ends the program at Ctrl-C, or when its window is closed, as without this, but cleans up before. Where no handler
/// can be set, nothing is cleaned up.
#[cfg(not(unix))]
pub fn before_the_end(clean_up: impl FnOnce() + Send + 'static) {
    let mut clean_up = Some(clean_up);
    let _ = ctrlc::set_handler(move || {
        if let Some(clean_up) = clean_up.take() {
            clean_up();
        }
        std::process::exit(super::exit::Exit::Interrupted as i32);
    });
}

#[cfg(unix)]
fn set_handler(asked: &Arc<AtomicBool>) -> std::io::Result<()> {
    use signal_hook::consts::SIGINT;
    use signal_hook::flag;
    // The order matters: the first signal must find the flag unset.
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
