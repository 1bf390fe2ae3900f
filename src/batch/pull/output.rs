//! Where rows go: a file that has its name only when it is whole, or a stream.

use std::fs::{self, File};
use std::io::{self, BufWriter, Stdout, Write};
use std::path::Path;

use crate::batch::whole_file::WholeFile;

/// An output that is being written.
///
/// A file is written beside its place under another name, and takes the place of what was there when it is finished.
/// On Unix it can be read by its owner alone. What is dropped unfinished is removed.
#[derive(Debug)]
pub struct Output(Kind);

#[derive(Debug)]
enum Kind {
    Beside(WholeFile),
    /// What is no regular file, such as a named pipe, has no place to take.
    Direct(BufWriter<File>),
    Stdout(BufWriter<Stdout>),
}

impl Output {
    /// A file. Where `path` is a link, what it leads to is replaced.
    ///
    /// # Errors
    /// The folder is not there or cannot be written.
    pub fn file(path: &Path) -> io::Result<Output> {
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                Err(io::Error::new(io::ErrorKind::IsADirectory, format!("{} is a folder", path.display())))
            }
            Ok(there) if !there.is_file() => {
                let file = File::options().write(true).open(path)?;
                Ok(Output(Kind::Direct(BufWriter::new(file))))
            }
            Ok(_) => Output::beside(&fs::canonicalize(path)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Output::beside(path),
            Err(error) => Err(error),
        }
    }

    fn beside(place: &Path) -> io::Result<Output> {
        Ok(Output(Kind::Beside(WholeFile::begin(place)?)))
    }

    /// Standard output.
    pub fn stdout() -> Output {
        Output(Kind::Stdout(BufWriter::new(io::stdout())))
    }

    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        self.write_all(text.as_bytes())?;
        self.write_all(b"\n")
    }

    /// Writes out all there is, and gives a file its name. When this returns, it survives a loss of power.
    ///
    /// # Errors
    /// It cannot be written, or not take its place; what was there before is there still.
    pub fn finish(self) -> io::Result<()> {
        match self.0 {
            Kind::Stdout(mut out) => out.flush(),
            Kind::Direct(mut out) => out.flush(),
            Kind::Beside(file) => file.finish(),
        }
    }

    /// The file that is left behind where the process ends before the output is finished or dropped.
    pub fn temporary(&self) -> Option<&Path> {
        match &self.0 {
            Kind::Beside(file) => Some(file.temporary()),
            Kind::Direct(_) | Kind::Stdout(_) => None,
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Beside(file) => file.write(bytes),
            Kind::Direct(out) => out.write(bytes),
            Kind::Stdout(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Kind::Beside(file) => file.flush(),
            Kind::Direct(out) => out.flush(),
            Kind::Stdout(out) => out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut null = Output::file(Path::new("/dev/null")).unwrap();
        null.line("gone").unwrap();
        null.finish().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
