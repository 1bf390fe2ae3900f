//! What the tests of this folder share: a client without a network, and the ways a request or answer goes.

use std::sync::Arc;

use ongoing_wms::dynamic::{request_from_json, request_from_xml};
use ongoing_wms::operation::OperationInfo;
use ongoing_wms::transport::Replay;
use ongoing_wms::{Client, Error, Operation};
use serde_json::Value;

pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<soap:Envelope \
                    xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
                    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soap:Body>";
pub const TAIL: &str = "</soap:Body></soap:Envelope>";

/// Stands for the namespace of every contract here.
const SPACE: &str = " xmlns=\"urn:t\"";

pub fn client(replay: Replay, strict: bool) -> Client {
    Client::builder("https://wms.example/acme/service.asmx")
        .strict(strict)
        .transport(Arc::new(replay))
        .build()
        .unwrap()
}

/// The request's element as the client would send it, without the declaration of `urn:t` that each begins with.
pub fn written<O: Operation>(operation: &O) -> String {
    let envelope = client(Replay::new(), false).render(operation).unwrap();
    body(envelope.expose())
}

/// Why the client would not send it.
pub fn refused<O: Operation>(operation: &O) -> String {
    client(Replay::new(), false).render(operation).unwrap_err().to_string()
}

fn body(envelope: &str) -> String {
    let element = envelope.strip_prefix(HEAD).and_then(|rest| rest.strip_suffix(TAIL)).unwrap();
    let root = element.find('>').unwrap_or(element.len());
    format!("{}{}", element[..root].replacen(SPACE, "", 1), &element[root..])
}

/// A request in JSON form becomes this XML; the XML becomes the same JSON, and the same XML again.
#[track_caller]
pub fn both_ways(operation: &OperationInfo, json: &Value, xml: &str) {
    let client = client(Replay::new(), false);
    let request = request_from_json(operation, json).unwrap();
    let envelope = request.render(&client).unwrap();
    assert_eq!(body(envelope.expose()), xml, "XML from JSON");
    assert_eq!(request.to_json(), *json, "JSON from JSON");
    let again = request_from_xml(operation, envelope.expose()).unwrap();
    assert_eq!(again.to_json(), *json, "JSON from XML");
    assert_eq!(again.render(&client).unwrap().expose(), envelope.expose(), "XML from XML");
}

/// This XML is read as the request, tolerantly no more than the reader of requests is; its JSON form.
pub fn read(operation: &OperationInfo, xml: &str) -> Result<Value, String> {
    let name = operation.request;
    let xml = xml.replacen(&format!("<{name}"), &format!("<{name}{SPACE}"), 1);
    let request = request_from_xml(operation, &format!("{HEAD}{xml}{TAIL}"));
    request.map(|request| request.to_json()).map_err(|error| error.message.clone())
}

/// Why this JSON is no request.
pub fn not_json(operation: &OperationInfo, json: &Value) -> String {
    request_from_json(operation, json).err().unwrap().to_string()
}

/// Calls the operation and answers it with this element in an envelope.
pub fn answered<O: Operation>(operation: O, xml: &str) -> Result<O::Response, Error> {
    let name = O::INFO.response;
    let xml = xml.replacen(&format!("<{name}"), &format!("<{name}{SPACE}"), 1);
    raw_answer(operation, 200, format!("{HEAD}{xml}{TAIL}"), false)
}

/// Calls the operation and answers it with this body.
pub fn raw_answer<O: Operation>(
    operation: O,
    status: u16,
    body: String,
    strict: bool,
) -> Result<O::Response, Error> {
    client(Replay::new().answer(O::INFO.name, status, body), strict).call(operation)
}
