//! `ongoing pull`: writes rows of the warehouse to a file.

mod table;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use clap::builder::NonEmptyStringValueParser;
use clap::{ValueEnum, ValueHint};
use ongoing_wms::batch::pull::{
    Event, Figures, Filter, FilterError, Form, Layout, Preset, Pull, PullError, PullWarning, Since, Source,
    memory_beside, path_at, span,
};
use ongoing_wms::dynamic::Request;
use ongoing_wms::suggest::did_you_mean;
use ongoing_wms::text::counted;
use serde_json::Value;

use super::aligned_table::AlignedTable;
use super::call::Caller;
use super::connection;
use super::exit::Exit;
use super::failure::{Address, Failure, note, tell, warn};
use super::input::{NamedText, nearest_member};
use super::names::{self, KnownNames};
use super::offer::Offer;
use super::output_file::{self, Existing, Why, is_stdout};
use super::page::{SummaryFormat, print, print_line};
use super::progress::Progress;
use super::watch::Verbosity;

/// Write rows from the warehouse to a file: all, or what changed
///
/// Output goes to a temporary file that replaces the old one when it is complete. On Unix only its owner can read it.
/// Rows are requested page by page if the query has pages; a page that breaks off is requested again.
///
/// With --since last-sync, each change is delivered at least once, even if the service's clock repeats an hour or is set
/// back. FILE.memory beside the output remembers what was delivered, so that unchanged rows are not written again (for
/// the sources marked p below). You can delete it at any time.
#[derive(clap::Args)]
#[command(after_long_help = after_help())]
pub struct Args {
    /// What to pull; see below
    #[arg(value_name = "ROWS", hide_possible_values = true, value_parser = KnownNames(names::sources))]
    source: String,
    /// File to write, `-` for standard output; can contain the UTC time, as in changed-%Y%m%dT%H%M%SZ.jsonl (%% is a
    /// percent sign), and is then never replaced
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Format of the rows [default: csv if FILE ends in .csv, else jsonl]; --output is the same
    #[arg(long, alias = "output", value_enum)]
    format: Option<RowForm>,
    /// Only rows changed since: a time like 2026-11-23T04:00:00 with or without a zone, a span like 2h or 1d, or
    /// last-sync, the time that the last pull with this name stored in the service
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    /// Only rows that match this member of the query; separate the values of a list with commas
    #[arg(long = "filter", value_name = "MEMBER=VALUE")]
    filters: Vec<String>,
    /// Stop if the output file still exists: it was not processed yet
    #[arg(long, conflicts_with = "append")]
    no_clobber: bool,
    /// Append the rows to the output file, if nobody else changes it meanwhile
    #[arg(long)]
    append: bool,
    /// Format of the figures at the end, on standard error; json goes to standard output unless the rows do
    #[arg(long, value_enum, default_value_t = SummaryFormat::Text)]
    summary: SummaryFormat,
    /// File with the query in JSON, as `ongoing skeleton` prints it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, hide_short_help = true)]
    filter_file: Option<String>,
    /// With last-sync: go back this much further, since changes do not show at once
    #[arg(long, value_name = "SPAN", default_value = "5m", value_parser = overlap, hide_short_help = true)]
    overlap: Duration,
    /// Name under which the service stores the time of this pull once its rows are in place; use another name for
    /// another filter [default: `pull ROWS` with last-sync, else none]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new(), hide_short_help = true)]
    integration: Option<String>,
    /// Rows per request, 0 for all at once
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000, hide_short_help = true)]
    page_size: u32,
    #[command(flatten)]
    table: table::Args,
    #[command(flatten)]
    connection: connection::Args,
    #[command(flatten)]
    verbosity: Verbosity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowForm {
    /// One JSON value per line
    Jsonl,
    /// A table, for programs
    Csv,
    /// A table for people, on standard output; the first 100 rows decide how wide the columns are
    Table,
}

fn overlap(text: &str) -> Result<Duration, String> {
    span(text).and_then(|span| span.to_std().map_err(|error| error.to_string()))
}

/// The sources in the contract.
fn after_help() -> String {
    let mut text = "\
Examples:
  ongoing pull orders --filter OrderStatusFrom=450 --out orders.jsonl
  ongoing pull orders --since last-sync --out changed-%Y%m%dT%H%M%SZ.jsonl
  ongoing pull inventory --preset stock --out stock.csv --no-clobber
  ongoing pull orders --preset tracking --example-layout > tracking.toml
  ongoing pull orders --layout tracking.toml --out tracking.csv

Rows (c: changes can be asked for with --since; p: page by page; u: members not
in the contract, so that they are read as a whole, and all values are texts):
"
    .to_owned();
    for source in Source::all() {
        let mark = |is: bool, mark: char| if is { mark } else { ' ' };
        let line = format!(
            "  {}{}{} {:23} {}\n",
            mark(source.since().is_some(), 'c'),
            mark(source.is_paged(), 'p'),
            mark(source.row().is_none(), 'u'),
            source.name(),
            source.operation().name
        );
        text.push_str(&line);
    }
    text.truncate(text.trim_end().len());
    text
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let source = source(args)?;
    if args.table.example_layout {
        return print(&args.table.example(&source)?);
    }
    let path = path_at(&args.out, SystemTime::now()).map_err(|error| {
        Failure::new(Exit::Usage, format!("--out: {error}")).hint("write %% for a percent sign")
    })?;
    let pull = pull(args, &source)?;
    let requests = pull.requests().map_err(wrong)?;
    let format = form(args.format, &args.out);
    let (layout, is_chosen) = layout(args, &source, &pull, format)?;
    let Caller { connection, watch } = Caller::new(&args.connection, &args.verbosity)?;
    let requests: Vec<&dyn Request> = requests.iter().map(AsRef::as_ref).collect();
    let client = connection.client_for(&requests, Some(watch.clone()))?;
    let existing = match (args.no_clobber, args.append) {
        (true, _) => Existing::Keep(Why::NoClobber),
        (_, true) => Existing::Continue,
        _ => Existing::Replace.timed(&args.out),
    };
    let mut out = output_file::begin_rows(&path, existing)?;
    let mut aligned = None;
    if format == RowForm::Table {
        let (pipe, table) = AlignedTable::begin(is_chosen)?;
        (out, aligned) = (pipe, Some(table));
    }
    let form = match layout {
        Some(layout) => Form::csv(layout.sheet(out).map_err(wrong)?),
        None => Form::json_lines(out),
    };
    let (begun, clock) = (Instant::now(), SystemTime::now());
    // No progress bar while rows go to standard output.
    let progress = Progress::new(args.verbosity.shows_exchanges() || is_stdout(&args.out));
    progress.begin(source.name(), None);
    let mut replaced = 0;
    let done = pull.run(&client, form, &mut |event| match event {
        Event::Row(_) => progress.step(),
        Event::Warning(told) => tell_event(&told, &mut replaced),
        _ => {}
    });
    progress.end();
    // A closed standard output also ends the pull; that error is the cause.
    aligned.map_or(Ok(()), |table| table.end(done.is_ok()))?;
    if replaced > REPLACED_SHOWN {
        warn(format!("not shown: {}", counted(replaced - REPLACED_SHOWN, "more such character")));
    }
    let done = done.map_err(|error| match error {
        PullError::Output(error) => output_file::not_finished(error, &path, existing),
        error => address(error, client.url()),
    })?;
    watch.tell_passed_over();
    if args.verbosity.shows_exchanges() {
        tell_clocks(&done, clock);
    }
    summary(args, &source, &pull, &done, &path, begun.elapsed())
}

/// The layout of a table, if the rows are one, and whether its columns were chosen.
fn layout(
    args: &Args,
    source: &Source,
    pull: &Pull,
    format: RowForm,
) -> Result<(Option<Layout>, bool), Failure> {
    match format {
        RowForm::Csv => Ok((Some(args.table.layout(source)?), true)),
        RowForm::Table => {
            only_to_look_at(args, pull)?;
            let (layout, is_chosen) = args.table.for_people(source)?;
            Ok((Some(layout), is_chosen))
        }
        RowForm::Jsonl => args.table.none().map(|()| (None, true)),
    }
}

/// Refuses a table for people where rows are to be kept.
fn only_to_look_at(args: &Args, pull: &Pull) -> Result<(), Failure> {
    table_on_stdout(&args.out)?;
    match pull.stored_as() {
        None => Ok(()),
        Some(_) => Err(Failure::new(
            Exit::Usage,
            "a table for people is not kept, but --since last-sync and --integration count its rows as delivered",
        )
        .hint("give a time to --since, or use --out FILE")),
    }
}

/// Refuses a table for people in a file.
pub fn table_on_stdout(out: &Path) -> Result<(), Failure> {
    match is_stdout(out) {
        true => Ok(()),
        false => Err(Failure::new(Exit::Usage, "--format table is for standard output")
            .hint("use --format csv for a file")),
    }
}

/// Maximum number of replaced characters that are shown one by one.
const REPLACED_SHOWN: u64 = 20;

fn tell_event(told: &PullWarning, replaced: &mut u64) {
    match told {
        PullWarning::Replaced { .. } => {
            *replaced += 1;
            if *replaced <= REPLACED_SHOWN {
                warn(told);
            }
        }
        told => note(told),
    }
}

fn source(args: &Args) -> Result<Source, Failure> {
    let name = args.source.as_str();
    Source::find(name).ok_or_else(|| {
        let all = Source::all();
        let names = all.iter().map(Source::name);
        let preset = Preset::find(name).and_then(|preset| all.iter().find(|source| preset.is_for(source)));
        let preset =
            preset.map(|source| format!("`{name}` is a preset: {}", with_preset(args, source, name)));
        Failure::new(Exit::Usage, format!("no row type `{name}`"))
            .maybe_hint(preset.or_else(|| did_you_mean(name, names)))
            .hint("`ongoing pull --help` lists all")
    })
}

fn pull(args: &Args, source: &Source) -> Result<Pull, Failure> {
    let mut pull = Pull::new(source.clone())
        .filter(filter(args, source)?)
        .page_size(args.page_size)
        .overlap(args.overlap)
        .since(args.since.clone().unwrap_or(Since::Ever));
    if let Some(name) = &args.integration {
        pull = pull.integration(name);
    }
    if !is_stdout(&args.out) && args.since == Some(Since::LastSync) {
        pull = pull.memory(memory_beside(&args.out));
    }
    Ok(pull)
}

fn filter(args: &Args, source: &Source) -> Result<Filter, Failure> {
    let mut filter = match &args.filter_file {
        None => Filter::new(source),
        Some(path) => {
            args.connection.leaves_free(path, "query")?;
            let Value::Object(members) = NamedText::read(path)?.json(source.operation().name)? else {
                let text = format!("{path}: expected an object with the query's members");
                return Err(Failure::new(Exit::BadInput, text));
            };
            Filter::from_json(source, members)
        }
    };
    for text in &args.filters {
        let Some((path, value)) = text.split_once('=') else {
            return Err(Failure::new(Exit::Usage, format!("--filter {text}: expected MEMBER=VALUE")));
        };
        filter.set(path.trim(), value).map_err(|error| wrong_filter(source, &error))?;
    }
    Ok(filter)
}

fn wrong_filter(source: &Source, error: &FilterError) -> Failure {
    let hint = match error {
        FilterError::Unknown { name, known, .. } => did_you_mean(name, known.iter().copied()),
        FilterError::Structure { known, .. } => Some(format!("the members are {}", known.join(", "))),
        FilterError::Value { hint, .. } => hint.clone(),
        _ => None,
    };
    Failure::new(Exit::Usage, format!("--filter: {error}"))
        .maybe_hint(hint)
        .hint(format!("`ongoing describe {}` shows the members of the query", source.operation().name))
}

/// The pull with the columns of a preset, which is a table.
fn with_preset(args: &Args, source: &Source, preset: &str) -> Offer {
    let mut offer = Offer::of("pull").with(source.name()).with("--preset").with(preset);
    if !is_stdout(&args.out) {
        offer = offer.with("--out").file(&args.out);
    }
    if form(None, &args.out) != RowForm::Csv {
        offer = offer.with("--format").with("csv");
    }
    offer.with_all(args.connection.flags())
}

/// The requested format, else the one of the output's extension.
pub fn form(wanted: Option<RowForm>, out: &Path) -> RowForm {
    let is_csv = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    wanted.unwrap_or(if is_csv { RowForm::Csv } else { RowForm::Jsonl })
}

/// The failure as the command shows it.
pub fn wrong(error: PullError) -> anyhow::Error {
    match error {
        PullError::Output(error) => output_file::unwritten(error),
        PullError::NoSince { ref source, .. } => {
            let query = Source::find(source).map_or("", |source| source.operation().name);
            Failure::new(Exit::Usage, error.to_string())
                .hint(format!(
                    "pull everything, or filter by another time; {} shows the members of the query",
                    Offer::of("describe").with(query)
                ))
                .into()
        }
        PullError::Conflict { ref member, pages } => Failure::new(Exit::Usage, error.to_string())
            .hint(match pages {
                true => format!("--page-size 0 requests all rows at once, with the filter's {member}"),
                false => format!("leave out --since, or the filter {member}"),
            })
            .into(),
        PullError::Request(name, ref wrong) => {
            let hint = ongoing_wms::dynamic::find(name).and_then(|operation| nearest_member(operation, wrong));
            Failure::new(Exit::BadInput, error.to_string())
                .maybe_hint(hint)
                .hint(format!("`ongoing describe {name}` shows the members of the query"))
                .into()
        }
        PullError::Value { .. } => Failure::new(Exit::Output, error.to_string())
            .hint("--replace writes `?` for what the encoding lacks; --encoding utf-8 has all characters")
            .into(),
        PullError::Header { .. } => Failure::new(Exit::Output, error.to_string())
            .hint("--append adds to a table with the same columns only; nothing was requested, and the file is as it was")
            .into(),
        PullError::NoOperation(_) => Failure::new(Exit::Usage, error.to_string()).into(),
        PullError::OwnTime => Failure::new(Exit::Config, error.to_string()).hint("set the clock of this machine").into(),
        PullError::NoTime => Failure::new(Exit::NotUnderstood, error.to_string()).into(),
        error => error.into(),
    }
}

/// As [`wrong`], with the service's address if it was called.
pub fn address(error: PullError, url: &str) -> anyhow::Error {
    match error {
        error @ (PullError::Call(_) | PullError::Row { .. } | PullError::NotStored(_)) => {
            anyhow::Error::new(error).context(Address(url.to_owned()))
        }
        error => wrong(error),
    }
}

fn tell_clocks(done: &Figures, clock: SystemTime) {
    if let Some(time) = done.service_time {
        let own = chrono::DateTime::<chrono::Utc>::from(clock).format("%Y-%m-%dT%H:%M:%SZ");
        note(format!("the service's clock showed {time} when this machine's showed {own}"));
    }
}

fn summary(
    args: &Args,
    source: &Source,
    pull: &Pull,
    done: &Figures,
    out: &Path,
    elapsed: Duration,
) -> anyhow::Result<()> {
    let out = out.display().to_string();
    if args.summary == SummaryFormat::Json {
        let mut value = done.to_json(pull);
        value["out"] = out.into();
        value["seconds"] = (elapsed.as_millis() as f64 / 1_000.0).into();
        return match is_stdout(&args.out) {
            true => {
                tell(format_args!("{value}"));
                Ok(())
            }
            false => print_line(&value),
        };
    }
    let rows = counted(done.rows, "row");
    let records = match done.records == done.rows {
        true => String::new(),
        false => format!(", {}", counted(done.records, "record")),
    };
    let repeated = match done.repeated {
        0 => String::new(),
        rows => format!(", {} left out as unchanged", counted(rows, "row")),
    };
    let since = done.from.map(|from| format!(", changed since {from}")).unwrap_or_default();
    let place = if is_stdout(&args.out) { String::new() } else { format!(" in {out}") };
    let resumed = match done.resumed {
        0 => String::new(),
        times => format!(", continued {}", counted(times, "time")),
    };
    let seconds = elapsed.as_secs_f64();
    note(format!("{}: {rows}{records}{place}{since}{repeated}{resumed}, {seconds:.1} s", source.name()));
    if let (Some(time), Some(name)) = (done.stored, pull.stored_as()) {
        note(format!("{time} is stored under `{name}` for the next pull"));
    }
    Ok(())
}
