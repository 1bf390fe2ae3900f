//! Recorded answers instead of a warehouse, for tests without a socket.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Delivery, HttpAnswer, HttpRequest, Transport, TransportFailure};
use crate::config::ConfigError;
use crate::redact::redact;

/// Answers every operation with what was recorded for it, in order, and keeps the requests it saw.
///
/// ```
/// # use ongoing_wms::transport::Replay;
/// let replay = Replay::new().answer("GetOrdersByQuery", 200, "<soap:Envelope ..");
/// ```
#[derive(Default)]
pub struct Replay {
    state: Mutex<ReplayState>,
}

#[derive(Default)]
struct ReplayState {
    answers: HashMap<String, VecDeque<Result<Recorded, TransportFailure>>>,
    requests: Vec<ReplayedRequest>,
}

struct Recorded {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A request that [`Replay`] saw.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayedRequest {
    /// The address.
    pub url: String,
    /// The operation.
    pub operation: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body, without the password.
    pub body: Vec<u8>,
}

impl Replay {
    /// Creates a replay without answers.
    pub fn new() -> Replay {
        Replay::default()
    }

    /// Adds the next answer to an operation, sent as XML.
    pub fn answer(self, operation: impl Into<String>, status: u16, body: impl Into<Vec<u8>>) -> Replay {
        self.answer_with(operation, status, &[("Content-Type", "text/xml; charset=utf-8")], body)
    }

    /// Adds the next answer to an operation, with its headers.
    pub fn answer_with(
        self,
        operation: impl Into<String>,
        status: u16,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Replay {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        self.push(operation.into(), Ok(Recorded { status, headers, body: body.into() }))
    }

    /// Adds a failure as the next thing that happens to an operation.
    pub fn fail(self, operation: impl Into<String>, failure: TransportFailure) -> Replay {
        self.push(operation.into(), Err(failure))
    }

    fn push(self, operation: String, next: Result<Recorded, TransportFailure>) -> Replay {
        self.lock().answers.entry(operation).or_default().push_back(next);
        self
    }

    /// Reads the files `<n>-<Operation>.response.xml` of a folder, in the order of their numbers, each with the HTTP
    /// status from `<n>-<Operation>.status` beside it, or 200. Other files are ignored.
    pub fn from_dir(dir: impl AsRef<Path>) -> Result<Replay, ConfigError> {
        let dir = dir.as_ref();
        let wrong = |file: &Path, what: &str| ConfigError::new(format!("{} {what}", file.display()));
        let read = |file: &Path| fs::read(file).map_err(|e| wrong(file, "cannot be read").with_source(e));
        let mut found = Vec::new();
        for entry in fs::read_dir(dir).map_err(|e| wrong(dir, "cannot be read").with_source(e))? {
            let file = entry.map_err(|e| wrong(dir, "cannot be read").with_source(e))?.path();
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let Some(stem) = name.strip_suffix(".response.xml") else { continue };
            let numbered =
                stem.split_once('-').and_then(|(n, operation)| Some((n.parse::<u64>().ok()?, operation)));
            let Some((number, operation)) = numbered.filter(|(_, operation)| !operation.is_empty()) else {
                return Err(wrong(&file, "must be named <n>-<Operation>.response.xml"));
            };
            found.push((number, operation.to_owned(), dir.join(format!("{stem}.status")), file.clone()));
        }
        if found.is_empty() {
            return Err(
                wrong(dir, "contains no recorded answer").with_hint("expected <n>-<Operation>.response.xml")
            );
        }
        found.sort();
        let mut replay = Replay::new();
        for (_, operation, status, file) in found {
            let code = if status.exists() {
                let text = read(&status)?;
                let code = str::from_utf8(&text).ok().and_then(|text| text.trim().parse().ok());
                code.filter(|code| (100..600).contains(code))
                    .ok_or_else(|| wrong(&status, "is not an HTTP status from 100 to 599"))?
            } else {
                200
            };
            replay = replay.answer(operation, code, read(&file)?);
        }
        Ok(replay)
    }

    /// Returns the requests seen so far, in order, without passwords.
    pub fn requests(&self) -> Vec<ReplayedRequest> {
        self.lock().requests.clone()
    }

    /// Returns the number of unused answers.
    pub fn left(&self) -> usize {
        self.lock().answers.values().map(VecDeque::len).sum()
    }

    fn lock(&self) -> MutexGuard<'_, ReplayState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.lock().requests.len();
        f.debug_struct("Replay").field("requests", &seen).field("left", &self.left()).finish()
    }
}

impl Transport for Replay {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
        let mut state = self.lock();
        state.requests.push(ReplayedRequest {
            url: request.url.to_owned(),
            operation: request.operation.to_owned(),
            headers: request.headers.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect(),
            body: redact(request.body).into_owned(),
        });
        match state.answers.get_mut(request.operation).and_then(VecDeque::pop_front) {
            Some(Ok(Recorded { status, headers, body })) => {
                Ok(HttpAnswer { status, headers, body: Box::new(Cursor::new(body)) })
            }
            Some(Err(failure)) => Err(failure),
            None => {
                let message = format!("no recorded answer left for {}", request.operation);
                Err(TransportFailure::new(Delivery::NotSent, message).with_permanent())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::transport::Phase;

    fn ask(replay: &Replay, operation: &str) -> Result<(u16, String), TransportFailure> {
        let body = b"<Password>canary</Password>";
        let headers = [("SOAPAction", "\"x\"".to_owned())];
        let mut answer = replay.send(&HttpRequest {
            url: "https://x",
            operation,
            headers: &headers,
            body,
            deadline: None,
        })?;
        let mut text = String::new();
        answer.body.read_to_string(&mut text).unwrap();
        assert_eq!(answer.header("content-type"), Some("text/xml; charset=utf-8"));
        Ok((answer.status, text))
    }

    #[test]
    fn answers_each_operation_in_order() {
        let timeout =
            TransportFailure::new(Delivery::Unknown, "no answer").with_timeout(Phase::ReceiveAnswer);
        let replay = Replay::new()
            .answer("A", 200, "1")
            .answer("B", 500, "b")
            .fail("A", timeout)
            .answer("A", 200, "2");
        assert_eq!(replay.left(), 4);
        assert_eq!(ask(&replay, "A").unwrap(), (200, "1".into()));
        assert_eq!(ask(&replay, "A").unwrap_err().timeout, Some(Phase::ReceiveAnswer));
        assert_eq!(ask(&replay, "B").unwrap(), (500, "b".into()));
        assert_eq!(ask(&replay, "A").unwrap(), (200, "2".into()));
        let e = ask(&replay, "A").unwrap_err();
        assert_eq!(e.to_string(), "no recorded answer left for A; nothing was sent");
        assert!(e.permanent);
        let seen = replay.requests();
        assert_eq!(seen.iter().map(|r| r.operation.as_str()).collect::<Vec<_>>(), ["A", "A", "B", "A", "A"]);
        assert_eq!(seen[0].body, b"<Password>***</Password>");
        assert_eq!(seen[0].headers, [("SOAPAction".to_owned(), "\"x\"".to_owned())]);
        assert!(!format!("{replay:?} {seen:?}").contains("canary"));
    }

    #[test]
    fn reads_a_folder() {
        let dir =
            std::env::temp_dir().join(format!("replay-{}-{:016x}", std::process::id(), fastrand::u64(..)));
        fs::create_dir(&dir).unwrap();
        let e = |dir: &Path| Replay::from_dir(dir).unwrap_err().to_string();
        assert!(e(&dir).contains("contains no recorded answer"));
        assert!(e(&dir.join("absent")).contains("cannot be read"));
        for (name, text) in [
            ("2-A.response.xml", "second"),
            ("10-A.response.xml", "third"),
            ("1-A.response.xml", "first"),
            ("10-A.status", " 503\n"),
            ("3-B.response.xml", "b"),
            ("notes.txt", "x"),
        ] {
            fs::write(dir.join(name), text).unwrap();
        }
        let replay = Replay::from_dir(&dir).unwrap();
        assert_eq!(ask(&replay, "A").unwrap(), (200, "first".into()));
        assert_eq!(ask(&replay, "A").unwrap(), (200, "second".into()));
        assert_eq!(ask(&replay, "A").unwrap(), (503, "third".into()));
        assert_eq!(ask(&replay, "B").unwrap(), (200, "b".into()));
        fs::write(dir.join("10-A.status"), "fine").unwrap();
        assert!(e(&dir).contains("10-A.status is not an HTTP status"));
        fs::write(dir.join("10-A.status"), "200").unwrap();
        fs::write(dir.join("A.response.xml"), "").unwrap();
        assert!(e(&dir).contains("A.response.xml must be named <n>"));
        fs::remove_dir_all(&dir).unwrap();
    }
}
