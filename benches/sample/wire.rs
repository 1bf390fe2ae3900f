//! What the benchmarks of the wire read and write.

#[path = "answers.rs"]
pub mod answers;

use std::hint::black_box;

pub use answers::{answer, client};
use ongoing_wms::api::{
    ArticleIdentificationType, CustomerOrder, CustomerOrderLine, OrderIdentificationType, OrderInfoClass,
    OrderLineIdentificationType, OrderOperation, ProcessOrder,
};

/// Goes through the text and makes nothing of it.
pub fn scan(text: &str) -> usize {
    let mut events = quick_xml::Reader::from_str(text);
    let mut count = 0;
    loop {
        match events.read_event().expect("well-formed") {
            quick_xml::events::Event::Eof => return count,
            event => {
                black_box(event);
                count += 1;
            }
        }
    }
}

pub fn order(lines: usize) -> ProcessOrder {
    let line = |number: usize| CustomerOrderLine {
        external_order_line_code: Some(format!("line {number}")),
        article_number: Some(format!("A-{}", 1000 + number)),
        article_name: Some("Skruv 4,5 × 40 <förzinkad>".to_owned()),
        order_line_comment: Some("pick from the front".to_owned()),
        ..CustomerOrderLine::new(
            OrderLineIdentificationType::ExternalOrderLineCode,
            ArticleIdentificationType::ArticleNumber,
            "12.50".parse().expect("a number"),
        )
    };
    let lines = (0..lines).map(line).collect();
    let info = OrderInfoClass {
        goods_owner_order_number: Some("1".to_owned()),
        ..OrderInfoClass::new(OrderIdentificationType::GoodsOwnerOrderNumber, OrderOperation::CreateOrUpdate)
    };
    let order = CustomerOrder {
        order_info: Some(info),
        customer_order_lines: Some(lines),
        ..CustomerOrder::default()
    };
    ProcessOrder { co: Some(order) }
}
