//! Every operation takes a request and refuses others, as `fixtures/refusals.toml` has them.

use std::collections::BTreeSet;

use ongoing_wms::Client;
use ongoing_wms::api::OPERATIONS;
use ongoing_wms::operation::OperationInfo;
use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::xml::Element;

use crate::soap::{envelope, post};
use crate::{order, start, stock};

/// What the file says of an operation.
struct Case {
    operation: &'static OperationInfo,
    taken: String,
    /// Requests, with the words of their refusals.
    refused: Vec<(String, String)>,
}

fn cases() -> Vec<Case> {
    let file: toml::Table = include_str!("../../fixtures/refusals.toml").parse().unwrap();
    let text = |value: &toml::Value| value.as_str().expect("a text").to_owned();
    let of = |entry: &toml::Value| {
        let name = text(&entry["name"]);
        let operation = OPERATIONS.iter().find(|operation| operation.name == name).expect(&name);
        let refused = entry["refused"].as_table().expect(&name);
        assert!(!refused.is_empty(), "{name} refuses nothing");
        Case {
            operation,
            taken: text(&entry["taken"]),
            refused: refused.iter().map(|(request, says)| (request.clone(), text(says))).collect(),
        }
    };
    file["operation"].as_array().unwrap().iter().map(of).collect()
}

/// What the file does not make by itself.
fn furnish(sandbox: &Sandbox, client: &Client) {
    stock(sandbox, client, &[("A", 9)]);
    assert_eq!(sandbox.count("A", 8.into(), "LOST").unwrap(), 1);
    assert_eq!(client.process_order(order("P", &[("A", 1)])).unwrap().order_id, 1);
    sandbox.pick("P").unwrap();
    assert_eq!(sandbox.invoice(&["P"], 2.into()).unwrap(), 1);
}

/// Sends a request with the login; gives what the answer says: `taken`, or how and with what words it refuses.
pub fn ask(sandbox: &Sandbox, operation: &OperationInfo, content: &str) -> String {
    let mut members = String::new();
    for (name, value) in
        [("UserName", "demo"), ("Password", "open-sesame"), ("GoodsOwnerCode", "DEMO"), ("GoodsOwnerId", "1")]
    {
        let is_asked = operation.members.iter().any(|member| member.sender && member.name == name);
        if is_asked && !content.starts_with(&format!("<{name}>")) {
            members.push_str(&format!("<{name}>{value}</{name}>"));
        }
    }
    let (request, namespace) = (operation.request, operation.namespace);
    let body = format!("<{request} xmlns=\"{namespace}\">{members}{content}</{request}>");
    let (status, answer) = post(sandbox, operation.action, &envelope(&body));
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    says(status, &Element::from_xml(body).expect(body))
}

fn says(status: u16, envelope: &Element) -> String {
    let content = envelope.child("Body").and_then(|body| body.elements().next()).expect("a body");
    if content.name == "Fault" {
        assert_eq!(status, 500);
        let text = |name: &str| content.child(name).expect(name).text();
        let (code, reason) = (text("faultcode"), text("faultstring"));
        let (head, words) = reason.rsplit_once(" ---> ").expect(&reason);
        let expected = match &*code {
            "soap:Server" => "Server was unable to process request.",
            _ => "Server was unable to read request. ---> There is an error in XML document (",
        };
        assert!(head.starts_with(expected), "{reason}");
        return format!("{}: {words}", code.trim_start_matches("soap:"));
    }
    assert_eq!(status, 200);
    let result = content.elements().next();
    let success = result.and_then(|result| result.child("Success"));
    if success.is_none_or(|success| success.text() == "true") {
        return "taken".to_owned();
    }
    let result = result.expect("what has no success");
    let message = |of: &Element| of.child("Message").map(Element::text).unwrap_or_default();
    let lists = result.elements().flat_map(Element::elements);
    match result.elements().chain(lists).find(|error| error.child("ErrorType").is_some()) {
        Some(error) => format!("{}: {}", error.child("ErrorType").expect("a kind").text(), message(error)),
        None => format!("Refused: {}", message(result)),
    }
}

#[test]
fn each_operation_takes_one_and_refuses_others() {
    let (sandbox, client) = start();
    furnish(&sandbox, &client);
    let cases = cases();
    let mut wrong = Vec::new();
    let mut judge = |operation: &OperationInfo, content: &str, expected: &str| {
        let said = ask(&sandbox, operation, content);
        if said != expected {
            wrong.push(format!("{} {content}\n  expected {expected}\n  said     {said}", operation.name));
        }
    };
    for case in &cases {
        judge(case.operation, &case.taken, "taken");
    }
    let before = crate::whole(&sandbox);
    for case in &cases {
        for (request, says) in &case.refused {
            judge(case.operation, request, says);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(crate::whole(&sandbox), before, "what is refused leaves no trace");
}

#[test]
fn no_operation_is_left_out() {
    let cases = cases();
    let listed: BTreeSet<&str> = cases.iter().map(|case| case.operation.name).collect();
    let all: BTreeSet<&str> = Sandbox::operations().collect();
    assert_eq!(listed, all);
    assert_eq!(cases.len(), listed.len(), "an operation stands there twice");
}
