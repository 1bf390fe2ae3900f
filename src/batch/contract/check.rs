//! Checks whether a payload can be sent, and reports all errors at once.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value};

use super::known_paths::KnownPath;
use super::value;
use crate::dynamic::{self, Request, find_type, request_from_tree};
use crate::operation::{Builtin, MemberInfo, OperationInfo, TypeInfo};
use crate::suggest::{did_you_mean, did_you_mean_one_of};
use crate::text;
use crate::xml::json_ref::JsonRef;
use crate::xml::json_tree::JsonTree;

pub use crate::skeleton::PLACEHOLDER;

/// Something wrong with a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Path of the member from the payload: `CustomerOrderLines[2].NumberOfItems` is of the second line, since items count
    /// from 1. Empty for the payload itself.
    pub path: String,
    /// What is wrong, in lower case and without a full stop.
    pub what: String,
    /// What to do about it, if known.
    pub hint: Option<String>,
    /// Whether a required member is missing.
    pub(crate) missing: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.what),
            path => write!(f, "{path}: {}", self.what),
        }
    }
}

/// Checks a payload against the contract and returns it as a request.
///
/// In addition to what [`request_from_json`](crate::dynamic::request_from_json) refuses, texts that are longer than the
/// service keeps and [`PLACEHOLDER`]s are errors.
///
/// # Errors
/// All errors, in the order of the payload.
pub fn check(
    operation: &OperationInfo,
    payload: &Map<String, Value>,
) -> Result<Box<dyn Request>, Vec<Problem>> {
    check_tree(operation, &mut JsonTree::of(payload), true)
}

/// As [`check`], for a tree, which is unchanged when this returns. Unless it is `doubtful` ([`is_doubtful`]), the
/// contract's tables are read only if the request cannot be built.
pub(crate) fn check_tree(
    operation: &OperationInfo,
    payload: &mut JsonTree<'_>,
    doubtful: bool,
) -> Result<Box<dyn Request>, Vec<Problem>> {
    let request = match request_from_tree(operation, payload) {
        Ok(request) if !doubtful => return Ok(request),
        request => request,
    };
    let problems =
        payload.to_value().as_object().map_or_else(Vec::new, |payload| problems(operation, payload));
    if !problems.is_empty() {
        return Err(problems);
    }
    request.map_err(|error| {
        vec![Problem { path: error.path.clone(), what: error.message.clone(), hint: None, missing: false }]
    })
}

/// Whether a single value may have an error that does not keep a request from being built: a placeholder, a text that is
/// too long or no value, a character that XML cannot carry, a time too early to be meant.
pub(crate) fn is_doubtful(path: &KnownPath, value: JsonRef<'_>) -> bool {
    let Some(text) = value.as_text() else { return false };
    let length = path.member.map_or(0, |member| member.length as usize);
    let is_long = length > 0 && text.len() > length;
    let is_blank =
        || path.member.is_some() && path.builtin != Some(Builtin::String) && text.trim().is_empty();
    // Texts in this order are in the order of their years.
    let is_early = || path.builtin == Some(Builtin::DateTime) && text.trim_start() < "1900";
    // Forbidden are control characters, and two that begin with this byte.
    text == PLACEHOLDER
        || text.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == 0xEF))
        || is_long
        || is_early()
        || is_blank()
}

/// The errors in a payload that the contract's tables can show.
pub(crate) fn problems(operation: &OperationInfo, payload: &Map<String, Value>) -> Vec<Problem> {
    let mut checker = Checker::default();
    if let Some(ty) = dynamic::payload(operation) {
        checker.object(ty, payload);
    }
    checker.problems
}

/// Paths of the texts that are not filled in yet ([`PLACEHOLDER`]). Items of lists count from 1.
pub fn placeholders(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect_placeholders(value, "", &mut found);
    found
}

fn collect_placeholders(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text == PLACEHOLDER => found.push(path.to_owned()),
        Value::Array(items) => {
            for (item, number) in items.iter().zip(1..) {
                collect_placeholders(item, &format!("{path}[{number}]"), found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                collect_placeholders(member, &below(path, name), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Walks through a payload; `path` leads to the current value, so that a path is copied only for an error.
#[derive(Default)]
struct Checker {
    problems: Vec<Problem>,
    path: String,
}

impl Checker {
    fn wrong(&mut self, what: impl Into<String>, hint: Option<String>) {
        self.problems.push(Problem { path: self.path.clone(), what: what.into(), hint, missing: false });
    }

    /// Looks at a member.
    fn inside(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        look(self);
        self.path.truncate(length);
    }

    fn object(&mut self, ty: &TypeInfo, object: &Map<String, Value>) {
        // A derived type has all members of its base, and its own.
        let derived = object.get("@type").and_then(Value::as_str).and_then(find_type);
        let ty = derived.unwrap_or(ty);
        for (name, value) in object {
            self.inside(name, |checker| match ty.member(name) {
                Some(member) => checker.member(member, value),
                None if name.starts_with('@') => {}
                None => {
                    let hint = did_you_mean(name, ty.members.iter().map(|member| member.name));
                    checker.wrong(format!("{} has no member `{name}`", ty.name), hint);
                }
            });
        }
        for member in ty.members.iter().filter(|member| member.required) {
            if object.get(member.name).is_none_or(Value::is_null) {
                let hint = find_type(member.ty).filter(|ty| ty.is_enumeration()).map(values);
                let what = "the required member is missing".to_owned();
                let path = below(&self.path, member.name);
                self.problems.push(Problem { path, what, hint, missing: true });
            }
        }
    }

    fn member(&mut self, member: &MemberInfo, value: &Value) {
        match value {
            Value::Null => {}
            Value::Array(items) if member.is_list() => {
                let length = self.path.len();
                for (item, number) in items.iter().zip(1..) {
                    // Writing to a text cannot fail.
                    let _ = write!(self.path, "[{number}]");
                    match item {
                        Value::Null => self.null_item(member),
                        item => self.item(member, item),
                    }
                    self.path.truncate(length);
                }
            }
            _ if member.is_list() => {
                self.wrong(expected("a list", value), Some("write it as a list: [..]".to_owned()))
            }
            value => self.item(member, value),
        }
    }

    /// Null in a list: the request has no place for it, unless the items may be nil.
    fn null_item(&mut self, member: &MemberInfo) {
        if !(member.repeats && member.nillable) {
            self.wrong("null is not an item of a list", Some("remove it, or give the item".to_owned()));
        }
    }

    fn item(&mut self, member: &MemberInfo, value: &Value) {
        // Most members are single values, of no type that would have to be looked up.
        let ty = if member.builtin().is_none() { find_type(member.ty) } else { None };
        match (ty, value) {
            (_, Value::Null) => {}
            (Some(ty), Value::Object(object)) if !ty.is_enumeration() => self.object(ty, object),
            (Some(ty), _) if !ty.is_enumeration() => self.wrong(expected("an object", value), None),
            (_, Value::String(text)) if text == PLACEHOLDER => {
                let hint = "replace it with a value, or remove the member";
                self.wrong("the placeholder `?` is not filled in", Some(hint.to_owned()));
            }
            (Some(ty), value) => self.enumeration(ty, value),
            (None, value) => self.plain(member, value),
        }
    }

    fn enumeration(&mut self, ty: &TypeInfo, value: &Value) {
        let Some(text) = value.as_str() else {
            return self.wrong(expected("text", value), Some(values(ty)));
        };
        if ty.values.iter().any(|(name, _)| *name == text) {
            return;
        }
        let hint = did_you_mean_one_of(text, "values", &ty.value_names());
        self.wrong(format!("{text:?} is not a value of {}", ty.name), Some(hint));
    }

    fn plain(&mut self, member: &MemberInfo, value: &Value) {
        if let Some(what) = value::problem(member.builtin(), value) {
            self.wrong(what, None);
            return;
        }
        let text = value.as_str().unwrap_or_default();
        if let Some(char) = text.chars().find(|char| is_forbidden(*char)) {
            let what = format!(
                "the text contains the control character U+{:04X}, which XML does not allow",
                u32::from(char)
            );
            self.wrong(what, Some("remove it".to_owned()));
        }
        if member.builtin() == Some(Builtin::DateTime)
            && let Some(what) = text.parse().ok().as_ref().and_then(value::too_early)
        {
            self.wrong(format!("{text:?}: {what}"), None);
        }
        let most = member.length as usize;
        // No text has more characters than bytes.
        let length = if text.len() > most { text::length(text) } else { 0 };
        if most > 0 && length > most {
            let what = format!("the text has {length} characters; the service keeps at most {most}");
            self.wrong(what, Some("shorten it: the service would refuse or truncate it".to_owned()));
        }
    }
}

/// Characters that XML 1.0 cannot carry, not even as references.
fn is_forbidden(char: char) -> bool {
    matches!(char, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn expected(what: &str, value: &Value) -> String {
    format!("expected {what}, found {}", JsonRef::from(value).kind())
}

fn values(ty: &TypeInfo) -> String {
    format!("the values are {}", ty.value_names().join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::batch::Kind;
    use crate::batch::contract::content::Content;
    use crate::batch::kind::KINDS;

    fn problems(payload: Value) -> Vec<String> {
        let Value::Object(payload) = payload else { panic!("no object") };
        let operation = Kind::find("orders").unwrap().operation().unwrap();
        match check(operation, &payload) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(Problem::to_string).collect(),
        }
    }

    #[test]
    fn tells_all_that_is_wrong() {
        let order = json!({
            "OrderInfo": {
                "OrderIdentification": "GoodsOwnerOrderNo",
                "GoodsOwnerOrderNumber": "å".repeat(51),
                "ReferenceNumber": "r".repeat(50),
                "DeliveryDate": "soon",
                "OrderRemark": "?",
                "Remark": "x",
            },
            "Customer": [],
            "CustomerOrderLines": [{
                "OrderLineIdentification": "ArticleNumber",
                "ArticleIdentification": "ArticleNumber",
                "NumberOfItems": "1,5",
            }],
        });
        assert_eq!(
            problems(order),
            [
                "OrderInfo.OrderIdentification: \"GoodsOwnerOrderNo\" is not a value of OrderIdentificationType",
                "OrderInfo.GoodsOwnerOrderNumber: the text has 51 characters; the service keeps at most 50",
                "OrderInfo.DeliveryDate: \"soon\" is not a date and time (dateTime)",
                "OrderInfo.OrderRemark: the placeholder `?` is not filled in",
                "OrderInfo.Remark: OrderInfoClass has no member `Remark`",
                "OrderInfo.OrderOperation: the required member is missing",
                "Customer: expected an object, found a list",
                "CustomerOrderLines[1].NumberOfItems: \"1,5\" is not a decimal number (decimal)",
            ]
        );
    }

    #[cfg(own_contract)]
    #[test]
    fn a_good_payload_is_a_request() {
        let order = json!({
            "OrderInfo": {
                "OrderIdentification": "GoodsOwnerOrderNumber",
                "OrderOperation": "CreateOrUpdate",
                "GoodsOwnerOrderNumber": "1",
            },
            "CustomerOrderLines": [{
                "OrderLineIdentification": "ArticleNumber",
                "ArticleIdentification": "ArticleNumber",
                "ArticleNumber": "A",
                "NumberOfItems": 1.50,
                "Items": null,
            }],
        });
        assert_eq!(problems(order), [""; 0]);
    }

    /// A payload with every member, each type once on a path.
    fn filled(ty: &'static TypeInfo, above: &mut Vec<&'static str>) -> Value {
        above.push(ty.name);
        let mut object = Map::new();
        for member in ty.members {
            let value = match find_type(member.ty) {
                Some(ty) if ty.is_enumeration() => Value::from(ty.values[0].0),
                Some(ty) if above.contains(&ty.name) => continue,
                Some(ty) => filled(ty, above),
                None => match member.builtin() {
                    Some(Builtin::Boolean) => json!(true),
                    Some(Builtin::DateTime) => json!("2026-12-24T08:30:00"),
                    Some(Builtin::Base64Binary) => json!("Zm9v"),
                    Some(Builtin::Any) => continue,
                    Some(builtin) if builtin != Builtin::String => json!(1),
                    _ => json!("x"),
                },
            };
            let value = if member.is_list() { json!([value]) } else { value };
            object.insert(member.name.to_owned(), value);
        }
        above.pop();
        Value::Object(object)
    }

    /// The paths of all values, as JSON pointers.
    fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| {
                found.push(format!("{at}/{name}"));
                pointers(value, &format!("{at}/{name}"), found);
            }),
            Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
                found.push(format!("{at}/{index}"));
                pointers(value, &format!("{at}/{index}"), found);
            }),
            _ => {}
        }
    }

    /// What is wrong with a payload, with and without a look at the tables.
    fn both_ways(operation: &'static OperationInfo, payload: Value) -> [Vec<Problem>; 2] {
        let Value::Object(object) = &payload else { panic!("no object") };
        let mut tree = JsonTree::of(object);
        let mut doubtful = false;
        Content::checked(dynamic::payload(operation), &tree, &mut |path, value| {
            doubtful |= is_doubtful(path, value);
        });
        [true, doubtful].map(|doubtful| check_tree(operation, &mut tree, doubtful).err().unwrap_or_default())
    }

    #[test]
    fn nothing_is_missed_without_a_look_at_the_tables() {
        let wrong = [
            Value::Null,
            json!("?"),
            json!(""),
            json!(1),
            json!(1.5),
            json!(true),
            json!([]),
            json!([null]),
            json!({}),
            json!({ "Nothing": 1 }),
            json!({ "@type": "Nothing" }),
            json!("x".repeat(5000)),
            json!("å".repeat(51)),
            json!("\u{1}"),
            json!("\u{fffe}"),
            json!("1899-12-31T00:00:00"),
            json!(" 0026-02-01T00:00:00"),
            json!("0001-01-01T00:00:00"),
        ];
        let mut found_wrong = 0;
        for kind in KINDS {
            let (Some(operation), Some(ty)) = (kind.operation(), kind.payload()) else { continue };
            let whole = filled(ty, &mut Vec::new());
            assert_eq!(both_ways(operation, whole.clone()), [const { Vec::new() }; 2], "{}", kind.name);
            let mut places = Vec::new();
            pointers(&whole, "", &mut places);
            for place in places {
                let (above, name) = place.rsplit_once('/').unwrap();
                let mut less = whole.clone();
                if let Some(object) = less.pointer_mut(above).and_then(Value::as_object_mut) {
                    object.remove(name);
                }
                let changed = wrong.iter().map(|value| {
                    let mut changed = whole.clone();
                    *changed.pointer_mut(&place).unwrap() = value.clone();
                    changed
                });
                for payload in std::iter::once(less).chain(changed) {
                    let [with, without] = both_ways(operation, payload);
                    found_wrong += usize::from(!with.is_empty());
                    assert_eq!(without, with, "{} {place}", kind.name);
                }
            }
        }
        assert!(found_wrong > 1000, "{found_wrong}");
    }

    #[test]
    fn finds_what_is_not_filled_in() {
        let value = json!({ "a": "?", "b": [{ "c": "x" }, { "c": "?" }], "d": "?x" });
        assert_eq!(placeholders(&value), ["a", "b[2].c"]);
    }
}
