//! The JSON form of the generated types: the same slots in another notation.
//!
//! Member names are those of the WSDL; decimals, times and base64 are strings (numbers are understood for decimals);
//! an absent member is absent and `null` is nil. `@type` stands for `xsi:type`, `@any` lists open content as XML
//! texts, `@text` is the text of an element that has attributes.

use serde_json::Value;

use super::Xml;
use super::read::Reader;
use super::read_error::ReadError;
use super::write::{WriteError, Writer};

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
