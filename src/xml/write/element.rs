//! Elements that are kept whole: open content, and an element as XML text.

use super::member::AllItems;
use super::{Writer, made_prefix};
use crate::xml::any::{Element, Node};
use crate::xml::scope::XMLNS;
use crate::xml::{name, split_name};

impl Writer<'_> {
    /// Open content, as it is.
    pub fn any(&mut self, elements: &[Element]) {
        if elements.is_empty() {
            return;
        }
        #[cfg(feature = "batch")]
        if self.cells.is_some() {
            return self.cell_elements(elements);
        }
        #[cfg(feature = "batch")]
        if self.only_checks() {
            return self.doubt();
        }
        if self.is_json() {
            return self.json_list("@any", &AllItems(elements));
        }
        self.content_begins();
        let namespace = self.default_namespace().to_owned();
        for element in elements {
            self.element(element, &namespace);
        }
    }

    /// The content of `element`, inside the open element.
    pub(in crate::xml) fn element_content(&mut self, element: &Element) {
        #[cfg(feature = "batch")]
        if self.only_checks() {
            return self.doubt();
        }
        if self.is_json() {
            return self.text(&element.to_xml());
        }
        if let Some(wrong) = name::wrong_attributes(&element.attributes) {
            self.refuse(wrong);
        }
        let namespace = self.default_namespace().to_owned();
        self.attributes_of(element);
        if !element.children.is_empty() {
            self.content_begins();
            self.children_of(element, &namespace);
        }
    }

    fn element(&mut self, element: &Element, outer: &str) {
        if let Some(wrong) = name::wrong_names(&element.namespace, &element.name, &element.attributes) {
            self.refuse(wrong);
        }
        self.out.push('<');
        self.out.push_str(&element.name);
        if element.namespace != outer {
            self.declare_default(&element.namespace);
        }
        self.attributes_of(element);
        if element.children.is_empty() {
            self.out.push_str("/>");
            return;
        }
        self.out.push('>');
        self.children_of(element, &element.namespace);
        self.out.push_str("</");
        self.out.push_str(&element.name);
        self.out.push('>');
    }

    fn attributes_of(&mut self, element: &Element) {
        let split = element.attributes.iter().map(|(name, _)| split_name(name));
        let declared: Vec<&str> =
            split.filter(|(namespace, _)| *namespace == Some(XMLNS)).map(|(_, prefix)| prefix).collect();
        for (name, value) in &element.attributes {
            // A generated prefix must not be one that the element declares.
            while declared.iter().any(|prefix| **prefix == *made_prefix(self.prefixes + 1)) {
                self.prefixes += 1;
            }
            match name.starts_with('{') {
                true => self.attribute_name(name),
                false => self.attribute_name(&format!("{{}}{name}")),
            }
            self.escaped(value, true);
            self.out.push('"');
        }
    }

    fn children_of(&mut self, element: &Element, namespace: &str) {
        for node in &element.children {
            match node {
                Node::Element(child) => self.element(child, namespace),
                Node::Text(text) => self.escaped(text, false),
            }
        }
    }
}

impl Element {
    /// Returns the element as standalone XML text. Invalid names are written unchanged; a request with them is refused.
    pub fn to_xml(&self) -> String {
        let mut w = Writer::fragment();
        w.any(std::slice::from_ref(self));
        let mut text = w.into_text();
        text.shrink_to_fit();
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
