//! A lock between programs: a file that one of them has locked.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A locked file. The lock lasts until this is dropped or the program ends.
#[derive(Debug)]
pub(in crate::batch) struct FileLock {
    pub file: File,
    path: PathBuf,
}

impl FileLock {
    /// Creates the file if it is missing, and locks it. Returns `None` if another program has locked it.
    pub fn take(path: &Path) -> io::Result<Option<FileLock>> {
        loop {
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(false);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(path)?;
            match file.try_lock() {
                // A file that was removed meanwhile does not lock out others.
                Ok(()) if is_at(&file, path) => return Ok(Some(FileLock { file, path: path.to_owned() })),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file.
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let here = fs::metadata(path).map(|found| (found.dev(), found.ino()));
    let ours = file.metadata().map(|found| (found.dev(), found.ino()));
    matches!((here, ours), (Ok(here), Ok(ours)) if here == ours)
}

/// On other systems a file has no identity that can be compared: its name must still be there.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}
