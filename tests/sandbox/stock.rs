//! Stock by status, on a past date, and what came in; what can be picked of it.

use std::thread::sleep;
use std::time::Duration;

use ongoing_wms::Client;
use ongoing_wms::api::*;
use ongoing_wms::xml::DateTime;

use crate::open::text;
use crate::{article, fault, in_order, order, refusal, start, stock};

/// The warehouse's time; nothing else happens in the same millisecond.
pub fn now(client: &Client) -> DateTime {
    sleep(Duration::from_millis(5));
    let now = client.get_system_info().unwrap().system_time;
    sleep(Duration::from_millis(5));
    now
}

#[test]
fn stock_by_goods_status() {
    let (sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    let mut announced = in_order("IN", &[("A", 5)]);
    announced.in_order_lines.as_mut().unwrap()[0].items = Some(vec![InOrderLineArticleItem {
        serial: Some("S1".into()),
        number_of_items: Some(2.into()),
        ..InOrderLineArticleItem::default()
    }]);
    client.process_in_order(announced).unwrap();
    sandbox.receive("IN").unwrap();
    client.process_order(order("O", &[("A", 1)])).unwrap();
    sandbox.pick("O").unwrap();
    let line = |kind, from: Option<DateTime>| {
        let query =
            GoodsStatusInventoryQuery { article_updated_from: from, ..GoodsStatusInventoryQuery::new(kind) };
        let result = client.get_goods_status_inventory(query).unwrap();
        result.goods_status_inventory_lines.unwrap()
    };
    let unpicked = line(GoodsStatusInventoryType::UnPickedGoods, None).remove(0);
    assert_eq!((unpicked.number_of_items, unpicked.warehouse_number_of_items), (4.into(), 5.into()));
    assert_eq!(unpicked.goods_status_inventory_rows.unwrap()[0].number_of_items, 4.into());
    let all = line(GoodsStatusInventoryType::GoodsInWarehouse, None).remove(0);
    assert_eq!(all.goods_status_inventory_rows.unwrap()[0].number_of_items, 5.into());
    assert!(line(GoodsStatusInventoryType::GoodsInWarehouse, Some(now(&client))).is_empty());
    let nothing = fault(client.call(GetGoodsStatusInventory { query: None }));
    assert!(nothing.1.ends_with("query is missing"));
}

#[test]
fn stock_on_a_past_date() {
    let (sandbox, client) = start();
    let before = now(&client);
    stock(&sandbox, &client, &[("A", 9), ("B", 2)]);
    let received = now(&client);
    client.process_order(order("O", &[("A", 3), ("B", 2)])).unwrap();
    sandbox.pick("O").unwrap();
    let picked = now(&client);
    let on = |at, warehouse: Option<&str>| {
        client.get_historical_inventory_by_query(GetHistoricalInventoryQuery {
            warehouse_code: warehouse.map(str::to_owned),
            ..GetHistoricalInventoryQuery::new(at, HistoricalInventoryOutboundDateType::PickingTime)
        })
    };
    let rows = |at, warehouse| on(at, warehouse).unwrap().rows.unwrap();
    let numbers = |at| -> Vec<i32> {
        let rows = rows(at, Some("MAIN"));
        let items = rows.iter().flat_map(|row| row.items.iter().flatten());
        items.map(|item| item.number_of_items.try_into().unwrap()).collect()
    };
    assert!(numbers(before).is_empty());
    assert_eq!(numbers(received), [9, 2]);
    // What is no longer in stock is left out.
    assert_eq!(numbers(picked), [6]);
    let article = rows(picked, None).remove(0).article.unwrap();
    assert_eq!((article.article_number.as_deref(), article.number_of_items), (Some("A"), 6.into()));
    assert!(rows(picked, Some("SIDE")).is_empty());
    assert_eq!(refusal(on(picked, Some("NO"))), "Warehouse \"NO\" was not found");
}

#[test]
fn what_came_in() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    let between = now(&client);
    stock(&sandbox, &client, &[("B", 2)]);
    let query = |from, to| {
        client.get_inbound_transactions_by_query(GetGoodsOwnerInboundTransactionsQuery {
            in_date_from: from,
            in_date_to: to,
            ..GetGoodsOwnerInboundTransactionsQuery::new(InboundTransactionTypes::All)
        })
    };
    let articles = |from, to| -> Vec<String> {
        let transactions = query(from, to).unwrap().inbound_transactions.unwrap();
        transactions.iter().map(|one| one.article.as_ref().unwrap().article_number.clone().unwrap()).collect()
    };
    assert_eq!(articles(None, None), ["A", "B"]);
    assert_eq!(articles(Some(between), None), ["B"]);
    assert_eq!(articles(None, Some(between)), ["A"]);
    let wrong = refusal(query(Some(now(&client)), Some(between)));
    assert_eq!(wrong, "InDateFrom is after InDateTo");
}

#[test]
fn orders_stand_in_line() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 5)]);
    for (number, items) in [("O1", 3), ("O2", 3), ("O3", 1)] {
        client.process_order(order(number, &[("A", items)])).unwrap();
    }
    let pickable = |query| -> Vec<(String, String)> {
        let orders = client.get_orders_pickability_by_query(query).unwrap().any;
        let of = |order| {
            (text(order, "OrderInfo.GoodsOwnerOrderNumber"), text(order, "PickabilityInfo.IsPickable"))
        };
        orders.iter().map(of).collect()
    };
    let all = GetOrdersPickabilityQuery::default;
    let pair = |number: &str, is: bool| (number.to_owned(), is.to_string());
    // The second lacks one, and the third gets nothing of what is left.
    assert_eq!(pickable(all()), [pair("O1", true), pair("O2", false), pair("O3", false)]);
    sandbox.pick("O1").unwrap();
    client.process_in_order(in_order("MORE", &[("A", 1)])).unwrap();
    sandbox.receive("MORE").unwrap();
    let two = GetOrdersPickabilityQuery { order_numbers_to_get: Some(vec!["O2".into()]), ..all() };
    assert_eq!(pickable(two), [pair("O2", true)]);
    let page =
        |most, from| GetOrdersPickabilityPaging { max_orders_to_get: Some(most), order_id_from: Some(from) };
    let paged = |most, from| GetOrdersPickabilityQuery { paging: Some(page(most, from)), ..all() };
    assert_eq!(pickable(paged(1, 3)), [pair("O3", false)]);
    let wrong = fault(client.get_orders_pickability_by_query(paged(0, 1)));
    assert!(wrong.1.ends_with("MaxOrdersToGet must be above 0"));
}

#[test]
fn tags_are_read_at_reception() {
    let (sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    let id = client.process_in_order(in_order("IN", &[("A", 2)])).unwrap().in_order_id;
    sandbox.receive("IN").unwrap();
    sandbox.tag("IN", "A", &["T1", "T2"]).unwrap();
    assert!(sandbox.tag("IN", "B", &["T1"]).is_err());
    let tags = |id| client.get_received_tags_by_query(GetReceivedTagsQuery { in_order_id: Some(id) });
    let read = tags(id).unwrap().received_tags.unwrap();
    let serials: Vec<_> = read.iter().map(|tag| tag.serial.as_deref().unwrap()).collect();
    assert_eq!(serials, ["T1", "T2"]);
    assert_eq!(refusal(tags(9)), "In-order 9 was not found");
}
