//! Returns: announced, refused in their answer's own list, taken back into stock.

use ongoing_wms::api::*;
use ongoing_wms::{Client, Error};

use crate::{order, quantities, read_order, start, status, stock};

fn returned(order: Option<&str>, article: &str, items: i32) -> ReturnOrder {
    ReturnOrder {
        customer_order_number: order.map(str::to_owned),
        return_order_number: Some("R-1".into()),
        return_order_lines: Some(vec![ReturnOrderLine {
            article_number: Some(article.into()),
            ..ReturnOrderLine::new(ReturnOrderLineIdentificationType::ArticleNumber, items.into())
        }]),
        ..ReturnOrder::new(
            ReturnCustomerOrderIdentificationType::OrderNumber,
            ReturnOrderIdentificationType::ReturnOrderNumber,
        )
    }
}

#[track_caller]
fn kinds(client: &Client, wanted: ReturnOrder) -> Vec<String> {
    match client.process_return_order(wanted) {
        Err(Error::Refused(refused)) => refused.kinds().to_vec(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn goods_come_back() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(order("O", &[("A", 3)])).unwrap();
    sandbox.pick("O").unwrap();
    sandbox.ship("O", "T").unwrap();
    let id = client.process_return_order(returned(Some("O"), "A", 2)).unwrap().return_order_id;
    assert_eq!(client.process_return_order(returned(Some("O"), "A", 3)).unwrap().return_order_id, id);
    sandbox.take_back("R-1").unwrap();
    assert_eq!(quantities(&client, "A"), [9, 0, 0, 9, 0, 0]);
    assert_eq!(status(&client, "O"), 800);
    let query = || GetReturnOrdersQuery {
        return_order_numbers_to_get: Some(vec!["R-1".into()]),
        goods_returned_from_date: "2020-01-01".parse().ok(),
        ..GetReturnOrdersQuery::default()
    };
    let orders = client.get_return_orders_by_query(query()).unwrap().return_orders.unwrap();
    assert_eq!(orders[0].order_number.as_deref(), Some("O"));
    let line = &orders[0].return_order_lines.as_ref().unwrap()[0];
    assert_eq!((line.picked_number_of_items, line.returned_number_of_items), (3.into(), 3.into()));
    let filter = OrderFilters { last_returned_from: "2020-01-01".parse().ok(), ..OrderFilters::default() };
    assert_eq!(client.get_orders_by_query(filter).unwrap().orders.unwrap().len(), 1);
    assert_eq!(kinds(&client, returned(Some("O"), "A", 1)), ["UnknownError"]);
}

#[test]
fn refusals_have_kinds() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(order("O", &[("A", 3)])).unwrap();
    assert_eq!(kinds(&client, returned(Some("X"), "A", 1)), ["OrderNotFound"]);
    assert_eq!(kinds(&client, returned(None, "A", 1)), ["OrderNumberNotSupplied"]);
    assert_eq!(kinds(&client, returned(Some("O"), "B", 1)), ["OrderRowNotFound"]);
    let mut caused = returned(Some("O"), "A", 1);
    caused.return_cause = Some(ReturnCause {
        return_cause_code: Some("BROKEN".into()),
        ..ReturnCause::new(ReturnCauseOperation::Find)
    });
    assert_eq!(kinds(&client, caused), ["ReturnCauseNotFound"]);
    let credentials = ongoing_wms::Credentials::new("demo", "guess").goods_owner_code("DEMO");
    let stranger = Client::builder(sandbox.url()).credentials(credentials).build().unwrap();
    assert_eq!(kinds(&stranger, returned(Some("O"), "A", 1)), ["LogonError"]);
    // Nothing was picked, so nothing can come back.
    client.process_return_order(returned(Some("O"), "A", 1)).unwrap();
    assert!(sandbox.take_back("R-1").is_err());
}

#[test]
fn what_came_back_is_reported() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(order("O", &[("A", 3)])).unwrap();
    sandbox.pick("O").unwrap();
    let line = || read_order(&client, "O").picked_order_lines.unwrap().remove(0);
    let report = |number: &str| {
        let count = UpdateOrderLineReportedReturnedNumberOfItems {
            reported_returned_number_of_items: number.parse().ok(),
        };
        let change = UpdateOrderLine {
            update_order_line_identification: Some(UpdateOrderLineIdentification {
                order_line_id: Some(line().order_line_system_id),
                ..UpdateOrderLineIdentification::new(UpdateOrderLineIdentificationType::OrderLineId)
            }),
            update_order_line_reported_returned_number_of_items: Some(count),
            ..UpdateOrderLine::default()
        };
        let named = UpdateOrderIdentification {
            goods_owner_order_number: Some("O".into()),
            ..UpdateOrderIdentification::new(UpdateOrderIdentificationType::GoodsOwnerOrderNumber)
        };
        client.update_order_lines(UpdateOrderLines {
            update_order_identification: Some(named),
            order_lines: Some(vec![change]),
        })
    };
    let to_report = || {
        let special = OrderSpecialFilters {
            only_orders_with_order_lines_to_report_returned: Some(true),
            ..OrderSpecialFilters::default()
        };
        let query = OrderFilters { order_special_filters: Some(special), ..OrderFilters::default() };
        client.get_orders_by_query(query).unwrap().orders.unwrap().len()
    };
    assert_eq!((to_report(), line().returned_number_of_items), (0, 0.into()));
    client.process_return_order(returned(Some("O"), "A", 2)).unwrap();
    sandbox.take_back("R-1").unwrap();
    assert_eq!((to_report(), line().returned_number_of_items), (1, 2.into()));
    assert_eq!(line().reported_returned_number_of_items, None);
    report("1.5").unwrap();
    assert_eq!(to_report(), 1);
    report("2").unwrap();
    assert_eq!((to_report(), line().reported_returned_number_of_items), (0, Some(2.into())));
    assert_eq!(line().reported_number_of_items, None);
}
