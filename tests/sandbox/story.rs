//! A night's work from end to end, with the stock right at each step.

use ongoing_wms::Decimal;
use ongoing_wms::api::*;
use ongoing_wms::sandbox::{StateQuery, WorkError};

use crate::{article, in_order, order, quantities, read_order, start, status};

#[test]
fn goods_come_in_and_go_out() {
    let (sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    assert_eq!(quantities(&client, "A"), [0, 0, 0, 0, 0, 0]);

    let announced = client.process_in_order(in_order("IN-1", &[("A", 10)])).unwrap();
    assert!(announced.in_order_id > 0);
    assert_eq!(quantities(&client, "A"), [0, 0, 0, 0, 10, 0]);
    sandbox.receive_lines("IN-1", &[("A", 4.into())]).unwrap();
    assert_eq!(quantities(&client, "A"), [4, 0, 0, 4, 6, 0]);
    sandbox.receive("IN-1").unwrap();
    assert_eq!(quantities(&client, "A"), [10, 0, 0, 10, 0, 0]);

    client.process_order(order("OUT-1", &[("A", 3)])).unwrap();
    assert_eq!(quantities(&client, "A"), [10, 3, 0, 7, 0, 0]);
    sandbox.allocate("OUT-1").unwrap();
    assert_eq!(status(&client, "OUT-1"), 320);
    assert_eq!(quantities(&client, "A"), [10, 3, 3, 7, 0, 0]);
    sandbox.pick_lines("OUT-1", &[("A", 1.into())]).unwrap();
    assert_eq!(quantities(&client, "A"), [9, 2, 2, 7, 0, 1]);
    sandbox.pick("OUT-1").unwrap();
    assert_eq!(status(&client, "OUT-1"), 400);
    assert_eq!(quantities(&client, "A"), [7, 0, 0, 7, 0, 3]);
    sandbox.ship("OUT-1", "TRACK-1").unwrap();

    let sent = read_order(&client, "OUT-1");
    let info = sent.order_info.unwrap();
    assert_eq!(info.order_status_number, 450);
    assert_eq!(info.way_bill.as_deref(), Some("TRACK-1"));
    assert_eq!(info.picked_number_of_items, Decimal::from(3));
    assert!(!info.shipped_time.is_unset());
    assert_eq!(sent.tracking.unwrap()[0].waybill.as_deref(), Some("TRACK-1"));
    assert_eq!(sent.consignee.unwrap().name.as_deref(), Some("Anna Andersson"));
    let items = sent.picked_article_items.unwrap();
    assert_eq!(items.iter().map(|item| item.number_of_items).sum::<Decimal>(), Decimal::from(3));

    sandbox.collect("OUT-1").unwrap();
    assert_eq!(quantities(&client, "A"), [7, 0, 0, 7, 0, 0]);
}

#[test]
fn a_kit_is_as_many_as_its_parts_make() {
    let (sandbox, client) = start();
    crate::stock(&sandbox, &client, &[("CUP", 10), ("SAUCER", 7)]);
    let part = |number: &str, items: i32| StructureArticleDefinition {
        sub_article_definition: Some(article(number)),
        ..StructureArticleDefinition::new(items.into())
    };
    let kit = ArticleDefinition {
        article_structure_specification: Some(ArticleStructureSpecification {
            structure_article_definition: vec![part("CUP", 2), part("SAUCER", 2)],
            ..ArticleStructureSpecification::new(ArticleStructureType::StructureArticle)
        }),
        ..article("SET")
    };
    client.process_article(kit).unwrap();
    assert_eq!(quantities(&client, "SET")[3], 3);

    client.process_order(order("KITS", &[("SET", 2)])).unwrap();
    assert_eq!(quantities(&client, "SET")[3], 1);
    assert_eq!(quantities(&client, "CUP"), [10, 4, 0, 6, 0, 0]);
    let lines = read_order(&client, "KITS").picked_order_lines.unwrap();
    let shown: Vec<_> = lines.iter().map(|line| (line.is_parent_line, line.parent_order_line_id)).collect();
    let parent = lines[0].order_line_system_id;
    assert_eq!(shown, [(true, None), (false, Some(parent)), (false, Some(parent))]);

    sandbox.pick("KITS").unwrap();
    let lines = read_order(&client, "KITS").picked_order_lines.unwrap();
    let picked: Vec<_> = lines.iter().map(|line| line.picked_number_of_items.to_string()).collect();
    assert_eq!(picked, ["2", "4", "4"]);
    assert_eq!(quantities(&client, "CUP"), [6, 0, 0, 6, 0, 4]);
}

#[test]
fn a_request_says_the_parts_itself() {
    let (sandbox, client) = start();
    crate::stock(&sandbox, &client, &[("CUP", 10), ("SAUCER", 10)]);
    client.process_article(article("SET")).unwrap();
    let part =
        |number: &str, items| SubOrderLine { customer_order_line: Some(crate::order_line(number, items)) };
    let line = CustomerOrderLine {
        sub_order_line_specification: Some(SubOrderLineSpecificationType::RequestSpecification),
        sub_order_lines: Some(vec![part("CUP", 4), part("SAUCER", 2)]),
        ..crate::order_line("SET", 2)
    };
    let wanted = CustomerOrder { customer_order_lines: Some(vec![line]), ..order("O", &[]) };
    client.process_order(wanted.clone()).unwrap();
    client.process_order(wanted).unwrap();
    sandbox.pick_lines("O", &[("CUP", 3.into()), ("SAUCER", 2.into())]).unwrap();
    let picked = |client: &ongoing_wms::Client| -> Vec<String> {
        let lines = read_order(client, "O").picked_order_lines.unwrap();
        lines.into_iter().map(|line| line.picked_number_of_items.to_string()).collect()
    };
    assert_eq!(picked(&client), ["1", "3", "2"]);
    sandbox.pick("O").unwrap();
    assert_eq!(picked(&client), ["2", "4", "2"]);
}

#[test]
fn the_warehouse_remembers_in_a_file() {
    let directory = std::env::temp_dir().join(format!("sandbox-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("warehouse.db");
    let start = || ongoing_wms::sandbox::Sandbox::builder().database(&file).start().unwrap();
    let sandbox = start();
    crate::stock(&sandbox, &crate::client(&sandbox), &[("A", 5)]);
    drop(sandbox);
    let sandbox = start();
    assert_eq!(quantities(&crate::client(&sandbox), "A"), [5, 0, 0, 5, 0, 0]);
    drop(sandbox);
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn the_state_tells_what_is_there() {
    let (sandbox, client) = start();
    crate::stock(&sandbox, &client, &[("A", 5)]);
    client.process_order(order("OUT-1", &[("A", 2)])).unwrap();
    let first = |table: &str| sandbox.rows(table).unwrap().remove(0);
    let article = first("articles");
    assert_eq!((article.goods_owner.as_str(), article.key.as_str()), ("DEMO", "A"));
    assert_eq!(article["SellableNumberOfItems"], "3");
    let described = |table: &str| sandbox.row(table, first(table).id).unwrap()["definition"].clone();
    assert_eq!(described("articles")["ArticleName"], "Article A");
    assert_eq!(first("in-orders")["InOrderStatusNumber"], 500);
    assert_eq!(first("orders").lines[0]["OrderedNumberOfItems"], "2");
    assert_eq!(described("orders")["Customer"]["Name"], "Anna Andersson");
    let tables = sandbox.tables().unwrap();
    let customers = tables.iter().find(|table| table.name == "customers").unwrap();
    assert_eq!((customers.rows, customers.columns.contains(&"CustomerNumber")), (1, true));
    // A page at a time, the newest first.
    client.process_order(order("OUT-2", &[("A", 1)])).unwrap();
    let page = sandbox.state(&StateQuery::table("orders").status(300..=399).limit(1)).unwrap();
    assert_eq!((page.total, page.rows[0].key.as_str(), page.rows[0].lines.len()), (2, "OUT-2", 0));
    let found = sandbox.state(&StateQuery::table("orders").search("anna").offset(1)).unwrap();
    assert_eq!((found.total, found.rows[0].key.as_str()), (2, "OUT-1"));
    assert!(matches!(sandbox.state(&StateQuery::table("order")), Err(WorkError::Absent(_))));
}

#[test]
fn work_says_why_it_cannot_be_done() {
    let (sandbox, client) = start();
    crate::stock(&sandbox, &client, &[("A", 5)]);
    client.process_order(order("OUT-1", &[("A", 8)])).unwrap();
    let missing = WorkError::NotEnough { article: "A".into(), missing: 3.into() };
    assert_eq!(sandbox.allocate("OUT-1"), Err(missing));
    assert_eq!(quantities(&client, "A"), [5, 8, 0, -3, 0, 0]);
    assert_eq!(sandbox.pick("NONE"), Err(WorkError::NotFound { what: "order", number: "NONE".into() }));
    assert_eq!(sandbox.pick_lines("OUT-1", &[("B", 1.into())]), Err(WorkError::NoLine("B".into())));
    let early = WorkError::Status { order: "OUT-1".into(), status: 300, work: "shipping" };
    assert_eq!(sandbox.ship("OUT-1", "T"), Err(early));
    assert_eq!(
        sandbox.receive("STOCK-A").unwrap_err().to_string(),
        "order \"STOCK-A\" has status 500: reception is not possible"
    );
}

#[test]
fn sync_times_and_the_clock() {
    let (_sandbox, client) = start();
    let job = || GetTimeOfLastSync { integration_type: Some("orders".into()) };
    assert_eq!(client.call(job()).unwrap(), None);
    let at = "2024-02-01T03:04:05.6+01:00".parse().unwrap();
    client
        .call(SetTimeOfLastSync { integration_type: Some("orders".into()), ..SetTimeOfLastSync::new(at) })
        .unwrap();
    assert_eq!(client.call(job()).unwrap(), Some(at));
    assert!(!client.get_system_info().unwrap().system_time.is_unset());
    assert!(client.get_system_status().unwrap().is_running);
}
