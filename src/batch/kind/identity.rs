//! By which number a record is known, and what sending it does.

use serde_json::{Map, Value};

use crate::batch::contract::json_path::{at_mut, text_at};

/// How records of a kind say which one they are and what is to be done.
#[derive(Debug)]
pub struct Identity {
    /// Path of the member that says by which field the thing is found.
    pub by: &'static str,
    /// What may stand there. The first is the usual one.
    pub ways: &'static [Way],
    /// Path of the member that says what to do; empty where the operation always creates or updates.
    pub operation: &'static str,
}

/// One way to find a thing.
#[derive(Debug)]
pub struct Way {
    /// The value that chooses it.
    pub name: &'static str,
    /// Paths of the members that are then its number; those that are given count.
    pub members: &'static [&'static str],
    /// Whether the same may be sent twice without becoming two.
    pub repeatable: bool,
}

/// The number of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Name of the [`Way`].
    pub way: &'static str,
    /// The first member's value.
    pub value: String,
    /// What a person calls it, and the journal: `1001`, `SystemId 17`. Keys that differ have texts that differ.
    pub text: String,
    /// The text that journals of version 1 have: without empty parts.
    pub(in crate::batch) version_1_text: String,
    repeatable: bool,
}

/// What sending a record does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Makes the warehouse's copy equal to the record; once or twice is the same.
    Save,
    /// Makes a new one each time it is sent.
    Create,
    /// Takes it away; once or twice is the same.
    Remove,
}

impl Key {
    /// The text without outer space and case: two keys that are equal in this are likely the same one, written twice.
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
    /// What is missing, in words.
    pub fn key(&self, payload: &Map<String, Value>) -> Result<Key, String> {
        let by = text_at(payload, self.by);
        let way = match &by {
            Some(by) => self.ways.iter().find(|way| way.name == by),
            None => self.ways.first().filter(|_| self.by.is_empty()),
        };
        let Some(way) = way else {
            let names: Vec<_> = self.ways.iter().map(|way| way.name).collect();
            let names = names.join(", ");
            return Err(match by {
                Some(by) => {
                    format!("{} is {by}, by which no record can be told from others: use {names}", self.by)
                }
                None => format!("{} is missing: one of {names}", self.by),
            });
        };
        let mut parts: Vec<String> =
            way.members.iter().map(|member| text_at(payload, member).unwrap_or_default()).collect();
        let filled: Vec<String> = parts.iter().filter(|part| !part.is_empty()).cloned().collect();
        let Some(value) = filled.first().cloned() else {
            let members = way.members.join(" or ");
            return Err(format!(
                "{members} is missing, by which the record is found ({}: {})",
                self.by, way.name
            ));
        };
        let usual = self.ways.first().is_some_and(|first| first.name == way.name);
        let named = |text: String| if usual { text } else { format!("{} {text}", way.name) };
        let version_1_text = named(filled.join(" / "));
        if parts.len() > 1 {
            // An empty part keeps its place; a slash inside a part does not separate.
            parts.iter_mut().for_each(|part| *part = part.replace('/', "//"));
            while parts.last().is_some_and(String::is_empty) {
                parts.pop();
            }
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

    /// Has a record that says `Create` update what is there instead.
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
