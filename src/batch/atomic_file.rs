//! A file that gets its final name only when it is complete and on the disk.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Maximum number of links that lead to a file, as on Linux.
const MOST_LINKS: usize = 40;

/// A temporary file in the folder of the final one. Dropping it deletes it.
///
/// If the final name is a link, its target is written, which need not exist yet.
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
    /// The folder does not exist or is not writable; or the path is something that a file must not replace, such as a
    /// folder, a device or a named pipe.
    pub fn begin(path: &Path) -> io::Result<AtomicFile> {
        match Destination::of(path)? {
            Destination::Free(path) | Destination::File(path) => AtomicFile::beside(&path),
            Destination::Other => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{} is not a regular file", path.display()),
            )),
        }
    }

    /// As [`begin`](Self::begin), for the path of a [`Destination`].
    pub(in crate::batch) fn beside(path: &Path) -> io::Result<AtomicFile> {
        let file = tempfile::Builder::new().prefix(&unfinished(path)).tempfile_in(folder(path))?;
        Ok(AtomicFile { file: BufWriter::with_capacity(1 << 16, file), path: path.to_owned() })
    }

    /// The path of the temporary file.
    pub fn temporary(&self) -> &Path {
        self.file.get_ref().path()
    }

    /// Flushes the file to the disk, so that [`finish`](Self::finish) needs no time.
    ///
    /// # Errors
    /// The disk is full.
    pub(in crate::batch) fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().as_file().sync_all()
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

/// What is at the path of an output.
pub(in crate::batch) enum Destination {
    /// Nothing yet, where a link leads to.
    Free(PathBuf),
    /// A file, where a link leads to.
    File(PathBuf),
    /// What cannot be replaced, such as a named pipe.
    Other,
}

impl Destination {
    pub fn of(path: &Path) -> io::Result<Destination> {
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                let text = format!("{} is a folder", path.display());
                Err(io::Error::new(io::ErrorKind::IsADirectory, text))
            }
            Ok(there) if !there.is_file() => Ok(Destination::Other),
            Ok(_) => Ok(Destination::File(fs::canonicalize(path)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Destination::Free(behind_links(path)?))
            }
            Err(error) => Err(error),
        }
    }
}

/// Follows links that end at no file.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = folder(&path).join(target),
            // Not a link, or nothing there.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other(format!("{} has too many links", path.display())))
}

/// Prefix of the names of unfinished files, by which the next run for the same file finds them.
pub(in crate::batch) fn unfinished(path: &Path) -> String {
    format!(".{}.unfinished-", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Removes temporary files that killed runs left behind. Call it only while no other process writes the same file.
pub(in crate::batch) fn clean(path: &Path) {
    let Ok(Destination::Free(path) | Destination::File(path)) = Destination::of(path) else { return };
    let prefix = unfinished(&path);
    let Ok(entries) = fs::read_dir(folder(&path)) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            // What cannot be removed is left for the next run.
            let _ = fs::remove_file(entry.path());
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
