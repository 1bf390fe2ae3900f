//! Sends the records of an input, each of which takes effect once, however often the program is ended and started.
//!
//! The input is read twice. First all of it is checked and taken into the [`Journal`]; nothing is sent
//! if anything is wrong. Then the records are sent, those of one goods owner in their order, several goods owners side
//! by side. Each is marked as sent before it is, and its outcome is written when it is known.
//!
//! Where an outcome is not known (the connection broke, the program was killed, the service failed), the warehouse is
//! asked what it holds before anything is sent again. A request that timed out may still wait in the service's queue,
//! so that "not there" proves nothing at first: the question is put again later, and then only what may arrive twice
//! is sent again. `Create` never is.

mod rejects;
mod stage;
mod stop;
mod watch;
mod worker;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use std::{fmt, io};

pub use rejects::REJECTED_SUFFIX;
pub use stage::Problem;
pub use stop::Stop;
pub use watch::{Silent, Watch};

use super::input::{InputError, Source};
use super::journal::{About, Journal, JournalError, State};
use super::kind::Kind;
use crate::client::Client;
use crate::operation::OperationInfo;
use rejects::Rejects;

/// What is pushed, and how.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Push {
    /// The kind of the records.
    pub kind: &'static Kind,
    /// Where they come from.
    pub source: Source,
    /// The journal. Defaults to the input's name with `.journal`, beside it; that of an input whose name ends in
    /// `.rejected.jsonl` is the journal of the input that it came from.
    pub journal: PathBuf,
    /// Whether the journal may have belonged to an input of another name: this one goes on where that one ended.
    /// Defaults to `false`.
    pub takes_over: bool,
    /// Where records that were refused are written, with the reason. Defaults to the input's name with
    /// `.rejected.jsonl`, beside it.
    pub rejects: PathBuf,
    /// How long a request may wait in the service's queue: for so long after it was sent, a record that is not found
    /// is not sent again. Defaults to 30 s.
    pub settle: Duration,
    /// The longest wait that the service may ask for (`Retry-After`); asked for longer, the push stops. Defaults to
    /// 2 minutes.
    pub patience: Duration,
    /// After so many failures and refusals without a success in between, the push stops: the service locks callers
    /// out that go on. 0 goes on for ever. Defaults to 4.
    pub max_failures: u32,
    /// How many goods owners are served side by side. Defaults to 4.
    pub parallel: usize,
    /// Whether records that were refused are sent again as they are. Defaults to `false`.
    pub retry_refused: bool,
    /// Keys of records with an unknown outcome of which the caller has seen that they were carried out.
    pub told_done: BTreeSet<String>,
    /// Keys of records with an unknown outcome of which the caller has seen that they were not; they are sent again.
    pub told_not_done: BTreeSet<String>,
}

/// What a push came to. The numbers are those of the journal for the records of this input.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Summary {
    /// Records in the input.
    pub records: u64,
    /// Carried out, now or earlier.
    pub done: u64,
    /// Of those, carried out by an earlier run.
    pub unchanged: u64,
    /// Refused by the service.
    pub refused: u64,
    /// Sent; nobody knows whether it was carried out.
    pub unknown: u64,
    /// Not sent.
    pub pending: u64,
    /// Refused as they stand here, and repaired since: passed over.
    pub superseded: u64,
    /// Requests that were sent.
    pub sent: u64,
    /// Times that the warehouse was asked what became of a record.
    pub looked_up: u64,
    /// Where the records that were refused are, if there are any.
    pub rejects: Option<PathBuf>,
    /// Why it did not go to the end.
    pub stop: Option<Stop>,
}

/// Why nothing was sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum PushError {
    /// The contract has no such operation.
    NoOperation(&'static Kind),
    /// The input cannot be read at all.
    Input(InputError),
    /// Records are wrong: the first of them, and how many there are.
    Records(Vec<Problem>, u64),
    /// The journal cannot be used.
    Journal(JournalError),
    /// The list of what was refused cannot be written.
    Rejects(PathBuf, io::Error),
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PushError::NoOperation(kind) => {
                write!(
                    f,
                    "the contract of this program has no {}: {} cannot be pushed",
                    kind.operation, kind.name
                )
            }
            PushError::Input(error) => error.fmt(f),
            PushError::Records(_, 1) => f.write_str("one thing is wrong with the input; nothing was sent"),
            PushError::Records(_, count) => {
                write!(f, "{count} things are wrong with the input; nothing was sent")
            }
            PushError::Journal(error) => error.fmt(f),
            PushError::Rejects(path, error) => {
                write!(f, "the list of refused records {} cannot be written: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for PushError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            PushError::Input(error) => Some(error),
            PushError::Journal(error) => Some(error),
            PushError::Rejects(_, error) => Some(error),
            PushError::NoOperation(_) | PushError::Records(..) => None,
        }
    }
}

impl From<JournalError> for PushError {
    fn from(error: JournalError) -> PushError {
        PushError::Journal(error)
    }
}

impl Push {
    /// Begins a push of an input, all settings at their defaults.
    pub fn new(kind: &'static Kind, source: Source) -> Push {
        let path = source.own_path(kind);
        let (journal, rejects) = (rejects::journal_of(&path), rejects::file_of(&path));
        Push {
            kind,
            source,
            journal,
            takes_over: false,
            rejects,
            settle: Duration::from_secs(30),
            patience: Duration::from_secs(120),
            max_failures: 4,
            parallel: 4,
            retry_refused: false,
            told_done: BTreeSet::new(),
            told_not_done: BTreeSet::new(),
        }
    }

    /// Checks the input and sends nothing. Gives the number of records.
    ///
    /// # Errors
    /// As [`run`](Self::run), for what the input is to blame.
    pub fn check(&self, client: &Client, watch: &dyn Watch) -> Result<u64, PushError> {
        let journal = Journal::temporary()?;
        journal.begin()?;
        stage::all(self, self.operation()?, client, &journal, watch)
    }

    /// Sends what is to be sent. Ends early, and says so in [`Summary::stop`], where going on would do harm.
    ///
    /// The client should retry reads only, as it does by itself.
    ///
    /// # Errors
    /// Nothing was sent: the input is wrong, or the journal cannot be used.
    pub fn run(&self, client: &Client, watch: &dyn Watch) -> Result<Summary, PushError> {
        let operation = self.operation()?;
        let about = About {
            kind: self.kind.name.to_owned(),
            url: client.url().to_owned(),
            input: rejects::origin_name(&self.source.own_path(self.kind)),
        };
        let journal = Journal::open(&self.journal, &about, self.takes_over)?;
        journal.begin()?;
        let records = match stage::all(self, operation, client, &journal, watch) {
            Ok(records) => records,
            Err(error) => {
                journal.forget()?;
                return Err(error);
            }
        };
        journal.keep()?;
        let done_before = done(&journal)?;
        let rejects = Rejects::begin(&self.rejects, &journal)
            .map_err(|error| PushError::Rejects(self.rejects.clone(), error))?;
        let run = Run {
            push: self,
            operation,
            client,
            watch,
            journal: Mutex::new(journal),
            rejects: Mutex::new(rejects),
            stop: OnceLock::new(),
            failures: AtomicU32::new(0),
            figures: Mutex::default(),
        };
        run.all(records);
        run.summary(records, done_before)
    }

    fn operation(&self) -> Result<&'static OperationInfo, PushError> {
        self.kind.operation().ok_or(PushError::NoOperation(self.kind))
    }
}

/// What the threads of a push share.
struct Run<'a> {
    push: &'a Push,
    operation: &'static OperationInfo,
    client: &'a Client,
    watch: &'a dyn Watch,
    journal: Mutex<Journal>,
    rejects: Mutex<Rejects>,
    stop: OnceLock<Stop>,
    /// Failures and refusals since the last success.
    failures: AtomicU32,
    figures: Mutex<Figures>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Figures {
    sent: u64,
    looked_up: u64,
    superseded: u64,
}

fn done(journal: &Journal) -> Result<u64, JournalError> {
    Ok(journal.counts()?.into_iter().filter(|(state, _)| *state == State::Done).map(|(_, count)| count).sum())
}

impl Run<'_> {
    fn summary(self, records: u64, done_before: u64) -> Result<Summary, PushError> {
        let journal = worker::into_inner(self.journal);
        let figures = worker::into_inner(self.figures);
        let rejects = worker::into_inner(self.rejects)
            .finish(&journal)
            .map_err(|error| PushError::Rejects(self.push.rejects.clone(), error))?;
        let mut summary = Summary {
            records,
            unchanged: done_before,
            superseded: figures.superseded,
            sent: figures.sent,
            looked_up: figures.looked_up,
            rejects,
            stop: self.stop.into_inner(),
            ..Summary::default()
        };
        for (state, count) in journal.counts()? {
            match state {
                State::Done => summary.done += count,
                State::Refused => summary.refused += count,
                State::Sent | State::Unknown => summary.unknown += count,
                State::Pending => summary.pending += count,
            }
        }
        Ok(summary)
    }
}
