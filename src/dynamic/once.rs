//! JSON without duplicate members. JSON itself allows a name to repeat, and the last one silently wins: in an order
//! that would lose a line or a quantity.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Whether this JSON has no duplicate members. `value` is what it was read as: of a name that repeats in an object, it
/// has one member only, so that the text has more.
pub(super) fn has_no_duplicate(text: &str, value: &Value) -> bool {
    members_in_text(text) == members_of(value)
}

/// Number of members in the objects of valid JSON: colons outside of texts.
fn members_in_text(text: &str) -> usize {
    let mut bytes = text.bytes();
    let mut members = 0;
    while let Some(byte) = bytes.next() {
        match byte {
            b':' => members += 1,
            b'"' => {
                while bytes.next().is_some_and(|byte| match byte {
                    b'\\' => bytes.next().is_some(),
                    byte => byte != b'"',
                }) {}
            }
            _ => {}
        }
    }
    members
}

fn members_of(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.len() + members.values().map(members_of).sum::<usize>(),
        Value::Array(items) => items.iter().map(members_of).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// Accepts any JSON without duplicate members, and discards it. Finds the place of a duplicate.
pub(super) struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Once, D::Error> {
        deserializer.deserialize_any(Once)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Once;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Once, A::Error> {
        let mut names = Names::default();
        while let Some(name) = members.next_key_seed(Name)? {
            if names.has(&name) {
                return Err(A::Error::custom(format!("duplicate member `{name}`")));
            }
            members.next_value::<Once>()?;
            names.add(name);
        }
        Ok(Once)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Once, A::Error> {
        while items.next_element::<Once>()?.is_some() {}
        Ok(Once)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_str<E>(self, _: &str) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(Once)
    }
}

/// The names in an object. A few names are compared one by one, which is faster than hashing.
#[derive(Default)]
struct Names<'de> {
    few: Vec<Cow<'de, str>>,
    more: HashSet<Cow<'de, str>>,
}

/// Maximum number of names that count as few.
const FEW: usize = 32;

impl<'de> Names<'de> {
    fn has(&self, name: &str) -> bool {
        self.few.iter().any(|known| known == name) || self.more.contains(name)
    }

    fn add(&mut self, name: Cow<'de, str>) {
        if self.few.len() < FEW {
            self.few.push(name);
        } else {
            self.more.insert(name);
        }
    }
}

/// Reads a name without a copy, if its text is the name.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Once, has_no_duplicate};

    #[test]
    fn only_repeated_members_are_refused() {
        for text in ["{}", "[1, 2.50, -3e9, true, null, \"a\"]", r#"{"a":{"b":1},"c":[{"b":2},{"b":3}]}"#] {
            assert!(serde_json::from_str::<Once>(text).is_ok(), "{text}");
            assert!(has_no_duplicate(text, &serde_json::from_str(text).unwrap()), "{text}");
        }
        for text in [r#""a:b""#, r#"{"a:b\"":"c:\\","d":{":":[":",{"\\":1}]}}"#, " { } "] {
            assert!(has_no_duplicate(text, &serde_json::from_str(text).unwrap()), "{text}");
        }
        let many: String = (0..100).map(|number| format!("\"{number}\":1,")).collect();
        assert!(serde_json::from_str::<Once>(&format!("{{{many}\"a\":1}}")).is_ok());
        let late = format!("{{{many}\"a\":1,\"a\":2}}");
        for text in [r#"{"a":1,"a":2}"#, r#"[{"x":{"a":1,"b":2,"a":3}}]"#, r#"{"a":1,"\u0061":2}"#, &late] {
            assert!(!has_no_duplicate(text, &serde_json::from_str(text).unwrap()), "{text}");
            let error = serde_json::from_str::<Once>(text).err().map(|error| error.to_string());
            assert!(error.is_some_and(|error| error.contains("duplicate member `a`")), "{text}");
        }
    }
}
