//! `--format table`: rows in padded columns, for people.
//!
//! Only the first rows are kept, for the widths of the columns, so that a table of any length needs little memory.

use std::io::{self, BufWriter, PipeReader, Write};
use std::thread::{self, JoinHandle};

use ongoing_wms::batch::pull::Output;
use unicode_width::UnicodeWidthStr as _;

use super::failure::note;
use super::terminal::one_line;

/// Number of rows that decide how wide the columns are.
pub const FIRST: usize = 100;

/// A table on standard output, made from the CSV that is written to its output.
pub struct AlignedTable(JoinHandle<io::Result<Printed>>);

/// What a table shows.
#[derive(Default)]
struct Printed {
    has_rows: bool,
    /// Columns that were left out although a later row has a value.
    left_out: Vec<String>,
}

impl AlignedTable {
    /// Starts a table. Columns without a value in the first rows are left out, unless all are to be `kept`.
    pub fn begin(kept: bool) -> io::Result<(Output, AlignedTable)> {
        let (reader, writer) = io::pipe()?;
        let thread = thread::spawn(move || print(reader, kept, BufWriter::new(io::stdout().lock())));
        Ok((Output::pipe(writer), AlignedTable(thread)))
    }

    /// Waits until everything is printed. The output must be finished or dropped before. What is missing is told only if
    /// the rows are `complete`.
    pub fn end(self, complete: bool) -> io::Result<()> {
        let Printed { has_rows, left_out } =
            self.0.join().map_err(|_| io::Error::other("the table cannot be printed"))??;
        if complete && !has_rows {
            note("no rows");
        }
        if !left_out.is_empty() {
            note(format!(
                "columns left out, since the first {FIRST} rows have no value in them: {}; --columns shows them",
                left_out.join(", ")
            ));
        }
        Ok(())
    }
}

/// Prints a table.
fn print(rows: PipeReader, kept: bool, mut out: impl Write) -> io::Result<Printed> {
    print_csv(csv::ReaderBuilder::new().has_headers(false).from_reader(rows), kept, &mut out)
}

fn print_csv<R: io::Read>(
    mut reader: csv::Reader<R>,
    kept: bool,
    out: &mut impl Write,
) -> io::Result<Printed> {
    let mut rows = reader.records().map(|row| row.map_err(io::Error::from));
    let Some(names) = rows.next().transpose()? else { return Ok(Printed::default()) };
    let first: Vec<csv::StringRecord> = rows.by_ref().take(FIRST).collect::<io::Result<_>>()?;
    if first.is_empty() {
        return Ok(Printed::default());
    }
    let is_used =
        |column: &usize| kept || first.iter().any(|row| row.get(*column).is_some_and(|c| !c.is_empty()));
    let (shown, hidden): (Vec<usize>, Vec<usize>) = (0..names.len()).partition(is_used);
    let cell =
        |row: &csv::StringRecord, column: usize| one_line(row.get(column).unwrap_or_default()).into_owned();
    let widths: Vec<usize> = shown
        .iter()
        .map(|column| {
            let cells = first.iter().chain([&names]).map(|row| cell(row, *column).width());
            cells.max().unwrap_or_default()
        })
        .collect();
    let mut line = |row: &csv::StringRecord| -> io::Result<()> {
        for (column, width) in shown.iter().zip(&widths) {
            let cell = cell(row, *column);
            write!(out, "| {cell}{:1$} ", "", width.saturating_sub(cell.width()))?;
        }
        writeln!(out, "|")
    };
    line(&names)?;
    let rule: csv::StringRecord = (0..names.len())
        .map(|column| shown.iter().position(|shown| *shown == column).map_or(0, |at| widths[at]))
        .map(|width| "-".repeat(width))
        .collect();
    line(&rule)?;
    let mut left_out = vec![false; names.len()];
    for row in first.into_iter().map(Ok).chain(rows) {
        let row = row?;
        line(&row)?;
        for column in &hidden {
            left_out[*column] |= row.get(*column).is_some_and(|cell| !cell.is_empty());
        }
    }
    out.flush()?;
    let left_out = hidden.into_iter().filter(|column| left_out[*column]).map(|column| cell(&names, column));
    Ok(Printed { has_rows: true, left_out: left_out.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str, kept: bool) -> (String, Vec<String>) {
        let mut out = Vec::new();
        let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let printed = print_csv(reader, kept, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), printed.left_out)
    }

    #[test]
    fn cells_are_padded_by_their_width_on_a_terminal() {
        let (shown, left_out) = printed("a,b,c\n1,\u{e5}\u{4e2d},\n\"x\n\u{1b}y\",2,\n", false);
        assert_eq!(
            shown,
            "| a          | b   |\n| ---------- | --- |\n| 1          | \u{e5}\u{4e2d} |\n| x\\n\\u001by | 2   |\n"
        );
        assert!(left_out.is_empty());
        assert!(printed("a,b\n1,\n", true).0.starts_with("| a | b |\n"));
        assert_eq!(printed("a,b\n", true).0, "");
    }

    #[test]
    fn later_rows_may_be_wider_and_what_is_left_out_is_named() {
        let mut text = "a,b\n".to_owned() + &"1,\n".repeat(FIRST);
        text.push_str("12345,late\n");
        let (shown, left_out) = printed(&text, false);
        assert!(shown.ends_with("| 1 |\n| 12345 |\n"), "{shown}");
        assert_eq!(left_out, ["b"]);
    }
}
