//! What a record says, whatever way it is written: its digest, and the members in which two versions differ.
//!
//! A payload is taken apart into its single values. Each has a path (`OrderInfo.DeliveryDate`) and a canonical text by its
//! type, so that the order of members and the spelling of numbers and times do not count. The digest is made of these,
//! before the program adds its own defaults: neither a newer contract nor a newer program changes it.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::scalar::Scalar;
use crate::dynamic::find_type;
use crate::operation::{Builtin, MemberInfo, TypeInfo};
use crate::xml::{DateTime, json};

/// First byte of a digest: the rules that it was made by.
pub(in crate::batch) const DIGEST_VERSION: u8 = 2;

/// First byte of a digest that a journal of version 1 had: see [`version_1_digest`].
pub(in crate::batch) const DIGEST_VERSION_1: u8 = 1;

/// Goes into each digest, so that it is equal to no other program's.
const SALT: &[u8] = b"ongoing-wms content 2\n";

const PATH: usize = 8;
const VALUE: usize = 12;
const LEAF: usize = PATH + VALUE;

/// The values of a payload, each as the hash of its path and the hash of its canonical text. Values cannot be read from
/// it, but two of them can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::batch) struct Content {
    /// In the order of their bytes.
    leaves: Vec<[u8; LEAF]>,
}

impl Content {
    /// The content of a payload of this type.
    pub fn of(ty: Option<&TypeInfo>, payload: &Map<String, Value>) -> Content {
        let mut leaves = Vec::new();
        each_value(ty, payload, &mut |path, text| leaves.push(leaf(path, text)));
        leaves.sort_unstable();
        Content { leaves }
    }

    /// Equal for equal contents; the first byte is [`DIGEST_VERSION`].
    pub fn digest(&self) -> Vec<u8> {
        let mut hash = Sha256::new_with_prefix(SALT);
        self.leaves.iter().for_each(|leaf| hash.update(leaf));
        let mut digest = vec![DIGEST_VERSION];
        digest.extend_from_slice(&hash.finalize());
        digest
    }

    /// For the journal; [`from_bytes`](Self::from_bytes) reads it.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.leaves.concat()
    }

    /// What [`to_bytes`](Self::to_bytes) made; `None` for anything else than the content of this digest.
    pub fn from_bytes(bytes: &[u8], digest: &[u8]) -> Option<Content> {
        let (leaves, rest) = bytes.as_chunks::<LEAF>();
        let content = Content { leaves: leaves.to_vec() };
        (rest.is_empty() && content.digest() == digest).then_some(content)
    }

    fn has(&self, leaf: &[u8; LEAF]) -> bool {
        self.leaves.binary_search(leaf).is_ok()
    }
}

/// Paths of the values in a payload that are not the same in each of the earlier contents: changed, added or emptied.
/// A value that is left out is not among them, since it sets nothing.
pub(in crate::batch) fn changed(
    ty: Option<&TypeInfo>,
    payload: &Map<String, Value>,
    earlier: &[Content],
) -> Vec<String> {
    let mut paths = Vec::new();
    each_value(ty, payload, &mut |path, text| {
        let leaf = leaf(path, text);
        if !earlier.iter().all(|content| content.has(&leaf)) {
            paths.push(path.to_owned());
        }
    });
    paths
}

fn leaf(path: &str, text: &str) -> [u8; LEAF] {
    let mut leaf = [0; LEAF];
    leaf[..PATH].copy_from_slice(&Sha256::digest(path)[..PATH]);
    leaf[PATH..].copy_from_slice(&Sha256::digest(text)[..VALUE]);
    leaf
}

/// Calls `each` with the path and the canonical text of each value. A list is a value too: how long it is.
fn each_value(ty: Option<&TypeInfo>, payload: &Map<String, Value>, each: &mut dyn FnMut(&str, &str)) {
    walk_object(ty, payload, &mut String::new(), each);
}

fn walk_object(
    ty: Option<&TypeInfo>,
    object: &Map<String, Value>,
    path: &mut String,
    each: &mut dyn FnMut(&str, &str),
) {
    let derived = object.get("@type").and_then(Value::as_str).and_then(find_type);
    let ty = derived.or(ty);
    for (name, value) in object {
        let length = path.len();
        if length > 0 {
            path.push('.');
        }
        path.push_str(name);
        let member = ty.and_then(|ty| ty.member(name));
        walk(member, value, path, each);
        path.truncate(length);
    }
}

fn walk(
    member: Option<&'static MemberInfo>,
    value: &Value,
    path: &mut String,
    each: &mut dyn FnMut(&str, &str),
) {
    match value {
        Value::Object(object) if object.is_empty() => each(path, "object"),
        Value::Object(object) => walk_object(member.and_then(|m| find_type(m.ty)), object, path, each),
        Value::Array(items) => {
            each(path, &format!("list {}", items.len()));
            for (index, item) in items.iter().enumerate() {
                let length = path.len();
                // Writing to a text cannot fail.
                let _ = write!(path, "[{index}]");
                walk(member, item, path, each);
                path.truncate(length);
            }
        }
        Value::Null => each(path, "null"),
        value => each(path, &canonical(member.and_then(MemberInfo::builtin), value)),
    }
}

/// The text of a single value by its type, with its kind before it. A value that is none of its type stays as it is
/// written.
fn canonical(ty: Option<Builtin>, value: &Value) -> String {
    let typed = Scalar::read(ty, value).and_then(|scalar| match scalar {
        Scalar::Number(number) => Some(format!("number {}", number.normalize())),
        Scalar::Float(number) => Some(format!("number {number}")),
        Scalar::Truth(truth) => Some(format!("truth {truth}")),
        Scalar::Time(at) => Some(moment(&at)),
        Scalar::Bytes(bytes) => json::to_string(&bytes).ok(),
    });
    typed.unwrap_or_else(|| match value {
        Value::String(text) => format!("text {text}"),
        other => format!("json {other}"),
    })
}

/// A bare date is its midnight, and an offset is the moment in UTC that it says.
fn moment(at: &DateTime) -> String {
    match at.offset() {
        Some(offset) => format!("time {}Z", at.to_utc(offset).naive_utc()),
        None => format!("time {}", at.naive()),
    }
}

/// The digest as journals of version 1 have it: of the text of the payload with the defaults, members in their order.
pub(in crate::batch) fn version_1_digest(payload: &Map<String, Value>) -> Vec<u8> {
    // A map of JSON values can always be written.
    let text = serde_json::to_vec(payload).unwrap_or_default();
    let mut digest = vec![DIGEST_VERSION_1];
    digest.extend_from_slice(&Sha256::digest(text));
    digest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    fn content(value: &Value) -> Content {
        Content::of(find_type("CustomerOrder"), &map(value))
    }

    fn order() -> Value {
        json!({
            "OrderInfo": { "GoodsOwnerOrderNumber": "1", "DeliveryDate": "2026-12-01", "OrderRemark": "leave at door" },
            "CustomerOrderLines": [{ "ArticleNumber": "A", "NumberOfItems": 2 }],
        })
    }

    #[test]
    fn the_spelling_does_not_count() {
        let same = json!({
            "CustomerOrderLines": [{ "NumberOfItems": "2.00", "ArticleNumber": "A" }],
            "OrderInfo": {
                "OrderRemark": "leave at door", "GoodsOwnerOrderNumber": "1", "DeliveryDate": "2026-12-01T00:00:00.000",
            },
        });
        assert_eq!(content(&order()).digest(), content(&same).digest());
        assert_eq!(content(&order()).digest()[0], DIGEST_VERSION);
    }

    #[test]
    fn what_it_says_counts() {
        let digest = content(&order()).digest();
        for (path, value) in [
            ("/OrderInfo/OrderRemark", json!("")),
            ("/OrderInfo/OrderRemark", Value::Null),
            ("/OrderInfo/OrderRemark", json!("leave at door ")),
            ("/OrderInfo/DeliveryDate", json!("2026-12-01T00:00:00Z")),
            ("/CustomerOrderLines/0/NumberOfItems", json!("2.01")),
            ("/CustomerOrderLines/0/ArticleNumber", json!("a")),
            ("/CustomerOrderLines", json!([])),
        ] {
            let mut other = order();
            *other.pointer_mut(path).unwrap() = value.clone();
            assert_ne!(content(&other).digest(), digest, "{path} {value}");
        }
    }

    #[test]
    fn changed_members_are_named() {
        let earlier = content(&order());
        let names =
            |value: &Value, earlier: &[Content]| changed(find_type("CustomerOrder"), &map(value), earlier);
        assert_eq!(names(&order(), std::slice::from_ref(&earlier)), [""; 0]);
        let mut other = order();
        other["OrderInfo"]["OrderRemark"] = json!("");
        other["OrderInfo"]["DeliveryDate"] = json!("2026-12-02");
        // Left out: it sets nothing.
        other["CustomerOrderLines"][0].as_object_mut().unwrap().remove("NumberOfItems");
        let both = [earlier.clone(), content(&other)];
        assert_eq!(names(&other, &[earlier]), ["OrderInfo.DeliveryDate", "OrderInfo.OrderRemark"]);
        assert_eq!(names(&other, &both), ["OrderInfo.DeliveryDate", "OrderInfo.OrderRemark"]);
    }

    #[test]
    fn the_bytes_are_those_of_the_digest() {
        let content = content(&order());
        let bytes = content.to_bytes();
        assert_eq!(Content::from_bytes(&bytes, &content.digest()), Some(content.clone()));
        assert_eq!(Content::from_bytes(&bytes[1..], &content.digest()), None);
        assert_eq!(Content::from_bytes(&bytes[LEAF..], &content.digest()), None);
    }
}
