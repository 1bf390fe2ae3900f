//! Bodies of answers: complete, cut in the middle, in slow pieces, or a stream of events.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, io};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::Sleep;

use super::event_stream::EventStream;

/// The error for connections that are cut on demand.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cut on demand")
    }
}

impl std::error::Error for Cut {}

/// Long enough for the first half to be sent before the connection is cut.
const HALF_TIME: Duration = Duration::from_millis(20);

/// A body, announced with its full length even if only half of it is sent.
pub(crate) struct ResponseBody {
    next: Option<Bytes>,
    length: u64,
    tear: Option<Pin<Box<Sleep>>>,
    drip: Option<Drip>,
    events: Option<EventStream>,
}

/// The pieces still to send.
struct Drip {
    rest: Bytes,
    piece: usize,
    pause: Duration,
    sleep: Pin<Box<Sleep>>,
}

/// Number of pieces of a slow answer.
const PIECES: usize = 10;

impl ResponseBody {
    pub fn whole(bytes: impl Into<Bytes>) -> ResponseBody {
        let bytes = bytes.into();
        ResponseBody {
            length: bytes.len() as u64,
            next: (!bytes.is_empty()).then_some(bytes),
            tear: None,
            drip: None,
            events: None,
        }
    }

    pub fn torn(bytes: Bytes) -> ResponseBody {
        let half = bytes.slice(..bytes.len() / 2);
        ResponseBody {
            length: bytes.len() as u64,
            next: Some(half),
            tear: Some(Box::pin(tokio::time::sleep(HALF_TIME))),
            drip: None,
            events: None,
        }
    }

    pub fn dripping(rest: Bytes, pause: Duration) -> ResponseBody {
        let length = rest.len() as u64;
        let piece = rest.len().div_ceil(PIECES).max(1);
        let sleep = Box::pin(tokio::time::sleep(pause));
        ResponseBody {
            length,
            next: None,
            tear: None,
            drip: Some(Drip { rest, piece, pause, sleep }),
            events: None,
        }
    }

    pub fn events(stream: EventStream) -> ResponseBody {
        ResponseBody { next: None, length: 0, tear: None, drip: None, events: Some(stream) }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(events) = &mut self.events {
            return events.poll(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))));
        }
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
        self.next.is_none() && self.tear.is_none() && !drips && self.events.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match self.events {
            Some(_) => SizeHint::default(),
            None => SizeHint::with_exact(self.length),
        }
    }
}
