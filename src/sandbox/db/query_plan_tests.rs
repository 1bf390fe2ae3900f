//! Tests of how queries find their rows: what names an order, an article or a customer must not look at all of them.

use std::cell::RefCell;

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::schema;
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::desk::{Desk, WarehouseSettings};
use crate::sandbox::inbound::{in_order, return_order};
use crate::sandbox::orders::{order, transporter};
use crate::sandbox::refused::Refused;
use crate::sandbox::{actions, files, find, inbound, orders, stock};

/// Tables whose rows grow in number with what happens in the warehouse.
const GROWING: [&str; 19] = [
    "customer_order",
    "order_line",
    "line",
    "part",
    "parent",
    "article",
    "article_item",
    "article_part",
    "in_order",
    "in_order_line",
    "pick",
    "allocation",
    "customer",
    "file",
    "tracking",
    "return_order",
    "return_order_line",
    "stock_level",
    "inventory_change",
];

thread_local! {
    static STATEMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn warehouse() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.pragma_update(None, "foreign_keys", true).unwrap();
    schema::bring_up(&db).unwrap();
    db.execute("INSERT INTO goods_owner (id, code) VALUES (1, 'DEMO')", []).unwrap();
    transporter::seed(&db, 1).unwrap();
    db
}

/// Works, and says how the database found what it was asked for.
fn watched<T, E: std::fmt::Debug>(
    db: &mut Connection,
    work: impl FnOnce(&Desk<'_>) -> Result<T, E>,
) -> Vec<(String, Vec<String>)> {
    let note = |event: TraceEvent<'_>| {
        // Statements of triggers come as comments.
        if let TraceEvent::Stmt(_, sql) = event
            && !sql.starts_with("--")
        {
            STATEMENTS.with_borrow_mut(|statements| statements.push(sql.to_owned()));
        }
    };
    db.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note)).unwrap();
    let desk = Desk::new(db, WarehouseSettings::default(), crate::sandbox::db::sql_value::now());
    desk.serve(Some("DEMO"), None).unwrap();
    work(&desk).unwrap();
    db.trace_v2(TraceEventCodes::empty(), None::<fn(TraceEvent<'_>)>).unwrap();
    STATEMENTS.take().into_iter().map(|sql| (plan(db, &sql), sql)).map(|(plan, sql)| (sql, plan)).collect()
}

fn plan(db: &Connection, sql: &str) -> Vec<String> {
    let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut plan = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        plan.push(row.get(3).unwrap());
    }
    plan
}

/// Works, and fails where a table that grows was read from end to end.
#[track_caller]
fn finds<T, E: std::fmt::Debug>(db: &mut Connection, work: impl FnOnce(&Desk<'_>) -> Result<T, E>) {
    let statements = watched(db, work);
    assert!(!statements.is_empty());
    // The plan of a plain INSERT contains checks of keys that run only if others failed before.
    for (sql, plan) in statements.into_iter().filter(|(sql, _)| !sql.contains("VALUES")) {
        let scan = plan.iter().find(|step| {
            let mut words = step.split(' ');
            let (how, table) = (words.next(), words.next().unwrap_or_default());
            // All rows of a goods owner, or all after a certain one, may be the whole table.
            let all = how == Some("SCAN") || step.ends_with("(owner=?)") || step.ends_with("(rowid>?)");
            all && GROWING.contains(&table)
        });
        assert_eq!(scan, None, "in\n{sql}\nwith the plan\n{}", plan.join("\n"));
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn saved_article(desk: &Desk<'_>) -> Result<i32, Refused> {
    let definition = ArticleDefinition {
        article_number: text("A"),
        ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
    };
    article::save(desk, &definition, 0)
}

fn announced(desk: &Desk<'_>) -> Result<FileResultClass, Refused> {
    use InOrderIdentificationType as By;
    let line = InOrderLine {
        article_number: text("A"),
        ..InOrderLine::new(
            OrderLineIdentificationType::ArticleNumber,
            ArticleIdentificationType::ArticleNumber,
            9.into(),
        )
    };
    let info = InOrderInfoClass {
        goods_owner_order_number: text("I"),
        ..InOrderInfoClass::new(By::GoodsOwnerOrderNumber, InOrderOperation::CreateOrUpdate)
    };
    let order = InOrder { in_order_info: Some(info), in_order_lines: Some(vec![line]), ..InOrder::default() };
    in_order::process(desk, ProcessInOrder { co: Some(order) })
}

fn ordered(
    desk: &Desk<'_>,
    operation: OrderOperation,
    by: CustomerIdentificationType,
) -> Result<FileResultClass, Refused> {
    let line = CustomerOrderLine {
        article_number: text("A"),
        ..CustomerOrderLine::new(
            OrderLineIdentificationType::ArticleNumber,
            ArticleIdentificationType::ArticleNumber,
            1.into(),
        )
    };
    let customer = Customer {
        customer_number: text("C"),
        external_customer_code: text("X"),
        name: text("Anna"),
        ..Customer::new(CustomerOperation::CreateOrUpdate, by)
    };
    let info = OrderInfoClass {
        goods_owner_order_number: text("O"),
        ..OrderInfoClass::new(OrderIdentificationType::GoodsOwnerOrderNumber, operation)
    };
    let order = CustomerOrder {
        order_info: Some(info),
        customer: Some(customer),
        customer_order_lines: Some(vec![line]),
        ..CustomerOrder::default()
    };
    order::process(desk, ProcessOrder { co: Some(order) })
}

fn orders(query: OrderFilters) -> GetOrdersByQuery {
    GetOrdersByQuery { query: Some(query) }
}

#[test]
fn work_on_one_order_finds_it() {
    let mut db = warehouse();
    finds(&mut db, saved_article);
    finds(&mut db, announced);
    finds(&mut db, announced);
    finds(&mut db, |desk| actions::staff::receive(desk, &find::IN_ORDER.find(desk, "I")?, None));
    for by in CustomerIdentificationType::ALL {
        if *by != CustomerIdentificationType::SystemId {
            finds(&mut db, |desk| ordered(desk, OrderOperation::CreateOrUpdate, by.clone()));
        }
    }
    finds(&mut db, |desk| {
        let named = OrderUpdateIdentification {
            goods_owner_order_number: text("O"),
            ..OrderUpdateIdentification::new(OrderUpdateIdentificationType::GoodsOwnerOrderNumber)
        };
        let update = UpdateOrder {
            order_update_identification: Some(named),
            update_order_status: Some(UpdateOrderStatus::new(orders::status::RELEASED)),
            ..UpdateOrder::default()
        };
        orders::update::facts(desk, UpdateOrderRequest { update_order: Some(update) })
    });
    finds(&mut db, |desk| actions::staff::allocate(desk, &find::ORDER.find(desk, "O")?));
    finds(&mut db, |desk| ordered(desk, OrderOperation::Remove, CustomerIdentificationType::CustomerNumber));
    finds(&mut db, |desk| ordered(desk, OrderOperation::Create, CustomerIdentificationType::CustomerNumber));
    finds(&mut db, |desk| actions::staff::pick(desk, &find::ORDER.find(desk, "O")?, None));
    finds(&mut db, |desk| actions::staff::ship(desk, &find::ORDER.find(desk, "O")?, "T"));
    finds(&mut db, |desk| actions::staff::collect(desk, &find::ORDER.find(desk, "O")?));
}

#[test]
fn a_query_that_names_an_order_finds_it() {
    let mut db = warehouse();
    watched(&mut db, saved_article);
    watched(&mut db, |desk| {
        ordered(desk, OrderOperation::Create, CustomerIdentificationType::CustomerNumber)
    });
    let number = || Some(vec!["O".to_owned()]);
    for query in [
        OrderFilters { order_numbers_to_get: number(), ..OrderFilters::default() },
        OrderFilters {
            order_numbers_to_get: number(),
            order_status_from: Some(300),
            max_orders_to_get: Some(10),
            order_id_from: Some(1),
            ..OrderFilters::default()
        },
        OrderFilters { goods_owner_order_id_to_get: number(), ..OrderFilters::default() },
        OrderFilters { order_ids_to_get: Some(vec![1]), ..OrderFilters::default() },
        OrderFilters { reference_number: text("R"), ..OrderFilters::default() },
        OrderFilters {
            order_status_from: Some(300),
            order_status_to: Some(320),
            max_orders_to_get: Some(10),
            ..OrderFilters::default()
        },
        OrderFilters { last_updated_from: "2030-01-01".parse().ok(), ..OrderFilters::default() },
    ] {
        finds(&mut db, |desk| orders::query::by_query(desk, orders(query)));
    }
    finds(&mut db, |desk| orders::query::by_number(desk, GetOrderByOrderNumber { order_number: text("O") }));
    finds(&mut db, |desk| orders::query::by_id(desk, GetOrder { order_id: 1 }));
    finds(&mut db, |desk| {
        let request = GetOrderStatusReport { goods_owner_order_number: text("O") };
        orders::short_report::order(desk, request)
    });
    finds(&mut db, |desk| {
        let query = GetReturnOrdersQuery { customer_order_numbers_to_get: number(), ..Default::default() };
        let request = GetReturnOrdersByQuery { return_orders_query: Some(query) };
        return_order::by_query(desk, request)
    });
}

#[test]
fn a_query_that_names_an_article_or_announcement_finds_it() {
    let mut db = warehouse();
    watched(&mut db, saved_article);
    watched(&mut db, announced);
    watched(&mut db, |desk| {
        ordered(desk, OrderOperation::Create, CustomerIdentificationType::CustomerNumber)
    });
    let named = || Some(vec!["A".to_owned()]);
    for query in [
        GetInventoryQuery { article_numbers_to_get: named(), ..GetInventoryQuery::default() },
        GetInventoryQuery { product_codes_to_get: named(), ..GetInventoryQuery::default() },
        GetInventoryQuery { bar_codes_to_get: named(), ..GetInventoryQuery::default() },
    ] {
        finds(&mut db, |desk| {
            let request = GetInventoryByQuery { get_inventory_query: Some(query) };
            stock::query::by_query(desk, request)
        });
    }
    finds(&mut db, |desk| {
        let query = InOrderFilters {
            in_order_numbers_to_get: Some(vec!["I".to_owned()]),
            ..InOrderFilters::default()
        };
        inbound::query::by_query(desk, GetInOrdersByQuery { query: Some(query) })
    });
    for wanted in [
        FileSearchValues { order_number: text("O"), ..FileSearchValues::default() },
        FileSearchValues { article_no: text("A"), ..FileSearchValues::default() },
        FileSearchValues { order_id: Some(1), ..FileSearchValues::default() },
        FileSearchValues { in_order_id: Some(1), ..FileSearchValues::default() },
        FileSearchValues { shipment_id: Some(1), ..FileSearchValues::default() },
    ] {
        finds(&mut db, |desk| {
            let wanted = FileSearchValues { goods_owner_id: Some(1), ..wanted };
            files::list(desk, GetFileList { file_search_values: Some(wanted) })
        });
    }
}
