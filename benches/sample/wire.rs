//! What the benchmarks of the wire read and write.

use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;

use ongoing_wms::api::{
    ArticleIdentificationType, CustomerOrder, CustomerOrderLine, GetOrdersByQuery, GetOrdersResult,
    NAMESPACE, OrderLineIdentificationType, ProcessOrder,
};
use ongoing_wms::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};
use ongoing_wms::xml::Writer;
use ongoing_wms::{Client, Credentials, Operation};
use serde_json::json;

use crate::sample::{Seeded, value};

/// Answers each request with the same bytes.
#[derive(Debug)]
struct Same(Arc<[u8]>);

impl Transport for Same {
    fn send(&self, _: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
        let headers = vec![("Content-Length".to_owned(), self.0.len().to_string())];
        let body = Box::new(Cursor::new(Arc::clone(&self.0)));
        Ok(HttpAnswer { status: 200, headers, body })
    }
}

pub fn client(answer: &[u8]) -> Client {
    Client::builder("http://localhost/")
        .credentials(Credentials::new("user", "password").goods_owner_code("DEMO"))
        .transport(Arc::new(Same(answer.into())))
        .build()
        .expect("the settings are right")
}

/// An answer to GetOrdersByQuery of at least `bytes` bytes.
pub fn answer(bytes: usize) -> String {
    let mut random = Seeded::new(2026);
    let mut orders = String::new();
    // Small orders where the answer is to be small.
    let items = if bytes < 100_000 { 1 } else { 5 };
    while orders.len() < bytes {
        let order = value(&mut random, "Order", items, &mut Vec::new());
        let one: GetOrdersResult =
            serde_json::from_value(json!({ "Orders": [order] })).expect("made from the contract");
        let mut w = Writer::xml(NAMESPACE, None);
        GetOrdersByQuery::write_response(&one, &mut w);
        let (text, _) = w.finish().expect("made from the contract");
        let inner = text.split_once("<Orders>").and_then(|(_, rest)| rest.rsplit_once("</Orders>"));
        orders.push_str(inner.expect("an order").0);
    }
    let orders = format!("<GetOrdersByQueryResult><Orders>{orders}</Orders></GetOrdersByQueryResult>");
    enveloped("GetOrdersByQueryResponse", &orders)
}

/// The envelope round a response element.
pub fn enveloped(element: &str, content: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope \
         xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soap:Body><{element} \
         xmlns=\"{NAMESPACE}\">{content}</{element}></soap:Body></soap:Envelope>"
    )
}

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
    ProcessOrder { co: Some(CustomerOrder { customer_order_lines: Some(lines), ..CustomerOrder::default() }) }
}
