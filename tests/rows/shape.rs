//! Whatever the answer looks like, its rows are those of a call.

use ongoing_wms::Error;
use ongoing_wms::api::{GetOrderStatuses, NAMESPACE};

use crate::cut::held;
use crate::server::{END, begin, row, settings};

fn same(text: &str, expected: usize) {
    let client = held(text);
    let called = client.call(GetOrderStatuses {}).unwrap().order_statuses.unwrap_or_default();
    let rows: Vec<_> = client.rows(GetOrderStatuses {}).map(Result::unwrap).collect();
    assert_eq!(rows, called, "{text}");
    assert_eq!(rows.len(), expected, "{text}");
}

#[test]
fn end_tags_that_are_none() {
    let odd = "<OrderStatus><OrderStatusId>1</OrderStatusId><!-- </OrderStatus> --><OrderStatusName>\
               <![CDATA[</OrderStatus>]]></OrderStatusName><Other x='</OrderStatus>'/></OrderStatus >";
    same(&format!("{}{odd}{odd}{}{END}", begin(), row(3)), 3);
}

#[test]
fn a_row_inside_a_row() {
    let odd = format!("<OrderStatus><OrderStatusId>1</OrderStatusId>{}{}</OrderStatus>", row(8), row(9));
    same(&format!("{}{odd}{}{END}", begin(), row(2)), 2);
}

#[test]
fn empty_nil_and_foreign_rows() {
    let rows = "<OrderStatus/><OrderStatus xsi:nil='true'/><OrderStatus xsi:nil='1'></OrderStatus>\
                <OrderStatus xmlns='urn:x'><OrderStatusId>7</OrderStatusId></OrderStatus><Other>1</Other>text\
                <!-- <OrderStatus/> --><?pi <OrderStatus/>?>\n\t";
    same(&format!("{}{rows}{}{END}", begin(), row(2)), 2);
}

#[test]
fn the_list_twice_nil_and_empty() {
    let twice = format!("{}{}</OrderStatuses><OrderStatuses>{}{END}", begin(), row(1), row(2));
    same(&twice, 2);
    same(&format!("{}{END}", begin()), 0);
    let nil = begin().replace("<OrderStatuses>", "<OrderStatuses xsi:nil='true'>");
    same(&format!("{nil}{}{END}", row(1)), 0);
}

#[test]
fn prefixes_declared_anywhere() {
    let text = format!(
        "\u{FEFF}<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope' xmlns:w='{NAMESPACE}' \
         xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><e:Header><x xmlns='urn:x'/></e:Header><e:Body>\
         <w:GetOrderStatusesResponse><w:GetOrderStatusesResult xmlns:q='{NAMESPACE}'><q:OrderStatuses>\
         <w:OrderStatus i:type='q:OrderStatus'><q:OrderStatusId>1</q:OrderStatusId>\
         <w:OrderStatusName i:nil='true'/></w:OrderStatus>\
         <OrderStatus xmlns='{NAMESPACE}'><OrderStatusId>2</OrderStatusId></OrderStatus>\
         <z:OrderStatus xmlns:z='{NAMESPACE}'><z:OrderStatusId>3</z:OrderStatusId></z:OrderStatus>\
         </q:OrderStatuses></w:GetOrderStatusesResult></w:GetOrderStatusesResponse></e:Body></e:Envelope>\n"
    );
    same(&text, 3);
}

#[test]
fn too_long_a_row_and_too_much_round_the_rows() {
    let limited = |text: String| {
        let held = std::sync::Arc::new(crate::cut::Held(std::sync::Mutex::new(text.into_bytes())));
        let client = settings("http://localhost/").transport(held).max_row_bytes(2_000).build().unwrap();
        client.rows(GetOrderStatuses {}).collect::<Vec<_>>()
    };
    let rows: String = (1..200).map(row).collect();
    assert_eq!(limited(format!("{}{rows}{END}", begin())).iter().filter(|row| row.is_ok()).count(), 199);
    let long = row(2).replace("Plockad", &"x".repeat(2_000));
    let items = limited(format!("{}{}{long}{END}", begin(), row(1)));
    assert!(items.len() == 2 && items[0].is_ok());
    let Err(Error::Response(error)) = &items[1] else { panic!("{items:?}") };
    assert_eq!(error.path(), "GetOrderStatusesResult.OrderStatuses.OrderStatus[2]");
    assert!(error.message().contains("the limit of 2000 bytes"), "{}", error.message());
    let other = format!("<Other>{}</Other>", "x".repeat(2_000));
    let items = limited(format!("{}{other}{}{END}", begin(), row(1)));
    assert!(items.len() == 1 && items[0].is_err());
}

#[test]
fn a_doctype_in_mid_answer_is_refused() {
    let text = format!("{}{}<!DOCTYPE x>{}{END}", begin(), row(1), row(2));
    let items: Vec<_> = held(text).rows(GetOrderStatuses {}).collect();
    assert_eq!(items.len(), 2);
    assert!(items[1].as_ref().unwrap_err().to_string().contains("DOCTYPE"));
}
