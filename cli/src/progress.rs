//! Progress of a long run: a bar on a terminal, a line every few seconds elsewhere.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::failure::tell;
use super::messages::{self, Level};
use super::terminal::one_line;

/// Interval of progress lines without a terminal.
const EVERY: Duration = Duration::from_secs(5);

/// Shows progress on standard error.
pub struct Progress {
    bar: Option<ProgressBar>,
    lines: Mutex<ProgressLines>,
}

struct ProgressLines {
    last: Instant,
    begun: Instant,
    done: u64,
    total: Option<u64>,
}

impl Progress {
    /// Nothing is shown until [`begin`](Self::begin). Use `quiet` if other lines on standard error would be torn.
    pub fn new(quiet: bool) -> Progress {
        let now = Instant::now();
        let quiet = quiet || messages::is_quiet() || messages::is_log();
        let bar = (io::stderr().is_terminal() && !quiet)
            .then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()));
        Progress { bar, lines: Mutex::new(ProgressLines { last: now, begun: now, done: 0, total: None }) }
    }

    /// Starts, with the total number if known.
    pub fn begin(&self, what: &str, total: Option<u64>) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        (lines.begun, lines.total, lines.done) = (Instant::now(), total, 0);
        if let Some(bar) = &self.bar {
            let template = match total {
                Some(_) => "{msg} {wide_bar} {pos}/{len}  {rate}  {eta} left",
                None => "{msg} {pos}  {rate}",
            };
            let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
                // Errors are ignored: progress is not essential.
                let _ = write!(out, "{:.1}/s", state.per_sec());
            };
            // If the template were invalid, the default style would be used.
            let style = ProgressStyle::with_template(template).map(|style| style.with_key("rate", rate));
            style.into_iter().for_each(|style| bar.set_style(style));
            bar.set_message(what.to_owned());
            total.into_iter().for_each(|total| bar.set_length(total));
            bar.reset();
        }
    }

    /// Counts one more.
    pub fn step(&self) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.done += 1;
        match &self.bar {
            Some(bar) => bar.inc(1),
            None if lines.last.elapsed() >= EVERY => {
                lines.last = Instant::now();
                let rate = lines.done as f64 / lines.begun.elapsed().as_secs_f64();
                match lines.total {
                    Some(total) => {
                        let left = total.saturating_sub(lines.done) as f64 / rate;
                        far(&format!("{} of {total}, {rate:.1}/s, {left:.0} s left", lines.done));
                    }
                    None => far(&format!("{}, {rate:.1}/s", lines.done)),
                }
            }
            None => {}
        }
    }

    /// Shows a line without tearing the bar.
    pub fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| tell(format_args!("{}", one_line(line)))),
            None => tell(format_args!("{}", one_line(line))),
        }
    }

    /// Removes the bar.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn far(line: &str) {
    messages::message(Level::Progress, line, &[]);
}
