//! The destination of rows: a file that gets its name only when it is complete, or a stream.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{
    self, BufRead as _, BufReader, BufWriter, PipeWriter, Read as _, Seek as _, SeekFrom, Stdout, Write,
};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::format::{Item, StrftimeItems};

use crate::batch::atomic_file::{AtomicFile, Destination};

/// An output that is being written.
///
/// A temporary file is written to the same folder and replaces the old file when it is finished. On Unix only its owner
/// can read it. It is removed if dropped unfinished.
#[derive(Debug)]
pub struct Output {
    kind: Sink,
    /// The first line of the file that is continued, without its line end.
    continued: Option<Vec<u8>>,
}

#[derive(Debug)]
enum Sink {
    Beside(AtomicFile),
    /// As `Beside`, but the name must not exist yet.
    New(AtomicFile),
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
                Ok(Output::of(Sink::Beside(AtomicFile::begin(&path)?)))
            }
            Destination::Other => {
                let file = File::options().write(true).open(path)?;
                Ok(Output::of(Sink::Direct(BufWriter::new(file))))
            }
        }
    }

    /// Writes to a file that must not exist yet.
    ///
    /// # Errors
    /// As [`file`](Self::file); [`AlreadyExists`](io::ErrorKind::AlreadyExists), at once or when it is finished.
    pub fn new_file(path: &Path) -> io::Result<Output> {
        match Destination::of(path)? {
            Destination::Free(path) => Ok(Output::of(Sink::New(AtomicFile::begin(&path)?))),
            Destination::File(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Destination::Other => Output::file(path),
        }
    }

    /// Appends to a file: its content is kept, and the new rows follow.
    ///
    /// # Errors
    /// As [`file`](Self::file), and the file cannot be read.
    pub fn append(path: &Path) -> io::Result<Output> {
        let Destination::File(path) = Destination::of(path)? else { return Output::file(path) };
        let mut old = File::open(&path)?;
        let mut first = Vec::new();
        BufReader::new(&old).read_until(b'\n', &mut first)?;
        old.seek(SeekFrom::Start(0))?;
        let mut file = AtomicFile::begin(&path)?;
        io::copy(&mut old, &mut file)?;
        if first.is_empty() {
            return Ok(Output::of(Sink::Beside(file)));
        }
        // Another program may have omitted the last line end.
        let mut last = [0];
        old.seek(SeekFrom::End(-1))?;
        old.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
        first.truncate(first.trim_ascii_end().len());
        Ok(Output { kind: Sink::Beside(file), continued: Some(first) })
    }

    /// Standard output.
    pub fn stdout() -> Output {
        Output::of(Sink::Stdout(BufWriter::new(io::stdout())))
    }

    /// A pipe, whose other end reads the rows as they come.
    pub fn pipe(writer: PipeWriter) -> Output {
        Output::of(Sink::Pipe(BufWriter::new(writer)))
    }

    fn of(kind: Sink) -> Output {
        Output { kind, continued: None }
    }

    /// Returns the first line of the file that is continued; `None` if it is new or empty.
    pub(super) fn continued(&self) -> Option<&[u8]> {
        self.continued.as_deref()
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
        match self.kind {
            Sink::Stdout(mut out) => out.flush(),
            Sink::Pipe(mut out) => out.flush(),
            Sink::Direct(mut out) => out.flush(),
            Sink::Beside(file) => file.finish(),
            Sink::New(file) => file.finish_new(),
        }
    }

    /// Returns the temporary file, which is left behind if the process ends before the output is finished or dropped.
    pub fn temporary(&self) -> Option<&Path> {
        match &self.kind {
            Sink::Beside(file) | Sink::New(file) => Some(file.temporary()),
            Sink::Direct(_) | Sink::Stdout(_) | Sink::Pipe(_) => None,
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.kind {
            Sink::Beside(file) | Sink::New(file) => file.write(bytes),
            Sink::Direct(out) => out.write(bytes),
            Sink::Stdout(out) => out.write(bytes),
            Sink::Pipe(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.kind {
            Sink::Beside(file) | Sink::New(file) => file.flush(),
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
/// The character after a `%` is unknown; as text.
pub fn path_at(pattern: &Path, time: SystemTime) -> Result<PathBuf, String> {
    let Some(text) = pattern.to_str().filter(|text| text.contains('%')) else {
        return Ok(pattern.to_owned());
    };
    let items: Vec<Item<'_>> = StrftimeItems::new(text).collect();
    let mut path = String::new();
    let time = chrono::DateTime::<chrono::Utc>::from(time);
    match items.contains(&Item::Error) || write!(path, "{}", time.format_with_items(items.iter())).is_err() {
        true => Err(format!("`{text}` has a `%` that is not part of a time pattern such as %Y%m%dT%H%M%SZ")),
        false => Ok(path.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_a_path() {
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_764_045_600);
        let at = |pattern: &str| path_at(Path::new(pattern), time).map(|path| path.display().to_string());
        assert_eq!(at("in/%Y-%m/rows-%Y%m%dT%H%M%SZ.csv").unwrap(), "in/2025-11/rows-20251125T044000Z.csv");
        assert_eq!(at("100%%.csv").unwrap(), "100%.csv");
        assert_eq!(at("rows.csv").unwrap(), "rows.csv");
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
