//! The texts of numbers.

use std::fmt;

use rust_decimal::Decimal;

use super::{Family, Json, Text, ValueError, ValueFlaw, decimal, trim};

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

/// Appends formatted text; a `String` never refuses.
fn push(out: &mut String, text: fmt::Arguments<'_>) {
    let _ = fmt::Write::write_fmt(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::value::tests::again;

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
}
