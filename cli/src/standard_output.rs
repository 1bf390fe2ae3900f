//! Standard output whose reader may close it early, as `head` does.

use std::io::{self, ErrorKind, Write};

/// Drops what is written after the reader has closed the pipe, so that the command ends as it would have: an exit code
/// must not depend on who reads. Rows, which are what a pull is for, go without it.
pub struct UntilClosed<W> {
    out: W,
    is_closed: bool,
}

impl<W> UntilClosed<W> {
    pub fn new(out: W) -> UntilClosed<W> {
        UntilClosed { out, is_closed: false }
    }

    /// Replaces the result of a write that found the pipe closed.
    fn or_dropped<T>(&mut self, done: io::Result<T>, dropped: T) -> io::Result<T> {
        match done {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(dropped)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let done = self.out.write(bytes);
        self.or_dropped(done, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let done = self.out.flush();
        self.or_dropped(done, ())
    }
}
