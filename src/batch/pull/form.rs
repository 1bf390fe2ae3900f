//! The format of the rows.

use super::{Output, PullError, Sheet};
use crate::dynamic::{Row, WantedRow};

/// The format of the rows, and where they go.
#[derive(Debug)]
pub struct Form(RowSink);

#[derive(Debug)]
enum RowSink {
    JsonLines(Output),
    Csv(Box<Sheet>),
}

impl Form {
    /// One JSON value per line, in UTF-8, with the names of the WSDL.
    pub fn json_lines(out: Output) -> Form {
        Form(RowSink::JsonLines(out))
    }

    /// A table.
    pub fn csv(sheet: Sheet) -> Form {
        Form(RowSink::Csv(Box::new(sheet)))
    }

    /// What is to be made of the rows; `has_memory` needs their JSON form.
    pub(super) fn of_rows(&self, has_memory: bool) -> WantedRow {
        match &self.0 {
            RowSink::Csv(sheet) if !has_memory => sheet.of_rows(),
            RowSink::Csv(_) | RowSink::JsonLines(_) => WantedRow::Json,
        }
    }

    /// Writes a row; returns the number of records written.
    pub(super) fn write(&mut self, row: &Row) -> Result<u64, PullError> {
        match &mut self.0 {
            RowSink::JsonLines(out) => out.line(&row.json).map(|()| 1).map_err(PullError::Output),
            RowSink::Csv(sheet) => sheet.row(row),
        }
    }

    pub(super) fn finish(self) -> Result<(), PullError> {
        let out = match self.0 {
            RowSink::JsonLines(out) => out,
            RowSink::Csv(sheet) => sheet.finish()?,
        };
        out.finish().map_err(PullError::Output)
    }
}
