//! A payload in XML, as its JSON form. What a record may leave to the defaults of its kind is not asked for here, and
//! neither is what the contract requires: that is looked at once, whatever the form was.

use serde_json::{Map, Value};

use crate::batch::text_value::{self, Notation};
use crate::dynamic::{self, find_type};
use crate::nearest::did_you_mean;
use crate::operation::{MemberInfo, OperationInfo, TypeInfo};
use crate::xml::{Element, Node, attribute_name};

/// What is wrong, and what to do.
type Wrong = (String, Option<String>);

const XSI: &str = "{http://www.w3.org/2001/XMLSchema-instance}";
const SOAP: [&str; 2] =
    ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"];

/// The goods owner and the payload that an envelope, a request element or the payload itself holds. Of the members
/// about the sender only the goods owner's code is taken: it says whose the record is.
pub fn payload(
    operation: &OperationInfo,
    root: &Element,
) -> Result<(Option<String>, Map<String, Value>), Wrong> {
    let ty = dynamic::payload(operation).ok_or_else(|| lost(operation, root))?;
    let name = operation.payload.unwrap_or_default();
    let mut element = root;
    if root.name == "Envelope" && SOAP.contains(&root.namespace.as_str()) {
        let body = root.child("Body").ok_or_else(|| lost(operation, root))?;
        element = only(body.elements()).ok_or_else(|| lost(operation, body))?;
    }
    let mut goods_owner = None;
    if is_ours(operation, element) && element.name == operation.request {
        let code = element.child("GoodsOwnerCode").map(Element::text);
        goods_owner = code.map(|code| code.trim().to_owned()).filter(|code| !code.is_empty());
        let request = element;
        let mut payloads = request.elements().filter(|child| child.name == name);
        element =
            only(&mut payloads).ok_or_else(|| (format!("{} has not just one {name}", request.name), None))?;
    } else if element.name != name && element.name != ty.name {
        return Err(lost(operation, element));
    }
    if !is_ours(operation, element) {
        return Err(lost(operation, element));
    }
    let reader = ElementReader { namespace: element.namespace.clone() };
    match reader.structure(ty, element, ty.name)? {
        Value::Object(payload) => Ok((goods_owner, payload)),
        _ => Err((format!("{} is nil", element.name), None)),
    }
}

fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}

/// In the contract's namespace, or in none at all, as hand-made files are.
fn is_ours(operation: &OperationInfo, element: &Element) -> bool {
    element.namespace == operation.namespace || element.namespace.is_empty()
}

fn lost(operation: &OperationInfo, found: &Element) -> Wrong {
    let ty = dynamic::payload(operation).map_or("", |ty| ty.name);
    let names = [operation.request, operation.payload.unwrap_or_default(), ty];
    let what = match found.namespace.as_str() {
        "" => format!("found {}", found.name),
        namespace => format!("found {} in {namespace}", found.name),
    };
    (format!("{what} where one of {} is expected, in {}", names.join(", "), operation.namespace), None)
}

struct ElementReader {
    /// Of the payload; its members have the same.
    namespace: String,
}

impl ElementReader {
    /// The object that an element of a structure's type is.
    fn structure(&self, ty: &'static TypeInfo, element: &Element, path: &str) -> Result<Value, Wrong> {
        if is_nil(element) {
            return Ok(Value::Null);
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
            let member = ty.members.iter().find(|m| m.attribute && attribute_name(m.name) == name);
            let member =
                member.ok_or_else(|| (format!("{path}: {} has no attribute `{name}`", ty.name), None))?;
            object.insert(member.name.to_owned(), plain(member, value, path)?);
        }
        self.children(ty, element, path, &mut object)?;
        Ok(Value::Object(object))
    }

    fn children(
        &self,
        ty: &'static TypeInfo,
        element: &Element,
        path: &str,
        object: &mut Map<String, Value>,
    ) -> Result<(), Wrong> {
        for node in &element.children {
            match node {
                Node::Text(text) if text.trim().is_empty() => {}
                Node::Text(text) => match ty.members.iter().find(|member| member.name == "@text") {
                    Some(member) => {
                        object.insert(member.name.to_owned(), plain(member, text, path)?);
                    }
                    None => {
                        return Err((format!("{path}: text between the members: {:?}", text.trim()), None));
                    }
                },
                Node::Element(child) => self.child(ty, child, path, object)?,
            }
        }
        Ok(())
    }

    fn child(
        &self,
        ty: &'static TypeInfo,
        child: &Element,
        path: &str,
        object: &mut Map<String, Value>,
    ) -> Result<(), Wrong> {
        let path = format!("{path}.{}", child.name);
        if child.namespace != self.namespace {
            let namespace =
                |name: &str| if name.is_empty() { "no namespace".to_owned() } else { name.to_owned() };
            let (found, expected) = (namespace(&child.namespace), namespace(&self.namespace));
            return Err((format!("{path} is in {found}, what is around it in {expected}"), None));
        }
        let member = ty.members.iter().find(|member| !member.attribute && member.name == child.name);
        let Some(member) = member else {
            return open_content(ty, child, &path, object);
        };
        if member.repeats {
            let item = self.item(member, child, &path)?;
            match object.entry(member.name).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(items) => items.push(item),
                _ => return Err((format!("{path} is there twice"), None)),
            }
            return Ok(());
        }
        let value = match member.item {
            "" => self.item(member, child, &path)?,
            item => self.list(member, item, child, &path)?,
        };
        // An empty element of a number or a time is what careless programs write for none.
        let is_empty = value == "" && member.ty != "string" && find_type(member.ty).is_none();
        if !(is_empty && member.min == 0) && object.insert(member.name.to_owned(), value).is_some() {
            return Err((format!("{path} is there twice"), None));
        }
        Ok(())
    }

    fn list(
        &self,
        member: &'static MemberInfo,
        item: &str,
        element: &Element,
        path: &str,
    ) -> Result<Value, Wrong> {
        if is_nil(element) {
            return Ok(Value::Null);
        }
        let mut items = Vec::new();
        for (index, child) in element.elements().enumerate() {
            if child.name != item || child.namespace != self.namespace {
                return Err((format!("{path}: found {} where {item} is expected", child.name), None));
            }
            items.push(self.item(member, child, &format!("{path}[{index}]"))?);
        }
        Ok(Value::Array(items))
    }

    fn item(&self, member: &'static MemberInfo, element: &Element, path: &str) -> Result<Value, Wrong> {
        if is_nil(element) {
            return Ok(Value::Null);
        }
        match find_type(member.ty).filter(|ty| ty.values.is_empty()) {
            Some(ty) => self.structure(ty, element, path),
            None => match element.elements().next() {
                Some(child) => Err((format!("{path}: found {} in a single value", child.name), None)),
                None => plain(member, &element.text(), path),
            },
        }
    }
}

fn plain(member: &MemberInfo, text: &str, path: &str) -> Result<Value, Wrong> {
    if text.trim().is_empty() && member.ty != "string" {
        return Ok(Value::from(""));
    }
    text_value::read(member, text, &Notation::default())
        .map_err(|(what, _)| (format!("{path}: {what}"), None))
}

fn is_nil(element: &Element) -> bool {
    let nil = |(name, value): &(String, String)| {
        name.strip_prefix(XSI) == Some("nil") && matches!(value.trim(), "true" | "1")
    };
    element.attributes.iter().any(nil)
}

fn open_content(
    ty: &TypeInfo,
    child: &Element,
    path: &str,
    object: &mut Map<String, Value>,
) -> Result<(), Wrong> {
    if !ty.open {
        let hint = did_you_mean(&child.name, ty.members.iter().map(|member| member.name));
        return Err((format!("{path}: {} has no member `{}`", ty.name, child.name), hint));
    }
    if let Value::Array(any) = object.entry("@any").or_insert_with(|| Value::Array(Vec::new())) {
        any.push(Value::from(child.to_xml()));
    }
    Ok(())
}
