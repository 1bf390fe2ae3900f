//! A single JSON value, read by its type.

use rust_decimal::Decimal;

use crate::operation::Builtin;
use crate::xml::json_ref::{JsonRef, JsonView};
use crate::xml::{Bytes, DateTime, Text as _, json};

/// A value of a built-in type other than text.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    Number(Decimal),
    Float(f64),
    Truth(bool),
    Time(DateTime),
    Bytes(Bytes),
}

impl Scalar {
    /// Reads a value of this type; `None` if it is invalid, and for text types.
    pub fn read<'v>(ty: Option<Builtin>, value: impl Into<JsonRef<'v>>) -> Option<Scalar> {
        let (ty, value) = (ty?, value.into());
        match ty {
            Builtin::Float | Builtin::Double => json::single(value).ok().map(Scalar::Float),
            number if number.is_number() => self::number(value).map(Scalar::Number),
            Builtin::Boolean => truth(value).map(Scalar::Truth),
            Builtin::DateTime => json::single(value).ok().map(Scalar::Time),
            Builtin::Base64Binary => json::single(value).ok().map(Scalar::Bytes),
            _ => None,
        }
    }

    /// .NET's default value: 0, `false`, the first moment of the year 1. `None` for types without one.
    pub fn unset(ty: Option<Builtin>) -> Option<Scalar> {
        match ty? {
            Builtin::Float | Builtin::Double => Some(Scalar::Float(0.0)),
            number if number.is_number() => Some(Scalar::Number(Decimal::ZERO)),
            Builtin::Boolean => Some(Scalar::Truth(false)),
            Builtin::DateTime => Some(Scalar::Time(DateTime::default())),
            _ => None,
        }
    }
}

fn number(value: JsonRef<'_>) -> Option<Decimal> {
    match value.view() {
        JsonView::Text(text) => Decimal::parse(text.trim()).ok(),
        _ => json::single(value).ok(),
    }
}

fn truth(value: JsonRef<'_>) -> Option<bool> {
    match value.view() {
        JsonView::Bool(truth) => Some(truth),
        JsonView::Text(text) => match text.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn numbers_of_every_width_are_numbers() {
        for builtin in Builtin::ALL.into_iter().filter(|builtin| builtin.is_number()) {
            let read = |value: Value| Scalar::read(Some(builtin), &value);
            assert_eq!(read(json!(2)), read(json!("2")), "{builtin:?}");
            assert_eq!(read(json!(0)), Scalar::unset(Some(builtin)), "{builtin:?}");
            assert_eq!(read(json!("two")), None, "{builtin:?}");
        }
        assert_eq!(Scalar::read(Some(Builtin::Decimal), &json!("1.00")), Some(Scalar::Number(1.into())));
        assert_eq!(Scalar::read(Some(Builtin::String), &json!("1")), None);
        assert_eq!(Scalar::read(None, &json!("1")), None);
    }
}
