//! Writes the schema that xsd-parser gets: see [`declare`](super::declare).

use std::fmt::Write as _;

use super::XS;
use super::declare::{
    Declarations, Global, Member, NUMBERED, Target, Value, both, inline_type, is_true, numbered, unknown,
};
use super::tree::Node;
use crate::error::Result;
use crate::model::{FieldKind, Name};

impl<'a> Declarations<'a> {
    pub(super) fn write(&mut self) -> Result<()> {
        let _ = write!(
            self.text,
            "<xs:schema xmlns:xs=\"{XS}\" xmlns:n=\"{NUMBERED}\" targetNamespace=\"{NUMBERED}\" \
             elementFormDefault=\"qualified\">"
        );
        let mut groups: Vec<_> =
            self.globals.iter().map(|((kind, name), global)| (*kind, name.clone(), *global)).collect();
        groups.sort_by_key(|(_, _, global)| global.number);
        for (kind, name, Global { node, source, number }) in groups {
            self.source = source;
            self.path = name;
            match kind {
                "group" => {
                    let _ = write!(self.text, "<xs:group name=\"g{number}\">");
                    if let Some(child) = particles(node)? {
                        self.model_group(child)?;
                    }
                    self.text.push_str("</xs:group>");
                }
                "attributeGroup" => {
                    let _ = write!(self.text, "<xs:attributeGroup name=\"h{number}\">");
                    self.attributes(node)?;
                    self.text.push_str("</xs:attributeGroup>");
                }
                "element" => {
                    self.element_type(Global { node, source, number })?;
                }
                _ => {}
            }
        }
        let mut next = 0;
        while let Some(declaration) = self.types.get(next) {
            let node = declaration.node;
            self.source = declaration.source;
            self.path = declaration.name.clone();
            if declaration.simple {
                self.simple_type(next, node)?;
            } else {
                self.complex_type(next, node)?;
            }
            next += 1;
        }
        self.text.push_str("</xs:schema>");
        Ok(())
    }

    fn qname(target: &Target) -> String {
        match target {
            Target::Builtin(name) => format!("xs:{name}"),
            Target::Type(number) => format!("n:t{number}"),
        }
    }

    fn simple_type(&mut self, number: usize, node: &'a Node) -> Result<()> {
        let _ = write!(self.text, "<xs:simpleType name=\"t{number}\">");
        let mut derivations = node.children_in(XS).filter(|child| child.name.local != "annotation");
        let derivation = derivations.next().ok_or_else(|| {
            node.error("this simple type is empty").hint("it needs a restriction, a list or a union")
        })?;
        let mut inside = Vec::new();
        for (position, child) in
            derivation.children_in(XS).filter(|child| child.name.local == "simpleType").enumerate()
        {
            let step = match derivation.name.local.as_str() {
                "restriction" => "base".to_owned(),
                "list" => "item".to_owned(),
                _ => format!("member{}", position + 1),
            };
            inside.push(Target::Type(self.inline(child, &step)));
        }
        let attribute = match derivation.name.local.as_str() {
            "restriction" => "base",
            "list" => "itemType",
            "union" => "memberTypes",
            other => return Err(unknown(derivation, other, "simpleType")),
        };
        let mut targets = Vec::new();
        for qname in derivation.attribute(attribute).unwrap_or_default().split_whitespace() {
            let target = self.type_named(derivation, qname)?;
            if !self.is_simple(&target) {
                return Err(derivation.error(format!("`{qname}` is not a simple type")));
            }
            targets.push(target);
        }
        targets.append(&mut inside);
        if targets.is_empty() || (attribute != "memberTypes" && targets.len() > 1) {
            return Err(derivation.error(format!(
                "this {} needs one `{attribute}` or one simple type in it",
                derivation.name.local
            )));
        }
        self.types[number].bases = targets.iter().filter_map(numbered).collect();
        let qnames = targets.iter().map(Self::qname).collect::<Vec<_>>().join(" ");
        let _ = write!(self.text, "<xs:{} {attribute}=\"{qnames}\">", derivation.name.local);
        if attribute == "base" {
            self.facets(derivation)?;
        }
        let _ = write!(self.text, "</xs:{}></xs:simpleType>", derivation.name.local);
        Ok(())
    }

    /// The facets that matter to a program: the values, and the maximum length.
    fn facets(&mut self, restriction: &'a Node) -> Result<()> {
        for facet in restriction.children_in(XS) {
            let value = || {
                facet
                    .attribute("value")
                    .ok_or_else(|| facet.error(format!("this {} has no value", facet.name.local)))
            };
            match facet.name.local.as_str() {
                "enumeration" => {
                    let _ = write!(self.text, "<xs:enumeration value=\"v{}\"/>", self.values.len());
                    self.values.push(Value { text: value()?.to_owned(), doc: facet.doc() });
                }
                kind @ ("length" | "maxLength") => {
                    let length: u32 = value()?
                        .trim()
                        .parse()
                        .map_err(|_| facet.error(format!("`{kind}` is not a number")))?;
                    let _ = write!(self.text, "<xs:{kind} value=\"{length}\"/>");
                }
                "annotation" | "simpleType" | "minLength" | "pattern" | "whiteSpace" | "minInclusive"
                | "minExclusive" | "maxInclusive" | "maxExclusive" | "totalDigits" | "fractionDigits"
                | "assertion" | "explicitTimezone" => {}
                other => return Err(unknown(facet, other, "restriction")),
            }
        }
        Ok(())
    }

    fn complex_type(&mut self, number: usize, node: &'a Node) -> Result<()> {
        let _ = write!(self.text, "<xs:complexType name=\"t{number}\">");
        let content = node
            .children_in(XS)
            .find(|child| matches!(&*child.name.local, "simpleContent" | "complexContent"));
        let mixed = |node: &Node| node.attribute("mixed").is_some_and(is_true);
        if mixed(node) || content.is_some_and(mixed) {
            self.note(number, "mixes text with its elements: the text is not kept");
        }
        match content {
            None => self.body(number, node)?,
            Some(content) => {
                let derivation = content
                    .children_in(XS)
                    .find(|child| matches!(&*child.name.local, "extension" | "restriction"))
                    .ok_or_else(|| {
                        content
                            .error(format!("this {} needs an extension or a restriction", content.name.local))
                    })?;
                self.derived(number, content, derivation)?;
            }
        }
        self.text.push_str("</xs:complexType>");
        Ok(())
    }

    fn derived(&mut self, number: usize, content: &'a Node, derivation: &'a Node) -> Result<()> {
        let qname = derivation.attribute("base").ok_or_else(|| {
            derivation
                .error(format!("this {} names no base", derivation.name.local))
                .hint("add the attribute `base`")
        })?;
        let base = self.type_named(derivation, qname)?;
        let restriction = derivation.name.local == "restriction";
        let simple = content.name.local == "simpleContent";
        if self.is_simple(&base) && (!simple || restriction) {
            let kind = if restriction { "a restriction of a complex type" } else { "complexContent" };
            return Err(derivation
                .error(format!("{kind} cannot have the simple type `{qname}` for a base"))
                .hint("use an extension in simpleContent"));
        }
        if simple && !self.is_simple(&base) && !self.has_simple_content(&base) {
            return Err(
                derivation.error(format!("simpleContent needs a base with a text, and `{qname}` has none"))
            );
        }
        if !simple && self.has_simple_content(&base) {
            return Err(derivation
                .error(format!("complexContent cannot have the base `{qname}`, which has a text"))
                .hint("use simpleContent"));
        }
        let complex = numbered(&base).filter(|_| !self.is_simple(&base));
        self.types[number].bases = numbered(&base).into_iter().collect();
        if restriction {
            self.types[number].restricts = complex;
        } else {
            self.types[number].extends = complex;
        }
        if simple || (!restriction && complex.is_some()) {
            let kind = &content.name.local;
            let _ = write!(self.text, "<xs:{kind}><xs:extension base=\"{}\">", Self::qname(&base));
            self.body(number, derivation)?;
            let _ = write!(self.text, "</xs:extension></xs:{kind}>");
            return Ok(());
        }
        // A restriction lists all its elements, and only attributes are inherited (see `walk`). So it can be a type
        // of its own. An extension of anyType accepts any content.
        if !restriction {
            self.text
                .push_str("<xs:sequence><xs:any minOccurs=\"0\" maxOccurs=\"unbounded\"/></xs:sequence>");
        }
        self.body(number, derivation)
    }

    fn has_simple_content(&self, target: &Target) -> bool {
        let node = numbered(target).map(|number| self.types[number].node);
        node.is_some_and(|node| node.children_in(XS).any(|child| child.name.local == "simpleContent"))
    }

    fn note(&mut self, number: usize, what: &str) {
        let declaration = &mut self.types[number];
        let note = format!("type `{}` {what}", declaration.name.local.trim_end_matches('/'));
        if !declaration.notes.contains(&note) {
            declaration.notes.push(note);
        }
    }

    /// Members and attributes. A sequence around the members keeps those of an extension apart from those of its base:
    /// xsd-parser would put a sequence that extends a choice among the alternatives.
    fn body(&mut self, number: usize, node: &'a Node) -> Result<()> {
        if let Some(child) = particles(node)? {
            self.text.push_str("<xs:sequence>");
            self.model_group(child)?;
            self.text.push_str("</xs:sequence>");
        }
        if self.attributes(node)? {
            self.note(number, "takes any attribute: those that are not declared are not kept");
        }
        Ok(())
    }

    fn model_group(&mut self, node: &'a Node) -> Result<()> {
        let occurs = occurs(node)?;
        match node.name.local.as_str() {
            kind @ ("sequence" | "choice" | "all") => {
                let _ = write!(self.text, "<xs:{kind}{occurs}>");
                for child in node.children_in(XS).filter(|child| child.name.local != "annotation") {
                    self.model_group(child)?;
                }
                let _ = write!(self.text, "</xs:{kind}>");
            }
            "group" => {
                let name = self.reference(node)?;
                let number = self.global("group", node, &name)?.number;
                let _ = write!(self.text, "<xs:group ref=\"n:g{number}\"{occurs}/>");
            }
            "any" => {
                let _ = write!(self.text, "<xs:any processContents=\"lax\"{occurs}/>");
            }
            "element" => self.local_element(node, &occurs)?,
            other => return Err(unknown(node, other, "group of elements")),
        }
        Ok(())
    }

    fn reference(&self, node: &Node) -> Result<Name> {
        let qname = node.attribute("ref").ok_or_else(|| {
            node.error(format!("this {} refers to nothing", node.name.local)).hint("add the attribute `ref`")
        })?;
        self.resolve(node, qname)
    }

    fn local_element(&mut self, node: &'a Node, occurs: &str) -> Result<()> {
        let (name, target, declared) = if node.attribute("ref").is_some() {
            let name = self.reference(node)?;
            if name.namespace == XS {
                return Err(node
                    .error(
                        "this is a .NET DataSet, whose schema comes with each answer and is not known here",
                    )
                    .hint("not supported: ask the service for an operation with a typed result"));
            }
            let global = self.global("element", node, &name)?;
            if let Some(place) = self.heads.get(&name) {
                return Err(node
                    .error(format!(
                        "other elements can substitute `{name}` ({place}): substitution groups are not \
                                    supported"
                    ))
                    .hint("use a type with derived types and xsi:type"));
            }
            (name, self.element_type(global)?, global.node)
        } else {
            let local = node.required_name()?;
            let schema = &self.schemas[self.source];
            let qualified = form(node, schema.elements_qualified)?;
            let name = Name::new(if qualified { &*schema.target } else { "" }, local);
            let target = match (node.attribute("type"), inline_type(node)) {
                (Some(_), Some(_)) => return Err(both(node)),
                (Some(qname), None) => self.type_named(node, qname)?,
                (None, Some(inside)) => Target::Type(self.inline(inside, local)),
                (None, None) => Target::Builtin("anyType".to_owned()),
            };
            (name, target, node)
        };
        let nillable = declared.attribute("nillable").is_some_and(is_true);
        let _ = write!(
            self.text,
            "<xs:element name=\"e{}\" type=\"{}\" nillable=\"{nillable}\"{occurs}/>",
            self.members.len(),
            Self::qname(&target)
        );
        self.members.push(Member {
            name,
            kind: FieldKind::Element,
            default: declared.attribute("default").or(declared.attribute("fixed")).map(str::to_owned),
            doc: node.doc().or_else(|| declared.doc()),
            place: node.place(),
        });
        Ok(())
    }

    /// Writes the attributes; `true` if any other is allowed too.
    fn attributes(&mut self, node: &'a Node) -> Result<bool> {
        let mut any = false;
        for child in node.children_in(XS) {
            match child.name.local.as_str() {
                "attribute" => self.attribute(child)?,
                "attributeGroup" => {
                    let name = self.reference(child)?;
                    let number = self.global("attributeGroup", child, &name)?.number;
                    let _ = write!(self.text, "<xs:attributeGroup ref=\"n:h{number}\"/>");
                }
                "anyAttribute" => any = true,
                _ => {}
            }
        }
        Ok(any)
    }

    fn attribute(&mut self, node: &'a Node) -> Result<()> {
        let mut declared = node;
        let (name, target) = if node.attribute("ref").is_some() {
            let name = self.reference(node)?;
            if name.namespace == "http://www.w3.org/XML/1998/namespace" {
                (name, Target::Builtin("string".to_owned()))
            } else {
                let global = self.global("attribute", node, &name)?;
                declared = global.node;
                let before = std::mem::replace(&mut self.source, global.source);
                let path = std::mem::replace(&mut self.path, Name::new(&*name.namespace, "attribute"));
                let target = self.attribute_type(declared, &name.local);
                self.source = before;
                self.path = path;
                (name, target?)
            }
        } else {
            let local = node.required_name()?;
            let schema = &self.schemas[self.source];
            let qualified = form(node, schema.attributes_qualified)?;
            let name = Name::new(if qualified { &*schema.target } else { "" }, local);
            (name, self.attribute_type(node, local)?)
        };
        let use_ = match node.attribute("use") {
            Some(value @ ("required" | "prohibited")) => value,
            None | Some("optional") => "optional",
            Some(other) => return Err(node.error(format!("`use` cannot be `{}`", other.escape_debug()))),
        };
        let _ = write!(
            self.text,
            "<xs:attribute name=\"a{}\" type=\"{}\" use=\"{use_}\"/>",
            self.members.len(),
            Self::qname(&target)
        );
        let default = |node: &Node| node.attribute("default").or(node.attribute("fixed")).map(str::to_owned);
        self.members.push(Member {
            name,
            kind: FieldKind::Attribute,
            default: default(node).or_else(|| default(declared)),
            doc: node.doc().or_else(|| declared.doc()),
            place: node.place(),
        });
        Ok(())
    }

    fn attribute_type(&mut self, node: &'a Node, local: &str) -> Result<Target> {
        let target = match (node.attribute("type"), inline_type(node)) {
            (Some(_), Some(_)) => return Err(both(node)),
            (Some(qname), None) => self.type_named(node, qname)?,
            (None, Some(inside)) => Target::Type(self.inline(inside, local)),
            // Any simple value: kept as text.
            (None, None) => Target::Builtin("string".to_owned()),
        };
        if self.is_simple(&target) {
            Ok(target)
        } else {
            Err(node.error(format!("the attribute `{local}` cannot have a complex type")))
        }
    }
}

/// The one group of elements in a type, an extension, a restriction or a named group.
fn particles(node: &Node) -> Result<Option<&Node>> {
    let mut found = None;
    for child in node.children_in(XS) {
        match child.name.local.as_str() {
            "sequence" | "choice" | "all" | "group" if found.is_none() => found = Some(child),
            "sequence" | "choice" | "all" | "group" => {
                return Err(child
                    .error("the type has a second group of elements")
                    .hint("put both into one sequence"));
            }
            // Facets of simple content narrow the text and change nothing for a program.
            "annotation" | "attribute" | "attributeGroup" | "anyAttribute" | "assert" | "simpleType"
            | "enumeration" | "pattern" | "length" | "minLength" | "maxLength" | "whiteSpace"
            | "minInclusive" | "minExclusive" | "maxInclusive" | "maxExclusive" | "totalDigits"
            | "fractionDigits" => {}
            other => return Err(unknown(child, other, &node.name.local)),
        }
    }
    Ok(found)
}

fn occurs(node: &Node) -> Result<String> {
    let bad = |attribute: &str, value: &str| {
        node.error(format!("`{attribute}` cannot be `{}`", value.escape_debug())).hint("write a number")
    };
    let min = node.attribute("minOccurs").unwrap_or("1").trim();
    let max = node.attribute("maxOccurs").unwrap_or("1").trim();
    let least: u32 = min.parse().map_err(|_| bad("minOccurs", min))?;
    if max != "unbounded" {
        let most: u32 =
            max.parse().map_err(|_| bad("maxOccurs", max).hint("write a number or `unbounded`"))?;
        if most < least {
            return Err(node.error(format!("maxOccurs is {most}, less than minOccurs, {least}")));
        }
        return Ok(format!(" minOccurs=\"{least}\" maxOccurs=\"{most}\""));
    }
    Ok(format!(" minOccurs=\"{least}\" maxOccurs=\"unbounded\""))
}

fn form(node: &Node, default: bool) -> Result<bool> {
    match node.attribute("form") {
        None => Ok(default),
        Some("qualified") => Ok(true),
        Some("unqualified") => Ok(false),
        Some(_) => Err(node.error("`form` must be `qualified` or `unqualified`")),
    }
}
