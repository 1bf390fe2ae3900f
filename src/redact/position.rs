//! Credential positions: values named as passwords, in XML, JSON and forms that may be cut, broken, or quoted inside
//! other text.
//!
//! No parser: what cannot be parsed is what gets logged. Each position is judged on its own.

use std::collections::HashSet;
use std::ops::Range;

use super::merged;

const WORD: &[u8] = b"password";

/// Notations of `<` and `>` in XML that is quoted in other text.
const BRACKETS: &[(&[u8], &[u8])] = &[
    (b"<", b">"),
    (b"&lt;", b"&gt;"),
    (b"&amp;lt;", b"&amp;gt;"),
    (b"&#60;", b"&#62;"),
    (b"&#x3c;", b"&#x3e;"),
    (b"\\u003c", b"\\u003e"),
];

/// Notations of a quotation mark; the value ends with the same notation.
const QUOTES: &[&[u8]] =
    &[b"\\\"", b"\"", b"'", b"&quot;", b"&apos;", b"&#34;", b"&#39;", b"\\u0022", b"\\u0027"];

/// Limit on the work for all positions together, in passes over the text. Beyond that the rest is masked entirely.
const PASSES: usize = 16;

/// The ranges to mask, sorted, disjoint and at character boundaries.
pub(super) fn ranges(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut scan = Scan { bytes, left: bytes.len().saturating_mul(PASSES) + 4096 };
    let mut found: Vec<Range<usize>> = Vec::new();
    // End tags that belong to a start tag that was seen, and how far the text is masked.
    let mut matched = HashSet::new();
    let (mut masked, mut done) = (0, 0);
    while let Some(word) = find_word(bytes, done) {
        let mut from = word - bytes[done..word].iter().rev().take_while(|b| is_name(**b)).count();
        if bytes[done..from].ends_with(b"\\") && starts_with(&bytes[from..word], b"u003c") {
            from += b"u003c".len();
        }
        let to = word + bytes[word..].iter().take_while(|b| is_name(**b)).count();
        let position = scan.position(done, from, to);
        done = to;
        match position {
            Position::None => {}
            Position::Value(value) => found.push(value),
            Position::Element { attributes, content, end } => {
                found.extend(attributes);
                found.push(content);
                matched.extend(end);
            }
            // Its start tag was cut off, so that nobody knows where the content begins.
            Position::End(tag) if from >= masked && !matched.contains(&from) => found.push(0..tag),
            Position::End(_) => {}
        }
        if scan.left == 0 {
            found.push(to..bytes.len());
        }
        masked = found.iter().rev().take(2).map(|range| range.end).fold(masked, usize::max);
        if masked == bytes.len() {
            break;
        }
    }
    merged(found)
}

/// What a name that contains the word belongs to.
enum Position {
    None,
    /// An attribute, a JSON member, a form field: its value.
    Value(Range<usize>),
    /// A start tag: its attributes, if they may contain a secret; the content; and the position of the name in its end
    /// tag.
    Element {
        attributes: Option<Range<usize>>,
        content: Range<usize>,
        end: Option<usize>,
    },
    /// An end tag that starts here.
    End(usize),
}

/// Bytes, and how many of them may still be examined.
struct Scan<'b> {
    bytes: &'b [u8],
    left: usize,
}

impl Scan<'_> {
    /// Classifies the name at `from..to`. Text before `start` belongs to other names.
    fn position(&mut self, start: usize, from: usize, to: usize) -> Position {
        // Before the name: an optional prefix, white space, an optional slash, the bracket.
        let mut before = &self.bytes[start..from];
        if let [head @ .., b':'] = before {
            let prefix = head.iter().rev().take_while(|b| is_name(**b)).count();
            if prefix > 0 {
                before = &head[..head.len() - prefix];
            }
        }
        before = before.trim_ascii_end();
        let slash = before.strip_suffix(b"/").map(<[u8]>::trim_ascii_end);
        // JSON may write the slash as `\/`.
        let slash = slash.map(|head| head.strip_suffix(b"\\").unwrap_or(head));
        let opened = |head: &[u8]| BRACKETS.iter().position(|(open, _)| ends_with(head, open));
        let bracket = slash.or(Some(before)).and_then(opened);
        if self.bytes.get(to) == Some(&b':') && bracket.is_some() {
            // A prefix; the name is what follows.
            return Position::None;
        }
        match (slash, bracket) {
            (Some(head), Some(bracket)) => Position::End(start + head.len() - BRACKETS[bracket].0.len()),
            (None, Some(bracket)) => self.start_tag(from, to, bracket),
            (_, None) => self.value(to),
        }
    }

    /// What follows the name of a start tag.
    fn start_tag(&mut self, from: usize, to: usize, bracket: usize) -> Position {
        let bytes = self.bytes;
        let close = BRACKETS[bracket].1;
        let mut at = to;
        while at < bytes.len() {
            if starts_with(&bytes[at..], close) {
                self.spend(at - to);
                let is_empty = bytes[to..at].ends_with(b"/");
                let tag = to..at - usize::from(is_empty);
                let attributes = (!harmless(&bytes[tag.clone()])).then_some(tag);
                if is_empty {
                    return attributes.map_or(Position::None, Position::Value);
                }
                let content = at + close.len();
                let end = self.end_tag(content, bracket, &bytes[from..to]);
                let (until, end) = end.map_or((bytes.len(), None), |(start, name)| (start, Some(name)));
                return Position::Element { attributes, content: content..until, end };
            }
            match bytes[at] {
                quote @ (b'"' | b'\'') if bracket == 0 => {
                    match bytes[at + 1..].iter().position(|b| *b == quote) {
                        Some(length) => at += length + 2,
                        None => break,
                    }
                }
                b'<' => break,
                _ => at += 1,
            }
        }
        self.spend(bytes.len() - to);
        // The tag has no end. If nothing follows the name there is nothing to mask.
        if harmless(&bytes[to..]) { Position::None } else { Position::Value(to..bytes.len()) }
    }

    /// The positions of an element's end tag and of its name. An incomplete end tag does not count.
    fn end_tag(&mut self, content: usize, bracket: usize, name: &[u8]) -> Option<(usize, usize)> {
        let bytes = self.bytes;
        let (open, close) = BRACKETS[bracket];
        let (mut at, mut depth) = (content, 1u32);
        loop {
            let start = self.find(at, open)?;
            at = start + open.len();
            let mut inner = &bytes[at..];
            if bracket == 0
                && let Some((_, end)) = SECTIONS.iter().find(|(mark, _)| inner.starts_with(mark))
            {
                // What is inside is no markup. If the section has no end, neither has the element.
                at = self.find(start, end)? + end.len();
                continue;
            }
            inner = inner.trim_ascii_start();
            inner = inner.strip_prefix(b"\\").unwrap_or(inner);
            let (ends, tag) = match inner.strip_prefix(b"/") {
                Some(tag) => (true, tag.trim_ascii_start()),
                None => (false, inner),
            };
            let whole = tag.iter().take_while(|b| is_name(**b) || **b == b':').count();
            let local = tag[..whole].rsplit(|b| *b == b':').next().unwrap_or_default();
            if !local.eq_ignore_ascii_case(name) {
                continue;
            }
            let after = bytes.len() - tag.len() + whole;
            if ends {
                // Cut inside a longer name, or followed by anything but its bracket: a doubt makes the element longer.
                if starts_with(bytes[after..].trim_ascii_start(), close) {
                    depth -= 1;
                }
                if depth == 0 {
                    return Some((start, after - local.len()));
                }
            } else {
                // Looked for only as far as the next bracket of any kind, for the same reason.
                let stop =
                    bytes[after..].iter().position(|b| b"<>&\\".contains(b)).map(|length| after + length);
                let is_empty = stop
                    .is_some_and(|at| starts_with(&bytes[at..], close) && bytes[after..at].ends_with(b"/"));
                depth += u32::from(!is_empty);
            }
        }
    }

    /// The value after a name that is not an element: `name="value"`, `"name": "value"`, `name=value`.
    fn value(&mut self, to: usize) -> Position {
        let bytes = self.bytes;
        let mut at = to;
        let name_quote = quote(&bytes[at..]);
        at += name_quote.map_or(0, <[u8]>::len);
        at += white(&bytes[at..]);
        let colon = match bytes.get(at) {
            Some(b'=') => false,
            // A colon after a bare word is prose or a prefix, not JSON.
            Some(b':') if name_quote.is_some() => true,
            _ => return Position::None,
        };
        at += 1;
        at += white(&bytes[at..]);
        let end = match quote(&bytes[at..]) {
            Some(mark) => {
                at += mark.len();
                quoted_end(bytes, at, mark, colon)
            }
            None if colon && matches!(bytes.get(at), Some(b'{' | b'[')) => nested_end(bytes, at),
            None => {
                let stop = |b: &u8| b.is_ascii_whitespace() || b"&<>\"',;}]".contains(b);
                bytes[at..].iter().position(stop).map_or(bytes.len(), |length| at + length)
            }
        };
        self.spend(end - to.min(end));
        if at < end { Position::Value(at..end) } else { Position::None }
    }

    fn spend(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
    }

    fn find(&mut self, from: usize, text: &[u8]) -> Option<usize> {
        let tail = self.bytes.get(from..).filter(|_| self.left > 0)?;
        let found = tail.windows(text.len()).position(|at| at.eq_ignore_ascii_case(text));
        self.spend(found.unwrap_or(tail.len()));
        found.map(|at| from + at)
    }
}

/// Sections of XML whose content is not markup.
const SECTIONS: &[(&[u8], &[u8])] = &[(b"![CDATA[", b"]]>"), (b"!--", b"-->")];

/// Whether the text inside a start tag consists of complete `xmlns`, `xsi:nil` and `xsi:type` attributes only.
fn harmless(attributes: &[u8]) -> bool {
    let mut rest = attributes.trim_ascii();
    if let [head @ .., b'/'] = rest {
        rest = head.trim_ascii();
    }
    while !rest.is_empty() {
        let name = &rest[..rest.iter().take_while(|b| is_name(**b) || **b == b':').count()];
        let known = name.starts_with(b"xmlns") || name.ends_with(b":nil") || name.ends_with(b":type");
        rest = rest[name.len()..].trim_ascii_start();
        let Some(value) = rest.strip_prefix(b"=").map(|rest| rest.trim_ascii_start()) else { return false };
        let Some(quote) = value.first().filter(|b| matches!(b, b'"' | b'\'')) else { return false };
        let Some(length) = value[1..].iter().position(|b| b == quote) else { return false };
        if !known {
            return false;
        }
        rest = value[length + 2..].trim_ascii_start();
    }
    true
}

/// The end of a quoted value: at its mark, or at the end of the input. In JSON a mark after `\` does not end it.
fn quoted_end(bytes: &[u8], from: usize, mark: &[u8], json: bool) -> usize {
    let mut at = from;
    while at < bytes.len() {
        if starts_with(&bytes[at..], mark) {
            return at;
        }
        at += if json && bytes[at] == b'\\' { 2 } else { 1 };
    }
    bytes.len()
}

/// The end of a JSON object or array, or of the input.
fn nested_end(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0u32);
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b'"' => at = quoted_end(bytes, at + 1, b"\"", true),
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn quote(bytes: &[u8]) -> Option<&'static [u8]> {
    QUOTES.iter().copied().find(|mark| starts_with(bytes, mark))
}

fn white(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// Whether a byte may be part of a name. Bytes outside ASCII count as letters.
fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.') || b >= 0x80
}

fn starts_with(bytes: &[u8], text: &[u8]) -> bool {
    bytes.get(..text.len()).is_some_and(|head| head.eq_ignore_ascii_case(text))
}

fn ends_with(bytes: &[u8], text: &[u8]) -> bool {
    bytes.len() >= text.len() && bytes[bytes.len() - text.len()..].eq_ignore_ascii_case(text)
}

pub(super) fn find_word(bytes: &[u8], from: usize) -> Option<usize> {
    // The `w` in the middle is rarer than the `p` at the start, and the test of one byte in eight is enough: every
    // eighth byte falls somewhere in the word.
    let mut at = from + WORD.len() - 1;
    while at < bytes.len() {
        let letter = bytes[at].to_ascii_lowercase();
        if matches!(letter, b'p' | b'a' | b's' | b'w' | b'o' | b'r' | b'd') {
            let first = at + 1 - WORD.len();
            for start in first.max(from)..=at {
                if starts_with(&bytes[start..], WORD) {
                    return Some(start);
                }
            }
        }
        at += WORD.len();
    }
    let rest = at + 1 - WORD.len();
    (rest.max(from)..bytes.len()).find(|start| starts_with(&bytes[*start..], WORD))
}
