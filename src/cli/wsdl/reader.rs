//! A WSDL document's facts. References are followed by local name: a service's schemas do not have two types of one
//! name, and where they do, the facts of the first are told.

use std::collections::BTreeMap;

use ongoing_wms::xml::Element;

use super::surface::{Member, Operation, Surface, Type};

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";
const SOAP: [&str; 2] = ["http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"];

/// References within references, at most: schemas may refer in circles.
const DEEPEST: usize = 32;

type Named<'a> = BTreeMap<&'a str, &'a Element>;

pub fn read(root: &Element) -> Result<Surface, String> {
    if root.name != "definitions" || root.namespace != WSDL {
        return Err(format!("its root element is {}, not definitions in {WSDL}", root.name));
    }
    let document = Document::new(root);
    let mut surface = Surface { operations: document.operations(), types: BTreeMap::new() };
    if surface.operations.is_empty() {
        return Err("it has no operation that is bound to SOAP".to_owned());
    }
    for (name, ty) in &document.types {
        if let Some(facts) = document.type_facts(ty) {
            surface.types.insert((*name).to_owned(), facts);
        }
    }
    keep_what_is_used(&mut surface);
    Ok(surface)
}

/// Types that no operation leads to are not part of what is offered.
fn keep_what_is_used(surface: &mut Surface) {
    let ends =
        surface.operations.values().flat_map(|operation| operation.request.iter().chain(&operation.response));
    let members: Vec<Member> = ends.cloned().collect();
    let mut used: Vec<String> = surface.reached(&members).into_iter().map(str::to_owned).collect();
    let bases = used.iter().filter_map(|name| surface.types.get(name)).map(|ty| ty.base.clone());
    used.extend(bases.collect::<Vec<_>>());
    surface.types.retain(|name, _| used.contains(name));
}

struct Document<'a> {
    root: &'a Element,
    types: Named<'a>,
    elements: Named<'a>,
    groups: Named<'a>,
    attribute_groups: Named<'a>,
    /// Namespace of each schema's elements, by element name.
    namespaces: BTreeMap<&'a str, &'a str>,
}

impl<'a> Document<'a> {
    fn new(root: &'a Element) -> Document<'a> {
        let mut document = Document {
            root,
            types: Named::new(),
            elements: Named::new(),
            groups: Named::new(),
            attribute_groups: Named::new(),
            namespaces: BTreeMap::new(),
        };
        let types = root.elements().filter(|child| child.name == "types");
        for schema in types.flat_map(Element::elements).filter(|child| is(child, "schema")) {
            for child in schema.elements().filter(|child| child.namespace == SCHEMA) {
                let Some(name) = attribute(child, "name") else { continue };
                let into = match child.name.as_str() {
                    "complexType" | "simpleType" => &mut document.types,
                    "element" => {
                        let namespace = attribute(schema, "targetNamespace").unwrap_or_default();
                        document.namespaces.entry(name).or_insert(namespace);
                        &mut document.elements
                    }
                    "group" => &mut document.groups,
                    "attributeGroup" => &mut document.attribute_groups,
                    _ => continue,
                };
                into.entry(name).or_insert(child);
            }
        }
        document
    }

    /// The operations of all port types that are bound to SOAP; others are for HTTP GET and POST.
    fn operations(&self) -> BTreeMap<String, Operation> {
        let mut operations = BTreeMap::new();
        let bindings =
            self.root.elements().filter(|child| child.name == "binding" && child.namespace == WSDL);
        for binding in bindings.filter(|binding| soap(binding, "binding").is_some()) {
            let Some(port) = local(binding, "type").and_then(|name| self.named("portType", name)) else {
                continue;
            };
            for bound in
                binding.elements().filter(|child| child.name == "operation" && child.namespace == WSDL)
            {
                let Some(name) = attribute(bound, "name") else { continue };
                let action = soap(bound, "operation").and_then(|soap| attribute(soap, "soapAction"));
                let declared = port
                    .elements()
                    .find(|child| child.name == "operation" && attribute(child, "name") == Some(name));
                let Some(declared) = declared else { continue };
                operations
                    .entry(name.to_owned())
                    .or_insert_with(|| self.operation(declared, action.unwrap_or_default()));
            }
        }
        operations
    }

    fn operation(&self, declared: &Element, action: &str) -> Operation {
        let element = |way: &str| {
            let message = local(declared.child(way)?, "message")?;
            let part = self.named("message", message)?.child("part")?;
            local(part, "element")
        };
        let members = |way: &str| {
            element(way)
                .and_then(|name| self.elements.get(name))
                .map(|element| self.members_of_element(element))
                .unwrap_or_default()
        };
        let namespace =
            element("input").and_then(|name| self.namespaces.get(name)).copied().unwrap_or_default();
        Operation {
            action: action.to_owned(),
            namespace: namespace.to_owned(),
            request: members("input"),
            response: members("output"),
        }
    }

    fn members_of_element(&self, element: &Element) -> Vec<Member> {
        let ty = element
            .child("complexType")
            .or_else(|| local(element, "type").and_then(|name| self.types.get(name)).copied());
        ty.map(|ty| self.members(ty, 0)).unwrap_or_default()
    }

    fn named(&self, kind: &str, name: &str) -> Option<&'a Element> {
        let mut all = self.root.elements().filter(|child| child.name == kind && child.namespace == WSDL);
        all.find(|child| attribute(child, "name") == Some(name))
    }

    /// Facts of a structure or an enumeration; `None` for other plain types and for lists in a wrapper.
    fn type_facts(&self, ty: &Element) -> Option<Type> {
        if ty.name == "simpleType" {
            let values = enumeration(ty);
            return (!values.is_empty()).then(|| Type { values, ..Type::default() });
        }
        if self.wrapped(ty).is_some() {
            return None;
        }
        let extension = ty.child("complexContent").and_then(|content| content.child("extension"));
        let base = extension.and_then(|extension| local(extension, "base")).unwrap_or_default();
        Some(Type { base: base.to_owned(), members: self.members(ty, 0), values: Vec::new() })
    }

    /// The one repeated element of a type that has nothing else: a list in a wrapper.
    fn wrapped(&self, ty: &Element) -> Option<Member> {
        let has_more = ty.elements().any(|child| !matches!(child.name.as_str(), "sequence" | "annotation"));
        let [item] = <[Member; 1]>::try_from(self.members(ty, 0)).ok()?;
        (item.repeats && !has_more).then_some(item)
    }

    fn members(&self, ty: &Element, depth: usize) -> Vec<Member> {
        let mut members = Vec::new();
        if depth < DEEPEST {
            self.collect(ty, false, depth, &mut members);
        }
        // The schema names them last, the generated tables first.
        members.sort_by_key(|member| !member.attribute);
        members
    }

    fn collect(&self, holder: &Element, optional: bool, depth: usize, members: &mut Vec<Member>) {
        for child in holder.elements().filter(|child| child.namespace == SCHEMA) {
            let optional = optional || attribute(child, "minOccurs") == Some("0");
            match child.name.as_str() {
                "element" => members.push(self.element(child, optional, depth)),
                "attribute" => members.extend(self.attribute(child)),
                "sequence" | "all" | "complexContent" | "restriction" | "simpleContent" => {
                    self.collect(child, optional, depth, members);
                }
                "choice" => self.collect(child, true, depth, members),
                "extension" => {
                    let base = local(child, "base").and_then(|name| self.types.get(name));
                    members.extend(base.map(|base| self.members(base, depth + 1)).unwrap_or_default());
                    self.collect(child, optional, depth, members);
                }
                "group" | "attributeGroup" if depth < DEEPEST => {
                    let groups = if child.name == "group" { &self.groups } else { &self.attribute_groups };
                    if let Some(group) = local(child, "ref").and_then(|name| groups.get(name)) {
                        self.collect(group, optional, depth + 1, members);
                    }
                }
                _ => {}
            }
        }
    }

    fn element(&self, element: &Element, optional: bool, depth: usize) -> Member {
        let most = attribute(element, "maxOccurs").unwrap_or("1");
        let declared =
            local(element, "ref").and_then(|name| self.elements.get(name)).copied().unwrap_or(element);
        let (ty, item) = self.type_of(declared, depth);
        Member {
            name: attribute(declared, "name").unwrap_or_default().to_owned(),
            ty,
            item,
            optional,
            repeats: most != "1" && most != "0",
            nillable: attribute(declared, "nillable") == Some("true"),
            attribute: false,
        }
    }

    /// Name of the type, and of an item's element where it is a list in a wrapper: the type is the item's then.
    fn type_of(&self, element: &Element, depth: usize) -> (String, String) {
        let inline = element.child("complexType").or_else(|| element.child("simpleType"));
        let name = local(element, "type").unwrap_or_default();
        let Some(ty) = inline.or_else(|| self.types.get(name).copied()) else {
            return (name.to_owned(), String::new());
        };
        if ty.name == "simpleType" {
            return (self.plain(ty, name, depth), String::new());
        }
        match self.wrapped_within(ty, depth) {
            Some(item) => (item.ty, item.name),
            None => (name.to_owned(), String::new()),
        }
    }

    fn wrapped_within(&self, ty: &Element, depth: usize) -> Option<Member> {
        let sequence = ty
            .child("sequence")
            .filter(|sequence| ty.elements().count() == 1 && sequence.elements().count() == 1)?;
        let element = sequence.child("element")?;
        let most = attribute(element, "maxOccurs").unwrap_or("1");
        (most != "1" && most != "0" && depth < DEEPEST).then(|| self.element(element, true, depth + 1))
    }

    /// An enumeration has its own name, another plain type that of what it is made of.
    fn plain(&self, ty: &Element, name: &str, depth: usize) -> String {
        if !enumeration(ty).is_empty() || depth >= DEEPEST {
            return name.to_owned();
        }
        let base =
            ty.child("restriction").and_then(|restriction| local(restriction, "base")).unwrap_or("string");
        match self.types.get(base) {
            Some(below) => self.plain(below, base, depth + 1),
            None => base.to_owned(),
        }
    }

    fn attribute(&self, element: &Element) -> Option<Member> {
        let name = attribute(element, "name")?;
        let (ty, _) = self.type_of(element, 0);
        Some(Member {
            name: name.to_owned(),
            ty,
            optional: attribute(element, "use") != Some("required"),
            attribute: true,
            ..Member::default()
        })
    }
}

fn enumeration(ty: &Element) -> Vec<String> {
    let restriction = ty.child("restriction").into_iter();
    let values = restriction.flat_map(Element::elements).filter(|child| is(child, "enumeration"));
    values.filter_map(|value| attribute(value, "value")).map(str::to_owned).collect()
}

fn soap<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
    element.elements().find(|child| child.name == name && SOAP.contains(&child.namespace.as_str()))
}

fn is(element: &Element, name: &str) -> bool {
    element.name == name && element.namespace == SCHEMA
}

fn attribute<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// An attribute that refers to something, without its prefix.
fn local<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    attribute(element, name).map(|value| value.rsplit(':').next().unwrap_or(value).trim())
}
