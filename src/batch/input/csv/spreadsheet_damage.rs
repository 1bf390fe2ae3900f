//! Recognizes numbers and codes that a spreadsheet has damaged.

/// How a spreadsheet changed a text; `None` if it shows no sign of that.
pub fn by_spreadsheet(text: &str) -> Option<&'static str> {
    if is_scientific(text) {
        return Some("a spreadsheet has rounded a long number to this form");
    }
    if text.starts_with("=\"") && text.ends_with('"') {
        return Some("it is a spreadsheet formula around the text");
    }
    let is_error = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"].contains(&text);
    if is_error || (text.len() > 3 && text.bytes().all(|byte| byte == b'#')) {
        return Some("it is what a spreadsheet shows instead of a value");
    }
    None
}

/// `1,2E+05`: one digit, a fraction, and an exponent with its sign and two digits. `12E4` may be a code.
fn is_scientific(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((mantissa, exponent)) = text.split_once("E+").or_else(|| text.split_once("E-")) else {
        return false;
    };
    let (whole, fraction) =
        mantissa.split_once([',', '.']).map_or((mantissa, None), |(whole, rest)| (whole, Some(rest)));
    whole.len() == 1
        && is_number(whole)
        && fraction.is_none_or(is_number)
        && exponent.len() >= 2
        && is_number(exponent)
}

#[cfg(test)]
mod tests {
    use super::by_spreadsheet;

    #[test]
    fn what_spreadsheets_leave_is_known() {
        for text in ["1,2E+05", "7.35001E+12", "1E+05", "2E-03", "=\"00123\"", "#N/A", "####"] {
            assert!(by_spreadsheet(text).is_some(), "{text}");
        }
        for text in ["12E4", "1E5", "A-1", "E+05", "1,2E+5x", "=A1", "#1", "##", "", "1.E+05"] {
            assert!(by_spreadsheet(text).is_none(), "{text}");
        }
    }
}
