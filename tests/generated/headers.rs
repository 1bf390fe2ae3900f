//! SOAP headers that the contract declares: typed on the request, for the whole client, and on the answer.

use ongoing_wms::dynamic::{request_from_json, request_from_xml};
use ongoing_wms::transport::Replay;
use ongoing_wms::{Client, Operation};
use serde_json::json;
use std::sync::Arc;

use crate::contract::header_and_fault::{Ask, AskHeader, Login};
use crate::contract::headers;
use crate::exchange::client;

const LOGIN: &str = "<soap:Header><Login xmlns=\"urn:t\"><User>u</User></Login></soap:Header>";

fn header() -> AskHeader {
    AskHeader { login: Some(Login { user: "u".into() }) }
}

fn rendered<O: Operation>(client: &Client, operation: &O) -> String {
    client.render(operation).unwrap().expose().to_owned()
}

#[test]
fn a_request_has_a_header_of_its_own_or_that_of_the_client() {
    let plain = client(Replay::new(), false);
    assert!(!rendered(&plain, &Ask::default()).contains("Header"));
    assert!(rendered(&plain, &Ask { header: Some(header()) }).contains(&format!("\">{LOGIN}<soap:Body>")));
    let wide = Client::builder("https://example.com/s").header(&header()).transport(Arc::new(Replay::new()));
    let wide = wide.build().unwrap();
    assert!(rendered(&wide, &Ask::default()).contains(&format!("\">{LOGIN}<soap:Body>")));
    let other = AskHeader { login: Some(Login { user: "other".into() }) };
    let own = rendered(&wide, &Ask { header: Some(other) });
    assert!(own.contains("<User>other</User>") && !own.contains("<User>u</User>"), "{own}");
    // An operation that declares no such block gets none.
    assert!(!rendered(&wide, &crate::contract::several_bindings::Ask {}).contains("Header"));
}

#[test]
fn headers_have_a_json_form() {
    let operation = &crate::contract::header_and_fault::OPERATIONS[0];
    let json = json!({"@header": {"Login": {"User": "u"}}});
    let request = request_from_json(operation, &json).unwrap();
    assert_eq!(request.to_json(), json);
    let plain = client(Replay::new(), false);
    let envelope = request.render(&plain).unwrap().expose().to_owned();
    assert!(envelope.contains(LOGIN), "{envelope}");
    let again = request_from_xml(operation, &envelope).unwrap();
    assert_eq!(again.to_json(), json);
}

#[test]
fn blocks_of_other_namespaces_both_ways() {
    let ask = headers::Ask {
        question: "q".into(),
        header: Some(headers::AskHeader {
            session: Some(headers::Session { id: "s".into() }),
            trace: Some("t".into()),
        }),
    };
    let envelope = rendered(&client(Replay::new(), false), &ask);
    let blocks = "<soap:Header><Session xmlns=\"urn:t\"><Id>s</Id></Session><Trace xmlns=\"urn:h\">t</Trace></soap:Header>";
    assert!(envelope.contains(blocks), "{envelope}");
    let answer = |blocks: &str| {
        let body = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:h=\"urn:h\">\
             <e:Header>{blocks}</e:Header><e:Body><AskResponse xmlns=\"urn:t\"><Answer>a</Answer></AskResponse>\
             </e:Body></e:Envelope>"
        );
        client(Replay::new().answer("Ask", 200, body), true).call_with_header(&ask)
    };
    let (text, header) = answer(
        "<w:Other xmlns:w=\"urn:w\"/><h:Trace>t2</h:Trace><Limit xmlns=\"urn:t\"><Left>3</Left></Limit>",
    )
    .unwrap();
    assert_eq!(text, "a");
    let expected =
        headers::AskHeaderBlocks { trace: Some("t2".into()), limit: Some(headers::Limit { left: 3 }) };
    assert_eq!(header, Some(expected));
    let must = "<w:Other xmlns:w=\"urn:w\" e:mustUnderstand=\"1\"/>";
    let error = answer(must).unwrap_err().to_string();
    assert!(error.contains("the header block `Other` must be understood"), "{error}");
}
