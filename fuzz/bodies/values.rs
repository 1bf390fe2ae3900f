//! Value text against other readers of the same texts, and back again.

use std::fmt::Debug;

use base64::Engine as _;
use ongoing_wms::Decimal;
use ongoing_wms::xml::{Bytes, DateTime, Text};

pub fn run(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let trimmed = text.trim_matches([' ', '\t', '\r', '\n']);
    assert_eq!(back::<i32>(text), trimmed.parse().ok(), "int {text:?}");
    assert_eq!(back::<i64>(text), trimmed.parse().ok(), "long {text:?}");
    assert_eq!(back::<bool>(text), truth(trimmed), "boolean {text:?}");
    assert_eq!(back::<String>(text).as_deref(), Some(text), "string");
    if let Some(decimal) = back::<Decimal>(text) {
        let number: f64 = trimmed.parse().unwrap_or_else(|_| panic!("no other reader reads {text:?}"));
        let ours: f64 = decimal.to_string().parse().expect("a decimal is a number");
        assert!((number - ours).abs() <= number.abs() * 1e-12, "decimal {text:?}: {ours}");
    }
    if let Some(bytes) = back::<Bytes>(text) {
        let packed: String = text.split([' ', '\t', '\r', '\n']).collect();
        let other = base64::engine::general_purpose::STANDARD.decode(packed);
        assert_eq!(other.ok().as_deref(), Some(&*bytes.0), "base64 {text:?}");
    }
    if let Some(time) = back_as(text, |time: &DateTime| timed(trimmed, time).parse().expect("a time"))
        && time.offset().is_some()
        && !trimmed.contains("24:00:00")
    {
        let other = chrono::DateTime::parse_from_rfc3339(&timed(trimmed, &time));
        let other = other.unwrap_or_else(|error| panic!("no other reader reads {text:?}: {error}"));
        assert_eq!(other.naive_local(), time.naive(), "time {text:?}");
    }
}

/// The value of a text, if it has one; it is the same after it was written.
fn back<T: Text + Clone + PartialEq + Debug>(text: &str) -> Option<T> {
    back_as(text, T::clone)
}

/// As [`back`], for a value that may be sent as another one.
fn back_as<T: Text + Clone + PartialEq + Debug>(text: &str, sent: impl Fn(&T) -> T) -> Option<T> {
    let value = T::parse(text).ok()?;
    for (format, expected) in
        [(T::format as fn(&T, &mut String), value.clone()), (T::format_xml, sent(&value))]
    {
        let mut written = String::new();
        format(&value, &mut written);
        let again = T::parse(&written);
        let is_same = again.as_ref().is_ok_and(|again| *again == expected);
        assert!(is_same, "{text:?} is {value:?}, written {written:?}, read {again:?}");
    }
    Some(value)
}

/// The text of a time; a bare date is sent with the time that it means, and keeps its offset.
fn timed(text: &str, time: &DateTime) -> String {
    match (time.is_date(), text.split_at_checked(10)) {
        (true, Some((date, offset))) => format!("{date}T00:00:00{offset}"),
        _ => time.to_string(),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
