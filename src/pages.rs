//! Reads long answers page by page, and each page row by row.

use std::collections::HashMap;
use std::fmt;

use crate::client::Client;
use crate::envelope;
use crate::error::{Context, Error, ResponseError};
use crate::operation::PagedOperation;
use crate::rows::Rows;
use crate::xml::Replaced;

/// Rows of a page, by default: what the service's documentation suggests.
const PAGE_SIZE: i32 = 1_000;

/// The rows of all pages of an answer, made by [`Client::pages`].
///
/// An error is the last item: the rows before it are right. [`resume`](Pages::resume) goes on behind it.
#[must_use = "the pages are requested one after the other"]
pub struct Pages<O: PagedOperation> {
    client: Client,
    operation: O,
    size: i32,
    /// The lowest id that the current page may have.
    from: Option<i32>,
    highest: Option<i32>,
    /// Rows of the current page.
    count: u64,
    page: Option<Rows<O::Row>>,
    /// Number of rows returned for each id of the current page: an id may have several.
    given: HashMap<i32, usize>,
    /// Those returned before an error broke the page off that have not been seen again.
    before: HashMap<i32, usize>,
    state: PagesState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PagesState {
    Reading,
    Failed,
    Ended,
}

impl Client {
    /// Requests the rows of an answer page by page, up to the first empty page: a warehouse answers several short
    /// queries where a long one would take too long. A page is requested when the rows of the previous one are used up,
    /// so rows may change in between; each is returned once.
    ///
    /// The operation's own lowest id, where it is set, is that of the first page.
    ///
    /// # Errors
    /// As items: those of [`rows`](Self::rows), and [`Error::Response`] where a page holds ids that were asked for
    /// before, or rows without an id: the service does not page then.
    pub fn pages<O: PagedOperation>(&self, operation: O) -> Pages<O> {
        Pages {
            client: self.clone(),
            operation,
            size: PAGE_SIZE,
            from: None,
            highest: None,
            count: 0,
            page: None,
            given: HashMap::new(),
            before: HashMap::new(),
            state: PagesState::Reading,
        }
    }
}

impl<O: PagedOperation> Pages<O> {
    /// Sets the maximum number of rows per page, at least 1. Applies to pages that have not been requested yet.
    /// Defaults to 1,000.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.size = i32::try_from(rows.max(1)).unwrap_or(i32::MAX);
        self
    }

    /// Continues after an error: requests the page that broke off again with the next row, and leaves out the rows that
    /// were already returned. Does nothing without an error.
    pub fn resume(&mut self) {
        if self.state == PagesState::Failed {
            self.state = PagesState::Reading;
            self.page = None;
            self.before.clone_from(&self.given);
        }
    }

    /// As [`Rows::replaced`].
    pub fn replaced(&self) -> &[Replaced] {
        self.page.as_ref().map(Rows::replaced).unwrap_or_default()
    }

    fn ask(&mut self) -> Rows<O::Row> {
        self.operation.ask_for(self.size, self.from);
        self.count = 0;
        let rows = self.client.rows(self.operation.clone()).every_row();
        if self.highest.is_some() { rows.may_lack_list() } else { rows }
    }

    /// Checks that a row's id is not below the page's first. Returns whether the row is new.
    fn check(&mut self, row: &O::Row) -> Result<bool, Error> {
        let id = O::id(row);
        match (id, self.from) {
            (None, _) => Err(self.wrong("a row has no id: the next page cannot be requested")),
            (Some(id), Some(from)) if id < from => {
                Err(self
                    .wrong(&format!("the page from id {from} holds the id {id}: the service does not page")))
            }
            (Some(id), _) => {
                self.highest = self.highest.max(Some(id));
                self.count += 1;
                if let Some(left) = self.before.get_mut(&id).filter(|left| **left > 0) {
                    *left -= 1;
                    return Ok(false);
                }
                *self.given.entry(id).or_default() += 1;
                Ok(true)
            }
        }
    }

    fn wrong(&self, message: &str) -> Error {
        let context = Context::new(O::INFO.name, O::INFO.effect);
        let mut error = *envelope::unexpected(message.to_owned());
        error.path = O::ROWS.join(".");
        Error::Response(ResponseError(Box::new((context, error))))
    }

    /// The next row; `None` at the end.
    fn row(&mut self) -> Result<Option<O::Row>, Error> {
        loop {
            let mut page = match self.page.take() {
                Some(page) => page,
                None => self.ask(),
            };
            if let Some(row) = page.next() {
                let row = row?;
                let is_new = self.check(&row)?;
                self.page = Some(page);
                match is_new {
                    true => return Ok(Some(row)),
                    false => continue,
                }
            }
            self.given.clear();
            self.before.clear();
            self.from = self.highest.and_then(|id| id.checked_add(1));
            if self.count == 0 || self.from.is_none() {
                return Ok(None);
            }
        }
    }
}

impl<O: PagedOperation> Iterator for Pages<O> {
    type Item = Result<O::Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state != PagesState::Reading {
            return None;
        }
        let row = self.row().transpose();
        match row {
            Some(Ok(_)) => {}
            Some(Err(_)) => self.state = PagesState::Failed,
            None => self.state = PagesState::Ended,
        }
        row
    }
}

impl<O: PagedOperation> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("size", &self.size).field("from", &self.from).finish_non_exhaustive()
    }
}
