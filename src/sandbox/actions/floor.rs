//! The work of the warehouse staff: receive, move, count, produce and ship goods.

use rust_decimal::Decimal;
use serde_json::json;

use super::action::{ALL, Action, ActionRun};
use super::staff;
use crate::sandbox::argument::ArgumentKind::{Decimal as Number, Lines, Text, Texts};
use crate::sandbox::argument::{Argument, Arguments};
use crate::sandbox::find::{GOODS_OPERATION, IN_ORDER, ORDER, PRODUCTION_ORDER, RETURN_ORDER, TRANSFER};
use crate::sandbox::stock::{count, goods_operation, movement, transfer};
use crate::sandbox::{inbound, invoices, production};

const IN_ORDER_NUMBER: Argument =
    Argument::place("inOrder", Text, "Number of the in-order, or its id").or_several("inOrders");
const IN_ORDERS: Argument = Argument::flag("inOrders", Texts, "Several of these");
const ORDERS: Argument = Argument::flag("orders", Texts, "Several of these");
const ORDER_NUMBER: Argument =
    Argument::place("order", Text, "Number of the order, or its id").or_several("orders");
const ARTICLE: Argument = Argument::place("article", Text, "Number of the article");
const NUMBER: Argument = Argument::place("number", Number, "Quantity");
const LINES: Argument = Argument::flag(
    "lines",
    Lines,
    "Line and quantity, by ExternalOrderLineCode or article [default: all that is left]",
);
const GOODS_OWNER: Argument =
    Argument::flag("goodsOwner", Text, "Code of the goods owner, if several have the number");

/// A number that the action requires.
fn number(given: &Arguments, name: &str) -> Decimal {
    given.decimal(name).unwrap_or_default()
}

/// The actions on the floor.
pub(crate) static ACTIONS: &[Action] = &[
    Action {
        name: "receive",
        doc: "Receive the goods of an in-order, also more than announced",
        arguments: &[IN_ORDER_NUMBER, LINES, GOODS_OWNER, IN_ORDERS, ALL],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let in_order = IN_ORDER.find(desk, given.needed("inOrder"))?;
            staff::receive(desk, &in_order, given.lines("lines").as_deref())?;
            IN_ORDER.shown(desk, in_order.id)
        }),
    },
    Action {
        name: "tag",
        doc: "Read tags on goods received on a line of an in-order",
        arguments: &[
            Argument::place("inOrder", Text, "Number of the in-order, or its id"),
            Argument::place("line", Text, "Its ExternalOrderLineCode or article"),
            Argument::place("tags", Texts, "The tags"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let in_order = IN_ORDER.find(desk, given.needed("inOrder"))?;
            staff::tag(desk, &in_order, given.needed("line"), &given.texts("tags"))?;
            IN_ORDER.shown(desk, in_order.id)
        }),
    },
    Action {
        name: "allocate",
        doc: "Allocate goods to an order: status 320",
        arguments: &[ORDER_NUMBER, GOODS_OWNER, ORDERS, ALL],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
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
        run: ActionRun::Floor(|desk, given| {
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
            Argument::flag("tracking", Text, "Tracking number [default: made from the order's id]"),
            GOODS_OWNER,
            ORDERS,
            ALL,
        ],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
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
        doc: "Mark a picked or sent order as collected: status 500",
        arguments: &[ORDER_NUMBER, GOODS_OWNER, ORDERS, ALL],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let order = ORDER.find(desk, given.needed("order"))?;
            staff::collect(desk, &order)?;
            ORDER.shown(desk, order.id)
        }),
    },
    Action {
        name: "return",
        doc: "Receive the goods of a return into stock",
        arguments: &[
            Argument::place("returnOrder", Text, "Number of the return, or its id")
                .or_several("returnOrders"),
            GOODS_OWNER,
            Argument::flag("returnOrders", Texts, "Several of these"),
            ALL,
        ],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let return_order = RETURN_ORDER.find(desk, given.needed("returnOrder"))?;
            inbound::receive_return::take_back(desk, &return_order)?;
            RETURN_ORDER.shown(desk, return_order.id)
        }),
    },
    Action {
        name: "count",
        doc: "Count an article and book the difference",
        arguments: &[
            ARTICLE,
            NUMBER,
            Argument::flag("cause", Text, "Cause of a difference [default: stock-taking]"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let cause = given.text("cause").unwrap_or("stock-taking");
            let inventory = count::count(desk, given.needed("article"), number(given, "number"), cause)?;
            Ok(json!({ "inventoryId": inventory }))
        }),
    },
    Action {
        name: "move",
        doc: "Move goods that are not allocated to another location",
        arguments: &[ARTICLE, NUMBER, Argument::place("location", Text, "The location"), GOODS_OWNER],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let location = given.needed("location");
            movement::carry(desk, given.needed("article"), number(given, "number"), location)?;
            Ok(json!({ "article": given.needed("article"), "location": location }))
        }),
    },
    Action {
        name: "produce",
        doc: "Produce what is left of a production order, or a quantity, also more than ordered",
        arguments: &[
            Argument::place("productionOrder", Text, "Number of the production order, or its id")
                .or_several("productionOrders"),
            Argument::flag("lines", Lines, "Line and quantity, by number or article [default: all]"),
            GOODS_OWNER,
            Argument::flag("productionOrders", Texts, "Several of these"),
            ALL,
        ],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let order = PRODUCTION_ORDER.find(desk, given.needed("productionOrder"))?;
            production::work::produce(desk, &order, given.lines("lines").as_deref())?;
            PRODUCTION_ORDER.shown(desk, order.id)
        }),
    },
    Action {
        name: "carry-out",
        doc: "Carry out a goods operation order, which changes the status of its goods",
        arguments: &[
            Argument::place("goodsOperationOrder", Text, "Number of the goods operation order, or its id")
                .or_several("goodsOperationOrders"),
            GOODS_OWNER,
            Argument::flag("goodsOperationOrders", Texts, "Several of these"),
            ALL,
        ],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let order = GOODS_OPERATION.find(desk, given.needed("goodsOperationOrder"))?;
            goods_operation::carry_out(desk, &order)?;
            GOODS_OPERATION.shown(desk, order.id)
        }),
    },
    Action {
        name: "transfer",
        doc: "Plan a transfer from the warehouse MAIN to another one",
        arguments: &[
            Argument::place("transfer", Text, "Number for the transfer"),
            Argument::flag("lines", Lines, "Article and quantity").required(),
            Argument::flag("to", Text, "Code of the warehouse [default: SIDE, the only other one]"),
            Argument::flag("reference", Text, "Reference number [default: none]"),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let (to, reference) = (given.text("to").unwrap_or("SIDE"), given.text("reference"));
            let lines = given.lines("lines").unwrap_or_default();
            let number = given.needed("transfer");
            let id = transfer::plan(desk, number, reference.unwrap_or_default(), to, &lines)?;
            TRANSFER.shown(desk, id)
        }),
    },
    Action {
        name: "deliver-transfer",
        doc: "Move the goods of a planned transfer to their warehouse",
        arguments: &[Argument::place("transfer", Text, "Number of the transfer, or its id"), GOODS_OWNER],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let transfer = TRANSFER.find(desk, given.needed("transfer"))?;
            transfer::deliver(desk, &transfer)?;
            TRANSFER.shown(desk, transfer.id)
        }),
    },
    Action {
        name: "invoice",
        doc: "Invoice the handling of orders, at a price for each picked item",
        arguments: &[
            Argument::place("orders", Texts, "Numbers of the orders, or their ids"),
            Argument::flag("price", Number, "Price of an item").required(),
            GOODS_OWNER,
        ],
        only_reads: false,
        run: ActionRun::Floor(|desk, given| {
            let invoice = invoices::make(desk, &given.texts("orders"), number(given, "price"))?;
            Ok(json!({ "invoiceId": invoice }))
        }),
    },
];
