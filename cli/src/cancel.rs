//! `ongoing cancel`: orders taken back, before the warehouse works on them.

use ongoing_wms::dynamic::Request;
use ongoing_wms::{Error, Outcome};
use serde_json::{Value, json};

use super::call::{Caller, dry_run, request};
use super::connection;
use super::exit::Exit;
use super::failure::Failure;
use super::page::print_json;
use super::watch::Verbosity;

/// Cancel orders that the warehouse has not begun to work on
///
/// Each is looked at first: what is cancelled already is said, and nothing is sent, so that it can be run again. The answer
/// is a JSON list with what became of each number: cancelled, cancelled before, refused, not done or unknown. Exit
/// code 1 if one was refused or not done; 75 if it is not known what became of one, even after another look.
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
    /// Cancel outbound orders, which works until picking begins
    Order(Numbers),
    /// Cancel inbound orders, which works until goods reception begins
    InOrder(Numbers),
}

#[derive(clap::Args)]
struct Numbers {
    /// The goods owner's numbers of the orders
    #[arg(required = true, value_name = "NUMBER")]
    numbers: Vec<String>,
    /// Show the requests without their password, and send nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    #[command(flatten)]
    verbosity: Verbosity,
    #[command(flatten)]
    connection: Box<connection::Args>,
}

/// What differs between the two.
struct Kind {
    what: &'static str,
    process: &'static str,
    info: &'static str,
    identification: &'static str,
    operation: &'static str,
    query: &'static str,
    numbers: &'static str,
    found: &'static str,
    status: &'static str,
    status_text: &'static str,
    cancelled: i64,
    until: &'static str,
}

static ORDER: Kind = Kind {
    what: "order",
    process: "ProcessOrder",
    info: "OrderInfo",
    identification: "OrderIdentification",
    operation: "OrderOperation",
    query: "GetOrdersByQuery",
    numbers: "OrderNumbersToGet",
    found: "Orders",
    status: "OrderStatusNumber",
    status_text: "OrderStatusText",
    cancelled: 1000,
    until: "an order can be cancelled until picking begins",
};

static IN_ORDER: Kind = Kind {
    what: "inbound order",
    process: "ProcessInOrder",
    info: "InOrderInfo",
    identification: "InOrderIdentification",
    operation: "InOrderOperation",
    query: "GetInOrdersByQuery",
    numbers: "InOrderNumbersToGet",
    found: "InOrders",
    status: "InOrderStatusNumber",
    status_text: "InOrderStatusText",
    cancelled: 900,
    until: "an inbound order can be cancelled until goods reception begins",
};

/// What became of an order.
enum Became {
    Cancelled,
    Already,
    Refused(String),
    NotDone(String),
    Unknown(String),
}

/// What the warehouse has under a number.
enum Found {
    Nothing,
    Cancelled,
    /// Number and name of the status of one that is not cancelled.
    Open(i64, String),
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Order(numbers) => cancel_all(&ORDER, numbers),
        Command::InOrder(numbers) => cancel_all(&IN_ORDER, numbers),
    }
}

fn cancel_all(kind: &Kind, args: &Numbers) -> anyhow::Result<()> {
    if args.dry_run {
        return args
            .numbers
            .iter()
            .try_for_each(|number| dry_run(&args.connection, kind.removal(number)?.as_ref()));
    }
    let caller = Caller::new(&args.connection, &args.verbosity)?;
    let mut all = Vec::new();
    for (index, number) in args.numbers.iter().enumerate() {
        let succeeded = all.iter().any(|(_, became)| matches!(became, Became::Cancelled));
        match kind.cancel(&caller, number, succeeded) {
            Ok(became) => all.push((number, became)),
            Err(error) => {
                // What was done before, and what was not begun, is told before the error that ends it.
                let left = |number| (number, Became::NotDone(error.root_cause().to_string()));
                all.extend(args.numbers[index..].iter().map(left));
                print_json(&as_json(&all))?;
                // One whose outcome is unknown outweighs those that were not done.
                return match all.iter().any(|(_, became)| matches!(became, Became::Unknown(_))) {
                    true => kind.verdict(&all),
                    false => Err(error),
                };
            }
        }
    }
    print_json(&as_json(&all))?;
    kind.verdict(&all)
}

impl Kind {
    fn removal(&self, number: &str) -> Result<Box<dyn Request>, Failure> {
        let info = json!({
            self.identification: "GoodsOwnerOrderNumber",
            self.operation: "Remove",
            "GoodsOwnerOrderNumber": number,
        });
        request(self.process, &json!({ self.info: info }))
    }

    /// An error is about the session: no other order fares better. `succeeded`: another order was cancelled in this run.
    fn cancel(&self, caller: &Caller, number: &str, succeeded: bool) -> anyhow::Result<Became> {
        match self.look(caller, number)? {
            Found::Nothing => return Ok(Became::Refused(format!("there is no {} {number}", self.what))),
            Found::Cancelled => return Ok(Became::Already),
            Found::Open(..) => {}
        }
        let Err(error) = caller.answer(self.removal(number)?.as_ref()) else { return Ok(Became::Cancelled) };
        let Some(call) = error.downcast_ref::<Error>() else { return Err(error) };
        let why = match call {
            Error::Refused(refused) => refused.message().to_owned(),
            call => call.to_string(),
        };
        match call.outcome() {
            Outcome::Refused => {
                // The status is worth telling, and no reason to say anything else.
                let status = match self.look(caller, number) {
                    Ok(Found::Open(number, text)) => format!("; its status is {number} {text}"),
                    _ => String::new(),
                };
                Ok(Became::Refused(format!("{why}{status}")))
            }
            Outcome::NotDone if call.scope().is_record(succeeded) => Ok(Became::NotDone(why)),
            Outcome::NotDone => Err(error),
            Outcome::Unknown | Outcome::Partial | Outcome::Done => Ok(self.look_again(caller, number, &why)),
        }
    }

    /// What became of an order whose cancelling may have been carried out.
    fn look_again(&self, caller: &Caller, number: &str, why: &str) -> Became {
        let seen = match self.look(caller, number) {
            Ok(Found::Cancelled) => return Became::Cancelled,
            Ok(Found::Open(status, text)) => {
                format!("its status is {status} {text}, but the request may still be carried out")
            }
            Ok(Found::Nothing) => "it is not there any more".to_owned(),
            // The error that hides what became of it may also hide this; then it stays unknown.
            Err(second) => format!("another look failed: {}", second.root_cause()),
        };
        Became::Unknown(format!("{why}; {seen}"))
    }

    fn look(&self, caller: &Caller, number: &str) -> anyhow::Result<Found> {
        let answer = caller.result(self.query, &json!({ self.numbers: [number] }))?;
        let orders = answer[self.found].as_array().map_or(&[][..], Vec::as_slice);
        let infos = orders.iter().map(|order| &order[self.info]);
        // A service that does not know the filter would give others too.
        let own: Vec<&Value> =
            infos.filter(|info| info["GoodsOwnerOrderNumber"].as_str() == Some(number)).collect();
        let open = own.iter().find(|info| info[self.status].as_i64() != Some(self.cancelled));
        Ok(match open {
            Some(info) => Found::Open(
                info[self.status].as_i64().unwrap_or_default(),
                info[self.status_text].as_str().unwrap_or_default().to_owned(),
            ),
            None if own.is_empty() => Found::Nothing,
            None => Found::Cancelled,
        })
    }

    fn verdict(&self, all: &[(&String, Became)]) -> anyhow::Result<()> {
        let refused: Vec<String> = all
            .iter()
            .filter_map(|(number, became)| match became {
                Became::Refused(why) | Became::NotDone(why) => Some(format!("{number}: {why}")),
                _ => None,
            })
            .collect();
        let unknown: Vec<String> = all
            .iter()
            .filter_map(|(number, became)| match became {
                Became::Unknown(why) => Some(format!("{number}: {why}")),
                _ => None,
            })
            .collect();
        if !unknown.is_empty() {
            let text = format!("not known to be cancelled: {}", unknown.join("; "));
            return Err(Failure::new(Exit::UnknownOrLater, text)
                .hint("run it again later: it looks first")
                .into());
        }
        if !refused.is_empty() {
            let text = format!("not cancelled: {}", refused.join("; "));
            return Err(Failure::new(Exit::Refused, text).hint(self.until).into());
        }
        Ok(())
    }
}

fn as_json(all: &[(&String, Became)]) -> Value {
    let one = |(number, became): &(&String, Became)| {
        let (result, message) = match became {
            Became::Cancelled => ("cancelled", None),
            Became::Already => ("cancelled before", None),
            Became::Refused(why) => ("refused", Some(why)),
            Became::NotDone(why) => ("not done", Some(why)),
            Became::Unknown(why) => ("unknown", Some(why)),
        };
        json!({ "number": number, "result": result, "message": message })
    };
    all.iter().map(one).collect()
}
