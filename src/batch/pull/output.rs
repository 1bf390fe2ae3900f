//! The destination of rows: a file that gets its name only when it is complete, or a stream.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, PipeWriter, Stdout, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::format::{Item, StrftimeItems};

use super::continued_file::ContinuedFile;
use crate::batch::atomic_file::{AtomicFile, Destination};
use crate::xml::DateTime;

/// An output that is being written.
///
/// A temporary file is written to the same folder and replaces the old file when it is finished. On Unix only its owner
/// can read it. It is removed if dropped unfinished.
#[derive(Debug)]
pub struct Output(Sink);

#[derive(Debug)]
enum Sink {
    Beside(AtomicFile),
    /// As `Beside`, but the name must not exist yet.
    New(AtomicFile),
    /// As `Beside`, with the content of the file.
    Continued(Box<ContinuedFile>),
    /// Anything but a regular file, such as a named pipe, cannot be replaced.
    Direct(BufWriter<File>),
    Stdout(BufWriter<Stdout>),
    Pipe(BufWriter<PipeWriter>),
}

impl Output {
    /// Writes to a file. If `path` is a link, its target is replaced or created. A device or a named pipe is written to.
    ///
    /// # Errors
    /// The folder does not exist or is not writable.
    pub fn file(path: &Path) -> io::Result<Output> {
        match Destination::of(path)? {
            Destination::Free(path) | Destination::File(path) => {
                Ok(Output(Sink::Beside(AtomicFile::beside(&path)?)))
            }
            Destination::Other => {
                let file = File::options().write(true).open(path)?;
                Ok(Output(Sink::Direct(BufWriter::new(file))))
            }
        }
    }

    /// Writes to a file that must not exist yet.
    ///
    /// # Errors
    /// As [`file`](Self::file); [`AlreadyExists`](io::ErrorKind::AlreadyExists), at once or when it is finished.
    pub fn new_file(path: &Path) -> io::Result<Output> {
        match Destination::of(path)? {
            Destination::Free(path) => Ok(Output(Sink::New(AtomicFile::beside(&path)?))),
            Destination::File(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Destination::Other => Output::file(path),
        }
    }

    /// Appends to a file: its content is kept, and the new rows follow. One output at a time can do so.
    ///
    /// # Errors
    /// As [`file`](Self::file), and the file cannot be read; [`ResourceBusy`](io::ErrorKind::ResourceBusy) if another
    /// output appends to it. [`finish`](Self::finish) fails if another program changed the file meanwhile.
    pub fn append(path: &Path) -> io::Result<Output> {
        match Destination::of(path)? {
            Destination::Free(path) | Destination::File(path) => {
                Ok(Output(Sink::Continued(Box::new(ContinuedFile::begin(&path)?))))
            }
            Destination::Other => Output::file(path),
        }
    }

    /// Standard output.
    pub fn stdout() -> Output {
        Output(Sink::Stdout(BufWriter::new(io::stdout())))
    }

    /// A pipe, whose other end reads the rows as they come.
    pub fn pipe(writer: PipeWriter) -> Output {
        Output(Sink::Pipe(BufWriter::new(writer)))
    }

    /// Returns the first line of the file that is continued; `None` if it is new or empty.
    pub(super) fn continued(&self) -> Option<&[u8]> {
        match &self.0 {
            Sink::Continued(file) => file.first.as_deref(),
            _ => None,
        }
    }

    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        self.write_all(text.as_bytes())?;
        self.write_all(b"\n")
    }

    /// Flushes everything and gives a file its name. When this returns, the file survives a loss of power.
    ///
    /// # Errors
    /// It cannot be written or renamed; the old file is unchanged.
    pub fn finish(self) -> io::Result<()> {
        match self.0 {
            Sink::Stdout(mut out) => out.flush(),
            Sink::Pipe(mut out) => out.flush(),
            Sink::Direct(mut out) => out.flush(),
            Sink::Beside(file) => file.finish(),
            Sink::New(file) => file.finish_new(),
            Sink::Continued(file) => file.finish(),
        }
    }

    /// Returns the temporary files, which are left behind if the process ends before the output is finished or dropped.
    pub fn temporary(&self) -> Vec<&Path> {
        match &self.0 {
            Sink::Beside(file) | Sink::New(file) => vec![file.temporary()],
            Sink::Continued(file) => file.temporary().to_vec(),
            Sink::Direct(_) | Sink::Stdout(_) | Sink::Pipe(_) => Vec::new(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Sink::Beside(file) | Sink::New(file) => file.write(bytes),
            Sink::Continued(file) => file.copy.write(bytes),
            Sink::Direct(out) => out.write(bytes),
            Sink::Stdout(out) => out.write(bytes),
            Sink::Pipe(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Sink::Beside(file) | Sink::New(file) => file.flush(),
            Sink::Continued(file) => file.copy.flush(),
            Sink::Direct(out) => out.flush(),
            Sink::Stdout(out) => out.flush(),
            Sink::Pipe(out) => out.flush(),
        }
    }
}

/// Returns the file in which a pull into `out` remembers what it delivered: beside the output, independent of a time in
/// its name ([`path_at`]).
pub fn memory_beside(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".memory");
    // If the folder's name contains the time, the first parent folder without a time is used.
    let mut folder = out.parent().unwrap_or(Path::new(""));
    while folder.to_string_lossy().contains('%') {
        folder = folder.parent().unwrap_or(Path::new(""));
    }
    folder.join(name)
}

/// Returns a path with the UTC time filled in: `changed-%Y%m%dT%H%M%SZ.jsonl` is `changed-20261125T044000Z.jsonl`, and
/// `%%` is a percent sign. A path without `%` is returned unchanged.
///
/// # Errors
/// The character after a `%` is unknown, or the time is outside the years 1 to 9999; as text.
pub fn path_at(pattern: &Path, time: SystemTime) -> Result<PathBuf, String> {
    let Some(text) = pattern.to_str().filter(|text| text.contains('%')) else {
        return Ok(pattern.to_owned());
    };
    let time = DateTime::moment(time).ok_or("the time is outside the years 1 to 9999")?;
    let items: Vec<Item<'_>> = StrftimeItems::new(text).collect();
    let mut path = String::new();
    match items.contains(&Item::Error) || write!(path, "{}", time.format_with_items(items.iter())).is_err() {
        true => Err(format!("`{text}` has a `%` that is not part of a time pattern such as %Y%m%dT%H%M%SZ")),
        false => Ok(path.into()),
    }
}

/// Whether the name of a file contains the time: then each run has a file of its own, and none must be replaced.
pub fn has_time(pattern: &Path) -> bool {
    let is_text = |item: Item<'_>| {
        matches!(item, Item::Literal(_) | Item::OwnedLiteral(_) | Item::Space(_) | Item::OwnedSpace(_))
    };
    pattern.to_str().is_some_and(|text| !StrftimeItems::new(text).all(is_text))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_time_that_no_path_can_have() {
        let year_10_000 = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(253_402_300_800);
        assert!(
            path_at(Path::new("%Y.csv"), year_10_000).unwrap_err().contains("outside the years 1 to 9999")
        );
        assert_eq!(path_at(Path::new("rows.csv"), year_10_000).unwrap(), Path::new("rows.csv"));
    }

    #[test]
    fn a_time_in_a_path() {
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_764_045_600);
        let at = |pattern: &str| path_at(Path::new(pattern), time).map(|path| path.display().to_string());
        assert_eq!(at("in/%Y-%m/rows-%Y%m%dT%H%M%SZ.csv").unwrap(), "in/2025-11/rows-20251125T044000Z.csv");
        assert_eq!(at("100%%.csv").unwrap(), "100%.csv");
        assert_eq!(at("rows.csv").unwrap(), "rows.csv");
        assert!(has_time(Path::new("in/%Y-%m/rows.csv")) && has_time(Path::new("a %j")));
        for fixed in ["100%%.csv", "rows 1.csv", "ro%%nws.csv"] {
            assert!(!has_time(Path::new(fixed)), "{fixed}");
        }
        for pattern in ["100%.csv", "%", "a%Qb"] {
            assert!(at(pattern).unwrap_err().contains("not part of a time pattern"), "{pattern}");
        }
    }

    #[test]
    fn a_file_that_must_be_new() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("rows");
        let out = Output::new_file(&place).unwrap();
        fs::write(&place, "meanwhile").unwrap();
        assert_eq!(out.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&place).unwrap(), "meanwhile");
        assert_eq!(Output::new_file(&place).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(names(folder.path()), ["rows"]);
    }

    #[test]
    fn a_file_that_is_continued_is_whole_at_every_moment() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("rows");
        for (old, expected) in [
            (None, "new\n"),
            (Some(""), "new\n"),
            (Some("a\nb"), "a\nb\nnew\n"),
            (Some("a\r\n"), "a\r\nnew\n"),
        ] {
            let _ = fs::remove_file(&place);
            old.into_iter().for_each(|old| fs::write(&place, old).unwrap());
            let mut out = Output::append(&place).unwrap();
            let first = old.filter(|old| !old.is_empty()).map(|_| &b"a"[..]);
            assert_eq!(out.continued(), first);
            out.line("new").unwrap();
            out.flush().unwrap();
            assert_eq!(fs::read_to_string(&place).ok().as_deref(), old);
            out.finish().unwrap();
            assert_eq!(fs::read_to_string(&place).unwrap(), expected);
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_replaced_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("rows");
        fs::write(&place, "old").unwrap();
        let mut out = Output::file(&place).unwrap();
        out.line("new").unwrap();
        out.flush().unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "old");
        drop(out);
        assert_eq!(names(folder.path()), ["rows"]);
        let mut out = Output::file(&place).unwrap();
        out.line("new").unwrap();
        out.finish().unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "new\n");
        assert_eq!(names(folder.path()), ["rows"]);
    }

    #[test]
    fn what_cannot_be_written_is_said_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Output::file(folder.path()).unwrap_err().to_string().contains("is a folder"));
        assert!(Output::file(&folder.path().join("none/rows")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (place, link) = (folder.path().join("rows"), folder.path().join("link"));
        fs::write(&place, "old").unwrap();
        std::os::unix::fs::symlink(&place, &link).unwrap();
        Output::file(&link).unwrap().finish().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&place).unwrap(), "");
        assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
        let (later, loose) = (folder.path().join("later"), folder.path().join("loose"));
        std::os::unix::fs::symlink("later", &loose).unwrap();
        std::os::unix::fs::symlink("loose", folder.path().join("looser")).unwrap();
        let mut out = Output::file(&folder.path().join("looser")).unwrap();
        out.line("new").unwrap();
        out.finish().unwrap();
        assert_eq!(fs::read_to_string(&later).unwrap(), "new\n");
        assert!(fs::symlink_metadata(&loose).unwrap().is_symlink());
        fs::remove_file(&later).unwrap();
        AtomicFile::begin(&loose).unwrap().finish().unwrap();
        assert!(later.is_file() && fs::symlink_metadata(&loose).unwrap().is_symlink());
        std::os::unix::fs::symlink("circle", folder.path().join("circle")).unwrap();
        assert!(Output::file(&folder.path().join("circle")).is_err());
        assert!(AtomicFile::begin(Path::new("/dev/null")).is_err());
        let mut null = Output::file(Path::new("/dev/null")).unwrap();
        null.line("gone").unwrap();
        null.finish().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
