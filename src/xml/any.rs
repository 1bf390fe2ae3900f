//! An element kept whole: open content, fault details, SOAP headers.

use super::scope::XSI;

/// An element of unknown type, with its whole content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Local name.
    pub name: String,
    /// Namespace name; empty for none.
    pub namespace: String,
    /// Attributes in document order: name as `local` or `{namespace}local`, and value.
    pub attributes: Vec<(String, String)>,
    /// Child elements and text in document order.
    pub children: Vec<Node>,
}

/// The content of an [`Element`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A child element.
    Element(Element),
    /// Text, entities resolved.
    Text(String),
}

impl Element {
    /// An empty element.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Element { name: name.into(), namespace: namespace.into(), ..Element::default() }
    }

    /// Returns the element with a text added.
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// Returns the element with a child added.
    pub fn with_child(mut self, child: Element) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// The child elements.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Returns the first child element with this local name, in any namespace.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name == name)
    }

    /// Whether `xsi:nil` is true.
    pub fn is_nil(&self) -> bool {
        let nil = format!("{{{XSI}}}nil");
        self.attributes.iter().any(|(name, value)| *name == nil && matches!(value.trim(), "true" | "1"))
    }

    /// Returns all text in the element and below, joined.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.collect_text(&mut text);
        text
    }

    fn collect_text(&self, out: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => element.collect_text(out),
            }
        }
    }

    /// Returns the element as standalone XML text. Invalid names are written unchanged; a request with them is refused.
    pub fn to_xml(&self) -> String {
        let mut w = super::Writer::fragment();
        w.any(std::slice::from_ref(self));
        let mut text = w.into_text();
        text.shrink_to_fit();
        text
    }

    /// Reads one element from XML text.
    ///
    /// # Errors
    /// When the text is not one well-formed element.
    pub fn from_xml(text: &str) -> super::Result<Element> {
        let mut p = super::Reader::new(text, "").strict(true);
        let element = p.root_element()?;
        p.finish()?;
        Ok(element)
    }
}

impl super::Xml for Element {
    fn blank() -> Self {
        Element::default()
    }

    fn read(&mut self, p: &mut super::Reader<'_>) -> super::Result<()> {
        *self = p.untyped_element()?;
        Ok(())
    }

    fn write(&self, w: &mut super::Writer<'_>) {
        w.element_content(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Writer;
    use crate::xml::scope::XMLNS;

    /// The element as open content of a request.
    fn sent(element: &Element) -> Result<String, String> {
        let mut w = Writer::xml("urn:main", None);
        w.root("Request");
        w.any(std::slice::from_ref(element));
        w.end();
        w.finish().map(|(text, _)| text).map_err(|error| error.message)
    }

    #[test]
    fn names_that_xml_cannot_carry_are_refused_when_they_are_read() {
        for (text, wrong) in [
            ("<o:x xmlns:o='urn:o' o:[a='1'/>", "`[a` is not an XML name"),
            ("<x [a='1'/>", "`[a` is not an XML name"),
            ("<x><[a/></x>", "`[a` is not an XML name"),
            ("<o:a:b xmlns:o='urn:o'/>", "`a:b` is not an XML name"),
            (
                "<x xmlns:[p='urn:p' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='[p:T'/>",
                "`[p` is",
            ),
            ("<x xmlns:p='http://www.w3.org/2000/xmlns/' p:y=''/>", "the prefix `p` may not stand for"),
            ("<x xmlns:xmlns='urn:x'/>", "the prefix `xmlns` may not stand for"),
            ("<x xmlns='http://www.w3.org/XML/1998/namespace'/>", "the default namespace may not be"),
            ("<xml:x/>", "no element can be in the namespace"),
            ("<x xmlns:a='u' xmlns:b='u' a:y='1' b:y='2'/>", "the attribute `y` appears twice"),
        ] {
            let error = Element::from_xml(text).unwrap_err();
            assert!(error.message.starts_with(&format!("not well-formed XML: {wrong}")), "{text}: {error}");
        }
    }

    #[test]
    fn names_that_xml_cannot_carry_are_not_sent() {
        let with = |name: &str, value: &str| Element {
            attributes: vec![(name.to_owned(), value.to_owned())],
            ..Element::new("urn:x", "x")
        };
        for element in [
            Element::new("urn:x", "a><b"),
            Element::new("urn:x", ""),
            Element::new("urn:x", "p:a"),
            Element::new(XMLNS, "a"),
            Element::new("urn:\u{1}", "a"),
            Element::new("", "a").with_child(Element::new("", "b c")),
            with("a='1' b", "2"),
            with("xmlns", "urn:y"),
            with("p:a", "1"),
            with("{urn:x}a b", "1"),
            with("{urn:\u{1}}a", "1"),
            with("{urn:x", "1"),
            with(&format!("{{{XMLNS}}}p"), ""),
            with(&format!("{{{XMLNS}}}xml"), "urn:x"),
        ] {
            assert!(sent(&element).is_err(), "{element:?}: {:?}", sent(&element));
        }
    }

    #[test]
    fn prefixes_that_are_made_are_not_those_of_the_element() {
        let text = "<x xmlns:i='http://www.w3.org/2001/XMLSchema-instance' xmlns:a1='urn:a' xmlns:b='urn:b' b:y='1' \
                    i:type='a1:T' b:z='2'><b:y b:y='3' xml:lang='sv'/></x>";
        let element = Element::from_xml(text).unwrap();
        let written = sent(&element).unwrap();
        let document = roxmltree::Document::parse(&written).unwrap();
        let typed = document.root_element().first_element_child().unwrap();
        assert_eq!(typed.lookup_namespace_uri(Some("a1")), Some("urn:a"));
        assert_eq!(typed.attribute(("urn:b", "z")), Some("2"));
        assert_eq!(Element::from_xml(&element.to_xml()).unwrap(), element);
    }
}
