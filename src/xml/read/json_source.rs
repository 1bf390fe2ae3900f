//! A place in a JSON value, which a reader of the JSON form walks through.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::text::json_kind;
use crate::xml::{Json, split_name};

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
        self.current
            .as_object()
            .ok_or_else(|| format!("expected an object, found {}", json_kind(self.current)))
    }

    pub fn leave(&mut self) {
        self.frames.pop();
    }

    /// The next member: `None` at the end, `Some(None)` if `names` does not list it.
    pub fn step(&mut self, names: &[&'static str], expected: usize) -> Option<Option<usize>> {
        let frame = self.frames.last_mut()?;
        let (key, value) = frame.members.find(|(key, _)| !frame.taken.contains(&key.as_str()))?;
        (self.key, self.current) = (key, value);
        let (before, from) = names.split_at(expected.min(names.len()));
        let is_it = |name: &&str| split_name(name).1 == key;
        let found = from.iter().position(is_it).map(|index| index + before.len());
        Some(found.or_else(|| before.iter().position(is_it)))
    }

    /// A member of the current object that is an attribute.
    pub fn attribute(&mut self, name: &'static str) -> Result<Option<Cow<'a, str>>, String> {
        // A value that is not an object is refused by `enter`.
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
                .map(|value| value.as_str().ok_or_else(|| "expected a list of XML texts".to_owned()))
                .collect(),
        )
    }

    pub fn list(&self) -> Result<&'a [Value], String> {
        match self.current {
            Value::Array(values) => Ok(values),
            other => Err(format!("expected a list, found {}", json_kind(other))),
        }
    }

    /// The text of a single value, for a type that the JSON form shows as `shown`.
    pub fn text(&self, shown: Json) -> Result<Cow<'a, str>, String> {
        text_of(self.current, shown)
    }
}

/// The text of a single value, for a type that the JSON form shows as `shown`.
///
/// # Errors
/// What is wrong, as text.
pub(crate) fn text_of(value: &Value, shown: Json) -> Result<Cow<'_, str>, String> {
    match (value, shown) {
        (Value::String(text), _) => Ok(Cow::Borrowed(text)),
        (Value::Number(number), Json::Decimal) => plain(&number.to_string()).map(Cow::Owned),
        (Value::Number(number), Json::Number) => Ok(Cow::Owned(number.to_string())),
        (Value::Bool(truth), Json::Bool) => Ok(Cow::Borrowed(if *truth { "true" } else { "false" })),
        (Value::Number(number), Json::String) => {
            Err(format!("expected text, found the number {number}; write it in quotes"))
        }
        (other, _) => Err(format!("expected a single value, found {}", json_kind(other))),
    }
}

fn scalar(value: &Value) -> Result<Cow<'_, str>, String> {
    match value {
        Value::String(text) => Ok(Cow::Borrowed(text)),
        Value::Number(number) => Ok(Cow::Owned(number.to_string())),
        Value::Bool(truth) => Ok(Cow::Borrowed(if *truth { "true" } else { "false" })),
        other => Err(format!("expected a single value, found {}", json_kind(other))),
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
