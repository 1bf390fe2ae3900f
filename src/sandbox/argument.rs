//! The arguments of an action: described and checked in one place, from JSON and from the command line.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::xml::Text as _;

/// An argument of an [`Action`](super::Action).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Argument {
    /// Its name as a member of the JSON object.
    pub name: &'static str,
    /// Its meaning, in one line.
    pub doc: &'static str,
    /// Its values.
    pub kind: ArgumentKind,
    /// Whether it is required.
    pub required: bool,
    /// Whether it is positional on the command line, not a flag.
    pub positional: bool,
    /// Name of the argument that takes a list of several instead.
    pub several: Option<&'static str>,
    /// The allowed texts; empty if any is allowed.
    pub choices: &'static [Choice],
}

/// An allowed text of an [`Argument`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Choice {
    /// The text.
    pub name: &'static str,
    /// Its meaning, in one line.
    pub doc: &'static str,
}

/// The type of an [`Argument`]. Numbers can be given as texts, and texts as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgumentKind {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A decimal number.
    Decimal,
    /// A whole number, 0 or above.
    Whole,
    /// `true` or `false`.
    Flag,
    /// A list of `{"line": .., "number": ..}`: lines and quantities.
    Lines,
}

impl ArgumentKind {
    /// Its name in a list of actions.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ArgumentKind::Text => "text",
            ArgumentKind::Texts => "texts",
            ArgumentKind::Decimal => "decimal",
            ArgumentKind::Whole => "whole",
            ArgumentKind::Flag => "flag",
            ArgumentKind::Lines => "lines",
        }
    }

    /// Placeholder for the value in a description.
    pub fn shape(self) -> &'static str {
        match self {
            ArgumentKind::Text => "text",
            ArgumentKind::Texts => "[text, ..]",
            ArgumentKind::Decimal | ArgumentKind::Whole => "number",
            ArgumentKind::Flag => "true or false",
            ArgumentKind::Lines => "[{\"line\": text, \"number\": number}, ..]",
        }
    }
}

impl Argument {
    /// Creates a required argument, positional on the command line.
    pub(crate) const fn place(name: &'static str, kind: ArgumentKind, doc: &'static str) -> Argument {
        Argument { name, doc, kind, required: true, positional: true, several: None, choices: &[] }
    }

    /// Creates an optional argument, a flag on the command line.
    pub(crate) const fn flag(name: &'static str, kind: ArgumentKind, doc: &'static str) -> Argument {
        Argument { name, doc, kind, required: false, positional: false, several: None, choices: &[] }
    }

    /// Makes it required.
    pub(crate) const fn required(mut self) -> Argument {
        self.required = true;
        self
    }

    /// Makes it optional.
    pub(crate) const fn optional(mut self) -> Argument {
        self.required = false;
        self
    }

    /// The action also accepts several in a list with this name, or all.
    pub(crate) const fn or_several(mut self, list: &'static str) -> Argument {
        self.several = Some(list);
        self
    }

    /// Restricts it to these texts.
    pub(crate) const fn one_of(mut self, choices: &'static [Choice]) -> Argument {
        self.choices = choices;
        self
    }

    /// Its name on a command line: `retryAfter` is `retry-after`; each of `lines` is a `line`.
    pub fn flag_name(&self) -> String {
        let singular = match self.kind {
            ArgumentKind::Lines => self.name.trim_end_matches('s'),
            _ => self.name,
        };
        let mut flag = String::new();
        for letter in singular.chars() {
            if letter.is_ascii_uppercase() {
                flag.push('-');
            }
            flag.push(letter.to_ascii_lowercase());
        }
        flag
    }

    fn read(&self, value: &Value) -> Result<ArgumentValue, String> {
        let wrong = |expected: &str| format!("\"{}\" must be {expected}, not {value}", self.name);
        match self.kind {
            ArgumentKind::Text => {
                let text = text(value).ok_or_else(|| wrong("non-empty text"))?;
                let is_choice = self.choices.iter().any(|choice| choice.name == text);
                if !self.choices.is_empty() && !is_choice {
                    let names: Vec<&str> = self.choices.iter().map(|choice| choice.name).collect();
                    return Err(wrong(&format!("one of {}", names.join(", "))));
                }
                Ok(ArgumentValue::Text(text))
            }
            ArgumentKind::Texts => {
                let texts = value.as_array().and_then(|list| list.iter().map(text).collect());
                let texts: Vec<String> = texts.ok_or_else(|| wrong("a list of texts"))?;
                match texts.is_empty() {
                    true => Err(wrong("a non-empty list")),
                    false => Ok(ArgumentValue::Texts(texts)),
                }
            }
            ArgumentKind::Decimal => {
                decimal(value).map(ArgumentValue::Decimal).ok_or_else(|| wrong("a number"))
            }
            ArgumentKind::Whole => {
                let whole = text(value).and_then(|text| text.parse().ok());
                whole.map(ArgumentValue::Whole).ok_or_else(|| wrong("a whole number, 0 or above"))
            }
            ArgumentKind::Flag => match value {
                Value::Bool(flag) => Ok(ArgumentValue::Flag(*flag)),
                Value::String(text) if text == "true" || text == "false" => {
                    Ok(ArgumentValue::Flag(text == "true"))
                }
                _ => Err(wrong("true or false")),
            },
            ArgumentKind::Lines => {
                let lines = value.as_array().and_then(|list| list.iter().map(line).collect());
                lines
                    .map(ArgumentValue::Lines)
                    .ok_or_else(|| wrong("a list of {\"line\": text, \"number\": number}"))
            }
        }
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    let text = text(value)?;
    Decimal::parse(&text).ok().or_else(|| Decimal::from_scientific(&text).ok())
}

fn line(value: &Value) -> Option<(String, Decimal)> {
    let line = value.as_object().filter(|line| line.len() == 2)?;
    Some((text(line.get("line")?)?, decimal(line.get("number")?)?))
}

/// A given value.
#[derive(Debug)]
enum ArgumentValue {
    Text(String),
    Texts(Vec<String>),
    Decimal(Decimal),
    Whole(u64),
    Flag(bool),
    Lines(Vec<(String, Decimal)>),
}

/// The checked arguments of an action: all required ones are present, each with its type.
#[derive(Debug)]
pub(crate) struct Arguments(Vec<(&'static str, ArgumentValue)>);

impl Arguments {
    /// Checks an object against the action's arguments. The error names the member.
    pub fn read(action: &str, arguments: &[Argument], body: &Value) -> Result<Arguments, String> {
        let names = || arguments.iter().map(|argument| argument.name).collect::<Vec<_>>().join(", ");
        let Some(members) = body.as_object() else {
            return Err(format!("{action} expects a JSON object with {}", names()));
        };
        let mut given = Vec::new();
        for (name, value) in members {
            let Some(argument) = arguments.iter().find(|argument| argument.name == name) else {
                return Err(match arguments.is_empty() {
                    true => format!("{action} takes no arguments, found \"{name}\""),
                    false => format!("{action} has no argument \"{name}\": its arguments are {}", names()),
                });
            };
            if !value.is_null() {
                given.push((argument.name, argument.read(value)?));
            }
        }
        let is_there = |name| given.iter().any(|(there, _)| *there == name);
        let is_all = given.iter().any(|(_, held)| matches!(held, ArgumentValue::Flag(true)));
        let is_missing = |argument: &&Argument| match argument.several {
            Some(list) => !is_there(argument.name) && !is_there(list) && !is_all,
            None => !is_there(argument.name),
        };
        match arguments.iter().find(|argument| argument.required && is_missing(argument)) {
            Some(missing) => Err(format!("{action} requires \"{}\": {}", missing.name, missing.doc)),
            None => Ok(Arguments(given)),
        }
    }

    /// The arguments, as they were read.
    pub fn to_json(&self) -> Map<String, Value> {
        let value = |held: &ArgumentValue| match held {
            ArgumentValue::Text(text) => json!(text),
            ArgumentValue::Texts(texts) => json!(texts),
            ArgumentValue::Decimal(number) => json!(number.to_string()),
            ArgumentValue::Whole(number) => json!(number),
            ArgumentValue::Flag(flag) => json!(flag),
            ArgumentValue::Lines(lines) => lines
                .iter()
                .map(|(line, number)| json!({ "line": line, "number": number.to_string() }))
                .collect(),
        };
        self.0.iter().map(|(name, held)| ((*name).to_owned(), value(held))).collect()
    }

    fn held(&self, name: &str) -> Option<&ArgumentValue> {
        self.0.iter().find(|(there, _)| *there == name).map(|(_, held)| held)
    }

    /// The names of the given arguments.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        match self.held(name)? {
            ArgumentValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A required text.
    pub fn needed(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    /// Required texts.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        match self.held(name) {
            Some(ArgumentValue::Texts(texts)) => texts.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    pub fn decimal(&self, name: &str) -> Option<Decimal> {
        match self.held(name)? {
            ArgumentValue::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    pub fn whole(&self, name: &str) -> Option<u64> {
        match self.held(name)? {
            ArgumentValue::Whole(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether it was given.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.held(name), Some(ArgumentValue::Flag(true)))
    }

    pub fn lines(&self, name: &str) -> Option<Vec<(&str, Decimal)>> {
        match self.held(name)? {
            ArgumentValue::Lines(lines) => {
                Some(lines.iter().map(|(line, number)| (line.as_str(), *number)).collect())
            }
            _ => None,
        }
    }
}
