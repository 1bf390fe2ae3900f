//! Bytes as text, whatever they are encoded in.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The bytes as text: as they are where they are UTF-8, else decoded from what they most likely are.
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

/// How a text looks when its UTF-8 is read as Windows-1252; `None` where that makes no difference.
pub(super) fn other_reading(text: &str) -> Option<String> {
    (!text.is_ascii()).then(|| WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned())
}

/// UTF-16 with its mark, or recognised by the zero bytes of markup and Latin letters.
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

/// Whether more characters outside ASCII are good UTF-8 than are not.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // One bad place at the end is a text that was cut.
    good > bad || (bad == 1 && bytes.utf8_chunks().last().is_some_and(|chunk| chunk.invalid().len() > 1))
}
