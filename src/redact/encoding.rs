//! Decodes bytes in any encoding.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The bytes as text: unchanged if they are UTF-8, else decoded by the most likely encoding.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some(encoding) = utf16(bytes) {
        return Cow::Owned(encoding.decode(bytes).0.into_owned());
    }
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if is_mostly_utf8(bytes) => Cow::Owned(String::from_utf8_lossy(bytes).into_owned()),
        Err(_) => Cow::Owned(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()),
    }
}

/// A text whose UTF-8 bytes are read as Windows-1252; `None` if that makes no difference.
pub(super) fn other_reading(text: &str) -> Option<String> {
    (!text.is_ascii()).then(|| WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned())
}

/// Detects UTF-16 by its byte-order mark, or by the zero bytes of markup and Latin letters.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xFF, 0xFE, ..] => return Some(UTF_16LE),
        [0xFE, 0xFF, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(1024)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let enough = head.len().div_ceil(4).max(2);
    match (zeros(0), zeros(1)) {
        (even, odd) if odd >= enough && odd > even => Some(UTF_16LE),
        (even, odd) if even >= enough && even > odd => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether most of the characters outside ASCII are valid UTF-8.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // One bad place at the end is a text that was cut.
    good > bad || (bad == 1 && bytes.utf8_chunks().last().is_some_and(|chunk| chunk.invalid().len() > 1))
}
