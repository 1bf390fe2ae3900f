//! XML: one record a file.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::element::{self as xml_element, ReadDocument, Unknown, XmlError};
use crate::batch::contract::check::{self, Problem};
use crate::batch::input::file_signature::{self, Signature};
use crate::batch::input::line_reader::{LONGEST, in_mib};
use crate::batch::input::repeated_errors::RepeatedErrors;
use crate::batch::input::{CountingReader, InputError, OnWarning, encoding};
use crate::batch::kind::Kind;
use crate::batch::record::{Place, Record};
use crate::dynamic;
use crate::operation::OperationInfo;
use crate::xml::{Element, ReadError};

/// Reads a record from each file.
pub struct XmlFiles {
    documents: VecDeque<DocumentSource>,
    kind: &'static Kind,
    operation: &'static OperationInfo,
    found: VecDeque<Result<Record, InputError>>,
    unknown: RepeatedErrors,
    on_warning: OnWarning,
}

/// Where a record is read from.
enum DocumentSource {
    File(PathBuf, Arc<AtomicU64>),
    /// Open, with its name for messages.
    Open(String, CountingReader),
}

/// The XML files of a folder, in the order of their names.
pub fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml")) && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The other entries of a folder, without hidden files.
fn others(folder: &Path) -> Option<String> {
    let entries = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut names: Vec<String> = entries
        .filter(|path| {
            path.is_dir() || path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("xml"))
        })
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    let count = names.len();
    names.truncate(3);
    let more = if count > 3 { ", .." } else { "" };
    let what = if count == 1 { "1 entry is" } else { "some entries are" };
    (count > 0)
        .then(|| format!("{what} not read, because the extension is not .xml: {}{more}", names.join(", ")))
}

impl XmlFiles {
    /// All files of a folder.
    pub fn in_folder(
        folder: &Path,
        kind: &'static Kind,
        read: Arc<AtomicU64>,
        on_warning: OnWarning,
    ) -> Result<XmlFiles, InputError> {
        let name = folder.display().to_string();
        let files = list(folder)
            .map_err(|error| InputError::at(&name, None, format!("the input cannot be read: {error}")))?;
        if let Some(others) = others(folder) {
            on_warning.tell(&InputError::at(&name, None, others));
        }
        let documents = files.into_iter().map(|path| DocumentSource::File(path, Arc::clone(&read))).collect();
        XmlFiles::new(&name, documents, kind, on_warning)
    }

    /// One document.
    pub fn of(
        name: String,
        input: CountingReader,
        kind: &'static Kind,
        on_warning: OnWarning,
    ) -> Result<XmlFiles, InputError> {
        XmlFiles::new(&name.clone(), VecDeque::from([DocumentSource::Open(name, input)]), kind, on_warning)
    }

    fn new(
        name: &str,
        documents: VecDeque<DocumentSource>,
        kind: &'static Kind,
        on_warning: OnWarning,
    ) -> Result<XmlFiles, InputError> {
        let operation = kind.operation().ok_or_else(|| {
            InputError::at(name, None, format!("this program's contract has no {}", kind.operation))
        })?;
        let (found, unknown) = (VecDeque::new(), RepeatedErrors::default());
        Ok(XmlFiles { documents, kind, operation, found, unknown, on_warning })
    }

    /// Reads a document: its record, or all its errors.
    fn read(&mut self, document: DocumentSource) {
        let (file, bytes) = match document {
            DocumentSource::Open(file, input) => (file, bytes(input)),
            DocumentSource::File(path, read) => {
                let input = File::open(&path).map(|file| CountingReader { input: Box::new(file), read });
                (path.display().to_string(), input.and_then(bytes))
            }
        };
        let wrong = |what: String| InputError::at(&file, None, what);
        let root = bytes
            .map_err(|error| wrong(format!("the input cannot be read: {error}")))
            .and_then(|bytes| text(&bytes).map_err(|(what, hint)| wrong(what).hint(hint)))
            .and_then(|text| Element::from_xml(&text).map_err(|error| not_xml(&file, &text, &error)));
        match root {
            Ok(root) => self.record(file, &root),
            Err(error) => self.found.push_back(Err(error)),
        }
    }

    fn record(&mut self, file: String, root: &Element) {
        let ReadDocument { goods_owner, mut payload, mut problems, unknown, is_foreign } =
            xml_element::read(self.operation, root);
        for Unknown { path, ty, name } in unknown {
            self.unknown.add(format!("{ty} {name}"), None, || {
                let what =
                    format!("{path}: {ty} has no member `{name}`; it is sent, but the service may drop it");
                InputError::at(&file, None, what)
            });
        }
        if problems.is_empty() {
            let place = Place { file, line: None };
            self.found.push_back(Ok(Record { place, goods_owner, payload }));
            return;
        }
        // Other errors are reported at the same time, but each member only once.
        if !payload.is_empty() && !is_foreign {
            self.kind.apply_defaults(&mut payload);
            for problem in check::problems(self.operation, &payload) {
                if !problems.iter().any(|known| known.path == problem.path) {
                    let Problem { path, what, hint, .. } = problem;
                    problems.push(XmlError { path, what, hint });
                }
            }
        }
        let ty = dynamic::payload(self.operation).map_or("", |ty| ty.name);
        for XmlError { path, what, hint } in problems {
            let what = match path.as_str() {
                "" => what,
                path => format!("{ty}.{path}: {what}"),
            };
            self.found.push_back(Err(InputError::at(&file, None, what).hint(hint)));
        }
    }
}

fn bytes(input: CountingReader) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    match bytes.len() > LONGEST {
        true => Err(io::Error::other(format!("longer than {}", in_mib(LONGEST)))),
        false => Ok(bytes),
    }
}

impl Iterator for XmlFiles {
    type Item = Result<Record, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.found.is_empty() {
            let Some(document) = self.documents.pop_front() else {
                self.unknown.take().for_each(|unknown| self.on_warning.tell(&unknown));
                break;
            };
            self.read(document);
        }
        self.found.pop_front()
    }
}

/// The text, decoded by its byte-order mark or XML declaration.
fn text(bytes: &[u8]) -> Result<String, (String, Option<String>)> {
    let (encoding, start) = match (encoding::mark(bytes), file_signature::of(bytes)) {
        (Some((encoding, length)), _) => (encoding, length),
        (None, Some(Signature::Wide(encoding))) => (encoding, 0),
        (None, Some(other)) => {
            let (what, hint) = other.wrong(false);
            return Err((what, Some(hint)));
        }
        (None, None) => (encoding::of_xml(bytes).map_err(|what| (what, None))?, 0),
    };
    encoding::whole(encoding, &bytes[start..])
        .ok_or_else(|| (format!("it is not valid {}", encoding.name()), None))
}

fn not_xml(file: &str, text: &str, error: &ReadError) -> InputError {
    let line = error.offset.map(|offset| {
        let before = text.as_bytes().get(..usize::try_from(offset).unwrap_or(usize::MAX).min(text.len()));
        before.unwrap_or_default().iter().filter(|byte| **byte == b'\n').count() as u64 + 1
    });
    let path = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
    InputError::at(file, line, format!("{path}{}", error.message))
}
