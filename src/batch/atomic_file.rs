//! A file that gets its final name only when it is complete and on the disk.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A temporary file in the folder of the final one. Dropping it deletes it.
///
/// On Unix only its owner can read it, since it contains personal data.
#[derive(Debug)]
pub struct AtomicFile {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl AtomicFile {
    /// Begins a file.
    ///
    /// # Errors
    /// The folder does not exist or is not writable.
    pub fn begin(path: &Path) -> io::Result<AtomicFile> {
        let file = tempfile::Builder::new().prefix(&unfinished(path)).tempfile_in(folder(path))?;
        Ok(AtomicFile { file: BufWriter::with_capacity(1 << 16, file), path: path.to_owned() })
    }

    /// The path of the temporary file.
    pub fn temporary(&self) -> &Path {
        self.file.get_ref().path()
    }

    /// Flushes the file to the disk and gives it its final name, replacing an existing file.
    ///
    /// # Errors
    /// The disk is full, or the name belongs to something that cannot be replaced, which is then unchanged.
    pub fn finish(self) -> io::Result<()> {
        self.persist(true)
    }

    /// As [`finish`](Self::finish), but never replaces another file.
    ///
    /// # Errors
    /// As [`finish`](Self::finish); [`AlreadyExists`](io::ErrorKind::AlreadyExists) if the name exists.
    pub fn finish_new(self) -> io::Result<()> {
        self.persist(false)
    }

    fn persist(self, replace: bool) -> io::Result<()> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        let persisted = if replace { file.persist(&self.path) } else { file.persist_noclobber(&self.path) };
        persisted.map_err(|error| error.error)?;
        if let Err(error) = sync_folder(folder(&self.path)) {
            // The file is complete; only a loss of power right now could undo its renaming.
            tracing::warn!(path = %self.path.display(), %error, "the folder cannot be flushed to the disk");
        }
        Ok(())
    }
}

/// Prefix of the names of unfinished files, by which the next run for the same file finds them.
pub(in crate::batch) fn unfinished(path: &Path) -> String {
    format!(".{}.unfinished-", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Removes temporary files that killed runs left behind. Call it only while no other process writes the same file.
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

/// Flushes a new name in a folder to the disk. Windows has no such call and needs none.
pub(in crate::batch) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
