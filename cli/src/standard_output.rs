//! Standard output whose reader may close it early, as `head` does.

use std::io::{self, ErrorKind, Write};

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
