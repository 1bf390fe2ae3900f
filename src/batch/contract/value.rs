//! Converts the text of a cell, element or filter to the JSON form of its member's type, and checks JSON values by
//! type.

use chrono::format::{Item, Numeric, Parsed, StrftimeItems, parse_and_remainder};
use chrono::{Datelike as _, NaiveDate, NaiveDateTime};
use serde_json::Value;

use crate::dynamic::find_type;
use crate::operation::{Builtin, MemberInfo, TypeInfo};
use crate::suggest::did_you_mean_one_of;
use crate::xml::value::shortened;
use crate::xml::{Bytes, DateTime, Json, Text, ValueError, json};
use rust_decimal::Decimal;

/// How numbers, times and booleans are written, where it differs from XML.
#[derive(Debug, Clone, Default)]
pub struct Notation {
    pub decimal_comma: bool,
    pub thousands: Option<char>,
    pub date_format: Option<String>,
    /// Empty for XML's values.
    pub true_values: Vec<String>,
    /// Empty for XML's values.
    pub false_values: Vec<String>,
}

/// The earliest year that is accepted.
const EARLIEST: i32 = 1900;

/// Thousands separators that look the same: space, no-break space, narrow no-break space.
const SPACES: [char; 3] = [' ', '\u{a0}', '\u{202f}'];

/// What is wrong with a text, and what to do about it.
pub type ProblemText = (String, Option<String>);

/// Reads the text of a member, or of an item if the member is a list.
pub fn read(member: &MemberInfo, text: &str, notation: &Notation) -> Result<Value, ProblemText> {
    match find_type(member.ty) {
        Some(ty) => enumeration(ty, text),
        None => built_in(member.builtin(), text, notation),
    }
}

/// Reads the text of a member in XML notation. Gives hints for enumerations only.
pub fn read_plain(member: &MemberInfo, text: &str) -> Result<Value, ProblemText> {
    read(member, text, &Notation::default())
        .map_err(|(what, hint)| (what, hint.filter(|_| find_type(member.ty).is_some())))
}

/// Reads text as a built-in type of XML Schema; any other type is text.
fn built_in(ty: Option<Builtin>, text: &str, notation: &Notation) -> Result<Value, ProblemText> {
    match ty {
        Some(Builtin::Byte) => number::<i8>(text, notation),
        Some(Builtin::Short) => number::<i16>(text, notation),
        Some(Builtin::Int) => number::<i32>(text, notation),
        Some(Builtin::Long) => number::<i64>(text, notation),
        Some(Builtin::UnsignedByte) => number::<u8>(text, notation),
        Some(Builtin::UnsignedShort) => number::<u16>(text, notation),
        Some(Builtin::UnsignedInt) => number::<u32>(text, notation),
        Some(Builtin::UnsignedLong) => number::<u64>(text, notation),
        Some(Builtin::Decimal | Builtin::Integer) => number::<Decimal>(text, notation),
        Some(Builtin::Float) => number::<f32>(text, notation),
        Some(Builtin::Double) => number::<f64>(text, notation),
        Some(Builtin::Boolean) => truth(text, notation),
        Some(Builtin::DateTime) => time(text, notation),
        Some(Builtin::Base64Binary) => value::<Bytes>(text).map_err(|error| (error.to_string(), None)),
        Some(Builtin::String | Builtin::Any) | None => Ok(Value::from(text)),
    }
}

/// Whether a text is a decimal number as it is written here.
pub fn is_decimal(text: &str, notation: &Notation) -> bool {
    number::<Decimal>(text, notation).is_ok()
}

/// Whether a text is a time of this format, or as XML writes it.
pub fn is_time(text: &str, format: Option<&str>) -> bool {
    time(text, &Notation { date_format: format.map(str::to_owned), ..Notation::default() }).is_ok()
}

/// What is wrong with a JSON value of a built-in type.
pub fn problem(ty: Option<Builtin>, value: &Value) -> Option<String> {
    match ty? {
        Builtin::Byte => json::single::<i8>(value).err(),
        Builtin::Short => json::single::<i16>(value).err(),
        Builtin::Int => json::single::<i32>(value).err(),
        Builtin::Long => json::single::<i64>(value).err(),
        Builtin::UnsignedByte => json::single::<u8>(value).err(),
        Builtin::UnsignedShort => json::single::<u16>(value).err(),
        Builtin::UnsignedInt => json::single::<u32>(value).err(),
        Builtin::UnsignedLong => json::single::<u64>(value).err(),
        Builtin::Decimal | Builtin::Integer => json::single::<Decimal>(value).err(),
        Builtin::Float => json::single::<f32>(value).err(),
        Builtin::Double => json::single::<f64>(value).err(),
        Builtin::Boolean => json::single::<bool>(value).err(),
        Builtin::DateTime => json::single::<DateTime>(value).err(),
        Builtin::Base64Binary => json::single::<Bytes>(value).err(),
        Builtin::String => json::text_of(value, Json::String).err(),
        // An element of any content, which the request itself reads.
        Builtin::Any => None,
    }
}

fn number<T: Text>(text: &str, notation: &Notation) -> Result<Value, ProblemText> {
    let hint = || hint_for_number(text, notation);
    let Some(plain) = plain_number(text, notation) else {
        return Err((ValueError::not::<T>(text).to_string(), hint()));
    };
    // The message shows the number as it is written.
    value::<T>(&plain).map_err(|error| (error.about(text).to_string(), hint()))
}

fn value<T: Text>(text: &str) -> Result<Value, ValueError> {
    T::parse(text).map(|value| json::value_of(&value))
}

fn enumeration(ty: &TypeInfo, text: &str) -> Result<Value, ProblemText> {
    let names = ty.value_names();
    if names.contains(&text) {
        return Ok(Value::from(text));
    }
    let hint = did_you_mean_one_of(text, "values", &names);
    Err((format!("{:?} is not a value of {}", shortened(text), ty.name), Some(hint)))
}

fn truth(text: &str, notation: &Notation) -> Result<Value, ProblemText> {
    let is_one_of = |values: &[String]| values.iter().any(|value| value == text);
    if is_one_of(&notation.true_values) {
        return Ok(Value::Bool(true));
    }
    if is_one_of(&notation.false_values) {
        return Ok(Value::Bool(false));
    }
    let hint = || Some("set true_values and false_values in the column map".to_owned());
    value::<bool>(text)
        .ok()
        .filter(|truth| match truth {
            Value::Bool(true) => notation.true_values.is_empty(),
            _ => notation.false_values.is_empty(),
        })
        .ok_or_else(|| (ValueError::not::<bool>(text).to_string(), hint()))
}

fn time(text: &str, notation: &Notation) -> Result<Value, ProblemText> {
    let time = match &notation.date_format {
        None => DateTime::parse(text).map_err(|error| {
            let hint = "set date_format in the column map to the format of the times";
            (error.to_string(), Some(hint.to_owned()))
        }),
        Some(format) => by_format(text.trim(), format).ok_or_else(|| {
            let hint =
                "set date_format in the column map to the format of the times: %Y has four digits, %y two";
            (format!("{text:?} is not a time in the format {format}"), Some(hint.to_owned()))
        }),
    }?;
    match too_early(&time) {
        Some(what) => Err((format!("{text:?}: {what}"), None)),
        None if notation.date_format.is_none() => Ok(json::value_of(&time)),
        // A format may describe times that XML cannot write.
        None => value::<DateTime>(&time.to_string()).map_err(|error| (error.to_string(), None)),
    }
}

/// Rejects years that no order has: written with two digits, or a placeholder. .NET's default time is accepted.
pub fn too_early(time: &DateTime) -> Option<String> {
    let year = time.naive().year();
    (year < EARLIEST && !time.is_unset()).then(|| format!("the year {year} is before {EARLIEST}"))
}

/// With an offset if the format has one; a format without a time of day means midnight.
fn by_format(text: &str, format: &str) -> Option<DateTime> {
    let mut parsed = Parsed::new();
    let mut rest = text;
    for item in StrftimeItems::new(format) {
        // By itself, chrono reads `1.2.26` as the year 26.
        if matches!(item, Item::Numeric(Numeric::Year | Numeric::IsoYear, _)) && !has_four_digits(rest) {
            return None;
        }
        rest = parse_and_remainder(&mut parsed, rest, std::iter::once(item)).ok()?;
    }
    if !rest.is_empty() {
        return None;
    }
    if let Ok(time) = parsed.to_datetime() {
        return Some(DateTime::from(time));
    }
    if let Ok(time) = parsed.to_naive_datetime_with_offset(0) {
        return Some(DateTime::from(time));
    }
    let date: NaiveDate = parsed.to_naive_date().ok()?;
    date.and_hms_opt(0, 0, 0).map(|time: NaiveDateTime| DateTime::from(time))
}

/// Whether a year of exactly four digits follows.
fn has_four_digits(text: &str) -> bool {
    let text = text.trim_start().as_bytes();
    text.len() >= 4 && text[..4].iter().all(u8::is_ascii_digit)
}

/// Whether chrono supports the whole format.
pub fn is_date_format(format: &str) -> bool {
    StrftimeItems::new(format).all(|item| item != Item::Error)
}

/// The number in XML notation. A thousands separator is accepted only between groups of three digits: `1.5` is not 15.
fn plain_number(text: &str, notation: &Notation) -> Option<String> {
    let text = text.trim();
    let point = if notation.decimal_comma { ',' } else { '.' };
    if notation.decimal_comma && text.contains('.') && notation.thousands != Some('.') {
        return None;
    }
    let (whole, fraction) = text.split_once(point).map_or((text, None), |(a, b)| (a, Some(b)));
    let separates = |char: char| match notation.thousands {
        Some(separator) if SPACES.contains(&separator) => SPACES.contains(&char),
        separator => separator == Some(char),
    };
    let mut plain = match whole.contains(separates) {
        true => {
            let digits = whole.strip_prefix(['+', '-']).unwrap_or(whole);
            let groups: Vec<&str> = digits.split(separates).collect();
            let is_right = |(index, group): (usize, &&str)| match index {
                0 => (1..=3).contains(&group.len()),
                _ => group.len() == 3,
            };
            if !groups.iter().enumerate().all(is_right) {
                return None;
            }
            whole[..whole.len() - digits.len()].to_owned() + &groups.concat()
        }
        false => whole.to_owned(),
    };
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(plain)
}

fn hint_for_number(text: &str, notation: &Notation) -> Option<String> {
    if text.trim().contains(SPACES)
        && !notation.thousands.is_some_and(|separator| SPACES.contains(&separator))
    {
        return Some("thousands = \" \" reads 1 234 as 1234".to_owned());
    }
    match (text.contains(','), text.contains('.')) {
        (true, false) if !notation.decimal_comma => Some("decimal_comma = true reads 1,5 as one and a half"),
        (true, true) if notation.thousands.is_none() => {
            Some("if numbers are written in another way, set decimal_comma or thousands in the column map")
        }
        (false, true) if notation.decimal_comma => Some("the column map has decimal_comma = true"),
        _ => None,
    }
    .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn notation(comma: bool, thousands: Option<char>) -> Notation {
        Notation { decimal_comma: comma, thousands, ..Notation::default() }
    }

    fn number(ty: Builtin, text: &str, notation: &Notation) -> Option<Value> {
        built_in(Some(ty), text, notation).ok()
    }

    #[test]
    fn numbers_as_they_are_written() {
        let plain = notation(false, None);
        let comma = notation(true, None);
        let swedish = notation(true, Some('\u{a0}'));
        let spaced = notation(true, Some(' '));
        let german = notation(true, Some('.'));
        let english = notation(false, Some(','));
        for (text, how, expected) in [
            ("1.50", &plain, Some("1.50")),
            ("1,50", &plain, None),
            ("1,50", &comma, Some("1.50")),
            ("1.50", &comma, None),
            ("-1\u{a0}234,5", &swedish, Some("-1234.5")),
            ("1.234.567,89", &german, Some("1234567.89")),
            ("1.5", &german, None),
            (".500", &german, None),
            ("12,345.6", &english, Some("12345.6")),
            ("1,5", &english, None),
            ("1 234,5", &swedish, Some("1234.5")),
            ("1\u{202f}234\u{a0}567", &spaced, Some("1234567")),
            ("1 2345", &spaced, None),
            ("1 234", &comma, None),
            ("1,5,0", &comma, None),
            ("1e3", &plain, None),
        ] {
            assert_eq!(number(Builtin::Decimal, text, how), expected.map(Value::from), "{text}");
        }
        assert_eq!(number(Builtin::Int, " 1.234 ", &german), Some(json!(1234)));
        assert_eq!(number(Builtin::Int, "1,0", &comma), None);
    }

    #[test]
    fn truth_values_and_times() {
        let how = Notation {
            true_values: vec!["J".into()],
            false_values: vec!["N".into()],
            date_format: Some("%d.%m.%Y".into()),
            ..Notation::default()
        };
        assert_eq!(truth("J", &how), Ok(json!(true)));
        assert_eq!(truth("N", &how), Ok(json!(false)));
        assert!(truth("true", &how).is_err() && truth("0", &how).is_err());
        assert_eq!(truth("1", &Notation::default()), Ok(json!(true)));
        assert_eq!(time("24.12.2026", &how), Ok(json!("2026-12-24T00:00:00")));
        assert!(time("31.02.2026", &how).is_err() && time("2026-12-24", &how).is_err());
        for (format, text, expected) in [
            ("%Y%m%d%H%M%S", "20261224083000", "2026-12-24T08:30:00"),
            ("%Y-%m-%d %H:%M", "2026-12-24 08:30", "2026-12-24T08:30:00"),
            ("%Y-%m-%dT%H:%M:%S%z", "2026-12-24T08:30:00+0100", "2026-12-24T08:30:00+01:00"),
            ("%y%m%d", "261224", "2026-12-24T00:00:00"),
        ] {
            let time = by_format(text, format).map(|time| time.to_string());
            assert_eq!(time.as_deref(), Some(expected), "{format}");
        }
        let dotted = |text: &str| time(text, &how).map_err(|(what, _)| what);
        assert!(dotted("1.2.26").unwrap_err().ends_with("is not a time in the format %d.%m.%Y"));
        assert!(dotted("1.2.+2026").is_err() && dotted("1.2.02026").is_err() && dotted("1.2.20261").is_err());
        assert_eq!(dotted("1.2.0026").unwrap_err(), "\"1.2.0026\": the year 26 is before 1900");
        assert_eq!(dotted("1.2.2026"), Ok(json!("2026-02-01T00:00:00")));
        let plain = |text: &str| time(text, &Notation::default());
        assert!(plain("0026-02-01").is_err() && plain("1899-12-31").is_err() && plain("1900-01-01").is_ok());
        assert!(plain("0001-01-01T00:00:00").is_ok(), "what .NET has where nothing is set");
        assert!(is_date_format("%d.%m.%Y") && !is_date_format("%Q"));
    }

    #[test]
    fn enumerations_suggest_what_was_meant() {
        let (what, hint) = enumeration(find_type("OrderOperation").unwrap(), "CreateorUpdate").unwrap_err();
        assert_eq!(what, "\"CreateorUpdate\" is not a value of OrderOperation");
        assert_eq!(hint.unwrap(), "did you mean `CreateOrUpdate`?");
    }
}
