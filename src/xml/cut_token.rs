//! Splits XML text into pieces: fast, and only good for finding where pieces end.

use memchr::memmem::{self, Finder};

use super::scan::tag_length;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// White space.
    Space,
    /// Text, or a part of it, and CDATA.
    Text,
    /// A comment, a processing instruction, the XML declaration.
    Aside,
    /// A start tag, or an empty element.
    Start,
    /// An end tag.
    End,
    /// Not allowed in an answer: a DOCTYPE, or text that is not XML.
    Wrong,
}

/// The first piece and its length; `None` if it is not complete yet.
pub(super) fn token(text: &[u8]) -> Option<(TokenKind, usize)> {
    if *text.first()? != b'<' {
        let length = memchr::memchr(b'<', text).unwrap_or(text.len());
        let kind = if text[..length].trim_ascii().is_empty() { TokenKind::Space } else { TokenKind::Text };
        return Some((kind, length));
    }
    let up_to =
        |from: usize, end: &[u8]| memmem::find(text.get(from..)?, end).map(|found| from + found + end.len());
    match text.get(1)? {
        b'/' => Some((TokenKind::End, up_to(2, b">")?)),
        b'?' => Some((TokenKind::Aside, up_to(2, b"?>")?)),
        b'!' => {
            let pieces: [(&[u8], &[u8], TokenKind); 2] =
                [(b"<!--", b"-->", TokenKind::Aside), (b"<![CDATA[", b"]]>", TokenKind::Text)];
            for (start, end, kind) in pieces {
                if text.starts_with(start) {
                    return Some((kind, up_to(start.len(), end)?));
                }
                if start.starts_with(text) {
                    return None;
                }
            }
            Some((TokenKind::Wrong, up_to(2, b">").unwrap_or(2)))
        }
        _ => Some((TokenKind::Start, tag_length(text)?)),
    }
}

/// Length of the name in a start tag.
pub(super) fn name_length(tag: &[u8]) -> usize {
    let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>');
    tag.iter().skip(1).position(is_end).unwrap_or(tag.len().saturating_sub(1))
}

/// Length of the element at the start of the text; `None` if it is not complete yet. If the element is not well-formed,
/// up to and including the wrong piece.
pub(super) fn element_length(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        let (kind, length) = token(text.get(at..)?)?;
        at += length;
        match kind {
            TokenKind::Start if text[..at].ends_with(b"/>") => {}
            TokenKind::Start => depth += 1,
            TokenKind::End => depth = depth.saturating_sub(1),
            TokenKind::Wrong => return Some(at),
            TokenKind::Space | TokenKind::Text | TokenKind::Aside => continue,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The place after the next end tag that starts with `start`, from `searched` on.
pub(super) fn next_end(text: &[u8], start: &Finder<'_>, searched: &mut usize) -> Option<usize> {
    let length = start.needle().len();
    while let Some(found) = start.find(text.get(*searched..)?) {
        let behind = *searched + found + length;
        match text.get(behind) {
            Some(b'>') => return Some(behind + 1),
            Some(b' ' | b'\t' | b'\r' | b'\n') => {
                let end = memchr::memchr(b'>', &text[behind..]).map(|end| behind + end + 1);
                *searched += found;
                return end;
            }
            Some(_) => *searched = behind,
            None => {
                *searched += found;
                return None;
            }
        }
    }
    // The buffer may end with the beginning of the end tag.
    *searched = (*searched).max(text.len().saturating_sub(length));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_where_they_end() {
        for (text, kind, length) in [
            ("<a b='>' c=\"'>\">x", TokenKind::Start, 16),
            ("<a/><b/>", TokenKind::Start, 4),
            ("</a >x", TokenKind::End, 5),
            ("<!-- > -- -->x", TokenKind::Aside, 13),
            ("<![CDATA[</a>]]>x", TokenKind::Text, 16),
            ("<?x > ?>x", TokenKind::Aside, 8),
            (" \n<a>", TokenKind::Space, 2),
            (" x", TokenKind::Text, 2),
            ("<!DOCTYPE html><a>", TokenKind::Wrong, 15),
        ] {
            assert_eq!(token(text.as_bytes()), Some((kind, length)), "{text}");
        }
        for text in ["", "<", "<!", "<!-", "<![CDATA", "<a", "<a b='>", "<!-- ->", "<?x", "</a"] {
            assert_eq!(token(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn an_element_ends_with_its_own_end_tag() {
        for (text, length) in [
            ("<a><a>1</a><!--</a>--><![CDATA[</a>]]><b x='</a>'/></a>rest", Some(55)),
            ("<a/>rest", Some(4)),
            ("<a><a>1</a>", None),
            ("<a><!DOCTYPE>", Some(13)),
        ] {
            assert_eq!(element_length(text.as_bytes()), length, "{text}");
        }
    }
}
