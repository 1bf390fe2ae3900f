//! The content of a record regardless of its notation: its digest, and the members in which two versions differ.
//!
//! A payload is split into single values. Each has a path (`OrderInfo.DeliveryDate`) and a canonical text by its type,
//! so that the order of members and the spelling of numbers and times do not matter. The digest covers these, before
//! the program adds its own defaults, so that neither a newer contract nor a newer program changes it.

use std::fmt::{self, Write as _};

use chrono::{Datelike as _, Timelike as _};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::known_paths::{KnownPath, KnownPaths};
use super::scalar::Scalar;
use crate::dynamic::find_type;
use crate::operation::{Builtin, TypeInfo};
use crate::xml::json_ref::{JsonMembers, JsonRef, JsonView};
use crate::xml::{DateTime, Text as _, json};

/// First byte of a digest: the version of the rules that it was made with.
pub(in crate::batch) const DIGEST_VERSION: u8 = 2;

/// First byte of digests from a version 1 journal: see [`version_1_digest`].
pub(in crate::batch) const DIGEST_VERSION_1: u8 = 1;

/// Part of each digest, so that it never equals another program's digest.
const SALT: &[u8] = b"ongoing-wms content 2\n";

const PATH: usize = KnownPath::HASH;
const VALUE: usize = 12;
const LEAF: usize = PATH + VALUE;

/// The values of a payload, each as the hash of its path and of its canonical text. Values cannot be read from it, but
/// two contents can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::batch) struct Content {
    /// Sorted by their bytes.
    leaves: Vec<[u8; LEAF]>,
}

impl Content {
    /// The content of a payload of this type.
    pub fn of(ty: Option<&'static TypeInfo>, payload: &Map<String, Value>) -> Content {
        let mut leaves = Vec::new();
        each_value(
            ty,
            JsonMembers::Map(payload.iter()),
            &mut |path, text| leaves.push(leaf(path, text)),
            &mut |_, _| {},
        );
        Content::with(leaves)
    }

    /// As [`of`](Self::of); calls `check` with each single value and its path.
    pub fn checked<'v>(
        ty: Option<&'static TypeInfo>,
        payload: impl Into<JsonRef<'v>>,
        check: &mut dyn FnMut(&KnownPath, JsonRef<'_>),
    ) -> Content {
        let mut leaves = Vec::with_capacity(64);
        if let JsonView::Object(members) = payload.into().view() {
            each_value(ty, members, &mut |path, text| leaves.push(leaf(path, text)), check);
        }
        Content::with(leaves)
    }

    /// Calls `check` as [`checked`](Self::checked) does, without making a content.
    pub fn only_check<'v>(
        ty: Option<&'static TypeInfo>,
        payload: impl Into<JsonRef<'v>>,
        check: &mut dyn FnMut(&KnownPath, JsonRef<'_>),
    ) {
        if let JsonView::Object(members) = payload.into().view() {
            walk(ty, members, None, check);
        }
    }

    fn with(mut leaves: Vec<[u8; LEAF]>) -> Content {
        let mut numbers: Vec<(u128, u32)> = leaves.iter().map(to_numbers).collect();
        numbers.sort_unstable();
        leaves.clear();
        leaves.extend(numbers.into_iter().map(from_numbers));
        Content { leaves }
    }

    /// Equal for equal contents; the first byte is [`DIGEST_VERSION`].
    pub fn digest(&self) -> Vec<u8> {
        let mut hash = Sha256::new_with_prefix(SALT);
        hash.update(self.leaves.as_flattened());
        let mut digest = vec![DIGEST_VERSION];
        digest.extend_from_slice(&hash.finalize());
        digest
    }

    /// For the journal; [`from_bytes`](Self::from_bytes) reads it.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.leaves.as_flattened().to_vec()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote; `None` if it is not the content with this digest.
    pub fn from_bytes(bytes: &[u8], digest: &[u8]) -> Option<Content> {
        let (leaves, rest) = bytes.as_chunks::<LEAF>();
        let content = Content { leaves: leaves.to_vec() };
        (rest.is_empty() && content.digest() == digest).then_some(content)
    }

    fn has(&self, leaf: &[u8; LEAF]) -> bool {
        self.leaves.binary_search(leaf).is_ok()
    }
}

/// Paths of the values in a payload that differ from any of the earlier contents: changed, added or emptied. Values
/// that are left out are not included, since they set nothing. In the paths items of lists count from 1.
pub(in crate::batch) fn changed(
    ty: Option<&'static TypeInfo>,
    payload: &Map<String, Value>,
    earlier: &[Content],
) -> Vec<String> {
    let mut paths = Vec::new();
    let mut each = |path: &KnownPath, text: &str| {
        let leaf = leaf(path, text);
        if !earlier.iter().all(|content| content.has(&leaf)) {
            paths.push(path.shown());
        }
    };
    each_value(ty, JsonMembers::Map(payload.iter()), &mut each, &mut |_, _| {});
    paths
}

/// The bytes of a leaf as numbers in the same order, which are compared faster.
fn to_numbers(leaf: &[u8; LEAF]) -> (u128, u32) {
    let (mut start, mut end) = ([0; 16], [0; 4]);
    start.copy_from_slice(&leaf[..16]);
    end.copy_from_slice(&leaf[16..]);
    (u128::from_be_bytes(start), u32::from_be_bytes(end))
}

fn from_numbers((start, end): (u128, u32)) -> [u8; LEAF] {
    let mut leaf = [0; LEAF];
    leaf[..16].copy_from_slice(&start.to_be_bytes());
    leaf[16..].copy_from_slice(&end.to_be_bytes());
    leaf
}

fn leaf(path: &KnownPath, text: &str) -> [u8; LEAF] {
    let mut leaf = [0; LEAF];
    leaf[..PATH].copy_from_slice(&path.hash);
    leaf[PATH..].copy_from_slice(&Sha256::digest(text)[..VALUE]);
    leaf
}

/// Calls `each` with the path and the canonical text of each value of a payload, where the length of a list counts as a
/// value, and `check` with each single value.
fn each_value(
    ty: Option<&'static TypeInfo>,
    payload: JsonMembers<'_>,
    each: &mut dyn FnMut(&KnownPath, &str),
    check: &mut dyn FnMut(&KnownPath, JsonRef<'_>),
) {
    walk(ty, payload, Some(each), check);
}

/// As [`each_value`]; without `each` no canonical texts are made.
fn walk(
    ty: Option<&'static TypeInfo>,
    payload: JsonMembers<'_>,
    each: Option<EachText<'_>>,
    check: &mut dyn FnMut(&KnownPath, JsonRef<'_>),
) {
    KnownPaths::of(ty, |paths| {
        Walk { paths, text: String::new(), each, check }.object(KnownPaths::ROOT, payload);
    });
}

/// Called with the path and the canonical text of a value.
type EachText<'e> = &'e mut dyn FnMut(&KnownPath, &str);

/// A walk through the values of a payload.
struct Walk<'w, 'e> {
    paths: &'w mut KnownPaths,
    text: String,
    each: Option<EachText<'e>>,
    check: &'w mut dyn FnMut(&KnownPath, JsonRef<'_>),
}

// Writing to a text cannot fail.
impl Walk<'_, '_> {
    fn object(&mut self, at: usize, members: JsonMembers<'_>) {
        let mut named = members.clone().filter(|(name, _)| *name == "@type");
        let derived = named.next().and_then(|(_, value)| value.as_text()).and_then(find_type);
        let mut expected = 0;
        for (name, value) in members {
            let below = self.paths.member(at, derived, name, &mut expected);
            self.value(below, value);
            self.paths.leave(below);
        }
    }

    fn value(&mut self, at: usize, value: JsonRef<'_>) {
        match value.view() {
            JsonView::Object(members) if members.len() == 0 => self.tell(at, "object"),
            JsonView::Object(members) => self.object(at, members),
            JsonView::List(items) => {
                if let Some(each) = &mut self.each {
                    self.text.clear();
                    let _ = write!(self.text, "list {}", items.len());
                    each(self.paths.get(at), &self.text);
                }
                for (index, item) in items.enumerate() {
                    let below = self.paths.item(at, index);
                    self.value(below, item);
                    self.paths.leave(below);
                }
            }
            JsonView::Null => self.tell(at, "null"),
            JsonView::Bool(_) | JsonView::Number(_) | JsonView::Text(_) => {
                let path = self.paths.get(at);
                (self.check)(path, value);
                if let Some(each) = &mut self.each {
                    self.text.clear();
                    canonical(path.builtin, value, &mut self.text);
                    each(path, &self.text);
                }
            }
        }
    }

    fn tell(&mut self, at: usize, text: &str) {
        if let Some(each) = &mut self.each {
            each(self.paths.get(at), text);
        }
    }
}

/// Writes the canonical text of a single value: its kind, then the value. A value that is not valid for its type stays
/// as written.
fn canonical(ty: Option<Builtin>, value: JsonRef<'_>, text: &mut String) {
    let _ = match (Scalar::read(ty, value), value.view()) {
        (Some(Scalar::Number(number)), _) => {
            text.push_str("number ");
            number.normalize().format(text);
            Ok(())
        }
        (Some(Scalar::Float(number)), _) => write!(text, "number {number}"),
        (Some(Scalar::Truth(truth)), _) => write!(text, "truth {truth}"),
        (Some(Scalar::Time(at)), _) => moment(&at, text),
        (Some(Scalar::Bytes(bytes)), _) => {
            // Bytes can always be written as JSON.
            text.push_str(&json::to_string(&bytes).unwrap_or_default());
            Ok(())
        }
        (None, JsonView::Text(string)) => {
            text.push_str("text ");
            text.push_str(string);
            Ok(())
        }
        (None, JsonView::Number(number)) => write!(text, "json {number}"),
        (None, JsonView::Bool(truth)) => write!(text, "json {truth}"),
        // Not single values.
        (None, JsonView::Null | JsonView::List(_) | JsonView::Object(_)) => Ok(()),
    };
}

/// A date without a time means midnight; a time with an offset is converted to UTC.
fn moment(at: &DateTime, text: &mut String) -> fmt::Result {
    let offset = at.offset();
    let time = offset.map_or(at.naive(), |offset| at.to_utc(offset).naive_utc());
    text.push_str("time ");
    if time.nanosecond() == 0 && (0..=9999).contains(&time.year()) {
        // What `write!` writes for most times, at a fraction of its cost: ten characters of date, then the time.
        let start = text.len();
        DateTime::from(time).format(text);
        text.replace_range(start + 10..=start + 10, " ");
    } else {
        write!(text, "{time}")?;
    }
    text.push_str(if offset.is_some() { "Z" } else { "" });
    Ok(())
}

/// The digest as in version 1 journals: of the payload's text with defaults, members in their order.
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

    fn an_order() -> Value {
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
        assert_eq!(content(&an_order()).digest(), content(&same).digest());
        assert_eq!(content(&an_order()).digest()[0], DIGEST_VERSION);
    }

    #[test]
    fn canonical_texts_stay_as_they_are() {
        // Journals hold their hashes.
        for (ty, value, expected) in [
            (Builtin::Decimal, json!("-0012.500"), "number -12.5"),
            (Builtin::Decimal, json!("0.00"), "number 0"),
            (Builtin::Decimal, json!(" 1000 "), "number 1000"),
            (Builtin::Int, json!(7), "number 7"),
            (Builtin::Double, json!("1.50"), "number 1.5"),
            (Builtin::Boolean, json!("1"), "truth true"),
            (Builtin::DateTime, json!("2026-12-01"), "time 2026-12-01 00:00:00"),
            (Builtin::DateTime, json!("0001-01-01T00:00:00.000"), "time 0001-01-01 00:00:00"),
            (Builtin::DateTime, json!("2026-12-01T08:30:05.250"), "time 2026-12-01 08:30:05.250"),
            (Builtin::DateTime, json!("2026-12-01T00:30:00+01:00"), "time 2026-11-30 23:30:00Z"),
            (Builtin::DateTime, json!("0001-01-01T00:00:00+01:00"), "time 0000-12-31 23:00:00Z"),
            (Builtin::DateTime, json!("9999-12-31T23:30:00-01:00"), "time +10000-01-01 00:30:00Z"),
            (Builtin::DateTime, json!("soon"), "text soon"),
            (Builtin::Base64Binary, json!("Zm9v"), "\"Zm9v\""),
            (Builtin::String, json!("1.0"), "text 1.0"),
            (Builtin::Int, json!(true), "json true"),
        ] {
            let mut text = String::new();
            canonical(Some(ty), (&value).into(), &mut text);
            assert_eq!(text, expected, "{ty:?} {value}");
        }
    }

    #[test]
    fn what_it_says_counts() {
        let digest = content(&an_order()).digest();
        for (path, value) in [
            ("/OrderInfo/OrderRemark", json!("")),
            ("/OrderInfo/OrderRemark", Value::Null),
            ("/OrderInfo/OrderRemark", json!("leave at door ")),
            ("/OrderInfo/DeliveryDate", json!("2026-12-01T00:00:00Z")),
            ("/CustomerOrderLines/0/NumberOfItems", json!("2.01")),
            ("/CustomerOrderLines/0/ArticleNumber", json!("a")),
            ("/CustomerOrderLines", json!([])),
        ] {
            let mut other = an_order();
            *other.pointer_mut(path).unwrap() = value.clone();
            assert_ne!(content(&other).digest(), digest, "{path} {value}");
        }
    }

    #[test]
    fn changed_members_are_named() {
        let earlier = content(&an_order());
        let names =
            |value: &Value, earlier: &[Content]| changed(find_type("CustomerOrder"), &map(value), earlier);
        assert_eq!(names(&an_order(), std::slice::from_ref(&earlier)), [""; 0]);
        let mut other = an_order();
        other["OrderInfo"]["OrderRemark"] = json!("");
        other["OrderInfo"]["DeliveryDate"] = json!("2026-12-02");
        // Left out, since it sets nothing.
        other["CustomerOrderLines"][0].as_object_mut().unwrap().remove("NumberOfItems");
        let both = [earlier.clone(), content(&other)];
        assert_eq!(names(&other, &[earlier]), ["OrderInfo.DeliveryDate", "OrderInfo.OrderRemark"]);
        assert_eq!(names(&other, &both), ["OrderInfo.DeliveryDate", "OrderInfo.OrderRemark"]);
        let mut other = an_order();
        other["CustomerOrderLines"][0]["NumberOfItems"] = json!(3);
        assert_eq!(names(&other, &both[..1]), ["CustomerOrderLines[1].NumberOfItems"]);
    }

    #[test]
    fn the_paths_in_journals_count_from_0() {
        let path = b"CustomerOrderLines[0].NumberOfItems";
        let hash = Sha256::digest(path);
        assert!(content(&an_order()).leaves.iter().any(|leaf| leaf[..PATH] == hash[..PATH]));
    }

    #[test]
    fn leaves_are_in_the_order_of_their_bytes() {
        let leaves: Vec<[u8; LEAF]> = (0..200_u32)
            .map(|number| leaf(&KnownPath::default(), &number.to_string()))
            .chain([[0; LEAF], [255; LEAF]])
            .collect();
        let mut by_bytes = leaves.clone();
        by_bytes.sort_unstable();
        assert_eq!(Content::with(leaves).leaves, by_bytes);
    }

    #[test]
    fn the_bytes_are_those_of_the_digest() {
        let content = content(&an_order());
        let bytes = content.to_bytes();
        assert_eq!(Content::from_bytes(&bytes, &content.digest()), Some(content.clone()));
        assert_eq!(Content::from_bytes(&bytes[1..], &content.digest()), None);
        assert_eq!(Content::from_bytes(&bytes[LEAF..], &content.digest()), None);
    }
}
