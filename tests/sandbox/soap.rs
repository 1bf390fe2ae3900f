//! The wire: both versions of SOAP, and the faults of ASP.NET.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::{Client, SoapVersion};

use crate::{article, fault, refusal, start};

/// Sends bytes as they are; gives the status and the rest of the answer.
pub fn send(sandbox: &Sandbox, head: &str, body: &str) -> (u16, String) {
    let address = sandbox.url().trim_start_matches("http://").split('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{head}\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}

pub fn post(sandbox: &Sandbox, action: &str, body: &str) -> (u16, String) {
    let head = format!(
        "POST /demo/service.asmx HTTP/1.1\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: {action}"
    );
    send(sandbox, &head, body)
}

pub fn envelope(content: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\n{content}</s:Body></s:Envelope>"
    )
}

fn request(operation: &str, members: &str) -> String {
    envelope(&format!(
        "<{operation} xmlns=\"http://ongoingsystems.se/WSI\"><UserName>demo</UserName><Password>open-sesame</Password>\
         <GoodsOwnerCode>DEMO</GoodsOwnerCode>{members}</{operation}>"
    ))
}

const ACTION: &str = "http://ongoingsystems.se/WSI/";

#[test]
fn both_versions_of_soap() {
    let (sandbox, _) = start();
    let client = Client::builder(sandbox.url())
        .credentials(sandbox.credentials())
        .soap_version(SoapVersion::V1_2)
        .strict(true)
        .build()
        .unwrap();
    assert!(client.process_article(article("A")).unwrap().success);
    let (code, reason) = fault(client.get_file(1));
    assert_eq!(code, "Receiver");
    assert!(reason.ends_with("File 1 was not found"));
}

#[test]
fn values_that_cannot_be_read() {
    let (sandbox, _) = start();
    for (operation, members, says) in [
        (
            "GetOrdersByQuery",
            "<query><MaxOrdersToGet></MaxOrdersToGet></query>",
            "Input string was not in a correct format.",
        ),
        (
            "GetOrdersByQuery",
            "<query><MaxOrdersToGet>ten</MaxOrdersToGet></query>",
            "Input string was not in a correct format.",
        ),
        (
            "GetOrdersByQuery",
            "<query><OrderIdFrom>99999999999</OrderIdFrom></query>",
            "Value was either too large or too small for the type.",
        ),
        (
            "GetOrdersByQuery",
            "<query><LastUpdatedFrom>soon</LastUpdatedFrom></query>",
            "The string 'soon' is not a valid AllXsd value.",
        ),
        (
            "GetOrdersByQuery",
            "<query><LastUpdatedFrom>noon is out of range (int)</LastUpdatedFrom></query>",
            "The string 'noon is out of range (int)' is not a valid AllXsd value.",
        ),
        (
            "ProcessArticle",
            "<art><IsStockArticle>ja</IsStockArticle></art>",
            "The string 'ja' is not a valid Boolean value.",
        ),
        ("ProcessArticle", "<art><Weight/></art>", "Input string was not in a correct format."),
        (
            "ProcessArticle",
            "<art><ArticleOperation>Delete</ArticleOperation></art>",
            "Instance validation error: 'Delete' is not a valid value for ArticleOperation.",
        ),
        (
            "ProcessArticle",
            "<art><ArticleOperation>It is not new</ArticleOperation></art>",
            "Instance validation error: 'It is not new' is not a valid value for ArticleOperation.",
        ),
        (
            "ProcessArticle",
            "<art><ArticleOperation/></art>",
            "Instance validation error: '' is not a valid value for ArticleOperation.",
        ),
    ] {
        let (status, answer) =
            post(&sandbox, &format!("\"{ACTION}{operation}\""), &request(operation, members));
        assert_eq!(status, 500, "{answer}");
        assert!(answer.contains("<soap:Fault><faultcode>soap:Client</faultcode><faultstring>"), "{answer}");
        let expected = "Server was unable to read request. ---&gt; There is an error in XML document (2, ";
        assert!(answer.contains(expected) && answer.contains(says), "{members}: {answer}");
    }
}

#[test]
fn members_in_any_order_and_unknown_ones() {
    let (sandbox, client) = start();
    let members = "<art><Nonsense><x/></Nonsense><ArticleName>Mug</ArticleName>\
                   <ArticleNumber>A</ArticleNumber><ArticleIdentification>ArticleNumber</ArticleIdentification></art>";
    let (status, answer) =
        post(&sandbox, &format!("{ACTION}ProcessArticle"), &request("ProcessArticle", members));
    assert_eq!(status, 200, "{answer}");
    assert!(answer.contains("<Success>true</Success>"));
    assert_eq!(client.get_inventory().unwrap().inventory_lines.unwrap().len(), 1);
    // What is left out has .NET's default: the first value of an enumeration, here the code that finds the order.
    let order = |member: &str| {
        let members = format!("<co><OrderInfo><{member}>O</{member}></OrderInfo></co>");
        post(&sandbox, &format!("{ACTION}ProcessOrder"), &request("ProcessOrder", &members)).1
    };
    assert!(order("GoodsOwnerOrderNumber").contains("<Message>GoodsOwnerOrderId is missing</Message>"));
    assert!(order("GoodsOwnerOrderId").contains("<Success>true</Success>"));
}

#[test]
fn actions_and_elements_must_fit() {
    let (sandbox, _) = start();
    let body = request("GetInventoryByQuery", "");
    let (status, answer) = post(&sandbox, "\"http://ongoingsystems.se/WSI/Nothing\"", &body);
    assert_eq!(status, 500);
    assert!(answer.contains(
        "Server did not recognize the value of HTTP Header SOAPAction: http://ongoingsystems.se/WSI/Nothing."
    ));
    let (_, answer) = post(&sandbox, &format!("\"{ACTION}GetOrdersByQuery\""), &body);
    assert!(
        answer.contains("&lt;GetInventoryByQuery xmlns='http://ongoingsystems.se/WSI'&gt; was not expected."),
        "{answer}"
    );
    let head = "POST /demo/service.asmx HTTP/1.1\r\nContent-Type: text/xml";
    assert!(send(&sandbox, head, &body).1.contains("without a valid action parameter"));
    let head = format!(
        "POST /demo/service.asmx HTTP/1.1\r\nContent-Type: application/soap+xml; action=\"{ACTION}GetInventoryByQuery\""
    );
    assert!(send(&sandbox, &head, &body).1.contains("Possible SOAP version mismatch"));
    let (status, answer) = post(&sandbox, &format!("{ACTION}GetOrdersByQuery"), "<a><b></a>");
    assert_eq!(status, 500, "{answer}");
    let (status, answer) = post(&sandbox, &format!("{ACTION}GetOrdersByQuery"), "");
    assert_eq!(status, 500, "{answer}");
}

#[test]
fn it_has_all_operations() {
    let has: Vec<&str> = Sandbox::operations().collect();
    let absent: Vec<&str> = ongoing_wms::api::OPERATIONS
        .iter()
        .map(|operation| operation.name)
        .filter(|name| !has.contains(name))
        .collect();
    assert!(absent.is_empty(), "{absent:?}");
}

#[test]
fn pages_for_people_and_tools() {
    let (sandbox, _) = start();
    let (status, answer) = send(&sandbox, "GET /demo/Service.asmx?wsdl HTTP/1.1", "");
    assert_eq!(status, 200);
    assert_eq!(answer.matches(&format!("location=\"{}\"", sandbox.url())).count(), 2);
    assert!(!answer.contains("api.ongoingsystems.se"));
    let (status, answer) = send(&sandbox, "GET /demo/service.asmx HTTP/1.1", "");
    assert_eq!(status, 200);
    assert!(answer.contains("<h3>Inventory</h3>") && answer.contains("<dt>ProcessOrder</dt>"));
    assert_eq!(send(&sandbox, "GET /other/service.asmx HTTP/1.1", "").0, 404);
    assert_eq!(send(&sandbox, "PUT /demo/service.asmx HTTP/1.1", "").0, 405);
    assert_eq!(
        send(&sandbox, "POST /demo/service.asmx HTTP/1.1\r\nContent-Type: application/json", "{}").0,
        415
    );
}

#[test]
fn a_request_that_is_too_long() {
    let (sandbox, _) = start();
    let address = sandbox.url().trim_start_matches("http://").split('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = "POST /demo/service.asmx HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nSOAPAction: x";
    write!(stream, "{head}\r\nContent-Length: 99999999\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[test]
fn elements_too_deep() {
    let (sandbox, _) = start();
    let deep = format!("{}{}", "<x>".repeat(5000), "</x>".repeat(5000));
    let (status, answer) =
        post(&sandbox, &format!("{ACTION}GetOrdersByQuery"), &request("GetOrdersByQuery", &deep));
    assert_eq!(status, 500);
    assert!(answer.contains("Server was unable to read request."), "{answer}");
}

#[test]
fn a_payload_that_is_not_there() {
    let (_sandbox, client) = start();
    let answer = client.call(ongoing_wms::api::ProcessOrder::default());
    assert_eq!(refusal(answer), "co is missing");
}
