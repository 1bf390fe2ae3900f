//! `ongoing_push`: the records of a file, each carried out once.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;
use std::{panic, thread};

use ongoing_wms::Client;
use ongoing_wms::batch::input::SpoolError;
use ongoing_wms::batch::journal::Entry;
use ongoing_wms::batch::push::{PushObserver, Remainder};
use ongoing_wms::batch::settings::{RetryRefused, SettingsFile};
use ongoing_wms::batch::{
    ColumnMap, Format, Input, InputError, JournalError, Kind, Push, PushError, Stop, Summary,
};
use ongoing_wms::exit::Exit;
use ongoing_wms::suggest::did_you_mean_one_of;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::codes::{self, Event, OutcomeCode};
use crate::failure::{Failure, LOOK};
use crate::progress::{Listener, Told};

/// The options, named like the flags of `ongoing push`, with the command's defaults.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Column map, for CSV.
    map: Option<PathBuf>,
    /// `jsonl`, `csv` or `xml`.
    format: Option<InputForm>,
    journal: Option<PathBuf>,
    rejects: Option<PathBuf>,
    /// Check the input and send nothing.
    check: bool,
    /// Deliver the open records of the journal without reading the input.
    resume: bool,
    retry_refused: bool,
    only_input: bool,
    exact_keys: bool,
    #[serde(alias = "take_over")]
    old_journal_owner: Option<String>,
    done: Vec<String>,
    not_done: Vec<String>,
    /// In seconds, as the next four.
    wait: Option<f64>,
    #[serde(alias = "settle")]
    resend_delay: Option<f64>,
    #[serde(alias = "patience")]
    max_retry_after: Option<f64>,
    back_off: Option<f64>,
    back_off_limit: Option<f64>,
    /// In days.
    max_age: Option<f64>,
    max_failures: Option<u32>,
    parallel: Option<usize>,
}

impl Options {
    /// With the settings of a settings file where an option is not given.
    pub fn or_else(mut self, kind: &str, file: &SettingsFile) -> Options {
        self.journal = self.journal.or_else(|| file.journal(kind));
        self.retry_refused |= file.settings.retry_refused == Some(RetryRefused::EachRun);
        self.max_age = self.max_age.or(file.settings.max_age);
        self
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum InputForm {
    Jsonl,
    Csv,
    Xml,
}

impl From<InputForm> for Format {
    fn from(form: InputForm) -> Format {
        match form {
            InputForm::Jsonl => Format::JsonLines,
            InputForm::Csv => Format::Csv,
            InputForm::Xml => Format::Xml,
        }
    }
}

/// Runs a push; `answer` gets the figures, or the errors in the input.
///
/// The push has its own threads; `told` is called only on the caller's thread.
pub fn run(
    client: &Client,
    kind: &str,
    path: &str,
    options: &Options,
    told: Listener<'_>,
    answer: &mut Value,
) -> Result<(), Failure> {
    let (to, from) = sync_channel(64);
    let push = push(kind, path, options, &to)?;
    let stop = Arc::new(AtomicBool::new(false));
    let relay = Relay { to, stop: Arc::clone(&stop) };
    let check = options.check;
    thread::scope(|scope| {
        // The worker owns all senders, so that the loop ends with it.
        let worker = scope.spawn(move || match check {
            true => push.check(client, &relay).map(|records| Done::Checked { records }),
            false => push.run(client, &relay).map(|summary| Done::Pushed(Box::new(summary))),
        });
        let mut counted = Told::default();
        for mut message in from {
            match message.event {
                Some(Event::Begun) => counted.total = message.total,
                Some(Event::Record) => counted.done += 1,
                _ => {}
            }
            if message.event != Some(Event::Checked) {
                (message.done, message.total) = (counted.done, counted.total);
            }
            if told(message) {
                stop.store(true, Ordering::Relaxed);
            }
        }
        match worker.join() {
            Ok(Ok(Done::Checked { records })) => {
                *answer = json!({ "records": records });
                Ok(())
            }
            Ok(Ok(Done::Pushed(summary))) => {
                *answer = summary.to_json();
                result(&summary)
            }
            Ok(Err(error)) => {
                if let PushError::Records(problems, count) = &error {
                    let errors: Vec<Value> = problems.iter().map(problem).collect();
                    *answer = json!({ "errors": errors, "errorCount": count });
                }
                Err(not_begun(&error))
            }
            Err(panicked) => panic::resume_unwind(panicked),
        }
    })
}

enum Done {
    Checked { records: u64 },
    Pushed(Box<Summary>),
}

fn push(kind: &str, path: &str, options: &Options, to: &SyncSender<Told>) -> Result<Push, Failure> {
    let kind = Kind::find(kind).ok_or_else(|| {
        let names: Vec<&str> = ongoing_wms::batch::kind::KINDS.iter().map(|kind| kind.name).collect();
        Failure::usage(format!("kind of record `{kind}` not found"))
            .hint(did_you_mean_one_of(kind, "kinds", &names))
    })?;
    let mut push = Push::new(kind, source(path, options, to)?);
    if let Some(journal) = &options.journal {
        push = push.journal(journal);
    }
    if options.resume {
        push.source = None;
    }
    if let Some(rejects) = &options.rejects {
        push.rejects.clone_from(rejects);
    }
    push.retry_refused = options.retry_refused;
    push.only_input = options.only_input;
    push.exact_keys = options.exact_keys;
    push.old_journal_owner.clone_from(&options.old_journal_owner);
    push.told_done = options.done.iter().cloned().collect();
    push.told_not_done = options.not_done.iter().cloned().collect();
    if let Some(both) = push.told_done.intersection(&push.told_not_done).next() {
        return Err(Failure::usage(format!("options: {both} is in both `done` and `not_done`")));
    }
    for (name, from, factor, to) in [
        ("wait", options.wait, 1.0, &mut push.wait),
        ("resend_delay", options.resend_delay, 1.0, &mut push.resend_delay),
        ("max_retry_after", options.max_retry_after, 1.0, &mut push.max_retry_after),
        ("back_off", options.back_off, 1.0, &mut push.back_off),
        ("back_off_limit", options.back_off_limit, 1.0, &mut push.back_off_limit),
        ("max_age", options.max_age, 86_400.0, &mut push.max_age),
    ] {
        let Some(number) = from else { continue };
        *to = Duration::try_from_secs_f64(number * factor)
            .map_err(|_| Failure::usage(format!("options: {name}: {number} is not a span of time")))?;
    }
    push.max_failures = options.max_failures.unwrap_or(push.max_failures);
    push.parallel = options.parallel.unwrap_or(push.parallel).max(1);
    Ok(push)
}

fn source(path: &str, options: &Options, to: &SyncSender<Told>) -> Result<Input, Failure> {
    let to = to.clone();
    let mut source = Input::new(path).on_warning(move |warning| {
        let hint = warning.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
        let _ = to.send(Told::text(Event::Warning, format!("{warning}{hint}")));
    });
    if let Some(format) = options.format {
        source = source.format(format.into());
    }
    if let Some(map) = &options.map {
        source = source.map(ColumnMap::read(map).map_err(|error| wrong_input(&error))?);
    }
    if options.resume {
        return Ok(source);
    }
    source.spooled().map_err(|error| match error {
        SpoolError::Input(error) => wrong_input(&error),
        error => Failure::new(codes::Kind::Output, Exit::Output, format!("{error}; nothing was sent")),
    })
}

/// Hands on to the thread of the caller. A caller that is slow is waited for.
struct Relay {
    to: SyncSender<Told>,
    stop: Arc<AtomicBool>,
}

impl Relay {
    fn tell(&self, told: Told) {
        // The caller listens until the push is at its end.
        let _ = self.to.send(told);
    }

    fn record(&self, event: Event, record: &Entry) {
        self.tell(Told {
            place: record.place.clone(),
            key: record.key.clone(),
            state: record.state.as_str(),
            text: record.reason.clone().unwrap_or_default(),
            ..Told::new(event)
        });
    }
}

impl PushObserver for Relay {
    fn on_checked(&self, bytes: u64, total: Option<u64>) {
        self.tell(Told { done: bytes, total: total.unwrap_or(0), ..Told::new(Event::Checked) });
    }

    fn on_warning(&self, text: &str) {
        self.tell(Told::text(Event::Warning, text));
    }

    fn on_begin(&self, records: u64) {
        self.tell(Told { total: records, ..Told::new(Event::Begun) });
    }

    fn on_refused_earlier(&self, record: &Entry) {
        self.record(Event::RefusedEarlier, record);
    }

    fn on_record(&self, record: &Entry) {
        self.record(Event::Record, record);
    }

    fn on_wait(&self, wait: Duration, why: &str) {
        self.tell(Told::text(Event::Waiting, format!("waiting {:.1} s: {why}", wait.as_secs_f64())));
    }

    fn wants_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

fn problem(problem: &InputError) -> Value {
    json!({ "message": problem.to_string(), "hint": problem.hint })
}

fn wrong_input(error: &InputError) -> Failure {
    Failure::new(codes::Kind::Input, Exit::BadInput, error.to_string()).maybe_hint(error.hint.clone())
}

fn wrong_journal(error: &JournalError) -> Failure {
    Failure::new(codes::Kind::Journal, Exit::of_journal(error), error.to_string()).hint(error.hint())
}

fn not_begun(error: &PushError) -> Failure {
    let failure = |kind, message| Failure::new(kind, Exit::of_push(error), message);
    match error {
        PushError::Records(problems, _) => {
            let first = problems.first();
            let message = first.map(|first| format!("{error}; the first: {first}"));
            failure(codes::Kind::Input, message.unwrap_or_else(|| error.to_string()))
                .maybe_hint(first.and_then(|first| first.hint.clone()))
        }
        PushError::Input(error) => wrong_input(error),
        PushError::Journal(error) => wrong_journal(error),
        PushError::NoOperation(_) => failure(codes::Kind::Usage, error.to_string()),
        error => failure(codes::Kind::Output, error.to_string()),
    }
}

/// The result of a push.
fn result(summary: &Summary) -> Result<(), Failure> {
    let Some(remainder) = summary.remainder() else { return Ok(()) };
    let unknown = summary.unknown + summary.earlier.unknown > 0;
    let outcome = match remainder {
        _ if unknown => OutcomeCode::Unknown,
        _ if summary.done > summary.unchanged => OutcomeCode::Partial,
        Remainder::Refused(_) => OutcomeCode::Refused,
        _ => OutcomeCode::NotDone,
    };
    let exit = Exit::of_remainder(&remainder);
    let failure = match remainder {
        Remainder::Stopped(Stop::Call(error) | Stop::Lane(_, error) | Stop::Later(_, error), _) => {
            let of_call = Failure::from(error);
            Failure { exit, message: crate::buffer::Buffer::new(remainder.to_string()), ..of_call }
        }
        Remainder::Stopped(Stop::Journal(error), _) => wrong_journal(error),
        _ => Failure::new(codes::Kind::Unfinished, exit, remainder.to_string()),
    };
    let failure = match (remainder, outcome) {
        (_, OutcomeCode::Unknown) => {
            failure.hint(format!("run the same push again: it finds out what it can; else {LOOK}"))
        }
        (Remainder::Refused(_), _) => {
            failure.hint("repair the records in the list of rejected ones and push that list")
        }
        (Remainder::Pending(_) | Remainder::Stopped(..), _) => {
            failure.hint("run the same push again: it continues where it ended")
        }
        _ => failure,
    };
    Err(failure.outcome(outcome))
}
