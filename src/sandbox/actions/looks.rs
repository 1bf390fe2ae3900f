//! Queries of the warehouse and its exchanges.

use serde_json::json;

use super::action::{Action, ActionRun};
use crate::sandbox::argument::ArgumentKind::{Flag, Text, Whole};
use crate::sandbox::argument::{Argument, Arguments, Choice};
use crate::sandbox::contract::OPERATIONS;
use crate::sandbox::exchanges::exchange::{ExchangeKind, ExchangeOutcome, LoggedRequest};
use crate::sandbox::exchanges::filter::ExchangeFilter;
use crate::sandbox::state::query::StateQuery;
use crate::sandbox::state::tables;
use crate::sandbox::work_error::WorkError;

const KIND: Argument = Argument::flag("kind", Text, "Only requests, or only work").one_of(&[
    Choice { name: "request", doc: "a request to the service" },
    Choice { name: "work", doc: "an action in the warehouse" },
]);
const OPERATION: Argument = Argument::flag("operation", Text, "Only those of this operation or action");
const OUTCOME: Argument = Argument::flag("outcome", Text, "Only those with this outcome").one_of(&[
    Choice { name: "running", doc: "it has not ended yet" },
    Choice { name: "done", doc: "carried out" },
    Choice { name: "refused", doc: "refused by a rule, because of the login, or on demand" },
    Choice { name: "fault", doc: "the sandbox failed" },
    Choice { name: "invalid", doc: "the request could not be read" },
    Choice { name: "disturbed", doc: "not carried out because of a disturbance" },
]);
const KEY: Argument =
    Argument::flag("key", Text, "Only those about the order, article .. with this number or id");
const SEARCHED_TEXT: Argument = Argument::flag("text", Text, "Only those that contain this text");

/// The looks.
pub(crate) static ACTIONS: &[Action] = &[
    Action {
        name: "state",
        doc: "Show a table of the warehouse, or list the tables",
        arguments: &[
            Argument::place(
                "table",
                Text,
                "Table: orders, in-orders, articles, items .. [default: list them]",
            )
            .optional(),
            Argument::flag("key", Text, "Only the row with this number or id"),
            Argument::flag("search", Text, "Only rows that contain this text"),
            Argument::flag("status", Text, "Only rows with this status, or in this range: 300-399"),
            Argument::flag("limit", Whole, "Maximum number of rows, newest first, up to 2000 [default: 50]"),
            Argument::flag("offset", Whole, "Number of rows to skip [default: 0]"),
            Argument::flag("lines", Flag, "Include the lines of each row"),
            Argument::flag("goodsOwner", Text, "Code of the goods owner to show [default: all]"),
        ],
        only_reads: true,
        run: ActionRun::Floor(|desk, given| match given.text("table") {
            None => match given.names().find(|name| *name != "goodsOwner") {
                None => tables::all(desk),
                Some(name) => Err(WorkError::Argument(format!("{name} requires a table"))),
            },
            Some(table) => {
                let query = StateQuery::given(table, given).map_err(WorkError::Argument)?;
                Ok(tables::find(table)?.page(desk, &query)?.to_json())
            }
        }),
    },
    Action {
        name: "log",
        doc: "List the last requests, oldest first, without passwords",
        arguments: &[Argument::flag("last", Whole, "Maximum number, up to 2000 [default: 100]")],
        only_reads: true,
        run: ActionRun::Sandbox(|shared, given| {
            let last = shared.history.find(&ExchangeFilter::requests(), last(given, 100)).last;
            let logged =
                last.iter().rev().map(|exchange| LoggedRequest::of(exchange, &shared.history.redactor));
            Ok(logged.map(|request| request.to_json()).collect())
        }),
    },
    Action {
        name: "exchanges",
        doc: "List the last requests and actions, newest first",
        arguments: &[
            Argument::flag("last", Whole, "Maximum number, up to 2000 [default: 100]"),
            Argument::flag("before", Whole, "Only those before this number"),
            Argument::flag("after", Whole, "Only those after this number"),
            KIND,
            OPERATION,
            OUTCOME,
            KEY,
            SEARCHED_TEXT,
        ],
        only_reads: true,
        run: ActionRun::Sandbox(|shared, given| {
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
        doc: "Show a request and its answer, or an action and its result",
        arguments: &[Argument::place("id", Whole, "Number of the exchange")],
        only_reads: true,
        run: ActionRun::Sandbox(|shared, given| {
            let id = given.whole("id").unwrap_or_default();
            let absent = || WorkError::Absent(format!("exchange {id} not found, or no longer kept"));
            Ok(shared.history.get(id).ok_or_else(absent)?.detail(&shared.history.redactor))
        }),
    },
    Action {
        name: "requests",
        doc: "Count and list the requests received, oldest first",
        arguments: &[
            OPERATION,
            KEY,
            OUTCOME,
            SEARCHED_TEXT,
            Argument::flag("after", Whole, "Only those after this number"),
            Argument::flag("last", Whole, "Maximum number to list, up to 2000 [default: 100]"),
        ],
        only_reads: true,
        run: ActionRun::Sandbox(|shared, given| {
            if let Some(name) = given.text("operation")
                && !OPERATIONS.iter().any(|known| known.name == name)
            {
                return Err(WorkError::Absent(format!("operation \"{name}\" not found")));
            }
            let requests = ExchangeFilter { kind: Some(ExchangeKind::Request), ..filter(given) };
            let found = shared.history.find(&requests, last(given, 100));
            let shown = found.last.iter().rev().map(|exchange| exchange.summary(&shared.history.redactor));
            Ok(json!({ "count": found.count, "requests": shown.collect::<Vec<_>>() }))
        }),
    },
];

/// The requested number.
fn last(given: &Arguments, default: usize) -> usize {
    given.whole("last").map_or(default, |last| usize::try_from(last).unwrap_or(usize::MAX))
}

fn filter(given: &Arguments) -> ExchangeFilter {
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
