//! Answers that break off.

use std::io::Cursor;
use std::sync::{Arc, Mutex};

use ongoing_wms::api::GetOrderStatuses;
use ongoing_wms::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};
use ongoing_wms::{Client, Error};

use crate::server::{answer, begin, row, settings};

/// Answers with the text that it holds.
#[derive(Debug, Default)]
pub struct Held(pub Mutex<Vec<u8>>);

impl Transport for Held {
    fn send(&self, _: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
        let body = Box::new(Cursor::new(self.0.lock().unwrap().clone()));
        Ok(HttpAnswer { status: 200, headers: Vec::new(), body })
    }
}

pub fn held(text: impl Into<Vec<u8>>) -> Client {
    let held = Arc::new(Held(Mutex::new(text.into())));
    settings("http://localhost/").transport(held).build().unwrap()
}

#[test]
fn cut_at_every_byte_gives_the_rows_so_far_and_then_an_error() {
    let whole = answer(3);
    for length in 0..whole.len() {
        let client = held(&whole.as_bytes()[..length]);
        let mut items: Vec<_> = client.rows(GetOrderStatuses {}).collect();
        let error = items.pop().unwrap().unwrap_err();
        let complete = (1..=3).filter(|rows| length >= begin().len() + row(1).len() * rows).count();
        assert_eq!(items.len(), complete, "cut at {length}");
        for (number, item) in items.into_iter().enumerate() {
            assert_eq!(item.unwrap().order_status_id, number as i32 + 1);
        }
        check(&error, length, complete);
        if !whole.is_char_boundary(length) {
            continue;
        }
        // The same is said of an answer that is read whole.
        let called = client.call(GetOrderStatuses {}).unwrap_err();
        assert_eq!(without_exchange(&error), without_exchange(&called), "cut at {length}");
    }
    assert_eq!(held(whole).rows(GetOrderStatuses {}).map(Result::unwrap).count(), 3);
}

fn check(error: &Error, length: usize, complete: usize) {
    let Error::Response(error) = error else {
        // Too short for an envelope.
        assert!(matches!(error, Error::Status(_)) && complete == 0, "{error}");
        return;
    };
    // Before its start tag is complete nobody knows that it is a row.
    let begun = begin().len() + row(1).len() * complete + "<OrderStatus>".len();
    if complete < 3 && length >= begun {
        let row = format!("GetOrderStatusesResult.OrderStatuses.OrderStatus[{}]", complete + 1);
        assert!(error.path().starts_with(&row), "cut at {length}: {error:?}");
        assert!(error.offset().is_some());
    }
}

fn without_exchange(error: &Error) -> String {
    error.to_string().split(" [").next().unwrap_or_default().to_owned()
}

#[test]
fn an_error_names_the_row_and_the_byte_of_the_whole_answer() {
    let text = answer(5).replace("<OrderStatusId>4<", "<OrderStatusId>four<");
    let client = held(text.as_str());
    let items: Vec<_> = client.rows(GetOrderStatuses {}).collect();
    assert_eq!(items.len(), 4);
    let Err(Error::Response(error)) = &items[3] else { panic!("{:?}", items[3]) };
    assert_eq!(error.path(), "GetOrderStatusesResult.OrderStatuses.OrderStatus[4].OrderStatusId");
    let place = text.find("four</OrderStatusId>").unwrap() + "four</OrderStatusId>".len();
    assert_eq!(error.offset(), Some(place as u64));
    assert!(items[3].as_ref().unwrap_err().body().starts_with(b"<OrderStatus>"));
}

#[test]
fn damaged_anywhere_it_is_never_a_panic_and_agrees_with_the_whole() {
    let whole = answer(2).into_bytes();
    for place in 0..whole.len() {
        for byte in [b'<', b'>', b'&', b'"', b'/', b'x', 0, 0xff] {
            let mut text = whole.clone();
            text[place] = byte;
            let client = held(text);
            let rows: Result<Vec<_>, Error> = client.rows(GetOrderStatuses {}).collect();
            let called =
                client.call(GetOrderStatuses {}).map(|result| result.order_statuses.unwrap_or_default());
            match (rows, called) {
                (Ok(rows), Ok(called)) => assert_eq!(rows, called, "{place} {byte}"),
                (Err(_), Err(_)) => {}
                (rows, called) => panic!("{place} {byte}: {rows:?} {called:?}"),
            }
        }
    }
}
