//! Writes a single value in the JSON form.

use serde_json::Value;

use crate::xml::{Json, Text};

/// Appends a single value.
pub(super) fn push_text<T: Text>(out: &mut String, value: &T) {
    if T::SECRET {
        return out.push_str("\"***\"");
    }
    let start = out.len();
    match T::JSON {
        Json::Bool => value.format(out),
        Json::Number => {
            value.format(out);
            // INF and NaN are not JSON numbers.
            if !out.ends_with(|last: char| last.is_ascii_digit()) {
                let text = out.split_off(start);
                out.push_str(&Value::String(text).to_string());
            }
        }
        Json::String | Json::Decimal => {
            out.push('"');
            value.format(out);
            end_string(out, start);
        }
    }
}

/// Appends a string.
pub(in crate::xml) fn push_string(out: &mut String, text: &str) {
    let start = out.len();
    out.push('"');
    out.push_str(text);
    end_string(out, start);
}

/// Ends the string that begins at `start`, and escapes it where that is needed.
fn end_string(out: &mut String, start: usize) {
    if is_plain(&out[start + 1..]) {
        return out.push('"');
    }
    let text = out.split_off(start + 1);
    out.truncate(start);
    out.push_str(&Value::String(text).to_string());
}

/// Whether text needs no escapes in a JSON string. Has no early exit, so that many bytes are compared at once.
fn is_plain(text: &str) -> bool {
    let needs_escape = |byte: u8| (byte < b' ') | (byte == b'"') | (byte == b'\\');
    !text.bytes().fold(false, |found, byte| found | needs_escape(byte))
}
