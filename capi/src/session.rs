//! The content of an `ongoing_session`.

use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use ongoing_wms::Client;
use ongoing_wms::batch::placeholders;
use ongoing_wms::batch::settings::SettingsFile;
use ongoing_wms::dynamic::{self, JsonRows};
use ongoing_wms::exit::Exit;
use ongoing_wms::operation::OperationInfo;
use ongoing_wms::suggest::did_you_mean;
use serde_json::Value;

use crate::buffer::Buffer;
use crate::codes::{Field, Kind, Number, OutcomeCode};
use crate::failure::Failure;
use crate::progress::Listener;
use crate::settings::Settings;
use crate::{options, pull, push};

/// A session: settings, a client, and the result of the last function. Opaque to C.
#[derive(Debug, Default)]
pub struct Session(Mutex<Inner>);

/// What a session holds.
#[derive(Default)]
pub struct Inner {
    settings: Settings,
    client: Option<Client>,
    /// The settings of push, of the settings file.
    file: Arc<SettingsFile>,
    rows: Option<JsonRows>,
    row: Buffer,
    answer: Buffer,
    failure: Option<Failure>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("client", &self.client).finish_non_exhaustive()
    }
}

impl Session {
    /// The inside; `None` while a function of this session runs, on another thread or round a callback.
    fn inner(&self) -> Option<MutexGuard<'_, Inner>> {
        match self.0.try_lock() {
            Ok(inner) => Some(inner),
            // A panic is caught inside of the lock and tells itself.
            Err(TryLockError::Poisoned(inner)) => Some(inner.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Runs a function, keeps its result, and returns its exit code. A panic is a failure like others.
    pub fn run(&self, work: impl FnOnce(&mut Inner) -> Result<(), Failure>) -> i32 {
        let Some(mut inner) = self.inner() else { return Exit::Usage as i32 };
        let result = catch_unwind(AssertUnwindSafe(|| work(&mut inner)));
        inner.failure = match result {
            Ok(result) => result.err(),
            Err(panic) => {
                inner.rows = None;
                Some(Failure::of_panic(panic.as_ref()))
            }
        };
        inner.exit()
    }

    /// Reads something of the session; `None` while a function of it runs.
    pub fn look<T>(&self, look: impl FnOnce(&Inner) -> T) -> Option<T> {
        self.inner().map(|inner| look(&inner))
    }

    /// Another session with the same client; `None` if this one is not open.
    pub fn share(&self) -> Option<Session> {
        let inner = self.inner()?;
        let client = Some(inner.client.clone()?);
        let (settings, file) = (inner.settings.clone(), Arc::clone(&inner.file));
        Some(Session(Mutex::new(Inner { settings, client, file, ..Inner::default() })))
    }

    /// Whether a function of this session runs.
    pub fn is_in_use(&self) -> bool {
        self.inner().is_none()
    }
}

impl Inner {
    fn exit(&self) -> i32 {
        self.failure.as_ref().map_or(Exit::Done, |failure| failure.exit) as i32
    }

    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        if self.client.is_some() {
            return Err(Failure::usage("the session is open: set before ongoing_open"));
        }
        self.settings.set(name, value)
    }

    pub fn open(&mut self) -> Result<(), Failure> {
        if self.client.is_some() {
            return Err(Failure::usage("the session is open already"));
        }
        let file = self.settings.file()?;
        self.client = Some(self.settings.client()?);
        self.file = Arc::new(file);
        Ok(())
    }

    pub fn call(&mut self, operation: &str, input: &str) -> Result<(), Failure> {
        self.answer = Buffer::default();
        let client = self.client()?;
        let (operation, input) = request(operation, input)?;
        let request = dynamic::request_from_json(operation, &input)
            .map_err(|error| not_a_request(format!("{}: {error}", operation.name)))?;
        let unfilled = placeholders(&request.to_json());
        if !unfilled.is_empty() {
            return Err(not_a_request(format!("still to fill in: {}", unfilled.join(", "))));
        }
        let answer = request.call(&client)?;
        self.answer = Buffer::new(answer.to_json().to_string());
        Ok(())
    }

    pub fn rows(&mut self, operation: &str, input: &str, page_size: u32) -> Result<(), Failure> {
        self.rows = None;
        let client = self.client()?;
        let (operation, input) = request(operation, input)?;
        let pages = match page_size {
            0 => None,
            size => dynamic::pages(&client, operation, &input, size),
        };
        let rows = match pages {
            Some(pages) => Some(pages.map(|pages| Box::new(pages) as JsonRows)),
            None => dynamic::rows(&client, operation, &input),
        };
        let rows = rows.ok_or_else(|| {
            Failure::usage(format!("the answer of {} is not one list", operation.name))
                .hint("take the answer in whole, with ongoing_call")
        })?;
        self.rows = Some(rows.map_err(|error| not_a_request(format!("{}: {error}", operation.name)))?);
        Ok(())
    }

    /// Whether there was a row, which is then in [`row`](Inner::row).
    pub fn next(&mut self) -> Result<bool, Failure> {
        let rows = self.rows.as_mut().ok_or_else(|| {
            Failure::usage("there are no rows to read")
                .hint("ongoing_rows asks for them; after an error it must be called again")
        })?;
        match rows.next() {
            Some(Ok(row)) => {
                self.row = Buffer::new(row.json);
                Ok(true)
            }
            Some(Err(error)) => {
                self.rows = None;
                Err(error.into())
            }
            None => {
                // The end stays the end.
                self.rows = Some(Box::new(std::iter::empty()));
                Ok(false)
            }
        }
    }

    /// The row that was read last.
    pub fn row(&self) -> &Buffer {
        &self.row
    }

    pub fn push(&mut self, kind: &str, path: &str, options: &str, told: Listener<'_>) -> Result<(), Failure> {
        let file = Arc::clone(&self.file);
        self.with_answer(|client, answer| {
            let options = options::read::<push::Options>(options)?.or_else(kind, &file);
            push::run(client, kind, path, &options, told, answer)
        })
    }

    pub fn pull(
        &mut self,
        source: &str,
        path: &str,
        options: &str,
        told: Listener<'_>,
    ) -> Result<(), Failure> {
        self.with_answer(|client, answer| {
            pull::run(client, source, path, &options::read(options)?, told, answer)
        })
    }

    /// Keeps the answer even if the work fails.
    fn with_answer(
        &mut self,
        work: impl FnOnce(&Client, &mut Value) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.answer = Buffer::default();
        let client = self.client()?;
        let mut answer = Value::Null;
        let result = work(&client, &mut answer);
        if !answer.is_null() {
            self.answer = Buffer::new(answer.to_string());
        }
        result
    }

    /// A text; `None` if it is empty, like `""` in C.
    pub fn text(&self, field: i32) -> Option<&Buffer> {
        if field == Field::Answer as i32 {
            return Some(&self.answer);
        }
        let failure = self.failure.as_ref()?;
        [
            (Field::Message, &failure.message),
            (Field::Hint, &failure.hint),
            (Field::ExchangeId, &failure.exchange_id),
            (Field::RefusalKinds, &failure.refusal_kinds),
            (Field::Body, &failure.body),
        ]
        .into_iter()
        .find_map(|(known, text)| (known as i32 == field).then_some(text))
    }

    /// A text that is a word of this library.
    pub fn word(&self, field: i32) -> Option<&'static CStr> {
        match field {
            field if field == Field::Outcome as i32 => Some(self.outcome().word()),
            field if field == Field::Kind as i32 => Some(self.kind().word()),
            _ => None,
        }
    }

    /// A number; -1 for one that there is not.
    pub fn number(&self, which: i32) -> i64 {
        let failure = self.failure.as_ref();
        match which {
            which if which == Number::ExitCode as i32 => self.exit().into(),
            which if which == Number::Outcome as i32 => self.outcome() as i64,
            which if which == Number::Kind as i32 => self.kind() as i64,
            which if which == Number::HttpStatus as i32 => {
                failure.map_or(0, |failure| failure.http_status.into())
            }
            which if which == Number::RetryAfter as i32 => failure
                .and_then(|failure| failure.retry_after)
                .map_or(-1, |wait| i64::try_from(wait.as_secs()).unwrap_or(i64::MAX)),
            _ => -1,
        }
    }

    fn outcome(&self) -> OutcomeCode {
        self.failure.as_ref().map(|failure| failure.outcome).unwrap_or_default()
    }

    fn kind(&self) -> Kind {
        self.failure.as_ref().map(|failure| failure.kind).unwrap_or_default()
    }

    fn client(&self) -> Result<Client, Failure> {
        self.client
            .clone()
            .ok_or_else(|| Failure::usage("the session is not open").hint("ongoing_open comes first"))
    }
}

fn not_a_request(message: String) -> Failure {
    Failure::new(Kind::Request, Exit::BadInput, message)
}

/// The operation, and its input in JSON form; an empty text is no input.
fn request(operation: &str, input: &str) -> Result<(&'static OperationInfo, Value), Failure> {
    let found = dynamic::find(operation).ok_or_else(|| {
        let names = ongoing_wms::api::OPERATIONS.iter().map(|operation| operation.name);
        Failure::usage(format!("operation `{operation}` not found"))
            .maybe_hint(did_you_mean(operation, names))
    })?;
    let input = if input.trim().is_empty() { "{}" } else { input };
    let value = dynamic::json_from_text(input)
        .map_err(|error| not_a_request(format!("the input of {operation} is not JSON: {error}")))?;
    Ok((found, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_and_the_session_goes_on() {
        let session = Session::default();
        assert_eq!(session.run(|_| panic!("on purpose")), Exit::Bug as i32);
        let message = session.look(|inner| inner.failure.as_ref().map(|failure| format!("{failure:?}")));
        assert!(message.flatten().is_some());
        assert_eq!(session.look(Inner::outcome), Some(OutcomeCode::Unknown));
        assert_eq!(session.run(|inner| inner.set("url", "https://wms.example/")), 0);
        assert_eq!(session.look(Inner::outcome), Some(OutcomeCode::Done));
    }

    #[test]
    fn a_session_in_use_says_so_and_is_left_alone() {
        let session = Session::default();
        let inside = session.run(|_| {
            assert_eq!(session.run(|_| Ok(())), Exit::Usage as i32);
            assert!(session.is_in_use() && session.look(|_| ()).is_none() && session.share().is_none());
            Ok(())
        });
        assert_eq!(inside, 0);
        assert!(!session.is_in_use());
    }

    #[test]
    fn what_comes_too_early_is_refused() {
        let session = Session::default();
        assert_eq!(session.run(|inner| inner.call("GetOrderStatuses", "")), Exit::Usage as i32);
        assert_eq!(session.run(|inner| inner.next().map(drop)), Exit::Usage as i32);
        assert_eq!(session.run(Inner::open), Exit::Config as i32);
        assert!(session.share().is_none());
    }
}
