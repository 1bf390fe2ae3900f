//! A file to which rows are appended, as a whole or not at all.

use std::fs::{self, File, Metadata};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::batch::atomic_file::{self, AtomicFile};
use crate::batch::file_lock::FileLock;

/// A copy of the file, which gets the new rows and then replaces it, unless the file was changed meanwhile.
#[derive(Debug)]
pub(super) struct ContinuedFile {
    pub copy: AtomicFile,
    /// First line of the file, without its line end; `None` if it is new or empty.
    pub first: Option<Vec<u8>>,
    path: PathBuf,
    /// The file as it was copied; `None` if there was none.
    original: Option<FileState>,
    lock: AppendLock,
}

impl ContinuedFile {
    /// # Errors
    /// Another program appends to the file in this way; the file cannot be read, or the copy cannot be written.
    pub fn begin(path: &Path) -> io::Result<ContinuedFile> {
        let lock = AppendLock::take(path)?;
        let copy = AtomicFile::beside(path)?;
        let mut new = ContinuedFile { copy, first: None, path: path.to_owned(), original: None, lock };
        match File::open(path) {
            Ok(file) => new.take_over(file)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(new)
    }

    fn take_over(&mut self, mut old: File) -> io::Result<()> {
        self.original = Some(FileState::of(&old.metadata()?));
        let mut first = Vec::new();
        BufReader::new(&old).read_until(b'\n', &mut first)?;
        old.seek(SeekFrom::Start(0))?;
        io::copy(&mut old, &mut self.copy)?;
        if first.is_empty() {
            return Ok(());
        }
        // Another program may have omitted the last line end.
        let mut last = [0];
        old.seek(SeekFrom::End(-1))?;
        old.read_exact(&mut last)?;
        if last != *b"\n" {
            self.copy.write_all(b"\n")?;
        }
        first.truncate(first.trim_ascii_end().len());
        self.first = Some(first);
        Ok(())
    }

    /// Replaces the file by the copy.
    ///
    /// # Errors
    /// The file was changed since it was copied, and is left as it is.
    pub fn finish(mut self) -> io::Result<()> {
        // This takes long; the file is looked at afterwards.
        self.copy.sync()?;
        let path = self.path.display().to_string();
        let changed = || {
            io::Error::other(format!(
                "another program changed {path} meanwhile; it is as that program left it"
            ))
        };
        let Some(original) = self.original else {
            return self.copy.finish_new().map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => changed(),
                _ => error,
            });
        };
        match fs::metadata(&self.path) {
            Ok(now) if FileState::of(&now) == original => self.copy.finish(),
            Ok(_) => Err(changed()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(changed()),
            Err(error) => Err(error),
        }
    }

    /// Returns the files that are left behind if the process is killed.
    pub fn temporary(&self) -> [&Path; 2] {
        [self.copy.temporary(), self.lock.0.path()]
    }
}

/// What changes with a file.
#[derive(Debug, PartialEq, Eq)]
struct FileState {
    length: u64,
    changed: Option<SystemTime>,
    /// Device and inode, where there are such.
    identity: Option<(u64, u64)>,
}

impl FileState {
    fn of(file: &Metadata) -> FileState {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt as _;
            Some((file.dev(), file.ino()))
        };
        #[cfg(not(unix))]
        let identity = None;
        FileState { length: file.len(), changed: file.modified().ok(), identity }
    }
}

/// The lock of a file that is continued: a file beside it, which is removed at the end.
#[derive(Debug)]
struct AppendLock(FileLock);

impl AppendLock {
    fn take(path: &Path) -> io::Result<AppendLock> {
        let name = format!(".{}.append-lock", path.file_name().unwrap_or_default().to_string_lossy());
        match FileLock::take(&atomic_file::folder(path).join(name))? {
            Some(lock) => Ok(AppendLock(lock)),
            None => {
                let text = format!("another run appends to {} right now", path.display());
                Err(io::Error::new(io::ErrorKind::ResourceBusy, text))
            }
        }
    }
}

impl Drop for AppendLock {
    fn drop(&mut self) {
        // A file that is left behind locks nobody out.
        let _ = self.0.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(path: &Path) -> ContinuedFile {
        let mut file = ContinuedFile::begin(path).unwrap();
        file.copy.write_all(b"new\n").unwrap();
        file
    }

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        for expected in ["new\n", "new\nnew\n"] {
            let first = begun(&path);
            assert_eq!(ContinuedFile::begin(&path).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
            first.finish().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), expected);
        }
        drop(begun(&path));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_others_wrote_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        let append = |text: &str| {
            let mut file = File::options().append(true).create(true).open(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        };
        let is_refused = |file: ContinuedFile| {
            let error = file.finish().unwrap_err().to_string();
            assert!(error.contains("another program changed"), "{error}");
        };
        let file = begun(&path);
        append("created\n");
        is_refused(file);
        let file = begun(&path);
        append("appended\n");
        is_refused(file);
        assert_eq!(fs::read_to_string(&path).unwrap(), "created\nappended\n");
        let file = begun(&path);
        fs::remove_file(&path).unwrap();
        is_refused(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
