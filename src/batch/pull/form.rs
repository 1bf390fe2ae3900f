//! The format of the rows.

use super::{Output, PullError, Sheet};

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

    /// Writes a row; returns the number of records written.
    pub(super) fn write(&mut self, row: &str) -> Result<u64, PullError> {
        match &mut self.0 {
            RowSink::JsonLines(out) => out.line(row).map(|()| 1).map_err(PullError::Output),
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
