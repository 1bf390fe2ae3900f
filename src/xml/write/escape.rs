//! Escapes text for XML.

/// What a byte of text needs.
const PLAIN: u8 = 0;
/// An entity in attributes only.
const IN_ATTRIBUTE: u8 = 1;
/// An entity, or a closer look, everywhere.
const EVERYWHERE: u8 = 2;

const NEEDS: [u8; 256] = {
    let mut needs = [PLAIN; 256];
    let mut byte = 0;
    while byte < 0x20 {
        needs[byte] = EVERYWHERE;
        byte += 1;
    }
    needs[b'\t' as usize] = IN_ATTRIBUTE;
    needs[b'\n' as usize] = IN_ATTRIBUTE;
    needs[b'"' as usize] = IN_ATTRIBUTE;
    needs[b'&' as usize] = EVERYWHERE;
    needs[b'<' as usize] = EVERYWHERE;
    needs[b'>' as usize] = EVERYWHERE;
    needs[0xEF] = EVERYWHERE; // first byte of U+FFFE and U+FFFF, which XML forbids
    needs
};

/// Appends text in XML form; returns the first character that XML 1.0 cannot carry.
pub(super) fn escape(out: &mut String, text: &str, attribute: bool) -> Option<char> {
    let least = if attribute { IN_ATTRIBUTE } else { EVERYWHERE };
    let (mut rest, mut forbidden) = (text, None);
    while let Some((plain, char, behind)) = split(rest, least) {
        out.push_str(plain);
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
                forbidden.get_or_insert(char);
            }
            other => out.push(other),
        }
        rest = behind;
    }
    out.push_str(rest);
    forbidden
}

/// Whether XML 1.0 can carry the text.
#[cfg(feature = "batch")]
pub(super) fn is_allowed(text: &str) -> bool {
    let may_be_forbidden = |byte: &u8| (*byte < b' ') | (*byte == 0xEF);
    // Has no early exit, so that bytes are compared many at a time.
    !text.as_bytes().iter().fold(false, |found, byte| found | may_be_forbidden(byte))
        || !text.chars().any(is_forbidden)
}

#[cfg(feature = "batch")]
fn is_forbidden(char: char) -> bool {
    !matches!(char, '\t' | '\n' | '\r') && matches!(char, '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The text before the first special character, that character, and the text after it.
#[inline]
fn split(text: &str, least: u8) -> Option<(&str, char, &str)> {
    let (plain, rest) = text.split_at(first(text.as_bytes(), least)?);
    let mut chars = rest.chars();
    let char = chars.next()?;
    Some((plain, char, chars.as_str()))
}

/// The position of the first special byte.
#[inline]
fn first(text: &[u8], least: u8) -> Option<usize> {
    let wanted = |byte: &u8| NEEDS[usize::from(*byte)] >= least;
    let (blocks, tail) = text.as_chunks::<BLOCK>();
    for (index, block) in blocks.iter().enumerate() {
        if may_need(block)
            && let Some(found) = block.iter().position(wanted)
        {
            return Some(index * BLOCK + found);
        }
    }
    let found = tail.iter().position(wanted)?;
    Some(blocks.len() * BLOCK + found)
}

/// Number of bytes compared at once.
const BLOCK: usize = 16;

/// Whether any byte may be special. Has no early exit, so that all are compared at once.
#[inline]
fn may_need(block: &[u8; BLOCK]) -> bool {
    let may = |byte: u8| {
        (byte < b' ') | (byte == b'"') | (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == 0xEF)
    };
    block.iter().fold(false, |found, byte| found | may(*byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One character after the other.
    fn slowly(text: &str, attribute: bool) -> (String, Option<char>) {
        let (mut out, mut forbidden) = (String::new(), None);
        for char in text.chars() {
            match char {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '\r' => out.push_str("&#13;"),
                '"' if attribute => out.push_str("&quot;"),
                '\t' if attribute => out.push_str("&#9;"),
                '\n' if attribute => out.push_str("&#10;"),
                '\t' | '\n' => out.push(char),
                '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
                    forbidden.get_or_insert(char);
                }
                _ => out.push(char),
            }
        }
        (out, forbidden)
    }

    proptest! {
        #[test]
        fn each_text_is_escaped_as_if_character_by_character(
            text in "([a-z]{0,20}|[&<>\"\r\n\t\u{1}\u{EFFF}\u{FFFD}\u{FFFE}\u{FFFF}\u{FF01}]|\\PC{0,3}){0,8}",
            attribute: bool,
        ) {
            let mut out = "before".to_owned();
            let forbidden = escape(&mut out, &text, attribute);
            let (expected, expected_forbidden) = slowly(&text, attribute);
            prop_assert_eq!(out, format!("before{expected}"));
            prop_assert_eq!(forbidden, expected_forbidden);
            #[cfg(feature = "batch")]
            prop_assert_eq!(is_allowed(&text), forbidden.is_none());
        }
    }
}
