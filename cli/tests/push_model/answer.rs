//! What the service answers: rows, results, and all that is neither.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::http::Answer;
use crate::record::{Kind, NEWER};
use crate::warehouse::{Manner, Thing};
use crate::xml::escape;

/// Whether a write takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    Now,
    /// After so many milliseconds.
    Late(u16),
    Never,
}

/// What is said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// What became of it, as a SOAP answer; of what never takes effect the refusal of this number.
    Truth(u8),
    /// An HTTP status and no SOAP; with `Retry-After`.
    Status(u16, Option<u8>),
    /// A page with the status 200.
    Page,
    /// A SOAP answer that is not well-formed.
    Garbage,
    /// The status 200 and nothing else.
    Empty,
    /// The connection ends without an answer.
    Cut,
    /// The connection ends within the answer.
    CutWithin,
    /// Bytes that are no HTTP.
    NoHttp,
    /// A success with the number of another record.
    OtherNumber,
    /// A result without `Success`, or with one that is nil.
    NoSuccess(bool),
    /// A fault of the service, or of the sender.
    Fault(bool),
    /// No answer until the caller has waited long enough.
    Silence,
}

/// What happens to one write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaviour {
    pub fate: Fate,
    pub said: Said,
}

/// What happens to one look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadBehaviour {
    Right,
    Status(u16),
    Garbage,
    Cut,
    CutWithin,
    /// The filter is ignored: all rows.
    All,
}

/// Statuses with which a front door answers before the service is reached.
pub const FRONT_DOOR: [u16; 9] = [401, 403, 404, 405, 413, 414, 415, 431, 501];

/// Others: what they say of a write is nothing.
pub const OTHERS: [u16; 17] =
    [400, 402, 406, 408, 409, 410, 422, 429, 301, 302, 307, 308, 500, 502, 503, 504, 520];

/// What a refusal says: it quotes the record, as the service does.
const REFUSALS: [&str; 6] = [
    "could not be saved: deadlock",
    "is an ANALOG INPUT card; log in to the portal to release it",
    "needs a username and a password set: PASSWORD-KIT",
    "was not saved: the user name of the consignee is empty (login, logon, unauthorized)",
    "is locked by another user",
    "HTTP 401 is the name of an article that was not found",
];

const ENVELOPE: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope \
    xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soap:Body>";
const END: &str = "</soap:Body></soap:Envelope>";

fn soap(status: u16, body: &str) -> Answer {
    let headers = vec![("Content-Type", "text/xml; charset=utf-8".to_owned())];
    Answer::Whole { status, headers, body: format!("{ENVELOPE}{body}{END}") }
}

fn page(status: u16, retry_after: Option<u8>) -> Answer {
    let mut headers = vec![("Content-Type", "text/html".to_owned())];
    if let Some(seconds) = retry_after {
        headers.push(("Retry-After", seconds.to_string()));
    }
    if (300..400).contains(&status) {
        headers.push(("Location", "/elsewhere".to_owned()));
    }
    let body = "<html><body>Please log in<p>Something happened</body></html>".to_owned();
    Answer::Whole { status, headers, body }
}

/// An answer to a write.
pub fn written(said: Said, kind: Kind, key: &str, done: Result<u32, String>) -> Answer {
    let result = |success: &str, key: &str| {
        let (operation, id, order, in_order) = match kind {
            Kind::Articles => ("ProcessArticle", done.as_ref().copied().unwrap_or(0), 0, 0),
            Kind::Orders => ("ProcessOrder", 0, done.as_ref().copied().unwrap_or(0), 0),
            Kind::InOrders => ("ProcessInOrder", 0, 0, done.as_ref().copied().unwrap_or(0)),
        };
        let article = match id {
            0 => "<ArticleDefId xsi:nil=\"true\"/>".to_owned(),
            id => format!("<ArticleDefId>{id}</ArticleDefId>"),
        };
        let message = match &done {
            Ok(_) => String::new(),
            Err(why) => format!("<Message>{}</Message>", escape(why)),
        };
        let number = match kind {
            Kind::Articles => String::new(),
            _ => format!("<GoodsOwnerOrderNumber>{}</GoodsOwnerOrderNumber>", escape(key)),
        };
        format!(
            "<{operation}Response xmlns=\"http://ongoingsystems.se/WSI\"><{operation}Result>{number}\
             <OrderId>{order}</OrderId><InOrderId>{in_order}</InOrderId>{article}{success}{message}\
             </{operation}Result></{operation}Response>"
        )
    };
    let success = match done {
        Ok(_) => "<Success>true</Success>",
        Err(_) => "<Success>false</Success>",
    };
    match said {
        Said::Truth(_) => soap(200, &result(success, key)),
        Said::Status(status, retry_after) => page(status, retry_after),
        Said::Page => page(200, None),
        Said::Garbage => soap(200, &result(success, key).replace("</", "<")),
        Said::Empty => Answer::Whole { status: 200, headers: Vec::new(), body: String::new() },
        Said::Cut => Answer::Nothing,
        Said::CutWithin => Answer::Part { body: format!("{ENVELOPE}{}", result(success, key)) },
        Said::NoHttp => Answer::Bytes(b"220 mail.example.com ESMTP\r\n"),
        Said::OtherNumber => soap(200, &result("<Success>true</Success>", "9999")),
        Said::NoSuccess(nil) => soap(200, &result(if nil { "<Success xsi:nil=\"true\"/>" } else { "" }, key)),
        Said::Fault(sender) => {
            let code = if sender { "soap:Client" } else { "soap:Server" };
            let text = "Server was unable to process request. ---> login timeout: password of the pool";
            let fault = format!(
                "<soap:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring></soap:Fault>"
            );
            soap(500, &fault)
        }
        Said::Silence => Answer::Silence(Duration::from_secs(20)),
    }
}

/// What a refusal says of a record.
pub fn refusal(number: u8, key: &str) -> String {
    format!("{key} {}", REFUSALS[usize::from(number) % REFUSALS.len()])
}

/// An answer to a look-up.
pub fn found(behaviour: ReadBehaviour, kind: Kind, things: &[&Thing], manner: Manner) -> Answer {
    let rows: String = things.iter().map(|thing| row(thing, manner)).collect();
    let (operation, list, after) = match kind {
        Kind::Articles => ("GetInventoryByQuery", "InventoryLines", "<GoodsOwnerId>1</GoodsOwnerId>"),
        Kind::Orders => ("GetOrdersByQuery", "Orders", ""),
        Kind::InOrders => ("GetInOrdersByQuery", "InOrders", ""),
    };
    let body = format!(
        "<{operation}Response xmlns=\"http://ongoingsystems.se/WSI\"><{operation}Result><{list}>{rows}</{list}>{after}\
         </{operation}Result></{operation}Response>"
    );
    match behaviour {
        ReadBehaviour::Right | ReadBehaviour::All => soap(200, &body),
        ReadBehaviour::Status(status) => page(status, None),
        ReadBehaviour::Garbage => soap(200, &body.replace("</", "<")),
        ReadBehaviour::Cut => Answer::Nothing,
        ReadBehaviour::CutWithin => Answer::Part { body: format!("{ENVELOPE}{}", &body[..body.len() / 2]) },
    }
}

/// A fault, for what this service does not have.
pub fn unknown_operation(name: &str) -> Answer {
    let text = format!("Server did not recognize the value of HTTP Header SOAPAction: {}", escape(name));
    soap(
        500,
        &format!(
            "<soap:Fault><faultcode>soap:Client</faultcode><faultstring>{text}</faultstring></soap:Fault>"
        ),
    )
}

/// The members of a thing that stand in one part of a row.
fn shown(thing: &Thing, part: &str, manner: Manner) -> String {
    let mut text = String::new();
    for (index, member) in thing.id.kind.members().iter().enumerate() {
        let Some((before, name)) = member.shown.and_then(|shown| shown.split_once('.')) else { continue };
        let value = thing.members.get(&index).map_or("", String::as_str);
        if before != part || manner.older && index == NEWER {
            continue;
        }
        let is_text = matches!(member.form, crate::record::Form::Text(_));
        if !value.is_empty() {
            text.push_str(&format!("<{name}>{}</{name}>", escape(value)));
        } else if is_text && manner.shows_empty {
            text.push_str(&format!("<{name}/>"));
        } else if !is_text {
            text.push_str(&unset(name));
        }
    }
    text
}

/// A number or time that was never set, as .NET writes it.
fn unset(name: &str) -> String {
    match name {
        "DeliveryDate" => "<DeliveryDate>0001-01-01T00:00:00</DeliveryDate>".to_owned(),
        _ => format!("<{name} xsi:nil=\"true\"/>"),
    }
}

fn row(thing: &Thing, manner: Manner) -> String {
    let key = escape(&thing.id.key);
    let number = thing.number;
    let line = |(index, line): (usize, &crate::record::Line)| {
        let article = format!("<Article><ArticleNumber>{}</ArticleNumber></Article>", escape(&line.article));
        let code = format!("<ExternalOrderLineCode>{}</ExternalOrderLineCode>", index + 1);
        let comment = |name: &str| match &line.comment {
            Some(comment) if !comment.is_empty() => format!("<{name}>{}</{name}>", escape(comment)),
            _ => String::new(),
        };
        let id = number * 10 + u32::try_from(index).unwrap_or(0);
        match thing.id.kind {
            Kind::Articles => String::new(),
            Kind::Orders => format!(
                "<PickedOrderLine>{article}<OrderLineSystemId>{id}</OrderLineSystemId>{}\
                 <OrderedNumberOfItems>{}</OrderedNumberOfItems><PickedNumberOfItems>0</PickedNumberOfItems>{code}\
                 <ParentOrderLineId xsi:nil=\"true\"/></PickedOrderLine>",
                comment("OrderLineComment"),
                line.items
            ),
            Kind::InOrders => format!(
                "<ReceivedInOrderLine>{article}{code}{}<AdvisedNumberOfItems>{}</AdvisedNumberOfItems>\
                 <InOrderLineId>{id}</InOrderLineId><ParentInOrderLineId xsi:nil=\"true\"/></ReceivedInOrderLine>",
                comment("Comment"),
                line.items
            ),
        }
    };
    let lines: String = thing.lines.iter().enumerate().map(line).collect();
    match thing.id.kind {
        Kind::Articles => format!(
            "<InventoryLine><Article><SystemId>{number}</SystemId><ArticleNumber>{key}</ArticleNumber>{}</Article>\
             <NumberOfItems>0</NumberOfItems></InventoryLine>",
            shown(thing, "Article", manner)
        ),
        Kind::Orders => {
            let status = if thing.cancelled {
                1000
            } else if thing.picked {
                400
            } else {
                300
            };
            format!(
                "<Order><OrderInfo><OrderId>{number}</OrderId><GoodsOwnerOrderNumber>{key}</GoodsOwnerOrderNumber>{}\
                 <OrderStatusNumber>{status}</OrderStatusNumber></OrderInfo><Success>true</Success>\
                 <PickedOrderLines>{lines}</PickedOrderLines></Order>",
                shown(thing, "OrderInfo", manner)
            )
        }
        Kind::InOrders => {
            let status = if thing.cancelled {
                900
            } else if thing.picked {
                300
            } else {
                100
            };
            format!(
                "<ReceivedInOrder><InOrderInfo><InOrderId>{number}</InOrderId>\
                 <GoodsOwnerOrderNumber>{key}</GoodsOwnerOrderNumber>{}\
                 <InOrderStatusNumber>{status}</InOrderStatusNumber></InOrderInfo>\
                 <ReceivedInOrderLines>{lines}</ReceivedInOrderLines></ReceivedInOrder>",
                shown(thing, "InOrderInfo", manner)
            )
        }
    }
}
