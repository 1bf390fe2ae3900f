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
}
