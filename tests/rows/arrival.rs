//! Rows come as they arrive, and not before.

use std::io::{Read as _, Write as _};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ongoing_wms::api::GetOrderStatuses;
use ongoing_wms::observe::{Observer, ResponseEvent};
use ongoing_wms::{Error, RetryPolicy};

use crate::server::{END, answer, answering, begin, client, head, row, serve, settings};

#[test]
fn the_first_row_is_there_before_the_rest_was_sent() {
    let (go_on, wait) = mpsc::channel::<()>();
    let url = serve(move |stream| {
        head(stream);
        stream.write_all((begin() + &row(1)).as_bytes()).unwrap();
        wait.recv().unwrap();
        stream.write_all((row(2) + END).as_bytes()).unwrap();
    });
    let mut rows = client(&url).rows(GetOrderStatuses {});
    assert_eq!(rows.next().unwrap().unwrap().order_status_id, 1);
    // Nothing of the second row has been sent.
    go_on.send(()).unwrap();
    let second = rows.next().unwrap().unwrap();
    assert_eq!((second.order_status_id, second.order_status_name.as_deref()), (2, Some("Plockad på 2")));
    assert!(rows.next().is_none() && rows.next().is_none());
}

#[test]
fn an_answer_may_come_byte_by_byte() {
    let url = serve(|stream| {
        head(stream);
        stream.set_nodelay(true).unwrap();
        for byte in answer(3).as_bytes() {
            stream.write_all(&[*byte]).unwrap();
        }
    });
    let rows: Result<Vec<_>, Error> = client(&url).rows(GetOrderStatuses {}).collect();
    assert_eq!(
        rows.unwrap(),
        client(&answering(answer(3))).rows(GetOrderStatuses {}).map(Result::unwrap).collect::<Vec<_>>()
    );
}

#[test]
fn dropped_rows_close_the_connection_at_once() {
    let (closed, was_closed) = mpsc::channel();
    let url = serve(move |stream| {
        head(stream);
        stream.write_all((begin() + &row(1)).as_bytes()).unwrap();
        // Nothing more is ever sent. The other side's end is seen here.
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        closed.send(matches!(stream.read(&mut [0]), Ok(0))).unwrap();
    });
    let client = client(&url);
    let mut rows = client.rows(GetOrderStatuses {});
    rows.next().unwrap().unwrap();
    let started = Instant::now();
    drop(rows);
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(was_closed.recv_timeout(Duration::from_secs(10)).unwrap());
}

#[test]
fn a_connection_read_to_its_end_is_used_again() {
    let (connected, connections) = mpsc::channel();
    let url = serve(move |stream| {
        connected.send(()).unwrap();
        let text = answer(2);
        for request in 0..2 {
            if request > 0 {
                let mut some = [0; 65536];
                let _ = stream.read(&mut some).unwrap();
            }
            let length = text.len();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{text}").unwrap();
        }
    });
    let client = client(&url);
    for _ in 0..2 {
        assert_eq!(client.rows(GetOrderStatuses {}).map(Result::unwrap).count(), 2);
    }
    assert_eq!(connections.try_iter().count(), 1);
}

#[test]
fn nothing_is_sent_again_once_the_answer_has_begun() {
    let (sent, requests) = mpsc::channel();
    let url = serve(move |stream| {
        sent.send(()).unwrap();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{}{}", begin(), row(1)).unwrap();
    });
    let client = settings(&url).retry(RetryPolicy::default()).build().unwrap();
    let mut rows = client.rows(GetOrderStatuses {});
    let first = rows.next().unwrap();
    assert_eq!(first.unwrap().order_status_id, 1);
    let error = rows.next().unwrap().unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error}");
    assert!(error.to_string().contains("after row 1, byte "), "{error}");
    assert!(rows.next().is_none());
    assert_eq!(requests.try_iter().count(), 1);
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let number = Mutex::new(0);
    let url = serve(move |stream| {
        let mut number = number.lock().unwrap();
        *number += 1;
        if *number == 1 {
            stream.write_all(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        } else {
            head(stream);
            stream.write_all(answer(1).as_bytes()).unwrap();
        }
    });
    let client = settings(&url).build().unwrap();
    assert_eq!(client.rows(GetOrderStatuses {}).map(Result::unwrap).count(), 1);
}

#[derive(Default)]
struct Seen(Mutex<Vec<(Option<u16>, bool)>>);

impl Observer for Seen {
    fn on_response(&self, event: &ResponseEvent<'_>) {
        self.0.lock().unwrap().push((event.status, event.body.is_some()));
    }
}

#[test]
fn observers_see_an_answer_without_its_body() {
    let seen = Arc::new(Seen::default());
    let client = settings(&answering(answer(1))).observer(seen.clone()).build().unwrap();
    client.rows(GetOrderStatuses {}).for_each(|row| drop(row.unwrap()));
    assert_eq!(*seen.0.lock().unwrap(), [(Some(200), false)]);
}
