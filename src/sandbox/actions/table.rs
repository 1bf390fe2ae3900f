//! What can be done with the warehouse from outside of the service: the one list behind HTTP, the command and the page.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::staff::{self, WorkError};
use crate::sandbox::argument::ArgumentKind::{Decimal as Number, Lines, Text, Texts, Whole};
use crate::sandbox::argument::{Argument, Given};
use crate::sandbox::desk::Desk;
use crate::sandbox::find::{GOODS_OPERATION, IN_ORDER, ORDER, PRODUCTION_ORDER, RETURN_ORDER, TRANSFER};
use crate::sandbox::http::server::{Shared, locked};
use crate::sandbox::inbound::tag;
use crate::sandbox::stock::{count, goods_operation, movement, transfer};
use crate::sandbox::{faults, find, inbound, invoices, production, state};

/// Something that can be done with the warehouse from outside of the service: what people do there, faults on demand,
/// and looks at it. The same over HTTP, `POST /admin/<name>`, and from the command, `ongoing sandbox <name>`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Action {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one line.
    pub doc: &'static str,
    /// What it takes.
    pub arguments: &'static [Argument],
    /// Whether it leaves everything as it is: then it can also be asked for by `GET`, without arguments.
    pub only_reads: bool,
    run: Run,
}

#[derive(Debug)]
enum Run {
    /// Work on the floor, in a transaction.
    Floor(fn(&Desk<'_>, &Given) -> Result<Value, WorkError>),
    /// Anything else.
    Sandbox(fn(&Shared, &Given) -> Result<Value, ActionError>),
}

/// Why an action is not done.
#[derive(Debug)]
pub(crate) enum ActionError {
    /// What it was given is wrong.
    Arguments(String),
    /// The warehouse cannot do it.
    Work(WorkError),
}

impl From<WorkError> for ActionError {
    fn from(error: WorkError) -> ActionError {
        ActionError::Work(error)
    }
}

const IN_ORDER_NUMBER: Argument =
    Argument::place("inOrder", Text, "Number of the InOrder or, where no number is it, its id");
const ORDER_NUMBER: Argument =
    Argument::place("order", Text, "Number of the order or, where no number is it, its id");
const ARTICLE: Argument = Argument::place("article", Text, "Number of the article");
const NUMBER: Argument = Argument::place("number", Number, "How many");
const LINES: Argument = Argument::flag(
    "lines",
    Lines,
    "How many of which line, by its ExternalOrderLineCode or article [default: all that is left]",
);
const GOODS_OWNER: Argument =
    Argument::flag("goodsOwner", Text, "Code of the goods owner, where several have the number");

/// All actions, those on the floor first.
pub(crate) static ACTIONS: &[Action] = &[
    Action {
        name: "receive",
        doc: "Receive announced goods; more than was announced may come",
        arguments: &[IN_ORDER_NUMBER, LINES, GOODS_OWNER],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let in_order = IN_ORDER.find(desk, given.needed("inOrder"))?;
            staff::receive(desk, &in_order, given.lines("lines").as_deref())?;
            IN_ORDER.shown(desk, in_order.id)
        }),
    },
    Action {
        name: "tag",
        doc: "Read tags on goods that came on a line of an InOrder",
        arguments: &[
            IN_ORDER_NUMBER,
            Argument::place("line", Text, "Its ExternalOrderLineCode or article"),
            Argument::place("tags", Texts, "The tags"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let in_order = IN_ORDER.find(desk, given.needed("inOrder"))?;
            tag::read(desk, &in_order, given.needed("line"), &given.texts("tags"))?;
            IN_ORDER.shown(desk, in_order.id)
        }),
    },
    Action {
        name: "allocate",
        doc: "Set goods aside for all of an order: status 320",
        arguments: &[ORDER_NUMBER, GOODS_OWNER],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let order = ORDER.find(desk, given.needed("order"))?;
            staff::allocate(desk, &order)?;
            ORDER.shown(desk, order.id)
        }),
    },
    Action {
        name: "pick",
        doc: "Pick an order: status 400 when nothing is left to pick",
        arguments: &[ORDER_NUMBER, LINES, GOODS_OWNER],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let order = ORDER.find(desk, given.needed("order"))?;
            staff::pick(desk, &order, given.lines("lines").as_deref())?;
            ORDER.shown(desk, order.id)
        }),
    },
    Action {
        name: "ship",
        doc: "Hand a picked order to the transporter: status 450",
        arguments: &[
            ORDER_NUMBER,
            Argument::flag("tracking", Text, "Tracking number [default: one made of the order's id]"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let order = ORDER.find(desk, given.needed("order"))?;
            match given.text("tracking") {
                Some(tracking) => staff::ship(desk, &order, tracking)?,
                None => staff::ship(desk, &order, &staff::made_up_tracking(order.id))?,
            }
            ORDER.shown(desk, order.id)
        }),
    },
    Action {
        name: "collect",
        doc: "See a picked or sent order off: status 500",
        arguments: &[ORDER_NUMBER, GOODS_OWNER],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let order = ORDER.find(desk, given.needed("order"))?;
            staff::collect(desk, &order)?;
            ORDER.shown(desk, order.id)
        }),
    },
    Action {
        name: "return",
        doc: "Take back the goods of a return and put them in stock",
        arguments: &[
            Argument::place("returnOrder", Text, "Number of the return or, where no number is it, its id"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let return_order = RETURN_ORDER.find(desk, given.needed("returnOrder"))?;
            inbound::receive_return::take_back(desk, &return_order)?;
            RETURN_ORDER.shown(desk, return_order.id)
        }),
    },
    Action {
        name: "count",
        doc: "Count an article: there are so many of it, and the difference is booked",
        arguments: &[
            ARTICLE,
            NUMBER,
            Argument::flag("cause", Text, "Cause of a difference [default: stock-taking]"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let cause = given.text("cause").unwrap_or("stock-taking");
            let inventory = count::count(desk, given.needed("article"), number(given, "number"), cause)?;
            Ok(json!({ "inventoryId": inventory }))
        }),
    },
    Action {
        name: "move",
        doc: "Move goods that are not set aside to another location",
        arguments: &[ARTICLE, NUMBER, Argument::place("location", Text, "The location"), GOODS_OWNER],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let location = given.needed("location");
            movement::carry(desk, given.needed("article"), number(given, "number"), location)?;
            Ok(json!({ "article": given.needed("article"), "location": location }))
        }),
    },
    Action {
        name: "produce",
        doc: "Produce what is left of a production order; more than was ordered may be made",
        arguments: &[
            Argument::place(
                "productionOrder",
                Text,
                "Number of the production order or, where no number is it, its id",
            ),
            Argument::flag("lines", Lines, "How many of which line, by its number or article [default: all]"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let order = PRODUCTION_ORDER.find(desk, given.needed("productionOrder"))?;
            production::work::produce(desk, &order, given.lines("lines").as_deref())?;
            PRODUCTION_ORDER.shown(desk, order.id)
        }),
    },
    Action {
        name: "carry-out",
        doc: "Carry out a goods operation order: its goods get their new status",
        arguments: &[
            Argument::place(
                "goodsOperationOrder",
                Text,
                "Number of the goods operation order or, where no number is it, its id",
            ),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let order = GOODS_OPERATION.find(desk, given.needed("goodsOperationOrder"))?;
            goods_operation::carry_out(desk, &order)?;
            GOODS_OPERATION.shown(desk, order.id)
        }),
    },
    Action {
        name: "transfer",
        doc: "Plan to bring goods from the warehouse MAIN to another one",
        arguments: &[
            Argument::place("transfer", Text, "Number that the transfer gets"),
            Argument::flag("lines", Lines, "How many of which article").required(),
            Argument::flag("to", Text, "Code of the warehouse [default: SIDE, the only one there is]"),
            Argument::flag("reference", Text, "Reference number [default: none]"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let (to, reference) = (given.text("to").unwrap_or("SIDE"), given.text("reference"));
            let lines = given.lines("lines").unwrap_or_default();
            let number = given.needed("transfer");
            let id = transfer::plan(desk, number, reference.unwrap_or_default(), to, &lines)?;
            TRANSFER.shown(desk, id)
        }),
    },
    Action {
        name: "deliver-transfer",
        doc: "Bring the goods of a planned transfer to their warehouse",
        arguments: &[
            Argument::place("transfer", Text, "Number of the transfer or, where no number is it, its id"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let transfer = TRANSFER.find(desk, given.needed("transfer"))?;
            transfer::deliver(desk, &transfer)?;
            TRANSFER.shown(desk, transfer.id)
        }),
    },
    Action {
        name: "invoice",
        doc: "Invoice the handling of orders, so much for each item that was picked",
        arguments: &[
            Argument::place("orders", Texts, "Numbers of the orders or, where no number is it, their ids"),
            Argument::flag("price", Number, "Price of an item").required(),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let invoice = invoices::make(desk, &given.texts("orders"), number(given, "price"))?;
            Ok(json!({ "invoiceId": invoice }))
        }),
    },
    Action {
        name: "state",
        doc: "All that the warehouse holds",
        arguments: &[Argument::flag(
            "goodsOwner",
            Text,
            "Code of the only goods owner to show [default: all]",
        )],
        only_reads: true,
        run: Run::Floor(|desk, _| state::read(desk)),
    },
    Action {
        name: "log",
        doc: "The last requests, oldest first, without passwords",
        arguments: &[Argument::flag("last", Whole, "How many, up to 10000 [default: 100]")],
        only_reads: true,
        run: Run::Sandbox(|shared, given| {
            let last = given.whole("last").map_or(100, |last| usize::try_from(last).unwrap_or(usize::MAX));
            let requests = locked(&shared.log).last(last);
            Ok(requests.iter().map(crate::sandbox::LoggedRequest::to_json).collect())
        }),
    },
    Action {
        name: "disturb",
        doc: "Disturb requests that come, as the network and the service do on a bad day",
        arguments: faults::parse::ARGUMENTS,
        only_reads: false,
        run: Run::Sandbox(|shared, given| {
            let disturbance = faults::parse::read(given).map_err(ActionError::Arguments)?;
            let mut queue = locked(&shared.disturbances);
            queue.add(disturbance);
            Ok(queue.waiting().map(ToString::to_string).collect())
        }),
    },
    Action {
        name: "undisturb",
        doc: "Take back all disturbances that wait",
        arguments: &[],
        only_reads: false,
        run: Run::Sandbox(|shared, _| {
            locked(&shared.disturbances).clear();
            Ok(json!([]))
        }),
    },
    Action {
        name: "disturbances",
        doc: "The disturbances that wait, with what is left of their counts",
        arguments: &[],
        only_reads: true,
        run: Run::Sandbox(|shared, _| {
            Ok(locked(&shared.disturbances).waiting().map(ToString::to_string).collect())
        }),
    },
];

/// A number that the action needs.
fn number(given: &Given, name: &str) -> Decimal {
    given.decimal(name).unwrap_or_default()
}

impl Action {
    /// The action of this name.
    pub(crate) fn find(name: &str) -> Option<&'static Action> {
        ACTIONS.iter().find(|action| action.name == name)
    }

    /// Does it.
    pub(crate) fn run(&self, shared: &Shared, body: &Value) -> Result<Value, ActionError> {
        let given = Given::read(self.name, self.arguments, body).map_err(ActionError::Arguments)?;
        match self.run {
            Run::Sandbox(run) => run(shared, &given),
            Run::Floor(run) => Ok(shared.warehouse.transaction(|desk| {
                if let Some(code) = given.text("goodsOwner") {
                    find::serve(desk, code)?;
                }
                run(desk, &given)
            })?),
        }
    }
}
