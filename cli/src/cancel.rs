//! `ongoing cancel`: cancels orders before the warehouse works on them.

use clap::builder::NonEmptyStringValueParser;
use ongoing_wms::batch::Kind;
use ongoing_wms::batch::kind::cancel::Cancelled;
use serde_json::{Value, json};

use super::call::{Caller, dry_run};
use super::connection;
use super::exit::Exit;
use super::failure::{Address, Failure};
use super::keys;
use super::page::print_json;
use super::watch::Verbosity;

/// Cancel orders that the warehouse has not started on
///
/// Looks up each order first and sends nothing for one that is already cancelled, so you can run it again; but the
/// status of a cancelled production order is not known, so one of these is sent again. Prints a JSON list with the result for each number: cancelled, cancelled before, refused, not done or unknown. Exit code 1 if
/// any was refused or not done; 75 if the outcome of any is unknown after a second look-up.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  ongoing cancel order WEB-10001 WEB-10002")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Cancel outbound orders; possible until picking begins
    Order(Numbers),
    /// Cancel in-orders; possible until receiving begins
    InOrder(Numbers),
    /// Cancel production orders; possible until production begins
    ProductionOrder(Numbers),
}

#[derive(clap::Args)]
struct Numbers {
    /// The goods owner's numbers of the orders
    #[arg(required = true, value_name = "NUMBER", add = keys::keys(None), value_parser = NonEmptyStringValueParser::new())]
    numbers: Vec<String>,
    /// Show the requests without their password, and send nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    #[command(flatten)]
    connection: Box<connection::Args>,
    #[command(flatten)]
    verbosity: Verbosity,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let (kind, numbers) = match &args.command {
        Command::Order(numbers) => ("orders", numbers),
        Command::InOrder(numbers) => ("in-orders", numbers),
        Command::ProductionOrder(numbers) => ("production-orders", numbers),
    };
    let kind = Kind::find(kind).ok_or_else(|| cannot(kind))?;
    cancel_all(kind, numbers)
}

fn cannot(kind: &str) -> Failure {
    Failure::new(Exit::Usage, format!("this program's contract cannot cancel {kind}"))
}

fn cancel_all(kind: &'static Kind, args: &Numbers) -> anyhow::Result<()> {
    let requests = |number: &str| kind.cancel_requests(number).ok_or_else(|| cannot(kind.name));
    if args.dry_run {
        return args.numbers.iter().try_for_each(|number| {
            let [_, removal] = requests(number)?;
            dry_run(&args.connection, removal.as_ref())
        });
    }
    let Caller { connection, watch } = Caller::new(&args.connection, &args.verbosity)?;
    // The number does not matter: every request needs the same settings.
    let [query, removal] = requests("1")?;
    let client = connection.client_for(&[query.as_ref(), removal.as_ref()], Some(watch.clone()))?;
    let mut canceller = kind.canceller(&client).ok_or_else(|| cannot(kind.name))?;
    let mut all: Vec<(&String, Cancelled)> = Vec::new();
    for (index, number) in args.numbers.iter().enumerate() {
        match canceller.cancel(number) {
            Ok(became) => all.push((number, became)),
            Err(error) => {
                // Shows the results so far, and what was not tried, before the error that ended the run.
                let why = error.to_string();
                all.extend(
                    args.numbers[index..].iter().map(|number| (number, Cancelled::NotDone(why.clone()))),
                );
                print_json(&as_json(&all))?;
                // An unknown outcome outweighs records that were not done.
                return match all.iter().any(|(_, became)| matches!(became, Cancelled::Unknown(_))) {
                    true => verdict(kind, &all),
                    false => Err(anyhow::Error::new(error).context(Address(client.url().to_owned()))),
                };
            }
        }
        watch.tell_passed_over();
    }
    print_json(&as_json(&all))?;
    verdict(kind, &all)
}

fn verdict(kind: &Kind, all: &[(&String, Cancelled)]) -> anyhow::Result<()> {
    let told = |why: fn(&Cancelled) -> Option<&str>| {
        let those = all.iter().filter_map(|(number, became)| Some(format!("{number}: {}", why(became)?)));
        Some(those.collect::<Vec<_>>().join("; ")).filter(|told| !told.is_empty())
    };
    let unknown = told(|became| match became {
        Cancelled::Unknown(why) => Some(why.as_str()),
        _ => None,
    });
    if let Some(unknown) = unknown {
        return Err(Failure::new(
            Exit::UnknownOrLater,
            format!("whether these are cancelled is unknown: {unknown}"),
        )
        .hint("run the command again later: it looks up each order first")
        .into());
    }
    let refused = told(|became| match became {
        Cancelled::Refused(why) | Cancelled::NotDone(why) => Some(why.as_str()),
        Cancelled::NotFound => Some("not found"),
        _ => None,
    });
    let Some(refused) = refused else { return Ok(()) };
    let is_refused = all.iter().any(|(_, became)| matches!(became, Cancelled::Refused(_)));
    let until = kind.cancel.filter(|_| is_refused).map(|how| how.until.to_owned());
    Err(Failure::new(Exit::Refused, format!("not cancelled: {refused}")).maybe_hint(until).into())
}

fn as_json(all: &[(&String, Cancelled)]) -> Value {
    let one = |(number, became): &(&String, Cancelled)| {
        let (result, message) = match became {
            Cancelled::Now => ("cancelled", None),
            Cancelled::Before => ("cancelled before", None),
            Cancelled::NotFound => ("not found", None),
            Cancelled::Refused(why) => ("refused", Some(why)),
            Cancelled::NotDone(why) => ("not done", Some(why)),
            Cancelled::Unknown(why) => ("unknown", Some(why)),
            _ => ("unknown", None),
        };
        json!({ "number": number, "result": result, "message": message })
    };
    all.iter().map(one).collect()
}
