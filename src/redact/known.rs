//! Finds a known password in any value and any notation.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::layer::{ESCAPES, Layer};
use super::{merged, names};
use crate::credentials::Secret;

/// A shorter password is masked only as a whole token.
const SHORT: usize = 6;

/// Maximum depth of nested escapes.
const DEEPEST: usize = 2;

/// The ranges to mask, sorted and disjoint.
pub(super) fn ranges(text: &str, secret: &Secret) -> Vec<Range<usize>> {
    let secret = secret.expose();
    // Stars are what a mask looks like.
    if secret.is_empty() || secret.bytes().all(|b| b == b'*') {
        return Vec::new();
    }
    let mut found = Vec::new();
    search(text, secret, 0, &mut found);
    search_base64(text, secret, &mut found);
    if found.is_empty() {
        return found;
    }
    if let Some(kept) = names::of(text) {
        found.retain(|range| !kept.touch(range));
    }
    merged(found)
}

/// Searches for the password in the text, and in the text with its escapes resolved.
fn search(text: &str, secret: &str, depth: usize, found: &mut Vec<Range<usize>>) {
    found.extend(
        text.match_indices(secret)
            .map(|(at, _)| at..at + secret.len())
            .filter(|range| is_long(secret) || is_token(text, range)),
    );
    if depth == DEEPEST {
        return;
    }
    for layer in ESCAPES.iter().filter_map(|escape| Layer::resolve(text, *escape)) {
        let mut inner = Vec::new();
        search(&layer.text, secret, depth + 1, &mut inner);
        found.extend(inner.iter().map(|range| layer.origin(range)));
    }
}

/// Searches for base64 of a text that contains the password, such as `user:password`.
fn search_base64(text: &str, secret: &str, found: &mut Vec<Range<usize>>) {
    const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&STANDARD, LENIENT);
    let shortest = (secret.len() * 4).div_ceil(3);
    let mut from = 0;
    while let Some(start) = text[from..].find(is_base64).map(|at| from + at) {
        let end = text[start..].find(|c| !is_base64(c)).map_or(text.len(), |at| start + at);
        from = end;
        if end - start < shortest {
            continue;
        }
        let mut run = text[start..end].replace('-', "+").replace('_', "/");
        if run.len() % 4 == 1 {
            run.pop();
        }
        let Ok(bytes) = engine.decode(&run) else { continue };
        let holds = if is_long(secret) {
            memchr::memmem::find(&bytes, secret.as_bytes()).is_some()
        } else {
            let head = bytes.strip_suffix(secret.as_bytes());
            head.is_some_and(|head| head.is_empty() || head.ends_with(b":"))
        };
        if holds {
            found.push(start..end + text[end..].bytes().take(2).take_while(|b| *b == b'=').count());
        }
    }
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_')
}

fn is_long(secret: &str) -> bool {
    secret.chars().nth(SHORT - 1).is_some()
}

/// Whether the range starts and ends at word boundaries.
fn is_token(text: &str, range: &Range<usize>) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (before, after) = (text[..range.start].chars().next_back(), text[range.end..].chars().next());
    let (first, last) = (text[range.clone()].chars().next(), text[range.clone()].chars().next_back());
    let is_inside_word = |outer: Option<char>, inner: Option<char>| is_word(outer) && is_word(inner);
    !is_inside_word(before, first) && !is_inside_word(after, last)
}
