//! Long answers row by row and page by page.

use std::sync::{Arc, Mutex};

use ongoing_wms::api::*;
use ongoing_wms::observe::{Observer, RequestEvent};
use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use ongoing_wms::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};
use ongoing_wms::{Client, Credentials, Error};

use crate::{order, start, stock};

#[derive(Default)]
struct Asked(Mutex<Vec<String>>);

impl Observer for Asked {
    fn on_request(&self, event: &RequestEvent<'_>) {
        self.0.lock().unwrap().push(event.body.text().into_owned());
    }
}

fn numbers(orders: impl Iterator<Item = Result<Order, Error>>) -> Vec<String> {
    orders.map(|order| order.unwrap().order_info.unwrap().goods_owner_order_number.unwrap()).collect()
}

#[test]
fn orders_come_page_by_page() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 100)]);
    let expected: Vec<String> = (1..=7).map(|index| format!("O{index}")).collect();
    for number in &expected {
        client.process_order(order(number, &[("A", 1)])).unwrap();
    }
    assert_eq!(numbers(client.rows(GetOrdersByQuery::default())), expected);
    let asked = Arc::new(Asked::default());
    let client = Client::builder(sandbox.url())
        .credentials(sandbox.credentials())
        .observer(asked.clone())
        .build()
        .unwrap();
    for (size, pages) in [(1, 8), (3, 4), (7, 2), (100, 2)] {
        asked.0.lock().unwrap().clear();
        let all = client.pages(GetOrdersByQuery::default()).page_size(size);
        assert_eq!(numbers(all), expected, "{size}");
        assert_eq!(asked.0.lock().unwrap().len(), pages, "{size}");
    }
    let first = asked.0.lock().unwrap()[0].clone();
    assert!(first.contains("<MaxOrdersToGet>100<") && !first.contains("<OrderIdFrom"), "{first}");
    let none = OrderFilters { order_status_from: Some(990), ..OrderFilters::default() };
    assert_eq!(numbers(client.pages(GetOrdersByQuery { query: Some(none) })), [""; 0]);
}

#[test]
fn a_page_that_breaks_off_is_taken_up_again() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 100)]);
    let expected: Vec<String> = (1..=7).map(|index| format!("O{index}")).collect();
    for number in &expected {
        client.process_order(order(number, &[("A", 1)])).unwrap();
    }
    let cut = || sandbox.disturb(Disturbance::on("GetOrdersByQuery", DisturbanceKind::CutMidAnswer));
    let mut pages = client.pages(GetOrdersByQuery::default()).page_size(5);
    let (mut got, mut errors) = (Vec::new(), 0);
    cut();
    loop {
        let before = errors;
        got.extend(numbers(pages.by_ref().filter(|row| {
            errors += usize::from(row.is_err());
            row.is_ok()
        })));
        if errors == before {
            break;
        }
        assert!(pages.next().is_none(), "nothing comes behind an error");
        pages.resume();
        if errors < 3 {
            cut();
        }
    }
    assert_eq!((got, errors), (expected, 3));
    pages.resume();
    assert!(pages.next().is_none(), "nothing comes behind the end");
}

#[test]
fn stock_comes_page_by_page() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 1), ("B", 2), ("C", 3)]);
    let all = client.pages(GetInventoryByQuery::default()).page_size(2);
    let shown: Vec<_> = all
        .map(|line| line.map(|line| (line.article.unwrap().article_number.unwrap(), line.number_of_items)))
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(shown, [("A".to_owned(), 1), ("B".to_owned(), 2), ("C".to_owned(), 3)]);
}

#[test]
fn a_service_that_does_not_page_is_an_error() {
    let credentials = Credentials::new("user", "password").goods_owner_code("DEMO");
    let settings = Client::builder("http://localhost/").credentials(credentials);
    let client = settings.transport(Arc::new(Always)).build().unwrap();
    let items: Vec<_> = client.pages(GetOrdersByQuery::default()).collect();
    assert_eq!(items.len(), 2);
    let error = items[1].as_ref().unwrap_err();
    assert!(error.to_string().contains("the page from id 6 holds the id 5"), "{error}");
}

/// Answers with one order, whatever is asked.
#[derive(Debug)]
struct Always;

impl Transport for Always {
    fn send(&self, _: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
        let text = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <GetOrdersByQueryResponse xmlns=\"{NAMESPACE}\"><GetOrdersByQueryResult><Orders><Order><OrderInfo>\
             <OrderId>5</OrderId></OrderInfo></Order></Orders></GetOrdersByQueryResult></GetOrdersByQueryResponse>\
             </s:Body></s:Envelope>"
        );
        let body = Box::new(std::io::Cursor::new(text.into_bytes()));
        Ok(HttpAnswer { status: 200, headers: Vec::new(), body })
    }
}
