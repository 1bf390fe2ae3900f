//! Decodes bytes in any encoding.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::position;

/// The bytes as text: as they are where they are UTF-8, else decoded from what they most likely are. Zero bytes, which
/// no terminal shows, are left out of what is not UTF-16: between its letters they would hide a password.
pub(super) fn decode<'b>(bytes: &'b [u8], secret: &str) -> Cow<'b, str> {
    if let Some(text) = utf16(bytes, secret) {
        return Cow::Owned(text);
    }
    if bytes.contains(&0) {
        let shown: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        return Cow::Owned(eight_bits(&shown).into_owned());
    }
    eight_bits(bytes)
}

fn eight_bits(bytes: &[u8]) -> Cow<'_, str> {
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

/// The text of UTF-16. In a text that only looks like it, this reading would hide a password from us, but not from
/// whoever undoes it: so it may hold no zero character, and neither the password nor the word in single bytes.
fn utf16(bytes: &[u8], secret: &str) -> Option<String> {
    let encoding = utf16_order(bytes)?;
    let text = encoding.decode(bytes).0;
    let in_single_bytes = secret.len() > 1 && memchr::memmem::find(bytes, secret.as_bytes()).is_some();
    let is_doubtful = text.contains('\0') || in_single_bytes || position::find_word(bytes, 0).is_some();
    (!is_doubtful).then(|| text.into_owned())
}

/// Detects UTF-16 by its byte-order mark, or by the zero bytes of markup and Latin letters.
fn utf16_order(bytes: &[u8]) -> Option<&'static Encoding> {
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
