//! Articles: identified, created, updated, refused; stock by its filters.

use ongoing_wms::api::*;

use crate::{article, in_order, refusal, start, stock};

#[test]
fn one_is_created_then_updated_and_keeps_what_is_not_said() {
    let (_sandbox, client) = start();
    let first = ArticleDefinition {
        bar_code: Some("735".into()),
        weight: Some("0.350".parse().unwrap()),
        product_code: Some("P-1".into()),
        ..article("A-1")
    };
    let id = client.process_article(first).unwrap().article_def_id;
    let again = ArticleDefinition { article_name: Some("Green mug".into()), ..article("A-1") };
    assert_eq!(client.process_article(again).unwrap().article_def_id, id);
    let lines = client.get_inventory().unwrap().inventory_lines.unwrap();
    let shown = lines[0].article.as_ref().unwrap();
    assert_eq!(shown.system_id, id);
    assert_eq!(shown.name.as_deref(), Some("Green mug"));
    assert_eq!(shown.bar_code.as_deref(), Some("735"));
    assert_eq!(shown.weight.unwrap().to_string(), "0.350");
}

#[test]
fn each_identification_finds_it() {
    let (_sandbox, client) = start();
    let made = ArticleDefinition { product_code: Some("P-1".into()), ..article("A-1") };
    let id = client.process_article(made).unwrap().article_def_id;
    let by = |by| ArticleDefinition { article_number: None, article_name: None, ..named(by) };
    let found = [
        ArticleDefinition { article_system_id: id, ..by(ArticleIdentificationType::SystemId) },
        ArticleDefinition { product_code: Some("P-1".into()), ..by(ArticleIdentificationType::ProductCode) },
        ArticleDefinition {
            article_name: Some("Article A-1".into()),
            ..by(ArticleIdentificationType::ArticleName)
        },
    ];
    for definition in found {
        assert_eq!(client.process_article(definition).unwrap().article_def_id, id);
    }
}

fn named(by: ArticleIdentificationType) -> ArticleDefinition {
    ArticleDefinition::new(ArticleOperation::CreateOrUpdate, by)
}

#[test]
fn what_identifies_must_be_there() {
    let (_sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    client.process_article(article("B")).unwrap();
    let by_id =
        ArticleDefinition { article_system_id: Some(99), ..named(ArticleIdentificationType::SystemId) };
    let taken = ArticleDefinition {
        article_number: Some("B".into()),
        article_name: Some("Article A".into()),
        ..named(ArticleIdentificationType::ArticleName)
    };
    for (definition, says) in [
        (named(ArticleIdentificationType::ArticleNumber), "ArticleNumber is missing"),
        (named(ArticleIdentificationType::ProductCode), "ProductCode is missing"),
        (by_id, "The article with the system id 99 was not found"),
        (taken, "Article number \"B\" belongs to another article"),
    ] {
        assert_eq!(refusal(client.process_article(definition)), says);
    }
}

#[test]
fn a_kit_cannot_hold_itself() {
    let (sandbox, client) = start();
    let holding = |number: &str, part: ArticleDefinition| ArticleDefinition {
        article_structure_specification: Some(ArticleStructureSpecification {
            structure_article_definition: vec![StructureArticleDefinition {
                sub_article_definition: Some(part),
                ..StructureArticleDefinition::new(1.into())
            }],
            ..ArticleStructureSpecification::new(ArticleStructureType::StructureArticle)
        }),
        ..article(number)
    };
    let circle = holding("A", holding("B", article("A")));
    assert_eq!(refusal(client.process_article(circle)), "An article cannot be a part of itself");
    assert_eq!(sandbox.rows("articles").unwrap(), []);
}

#[test]
fn groups_are_found_or_made() {
    let (_sandbox, client) = start();
    let group = |operation| ArticleGroup {
        article_group_code: Some("MUG".into()),
        article_group_name: Some("Mugs".into()),
        ..ArticleGroup::new(operation, ArticleGroupIdentification::ArticleGroupCode)
    };
    let of = |operation| ArticleDefinition { article_group: Some(group(operation)), ..article("A") };
    let says = refusal(client.process_article(of(ArticleGroupOperation::Find)));
    assert_eq!(says, "The article group with the code \"MUG\" was not found");
    for (operation, name) in [
        (ArticleGroupOperation::FindOrCreate, Some("Mugs")),
        (ArticleGroupOperation::Find, Some("Mugs")),
        (ArticleGroupOperation::Clear, None),
    ] {
        client.process_article(of(operation)).unwrap();
        let lines = client.get_inventory().unwrap().inventory_lines.unwrap();
        assert_eq!(lines[0].article.as_ref().unwrap().article_group_name.as_deref(), name);
    }
}

#[test]
fn stock_is_filtered_and_paged() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 5), ("B", 1)]);
    for number in ["C", "D"] {
        client.process_article(ArticleDefinition { order_point: Some(2), ..article(number) }).unwrap();
    }
    client.process_article(ArticleDefinition { order_point: Some(2), ..article("B") }).unwrap();
    let numbers = |query: GetInventoryQuery| -> String {
        let lines = client.get_inventory_by_query(query).unwrap().inventory_lines.unwrap();
        lines.into_iter().map(|line| line.article.unwrap().article_number.unwrap()).collect()
    };
    let all = GetInventoryQuery::default;
    let in_stock = GetInventoryByQuerySpecialFilters { only_articles_in_stock: Some(true) };
    for (query, expected) in [
        (all(), "ABCD"),
        (GetInventoryQuery { special_filters: Some(in_stock), ..all() }, "AB"),
        (GetInventoryQuery { articles_below_stock_limit: Some(true), ..all() }, "BCD"),
        (GetInventoryQuery { article_name_contains: Some(vec!["le c".into()]), ..all() }, "C"),
        (GetInventoryQuery { article_system_ids_to_get: Some(vec![1, 3]), ..all() }, "AC"),
        (GetInventoryQuery { max_articles_to_get: Some(2), ..all() }, "AB"),
        (GetInventoryQuery { max_articles_to_get: Some(2), article_system_id_from: Some(3), ..all() }, "CD"),
        (GetInventoryQuery { max_articles_to_get: Some(2), article_system_id_from: Some(5), ..all() }, ""),
        (GetInventoryQuery { stock_info_changed_from: "2999-01-01".parse().ok(), ..all() }, ""),
    ] {
        assert_eq!(numbers(query.clone()), expected, "{query:?}");
    }
}

#[test]
fn items_are_shown_one_by_one() {
    let (sandbox, client) = start();
    client.process_article(article("A")).unwrap();
    client.process_article(article("B")).unwrap();
    let mut announced = in_order("IN", &[("A", 3)]);
    let item = |serial: &str| InOrderLineArticleItem {
        serial: Some(serial.into()),
        batch: Some("L1".into()),
        expiry_date: "2030-01-01".parse().ok(),
        number_of_items: Some(1.into()),
        ..InOrderLineArticleItem::default()
    };
    announced.in_order_lines.as_mut().unwrap()[0].items = Some(vec![item("S1"), item("S2")]);
    client.process_in_order(announced).unwrap();
    sandbox.receive("IN").unwrap();
    let query = |zero, serials: Option<&str>| InventoryItemsQuery {
        get_zero_stock_articles: zero,
        filter_by_serial: serials.map(|serial| vec![serial.into()]),
        ..InventoryItemsQuery::default()
    };
    let lines = |query| client.get_inventory_items(query).unwrap().inventory_item_lines.unwrap();
    let shown: Vec<_> = lines(query(false, None))
        .iter()
        .flat_map(|line| line.inventory_items.clone().unwrap())
        .map(|item| (item.serial, item.number_of_items.to_string()))
        .collect();
    assert_eq!(
        shown,
        [(Some("S1".into()), "1".into()), (Some("S2".into()), "1".into()), (None, "1".to_owned())]
    );
    assert_eq!(lines(query(true, None)).len(), 2);
    let found = lines(query(false, Some("S2")));
    let item = &found[0].inventory_items.as_ref().unwrap()[0];
    assert_eq!(
        (item.batch.as_deref(), item.expiry_date.unwrap().to_string()),
        (Some("L1"), "2030-01-01T00:00:00".to_owned())
    );
}
