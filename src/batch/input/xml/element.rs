//! Converts a payload from XML to its JSON form. Required members and defaults are not checked here but later, in one
//! place for all formats.

use serde_json::{Map, Value};

use crate::batch::contract::value;
use crate::dynamic::{self, find_type};
use crate::operation::{Builtin, MemberInfo, OperationInfo, TypeInfo};
use crate::suggest::did_you_mean;
use crate::xml::{Element, Node, attribute_name};

const XSI: &str = "{http://www.w3.org/2001/XMLSchema-instance}";
const XML: &str = "{http://www.w3.org/XML/1998/namespace}";
const SOAP: [&str; 2] =
    ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"];

/// The content of a document, with all its errors.
#[derive(Debug, Default)]
pub struct ReadDocument {
    /// Code of the goods owner.
    pub goods_owner: Option<String>,
    pub payload: Map<String, Value>,
    pub problems: Vec<XmlError>,
    /// Members that are not in the contract, in types that are open.
    pub unknown: Vec<Unknown>,
    /// Whether a member in another namespace was reported; only the first one is.
    pub is_foreign: bool,
}

/// Something wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct XmlError {
    /// Path of the member from the payload, in which items of lists count from 1; empty for the payload itself.
    pub path: String,
    pub what: String,
    pub hint: Option<String>,
}

/// A member that the contract does not have.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Path from the payload.
    pub path: String,
    /// Name of the type that lacks it.
    pub ty: &'static str,
    pub name: String,
}

/// Reads an envelope, a request element or the payload itself. Of the sender's members only the goods owner's code is
/// used, as the owner of the record.
pub fn read(operation: &OperationInfo, root: &Element) -> ReadDocument {
    let mut read = ReadDocument::default();
    match payload_element(operation, root, &mut read) {
        Ok((ty, element)) => {
            let namespace = element.namespace.clone();
            let mut reader = ElementReader { namespace, read: &mut read };
            match reader.structure(ty, element, "") {
                Value::Object(payload) => read.payload = payload,
                _ => read.wrong("", format!("{} is nil", element.name), None),
            }
        }
        Err(what) => read.wrong("", what, None),
    }
    read
}

fn payload_element<'e>(
    operation: &OperationInfo,
    root: &'e Element,
    read: &mut ReadDocument,
) -> Result<(&'static TypeInfo, &'e Element), String> {
    let ty = dynamic::payload(operation).ok_or_else(|| lost(operation, root))?;
    let name = operation.payload.unwrap_or_default();
    let mut element = root;
    if root.name == "Envelope" && SOAP.contains(&root.namespace.as_str()) {
        let body = root.child("Body").ok_or_else(|| lost(operation, root))?;
        element = only(body.elements()).ok_or_else(|| lost(operation, body))?;
    }
    if is_ours(operation, element) && element.name == operation.request {
        let code = element.child("GoodsOwnerCode").map(Element::text);
        read.goods_owner = code.map(|code| code.trim().to_owned()).filter(|code| !code.is_empty());
        for other in element.elements().filter(|child| child.name != name) {
            beside_payload(operation, other, read);
        }
        let mut payloads = element.elements().filter(|child| child.name == name);
        element =
            only(&mut payloads).ok_or_else(|| format!("{} must have exactly one {name}", element.name))?;
    } else if element.name != name && element.name != ty.name {
        return Err(lost(operation, element));
    }
    match is_ours(operation, element) {
        true => Ok((ty, element)),
        false => Err(lost(operation, element)),
    }
}

/// A misspelled goods owner code would send the record to another goods owner.
fn beside_payload(operation: &OperationInfo, other: &Element, read: &mut ReadDocument) {
    if operation.members.iter().any(|member| member.sender && member.name == other.name) {
        return;
    }
    let hint = did_you_mean(&other.name, operation.members.iter().map(|member| member.name));
    read.wrong("", format!("{} has no member `{}`", operation.request, other.name), hint);
}

fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}

/// In the contract's namespace, or in none, as in files written by hand.
fn is_ours(operation: &OperationInfo, element: &Element) -> bool {
    element.namespace == operation.namespace || element.namespace.is_empty()
}

fn lost(operation: &OperationInfo, found: &Element) -> String {
    let ty = dynamic::payload(operation).map_or("", |ty| ty.name);
    let names = [operation.request, operation.payload.unwrap_or_default(), ty];
    let what = match found.namespace.as_str() {
        "" => format!("found {}", found.name),
        namespace => format!("found {} in {namespace}", found.name),
    };
    format!("expected one of {}, in {}; {what}", names.join(", "), operation.namespace)
}

impl ReadDocument {
    fn wrong(&mut self, path: &str, what: impl Into<String>, hint: Option<String>) {
        self.problems.push(XmlError { path: path.to_owned(), what: what.into(), hint });
    }
}

struct ElementReader<'r> {
    /// Of the payload; its members have the same.
    namespace: String,
    read: &'r mut ReadDocument,
}

impl ElementReader<'_> {
    fn wrong(&mut self, path: &str, what: impl Into<String>) {
        self.read.wrong(path, what, None);
    }

    /// The object that an element of a structure's type is.
    fn structure(&mut self, ty: &'static TypeInfo, element: &Element, path: &str) -> Value {
        if is_nil(element) {
            return Value::Null;
        }
        let mut object = Map::new();
        let mut ty = ty;
        for (name, value) in &element.attributes {
            if let Some(name) = name.strip_prefix(XSI) {
                if name == "type" {
                    let local = value.rsplit(':').next().unwrap_or(value);
                    ty = find_type(local).unwrap_or(ty);
                    object.insert("@type".to_owned(), Value::from(local));
                }
                continue;
            }
            match ty.members.iter().find(|m| m.attribute && attribute_name(m.name) == name) {
                Some(member) => {
                    let value = self.plain(member, value, path);
                    object.insert(member.name.to_owned(), value);
                }
                None => self.unknown_attribute(ty.name, name, path),
            }
        }
        for node in &element.children {
            match node {
                Node::Text(text) if text.trim().is_empty() => {}
                Node::Text(text) => match ty.members.iter().find(|member| member.name == "@text") {
                    Some(member) => {
                        let value = self.plain(member, text, path);
                        object.insert(member.name.to_owned(), value);
                    }
                    None => self.wrong(path, format!("found text between the members: {:?}", text.trim())),
                },
                Node::Element(child) => self.child(ty, child, path, &mut object),
            }
        }
        Value::Object(object)
    }

    fn child(
        &mut self,
        ty: &'static TypeInfo,
        child: &Element,
        above: &str,
        object: &mut Map<String, Value>,
    ) {
        let path = if above.is_empty() { child.name.clone() } else { format!("{above}.{}", child.name) };
        if child.namespace != self.namespace {
            let namespace =
                |name: &str| if name.is_empty() { "no namespace".to_owned() } else { name.to_owned() };
            let (found, expected) = (namespace(&child.namespace), namespace(&self.namespace));
            if !std::mem::replace(&mut self.read.is_foreign, true) {
                self.wrong(
                    &path,
                    format!("the element is in {found}, expected {expected} like its parent element"),
                );
            }
            return;
        }
        let member = ty.members.iter().find(|member| !member.attribute && member.name == child.name);
        let Some(member) = member else {
            return self.unknown_member(ty, child, path, object);
        };
        if member.repeats {
            let Value::Array(items) = object.entry(member.name).or_insert_with(|| Value::Array(Vec::new()))
            else {
                return self.wrong(&path, "the member is given twice");
            };
            let item = self.list_item(member, child, &format!("{path}[{}]", items.len() + 1));
            items.push(item);
            return;
        }
        let value = match member.item {
            "" => self.item(member, child, &path),
            item => self.list(member, item, child, &path),
        };
        // Careless programs write an empty element for an absent number or time.
        let is_empty = value == "" && !is_text(member) && find_type(member.ty).is_none();
        if !(is_empty && member.min == 0) && object.insert(member.name.to_owned(), value).is_some() {
            self.wrong(&path, "the member is given twice");
        }
    }

    /// A type is open because the contract may be incomplete; a name similar to a known one is still a typing error.
    fn unknown_member(
        &mut self,
        ty: &'static TypeInfo,
        child: &Element,
        path: String,
        object: &mut Map<String, Value>,
    ) {
        let near = did_you_mean(&child.name, ty.members.iter().map(|member| member.name));
        if !ty.open || near.is_some() {
            let hint = match ty.open {
                true => near.map(|near| {
                    format!("{near} to send a member that the contract does not have, use JSON and \"@any\"")
                }),
                false => near,
            };
            return self.read.wrong(&path, format!("{} has no member `{}`", ty.name, child.name), hint);
        }
        if let Value::Array(any) = object.entry("@any").or_insert_with(|| Value::Array(Vec::new())) {
            any.push(Value::from(child.to_xml()));
        }
        self.read.unknown.push(Unknown { path, ty: ty.name, name: child.name.clone() });
    }

    fn unknown_attribute(&mut self, of: &str, name: &str, path: &str) {
        if !name.starts_with(XSI) && !name.starts_with(XML) {
            self.wrong(path, format!("{of} has no attribute `{name}`"));
        }
    }

    fn list(&mut self, member: &'static MemberInfo, item: &str, element: &Element, path: &str) -> Value {
        if is_nil(element) {
            return Value::Null;
        }
        self.no_attributes(element, path);
        let mut items = Vec::new();
        for node in &element.children {
            match node {
                Node::Text(text) if text.trim().is_empty() => {}
                Node::Text(text) => {
                    self.wrong(path, format!("found text between the items: {:?}", text.trim()))
                }
                Node::Element(child) if child.name != item || child.namespace != self.namespace => {
                    let hint = did_you_mean(&child.name, [item]);
                    self.read.wrong(path, format!("expected {item}, found {}", child.name), hint);
                }
                Node::Element(child) => {
                    let item = self.list_item(member, child, &format!("{path}[{}]", items.len() + 1));
                    items.push(item);
                }
            }
        }
        Value::Array(items)
    }

    fn list_item(&mut self, member: &'static MemberInfo, element: &Element, path: &str) -> Value {
        if is_nil(element) && !(member.repeats && member.nillable) {
            self.read.wrong(
                path,
                "a nil element is not an item of a list",
                Some("remove it, or give the item".to_owned()),
            );
        }
        self.item(member, element, path)
    }

    fn item(&mut self, member: &'static MemberInfo, element: &Element, path: &str) -> Value {
        if is_nil(element) {
            return Value::Null;
        }
        if let Some(ty) = find_type(member.ty).filter(|ty| ty.values.is_empty()) {
            return self.structure(ty, element, path);
        }
        self.no_attributes(element, path);
        match element.elements().next() {
            Some(child) => {
                self.wrong(path, format!("found {} in a single value", child.name));
                Value::Null
            }
            None => self.plain(member, &element.text(), path),
        }
    }

    fn no_attributes(&mut self, element: &Element, path: &str) {
        for (name, _) in &element.attributes {
            self.unknown_attribute(&element.name, name, path);
        }
    }

    fn plain(&mut self, member: &MemberInfo, text: &str, path: &str) -> Value {
        if text.trim().is_empty() && !is_text(member) {
            return Value::from("");
        }
        value::read_plain(member, text).unwrap_or_else(|(what, hint)| {
            self.read.wrong(path, what, hint);
            Value::Null
        })
    }
}

fn is_text(member: &MemberInfo) -> bool {
    member.builtin() == Some(Builtin::String)
}

fn is_nil(element: &Element) -> bool {
    let nil = |(name, value): &(String, String)| {
        name.strip_prefix(XSI) == Some("nil") && matches!(value.trim(), "true" | "1")
    };
    element.attributes.iter().any(nil)
}
