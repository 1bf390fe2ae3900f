//! Compares a record to a row of the warehouse's answer.

use serde_json::{Map, Value};

use super::lookup::{Lines, Lookup, Part};
use crate::batch::contract::json_path::{at, text_at};
use crate::batch::contract::path::{member_at, type_at};
use crate::batch::contract::scalar::Scalar;
use crate::dynamic::find_type;
use crate::operation::{MemberInfo, TypeInfo};
use crate::text::start;
use crate::xml::DateTime;

/// The result of a comparison, as paths of the payload's members, in which items of lists count from 1.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Likeness {
    /// Members that the row shows with another value.
    pub differing: Vec<String>,
    /// Members that the row does not show.
    pub unseen: Vec<String>,
    /// Empty members that the row does not show.
    pub unseen_empty: Vec<String>,
    /// Differing members that prove nothing: the row leaves them out, as services of earlier years do; or they are
    /// null, which sets nothing.
    pub unproven: Vec<String>,
}

/// The types of a payload and of the row that shows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ComparedTypes {
    pub sent: Option<&'static TypeInfo>,
    pub shown: Option<&'static TypeInfo>,
}

impl ComparedTypes {
    fn at(self, part: &Part) -> ComparedTypes {
        ComparedTypes {
            sent: self.sent.and_then(|ty| type_at(ty, part.sent)),
            shown: self.shown.and_then(|ty| type_at(ty, part.shown)),
        }
    }
}

/// Compares a payload to a row.
pub(super) fn of(
    lookup: &Lookup,
    payload: &Map<String, Value>,
    row: &Map<String, Value>,
    types: ComparedTypes,
) -> Likeness {
    let mut likeness = Likeness::default();
    let (mut covered, mut whole) = (Vec::new(), false);
    for part in lookup.parts {
        let sent = if part.sent.is_empty() { Some(payload) } else { object_at(payload, part.sent) };
        whole |= part.sent.is_empty();
        let Some(sent) = sent else { continue };
        covered.push(part.sent);
        let shown = if part.shown.is_empty() { Some(row) } else { object_at(row, part.shown) };
        let but = lookup.lines.as_ref().map_or("", |lines| lines.part.sent);
        likeness.compare(part, sent, shown.unwrap_or(&Map::new()), types.at(part), but, part.sent);
    }
    if let Some(lines) = &lookup.lines {
        covered.push(lines.part.sent);
        if let Some(sent) = payload.get(lines.part.sent) {
            likeness.compare_lines(lines, sent, row.get(lines.part.shown), types.at(&lines.part));
        }
    }
    if !whole {
        for (name, value) in payload.iter().filter(|(name, _)| !covered.contains(&name.as_str())) {
            likeness.not_shown(name.clone(), value);
        }
    }
    likeness
}

impl Likeness {
    fn not_shown(&mut self, path: String, value: &Value) {
        if says(value) { self.unseen.push(path) } else { self.unseen_empty.push(path) }
    }

    fn compare(
        &mut self,
        part: &Part,
        sent: &Map<String, Value>,
        shown: &Map<String, Value>,
        types: ComparedTypes,
        but: &str,
        path: &str,
    ) {
        for (name, value) in sent.iter().filter(|(name, _)| *name != but && !steers(name)) {
            let renamed = part.renamed.iter().find(|(from, _)| from == name);
            let to = renamed.map_or(name.as_str(), |(_, to)| to);
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let single = !value.is_object() && !value.is_array();
            match types.shown.and_then(|ty| member_at(ty, to)).filter(|member| single && is_single(member)) {
                None => self.not_shown(path, value),
                Some(_) if at(shown, to).is_none() && !says(value) => self.not_shown(path, value),
                Some(member) => {
                    let kept =
                        types.sent.and_then(|ty| member_at(ty, name)).map_or(0, |member| member.length);
                    if !same(member, kept, value, at(shown, to)) {
                        if at(shown, to).is_none() || value.is_null() {
                            self.unproven.push(path.clone());
                        }
                        self.differing.push(path);
                    }
                }
            }
        }
    }

    /// Lines are paired by the goods owner's code where both have one, else by the article, in order.
    fn compare_lines(&mut self, lines: &Lines, sent: &Value, shown: Option<&Value>, types: ComparedTypes) {
        let sent = objects(Some(sent));
        let mut shown = objects(shown);
        shown.retain(|line| !line.get(lines.parent).is_some_and(says));
        if sent.len() != shown.len() {
            self.differing.push(lines.part.sent.to_owned());
        }
        for (line, number) in sent.into_iter().zip(1..) {
            let path = format!("{}[{number}]", lines.part.sent);
            match shown.iter().position(|shown| is_the_line(lines, line, shown)) {
                Some(place) => {
                    let shown = shown.remove(place);
                    self.compare(&lines.part, line, shown, types, "", &path);
                }
                None => self.differing.push(path),
            }
        }
    }
}

fn is_the_line(lines: &Lines, sent: &Map<String, Value>, shown: &Map<String, Value>) -> bool {
    let renamed = lines.part.renamed.iter().find(|(from, _)| *from == "ArticleNumber");
    let article = renamed.map_or("ArticleNumber", |(_, to)| to);
    let code = text_at(sent, lines.code).filter(|code| !code.is_empty());
    let article_sent = text_at(sent, "ArticleNumber");
    match code {
        Some(code) => text_at(shown, lines.code).as_ref() == Some(&code),
        None => article_sent.is_none() || text_at(shown, article) == article_sent,
    }
}

/// As [`steers`], by the path of the member.
pub(super) fn steers_at(path: &str) -> bool {
    steers(path.rsplit_once('.').map_or(path, |(_, name)| name))
}

/// Members that are instructions (what to do, how to find it) and not content.
fn steers(name: &str) -> bool {
    ["Operation", "Identification", "IdentificationType"].iter().any(|end| name.ends_with(end))
}

fn says(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => members.values().any(says),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether a member is a single value, neither a list nor a structure.
fn is_single(member: &MemberInfo) -> bool {
    !member.is_list() && find_type(member.ty).is_none_or(|ty| !ty.values.is_empty())
}

/// Whether the warehouse shows what was sent, by the type of the member: `1` equals `1.00`; an unset time and an empty
/// text equal an absent one. `kept` is the number of characters that the service keeps; 0 if unknown.
fn same(member: &MemberInfo, kept: u32, sent: &Value, shown: Option<&Value>) -> bool {
    let (ty, shown) = (member.builtin(), shown.unwrap_or(&Value::Null));
    let of = |value: &Value| Scalar::read(ty, value);
    match Scalar::unset(ty) {
        Some(Scalar::Time(_)) => match (time(of(sent)), time(of(shown))) {
            (Some(sent), Some(shown)) => match (sent.offset(), shown.offset()) {
                (Some(offset), Some(_)) => sent.to_utc(offset) == shown.to_utc(offset),
                _ => sent.naive() == shown.naive(),
            },
            (Some(sent), None) => sent.is_unset(),
            (None, shown) => !says(sent) && shown.is_none_or(|shown| shown.is_unset()),
        },
        Some(unset) => {
            let sent = if says(sent) { of(sent) } else { Some(unset.clone()) };
            sent.is_some() && sent == Some(of(shown).unwrap_or(unset))
        }
        None => same_text(text(sent), text(shown), [kept, member.length]),
    }
}

fn time(scalar: Option<Scalar>) -> Option<DateTime> {
    match scalar {
        Some(Scalar::Time(time)) => Some(time),
        _ => None,
    }
}

/// Compares texts without outer space and with one kind of line end, up to the length that the service keeps.
fn same_text(sent: Option<String>, shown: Option<String>, lengths: [u32; 2]) -> bool {
    let (Some(sent), Some(shown)) = (sent, shown) else { return false };
    let (plain, shown) = (without_form(&sent), without_form(&shown));
    if plain == shown {
        return true;
    }
    lengths.into_iter().filter(|length| *length > 0).any(|length| {
        let length = length as usize;
        // It is not documented in which unit the service counts: characters, or the units of .NET or the database.
        let units = [char_count as fn(char) -> usize, char::len_utf16, char::len_utf8];
        let is_shown =
            |text: &str| units.into_iter().any(|unit| without_form(start(text, length, unit)) == shown);
        is_shown(&sent) || is_shown(&plain)
    })
}

fn without_form(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

fn char_count(_: char) -> usize {
    1
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => "",
        Value::String(text) => text,
        Value::Number(number) => return Some(number.to_string()),
        Value::Bool(truth) => return Some(truth.to_string()),
        Value::Array(_) | Value::Object(_) => return None,
    };
    Some(text.to_owned())
}

fn object_at<'v>(object: &'v Map<String, Value>, path: &str) -> Option<&'v Map<String, Value>> {
    at(object, path)?.as_object()
}

fn objects(list: Option<&Value>) -> Vec<&Map<String, Value>> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::batch::Kind;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    fn order(quantity: &str) -> Map<String, Value> {
        map(json!({
            "OrderInfo": { "OrderOperation": "CreateOrUpdate", "GoodsOwnerOrderNumber": "1", "DeliveryDate": "2026-12-01" },
            "Customer": { "CustomerOperation": "Find", "Name": "Å & Co" },
            "CustomerOrderLines": [
                { "ArticleIdentification": "ArticleNumber", "ArticleNumber": "A", "NumberOfItems": quantity },
            ],
        }))
    }

    fn shown() -> Map<String, Value> {
        map(json!({
            "OrderInfo": { "GoodsOwnerOrderNumber": "1", "DeliveryDate": "2026-12-01T00:00:00", "OrderStatusNumber": 400 },
            "Consignee": { "Id": 4, "Name": "Å & Co" },
            "PickedOrderLines": [
                { "OrderLineSystemId": 9, "OrderedNumberOfItems": "2.0", "Article": { "ArticleNumber": "A" } },
                { "OrderLineSystemId": 10, "OrderedNumberOfItems": "4", "ParentOrderLineId": 9, "Article": { "ArticleNumber": "B" } },
            ],
        }))
    }

    fn compared(kind: &str, row: &str, sent: &Map<String, Value>, shown: &Map<String, Value>) -> Likeness {
        let sent_type = if row == "Order" { "CustomerOrder" } else { "ArticleDefinition" };
        let lookup = Kind::find(kind).unwrap().lookup.unwrap();
        of(lookup, sent, shown, ComparedTypes { sent: find_type(sent_type), shown: find_type(row) })
    }

    #[test]
    fn an_order_is_known_again() {
        assert_eq!(compared("orders", "Order", &order("2"), &shown()), Likeness::default());
        let other = compared("orders", "Order", &order("3"), &shown());
        assert_eq!(other.differing, ["CustomerOrderLines[1].NumberOfItems"]);
        let mut sent = order("2");
        sent.insert("TransportServices".into(), json!({ "X": "1" }));
        sent.insert("OrderInfo".into(), json!({ "GoodsOwnerOrderNumber": "1", "OrderStatusCreated": 200 }));
        let likeness = compared("orders", "Order", &sent, &shown());
        assert_eq!(likeness.unseen, ["OrderInfo.OrderStatusCreated", "TransportServices"]);
        assert!(likeness.differing.is_empty());
    }

    #[test]
    fn lines_are_counted() {
        let mut more = order("2");
        let line = json!({ "ArticleNumber": "B", "NumberOfItems": 4 });
        more.get_mut("CustomerOrderLines").and_then(Value::as_array_mut).unwrap().push(line);
        let likeness = compared("orders", "Order", &more, &shown());
        assert_eq!(likeness.differing, ["CustomerOrderLines", "CustomerOrderLines[2]"]);
    }

    #[test]
    fn an_article_is_known_by_other_names() {
        let sent = map(
            json!({ "ArticleOperation": "CreateOrUpdate", "ArticleNumber": "A", "ArticleName": "Mug", "Weight": "0.50" }),
        );
        let shown = map(json!({ "Article": { "ArticleNumber": "A", "Name": "Mug", "Weight": "0.5" } }));
        assert_eq!(compared("articles", "InventoryLine", &sent, &shown), Likeness::default());
        let other = map(json!({ "Article": { "ArticleNumber": "A", "Name": "mug" } }));
        assert_eq!(compared("articles", "InventoryLine", &sent, &other).differing, ["ArticleName", "Weight"]);
    }

    #[test]
    fn what_is_empty_must_be_seen_empty() {
        let sent = |remark: Value| {
            let mut sent = order("2");
            sent.insert("OrderInfo".into(), json!({ "GoodsOwnerOrderNumber": "1", "OrderRemark": remark }));
            sent
        };
        let row = |remark: &str| {
            let mut row = shown();
            row["OrderInfo"]["OrderRemark"] = json!(remark);
            row
        };
        for empty in [json!(""), json!(" "), Value::Null] {
            let likeness = compared("orders", "Order", &sent(empty.clone()), &row("leave at door"));
            assert_eq!(likeness.differing, ["OrderInfo.OrderRemark"]);
            assert_eq!(compared("orders", "Order", &sent(empty), &row("")), Likeness::default());
        }
        let likeness = compared("orders", "Order", &sent(json!("a\r\nb ")), &row("a\nb"));
        assert_eq!(likeness, Likeness::default());
    }

    #[test]
    fn what_the_service_cuts_off_is_the_same() {
        let same =
            |sent: &str, shown: &str, lengths| same_text(text(&json!(sent)), text(&json!(shown)), lengths);
        assert!(same("abcdef", "abc", [3, 0]) && same("ab cd", "ab", [0, 3]));
        assert!(same("ab😀", "ab", [3, 0]) && same("abå", "ab", [3, 0]));
        assert!(
            !same("abcdef", "abc", [0, 0])
                && !same("abcdef", "abc", [4, 0])
                && !same("abc", "abcdef", [3, 0])
        );
    }
}
