//! Splits XML text into tokens: the start and end of tags and texts. Nothing is copied.
//!
//! Tags and plain text, nearly all of an answer, are scanned here. quick-xml scans all the rest, one token at a time:
//! comments, processing instructions, CDATA, DOCTYPE, references, and what is not well-formed.

use quick_xml::errors::IllFormedError;
use quick_xml::events::Event;

/// A piece of XML text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A start tag, or an empty element, which has no end tag.
    Start(Tag<'a>),
    /// The end tag of the element that was opened last.
    End,
    /// Text without markup and references, with line ends unchanged.
    Text(&'a str),
    /// The content of a CDATA section.
    CData(&'a str),
    /// The text between `&` and `;`.
    Reference(&'a str),
    /// The XML declaration.
    Declaration,
    /// A comment or a processing instruction.
    Aside,
    /// A DOCTYPE.
    DocType,
    /// The end of the text, whether elements are open or not.
    Eof,
}

/// A start tag whose content has not been read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The name as written, with its prefix.
    pub name: &'a str,
    /// The text between the name and the end of the tag.
    pub attributes: &'a str,
    pub empty: bool,
}

impl<'a> Tag<'a> {
    pub fn prefix(&self) -> &'a str {
        self.name.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    pub fn local(&self) -> &'a str {
        self.name.split_once(':').map_or(self.name, |(_, local)| local)
    }
}

/// Scans XML text.
#[derive(Clone)]
pub(super) struct Scanner<'a> {
    input: &'a str,
    position: usize,
    /// Names of the open elements, as written.
    open: Vec<&'a str>,
}

impl<'a> Scanner<'a> {
    pub fn new(input: &'a str) -> Self {
        Scanner { input, position: 0, open: Vec::new() }
    }

    /// How far the text was read.
    pub fn position(&self) -> usize {
        self.position
    }

    fn rest(&self) -> &'a str {
        self.input.get(self.position..).unwrap_or_default()
    }

    /// The next token.
    #[inline]
    pub fn token(&mut self) -> Result<Token<'a>, quick_xml::Error> {
        let rest = self.rest();
        match rest.as_bytes() {
            [b'<', b'/', ..] if self.end_tag(rest) => Ok(Token::End),
            [b'<', b'/' | b'!' | b'?', ..] | [b'<'] | [b'&', ..] => self.rare(rest),
            [b'<', ..] => self.start_tag(rest),
            [] => Ok(Token::Eof),
            _ => {
                let text = &rest[..end_of_text(rest)];
                self.position += text.len();
                Ok(Token::Text(text))
            }
        }
    }

    /// Skips the start tag `<name>` if it comes next, including white space before it. Saves the search for the end of
    /// the name if the contract says which name to expect.
    #[inline]
    pub fn start_tag_of(&mut self, name: &str) -> Option<Tag<'a>> {
        let rest = self.rest();
        let tag = match rest.as_bytes() {
            [b'<', ..] => rest,
            _ => rest.trim_start_matches(is_space),
        };
        let found = tag.strip_prefix('<').and_then(|tag| tag.strip_prefix(name));
        let Some(b'>') = found.and_then(|rest| rest.as_bytes().first()) else { return None };
        self.position += rest.len() - tag.len() + name.len() + 2;
        let name = &tag[1..=name.len()];
        self.open.push(name);
        Some(Tag { name, ..Tag::default() })
    }

    /// Returns the text up to the end tag of the element that was opened last, if it is plain text, and skips that tag.
    #[inline]
    pub fn plain_content(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let (text, end) = rest.split_at(end_of_text(rest));
        self.end_tag_at(end, text.len()).then_some(text)
    }

    #[inline]
    fn end_tag(&mut self, rest: &'a str) -> bool {
        self.end_tag_at(rest, 0)
    }

    /// Skips `before` bytes and the expected end tag, if it is there in its usual form.
    #[inline]
    fn end_tag_at(&mut self, rest: &'a str, before: usize) -> bool {
        let Some(name) = self.open.last() else { return false };
        let found = rest.strip_prefix("</").and_then(|rest| rest.strip_prefix(name));
        let Some(b'>') = found.and_then(|rest| rest.as_bytes().first()) else { return false };
        self.position += before + name.len() + 3;
        self.open.pop();
        true
    }

    fn start_tag(&mut self, rest: &'a str) -> Result<Token<'a>, quick_xml::Error> {
        let bytes = rest.as_bytes();
        let name_end = bytes.iter().position(|byte| ENDS_NAME[usize::from(*byte)]).unwrap_or(bytes.len());
        let (length, tag) = match bytes.get(name_end..) {
            Some([b'>', ..]) => (name_end + 1, Tag { name: &rest[1..name_end], ..Tag::default() }),
            Some([b'/', b'>', ..]) => {
                (name_end + 2, Tag { name: &rest[1..name_end], empty: true, ..Tag::default() })
            }
            _ => {
                let Some(length) = tag_length(bytes) else { return self.rare(rest) };
                let inside = &rest[1..length - 1];
                let empty = inside.ends_with('/');
                let inside = inside.strip_suffix('/').unwrap_or(inside);
                let (name, attributes) = inside.split_at(inside.find(is_space).unwrap_or(inside.len()));
                (length, Tag { name, attributes, empty })
            }
        };
        self.position += length;
        if !tag.empty {
            self.open.push(tag.name);
        }
        Ok(Token::Start(tag))
    }

    /// A token that is left to quick-xml.
    #[cold]
    fn rare(&mut self, rest: &'a str) -> Result<Token<'a>, quick_xml::Error> {
        let mut events = quick_xml::Reader::from_str(rest);
        // This scanner compares end tags itself: the reader sees a single token.
        events.config_mut().allow_unmatched_ends = true;
        let event = events.read_event();
        let length = events.buffer_position() as usize;
        self.position += length;
        let piece = &rest[..length];
        Ok(match event? {
            Event::End(tag) => {
                let found = tag.name().0.to_owned();
                match self.open.pop() {
                    Some(open) if found == open => Token::End,
                    Some(open) => {
                        return Err(
                            IllFormedError::MismatchedEndTag { expected: open.to_owned(), found }.into()
                        );
                    }
                    None => return Err(IllFormedError::UnmatchedEndTag(found).into()),
                }
            }
            Event::CData(_) => Token::CData(&piece["<![CDATA[".len()..length - "]]>".len()]),
            Event::GeneralRef(_) => Token::Reference(&piece[1..length - 1]),
            Event::Comment(_) | Event::PI(_) => Token::Aside,
            Event::Decl(_) => Token::Declaration,
            Event::DocType(_) => Token::DocType,
            Event::Eof => Token::Eof,
            // `token` handles these, which start with other characters.
            Event::Start(_) | Event::Empty(_) | Event::Text(_) => Token::Aside,
        })
    }
}

/// The bytes at which the name in a start tag may end.
const ENDS_NAME: [bool; 256] = {
    let mut ends = [false; 256];
    let bytes = b">/\"' \t\r\n";
    let mut index = 0;
    while index < bytes.len() {
        ends[bytes[index] as usize] = true;
        index += 1;
    }
    ends
};

/// Length of the text before the next tag or reference.
#[inline]
fn end_of_text(text: &str) -> usize {
    memchr::memchr2(b'<', b'&', text.as_bytes()).unwrap_or(text.len())
}

/// Length of the tag at the start of the text: an attribute's value may contain `>`.
pub(super) fn tag_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        let found = at + memchr::memchr3(b'>', b'"', b'\'', text.get(at..)?)?;
        let char = text[found];
        if char == b'>' {
            return Some(found + 1);
        }
        at = found + 1;
        at += memchr::memchr(char, text.get(at..)?)? + 1;
    }
}

fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\r' | '\n')
}
