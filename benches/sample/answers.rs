//! Answers, and a client that gets them.

use std::io::Cursor;
use std::sync::Arc;

use ongoing_wms::api::{GetOrdersByQuery, GetOrdersResult, NAMESPACE};
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
