//! Bodies of answers: whole, or torn in the middle.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::Sleep;

/// Long enough for the first half to be on its way before the connection is cut.
const HALF_TIME: Duration = Duration::from_millis(20);

/// A body, announced with its whole length even where only half of it will come.
pub(crate) struct Reply {
    next: Option<Bytes>,
    length: u64,
    tear: Option<Pin<Box<Sleep>>>,
    drip: Option<Drip>,
}

/// What is still to come, piece by piece.
struct Drip {
    rest: Bytes,
    piece: usize,
    pause: Duration,
    sleep: Pin<Box<Sleep>>,
}

/// In how many pieces an answer drips.
const PIECES: usize = 10;

impl Reply {
    pub fn whole(text: String) -> Reply {
        let bytes = Bytes::from(text);
        Reply {
            length: bytes.len() as u64,
            next: (!bytes.is_empty()).then_some(bytes),
            tear: None,
            drip: None,
        }
    }

    pub fn torn(text: String) -> Reply {
        let bytes = Bytes::from(text);
        let half = bytes.slice(..bytes.len() / 2);
        Reply {
            length: bytes.len() as u64,
            next: Some(half),
            tear: Some(Box::pin(tokio::time::sleep(HALF_TIME))),
            drip: None,
        }
    }

    pub fn dripping(text: String, pause: Duration) -> Reply {
        let rest = Bytes::from(text);
        let length = rest.len() as u64;
        let piece = rest.len().div_ceil(PIECES).max(1);
        let sleep = Box::pin(tokio::time::sleep(pause));
        Reply { length, next: None, tear: None, drip: Some(Drip { rest, piece, pause, sleep }) }
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.next.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if let Some(drip) = self.drip.as_mut().filter(|drip| !drip.rest.is_empty()) {
            if drip.sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            drip.sleep = Box::pin(tokio::time::sleep(drip.pause));
            let piece = drip.rest.split_to(drip.piece.min(drip.rest.len()));
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match &mut self.tear {
            None => Poll::Ready(None),
            Some(sleep) => match sleep.as_mut().poll(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(()) => Poll::Ready(Some(Err(io::Error::other("cut on demand")))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        let drips = self.drip.as_ref().is_some_and(|drip| !drip.rest.is_empty());
        self.next.is_none() && self.tear.is_none() && !drips
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
