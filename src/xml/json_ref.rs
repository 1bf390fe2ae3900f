//! A JSON value that is read in place, whichever tree it is part of.

use std::borrow::Cow;
use std::slice;

use serde_json::{Value, map};

#[cfg(feature = "batch")]
use super::json_tree::{JsonTree, number_text};

/// A JSON value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum JsonRef<'a> {
    Value(&'a Value),
    #[cfg(feature = "batch")]
    Tree(&'a JsonTree<'a>),
}

/// A JSON value by its kind.
pub(crate) enum JsonView<'a> {
    Null,
    Bool(bool),
    /// As it is written.
    Number(Cow<'a, str>),
    Text(&'a str),
    List(JsonItems<'a>),
    Object(JsonMembers<'a>),
}

impl<'a> From<&'a Value> for JsonRef<'a> {
    fn from(value: &'a Value) -> Self {
        JsonRef::Value(value)
    }
}

#[cfg(feature = "batch")]
impl<'a> From<&'a JsonTree<'_>> for JsonRef<'a> {
    fn from(tree: &'a JsonTree<'_>) -> Self {
        JsonRef::Tree(tree)
    }
}

impl<'a> JsonRef<'a> {
    pub fn view(self) -> JsonView<'a> {
        match self {
            JsonRef::Value(Value::Null) => JsonView::Null,
            JsonRef::Value(Value::Bool(truth)) => JsonView::Bool(*truth),
            JsonRef::Value(Value::Number(number)) => JsonView::Number(number_text(number)),
            JsonRef::Value(Value::String(text)) => JsonView::Text(text),
            JsonRef::Value(Value::Array(items)) => JsonView::List(JsonItems::Values(items.iter())),
            JsonRef::Value(Value::Object(members)) => JsonView::Object(JsonMembers::Map(members.iter())),
            #[cfg(feature = "batch")]
            JsonRef::Tree(tree) => match tree {
                JsonTree::Null => JsonView::Null,
                JsonTree::Bool(truth) => JsonView::Bool(*truth),
                JsonTree::Number(number) => JsonView::Number(Cow::Borrowed(number)),
                JsonTree::Text(text) => JsonView::Text(text),
                JsonTree::List(items) => JsonView::List(JsonItems::Trees(items.iter())),
                JsonTree::Object(members) => JsonView::Object(JsonMembers::Trees(members.iter())),
            },
        }
    }

    pub fn is_null(self) -> bool {
        matches!(self.view(), JsonView::Null)
    }

    /// A member of an object.
    pub fn member(self, name: &str) -> Option<JsonRef<'a>> {
        match self {
            JsonRef::Value(value) => value.as_object()?.get(name).map(JsonRef::Value),
            #[cfg(feature = "batch")]
            JsonRef::Tree(tree) => tree.member(name).map(JsonRef::Tree),
        }
    }

    pub fn as_text(self) -> Option<&'a str> {
        match self.view() {
            JsonView::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Its kind, for `expected .., found ..`.
    pub fn kind(self) -> &'static str {
        match self.view() {
            JsonView::Null => "null",
            JsonView::Bool(_) => "true or false",
            JsonView::Number(_) => "a number",
            JsonView::Text(_) => "text",
            JsonView::List(_) => "a list",
            JsonView::Object(_) => "an object",
        }
    }
}

/// Without arbitrary precision, numbers are not kept as they are written.
#[cfg(not(feature = "batch"))]
fn number_text(number: &serde_json::Number) -> Cow<'_, str> {
    Cow::Owned(number.to_string())
}

/// The items of a list.
#[derive(Clone)]
pub(crate) enum JsonItems<'a> {
    Values(slice::Iter<'a, Value>),
    #[cfg(feature = "batch")]
    Trees(slice::Iter<'a, JsonTree<'a>>),
}

impl<'a> Iterator for JsonItems<'a> {
    type Item = JsonRef<'a>;

    fn next(&mut self) -> Option<JsonRef<'a>> {
        match self {
            JsonItems::Values(values) => values.next().map(JsonRef::Value),
            #[cfg(feature = "batch")]
            JsonItems::Trees(trees) => trees.next().map(JsonRef::Tree),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            JsonItems::Values(values) => values.size_hint(),
            #[cfg(feature = "batch")]
            JsonItems::Trees(trees) => trees.size_hint(),
        }
    }
}

impl ExactSizeIterator for JsonItems<'_> {}

/// The members of an object.
#[derive(Clone)]
pub(crate) enum JsonMembers<'a> {
    Map(map::Iter<'a>),
    #[cfg(feature = "batch")]
    Trees(slice::Iter<'a, (Cow<'a, str>, JsonTree<'a>)>),
}

impl<'a> Iterator for JsonMembers<'a> {
    type Item = (&'a str, JsonRef<'a>);

    #[inline]
    fn next(&mut self) -> Option<(&'a str, JsonRef<'a>)> {
        match self {
            JsonMembers::Map(members) => members.next().map(|(name, value)| (&**name, JsonRef::Value(value))),
            #[cfg(feature = "batch")]
            JsonMembers::Trees(members) => members.next().map(|(name, tree)| (&**name, JsonRef::Tree(tree))),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            JsonMembers::Map(members) => members.size_hint(),
            #[cfg(feature = "batch")]
            JsonMembers::Trees(members) => members.size_hint(),
        }
    }
}

impl ExactSizeIterator for JsonMembers<'_> {}
