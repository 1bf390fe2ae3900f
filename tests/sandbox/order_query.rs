//! Orders by each filter, and page by page.

use ongoing_wms::api::*;

use crate::{order, start, stock};

#[test]
fn each_filter_on_its_own_and_together() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 100)]);
    for index in 1..=4 {
        let mut order = order(&format!("O{index}"), &[("A", 1)]);
        let info = order.order_info.as_mut().unwrap();
        info.delivery_date = format!("2031-01-0{index}").parse().unwrap();
        info.goods_owner_order_id = Some(format!("ID{index}"));
        info.reference_number = Some(format!("R{}", index % 2));
        client.process_order(order).unwrap();
    }
    for number in ["O2", "O3"] {
        sandbox.pick(number).unwrap();
    }
    sandbox.ship("O3", "T").unwrap();
    let numbers = |query: OrderFilters| -> String {
        let orders = client.get_orders_by_query(query).unwrap().orders.unwrap();
        orders
            .into_iter()
            .map(|order| order.order_info.unwrap().goods_owner_order_number.unwrap()[1..].to_owned())
            .collect()
    };
    sandbox.allocate("O4").unwrap();
    let all = OrderFilters::default;
    let special = |set: fn(&mut OrderSpecialFilters)| {
        let mut wanted = OrderSpecialFilters::default();
        set(&mut wanted);
        OrderFilters { order_special_filters: Some(wanted), ..OrderFilters::default() }
    };
    let parcels = crate::read_order(&client, "O3").order_pallet_items.unwrap();
    assert_eq!(
        (parcels.len(), parcels[0].label_id.as_deref(), parcels[0].is_ta_pallet_item),
        (1, Some("T"), true)
    );
    assert!(crate::read_order(&client, "O2").order_pallet_items.unwrap().is_empty());
    let past = || "2020-01-01".parse().ok();
    let future = || "2990-01-01T00:00:00Z".parse().ok();
    let day = |day: &str| format!("2031-01-{day}").parse().ok();
    for (query, expected) in [
        (all(), "1234"),
        (OrderFilters { delivery_date_from: day("02"), ..all() }, "234"),
        (OrderFilters { delivery_date_to: day("02"), ..all() }, "12"),
        (OrderFilters { delivery_date_from: day("02"), delivery_date_to: day("03"), ..all() }, "23"),
        (
            OrderFilters {
                delivery_date_from: day("02T00:00:00+02:00"),
                delivery_date_to: day("02"),
                ..all()
            },
            "2",
        ),
        (OrderFilters { shipped_time_from: past(), ..all() }, "3"),
        (OrderFilters { shipped_time_to: past(), ..all() }, ""),
        (OrderFilters { last_picking_time_from: past(), ..all() }, "23"),
        (OrderFilters { last_picking_time_to: future(), ..all() }, "23"),
        (OrderFilters { last_updated_from: past(), ..all() }, "1234"),
        (OrderFilters { last_updated_from: future(), ..all() }, ""),
        (OrderFilters { last_updated_to: future(), ..all() }, "1234"),
        (OrderFilters { last_printed_time_from: past(), ..all() }, ""),
        (OrderFilters { last_returned_from: past(), ..all() }, ""),
        (OrderFilters { pick_order_id_from: Some(0), ..all() }, ""),
        (OrderFilters { order_status_from: Some(400), ..all() }, "23"),
        (OrderFilters { order_status_to: Some(400), ..all() }, "124"),
        (OrderFilters { order_status_from: Some(450), order_status_to: Some(500), ..all() }, "3"),
        (
            OrderFilters { order_numbers_to_get: Some(vec!["O1".into(), "O4".into(), "X".into()]), ..all() },
            "14",
        ),
        (OrderFilters { order_ids_to_get: Some(vec![2, 3]), ..all() }, "23"),
        (OrderFilters { goods_owner_order_id_to_get: Some(vec!["ID2".into()]), ..all() }, "2"),
        (OrderFilters { reference_number: Some("R1".into()), ..all() }, "13"),
        (OrderFilters { reference_number: Some("R1".into()), order_status_from: Some(400), ..all() }, "3"),
        (OrderFilters { shipped_time_to_exact: future(), ..all() }, "3"),
        (OrderFilters { order_status_changed_time_from: past(), ..all() }, "1234"),
        (OrderFilters { order_status_changed_time_from: future(), ..all() }, ""),
        (OrderFilters { current_shipment_id: Some(1), ..all() }, ""),
        (OrderFilters { current_trip_id: Some(1), ..all() }, ""),
        (special(|it| it.has_picked_article_item = Some(true)), "23"),
        (special(|it| it.has_picked_article_item = Some(false)), "14"),
        (special(|it| it.is_allocated = Some(true)), "4"),
        (special(|it| it.has_return_order = Some(true)), ""),
        (special(|it| it.only_orders_with_ta_pallet_items = Some(true)), "3"),
        (special(|it| it.only_if_ta_printed = Some(true)), "3"),
        (special(|it| it.only_orders_assigned_to_requesting_user = Some(true)), ""),
        (special(|it| it.pickable = Some(PickableType::All)), "1234"),
    ] {
        assert_eq!(numbers(query.clone()), expected, "{query:?}");
    }
}

#[test]
fn pages_end_with_an_empty_one() {
    let (_sandbox, client) = start();
    for index in 1..=7 {
        client.process_order(order(&format!("O{index}"), &[])).unwrap();
    }
    let (mut from, mut sizes) = (0, Vec::new());
    loop {
        let query =
            OrderFilters { max_orders_to_get: Some(3), order_id_from: Some(from), ..OrderFilters::default() };
        let orders = client.get_orders_by_query(query).unwrap().orders.unwrap();
        sizes.push(orders.len());
        let Some(last) = orders.last() else { break };
        from = last.order_info.as_ref().unwrap().order_id + 1;
    }
    assert_eq!(sizes, [3, 3, 1, 0]);
    let statuses = client.get_order_statuses().unwrap().order_statuses.unwrap();
    assert!(statuses.iter().any(|status| status.order_status_id == 450));
}
