//! Reads XML text as elements: start tags with resolved names, joined text, skipped subtrees. Refuses what SOAP refuses.

use std::borrow::Cow;
use std::cell::Cell;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

use super::any::{Element, Node};
use super::memory::MemoryLimit;
use super::name;
use super::read_error::{ReadError, Result};
use super::scan::{Scanner, Tag, Token};
use super::scope::{Scopes, XMLNS, XSI};
use text::{is_plain, join};

pub(super) mod text;

/// Maximum nesting of elements.
const DEEPEST: usize = 64;

/// Maximum number of namespace declarations in force at one place, since each prefix is searched among them.
const MOST_DECLARED: usize = 1_000;

/// What comes next inside an element.
pub(super) enum SourceStep {
    /// A child; [`XmlSource::tag`] describes it.
    Child,
    /// Text other than white space.
    Text,
    /// The end of the element.
    End,
}

#[derive(Clone)]
pub(super) struct XmlSource<'a> {
    scanner: Scanner<'a>,
    /// Whether texts can be used unchanged: the document has no carriage return and no character that XML forbids.
    is_plain: bool,
    /// Byte offset of the text in a longer one.
    base: u64,
    scopes: Scopes,
    depth: usize,
    pub tag: Tag<'a>,
    ended: bool,
    /// The first character that XML forbids in what was read since [`take_replaced`](Self::take_replaced).
    replaced: Cell<Option<u32>>,
    memory: MemoryLimit,
}

impl<'a> XmlSource<'a> {
    pub fn new(input: &'a str, main: &str) -> Self {
        let input = input.strip_prefix('\u{FEFF}').unwrap_or(input);
        Self::within(input, Scopes::new(main), 0, 0)
    }

    /// A part of a document, `depth` elements deep at the byte offset `base`, in these scopes.
    pub fn within(input: &'a str, scopes: Scopes, depth: usize, base: u64) -> Self {
        XmlSource {
            scanner: Scanner::new(input),
            is_plain: is_plain(input),
            base,
            scopes,
            depth,
            tag: Tag::default(),
            ended: false,
            replaced: Cell::new(None),
            memory: MemoryLimit::DEFAULT,
        }
    }

    /// Sets the memory limit for what is read from now on.
    pub fn limit_memory(&mut self, limit: MemoryLimit) {
        self.memory = limit;
    }

    /// Counts memory used by what was read. Short text can give large values: `<a/>` may be a structure of a hundred
    /// members.
    #[inline]
    pub fn take_memory(&mut self, bytes: usize) -> Result<()> {
        match self.memory.left.checked_sub(bytes as u64) {
            Some(left) => {
                self.memory.left = left;
                Ok(())
            }
            None => Err(self.too_large()),
        }
    }

    #[cold]
    fn too_large(&self) -> Box<ReadError> {
        self.wrong(&self.memory.exceeded()).with_raised_by(self.memory.setting())
    }

    /// Checks whether this much memory may be used.
    fn has_memory(&self, bytes: usize) -> Result<()> {
        match bytes as u64 <= self.memory.left {
            true => Ok(()),
            false => Err(self.too_large()),
        }
    }

    /// The first character that XML forbids in the texts read since the last call, raw or as a reference. The texts
    /// have U+FFFD instead.
    #[inline]
    pub fn take_replaced(&self) -> Option<u32> {
        self.replaced.get().and_then(|_| self.replaced.take())
    }

    /// The scopes, including the declarations of the start tag that was read last.
    pub fn into_scopes(self) -> Scopes {
        self.scopes
    }

    /// How far the text was read.
    pub fn position(&self) -> usize {
        self.scanner.position()
    }

    /// Byte offset in the text, for messages.
    pub fn offset(&self) -> u64 {
        self.base + self.scanner.position() as u64
    }

    #[inline]
    fn token(&mut self) -> Result<Token<'a>> {
        match self.scanner.token() {
            Ok(Token::DocType) => Err(self.wrong("a DOCTYPE is refused: it could define entities")),
            Ok(token) => Ok(token),
            Err(error) => Err(self.not_well_formed(error)),
        }
    }

    #[cold]
    fn not_well_formed(&self, error: quick_xml::Error) -> Box<ReadError> {
        self.wrong(&format!("not well-formed XML: {error}"))
    }

    #[cold]
    fn wrong(&self, message: &str) -> Box<ReadError> {
        ReadError::at(self.offset(), message)
    }

    // ---- elements ------------------------------------------------------------------------------------------

    /// Reads up to the root element's start tag.
    pub fn root(&mut self) -> Result<()> {
        match self.step()? {
            SourceStep::Child => Ok(()),
            SourceStep::Text => Err(self.wrong("found text before the first element: this is not XML")),
            SourceStep::End => Err(self.wrong("found no element")),
        }
    }

    /// Continues inside the element whose start tag was read (and was not empty).
    pub fn step(&mut self) -> Result<SourceStep> {
        loop {
            match self.token()? {
                Token::Start(tag) => return self.begin(tag),
                Token::End => {
                    self.close();
                    return Ok(SourceStep::End);
                }
                Token::Text(text) if is_space(text) => {}
                Token::Text(_) | Token::CData(_) => return Ok(SourceStep::Text),
                Token::Reference(name) => {
                    // An undefined reference is refused even if the text is not read. The character is not part of a text here, so a
                    // replacement is not recorded.
                    let replaced = self.replaced.get();
                    self.resolve(name)?;
                    self.replaced.set(replaced);
                    return Ok(SourceStep::Text);
                }
                Token::Eof if self.depth == 0 => return Ok(SourceStep::End),
                Token::Eof => return Err(self.wrong("the text ends inside an element: it is truncated")),
                Token::Aside | Token::Declaration | Token::DocType => {}
            }
        }
    }

    /// As [`step`](Self::step), if the next child has this name in the main namespace and no attributes. `false`,
    /// without any effect, if something else comes next.
    #[inline]
    pub fn step_into(&mut self, name: &str) -> Result<bool> {
        if !self.scopes.is_main("") {
            return Ok(false);
        }
        match self.scanner.start_tag_of(name) {
            Some(tag) => self.begin(tag).map(|_| true),
            None => Ok(false),
        }
    }

    /// Processes a start tag.
    #[inline]
    fn begin(&mut self, tag: Tag<'a>) -> Result<SourceStep> {
        if self.depth == 0 && self.ended {
            return Err(self.wrong("found a second root element"));
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong(&format!("elements are nested more than {DEEPEST} levels deep")));
        }
        self.tag = tag;
        if !tag.attributes.is_empty() && tag.attributes.contains("xmlns") {
            self.declare()?;
        }
        Ok(SourceStep::Child)
    }

    #[cold]
    fn declare(&mut self) -> Result<()> {
        let tag = BytesStart::from_content(self.tag.attributes, 0);
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| self.wrong(&format!("invalid attribute: {error}")))?;
            let key = attribute.key.0;
            let prefix = match key.split_once(':') {
                Some(("xmlns", prefix)) => prefix,
                None if key == "xmlns" => "",
                _ => continue,
            };
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.wrong(&format!("invalid attribute: {error}")))?;
            if let Some(wrong) = name::wrong_declaration(prefix, &value) {
                return Err(self.wrong(&format!("not well-formed XML: {wrong}")));
            }
            if self.scopes.len() >= MOST_DECLARED {
                return Err(self.wrong(&format!("more than {MOST_DECLARED} namespaces are declared here")));
            }
            self.scopes.bind(self.depth, prefix, &value);
        }
        Ok(())
    }

    /// The element whose start or end tag was read last has ended.
    #[inline]
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
            SourceStep::End => Ok(()),
            SourceStep::Text | SourceStep::Child => {
                Err(self.wrong("found content after the end of the document"))
            }
        }
    }

    /// Skips the content of the element that was started last.
    pub fn skip(&mut self) -> Result<()> {
        let outside = self.depth - 1;
        if self.tag.empty {
            self.close();
            return Ok(());
        }
        while self.depth > outside {
            if let SourceStep::Child = self.step()?
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

    #[inline]
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
            Ok(())
        })?;
        Ok(found)
    }

    fn each_attribute(&self, mut visit: impl FnMut(&str, &str, Cow<'_, str>) -> Result<()>) -> Result<()> {
        let tag = BytesStart::from_content(self.tag.attributes, 0);
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| self.wrong(&format!("invalid attribute: {error}")))?;
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
                .map_err(|error| self.wrong(&format!("invalid attribute: {error}")))?;
            visit(namespace, local, self.allowed(value))?;
        }
        Ok(())
    }

    /// Whether `xsi:nil` is true.
    #[inline]
    pub fn is_nil(&self) -> Result<bool> {
        if self.has_attributes() { self.says_nil() } else { Ok(false) }
    }

    fn says_nil(&self) -> Result<bool> {
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

    // ---- trees -----------------------------------------------------------------------------------------------

    /// The declaration of the prefix in `xsi:type`, which is meaningless without it.
    fn prefix_of_type(&self) -> Result<Option<(String, String)>> {
        if !self.has_attributes() {
            return Ok(None);
        }
        let Some(text) = self.attribute(XSI, "type")? else { return Ok(None) };
        let Some((prefix, _)) = text.trim().split_once(':') else { return Ok(None) };
        let namespace = self.scopes.find(prefix).ok_or_else(|| self.undeclared(prefix))?;
        Ok(Some((format!("{{{XMLNS}}}{prefix}"), namespace.to_owned())))
    }

    /// All attributes of the tag, and the declaration of the prefix in `xsi:type`.
    fn attributes(&mut self) -> Result<Vec<(String, String)>> {
        let (mut attributes, mut taken) = (Vec::new(), 0);
        self.each_attribute(|namespace, local, value| {
            let name =
                if namespace.is_empty() { local.to_owned() } else { format!("{{{namespace}}}{local}") };
            taken += size_of::<(String, String)>() + name.len() + value.len();
            attributes.push((name, value.into_owned()));
            self.has_memory(taken)
        })?;
        attributes.extend(self.prefix_of_type()?);
        self.take_memory(taken)?;
        Ok(attributes)
    }

    /// The element that was started last, with its first `most` elements; the others are skipped.
    pub fn element_of(&mut self, most: &mut usize) -> Result<Element> {
        *most = most.saturating_sub(1);
        let mut element = Element::new(self.namespace()?, self.tag.local());
        self.take_memory(size_of::<Node>() + element.name.len() + element.namespace.len())?;
        if self.has_attributes() {
            element.attributes = self.attributes()?;
        }
        if let Some(wrong) = name::wrong_names(&element.namespace, &element.name, &element.attributes) {
            return Err(self.wrong(&format!("not well-formed XML: {wrong}")));
        }
        if self.tag.empty {
            self.close();
            return Ok(element);
        }
        let mut text = Cow::Borrowed("");
        loop {
            let token = self.token()?;
            let is_piece = matches!(token, Token::Text(_) | Token::CData(_) | Token::Reference(_));
            if !is_piece && !text.is_empty() && token != Token::Aside {
                self.take_memory(size_of::<Node>() + text.len())?;
                element.children.push(Node::Text(std::mem::take(&mut text).into_owned()));
            }
            match token {
                Token::Text(piece) | Token::CData(piece) => join(&mut text, self.content(piece)),
                Token::Reference(reference) => text.to_mut().push(self.resolve(reference)?),
                Token::Start(tag) => {
                    self.begin(tag)?;
                    match *most {
                        0 => self.skip()?,
                        _ => element.children.push(Node::Element(self.element_of(most)?)),
                    }
                }
                Token::End => {
                    self.close();
                    break;
                }
                Token::Eof => return Err(self.wrong("the text ends inside an element: it is truncated")),
                Token::Aside | Token::Declaration | Token::DocType => {}
            }
        }
        // White space between child elements is layout, not content.
        if element.elements().next().is_some() {
            element.children.retain(|node| !matches!(node, Node::Text(text) if is_space(text)));
        }
        // Most elements contain one text, for which a vector allocates four places.
        element.children.shrink_to_fit();
        Ok(element)
    }
}

/// An element of a text with several top-level elements: namespace, local name, and position.
type TopElement = ((String, String), std::ops::Range<usize>);

/// The elements of a text with several top-level elements.
pub(crate) fn top_elements(text: &str) -> Result<Vec<TopElement>> {
    let mut found = Vec::new();
    let mut source = XmlSource::new(text, "");
    loop {
        let start = source.position();
        // Each element is read as if it were the only one.
        source.ended = false;
        match source.step()? {
            SourceStep::Child => {
                let name = (source.namespace()?.to_owned(), source.tag.local().to_owned());
                source.skip()?;
                found.push((name, start..source.position()));
            }
            SourceStep::Text => return Err(source.wrong("found text between elements")),
            SourceStep::End => return Ok(found),
        }
    }
}

fn is_space(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}
