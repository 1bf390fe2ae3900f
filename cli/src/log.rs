//! `--log`: appends a line for each request, answer and failure to a file.

use std::fmt;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use ongoing_wms::Secret;
use ongoing_wms::observe::{ExchangeId, NoticeEvent, Observer, RequestEvent, ResponseEvent};
use ongoing_wms::redact::Redactor;

use super::exit::Exit;
use super::failure::{Failure, warn};
use super::private;

/// Appends lines to a file that others may append to, rename or truncate meanwhile.
pub struct Log {
    path: PathBuf,
    file: File,
    redactor: Redactor,
    has_failed: AtomicBool,
}

impl Log {
    /// Opens the file, creating it if it is missing.
    pub fn open(path: &Path, secret: Secret) -> Result<Log, Failure> {
        let file = private::options().append(true).create(true).open(path).map_err(|error| {
            Failure::new(Exit::Config, format!("--log {}: not writable: {error}", path.display()))
                .hint("name a file that you can write, in an existing folder; nothing was sent")
        })?;
        Ok(Log {
            path: path.to_owned(),
            file,
            redactor: Redactor::new(&secret),
            has_failed: AtomicBool::new(false),
        })
    }

    fn line(&self, exchange: ExchangeId, operation: &str, what: fmt::Arguments<'_>) {
        let now = DateTime::<Utc>::from(SystemTime::now()).format("%Y-%m-%dT%H:%M:%S%.3fZ");
        let line = format!("{now} {exchange} {operation} {what}\n");
        // Written at once, so that lines of several threads and processes do not mix.
        if let Err(error) = (&self.file).write_all(line.as_bytes())
            && !self.has_failed.swap(true, Ordering::Relaxed)
        {
            let path = self.path.display();
            warn(format!("--log {path}: a line cannot be written; the log is incomplete: {error}"));
        }
    }

    /// Text from elsewhere, without passwords and line ends.
    fn quoted(&self, text: &str) -> String {
        format!("{:?}", self.redactor.text(text))
    }
}

impl Observer for Log {
    fn on_request(&self, event: &RequestEvent<'_>) {
        let (attempt, bytes) = (event.attempt, event.body.len());
        self.line(event.exchange, event.operation, format_args!("request attempt={attempt} bytes={bytes}"));
    }

    fn on_response(&self, event: &ResponseEvent<'_>) {
        let mut what = match event.failure {
            Some(_) => format!("failure attempt={}", event.attempt),
            None => format!("answer attempt={}", event.attempt),
        };
        if let Some(status) = event.status {
            what.push_str(&format!(" status={status}"));
        }
        match &event.body {
            Some(body) => what.push_str(&format!(" bytes={}", body.len())),
            None if event.failure.is_none() => what.push_str(" bytes=streamed"),
            None => {}
        }
        what.push_str(&format!(" ms={}", event.elapsed.as_millis()));
        if let Some(failure) = event.failure {
            what.push_str(&format!(" text={}", self.quoted(failure)));
        }
        self.line(event.exchange, event.operation, format_args!("{what}"));
    }

    fn on_notice(&self, event: &NoticeEvent<'_>) {
        // The client has masked passwords; names need no masking.
        let text = event.notice.to_string();
        self.line(event.exchange, event.operation, format_args!("notice text={text:?}"));
    }
}
