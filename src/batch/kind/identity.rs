//! How a record is identified, and what sending it does.

use serde_json::{Map, Value};

use crate::batch::contract::json_path::{at_mut, text_at};

/// How records of a kind are identified, and what they ask for.
#[derive(Debug)]
pub struct Identity {
    /// Path of the member that names the identifying field.
    pub by: &'static str,
    /// Its possible values, the usual one first.
    pub ways: &'static [Way],
    /// Path of the member that says what to do; empty if the operation always creates or updates.
    pub operation: &'static str,
}

/// One way to identify a record.
#[derive(Debug)]
pub struct Way {
    /// The value that chooses it.
    pub name: &'static str,
    /// Paths of the members that then form its key, as far as they are given.
    pub members: &'static [&'static str],
    /// Whether sending the same record twice does not create two.
    pub repeatable: bool,
}

/// The number of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Name of the [`Way`].
    pub way: &'static str,
    /// The first member's value.
    pub value: String,
    /// The text for people and for the journal: `1001`, `SystemId 17`. Different keys have different texts.
    pub text: String,
    /// The text in version 1 journals: without empty parts.
    pub(in crate::batch) version_1_text: String,
    repeatable: bool,
}

/// What sending a record does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Makes the warehouse's copy equal to the record; sending it twice is harmless.
    Save,
    /// Creates a new record each time it is sent.
    Create,
    /// Removes it; sending it twice is harmless.
    Remove,
}

impl Key {
    /// The text without outer space and case: keys that are equal in this form are likely the same.
    pub fn folded(&self) -> String {
        folded(&self.text)
    }
}

/// See [`Key::folded`].
pub(in crate::batch) fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

impl Identity {
    /// The number of a record.
    ///
    /// # Errors
    /// What is missing, as text.
    pub fn key(&self, payload: &Map<String, Value>) -> Result<Key, String> {
        self.key_of(&|path| text_at(payload, path))
    }

    /// As [`key`](Self::key), from the texts at the paths of members.
    pub(in crate::batch) fn key_of(&self, text_at: &dyn Fn(&str) -> Option<String>) -> Result<Key, String> {
        let by = text_at(self.by);
        let way = match &by {
            Some(by) => self.ways.iter().find(|way| way.name == by),
            None => self.ways.first().filter(|_| self.by.is_empty()),
        };
        let Some(way) = way else {
            let names: Vec<_> = self.ways.iter().map(|way| way.name).collect();
            let names = names.join(", ");
            return Err(match by {
                Some(by) => {
                    format!("{} is {by}, which does not identify a record: use {names}", self.by)
                }
                None => format!("{} is missing: one of {names}", self.by),
            });
        };
        let mut parts: Vec<String> =
            way.members.iter().map(|member| text_at(member).unwrap_or_default()).collect();
        let Some(value) = parts.iter().find(|part| !part.is_empty()).cloned() else {
            let members = way.members.join(" or ");
            return Err(format!(
                "{members} is missing, but identifies the record ({}: {})",
                self.by, way.name
            ));
        };
        let usual = self.ways.first().is_some_and(|first| first.name == way.name);
        let named = |text: String| if usual { text } else { format!("{} {text}", way.name) };
        if parts.len() == 1 {
            let text = named(value.clone());
            let version_1_text = text.clone();
            return Ok(Key { way: way.name, value, text, version_1_text, repeatable: way.repeatable });
        }
        let filled: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let version_1_text = named(filled.join(" / "));
        // An empty part keeps its place; a slash inside a part does not separate.
        parts.iter_mut().for_each(|part| *part = part.replace('/', "//"));
        while parts.last().is_some_and(String::is_empty) {
            parts.pop();
        }
        let text = named(parts.join(" / "));
        Ok(Key { way: way.name, value, text, version_1_text, repeatable: way.repeatable })
    }

    /// What sending the record does.
    pub fn deed(&self, key: &Key, payload: &Map<String, Value>) -> Deed {
        match text_at(payload, self.operation).as_deref() {
            Some("Create") => Deed::Create,
            Some("Remove") => Deed::Remove,
            _ if key.repeatable => Deed::Save,
            _ => Deed::Create,
        }
    }

    /// Turns `Create` into an update of the existing record.
    pub fn as_update(&self, payload: &mut Map<String, Value>) {
        if let Some(Value::String(operation)) = at_mut(payload, self.operation)
            && operation == "Create"
        {
            *operation = "CreateOrUpdate".to_owned();
        }
    }
}

pub(super) const fn way(name: &'static str, members: &'static [&'static str]) -> Way {
    Way { name, members, repeatable: true }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::batch::Kind;

    fn key(kind: &str, payload: Value) -> Key {
        Kind::find(kind).unwrap().identity.key(payload.as_object().unwrap()).unwrap()
    }

    #[test]
    fn an_empty_part_keeps_its_place() {
        let customer = |parts: [&str; 3]| {
            key(
                "customers",
                json!({
                    "CustomerIdentification": "FullNameAndAddress",
                    "Name": parts[0], "Address": parts[1], "Address2": parts[2],
                }),
            )
        };
        assert_eq!(customer(["A", "", "B"]).text, "FullNameAndAddress A /  / B");
        assert_eq!(customer(["A", "", "B"]).version_1_text, "FullNameAndAddress A / B");
        assert_eq!(customer(["A", "B", ""]).text, "FullNameAndAddress A / B");
        assert_ne!(customer(["A / B", "", ""]).text, customer(["A", "B", ""]).text);
        assert_ne!(customer(["A /", "B", ""]).text, customer(["A", "/ B", ""]).text);
    }

    #[test]
    fn keys_that_look_alike() {
        let number = |number: &str| {
            key(
                "production-orders",
                json!({
                    "ProductionOrderIdentification": "ProductionOrderNumber", "ProductionOrderNumber": number,
                }),
            )
        };
        assert_eq!(number(" Å-1").folded(), number("å-1 ").folded());
        assert_ne!(number("A-1").folded(), number("A 1").folded());
    }
}
