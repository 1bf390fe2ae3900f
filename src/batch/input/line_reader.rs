//! A file line by line, with the number of each line, in bounded memory.

use std::io::{self, BufRead, Read as _};

/// Longest line, and longest record of several lines, in bytes.
pub const LONGEST: usize = 64 << 20;

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// It is in the buffer, including the line end.
    Whole,
    /// It is longer than [`LONGEST`] and was skipped.
    TooLong,
    /// The input has ended.
    End,
}

/// Reads the next line into the buffer.
pub fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>, longest: usize) -> io::Result<LineEnd> {
    line.clear();
    let limit = longest as u64;
    let taken = input.by_ref().take(limit).read_until(b'\n', line)?;
    if taken == 0 {
        return Ok(LineEnd::End);
    }
    if taken as u64 == limit && line.last() != Some(&b'\n') {
        line.clear();
        input.skip_until(b'\n')?;
        return Ok(LineEnd::TooLong);
    }
    Ok(LineEnd::Whole)
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
            if end == LineEnd::End {
                break;
            }
            read.push((end, String::from_utf8(line.clone()).unwrap()));
        }
        let expected = [
            (LineEnd::Whole, "ab\n"),
            (LineEnd::TooLong, ""),
            (LineEnd::Whole, "\n"),
            (LineEnd::Whole, "cd"),
        ];
        assert_eq!(read, expected.map(|(end, text)| (end, text.to_owned())));
    }
}
