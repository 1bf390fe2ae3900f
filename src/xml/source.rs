//! XML text as elements: start tags with resolved names, joined text, skipped subtrees. Refuses what SOAP refuses.

use std::borrow::Cow;
use std::cell::Cell;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::any::{Element, Node};
use super::read::{ReadError, Result};
use super::scope::{Scopes, XMLNS, XSI};

/// Deepest nesting of elements.
const DEEPEST: usize = 64;

/// A start tag whose content has not been read.
#[derive(Clone, Copy, Default)]
pub(super) struct Tag<'a> {
    /// The name as it stands there, with its prefix.
    pub name: &'a str,
    attributes: &'a str,
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

/// What comes next inside an element.
pub(super) enum Step {
    /// A child; [`Source::tag`] describes it.
    Child,
    /// Text other than white space.
    Text,
    /// The end of the element.
    End,
}

#[derive(Clone)]
pub(super) struct Source<'a> {
    input: &'a str,
    events: quick_xml::Reader<&'a [u8]>,
    /// Byte offset of the text in a longer one.
    base: u64,
    scopes: Scopes,
    depth: usize,
    pub tag: Tag<'a>,
    ended: bool,
    /// The first character that XML forbids in what was read since [`take_replaced`](Self::take_replaced).
    replaced: Cell<Option<u32>>,
}

impl<'a> Source<'a> {
    pub fn new(input: &'a str, main: &str) -> Self {
        let input = input.strip_prefix('\u{FEFF}').unwrap_or(input);
        Self::within(input, Scopes::new(main), 0, 0)
    }

    /// A part of a document: it stands `depth` elements deep at the byte offset `base`, in these scopes.
    pub fn within(input: &'a str, scopes: Scopes, depth: usize, base: u64) -> Self {
        let events = quick_xml::Reader::from_str(input);
        Source {
            input,
            events,
            base,
            scopes,
            depth,
            tag: Tag::default(),
            ended: false,
            replaced: Cell::new(None),
        }
    }

    /// The first character that XML forbids in the texts that were read since the last call, raw or as a reference. They
    /// hold U+FFFD in its place.
    pub fn take_replaced(&self) -> Option<u32> {
        self.replaced.take()
    }

    /// The scopes, with what the start tag that was read last declares.
    pub fn into_scopes(self) -> Scopes {
        self.scopes
    }

    /// How far the text was read.
    pub fn position(&self) -> usize {
        self.events.buffer_position() as usize
    }

    /// Byte offset in the text, for messages.
    pub fn offset(&self) -> u64 {
        self.base + self.events.buffer_position()
    }

    #[inline]
    fn event(&mut self) -> Result<Event<'a>> {
        match self.events.read_event() {
            Ok(Event::DocType(_)) => Err(self.wrong("a DOCTYPE is refused: it could define entities")),
            Ok(event) => Ok(event),
            Err(error) => Err(self.not_well_formed(error)),
        }
    }

    #[cold]
    fn not_well_formed(&self, error: quick_xml::Error) -> Box<ReadError> {
        match error {
            quick_xml::Error::IllFormed(quick_xml::errors::IllFormedError::MissingEndTag(name)) => {
                self.wrong(&format!("the text ends before </{name}>: it is truncated"))
            }
            error => self.wrong(&format!("not well-formed XML: {error}")),
        }
    }

    #[cold]
    fn wrong(&self, message: &str) -> Box<ReadError> {
        ReadError::at(self.offset(), message)
    }

    // ---- elements ------------------------------------------------------------------------------------------

    /// Reads up to the root element's start tag.
    pub fn root(&mut self) -> Result<()> {
        match self.step()? {
            Step::Child => Ok(()),
            Step::Text => Err(self.wrong("text before the first element: this is no XML")),
            Step::End => Err(self.wrong("no element at all")),
        }
    }

    /// Goes on inside the element whose start tag was read (and was not empty).
    pub fn step(&mut self) -> Result<Step> {
        loop {
            let before = self.position();
            match self.event()? {
                Event::Start(tag) => return self.begin(before, tag.name().0.len(), false),
                Event::Empty(tag) => return self.begin(before, tag.name().0.len(), true),
                Event::End(_) => {
                    self.close();
                    return Ok(Step::End);
                }
                Event::Text(text) if is_space(&text) => {}
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => return Ok(Step::Text),
                Event::Eof if self.depth == 0 => return Ok(Step::End),
                Event::Eof => return Err(self.wrong("the text ends inside an element: it is truncated")),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {}
            }
        }
    }

    /// Takes in the start tag that lies between `before` and the present position.
    fn begin(&mut self, before: usize, name_length: usize, empty: bool) -> Result<Step> {
        if self.depth == 0 && self.ended {
            return Err(self.wrong("a second root element"));
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong(&format!("elements nested deeper than {DEEPEST}")));
        }
        let raw = self.raw_tag(before, empty)?;
        let (name, attributes) =
            raw.split_at_checked(name_length).ok_or_else(|| self.wrong("not well-formed XML"))?;
        self.tag = Tag { name, attributes, empty };
        if !attributes.is_empty() && attributes.contains("xmlns") {
            self.declare(raw, name_length)?;
        }
        Ok(Step::Child)
    }

    fn raw_tag(&self, before: usize, empty: bool) -> Result<&'a str> {
        let end = if empty { 2 } else { 1 };
        self.input
            .get(before + 1..self.position().saturating_sub(end))
            .ok_or_else(|| self.wrong("not well-formed XML"))
    }

    fn declare(&mut self, raw: &str, name_length: usize) -> Result<()> {
        let tag = BytesStart::from_content(raw, name_length);
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| self.wrong(&format!("attribute: {error}")))?;
            let key = attribute.key.0;
            let prefix = match key.split_once(':') {
                Some(("xmlns", prefix)) => prefix,
                None if key == "xmlns" => "",
                _ => continue,
            };
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.wrong(&format!("attribute: {error}")))?;
            self.scopes.bind(self.depth, prefix, &value);
        }
        Ok(())
    }

    /// The element whose start or end tag was read last has ended.
    fn close(&mut self) {
        self.scopes.leave(self.depth);
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.ended = true;
        }
    }

    /// Ends an element that has no content.
    pub fn close_empty(&mut self) {
        self.close();
    }

    /// Refuses anything but white space, comments and processing instructions after the root element.
    pub fn finish(&mut self) -> Result<()> {
        match self.step()? {
            Step::End => Ok(()),
            Step::Text | Step::Child => Err(self.wrong("more text after the end of the document")),
        }
    }

    /// Reads past the content of the element that was begun last.
    pub fn skip(&mut self) -> Result<()> {
        let outside = self.depth - 1;
        if self.tag.empty {
            self.close();
            return Ok(());
        }
        while self.depth > outside {
            if let Step::Child = self.step()?
                && self.tag.empty
            {
                self.close();
            }
        }
        Ok(())
    }

    // ---- the tag -------------------------------------------------------------------------------------------

    /// Whether the element is in the main namespace.
    pub fn is_main(&self) -> bool {
        self.scopes.is_main(self.tag.prefix())
    }

    /// Whether a name without a prefix is in the main namespace here.
    pub fn default_is_main(&self) -> bool {
        self.scopes.is_main("")
    }

    /// The main namespace.
    pub fn main(&self) -> &str {
        self.scopes.main()
    }

    /// Namespace of the element.
    pub fn namespace(&self) -> Result<&str> {
        self.scopes.find(self.tag.prefix()).ok_or_else(|| self.undeclared(self.tag.prefix()))
    }

    fn undeclared(&self, prefix: &str) -> Box<ReadError> {
        self.wrong(&format!("the prefix `{prefix}` is not declared"))
    }

    pub fn has_attributes(&self) -> bool {
        !self.tag.attributes.is_empty()
    }

    /// Value of an attribute in a namespace (empty: in none).
    pub fn attribute(&self, namespace: &str, local: &str) -> Result<Option<String>> {
        let mut found = None;
        self.each_attribute(|space, name, value| {
            if space == namespace && name == local {
                found = Some(value.into_owned());
            }
        })?;
        Ok(found)
    }

    fn each_attribute(&self, mut visit: impl FnMut(&str, &str, Cow<'_, str>)) -> Result<()> {
        let tag = BytesStart::from_content(self.tag.attributes, 0);
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| self.wrong(&format!("attribute: {error}")))?;
            let (prefix, local) = attribute.key.0.split_once(':').unwrap_or(("", attribute.key.0));
            if prefix == "xmlns" || (prefix.is_empty() && local == "xmlns") {
                continue;
            }
            let namespace = match prefix {
                "" => "",
                prefix => self.scopes.find(prefix).ok_or_else(|| self.undeclared(prefix))?,
            };
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.wrong(&format!("attribute: {error}")))?;
            visit(namespace, local, self.allowed(value));
        }
        Ok(())
    }

    /// Whether `xsi:nil` is true.
    pub fn is_nil(&self) -> Result<bool> {
        if !self.has_attributes() {
            return Ok(false);
        }
        let nil = self.attribute(XSI, "nil")?;
        Ok(nil.is_some_and(|text| matches!(text.trim(), "true" | "1")))
    }

    /// The type that `xsi:type` names: whether it is in the main namespace, its namespace and local name.
    pub fn xsi_type(&self) -> Result<Option<(bool, String, String)>> {
        if !self.has_attributes() {
            return Ok(None);
        }
        let Some(text) = self.attribute(XSI, "type")? else { return Ok(None) };
        let (prefix, local) = text.trim().split_once(':').unwrap_or(("", text.trim()));
        let namespace = self.scopes.find(prefix).ok_or_else(|| self.undeclared(prefix))?;
        Ok(Some((self.scopes.is_main(prefix), namespace.to_owned(), local.to_owned())))
    }

    // ---- text and trees --------------------------------------------------------------------------------------

    /// The text of the element that was begun last, up to its end: pieces, entities and CDATA joined. `Err` with
    /// the child's name where an element stands in it.
    pub fn text(&mut self) -> Result<Cow<'a, str>> {
        if self.tag.empty {
            self.close();
            return Ok(Cow::Borrowed(""));
        }
        let mut text = Cow::Borrowed("");
        loop {
            match self.event()? {
                Event::End(_) => {
                    self.close();
                    return Ok(text);
                }
                Event::Text(piece) => join(&mut text, self.allowed(piece.xml10_content())),
                Event::CData(piece) => join(&mut text, self.allowed(piece.xml10_content())),
                Event::GeneralRef(reference) => text.to_mut().push(self.resolve(&reference)?),
                Event::Comment(_) | Event::PI(_) => {}
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = tag.name().0.to_owned();
                    return Err(self.wrong(&format!("element <{name}> where a value is expected")));
                }
                Event::Decl(_) | Event::DocType(_) => return Err(self.wrong("a declaration inside a value")),
                Event::Eof => return Err(self.wrong("the text ends inside a value: it is truncated")),
            }
        }
    }

    fn resolve(&self, reference: &BytesRef<'_>) -> Result<char> {
        if let Some(number) = reference.strip_prefix('#') {
            let code = match number.strip_prefix('x') {
                Some(hex) => digits(hex, 16),
                None => digits(number, 10),
            };
            let code =
                code.ok_or_else(|| self.wrong(&format!("&{}; is not a character reference", &**reference)))?;
            return Ok(char::from_u32(code)
                .filter(|char| is_xml_char(*char))
                .unwrap_or_else(|| self.replace(code)));
        }
        match &**reference {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            name => Err(self.wrong(&format!("the entity &{name}; is not defined"))),
        }
    }

    /// The text with U+FFFD for the characters that XML forbids.
    fn allowed<'t>(&self, text: Cow<'t, str>) -> Cow<'t, str> {
        // Without an early end, so that many bytes are compared at once: nearly all texts are plain.
        let is_plain = !text.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == 0xef));
        if is_plain || text.chars().all(is_xml_char) {
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

    /// The element that was begun last, whole.
    pub fn element(&mut self) -> Result<Element> {
        self.element_of(&mut { usize::MAX })
    }

    /// The declaration of the prefix in `xsi:type`, which means nothing without it.
    fn prefix_of_type(&self) -> Result<Option<(String, String)>> {
        if !self.has_attributes() {
            return Ok(None);
        }
        let Some(text) = self.attribute(XSI, "type")? else { return Ok(None) };
        let Some((prefix, _)) = text.trim().split_once(':') else { return Ok(None) };
        let namespace = self.scopes.find(prefix).ok_or_else(|| self.undeclared(prefix))?;
        Ok(Some((format!("{{{XMLNS}}}{prefix}"), namespace.to_owned())))
    }

    /// The element that was begun last, with its first `most` elements; the others are skipped.
    pub fn element_of(&mut self, most: &mut usize) -> Result<Element> {
        *most = most.saturating_sub(1);
        let mut element = Element::new(self.namespace()?, self.tag.local());
        let mut attributes = Vec::new();
        self.each_attribute(|namespace, local, value| {
            let name =
                if namespace.is_empty() { local.to_owned() } else { format!("{{{namespace}}}{local}") };
            attributes.push((name, value.into_owned()));
        })?;
        element.attributes = attributes;
        element.attributes.extend(self.prefix_of_type()?);
        if self.tag.empty {
            self.close();
            return Ok(element);
        }
        let mut text = Cow::Borrowed("");
        loop {
            let before = self.position();
            let event = self.event()?;
            let is_piece = matches!(event, Event::Text(_) | Event::CData(_) | Event::GeneralRef(_));
            if !is_piece && !text.is_empty() && !matches!(event, Event::Comment(_) | Event::PI(_)) {
                element.children.push(Node::Text(std::mem::take(&mut text).into_owned()));
            }
            match event {
                Event::Text(piece) => join(&mut text, self.allowed(piece.xml10_content())),
                Event::CData(piece) => join(&mut text, self.allowed(piece.xml10_content())),
                Event::GeneralRef(reference) => text.to_mut().push(self.resolve(&reference)?),
                Event::Start(tag) => {
                    self.begin(before, tag.name().0.len(), false)?;
                    match *most {
                        0 => self.skip()?,
                        _ => element.children.push(Node::Element(self.element_of(most)?)),
                    }
                }
                Event::Empty(tag) => {
                    self.begin(before, tag.name().0.len(), true)?;
                    match *most {
                        0 => self.skip()?,
                        _ => element.children.push(Node::Element(self.element_of(most)?)),
                    }
                }
                Event::End(_) => {
                    self.close();
                    break;
                }
                Event::Eof => return Err(self.wrong("the text ends inside an element: it is truncated")),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {}
            }
        }
        // White space between child elements is layout, not content.
        if element.elements().next().is_some() {
            element.children.retain(|node| !matches!(node, Node::Text(text) if is_space(text)));
        }
        Ok(element)
    }
}

/// An element of a text that has several at its top: namespace, local name, and where it stands.
type TopElement = ((String, String), std::ops::Range<usize>);

/// The elements of a text that has several at its top.
pub(crate) fn top_elements(text: &str) -> Result<Vec<TopElement>> {
    let mut found = Vec::new();
    let mut source = Source::new(text, "");
    loop {
        let start = source.position();
        // Each is read as if it were alone.
        source.ended = false;
        match source.step()? {
            Step::Child => {
                let name = (source.namespace()?.to_owned(), source.tag.local().to_owned());
                source.skip()?;
                found.push((name, start..source.position()));
            }
            Step::Text => return Err(source.wrong("text between elements")),
            Step::End => return Ok(found),
        }
    }
}

fn join<'a>(text: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if text.is_empty() {
        *text = piece;
    } else {
        text.to_mut().push_str(&piece);
    }
}

/// The number that digits name; one that is too great for a character is the greatest.
fn digits(text: &str, radix: u32) -> Option<u32> {
    let is_number = !text.is_empty() && text.chars().all(|char| char.is_digit(radix));
    is_number.then(|| u32::from_str_radix(text, radix).unwrap_or(u32::MAX))
}

fn is_space(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}

fn is_xml_char(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
