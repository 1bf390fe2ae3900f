//! Records from files: JSON Lines, CSV with a column map, and folders of XML.
//!
//! ```
//! use ongoing_wms::batch::{ColumnMap, Kind, Source};
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
//! for record in Source::new(&file).map(map).records(articles)? {
//!     let record = record?;
//!     println!("{}: {}", record.place, record.payload["ArticleNumber"]);
//! #   assert_eq!(record.payload["ArticleOperation"], "CreateOrUpdate");
//! }
//! # Ok(())
//! # }
//! ```

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Encoding, UTF_8};

use super::column_map::ColumnMap;
use super::defaults;
use super::kind::Kind;
use super::record::Record;

mod csv_rows;
pub(super) mod encoding;
mod error;
mod json_lines;
mod lines;
mod xml_element;
mod xml_files;

pub use error::InputError;

/// Form of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Format {
    /// One payload in JSON form a line
    #[cfg_attr(feature = "cli", value(name = "jsonl"))]
    JsonLines,
    /// Rows, with a column map
    Csv,
    /// One payload or request a file; a folder has many
    Xml,
}

/// Where records come from. It can be read several times.
#[derive(Debug, Clone)]
pub struct Source {
    path: PathBuf,
    format: Option<Format>,
    map: Option<ColumnMap>,
}

impl Source {
    /// A file, or a folder of XML files. Its form is told by its ending: `.jsonl`, `.ndjson` and `.json` are JSON Lines;
    /// `.csv`, `.tsv` and `.txt` are CSV; `.xml` and folders are XML.
    pub fn new(path: impl Into<PathBuf>) -> Source {
        Source { path: path.into(), format: None, map: None }
    }

    /// Says the form, whatever the ending.
    pub fn format(mut self, format: Format) -> Source {
        self.format = Some(format);
        self
    }

    /// The column map, which CSV needs.
    pub fn map(mut self, map: ColumnMap) -> Source {
        self.map = Some(map);
        self
    }

    /// The file or folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the records from the start, each with the defaults of its kind ([`Kind::defaults`]).
    ///
    /// # Errors
    /// An input that cannot be opened, a form that is not known, CSV without a column map, and a map that does not fit
    /// the contract or the file's columns.
    pub fn records(&self, kind: &'static Kind) -> Result<Records, InputError> {
        let read = Arc::new(AtomicU64::new(0));
        let records: Box<dyn Iterator<Item = Result<Record, InputError>> + Send> = match self.form()? {
            Format::JsonLines => {
                let (input, _) = self.open(&read, None)?;
                Box::new(json_lines::JsonLines::new(self.name(), input))
            }
            Format::Csv => Box::new(self.csv(kind, &read)?),
            Format::Xml => Box::new(xml_files::XmlFiles::new(&self.path, kind, Arc::clone(&read))?),
        };
        Ok(Records { kind, records, read, total: self.size() })
    }

    /// The form, as it was said or as the ending tells.
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
            _ => Err(InputError::at(&self.name(), None, "its ending does not tell what form it has").hint(
                ".jsonl is JSON Lines, .csv is CSV, .xml or a folder is XML; else say the format".to_owned(),
            )),
        }
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn csv(&self, kind: &'static Kind, read: &Arc<AtomicU64>) -> Result<csv_rows::CsvRows, InputError> {
        let Some(map) = &self.map else {
            let what = "a CSV file needs a column map: which column goes to which member";
            return Err(InputError::at(&self.name(), None, what)
                .hint(format!("`ongoing push {} --example-map` prints one to start from", kind.name)));
        };
        let bound = super::column_map::binding::Bound::new(map, kind)?;
        let tabs = self.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tsv"));
        let (input, marked) = self.open(read, map.encoding)?;
        if let (Some(said), Some(marked)) = (map.encoding, marked)
            && said != marked
            && !(encoding::is_wide(said) && encoding::is_wide(marked))
        {
            let what = format!("the file is marked as {}, the map says {}", marked.name(), said.name());
            return Err(
                InputError::at(&self.name(), 1, what).hint(format!("remove `encoding` from {}", map.file))
            );
        }
        csv_rows::CsvRows::new(self.name(), input, map, bound, tabs)
    }

    /// The text as UTF-8, and the encoding that a mark at its start names. Without a mark it is in the encoding given.
    fn open(
        &self,
        read: &Arc<AtomicU64>,
        said: Option<&'static Encoding>,
    ) -> Result<(Input, Option<&'static Encoding>), InputError> {
        let wrong = |error: io::Error| InputError::at(&self.name(), None, format!("cannot be read: {error}"));
        let file = File::open(&self.path).map_err(wrong)?;
        let mut input = BufReader::with_capacity(1 << 16, Counted { file, read: Arc::clone(read) });
        let mark = encoding::mark(input.fill_buf().map_err(wrong)?);
        if let Some((_, length)) = mark {
            input.consume(length);
        }
        let marked = mark.map(|(encoding, _)| encoding);
        let input: Input = match marked.or(said).unwrap_or(UTF_8) {
            utf8 if utf8 == UTF_8 => Box::new(input),
            other => Box::new(BufReader::new(encoding::Utf8::new(input, other))),
        };
        Ok((input, marked))
    }

    /// Bytes of the file, or of all files in the folder.
    fn size(&self) -> Option<u64> {
        let metadata = fs::metadata(&self.path).ok()?;
        if !metadata.is_dir() {
            return Some(metadata.len());
        }
        let files = xml_files::list(&self.path).ok()?;
        Some(files.iter().filter_map(|file| fs::metadata(file).ok()).map(|metadata| metadata.len()).sum())
    }
}

/// Text to read.
type Input = Box<dyn BufRead + Send>;

/// Counts what is read.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(out)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// Records of a source, one after the other, in bounded memory.
///
/// After an error it goes on with the next record where that is possible, so that all mistakes can be told at once. A
/// record with several mistakes gives several errors, and no record.
pub struct Records {
    kind: &'static Kind,
    records: Box<dyn Iterator<Item = Result<Record, InputError>> + Send>,
    read: Arc<AtomicU64>,
    total: Option<u64>,
}

impl Records {
    /// Bytes read so far, of [`total_bytes`](Records::total_bytes). It runs ahead by what is buffered.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Bytes of the whole source; `None` where they are not known.
    pub fn total_bytes(&self) -> Option<u64> {
        self.total
    }
}

impl Iterator for Records {
    type Item = Result<Record, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = self.records.next()?;
        if let Ok(record) = &mut record {
            defaults::apply(self.kind, &mut record.payload);
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
