//! A report as a table: the members of its lines as columns.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::{Line, LineError, ReportKind};

/// Columns of a table; the names of the ids depend on the kind.
const COLUMNS: [&str; 11] = [
    "report",
    "orderNumber",
    "lineCode",
    "articleNumber",
    "orderId",
    "lineId",
    "quantity",
    "reported",
    "service",
    "goodsOwner",
    "goodsOwnerId",
];

/// Writes a report as CSV.
#[derive(Debug)]
pub struct Table<W: Write> {
    columns: Vec<&'static str>,
    writer: csv::Writer<W>,
}

impl<W: Write> Table<W> {
    /// Starts a table of lines of a kind.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn begin(kind: ReportKind, delimiter: u8, out: W) -> io::Result<Table<W>> {
        let (order, line) = kind.ids();
        let named = |column: &&'static str| match *column {
            "orderId" => order,
            "lineId" => line,
            column => column,
        };
        let columns: Vec<&str> = COLUMNS.iter().map(named).collect();
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        writer.write_record(&columns).map_err(output)?;
        Ok(Table { columns, writer })
    }

    /// Writes a line.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn line(&mut self, line: &Line) -> io::Result<()> {
        let record = line.to_json();
        let cell = |column: &&str| match record.get(*column) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let cells: Vec<String> = self.columns.iter().map(cell).collect();
        self.writer.write_record(&cells).map_err(output)
    }

    /// Ends the table and returns the writer.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

fn output(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Reads the lines of a table, each with its row number in the file. The header shows the delimiter.
///
/// # Errors
/// A row is not CSV, or not a line of a report; with its number and the reason.
pub fn read_table(text: &str) -> Result<Vec<Line>, (u64, LineError)> {
    let header = text.lines().next().unwrap_or_default().trim_start_matches('"');
    let delimiter = header.strip_prefix(COLUMNS[0]).map(|rest| rest.trim_start_matches('"'));
    let delimiter = delimiter.and_then(|rest| rest.bytes().next()).filter(u8::is_ascii);
    let delimiter =
        delimiter.ok_or_else(|| (1, LineError::new("expected a table that `ongoing report` wrote")))?;
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let place = |error: &csv::Error| error.position().map_or(1, csv::Position::line);
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return Err((place(&error), LineError::new(error.to_string()))),
    };
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| (place(&error), LineError::new(error.to_string())))?;
        let cells = headers.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
        let members: Map<String, Value> =
            cells.map(|(name, cell)| (name.to_owned(), Value::from(cell))).collect();
        let row = record.position().map_or(1, csv::Position::line);
        lines.push(Line::from_json(&Value::Object(members)).map_err(|error| (row, error))?);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: ReportKind) -> Line {
        Line {
            kind,
            order: 5,
            line: 12,
            order_number: Some("10;01".to_owned()),
            line_code: None,
            article: Some("a \"b\", c".to_owned()),
            quantity: "8.5".parse().unwrap(),
            reported: None,
            origin: None,
        }
    }

    #[test]
    fn a_table_and_back() {
        for kind in ReportKind::ALL {
            for delimiter in [b',', b';', b'\t'] {
                let mut table = Table::begin(kind, delimiter, Vec::new()).unwrap();
                table.line(&line(kind)).unwrap();
                let text = String::from_utf8(table.finish().unwrap()).unwrap();
                assert_eq!(read_table(&text), Ok(vec![line(kind)]), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_table_of_a_report() {
        let (order, good) = ("report,orderId,lineId,quantity\n", "orders,1,2,3\n");
        assert_eq!(read_table(&format!("{order}{good}")).map(|lines| lines.len()), Ok(1));
        for (text, row) in [
            ("", 1),
            ("orderId,lineId\n", 1),
            (&*format!("{order}{good}orders,1,2,x\n"), 3),
            (&*format!("{order}{good}orders,1,2\n"), 3),
            (&*format!("{order}orders,one,2,3\n"), 2),
        ] {
            assert_eq!(read_table(text).map_err(|(row, _)| row), Err(row), "{text}");
        }
    }
}
