//! Standard output whose reader may close it early, as `head` does.

use std::io::{self, ErrorKind, Write};
#[cfg(unix)]
use std::{
    fs::{self, File},
    io::Read as _,
};

use super::exit::Exit;
use super::failure::Failure;

/// Whether standard output was closed when the program began: then what is printed would be lost without an error.
///
/// Rust opens the null device in its place, for reading and writing. `> /dev/null` in a shell opens it for writing
/// only, and is the user's wish.
#[cfg(unix)]
fn is_closed() -> bool {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    let Ok(own) = io::stdout().as_fd().try_clone_to_owned() else { return true };
    let mut own = File::from(own);
    let (Ok(there), Ok(null)) = (own.metadata(), fs::metadata("/dev/null")) else { return false };
    let is_null = there.file_type().is_char_device() && there.rdev() == null.rdev();
    is_null && own.read(&mut [0]).is_ok()
}

/// Whether the process has no standard output, so that what is printed would be lost without an error.
#[cfg(windows)]
fn is_closed() -> bool {
    use std::os::windows::io::AsRawHandle as _;
    io::stdout().as_raw_handle().is_null()
}

/// Always `false`: other systems do not tell.
#[cfg(not(any(unix, windows)))]
fn is_closed() -> bool {
    false
}

/// Refuses to begin if standard output is closed, for a command whose output is all that it is for.
pub fn needed(remedy: &str) -> Result<(), Failure> {
    match is_closed() {
        true => Err(Failure::new(Exit::Output, "standard output is closed")
            .hint(format!("{remedy}; nothing was requested"))),
        false => Ok(()),
    }
}

/// Drops what the reader of a closed pipe no longer takes, so that the command ends as it would have: an exit code must
/// not depend on who reads. Rows, which are what a pull is for, are written without it.
pub struct UntilClosed<W>(pub W);

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        or_dropped(self.0.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        or_dropped(self.0.flush(), ())
    }
}

/// Replaces the result of a write that found the pipe closed.
fn or_dropped<T>(done: io::Result<T>, dropped: T) -> io::Result<T> {
    match done {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(dropped),
        done => done,
    }
}
