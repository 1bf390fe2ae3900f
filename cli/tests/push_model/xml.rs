//! Elements of a request, read without the client's own reader.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element: its name without a prefix, its text, and the elements in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub text: String,
    pub nil: bool,
    pub children: Vec<Element>,
}

impl Element {
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element at the end of a path of names.
    pub fn at(&self, path: &str) -> Option<&Element> {
        path.split('.').try_fold(self, |element, name| element.child(name))
    }

    /// The text at the end of a path; empty where there is none.
    pub fn text_at(&self, path: &str) -> &str {
        self.at(path).map_or("", |element| &element.text)
    }
}

/// Reads a document; `None` where it is not well-formed to its end.
pub fn parse(document: &str) -> Option<Element> {
    let mut reader = Reader::from_str(document);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => open.push(begin(&tag)),
            Event::Empty(tag) => open.last_mut()?.children.push(begin(&tag)),
            Event::End(_) => {
                let whole = open.pop()?;
                open.last_mut()?.children.push(whole);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&line_ends(&text.into_inner())),
            Event::CData(text) => open.last_mut()?.text.push_str(&line_ends(&text.into_inner())),
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref().ok()? {
                    Some(character) => character,
                    None => match &*reference.into_inner() {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        _ => return None,
                    },
                };
                open.last_mut()?.text.push(character);
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
    }
    let root = open.pop().filter(|_| open.is_empty())?;
    root.children.into_iter().next()
}

/// As XML says: a line end in the text is a line feed; a carriage return comes only by reference.
fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn begin(tag: &BytesStart<'_>) -> Element {
    let name = tag.local_name().as_ref().to_owned();
    let nil = tag.attributes().flatten().any(|attribute| {
        attribute.key.local_name().as_ref() == "nil" && matches!(&*attribute.value, "true" | "1")
    });
    Element { name, nil, ..Element::default() }
}

/// Text for an element's content.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\r' => escaped.push_str("&#13;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[test]
fn a_request_is_read() {
    let read =
        parse("<a:x xmlns:a='u'><y>1 &lt; &#13;\r\n2</y><z b:nil=\"true\" xmlns:b='v'/></a:x>").unwrap();
    assert_eq!((read.name.as_str(), read.text_at("y")), ("x", "1 < \r\n2"));
    assert!(read.child("z").unwrap().nil);
    assert_eq!(parse("<x><y>"), None);
}
