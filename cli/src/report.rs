//! `ongoing report`: reads quantities to book, and acknowledges booked ones.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use ongoing_wms::Client;
use ongoing_wms::batch::pull::{Output, path_at};
use ongoing_wms::batch::report::{
    self, Ack, AckError, AckFigures, Line, ReportError, ReportKind, Table, read_table,
};
use ongoing_wms::dynamic::{self, Request};
use ongoing_wms::text::counted;
use serde_json::{Value, json};

use super::aligned_table::AlignedTable;
use super::call::{Caller, Service};
use super::exit::Exit;
use super::failure::{Address, Failure, note, warn};
use super::input::NamedText;
use super::offer::Offer;
use super::output_file::{self, Existing};
use super::page::print_json;
use super::pull::{self, RowForm};
use super::standard_output;
use super::watch::Watch;

/// Fetch quantities to book, and acknowledge them
///
/// For each line the warehouse keeps how many were picked (received, returned, produced) and how many you have
/// acknowledged. A report lists the lines where these differ, with the absolute count: 8 today, and 10 when 2 more were
/// picked. Book them, then acknowledge them with `ongoing report ack FILE`, which sends back the counts in the file,
/// never newer ones.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  ongoing report orders --out picked.jsonl
  ongoing report ack picked.jsonl     # when all of it is booked
  ongoing report orders --out picked.csv --delimiter ';'

A line of a report, as one JSON value per line or as the columns of a table:
  {\"report\":\"orders\",\"orderNumber\":\"1001\",\"lineCode\":\"1\",
   \"articleNumber\":\"MUG\",\"orderId\":5,\"lineId\":12,\"quantity\":\"8\",
   \"reported\":null,\"service\":\"https://HOST/WAREHOUSE/service.asmx\",
   \"goodsOwner\":\"SHOP\",\"goodsOwnerId\":7}")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Picked quantities of orders
    Orders(ReadArgs),
    /// Returned quantities
    ReturnOrders(ReadArgs),
    /// Received quantities of in-orders
    InOrders(ReadArgs),
    /// Produced quantities of production orders
    ProductionOrders(ReadArgs),
    /// Differences found by stock counts
    InventoryChanges(ReadArgs),
    /// Acknowledge the lines of a report once they are booked
    ///
    /// Looks up what the service has first. A line is acknowledged only if its order number, code and article are still
    /// as reported, with at most the quantity that the service has, and only at the service and for the goods owner
    /// that the report came from. An equal or higher acknowledged count is left alone, so you can run the command again
    /// at any time. The figures go to standard output, as one JSON value.
    Ack {
        /// The report file
        #[arg(value_hint = clap::ValueHint::FilePath)]
        file: String,
        /// Look up, and send nothing
        #[arg(long, short = 'n')]
        dry_run: bool,
        #[command(flatten)]
        service: Service,
    },
}

#[derive(clap::Args)]
struct ReadArgs {
    /// File to write, `-` for standard output; can contain the UTC time, as in picked-%Y%m%dT%H%M%SZ.csv, and is
    /// then never replaced
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Format of the lines [default: csv if FILE ends in .csv, else jsonl]; --output is the same
    #[arg(long, alias = "output", value_enum)]
    format: Option<RowForm>,
    /// With csv: delimiter between cells, one character or `tab`
    #[arg(long, value_name = "CHARACTER", default_value = ",", value_parser = delimiter)]
    delimiter: u8,
    #[command(flatten)]
    service: Service,
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" => Ok(b'\t'),
        [one] if one.is_ascii_punctuation() && *one != b'"' => Ok(*one),
        _ => Err("expected one character such as `;`, or `tab`".to_owned()),
    }
}

/// The client for these operations, and its observer.
fn client(service: &Service, operations: &[&'static str]) -> anyhow::Result<(Client, Arc<Watch>)> {
    let empty = |name: &&'static str| {
        // An incomplete request is enough to find out which settings the operation needs.
        dynamic::find(name).and_then(|operation| dynamic::request_from_json(operation, &json!({})).ok())
    };
    let requests: Vec<Box<dyn Request>> = operations.iter().filter_map(empty).collect();
    let requests: Vec<&dyn Request> = requests.iter().map(AsRef::as_ref).collect();
    let Caller { connection, watch } = service.caller()?;
    Ok((connection.client_for(&requests, Some(watch.clone()))?, watch))
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Orders(args) => read(args, ReportKind::Orders),
        Command::ReturnOrders(args) => read(args, ReportKind::ReturnOrders),
        Command::InOrders(args) => read(args, ReportKind::InOrders),
        Command::ProductionOrders(args) => read(args, ReportKind::ProductionOrders),
        Command::InventoryChanges(args) => read(args, ReportKind::InventoryChanges),
        Command::Ack { file, dry_run, service } => ack(file, *dry_run, service),
    }
}

fn read(args: &ReadArgs, kind: ReportKind) -> anyhow::Result<()> {
    let (client, watch) = client(&args.service, kind.operations())?;
    let path = path_at(&args.out, SystemTime::now()).map_err(|error| {
        Failure::new(Exit::Usage, format!("--out: {error}")).hint("write %% for a percent sign")
    })?;
    let existing = Existing::Replace.timed(&args.out);
    let format = pull::form(args.format, &path);
    let mut aligned = None;
    let out = match format {
        RowForm::Table => {
            pull::table_on_stdout(&path)?;
            standard_output::needed("--format csv --out FILE writes a file")?;
            let (out, table) = AlignedTable::begin(false)?;
            aligned = Some(table);
            out
        }
        RowForm::Jsonl | RowForm::Csv => output_file::begin_rows(&path, existing)?,
    };
    let mut form = match format {
        RowForm::Jsonl => ReportWriter::JsonLines(out),
        RowForm::Csv => ReportWriter::Csv(Box::new(Table::begin(kind, args.delimiter, out)?)),
        RowForm::Table => ReportWriter::Csv(Box::new(Table::begin(kind, b',', out)?)),
    };
    let mut lines = 0;
    let read = report::read(&client, kind, &mut |line| {
        lines += 1;
        form.line(&line).map_err(ReportError::Output)
    });
    let finished = read.map(|()| form.finish());
    // A closed standard output also ends the report; that error is the cause.
    aligned.map_or(Ok(()), |table| table.end(finished.is_ok()))?;
    let finished = finished.map_err(|error| wrong(error, &client))?;
    finished.map_err(|error| output_file::not_finished(error, &path, existing))?;
    watch.tell_passed_over();
    let place = match args.out.as_os_str() == "-" {
        true => String::new(),
        false => format!(" in {}", path.display()),
    };
    note(format!("{kind}: {} to book{place}", counted(lines, "line")));
    Ok(())
}

/// Writes a report.
enum ReportWriter {
    JsonLines(Output),
    Csv(Box<Table<Output>>),
}

impl ReportWriter {
    fn line(&mut self, line: &Line) -> io::Result<()> {
        match self {
            ReportWriter::JsonLines(out) => writeln!(out, "{}", line.to_json()),
            ReportWriter::Csv(table) => table.line(line),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            ReportWriter::JsonLines(out) => out.finish(),
            ReportWriter::Csv(table) => table.finish()?.finish(),
        }
    }
}

fn ack(file: &str, dry_run: bool, service: &Service) -> anyhow::Result<()> {
    service.connection.leaves_free(file, "report")?;
    let ack = Ack::new(lines(file)?);
    let ack = if dry_run { ack.dry_run() } else { ack };
    let (client, watch) = client(service, &ack.operations())?;
    let done = ack.run(&client, &mut |told| warn(told));
    watch.tell_passed_over();
    if dry_run {
        note("dry run: nothing was sent");
    }
    match done {
        Ok(done) => {
            print_figures(&done, dry_run)?;
            of_figures(&done)
        }
        Err(AckError { error: error @ ReportError::Origin { .. }, .. }) => Err(wrong(error, &client)),
        Err(AckError { figures, error }) => {
            print_figures(&figures, dry_run)?;
            note("the other lines were not tried; fix the cause, then run the command again");
            Err(wrong(error, &client))
        }
    }
}

fn print_figures(done: &AckFigures, dry_run: bool) -> anyhow::Result<()> {
    let mut figures = json!({
        "acknowledged": done.acknowledged,
        "already": done.already,
        "higher": done.higher,
        "failed": done.failed,
        "unknown": done.unknown,
    });
    // Whoever reads only this must not take it for what was done.
    if dry_run {
        figures["dryRun"] = true.into();
    }
    print_json(&figures)
}

fn of_figures(done: &AckFigures) -> anyhow::Result<()> {
    match (done.unknown, done.failed) {
        (0, 0) => Ok(()),
        (0, failed) => {
            Err(Failure::new(Exit::Refused, format!("not acknowledged: {}", counted(failed, "line"))).into())
        }
        (unknown, _) => {
            let text = format!("the outcome of {} is unknown", counted(unknown, "line"));
            Err(Failure::new(Exit::UnknownOrLater, text)
                .hint("run the command again: it first looks up what the service has, and acknowledges what is missing")
                .into())
        }
    }
}

/// The lines of a report. All are read before the first is acknowledged.
fn lines(file: &str) -> Result<Vec<Line>, Failure> {
    let input = NamedText::read(file)?;
    let wrong = |row: u64, what: String| {
        Failure::new(Exit::BadInput, format!("{file}:{row}: {what}"))
            .hint("expected what `ongoing report` wrote, as JSON Lines or CSV; nothing was sent")
    };
    let lines = match input.text().trim_start().starts_with('{') {
        true => json_lines(input.text()),
        false if input.text().trim().is_empty() => Ok(Vec::new()),
        false => read_table(input.text()).map_err(|(row, error)| (row, error.to_string())),
    };
    let lines = lines.map_err(|(row, what)| wrong(row, what))?;
    match lines.iter().find(|line| line.origin.is_none()) {
        None => Ok(lines),
        Some(line) => {
            let text = format!("{file}: {line}: `service` is missing, so the origin of the line is unknown");
            Err(Failure::new(Exit::BadInput, text).hint(format!(
                "create the report again with {}, and do not change its members; nothing was sent",
                Offer::of("report").with(line.kind.name())
            )))
        }
    }
}

fn json_lines(text: &str) -> Result<Vec<Line>, (u64, String)> {
    let numbered = text.lines().zip(1..).filter(|(text, _)| !text.trim().is_empty());
    let line = |(text, row): (&str, u64)| {
        let record: Value =
            dynamic::json_from_text(text).map_err(|error| (row, format!("not JSON: {error}")))?;
        Line::from_json(&record).map_err(|error| (row, error.to_string()))
    };
    numbered.map(line).collect()
}

fn wrong(error: ReportError, client: &Client) -> anyhow::Error {
    match error {
        ReportError::Output(error) => error.into(),
        ReportError::Read(error) => pull::address(error, client.url()),
        error @ ReportError::Call(_) => anyhow::Error::new(error).context(Address(client.url().to_owned())),
        ReportError::Origin { .. } => Failure::new(Exit::BadInput, error.to_string())
            .hint("use the settings of that service and goods owner, or create the report again here; nothing was sent")
            .into(),
        ReportError::Contract(_) | ReportError::Request(..) => {
            Failure::new(Exit::Usage, error.to_string()).into()
        }
        error => Failure::new(Exit::NotUnderstood, error.to_string()).into(),
    }
}
