//! `ongoing push`: sends the records of an input so that each takes effect once.

mod look;
mod outcome;

pub(super) use outcome::wrong_journal;

use std::collections::HashSet;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use clap::builder::{NonEmptyStringValueParser, TypedValueParser as _};

use ongoing_wms::batch::journal::{Entry, State};
use ongoing_wms::batch::kind::KINDS;
use ongoing_wms::batch::push::PushObserver;
use ongoing_wms::batch::settings::RetryRefused;
use ongoing_wms::batch::{ColumnMap, Format, Input, Kind, Push};
use ongoing_wms::suggest::did_you_mean_one_of;
use ongoing_wms::text::counted;

use super::call::Caller;
use super::connection;
use super::exit::Exit;
use super::failure::{Failure, note, tell, warn};
use super::interrupt::Interrupt;
use super::keys;
use super::names::{self, KnownNames};
use super::page::SummaryFormat;
use super::progress::Progress;
use super::watch::Verbosity;

/// Maximum number of lines about records refused earlier, and about records done with a message.
const SHOWN: u32 = 20;

// Headings of the help.
const INPUT: &str = "Input";
const RETRIES: &str = "Waiting and retries";

/// Send records so that each takes effect once
///
/// Push checks the whole input, stores it in KIND.journal beside it, then sends it, together with what earlier inputs
/// left open. However the program ends, the same command continues where it stopped. If the outcome of a record is
/// unknown, push looks in the warehouse before it sends the record again; `Create` is sent only after a look-up that
/// finds nothing. A changed record is sent as an update. Refused records are listed in KIND.rejected.jsonl with the
/// reason: repair them there and push that file.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  ongoing push orders orders.jsonl --check
  ongoing push orders orders.jsonl
  ongoing push orders orders.csv --map orders.toml --summary json
  ongoing push orders orders.rejected.jsonl       # after repair
  ongoing push orders orders.jsonl --resume       # no input is read
  ongoing push orders orders.csv --example-map > orders.toml
  ongoing push orders orders.csv --map orders.toml --check --show 1001
  ongoing push orders orders.csv --map orders.toml --dry-run

Input: one JSON payload per line, as `ongoing skeleton` prints it (.jsonl); rows
with a column map (.csv, .txt); or a folder of XML files, one payload per file.
Members that only choose the operation or how the record is identified have
defaults: CreateOrUpdate, and the record's number. \"@goodsOwner\": \"CODE\" in a
payload, or a column of the map, names the goods owner of a record; several
goods owners are served in parallel. Standard input and pipes are first copied
to a private temporary file; give their --format, and a --journal (default:
KIND.journal in the current folder).

Settings in ongoing.toml: journal_folder = \"FOLDER\" for the journals, max_age =
DAYS, retry_refused = \"each-run\" to send refused records again in each run.

Exit codes of a push, which include the records of earlier inputs: 0 all are
done; 1 some are refused; 65 the input is invalid or the journal is damaged, and
nothing was sent; 69 the service cannot be reached; 75 the outcome of some is
unknown, or some were not sent: run the command again; 130 interrupted.")]
pub struct Args {
    /// Kind of the records: articles, orders, in-orders, return-orders, production-orders, customers, shipments or
    /// goods-operation-orders
    #[arg(value_name = "KIND", hide_possible_values = true, value_parser = KnownNames(names::kinds).try_map(kind))]
    kind: &'static Kind,
    /// File, folder of XML files, or `-` for standard input
    #[arg(value_name = "INPUT", required_unless_present_any = ["example_map", "resume"])]
    input: Option<PathBuf>,
    /// Check the input and send nothing
    #[arg(long)]
    check: bool,
    /// Show what a push would do with each record, and do nothing
    #[arg(long, short = 'n', conflicts_with = "check")]
    dry_run: bool,
    /// Column map of a CSV input, in TOML
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Journal file [default: KIND.journal in journal_folder of the settings, else beside the input]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Send what is open in the journal, without reading an input
    #[arg(long, conflicts_with_all = ["check", "only_input"])]
    resume: bool,
    /// Send refused records again
    #[arg(long)]
    retry_refused: bool,
    /// Mark this record as done, after checking the warehouse yourself
    #[arg(long, value_name = "OWNER:KEY", add = keys::names())]
    done: Vec<String>,
    /// Mark this record as not done, after checking the warehouse yourself; it is sent again, `Create` too
    #[arg(long, value_name = "OWNER:KEY", add = keys::names())]
    not_done: Vec<String>,
    /// Format of the figures at the end; json goes to standard output
    #[arg(long, value_enum, default_value_t = SummaryFormat::Text)]
    summary: SummaryFormat,
    /// Format of the input [default: by its extension]
    #[arg(long, value_enum, help_heading = INPUT)]
    format: Option<InputForm>,
    /// Print a column map for CSV to start from; with INPUT, one proposed from the content of that file
    #[arg(long, conflicts_with_all = ["check", "dry_run", "resume", "map"], help_heading = INPUT)]
    example_map: bool,
    /// With --check: show the payload and the request for the record with this number; can be repeated
    #[arg(long, value_name = "KEY", requires = "check", add = keys::keys(None), value_parser = NonEmptyStringValueParser::new(), help_heading = INPUT)]
    show: Vec<String>,
    /// Send only records of this input; what earlier inputs left open is counted
    #[arg(long, help_heading = INPUT, hide_short_help = true)]
    only_input: bool,
    /// Treat keys that differ only in case or outer space as different records
    #[arg(long, help_heading = INPUT, hide_short_help = true)]
    exact_keys: bool,
    /// Do not send open records that have been absent from every input for longer [default: 7]
    #[arg(long, value_name = "DAYS", value_parser = days, help_heading = INPUT, hide_short_help = true)]
    max_age: Option<f64>,
    /// Goods owner of the records in a version 1 journal that does not name one
    #[arg(long, alias = "take-over", value_name = "OWNER", help_heading = INPUT, hide_short_help = true)]
    old_journal_owner: Option<String>,
    /// Seconds to wait for another push that is using the journal
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = seconds, help_heading = RETRIES, hide_short_help = true)]
    wait: f64,
    /// Seconds after a request before a record that is not found in the warehouse is resent
    #[arg(long, alias = "settle", value_name = "SECONDS", default_value_t = 30.0, value_parser = seconds, help_heading = RETRIES, hide_short_help = true)]
    resend_delay: f64,
    /// Stop if the service asks for a longer wait than this many seconds (Retry-After)
    #[arg(long, alias = "patience", value_name = "SECONDS", default_value_t = 120.0, value_parser = seconds, help_heading = RETRIES, hide_short_help = true)]
    max_retry_after: f64,
    /// Failures in a row after which push waits and then tries one record at a time; 0: never. The service locks out
    /// callers that continue
    #[arg(long, value_name = "NUMBER", default_value_t = 4, help_heading = RETRIES, hide_short_help = true)]
    max_failures: u32,
    /// Seconds of the first wait after --max-failures; doubles each time
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, value_parser = seconds, help_heading = RETRIES, hide_short_help = true)]
    back_off: f64,
    /// Stop after waiting this many seconds in all
    #[arg(long, value_name = "SECONDS", default_value_t = 1_800.0, value_parser = seconds, help_heading = RETRIES, hide_short_help = true)]
    back_off_limit: f64,
    /// Number of goods owners that are served in parallel
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=32), help_heading = RETRIES, hide_short_help = true)]
    parallel: u8,
    #[command(flatten)]
    connection: connection::Args,
    #[command(flatten)]
    verbosity: Verbosity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum InputForm {
    /// One JSON payload per line
    Jsonl,
    /// Rows, with a column map
    Csv,
    /// One XML payload or request per file; give a folder for many
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

fn kind(name: String) -> Result<&'static Kind, String> {
    Kind::find(&name).ok_or_else(|| {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        did_you_mean_one_of(&name, "kinds", &names)
    })
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|seconds| (0.0..=86_400.0).contains(seconds))
        .ok_or_else(|| "expected seconds, from 0 to 86400".to_owned())
}

pub(super) fn days(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|days| (0.0..=36_500.0).contains(days))
        .ok_or_else(|| "expected days, from 0 to 36500".to_owned())
}

pub(super) fn duration_of_days(days: f64) -> Duration {
    Duration::from_secs_f64(days * 86_400.0)
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    if args.example_map {
        return look::example_map(args.kind, args.input.as_deref());
    }
    let push = push(args)?;
    // May read the password from standard input; Ctrl-C ends the program at once meanwhile.
    let caller = match args.check || args.dry_run {
        true => None,
        false => Some(Caller::new(&args.connection, &args.verbosity)?),
    };
    let seen = PushMessages {
        progress: Progress::new(args.verbosity.shows_exchanges()),
        interrupt: Interrupt::listen(),
        kind: args.kind,
        refused_earlier: AtomicU32::new(0),
        remarks: AtomicU32::new(0),
    };
    let Some(Caller { connection, watch }) = caller else {
        return if args.dry_run { look::dry_run(args, &push, &seen) } else { check(args, &push, &seen) };
    };
    let client = connection.batch_client(Some(watch.clone()))?;
    let begun = Instant::now();
    let summary = push.run(&client, &seen);
    seen.progress.end();
    let summary = summary.map_err(outcome::not_begun)?;
    watch.tell_passed_over();
    outcome::tell(args, &push, &summary, begun.elapsed())?;
    outcome::result(&push, summary, client.url())
}

/// Nothing is sent, so the settings for sending are not needed.
fn check(args: &Args, push: &Push, seen: &PushMessages) -> anyhow::Result<()> {
    args.verbosity.start_log();
    let connection = args.connection.connection(false)?;
    if args.verbosity.shows_exchanges() {
        connection.tell_origins();
    }
    let client = connection.check_client()?;
    let missing = look::show(push, &client, &args.show)?;
    let records = push.check(&client, seen).map_err(outcome::not_begun)?;
    note(format!("{} checked, no errors; nothing was sent", counted(records, "record")));
    missing.map_or(Ok(()), |missing| Err(missing.into()))
}

fn source(args: &Args, input: &Path) -> anyhow::Result<Input> {
    if !args.check
        && !args.dry_run
        && let Some(path) = input.to_str()
    {
        args.connection.leaves_free(path, "input")?;
    }
    let told = Mutex::new(HashSet::new());
    let mut source = Input::new(input).on_warning(move |warning| {
        let text = warning.to_string();
        if told.lock().is_ok_and(|mut told| told.insert(text)) {
            warn(warning);
            if let Some(hint) = &warning.hint {
                tell(format_args!("  hint: {hint}"));
            }
        }
    });
    if let Some(format) = args.format {
        source = source.format(format.into());
    }
    if let Some(map) = &args.map {
        source = source.map(ColumnMap::read(map).map_err(outcome::wrong_input)?);
    }
    if args.resume {
        return Ok(source);
    }
    if input.as_os_str() == "-" && std::io::stdin().is_terminal() {
        note("reading records from standard input until it ends");
    }
    // Ctrl-C and SIGTERM are not handled yet, so they end the wait for a pipe at once.
    source.spooled().map_err(outcome::not_spooled)
}

fn push(args: &Args) -> anyhow::Result<Push> {
    let file = args.connection.file()?;
    let journal = args.journal.clone().or_else(|| file.journal(args.kind.name));
    let mut push = match (&args.input, &journal) {
        (Some(input), _) => Push::new(args.kind, source(args, input)?),
        (None, Some(journal)) => Push::resume(args.kind, journal),
        (None, None) => {
            let hint = "give --journal FILE, or the input that the journal belongs to";
            return Err(Failure::new(Exit::Usage, "--resume needs a journal").hint(hint).into());
        }
    };
    if let Some(journal) = &journal {
        push = push.journal(journal);
    }
    if args.resume {
        push.source = None;
    }
    push.wait = Duration::from_secs_f64(args.wait);
    push.retry_refused = args.retry_refused || file.settings.retry_refused == Some(RetryRefused::EachRun);
    push.only_input = args.only_input;
    push.exact_keys = args.exact_keys;
    push.old_journal_owner.clone_from(&args.old_journal_owner);
    push.told_done = args.done.iter().cloned().collect();
    push.told_not_done = args.not_done.iter().cloned().collect();
    if let Some(most) = args.max_age.or(file.settings.max_age) {
        push.max_age = Duration::try_from_secs_f64(most * 86_400.0)
            .map_err(|_| Failure::new(Exit::Config, format!("max_age: {most} is not a number of days")))?;
    }
    push.resend_delay = Duration::from_secs_f64(args.resend_delay);
    push.max_retry_after = Duration::from_secs_f64(args.max_retry_after);
    push.max_failures = args.max_failures;
    push.back_off = Duration::from_secs_f64(args.back_off);
    push.back_off_limit = Duration::from_secs_f64(args.back_off_limit);
    push.parallel = args.parallel.into();
    if let Some(both) = push.told_done.intersection(&push.told_not_done).next() {
        let what = format!("{both} has both --done and --not-done");
        return Err(Failure::new(Exit::Usage, what).into());
    }
    Ok(push)
}

/// Messages of a running push.
struct PushMessages {
    progress: Progress,
    interrupt: Interrupt,
    kind: &'static Kind,
    refused_earlier: AtomicU32,
    /// Records that were done with a message of the service.
    remarks: AtomicU32,
}

impl PushObserver for PushMessages {
    fn on_warning(&self, text: &str) {
        self.progress.say(&format!("warning: {text}"));
    }

    fn on_begin(&self, records: u64) {
        self.progress.begin(self.kind.name, Some(records));
    }

    fn on_refused_earlier(&self, record: &Entry) {
        if self.refused_earlier.fetch_add(1, Ordering::Relaxed) >= SHOWN {
            return;
        }
        let when = record
            .settled
            .map(|at| format!(" on {}", at.with_timezone(&chrono::Local).format("%-d %b %H:%M")));
        self.progress.say(&format!(
            "{}: {} refused{}, unchanged, not sent; --retry-refused sends it{}",
            record.place,
            record.key,
            when.unwrap_or_default(),
            reason(record)
        ));
    }

    fn on_record(&self, record: &Entry) {
        self.progress.step();
        let became = match record.state {
            State::Refused => "refused",
            State::Partial => "partly done",
            State::Unknown | State::Sent => "outcome unknown",
            // A record that a look-up found has a reason, but no answer.
            State::Done if record.answer.is_some() && record.reason.is_some() => {
                if self.remarks.fetch_add(1, Ordering::Relaxed) >= SHOWN {
                    return;
                }
                "done, the service says"
            }
            _ => return,
        };
        self.progress.say(&format!("{}: {} {became}{}", record.place, record.key, reason(record)));
    }

    fn on_wait(&self, wait: Duration, why: &str) {
        if wait >= Duration::from_secs(2) {
            self.progress.say(&format!("waiting {:.0} s: {why}", wait.as_secs_f64()));
        }
    }

    fn wants_stop(&self) -> bool {
        self.interrupt.wanted(|text| self.progress.say(text))
    }
}

/// The reason of a record behind a colon, if there is one.
fn reason(record: &Entry) -> String {
    record.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
}
