//! Makes documents of the schemas in a contract: what a schema allows, at random. Knows nothing of the generator.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

use crate::schema_texts::XS;

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Elements within elements, at most, before only what must be there is made.
const DEEPEST: usize = 5;

type FullName = (String, String);

/// A declaration at the top of a schema.
#[derive(Clone, Copy)]
struct Global<'a> {
    node: Node<'a, 'a>,
    target: &'a str,
}

pub struct Schemas<'a> {
    globals: BTreeMap<(&'static str, FullName), Global<'a>>,
    /// Types that extend a type, by its name.
    derived: BTreeMap<FullName, Vec<FullName>>,
}

impl<'a> Schemas<'a> {
    pub fn new(schemas: &'a [(&'a str, Document<'a>)]) -> Self {
        let mut all = Schemas { globals: BTreeMap::new(), derived: BTreeMap::new() };
        for (target, document) in schemas {
            for node in document.root_element().children().filter(Node::is_element) {
                let kind = match node.tag_name().name() {
                    "element" => "element",
                    "attribute" => "attribute",
                    "group" => "group",
                    "attributeGroup" => "attributeGroup",
                    "simpleType" | "complexType" => "type",
                    _ => continue,
                };
                let name = ((*target).to_owned(), node.attribute("name").unwrap().to_owned());
                all.globals.insert((kind, name), Global { node, target });
            }
        }
        for ((kind, name), global) in &all.globals {
            let extension = global.node.descendants().find(|node| node.has_tag_name((XS, "extension")));
            if let (true, Some(extension)) = (*kind == "type", extension)
                && extension.parent().and_then(|content| content.parent()) == Some(global.node)
            {
                let base = resolve(extension, extension.attribute("base").unwrap(), global.target);
                all.derived.entry(base).or_default().push(name.clone());
            }
        }
        all
    }

    /// One document with this root, whatever else is in it left to chance.
    pub fn instance(&self, root: &FullName, seed: u64) -> String {
        let mut maker = Maker { all: self, random: fastrand::Rng::with_seed(seed), out: String::new() };
        maker.global_element(root, 0);
        let xsi = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
        let name_end = maker.out.find([' ', '>', '/']).unwrap();
        maker.out.insert_str(name_end, xsi);
        maker.out
    }
}

fn resolve(node: Node<'_, '_>, qname: &str, target: &str) -> FullName {
    let (prefix, local) = qname.trim().split_once(':').map_or((None, qname.trim()), |(p, l)| (Some(p), l));
    let space = if prefix == Some("xml") { Some(XML) } else { node.lookup_namespace_uri(prefix) };
    // A schema that took the namespace of the one that includes it.
    let space = space.unwrap_or(if prefix.is_none() { target } else { "" });
    (space.to_owned(), local.to_owned())
}

struct Maker<'s, 'a> {
    all: &'s Schemas<'a>,
    random: fastrand::Rng,
    out: String,
}

/// Attributes and content of an element.
#[derive(Default)]
struct Content {
    attributes: String,
    inside: String,
}

fn children<'a>(node: Node<'a, 'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(|child| child.is_element() && child.tag_name().name() != "annotation")
}

fn child<'a>(node: Node<'a, 'a>, names: &[&str]) -> Option<Node<'a, 'a>> {
    children(node).find(|child| names.contains(&child.tag_name().name()))
}

impl<'a> Maker<'_, 'a> {
    fn global(&self, kind: &'static str, name: &FullName) -> Global<'a> {
        *self.all.globals.get(&(kind, name.clone())).unwrap_or_else(|| panic!("no {kind} {name:?}"))
    }

    fn global_element(&mut self, name: &FullName, depth: usize) {
        let global = self.global("element", name);
        self.element(name, global, depth);
    }

    /// An element, whose declaration is known.
    fn element(&mut self, (space, local): &FullName, declared: Global<'a>, depth: usize) {
        let node = declared.node;
        let mut content = Content::default();
        let nillable = matches!(node.attribute("nillable"), Some("true" | "1"));
        let ty = node.attribute("type").map(|ty| resolve(node, ty, declared.target));
        let inline = child(node, &["complexType", "simpleType"]);
        match (&ty, inline, node.attribute("fixed")) {
            (_, _, Some(fixed)) => content.inside.push_str(fixed),
            (_, Some(inline), _) => self.ty(Global { node: inline, ..declared }, &mut content, depth),
            (Some(ty), _, _) => self.named_type(ty, &mut content, depth),
            (None, None, _) => content.inside.push('x'),
        }
        self.out.push_str(&format!("<{local} xmlns=\"{space}\"{}", content.attributes));
        let typed = content.attributes.contains('=');
        if nillable && !typed && self.random.u8(..4) == 0 {
            self.out.push_str(" xsi:nil=\"true\"/>");
            return;
        }
        self.out.push_str(&format!(">{}</{local}>", content.inside));
    }

    /// A type by name, or one that extends it.
    fn named_type(&mut self, name: &FullName, content: &mut Content, depth: usize) {
        if name.0 == XS {
            content.inside.push_str(&self.builtin(&name.1));
            return;
        }
        let mut chosen = name.clone();
        loop {
            let is_abstract =
                matches!(self.global("type", &chosen).node.attribute("abstract"), Some("true" | "1"));
            let derived = self.all.derived.get(&chosen).map_or(&[][..], Vec::as_slice);
            if derived.is_empty() || !(is_abstract || self.random.u8(..3) == 0) {
                break;
            }
            chosen = derived[self.random.usize(..derived.len())].clone();
        }
        if chosen != *name {
            content.attributes.push_str(&format!(" xmlns:k=\"{}\" xsi:type=\"k:{}\"", chosen.0, chosen.1));
        }
        self.ty(self.global("type", &chosen), content, depth);
    }

    fn ty(&mut self, ty: Global<'a>, content: &mut Content, depth: usize) {
        if ty.node.tag_name().name() == "simpleType" {
            let text = self.simple(ty);
            return content.inside.push_str(&text);
        }
        let derivation = child(ty.node, &["simpleContent", "complexContent"])
            .and_then(|content| child(content, &["extension", "restriction"]));
        let Some(derivation) = derivation else {
            return self.body(Global { node: ty.node, ..ty }, content, depth);
        };
        let base = resolve(derivation, derivation.attribute("base").unwrap(), ty.target);
        let extends = derivation.tag_name().name() == "extension";
        if base.0 == XS && base.1 != "anyType" {
            content.inside.push_str(&self.builtin(&base.1));
        } else if base.0 != XS {
            let base = self.global("type", &base);
            let is_simple = ty.node.children().any(|child| child.has_tag_name((XS, "simpleContent")));
            let mut inherited = Content::default();
            self.ty(base, &mut inherited, depth);
            if extends || is_simple {
                content.inside.push_str(&inherited.inside);
            }
            if extends {
                content.attributes.push_str(&inherited.attributes);
            } else {
                // What a restriction says again must not be there twice.
                let own: Vec<_> = children(derivation).filter_map(|child| child.attribute("name")).collect();
                let kept = inherited.attributes.split_inclusive("\" ");
                for attribute in
                    kept.filter(|text| !own.iter().any(|name| text.contains(&format!("{name}="))))
                {
                    content.attributes.push_str(&format!(" {}", attribute.trim()));
                }
            }
        }
        self.body(Global { node: derivation, ..ty }, content, depth);
    }

    /// Attributes and elements of a type, an extension or a restriction.
    fn body(&mut self, holder: Global<'a>, content: &mut Content, depth: usize) {
        for node in children(holder.node) {
            match node.tag_name().name() {
                "sequence" | "choice" | "all" | "group" => {
                    let before = std::mem::take(&mut self.out);
                    self.particle(Global { node, ..holder }, depth + 1);
                    content.inside.push_str(&std::mem::replace(&mut self.out, before));
                }
                "attribute" => self.attribute(Global { node, ..holder }, content),
                "attributeGroup" => {
                    let name = resolve(node, node.attribute("ref").unwrap(), holder.target);
                    self.body(self.global("attributeGroup", &name), content, depth);
                }
                _ => {}
            }
        }
    }

    fn attribute(&mut self, found: Global<'a>, content: &mut Content) {
        let node = found.node;
        let required = node.attribute("use") == Some("required");
        if node.attribute("use") == Some("prohibited") {
            return;
        }
        let mut name = (String::new(), node.attribute("name").unwrap_or_default().to_owned());
        let mut declared = found;
        if let Some(reference) = node.attribute("ref") {
            name = resolve(node, reference, found.target);
            if name.0 == XML {
                return content.attributes.push_str(&format!(" xml:{}=\"en\"", name.1));
            }
            declared = self.global("attribute", &name);
        } else if is_qualified(found, "attributeFormDefault") {
            name.0 = found.target.to_owned();
        }
        let given = |attribute| node.attribute(attribute).or(declared.node.attribute(attribute));
        // An absent attribute with a default comes back with it.
        if !required && given("default").is_none() && given("fixed").is_none() && self.random.bool() {
            return;
        }
        let inline = child(declared.node, &["simpleType"]);
        let ty = declared.node.attribute("type").map(|ty| resolve(declared.node, ty, declared.target));
        let value = match (given("fixed"), inline, ty) {
            (Some(fixed), _, _) => fixed.to_owned(),
            (_, Some(inline), _) => self.simple(Global { node: inline, ..declared }),
            (_, _, Some(ty)) => self.simple_named(&ty),
            _ => "u".to_owned(),
        };
        let number = content.attributes.len();
        content.attributes.push_str(&match name.0.as_str() {
            "" => format!(" {}=\"{value}\"", name.1),
            space => format!(" xmlns:q{number}=\"{space}\" q{number}:{}=\"{value}\"", name.1),
        });
    }

    fn particle(&mut self, found: Global<'a>, depth: usize) {
        let node = found.node;
        let number = |name, default: u32| match node.attribute(name) {
            Some("unbounded") => u32::MAX,
            Some(text) => text.trim().parse().unwrap(),
            None => default,
        };
        let (least, most) = (number("minOccurs", 1), number("maxOccurs", 1));
        let most = most.min(least.saturating_add(2));
        let times = if depth > DEEPEST || most <= least { least } else { self.random.u32(least..=most) };
        for _ in 0..times {
            match node.tag_name().name() {
                "element" => self.local_element(found, depth),
                "sequence" | "all" => {
                    for node in children(node) {
                        self.particle(Global { node, ..found }, depth);
                    }
                }
                "choice" => {
                    let all: Vec<_> = children(node).collect();
                    if !all.is_empty() {
                        let node = all[self.random.usize(..all.len())];
                        self.particle(Global { node, ..found }, depth);
                    }
                }
                "group" => match node.attribute("ref") {
                    Some(reference) => {
                        let group = self.global("group", &resolve(node, reference, found.target));
                        for node in children(group.node) {
                            self.particle(Global { node, ..group }, depth);
                        }
                    }
                    None => children(node).for_each(|node| self.particle(Global { node, ..found }, depth)),
                },
                "any" if matches!(node.attribute("processContents"), Some("lax" | "skip")) => {
                    self.out.push_str("<o xmlns=\"urn:other\" x=\"1\"><i/></o>");
                }
                // A wildcard that is strict takes only what is declared; nothing is.
                "any" => {}
                other => panic!("{other}"),
            }
        }
    }

    fn local_element(&mut self, found: Global<'a>, depth: usize) {
        if let Some(reference) = found.node.attribute("ref") {
            return self.global_element(&resolve(found.node, reference, found.target), depth);
        }
        let local = found.node.attribute("name").unwrap().to_owned();
        let space = if is_qualified(found, "elementFormDefault") { found.target } else { "" };
        self.element(&(space.to_owned(), local), found, depth);
    }

    // ---- text ------------------------------------------------------------------------------------------------

    fn simple_named(&mut self, name: &FullName) -> String {
        if name.0 == XS { self.builtin(&name.1) } else { self.simple(self.global("type", name)) }
    }

    fn simple(&mut self, ty: Global<'a>) -> String {
        let derivation = child(ty.node, &["restriction", "list", "union"]).unwrap();
        let named = |attribute| derivation.attribute(attribute).unwrap_or_default().split_whitespace().next();
        let inside = child(derivation, &["simpleType"]);
        let base = |maker: &mut Self, attribute| match (named(attribute), inside) {
            (Some(name), _) => maker.simple_named(&resolve(derivation, name, ty.target)),
            (None, Some(node)) => maker.simple(Global { node, ..ty }),
            (None, None) => panic!("a simple type of nothing"),
        };
        match derivation.tag_name().name() {
            "list" => {
                let items: Vec<String> =
                    (0..self.random.usize(..4)).map(|_| base(self, "itemType")).collect();
                items.join(" ")
            }
            "union" => base(self, "memberTypes"),
            _ => {
                let values: Vec<_> =
                    children(derivation).filter(|facet| facet.tag_name().name() == "enumeration").collect();
                let facet = |name| child(derivation, &[name]).and_then(|facet| facet.attribute("value"));
                if !values.is_empty() {
                    return escaped(values[self.random.usize(..values.len())].attribute("value").unwrap());
                }
                if facet("pattern").is_some() {
                    return "X".to_owned();
                }
                if let Some(length) = facet("length").or(facet("minLength")) {
                    return "x".repeat(length.parse().unwrap());
                }
                if let Some(least) = facet("minInclusive").or(facet("maxInclusive")) {
                    return least.to_owned();
                }
                let text = base(self, "base");
                let is_short = |most: &str| text.chars().count() <= most.parse().unwrap();
                if facet("maxLength").is_none_or(is_short) { text } else { String::new() }
            }
        }
    }

    /// A value in the form that a writer gives it.
    fn builtin(&mut self, name: &str) -> String {
        let values: &[&str] = match name {
            "string" | "normalizedString" => &["", "a", "b &amp; c", "\u{e5}\u{4e2d}"],
            "anyType" | "anySimpleType" | "token" | "Name" | "NCName" | "NMTOKEN" | "NMTOKENS" | "ID"
            | "IDREF" | "IDREFS" | "ENTITY" | "ENTITIES" => &["x"],
            "language" => &["sv"],
            "anyURI" => &["urn:x"],
            "QName" => &["y"],
            "boolean" => &["true", "false"],
            "byte" | "short" | "int" | "long" | "integer" => &["-3", "0", "12"],
            "nonPositiveInteger" => &["0", "-4"],
            "negativeInteger" => &["-4"],
            "unsignedByte" | "unsignedShort" | "unsignedInt" | "unsignedLong" | "nonNegativeInteger" => {
                &["0", "7"]
            }
            "positiveInteger" => &["1"],
            "decimal" => &["1.50", "-0.10", "0"],
            "float" | "double" => &["0.25", "1.5"],
            "dateTime" | "dateTimeStamp" => &["2024-03-01T12:30:00Z"],
            "date" => &["2024-03-01"],
            "time" => &["12:30:00"],
            "duration" | "dayTimeDuration" => &["P1D"],
            "gYear" => &["2024"],
            "gYearMonth" => &["2024-03"],
            "gMonth" => &["--03"],
            "gMonthDay" => &["--03-01"],
            "gDay" => &["---01"],
            "base64Binary" => &["AAEC", ""],
            "hexBinary" => &["0A"],
            other => panic!("no value of {other}"),
        };
        values[self.random.usize(..values.len())].to_owned()
    }
}

fn is_qualified(found: Global<'_>, default: &str) -> bool {
    let schema = found.node.ancestors().find(|node| node.has_tag_name((XS, "schema"))).unwrap();
    found.node.attribute("form").or(schema.attribute(default)) == Some("qualified")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A document in one form: the order of attributes and the prefixes say nothing.
pub fn canonical(node: Node<'_, '_>) -> String {
    let mut attributes: Vec<String> = node
        .attributes()
        .map(|attribute| {
            let value = match attribute.name() {
                "type" if attribute.namespace().is_some() => {
                    format!("{:?}", resolve(node, attribute.value(), ""))
                }
                _ => attribute.value().to_owned(),
            };
            format!(" {{{}}}{}={value:?}", attribute.namespace().unwrap_or_default(), attribute.name())
        })
        .collect();
    attributes.sort();
    let name = format!("{{{}}}{}", node.tag_name().namespace().unwrap_or_default(), node.tag_name().name());
    let inside: String = node
        .children()
        .map(|child| {
            if child.is_element() {
                canonical(child)
            } else {
                format!("{:?}", child.text().unwrap_or_default())
            }
        })
        .collect();
    format!("<{name}{}>{inside}</>", attributes.concat())
}
