//! `ongoing wait`: waits until orders have reached a status.

use std::thread;
use std::time::{Duration, Instant};

use clap::builder::NonEmptyStringValueParser;
use ongoing_wms::batch::pull::span;
use ongoing_wms::{Error, Outcome};
use serde_json::{Value, json};

use super::call::{Caller, Service};
use super::exit::Exit;
use super::failure::{Failure, note};
use super::keys;
use super::order_kind::{IN_ORDER, ORDER, OrderKind};
use super::page::print_json;

/// Wait until orders have reached a status
///
/// The warehouse is queried repeatedly; queries that fail for a transient reason are retried. The answer is a JSON list
/// with the status of each order. Exit code 0 when all have reached the status, 75 if the time runs out first, 1 if an
/// order is not found or cancelled.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  ongoing wait order 1001 1002 --status 450 --within 2h && ./invoice.sh")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Wait for outbound orders
    Order(WaitArgs),
    /// Wait for in-orders
    InOrder(WaitArgs),
}

#[derive(clap::Args)]
struct WaitArgs {
    /// The goods owner's numbers of the orders
    #[arg(required = true, value_name = "NUMBER", add = keys::keys(None), value_parser = NonEmptyStringValueParser::new())]
    numbers: Vec<String>,
    /// Number of the status to reach, or a higher one; `ongoing call GetOrderStatuses` lists them
    #[arg(long, value_name = "NUMBER")]
    status: i64,
    /// How long to wait, such as 30s, 10m, 2h or 1d
    #[arg(long, value_name = "SPAN", default_value = "1h", value_parser = duration)]
    within: Duration,
    /// Time between two queries; the service asks not to be called more often than needed
    #[arg(long, value_name = "SPAN", default_value = "30s", value_parser = duration)]
    every: Duration,
    #[command(flatten)]
    service: Service,
}

fn duration(text: &str) -> Result<Duration, String> {
    span(text).and_then(|span| span.to_std().map_err(|error| error.to_string()))
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let (kind, wanted) = match &args.command {
        Command::Order(wanted) => (&ORDER, wanted),
        Command::InOrder(wanted) => (&IN_ORDER, wanted),
    };
    let caller = wanted.service.caller()?;
    // Without a limit if the clock does not reach so far.
    let until = Instant::now().checked_add(wanted.within);
    let mut told = String::new();
    loop {
        let looked = look(kind, &caller, wanted);
        let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
        let seen = match looked {
            Ok(seen) => seen,
            // A transient failure is retried until the time is over.
            Err(error) if !left.is_zero() && may_pass(&error) => {
                note(format!("retrying in {} s: {}", wanted.every.as_secs(), error.root_cause()));
                thread::sleep(wanted.every.min(left));
                continue;
            }
            Err(error) => return Err(error),
        };
        if let Some(failure) = seen.iter().find_map(OrderSeen::failure) {
            print_json(&as_json(&seen))?;
            return Err(failure.into());
        }
        let open: Vec<String> =
            seen.iter().filter(|seen| seen.status < wanted.status).map(OrderSeen::shown).collect();
        if open.is_empty() {
            return print_json(&as_json(&seen));
        }
        if left.is_zero() {
            print_json(&as_json(&seen))?;
            let what = format!("not at status {} yet: {}", wanted.status, open.join(", "));
            return Err(Failure::new(Exit::UnknownOrLater, what)
                .hint("run it again, or wait longer with --within")
                .into());
        }
        let shown = open.join(", ");
        if shown != told {
            note(format!("waiting for {shown}"));
            told = shown;
        }
        thread::sleep(wanted.every.min(left));
    }
}

fn may_pass(error: &anyhow::Error) -> bool {
    let call = error.downcast_ref::<Error>();
    call.is_some_and(|call| call.evidence().is_transient() && call.outcome() == Outcome::NotDone)
}

/// What the warehouse has for an order.
struct OrderSeen {
    what: &'static str,
    number: String,
    found: bool,
    cancelled: bool,
    status: i64,
    text: String,
}

impl OrderSeen {
    fn shown(&self) -> String {
        format!("{} ({} {})", self.number, self.status, self.text)
    }

    fn failure(&self) -> Option<Failure> {
        match (self.found, self.cancelled) {
            (false, _) => {
                Some(Failure::new(Exit::Refused, format!("{} {} not found", self.what, self.number)))
            }
            (_, true) => {
                Some(Failure::new(Exit::Refused, format!("{} {} is cancelled", self.what, self.number)))
            }
            _ => None,
        }
    }
}

fn look(kind: &OrderKind, caller: &Caller, wanted: &WaitArgs) -> anyhow::Result<Vec<OrderSeen>> {
    let mut all = Vec::new();
    for number in &wanted.numbers {
        let orders = kind.find(caller, number)?;
        let order = kind.open(&orders).or(orders.first());
        let (status, text) = order.map(|order| kind.status(order)).unwrap_or_default();
        all.push(OrderSeen {
            what: kind.what,
            number: number.clone(),
            found: order.is_some(),
            // Waiting for the status "cancelled" itself is not a failure.
            cancelled: order.is_some() && status == kind.cancelled && wanted.status != kind.cancelled,
            status,
            text,
        });
    }
    Ok(all)
}

fn as_json(seen: &[OrderSeen]) -> Value {
    let one = |seen: &OrderSeen| match seen.found {
        true => json!({ "number": seen.number, "status": seen.status, "statusText": seen.text }),
        false => json!({ "number": seen.number, "status": null, "statusText": null }),
    };
    seen.iter().map(one).collect()
}
