//! `ongoing push`: records of an input into the warehouse, each carried out once.

mod outcome;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use ongoing_wms::batch::journal::{Entry, State};
use ongoing_wms::batch::kind::KINDS;
use ongoing_wms::batch::push::Watch as PushWatch;
use ongoing_wms::batch::{ColumnMap, Format, Kind, Push, Source};

use super::call::Caller;
use super::connection;
use super::exit::Exit;
use super::failure::{Failure, note, tell, warn};
use super::interrupt::Interrupt;
use super::page::{Summary, print};
use super::progress::Progress;
use super::watch::Verbosity;
use ongoing_wms::nearest::did_you_mean_one_of;

/// Send records, each of which takes effect once
///
/// All of the input is checked before the first call. A journal beside it knows what became of each record: whatever
/// ends the program, the same command goes on where it ended. A record whose outcome is not known is looked up in the
/// warehouse before it is sent again, and `Create` is never sent again. A record that was changed is sent as an update.
/// What was refused is in INPUT.rejected.jsonl with the reason, to be repaired and pushed alone.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  ongoing push orders orders.jsonl --check
  ongoing push orders orders.jsonl
  ongoing push orders orders.csv --map orders.toml --summary json
  ongoing push orders orders.csv.rejected.jsonl   # after repair
  ongoing push orders --example-map > orders.toml

Input: one payload a line in JSON, as `ongoing skeleton` prints it (.jsonl);
rows with a column map (.csv, .txt); or a folder of XML files, one payload each.
Members that only say how to find or what to do may be left out: it is
CreateOrUpdate, by the record's number. \"@goodsOwner\": \"CODE\" in a payload,
or a column of the map, names the goods owner of the record; several are served
side by side. Standard input, pipes and FIFOs are read to their end first, into
a private temporary file; say their --format, and give a --journal: it is
KIND.journal in the current folder otherwise.

Exit codes of a push: 0 all is done; 1 some are refused; 65 the input is wrong
and nothing was sent; 69 the service cannot be reached; 75 the outcome of some
is not known, or it ended early: run it again; 130 interrupted.")]
pub struct Args {
    /// What the records are: articles, orders, in-orders, return-orders, production-orders, customers, shipments or
    /// goods-operation-orders
    #[arg(value_name = "KIND", value_parser = kind)]
    kind: &'static Kind,
    /// File, folder of XML files, or `-` for standard input
    #[arg(value_name = "INPUT", required_unless_present = "example_map")]
    input: Option<PathBuf>,
    /// Check the input and send nothing
    #[arg(long)]
    check: bool,
    /// Print a column map for CSV to start from
    #[arg(long, conflicts_with_all = ["input", "check", "map"])]
    example_map: bool,
    /// Column map of a CSV input, in TOML
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Form of the input [default: what its ending tells]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The journal [default: INPUT.journal]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// The journal may have belonged to an input of another name: this one goes on where that one ended
    #[arg(long)]
    continue_journal: bool,
    /// Send records again that were refused before
    #[arg(long)]
    retry_refused: bool,
    /// A record with an unknown outcome of which you have seen that it was carried out, by its number
    #[arg(long, value_name = "KEY")]
    done: Vec<String>,
    /// A record with an unknown outcome of which you have seen that it was not; it is sent again, `Create` too
    #[arg(long, value_name = "KEY")]
    not_done: Vec<String>,
    /// How long a request may wait in the service's queue: for so long, what is not found is not sent again
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, value_parser = seconds)]
    settle: f64,
    /// The longest wait that the service may ask for
    #[arg(long, value_name = "SECONDS", default_value_t = 120.0, value_parser = seconds)]
    patience: f64,
    /// Stop after so many failures and refusals in a row, 0 for never: the service locks out callers that go on
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    max_failures: u32,
    /// How many goods owners are served side by side
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=32))]
    parallel: u8,
    /// Form of the figures at the end; those of json go to standard output
    #[arg(long, value_enum, default_value_t = Summary::Text)]
    summary: Summary,
    #[command(flatten)]
    verbosity: Verbosity,
    #[command(flatten)]
    connection: connection::Args,
}

fn kind(name: &str) -> Result<&'static Kind, String> {
    Kind::find(name).ok_or_else(|| {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        did_you_mean_one_of(name, "kinds", &names)
    })
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|seconds| (0.0..=86_400.0).contains(seconds))
        .ok_or_else(|| "expected seconds, from 0 to 86400".to_owned())
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let Some(input) = args.input.as_ref().filter(|_| !args.example_map) else {
        return print(&ColumnMap::example(args.kind));
    };
    let push = push(args, input)?;
    let seen = Seen {
        progress: Progress::new(args.verbosity.shows_exchanges()),
        interrupt: Interrupt::listen(),
        kind: args.kind,
    };
    if args.check {
        return check(args, &push, &seen);
    }
    let Caller { connection, watch } = Caller::new(&args.connection, &args.verbosity)?;
    let client = connection.batch_client(Some(watch.clone()))?;
    let begun = Instant::now();
    let summary = push.run(&client, &seen);
    seen.progress.end();
    let summary = summary.map_err(outcome::not_begun)?;
    watch.tell_passed_over();
    outcome::tell(args.summary == Summary::Json, &push, &summary, begun.elapsed())?;
    outcome::result(&push, summary, client.url())
}

/// Nothing is sent, so nothing is needed that would be needed for that.
fn check(args: &Args, push: &Push, seen: &Seen) -> anyhow::Result<()> {
    args.verbosity.start_log();
    let connection = args.connection.connection(false)?;
    if args.verbosity.shows_exchanges() {
        connection.tell_origins();
    }
    let records = push.check(&connection.check_client()?, seen).map_err(outcome::not_begun)?;
    note(format!("{records} records are right; nothing was sent"));
    Ok(())
}

fn push(args: &Args, input: &std::path::Path) -> anyhow::Result<Push> {
    if !args.check
        && let Some(path) = input.to_str()
    {
        args.connection.leaves_free(path, "input")?;
    }
    let told = Mutex::new(HashSet::new());
    let mut source = Source::new(input).on_warning(move |warning| {
        // An input that is read a second time has the same to say.
        let text = warning.to_string();
        if told.lock().is_ok_and(|mut told| told.insert(text)) {
            warn(warning);
            if let Some(hint) = &warning.hint {
                tell(format_args!("  hint: {hint}"));
            }
        }
    });
    if let Some(format) = args.format {
        source = source.format(format);
    }
    if let Some(map) = &args.map {
        source = source.map(ColumnMap::read(map).map_err(outcome::wrong_input)?);
    }
    // Nobody listens for Ctrl-C and SIGTERM yet, so that these end the wait for a pipe at once.
    let source = source.spooled().map_err(outcome::not_spooled)?;
    let mut push = Push::new(args.kind, source);
    push.journal = args.journal.clone().unwrap_or(push.journal);
    push.takes_over = args.continue_journal;
    push.retry_refused = args.retry_refused;
    push.told_done = args.done.iter().cloned().collect();
    push.told_not_done = args.not_done.iter().cloned().collect();
    push.settle = Duration::from_secs_f64(args.settle);
    push.patience = Duration::from_secs_f64(args.patience);
    push.max_failures = args.max_failures;
    push.parallel = args.parallel.into();
    if let Some(both) = push.told_done.intersection(&push.told_not_done).next() {
        let what = format!("{both} is said to be done and not done");
        return Err(Failure::new(Exit::Usage, what).into());
    }
    Ok(push)
}

/// What is shown meanwhile.
struct Seen {
    progress: Progress,
    interrupt: Interrupt,
    kind: &'static Kind,
}

impl PushWatch for Seen {
    fn on_begin(&self, records: u64) {
        self.progress.begin(self.kind.name, Some(records));
    }

    fn on_record(&self, record: &Entry) {
        self.progress.step();
        let reason = record.reason.as_deref().unwrap_or_default();
        match record.state {
            State::Refused => {
                self.progress.say(&format!("{}: {} refused: {reason}", record.place, record.key))
            }
            State::Unknown | State::Sent => {
                self.progress.say(&format!("{}: {} outcome unknown: {reason}", record.place, record.key));
            }
            State::Pending | State::Done => {}
        }
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
