//! A JSON value that borrows its texts, from JSON text or from another tree.
//!
//! It is made in one pass without hashing a name or copying a text, which takes a fraction of the time that
//! [`serde_json::Value`] takes. Its parser knows what usual texts need; for everything else it leaves text and errors
//! to serde_json.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use super::write::push_string;

/// Deeper nesting is left to serde_json.
const DEEPEST: usize = 32;

/// More members of one object are left to serde_json, since each name is compared with all others.
const MOST_MEMBERS: usize = 128;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum JsonTree<'t> {
    Null,
    Bool(bool),
    /// As it is written, without an exponent.
    Number(Cow<'t, str>),
    Text(Cow<'t, str>),
    List(Vec<JsonTree<'t>>),
    /// Each name once, in their order.
    Object(Vec<(Cow<'t, str>, JsonTree<'t>)>),
}

/// JSON text that was read.
#[derive(Debug)]
pub(crate) struct ParsedJson<'t> {
    pub tree: JsonTree<'t>,
    /// Whether the text without outer space is what [`JsonTree::to_text`] gives.
    pub is_compact: bool,
}

impl<'t> JsonTree<'t> {
    /// Reads an object from JSON text. `None` leaves it to serde_json: text that is no JSON or no object, or has
    /// duplicate members, numbers with an exponent, names that serde_json treats in its own way, or deep nesting.
    pub fn parse(text: &'t str) -> Option<ParsedJson<'t>> {
        let text = text.trim_matches(is_space);
        if !text.starts_with('{') {
            return None;
        }
        let mut parser = JsonParser { text, at: 0, depth: 0, is_compact: true };
        let tree = parser.value()?;
        (parser.at == text.len()).then_some(ParsedJson { tree, is_compact: parser.is_compact })
    }

    /// The same as an object of serde_json.
    pub fn of(object: &'t Map<String, Value>) -> JsonTree<'t> {
        let members =
            object.iter().map(|(name, value)| (Cow::Borrowed(name.as_str()), JsonTree::of_value(value)));
        JsonTree::Object(members.collect())
    }

    fn of_value(value: &'t Value) -> JsonTree<'t> {
        match value {
            Value::Null => JsonTree::Null,
            Value::Bool(truth) => JsonTree::Bool(*truth),
            Value::Number(number) => JsonTree::Number(number_text(number)),
            Value::String(text) => JsonTree::Text(Cow::Borrowed(text)),
            Value::Array(items) => JsonTree::List(items.iter().map(JsonTree::of_value).collect()),
            Value::Object(object) => JsonTree::of(object),
        }
    }

    /// The same as a tree of serde_json.
    pub fn to_value(&self) -> Value {
        match self {
            JsonTree::Null => Value::Null,
            JsonTree::Bool(truth) => Value::Bool(*truth),
            // The text of a number can be read as one.
            JsonTree::Number(number) => number.parse().map_or(Value::Null, Value::Number),
            JsonTree::Text(text) => Value::String(text.as_ref().to_owned()),
            JsonTree::List(items) => items.iter().map(JsonTree::to_value).collect(),
            JsonTree::Object(members) => {
                members.iter().map(|(name, value)| (name.as_ref().to_owned(), value.to_value())).collect()
            }
        }
    }

    /// JSON text without space, as serde_json writes it.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) {
        match self {
            JsonTree::Null => out.push_str("null"),
            JsonTree::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
            JsonTree::Number(number) => out.push_str(number),
            JsonTree::Text(text) => push_string(out, text),
            JsonTree::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            JsonTree::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    push_string(out, name);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// A member of an object.
    pub fn member(&self, name: &str) -> Option<&JsonTree<'t>> {
        let JsonTree::Object(members) = self else { return None };
        members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub fn member_mut(&mut self, name: &str) -> Option<&mut JsonTree<'t>> {
        let JsonTree::Object(members) = self else { return None };
        members.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Removes a member of an object.
    pub fn remove(&mut self, name: &str) -> Option<JsonTree<'t>> {
        let JsonTree::Object(members) = self else { return None };
        let at = members.iter().position(|(known, _)| known == name)?;
        Some(members.remove(at).1)
    }

    /// A text or a number at a path through objects.
    pub fn text_at(&self, path: &str) -> Option<&str> {
        let mut value = self;
        for step in path.split('.') {
            value = value.member(step)?;
        }
        match value {
            JsonTree::Text(text) | JsonTree::Number(text) => Some(text),
            JsonTree::Null | JsonTree::Bool(_) | JsonTree::List(_) | JsonTree::Object(_) => None,
        }
    }
}

/// A number as it was written, except for the notation of an exponent.
pub(super) fn number_text(number: &Number) -> Cow<'_, str> {
    Cow::Borrowed(number.as_str())
}

fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\r' | '\n')
}

struct JsonParser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    is_compact: bool,
}

impl<'t> JsonParser<'t> {
    /// The next byte that is not space; 0 at the end.
    #[inline]
    fn peek(&mut self) -> u8 {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => {
                    self.is_compact = false;
                    self.at += 1;
                }
                Some(byte) => return *byte,
                None => return 0,
            }
        }
    }

    fn value(&mut self) -> Option<JsonTree<'t>> {
        match self.peek() {
            b'"' => self.string().map(JsonTree::Text),
            b'{' => self.nested(JsonParser::object),
            b'[' => self.nested(JsonParser::list),
            b'-' | b'0'..=b'9' => self.number().map(JsonTree::Number),
            b't' => self.word("true", JsonTree::Bool(true)),
            b'f' => self.word("false", JsonTree::Bool(false)),
            b'n' => self.word("null", JsonTree::Null),
            _ => None,
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<JsonTree<'t>>) -> Option<JsonTree<'t>> {
        self.at += 1;
        self.depth += 1;
        let read = (self.depth <= DEEPEST).then(|| read(self)).flatten();
        self.depth -= 1;
        read
    }

    fn object(&mut self) -> Option<JsonTree<'t>> {
        if self.peek() == b'}' {
            self.at += 1;
            return Some(JsonTree::Object(Vec::new()));
        }
        let mut members: Vec<(Cow<'t, str>, JsonTree<'t>)> = Vec::with_capacity(8);
        loop {
            if self.peek() != b'"' {
                return None;
            }
            let name = self.string()?;
            let is_known = members.iter().any(|(known, _)| *known == name);
            // Names that begin so make numbers and raw texts of objects.
            if is_known || name.starts_with('$') || members.len() >= MOST_MEMBERS || self.peek() != b':' {
                return None;
            }
            self.at += 1;
            let value = self.value()?;
            members.push((name, value));
            match self.ends(b'}')? {
                true => return Some(JsonTree::Object(members)),
                false => continue,
            }
        }
    }

    fn list(&mut self) -> Option<JsonTree<'t>> {
        if self.peek() == b']' {
            self.at += 1;
            return Some(JsonTree::List(Vec::new()));
        }
        let mut items = Vec::new();
        loop {
            items.push(self.value()?);
            match self.ends(b']')? {
                true => return Some(JsonTree::List(items)),
                false => continue,
            }
        }
    }

    /// Whether the list or object ends, or goes on after a comma.
    fn ends(&mut self, end: u8) -> Option<bool> {
        let next = self.peek();
        self.at += 1;
        match next {
            b',' => Some(false),
            _ => (next == end).then_some(true),
        }
    }

    fn string(&mut self) -> Option<Cow<'t, str>> {
        let start = self.at + 1;
        let bytes = &self.text.as_bytes()[start..];
        let end = start + bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '))?;
        match self.text.as_bytes()[end] {
            b'"' => {
                self.at = end + 1;
                Some(Cow::Borrowed(&self.text[start..end]))
            }
            b'\\' => self.escaped(end).map(Cow::Owned),
            _ => None,
        }
    }

    /// A string whose first escape is here.
    #[cold]
    fn escaped(&mut self, mut end: usize) -> Option<String> {
        self.is_compact = false;
        let bytes = self.text.as_bytes();
        while *bytes.get(end)? != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let quoted = &self.text[self.at..=end];
        self.at = end + 1;
        serde_json::from_str(quoted).ok()
    }

    fn number(&mut self) -> Option<Cow<'t, str>> {
        let (start, bytes) = (self.at, self.text.as_bytes());
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let whole = start + usize::from(bytes[start] == b'-');
        let mut end = whole + digits(whole);
        if end == whole || bytes[whole] == b'0' && end > whole + 1 {
            return None;
        }
        if bytes.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            if fraction == 0 {
                return None;
            }
            end += 1 + fraction;
        }
        self.at = end;
        Some(Cow::Borrowed(&self.text[start..end]))
    }

    fn word(&mut self, word: &str, value: JsonTree<'t>) -> Option<JsonTree<'t>> {
        let is_it = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        is_it.then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dynamic::json_from_text;

    /// Whether it was read; both readers must then agree.
    fn agrees(text: &str) -> bool {
        let Some(ParsedJson { tree, is_compact }) = JsonTree::parse(text) else { return false };
        let value = json_from_text(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(tree.to_value(), value, "{text}");
        let compact = value.to_string();
        assert_eq!(tree.to_text(), compact, "{text}");
        assert_eq!(JsonTree::of(value.as_object().unwrap()), tree, "{text}");
        assert!(!is_compact || text.trim() == compact, "{text}");
        true
    }

    #[test]
    fn usual_texts_are_read() {
        for text in [
            "{}",
            " {\"a\" : [ ] , \"b\":[1,-2.50,0,-0,0.0],\"c\":{\"d\":null,\"e\":true,\"f\":false}}\r\n",
            r#"{"å":"ä \u00e5 \"q\" \\ \/ \ud83d\ude00","b":""}"#,
        ] {
            assert!(agrees(text), "{text}");
        }
        assert!(JsonTree::parse(r#"{"a":[1,"x"]}"#).unwrap().is_compact);
        assert!(!JsonTree::parse(r#"{"a": [1,"x"]}"#).unwrap().is_compact);
        assert!(!JsonTree::parse(r#"{"a":"\u00e5"}"#).unwrap().is_compact);
    }

    #[test]
    fn everything_else_is_left_to_serde_json() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(40), "]".repeat(40));
        for text in [
            "",
            "[]",
            "1",
            "{",
            "{}x",
            "{\"a\":1,}",
            "{\"a\":1 \"b\":2}",
            "{\"a\"1}",
            "{a:1}",
            "{\"a\":01}",
            "{\"a\":-}",
            "{\"a\":1.}",
            "{\"a\":.5}",
            "{\"a\":1e5}",
            "{\"a\":+1}",
            "{\"a\":nul}",
            "{\"a\":\"\t\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"",
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
            "{\"$serde_json::private::Number\":\"1\"}",
            "{\"a\":[1,]}",
            "\u{a0}{}",
            &deep,
        ] {
            assert!(JsonTree::parse(text).is_none(), "{text}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?".prop_map(|text| serde_json::from_str(&text).unwrap()),
            any::<String>().prop_map(Value::from),
            "[a-zåäö \"\\\\]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            let names = "[a-cå\"\\\\]{0,3}";
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((names, inner), 0..5).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn both_readers_agree(value in value(), at: prop::sample::Index, piece in "[\\[\\]{},:\"\\\\0-9a-z. \n-]{0,3}") {
            let object = Value::Object(Map::from_iter([("x".to_owned(), value)]));
            let compact = object.to_string();
            prop_assert!(agrees(&compact));
            prop_assert!(agrees(&serde_json::to_string_pretty(&object).unwrap()));
            // Any text in any place, and a text that ends early.
            let place = at.index(compact.len() + 1);
            let place = (0..=place).rev().find(|place| compact.is_char_boundary(*place)).unwrap_or(0);
            agrees(&format!("{}{piece}{}", &compact[..place], &compact[place..]));
            agrees(&format!("{}{piece}", &compact[..place]));
        }
    }
}
