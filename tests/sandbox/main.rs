//! The sandbox warehouse, over real HTTP and with the real client.
// The client is that of our own contract, as the sandbox is.
#![cfg(all(feature = "sandbox", own_contract))]

mod admin;
mod article;
mod auto;
mod by_hand;
mod control;
mod count;
mod disturbance;
mod event;
mod exchanges;
mod file;
mod in_order;
mod invariants;
mod invoice;
mod length;
mod list;
mod login;
mod open;
mod order;
mod order_query;
mod pages;
mod parallel;
mod passed_over;
mod production;
mod refusals;
mod report;
mod return_order;
mod rules;
mod schema;
mod seed;
mod shipment;
mod slow_request;
mod snapshots;
mod soap;
mod staff_work;
mod stock;
mod story;
mod tables;
mod tls;
mod transfer;

use ongoing_wms::api::*;
use ongoing_wms::sandbox::{Sandbox, StateRow};
use ongoing_wms::{Client, Decimal, Error, RetryPolicy};

/// A warehouse and a client of it.
fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().expect("the sandbox starts");
    let client = client(&sandbox);
    (sandbox, client)
}

/// A client that takes nothing but what the contract says, and never tries again.
fn client(sandbox: &Sandbox) -> Client {
    Client::builder(sandbox.url())
        .credentials(sandbox.credentials())
        .strict(true)
        .retry(RetryPolicy::never())
        .build()
        .expect("a client")
}

/// What a refusal says.
#[track_caller]
fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Refused(refused)) => refused.message().to_owned(),
        other => panic!("no refusal: {other:?}"),
    }
}

/// Code and reason of a fault.
#[track_caller]
fn fault<T: std::fmt::Debug>(result: Result<T, Error>) -> (String, String) {
    match result {
        Err(Error::Fault(fault)) => (fault.fault().code.clone(), fault.fault().reason.clone()),
        other => panic!("no fault: {other:?}"),
    }
}

fn article(number: &str) -> ArticleDefinition {
    ArticleDefinition {
        article_number: Some(number.into()),
        article_name: Some(format!("Article {number}")),
        ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
    }
}

fn in_order(number: &str, lines: &[(&str, i32)]) -> InOrder {
    let line = |(article, items): &(&str, i32)| InOrderLine {
        article_number: Some((*article).into()),
        ..InOrderLine::new(
            OrderLineIdentificationType::ArticleNumber,
            ArticleIdentificationType::ArticleNumber,
            Decimal::from(*items),
        )
    };
    InOrder {
        in_order_info: Some(InOrderInfoClass {
            goods_owner_order_number: Some(number.into()),
            ..InOrderInfoClass::new(
                InOrderIdentificationType::GoodsOwnerOrderNumber,
                InOrderOperation::CreateOrUpdate,
            )
        }),
        in_order_lines: Some(lines.iter().map(line).collect()),
        ..InOrder::default()
    }
}

fn order_line(article: &str, items: i32) -> CustomerOrderLine {
    CustomerOrderLine {
        article_number: Some(article.into()),
        ..CustomerOrderLine::new(
            OrderLineIdentificationType::ArticleNumber,
            ArticleIdentificationType::ArticleNumber,
            Decimal::from(items),
        )
    }
}

fn coded_line(code: &str, article: &str, items: i32) -> CustomerOrderLine {
    CustomerOrderLine {
        external_order_line_code: Some(code.into()),
        order_line_identification: OrderLineIdentificationType::ExternalOrderLineCode,
        ..order_line(article, items)
    }
}

fn order_info(number: &str, operation: OrderOperation) -> OrderInfoClass {
    OrderInfoClass {
        goods_owner_order_number: Some(number.into()),
        ..OrderInfoClass::new(OrderIdentificationType::GoodsOwnerOrderNumber, operation)
    }
}

fn order(number: &str, lines: &[(&str, i32)]) -> CustomerOrder {
    CustomerOrder {
        order_info: Some(order_info(number, OrderOperation::CreateOrUpdate)),
        customer: Some(Customer {
            customer_number: Some("C-1".into()),
            name: Some("Anna Andersson".into()),
            address: Some("Storgatan 1".into()),
            post_code: Some("11122".into()),
            city: Some("Stockholm".into()),
            country_code: Some("SE".into()),
            ..Customer::new(CustomerOperation::CreateOrUpdate, CustomerIdentificationType::CustomerNumber)
        }),
        customer_order_lines: Some(
            lines.iter().map(|(article, items)| order_line(article, *items)).collect(),
        ),
        ..CustomerOrder::default()
    }
}

/// Articles in stock: announced and received.
fn stock(sandbox: &Sandbox, client: &Client, articles: &[(&str, i32)]) {
    for (number, _) in articles {
        client.process_article(article(number)).unwrap();
    }
    let number = format!("STOCK-{}", articles[0].0);
    client.process_in_order(in_order(&number, articles)).unwrap();
    sandbox.receive(&number).unwrap();
}

/// All that the warehouse holds, by tables.
fn whole(sandbox: &Sandbox) -> Vec<(&'static str, Vec<StateRow>)> {
    let tables = sandbox.tables().unwrap();
    tables.iter().map(|table| (table.name, sandbox.rows(table.name).unwrap())).collect()
}

/// Quantities of an article: physical, booked, allocated, sellable, to receive, picked to be collected.
fn quantities(client: &Client, number: &str) -> [i32; 6] {
    let query = GetInventoryQuery {
        article_numbers_to_get: Some(vec![number.into()]),
        ..GetInventoryQuery::default()
    };
    let lines = client.get_inventory_by_query(query).unwrap().inventory_lines.unwrap();
    let [line] = lines.as_slice() else { panic!("{} lines", lines.len()) };
    let whole = |number: Decimal| i32::try_from(number).unwrap();
    assert_eq!(whole(line.number_of_items_decimal), line.number_of_items);
    assert_eq!(whole(line.number_of_booked_items_decimal), line.number_of_booked_items);
    [
        line.number_of_items,
        line.number_of_booked_items,
        whole(line.allocated_number_of_items.unwrap()),
        whole(line.sellable_number_of_items),
        whole(line.to_receive_number_of_items),
        whole(line.picked_to_be_collected_number_of_items),
    ]
}

/// The one order of this number.
fn read_order(client: &Client, number: &str) -> Order {
    client.get_order_by_order_number(number.to_owned()).unwrap().expect("an order")
}

/// Status of the order of this number.
fn status(client: &Client, number: &str) -> i32 {
    read_order(client, number).order_info.unwrap().order_status_number
}

/// An operation that blocks four items of an article.
fn goods_operation(number: &str, article: &str) -> GoodsOperationOrder {
    let operation = GoodsOperationOrderLineArticleItemStatusIdentificationOperation::CreateOrUpdate;
    status_change(number, article, 4, "BLOCKED", operation)
}

/// An operation that gives items of an article the status with a code.
fn status_change(
    number: &str,
    article: &str,
    items: i32,
    code: &str,
    operation: GoodsOperationOrderLineArticleItemStatusIdentificationOperation,
) -> GoodsOperationOrder {
    use GoodsOperationOrderLineArticleItemStatus as Status;
    let to = Status {
        article_item_status_code: Some(code.into()),
        ..Status::new(
            GoodsOperationOrderLineArticleItemStatusIdentificationType::ArticleItemStatusCode,
            operation,
        )
    };
    let line = GoodsOperationOrderLine {
        goods_operation_order_line_number: Some("1".into()),
        article_number: Some(article.into()),
        to_article_item_status: Some(to),
        ..GoodsOperationOrderLine::new(
            GoodsOperationOrderLineIdentificationType::GoodsOperationOrderLineNumber,
            GoodsOperationOrderLineOperationType::CreateOrUpdate,
            GoodsOperationOrderLineArticleIdentificationType::ArticleNumber,
            GoodsOperationOrderLineArticleOperationType::Find,
            items.into(),
        )
    };
    GoodsOperationOrder {
        goods_operation_order_number: Some(number.into()),
        goods_operation_order_lines: Some(vec![line]),
        ..GoodsOperationOrder::new(GoodsOperationOrderIdentificationType::GoodsOperationOrderNumber)
    }
}
