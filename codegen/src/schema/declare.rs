//! The declarations of the schemas: all names resolved, all declarations numbered and checked.
//!
//! xsd-parser gets one schema made from these declarations ([`Declarations::text`]), in which each has its number as
//! its name (`t3`, `e17`, `v4`). So its result leads back to the name, line, default and documentation of each
//! declaration, whichever schema contains it. It also keeps the names of the contract, which are untrusted text, away
//! from xsd-parser's own naming, as well as undefined references, on which it panics.
//!
//! Read here and not by xsd-parser, which does not return them: line numbers; `default` and `fixed` of elements and
//! `fixed` of attributes; the namespace of members from a group of another namespace; spaces in enumeration values; and
//! restrictions of complex types, whose member order it loses. xsd-parser interprets all the rest: the members of
//! nested and named groups and of extended types, how often they occur, nil, facets, lists and unions.

use std::collections::{HashMap, HashSet};

use super::sources::Source;
use super::tree::{At, Node};
use super::{Element, XS};
use crate::error::{Error, Result};
use crate::model::{FieldKind, Name};

/// The namespace of the schema that xsd-parser gets.
pub const NUMBERED: &str = "urn:numbered";

/// The built-in types of XML Schema 1.0, and two of 1.1.
pub const BUILTINS: &[&str] = &[
    "string",
    "normalizedString",
    "token",
    "language",
    "Name",
    "NCName",
    "NMTOKEN",
    "NMTOKENS",
    "ID",
    "IDREF",
    "IDREFS",
    "ENTITY",
    "ENTITIES",
    "NOTATION",
    "anyURI",
    "QName",
    "boolean",
    "byte",
    "short",
    "int",
    "long",
    "unsignedByte",
    "unsignedShort",
    "unsignedInt",
    "unsignedLong",
    "integer",
    "nonNegativeInteger",
    "positiveInteger",
    "nonPositiveInteger",
    "negativeInteger",
    "decimal",
    "float",
    "double",
    "dateTime",
    "dateTimeStamp",
    "date",
    "time",
    "duration",
    "dayTimeDuration",
    "gYear",
    "gYearMonth",
    "gMonth",
    "gMonthDay",
    "gDay",
    "base64Binary",
    "hexBinary",
    "anySimpleType",
];

/// Where a type reference leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A built-in, by its local name. `anyType` is one of them.
    Builtin(String),
    /// One of [`Declarations::types`].
    Type(usize),
}

/// A simple or complex type, named or inline.
#[derive(Debug)]
pub struct TypeDeclaration<'a> {
    pub name: Name,
    pub inline: bool,
    pub node: &'a Node,
    /// Position in the contract: file, then place in it.
    pub order: (usize, At),
    pub doc: Option<String>,
    /// The complex type that it extends.
    pub extends: Option<usize>,
    /// The complex type that it restricts.
    pub restricts: Option<usize>,
    /// What is lost, for the notes of the service.
    pub notes: Vec<String>,
    pub simple: bool,
    pub(super) source: usize,
    /// The base, item and member types, for finding circles.
    pub(super) bases: Vec<usize>,
}

/// An element or attribute inside of a type or group.
#[derive(Debug)]
pub struct Member {
    pub name: Name,
    pub kind: FieldKind,
    pub default: Option<String>,
    pub doc: Option<String>,
    pub place: String,
}

/// A value of an enumeration.
#[derive(Debug)]
pub struct Value {
    pub text: String,
    pub doc: Option<String>,
}

/// A top-level element.
#[derive(Debug)]
pub struct ElementDeclaration {
    pub target: Target,
    pub inline: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Global<'a> {
    pub node: &'a Node,
    pub source: usize,
    pub number: usize,
}

#[derive(Debug)]
pub struct Declarations<'a> {
    pub types: Vec<TypeDeclaration<'a>>,
    pub members: Vec<Member>,
    pub values: Vec<Value>,
    /// The numbered schema.
    pub text: String,
    pub(super) schemas: &'a [Source],
    named: HashMap<Name, usize>,
    inline: HashMap<*const Node, usize>,
    taken: HashSet<Name>,
    pub(super) globals: HashMap<(&'static str, Name), Global<'a>>,
    /// Elements that can be substituted.
    pub(super) heads: HashMap<Name, String>,
    /// Path to the current declaration, for the names of inline types.
    pub(super) path: Name,
    pub(super) source: usize,
}

impl<'a> Declarations<'a> {
    pub fn new(schemas: &'a [Source]) -> Result<Self> {
        let mut all = Declarations {
            types: Vec::new(),
            members: Vec::new(),
            values: Vec::new(),
            text: String::new(),
            schemas,
            named: HashMap::new(),
            inline: HashMap::new(),
            taken: HashSet::new(),
            globals: HashMap::new(),
            heads: HashMap::new(),
            path: Name::new("", ""),
            source: 0,
        };
        all.collect()?;
        all.write()?;
        all.check_circles()?;
        Ok(all)
    }

    pub fn element(&mut self, asked: &Element) -> Result<ElementDeclaration> {
        let global = self.globals.get(&("element", asked.name.clone())).copied();
        let global = global.ok_or_else(|| self.undeclared("element", &asked.place, &asked.name))?;
        let inline = inline_type(global.node).is_some();
        Ok(ElementDeclaration { target: self.element_type(global)?, inline })
    }

    // ---- names -------------------------------------------------------------------------------------------------

    fn collect(&mut self) -> Result<()> {
        let schemas = self.schemas;
        for (source, schema) in schemas.iter().enumerate() {
            for node in schema.root.children_in(XS) {
                let kind = match node.name.local.as_str() {
                    "element" => "element",
                    "attribute" => "attribute",
                    "group" => "group",
                    "attributeGroup" => "attributeGroup",
                    "simpleType" | "complexType" => "type",
                    "annotation" | "import" | "include" | "notation" => continue,
                    other => return Err(unknown(node, other, "schema")),
                };
                let name = Name::new(&*schema.target, node.required_name()?);
                let number = self.globals.len();
                let found = self.globals.insert((kind, name.clone()), Global { node, source, number });
                if let Some(first) = found {
                    return Err(node
                        .error(format!(
                            "the {kind} `{name}` is declared twice, first in {}",
                            first.node.place()
                        ))
                        .hint("remove one of the two"));
                }
                if kind == "type" {
                    self.named.insert(name.clone(), self.types.len());
                    self.declare(name, node, source, false);
                }
            }
        }
        // After the named types, so that these keep their names.
        for (source, schema) in schemas.iter().enumerate() {
            self.source = source;
            for node in schema.root.children_in(XS).filter(|node| node.name.local == "element") {
                if let Some(inside) = inline_type(node) {
                    let name = Name::new(&*schema.target, node.required_name()?);
                    self.declare(name, inside, source, true);
                }
                if node.attribute("abstract").is_some_and(is_true) {
                    let name = Name::new(&*schema.target, node.required_name()?);
                    self.heads.insert(name, node.place());
                }
                for head in node.attribute("substitutionGroup").unwrap_or_default().split_whitespace() {
                    self.heads.insert(self.resolve(node, head)?, node.place());
                }
            }
        }
        Ok(())
    }

    fn declare(&mut self, mut name: Name, node: &'a Node, source: usize, inline: bool) -> usize {
        while !self.taken.insert(name.clone()) {
            name.local.push('/');
        }
        let number = self.types.len();
        if inline {
            self.inline.insert(std::ptr::from_ref(node), number);
        }
        self.types.push(TypeDeclaration {
            name,
            inline,
            node,
            order: (self.schemas[source].file, node.at),
            doc: node.doc(),
            extends: None,
            restricts: None,
            notes: Vec::new(),
            source,
            simple: node.name.local == "simpleType",
            bases: Vec::new(),
        });
        number
    }

    pub(super) fn resolve(&self, node: &Node, qname: &str) -> Result<Name> {
        self.resolve_in(self.source, node, qname)
    }

    /// Resolves a name in this schema.
    pub(super) fn resolve_in(&self, source: usize, node: &Node, qname: &str) -> Result<Name> {
        let mut name = node.resolve(qname)?;
        let schema = &self.schemas[source];
        if name.namespace.is_empty() && schema.chameleon {
            name.namespace.clone_from(&schema.target);
        }
        Ok(name)
    }

    pub(super) fn global(&self, kind: &'static str, at: &Node, name: &Name) -> Result<Global<'a>> {
        self.globals
            .get(&(kind, name.clone()))
            .copied()
            .ok_or_else(|| self.undeclared(kind, &at.place(), name))
    }

    fn undeclared(&self, kind: &'static str, place: &str, name: &Name) -> Error {
        let mut near: Vec<_> =
            self.globals.keys().filter(|key| key.0 == kind && key.1.local == name.local).collect();
        near.sort();
        let hint = match near.first() {
            Some((_, other)) => format!("`{other}` is declared: check the prefix or the namespace"),
            None if !self.schemas.iter().any(|schema| schema.target == name.namespace) => {
                format!("no schema of the namespace `{}` is part of this contract: import it", name.namespace)
            }
            None => "check the spelling; letter case counts".to_owned(),
        };
        Error::new(place, format!("the {kind} `{name}` is not declared")).hint(hint)
    }

    pub(super) fn type_named(&self, at: &Node, qname: &str) -> Result<Target> {
        let name = self.resolve(at, qname)?;
        if name.namespace == XS && (name.local == "anyType" || BUILTINS.contains(&name.local.as_str())) {
            return Ok(Target::Builtin(name.local));
        }
        if name.namespace == XS {
            return Err(at
                .error(format!("XML Schema has no type `{}`", name.local))
                .hint("check the spelling; letter case counts"));
        }
        self.named
            .get(&name)
            .map(|number| Target::Type(*number))
            .ok_or_else(|| self.undeclared("type", &at.place(), &name))
    }

    pub(super) fn is_simple(&self, target: &Target) -> bool {
        match target {
            Target::Builtin(name) => name != "anyType",
            Target::Type(number) => self.types[*number].simple,
        }
    }

    /// The number of an inline type, which gets the path to `step` for a name.
    pub(super) fn inline(&mut self, node: &'a Node, step: &str) -> usize {
        match self.inline.get(&std::ptr::from_ref(node)) {
            Some(number) => *number,
            None => {
                let name = Name::new(&*self.path.namespace, format!("{}/{step}", self.path.local));
                self.declare(name, node, self.source, true)
            }
        }
    }

    pub(super) fn element_type(&mut self, global: Global<'a>) -> Result<Target> {
        let before = std::mem::replace(&mut self.source, global.source);
        let target = match (global.node.attribute("type"), inline_type(global.node)) {
            (Some(_), Some(_)) => Err(both(global.node)),
            (Some(qname), None) => self.type_named(global.node, qname),
            (None, Some(inside)) => Ok(Target::Type(self.inline(inside, ""))),
            (None, None) => Ok(Target::Builtin("anyType".to_owned())),
        };
        self.source = before;
        target
    }

    // ---- circles -----------------------------------------------------------------------------------------------

    /// Types that are their own base and groups that contain themselves: xsd-parser would never return.
    fn check_circles(&self) -> Result<()> {
        let bases: Vec<Vec<usize>> = self.types.iter().map(|declaration| declaration.bases.clone()).collect();
        if let Some(number) = circle(&bases) {
            let TypeDeclaration { node, name, .. } = &self.types[number];
            return Err(node.error(format!("the type `{name}` is its own base")));
        }
        let mut globals: Vec<_> = self.globals.values().collect();
        globals.sort_by_key(|global| global.number);
        let mut groups = vec![Vec::new(); globals.len()];
        for global in &globals {
            let kind = match global.node.name.local.as_str() {
                "group" => "group",
                "attributeGroup" => "attributeGroup",
                _ => continue,
            };
            self.references(kind, global, global.node, &mut groups[global.number])?;
        }
        match circle(&groups).and_then(|number| globals.get(number)) {
            Some(global) => {
                let name = global.node.attribute("name").unwrap_or_default();
                Err(global.node.error(format!("the {} `{name}` contains itself", global.node.name.local)))
            }
            None => Ok(()),
        }
    }

    fn references(
        &self,
        kind: &'static str,
        global: &Global<'_>,
        node: &Node,
        found: &mut Vec<usize>,
    ) -> Result<()> {
        for child in
            node.children_in(XS).filter(|child| !matches!(&*child.name.local, "element" | "attribute"))
        {
            if child.name.local == kind
                && let Some(qname) = child.attribute("ref")
            {
                let name = self.resolve_in(global.source, child, qname)?;
                found.push(self.global(kind, child, &name)?.number);
            }
            self.references(kind, global, child, found)?;
        }
        Ok(())
    }
}

/// A number that leads back to itself.
fn circle(edges: &[Vec<usize>]) -> Option<usize> {
    // 0: not seen, 1: on the way, 2: done
    let mut state = vec![0_u8; edges.len()];
    for start in 0..edges.len() {
        let mut stack = vec![(start, 0)];
        while let Some((node, next)) = stack.pop() {
            if next == 0 && state[node] == 2 {
                continue;
            }
            state[node] = 1;
            match edges[node].get(next) {
                Some(&to) => {
                    stack.push((node, next + 1));
                    match state[to] {
                        0 => stack.push((to, 0)),
                        1 => return Some(to),
                        _ => {}
                    }
                }
                None => state[node] = 2,
            }
        }
    }
    None
}

pub fn numbered(target: &Target) -> Option<usize> {
    match target {
        Target::Type(number) => Some(*number),
        Target::Builtin(_) => None,
    }
}

pub(super) fn is_true(text: &str) -> bool {
    matches!(text.trim(), "true" | "1")
}

pub(super) fn inline_type(node: &Node) -> Option<&Node> {
    node.children_in(XS).find(|child| matches!(&*child.name.local, "simpleType" | "complexType"))
}

pub(super) fn both(node: &Node) -> Error {
    node.error("this declaration has both a `type` attribute and an inline type").hint("keep one of the two")
}

pub(super) fn unknown(node: &Node, what: &str, inside: &str) -> Error {
    node.error(format!("xs:{} is not supported in this {inside}", what.escape_debug()))
}
