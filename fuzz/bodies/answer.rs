//! An answer, read as a whole and row by row in random pieces: both succeed with the same rows, or both fail. Only where
//! the list is missing, reading by rows may refuse what else is there: a pull must not take it for an empty list.

use std::io::Read;
use std::sync::Arc;

use ongoing_wms::dynamic;
use ongoing_wms::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};
use ongoing_wms::{Client, Credentials, RetryPolicy};
use serde_json::Value;

/// The first byte chooses the operation, the second the pieces; the rest is the answer.
pub fn run(data: &[u8]) {
    let [chosen, seed, answer @ ..] = data else { return };
    let operation = super::operation(*chosen);
    if operation.rows.is_empty() {
        return;
    }
    for strict in [false, true] {
        let client = client(answer, *seed, strict);
        let input = Value::Object(serde_json::Map::new());
        let Ok(request) = dynamic::request_from_json(operation, &input) else { return };
        let mut is_missing = false;
        let whole = request.call(&client).map(|answer| {
            let mut list = answer.to_json();
            if let [_, member, ..] = operation.rows
                && let Value::Object(members) = &mut list
            {
                let found = members.remove(*member);
                is_missing = found.is_none();
                list = found.unwrap_or_default();
            }
            list.as_array().cloned().unwrap_or_default()
        });
        let Some(Ok(rows)) = dynamic::rows(&client, operation, &input) else { return };
        let rows: Result<Vec<Value>, _> =
            rows.map(|row| row.map(|row| serde_json::from_str(&row.json).expect("rows are JSON"))).collect();
        match (whole, rows) {
            (Ok(whole), Ok(rows)) => assert_eq!(whole, rows, "{}, strict: {strict}", operation.name),
            (Err(_), Err(_)) => {}
            (Ok(_), Err(_)) if is_missing => {}
            (Ok(_), Err(error)) => {
                panic!("{}, strict: {strict}: only the rows fail: {error}", operation.name)
            }
            (Err(error), Ok(_)) => {
                panic!("{}, strict: {strict}: only the whole fails: {error}", operation.name)
            }
        }
    }
}

fn client(answer: &[u8], seed: u8, strict: bool) -> Client {
    Client::builder("https://wms.example/acme/service.asmx")
        .credentials(Credentials::new("user", "password").goods_owner_code("ACME").goods_owner_id(7))
        .strict(strict)
        .retry(RetryPolicy::never())
        .max_answer_bytes(1 << 20)
        .max_row_bytes(1 << 20)
        .transport(Arc::new(InPieces { answer: answer.to_vec(), seed }))
        .build()
        .expect("the settings are right")
}

/// A transport that hands out the answer in pieces of random length.
#[derive(Debug)]
struct InPieces {
    answer: Vec<u8>,
    seed: u8,
}

impl Transport for InPieces {
    fn send(&self, _: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
        let random = u32::from(self.seed).wrapping_mul(0x9E37_79B9) | 1;
        let body = Pieces { rest: std::io::Cursor::new(self.answer.clone()), random };
        let headers = vec![("Content-Type".to_owned(), "text/xml".to_owned())];
        Ok(HttpAnswer { status: 200, headers, body: Box::new(body) })
    }
}

struct Pieces {
    rest: std::io::Cursor<Vec<u8>>,
    random: u32,
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        // Xorshift: small pieces are the ones that matter.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        let length = out.len().min(1 + self.random as usize % 37);
        self.rest.read(&mut out[..length])
    }
}
