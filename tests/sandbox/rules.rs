//! Requests and work that do not make sense, and what two requests mean together.

use ongoing_wms::Decimal;
use ongoing_wms::api::*;
use ongoing_wms::sandbox::{Sandbox, WorkError};

use crate::{
    article, coded_line, in_order, order, order_info, order_line, quantities, read_order, refusal, start,
    stock,
};

fn with_lines(lines: Vec<CustomerOrderLine>) -> CustomerOrder {
    CustomerOrder { customer_order_lines: Some(lines), ..order("O", &[]) }
}

fn returned(order: &str, items: i32) -> ReturnOrder {
    ReturnOrder {
        customer_order_number: Some(order.into()),
        return_order_number: Some("R".into()),
        return_order_lines: Some(vec![ReturnOrderLine {
            article_number: Some("A".into()),
            ..ReturnOrderLine::new(ReturnOrderLineIdentificationType::ArticleNumber, items.into())
        }]),
        ..ReturnOrder::new(
            ReturnCustomerOrderIdentificationType::OrderNumber,
            ReturnOrderIdentificationType::ReturnOrderNumber,
        )
    }
}

#[test]
fn nothing_and_less_cannot_be_moved() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 5)]);
    client.process_in_order(in_order("I", &[("A", 3)])).unwrap();
    client.process_order(order("O", &[("A", 2)])).unwrap();
    for items in [Decimal::ZERO, Decimal::from(-2), Decimal::MAX] {
        let refused = WorkError::Rule(format!("{items} of line \"A\" cannot be moved"));
        assert_eq!(sandbox.receive_lines("I", &[("A", items)]), Err(refused.clone()));
        assert_eq!(sandbox.pick_lines("O", &[("A", items)]), Err(refused));
    }
    assert_eq!(quantities(&client, "A"), [5, 2, 0, 3, 3, 0]);
}

#[test]
fn numbers_that_cannot_be() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 5)]);
    let line = CustomerOrderLine { number_of_items: Decimal::MAX, ..order_line("A", 1) };
    let says = refusal(client.process_order(with_lines(vec![line])));
    assert_eq!(says, format!("NumberOfItems is {}, but cannot be above 1000000000", Decimal::MAX));
    let kit = CustomerOrderLine {
        sub_order_line_specification: Some(SubOrderLineSpecificationType::RequestSpecification),
        sub_order_lines: Some(vec![SubOrderLine { customer_order_line: Some(order_line("A", -1)) }]),
        ..order_line("A", 1)
    };
    let says = refusal(client.process_order(with_lines(vec![kit])));
    assert_eq!(says, "NumberOfItems is -1, but cannot be negative");
    client.process_order(order("O", &[("A", 1)])).unwrap();
    let says = refusal(client.process_return_order(returned("O", -1)));
    assert_eq!(says, "ToBeReturnedNumberOfItems is -1, but cannot be negative");
}

#[test]
fn a_line_is_not_taken_twice() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9), ("B", 9)]);
    client.process_order(with_lines(vec![coded_line("1", "A", 1)])).unwrap();
    // Line 1 becomes one of B, so the one of A is new, in whatever order they come.
    for lines in
        [vec![coded_line("1", "B", 2), order_line("A", 3)], vec![order_line("B", 4), coded_line("1", "A", 5)]]
    {
        client.process_order(with_lines(lines.clone())).unwrap();
        let there = read_order(&client, "O").picked_order_lines.unwrap();
        let of = |article: Option<&str>, items| (article.map(str::to_owned), items);
        let there: Vec<_> = there
            .iter()
            .map(|line| {
                of(line.article.as_ref().unwrap().article_number.as_deref(), line.ordered_number_of_items)
            })
            .collect();
        let asked: Vec<_> =
            lines.iter().map(|line| of(line.article_number.as_deref(), line.number_of_items)).collect();
        assert_eq!(there, asked);
    }
}

#[test]
fn a_report_is_of_the_order_that_the_number_means() {
    let (_sandbox, client) = start();
    let make = |operation| CustomerOrder {
        order_info: Some(order_info("O", operation)),
        ..CustomerOrder::default()
    };
    let first = client.process_order(make(OrderOperation::Create)).unwrap().order_id;
    client.process_order(make(OrderOperation::Create)).unwrap();
    client.process_order(make(OrderOperation::Remove)).unwrap();
    assert_eq!(read_order(&client, "O").order_info.unwrap().order_id, first);
    assert_eq!(client.get_order_status_report("O").unwrap().unwrap().order_id, first);
}

#[test]
fn lines_of_returns_stay_with_their_order() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9), ("B", 9)]);
    client.process_order(order("O", &[("A", 1)])).unwrap();
    client.process_order(order("P", &[("A", 1)])).unwrap();
    client.process_return_order(returned("O", 1)).unwrap();
    let says = refusal(client.process_order(order("O", &[("B", 1)])));
    assert_eq!(says, "A line of the order is to be returned, and cannot be removed");
    let other = ReturnOrder { return_order_lines: None, ..returned("P", 1) };
    client.process_return_order(other).unwrap();
    let returns = client.get_return_orders_by_query(GetReturnOrdersQuery::default()).unwrap().return_orders;
    let [one] = &returns.unwrap()[..] else { panic!("one return") };
    assert_eq!(one.order_number.as_deref(), Some("P"));
    assert_eq!(one.return_order_lines.as_ref().unwrap().len(), 0);
    client.process_order(order("O", &[("B", 1)])).unwrap();
}

#[test]
fn a_transfer_is_of_one_owner() {
    let sandbox = Sandbox::builder().goods_owner("ONE", 1).goods_owner("TWO", 2).start().unwrap();
    let one = crate::client(&sandbox);
    let two = sandbox.credentials().goods_owner_code("TWO").goods_owner_id(2);
    let two = ongoing_wms::Client::builder(sandbox.url()).credentials(two).build().unwrap();
    one.process_article(article("A")).unwrap();
    two.process_article(article("B")).unwrap();
    let both = [("A", 1.into()), ("B", 1.into())];
    let refused = WorkError::Rule("article \"B\" belongs to another goods owner".into());
    assert_eq!(sandbox.transfer("T", "REF", "SIDE", &both), Err(refused));
}
