//! Exchanges as Server-Sent Events.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::Bytes;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Sleep, sleep};

use crate::sandbox::exchanges::exchange::Exchange;
use crate::sandbox::shared::Shared;

/// Interval of keep-alive lines, by which both sides see whether the other still exists.
const ALIVE: Duration = Duration::from_secs(15);

/// The pause after each piece. Changes in the meantime are sent together, and an exchange that started and ended is
/// sent once, so that listeners cost the service little.
const PAUSE: Duration = Duration::from_millis(250);

/// Maximum number of events per write.
const AT_A_TIME: usize = 200;

/// The events for one listener, collected and rendered when it reads them.
pub(crate) struct EventStream {
    shared: Arc<Shared>,
    /// Changes after this were not sent yet.
    after: u64,
    changed: Receiver<()>,
    alive: Pin<Box<Sleep>>,
    pause: Option<Pin<Box<Sleep>>>,
    begun: bool,
}

impl EventStream {
    /// Changes from now on, or from a sequence number on.
    pub fn new(shared: Arc<Shared>, after: Option<u64>) -> EventStream {
        let changed = shared.history.signal();
        let after = shared.history.place(after);
        EventStream { shared, after, changed, alive: Box::pin(sleep(ALIVE)), pause: None, begun: false }
    }

    fn event(&self, exchange: &Exchange) -> String {
        let summary = exchange.summary(&self.shared.history.redactor);
        format!("event: exchange\nid: {}\ndata: {summary}\n\n", exchange.sequence)
    }

    /// The next piece of the stream.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(pause) = &mut self.pause {
            if pause.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        }
        let mut text = String::new();
        if !self.begun {
            self.begun = true;
            // A disconnected listener reconnects after a second.
            text.push_str("retry: 1000\n\n");
        }
        // First the signals, then the look: what changes in between gives a signal.
        while let Poll::Ready(Some(())) = self.changed.poll_recv(context) {}
        let changes = self.shared.history.changes(self.after, AT_A_TIME);
        if changes.gap {
            text.push_str("event: gap\ndata: {}\n\n");
        }
        for exchange in &changes.exchanges {
            text.push_str(&self.event(exchange));
        }
        self.after = changes.until;
        if self.alive.as_mut().poll(context).is_ready() {
            text.push_str(": alive\n\n");
        } else if text.is_empty() {
            return Poll::Pending;
        }
        self.alive = Box::pin(sleep(ALIVE));
        if changes.exchanges.len() < AT_A_TIME {
            self.pause = Some(Box::pin(sleep(PAUSE)));
        }
        Poll::Ready(Some(Bytes::from(text)))
    }
}
