//! Pages of which several rows have the same id.

use std::io::Cursor;
use std::sync::{Arc, Mutex};

use ongoing_wms::api::{
    GetGoodsOwnerInboundTransactionsQuery, GetInboundTransactionsByQuery, InboundTransactionTypes, NAMESPACE,
};
use ongoing_wms::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};

use crate::server::settings;

/// Answers with one text after the other.
#[derive(Debug)]
struct Answers(Mutex<Vec<String>>);

impl Transport for Answers {
    fn send(&self, _: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
        let text = self.0.lock().unwrap().remove(0);
        Ok(HttpAnswer { status: 200, headers: Vec::new(), body: Box::new(Cursor::new(text.into_bytes())) })
    }
}

fn answer(rows: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <GetInboundTransactionsByQueryResponse xmlns=\"{NAMESPACE}\"><GetInboundTransactionsByQueryResult>\
         <Success>true</Success><InboundTransactions>{rows}</InboundTransactions>\
         </GetInboundTransactionsByQueryResult></GetInboundTransactionsByQueryResponse></s:Body></s:Envelope>"
    )
}

fn row(id: i32, batch: &str) -> String {
    format!(
        "<GoodsOwnerInboundTransaction><Batch>{batch}</Batch><InDate>2026-11-25T00:00:00</InDate>\
         <NumberOfItems>1</NumberOfItems><OriginalArticleItemId>{id}</OriginalArticleItemId>\
         </GoodsOwnerInboundTransaction>"
    )
}

#[test]
fn rows_of_one_id_are_all_given_when_their_page_breaks_off_between_them() {
    let (one, two) = (row(1, "a") + &row(2, "b"), row(2, "c") + &row(3, "d"));
    let whole = answer(&(one.clone() + &two));
    let cut = whole[..whole.find(&two).unwrap() + 20].to_owned();
    // It breaks off twice at the same place.
    let answers = vec![cut.clone(), cut, whole, answer("")];
    let client =
        settings("http://localhost/").transport(Arc::new(Answers(Mutex::new(answers)))).build().unwrap();
    let query = GetGoodsOwnerInboundTransactionsQuery::new(InboundTransactionTypes::All);
    let mut pages = client.pages(GetInboundTransactionsByQuery { query: Some(query) });
    let mut batches = Vec::new();
    let mut failed = 0;
    loop {
        match pages.next() {
            Some(Ok(row)) => batches.push(row.batch.unwrap()),
            Some(Err(_)) => {
                failed += 1;
                pages.resume();
            }
            None => break,
        }
    }
    assert_eq!((batches.join(""), failed), ("abcd".to_owned(), 2));
}
