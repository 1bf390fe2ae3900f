//! Members of requests that the contract does not have.

use std::sync::{Arc, Mutex};

use ongoing_wms::api::OPERATIONS;
use ongoing_wms::sandbox::Sandbox;

use crate::refusals::ask;
use crate::{article, client, start};

fn send(sandbox: &Sandbox, operation: &str, content: &str) -> String {
    let operation = OPERATIONS.iter().find(|known| known.name == operation).unwrap();
    ask(sandbox, operation, content)
}

const ORDER: &str = "<co><OrderInfo><OrderIdentification>GoodsOwnerOrderNumber</OrderIdentification>\
    <OrderOperation>CreateOrUpdate</OrderOperation><GoodsOwnerOrderNumber>O</GoodsOwnerOrderNumber>\
    <OrderRemrk>x</OrderRemrk><Referenz>y</Referenz></OrderInfo><Custommer><Name>K</Name></Custommer>\
    <x:Note xmlns:x=\"urn:x\">z</x:Note></co>";

const UNKNOWN: [&str; 4] =
    ["co.OrderInfo.OrderRemrk", "co.OrderInfo.Referenz", "co.Custommer", "co.{urn:x}Note"];

#[test]
fn unknown_members_are_passed_over_and_told() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watch = {
        let seen = Arc::clone(&seen);
        move |request: &ongoing_wms::sandbox::LoggedRequest| {
            seen.lock().unwrap().push((request.operation.clone(), request.passed_over.clone()));
        }
    };
    let sandbox = Sandbox::builder().on_passed_over(watch).start().unwrap();
    assert_eq!(send(&sandbox, "ProcessOrder", ORDER), "taken");
    client(&sandbox).process_article(article("A")).unwrap();
    let log = sandbox.log();
    assert_eq!(log[0].passed_over, UNKNOWN);
    assert!(log[1].passed_over.is_empty());
    assert_eq!(*seen.lock().unwrap(), [("ProcessOrder".to_owned(), log[0].passed_over.clone())]);
}

#[test]
fn a_strict_sandbox_refuses_them() {
    let sandbox = Sandbox::builder().strict(true).start().unwrap();
    assert_eq!(
        send(&sandbox, "ProcessOrder", ORDER),
        format!("Refused: The request has unknown members. Unknown in ProcessOrder: {}", UNKNOWN.join(", "))
    );
    let whole = "<OrderRemrk>x</OrderRemrk><Referenz>y</Referenz>";
    let known = ORDER.replace(whole, "").replace("<Custommer><Name>K</Name></Custommer>", "");
    let known = known.replace("<x:Note xmlns:x=\"urn:x\">z</x:Note>", "");
    assert_eq!(send(&sandbox, "ProcessOrder", &known), "taken");
}

/// A form of the request that a sample of the vendor has and the contract does not.
#[test]
fn a_request_of_another_shape_is_told_what_it_lacks() {
    let (sandbox, _client) = start();
    let namespace = "http://ongoingsystems.se/WSI";
    let content = format!(
        "<UploadInOrderFile xmlns=\"{namespace}\"><UserName>demo</UserName><Password>open-sesame</Password>\
         <InOrderFile><GoodsOwnerId>1</GoodsOwnerId><GoodsOwnerOrderNumber>IN</GoodsOwnerOrderNumber></InOrderFile>\
         </UploadInOrderFile>"
    );
    let action = format!("{namespace}/UploadInOrderFile");
    let (_, answer) = crate::soap::post(&sandbox, &action, &crate::soap::envelope(&content));
    let expected = "Logon failed: no goods owner was given. Unknown in UploadInOrderFile: InOrderFile; missing: GoodsOwnerCode, \
                    Operation";
    assert!(answer.contains(expected), "{answer}");
    assert!(answer.contains("<ErrorType>LogonError</ErrorType>"), "{answer}");
    let refused =
        send(&sandbox, "UploadShipmentFile", "<ShipmentFile><ShipmentId>1</ShipmentId></ShipmentFile>");
    let expected =
        "UnknownError: Operation is missing. Unknown in UploadShipmentFile: ShipmentFile; missing: Operation";
    assert_eq!(refused, expected);
}
