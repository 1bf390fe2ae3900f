//! `--record`: writes exchanges to files that `ongoing_wms::transport::Replay` reads.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ongoing_wms::Secret;
use ongoing_wms::observe::{ExchangeId, Observer, RequestEvent, ResponseEvent, SafeBody};
use ongoing_wms::redact::Redactor;

use super::exit::Exit;
use super::failure::{Failure, warn};
use super::private;

/// Keeps each attempt as `<n>-<Operation>.request.xml`, `.status` and `.response.xml`; without an answer to keep,
/// `.note.txt` has the reason.
pub struct Recording {
    folder: PathBuf,
    redactor: Redactor,
    state: Mutex<RecordingState>,
    has_failed: AtomicBool,
}

struct RecordingState {
    /// The number of the next attempt.
    next: u64,
    /// The common part of the file names, for attempts that wait for their answer.
    waiting: HashMap<(ExchangeId, u32), String>,
}

impl Recording {
    /// Continues the numbering in a folder. Creates the folder if it is missing, and checks that it is writable.
    pub fn begin(folder: &Path, secret: Secret) -> Result<Recording, Failure> {
        let next = prepare(folder).map_err(|error| {
            Failure::new(Exit::Config, format!("--record {}: not writable: {error}", folder.display()))
                .hint("name a folder that you can write to or create; nothing was sent")
        })?;
        let state = Mutex::new(RecordingState { next, waiting: HashMap::new() });
        let redactor = Redactor::new(&secret);
        Ok(Recording { folder: folder.to_owned(), redactor, state, has_failed: AtomicBool::new(false) })
    }

    fn keep_request(&self, event: &RequestEvent<'_>) -> io::Result<()> {
        let text = Self::text(&event.body).unwrap_or_default();
        loop {
            let number = {
                let mut state = self.lock();
                state.next += 1;
                state.next - 1
            };
            // Padded, so that names sort by number.
            let stem = format!("{number:06}-{}", event.operation);
            match self.write(&stem, "request.xml", &text) {
                // Another process records to the same folder.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.lock().waiting.insert((event.exchange, event.attempt), stem);
                    return Ok(());
                }
            }
        }
    }

    fn keep_response(&self, event: &ResponseEvent<'_>) -> io::Result<()> {
        let Some(stem) = self.lock().waiting.remove(&(event.exchange, event.attempt)) else { return Ok(()) };
        if let Some(status) = event.status {
            self.write(&stem, "status", &format!("{status}\n"))?;
        }
        let note = match (&event.body, event.failure) {
            (Some(body), _) => match Self::text(body) {
                Some(text) => return self.write(&stem, "response.xml", &text),
                None => "The answer is not kept: it is not UTF-8 text.".into(),
            },
            (None, Some(failure)) => self.redactor.text(failure),
            (None, None) => "The answer is not kept: it was read row by row.".into(),
        };
        self.write(&stem, "note.txt", &format!("{note}\n"))
    }

    /// Returns the body without passwords; `None` for a body that is not UTF-8, which could not be replayed as it was.
    fn text<'b>(body: &'b SafeBody<'_>) -> Option<Cow<'b, str>> {
        body.is_text().then(|| body.text())
    }

    fn write(&self, stem: &str, ending: &str, text: &str) -> io::Result<()> {
        private::write_new(&self.folder.join(format!("{stem}.{ending}")), text)
    }

    /// The calls continue without recording; this is warned about once.
    fn bear(&self, result: io::Result<()>) {
        if let Err(error) = result
            && !self.has_failed.swap(true, Ordering::Relaxed)
        {
            let folder = self.folder.display();
            warn(format!(
                "--record {folder}: an exchange cannot be written; the recording is incomplete: {error}"
            ));
        }
    }

    fn lock(&self) -> MutexGuard<'_, RecordingState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Creates the folder, checks that it is writable, and finds the next number.
fn prepare(folder: &Path) -> io::Result<u64> {
    private::folder(folder)?;
    tempfile::tempfile_in(folder)?;
    let mut next = 1;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.split_once('-')?.0.parse::<u64>().ok());
        next = next.max(number.map_or(0, |number| number.saturating_add(1)));
    }
    Ok(next)
}

impl Observer for Recording {
    fn on_request(&self, event: &RequestEvent<'_>) {
        self.bear(self.keep_request(event));
    }

    fn on_response(&self, event: &ResponseEvent<'_>) {
        self.bear(self.keep_response(event));
    }
}
