//! Describes the operations of the service: their meaning, members and sample requests.

use serde_json::{Value, json};

use crate::operation::{MemberInfo, OperationInfo, TypeInfo};
use crate::sandbox::contract::{OPERATIONS, TYPES};
use crate::skeleton::{self, Extent, SkeletonFormat};

/// Maximum depth of listed members. Recursive types are not followed.
const DEPTH: usize = 8;

/// Placeholder in samples for values that the sandbox fills in.
const FILLED_IN: &str = "***";

/// All operations, by group, in the contract's order.
pub(crate) fn operations() -> Value {
    let mut groups: Vec<(&str, Vec<Value>)> = Vec::new();
    for operation in &OPERATIONS {
        let shown = json!({
            "name": operation.name,
            "doc": operation.doc,
            "effect": operation.effect.as_str(),
            "page": operation.page,
        });
        match groups.iter_mut().find(|(group, _)| *group == operation.group) {
            Some((_, operations)) => operations.push(shown),
            None => groups.push((operation.group, vec![shown])),
        }
    }
    let shown =
        groups.into_iter().map(|(group, operations)| json!({ "group": group, "operations": operations }));
    Value::Array(shown.collect())
}

/// One operation; `None` if the contract has none with this name.
pub(crate) fn operation(name: &str) -> Option<Value> {
    let operation = OPERATIONS.iter().find(|operation| operation.name == name)?;
    let mut members = Vec::new();
    for member in operation.own_members() {
        list(&mut members, "", member, &mut Vec::new());
    }
    let usual = |form| skeleton::members(operation, find_type, Extent::Usual, form);
    Some(json!({
        "name": operation.name,
        "group": operation.group,
        "doc": operation.doc,
        "effect": operation.effect.as_str(),
        "page": operation.page,
        "action": operation.action,
        "members": members,
        "xml": envelope(operation, &skeleton::to_xml(operation.request, operation.namespace, &usual(SkeletonFormat::Xml))),
        "json": skeleton::to_json(operation.payload, &usual(SkeletonFormat::Json)),
    }))
}

fn find_type(name: &str) -> Option<&'static TypeInfo> {
    TYPES.iter().find(|ty| ty.name == name)
}

/// Adds a member and its nested members, each by its path: `co.CustomerOrderLines[].ArticleNumber`.
fn list(shown: &mut Vec<Value>, above: &str, member: &MemberInfo, types: &mut Vec<&'static str>) {
    let path = format!("{above}{}{}", member.name, if member.is_list() { "[]" } else { "" });
    let ty = find_type(member.ty);
    let values = ty.map_or(&[][..], |ty| ty.values);
    shown.push(json!({
        "path": path,
        "type": member.ty,
        "required": member.required,
        "maxLength": member.length,
        "doc": member.doc,
        "values": values.iter().map(|(name, doc)| json!({ "name": name, "doc": doc })).collect::<Vec<_>>(),
    }));
    let Some(ty) = ty.filter(|ty| ty.values.is_empty() && !types.contains(&ty.name) && types.len() < DEPTH)
    else {
        return;
    };
    types.push(ty.name);
    for below in ty.members {
        list(shown, &format!("{path}."), below, types);
    }
    types.pop();
}

/// A complete envelope around a request element, with the sender's members.
fn envelope(operation: &OperationInfo, request: &str) -> String {
    let sender: String = operation
        .members
        .iter()
        .filter(|member| member.sender)
        .map(|member| format!("  <{0}>{FILLED_IN}</{0}>\n", member.name))
        .collect();
    // The element's own line comes first.
    let (head, rest) = request.split_once('\n').unwrap_or((request, ""));
    let body: String =
        format!("{head}\n{sender}{rest}").lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">\n  <soap:Body>\n{body}  </soap:Body>\n\
         </soap:Envelope>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_described() {
        let groups = operations();
        let named =
            groups.as_array().unwrap().iter().flat_map(|group| group["operations"].as_array().unwrap());
        let names: Vec<&str> = named.map(|operation| operation["name"].as_str().unwrap()).collect();
        assert_eq!(names.len(), OPERATIONS.len());
        for name in names {
            let shown = operation(name).unwrap();
            let xml = shown["xml"].as_str().unwrap();
            assert!(xml.contains(&format!("<{name} xmlns=")) && xml.ends_with("</soap:Envelope>\n"), "{xml}");
        }
        assert_eq!(operation("GetNothing"), None);
    }

    #[test]
    fn members_are_listed_by_their_paths() {
        let shown = operation("ProcessOrder").unwrap();
        let member = |path: &str| {
            let members = shown["members"].as_array().unwrap();
            members
                .iter()
                .find(|member| member["path"] == path)
                .unwrap_or_else(|| panic!("{path} is missing"))
        };
        assert_eq!(member("co.OrderInfo.GoodsOwnerOrderNumber")["maxLength"], 50);
        assert_eq!(member("co.CustomerOrderLines[].NumberOfItems")["required"], true);
        let operation = member("co.OrderInfo.OrderOperation");
        assert!(
            operation["values"].as_array().unwrap().iter().any(|value| value["name"] == "CreateOrUpdate")
        );
        assert_eq!(shown["json"]["OrderInfo"]["OrderOperation"], "CreateOrUpdate");
        assert!(shown["xml"].as_str().unwrap().contains("<Password>***</Password>"));
    }
}
