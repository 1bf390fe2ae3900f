//! What can be done with the warehouse from outside of the service: the one list behind HTTP, the command and the page.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::action_error::ActionError;
use super::several;
use super::staff;
use crate::sandbox::argument::ArgumentKind::{Decimal as Number, Flag, Lines, Text, Texts, Whole};
use crate::sandbox::argument::{Argument, Choice, Given};
use crate::sandbox::db::clock::{ClockChange, ClockError};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::exchanges::exchange::{ExchangeKind, ExchangeOutcome, LoggedRequest};
use crate::sandbox::exchanges::filter::ExchangeFilter;
use crate::sandbox::faults::parse;
use crate::sandbox::find::{GOODS_OPERATION, IN_ORDER, ORDER, PRODUCTION_ORDER, RETURN_ORDER, TRANSFER};
use crate::sandbox::lock::locked;
use crate::sandbox::shared::Shared;
use crate::sandbox::stock::{count, goods_operation, movement, transfer};
use crate::sandbox::work_error::WorkError;
use crate::sandbox::{find, inbound, invoices, production, records, state};

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

const IN_ORDER_NUMBER: Argument =
    Argument::place("inOrder", Text, "Number of the InOrder or, where no number is it, its id")
        .or_several("inOrders");
const IN_ORDERS: Argument = Argument::flag("inOrders", Texts, "Several of them");
const ORDERS: Argument = Argument::flag("orders", Texts, "Several of them");
const ALL: Argument = Argument::flag("all", Flag, "All with which it can be done now");
const ORDER_NUMBER: Argument =
    Argument::place("order", Text, "Number of the order or, where no number is it, its id")
        .or_several("orders");
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
        arguments: &[IN_ORDER_NUMBER, LINES, GOODS_OWNER, IN_ORDERS, ALL],
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
            Argument::place("inOrder", Text, "Number of the InOrder or, where no number is it, its id"),
            Argument::place("line", Text, "Its ExternalOrderLineCode or article"),
            Argument::place("tags", Texts, "The tags"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: Run::Floor(|desk, given| {
            let in_order = IN_ORDER.find(desk, given.needed("inOrder"))?;
            staff::tag(desk, &in_order, given.needed("line"), &given.texts("tags"))?;
            IN_ORDER.shown(desk, in_order.id)
        }),
    },
    Action {
        name: "allocate",
        doc: "Set goods aside for all of an order: status 320",
        arguments: &[ORDER_NUMBER, GOODS_OWNER, ORDERS, ALL],
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
        arguments: &[ORDER_NUMBER, LINES, GOODS_OWNER, ORDERS, ALL],
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
            ORDERS,
            ALL,
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
        arguments: &[ORDER_NUMBER, GOODS_OWNER, ORDERS, ALL],
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
            Argument::place("returnOrder", Text, "Number of the return or, where no number is it, its id")
                .or_several("returnOrders"),
            GOODS_OWNER,
            Argument::flag("returnOrders", Texts, "Several of them"),
            ALL,
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
            )
            .or_several("productionOrders"),
            Argument::flag("lines", Lines, "How many of which line, by its number or article [default: all]"),
            GOODS_OWNER,
            Argument::flag("productionOrders", Texts, "Several of them"),
            ALL,
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
            )
            .or_several("goodsOperationOrders"),
            GOODS_OWNER,
            Argument::flag("goodsOperationOrders", Texts, "Several of them"),
            ALL,
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
        arguments: &[Argument::flag("last", Whole, "How many, up to 2000 [default: 100]")],
        only_reads: true,
        run: Run::Sandbox(|shared, given| {
            let requests = ExchangeFilter { kind: Some(ExchangeKind::Request), ..ExchangeFilter::default() };
            let last = shared.history.find(&requests, last(given, 100)).last;
            let logged =
                last.iter().rev().map(|exchange| LoggedRequest::of(exchange, &shared.history.redactor));
            Ok(logged.map(|request| request.to_json()).collect())
        }),
    },
    Action {
        name: "exchanges",
        doc: "The last requests and actions, newest first",
        arguments: &[
            Argument::flag("last", Whole, "How many, up to 2000 [default: 100]"),
            Argument::flag("before", Whole, "Only those with a lower number"),
            Argument::flag("after", Whole, "Only those with a higher number"),
            KIND,
            OPERATION,
            OUTCOME,
            KEY,
            SEARCHED_TEXT,
        ],
        only_reads: true,
        run: Run::Sandbox(|shared, given| {
            let found = shared.history.find(&filter(given), last(given, 100));
            let shown = found.last.iter().map(|exchange| exchange.summary(&shared.history.redactor));
            Ok(json!({
                "exchanges": shown.collect::<Vec<_>>(),
                "count": found.count,
                "kept": found.kept,
                "newest": found.newest,
                "sequence": found.sequence,
            }))
        }),
    },
    Action {
        name: "exchange",
        doc: "All of a request and its answer, or of an action and its result",
        arguments: &[Argument::place("id", Whole, "Number of the exchange")],
        only_reads: true,
        run: Run::Sandbox(|shared, given| {
            let id = given.whole("id").unwrap_or_default();
            let absent = || ActionError::Absent(format!("there is no exchange {id}, or it is kept no more"));
            Ok(shared.history.get(id).ok_or_else(absent)?.detail(&shared.history.redactor))
        }),
    },
    Action {
        name: "requests",
        doc: "Count the requests that came, and list them, oldest first",
        arguments: &[
            OPERATION,
            KEY,
            OUTCOME,
            SEARCHED_TEXT,
            Argument::flag("after", Whole, "Only those with a higher number"),
            Argument::flag("last", Whole, "How many to list, up to 2000 [default: 100]"),
        ],
        only_reads: true,
        run: Run::Sandbox(|shared, given| {
            let requests = ExchangeFilter { kind: Some(ExchangeKind::Request), ..filter(given) };
            let found = shared.history.find(&requests, last(given, 100));
            let shown = found.last.iter().rev().map(|exchange| exchange.summary(&shared.history.redactor));
            Ok(json!({ "count": found.count, "requests": shown.collect::<Vec<_>>() }))
        }),
    },
    Action {
        name: "disturb",
        doc: "Disturb requests that come, as the network and the service do on a bad day",
        arguments: parse::ARGUMENTS,
        only_reads: false,
        run: Run::Sandbox(|shared, given| {
            let disturbance = parse::read(given).map_err(ActionError::Arguments)?;
            locked(&shared.disturbances).add(disturbance);
            Ok(waiting(shared))
        }),
    },
    Action {
        name: "refuse",
        doc: "Refuse a request that comes, as the warehouse's own rules refuse such a request",
        arguments: parse::REFUSE_ARGUMENTS,
        only_reads: false,
        run: Run::Sandbox(|shared, given| {
            let disturbance = parse::read_refusal(given).map_err(ActionError::Arguments)?;
            locked(&shared.disturbances).add(disturbance);
            Ok(waiting(shared))
        }),
    },
    Action {
        name: "undisturb",
        doc: "Take back disturbances that wait",
        arguments: &[Argument::flag(
            "id",
            Whole,
            "Number of the only one to take back, as in faults [default: all]",
        )],
        only_reads: false,
        run: Run::Sandbox(|shared, given| {
            match given.whole("id") {
                None => locked(&shared.disturbances).clear(),
                Some(id) => {
                    if !locked(&shared.disturbances).remove(id) {
                        return Err(ActionError::Absent(format!("no disturbance {id} waits")));
                    }
                }
            }
            Ok(waiting(shared))
        }),
    },
    Action {
        name: "disturbances",
        doc: "The disturbances that wait, with what is left of their counts",
        arguments: &[],
        only_reads: true,
        run: Run::Sandbox(|shared, _| Ok(waiting(shared))),
    },
    Action {
        name: "faults",
        doc: "The disturbances that wait, each with its number and explained",
        arguments: &[],
        only_reads: true,
        run: Run::Sandbox(|shared, _| {
            let queue = locked(&shared.disturbances);
            Ok(queue
                .waiting()
                .iter()
                .map(|waiting| parse::explained(waiting.id, &waiting.disturbance))
                .collect())
        }),
    },
    Action {
        name: "export",
        doc: "The articles or orders of a goods owner, as push reads them",
        arguments: &[
            Argument::place("kind", Text, "What to export").one_of(&[
                Choice { name: "articles", doc: "articles" },
                Choice { name: "in-orders", doc: "announced goods" },
                Choice { name: "orders", doc: "orders" },
            ]),
            Argument::flag("goodsOwner", Text, "Code of the goods owner [default: the first]"),
        ],
        only_reads: true,
        run: Run::Sandbox(|shared, given| {
            let kind = records::kind(given.needed("kind"));
            let kind = kind.ok_or_else(|| ActionError::Arguments("there is no such kind".to_owned()))?;
            Ok(shared.warehouse.store.read(|desk| {
                if let Some(code) = given.text("goodsOwner").or(shared.first_owner()) {
                    find::serve(desk, code)?;
                }
                records::give_out(desk, kind)
            })?)
        }),
    },
    Action {
        name: "clock",
        doc: "Move or stop the clock of the warehouse, or ask for it",
        arguments: &[Argument::place(
            "change",
            Text,
            "+1d, -2h, +30m; 2026-12-31T08:00:00 to stand still there; run; real [default: none]",
        )
        .optional()],
        only_reads: false,
        run: Run::Sandbox(|shared, given| {
            if let Some(change) = given.text("change") {
                let change: ClockChange =
                    change.parse().map_err(|error: ClockError| ActionError::Arguments(error.to_string()))?;
                shared.warehouse.store.clock.change(&change);
            }
            Ok(shared.warehouse.store.clock.to_json())
        }),
    },
    Action {
        name: "now",
        doc: "The time of the warehouse",
        arguments: &[],
        only_reads: true,
        run: Run::Sandbox(|shared, _| Ok(shared.warehouse.store.clock.to_json())),
    },
    Action {
        name: "snapshot",
        doc: "Keep the state of the warehouse under a name, to go back to",
        arguments: &[SNAPSHOT],
        only_reads: false,
        run: Run::Sandbox(|shared, given| {
            Ok(shared.snapshots.take(&shared.warehouse.store, given.needed("name"))?)
        }),
    },
    Action {
        name: "snapshots",
        doc: "The states that can be gone back to",
        arguments: &[],
        only_reads: true,
        run: Run::Sandbox(|shared, _| Ok(shared.snapshots.list())),
    },
    Action {
        name: "restore",
        doc: "Go back to a snapshot",
        arguments: &[SNAPSHOT],
        only_reads: false,
        run: Run::Sandbox(|shared, given| {
            Ok(shared.snapshots.restore(&shared.warehouse.store, given.needed("name"))?)
        }),
    },
    Action {
        name: "reset",
        doc: "Go back to the state at the start, and take back all disturbances",
        arguments: &[],
        only_reads: false,
        run: Run::Sandbox(|shared, _| {
            shared.reset()?;
            Ok(json!({}))
        }),
    },
    Action {
        name: "about",
        doc: "Where the sandbox is, and what it takes to call it",
        arguments: &[],
        only_reads: true,
        run: Run::Sandbox(|shared, _| Ok(shared.about())),
    },
    Action {
        name: "actions",
        doc: "All that can be done from outside, with what it takes",
        arguments: &[],
        only_reads: true,
        run: Run::Sandbox(|_, _| Ok(ACTIONS.iter().map(Action::describe).collect())),
    },
];

const SNAPSHOT: Argument = Argument::place("name", Text, "Name of the snapshot");
const KIND: Argument = Argument::flag("kind", Text, "Only requests, or only work").one_of(&[
    Choice { name: "request", doc: "a request to the service" },
    Choice { name: "work", doc: "an action in the warehouse" },
]);
const OPERATION: Argument = Argument::flag("operation", Text, "Only those of this operation or action");
const OUTCOME: Argument = Argument::flag("outcome", Text, "Only those that ended so").one_of(&[
    Choice { name: "running", doc: "it has not ended yet" },
    Choice { name: "done", doc: "carried out" },
    Choice { name: "refused", doc: "refused by a rule, for a wrong login, or on demand" },
    Choice { name: "fault", doc: "the sandbox failed" },
    Choice { name: "invalid", doc: "the request could not be read" },
    Choice { name: "disturbed", doc: "not carried out, because a disturbance came first" },
]);
const KEY: Argument =
    Argument::flag("key", Text, "Only those about the order, article .. of this number or id");
const SEARCHED_TEXT: Argument = Argument::flag("text", Text, "Only those that have this text somewhere");

/// The snapshot by which the page takes work back.
const UNDO: &str = "undo";

/// How many are asked for.
fn last(given: &Given, default: usize) -> usize {
    given.whole("last").map_or(default, |last| usize::try_from(last).unwrap_or(usize::MAX))
}

fn filter(given: &Given) -> ExchangeFilter {
    let text = |name: &str| given.text(name).map(str::to_owned);
    let kind = given.text("kind").map(|kind| match kind {
        "work" => ExchangeKind::Work,
        _ => ExchangeKind::Request,
    });
    let outcome = given.text("outcome");
    ExchangeFilter {
        kind,
        name: text("operation"),
        outcome: ExchangeOutcome::ALL.into_iter().find(|known| Some(known.as_str()) == outcome),
        key: text("key"),
        text: text("text"),
        before: given.whole("before"),
        after: given.whole("after"),
    }
}

/// The disturbances that wait, as texts.
fn waiting(shared: &Shared) -> Value {
    let queue = locked(&shared.disturbances);
    queue.waiting().iter().map(|waiting| waiting.disturbance.to_string()).collect()
}

/// A number that the action needs.
fn number(given: &Given, name: &str) -> Decimal {
    given.decimal(name).unwrap_or_default()
}

impl Action {
    /// Whether `ongoing sandbox` has it as a command by its name. The others are for programs and the page; `ongoing sandbox
    /// log`, `show` and `state` show what they give.
    pub fn is_command(&self) -> bool {
        !matches!(self.name, "log" | "state" | "exchanges" | "exchange" | "about" | "actions" | "now")
    }

    /// The action of this name.
    pub(crate) fn find(name: &str) -> Option<&'static Action> {
        ACTIONS.iter().find(|action| action.name == name)
    }

    /// Does it. What changes something is kept among the exchanges.
    pub(crate) fn run(&self, shared: &Shared, body: &Value, caller: &str) -> Result<Value, ActionError> {
        let given = Given::read(self.name, self.arguments, body).map_err(ActionError::Arguments)?;
        // The page takes one before each piece of work: that is no news.
        let is_page_s_own = self.name == "snapshot" && given.text("name") == Some(UNDO);
        if self.only_reads || is_page_s_own {
            return self.carry_out(shared, &given);
        }
        match several::asked(self.name, self.arguments, &given, shared)? {
            Some(keys) => {
                Ok(several::each(self.arguments, keys, body, |body| self.run(shared, body, caller)))
            }
            None => shared.remember(self.name, body, caller, || {
                let result = self.carry_out(shared, &given)?;
                Ok((result.clone(), result))
            }),
        }
    }

    fn carry_out(&self, shared: &Shared, given: &Given) -> Result<Value, ActionError> {
        match self.run {
            Run::Sandbox(run) => run(shared, given),
            Run::Floor(run) => {
                let work = |desk: &Desk<'_>| {
                    if let Some(code) = given.text("goodsOwner") {
                        find::serve(desk, code)?;
                    }
                    run(desk, given)
                };
                Ok(match self.only_reads {
                    true => shared.warehouse.store.read(work)?,
                    false => shared.warehouse.transaction(work)?,
                })
            }
        }
    }

    /// Whether it is the list in which another argument can be given several times.
    pub fn is_list_of_several(&self, argument: &Argument) -> bool {
        self.arguments.iter().any(|other| other.several == Some(argument.name))
    }

    /// Kind of the things that the action works on, and the argument that names one.
    fn works_on(&self) -> Option<(&'static str, &'static str)> {
        let tables = [
            ("inOrder", "in-orders"),
            ("order", "orders"),
            ("orders", "orders"),
            ("returnOrder", "return-orders"),
            ("article", "articles"),
            ("productionOrder", "production-orders"),
            ("goodsOperationOrder", "goods-operation-orders"),
            ("transfer", "transfers"),
        ];
        let first = self.arguments.first().filter(|_| !self.only_reads && self.name != "transfer")?;
        tables.iter().find(|(argument, _)| *argument == first.name).copied()
    }

    /// The action and its arguments, for those who have only HTTP.
    fn describe(&self) -> Value {
        let on = self.works_on();
        // Several things are the page's own matter: it does them one by one.
        let is_own = |argument: &&Argument| argument.name != ALL.name && !self.is_list_of_several(argument);
        let arguments: Vec<Value> = self
            .arguments
            .iter()
            .filter(is_own)
            .map(|argument| {
                let choices = argument.choices.iter();
                json!({
                    "name": argument.name,
                    "doc": argument.doc,
                    "kind": argument.kind.name(),
                    "required": argument.required,
                    "several": argument.several,
                    "rowKey": on.is_some_and(|(key, _)| key == argument.name),
                    "choices": choices
                        .map(|choice| json!({ "name": choice.name, "doc": choice.doc }))
                        .collect::<Vec<_>>(),
                })
            })
            .collect();
        json!({
            "name": self.name,
            "doc": self.doc,
            "onlyReads": self.only_reads,
            "table": on.map(|(_, table)| table),
            "arguments": arguments,
        })
    }
}
