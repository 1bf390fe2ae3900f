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
pub(super) struct Reply {
    next: Option<Bytes>,
    length: u64,
    tear: Option<Pin<Box<Sleep>>>,
}

impl Reply {
    pub fn whole(text: String) -> Reply {
        let bytes = Bytes::from(text);
        Reply { length: bytes.len() as u64, next: (!bytes.is_empty()).then_some(bytes), tear: None }
    }

    pub fn torn(text: String) -> Reply {
        let bytes = Bytes::from(text);
        let half = bytes.slice(..bytes.len() / 2);
        Reply {
            length: bytes.len() as u64,
            next: Some(half),
            tear: Some(Box::pin(tokio::time::sleep(HALF_TIME))),
        }
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
        match &mut self.tear {
            None => Poll::Ready(None),
            Some(sleep) => match sleep.as_mut().poll(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(()) => Poll::Ready(Some(Err(io::Error::other("cut on demand")))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.next.is_none() && self.tear.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
