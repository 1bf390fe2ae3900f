//! The text of an element: pieces, references and CDATA joined, with what XML does not allow replaced.

use std::borrow::Cow;

use super::XmlSource;
use crate::xml::read_error::Result;
use crate::xml::scan::{Tag, Token};

impl<'a> XmlSource<'a> {
    /// The text of the element that was started last, up to its end: pieces, entities and CDATA joined. `Err` with the
    /// child's name if it contains an element.
    #[inline]
    pub fn text(&mut self) -> Result<Cow<'a, str>> {
        if self.tag.empty {
            self.close();
            return Ok(Cow::Borrowed(""));
        }
        if let Some(text) = self.scanner.plain_content() {
            self.close();
            return Ok(self.content(text));
        }
        self.text_in_pieces()
    }

    fn text_in_pieces(&mut self) -> Result<Cow<'a, str>> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.token()? {
                Token::End => {
                    self.close();
                    return Ok(text);
                }
                Token::Text(piece) | Token::CData(piece) => join(&mut text, self.content(piece)),
                Token::Reference(reference) => text.to_mut().push(self.resolve(reference)?),
                Token::Aside => {}
                Token::Start(Tag { name, .. }) => {
                    return Err(self.wrong(&format!("expected a value, found the element <{name}>")));
                }
                Token::Declaration | Token::DocType => {
                    return Err(self.wrong("found a declaration inside a value"));
                }
                Token::Eof => return Err(self.wrong("the text ends inside a value: it is truncated")),
            }
        }
    }

    pub(super) fn resolve(&self, reference: &str) -> Result<char> {
        if let Some(number) = reference.strip_prefix('#') {
            let code = match number.strip_prefix('x') {
                Some(hex) => digits(hex, 16),
                None => digits(number, 10),
            };
            let code =
                code.ok_or_else(|| self.wrong(&format!("&{reference}; is not a character reference")))?;
            return Ok(char::from_u32(code)
                .filter(|char| is_xml_char(*char))
                .unwrap_or_else(|| self.replace(code)));
        }
        match reference {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            name => Err(self.wrong(&format!("the entity &{name}; is not defined"))),
        }
    }

    /// The text as XML defines it: with one kind of line end, and U+FFFD for forbidden characters.
    #[inline]
    pub(super) fn content<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_plain { Cow::Borrowed(text) } else { self.allowed(with_line_feeds(text)) }
    }

    /// The text with U+FFFD for forbidden characters.
    pub(super) fn allowed<'t>(&self, text: Cow<'t, str>) -> Cow<'t, str> {
        if is_plain(&text) || text.chars().all(is_xml_char) {
            return text;
        }
        let allow = |char| if is_xml_char(char) { char } else { self.replace(char.into()) };
        Cow::Owned(text.chars().map(allow).collect())
    }

    #[cold]
    fn replace(&self, code: u32) -> char {
        if self.replaced.get().is_none() {
            self.replaced.set(Some(code));
        }
        char::REPLACEMENT_CHARACTER
    }
}

pub(super) fn join<'a>(text: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if text.is_empty() {
        *text = piece;
    } else {
        text.to_mut().push_str(&piece);
    }
}

/// The number written in digits; saturates if it is too large for a character.
fn digits(text: &str, radix: u32) -> Option<u32> {
    let is_number = !text.is_empty() && text.chars().all(|char| char.is_digit(radix));
    is_number.then(|| u32::from_str_radix(text, radix).unwrap_or(u32::MAX))
}

/// Whether text can be used unchanged. Has no early exit, so that many bytes are compared at once.
pub(super) fn is_plain(text: &str) -> bool {
    let needs_look = |byte: u8| (byte < b' ') & (byte != b'\n') & (byte != b'\t') | (byte == 0xef);
    !text.bytes().fold(false, |found, byte| found | needs_look(byte))
}

/// The text with normalized line ends.
pub(in crate::xml) fn with_line_feeds(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    }
}

fn is_xml_char(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
