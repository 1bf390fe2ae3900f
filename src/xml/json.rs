//! The JSON form of the generated types: the same slots in another notation.
//!
//! Member names are those of the WSDL; decimals, times and base64 are strings (numbers are understood for decimals);
//! an absent member is absent and `null` is nil. `@type` stands for `xsi:type`, `@any` lists open content as XML
//! texts, `@text` is the text of an element that has attributes.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::read::{ReadError, Reader};
use super::write::{WriteError, Writer};
use super::{Json, Text, Xml, split_name};

/// The JSON form of a value.
///
/// # Errors
/// A value that has no JSON form.
pub fn to_string<T: Xml>(value: &T) -> Result<String, WriteError> {
    to_string_of_about(value, 0)
}

/// As [`to_string`], for a text of about this length.
pub(crate) fn to_string_of_about<T: Xml>(value: &T, length: usize) -> Result<String, WriteError> {
    let mut w = Writer::json();
    w.make_room(length);
    value.write(&mut w);
    w.end_json_value();
    w.finish().map(|(text, _)| text)
}

/// Reads a value from its JSON form.
///
/// # Errors
/// Unknown members, absent required members and text that is no value of its type, with the member's path.
pub fn from_value<T: Xml>(value: &Value) -> Result<T, Box<ReadError>> {
    let mut p = Reader::json(value);
    let mut read = T::blank();
    read.read(&mut p)?;
    Ok(read)
}

/// Appends a single value.
pub(super) fn push_text<T: Text>(out: &mut String, value: &T) {
    if T::SECRET {
        return out.push_str("\"***\"");
    }
    let start = out.len();
    match T::JSON {
        Json::Bool => value.format(out),
        Json::Number => {
            value.format(out);
            // INF and NaN of float and double are no JSON numbers.
            if !out.ends_with(|last: char| last.is_ascii_digit()) {
                let text = out.split_off(start);
                out.push_str(&Value::String(text).to_string());
            }
        }
        Json::String | Json::Decimal => {
            out.push('"');
            value.format(out);
            if is_plain(&out[start + 1..]) {
                return out.push('"');
            }
            let text = out.split_off(start + 1);
            out.truncate(start);
            out.push_str(&Value::String(text).to_string());
        }
    }
}

/// Whether text needs no escapes in a JSON string. Has no early exit, so that many bytes are compared at once.
fn is_plain(text: &str) -> bool {
    let needs_escape = |byte: u8| (byte < b' ') | (byte == b'"') | (byte == b'\\');
    !text.bytes().fold(false, |found, byte| found | needs_escape(byte))
}

struct Frame<'a> {
    members: serde_json::map::Iter<'a>,
    /// Members that were read as attributes.
    taken: Vec<&'static str>,
}

/// A place in a JSON value.
pub(super) struct JsonSource<'a> {
    frames: Vec<Frame<'a>>,
    current: &'a Value,
    key: &'a str,
    taken: Vec<&'static str>,
}

impl<'a> JsonSource<'a> {
    pub fn new(value: &'a Value) -> Self {
        JsonSource { frames: Vec::new(), current: value, key: "", taken: Vec::new() }
    }

    /// Name of the current member.
    pub fn key(&self) -> &str {
        self.key
    }

    pub fn stand_on(&mut self, value: &'a Value) {
        self.current = value;
    }

    /// A member of the current object, and the object.
    pub fn aside(&self, name: &str) -> Option<(&'a Value, &'a Value)> {
        Some((self.current.as_object()?.get(name)?, self.current))
    }

    /// Skips a member of the object that is entered next, since it has been read.
    pub fn take(&mut self, name: &'static str) {
        self.taken.push(name);
    }

    pub fn is_null(&self) -> bool {
        self.current.is_null()
    }

    pub fn enter(&mut self) -> Result<(), String> {
        let members = self.object()?.iter();
        self.frames.push(Frame { members, taken: std::mem::take(&mut self.taken) });
        Ok(())
    }

    fn object(&self) -> Result<&'a Map<String, Value>, String> {
        self.current.as_object().ok_or_else(|| format!("expected an object, found {}", kind(self.current)))
    }

    pub fn leave(&mut self) {
        self.frames.pop();
    }

    /// The next member: `None` at the end, `Some(None)` if `names` does not list it.
    pub fn step(&mut self, names: &[&'static str], expected: usize) -> Option<Option<usize>> {
        let frame = self.frames.last_mut()?;
        let (key, value) = frame.members.find(|(key, _)| !frame.taken.contains(&key.as_str()))?;
        (self.key, self.current) = (key, value);
        let order = (expected..names.len()).chain(0..expected.min(names.len()));
        Some(order.into_iter().find(|index| split_name(names[*index]).1 == key))
    }

    /// A member of the current object that is an attribute.
    pub fn attribute(&mut self, name: &'static str) -> Result<Option<Cow<'a, str>>, String> {
        // Text where an object is expected is `enter`'s to refuse.
        let Some(value) = self.current.as_object().and_then(|members| members.get(name)) else {
            return Ok(None);
        };
        self.taken.push(name);
        scalar(value).map(Some)
    }

    /// The texts of `@any`, if it is the current member.
    pub fn any(&self) -> Option<Vec<Result<&'a str, String>>> {
        let values = self.current.as_array().filter(|_| self.key == "@any")?;
        Some(
            values
                .iter()
                .map(|value| value.as_str().ok_or_else(|| "@any must be a list of XML texts".to_owned()))
                .collect(),
        )
    }

    pub fn list(&self) -> Result<&'a [Value], String> {
        match self.current {
            Value::Array(values) => Ok(values),
            other => Err(format!("{} where a list is expected", kind(other))),
        }
    }

    /// The text of a single value, for a type that the JSON form shows as `shown`.
    pub fn text(&self, shown: Json) -> Result<Cow<'a, str>, String> {
        match (self.current, shown) {
            (Value::String(text), _) => Ok(Cow::Borrowed(text)),
            (Value::Number(number), Json::Decimal) => plain(&number.to_string()).map(Cow::Owned),
            (Value::Number(number), Json::Number) => Ok(Cow::Owned(number.to_string())),
            (Value::Bool(truth), Json::Bool) => Ok(Cow::Borrowed(if *truth { "true" } else { "false" })),
            (Value::Number(number), Json::String) => {
                Err(format!("expected text, found the number {number}; write it in quotes"))
            }
            (other, _) => Err(format!("expected a single value, found {}", kind(other))),
        }
    }
}

fn scalar(value: &Value) -> Result<Cow<'_, str>, String> {
    match value {
        Value::String(text) => Ok(Cow::Borrowed(text)),
        Value::Number(number) => Ok(Cow::Owned(number.to_string())),
        Value::Bool(truth) => Ok(Cow::Borrowed(if *truth { "true" } else { "false" })),
        other => Err(format!("expected a single value, found {}", kind(other))),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A JSON number in plain notation: XML has no exponents.
fn plain(number: &str) -> Result<String, String> {
    if !number.contains(['e', 'E']) {
        return Ok(number.to_owned());
    }
    match rust_decimal::Decimal::from_scientific(number) {
        Ok(value) => Ok(value.to_string()),
        Err(_) => Err(format!("{number} has more digits than a decimal holds")),
    }
}

#[doc(hidden)]
pub fn serialize<T: Xml, S: serde::Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::Serialize as _;
    let text = to_string(value).map_err(serde::ser::Error::custom)?;
    let value: Value = serde_json::from_str(&text).map_err(serde::ser::Error::custom)?;
    value.serialize(serializer)
}

#[doc(hidden)]
pub fn deserialize<'de, T: Xml, D: serde::Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let value = <Value as serde::Deserialize>::deserialize(deserializer)?;
    from_value(&value).map_err(serde::de::Error::custom)
}
