//! A file line by line, with the number of each line, in bounded memory.

use std::io::{self, BufRead, Read};

/// Longest line, and longest record of several lines, in bytes.
pub const LONGEST: usize = 64 << 20;

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// It is in the buffer, line end included.
    Whole,
    /// It is longer than [`LONGEST`]; it was passed over.
    TooLong,
    /// There is none.
    End,
}

/// Reads the next line into the buffer.
pub fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>, longest: usize) -> io::Result<Line> {
    line.clear();
    let limit = longest as u64;
    let taken = input.by_ref().take(limit).read_until(b'\n', line)?;
    if taken == 0 {
        return Ok(Line::End);
    }
    if taken as u64 == limit && line.last() != Some(&b'\n') {
        line.clear();
        input.skip_until(b'\n')?;
        return Ok(Line::TooLong);
    }
    Ok(Line::Whole)
}

/// Hands a file on line by line, so that the line of what is read from it is known: one `read` never goes beyond a line
/// end.
pub struct Numbered<R> {
    input: R,
    line: Vec<u8>,
    /// How much of the line was handed on.
    at: usize,
    /// Lines read.
    lines: u64,
    /// First line since [`mark`](Numbered::mark) that is not empty.
    first: Option<u64>,
    /// Bytes since the mark.
    size: usize,
    longest: usize,
}

impl<R: BufRead> Numbered<R> {
    pub fn new(input: R, longest: usize) -> Numbered<R> {
        Numbered { input, line: Vec::new(), at: 0, lines: 0, first: None, size: 0, longest }
    }

    /// From here on the next record is read.
    pub fn mark(&mut self) {
        (self.first, self.size) = (None, 0);
    }

    /// The line on which the present record starts.
    pub fn line(&self) -> u64 {
        self.first.unwrap_or(self.lines)
    }
}

impl<R: BufRead> Read for Numbered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() {
            self.at = 0;
            self.lines += 1;
            match next_line(&mut self.input, &mut self.line, self.longest)? {
                Line::End => {
                    self.lines -= 1;
                    return Ok(0);
                }
                Line::TooLong => return Err(too_long(self.longest)),
                Line::Whole => {}
            }
            if !matches!(self.line.as_slice(), b"\n" | b"\r\n") {
                self.first.get_or_insert(self.lines);
                self.size += self.line.len();
            }
            if self.size > self.longest {
                return Err(too_long(self.longest));
            }
        }
        let length = out.len().min(self.line.len() - self.at);
        out[..length].copy_from_slice(&self.line[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

fn too_long(longest: usize) -> io::Error {
    io::Error::other(format!("longer than {}", in_mib(longest)))
}

/// `64 MiB`.
pub fn in_mib(bytes: usize) -> String {
    format!("{} MiB", bytes >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_passed_over() {
        let mut input = &b"ab\nabcdefgh\n\ncd"[..];
        let mut line = Vec::new();
        let mut read = Vec::new();
        loop {
            let end = next_line(&mut input, &mut line, 4).unwrap();
            if end == Line::End {
                break;
            }
            read.push((end, String::from_utf8(line.clone()).unwrap()));
        }
        let expected = [(Line::Whole, "ab\n"), (Line::TooLong, ""), (Line::Whole, "\n"), (Line::Whole, "cd")];
        assert_eq!(read, expected.map(|(end, text)| (end, text.to_owned())));
    }

    #[test]
    fn a_read_stays_within_its_line() {
        let mut input = Numbered::new(&b"\r\n\nab\ncd"[..], 100);
        let mut out = [0; 10];
        let mut seen = Vec::new();
        while let Ok(length @ 1..) = input.read(&mut out) {
            seen.push((String::from_utf8_lossy(&out[..length]).into_owned(), input.line()));
            if seen.len() == 3 {
                input.mark();
            }
        }
        assert_eq!(seen, [("\r\n", 1), ("\n", 2), ("ab\n", 3), ("cd", 4)].map(|(t, n)| (t.to_owned(), n)));
    }
}
