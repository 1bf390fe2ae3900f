//! XML that is written by hand, as integrations without a SOAP library send it.

use ongoing_wms::sandbox::Sandbox;

use crate::soap::send;
use crate::start;

const ACTION: &str = "http://ongoingsystems.se/WSI/";

/// The content of an answer's body.
fn post(sandbox: &Sandbox, action: &str, body: &str) -> String {
    let head = format!(
        "POST /demo/service.asmx HTTP/1.1\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: {action}"
    );
    send(sandbox, &head, body).1
}

/// A shop: the prefix `tns:`, SOAPAction without quotes.
fn tns(sandbox: &Sandbox, operation: &str, owner: &str, members: &str) -> String {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:tns=\"http://ongoingsystems.se/WSI\">\n\
         <soapenv:Header/>\n<soapenv:Body>\n<tns:{operation}>\n{owner}\n<tns:UserName>demo</tns:UserName>\n\
         <tns:Password>open-sesame</tns:Password>\n{members}\n</tns:{operation}>\n</soapenv:Body>\n</soapenv:Envelope>"
    );
    post(sandbox, &format!("{ACTION}{operation}"), &body)
}

const CODE: &str = "<tns:GoodsOwnerCode>DEMO</tns:GoodsOwnerCode>";

#[test]
fn a_shop_with_a_prefix_and_actions_without_quotes() {
    let (sandbox, client) = start();
    client.process_article(crate::article("A")).unwrap();
    // Its test of the connection: any answer that is SOAP and speaks of no logon will do.
    let by_id = "<tns:GoodsOwnerId>1</tns:GoodsOwnerId>";
    assert!(tns(&sandbox, "GetInventory", by_id, "").contains("<GetInventoryResult>"));
    let by_code = tns(&sandbox, "GetInventory", CODE, "");
    assert!(by_code.contains("no goods owner was given"), "{by_code}");

    let customer = "<tns:Customer>
        <tns:CustomerOperation>CreateOrUpdate</tns:CustomerOperation>
        <tns:CustomerIdentification>CustomerNumber</tns:CustomerIdentification>
        <tns:CustomerNumber>7</tns:CustomerNumber><tns:Name>Bo Ek &amp; Söner</tns:Name>
        <tns:Address>Torget 1</tns:Address><tns:City>Lund</tns:City><tns:CountryCode>SE</tns:CountryCode>
        </tns:Customer>";
    let answer = tns(&sandbox, "ProcessCustomer", CODE, customer);
    assert!(answer.contains("<Success>true</Success>"), "{answer}");
    let order = |number: &str, customer: &str| {
        format!(
            "<tns:co><tns:OrderInfo>
             <tns:OrderIdentification>GoodsOwnerOrderNumber</tns:OrderIdentification>
             <tns:OrderOperation>Create</tns:OrderOperation>
             <tns:GoodsOwnerOrderNumber>{number}</tns:GoodsOwnerOrderNumber>
             <tns:DeliveryDate>2031-02-28T00:00:00</tns:DeliveryDate></tns:OrderInfo>
             <tns:Customer><tns:CustomerOperation>Find</tns:CustomerOperation>
             <tns:CustomerIdentification>CustomerNumber</tns:CustomerIdentification>
             <tns:CustomerNumber>{customer}</tns:CustomerNumber></tns:Customer>
             <tns:CustomerOrderLines><tns:CustomerOrderLine>
             <tns:OrderLineIdentification>ArticleNumber</tns:OrderLineIdentification>
             <tns:ArticleIdentification>ArticleNumber</tns:ArticleIdentification>
             <tns:ArticleNumber>A</tns:ArticleNumber><tns:NumberOfItems>2</tns:NumberOfItems>
             </tns:CustomerOrderLine></tns:CustomerOrderLines></tns:co>"
        )
    };
    let answer = tns(&sandbox, "ProcessOrder", CODE, &order("1001", "7"));
    assert!(answer.contains("<Success>true</Success>"), "{answer}");
    let answer = tns(&sandbox, "ProcessOrder", CODE, &order("1002", "8"));
    assert!(answer.contains("<Success>false</Success>"), "{answer}");
    let [read] = <[_; 1]>::try_from(
        client.get_orders_by_query(Default::default()).unwrap().orders.unwrap_or_default(),
    )
    .unwrap();
    assert_eq!(read.consignee.unwrap().name.as_deref(), Some("Bo Ek & Söner"));
}

/// The vendor's own samples: members out of order, required ones left out, and a prolog that lies about the encoding.
#[test]
fn members_out_of_order_or_left_out_and_a_prolog_of_utf_16() {
    let (sandbox, client) = start();
    let body = "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<soap:Envelope \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
         <ProcessArticle xmlns=\"http://ongoingsystems.se/WSI\"><art>\
         <ArticleName>Skål, ek</ArticleName><ArticleNumber>A</ArticleNumber>\
         <ArticleIdentification>ArticleNumber</ArticleIdentification></art>\
         <Password>open-sesame</Password><UserName>demo</UserName><GoodsOwnerCode>DEMO</GoodsOwnerCode>\
         </ProcessArticle></soap:Body></soap:Envelope>";
    let answer = post(&sandbox, &format!("\"{ACTION}ProcessArticle\""), body);
    assert!(answer.contains("<Success>true</Success>"), "{answer}");
    let stock = client.get_inventory_by_query(Default::default()).unwrap();
    let names: Vec<_> =
        stock.inventory_lines.into_iter().flatten().map(|line| line.article.unwrap().name).collect();
    assert_eq!(names, [Some("Skål, ek".to_owned())]);
}
