//! Reads long answers row by row, as they arrive.

use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;

use crate::client::Client;
use crate::client::stream::{AnswerRest, ReadRest, RowStream};
use crate::error::{Error, RefusingAnswer};
use crate::operation::{Operation, RowOperation};
use crate::xml::{self, Reader, Replaced, Xml};

/// The rows of an answer, made by [`Client::rows`].
///
/// An error is the last item: the rows before it are right, and there are no more. Where the service refuses, the error
/// comes before the first row if the answer says so and why there, else after the last one; its
/// [`result`](crate::error::RefusedError::result) is then the answer without its rows.
///
/// What is dropped before its end closes the connection.
#[must_use = "the rows are read from the socket one after the other"]
pub struct Rows<T> {
    state: RowsState,
    rows: u64,
    row: PhantomData<fn() -> T>,
}

enum RowsState {
    Reading(Box<RowStream>),
    Failed(Error),
    Ended,
}

impl Client {
    /// Calls an operation and returns the rows of its answer as they arrive, the first one before the answer is
    /// complete. Only one row is kept in memory at a time; a row can have up to [64
    /// MiB](crate::ClientBuilder::max_row_bytes).
    ///
    /// The request is sent here. Once the answer has begun, nothing is sent again. Observers see an answer without its
    /// body, when it begins.
    ///
    /// ```
    /// use ongoing_wms::api::*;
    /// # #[cfg(feature = "sandbox")] {
    /// # let sandbox = ongoing_wms::sandbox::Sandbox::start()?;
    /// # let client = ongoing_wms::Client::builder(sandbox.url()).credentials(sandbox.credentials()).build()?;
    /// for order in client.rows(GetOrdersByQuery::default()) {
    ///     let order = order?;
    ///     println!("{:?}", order.order_info);
    /// }
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As items: all that [`call`](Self::call) gives. An answer that breaks off gives the rows so far, then the error,
    /// with the row's number and the byte.
    pub fn rows<O: RowOperation>(&self, operation: O) -> Rows<O::Row> {
        let stream = self
            .render(&operation)
            .and_then(|envelope| self.stream(O::INFO, &envelope, O::ROWS, read_rest::<O> as ReadRest));
        let state = match stream {
            Ok(stream) => RowsState::Reading(Box::new(stream)),
            Err(error) => RowsState::Failed(error),
        };
        Rows { state, rows: 0, row: PhantomData }
    }
}

impl<T> Rows<T> {
    /// Returns the characters that XML forbids in the last row, which has U+FFFD instead. A strict client refuses them.
    pub fn replaced(&self) -> &[Replaced] {
        match &self.state {
            RowsState::Reading(stream) => stream.replaced(),
            RowsState::Failed(_) | RowsState::Ended => &[],
        }
    }

    /// Refuses elements of another name or namespace among the rows.
    pub(crate) fn every_row(mut self) -> Self {
        if let RowsState::Reading(stream) = &mut self.state {
            stream.needs_every_row();
        }
        self
    }

    /// Accepts an answer without the list as one without rows, whatever else it has.
    pub(crate) fn may_lack_list(mut self) -> Self {
        if let RowsState::Reading(stream) = &mut self.state {
            stream.may_lack_list();
        }
        self
    }
}

pub(crate) fn read_rest<O: Operation>(p: &mut Reader<'_>) -> xml::Result<AnswerRest> {
    let response = O::read_response(p)?;
    let verdict = O::verdict(&response);
    Ok((verdict, RefusingAnswer::new(response)))
}

impl<T: Xml> Iterator for Rows<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut row = None;
        let next = match &mut self.state {
            RowsState::Reading(stream) => stream.next(&mut |p| {
                row = p.row_value()?;
                Ok(row.is_some())
            }),
            RowsState::Failed(_) | RowsState::Ended => Ok(false),
        };
        match (next, row) {
            (Ok(true), Some(row)) => {
                self.rows += 1;
                Some(Ok(row))
            }
            (Ok(_), _) => match std::mem::replace(&mut self.state, RowsState::Ended) {
                RowsState::Failed(error) => Some(Err(error)),
                RowsState::Reading(_) | RowsState::Ended => None,
            },
            (Err(error), _) => {
                self.state = RowsState::Ended;
                Some(Err(error))
            }
        }
    }
}

impl<T: Xml> FusedIterator for Rows<T> {}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            RowsState::Reading(_) => "reading",
            RowsState::Failed(_) => "failed",
            RowsState::Ended => "ended",
        };
        f.debug_struct("Rows").field("state", &state).field("rows", &self.rows).finish()
    }
}
