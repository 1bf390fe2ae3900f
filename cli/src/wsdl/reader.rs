//! Reads the facts of a WSDL document. References are resolved by local name, so a contract with two types of the same
//! name in several namespaces is refused.

mod members;

use std::collections::BTreeMap;

use ongoing_wms::xml::Element;

use super::surface::{ContractMember, ContractOperation, ContractType, Surface};

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";
const SOAP: [&str; 2] = ["http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"];

/// Maximum depth of references, since schemas may have circular references.
const DEEPEST: usize = 32;

type ElementsByName<'a> = BTreeMap<&'a str, &'a Element>;

/// The facts of this build's contract.
pub fn built_in() -> Result<Surface, String> {
    read(ongoing_wms::contract::WSDL)
}

/// Reads a WSDL document. Refuses a DOCTYPE and deep nesting, since the document is untrusted.
pub fn read(text: &str) -> Result<Surface, String> {
    let root = Element::from_xml(text).map_err(|error| error.to_string())?;
    surface(&root)
}

fn surface(root: &Element) -> Result<Surface, String> {
    if root.name != "definitions" || root.namespace != WSDL {
        return Err(format!("its root element is {}, not definitions in {WSDL}", root.name));
    }
    if let Some(file) = other_file(root) {
        return Err(format!("it refers to other files ({file}): put all schemas into one WSDL"));
    }
    let document = Document::new(root)?;
    let (operations, forms) = (document.operations(), document.forms());
    let mut surface = Surface { operations, types: BTreeMap::new(), forms };
    if surface.operations.is_empty() {
        return Err("no operation is bound to SOAP".to_owned());
    }
    for (name, ty) in &document.types {
        if let Some(facts) = document.type_facts(ty) {
            surface.types.insert((*name).to_owned(), facts);
        }
    }
    keep_what_is_used(&mut surface);
    Ok(surface)
}

/// Another file that is part of the contract. An import of a namespace whose schema is in this file needs none.
fn other_file(root: &Element) -> Option<String> {
    let schemas = || root.elements().filter(|child| child.name == "types").flat_map(Element::elements);
    let has = |namespace: &str| {
        namespace == XML || schemas().any(|schema| attribute(schema, "targetNamespace") == Some(namespace))
    };
    let wsdl = root
        .elements()
        .filter(|child| child.name == "import")
        .filter_map(|child| attribute(child, "location"));
    let of_schemas = schemas().flat_map(Element::elements).filter(|child| child.namespace == SCHEMA);
    let files = of_schemas.filter_map(|child| match child.name.as_str() {
        "include" => attribute(child, "schemaLocation"),
        "import" if !has(attribute(child, "namespace").unwrap_or_default()) => {
            attribute(child, "schemaLocation")
        }
        _ => None,
    });
    wsdl.chain(files).next().map(str::to_owned)
}

/// Types that no operation uses are left out.
fn keep_what_is_used(surface: &mut Surface) {
    let ends = surface.operations.values().flat_map(|operation| {
        operation.request.iter().chain(&operation.response).chain(operation.headers.iter().flatten())
    });
    let members: Vec<ContractMember> = ends.cloned().collect();
    let mut used: Vec<String> = surface.reached(&members).into_iter().map(str::to_owned).collect();
    let bases = used.iter().filter_map(|name| surface.types.get(name)).map(|ty| ty.base.clone());
    used.extend(bases.collect::<Vec<_>>());
    surface.types.retain(|name, _| used.contains(name));
}

struct Document<'a> {
    root: &'a Element,
    types: ElementsByName<'a>,
    elements: ElementsByName<'a>,
    groups: ElementsByName<'a>,
    attribute_groups: ElementsByName<'a>,
    /// Namespace of each schema's elements, by element name.
    namespaces: BTreeMap<&'a str, &'a str>,
}

impl<'a> Document<'a> {
    fn new(root: &'a Element) -> Result<Document<'a>, String> {
        let mut document = Document {
            root,
            types: ElementsByName::new(),
            elements: ElementsByName::new(),
            groups: ElementsByName::new(),
            attribute_groups: ElementsByName::new(),
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
                if into.insert(name, child).is_some() {
                    return Err(format!(
                        "it has two declarations `{name}` ({}) in several namespaces, which cannot be distinguished \
                         here",
                        child.name
                    ));
                }
            }
        }
        Ok(document)
    }

    /// The operations of all port types that are bound to SOAP; others are for HTTP GET and POST.
    fn operations(&self) -> BTreeMap<String, ContractOperation> {
        let mut operations = BTreeMap::new();
        let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
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
                let declared = port
                    .elements()
                    .find(|child| child.name == "operation" && attribute(child, "name") == Some(name));
                let Some(declared) = declared else { continue };
                // Another port type may have an operation of this name.
                let port_name = attribute(port, "name").unwrap_or_default();
                let key = match owners.get(name) {
                    Some(owner) if *owner != port_name => format!("{port_name}.{name}"),
                    _ => name.to_owned(),
                };
                owners.entry(name).or_insert(port_name);
                let operation = operations.entry(key).or_insert_with(|| self.operation(declared, bound));
                let version = if soap(binding, "binding").is_some_and(|it| it.namespace == SOAP[0]) {
                    "1.1"
                } else {
                    "1.2"
                };
                let action = soap(bound, "operation").and_then(|soap| attribute(soap, "soapAction"));
                let how = [action.unwrap_or_default().to_owned(), style(binding, bound)];
                operation.bindings.entry(version).or_insert(how);
            }
        }
        operations
    }

    /// The forms of each schema's elements and attributes.
    fn forms(&self) -> BTreeMap<String, [String; 2]> {
        let types = self.root.elements().filter(|child| child.name == "types");
        let schemas = types.flat_map(Element::elements).filter(|child| is(child, "schema"));
        let form = |schema, name| attribute(schema, name).unwrap_or("unqualified").to_owned();
        schemas
            .map(|schema| {
                let namespace = attribute(schema, "targetNamespace").unwrap_or_default().to_owned();
                (namespace, ["elementFormDefault", "attributeFormDefault"].map(|name| form(schema, name)))
            })
            .collect()
    }

    fn operation(&self, declared: &Element, bound: &Element) -> ContractOperation {
        let ways = [("input", "input"), ("output", "output")];
        let headers = ways.map(|(way, _)| self.headers(bound.child(way)));
        let in_header = |way: usize, part: &Element| {
            let direction = bound.child(ways[way].0);
            let mut blocks =
                direction.into_iter().flat_map(Element::elements).filter(|child| child.name == "header");
            blocks.any(|block| attribute(block, "part") == attribute(part, "name"))
        };
        let element = |way: usize| {
            let message = self.named("message", local(declared.child(ways[way].0)?, "message")?)?;
            let mut parts = message.elements().filter(|child| child.name == "part");
            let part = match message.elements().filter(|child| child.name == "part").count() {
                1 => parts.next(),
                _ => parts.find(|part| !in_header(way, part)),
            };
            local(part?, "element")
        };
        let elements = [element(0), element(1)];
        let declared = elements.map(|name| name.and_then(|name| self.elements.get(name)).copied());
        let members =
            |way: usize| declared[way].map(|element| self.members_of_element(element)).unwrap_or_default();
        let content = |way: usize| {
            declared[way]
                .and_then(|element| self.type_element(element))
                .map(|ty| self.content(ty, 0))
                .unwrap_or_default()
        };
        let namespace = elements[0].and_then(|name| self.namespaces.get(name)).copied().unwrap_or_default();
        ContractOperation {
            namespace: namespace.to_owned(),
            elements: elements.map(|name| name.unwrap_or_default().to_owned()),
            request: members(0),
            response: members(1),
            contents: [content(0), content(1)],
            bindings: BTreeMap::new(),
            headers,
        }
    }

    /// The blocks that a binding declares for the header.
    fn headers(&self, direction: Option<&Element>) -> Vec<ContractMember> {
        let blocks = direction.into_iter().flat_map(Element::elements).filter(|child| child.name == "header");
        let element = |block: &Element| {
            let message = self.named("message", local(block, "message")?)?;
            let mut parts = message.elements().filter(|child| child.name == "part");
            let part = parts.find(|part| attribute(part, "name") == attribute(block, "part"))?;
            let declared = self.elements.get(local(part, "element")?).copied()?;
            Some(ContractMember { optional: true, ..self.element(declared, true, 0) })
        };
        blocks.filter_map(element).collect()
    }

    fn type_element(&self, element: &'a Element) -> Option<&'a Element> {
        let named = || local(element, "type").and_then(|name| self.types.get(name)).copied();
        element.child("complexType").or_else(named).filter(|ty| ty.name == "complexType")
    }

    /// Order, groups and wildcards of a complex type, as text.
    fn content(&self, holder: &Element, depth: usize) -> String {
        let mut parts = Vec::new();
        for child in holder.elements().filter(|child| child.namespace == SCHEMA) {
            let times = match (
                attribute(child, "minOccurs").unwrap_or("1"),
                attribute(child, "maxOccurs").unwrap_or("1"),
            ) {
                ("1", "1") => String::new(),
                ("0", "1") => "?".to_owned(),
                ("0", "unbounded") => "*".to_owned(),
                ("1", "unbounded") => "+".to_owned(),
                (least, most) => format!("{{{least},{most}}}"),
            };
            let grouped = |sign: &str, inside: String| match inside.split(sign).count() {
                1 if times.is_empty() => inside,
                _ => format!("({inside}){times}"),
            };
            let inside = match child.name.as_str() {
                _ if depth >= DEEPEST => continue,
                "element" => {
                    let name = attribute(child, "name").or(local(child, "ref")).unwrap_or_default();
                    format!("{name}{times}")
                }
                "any" => format!("any{times}"),
                "sequence" => grouped(", ", self.content(child, depth + 1)),
                "all" => format!("all{}", grouped(", ", self.content(child, depth + 1))),
                "choice" => grouped(" | ", self.content(child, depth + 1)),
                "group" => match local(child, "ref").and_then(|name| self.groups.get(name)) {
                    Some(group) => grouped(", ", self.content(group, depth + 1)),
                    None => continue,
                },
                "complexContent" | "extension" | "restriction" | "simpleContent" => {
                    self.content(child, depth + 1)
                }
                "anyAttribute" => "any attribute".to_owned(),
                _ => continue,
            };
            if !inside.is_empty() {
                parts.push(inside);
            }
        }
        parts.join(if holder.name == "choice" { " | " } else { ", " })
    }

    fn members_of_element(&self, element: &Element) -> Vec<ContractMember> {
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
    fn type_facts(&self, ty: &Element) -> Option<ContractType> {
        if ty.name == "simpleType" {
            let values = enumeration(ty);
            return (!values.is_empty()).then(|| ContractType { values, ..ContractType::default() });
        }
        if self.wrapped(ty).is_some() {
            return None;
        }
        let extension = ty.child("complexContent").and_then(|content| content.child("extension"));
        let base = extension.and_then(|extension| local(extension, "base")).unwrap_or_default();
        Some(ContractType {
            base: base.to_owned(),
            members: self.members(ty, 0),
            values: Vec::new(),
            content: self.content(ty, 0),
            is_abstract: attribute(ty, "abstract") == Some("true"),
        })
    }

    /// The only, repeated element of a type: a list in a wrapper.
    fn wrapped(&self, ty: &Element) -> Option<ContractMember> {
        let has_more = ty.elements().any(|child| !matches!(child.name.as_str(), "sequence" | "annotation"));
        let [item] = <[ContractMember; 1]>::try_from(self.members(ty, 0)).ok()?;
        (item.repeats && !has_more).then_some(item)
    }
}

/// `document/literal`, unless it is bound otherwise.
fn style(binding: &Element, bound: &Element) -> String {
    let own = soap(bound, "operation").and_then(|soap| attribute(soap, "style"));
    let style = own.or_else(|| soap(binding, "binding").and_then(|soap| attribute(soap, "style")));
    let body = bound.child("input").and_then(|input| soap(input, "body"));
    let encoding = body.and_then(|body| attribute(body, "use")).unwrap_or("literal");
    format!("{}/{encoding}", style.unwrap_or("document"))
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

/// The value of a reference attribute, without its prefix.
fn local<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    attribute(element, name).map(|value| value.rsplit(':').next().unwrap_or(value).trim())
}
