//! The things that a request or action is about: the numbers and ids in its request and, for a write, in its answer.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

/// Maximum number of keys of an exchange.
const MOST: usize = 20;

/// Maximum number of bytes of a body that are searched.
const SEARCHED: usize = 64 * 1024;

/// A thing that an exchange is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ThingKey {
    /// `order`, `article` ..
    pub kind: &'static str,
    /// Its number or id.
    pub value: String,
}

/// Members that name a thing, in lower case, and its kind. `goodsownerorder..` is an in-order in operations on
/// in-orders.
const MEMBERS: [(&str, &str); 29] = [
    ("goodsownerordernumber", "order"),
    ("goodsownerorderid", "order"),
    ("ordernumber", "order"),
    ("orderid", "order"),
    ("customerordernumber", "order"),
    ("customerorderid", "order"),
    ("inordernumber", "in-order"),
    ("inorderid", "in-order"),
    ("inorder", "in-order"),
    ("purchaseordernumber", "in-order"),
    ("returnordernumber", "return-order"),
    ("returnorderid", "return-order"),
    ("returnorder", "return-order"),
    ("productionordernumber", "production-order"),
    ("productionorderid", "production-order"),
    ("productionorder", "production-order"),
    ("goodsoperationordernumber", "goods-operation-order"),
    ("goodsoperationorderid", "goods-operation-order"),
    ("goodsoperationorder", "goods-operation-order"),
    ("articlenumber", "article"),
    ("articledefid", "article"),
    ("article", "article"),
    ("customernumber", "customer"),
    ("shipmentnumber", "shipment"),
    ("shipmentid", "shipment"),
    ("invoicenumber", "invoice"),
    ("invoiceid", "invoice"),
    ("transfer", "transfer"),
    ("order", "order"),
];

fn kind_of(operation: &str, member: &str) -> Option<&'static str> {
    let member = member.to_ascii_lowercase();
    let member = member.strip_suffix("toget").unwrap_or(&member);
    let find = |name: &str| MEMBERS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    let kind = find(member).or_else(|| find(member.strip_suffix('s')?))?;
    let is_plain = kind == "order" && !member.starts_with("customer");
    Some(if is_plain && operation.contains("InOrder") { "in-order" } else { kind })
}

struct FoundKeys(Vec<ThingKey>);

impl FoundKeys {
    fn add(&mut self, kind: &'static str, value: &str) {
        let value = value.trim();
        if value.is_empty() || value == "0" || value.len() > 100 || self.0.len() == MOST {
            return;
        }
        if !self.0.iter().any(|key| key.kind == kind && key.value == value) {
            self.0.push(ThingKey { kind, value: value.to_owned() });
        }
    }
}

/// The keys in the bodies of a request and, if it changes something, its answer.
pub(crate) fn in_bodies(operation: &str, bodies: &[&[u8]]) -> Vec<ThingKey> {
    let mut found = FoundKeys(Vec::new());
    bodies.iter().for_each(|body| in_xml(operation, body, &mut found));
    found.0
}

/// The keys in the arguments of an action, which are JSON.
pub(crate) fn in_arguments(arguments: &[u8]) -> Vec<ThingKey> {
    let mut found = FoundKeys(Vec::new());
    let arguments: Value = serde_json::from_slice(arguments).unwrap_or_default();
    for (name, value) in arguments.as_object().into_iter().flatten() {
        let Some(kind) = kind_of("", name) else { continue };
        match value {
            Value::Array(list) => list.iter().for_each(|value| found.add(kind, &plain(value))),
            value => found.add(kind, &plain(value)),
        }
    }
    found.0
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Searches the members as far as the text is XML.
fn in_xml(operation: &str, body: &[u8], found: &mut FoundKeys) {
    let mut reader = Reader::from_reader(&body[..body.len().min(SEARCHED)]);
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    while found.0.len() < MOST {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                path.push(start.local_name().as_ref().to_owned());
                text.clear();
            }
            Ok(Event::Text(part)) => text.push_str(&part),
            Ok(Event::CData(part)) => text.push_str(&part),
            Ok(Event::GeneralRef(name)) => text.push_str(match &*name {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                _ => "",
            }),
            Ok(Event::End(_)) => {
                let name = path.pop().unwrap_or_default();
                let member = match name.as_str() {
                    "string" | "int" | "long" => path.last().map_or("", String::as_str),
                    name => name,
                };
                if !text.is_empty()
                    && let Some(kind) = kind_of(operation, member)
                {
                    found.add(kind, &text);
                }
                text.clear();
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_name_things_are_found() {
        let body = b"<s:Envelope xmlns:s='x'><s:Body><ProcessOrder><OrderInfo><GoodsOwnerOrderNumber>A&amp;B</GoodsOwnerOrderNumber>\
            </OrderInfo><Lines><ArticleNumber>M-1</ArticleNumber><ArticleNumber>M-1</ArticleNumber></Lines>\
            <ArticleNumbersToGet><string>M-2</string></ArticleNumbersToGet>";
        let keys: Vec<String> = in_bodies("ProcessOrder", &[body])
            .iter()
            .map(|key| format!("{}={}", key.kind, key.value))
            .collect();
        assert_eq!(keys, ["order=A&B", "article=M-1", "article=M-2"]);
        let body = b"<GoodsOwnerOrderNumber>PO-7</GoodsOwnerOrderNumber>";
        assert_eq!(in_bodies("ProcessInOrder", &[body])[0].kind, "in-order");
    }
}
