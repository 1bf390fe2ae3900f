//! Counting, moves, and facts of items.

use ongoing_wms::Client;
use ongoing_wms::api::*;
use ongoing_wms::sandbox::WorkError;

use crate::open::texts;
use crate::stock::now;
use crate::{fault, order, quantities, refusal, start, status_change, stock};

fn lines(client: &Client, query: InventoryChangesQuery) -> Vec<(String, String)> {
    let lines = client.get_inventory_changes(query).unwrap().inventory_change_lines.unwrap();
    let of = |line: InventoryChangeLine| {
        (line.article.unwrap().article_number.unwrap(), line.inventory_changes_number_of_items.to_string())
    };
    lines.into_iter().map(of).collect()
}

fn pair(article: &str, number: &str) -> (String, String) {
    (article.to_owned(), number.to_owned())
}

#[test]
fn differences_are_read_and_reported() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9), ("B", 2)]);
    let all = InventoryChangesQuery::default;
    let first = sandbox.count("A", 7.into(), "BROKEN").unwrap();
    let between = now(&client);
    let second = sandbox.count("B", 5.into(), "FOUND").unwrap();
    assert_eq!(quantities(&client, "A")[0], 7);
    assert_eq!(lines(&client, all()), [pair("A", "-2"), pair("B", "3")]);
    assert_eq!(lines(&client, InventoryChangesQuery { to_time: Some(between), ..all() }), [pair("A", "-2")]);
    assert_eq!(lines(&client, InventoryChangesQuery { from_date: Some(between), ..all() }), [pair("B", "3")]);
    let page = InventoryChangesQuery { max_articles_to_get: Some(1), article_def_id_from: Some(2), ..all() };
    assert_eq!(lines(&client, page), [pair("B", "3")]);
    let one = InventoryChangesQuery { inventory_id: Some(first), ..all() };
    let read = client.get_inventory_changes(one).unwrap().inventory_change_lines.unwrap().remove(0);
    let change = &read.inventory_transactions.unwrap()[0];
    assert_eq!(change.inventory_adjustment_cause_code.as_deref(), Some("BROKEN"));
    assert_eq!((change.warehouse_code.as_deref(), change.warehouse_id), (Some("MAIN"), 1));

    let article = read.article.unwrap().system_id.unwrap();
    let set = |inventory| {
        client.set_inventory_changes_to_reported(SetInventoryChangesToReportedOperation::new(
            article, inventory,
        ))
    };
    let reported = set(first).unwrap();
    assert!(reported.success);
    assert_eq!(reported.updated_inventory_article_items.unwrap().len(), 1);
    assert_eq!(lines(&client, InventoryChangesQuery { un_reported: Some(true), ..all() }), [pair("B", "3")]);
    let exported = InventoryChangesQuery { export_time_from: Some(between), ..all() };
    assert_eq!(lines(&client, exported), [pair("A", "-2")]);
    assert_eq!(refusal(set(second)), "Inventory 2 has no changes of the article 1");
    assert_eq!(refusal(set(99)), "Inventory 99 was not found");
    let wrong = client.get_inventory_changes(InventoryChangesQuery { max_articles_to_get: Some(0), ..all() });
    assert!(fault(wrong).1.ends_with("MaxArticlesToGet must be above 0"));
}

#[test]
fn what_is_set_aside_cannot_be_counted_away() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(order("O", &[("A", 8)])).unwrap();
    sandbox.allocate("O").unwrap();
    let missing = WorkError::NotEnough { article: "A".into(), missing: 7.into() };
    assert_eq!(sandbox.count("A", 1.into(), "LOST"), Err(missing));
    assert_eq!(sandbox.count("X", 1.into(), "LOST"), Err(WorkError::NoArticle("X".into())));
    assert!(sandbox.count("A", (-1).into(), "LOST").is_err());
    assert!(lines(&client, InventoryChangesQuery::default()).is_empty());
    // Counted as it is: a counting without a difference.
    sandbox.count("A", 9.into(), "CHECK").unwrap();
    let query = InventoryItemsQuery {
        last_inventory_time_from: "2020-01-01".parse().ok(),
        ..InventoryItemsQuery::default()
    };
    assert_eq!(client.get_inventory_items(query).unwrap().inventory_item_lines.unwrap().len(), 1);
}

fn of_article(number: &str) -> UpdateArticleItemsOperation {
    UpdateArticleItemsOperation {
        identification: Some(UpdateArticleItemsIdentification {
            article_number: Some(number.into()),
            ..UpdateArticleItemsIdentification::new(UpdateArticleItemStockStatus::IsInStock)
        }),
        ..UpdateArticleItemsOperation::default()
    }
}

fn status(code: &str) -> Option<UpdateArticleItemStatus> {
    Some(UpdateArticleItemStatus {
        article_item_status_code: Some(code.into()),
        ..UpdateArticleItemStatus::default()
    })
}

#[test]
fn facts_of_items_change_and_are_logged() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    let some = UpdateArticleItemsOperation {
        number_of_items_to_update: Some(4.into()),
        update_article_item_status: status("BLOCKED"),
        update_article_item_batch: Some(UpdateArticleItemBatch { batch: Some("L7".into()) }),
        ..of_article("A")
    };
    let updated = client.update_article_items(some).unwrap().updated_article_items.unwrap();
    assert_eq!((updated.len(), updated[0].number_of_items), (1, 4.into()));
    assert_eq!((updated[0].article_item_id, updated[0].original_article_item_id), (2, 1));
    let items = |query| client.get_inventory_items(query).unwrap().inventory_item_lines.unwrap();
    let all = items(InventoryItemsQuery::default()).remove(0).inventory_items.unwrap();
    let shown: Vec<_> =
        all.iter().map(|item| (item.number_of_items.to_string(), item.batch.as_deref())).collect();
    assert_eq!(shown, [("5".into(), None), ("4".into(), Some("L7"))]);
    let changed = InventoryItemsQuery {
        article_item_status_changed_from: "2020-01-01".parse().ok(),
        ..InventoryItemsQuery::default()
    };
    assert_eq!(items(changed)[0].inventory_items.as_ref().unwrap().len(), 1);

    let changes = |from, only: Option<ArticleItemChangeType>| -> Vec<ArticleItemChange> {
        let query = GetArticleItemChangesQuery {
            from_article_item_log_id: Some(from),
            only_get_changes: only.map(|only| vec![only]),
            ..GetArticleItemChangesQuery::new(10)
        };
        client.get_article_item_changes(query).unwrap().article_item_changes.unwrap()
    };
    let log = changes(0, None);
    assert_eq!(log.iter().map(|change| change.article_item_log_id).collect::<Vec<_>>(), [1, 2]);
    // First the status, then the batch.
    let (first, second) = (log[0].new_version.as_ref().unwrap(), log[1].new_version.as_ref().unwrap());
    let code = |status: &Option<ArticleItemStatusGetArticleItemChanges>| {
        status.as_ref().and_then(|status| status.code.clone())
    };
    assert_eq!((code(&first.article_item_status), first.batch.as_deref()), (Some("BLOCKED".into()), None));
    assert_eq!(
        (code(&second.article_item_status), second.batch.as_deref()),
        (Some("BLOCKED".into()), Some("L7"))
    );
    assert_eq!((first.is_current_version, second.is_current_version), (false, true));
    let before = log[0].previous_version.as_ref().unwrap();
    assert_eq!((code(&before.article_item_status), before.batch.as_deref()), (None, None));
    assert_eq!(changes(1, None).len(), 1);
    assert_eq!(changes(0, Some(ArticleItemChangeType::ArticleItemStatus)).len(), 1);
    let few = refusal(client.get_article_item_changes(GetArticleItemChangesQuery::new(9)));
    assert_eq!(few, "MaxChangesToGet is 9, but must be 10 to 2000");
}

#[test]
fn locked_goods_are_neither_sold_nor_picked() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    let lock = |number: i32| UpdateArticleItemsOperation {
        number_of_items_to_update: Some(number.into()),
        update_article_item_lock: Some(UpdateArticleItemLock::new(true)),
        ..of_article("A")
    };
    client.update_article_items(lock(6)).unwrap();
    assert_eq!(quantities(&client, "A"), [9, 0, 0, 3, 0, 0]);
    client.process_order(order("O", &[("A", 4)])).unwrap();
    assert_eq!(sandbox.pick("O"), Err(WorkError::NotEnough { article: "A".into(), missing: 1.into() }));
    let many = refusal(client.update_article_items(lock(20)));
    assert_eq!(many, "NumberOfItemsToUpdate is 20, but 11 of them are missing");
    let anything = UpdateArticleItemsOperation {
        identification: Some(UpdateArticleItemsIdentification::new(UpdateArticleItemStockStatus::IsInStock)),
        ..lock(1)
    };
    let nothing = refusal(client.update_article_items(anything));
    assert!(nothing.ends_with("OriginalArticleItemId or ArticleItemId is missing"));
    let unchanged = refusal(client.update_article_items(of_article("A")));
    assert_eq!(unchanged, "The operation changes nothing");
}

#[test]
fn goods_are_moved() {
    let (sandbox, client) = start();
    let before = now(&client);
    stock(&sandbox, &client, &[("A", 9)]);
    sandbox.move_goods("A", 4.into(), "B-7").unwrap();
    let query = |from: &str| GetGoodsOwnerMovementsQuery {
        from_location: Some(from.into()),
        article_numbers_to_get: Some(vec!["A".into()]),
        ..GetGoodsOwnerMovementsQuery::new(before)
    };
    let moves = client.get_movements_by_query(query("A-1")).unwrap().any;
    assert_eq!(texts(&moves, "ToLocation.Location"), ["B-7"]);
    assert_eq!(texts(&moves, "NumberOfItems"), ["4"]);
    assert!(client.get_movements_by_query(query("B-7")).unwrap().any.is_empty());
    assert_eq!(quantities(&client, "A")[0], 9);
    assert!(sandbox.move_goods("A", 6.into(), "B-7").is_err());
    let timeless =
        GetGoodsOwnerMovementsQuery { move_time_from: "0001-01-01T00:00:00".parse().unwrap(), ..query("A") };
    assert!(fault(client.get_movements_by_query(timeless)).1.ends_with("MoveTimeFrom is missing"));
}

#[test]
fn an_order_gives_goods_another_status() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    let operation = |code, operation| status_change("GO", "A", 3, code, operation);
    use GoodsOperationOrderLineArticleItemStatusIdentificationOperation as Do;
    let unknown = refusal(client.process_goods_operation_order(operation("USED", Do::Find)));
    assert_eq!(unknown, "The article item status with the code \"USED\" was not found");
    client.process_goods_operation_order(operation("USED", Do::CreateOrUpdate)).unwrap();
    let read = |number: &str| {
        let query = GoodsOperationOrderFilter {
            goods_operation_order_numbers_to_get: Some(vec![number.into()]),
            ..GoodsOperationOrderFilter::default()
        };
        client.get_goods_operation_orders_by_query(query).unwrap().goods_operation_orders.unwrap()
    };
    let line = || read("GO").remove(0).goods_operation_order_lines.unwrap().remove(0);
    assert_eq!((line().number_of_items, line().executed_number_of_items), (3.into(), 0.into()));
    sandbox.carry_out("GO").unwrap();
    assert_eq!(line().executed_number_of_items, 3.into());
    assert_eq!(line().goods_operation_order_items.unwrap()[0].number_of_items, 3.into());
    let header = read("GO").remove(0).goods_operation_order_header.unwrap();
    assert_eq!((header.number_of_items, header.executed_number_of_items), (3.into(), 3.into()));
    assert_eq!(header.goods_operation_order_status_id, 500);
    let query = GoodsStatusInventoryQuery::new(GoodsStatusInventoryType::UnPickedGoods);
    let rows =
        client.get_goods_status_inventory(query).unwrap().goods_status_inventory_lines.unwrap().remove(0);
    let rows: Vec<_> = rows
        .goods_status_inventory_rows
        .unwrap()
        .into_iter()
        .map(|row| (row.goods_status_code, row.number_of_items))
        .collect();
    assert_eq!(rows, [(None, 6.into()), (Some("USED".into()), 3.into())]);
    let late = refusal(client.process_goods_operation_order(operation("USED", Do::Find)));
    assert_eq!(late, "Goods operation order \"GO\" has been carried out");
    assert!(read("NO").is_empty() && sandbox.carry_out("GO").is_err());
    let nothing = fault(client.call(GetGoodsOperationOrdersByQuery { query: None }));
    assert!(nothing.1.ends_with("query is missing"));
}
