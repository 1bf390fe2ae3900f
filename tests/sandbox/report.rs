//! The short and the older readers.

use ongoing_wms::api::*;

use crate::{article, fault, in_order, order, start, stock};

#[test]
fn orders_and_announcements_in_short() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(order("O1", &[("A", 3)])).unwrap();
    client.process_order(order("O2", &[("A", 2)])).unwrap();
    sandbox.pick("O1").unwrap();
    let query = OrderStatusReportsQuery { order_numbers_to_report: Some(vec!["O1".into()]) };
    let reports = client.get_order_status_reports(query).unwrap().order_status_reports.unwrap();
    let [report] = reports.as_slice() else { panic!("{reports:?}") };
    assert!(report.order_status_is_picked && !report.order_status_is_delivered);
    assert_eq!(report.picked_number_of_items, 3.into());
    let one = client.get_order_status_report("O2").unwrap().unwrap();
    assert_eq!((one.order_status_number, one.ordered_number_of_items), (300, 2.into()));

    client.process_in_order(in_order("IN", &[("A", 4)])).unwrap();
    let reports = client.get_in_order_status_reports(InOrderStatusReportsQuery::default()).unwrap();
    assert_eq!(reports.in_order_status_reports.unwrap().len(), 2);
    let one = client.get_in_order_by_order_number("IN").unwrap().unwrap();
    assert_eq!(one.in_order_info.unwrap().advised_number_of_items, 4.into());
    assert!(fault(client.get_in_order_by_order_number("NO")).1.ends_with("In-order \"NO\" was not found"));
}

#[test]
fn groups_warehouses_and_customers() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    let group = ArticleGroup {
        article_group_code: Some("MUG".into()),
        article_group_name: Some("Mugs".into()),
        ..ArticleGroup::new(ArticleGroupOperation::FindOrCreate, ArticleGroupIdentification::ArticleGroupCode)
    };
    client.process_article(ArticleDefinition { article_group: Some(group), ..article("B") }).unwrap();
    let groups = client.get_article_groups().unwrap().article_groups.unwrap();
    assert_eq!(groups[0].name.as_deref(), Some("Mugs"));
    let query = GetInventoryPerWarehouseQuery {
        article_group_codes_to_get: Some(vec!["MUG".into()]),
        ..GetInventoryPerWarehouseQuery::default()
    };
    let of_group = client.get_inventory_per_warehouse(query).unwrap().per_warehouse_article_lines.unwrap();
    assert_eq!(of_group.len(), 1);
    let all = client.get_inventory_per_warehouse(GetInventoryPerWarehouseQuery::default()).unwrap();
    let lines = all.per_warehouse_article_lines.unwrap();
    assert_eq!(lines[0].per_warehouse_stock_lines.as_ref().unwrap()[0].number_of_items, 9.into());

    client.process_customer(order("O", &[]).customer.unwrap()).unwrap();
    let mut known = order("O", &[]);
    known.customer.as_mut().unwrap().customer_operation = CustomerOperation::Find;
    client.process_order(known).unwrap();
}
