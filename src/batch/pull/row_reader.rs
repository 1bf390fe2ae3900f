//! Reads rows as they arrive, each in JSON form.

use std::time::Duration;

use super::PullError;
use super::open_rows;
use super::row_name::name_in_xml;
use crate::dynamic::{self, JsonPages, Row};
use crate::error::Error;

/// Reads rows as they arrive; a page that breaks off is requested again.
pub(super) struct RowReader {
    rows: RowsOrPages,
    retries: u32,
    /// Retries left until the next row comes.
    left: u32,
    delay: Duration,
    pub resumed: u64,
}

pub(super) enum RowsOrPages {
    /// All rows of one answer.
    Whole(dynamic::JsonRows),
    Paged(Box<dyn JsonPages>),
    /// Recognized by their structure.
    Open(dynamic::Elements),
}

impl RowReader {
    pub fn new(rows: RowsOrPages, retries: u32, delay: Duration) -> RowReader {
        RowReader { rows, left: retries, retries, delay, resumed: 0 }
    }
}

impl Iterator for RowReader {
    type Item = Result<Row, PullError>;

    fn next(&mut self) -> Option<Self::Item> {
        let pages = match &mut self.rows {
            RowsOrPages::Whole(rows) => return Some(rows.next()?.map_err(failed)),
            RowsOrPages::Open(rows) => {
                let row = rows.next()?.map_err(failed);
                return Some(row.map(|row| Row {
                    json: open_rows::row(&row).to_string(),
                    id: None,
                    replaced: Vec::new(),
                    cells: None,
                }));
            }
            RowsOrPages::Paged(pages) => pages,
        };
        loop {
            match pages.next()? {
                Ok(row) => {
                    self.left = self.retries;
                    return Some(Ok(row));
                }
                Err(error) if self.left > 0 && broke_off(&error) => {
                    let wait = self.delay.saturating_mul(1 << (self.retries - self.left).min(6));
                    tracing::warn!(%error, ?wait, "the page is requested again");
                    std::thread::sleep(wait);
                    self.left -= 1;
                    self.resumed += 1;
                    pages.resume();
                }
                Err(error) => return Some(Err(failed(error))),
            }
        }
    }
}

/// The error, with the name of the row if the answer's text shows it.
fn failed(error: Error) -> PullError {
    match &error {
        Error::Response(_) => match name_in_xml(error.body()) {
            Some(name) => PullError::Row { name, error },
            None => PullError::Call(error),
        },
        _ => PullError::Call(error),
    }
}

/// Whether an answer began but did not end.
fn broke_off(error: &Error) -> bool {
    match error {
        Error::Transport(failure) => error.status().is_some() && !failure.is_permanent(),
        _ => false,
    }
}
