//! `ongoing report`: quantities to book, and the word that they are booked.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use ongoing_wms::Client;
use ongoing_wms::batch::report::{self, Ack, Kind, Line, ReportError};
use ongoing_wms::dynamic::{self, Request};
use ongoing_wms::xml::DateTime;
use serde_json::{Value, json};

use super::call::{Caller, Service};
use super::exit::Exit;
use super::failure::{Address, Failure, note, warn};
use super::input::Input;
use super::page::print_json;
use super::pull;
use super::watch::Watch;

/// Read quantities to book, and say that they are booked
///
/// The warehouse keeps for each line how many were picked (received, returned, produced) and how many of them you have said to know. A report has the
/// lines on which these differ, one JSON value a line, with the absolute count: 8 today, and 10 when 2 more were picked.
/// Book them, then say so with `ongoing report ack FILE`: it sends back the counts of the file, never newer ones.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  ongoing report orders --out picked.jsonl
  ongoing report ack picked.jsonl     # when all of it is booked

A line of a report:
  {\"report\":\"orders\",\"orderNumber\":\"1001\",\"lineCode\":\"1\",
   \"articleNumber\":\"MUG\",\"orderId\":5,\"lineId\":12,\"quantity\":\"8\",
   \"reported\":null}")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Picked quantities of orders
    Orders(Read),
    /// Quantities that came back
    ///
    /// The service does not tell which of them you know, so all returns are read; --since leaves out old ones.
    ReturnOrders {
        /// Only returns of which goods came since, as 2026-11-23
        #[arg(long, value_name = "TIME", value_parser = time)]
        since: Option<DateTime>,
        #[command(flatten)]
        read: Read,
    },
    /// Received quantities of announced goods
    InOrders(Read),
    /// Produced quantities
    ProductionOrders(Read),
    /// Differences that counting found
    InventoryChanges(Read),
    /// Say that the lines of a report are booked
    ///
    /// Looks first what the service holds: a count that it has, or a higher one, is left alone. Ended in the middle, it
    /// is run again and does the rest. The figures go to standard output, as one JSON value.
    Ack {
        /// The report, as it was written
        file: String,
        /// Look, and send nothing
        #[arg(long, short = 'n')]
        dry_run: bool,
        #[command(flatten)]
        service: Service,
    },
}

#[derive(clap::Args)]
struct Read {
    /// File to write, `-` for standard output; it has its name only when it is whole
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    #[command(flatten)]
    service: Service,
}

fn time(text: &str) -> Result<DateTime, String> {
    text.parse().map_err(|_| format!("`{text}` is no time: expected 2026-11-23T04:00:00 or 2026-11-23"))
}

/// The client for these operations, and who watches it.
fn client(service: &Service, operations: &[&'static str]) -> anyhow::Result<(Client, Arc<Watch>)> {
    let empty = |name: &&'static str| {
        // What a request needs besides is no matter of the connection.
        dynamic::find(name).and_then(|operation| dynamic::request_from_json(operation, &json!({})).ok())
    };
    let requests: Vec<Box<dyn Request>> = operations.iter().filter_map(empty).collect();
    let requests: Vec<&dyn Request> = requests.iter().map(AsRef::as_ref).collect();
    let Caller { connection, watch } = service.caller()?;
    Ok((connection.client_for(&requests, Some(watch.clone()))?, watch))
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Orders(args) => read(args, Kind::Orders, None),
        Command::ReturnOrders { since, read: args } => read(args, Kind::ReturnOrders, *since),
        Command::InOrders(args) => read(args, Kind::InOrders, None),
        Command::ProductionOrders(args) => read(args, Kind::ProductionOrders, None),
        Command::InventoryChanges(args) => read(args, Kind::InventoryChanges, None),
        Command::Ack { file, dry_run, service } => ack(file, *dry_run, service),
    }
}

fn read(args: &Read, kind: Kind, since: Option<DateTime>) -> anyhow::Result<()> {
    let (client, watch) = client(&args.service, kind.operations())?;
    let mut out = pull::output(&args.out, pull::Existing::Replace)?;
    let mut lines = 0;
    report::read(&client, kind, since, &mut |line| {
        lines += 1;
        writeln!(out, "{}", line.to_json()).map_err(ReportError::Output)
    })
    .map_err(|error| wrong(error, &client))?;
    out.finish()?;
    watch.tell_passed_over();
    let place = match args.out.as_os_str() == "-" {
        true => String::new(),
        false => format!(" in {}", args.out.display()),
    };
    note(match lines {
        1 => format!("{kind}: 1 line to book{place}"),
        lines => format!("{kind}: {lines} lines to book{place}"),
    });
    Ok(())
}

fn ack(file: &str, dry_run: bool, service: &Service) -> anyhow::Result<()> {
    service.connection.leaves_free(file, "report")?;
    let ack = Ack::new(lines(file)?);
    let ack = if dry_run { ack.dry_run() } else { ack };
    let (client, watch) = client(service, &ack.operations())?;
    let done = ack.run(&client, &mut |told| warn(told)).map_err(|error| wrong(error, &client))?;
    watch.tell_passed_over();
    if dry_run {
        note("dry run: nothing was sent");
    }
    print_json(&json!({
        "acknowledged": done.acknowledged,
        "already": done.already,
        "higher": done.higher,
        "failed": done.failed,
    }))?;
    match done.failed {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Refused, "1 line is not acknowledged").into()),
        lines => Err(Failure::new(Exit::Refused, format!("{lines} lines are not acknowledged")).into()),
    }
}

/// The lines of a report. All are read before the first is sent.
fn lines(file: &str) -> Result<Vec<Line>, Failure> {
    let input = Input::read(file)?;
    let mut lines = Vec::new();
    for (index, text) in input.text().lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let wrong = |what: String| {
            Failure::new(Exit::BadInput, format!("{file}:{}: {what}", index + 1))
                .hint("expected what `ongoing report` wrote, one JSON value a line; nothing was sent")
        };
        let record: Value =
            dynamic::json_from_text(text).map_err(|error| wrong(format!("no JSON: {error}")))?;
        lines.push(Line::from_json(&record).map_err(|error| wrong(error.to_string()))?);
    }
    Ok(lines)
}

fn wrong(error: ReportError, client: &Client) -> anyhow::Error {
    match error {
        ReportError::Output(error) => error.into(),
        ReportError::Read(error) => pull::address(error, client.url()),
        error @ ReportError::Call(_) => anyhow::Error::new(error).context(Address(client.url().to_owned())),
        ReportError::Contract(_) | ReportError::Request(..) => {
            Failure::new(Exit::Usage, error.to_string()).into()
        }
        error => Failure::new(Exit::NotUnderstood, error.to_string()).into(),
    }
}
