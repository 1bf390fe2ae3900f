//! Short text can mean large values: what a client takes in is limited by the memory of the values too.

use std::sync::{Arc, Mutex};

use ongoing_wms::api::{GetOrderStatuses, GetOrdersByQuery, NAMESPACE};
use ongoing_wms::{Client, ClientBuilder, Error};

use crate::cut::Held;
use crate::server::{END, begin, row, settings};

fn client(text: String, set: impl Fn(ClientBuilder) -> ClientBuilder) -> Client {
    let held = Arc::new(Held(Mutex::new(text.into_bytes())));
    set(settings("http://localhost/").transport(held)).build().unwrap()
}

/// An answer with these orders.
fn orders(orders: &str) -> String {
    format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>\
         <GetOrdersByQueryResponse xmlns='{NAMESPACE}'><GetOrdersByQueryResult><Orders>{orders}</Orders>\
         </GetOrdersByQueryResult></GetOrdersByQueryResponse></s:Body></s:Envelope>"
    )
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Response(error)) => error.message().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn many_empty_rows() {
    let text = orders(&"<Order/>".repeat(5_000));
    let called =
        |bytes| client(text.clone(), |set| set.max_answer_bytes(bytes)).call(GetOrdersByQuery::default());
    let message = refusal(called(200_000));
    assert!(message.contains("bytes of memory") && message.contains("`max_answer_bytes`"), "{message}");
    assert_eq!(called(100_000_000).unwrap().orders.map(|orders| orders.len()), Some(5_000));
    // Row by row one of them is held at a time.
    let rows = client(text.clone(), |set| set.max_answer_bytes(200_000)).rows(GetOrdersByQuery::default());
    assert_eq!(rows.filter(Result::is_ok).count(), 5_000);
}

#[test]
fn many_unknown_elements() {
    let text = |count| orders(&format!("<Order>{}</Order>", "<a>x</a>".repeat(count)));
    let called =
        |count| client(text(count), |set| set.max_answer_bytes(300_000)).call(GetOrdersByQuery::default());
    assert!(called(1_000).is_ok());
    let message = refusal(called(30_000));
    assert!(message.contains("`max_answer_bytes`"), "{message}");
}

#[test]
fn one_row_of_many_empty_lines() {
    let lines = "<PickedOrderLine/>".repeat(8_000);
    let text = orders(&format!("<Order><PickedOrderLines>{lines}</PickedOrderLines></Order>"));
    let mut rows = client(text, |set| set.max_row_bytes(200_000)).rows(GetOrdersByQuery::default());
    let message = refusal(rows.next().unwrap());
    assert!(message.contains("`max_row_bytes`"), "{message}");
    assert!(rows.next().is_none());
}

#[test]
fn text_over_the_limit_names_the_setting() {
    let text = format!("{}{}{END}", begin(), row(1));
    let short = client(text.clone(), |set| set.max_answer_bytes(100)).call(GetOrderStatuses {});
    assert!(refusal(short).contains("`max_answer_bytes`"));
    let rows = client(text, |set| set.max_row_bytes(20)).rows(GetOrderStatuses {});
    assert!(refusal(rows.last().unwrap()).contains("`max_row_bytes`"));
}
