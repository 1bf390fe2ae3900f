//! The mark that programs of CP/M and DOS write at the end of a text, and sometimes up to the end of its last block.

use std::io::{self, BufRead, Read};

const MARK: u8 = 0x1A;

/// Marks that are not at the end are given in pieces of this.
const MARKS: [u8; 64] = [MARK; 64];

/// Leaves out the marks behind the end of a text. Elsewhere the byte stays: nothing after it is lost.
pub struct WithoutDosEnd<R> {
    inner: R,
    /// Marks that were taken from the input, and what follows decides about them.
    held: usize,
    /// Marks that something follows, so that they are part of the text.
    given: usize,
}

impl<R: BufRead> WithoutDosEnd<R> {
    pub fn new(inner: R) -> WithoutDosEnd<R> {
        WithoutDosEnd { inner, held: 0, given: 0 }
    }

    /// Length of the text that the input's buffer has before the marks at its end.
    fn before_marks(&mut self) -> io::Result<usize> {
        while self.given == 0 {
            let buffer = self.inner.fill_buf()?;
            let before = buffer.iter().rposition(|byte| *byte != MARK).map_or(0, |at| at + 1);
            match (before, buffer.len()) {
                (_, 0) => return Ok(0),
                (0, marks) => {
                    self.held += marks;
                    self.inner.consume(marks);
                }
                (before, _) if self.held == 0 => return Ok(before),
                _ => (self.given, self.held) = (self.held, 0),
            }
        }
        Ok(0)
    }
}

impl<R: BufRead> BufRead for WithoutDosEnd<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let before = self.before_marks()?;
        match self.given {
            0 if before == 0 => Ok(&[]),
            0 => Ok(&self.inner.fill_buf()?[..before]),
            given => Ok(&MARKS[..given.min(MARKS.len())]),
        }
    }

    fn consume(&mut self, length: usize) {
        match self.given {
            0 => self.inner.consume(length),
            _ => self.given -= length,
        }
    }
}

impl<R: BufRead> Read for WithoutDosEnd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn marks_are_left_out_at_the_end_only() {
        let long = format!("a{}b", "\u{1a}".repeat(150));
        for (text, expected) in [
            ("", ""),
            ("\u{1a}", ""),
            ("1;2\r\n", "1;2\r\n"),
            ("1;2\r\n\u{1a}", "1;2\r\n"),
            ("1;2\u{1a}\u{1a}\u{1a}\u{1a}", "1;2"),
            ("1\u{1a};2\n\u{1a}", "1\u{1a};2\n"),
            ("\u{1a}1\n", "\u{1a}1\n"),
            (&long, &long),
        ] {
            for capacity in [1, 2, 3, 64, 1024] {
                let mut read = String::new();
                let input = BufReader::with_capacity(capacity, text.as_bytes());
                WithoutDosEnd::new(input).read_to_string(&mut read).unwrap();
                assert_eq!(read, expected, "{text:?} in pieces of {capacity}");
            }
        }
    }
}
