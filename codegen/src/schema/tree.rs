//! An XML document as a small tree that remembers lines and the namespaces in scope.
//!
//! Neither yaserde nor xsd-parser returns line numbers, and yaserde does not resolve prefixes inside attribute values.
//! So each document is read once into this tree, and their input is made from it.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::error::{Error, Result};
use crate::model::Name;

/// Deeper than any contract, and far below the limit of the stack.
const DEPTH: usize = 100;

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// One file, read.
#[derive(Debug)]
pub struct Document {
    pub path: PathBuf,
    pub root: Node,
}

#[derive(Debug)]
pub struct Node {
    pub name: Name,
    /// In the order of the document, without namespace declarations.
    pub attributes: Vec<(Name, String)>,
    pub children: Vec<Node>,
    /// The text directly in this element.
    pub text: String,
    pub at: At,
    scope: Rc<Vec<(String, String)>>,
    file: Rc<str>,
}

/// Where an element starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    pub offset: usize,
    pub line: u32,
}

impl Document {
    /// Reads a file. Accepts only UTF-8, and no DOCTYPE, which could define entities.
    pub fn read(path: &Path) -> Result<Document> {
        let file: Rc<str> = path.display().to_string().into();
        let bytes = std::fs::read(path).map_err(|error| {
            Error::new(&*file, format!("the file cannot be read: {error}"))
                .hint("check the path and the permissions")
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            Error::new(&*file, format!("the file is not UTF-8 (byte {})", error.utf8_error().valid_up_to()))
                .hint("save the file as UTF-8")
        })?;
        let root = parse(text.strip_prefix('\u{feff}').unwrap_or(&text), &file)?;
        Ok(Document { path: path.to_owned(), root })
    }
}

impl Node {
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.at.line)
    }

    pub fn error(&self, what: impl Into<String>) -> Error {
        Error::new(self.place(), what)
    }

    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.name.namespace == namespace && self.name.local == local
    }

    /// Children in a namespace.
    pub fn children_in<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name.namespace == namespace)
    }

    /// An attribute without namespace.
    pub fn attribute(&self, local: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| name.namespace.is_empty() && name.local == local);
        found.map(|(_, value)| value.as_str())
    }

    /// The `name` attribute, which must exist and be a name.
    pub fn required_name(&self) -> Result<&str> {
        match self.attribute("name").map(str::trim) {
            Some(name) if is_ncname(name) => Ok(name),
            Some(name) => Err(self.error(format!("`{}` is not an XML name", name.escape_debug())).hint(
                "a name starts with a letter or `_` and contains only letters, digits, `.`, `-` and `_`",
            )),
            None => Err(self
                .error(format!("this `{}` has no name", self.name.local))
                .hint("add the attribute `name`")),
        }
    }

    /// Resolves a qualified name in an attribute's value against the declarations in scope.
    pub fn resolve(&self, qname: &str) -> Result<Name> {
        let qname = qname.trim();
        let (prefix, local) = qname.split_once(':').unwrap_or(("", qname));
        if !is_ncname(local) || (!prefix.is_empty() && !is_ncname(prefix)) {
            return Err(self
                .error(format!("`{}` is not a qualified name", qname.escape_debug()))
                .hint("write `prefix:name`"));
        }
        match self.namespace(prefix) {
            Some(namespace) => Ok(Name::new(namespace, local)),
            None => Err(self
                .error(format!("the prefix of `{qname}` is not declared"))
                .hint(format!("declare `xmlns:{prefix}` on this element or on one around it"))),
        }
    }

    fn namespace(&self, prefix: &str) -> Option<&str> {
        lookup(&self.scope, prefix)
    }

    /// The text of its `documentation`, if it is one line for people.
    pub fn doc(&self) -> Option<String> {
        let annotation = self.children.iter().find(|child| child.name.local == "annotation");
        let mut inside = annotation.unwrap_or(self).children.iter();
        let documentation = inside.find(|child| child.name.local == "documentation")?;
        let line = documentation.text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty() && line.len() <= 200 && documentation.children.is_empty()).then_some(line)
    }
}

fn lookup<'a>(scope: &'a [(String, String)], prefix: &str) -> Option<&'a str> {
    if prefix == "xml" {
        return Some(XML);
    }
    match scope.iter().rev().find(|(declared, _)| declared == prefix) {
        Some((_, namespace)) if namespace.is_empty() && !prefix.is_empty() => None,
        Some((_, namespace)) => Some(namespace),
        None => prefix.is_empty().then_some(""),
    }
}

/// Whether the text is a name without a prefix, by XML 1.0 (fifth edition).
pub fn is_ncname(text: &str) -> bool {
    let starts = |c: char| {
        matches!(c,
            'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
            | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}' | '\u{200D}' | '\u{2070}'..='\u{218F}'
            | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
            | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
    };
    let continues = |c: char| matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}' | '\u{2040}');
    let mut chars = text.chars();
    chars.next().is_some_and(starts) && chars.all(|c| starts(c) || continues(c))
}

fn parse(text: &str, file: &Rc<str>) -> Result<Node> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Node> = Vec::new();
    let mut root = None;
    let mut at = At { offset: 0, line: 1 };
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(text.len()).min(text.len());
        at.line += newlines(text, at.offset, offset);
        at.offset = offset;
        let here = || format!("{file}:{}", at.line);
        let event =
            reader.read_event().map_err(|error| malformed(text, file, reader.error_position(), &error))?;
        match event {
            Event::Start(tag) => {
                if open.len() >= DEPTH {
                    return Err(Error::new(
                        here(),
                        format!("elements are nested more than {DEPTH} levels deep"),
                    ));
                }
                open.push(node(&tag, open.last(), at, file)?);
            }
            Event::Empty(tag) => {
                let node = node(&tag, open.last(), at, file)?;
                close(node, &mut open, &mut root)?;
            }
            Event::End(_) => {
                if let Some(node) = open.pop() {
                    close(node, &mut open, &mut root)?;
                }
            }
            Event::Text(piece) => add_text(&mut open, &piece.xml10_content(), &here)?,
            Event::CData(piece) => add_text(&mut open, &piece.xml10_content(), &here)?,
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let char = reference.resolve_char_ref().ok().flatten().map(String::from);
                let piece =
                    char.or_else(|| resolve_xml_entity(&name).map(str::to_owned)).ok_or_else(|| {
                        Error::new(here(), format!("the entity `&{};` is not defined", name.escape_debug()))
                            .hint("write `&amp;` for `&`")
                    })?;
                add_text(&mut open, &piece, &here)?;
            }
            Event::DocType(_) => {
                return Err(Error::new(here(), "a DOCTYPE is refused: it could define entities")
                    .hint("remove it; if the file is an HTML page and not a WSDL, download the WSDL again"));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    match (open.last(), root) {
        (Some(node), _) => {
            Err(node.error(format!("`{}` is not closed", node.name.local)).hint("the file may be truncated"))
        }
        (None, Some(root)) => Ok(root),
        (None, None) => {
            Err(Error::new(&**file, "the file has no XML element").hint("the file is empty or not XML"))
        }
    }
}

fn newlines(text: &str, from: usize, to: usize) -> u32 {
    let bytes = text.as_bytes().get(from..to).unwrap_or_default();
    u32::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX)
}

fn malformed(text: &str, file: &str, position: u64, error: &dyn std::fmt::Display) -> Error {
    let offset = usize::try_from(position).unwrap_or(text.len()).min(text.len());
    let line = 1 + newlines(text, 0, offset);
    Error::new(format!("{file}:{line}"), format!("the file is not well-formed XML: {error}"))
}

fn close(node: Node, open: &mut [Node], root: &mut Option<Node>) -> Result<()> {
    match open.last_mut() {
        Some(parent) => parent.children.push(node),
        None if root.is_none() => *root = Some(node),
        None => return Err(node.error("found a second element after the end of the document")),
    }
    Ok(())
}

fn add_text(open: &mut [Node], piece: &str, here: &dyn Fn() -> String) -> Result<()> {
    match open.last_mut() {
        Some(node) => node.text.push_str(piece),
        None if piece.trim().is_empty() => {}
        None => return Err(Error::new(here(), "found text outside of the root element")),
    }
    Ok(())
}

fn node(tag: &BytesStart<'_>, parent: Option<&Node>, at: At, file: &Rc<str>) -> Result<Node> {
    let fail = |what: String| Error::new(format!("{file}:{}", at.line), what);
    let mut scope = parent.map(|parent| Rc::clone(&parent.scope)).unwrap_or_default();
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute =
            attribute.map_err(|error| fail(format!("the file is not well-formed XML: {error}")))?;
        let key = attribute.key.into_inner();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| {
            fail(format!("the value of `{}` cannot be read: {error}", key.escape_debug()))
        })?;
        match key.strip_prefix("xmlns") {
            Some("") => Rc::make_mut(&mut scope).push((String::new(), value.into_owned())),
            Some(prefix) if prefix.starts_with(':') => {
                Rc::make_mut(&mut scope).push((prefix[1..].to_owned(), value.into_owned()));
            }
            _ => attributes.push((key.to_owned(), value.into_owned())),
        }
    }
    let name = |qname: &str, default: bool| {
        let (prefix, local) = qname.split_once(':').unwrap_or(("", qname));
        if prefix.is_empty() && !default {
            return Ok(Name::new("", local));
        }
        match lookup(&scope, prefix) {
            Some(namespace) => Ok(Name::new(namespace, local)),
            None => Err(fail(format!("the prefix of `{}` is not declared", qname.escape_debug())).hint(
                format!("declare `xmlns:{}` on this element or on one around it", prefix.escape_debug()),
            )),
        }
    };
    Ok(Node {
        name: name(tag.name().into_inner(), true)?,
        attributes: attributes
            .into_iter()
            .map(|(key, value)| Ok((name(&key, false)?, value)))
            .collect::<Result<_>>()?,
        children: Vec::new(),
        text: String::new(),
        at,
        scope,
        file: Rc::clone(file),
    })
}
