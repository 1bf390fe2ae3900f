//! Long answers page after page, each row by row.

use std::fmt;

use crate::client::Client;
use crate::envelope;
use crate::error::{Context, Error, ResponseError};
use crate::operation::PagedOperation;
use crate::rows::Rows;

/// Rows of a page, by default: what the service's documentation suggests.
const PAGE_SIZE: i32 = 1_000;

/// The rows of all pages of an answer, made by [`Client::pages`].
///
/// An error is the last item: the rows before it are right.
#[must_use = "the pages are asked for one after the other"]
pub struct Pages<O: PagedOperation> {
    client: Client,
    operation: O,
    size: i32,
    /// The lowest id that the present page may hold.
    from: Option<i32>,
    highest: Option<i32>,
    /// Rows of the present page.
    count: u64,
    page: Option<Rows<O::Row>>,
    ended: bool,
}

impl Client {
    /// Asks for the rows of an answer page by page, up to the first empty page: a warehouse answers several short
    /// questions where a long one would take too long. A page is asked for when the rows of the one before are used
    /// up, so rows may change in between; each is given once.
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
            ended: false,
        }
    }
}

impl<O: PagedOperation> Pages<O> {
    /// Most rows of a page, at least 1. Defaults to 1,000. Counts for the pages that have not been asked for.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.size = i32::try_from(rows.max(1)).unwrap_or(i32::MAX);
        self
    }

    fn ask(&mut self) -> Rows<O::Row> {
        self.operation.ask_for(self.size, self.from);
        self.count = 0;
        self.client.rows(self.operation.clone())
    }

    /// Looks at a row's id: it must lead on.
    fn check(&mut self, row: &O::Row) -> Result<(), Error> {
        let id = O::id(row);
        match (id, self.from) {
            (None, _) => Err(self.wrong("a row has no id: the next page cannot be asked for")),
            (Some(id), Some(from)) if id < from => {
                Err(self
                    .wrong(&format!("the page from id {from} holds the id {id}: the service does not page")))
            }
            (Some(id), _) => {
                self.highest = self.highest.max(Some(id));
                self.count += 1;
                Ok(())
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
                self.check(&row)?;
                self.page = Some(page);
                return Ok(Some(row));
            }
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
        if self.ended {
            return None;
        }
        let row = self.row().transpose();
        self.ended = !matches!(row, Some(Ok(_)));
        row
    }
}

impl<O: PagedOperation> std::iter::FusedIterator for Pages<O> {}

impl<O: PagedOperation> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("size", &self.size).field("from", &self.from).finish_non_exhaustive()
    }
}
