//! Slows a push down after failures: the service locks out callers that fail too often in a row.

use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::{Run, Step, Stop, locked};
use crate::text::counted;

/// Failures in a row, and the reaction to them.
#[derive(Debug, Default)]
pub(super) struct Pace {
    state: Mutex<Failures>,
    /// Serializes the tries after too many failures.
    turn: Mutex<()>,
}

#[derive(Debug, Default)]
struct Failures {
    /// Failures since the last success.
    failures: u32,
    last: String,
    /// The wait before the next try.
    wait: Duration,
    /// Since when it waits before each try.
    since: Option<Instant>,
}

impl Pace {
    /// A record was carried out, or was found.
    pub fn succeeded(&self) {
        *locked(&self.state) = Failures::default();
    }

    /// A record was refused, or its outcome is unknown.
    pub fn failed(&self, why: &str) {
        let mut state = locked(&self.state);
        state.failures += 1;
        why.clone_into(&mut state.last);
    }

    /// Waits if too many have failed in a row; then one record at a time is tried. Keep the returned guard until the
    /// outcome is known.
    pub fn before_send<'p>(&'p self, run: &Run<'_>) -> Step<Option<MutexGuard<'p, ()>>> {
        let most = run.push.max_failures;
        let too_many = |state: &Failures| most > 0 && state.failures >= most;
        if !too_many(&locked(&self.state)) {
            return Ok(None);
        }
        let turn = locked(&self.turn);
        let (wait, failures) = {
            let mut state = locked(&self.state);
            if !too_many(&state) {
                return Ok(None);
            }
            let since = *state.since.get_or_insert_with(Instant::now);
            let left = run.push.back_off_limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(Stop::Failures(state.failures, state.last.clone()));
            }
            state.wait = if state.wait.is_zero() { run.push.back_off } else { state.wait.saturating_mul(2) };
            (state.wait.min(left), state.failures)
        };
        run.wait(wait, &format!("{} in a row; trying one record next", counted(failures.into(), "failure")))?;
        Ok(Some(turn))
    }
}
