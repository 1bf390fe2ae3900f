//! Masks passwords in text and bytes that are about to be shown, logged or recorded.
//!
//! # What it promises
//!
//! 1. **Credential positions are always masked**, whether or not the password is known: the content of every element,
//!    the value of every attribute, JSON member and form field whose name contains "password" in any case and under any
//!    prefix. This holds for XML and JSON that is cut short, broken or quoted inside other text: where the end of a
//!    value cannot be found, everything that could belong to it is masked. Each position is judged on its own, so
//!    what comes before it cannot hide it.
//! 2. **A known password is masked wherever it is part of a value**: as it is, and in its XML, JSON, URL and base64
//!    forms, up to two of the first three on top of each other. A password shorter than six characters is masked only
//!    where it is a whole token, because fragments of ordinary words would tell what it is.
//! 3. **Markup, names, namespaces and declarations of well-formed XML, and member names of JSON, are never changed** by
//!    rule 2: the text can still be read and replayed, and gaps in names give nothing away. In text that is not well-formed
//!    rule 2 applies everywhere.
//! 4. **Time and memory are linear** in the length of the text, whatever it holds.
//! 5. Bytes that are not UTF-8 are decoded first (UTF-16, else Windows-1252), so that both rules see the text. Zero
//!    bytes of what is not UTF-16 are left out, so that they cannot part the letters of a password.
//!
//! It does not promise to find a password in a form that rule 2 does not list (hashed, encrypted, reversed, compressed),
//! or a password that a service sends back as a name, a namespace or an `xsi:type`.
//!
//! Mask before you cut: a cut value may be too short to be recognised.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::credentials::Secret;

mod encoding;
mod known;
mod layer;
mod names;
mod position;

const STARS: &str = "***";

/// Masks credential positions, and a known password wherever it is part of a value. See the [module](self) for what is
/// promised.
///
/// The default knows no password and masks credential positions only.
#[derive(Clone, Default)]
pub struct Redactor {
    secret: Secret,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// Returns a redactor that knows this password; an empty one gives the default redactor.
    pub fn new(secret: &Secret) -> Redactor {
        Redactor { secret: secret.clone() }
    }

    /// Returns the text with `***` for every password.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if memchr::memchr(0, text.as_bytes()).is_some() {
            let decoded = encoding::decode(text.as_bytes(), self.secret.expose()).into_owned();
            return Cow::Owned(self.decoded(decoded));
        }
        let valued = replace(text, &known::ranges(text, &self.secret));
        match position::ranges(valued.as_bytes()) {
            ranges if ranges.is_empty() => valued,
            ranges => Cow::Owned(replace(&valued, &ranges).into_owned()),
        }
    }

    /// Returns the bytes with `***` for every password. Other encodings are decoded to UTF-8.
    pub fn bytes<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        match encoding::decode(bytes, self.secret.expose()) {
            Cow::Borrowed(text) => match self.text(text) {
                Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                Cow::Owned(text) => Cow::Owned(text.into_bytes()),
            },
            Cow::Owned(text) => Cow::Owned(self.decoded(text).into_bytes()),
        }
    }

    /// A text whose encoding was guessed: a wrong guess must not hide the password, so both readings are searched.
    fn decoded(&self, text: String) -> String {
        let shown = self.text(&text).into_owned();
        match encoding::other_reading(self.secret.expose()) {
            Some(other) => Redactor::new(&Secret::new(other)).text(&shown).into_owned(),
            None => shown,
        }
    }
}

/// Returns the bytes with `***` in every credential position, for use without a known password.
pub fn redact(bytes: &[u8]) -> Cow<'_, [u8]> {
    Redactor::default().bytes(bytes)
}

/// As [`redact`], for text.
pub fn redact_text(text: &str) -> String {
    Redactor::default().text(text).into_owned()
}

/// Replaces each range with `***`. The ranges are sorted, disjoint and at character boundaries.
fn replace<'t>(text: &'t str, ranges: &[Range<usize>]) -> Cow<'t, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        out.push_str(&text[done..range.start]);
        out.push_str(STARS);
        done = range.end;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Sorts ranges and merges those that overlap or touch.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

#[cfg(test)]
mod tests;
