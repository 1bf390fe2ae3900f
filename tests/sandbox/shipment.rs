//! Shipments and trips.

use ongoing_wms::Client;
use ongoing_wms::api::*;
use ongoing_wms::xml::Bytes;

use crate::{article, fault, in_order, order, quantities, refusal, start, stock};

fn shipment(number: &str, operation: ShipmentOperation) -> Shipment {
    Shipment {
        shipment_header: Some(ShipmentHeader {
            shipment_order_number: Some(number.into()),
            ..ShipmentHeader::new(operation, ShipmentIdentification::ShipmentOrderNumber)
        }),
        ..Shipment::default()
    }
}

fn numbers(client: &Client, query: ShipmentFilters) -> Vec<String> {
    let shipments = client.get_shipments_by_query(query).unwrap().shipments.unwrap();
    let number = |one: ShipmentInfo| one.shipment_header.unwrap().shipment_order_number.unwrap();
    shipments.into_iter().map(number).collect()
}

fn update(number: &str) -> UpdateShipment {
    UpdateShipment {
        shipment_update_identification: Some(ShipmentUpdateIdentification {
            shipment_order_number: Some(number.into()),
            ..ShipmentUpdateIdentification::new(ShipmentUpdateIdentificationType::ShipmentOrderNumber)
        }),
        ..UpdateShipment::default()
    }
}

#[test]
fn a_shipment_carries_orders() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    let id = client.process_order(order("O", &[("A", 1)])).unwrap().order_id;
    let carrying = |order| Shipment {
        shipment_containers: Some(vec![ShipmentContainer {
            order_id: Some(order),
            number_of_packages: 2,
            ..ShipmentContainer::default()
        }]),
        ..shipment("S", ShipmentOperation::CreateOrUpdate)
    };
    assert_eq!(refusal(client.process_shipment(carrying(99))), "Order 99 was not found");
    client.process_shipment(carrying(id)).unwrap();
    sandbox.pick("O").unwrap();
    let read = |get_orders| {
        let query = ShipmentFilters { get_orders, ..ShipmentFilters::default() };
        client.get_shipments_by_query(query).unwrap().shipments.unwrap().remove(0)
    };
    assert!(read(false).orders.is_none());
    let orders = read(true).orders.unwrap();
    assert_eq!(orders[0].order_info.as_ref().unwrap().order_status_number, 400);
    assert_eq!(read(true).shipment_containers.unwrap()[0].order_number.as_deref(), Some("O"));
}

#[test]
fn changed_until_it_is_on_its_way() {
    let (_sandbox, client) = start();
    let all = ShipmentFilters::default;
    let mut first = shipment("S1", ShipmentOperation::CreateOrUpdate);
    let header = first.shipment_header.as_mut().unwrap();
    header.delivery_date = "2031-05-06T00:00:00".parse().ok();
    header.in_date = "2031-05-01T00:00:00".parse().ok();
    client.process_shipment(first).unwrap();
    let mut second = shipment("S2", ShipmentOperation::CreateOrUpdate);
    second.shipment_header.as_mut().unwrap().pick_up_reference = Some("GATE 2".into());
    client.process_shipment(second).unwrap();
    client.process_shipment(shipment("S2", ShipmentOperation::CreateOrUpdate)).unwrap();
    let sent =
        UpdateShipment { update_shipment_status: Some(UpdateShipmentStatus::new(500)), ..update("S2") };
    client.update_shipment(sent).unwrap();
    let approved = UpdateShipment {
        update_shipment_set_customs_status_approved: Some(UpdateShipmentSetCustomsStatusApproved {}),
        update_shipment_waybill: Some(UpdateShipmentWaybill { waybill: Some(77) }),
        ..update("S1")
    };
    client.update_shipment(approved).unwrap();
    let at = |text: &str| text.parse().ok();
    for (query, expected) in [
        (all(), vec!["S1", "S2"]),
        (ShipmentFilters { in_date_from: at("2031-05-01"), ..all() }, vec!["S1"]),
        (ShipmentFilters { in_date_to: at("2031-04-30"), ..all() }, vec![]),
        (ShipmentFilters { delivery_date_from: at("2031-05-07"), ..all() }, vec![]),
        (ShipmentFilters { delivery_date_to: at("2031-05-07"), ..all() }, vec!["S1"]),
        (ShipmentFilters { shipment_status_from: Some(400), ..all() }, vec!["S2"]),
        (ShipmentFilters { shipment_status_to: Some(400), ..all() }, vec!["S1"]),
        (ShipmentFilters { is_collect_type: Some(true), ..all() }, vec!["S2"]),
        (ShipmentFilters { is_delivery_type: Some(true), ..all() }, vec!["S1"]),
        (ShipmentFilters { shipment_order_number: Some("S2".into()), ..all() }, vec!["S2"]),
        (ShipmentFilters { shipment_ids_to_get: Some(vec![1]), ..all() }, vec!["S1"]),
        (
            ShipmentFilters { customs_status: Some(OutboundShipmentCustomsStatusType::Approved), ..all() },
            vec!["S1"],
        ),
        (
            ShipmentFilters { customs_status: Some(OutboundShipmentCustomsStatusType::All), ..all() },
            vec!["S1", "S2"],
        ),
        (ShipmentFilters { shipped_time_from: at("2020-01-01"), ..all() }, vec!["S2"]),
    ] {
        assert_eq!(numbers(&client, query.clone()), expected, "{query:?}");
    }
    let late = refusal(client.process_shipment(shipment("S2", ShipmentOperation::Remove)));
    assert_eq!(late, "The shipment can no longer be changed: it is on its way");
    let none = UpdateShipment {
        update_shipment_waybill: Some(UpdateShipmentWaybill { waybill: Some(1) }),
        ..update("NO")
    };
    assert_eq!(refusal(client.update_shipment(none)), "The shipment was not found");
    client.process_shipment(shipment("S1", ShipmentOperation::Remove)).unwrap();
    assert_eq!(refusal(client.update_shipment(update("S1"))), "The shipment is cancelled");
    assert!(fault(client.call(GetShipmentsByQuery { query: None })).1.ends_with("query is missing"));
}

#[test]
fn inbound_goods_come_by_shipment() {
    let (sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    let id = client.process_in_order(in_order("IN", &[("A", 5)])).unwrap().in_order_id;
    let bringing = |id| Shipment {
        shipment_container_items: Some(vec![ShipmentContainerItem {
            in_order_id: Some(id),
            ..ShipmentContainerItem::new(1.into())
        }]),
        ..shipment("S", ShipmentOperation::CreateOrUpdate)
    };
    assert_eq!(refusal(client.process_shipment(bringing(99))), "In-order 99 was not found");
    client.process_shipment(bringing(id)).unwrap();
    client.process_shipment(shipment("EMPTY", ShipmentOperation::Create)).unwrap();
    sandbox.receive("IN").unwrap();
    let inbound = |customs_status| {
        let query = GetInboundShipmentsQuery { customs_status, ..GetInboundShipmentsQuery::default() };
        client.get_inbound_shipments_by_query(query).unwrap().inbound_shipments.unwrap()
    };
    let shipments = inbound(None);
    let [shown] = shipments.as_slice() else { panic!("{} shipments", shipments.len()) };
    assert_eq!(shown.shipment_info.as_ref().unwrap().shipment_order_number.as_deref(), Some("S"));
    assert_eq!(shown.received_article_items.as_ref().unwrap()[0].number_of_items, 5.into());
    assert_eq!(shown.in_order_lines.as_ref().unwrap()[0].advised_number_of_items, 5.into());
    assert!(inbound(Some(InboundShipmentCustomsStatusType::Approved)).is_empty());
    let nothing = refusal(client.call(GetInboundShipmentsByQuery { get_inbound_shipments_query: None }));
    assert_eq!(nothing, "GetInboundShipmentsQuery is missing");

    // Goods that are locked until customs are through.
    let lock = UpdateArticleItemsOperation {
        identification: Some(UpdateArticleItemsIdentification {
            article_number: Some("A".into()),
            ..UpdateArticleItemsIdentification::new(UpdateArticleItemStockStatus::IsInStock)
        }),
        update_article_item_lock: Some(UpdateArticleItemLock::new(true)),
        ..UpdateArticleItemsOperation::default()
    };
    client.update_article_items(lock).unwrap();
    assert_eq!(quantities(&client, "A")[3], 0);
    let unlock = UpdateShipment {
        unlock_inbound_article_items_operation: Some(UnlockInboundArticleItemsOperation::new(true)),
        ..update("S")
    };
    client.update_shipment(unlock).unwrap();
    assert_eq!(quantities(&client, "A")[3], 5);
}

#[test]
fn a_shipments_files() {
    let (_sandbox, client) = start();
    client.process_shipment(shipment("S", ShipmentOperation::Create)).unwrap();
    let upload = |id, content: &[u8]| {
        client.upload_shipment_file(UploadShipmentFileOperation {
            shipment_identification: Some(UploadShipmentFileShipmentIdentification { shipment_id: Some(id) }),
            file: Some(UploadShipmentFile {
                file_name: Some("s.pdf".into()),
                file_bytes: Some(Bytes(content.to_vec())),
                ..UploadShipmentFile::default()
            }),
            ..UploadShipmentFileOperation::new(UploadShipmentFileIdentification::FileName)
        })
    };
    upload(1, b"old").unwrap();
    upload(1, b"new").unwrap();
    let wanted = FileSearchValues { shipment_id: Some(1), ..FileSearchValues::default() };
    let files = client.get_file_list(wanted).unwrap().files_info_list.unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(client.get_file(files[0].file_id).unwrap().unwrap().file_bytes.unwrap().0, b"new");
    assert_eq!(refusal(upload(9, b"x")), "Shipment 9 was not found");
}

#[test]
fn a_trip_takes_shipments_along() {
    let (_sandbox, client) = start();
    client.process_shipment(shipment("S", ShipmentOperation::Create)).unwrap();
    let stop = |operation, sequence, shipment| TripStop {
        sequence: Some(sequence),
        shipment_id: shipment,
        ..TripStop::new(operation)
    };
    let trip = |stops| Trip {
        goods_owner: Some(GoodsOwner {
            goods_owner_code: Some("DEMO".into()),
            ..GoodsOwner::new(GoodsOwnerIdentificationType::GoodsOwnerCode)
        }),
        trip_number: Some("T1".into()),
        trip_route: Some(TripRoute { route_code: Some("NORTH".into()) }),
        start_time: "2031-05-06T07:00:00".parse().ok(),
        trip_stops: Some(stops),
        ..Trip::new(TripIdentificationType::StartTimeAndTripNumber, TripOperationType::CreateOrUpdate)
    };
    use TripStopOperation::{CreateOrUpdate, Remove};
    let missing = client.process_trip(trip(vec![stop(CreateOrUpdate, 1, Some(9))]));
    assert_eq!(refusal(missing), "Shipment 9 was not found");
    client.process_trip(trip(vec![stop(CreateOrUpdate, 1, Some(1)), stop(CreateOrUpdate, 2, None)])).unwrap();
    client.process_trip(trip(vec![stop(Remove, 2, None)])).unwrap();
    let shipments = client.get_shipments_by_query(ShipmentFilters::default()).unwrap().shipments.unwrap();
    let header = shipments[0].shipment_header.as_ref().unwrap();
    assert_eq!((header.trip_id, header.trip_route_code.as_deref()), (Some(1), Some("NORTH")));
    let trips =
        |ids| client.get_trips_by_query(GetTripsQuery { trip_ids_to_get: ids }).unwrap().trips.unwrap();
    let all = trips(None);
    let [TripInfo { trip_header: Some(header), .. }] = all.as_slice() else { panic!("{} trips", all.len()) };
    assert_eq!((header.trip_number.as_deref(), header.route_code.as_deref()), (Some("T1"), Some("NORTH")));
    assert!(trips(Some(vec![2])).is_empty());
    assert_eq!(refusal(client.call(GetTripsByQuery { trips_query: None })), "TripsQuery is missing");
}
