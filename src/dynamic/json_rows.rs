//! The rows of answers, in JSON form or as cells.

#[cfg(feature = "batch")]
use std::sync::Arc;

use serde_json::Value;

use super::typed_from_json;
use crate::client::Client;
use crate::error::{Context, Error, ResponseError};
#[cfg(feature = "batch")]
use crate::operation::Operation;
use crate::operation::{PagedOperation, RowOperation};
#[cfg(feature = "batch")]
use crate::rows::read_rest;
#[cfg(feature = "batch")]
use crate::xml::Element;
#[cfg(feature = "batch")]
use crate::xml::write::cells::{CellTexts, WantedCells, cells_of};
use crate::xml::{ReadError, Replaced};

/// A row of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The row in JSON form, on one line.
    pub json: String,
    /// The service's number of the row, if the operation is [paged](super::paging) by one.
    pub id: Option<i32>,
    /// Characters that XML forbids, replaced in it by U+FFFD.
    pub replaced: Vec<Replaced>,
    /// Its cells, if these were wanted instead of the JSON form.
    #[cfg(feature = "batch")]
    pub(crate) cells: Option<CellTexts>,
}

/// What is made of a row.
#[derive(Debug, Clone, Default)]
pub(crate) enum WantedRow {
    /// Its JSON form.
    #[default]
    Json,
    /// The cells of this many columns; the JSON form only where characters were replaced.
    #[cfg(feature = "batch")]
    Cells(Arc<WantedCells>, usize),
}

/// The rows of an answer.
pub type JsonRows = Box<dyn Iterator<Item = Result<Row, Error>> + Send>;

/// The rows of all pages of an answer.
pub trait JsonPages: Iterator<Item = Result<Row, Error>> + Send {
    /// As [`Pages::resume`](crate::Pages::resume).
    fn resume(&mut self);
}

/// Elements in place of rows.
#[cfg(feature = "batch")]
pub(crate) type Elements = Box<dyn Iterator<Item = Result<Element, Error>> + Send>;

pub(super) fn pages_of<O: PagedOperation + Send + 'static>(
    client: &Client,
    value: &Value,
    size: u32,
    form: WantedRow,
) -> Result<Box<dyn JsonPages>, Box<ReadError>> {
    let pages = client.pages(typed_from_json::<O>(value)?).page_size(size);
    Ok(Box::new(PageLines { pages, lines: RowWriter { form, ..RowWriter::default() } }))
}

/// Pages whose rows are written as JSON, or as cells.
struct PageLines<O: PagedOperation> {
    pages: crate::Pages<O>,
    lines: RowWriter,
}

impl<O: PagedOperation + Send> Iterator for PageLines<O> {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.pages.next()?;
        Some(row.and_then(|row| {
            Ok(Row { id: O::id(&row), ..self.lines.line::<O>(&row, self.pages.replaced())? })
        }))
    }
}

impl<O: PagedOperation + Send> JsonPages for PageLines<O> {
    fn resume(&mut self) {
        self.pages.resume();
    }
}

/// Writes rows in JSON form, or as cells.
#[derive(Default)]
struct RowWriter {
    #[cfg_attr(not(feature = "batch"), expect(dead_code, reason = "only tables want cells"))]
    form: WantedRow,
    /// Rows so far.
    count: u64,
    /// Bytes of the last one: the next one is about as long.
    length: usize,
}

impl RowWriter {
    fn line<O: RowOperation>(&mut self, row: &O::Row, replaced: &[Replaced]) -> Result<Row, Error> {
        self.count += 1;
        #[cfg(feature = "batch")]
        if let WantedRow::Cells(wanted, width) = &self.form
            && replaced.is_empty()
        {
            let cells = Some(cells_of(row, wanted, *width));
            return Ok(Row { json: String::new(), id: None, replaced: Vec::new(), cells });
        }
        match crate::xml::json::to_string_of_about(row, self.length) {
            Ok(json) => {
                self.length = json.len();
                Ok(Row {
                    json,
                    id: None,
                    replaced: replaced.to_vec(),
                    #[cfg(feature = "batch")]
                    cells: None,
                })
            }
            Err(wrong) => {
                let path = format!("{}[{}].{}", O::ROWS.join("."), self.count, wrong.path);
                let error = ReadError::absent(path, format!("the row has no JSON form: {}", wrong.message));
                let context = Context::new(O::INFO.name, O::INFO.effect);
                Err(Error::Response(ResponseError(Box::new((context, *error)))))
            }
        }
    }
}

pub(super) fn rows_of<O: RowOperation + Send + 'static>(
    client: &Client,
    value: &Value,
    form: WantedRow,
    every_row: bool,
) -> Result<JsonRows, Box<ReadError>> {
    rows_by::<O>(client, value, form, every_row, |_| None)
}

pub(super) fn numbered_rows_of<O: PagedOperation + Send + 'static>(
    client: &Client,
    value: &Value,
    form: WantedRow,
    every_row: bool,
) -> Result<JsonRows, Box<ReadError>> {
    rows_by::<O>(client, value, form, every_row, O::id)
}

fn rows_by<O: RowOperation + Send + 'static>(
    client: &Client,
    value: &Value,
    form: WantedRow,
    every_row: bool,
    id: fn(&O::Row) -> Option<i32>,
) -> Result<JsonRows, Box<ReadError>> {
    let mut rows = client.rows(typed_from_json::<O>(value)?);
    if every_row {
        rows = rows.every_row();
    }
    let mut lines = RowWriter { form, ..RowWriter::default() };
    Ok(Box::new(std::iter::from_fn(move || {
        let row = rows.next()?;
        Some(row.and_then(|row| Ok(Row { id: id(&row), ..lines.line::<O>(&row, rows.replaced())? })))
    })))
}

#[cfg(feature = "batch")]
pub(super) fn rows_by_form_of<O: Operation>(
    client: &Client,
    value: &Value,
) -> Result<Elements, Box<ReadError>> {
    let operation = typed_from_json::<O>(value)?;
    let stream = client
        .render(&operation)
        .and_then(|envelope| client.stream_by_form(O::INFO, &envelope, read_rest::<O>));
    let (mut stream, mut failed) = match stream {
        Ok(stream) => (Some(stream), None),
        Err(error) => (None, Some(error)),
    };
    Ok(Box::new(
        std::iter::from_fn(move || {
            let reading = stream.as_mut()?;
            let mut row: Option<Element> = None;
            let next = reading.next(&mut |p| {
                row = p.row_value()?;
                Ok(row.as_ref().is_some_and(|row| row.elements().next().is_some()))
            });
            match next {
                Ok(true) => row.map(Ok),
                Ok(false) => {
                    stream = None;
                    None
                }
                Err(error) => {
                    stream = None;
                    Some(Err(error))
                }
            }
        })
        .chain(std::iter::from_fn(move || failed.take().map(Err))),
    ))
}
