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
    if let Some(time) = back::<DateTime>(text)
        && time.offset().is_some()
        && !trimmed.contains("24:00:00")
    {
        let other = chrono::DateTime::parse_from_rfc3339(trimmed);
        let other = other.unwrap_or_else(|error| panic!("no other reader reads {text:?}: {error}"));
        assert_eq!(other.naive_local(), time.naive(), "time {text:?}");
    }
}

/// The value of a text, if it has one; it is the same after it was written.
fn back<T: Text + PartialEq + Debug>(text: &str) -> Option<T> {
    let value = T::parse(text).ok()?;
    for format in [T::format, T::format_xml] {
        let mut written = String::new();
        format(&value, &mut written);
        let again = T::parse(&written);
        // A bare date is written with the time that it means.
        let is_same = again.as_ref().is_ok_and(|again| *again == value) || written.ends_with("T00:00:00");
        assert!(is_same, "{text:?} is {value:?}, written {written:?}, read {again:?}");
    }
    Some(value)
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
