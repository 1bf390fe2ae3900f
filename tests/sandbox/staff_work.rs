//! The work of the staff, by the sandbox's admin interface.

use ongoing_wms::Client;
use ongoing_wms::api::*;
use ongoing_wms::sandbox::Sandbox;
use serde_json::json;

use crate::admin::{act, get, post, refused};
use crate::{article, goods_operation, in_order, order, quantities, start, status, stock, whole};

#[test]
fn goods_come_in_and_go_out() {
    let (sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    client.process_article(article("B")).unwrap();
    client.process_in_order(in_order("PO-7", &[("A", 10), ("B", 5)])).unwrap();
    let shown =
        act(&sandbox, "receive", json!({ "inOrder": "PO-7", "lines": [{ "line": "A", "number": 4 }] }));
    assert_eq!(shown, json!({ "id": 1, "number": "PO-7", "goodsOwner": "DEMO", "status": 300 }));
    assert_eq!(quantities(&client, "A")[0], 4);
    assert_eq!(act(&sandbox, "receive", json!({ "inOrder": "PO-7" }))["status"], 500);
    act(&sandbox, "tag", json!({ "inOrder": "PO-7", "line": "A", "tags": ["T-1", "T-2"] }));
    let tags = GetReceivedTagsQuery { in_order_id: Some(1) };
    assert_eq!(client.get_received_tags_by_query(tags).unwrap().received_tags.unwrap().len(), 2);

    client.process_order(order("1001", &[("A", 3), ("B", 2)])).unwrap();
    assert_eq!(act(&sandbox, "allocate", json!({ "order": "1001" }))["status"], 320);
    // A number is as good as a text, where it is a number.
    let lines =
        json!({ "order": 1001, "lines": [{ "line": "A", "number": "1.0" }, { "line": "B", "number": 2 }] });
    assert_eq!(act(&sandbox, "pick", lines)["status"], 320);
    assert_eq!(act(&sandbox, "pick", json!({ "order": "1001" }))["status"], 400);
    assert_eq!(act(&sandbox, "ship", json!({ "order": "1001", "tracking": "X-9" }))["status"], 450);
    assert_eq!(act(&sandbox, "collect", json!({ "order": "1001" }))["status"], 500);
    assert_eq!(sandbox.rows("orders").unwrap()[0]["WayBill"], "X-9");
    assert_eq!(
        act(&sandbox, "invoice", json!({ "orders": ["1001"], "price": "2.50" })),
        json!({ "invoiceId": 1 })
    );
    assert_eq!(sandbox.rows("invoices").unwrap()[0].lines[0]["Price"], "12.5");
    // Without a tracking number there is one all the same.
    client.process_order(order("1002", &[("A", 1)])).unwrap();
    act(&sandbox, "pick", json!({ "order": "1002" }));
    act(&sandbox, "ship", json!({ "order": "1002" }));
    assert_eq!(sandbox.rows("orders").unwrap()[1]["WayBill"], "SANDBOX000000002");
}

#[test]
fn goods_come_back() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(order("O", &[("A", 3)])).unwrap();
    act(&sandbox, "pick", json!({ "order": "O" }));
    let line = ReturnOrderLine {
        article_number: Some("A".into()),
        ..ReturnOrderLine::new(ReturnOrderLineIdentificationType::ArticleNumber, 3.into())
    };
    let wanted = ReturnOrder {
        customer_order_number: Some("O".into()),
        return_order_number: Some("R-1".into()),
        return_order_lines: Some(vec![line]),
        ..ReturnOrder::new(
            ReturnCustomerOrderIdentificationType::OrderNumber,
            ReturnOrderIdentificationType::ReturnOrderNumber,
        )
    };
    client.process_return_order(wanted).unwrap();
    let shown = act(&sandbox, "return", json!({ "returnOrder": "R-1" }));
    assert_eq!(shown, json!({ "id": 1, "number": "R-1", "goodsOwner": "DEMO" }));
    assert_eq!((quantities(&client, "A")[0], status(&client, "O")), (9, 800));
    assert_eq!(sandbox.rows("return-orders").unwrap()[0].lines[0]["ReturnedNumberOfItems"], "3");
    refused(
        &sandbox,
        "return",
        json!({ "returnOrder": "R-1" }),
        (409, "all goods of return \"R-1\" have been received"),
    );
}

#[test]
fn work_on_goods_in_the_warehouse() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 20), ("B", 20)]);
    assert_eq!(
        act(&sandbox, "count", json!({ "article": "A", "number": 12, "cause": "broken" })),
        json!({ "inventoryId": 1 })
    );
    assert_eq!(quantities(&client, "A")[0], 12);
    act(&sandbox, "move", json!({ "article": "A", "number": 2, "location": "B-7" }));
    let planned = act(
        &sandbox,
        "transfer",
        json!({ "transfer": "T-1", "reference": "truck", "lines": [{ "line": "B", "number": 5 }] }),
    );
    assert_eq!((planned["number"].as_str(), planned["status"].as_i64()), (Some("T-1"), Some(300)));
    assert_eq!(act(&sandbox, "deliver-transfer", json!({ "transfer": "T-1" }))["status"], 500);
    assert_eq!(sandbox.rows("transfers").unwrap()[0]["ReferenceNumber"], "truck");

    produce(&sandbox, &client);
    change_status(&sandbox, &client);
}

fn produce(sandbox: &Sandbox, client: &Client) {
    let part = StructureArticleDefinition {
        sub_article_definition: Some(article("A")),
        ..StructureArticleDefinition::new(2.into())
    };
    let made = ArticleDefinition {
        article_structure_specification: Some(ArticleStructureSpecification {
            structure_article_definition: vec![part],
            ..ArticleStructureSpecification::new(ArticleStructureType::ProductionArticle)
        }),
        ..article("MADE")
    };
    client.process_article(made).unwrap();
    let line = ProductionOrderLine {
        production_order_line_number: Some("1".into()),
        article_number: Some("MADE".into()),
        ..ProductionOrderLine::new(ProductionOrderLineIdentificationType::ProductionOrderLineNumber, 3.into())
    };
    let wanted = ProductionOrder {
        production_order_number: Some("P-1".into()),
        production_order_lines: Some(vec![line]),
        ..ProductionOrder::new(
            ProductionOrderIdentificationType::ProductionOrderNumber,
            ProductionOrderOperation::CreateOrUpdate,
        )
    };
    client.process_production_order(wanted).unwrap();
    let some = json!({ "productionOrder": "P-1", "lines": [{ "line": "1", "number": 1 }] });
    assert_eq!(act(sandbox, "produce", some)["status"], 400);
    assert_eq!(act(sandbox, "produce", json!({ "productionOrder": "P-1" }))["status"], 500);
    assert_eq!((quantities(client, "A")[0], quantities(client, "MADE")[0]), (6, 3));
}

fn change_status(sandbox: &Sandbox, client: &Client) {
    client.process_goods_operation_order(goods_operation("G-1", "B")).unwrap();
    act(sandbox, "carry-out", json!({ "goodsOperationOrder": "G-1" }));
    assert_eq!(sandbox.rows("goods-operation-orders").unwrap()[0].lines[0]["ExecutedNumberOfItems"], "4");
}

#[test]
fn what_the_warehouse_cannot_do() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 2)]);
    client.process_order(order("O", &[("A", 3)])).unwrap();
    client.process_order(order("P", &[("A", 1)])).unwrap();
    // What is not there is told apart from what cannot be done with it.
    let cases = [
        (
            "receive",
            json!({ "inOrder": "STOCK-A" }),
            409,
            "order \"STOCK-A\" has status 500: reception is not possible",
        ),
        ("pick", json!({ "order": "O" }), 409, "1 of article \"A\" are missing"),
        (
            "pick",
            json!({ "order": "O", "lines": [{ "line": "A", "number": -1 }] }),
            409,
            "-1 of line \"A\" cannot be moved",
        ),
        ("ship", json!({ "order": "P" }), 409, "order \"P\" has status 300: shipping is not possible"),
        ("collect", json!({ "order": "P" }), 409, "order \"P\" has status 300: collection is not possible"),
        (
            "move",
            json!({ "article": "A", "number": 3, "location": "X" }),
            409,
            "1 of article \"A\" are missing",
        ),
        ("invoice", json!({ "orders": ["P"], "price": 1 }), 409, "nothing of order \"P\" was picked"),
        (
            "pick",
            json!({ "order": "O", "lines": [{ "line": "B", "number": 1 }] }),
            404,
            "the order has no line \"B\"",
        ),
        ("receive", json!({ "inOrder": "STOCK-A", "goodsOwner": "X" }), 404, "goods owner \"X\" not found"),
        ("receive", json!({ "inOrder": "?" }), 404, "in-order \"?\" not found"),
        ("tag", json!({ "inOrder": "?", "line": "A", "tags": ["T"] }), 404, "in-order \"?\" not found"),
        (
            "tag",
            json!({ "inOrder": "STOCK-A", "line": "B", "tags": ["T"] }),
            404,
            "the order has no line \"B\"",
        ),
        ("allocate", json!({ "order": "?" }), 404, "order \"?\" not found"),
        ("pick", json!({ "order": "?" }), 404, "order \"?\" not found"),
        ("ship", json!({ "order": "99" }), 404, "order \"99\" not found"),
        ("collect", json!({ "order": "?" }), 404, "order \"?\" not found"),
        ("invoice", json!({ "orders": ["?"], "price": 1 }), 404, "order \"?\" not found"),
        ("count", json!({ "article": "B", "number": 1 }), 404, "article \"B\" not found"),
        ("move", json!({ "article": "B", "number": 3, "location": "X" }), 404, "article \"B\" not found"),
        (
            "transfer",
            json!({ "transfer": "T", "to": "NO", "lines": [{ "line": "A", "number": 1 }] }),
            404,
            "warehouse \"NO\" not found",
        ),
        (
            "transfer",
            json!({ "transfer": "T", "lines": [{ "line": "B", "number": 1 }] }),
            404,
            "article \"B\" not found",
        ),
        ("deliver-transfer", json!({ "transfer": "T" }), 404, "transfer \"T\" not found"),
        ("produce", json!({ "productionOrder": "T" }), 404, "production order \"T\" not found"),
        ("carry-out", json!({ "goodsOperationOrder": "T" }), 404, "goods operation order \"T\" not found"),
        ("return", json!({ "returnOrder": "T" }), 404, "return \"T\" not found"),
        ("allocate", json!({ "order": "P", "goodsOwner": "X" }), 404, "goods owner \"X\" not found"),
        ("allocate", json!({ "all": true, "goodsOwner": "X" }), 404, "goods owner \"X\" not found"),
        ("state", json!({ "goodsOwner": "X" }), 404, "goods owner \"X\" not found"),
        ("export", json!({ "kind": "orders", "goodsOwner": "X" }), 404, "goods owner \"X\" not found"),
        ("undisturb", json!({ "id": 7 }), 404, "waiting disturbance 7 not found"),
        ("restore", json!({ "name": "none" }), 404, "snapshot \"none\" not found"),
        ("exchange", json!({ "id": 99 }), 404, "exchange 99 not found, or no longer kept"),
        ("requests", json!({ "operation": "GetNothing" }), 404, "operation \"GetNothing\" not found"),
        ("operation", json!({ "name": "GetNothing" }), 404, "operation \"GetNothing\" not found"),
    ];
    let before = whole(&sandbox);
    for (action, body, status, expected) in cases {
        refused(&sandbox, action, body, (status, expected));
    }
    assert_eq!(whole(&sandbox), before);
    // The rows of every table, and tables that are none.
    for table in sandbox.tables().unwrap() {
        let kind = get(&sandbox, "state");
        let kind = kind.as_array().unwrap().iter().find(|known| known["name"] == table.name).unwrap();
        let expected = format!("{} \"999\" not found", kind["kind"].as_str().unwrap());
        refused(&sandbox, "row", json!({ "table": table.name, "id": 999 }), (404, &expected));
    }
    for (look, body) in
        [("state", json!({ "table": "order" })), ("row", json!({ "table": "order", "id": 1 }))]
    {
        let (status, error) = post(&sandbox, look, &body);
        let text = error["error"].as_str().unwrap();
        assert!(
            status == 404 && text.starts_with("unknown table \"order\": the tables are orders, "),
            "{error}"
        );
    }
}
