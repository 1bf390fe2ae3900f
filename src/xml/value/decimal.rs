//! The text of a decimal and its Rust form.

use rust_decimal::Decimal;

use super::ValueFlaw;

/// Number of digits that fit into 64 bits.
const SHORT: usize = 18;

/// Reads a number without white space around it.
pub(super) fn parse(number: &str) -> Result<Decimal, ValueFlaw> {
    let digits = number.strip_prefix(['+', '-']).unwrap_or(number);
    let negative = number.starts_with('-');
    if digits.len() <= SHORT {
        return short(digits.as_bytes(), negative).ok_or(ValueFlaw::Form);
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    // Checked here, since the library also accepts `1_000`.
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !plain(fraction) {
        return Err(ValueFlaw::Form);
    }
    let too_long = |_| ValueFlaw::Digits;
    let mut value = if !whole.is_empty() && !digits.ends_with('.') {
        Decimal::from_str_exact(digits).map_err(too_long)?
    } else {
        // The schema allows `.5` and `5.`.
        let whole = if whole.is_empty() { "0" } else { whole };
        let dot = if fraction.is_empty() { "" } else { "." };
        Decimal::from_str_exact(&format!("{whole}{dot}{fraction}")).map_err(too_long)?
    };
    value.set_sign_negative(negative && !value.is_zero());
    Ok(value)
}

/// Reads a number with few digits; `None` if it is not a number.
fn short(digits: &[u8], negative: bool) -> Option<Decimal> {
    let (mut value, mut dot) = (0_i64, None);
    for (index, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
            b'.' if dot.is_none() => dot = Some(index),
            _ => return None,
        }
    }
    let scale = dot.map_or(0, |dot| digits.len() - dot - 1);
    let count = digits.len() - usize::from(dot.is_some());
    let value = if negative { -value } else { value };
    (count > 0).then(|| Decimal::try_new(value, scale as u32).ok()).flatten()
}

/// Appends a number in plain notation.
pub(super) fn push(out: &mut String, value: &Decimal) {
    if value.is_sign_negative() {
        out.push('-');
    }
    let (mut short, mut long) = (itoa::Buffer::new(), itoa::Buffer::new());
    let mantissa = value.mantissa().unsigned_abs();
    let digits = match u64::try_from(mantissa) {
        Ok(mantissa) => short.format(mantissa),
        Err(_) => long.format(mantissa),
    };
    let scale = value.scale() as usize;
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(scale));
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if scale > 0 {
        out.push('.');
        (fraction.len()..scale).for_each(|_| out.push('0'));
        out.push_str(fraction);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn writes_what_the_library_writes(lo: u32, mid: u32, hi: u32, short: bool, negative: bool, scale in 0..=28_u32) {
            let (mid, hi) = if short { (0, 0) } else { (mid, hi) };
            let value = Decimal::from_parts(lo, mid, hi, negative, scale);
            let mut out = String::new();
            push(&mut out, &value);
            prop_assert_eq!(&out, &value.to_string());
            prop_assert_eq!(parse(&out).map(|again| (again, again.scale())), Ok((value, scale)));
        }

        #[test]
        fn reads_what_the_library_reads(text in "[+-]?[0-9]{1,18}(\\.[0-9]{1,9})?") {
            let unsigned = text.trim_start_matches(['+', '-']);
            let mut expected = Decimal::from_str_exact(unsigned).unwrap();
            expected.set_sign_negative(text.starts_with('-') && !expected.is_zero());
            prop_assert_eq!(parse(&text).map(|found| found.to_string()), Ok(expected.to_string()));
        }
    }
}
