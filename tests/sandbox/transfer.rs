//! Transfers between warehouses, and what articles are made of.

use ongoing_wms::Client;
use ongoing_wms::api::*;
use ongoing_wms::sandbox::WorkError;
use ongoing_wms::xml::Element;

use crate::open::texts;
use crate::stock::now;
use crate::{article, fault, start, stock};

fn numbers(client: &Client, query: WarehouseTransferOrderFilters) -> Vec<String> {
    let orders = client.get_warehouse_transfer_order_by_query(query).unwrap().orders.unwrap();
    orders.into_iter().map(|order| order.header.unwrap().order_number.unwrap()).collect()
}

#[test]
fn goods_go_to_another_warehouse() {
    let (sandbox, client) = start();
    let before = now(&client);
    stock(&sandbox, &client, &[("A", 9)]);
    sandbox.transfer("T1", "R1", "SIDE", &[("A", 4.into())]).unwrap();
    sandbox.transfer("T2", "R2", "SIDE", &[("A", 6.into())]).unwrap();
    assert!(sandbox.transfer("T3", "R3", "NO", &[("A", 4.into())]).is_err());
    let between = Some(now(&client));
    sandbox.deliver_transfer("T1").unwrap();
    let missing = WorkError::NotEnough { article: "A".into(), missing: 1.into() };
    assert_eq!(sandbox.deliver_transfer("T2"), Err(missing));
    let all = WarehouseTransferOrderFilters::default;
    for (query, expected) in [
        (all(), vec!["T1", "T2"]),
        (WarehouseTransferOrderFilters { is_delivered: Some(true), ..all() }, vec!["T1"]),
        (WarehouseTransferOrderFilters { from_warehouse_id: Some(2), ..all() }, vec![]),
        (WarehouseTransferOrderFilters { to_warehouse_id: Some(2), ..all() }, vec!["T1", "T2"]),
        (WarehouseTransferOrderFilters { order_status_from: Some(400), ..all() }, vec!["T1"]),
        (WarehouseTransferOrderFilters { order_status_to: Some(400), ..all() }, vec!["T2"]),
        (WarehouseTransferOrderFilters { last_updated_from: between, ..all() }, vec!["T1"]),
        (WarehouseTransferOrderFilters { last_updated_to: between, ..all() }, vec!["T2"]),
        (WarehouseTransferOrderFilters { reference_number: Some("R2".into()), ..all() }, vec!["T2"]),
        (
            WarehouseTransferOrderFilters { warehouse_transfer_order_ids_to_get: Some(vec![1]), ..all() },
            vec!["T1"],
        ),
        (
            WarehouseTransferOrderFilters {
                warehouse_transfer_order_numbers_to_get: Some(vec!["T2".into()]),
                ..all()
            },
            vec!["T2"],
        ),
    ] {
        assert_eq!(numbers(&client, query.clone()), expected, "{query:?}");
    }
    let lines = client.get_inventory_per_warehouse(GetInventoryPerWarehouseQuery::default()).unwrap();
    let line = lines.per_warehouse_article_lines.unwrap().remove(0);
    let stock: Vec<_> = line
        .per_warehouse_stock_lines
        .unwrap()
        .into_iter()
        .map(|line| (line.warehouse_code.unwrap(), line.number_of_items.to_string()))
        .collect();
    assert_eq!(stock, [("MAIN".into(), "5".into()), ("SIDE".to_owned(), "4".to_owned())]);
    let moves = client
        .get_movements_by_query(GetGoodsOwnerMovementsQuery {
            only_movements_between_different_warehouses: Some(true),
            ..GetGoodsOwnerMovementsQuery::new(before)
        })
        .unwrap();
    assert_eq!(texts(&moves.any, "ToWarehouse.WarehouseCode"), ["SIDE"]);
    let nothing = fault(client.call(GetWarehouseTransferOrderByQuery { query: None }));
    assert!(nothing.1.ends_with("query is missing"));
}

#[test]
fn materials_of_articles() {
    let (_sandbox, client) = start();
    for number in ["A", "B", "C"] {
        client.process_article(article(number)).unwrap();
    }
    let update = |number: &str, recycled| {
        client.update_article_materials(UpdateArticleMaterials {
            article_number: Some(number.into()),
            article_materials_specification: Some(ArticleMaterialsSpecification {
                article_contains_recycled_materials: Some(recycled),
                ..ArticleMaterialsSpecification::default()
            }),
            ..UpdateArticleMaterials::new(ArticleIdentificationType::ArticleNumber)
        })
    };
    update("A", ArticleContainsRecycledMaterials::No).unwrap();
    update("A", ArticleContainsRecycledMaterials::Yes).unwrap();
    update("C", ArticleContainsRecycledMaterials::DontKnow).unwrap();
    let read = |query| client.get_article_materials(query);
    let all = GetArticleMaterialsQuery::default;
    let recycled = "ArticleMaterialsSpecification.ArticleContainsRecycledMaterials";
    assert_eq!(texts(&read(all()).unwrap().any, recycled), ["Yes", "DontKnow"]);
    let only = GetArticleMaterialsQuery { article_numbers_to_get: Some(vec!["C".into()]), ..all() };
    assert_eq!(texts(&read(only).unwrap().any, "ArticleInfo.ArticleNumber"), ["C"]);
    let paged = |most: &str| {
        let most = Element::new("http://ongoingsystems.se/WSI", "MaxArticlesToGet").with_text(most);
        let paging = GetArticleMaterialsPaging { any: vec![most] };
        read(GetArticleMaterialsQuery { paging: Some(paging), ..all() })
    };
    assert_eq!(texts(&paged("1").unwrap().any, "ArticleInfo.ArticleNumber"), ["A"]);
    assert!(fault(paged("many")).1.ends_with("MaxArticlesToGet is not a whole number"));
    let unknown = fault(update("X", ArticleContainsRecycledMaterials::Yes));
    assert!(unknown.1.ends_with("Article \"X\" was not found by ArticleNumber"));
}
