//! Delivers records so that each takes effect once, however often the program is stopped and restarted.
//!
//! The [`Journal`] is an outbox. The whole input is checked and added in one transaction; nothing is sent if it has
//! errors. Then all open records are delivered from the journal, including those of earlier inputs: records of one
//! goods owner in order, several goods owners in parallel. Each is marked as sent before it is sent, and its outcome is
//! written when it is known.
//!
//! If an outcome is unknown (the connection broke, the program was killed, the service failed), the record is looked up
//! in the warehouse before anything is resent. A request that timed out may still wait in the service's queue, so that
//! "not found" proves nothing at first: the look-up is repeated later, and then only requests that may arrive twice are
//! resent. `Create` is sent only after a look-up that finds nothing, and never resent automatically.

mod delivery;
mod goods_owner;
mod intake;
mod lane;
mod observer;
mod pace;
mod plan;
mod prepare;
mod rejects;
mod remainder;
mod schedule;
mod stop;
mod summary;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use std::{fmt, io};

pub use observer::{PushObserver, Silent};
pub use plan::{Plan, Planned, Shown};
pub use rejects::REJECTED_SUFFIX;
pub use remainder::Remainder;
pub use stop::Stop;
pub use summary::{Earlier, Summary, Unfinished};

use super::input::{Input, InputError};
use super::journal::{About, Journal, JournalError, Opening, SeenKeys, StatedOutcome};
use super::kind::Kind;
use crate::client::Client;
use crate::operation::OperationInfo;
use crate::text::counted;
use crate::transport::shown_address;
use goods_owner::GoodsOwners;
use intake::IntakeTarget;
use pace::Pace;
use rejects::RejectedFile;

/// A push: what is sent, and how.
///
/// ```
/// # #[cfg(feature = "sandbox")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use ongoing_wms::{Client, sandbox::Sandbox};
/// use ongoing_wms::api::{ArticleDefinition, ArticleIdentificationType, ArticleOperation, ProcessArticle};
/// use ongoing_wms::batch::{Input, Kind, Push, push::Silent};
/// # let sandbox = Sandbox::start()?;
/// # let client = Client::builder(sandbox.url()).credentials(sandbox.credentials()).build()?;
/// # let folder = tempfile::tempdir()?;
/// # let journal = folder.path().join("articles.journal");
///
/// let article = |number: &str| ArticleDefinition {
///     article_number: Some(number.into()),
///     ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
/// };
/// let kind = Kind::of::<ProcessArticle>().ok_or("no such kind")?;
/// let push = Push::new(kind, Input::values([article("A-1"), article("A-2")])?).journal(journal).parallel(1);
/// let summary = push.run(&client, &Silent)?;
/// summary.finished()?;
/// assert_eq!(summary.done, 2);
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sandbox"))]
/// # fn main() {}
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Push {
    /// The kind of the records.
    pub kind: &'static Kind,
    /// The source of new records; `None` to deliver open records only.
    pub source: Option<Input>,
    /// The journal. Defaults to the kind's name with `.journal`, beside the input.
    pub journal: PathBuf,
    /// The list of refused records, with reasons. Defaults to the journal's name with `.rejected.jsonl` in place of
    /// `.journal`.
    pub rejects: PathBuf,
    /// How long to wait for another push that has the journal open. Defaults to 0 s.
    pub wait: Duration,
    /// The goods owner of the records in a version 1 journal that does not name it. Defaults to `None`: such a journal
    /// is refused.
    pub old_journal_owner: Option<String>,
    /// The time from a request until a record that is not found is resent: so long the request may still wait in the
    /// service's queue. Defaults to 30 s.
    pub resend_delay: Duration,
    /// The longest wait that the service may ask for (`Retry-After`); if it asks for more, the push stops. Defaults to
    /// 2 minutes.
    pub max_retry_after: Duration,
    /// Number of failures and refusals in a row after which the push waits and tries one record at a time: the service
    /// locks out callers that continue. 0 turns this off. Defaults to 4.
    pub max_failures: u32,
    /// The first wait after too many failures; it doubles each time. Defaults to 30 s.
    pub back_off: Duration,
    /// How long the push continues in this way before it stops. Defaults to 30 minutes.
    pub back_off_limit: Duration,
    /// Open records that have been in no input for longer than this are reported and not sent. Defaults to 7 days.
    pub max_age: Duration,
    /// Number of goods owners that are served in parallel. Defaults to 4.
    pub parallel: usize,
    /// Whether refused records are resent unchanged. Defaults to `false`.
    pub retry_refused: bool,
    /// Whether only records of this input are delivered; what earlier inputs left is counted. Defaults to `false`.
    pub only_input: bool,
    /// Whether keys that differ only in case or outer space are different records. Defaults to `false`: they are an
    /// error in the input.
    pub exact_keys: bool,
    /// Records (`OWNER:KEY`) that the caller knows were carried out.
    pub told_done: BTreeSet<String>,
    /// Records (`OWNER:KEY`) that the caller knows were not carried out; they are sent again.
    pub told_not_done: BTreeSet<String>,
}

/// Why nothing was sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum PushError {
    /// The contract has no such operation.
    NoOperation(&'static Kind),
    /// The input cannot be read at all.
    Input(InputError),
    /// The input has errors: the first of them, and their number. [`source`](std::error::Error::source) is the first one.
    Records(Vec<InputError>, u64),
    /// The journal cannot be used.
    Journal(JournalError),
    /// The list of refused records cannot be written.
    Rejects(PathBuf, io::Error),
    /// The observer ended it while another push had the journal open.
    Interrupted,
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PushError::NoOperation(kind) => {
                write!(f, "this program's contract has no {}: {} cannot be pushed", kind.operation, kind.name)
            }
            PushError::Input(error) => error.fmt(f),
            PushError::Records(_, count) => {
                write!(f, "{} in the input; nothing was sent", counted(*count, "error"))
            }
            PushError::Journal(error) => error.fmt(f),
            PushError::Rejects(path, error) => {
                write!(f, "the list of refused records {} cannot be written: {error}", path.display())
            }
            PushError::Interrupted => f.write_str("interrupted; nothing was sent"),
        }
    }
}

impl std::error::Error for PushError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            PushError::Input(error) => Some(error),
            PushError::Journal(error) => Some(error),
            PushError::Rejects(_, error) => Some(error),
            PushError::Records(errors, _) => errors.first().map(|first| first as _),
            PushError::NoOperation(_) | PushError::Interrupted => None,
        }
    }
}

impl From<InputError> for PushError {
    fn from(error: InputError) -> PushError {
        PushError::Input(error)
    }
}

impl From<JournalError> for PushError {
    fn from(error: JournalError) -> PushError {
        PushError::Journal(error)
    }
}

impl Push {
    /// Creates a push of an input with default settings.
    pub fn new(kind: &'static Kind, source: Input) -> Push {
        let journal = rejects::journal_beside(kind, &source.own_path(kind));
        Push { source: Some(source), ..Push::resume(kind, journal) }
    }

    /// Creates a push without an input, of the open records in a journal, with default settings.
    pub fn resume(kind: &'static Kind, journal: impl AsRef<Path>) -> Push {
        let journal = journal.as_ref();
        Push {
            kind,
            source: None,
            journal: journal.to_owned(),
            rejects: rejects::list_of(journal),
            wait: Duration::ZERO,
            old_journal_owner: None,
            resend_delay: Duration::from_secs(30),
            max_retry_after: Duration::from_secs(120),
            max_failures: 4,
            back_off: Duration::from_secs(30),
            back_off_limit: Duration::from_secs(30 * 60),
            max_age: Duration::from_secs(7 * 24 * 3600),
            parallel: 4,
            retry_refused: false,
            only_input: false,
            exact_keys: false,
            told_done: BTreeSet::new(),
            told_not_done: BTreeSet::new(),
        }
    }

    /// Uses another journal, and the list of refused records beside it.
    pub fn journal(mut self, journal: impl AsRef<Path>) -> Push {
        self.journal = journal.as_ref().to_owned();
        self.rejects = rejects::list_of(&self.journal);
        self
    }

    /// Sets the file that lists refused records.
    pub fn rejects(mut self, path: impl Into<PathBuf>) -> Push {
        self.rejects = path.into();
        self
    }

    /// Sets how long to wait for another push that has the journal open.
    pub fn wait(mut self, wait: Duration) -> Push {
        self.wait = wait;
        self
    }

    /// Sets how long after a request a record that is not found is resent.
    pub fn resend_delay(mut self, delay: Duration) -> Push {
        self.resend_delay = delay;
        self
    }

    /// Sets the longest wait that the service may ask for.
    pub fn max_retry_after(mut self, wait: Duration) -> Push {
        self.max_retry_after = wait;
        self
    }

    /// Sets the number of failures in a row after which the push slows down; 0 for never.
    pub fn max_failures(mut self, failures: u32) -> Push {
        self.max_failures = failures;
        self
    }

    /// Sets the first wait after too many failures.
    pub fn back_off(mut self, wait: Duration) -> Push {
        self.back_off = wait;
        self
    }

    /// Sets how long the push continues slowly before it stops.
    pub fn back_off_limit(mut self, limit: Duration) -> Push {
        self.back_off_limit = limit;
        self
    }

    /// Sets for how long an open record may be in no input and still be sent.
    pub fn max_age(mut self, age: Duration) -> Push {
        self.max_age = age;
        self
    }

    /// Sets how many goods owners are served side by side.
    pub fn parallel(mut self, goods_owners: usize) -> Push {
        self.parallel = goods_owners;
        self
    }

    /// Sets whether refused records are resent unchanged.
    pub fn retry_refused(mut self, again: bool) -> Push {
        self.retry_refused = again;
        self
    }

    /// Sets whether only records of this input are delivered.
    pub fn only_input(mut self, only: bool) -> Push {
        self.only_input = only;
        self
    }

    /// Sets whether keys that differ only in case or outer space are different records.
    pub fn exact_keys(mut self, exact: bool) -> Push {
        self.exact_keys = exact;
        self
    }

    /// Checks the input and sends nothing. Compares keys with those of the journal, if it exists. Returns the number of
    /// records.
    ///
    /// # Errors
    /// As [`run`](Self::run), as far as the input is the cause.
    pub fn check(&self, client: &Client, watch: &dyn PushObserver) -> Result<u64, PushError> {
        let operation = self.operation()?;
        let known = Journal::known(&self.journal, self.kind.name).unwrap_or_else(|error| {
            watch.on_warning(&format!("keys are not compared with those of earlier inputs: {error}"));
            None
        });
        let owners = GoodsOwners::new(client, operation);
        let keys = SeenKeys::new(self.exact_keys);
        Ok(intake::all(self, operation, &owners, IntakeTarget::Check(keys, known.as_ref()), watch)?.records)
    }

    /// Reads the input into the journal, and delivers all open records. Stops early if continuing would do harm;
    /// [`Summary::stop`] has the reason.
    ///
    /// The client should retry reads only, which is its default.
    ///
    /// # Errors
    /// Nothing was sent: the input has errors, or the journal cannot be used.
    pub fn run(&self, client: &Client, watch: &dyn PushObserver) -> Result<Summary, PushError> {
        let operation = self.operation()?;
        let owners = GoodsOwners::new(client, operation);
        let old = self.source.as_ref().map(|source| rejects::version_1_journal(&source.own_path(self.kind)));
        let opened = Journal::open(&Opening {
            path: &self.journal,
            about: About { kind: self.kind.name.to_owned(), url: shown_address(client.url()) },
            wait: self.wait,
            ends: &|| watch.wants_stop(),
            old: old.as_deref(),
            old_owner: self.old_journal_owner.as_deref(),
        });
        let mut journal = match opened {
            Err(JournalError::InUse(_)) if watch.wants_stop() => return Err(PushError::Interrupted),
            opened => opened?,
        };
        journal.warnings().iter().for_each(|warning| watch.on_warning(warning));
        journal.begin()?;
        let taken = match self.take_in(operation, &owners, &journal, watch) {
            Ok(taken) => taken,
            Err(error) => {
                journal.forget()?;
                return Err(error);
            }
        };
        journal.keep()?;
        let done_before = summary::done(&journal)?;
        let list = RejectedFile::begin(&self.rejects, self.source.as_ref().map(Input::path), &journal)
            .map_err(|error| PushError::Rejects(self.rejects.clone(), error))?;
        let run = Run {
            push: self,
            operation,
            owners,
            watch,
            journal: Mutex::new(journal),
            stop: OnceLock::new(),
            stopped_lanes: Mutex::default(),
            pace: Pace::default(),
            figures: Mutex::default(),
        };
        run.deliver_all();
        run.summary(taken, done_before, list)
    }

    fn take_in(
        &self,
        operation: &'static OperationInfo,
        owners: &GoodsOwners,
        journal: &Journal,
        watch: &dyn PushObserver,
    ) -> Result<intake::Taken, PushError> {
        journal.give_up_answers()?;
        for (names, seen) in
            [(&self.told_done, StatedOutcome::Done), (&self.told_not_done, StatedOutcome::NotDone)]
        {
            for name in names {
                journal.decide(name, seen)?;
            }
        }
        intake::all(self, operation, owners, IntakeTarget::Journal(journal), watch)
    }

    fn operation(&self) -> Result<&'static OperationInfo, PushError> {
        self.kind.operation().ok_or(PushError::NoOperation(self.kind))
    }
}

/// A step of a push; the error is the reason to stop.
type Step<T = ()> = Result<T, Stop>;

/// State shared by the threads of a push.
struct Run<'a> {
    push: &'a Push,
    operation: &'static OperationInfo,
    owners: GoodsOwners,
    watch: &'a dyn PushObserver,
    journal: Mutex<Journal>,
    stop: OnceLock<Stop>,
    /// The reasons that stopped lanes of single goods owners.
    stopped_lanes: Mutex<Vec<Stop>>,
    pace: Pace,
    figures: Mutex<PushCounts>,
}

#[derive(Debug, Default, Clone, Copy)]
struct PushCounts {
    sent: u64,
    looked_up: u64,
    too_old: u64,
    /// Number of answers that confirmed a record.
    succeeded: u64,
}

/// Interval at which a wait checks whether it should end.
const BLINK: Duration = Duration::from_millis(100);

impl Run<'_> {
    fn journal(&self) -> MutexGuard<'_, Journal> {
        locked(&self.journal)
    }

    /// The first reason to stop is kept.
    fn stop(&self, stop: Stop) {
        let _ = self.stop.set(stop);
    }

    /// Whether nothing more is to be sent.
    fn check_stop(&self) -> Step {
        if self.watch.wants_stop() { Err(Stop::Interrupted) } else { Ok(()) }
    }

    /// Flushes the journal to the disk, before something that may take long. Otherwise an answer is flushed with the
    /// mark of the next record.
    fn bring_to_disk(&self) -> Step {
        let written = self.journal().written();
        Ok(written.reach_disk()?)
    }

    /// Waits, unless the push is to end.
    fn wait(&self, wait: Duration, why: &str) -> Step {
        if wait.is_zero() {
            return Ok(());
        }
        self.bring_to_disk()?;
        self.watch.on_wait(wait, why);
        let begun = Instant::now();
        loop {
            self.check_stop()?;
            match wait.saturating_sub(begun.elapsed()) {
                Duration::ZERO => return Ok(()),
                left => thread::sleep(left.min(BLINK)),
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn the_chain_of_an_error_has_the_first_one_of_the_input() {
        let error = |line| InputError::at("o.jsonl", line, "not JSON");
        let error = PushError::Records(vec![error(2), error(5)], 9);
        assert_eq!(error.to_string(), "9 errors in the input; nothing was sent");
        assert_eq!(error.source().unwrap().to_string(), "o.jsonl:2: not JSON");
    }
}
