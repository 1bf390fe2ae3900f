//! Writes rows as a table, for spreadsheets and for systems that do not read JSON.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;
use std::{fmt, io};

use super::cells;
use super::column::{CellKind, Column};
use super::{Columns, Output, PullError};
use crate::dynamic::{Row, WantedRow};
use crate::xml::DateTime;
use crate::xml::write::cells::{CellTexts, WantedCells};
use chrono::NaiveDateTime;
use encoding_rs::{Encoding, UTF_8};

/// How a table is written.
#[derive(Debug, Clone)]
#[must_use]
pub struct Layout {
    columns: Columns,
    delimiter: u8,
    decimal_comma: bool,
    encoding: &'static Encoding,
    byte_order_mark: bool,
    replace: bool,
    no_formulas: bool,
    crlf: bool,
    date_format: Option<String>,
    unset_times: bool,
    keep_empty: bool,
}

/// Why a layout is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayoutError {
    /// The encoding is unknown, or not supported for tables.
    Encoding(String),
    /// The delimiter is not one ASCII character, or is a quote or line end.
    Delimiter(String),
    /// Only UTF-8 has a byte order mark.
    ByteOrderMark(&'static str),
    /// The format is not valid for times.
    DateFormat(String),
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LayoutError::Encoding(name) => {
                write!(f, "`{name}` is not a supported encoding; try windows-1252, iso-8859-15 or utf-8")
            }
            LayoutError::Delimiter(text) => {
                write!(f, "`{text}` cannot be the delimiter: expected one character such as `;`, or `tab`")
            }
            LayoutError::ByteOrderMark(encoding) => {
                write!(f, "{encoding} has no byte-order mark; only utf-8 has one")
            }
            LayoutError::DateFormat(text) => write!(
                f,
                "`{text}` is not a date format: expected parts such as %d.%m.%Y or %Y%m%d %H:%M, without a zone"
            ),
        }
    }
}

impl StdError for LayoutError {}

impl Layout {
    /// Creates a table with these columns in UTF-8.
    pub fn new(columns: Columns) -> Layout {
        Layout {
            columns,
            delimiter: b',',
            decimal_comma: false,
            encoding: UTF_8,
            byte_order_mark: false,
            replace: false,
            no_formulas: false,
            crlf: false,
            date_format: None,
            unset_times: false,
            keep_empty: false,
        }
    }

    /// Sets the delimiter between cells: one ASCII character, or `tab`. Defaults to a comma.
    ///
    /// # Errors
    /// [`LayoutError::Delimiter`].
    pub fn delimiter(mut self, text: &str) -> Result<Layout, LayoutError> {
        self.delimiter = match text.as_bytes() {
            b"tab" | b"\\t" => b'\t',
            [b'"' | b'\r' | b'\n' | 0] => return Err(LayoutError::Delimiter(text.to_owned())),
            [one] if one.is_ascii() => *one,
            _ => return Err(LayoutError::Delimiter(text.to_owned())),
        };
        Ok(self)
    }

    /// Writes decimal numbers with a comma. Defaults to a point.
    pub fn decimal_comma(mut self, comma: bool) -> Layout {
        self.decimal_comma = comma;
        self
    }

    /// Sets the encoding by its name, such as `windows-1252`. Defaults to UTF-8.
    ///
    /// # Errors
    /// [`LayoutError::Encoding`].
    pub fn encoding(mut self, name: &str) -> Result<Layout, LayoutError> {
        let found = Encoding::for_label_no_replacement(name.as_bytes());
        // In other encodings the byte of a quote can be part of another character.
        let found = found.filter(|found| found.is_ascii_compatible());
        self.encoding = found.ok_or_else(|| LayoutError::Encoding(name.to_owned()))?;
        Ok(self)
    }

    /// Starts with a byte order mark, by which Excel recognizes UTF-8.
    ///
    /// # Errors
    /// [`LayoutError::ByteOrderMark`] with another encoding.
    pub fn byte_order_mark(mut self, mark: bool) -> Result<Layout, LayoutError> {
        if mark && self.encoding != UTF_8 {
            return Err(LayoutError::ByteOrderMark(self.encoding.name()));
        }
        self.byte_order_mark = mark;
        Ok(self)
    }

    /// Writes `?` for characters that the encoding lacks. Defaults to an error.
    pub fn replace(mut self, replace: bool) -> Layout {
        self.replace = replace;
        self
    }

    /// Puts a `'` before texts that a spreadsheet would take for a formula. Defaults to unchanged texts, which is right
    /// for other programs.
    pub fn no_formulas(mut self, guard: bool) -> Layout {
        self.no_formulas = guard;
        self
    }

    /// Ends lines with a carriage return and a line feed, for programs on Windows. Defaults to a line feed.
    pub fn crlf(mut self, crlf: bool) -> Layout {
        self.crlf = crlf;
        self
    }

    /// Sets the format of times, such as `%d.%m.%Y` or `%Y%m%d %H:%M`, without conversion to another zone. Defaults to
    /// times as the service writes them.
    ///
    /// # Errors
    /// [`LayoutError::DateFormat`].
    pub fn date_format(mut self, format: &str) -> Result<Layout, LayoutError> {
        let is_right = !format.is_empty() && formatted(NaiveDateTime::default(), format).is_some();
        if !is_right {
            return Err(LayoutError::DateFormat(format.to_owned()));
        }
        self.date_format = Some(format.to_owned());
        Ok(self)
    }

    /// Writes the time `0001-01-01T00:00:00`, which means "not set", as the service does. Defaults to an empty cell.
    pub fn unset_times(mut self, as_they_are: bool) -> Layout {
        self.unset_times = as_they_are;
        self
    }

    /// Writes one record with empty item cells for a row whose chosen list is empty. Defaults to no record.
    pub fn keep_empty(mut self, keep: bool) -> Layout {
        self.keep_empty = keep;
        self
    }

    /// Starts the table, or continues the one in the output.
    ///
    /// # Errors
    /// The output cannot be written, the encoding lacks a character of a header, or the table to continue has other
    /// columns.
    pub fn sheet(self, mut out: Output) -> Result<Sheet, PullError> {
        let header = self.header()?;
        match out.continued() {
            Some(found) => {
                let found = found.strip_prefix(b"\xef\xbb\xbf").unwrap_or(found);
                if found != header.trim_ascii_end() {
                    let shown =
                        |bytes: &[u8]| self.encoding.decode_without_bom_handling(bytes).0.into_owned();
                    let (found, expected) = (shown(found), shown(header.trim_ascii_end()));
                    return Err(PullError::Header { found, expected });
                }
            }
            None => {
                let mark: &[u8] = if self.byte_order_mark { b"\xef\xbb\xbf" } else { b"" };
                io::Write::write_all(&mut out, &[mark, &header].concat()).map_err(PullError::Output)?;
            }
        }
        let writer = self.writer(out);
        let wanted = Arc::new(cells::wanted_by(&self.columns));
        Ok(Sheet { wanted, layout: self, writer, rows: 0 })
    }

    fn writer<W: io::Write>(&self, out: W) -> csv::Writer<W> {
        let end = if self.crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        csv::WriterBuilder::new().delimiter(self.delimiter).terminator(end).from_writer(out)
    }

    /// The first line.
    fn header(&self) -> Result<Vec<u8>, PullError> {
        let mut writer = self.writer(Vec::new());
        for column in &self.columns.columns {
            let cell = self.encoded(&column.header, || format!("the header {}", column.header))?;
            writer.write_field(cell).map_err(output)?;
        }
        writer.write_record(None::<&[u8]>).map_err(output)?;
        writer.into_inner().map_err(|error| PullError::Output(error.into_error()))
    }

    fn encoded<'t>(&self, text: &'t str, place: impl Fn() -> String) -> Result<Cow<'t, [u8]>, PullError> {
        if self.encoding == UTF_8 || text.is_ascii() && self.encoding.is_ascii_compatible() {
            return Ok(Cow::Borrowed(text.as_bytes()));
        }
        let mut encoder = self.encoding.new_encoder();
        let mut bytes = Vec::with_capacity(text.len() + 16);
        let mut rest = text;
        loop {
            let longest = encoder.max_buffer_length_from_utf8_without_replacement(rest.len());
            bytes.reserve(longest.unwrap_or(rest.len() * 4));
            let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
            rest = rest.get(read..).unwrap_or_default();
            match result {
                encoding_rs::EncoderResult::InputEmpty => return Ok(Cow::Owned(bytes)),
                encoding_rs::EncoderResult::OutputFull => {}
                encoding_rs::EncoderResult::Unmappable(_) if self.replace => bytes.push(b'?'),
                encoding_rs::EncoderResult::Unmappable(char) => {
                    return Err(PullError::Value {
                        place: place(),
                        message: format!(
                            "{} has no character `{char}` (U+{:04X})",
                            self.encoding.name(),
                            char as u32
                        ),
                    });
                }
            }
        }
    }

    fn cell<'t>(&self, column: &Column, text: &'t str) -> Cow<'t, str> {
        match column.kind {
            CellKind::Number if self.decimal_comma => Cow::Owned(text.replace('.', ",")),
            CellKind::Time => self.time(text),
            CellKind::Text if self.no_formulas && text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
                Cow::Owned(format!("'{text}"))
            }
            _ => Cow::Borrowed(text),
        }
    }

    fn time<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // .NET's "not set" begins so.
        if self.date_format.is_none() && !text.starts_with("0001-01-01") {
            return Cow::Borrowed(text);
        }
        match (text.parse::<DateTime>(), &self.date_format) {
            (Ok(time), _) if time.is_unset() && !self.unset_times => Cow::Borrowed(""),
            (Ok(time), Some(format)) => {
                formatted(time.naive(), format).map_or(Cow::Borrowed(text), Cow::Owned)
            }
            _ => Cow::Borrowed(text),
        }
    }
}

/// A time in a format; `None` if the format is invalid, or needs more than a local time.
fn formatted(time: NaiveDateTime, format: &str) -> Option<String> {
    let mut text = String::new();
    fmt::Write::write_fmt(&mut text, format_args!("{}", time.format(format))).ok()?;
    Some(text)
}

/// A table that is being written.
#[derive(Debug)]
pub struct Sheet {
    layout: Layout,
    wanted: Arc<WantedCells>,
    writer: csv::Writer<Output>,
    rows: u64,
}

impl Sheet {
    /// What is to be made of the rows.
    pub(super) fn of_rows(&self) -> WantedRow {
        WantedRow::Cells(Arc::clone(&self.wanted), self.width())
    }

    fn width(&self) -> usize {
        self.layout.columns.columns.len()
    }

    /// Writes a row: one record, or one for each item of the chosen list. Returns their number.
    pub(super) fn row(&mut self, row: &Row) -> Result<u64, PullError> {
        match &row.cells {
            Some(cells) => self.records(cells),
            None => self.json_row(&row.json),
        }
    }

    fn json_row(&mut self, text: &str) -> Result<u64, PullError> {
        let wrong = |error: serde_json::Error| PullError::Value {
            place: format!("row {}", self.rows + 1),
            message: error.to_string(),
        };
        let cells = cells::read(&self.wanted, self.width(), text).map_err(wrong)?;
        self.records(&cells)
    }

    fn records(&mut self, cells: &CellTexts) -> Result<u64, PullError> {
        self.rows += 1;
        let items = cells.items();
        let is_one = self.layout.columns.each.is_empty() || items == 0 && self.layout.keep_empty;
        if is_one {
            self.record(cells, None)?;
            return Ok(1);
        }
        for item in 0..items {
            self.record(cells, Some(item))?;
        }
        Ok(items as u64)
    }

    fn record(&mut self, cells: &CellTexts, item: Option<usize>) -> Result<(), PullError> {
        let columns = &self.layout.columns;
        for (index, column) in columns.columns.iter().enumerate() {
            let text = self.layout.cell(column, columns.text(cells, item, index));
            let place = || format!("row {}, {}", self.rows, column.header);
            let cell = self.layout.encoded(&text, place)?;
            self.writer.write_field(cell).map_err(output)?;
        }
        self.end_record()
    }

    fn end_record(&mut self) -> Result<(), PullError> {
        self.writer.write_record(None::<&[u8]>).map_err(output)
    }

    pub(super) fn finish(self) -> Result<Output, PullError> {
        self.writer.into_inner().map_err(|error| PullError::Output(error.into_error()))
    }
}

fn output(error: csv::Error) -> PullError {
    PullError::Output(match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

#[cfg(all(test, own_contract))]
mod tests {
    use super::*;
    use crate::batch::pull::Source;

    fn layout(columns: &[&str]) -> Layout {
        let source = Source::find("orders").unwrap();
        Layout::new(Columns::choose(&source, Some("PickedOrderLines"), columns.iter().copied()).unwrap())
    }

    fn written(layout: Layout, rows: &[&str]) -> Result<Vec<u8>, PullError> {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("rows.csv");
        let mut sheet = layout.sheet(Output::file(&place).unwrap())?;
        for row in rows {
            sheet.json_row(row)?;
        }
        sheet.finish()?.finish().unwrap();
        Ok(std::fs::read(place).unwrap())
    }

    const COLUMNS: &[&str] = &[
        "Nr=OrderInfo.GoodsOwnerOrderNumber",
        "PickedOrderLines.OrderLineComment",
        "PickedOrderLines.LinePrice",
    ];

    const ROW: &str = r#"{"OrderInfo":{"GoodsOwnerOrderNumber":"=1+2"},"PickedOrderLines":[
        {"OrderLineComment":"åäö; \"so\"","LinePrice":"-2.50"},{"LinePrice":null}]}"#;

    #[test]
    fn one_record_an_item() {
        let text = written(layout(COLUMNS), &[ROW, "{}"]).unwrap();
        let expected = "Nr,PickedOrderLines.OrderLineComment,PickedOrderLines.LinePrice\n\
                        =1+2,\"åäö; \"\"so\"\"\",-2.50\n=1+2,,\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn as_old_systems_and_spreadsheets_want_it() {
        let old =
            layout(COLUMNS).delimiter(";").unwrap().decimal_comma(true).encoding("windows-1252").unwrap();
        let bytes = written(old, &[ROW]).unwrap();
        let end = b"\n=1+2;\"\xe5\xe4\xf6; \"\"so\"\"\";-2,50\n=1+2;;\n";
        assert!(bytes.ends_with(end), "{}", bytes.escape_ascii());
        let sheet = layout(COLUMNS).byte_order_mark(true).unwrap().no_formulas(true);
        let text = String::from_utf8(written(sheet, &[ROW]).unwrap()).unwrap();
        assert!(text.starts_with('\u{feff}') && text.contains("\n'=1+2,"), "{text}");
        assert!(text.contains(",-2.50\n"), "numbers are no formulas: {text}");
    }

    #[test]
    fn times_as_the_reader_wants_them() {
        let columns = &["Nr=OrderInfo.GoodsOwnerOrderNumber", "OrderInfo.ShippedTime"];
        let source = Source::find("orders").unwrap();
        let layout = || Layout::new(Columns::choose(&source, None, columns.iter().copied()).unwrap());
        let row =
            |time: &str| format!(r#"{{"OrderInfo":{{"GoodsOwnerOrderNumber":"1","ShippedTime":"{time}"}}}}"#);
        let rows = [row("0001-01-01T00:00:00"), row("2026-11-25T04:05:06.7+01:00")];
        let rows = [rows[0].as_str(), rows[1].as_str()];
        let text = |layout: Layout| String::from_utf8(written(layout, &rows).unwrap()).unwrap();
        assert_eq!(text(layout()), "Nr,OrderInfo.ShippedTime\n1,\n1,2026-11-25T04:05:06.7+01:00\n");
        let own = layout().date_format("%d.%m.%Y %H:%M").unwrap().crlf(true);
        assert_eq!(text(own), "Nr,OrderInfo.ShippedTime\r\n1,\r\n1,25.11.2026 04:05\r\n");
        assert!(text(layout().unset_times(true)).contains("\n1,0001-01-01T00:00:00\n"));
        for format in ["", "%Q", "%d.%m.%Y %z", "%s %"] {
            assert!(layout().date_format(format).is_err(), "{format}");
        }
    }

    #[test]
    fn a_row_without_items() {
        let text = |layout: Layout| String::from_utf8(written(layout, &["{}"]).unwrap()).unwrap();
        assert_eq!(text(layout(COLUMNS)).lines().count(), 1);
        assert!(text(layout(COLUMNS).keep_empty(true)).ends_with("LinePrice\n,,\n"));
    }

    #[test]
    fn a_table_goes_on_under_its_own_header_only() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("rows.csv");
        let add = |layout: Layout| {
            let mut sheet = layout.sheet(Output::append(&place).unwrap())?;
            sheet.json_row(ROW)?;
            sheet.finish()?.finish().map_err(PullError::Output)
        };
        let marked = || layout(COLUMNS).byte_order_mark(true).unwrap();
        add(marked()).unwrap();
        let once = std::fs::read_to_string(&place).unwrap();
        add(marked()).unwrap();
        let record = &once[once.find('\n').unwrap() + 1..];
        assert_eq!(std::fs::read_to_string(&place).unwrap(), format!("{once}{record}"));
        let error = add(layout(&["Nr=OrderInfo.GoodsOwnerOrderNumber"])).unwrap_err();
        assert!(matches!(error, PullError::Header { .. }), "{error}");
        assert_eq!(std::fs::read_to_string(&place).unwrap(), format!("{once}{record}"));
    }

    #[test]
    fn characters_that_the_encoding_lacks() {
        let row = r#"{"PickedOrderLines":[{"OrderLineComment":"a→b"}]}"#;
        let latin = || layout(COLUMNS).encoding("windows-1252").unwrap();
        let error = written(latin(), &[row]).unwrap_err().to_string();
        assert_eq!(
            error,
            "row 1, PickedOrderLines.OrderLineComment: windows-1252 has no character `→` (U+2192)"
        );
        assert!(written(latin().replace(true), &[row]).unwrap().ends_with(b"\n,a?b,\n"));
        for name in ["utf-16", "iso-2022-jp", "replacement", "latin-none"] {
            assert!(layout(COLUMNS).encoding(name).is_err(), "{name}");
        }
        assert!(latin().byte_order_mark(true).is_err());
        for text in ["", ";;", "\"", "å"] {
            assert!(layout(COLUMNS).delimiter(text).is_err(), "{text}");
        }
    }
}
