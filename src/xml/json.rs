//! The JSON form of the generated types: the same slots in another notation.
//!
//! Member names are those of the WSDL; decimals, times and base64 are strings (numbers are understood for decimals);
//! an absent member is absent and `null` is nil. `@type` stands for `xsi:type`, `@any` lists open content as XML
//! texts, `@text` is the text of an element that has attributes.

use serde_json::Value;

#[cfg(feature = "batch")]
use super::Text;
use super::Xml;
use super::json_ref::JsonRef;
use super::read::Reader;
#[cfg(feature = "batch")]
pub(crate) use super::read::json_source::text_of;
use super::read_error::ReadError;
use super::write::{WriteError, Writer};

/// The JSON form of a value.
///
/// # Errors
/// The value has no JSON form.
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
/// The value has unknown members, lacks required ones, or a text is not a value of its type. The error has the member's
/// path.
pub fn from_value<T: Xml>(value: &Value) -> Result<T, Box<ReadError>> {
    read(Reader::json(value))
}

/// As [`from_value`], from any tree.
pub(crate) fn from_ref<T: Xml>(value: JsonRef<'_>) -> Result<T, Box<ReadError>> {
    read(Reader::json_ref(value))
}

fn read<T: Xml>(mut p: Reader<'_>) -> Result<T, Box<ReadError>> {
    let mut read = T::blank();
    read.read(&mut p)?;
    Ok(read)
}

/// Reads a single value from its JSON form, without a reader.
///
/// # Errors
/// What is wrong, as text; the same as from [`from_value`].
#[cfg(feature = "batch")]
pub(crate) fn single<'v, T: Text>(value: impl Into<JsonRef<'v>>) -> Result<T, String> {
    T::parse(&text_of(value, T::JSON)?).map_err(|error| error.to_string())
}

/// The JSON form of a single value.
#[cfg(feature = "batch")]
pub(crate) fn value_of<T: Text>(value: &T) -> Value {
    let mut text = String::new();
    value.format(&mut text);
    match T::JSON {
        super::Json::Bool => Value::Bool(text == "true"),
        // INF and NaN of float and double are no JSON numbers.
        super::Json::Number => text.parse().map_or_else(|_| Value::String(text), Value::Number),
        super::Json::String | super::Json::Decimal => Value::String(text),
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
