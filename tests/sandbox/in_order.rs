//! In-orders: changed until they come, queried, reported.

use ongoing_wms::Decimal;
use ongoing_wms::api::*;

use crate::{article, in_order, quantities, refusal, start};

fn info(number: &str, operation: InOrderOperation) -> InOrder {
    InOrder {
        in_order_info: Some(InOrderInfoClass {
            goods_owner_order_number: Some(number.into()),
            ..InOrderInfoClass::new(InOrderIdentificationType::GoodsOwnerOrderNumber, operation)
        }),
        ..InOrder::default()
    }
}

#[test]
fn changed_and_removed_until_reception_begins() {
    let (sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    let id = client.process_in_order(in_order("IN", &[("A", 5)])).unwrap().in_order_id;
    assert_eq!(client.process_in_order(in_order("IN", &[("A", 8)])).unwrap().in_order_id, id);
    assert_eq!(quantities(&client, "A")[4], 8);
    client.process_in_order(info("IN", InOrderOperation::Remove)).unwrap();
    assert_eq!(quantities(&client, "A")[4], 0);
    assert_eq!(
        refusal(client.process_in_order(info("IN", InOrderOperation::Remove))),
        "In-order \"IN\" is cancelled"
    );
    assert_eq!(
        refusal(client.process_in_order(info("NO", InOrderOperation::Remove))),
        "The in-order was not found"
    );
    assert_ne!(client.process_in_order(in_order("IN", &[("A", 2)])).unwrap().in_order_id, id);
    sandbox.receive_lines("IN", &[("A", 1.into())]).unwrap();
    assert_eq!(
        refusal(client.process_in_order(in_order("IN", &[("A", 3)]))),
        "In-order \"IN\" can no longer be changed: reception has begun (status 300 Inbound)"
    );
    assert_eq!(
        refusal(client.process_in_order(in_order("X", &[("B", 3)]))),
        "Article \"B\" was not found by ArticleNumber"
    );
}

#[test]
fn read_by_its_filters_and_reported() {
    let (sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    for number in ["I1", "I2", "I3"] {
        client.process_in_order(in_order(number, &[("A", 5)])).unwrap();
    }
    sandbox.receive("I2").unwrap();
    let numbers = |query: InOrderFilters| -> Vec<String> {
        let orders = client.get_in_orders_by_query(query).unwrap().in_orders.unwrap();
        orders
            .into_iter()
            .map(|order| order.in_order_info.unwrap().goods_owner_order_number.unwrap())
            .collect()
    };
    let all = InOrderFilters::default;
    let to_report = || InOrderSpecialFilters {
        only_with_in_order_lines_with_diffing_recevied_to_reported: true,
        ..InOrderSpecialFilters::default()
    };
    assert_eq!(numbers(InOrderFilters { in_order_status_from: Some(500), ..all() }), ["I2"]);
    assert_eq!(numbers(InOrderFilters { in_order_status_to: Some(499), ..all() }), ["I1", "I3"]);
    assert_eq!(
        numbers(InOrderFilters { max_in_orders_to_get: Some(1), in_order_id_from: Some(3), ..all() }),
        ["I3"]
    );
    assert_eq!(numbers(InOrderFilters { in_order_numbers_to_get: Some(vec!["I1".into()]), ..all() }), ["I1"]);
    assert_eq!(
        numbers(InOrderFilters { last_receive_time_from: "2020-01-01".parse().ok(), ..all() }),
        ["I2"]
    );
    assert_eq!(numbers(InOrderFilters { in_order_special_filters: Some(to_report()), ..all() }), ["I2"]);

    let orders =
        client.get_in_orders_by_query(InOrderFilters { in_order_ids_to_get: Some(vec![2]), ..all() });
    let order = orders.unwrap().in_orders.unwrap().remove(0);
    let line = &order.received_in_order_lines.unwrap()[0];
    assert_eq!(line.received_number_of_items, Decimal::from(5));
    assert_eq!(order.received_article_items.unwrap()[0].number_of_items, Decimal::from(5));
    let reported = UpdateInOrderLines {
        update_in_order_identification: Some(UpdateInOrderIdentification {
            goods_owner_order_number: Some("I2".into()),
            ..UpdateInOrderIdentification::new(UpdateInOrderIdentificationType::GoodsOwnerOrderNumber)
        }),
        in_order_lines: Some(vec![UpdateInOrderLine {
            update_in_order_line_identification: Some(UpdateInOrderLineIdentification {
                in_order_line_id: Some(line.in_order_line_id),
                ..UpdateInOrderLineIdentification::new(UpdateInOrderLineIdentificationType::InOrderLineId)
            }),
            update_reported_number_of_items: Some(UpdateInOrderLineReportedNumberOfItems {
                reported_number_of_items: Some(5.into()),
            }),
            ..UpdateInOrderLine::default()
        }]),
    };
    client.update_in_order_lines(reported).unwrap();
    assert!(numbers(InOrderFilters { in_order_special_filters: Some(to_report()), ..all() }).is_empty());
}

#[test]
fn statuses_are_listed_and_set() {
    let (_sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    client.process_in_order(in_order("IN", &[("A", 5)])).unwrap();
    let statuses = client.get_in_order_statuses().unwrap().in_order_statuses.unwrap();
    assert_eq!(
        statuses.iter().map(|status| status.in_order_status_id).collect::<Vec<_>>(),
        [100, 200, 300, 400, 500, 900]
    );
    let update = |status| UpdateInOrder {
        in_order_update_identification: Some(InOrderUpdateIdentification {
            goods_owner_order_number: Some("IN".into()),
            ..InOrderUpdateIdentification::new(InOrderUpdateIdentificationType::GoodsOwnerOrderNumber)
        }),
        update_in_order_status: Some(UpdateInOrderStatus::new(status)),
        ..UpdateInOrder::default()
    };
    client.update_in_order(update(200)).unwrap();
    let orders = client.get_in_orders_by_query(InOrderFilters::default()).unwrap().in_orders.unwrap();
    assert_eq!(orders[0].in_order_info.as_ref().unwrap().in_order_status_number, 200);
    assert_eq!(refusal(client.update_in_order(update(123))), "In-order status 123 does not exist");
}
