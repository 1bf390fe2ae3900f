//! A small initial warehouse, created like everything else: by requests of the goods owner, and by work.

use rust_decimal::Decimal;

use super::contract::*;
use super::find::{IN_ORDER, ORDER};
use crate::sandbox::articles::article;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::inbound::{in_order, return_order};
use crate::sandbox::orders::order;
use crate::sandbox::work_error::WorkError;
use crate::sandbox::{actions, production};

/// Number, name, bar code, price in kronor, grams.
const ARTICLES: &[(&str, &str, &str, i64, i64)] = &[
    ("MUG-RED", "Mug, red", "7350000000018", 149, 320),
    ("MUG-BLUE", "Mug, blue", "7350000000025", 149, 320),
    ("BOWL-OAK", "Bowl, oak", "7350000000032", 399, 780),
    ("TEA-EARL", "Tea, Earl Grey, 100 g", "7350000000049", 89, 110),
    ("TEA-ROOIBOS", "Tea, rooibos, 100 g", "7350000000056", 79, 110),
    ("TOWEL-LIN", "Tea towel, linen", "7350000000063", 129, 90),
    ("BOX-GIFT", "Gift box, empty", "7350000000070", 25, 150),
];

/// Articles with quantities.
type ArticleQuantities = &'static [(&'static str, i64)];

/// Number, name, how the parts are used, and the parts.
type Kit = (&'static str, &'static str, ArticleStructureType, ArticleQuantities);

/// Consists of parts: picked from them, or produced from them.
const KITS: &[Kit] = &[
    (
        "SET-TEA",
        "Tea for two: two mugs and a tea",
        ArticleStructureType::StructureArticle,
        &[("MUG-RED", 1), ("MUG-BLUE", 1), ("TEA-EARL", 1)],
    ),
    (
        "SET-GIFT",
        "Gift box with tea and towel, packed here",
        ArticleStructureType::ProductionArticle,
        &[("BOX-GIFT", 1), ("TEA-ROOIBOS", 1), ("TOWEL-LIN", 1)],
    ),
];

/// Number, supplier, lines, and the lines received in part or whole.
type Announcement = (&'static str, &'static str, ArticleQuantities, ArticleQuantities);

const ANNOUNCEMENTS: &[Announcement] = &[
    (
        "PO-501",
        "Keramik i Gustavsberg AB",
        &[("MUG-RED", 120), ("MUG-BLUE", 80), ("BOWL-OAK", 24)],
        &[("MUG-RED", 120), ("MUG-BLUE", 80), ("BOWL-OAK", 24)],
    ),
    (
        "PO-502",
        "Te & Textil AB",
        &[("TEA-EARL", 60), ("TEA-ROOIBOS", 60), ("TOWEL-LIN", 40), ("BOX-GIFT", 50)],
        &[("TEA-EARL", 60), ("TEA-ROOIBOS", 35), ("TOWEL-LIN", 40), ("BOX-GIFT", 50)],
    ),
    ("PO-503", "Keramik i Gustavsberg AB", &[("BOWL-OAK", 48), ("MUG-BLUE", 60)], &[]),
];

/// Number, name, address, post code and city.
const CUSTOMERS: &[(&str, &str, &str, &str, &str)] = &[
    ("C-1", "Anna Andersson", "Storgatan 1", "11122", "Stockholm"),
    ("C-2", "Café Kajutan HB", "Hamngatan 14", "41106", "Göteborg"),
    ("C-3", "Östen Ström", "Åvägen 3B", "90325", "Umeå"),
];

/// Number, customer, lines, and the order's status.
const ORDERS: &[(&str, usize, ArticleQuantities, i32)] = &[
    ("1001", 0, &[("MUG-RED", 2), ("TEA-EARL", 1)], 500),
    ("1002", 1, &[("MUG-BLUE", 24), ("BOWL-OAK", 4)], 450),
    ("1003", 2, &[("TOWEL-LIN", 3)], 400),
    ("1004", 0, &[("SET-TEA", 1), ("BOWL-OAK", 1)], 320),
    ("1005", 1, &[("TEA-ROOIBOS", 12), ("MUG-RED", 6)], 300),
    // More than in stock until PO-503 is received.
    ("1006", 2, &[("BOWL-OAK", 40)], 300),
    ("1007", 0, &[("TEA-EARL", 1)], 200),
];

/// Creates it for this goods owner, if the warehouse is empty.
pub(crate) fn plant(desk: &Desk<'_>, owner: i32) -> Result<(), WorkError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM article UNION ALL SELECT 1 FROM in_order UNION ALL
               SELECT 1 FROM customer_order UNION ALL SELECT 1 FROM customer)";
    if desk.query_row(sql, [], |row| row.get(0))? {
        return Ok(());
    }
    desk.serve(None, Some(owner))?;
    articles(desk)?;
    for announcement in ANNOUNCEMENTS {
        announce(desk, announcement)?;
    }
    for (number, customer, lines, status) in ORDERS {
        send(desk, number, *customer, lines, *status)?;
    }
    give_back(desk, "R-1", "1001", &[("MUG-RED", 1)])?;
    produce(desk, "P-1", "SET-GIFT", 10)
}

fn blank_article(number: &str) -> ArticleDefinition {
    ArticleDefinition {
        article_number: Some(number.to_owned()),
        ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
    }
}

fn articles(desk: &Desk<'_>) -> Result<(), WorkError> {
    for (number, name, bar_code, price, grams) in ARTICLES {
        let definition = ArticleDefinition {
            article_name: Some((*name).to_owned()),
            bar_code: Some((*bar_code).to_owned()),
            price: Some(Decimal::new(*price, 0)),
            weight: Some(Decimal::new(*grams, 3)),
            article_unit_code: Some("pcs".to_owned()),
            country_of_origin_code: Some("SE".to_owned()),
            ..blank_article(number)
        };
        article::process(desk, ProcessArticle { art: Some(definition) })?;
    }
    for (number, name, structure, parts) in KITS {
        let part = |(number, items): &(&str, i64)| StructureArticleDefinition {
            sub_article_definition: Some(blank_article(number)),
            ..StructureArticleDefinition::new(Decimal::new(*items, 0))
        };
        let definition = ArticleDefinition {
            article_name: Some((*name).to_owned()),
            article_structure_specification: Some(ArticleStructureSpecification {
                structure_article_definition: parts.iter().map(part).collect(),
                ..ArticleStructureSpecification::new(structure.clone())
            }),
            ..blank_article(number)
        };
        article::process(desk, ProcessArticle { art: Some(definition) })?;
    }
    Ok(())
}

fn announce(desk: &Desk<'_>, announcement: &Announcement) -> Result<(), WorkError> {
    let (number, supplier, lines, came) = announcement;
    let line = |(article, items): &(&str, i64)| InOrderLine {
        article_number: Some((*article).to_owned()),
        ..InOrderLine::new(
            OrderLineIdentificationType::ArticleNumber,
            ArticleIdentificationType::ArticleNumber,
            Decimal::new(*items, 0),
        )
    };
    let in_order = InOrder {
        in_order_info: Some(InOrderInfoClass {
            goods_owner_order_number: Some((*number).to_owned()),
            ..InOrderInfoClass::new(
                InOrderIdentificationType::GoodsOwnerOrderNumber,
                InOrderOperation::CreateOrUpdate,
            )
        }),
        in_order_supplier: Some(InOrderSupplier {
            supplier_number: Some((*supplier).to_owned()),
            supplier_name: Some((*supplier).to_owned()),
            ..InOrderSupplier::new(
                InOrderSupplierIdentificationType::SupplierNumber,
                InOrderSupplierOperation::CreateOrUpdate,
            )
        }),
        in_order_lines: Some(lines.iter().map(line).collect()),
        ..InOrder::default()
    };
    in_order::process(desk, ProcessInOrder { co: Some(in_order) })?;
    if came.is_empty() {
        return Ok(());
    }
    let came: Vec<(&str, Decimal)> =
        came.iter().map(|(article, items)| (*article, Decimal::new(*items, 0))).collect();
    actions::staff::receive(desk, &IN_ORDER.find(desk, number)?, Some(&came))
}

fn send(
    desk: &Desk<'_>,
    number: &str,
    customer: usize,
    lines: ArticleQuantities,
    status: i32,
) -> Result<(), WorkError> {
    let line = |(article, items): &(&str, i64)| CustomerOrderLine {
        article_number: Some((*article).to_owned()),
        ..CustomerOrderLine::new(
            OrderLineIdentificationType::ArticleNumber,
            ArticleIdentificationType::ArticleNumber,
            Decimal::new(*items, 0),
        )
    };
    let order = CustomerOrder {
        order_info: Some(OrderInfoClass {
            goods_owner_order_number: Some(number.to_owned()),
            order_status_created: Some(status.min(300)),
            ..OrderInfoClass::new(
                OrderIdentificationType::GoodsOwnerOrderNumber,
                OrderOperation::CreateOrUpdate,
            )
        }),
        customer: CUSTOMERS.get(customer).map(consignee),
        transporter_contract: Some(TransporterContractClass {
            transporter_code: Some("SWIFT".to_owned()),
            transporter_service_code: Some("HOME".to_owned()),
            ..TransporterContractClass::new(
                TransporterContractIdentificationType::CodeAndServiceCode,
                TransporterContractOperation::Find,
                TransportPaymentType::Prepaid,
            )
        }),
        customer_order_lines: Some(lines.iter().map(line).collect()),
        ..CustomerOrder::default()
    };
    order::process(desk, ProcessOrder { co: Some(order) })?;
    // Step by step, as people do.
    while let order = ORDER.find(desk, number)?
        && order.status < status
    {
        actions::staff::next_step(desk, &order)?;
    }
    Ok(())
}

fn consignee(customer: &(&str, &str, &str, &str, &str)) -> Customer {
    let (number, name, address, post_code, city) = *customer;
    Customer {
        customer_number: Some(number.to_owned()),
        name: Some(name.to_owned()),
        address: Some(address.to_owned()),
        post_code: Some(post_code.to_owned()),
        city: Some(city.to_owned()),
        country_code: Some("SE".to_owned()),
        ..Customer::new(CustomerOperation::CreateOrUpdate, CustomerIdentificationType::CustomerNumber)
    }
}

fn give_back(desk: &Desk<'_>, number: &str, order: &str, lines: ArticleQuantities) -> Result<(), WorkError> {
    let line = |(article, items): &(&str, i64)| ReturnOrderLine {
        article_number: Some((*article).to_owned()),
        ..ReturnOrderLine::new(ReturnOrderLineIdentificationType::ArticleNumber, Decimal::new(*items, 0))
    };
    let wanted = ReturnOrder {
        return_order_number: Some(number.to_owned()),
        customer_order_number: Some(order.to_owned()),
        return_order_lines: Some(lines.iter().map(line).collect()),
        ..ReturnOrder::new(
            ReturnCustomerOrderIdentificationType::OrderNumber,
            ReturnOrderIdentificationType::ReturnOrderNumber,
        )
    };
    return_order::process(desk, ProcessReturnOrder { return_order: Some(wanted) })?;
    Ok(())
}

fn produce(desk: &Desk<'_>, number: &str, article: &str, items: i64) -> Result<(), WorkError> {
    let line = ProductionOrderLine {
        production_order_line_number: Some("1".to_owned()),
        article_number: Some(article.to_owned()),
        ..ProductionOrderLine::new(
            ProductionOrderLineIdentificationType::ProductionOrderLineNumber,
            Decimal::new(items, 0),
        )
    };
    let order = ProductionOrder {
        production_order_number: Some(number.to_owned()),
        production_order_lines: Some(vec![line]),
        ..ProductionOrder::new(
            ProductionOrderIdentificationType::ProductionOrderNumber,
            ProductionOrderOperation::CreateOrUpdate,
        )
    };
    production::order::process(desk, ProcessProductionOrder { production_order: Some(order) })?;
    Ok(())
}
