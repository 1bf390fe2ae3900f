//! Converts between the text of a value and its Rust form. Markup is not handled here: texts are unescaped.

use std::fmt;

use rust_decimal::Decimal;

use crate::text;

mod bytes;
mod datetime;
mod decimal;
#[cfg(feature = "jiff")]
mod jiff;

pub use bytes::Bytes;
pub use datetime::DateTime;

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

/// A text that is not a value of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    shown: Box<str>,
    expected: &'static str,
    family: Family,
    wrong: ValueFlaw,
}

/// Why a text is not a value of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueFlaw {
    /// It is written in another way.
    Form,
    /// It is too large or too small.
    Range,
    /// It has more digits than a decimal number keeps.
    Digits,
}

/// Maximum length of a text in a message; longer text is cut.
const SHOWN_CHARS: usize = 40;

impl ValueError {
    /// The text does not have the form of the type.
    pub fn not<T: Text>(text: &str) -> ValueError {
        ValueError::new::<T>(text, ValueFlaw::Form)
    }

    fn new<T: Text>(text: &str, wrong: ValueFlaw) -> ValueError {
        ValueError { shown: shortened(text), expected: T::EXPECTED, family: T::FAMILY, wrong }
    }

    /// The same about a text that is written in another way.
    #[cfg(feature = "batch")]
    pub(crate) fn about(self, text: &str) -> ValueError {
        ValueError { shown: shortened(text), ..self }
    }

    /// The text, shortened.
    #[cfg(feature = "sandbox")]
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// The family of the type that the text is not a value of.
    #[cfg(feature = "sandbox")]
    pub(crate) fn family(&self) -> Family {
        self.family
    }

    /// Why the text is not a value.
    #[cfg(feature = "sandbox")]
    pub(crate) fn wrong(&self) -> ValueFlaw {
        self.wrong
    }

    /// What the text should have been, as in [`Text::EXPECTED`].
    pub fn expected(&self) -> &'static str {
        self.expected
    }
}

/// The text, cut where it is too long for a message.
pub(crate) fn shortened(text: &str) -> Box<str> {
    match text::start(text, SHOWN_CHARS, |_| 1) {
        start if start.len() < text.len() => format!("{start}..").into(),
        whole => whole.into(),
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, expected) = (&self.shown, self.expected);
        match self.wrong {
            ValueFlaw::Form => write!(f, "{shown:?} is not {expected}"),
            ValueFlaw::Range => write!(f, "{shown:?} is out of range for {expected}"),
            ValueFlaw::Digits => write!(f, "{shown:?} has more digits than fit {expected}"),
        }
    }
}

impl std::error::Error for ValueError {}

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

macro_rules! whole_numbers {
    ($($rust:ty: $expected:literal;)*) => {$(
        impl Text for $rust {
            const EXPECTED: &'static str = $expected;
            const FAMILY: Family = Family::Number;
            const JSON: Json = Json::Number;

            fn parse(text: &str) -> Result<$rust, ValueError> {
                use std::num::IntErrorKind::{NegOverflow, PosOverflow};
                let number = trim(text);
                number.parse().or_else(|e: std::num::ParseIntError| match (e.kind(), number.strip_prefix('-')) {
                    // Rust does not accept a sign before an unsigned zero; the schema does.
                    (_, Some(zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => Ok(0),
                    (PosOverflow | NegOverflow, _) => Err(ValueError::new::<Self>(text, ValueFlaw::Range)),
                    // Rust reports `-5` as malformed for an unsigned number, but it is a number that is too small.
                    (_, Some(digits)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) =>
                        Err(ValueError::new::<Self>(text, ValueFlaw::Range)),
                    _ => Err(ValueError::not::<Self>(text)),
                })
            }

            fn format(&self, out: &mut String) {
                out.push_str(itoa::Buffer::new().format(*self));
            }

            fn blank() -> $rust {
                0
            }
        }
    )*};
}

whole_numbers! {
    i8: "a whole number (byte)";
    i16: "a whole number (short)";
    i32: "a whole number (int)";
    i64: "a whole number (long)";
    u8: "a whole number (unsignedByte)";
    u16: "a whole number (unsignedShort)";
    u32: "a whole number (unsignedInt)";
    u64: "a whole number (unsignedLong)";
}

impl Text for Decimal {
    const EXPECTED: &'static str = "a decimal number (decimal)";
    const FAMILY: Family = Family::Number;
    const JSON: Json = Json::Decimal;

    fn parse(text: &str) -> Result<Decimal, ValueError> {
        decimal::parse(trim(text)).map_err(|wrong| ValueError::new::<Self>(text, wrong))
    }

    fn format(&self, out: &mut String) {
        decimal::push(out, self);
    }

    fn blank() -> Decimal {
        Decimal::ZERO
    }
}

macro_rules! floats {
    ($($rust:ty: $expected:literal;)*) => {$(
        impl Text for $rust {
            const EXPECTED: &'static str = $expected;
            const FAMILY: Family = Family::Float;
            const JSON: Json = Json::Number;

            fn parse(text: &str) -> Result<$rust, ValueError> {
                let number = trim(text);
                match number {
                    "INF" | "+INF" => return Ok(<$rust>::INFINITY),
                    "-INF" => return Ok(<$rust>::NEG_INFINITY),
                    "NaN" => return Ok(<$rust>::NAN),
                    _ => {}
                }
                // Rust's own parser also accepts `inf`, `infinity` and `nan`.
                if number.bytes().any(|b| b.is_ascii_alphabetic() && !matches!(b, b'e' | b'E')) {
                    return Err(ValueError::not::<Self>(text));
                }
                match number.parse::<$rust>() {
                    Ok(value) if value.is_finite() => Ok(value),
                    Ok(_) => Err(ValueError::new::<Self>(text, ValueFlaw::Range)),
                    Err(_) => Err(ValueError::not::<Self>(text)),
                }
            }

            fn format(&self, out: &mut String) {
                match *self {
                    v if v.is_nan() => out.push_str("NaN"),
                    v if v.is_infinite() => out.push_str(if v > 0.0 { "INF" } else { "-INF" }),
                    v if v == 0.0 || (1e-5..1e15).contains(&v.abs()) => push(out, format_args!("{v}")),
                    v => push(out, format_args!("{v:E}")),
                }
            }

            fn blank() -> $rust {
                0.0
            }
        }
    )*};
}

floats! {
    f32: "a number (float)";
    f64: "a number (double)";
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

/// Appends formatted text; a `String` never refuses.
fn push(out: &mut String, text: fmt::Arguments<'_>) {
    let _ = fmt::Write::write_fmt(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What reading and writing again makes of a text, or the message.
    fn again<T: Text>(text: &str) -> String {
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
    fn whole_numbers() {
        for (text, expected) in [
            ("0", "0"),
            ("+5", "5"),
            ("-0", "0"),
            ("007", "7"),
            (" 12\r\n", "12"),
            ("2147483647", "2147483647"),
            ("-2147483648", "-2147483648"),
            ("2147483648", r#""2147483648" is out of range for a whole number (int)"#),
            ("-2147483649", r#""-2147483649" is out of range for a whole number (int)"#),
            ("12x", r#""12x" is not a whole number (int)"#),
            ("1.0", r#""1.0" is not a whole number (int)"#),
            ("", r#""" is not a whole number (int)"#),
            ("+", r#""+" is not a whole number (int)"#),
            ("-", r#""-" is not a whole number (int)"#),
            ("+-1", r#""+-1" is not a whole number (int)"#),
            ("1 2", r#""1 2" is not a whole number (int)"#),
            ("\u{a0}1", r#""\u{a0}1" is not a whole number (int)"#),
            ("\u{0661}", r#""١" is not a whole number (int)"#),
        ] {
            assert_eq!(again::<i32>(text), expected, "{text:?}");
        }
        assert_eq!(again::<u8>("-0"), "0");
        assert_eq!(again::<u8>("-00"), "0");
        assert_eq!(again::<u8>("256"), r#""256" is out of range for a whole number (unsignedByte)"#);
        assert_eq!(again::<u64>("-5"), r#""-5" is out of range for a whole number (unsignedLong)"#);
        assert_eq!(again::<u64>("18446744073709551615"), "18446744073709551615");
        assert_eq!(again::<i64>("-9223372036854775808"), "-9223372036854775808");
        assert_eq!(again::<i8>("-129"), r#""-129" is out of range for a whole number (byte)"#);
        assert_eq!(again::<i16>("-32768"), "-32768");
        assert_eq!(again::<u16>("65535"), "65535");
        assert_eq!(again::<u32>("4294967295"), "4294967295");
    }

    #[test]
    fn decimals() {
        let digits_29 = "79228162514264337593543950336";
        for (text, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("-0.00", "0.00"),
            ("1.50", "1.50"),
            ("+1.5", "1.5"),
            ("-1.5", "-1.5"),
            ("-.5", "-0.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-5.", "-5"),
            (" 007.10\n", "7.10"),
            ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("-79228162514264337593543950335", "-79228162514264337593543950335"),
            ("7.9228162514264337593543950335", "7.9228162514264337593543950335"),
            ("1e3", r#""1e3" is not a decimal number (decimal)"#),
            ("1E3", r#""1E3" is not a decimal number (decimal)"#),
            ("1_000", r#""1_000" is not a decimal number (decimal)"#),
            ("1,5", r#""1,5" is not a decimal number (decimal)"#),
            ("1.2.3", r#""1.2.3" is not a decimal number (decimal)"#),
            (".", r#""." is not a decimal number (decimal)"#),
            ("+", r#""+" is not a decimal number (decimal)"#),
            ("--1", r#""--1" is not a decimal number (decimal)"#),
            ("", r#""" is not a decimal number (decimal)"#),
            ("NaN", r#""NaN" is not a decimal number (decimal)"#),
        ] {
            assert_eq!(again::<Decimal>(text), expected, "{text:?}");
        }
        for text in [digits_29, "0.00000000000000000000000000001", "79228162514264337593543950335.1"] {
            assert!(again::<Decimal>(text).contains("more digits than fit"), "{text}");
        }
    }

    #[test]
    fn floats() {
        for (text, expected) in [
            ("1.5", "1.5"),
            ("-0", "-0"),
            ("INF", "INF"),
            ("-INF", "-INF"),
            ("NaN", "NaN"),
            ("1e300", "1E300"),
            ("1E-7", "1E-7"),
            ("3.14 ", "3.14"),
            ("inf", r#""inf" is not a number (double)"#),
            ("nan", r#""nan" is not a number (double)"#),
            ("infinity", r#""infinity" is not a number (double)"#),
            ("1e999", r#""1e999" is out of range for a number (double)"#),
            ("", r#""" is not a number (double)"#),
        ] {
            assert_eq!(again::<f64>(text), expected, "{text:?}");
        }
        assert_eq!(again::<f32>("0.1"), "0.1");
        assert_eq!(again::<f32>("1e39"), r#""1e39" is out of range for a number (float)"#);
        for value in [f64::MAX, f64::MIN_POSITIVE, 1.0 / 3.0, 123_456_789_012_345_680.0, 1e15, 9.99e-6] {
            let mut text = String::new();
            value.format(&mut text);
            assert_eq!(f64::parse(&text), Ok(value));
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
    fn long_text_is_cut_in_messages() {
        let text = "å".repeat(5000);
        let message = i32::parse(&text).unwrap_err().to_string();
        assert_eq!(message, format!("\"{}..\" is not a whole number (int)", "å".repeat(40)));
        let exact = "x".repeat(40);
        assert_eq!(
            i32::parse(&exact).unwrap_err().to_string(),
            format!("{exact:?} is not a whole number (int)")
        );
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
