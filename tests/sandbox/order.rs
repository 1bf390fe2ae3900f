//! Orders: operations, identifications, lines, what comes too late.

use ongoing_wms::Decimal;
use ongoing_wms::api::*;
use ongoing_wms::sandbox::Sandbox;

use crate::{
    client, coded_line, in_order, order, order_info, order_line, quantities, read_order, refusal, start,
    status, stock,
};

fn only(info: OrderInfoClass) -> CustomerOrder {
    CustomerOrder { order_info: Some(info), ..CustomerOrder::default() }
}

fn with_lines(lines: Vec<CustomerOrderLine>) -> CustomerOrder {
    CustomerOrder { customer_order_lines: Some(lines), ..order("O", &[]) }
}

#[test]
fn each_operation_does_its_own() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    let operation = |operation| only(order_info("O", operation));
    assert_eq!(refusal(client.process_order(operation(OrderOperation::Update))), "Order \"O\" was not found");
    assert_eq!(refusal(client.process_order(operation(OrderOperation::Remove))), "Order \"O\" was not found");
    let first = client.process_order(order("O", &[("A", 1)])).unwrap().order_id;
    let same = |id| assert_eq!(id, first);
    same(client.process_order(operation(OrderOperation::CreateOrUpdate)).unwrap().order_id);
    same(client.process_order(operation(OrderOperation::Update)).unwrap().order_id);
    let second = client.process_order(operation(OrderOperation::Create)).unwrap().order_id;
    assert_ne!(second, first);
    assert_eq!(client.process_order(operation(OrderOperation::Remove)).unwrap().order_id, second);
    assert_eq!(quantities(&client, "A"), [9, 1, 0, 8, 0, 0]);
    assert_eq!(client.process_order(operation(OrderOperation::Remove)).unwrap().order_id, first);
    assert_eq!(quantities(&client, "A"), [9, 0, 0, 9, 0, 0]);
    assert_eq!(refusal(client.process_order(operation(OrderOperation::Update))), "Order \"O\" is cancelled");
    assert!(client.process_order(operation(OrderOperation::CreateOrUpdate)).unwrap().order_id > second);
}

#[test]
fn each_identification_finds_it() {
    let (_sandbox, client) = start();
    let full = |by, operation| OrderInfoClass {
        goods_owner_order_number: Some("O".into()),
        goods_owner_order_id: Some("ID".into()),
        reference_number: Some("REF".into()),
        ..OrderInfoClass::new(by, operation)
    };
    use OrderIdentificationType as By;
    let id =
        client.process_order(only(full(By::GoodsOwnerOrderNumber, OrderOperation::Create))).unwrap().order_id;
    for by in [By::GoodsOwnerOrderNumber, By::GoodsOwnerOrderId, By::ReferenceNumber, By::ExternalOrderCode] {
        assert_eq!(client.process_order(only(full(by, OrderOperation::Update))).unwrap().order_id, id);
    }
    let by_id =
        OrderInfoClass { order_id: Some(id), ..OrderInfoClass::new(By::SystemId, OrderOperation::Update) };
    assert_eq!(client.process_order(only(by_id)).unwrap().order_id, id);
    for (by, member) in [
        (By::GoodsOwnerOrderNumber, "GoodsOwnerOrderNumber"),
        (By::GoodsOwnerOrderId, "GoodsOwnerOrderId"),
        (By::ReferenceNumber, "ReferenceNumber"),
        (By::SystemId, "OrderId"),
    ] {
        let empty = only(OrderInfoClass::new(by, OrderOperation::CreateOrUpdate));
        assert_eq!(refusal(client.process_order(empty)), format!("{member} is missing"));
    }
}

#[test]
fn an_update_keeps_what_it_does_not_say() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    let mut first = order("O", &[("A", 2)]);
    first.order_info.as_mut().unwrap().order_remark = Some("Ring the bell".into());
    client.process_order(first).unwrap();
    let line = read_order(&client, "O").picked_order_lines.unwrap()[0].order_line_system_id;
    let info = OrderInfoClass {
        delivery_date: "2031-05-06".parse().unwrap(),
        ..order_info("O", OrderOperation::Update)
    };
    client.process_order(only(info)).unwrap();
    let read = read_order(&client, "O");
    let info = read.order_info.unwrap();
    assert_eq!(info.order_remark.as_deref(), Some("Ring the bell"));
    assert_eq!(info.delivery_date.to_string(), "2031-05-06T00:00:00");
    assert_eq!(read.consignee.unwrap().city.as_deref(), Some("Stockholm"));
    client.process_order(order("O", &[("A", 5)])).unwrap();
    let lines = read_order(&client, "O").picked_order_lines.unwrap();
    assert_eq!((lines[0].order_line_system_id, lines[0].ordered_number_of_items), (line, Decimal::from(5)));
}

#[test]
fn lines_and_doubles() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9), ("B", 9)]);
    let lines = || -> Vec<(Option<String>, String)> {
        let lines = read_order(&client, "O").picked_order_lines.unwrap();
        lines
            .into_iter()
            .map(|line| (line.external_order_line_code, line.ordered_number_of_items.to_string()))
            .collect()
    };
    // By article number the last line of an article counts.
    client
        .process_order(with_lines(vec![order_line("A", 1), order_line("B", 2), order_line("A", 3)]))
        .unwrap();
    assert_eq!(lines(), [(None, "3".into()), (None, "2".to_owned())]);
    // By code an article may be there twice; lines that are not named go.
    client.process_order(with_lines(vec![coded_line("1", "A", 1), coded_line("2", "A", 2)])).unwrap();
    assert_eq!(lines(), [(Some("1".into()), "1".into()), (Some("2".into()), "2".to_owned())]);
    assert_eq!(quantities(&client, "B")[1], 0);
    for (wrong, says) in [
        (
            vec![coded_line("1", "A", 1), coded_line("1", "B", 1)],
            "ExternalOrderLineCode \"1\" is on two lines of the order",
        ),
        (
            vec![coded_line("1", "A", 1), order_line("A", 1)],
            "Article \"A\" is on two lines of the order: give each an ExternalOrderLineCode",
        ),
        (vec![coded_line("", "A", 1)], "ExternalOrderLineCode is missing"),
        (vec![order_line("NONE", 1)], "Article \"NONE\" was not found by ArticleNumber"),
        (vec![order_line("A", -1)], "NumberOfItems is -1, but cannot be negative"),
    ] {
        assert_eq!(refusal(client.process_order(with_lines(wrong))), says);
    }
    assert_eq!(lines().len(), 2, "what is refused leaves no trace");
}

#[test]
fn doubles_are_summed_where_the_warehouse_does_that() {
    let sandbox = Sandbox::builder().sum_duplicate_lines(true).start().unwrap();
    let client = client(&sandbox);
    stock(&sandbox, &client, &[("A", 9), ("B", 9)]);
    client.process_in_order(in_order("IN", &[("A", 4), ("B", 1), ("A", 3)])).unwrap();
    assert_eq!([quantities(&client, "A")[4], quantities(&client, "B")[4]], [7, 1]);
    let lines = || vec![order_line("A", 1), order_line("B", 2), order_line("A", 3)];
    let ordered = || -> Vec<Decimal> {
        let lines = read_order(&client, "O").picked_order_lines.unwrap();
        lines.iter().map(|line| line.ordered_number_of_items).collect()
    };
    client.process_order(with_lines(lines())).unwrap();
    assert_eq!(ordered(), [4.into(), 2.into()]);
    client.process_order(with_lines(lines())).unwrap();
    assert_eq!(ordered(), [4.into(), 2.into()], "what the order had before is not added");
    assert_eq!(quantities(&client, "A")[1], 4);
    // What has a code is a line of its own.
    client.process_order(with_lines(vec![coded_line("1", "A", 1), coded_line("2", "A", 2)])).unwrap();
    assert_eq!(ordered(), [1.into(), 2.into()]);
    let most = CustomerOrderLine { number_of_items: 1_000_000_000.into(), ..order_line("A", 1) };
    let too_many = client.process_order(with_lines(vec![most, order_line("A", 1)]));
    assert_eq!(refusal(too_many), "NumberOfItems of article \"A\" is too large");
}

#[test]
fn too_late_once_picking_began() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(order("O", &[("A", 4)])).unwrap();
    sandbox.allocate("O").unwrap();
    client.process_order(order("O", &[("A", 3)])).unwrap();
    assert_eq!(status(&client, "O"), 300, "a change puts back what was set aside");
    assert_eq!(quantities(&client, "A"), [9, 3, 0, 6, 0, 0]);
    sandbox.pick_lines("O", &[("A", 1.into())]).unwrap();
    let late = "Order \"O\" can no longer be changed: picking has begun (status 320 Allocated)";
    assert_eq!(refusal(client.process_order(order("O", &[("A", 1)]))), late);
    assert_eq!(refusal(client.process_order(only(order_info("O", OrderOperation::Remove)))), late);
}

fn named(number: &str) -> Option<OrderUpdateIdentification> {
    Some(OrderUpdateIdentification {
        goods_owner_order_number: Some(number.into()),
        ..OrderUpdateIdentification::new(OrderUpdateIdentificationType::GoodsOwnerOrderNumber)
    })
}

#[test]
fn single_facts_change_at_any_time() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(order("O", &[("A", 4)])).unwrap();
    sandbox.allocate("O").unwrap();
    let status_to = |status| UpdateOrder {
        order_update_identification: named("O"),
        update_order_status: Some(UpdateOrderStatus::new(status)),
        ..UpdateOrder::default()
    };
    assert_eq!(
        refusal(client.update_order(status_to(450))),
        "The order cannot have the status 450: 4 items of it are allocated and not picked"
    );
    assert_eq!(refusal(client.update_order(status_to(7))), "Order status 7 does not exist");
    assert_eq!(
        refusal(client.update_order(status_to(1000))),
        "An order is cancelled by ProcessOrder with the operation Remove"
    );
    sandbox.pick("O").unwrap();
    client
        .update_order(UpdateOrder {
            order_update_identification: named("O"),
            update_order_status: Some(UpdateOrderStatus::new(450)),
            update_order_delivery_date: Some(UpdateOrderDeliveryDate::new("2031-05-06".parse().unwrap())),
            update_order_waybill: Some(UpdateOrderWaybill { waybill: Some("W".into()) }),
            update_order_transporter_order_number: Some(UpdateOrderTransporterOrderNumber {
                transporter_order_number: Some("T".into()),
            }),
            update_order_printed_time: Some(UpdateOrderPrintedTime::new(
                "2031-01-01T01:00:00".parse().unwrap(),
            )),
            update_order_shipped_time: Some(UpdateOrderShippedTime::new(
                "2031-01-01T02:00:00+01:00".parse().unwrap(),
            )),
            update_order_goods_owner_order_number: Some(UpdateOrderGoodsOwnerOrderNumber {
                goods_owner_order_number: Some("P".into()),
            }),
            ..UpdateOrder::default()
        })
        .unwrap();
    let info = read_order(&client, "P").order_info.unwrap();
    assert_eq!(info.order_status_number, 450);
    assert_eq!((info.way_bill.as_deref(), info.transporter_order_number.as_deref()), (Some("W"), Some("T")));
    assert_eq!(info.printed_time.to_string(), "2031-01-01T01:00:00.000");
    assert_eq!(info.shipped_time.to_string(), "2031-01-01T01:00:00.000");
    assert_eq!(refusal(client.update_order(status_to(300))), "Order \"O\" was not found");
}

#[test]
fn lines_are_reported_with_the_absolute_count() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(with_lines(vec![coded_line("1", "A", 4)])).unwrap();
    sandbox.pick_lines("O", &[("1", 3.into())]).unwrap();
    let to_report = || {
        let query = OrderFilters {
            order_special_filters: Some(OrderSpecialFilters {
                only_orders_with_order_lines_to_report: Some(true),
                ..OrderSpecialFilters::default()
            }),
            ..OrderFilters::default()
        };
        client.get_orders_by_query(query).unwrap().orders.unwrap().len()
    };
    let report = |number: i32, code: &str| UpdateOrderLines {
        update_order_identification: Some(UpdateOrderIdentification {
            goods_owner_order_number: Some("O".into()),
            ..UpdateOrderIdentification::new(UpdateOrderIdentificationType::GoodsOwnerOrderNumber)
        }),
        order_lines: Some(vec![UpdateOrderLine {
            update_order_line_identification: Some(UpdateOrderLineIdentification {
                external_order_line_code: Some(code.into()),
                ..UpdateOrderLineIdentification::new(UpdateOrderLineIdentificationType::ExternalOrderLineCode)
            }),
            update_reported_number_of_items: Some(UpdateOrderLineReportedNumberOfItems {
                reported_number_of_items: Some(number.into()),
            }),
            update_comment: Some(UpdateOrderLineComment { order_line_comment: Some("seen".into()) }),
            ..UpdateOrderLine::default()
        }]),
    };
    assert_eq!(to_report(), 1);
    client.update_order_lines(report(3, "1")).unwrap();
    assert_eq!(to_report(), 0);
    sandbox.pick("O").unwrap();
    assert_eq!(to_report(), 1);
    client.update_order_lines(report(4, "1")).unwrap();
    assert_eq!(to_report(), 0);
    let line = &read_order(&client, "O").picked_order_lines.unwrap()[0];
    assert_eq!(
        (line.reported_number_of_items, line.order_line_comment.as_deref()),
        (Some(4.into()), Some("seen"))
    );
    assert_eq!(refusal(client.update_order_lines(report(4, "2"))), "The order has no line \"2\"");
}

#[test]
fn customers_and_transporters_are_found() {
    let (_sandbox, client) = start();
    let contracts = client.get_transporter_contracts().unwrap().transporter_contracts.unwrap();
    let wanted = |code: &str, service: &str| TransporterContractClass {
        transporter_code: Some(code.into()),
        transporter_service_code: Some(service.into()),
        ..TransporterContractClass::new(
            TransporterContractIdentificationType::CodeAndServiceCode,
            TransporterContractOperation::Find,
            TransportPaymentType::Prepaid,
        )
    };
    let first = contracts[0].clone();
    let known = wanted(&first.transporter_code.unwrap(), &first.transporter_service_code.unwrap());
    client
        .process_order(CustomerOrder { transporter_contract: Some(known.clone()), ..order("O", &[]) })
        .unwrap();
    assert_eq!(read_order(&client, "O").transporter.unwrap().code, known.transporter_code);
    let unknown = CustomerOrder { transporter_contract: Some(wanted("X", "Y")), ..order("P", &[]) };
    assert_eq!(
        refusal(client.process_order(unknown)),
        "Transporter contract \"X\" with service \"Y\" was not found"
    );
    let mut stranger = order("Q", &[]);
    let customer = stranger.customer.as_mut().unwrap();
    customer.customer_operation = CustomerOperation::Find;
    customer.customer_number = Some("C-9".into());
    assert_eq!(refusal(client.process_order(stranger)), "The customer was not found");
}

#[test]
fn one_order_by_its_id() {
    let (_sandbox, client) = start();
    let id = client.process_order(order("O", &[])).unwrap().order_id;
    let order = client.get_order(id).unwrap().unwrap();
    assert_eq!(order.order_info.unwrap().goods_owner_order_number.as_deref(), Some("O"));
    assert!(client.get_order(id + 1).is_err());
}

#[test]
fn a_class_is_shown_as_the_warehouse_knows_it() {
    let (_sandbox, client) = start();
    let with_class = |name: Option<&str>| {
        let class =
            OrderClass { code: Some("GIFT".into()), name: name.map(str::to_owned), ..OrderClass::default() };
        let classes = OrderClasses {
            classes: Some(vec![class]),
            ..OrderClasses::new(OrderClassOperation::FindOrCreate, OrderClassIdentification::Code)
        };
        let info = order_info("O", OrderOperation::CreateOrUpdate);
        only(OrderInfoClass { order_classes: Some(classes), ..info })
    };
    client.process_order(with_class(Some("Gift"))).unwrap();
    client.process_order(with_class(None)).unwrap();
    let shown = read_order(&client, "O").order_info.unwrap().order_classes.unwrap();
    let names: Vec<_> = shown.iter().map(|class| (class.code.as_deref(), class.name.as_deref())).collect();
    assert_eq!(names, [(Some("GIFT"), Some("Gift"))]);
}
