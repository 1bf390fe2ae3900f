//! Splits CSV text into rows and cells, strictly: the `csv` crate accepts text after a closing quote and quotes that
//! are never closed, which swallow rows; here they are errors.

use std::io::{self, BufRead};

/// How a file separates and quotes its cells.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    pub delimiter: u8,
    /// `None` if there are no quotes.
    pub quote: Option<u8>,
    /// The byte after this one is taken as text, inside and outside of quotes.
    pub escape: Option<u8>,
    /// Whether blanks around a quoted cell are ignored.
    pub trims: bool,
}

/// Reads row after row.
pub struct CsvText<R> {
    input: R,
    machine: Machine,
    ended: bool,
}

/// The cells of a row.
#[derive(Debug, Default)]
pub struct RawRow {
    text: Vec<u8>,
    cells: Vec<CellSpan>,
    /// Its first line, from 1.
    pub line: u64,
}

#[derive(Debug, Clone, Copy)]
struct CellSpan {
    end: usize,
    quoted: bool,
    line: u64,
}

/// Why a row cannot be read.
#[derive(Debug)]
pub enum Broken {
    Input(io::Error),
    /// The row is too long; if a quoted cell is open, the line on which the cell starts.
    TooLong {
        opened: Option<u64>,
    },
    /// There is text between a closing quote and the next delimiter.
    AfterQuote {
        opened: u64,
        closed: u64,
    },
    /// The file ends inside a quoted cell.
    Unclosed {
        opened: u64,
    },
    /// A lone carriage return in a file with line feeds, or the reverse: possibly half of a cell.
    LineEnd {
        line: u64,
    },
}

impl<R: BufRead> CsvText<R> {
    pub fn new(input: R, dialect: Dialect, longest: usize) -> CsvText<R> {
        let machine = Machine {
            dialect,
            longest,
            line: 1,
            state: CellState::Start,
            cell_line: 1,
            after_return: false,
            ended_by_return: false,
            line_end: None,
        };
        CsvText { input, machine, ended: false }
    }

    /// The line that was read last.
    pub fn line(&self) -> u64 {
        self.machine.line
    }

    pub fn dialect(&mut self) -> &mut Dialect {
        &mut self.machine.dialect
    }

    /// Whether nothing more can be read.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Reads the next row that is not blank; `false` at the end. After an error within one line, reading continues with
    /// the next line; any other error ends it.
    pub fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Broken> {
        row.text.clear();
        row.cells.clear();
        self.machine.state = CellState::Start;
        while !self.ended {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.ended = true;
                    return Err(Broken::Input(error));
                }
            };
            if buffer.is_empty() {
                self.ended = true;
                return self.machine.end(row);
            }
            let mut taken = 0;
            let mut found = Ok(false);
            while taken < buffer.len() && matches!(found, Ok(false)) {
                taken += self.machine.plain(&buffer[taken..], row);
                if let Some(byte) = buffer.get(taken) {
                    taken += 1;
                    found = self.machine.byte(*byte, row);
                }
            }
            self.input.consume(taken);
            match &found {
                Ok(false) => continue,
                Ok(true) => {}
                Err(Broken::AfterQuote { opened, closed }) if opened == closed => {}
                Err(_) => self.ended = true,
            }
            return found;
        }
        Ok(false)
    }
}

impl RawRow {
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Bytes of all cells.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    pub fn cells(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        (0..self.cells.len()).map(|index| self.cell(index))
    }

    /// The bytes of a cell; empty where there is none.
    pub fn cell(&self, index: usize) -> &[u8] {
        let Some(cell) = self.cells.get(index) else { return &[] };
        let start = index.checked_sub(1).map_or(0, |before| self.cells[before].end);
        &self.text[start..cell.end]
    }

    /// First and last line of a quoted cell that contains other rows: its lines have as many delimiters as a row, at
    /// its ends or in between. This cannot happen in a file that quotes all cells, since the quotes of those rows would
    /// show.
    pub fn swallowed(&self, delimiter: u8) -> Option<(u64, u64)> {
        let all_quoted = self.cells.len() > 1 && self.cells.iter().all(|cell| cell.quoted);
        let delimiters = self.cells.len() - 1;
        let holds_rows = |index: &usize| {
            let lines: Vec<usize> = lines(self.cell(*index))
                .map(|line| line.iter().filter(|byte| **byte == delimiter).count())
                .collect();
            let [first, between @ .., last] = lines.as_slice() else { return false };
            (*first == delimiters - index && last == index)
                || (delimiters > 0 && between.contains(&delimiters))
        };
        let found = (0..self.cells.len())
            .filter(|index| self.cells[*index].quoted && !all_quoted)
            .find(holds_rows)?;
        let opened = self.cells[found].line;
        Some((opened, opened + lines(self.cell(found)).count() as u64 - 1))
    }
}

/// The lines of a cell, whatever ends them.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
            rest = None;
            return Some(text);
        };
        let length = if text[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = Some(&text[end + length..]);
        Some(&text[..end])
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CellState {
    /// The cell is empty or blank.
    Start,
    Plain,
    Quoted,
    /// After a quote inside a quoted cell: it closes the cell or starts a doubled quote.
    Quote,
    /// After the closing quote and a blank.
    Closed,
    Escaped {
        quoted: bool,
    },
    /// The rest of a line with text after a closing quote.
    Skip {
        opened: u64,
    },
}

/// Processes text byte by byte.
struct Machine {
    dialect: Dialect,
    /// Maximum length of a row in bytes.
    longest: usize,
    /// Line that the next byte is on.
    line: u64,
    state: CellState,
    /// Line on which the cell opened its quote.
    cell_line: u64,
    /// The last byte was a carriage return; a line feed now belongs to the same line end.
    after_return: bool,
    /// The last byte was a carriage return that ended a row.
    ended_by_return: bool,
    /// The last byte of the line ends outside of quotes.
    line_end: Option<u8>,
}

impl Machine {
    /// Takes the bytes at the start that are text and nothing else, as [`byte`](Self::byte) would one by one. Returns their
    /// number.
    fn plain(&self, bytes: &[u8], row: &mut RawRow) -> usize {
        let ends = match self.state {
            CellState::Plain => Some(self.dialect.delimiter),
            CellState::Quoted => self.dialect.quote,
            _ => return 0,
        };
        if self.after_return || self.ended_by_return {
            return 0;
        }
        // What is too long is found byte by byte.
        let room = self.longest.saturating_sub(row.text.len() + row.cells.len());
        let within = &bytes[..bytes.len().min(room)];
        let is_special = |byte: &u8| {
            matches!(byte, b'\r' | b'\n') || Some(*byte) == ends || Some(*byte) == self.dialect.escape
        };
        let length = within.iter().position(is_special).unwrap_or(within.len());
        row.text.extend_from_slice(&within[..length]);
        length
    }

    /// Whether a row ends here.
    fn byte(&mut self, byte: u8, row: &mut RawRow) -> Result<bool, Broken> {
        let line = self.line;
        let second_half = byte == b'\n' && self.after_return;
        self.after_return = byte == b'\r';
        if matches!(byte, b'\r' | b'\n') && !second_half {
            self.line += 1;
        }
        if std::mem::take(&mut self.ended_by_return) {
            let end = if second_half { b'\n' } else { b'\r' };
            self.ends(end, line - 1)?;
            if second_half {
                return Ok(false);
            }
        }
        if row.cells.is_empty() && row.text.is_empty() && self.state == CellState::Start {
            row.line = line;
        }
        match self.state {
            CellState::Quoted => self.quoted(byte, row),
            CellState::Escaped { quoted } => {
                self.state = if quoted { CellState::Quoted } else { CellState::Plain };
                row.text.push(byte);
            }
            CellState::Skip { opened } => {
                self.ended_by_return = byte == b'\r';
                return match byte {
                    b'\r' | b'\n' => Err(Broken::AfterQuote { opened, closed: opened }),
                    _ => Ok(false),
                };
            }
            CellState::Quote if Some(byte) == self.dialect.quote => {
                row.text.push(byte);
                self.state = CellState::Quoted;
            }
            // An escaped character is not a line end, nor is the second half of one.
            CellState::Plain if second_half => row.text.push(byte),
            _ => return self.outside(byte, line, row),
        }
        self.bounded(row)
    }

    fn quoted(&mut self, byte: u8, row: &mut RawRow) {
        match Some(byte) {
            escape if escape == self.dialect.escape => self.state = CellState::Escaped { quoted: true },
            quote if quote == self.dialect.quote => self.state = CellState::Quote,
            _ => row.text.push(byte),
        }
    }

    /// A byte outside of quotes, where delimiters and line ends count.
    fn outside(&mut self, byte: u8, line: u64, row: &mut RawRow) -> Result<bool, Broken> {
        let blank = byte == b' ' || byte == b'\t';
        match byte {
            b'\r' => {
                self.ended_by_return = true;
                return Ok(self.end_row(row));
            }
            b'\n' => {
                self.ends(byte, line)?;
                return Ok(self.end_row(row));
            }
            _ if byte == self.dialect.delimiter => self.end_cell(row),
            _ if matches!(self.state, CellState::Quote | CellState::Closed) => {
                if !(blank && self.dialect.trims) {
                    let (opened, closed) = (self.cell_line, line);
                    if opened != closed {
                        return Err(Broken::AfterQuote { opened, closed });
                    }
                    self.state = CellState::Skip { opened };
                    return Ok(false);
                }
                self.state = CellState::Closed;
            }
            _ if self.state == CellState::Start && Some(byte) == self.dialect.quote => {
                // Blanks before it.
                row.text.truncate(row.cells.last().map_or(0, |cell| cell.end));
                self.state = CellState::Quoted;
                self.cell_line = line;
            }
            _ if Some(byte) == self.dialect.escape => self.state = CellState::Escaped { quoted: false },
            _ => {
                row.text.push(byte);
                if !(blank && self.dialect.trims && self.state == CellState::Start) {
                    self.state = CellState::Plain;
                }
            }
        }
        self.bounded(row)
    }

    /// All lines of a file end alike, apart from an optional carriage return before the line feed.
    fn ends(&mut self, byte: u8, line: u64) -> Result<(), Broken> {
        match *self.line_end.get_or_insert(byte) == byte {
            true => Ok(()),
            false => Err(Broken::LineEnd { line }),
        }
    }

    fn end_cell(&mut self, row: &mut RawRow) {
        let quoted = matches!(self.state, CellState::Quote | CellState::Closed);
        row.cells.push(CellSpan { end: row.text.len(), quoted, line: self.cell_line });
        self.state = CellState::Start;
    }

    /// A blank line is not a row.
    fn end_row(&mut self, row: &mut RawRow) -> bool {
        if row.cells.is_empty() && row.text.is_empty() && self.state == CellState::Start {
            return false;
        }
        self.end_cell(row);
        true
    }

    fn end(&mut self, row: &mut RawRow) -> Result<bool, Broken> {
        match self.state {
            CellState::Quoted | CellState::Escaped { quoted: true } => {
                Err(Broken::Unclosed { opened: self.cell_line })
            }
            CellState::Skip { opened } => Err(Broken::AfterQuote { opened, closed: opened }),
            _ => Ok(self.end_row(row)),
        }
    }

    fn bounded(&self, row: &RawRow) -> Result<bool, Broken> {
        if row.text.len() + row.cells.len() <= self.longest {
            return Ok(false);
        }
        let opened = (self.state == CellState::Quoted).then_some(self.cell_line);
        Err(Broken::TooLong { opened })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIALECT: Dialect = Dialect { delimiter: b';', quote: Some(b'"'), escape: None, trims: true };

    /// Rows as `line: cell|cell`, or what is wrong.
    fn rows(text: &str, dialect: Dialect) -> Vec<String> {
        let rows = rows_by(1, text, dialect);
        (2..50).for_each(|bytes| assert_eq!(rows_by(bytes, text, dialect), rows, "{bytes} bytes at a time"));
        rows
    }

    /// Like [`rows`], but reads through a buffer of this many bytes, so that a row may be cut anywhere.
    fn rows_by(bytes: usize, text: &str, dialect: Dialect) -> Vec<String> {
        let mut reader = CsvText::new(io::BufReader::with_capacity(bytes, text.as_bytes()), dialect, 40);
        let (mut row, mut rows) = (RawRow::default(), Vec::new());
        loop {
            match reader.next_row(&mut row) {
                Ok(false) => return rows,
                Ok(true) => {
                    let cells: Vec<_> = row.cells().map(String::from_utf8_lossy).collect();
                    rows.push(format!("{}: {}", row.line, cells.join("|")));
                }
                Err(broken) => rows.push(format!("{broken:?}")),
            }
        }
    }

    #[test]
    fn rows_have_their_cells_and_their_line() {
        assert_eq!(
            rows("a;b\r\n\r\n\"c;\"\"d\"\"\r\ne\";f\n;\ng;h", DIALECT),
            ["1: a|b", "3: c;\"d\"\r\ne|f", "5: |", "6: g|h"]
        );
        assert_eq!(rows("a\rb\r\rc\r", DIALECT), ["1: a", "2: b", "4: c"]);
        assert_eq!(rows("a\r\n\r\nb\n\nc", DIALECT), ["1: a", "3: b", "5: c"]);
        assert_eq!(rows("5\" pipe; \"x;y\" ;z", DIALECT), ["1: 5\" pipe|x;y|z"]);
        let exact = Dialect { trims: false, ..DIALECT };
        assert_eq!(rows(" \"x\"; ", exact), ["1:  \"x\"| "]);
        let none = Dialect { quote: None, escape: Some(b'\\'), ..DIALECT };
        assert_eq!(rows("\"a;b\\;c\\\\\\\r\n;d\r\ne\\", none), ["1: \"a|b;c\\\r\n|d", "3: e"]);
        let both = Dialect { escape: Some(b'\\'), ..DIALECT };
        assert_eq!(rows("\"a\\\";b\";c", both), ["1: a\";b|c"]);
    }

    #[test]
    fn quotes_that_swallow_are_refused() {
        assert_eq!(rows("\"a\"b;c\nd;e", DIALECT), ["AfterQuote { opened: 1, closed: 1 }", "2: d|e"]);
        assert_eq!(rows("x\na;\"b\nc;\"d\ne;f", DIALECT), ["1: x", "AfterQuote { opened: 2, closed: 3 }"]);
        assert_eq!(rows("x\na;\"b\nc;d\n", DIALECT), ["1: x", "Unclosed { opened: 2 }"]);
        assert_eq!(rows("x\na\rb\n", DIALECT), ["1: x", "2: a", "LineEnd { line: 2 }"]);
        assert_eq!(rows("x\ra\nb\r", DIALECT), ["1: x", "LineEnd { line: 2 }"]);
        let long = format!("a\n\"{}", "b\n".repeat(30));
        assert_eq!(rows(&long, DIALECT), ["1: a", "TooLong { opened: Some(2) }"]);
        assert_eq!(rows(&";".repeat(50), DIALECT), ["TooLong { opened: None }"]);
    }

    #[test]
    fn a_cell_that_holds_rows_is_known_by_their_shape() {
        let swallowed = |text: &str| {
            let mut row = RawRow::default();
            let mut reader = CsvText::new(text.as_bytes(), DIALECT, 1000);
            assert!(reader.next_row(&mut row).unwrap());
            row.swallowed(b';')
        };
        assert_eq!(swallowed("1;C1;\"Cafe;3\r\n2;C2;Kok\";4"), Some((1, 2)));
        assert_eq!(swallowed("1;C1;\"Cafe;3\n2;C2;Bo;7\n3;C3;Kok\";4"), Some((1, 3)));
        assert_eq!(swallowed("1;C1;\"Cafe;extra;3\n2;C2;Bo;7\nKok\";4"), Some((1, 3)), "one row in between");
        assert_eq!(swallowed("\"A\nB\""), Some((1, 2)), "one column");
        assert_eq!(swallowed("1;C1;\"Cafe\nStorgatan 1; 2\";4"), None);
        assert_eq!(swallowed("\"1\";\"C1\";\"a;b\nc;d;e\";\"4\""), None, "all are quoted");
        assert_eq!(swallowed("1;C1;Cafe;4"), None);
    }
}
