//! Production orders: announced, produced, reported.

use ongoing_wms::Client;
use ongoing_wms::api::*;
use ongoing_wms::sandbox::WorkError;
use ongoing_wms::xml::Element;

use crate::stock::now;
use crate::{article, fault, quantities, refusal, start, stock};

/// An article that two of A and one of B make.
fn made_article(client: &Client) -> i32 {
    let part = |number: &str, items: i32| StructureArticleDefinition {
        sub_article_definition: Some(article(number)),
        ..StructureArticleDefinition::new(items.into())
    };
    let specification = ArticleStructureSpecification {
        structure_article_definition: vec![part("A", 2), part("B", 1)],
        ..ArticleStructureSpecification::new(ArticleStructureType::ProductionArticle)
    };
    let made = ArticleDefinition { article_structure_specification: Some(specification), ..article("MADE") };
    client.process_article(made).unwrap().article_def_id.unwrap()
}

fn production(number: &str, article: &str, items: i32) -> ProductionOrder {
    let line = ProductionOrderLine {
        production_order_line_number: Some("1".into()),
        article_number: Some(article.into()),
        production_order_line_produce_batch_no: Some("P1".into()),
        ..ProductionOrderLine::new(
            ProductionOrderLineIdentificationType::ProductionOrderLineNumber,
            items.into(),
        )
    };
    ProductionOrder {
        production_order_number: Some(number.into()),
        production_order_lines: Some(vec![line]),
        ..ProductionOrder::new(
            ProductionOrderIdentificationType::ProductionOrderNumber,
            ProductionOrderOperation::CreateOrUpdate,
        )
    }
}

fn by_number(number: &str) -> Option<UpdateProductionOrderIdentification> {
    Some(UpdateProductionOrderIdentification {
        production_order_number: Some(number.into()),
        ..UpdateProductionOrderIdentification::new(
            UpdateProductionOrderIdentificationType::ProductionOrderNumber,
        )
    })
}

fn numbers(client: &Client, query: ProductionOrderFilters) -> Vec<String> {
    let orders = client.get_production_orders_by_query(query).unwrap().production_orders.unwrap();
    orders.into_iter().map(|order| order.production_order_header.unwrap().order_number.unwrap()).collect()
}

#[test]
fn parts_become_goods() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9), ("B", 9)]);
    made_article(&client);
    client.process_production_order(production("P", "MADE", 4)).unwrap();
    client.process_production_order(production("P", "MADE", 5)).unwrap();
    let short = WorkError::NotEnough { article: "A".into(), missing: 1.into() };
    assert_eq!(sandbox.produce("P"), Err(short));
    sandbox.produce_lines("P", &[("1", 3.into())]).unwrap();
    assert_eq!(["A", "B", "MADE"].map(|number| quantities(&client, number)[0]), [3, 6, 3]);
    let late = refusal(client.process_production_order(production("P", "MADE", 6)));
    assert_eq!(late, "Production order \"P\" can no longer be changed: production has begun");
    let unknown = refusal(client.process_production_order(production("Q", "NO", 6)));
    assert_eq!(unknown, "Article \"NO\" was not found");

    let query = ProductionOrderFilters::default();
    let order = client.get_production_orders_by_query(query).unwrap().production_orders.unwrap().remove(0);
    let header = order.production_order_header.unwrap();
    assert_eq!((header.ordered_number_of_items, header.produced_number_of_items), (5.into(), 3.into()));
    assert!(header.start_production_time.is_some() && header.end_production_time.is_none());
    assert_eq!(header.production_order_status, 400);
    let line = &order.production_order_lines.unwrap()[0];
    let consumed: Vec<_> =
        line.consumed.iter().flatten().map(|part| part.number_of_items.to_string()).collect();
    assert_eq!(consumed, ["6", "3"]);
    let made = &line.produced.as_ref().unwrap()[0];
    assert_eq!((made.number_of_items, made.batch_number.as_deref()), (3.into(), Some("P1")));
    let into = line.consumed.as_ref().unwrap()[0].produced_article_item_id;
    assert_eq!(into, Some(made.article_item_id));
    let items =
        client.get_inventory_items(InventoryItemsQuery::default()).unwrap().inventory_item_lines.unwrap();
    assert_eq!(items[2].inventory_items.as_ref().unwrap()[0].batch.as_deref(), Some("P1"));
}

#[test]
fn every_filter_of_production_orders() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9), ("B", 9)]);
    made_article(&client);
    for number in ["P1", "P2", "P3"] {
        client.process_production_order(production(number, "MADE", 1)).unwrap();
    }
    sandbox.produce("P1").unwrap();
    let between = Some(now(&client));
    sandbox.produce("P2").unwrap();
    let all = ProductionOrderFilters::default;
    let flagged = UpdateProductionOrder {
        update_production_order_identification: by_number("P3"),
        any: vec![
            Element::new("http://ongoingsystems.se/WSI", "UpdateProductionOrderFreeBoolean1")
                .with_text("true"),
        ],
        ..UpdateProductionOrder::default()
    };
    client.update_production_order(flagged).unwrap();
    for (query, expected) in [
        (all(), vec!["P1", "P2", "P3"]),
        (ProductionOrderFilters { last_production_time_from: between, ..all() }, vec!["P2"]),
        (ProductionOrderFilters { last_production_time_to: between, ..all() }, vec!["P1"]),
        (ProductionOrderFilters { last_produced_time_from: between, ..all() }, vec!["P2"]),
        (ProductionOrderFilters { last_produced_time_to: between, ..all() }, vec!["P1"]),
        (ProductionOrderFilters { production_order_id_to_get: Some(vec![3]), ..all() }, vec!["P3"]),
        (
            ProductionOrderFilters { production_order_number_to_get: Some(vec!["P2".into()]), ..all() },
            vec!["P2"],
        ),
        (ProductionOrderFilters { production_order_status_from: Some(500), ..all() }, vec!["P1", "P2"]),
        (ProductionOrderFilters { production_order_status_to: Some(499), ..all() }, vec!["P3"]),
        (ProductionOrderFilters { production_order_free_boolean1: Some(true), ..all() }, vec!["P3"]),
        (ProductionOrderFilters { production_order_free_boolean2: Some(true), ..all() }, vec![]),
    ] {
        assert_eq!(numbers(&client, query.clone()), expected, "{query:?}");
    }
    assert!(fault(client.call(GetProductionOrdersByQuery { query: None })).1.ends_with("query is missing"));
}

#[test]
fn what_was_produced_is_reported() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9), ("B", 9)]);
    made_article(&client);
    client.process_production_order(production("P", "MADE", 2)).unwrap();
    sandbox.produce("P").unwrap();
    let to_report = || ProductionOrderFilters {
        production_order_special_filters: Some(ProductionOrderSpecialFilters {
            only_production_orders_with_lines_to_report: Some(true),
            ..ProductionOrderSpecialFilters::default()
        }),
        ..ProductionOrderFilters::default()
    };
    assert_eq!(numbers(&client, to_report()), ["P"]);
    let report = |line: &str| {
        let named = UpdateProductionOrderLineIdentification {
            production_order_line_number: Some(line.into()),
            ..UpdateProductionOrderLineIdentification::new(
                UpdateProductionOrderLineIdentificationType::ProductionOrderLineNumber,
            )
        };
        client.update_production_order_lines(UpdateProductionOrderLines {
            update_production_order_identification: by_number("P"),
            production_order_lines: Some(vec![UpdateProductionOrderLine {
                update_production_order_line_identification: Some(named),
                update_reported_number_of_items: Some(UpdateProductionOrderLineReportedNumberOfItems {
                    reported_number_of_items: Some(2.into()),
                }),
            }]),
        })
    };
    assert_eq!(refusal(report("9")), "The production order has no line \"9\"");
    report("1").unwrap();
    assert!(numbers(&client, to_report()).is_empty());
}

#[test]
fn an_order_is_removed_until_production_begins() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9), ("B", 9)]);
    made_article(&client);
    let remove = |number: &str| {
        client.process_production_order(ProductionOrder {
            production_order_operation: ProductionOrderOperation::Remove,
            ..production(number, "MADE", 1)
        })
    };
    client.process_production_order(production("P", "MADE", 2)).unwrap();
    remove("P").unwrap();
    assert!(sandbox.produce("P").is_err());
    assert_eq!(refusal(remove("P")), "Production order \"P\" was not found");
    // Sent again, it is to be produced again.
    client.process_production_order(production("P", "MADE", 2)).unwrap();
    sandbox.produce("P").unwrap();
    let late = refusal(remove("P"));
    assert_eq!(late, "Production order \"P\" can no longer be changed: production has begun");
}

#[test]
fn single_facts_can_be_changed() {
    let (_sandbox, client) = start();
    made_article(&client);
    client.process_production_order(production("P", "MADE", 2)).unwrap();
    client.process_production_order(production("Q", "MADE", 2)).unwrap();
    let rename = |from: &str, to: &str| {
        client.update_production_order(UpdateProductionOrder {
            update_production_order_identification: by_number(from),
            update_production_order_number: Some(UpdateProductionOrderNumber {
                production_order_number: Some(to.into()),
            }),
            ..UpdateProductionOrder::default()
        })
    };
    rename("P", "R").unwrap();
    assert_eq!(numbers(&client, ProductionOrderFilters::default()), ["R", "Q"]);
    assert!(fault(rename("R", "Q")).1.ends_with("Production order number \"Q\" belongs to another order"));
    assert!(fault(rename("P", "S")).1.ends_with("Production order \"P\" was not found"));
}

#[test]
fn articles_made_by_production() {
    let (_sandbox, client) = start();
    let id = made_article(&client);
    let articles = |ids| {
        client
            .get_production_articles_by_query(GetProductionArticlesQuery { article_def_ids: ids })
            .unwrap()
            .articles
            .unwrap()
    };
    let all = articles(None);
    assert_eq!(all.len(), 1);
    let part = &all[0].specification.as_ref().unwrap()[0];
    assert_eq!(part.article.as_ref().unwrap().article_number.as_deref(), Some("A"));
    assert_eq!(articles(Some(vec![id])).len(), 1);
    assert!(articles(Some(vec![id + 1])).is_empty());
    assert_eq!(refusal(client.call(GetProductionArticlesByQuery { query: None })), "Query is missing");
}
