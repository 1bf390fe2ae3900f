//! A file that has its name when it is complete, and on the disk.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file that is being written under a name of its own, in the folder of the final one. Dropped, it is gone.
///
/// On Unix only its owner can read it: what is written holds personal data.
#[derive(Debug)]
pub struct AtomicFile {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl AtomicFile {
    /// Begins a file.
    ///
    /// # Errors
    /// The folder is not there or cannot be written to.
    pub fn begin(path: &Path) -> io::Result<AtomicFile> {
        let file = tempfile::Builder::new().prefix(&unfinished(path)).tempfile_in(folder(path))?;
        Ok(AtomicFile { file: BufWriter::with_capacity(1 << 16, file), path: path.to_owned() })
    }

    /// Where it is written meanwhile.
    pub fn temporary(&self) -> &Path {
        self.file.get_ref().path()
    }

    /// Brings what was written to the disk and gives the file its name; another file of that name is replaced.
    ///
    /// # Errors
    /// The disk is full, or the name belongs to something that cannot be replaced; what was there before is then
    /// still there.
    pub fn finish(self) -> io::Result<()> {
        self.persist(true)
    }

    /// As [`finish`](Self::finish), but never replaces another file.
    ///
    /// # Errors
    /// As [`finish`](Self::finish); [`AlreadyExists`](io::ErrorKind::AlreadyExists) where the name is taken.
    pub fn finish_new(self) -> io::Result<()> {
        self.persist(false)
    }

    fn persist(self, replace: bool) -> io::Result<()> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        let persisted = if replace { file.persist(&self.path) } else { file.persist_noclobber(&self.path) };
        persisted.map_err(|error| error.error)?;
        if let Err(error) = sync_folder(folder(&self.path)) {
            // The file is whole; only a loss of power right now could take its name back.
            tracing::warn!(path = %self.path.display(), %error, "the folder cannot be synchronised to the disk");
        }
        Ok(())
    }
}

/// How the names of unfinished files begin, so that the next run for the same file knows them.
pub(in crate::batch) fn unfinished(path: &Path) -> String {
    format!(".{}.unfinished-", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Removes what killed runs left of a file. Only for who is alone in writing it.
pub(in crate::batch) fn clean(path: &Path) {
    let prefix = unfinished(path);
    let Ok(entries) = std::fs::read_dir(folder(path)) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            // What cannot be removed is left for the next run.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

pub(in crate::batch) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Brings a new name in a folder to the disk. Windows has no such call, and needs none.
pub(in crate::batch) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
