//! Exchanges as Server-Sent Events.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::Bytes;
use serde_json::json;
use tokio::time::Sleep;

use crate::sandbox::exchanges::exchange::Exchange;
use crate::sandbox::exchanges::history::Listening;
use crate::sandbox::shared::Shared;

/// How often a line is sent where nothing else is, so that both sides see whether the other is there.
const ALIVE: Duration = Duration::from_secs(15);

/// Most events that are written at a time.
const AT_A_TIME: usize = 50;

/// The events for one listener. They are rendered when it reads them.
pub(crate) struct EventStream {
    shared: Arc<Shared>,
    listening: Listening,
    alive: Pin<Box<Sleep>>,
    begun: bool,
}

impl EventStream {
    /// What changes from here on or, with a sequence, from there on.
    pub fn new(shared: Arc<Shared>, after: Option<u64>) -> EventStream {
        let listening = shared.history.listen(after);
        EventStream { shared, listening, alive: Box::pin(tokio::time::sleep(ALIVE)), begun: false }
    }

    fn event(&self, exchange: &Exchange) -> String {
        let summary = exchange.summary(&self.shared.history.redactor);
        format!("event: exchange\nid: {}\ndata: {summary}\n\n", exchange.sequence)
    }

    /// The next piece of the stream. Ends when this listener was too slow.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut text = String::new();
        if !self.begun {
            self.begun = true;
            // Whoever is cut off comes back after a second.
            text.push_str("retry: 1000\n\n");
            if self.listening.gap {
                text.push_str(&format!("event: gap\ndata: {}\n\n", json!({})));
            }
        }
        let mut is_over = false;
        for _ in 0..AT_A_TIME {
            let next = match self.listening.missed.pop_front() {
                Some(missed) => Some(missed),
                None => match self.listening.next.poll_recv(context) {
                    Poll::Ready(Some(exchange)) => Some(exchange),
                    Poll::Ready(None) => {
                        is_over = true;
                        None
                    }
                    Poll::Pending => None,
                },
            };
            let Some(exchange) = next else { break };
            text.push_str(&self.event(&exchange));
        }
        if self.alive.as_mut().poll(context).is_ready() {
            text.push_str(": alive\n\n");
        } else if text.is_empty() {
            return if is_over { Poll::Ready(None) } else { Poll::Pending };
        }
        self.alive = Box::pin(tokio::time::sleep(ALIVE));
        // The new timer must be asked once, or nobody is woken by it.
        let _ = self.alive.as_mut().poll(context);
        Poll::Ready(Some(Bytes::from(text)))
    }
}
