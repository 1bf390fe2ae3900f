//! Answers and bodies: one-way operations, headers and faults, SOAP 1.2, bodies that are a single value.

use ongoing_wms::{Error, Outcome};
use serde_json::json;

use crate::contract::*;
use crate::exchange::{answered, both_ways, raw_answer, written};

#[test]
fn a_result_is_the_value_itself() {
    let ask = || header_and_fault::Ask::default();
    assert_eq!(written(&ask()), "<Ask/>");
    assert_eq!(answered(ask(), "<AskResponse><AskResult>7</AskResult></AskResponse>").unwrap(), 7);
    let none = answered(ask(), "<AskResponse/>").unwrap_err();
    assert!(none.to_string().contains("found no AskResult: the service returned no result"), "{none}");
    assert_eq!(
        answered(several_bindings::Ask {}, "<AskResponse><AskResult>8</AskResult></AskResponse>").unwrap(),
        8
    );
}

#[test]
fn declared_headers_and_faults_are_borne() {
    let envelope = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">\
                    <s:Header><Login xmlns=\"urn:t\"><User>u</User></Login></s:Header>\
                    <s:Body><AskResponse xmlns=\"urn:t\"><AskResult>7</AskResult></AskResponse></s:Body></s:Envelope>";
    assert_eq!(raw_answer(header_and_fault::Ask::default(), 200, envelope.into(), true).unwrap(), 7);
    let fault = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>\
                 <faultcode>s:Server</faultcode><faultstring>no</faultstring>\
                 <detail><Trouble xmlns=\"urn:t\">big</Trouble></detail></s:Fault></s:Body></s:Envelope>";
    let error = raw_answer(header_and_fault::Ask::default(), 500, fault.into(), true).unwrap_err();
    let Error::Fault(fault) = &error else { panic!("{error}") };
    let detail = fault.fault().detail.as_ref().unwrap();
    assert_eq!(detail.child("Trouble").unwrap().text(), "big");
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[test]
fn a_one_way_operation_is_done_when_it_was_taken() {
    let ask = || all::Ask::default();
    raw_answer(ask(), 202, String::new(), true).unwrap();
    raw_answer(ask(), 200, " \r\n".into(), true).unwrap();
    let error = raw_answer(ask(), 500, String::new(), true).unwrap_err();
    assert!(matches!(error, Error::Status(_)), "{error}");
}

#[test]
fn a_body_that_is_one_value() {
    let ask = imports_query::Ask { content: -5 };
    assert_eq!(written(&ask), "<Ask>-5</Ask>");
    both_ways(&imports_query::OPERATIONS[0], &json!(-5), "<Ask>-5</Ask>");
    both_ways(&soap12_only::OPERATIONS[0], &json!("a&b"), "<Ask>a&amp;b</Ask>");
    both_ways(&wsdl_import::OPERATIONS[0], &json!(""), "<Ask></Ask>");
    assert_eq!(soap12_only::Ask::default().content, "");
}
