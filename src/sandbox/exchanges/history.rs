//! The last exchanges, and the listeners for new ones.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::exchange::{Exchange, ExchangeOutcome};
use super::filter::ExchangeFilter;
use super::keep_file::KeepFile;
use crate::redact::Redactor;
use crate::sandbox::lock::locked;

/// Maximum number of exchanges; older ones are dropped.
const MOST: usize = 2_000;

/// Maximum memory of the exchanges, in bytes.
const MOST_BYTES: usize = 64 << 20;

/// Maximum number of unread exchanges per listener; a slower listener is dropped.
const WAITING: usize = 1_000;

/// The exchanges of a sandbox.
#[derive(Debug)]
pub(crate) struct History {
    kept: Mutex<KeptExchanges>,
    /// Masks the sandbox's password.
    pub redactor: Redactor,
    file: Option<KeepFile>,
}

#[derive(Debug, Default)]
struct KeptExchanges {
    exchanges: VecDeque<Arc<Exchange>>,
    last_id: u64,
    bytes: usize,
    sequence: u64,
    /// Highest sequence number of a dropped exchange.
    dropped: u64,
    listeners: Vec<Sender<Arc<Exchange>>>,
    /// Listeners that fetch changes themselves when they are notified.
    signals: Vec<Sender<()>>,
}

/// The changes after a position.
#[derive(Debug)]
pub(crate) struct Changes {
    /// The current state, in the order of the changes.
    pub exchanges: Vec<Arc<Exchange>>,
    /// Whether there were more changes that are no longer kept.
    pub gap: bool,
    /// Where to look on.
    pub until: u64,
}

/// Exchanges that match.
#[derive(Debug)]
pub(crate) struct FoundExchanges {
    /// The newest of them, newest first.
    pub last: Vec<Arc<Exchange>>,
    /// The number of matches.
    pub count: usize,
    /// The number of kept exchanges.
    pub kept: usize,
    /// Id of the newest of all.
    pub newest: u64,
    /// The position at which [`History::changes`] continues.
    pub sequence: u64,
}

impl History {
    pub fn new(redactor: Redactor, file: Option<KeepFile>) -> History {
        History { kept: Mutex::default(), redactor, file }
    }

    /// Adds an exchange that has started. Returns its id.
    pub fn begin(&self, mut exchange: Exchange) -> u64 {
        let mut kept = locked(&self.kept);
        kept.last_id += 1;
        kept.sequence += 1;
        exchange.id = kept.last_id;
        exchange.sequence = kept.sequence;
        kept.bytes += exchange.bytes();
        let is_told = exchange.is_told();
        let exchange = Arc::new(exchange);
        if is_told {
            kept.tell(&exchange);
        }
        kept.exchanges.push_back(exchange);
        kept.trim();
        kept.last_id
    }

    /// Completes an exchange. `None` if it is no longer kept.
    pub fn end(&self, id: u64, end: impl FnOnce(&mut Exchange)) -> Option<Arc<Exchange>> {
        let mut guard = locked(&self.kept);
        let kept = &mut *guard;
        let first = kept.exchanges.front()?.id;
        let index = usize::try_from(id.checked_sub(first)?).ok()?;
        let slot = kept.exchanges.get_mut(index)?;
        let before = slot.bytes();
        let exchange = Arc::make_mut(slot);
        end(exchange);
        exchange.duration = Some(SystemTime::now().duration_since(exchange.time).unwrap_or_default());
        if let Some(message) = exchange.message.take() {
            exchange.message = Some(self.redactor.text(&message).into_owned());
        }
        if let Some(invalid) = &mut exchange.invalid {
            invalid.why = self.redactor.text(&invalid.why).into_owned();
        }
        kept.sequence += 1;
        exchange.sequence = kept.sequence;
        let ended = Arc::clone(slot);
        kept.bytes = kept.bytes + ended.bytes() - before;
        kept.tell(&ended);
        kept.trim();
        drop(guard);
        if let Some(file) = &self.file {
            file.add(&ended, &self.redactor);
        }
        Some(ended)
    }

    /// The exchange with this id.
    pub fn get(&self, id: u64) -> Option<Arc<Exchange>> {
        let kept = locked(&self.kept);
        let first = kept.exchanges.front()?.id;
        kept.exchanges.get(usize::try_from(id.checked_sub(first)?).ok()?).cloned()
    }

    /// The last matching exchanges, newest first.
    pub fn find(&self, filter: &ExchangeFilter, last: usize) -> FoundExchanges {
        let (all, newest, sequence) = {
            let kept = locked(&self.kept);
            (kept.exchanges.iter().cloned().collect::<Vec<_>>(), kept.last_id, kept.sequence)
        };
        let mut found = FoundExchanges { last: Vec::new(), count: 0, kept: all.len(), newest, sequence };
        for exchange in all.into_iter().rev().filter(|exchange| filter.matches(exchange)) {
            found.count += 1;
            if found.last.len() < last {
                found.last.push(exchange);
            }
        }
        found
    }

    /// Listens for changes from now on.
    pub fn listen(&self) -> Receiver<Arc<Exchange>> {
        let (sender, next) = mpsc::channel(WAITING);
        locked(&self.kept).listeners.push(sender);
        next
    }

    /// Is notified of changes from now on; [`changes`](Self::changes) returns them.
    pub fn signal(&self) -> Receiver<()> {
        let (sender, signal) = mpsc::channel(1);
        locked(&self.kept).signals.push(sender);
        signal
    }

    /// The start position: now, or a known position. A higher number than any so far is from an earlier run.
    pub fn place(&self, after: Option<u64>) -> u64 {
        let now = locked(&self.kept).sequence;
        after.map_or(now, |after| if after > now { 0 } else { after })
    }

    /// The first changes after a position, up to this number.
    pub fn changes(&self, after: u64, most: usize) -> Changes {
        let kept = locked(&self.kept);
        let is_new = |exchange: &&Arc<Exchange>| exchange.sequence > after && exchange.is_told();
        let mut exchanges: Vec<_> = kept.exchanges.iter().filter(is_new).cloned().collect();
        let (gap, now) = (kept.dropped > after, kept.sequence);
        drop(kept);
        exchanges.sort_by_key(|exchange| exchange.sequence);
        // Exchanges that are not told yet are told when they end, with a higher sequence.
        let until = match exchanges.get(most) {
            Some(_) => exchanges[most - 1].sequence,
            None => now,
        };
        exchanges.truncate(most);
        Changes { exchanges, gap, until }
    }

    /// The file that keeps the exchanges, and why it no longer does.
    pub fn file(&self) -> Option<&KeepFile> {
        self.file.as_ref()
    }
}

impl KeptExchanges {
    fn trim(&mut self) {
        while self.exchanges.len() > MOST || (self.bytes > MOST_BYTES && self.exchanges.len() > 1) {
            let Some(oldest) = self.exchanges.pop_front() else { return };
            self.bytes -= oldest.bytes();
            self.dropped = self.dropped.max(oldest.sequence);
        }
    }

    fn tell(&mut self, exchange: &Arc<Exchange>) {
        self.listeners.retain(|listener| listener.try_send(Arc::clone(exchange)).is_ok());
        // One signal is as good as many.
        self.signals.retain(|signal| !matches!(signal.try_send(()), Err(TrySendError::Closed(()))));
    }
}

impl Exchange {
    /// Whether listeners are told: it has ended, or may take long.
    fn is_told(&self) -> bool {
        self.outcome != ExchangeOutcome::Running || self.disturbance.is_some()
    }
}

/// The exchanges of a sandbox as they end: see [`Sandbox::watch`](crate::sandbox::Sandbox::watch).
#[derive(Debug)]
pub struct ExchangeStream(pub(crate) Receiver<Arc<Exchange>>);

impl Iterator for ExchangeStream {
    type Item = Arc<Exchange>;

    /// Waits for the next exchange. `None` when the sandbox has ended, or when a thousand exchanges were unread.
    fn next(&mut self) -> Option<Arc<Exchange>> {
        self.0.blocking_recv()
    }
}
