//! What is shown and recorded during a call.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use ongoing_wms::Secret;
use ongoing_wms::observe::{NoticeEvent, Observer, RequestEvent, ResponseEvent, SafeBody};
use ongoing_wms::text::counted;
use ongoing_wms::xml::NoticeKind;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

use super::failure::{Failure, note, warn};
use super::log::Log;
use super::messages::{self, Level};
use super::pretty;
use super::record::Recording;
use super::terminal::LogLines;

/// How much is shown, and what is recorded.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Messages")]
#[group(skip)]
pub struct Verbosity {
    /// Show requests and answers without passwords, on standard error; -vv: also the program's log (RUST_LOG)
    #[arg(short, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Write requests and answers without passwords as files to DIR; answers that are read row by row are left out
    #[arg(long, value_name = "DIR", hide_short_help = true)]
    record: Option<PathBuf>,
    /// Append a line for each request and answer to FILE: times, sizes and failures
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    log: Option<PathBuf>,
}

impl Verbosity {
    pub fn shows_exchanges(&self) -> bool {
        self.verbose > 0
    }

    /// Starts the program's own log, where one is asked for.
    pub fn start_log(&self) {
        let variable = std::env::var("RUST_LOG").ok().filter(|text| !text.is_empty());
        let wanted = match (variable, self.verbose) {
            (None, 0 | 1) => return,
            (None, _) => "ongoing_wms=debug".to_owned(),
            (Some(text), _) => text,
        };
        match wanted.parse::<Targets>() {
            Ok(targets) => {
                let lines = tracing_subscriber::fmt::layer().with_ansi(false).log_internal_errors(false);
                // Set once per process; a second attempt is ignored.
                let _ = match messages::is_log() {
                    true => {
                        let lines = lines.without_time().with_writer(|| messages::OwnLog);
                        tracing_subscriber::registry().with(lines.with_filter(targets)).try_init()
                    }
                    false => {
                        let lines = lines.with_writer(|| LogLines);
                        tracing_subscriber::registry().with(lines.with_filter(targets)).try_init()
                    }
                };
            }
            Err(error) => warn(format!("RUST_LOG is invalid, so nothing is logged: {error}")),
        }
    }
}

/// Shows exchanges on standard error, warns of oddities, and records exchanges.
pub struct Watch {
    exchanges: bool,
    passed_over: AtomicU64,
    keepers: Vec<Box<dyn Observer>>,
}

impl Watch {
    /// Fails before anything is sent if the recording cannot be written.
    pub fn new(verbosity: &Verbosity, secret: Secret) -> Result<Watch, Failure> {
        let mut keepers: Vec<Box<dyn Observer>> = Vec::new();
        if let Some(folder) = &verbosity.record {
            keepers.push(Box::new(Recording::begin(folder, secret.clone())?));
        }
        if let Some(file) = &verbosity.log {
            keepers.push(Box::new(Log::open(file, secret)?));
        }
        let exchanges = verbosity.shows_exchanges();
        Ok(Watch { exchanges, passed_over: AtomicU64::new(0), keepers })
    }

    /// Reports the number of deviations in answers that were skipped without being shown, since the last report.
    pub fn tell_passed_over(&self) {
        match self.passed_over.swap(0, Ordering::Relaxed) {
            0 => {}
            times => note(format!(
                "ignored {} from the contract in the answer; -v shows more",
                counted(times, "deviation")
            )),
        }
    }

    /// Shows the body line by line.
    fn show(&self, body: &SafeBody<'_>) {
        messages::message(Level::Body, pretty::shortened(&body.text()).trim_end(), &[]);
    }
}

impl Observer for Watch {
    fn on_request(&self, event: &RequestEvent<'_>) {
        self.keepers.iter().for_each(|keeper| keeper.on_request(event));
        if !self.exchanges {
            return;
        }
        let again = match event.attempt {
            1 => String::new(),
            attempt => format!(", sent again: attempt {attempt}"),
        };
        let (operation, url, bytes, exchange) =
            (event.operation, event.url, event.body.len(), event.exchange);
        messages::arrow(&format!("--> {operation} to {url}, {bytes} bytes{again} [{exchange}]"));
        if event.attempt == 1 {
            self.show(&event.body);
        }
    }

    fn on_response(&self, event: &ResponseEvent<'_>) {
        self.keepers.iter().for_each(|keeper| keeper.on_response(event));
        if !self.exchanges {
            return;
        }
        let time = event.elapsed.as_millis();
        let start = format!("<-- {}", event.operation);
        match (event.status, &event.body) {
            (Some(status), Some(body)) => {
                let (bytes, exchange) = (body.len(), event.exchange);
                messages::arrow(&format!("{start}: HTTP {status}, {bytes} bytes in {time} ms [{exchange}]"));
                self.show(body);
            }
            (status, _) => {
                let status = status.map_or(String::new(), |status| format!(" HTTP {status},"));
                let failure = event.failure.unwrap_or("no body was kept");
                let exchange = event.exchange;
                messages::arrow(&format!("{start}:{status} {failure}, after {time} ms [{exchange}]"));
            }
        }
    }

    fn on_notice(&self, event: &NoticeEvent<'_>) {
        self.keepers.iter().for_each(|keeper| keeper.on_notice(event));
        match event.notice.kind {
            NoticeKind::TooLong | NoticeKind::ForbiddenCharacter => warn(event.notice),
            _ if self.exchanges => note(event.notice),
            _ => {
                self.passed_over.fetch_add(event.notice.count, Ordering::Relaxed);
            }
        }
    }
}
