//! XML: one record a file.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::lines::{LONGEST, in_mib};
use super::{InputError, encoding, xml_element};
use crate::batch::kind::Kind;
use crate::batch::record::{Place, Record};
use crate::operation::OperationInfo;
use crate::xml::{Element, ReadError};

/// Reads a record from each file.
pub struct XmlFiles {
    files: VecDeque<PathBuf>,
    operation: &'static OperationInfo,
    read: Arc<AtomicU64>,
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

impl XmlFiles {
    pub fn new(path: &Path, kind: &Kind, read: Arc<AtomicU64>) -> Result<XmlFiles, InputError> {
        let name = path.display().to_string();
        let operation = kind.operation().ok_or_else(|| {
            InputError::at(&name, None, format!("the contract of this program has no {}", kind.operation))
        })?;
        let files = match path.is_dir() {
            true => list(path)
                .map_err(|error| InputError::at(&name, None, format!("cannot be read: {error}")))?
                .into(),
            false => VecDeque::from([path.to_owned()]),
        };
        Ok(XmlFiles { files, operation, read })
    }

    fn record(&self, path: &Path) -> Result<Record, InputError> {
        let file = path.display().to_string();
        let wrong = |what: String| InputError::at(&file, None, what);
        let bytes = self.bytes(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
        let text = text(&bytes).map_err(&wrong)?;
        let root = Element::from_xml(&text).map_err(|error| not_xml(&file, &text, &error))?;
        let (goods_owner, payload) =
            xml_element::payload(self.operation, &root).map_err(|(what, hint)| wrong(what).hint(hint))?;
        Ok(Record { place: Place { file, line: None }, goods_owner, payload })
    }

    fn bytes(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > LONGEST {
            return Err(io::Error::other(format!("longer than {}", in_mib(LONGEST))));
        }
        self.read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes)
    }
}

impl Iterator for XmlFiles {
    type Item = Result<Record, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let path = self.files.pop_front()?;
        Some(self.record(&path))
    }
}

/// The text, by the mark at its start or by what its declaration says.
fn text(bytes: &[u8]) -> Result<String, String> {
    let (encoding, start) = match encoding::mark(bytes) {
        Some((encoding, length)) => (encoding, length),
        None => (encoding::of_xml(bytes)?, 0),
    };
    encoding::whole(encoding, &bytes[start..]).ok_or_else(|| format!("not all of it is {}", encoding.name()))
}

fn not_xml(file: &str, text: &str, error: &ReadError) -> InputError {
    let line = error.offset.map(|offset| {
        let before = text.as_bytes().get(..usize::try_from(offset).unwrap_or(usize::MAX).min(text.len()));
        before.unwrap_or_default().iter().filter(|byte| **byte == b'\n').count() as u64 + 1
    });
    let path = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
    InputError::at(file, line, format!("{path}{}", error.message))
}
