//! Reading and writing on the wire, each beside its floor.
//!
//! `cargo bench --bench wire`: the floor of reading is quick-xml going through the same bytes without making
//! anything of them; the floor of writing is copying the same bytes.

mod sample;

use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ongoing_wms::api::{
    ArticleIdentificationType, CustomerOrder, CustomerOrderLine, GetOrdersByQuery, GetOrdersResult,
    NAMESPACE, OrderLineIdentificationType, ProcessOrder,
};
use ongoing_wms::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};
use ongoing_wms::xml::Writer;
use ongoing_wms::{Client, Credentials, Operation};
use sample::{Seeded, value};
use serde_json::json;

/// About 20 MB.
const ANSWER_BYTES: usize = 20 << 20;

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

fn client(answer: &[u8]) -> Client {
    Client::builder("http://localhost/")
        .credentials(Credentials::new("user", "password").goods_owner_code("DEMO"))
        .transport(Arc::new(Same(answer.into())))
        .build()
        .expect("the settings are right")
}

/// An answer to GetOrdersByQuery of at least `bytes` bytes.
fn answer(bytes: usize) -> String {
    let mut random = Seeded::new(2026);
    let mut orders = String::new();
    while orders.len() < bytes {
        let order = value(&mut random, "Order", 5, &mut Vec::new());
        let one: GetOrdersResult =
            serde_json::from_value(json!({ "Orders": [order] })).expect("made from the contract");
        let mut w = Writer::xml(NAMESPACE, None);
        GetOrdersByQuery::write_response(&one, &mut w);
        let (text, _) = w.finish().expect("made from the contract");
        let inner = text.split_once("<Orders>").and_then(|(_, rest)| rest.rsplit_once("</Orders>"));
        orders.push_str(inner.expect("an order").0);
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope \
         xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soap:Body><GetOrdersByQueryResponse \
         xmlns=\"{NAMESPACE}\"><GetOrdersByQueryResult><Orders>{orders}</Orders></GetOrdersByQueryResult>\
         </GetOrdersByQueryResponse></soap:Body></soap:Envelope>"
    )
}

fn scan(text: &str) -> usize {
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

fn reading(criterion: &mut Criterion) {
    let text = answer(ANSWER_BYTES);
    let client = client(text.as_bytes());
    let mut group = criterion.benchmark_group("read 20 MB");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.sample_size(20).measurement_time(Duration::from_secs(8));
    group.bench_function("call", |bencher| {
        bencher.iter_with_large_drop(|| client.call(GetOrdersByQuery::default()).expect("a right answer"));
    });
    group.bench_function("rows", |bencher| {
        bencher.iter_with_large_drop(|| {
            let rows: Result<Vec<_>, _> = client.rows(GetOrdersByQuery::default()).collect();
            rows.expect("a right answer")
        });
    });
    group.bench_function("floor: scan", |bencher| bencher.iter(|| scan(black_box(&text))));
    group.finish();
}

fn order(lines: usize) -> ProcessOrder {
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

fn writing(criterion: &mut Criterion) {
    let client = client(b"");
    let mut group = criterion.benchmark_group("write ProcessOrder");
    for lines in [1, 50, 1000] {
        let order = order(lines);
        let text = client.render(&order).expect("a right order").expose().to_owned();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("render", lines), &order, |bencher, order| {
            bencher.iter(|| client.render(black_box(order)).expect("a right order"));
        });
        group.bench_with_input(BenchmarkId::new("floor: copy", lines), &text, |bencher, text| {
            bencher.iter(|| black_box(text).clone());
        });
    }
    group.finish();
}

criterion_group!(benches, reading, writing);
criterion_main!(benches);
