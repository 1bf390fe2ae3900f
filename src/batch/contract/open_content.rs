//! Members of a request that are not in the contract, kept as open content: the contract may be incomplete, but a
//! typing error must not pass as a new member.

use serde_json::{Map, Value};

use crate::dynamic::{self, find_type};
use crate::operation::{MemberInfo, OperationInfo, TypeInfo};
use crate::suggest::did_you_mean;
use crate::xml::Element;

/// A member that the contract does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenMember {
    /// Path from the payload: `Customer.Adress`. Items of lists count from 1.
    pub path: String,
    /// Name of the type that lacks it.
    pub ty: &'static str,
    /// Its name.
    pub name: String,
    /// `did you mean ..?`, if the type has a member with a similar name.
    pub near: Option<String>,
}

/// Returns the open content of a request in JSON form, as [`Request::to_json`](crate::dynamic::Request::to_json) gives it.
pub fn open_members(operation: &OperationInfo, request: &Value) -> Vec<OpenMember> {
    let mut found = Vec::new();
    match (dynamic::payload(operation), request) {
        (Some(ty), Value::Object(payload)) => object(ty, payload, "", &mut found),
        (None, Value::Object(members)) => {
            for (name, value) in members {
                let known = operation.members.iter().find(|member| member.name == name);
                known.into_iter().for_each(|member| below(member, value, name, &mut found));
            }
        }
        _ => {}
    }
    found
}

fn object(ty: &'static TypeInfo, members: &Map<String, Value>, path: &str, found: &mut Vec<OpenMember>) {
    // A derived type has all members of its base, and its own.
    let derived = members.get("@type").and_then(Value::as_str).and_then(find_type);
    let ty = derived.unwrap_or(ty);
    let above = if path.is_empty() { String::new() } else { format!("{path}.") };
    for (name, value) in members {
        let path = format!("{above}{name}");
        match ty.member(name) {
            Some(member) => below(member, value, &path, found),
            None if name == "@any" => {
                let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
                for element in texts.filter_map(|text| Element::from_xml(text).ok()) {
                    let near = did_you_mean(&element.name, ty.members.iter().map(|member| member.name));
                    let path = format!("{above}{}", element.name);
                    found.push(OpenMember { path, ty: ty.name, name: element.name, near });
                }
            }
            None => {}
        }
    }
}

fn below(member: &MemberInfo, value: &Value, path: &str, found: &mut Vec<OpenMember>) {
    let Some(ty) = find_type(member.ty) else { return };
    match value {
        Value::Object(members) => object(ty, members, path, found),
        Value::Array(items) => {
            for (item, number) in items.iter().zip(1..) {
                if let Value::Object(members) = item {
                    object(ty, members, &format!("{path}[{number}]"), found);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::batch::Kind;

    #[test]
    fn typing_errors_are_told_from_new_members() {
        let order = json!({
            "Customer": { "@any": ["<Adress>Storgatan 1</Adress>", "<Zodiac/>"] },
            "CustomerOrderLines": [{}, { "@any": ["<ArticelNumber/>"] }],
        });
        let found = open_members(Kind::find("orders").unwrap().operation().unwrap(), &order);
        let found: Vec<_> = found.iter().map(|open| (open.path.as_str(), open.near.as_deref())).collect();
        assert_eq!(
            found,
            [
                ("Customer.Adress", Some("did you mean `Address`, `Address2` or `Address3`?")),
                ("Customer.Zodiac", None),
                ("CustomerOrderLines[2].ArticelNumber", Some("did you mean `ArticleNumber`?")),
            ]
        );
    }
}
