//! Converts between the text of a value and its Rust form. Markup is not handled here: texts are unescaped.

mod bytes;
mod datetime;
mod decimal;
mod error;
#[cfg(feature = "jiff")]
mod jiff;
mod numbers;

pub use bytes::Bytes;
pub use datetime::DateTime;
pub use error::ValueError;
pub(crate) use error::ValueFlaw;
#[cfg(feature = "batch")]
pub(crate) use error::shortened;

/// A value that is written as the text of an element or attribute.
pub trait Text: Sized {
    /// What the text should be, with the name of the schema's type, for messages: "a whole number (int)".
    const EXPECTED: &'static str;

    /// The family of types that the value is of.
    const FAMILY: Family;

    /// How the JSON form shows the value.
    const JSON: Json;

    /// Whether the JSON form must not show the value.
    const SECRET: bool = false;

    /// Whether `format` may write characters that must be escaped in XML.
    const ESCAPED: bool = false;

    /// Whether it is an enumeration of the contract, whose [`as_text`](Text::as_text) is never `None`.
    #[doc(hidden)]
    const LISTED: bool = false;

    /// Reads the value from text that is already unescaped.
    ///
    /// White space around numbers, booleans, times and base64 is ignored; strings are kept exactly.
    fn parse(text: &str) -> Result<Self, ValueError>;

    /// Appends the text of the value, not escaped.
    fn format(&self, out: &mut String);

    /// Appends the text of the value in a form that the schema allows, not escaped, even if it was read in another
    /// form.
    fn format_xml(&self, out: &mut String) {
        self.format(out);
    }

    /// .NET's default value: 0, `false`, the empty string, `0001-01-01T00:00:00`.
    fn blank() -> Self;

    /// The text itself, if the value is a text.
    fn as_text(&self) -> Option<&str> {
        None
    }

    /// Whether the contract lists the value: false only for unknown or unset values of an enumeration.
    fn is_known(&self) -> bool {
        true
    }
}

/// A family of types whose values are written alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Text.
    Text,
    /// Values that the contract lists.
    Enumeration,
    /// `true` or `false`.
    Boolean,
    /// Whole and decimal numbers.
    Number,
    /// Floating-point numbers.
    Float,
    /// Dates and times.
    Time,
    /// Bytes.
    Bytes,
}

/// How the JSON form shows a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Json {
    /// As a string.
    String,
    /// As `true` or `false`.
    Bool,
    /// As a number.
    Number,
    /// As a string, so that no reader turns it into a float; numbers are accepted.
    Decimal,
}

/// Removes XML white space, and nothing else, from both ends.
fn trim(text: &str) -> &str {
    let is_space = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t' | b'\r' | b'\n'));
    let bytes = text.as_bytes();
    if !is_space(bytes.first()) && !is_space(bytes.last()) {
        return text;
    }
    text.trim_matches([' ', '\t', '\r', '\n'])
}

impl Text for String {
    const EXPECTED: &'static str = "text (string)";
    const FAMILY: Family = Family::Text;
    const JSON: Json = Json::String;

    fn parse(text: &str) -> Result<String, ValueError> {
        Ok(text.to_owned())
    }

    fn format(&self, out: &mut String) {
        out.push_str(self);
    }

    fn blank() -> String {
        String::new()
    }

    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for bool {
    const EXPECTED: &'static str = "true or false (boolean)";
    const FAMILY: Family = Family::Boolean;
    const JSON: Json = Json::Bool;

    fn parse(text: &str) -> Result<bool, ValueError> {
        match trim(text) {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(ValueError::not::<Self>(text)),
        }
    }

    fn format(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }

    fn blank() -> bool {
        false
    }
}

impl Text for DateTime {
    const EXPECTED: &'static str = "a date and time (dateTime)";
    const FAMILY: Family = Family::Time;
    const JSON: Json = Json::String;

    fn parse(text: &str) -> Result<DateTime, ValueError> {
        text.parse()
    }

    fn format(&self, out: &mut String) {
        self.push(out);
    }

    /// A date alone is not a `dateTime` of the schema, so midnight is written.
    fn format_xml(&self, out: &mut String) {
        self.with_time().push(out);
    }

    fn blank() -> DateTime {
        DateTime::default()
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    /// What reading and writing again makes of a text, or the message.
    pub(super) fn again<T: Text>(text: &str) -> String {
        match T::parse(text) {
            Ok(value) => {
                let mut out = String::new();
                value.format(&mut out);
                out
            }
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn strings_are_kept_exactly() {
        for text in ["", " ", "  a\r\n\tb ", "å<&>\u{1F600}"] {
            assert_eq!(again::<String>(text), text);
        }
    }

    #[test]
    fn booleans() {
        for (text, expected) in [
            ("true", "true"),
            ("false", "false"),
            (" 1\n", "true"),
            ("\t0", "false"),
            ("True", r#""True" is not true or false (boolean)"#),
            ("", r#""" is not true or false (boolean)"#),
            ("2", r#""2" is not true or false (boolean)"#),
        ] {
            assert_eq!(again::<bool>(text), expected, "{text:?}");
        }
    }

    #[test]
    fn base64() {
        for (text, expected) in [
            ("", ""),
            ("AA==", "AA=="),
            (" aGVs\r\n bG8= ", "aGVsbG8="),
            ("A A = =", "AA=="),
            ("AA", r#""AA" is not base64 (base64Binary)"#),
            ("AA=", r#""AA=" is not base64 (base64Binary)"#),
            ("AA===", r#""AA===" is not base64 (base64Binary)"#),
            ("AB==", r#""AB==" is not base64 (base64Binary)"#),
            ("A-_=", r#""A-_=" is not base64 (base64Binary)"#),
        ] {
            assert_eq!(again::<Bytes>(text), expected, "{text:?}");
        }
        let all: Vec<u8> = (0..=255).collect();
        let mut text = String::new();
        Bytes(all.clone()).format(&mut text);
        assert_eq!(Bytes::parse(&text).unwrap().0, all);
        assert_eq!(format!("{:?}", Bytes(b"secret file".to_vec())), "Bytes(11 bytes)");
        assert_eq!(Bytes::from(vec![1, 2])[..], [1, 2]);
    }

    #[test]
    fn blanks_are_those_of_dotnet() {
        fn blank<T: Text>() -> String {
            let mut out = String::new();
            T::blank().format(&mut out);
            out
        }
        assert_eq!(blank::<String>(), "");
        assert_eq!(blank::<bool>(), "false");
        assert_eq!(blank::<i32>(), "0");
        assert_eq!(blank::<Decimal>(), "0");
        assert_eq!(blank::<f64>(), "0");
        assert_eq!(blank::<Bytes>(), "");
        assert_eq!(blank::<DateTime>(), "0001-01-01T00:00:00");
    }
}
