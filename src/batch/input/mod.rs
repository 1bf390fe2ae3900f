//! Records from files: JSON Lines, CSV with a column map, and folders of XML.
//!
//! ```
//! use ongoing_wms::batch::{ColumnMap, Kind, Input};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("articles.csv");
//! # std::fs::write(&file, "Item;Name;Kg\nA-1;Blue mug;0,35\nA-2;Red mug;\n")?;
//! let map = ColumnMap::parse(
//!     r#"
//!     delimiter = ";"
//!     decimal_comma = true
//!     [columns]
//!     ArticleNumber = "Item"
//!     ArticleName = "Name"
//!     Weight = "Kg"
//!     "#,
//!     "articles.toml",
//! )?;
//! let articles = Kind::find("articles").ok_or("no such kind")?;
//! for record in Input::new(&file).map(map).records(articles)? {
//!     let record = record?;
//!     println!("{}: {}", record.place, record.payload["ArticleNumber"]);
//! #   assert_eq!(record.payload["ArticleOperation"], "CreateOrUpdate");
//! }
//! # Ok(())
//! # }
//! ```

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Encoding, UTF_8};

use super::kind::Kind;
use super::record::Record;
use crate::suggest::shell_word;
use crate::xml::{Xml, json};

pub mod csv;
mod dos_end;
mod encoding;
mod error;
mod file_signature;
mod json_lines;
mod line_reader;
mod repeated_errors;
mod spool;
mod warning;
mod xml;

use csv::column_map::ColumnMap;
use csv::rows as csv_rows;
use dos_end::WithoutDosEnd;
pub use error::InputError;
pub(in crate::batch) use json_lines::JsonLine;
use spool::Spool;
pub use spool::SpoolError;
use warning::OnWarning;
use xml::files as xml_files;

/// Form of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON payload per line.
    JsonLines,
    /// CSV rows, with a column map.
    Csv,
    /// One XML payload or request per file; give a folder for many.
    Xml,
}

/// A source of records. It can be read several times; a pipe can be after [`spooled`](Input::spooled).
#[derive(Debug, Clone)]
pub struct Input {
    path: PathBuf,
    format: Option<Format>,
    map: Option<ColumnMap>,
    spool: Option<Spool>,
    on_warning: OnWarning,
}

impl Input {
    /// A file, or a folder of XML files. The extension tells the format: `.jsonl`, `.ndjson` and `.json` are JSON
    /// Lines; `.csv`, `.tsv` and `.txt` are CSV; `.xml` and folders are XML.
    pub fn new(path: impl Into<PathBuf>) -> Input {
        let (spool, on_warning) = (None, OnWarning::default());
        Input { path: path.into(), format: None, map: None, spool, on_warning }
    }

    /// Creates an input from records in memory: payloads as values of the contract's types. They are written to a
    /// private temporary file, so that an iterator can give any number of them.
    ///
    /// The journal of their push is in the current folder, named after the kind, unless
    /// [`Push::journal`](crate::batch::Push::journal) sets another one.
    ///
    /// # Errors
    /// A value has no JSON form because an enumeration is not set, or the temporary file cannot be written.
    pub fn values<T: Xml>(values: impl IntoIterator<Item = T>) -> Result<Input, SpoolError> {
        let spool = Spool::lines(IN_MEMORY, values.into_iter().map(|value| json::to_string(&value)))?;
        let format = Some(Format::JsonLines);
        Ok(Input { spool: Some(spool), format, ..Input::new(IN_MEMORY) })
    }

    /// Sets the format, overriding the extension.
    pub fn format(mut self, format: Format) -> Input {
        self.format = Some(format);
        self
    }

    /// Sets the column map, which CSV requires.
    pub fn map(mut self, map: ColumnMap) -> Input {
        self.map = Some(map);
        self
    }

    /// Registers a callback for warnings: oddities that do not stop the input, such as an article number that a
    /// spreadsheet rounded or an XML member that is not in the contract. Each warning is given once, after the last
    /// record, with the number of rows or files. Defaults to none.
    pub fn on_warning(mut self, told: impl Fn(&InputError) + Send + Sync + 'static) -> Input {
        self.on_warning = OnWarning::new(told);
        self
    }

    /// Returns whether the input can be read only once: standard input (`-`), a pipe, a device.
    pub fn reads_once(&self) -> bool {
        spool::reads_once(&self.path)
    }

    /// Copies an input that can be read only once to a private temporary file, waiting for its end. Returns any other
    /// input unchanged.
    ///
    /// # Errors
    /// The input cannot be read, or the temporary file cannot be written.
    pub fn spooled(mut self) -> Result<Input, SpoolError> {
        if self.reads_once() && self.spool.is_none() {
            self.spool = Some(Spool::fill(&self.path, &self.name())?);
        }
        Ok(self)
    }

    /// The path beside which a push keeps its files. For input that can be read only once they are in the current
    /// folder, named after the kind.
    pub(super) fn own_path(&self, kind: &Kind) -> PathBuf {
        let is_in_memory = self.spool.is_some();
        if is_in_memory || self.reads_once() { PathBuf::from(kind.name) } else { self.path.clone() }
    }

    /// The file or folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the records from the start, each with its kind's defaults ([`Kind::defaults`]).
    ///
    /// # Errors
    /// The input cannot be opened, its format is unknown, CSV has no column map, or the map does not match the contract
    /// or the file's columns.
    pub fn records(&self, kind: &'static Kind) -> Result<Records, InputError> {
        let read = Arc::new(AtomicU64::new(0));
        let records: Box<dyn Iterator<Item = UnreadRecord> + Send> = match self.form()? {
            Format::JsonLines => {
                let (input, _) = self.open(&read, None)?;
                Box::new(json_lines::JsonLines::new(self.name(), input, kind, self.on_warning.clone()))
            }
            Format::Csv => Box::new(self.csv(kind, &read)?.map(UnreadRecord::Record)),
            Format::Xml if self.path.is_dir() => {
                let (read, on_warning) = (read.clone(), self.on_warning.clone());
                let files = xml_files::XmlFiles::in_folder(&self.path, kind, read, on_warning)?;
                Box::new(files.map(UnreadRecord::Record))
            }
            Format::Xml => {
                let input = self.bytes(&read)?;
                let files = xml_files::XmlFiles::of(self.name(), input, kind, self.on_warning.clone())?;
                Box::new(files.map(UnreadRecord::Record))
            }
        };
        let problems = VecDeque::new();
        Ok(Records { kind, records, read, total: self.size(), defaults: true, problems })
    }

    /// The format, as set or by the extension.
    fn form(&self) -> Result<Format, InputError> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        if self.path.is_dir() {
            return Ok(Format::Xml);
        }
        let ending = self.path.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "jsonl" | "ndjson" | "json" => Ok(Format::JsonLines),
            "csv" | "tsv" | "txt" => Ok(Format::Csv),
            "xml" => Ok(Format::Xml),
            _ => Err(InputError::at(
                &self.name(),
                None,
                "the extension does not show the format of the file",
            )
            .hint(
                ".jsonl is JSON Lines, .csv is CSV, .xml or a folder is XML; for other names, use --format"
                    .to_owned(),
            )),
        }
    }

    /// As messages call it.
    fn name(&self) -> String {
        match self.path.as_os_str() == "-" {
            true => "standard input".to_owned(),
            false => self.path.display().to_string(),
        }
    }

    /// The input as an argument of a command, behind a space; nothing for one that cannot be read a second time.
    fn again(&self) -> String {
        match self.spool.is_some() || self.reads_once() {
            true => String::new(),
            false => format!(" {}", shell_word(&self.name())),
        }
    }

    fn csv(&self, kind: &'static Kind, read: &Arc<AtomicU64>) -> Result<csv_rows::CsvRows, InputError> {
        let Some(map) = &self.map else {
            let what = "a CSV file requires a column map, which assigns its columns to members";
            return Err(InputError::at(&self.name(), None, what).hint(format!(
                "`ongoing push {}{} --example-map` prints one to start from",
                kind.name,
                self.again()
            )));
        };
        let tabs = self.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tsv"));
        let (input, marked) = self.open(read, map.encoding)?;
        if let (Some(said), Some(marked)) = (map.encoding, marked)
            && said != marked
            && !(encoding::is_wide(said) && encoding::is_wide(marked))
        {
            let what = format!(
                "the byte-order mark of the file says {}, the column map says {}",
                marked.name(),
                said.name()
            );
            return Err(
                InputError::at(&self.name(), 1, what).hint(format!("remove `encoding` from {}", map.file))
            );
        }
        csv_rows::CsvRows::new(self.name(), input, map, kind, tabs, self.on_warning.clone())
    }

    /// Whether rows of a table become one record by a column; `None` without a column map.
    pub(crate) fn is_grouped(&self) -> Option<bool> {
        self.map.as_ref().map(ColumnMap::is_grouped)
    }

    /// The text as UTF-8, and the encoding by its byte-order mark. Without a mark the given encoding applies.
    fn open(
        &self,
        read: &Arc<AtomicU64>,
        said: Option<&'static Encoding>,
    ) -> Result<(TextInput, Option<&'static Encoding>), InputError> {
        let mut input = BufReader::with_capacity(1 << 16, self.bytes(read)?);
        let start = input.fill_buf().map_err(|error| self.unreadable(&error))?;
        let mark = encoding::mark(start);
        if let Some(signature) = file_signature::of(start)
            && (signature.is_packed() || !said.is_some_and(encoding::is_wide))
        {
            let (what, hint) = signature.wrong(self.map.is_some());
            return Err(InputError::at(&self.name(), None, what).hint(hint));
        }
        if let Some((_, length)) = mark {
            input.consume(length);
        }
        let marked = mark.map(|(encoding, _)| encoding);
        let input: TextInput = match marked.or(said).unwrap_or(UTF_8) {
            utf8 if utf8 == UTF_8 => Box::new(WithoutDosEnd::new(input)),
            other => Box::new(WithoutDosEnd::new(BufReader::new(encoding::Utf8::new(input, other)))),
        };
        Ok((input, marked))
    }

    /// The bytes from the start, with a counter.
    fn bytes(&self, read: &Arc<AtomicU64>) -> Result<CountingReader, InputError> {
        let input: Box<dyn Read + Send> = match &self.spool {
            Some(spool) => Box::new(spool.reader()),
            None => Box::new(File::open(&self.path).map_err(|error| self.unreadable(&error))?),
        };
        Ok(CountingReader { input, read: Arc::clone(read) })
    }

    fn unreadable(&self, error: &io::Error) -> InputError {
        InputError::at(&self.name(), None, format!("the input cannot be read: {error}"))
    }

    /// Bytes of the file, or of all files in the folder.
    fn size(&self) -> Option<u64> {
        if let Some(spool) = &self.spool {
            return Some(spool.length);
        }
        let metadata = fs::metadata(&self.path).ok()?;
        if !metadata.is_dir() {
            return Some(metadata.len());
        }
        let files = xml_files::list(&self.path).ok()?;
        Some(files.iter().filter_map(|file| fs::metadata(file).ok()).map(|metadata| metadata.len()).sum())
    }
}

/// Returns what kind of non-text file this is, by its first bytes (compressed, a workbook, UTF-16 without a byte-order
/// mark), and what to do about it; `None` if it may be text.
pub fn not_text(start: &[u8]) -> Option<(String, String)> {
    file_signature::of(start).map(|signature| signature.wrong(false))
}

/// The name of in-memory records in messages: `memory:3` is the third.
const IN_MEMORY: &str = "memory";

/// Text to read.
type TextInput = Box<dyn BufRead + Send>;

/// Counts the bytes read.
struct CountingReader {
    input: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for CountingReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(out)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// A record that may still have to be parsed, which other threads can do.
pub(in crate::batch) enum UnreadRecord {
    Line(JsonLine),
    Record(Result<Record, InputError>),
}

/// Iterates over the records of a source in bounded memory.
///
/// After an error it continues with the next record if possible, so that all errors can be reported at once. A record
/// with several errors gives several errors and no record.
pub struct Records {
    kind: &'static Kind,
    records: Box<dyn Iterator<Item = UnreadRecord> + Send>,
    read: Arc<AtomicU64>,
    total: Option<u64>,
    defaults: bool,
    /// Errors of the last record that are not reported yet.
    problems: VecDeque<InputError>,
}

impl Records {
    /// Reads the records as they are in the source, without their kind's defaults.
    pub fn without_defaults(mut self) -> Records {
        self.defaults = false;
        self
    }

    /// The next record as it is in the source, or the next error.
    pub(in crate::batch) fn next_unread(&mut self) -> Option<UnreadRecord> {
        self.records.next()
    }

    /// Bytes read so far, of [`total_bytes`](Records::total_bytes). Includes buffered bytes.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Size of the whole source in bytes; `None` if unknown.
    pub fn total_bytes(&self) -> Option<u64> {
        self.total
    }
}

impl Iterator for Records {
    type Item = Result<Record, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(problem) = self.problems.pop_front() {
            return Some(Err(problem));
        }
        let mut record = match self.records.next()? {
            UnreadRecord::Record(record) => record,
            UnreadRecord::Line(line) => match line.read(self.kind) {
                Ok(record) => Ok(record),
                Err(errors) => {
                    self.problems.extend(errors);
                    return self.next();
                }
            },
        };
        if self.defaults
            && let Ok(record) = &mut record
        {
            self.kind.apply_defaults(&mut record.payload);
        }
        Some(record)
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records")
            .field("kind", &self.kind.name)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
