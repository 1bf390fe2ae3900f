//! Makes `input.json` and `response.xml` of the folders `<Operation>__all_members` and `<Operation>__minimal` from
//! the contract's tables:
//!
//! ```text
//! cargo test --test exchanges -- --ignored scaffold    # writes what is not there yet
//! cargo test --test exchanges                          # writes the rest, and fails once: read it all
//! ```
//!
//! To make a folder anew, delete it first. Every value in a folder is another one, so that two that were swapped can
//! be seen.

use std::fs;

use ongoing_wms::api::OPERATIONS;
use ongoing_wms::operation::{MemberInfo, OperationInfo};
use serde_json::Value;

use crate::case::{Case, root};
use crate::tree::{Tree, derived, find, is_list, is_structure};

const ENVELOPE: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<soap:Envelope \
                        xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
                        xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                        xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n  <soap:Body>\n";

#[test]
#[ignore = "writes folders that are not there yet"]
fn scaffold() {
    for operation in &OPERATIONS {
        for all in [true, false] {
            let point = if all { "all_members" } else { "minimal" };
            let folder = root().join(format!("{}__{point}", operation.name));
            if folder.exists() {
                continue;
            }
            fs::create_dir_all(&folder).unwrap();
            let input = input(operation, all);
            fs::write(folder.join("input.json"), format!("{input:#}\n")).unwrap();
            fs::write(folder.join("response.xml"), response(operation, all, &input)).unwrap();
        }
    }
}

fn input(operation: &'static OperationInfo, all: bool) -> Value {
    let mut filler = Filler { all, sent: None, number: 0, inside: Vec::new() };
    if let Some(payload) = operation.own_members().find(|member| Some(member.name) == operation.payload) {
        return filler.value(payload).to_json();
    }
    let members = operation.own_members().filter_map(|member| Some((member, filler.member(member)?)));
    Tree::Members(None, members.collect()).to_json()
}

fn response(operation: &'static OperationInfo, all: bool, input: &Value) -> String {
    let mut filler = Filler { all, sent: Some(input), number: 0, inside: Vec::new() };
    let mut content = String::new();
    for result in operation.results {
        // Without a result there would be nothing to read.
        let tree = filler.member(result).unwrap_or_else(|| filler.value(result));
        tree.to_xml(&mut content, 3, result);
    }
    let (name, namespace) = (operation.response, operation.namespace);
    let element = match content.is_empty() {
        true => format!("    <{name} xmlns=\"{namespace}\" />\n"),
        false => format!("    <{name} xmlns=\"{namespace}\">\n{content}    </{name}>\n"),
    };
    format!("{ENVELOPE}{element}  </soap:Body>\n</soap:Envelope>\n")
}

struct Filler<'a> {
    /// Every member, or only those that must be there.
    all: bool,
    /// The request that an answer answers; `None` where a request is made.
    sent: Option<&'a Value>,
    /// Number of the value that was made last.
    number: u64,
    /// The types round the present place.
    inside: Vec<&'static str>,
}

impl Filler<'_> {
    fn is_request(&self) -> bool {
        self.sent.is_none()
    }

    /// `None` where the member is left out.
    fn member(&mut self, member: &'static MemberInfo) -> Option<Tree> {
        let again = self.inside.iter().filter(|ty| **ty == member.ty).count();
        if self.all {
            return (again < 2).then(|| self.value(member));
        }
        // The JSON form of a request needs what has no default; an answer has what the contract requires.
        let needed = if self.is_request() { member.required } else { member.min > 0 };
        match needed {
            true if member.nillable && !self.is_request() => Some(Tree::Nil),
            true => Some(self.value(member)),
            false => None,
        }
    }

    fn value(&mut self, member: &'static MemberInfo) -> Tree {
        if !is_list(member) {
            return self.single(member);
        }
        if !self.all {
            return Tree::List(Vec::new());
        }
        let count = if self.inside.len() > 2 { 1 } else { 2 };
        let mut items: Vec<Tree> = (0..count).map(|_| self.single(member)).collect();
        for ty in derived(member.ty) {
            let members = self.members(ty.name, ty.members);
            items.push(Tree::Members(Some(ty.name), members));
        }
        Tree::List(items)
    }

    fn single(&mut self, member: &'static MemberInfo) -> Tree {
        match find(member.ty) {
            Some(info) if is_structure(info.name) => {
                Tree::Members(None, self.members(info.name, info.members))
            }
            _ => Tree::Text(member.ty, self.text(member)),
        }
    }

    fn members(
        &mut self,
        ty: &'static str,
        members: &'static [MemberInfo],
    ) -> Vec<(&'static MemberInfo, Tree)> {
        self.inside.push(ty);
        let members = members.iter().filter_map(|member| Some((member, self.member(member)?))).collect();
        self.inside.pop();
        members
    }

    fn text(&mut self, member: &MemberInfo) -> String {
        self.number += 1;
        let (number, name) = (self.number, member.name);
        match (name, member.ty) {
            // The goods owner of the credentials: any other one is a conflict.
            ("GoodsOwnerCode", "string") if self.is_request() => return "ACME".to_owned(),
            ("GoodsOwnerId", "int") if self.is_request() => return "4711".to_owned(),
            // An answer about the record that was sent.
            _ if self.inside.len() == 1
                && let Some(sent) = self.sent.and_then(|input| sent(input, name, 2)) =>
            {
                return sent;
            }
            // An answer that is no refusal.
            ("Success", "boolean") => return "true".to_owned(),
            _ => {}
        }
        match member.ty {
            "int" | "long" if self.all || self.is_request() => number.to_string(),
            "int" | "long" | "decimal" if !self.all && !self.is_request() => "0".to_owned(),
            "decimal" => format!("{number}.50"),
            "boolean" => (self.all && number % 2 == 1).to_string(),
            "dateTime" if !self.all && !self.is_request() => "0001-01-01T00:00:00".to_owned(),
            "dateTime" => {
                let (month, day) = (number / 28 % 12 + 1, number % 28 + 1);
                format!("2024-{month:02}-{day:02}T{:02}:{:02}:07", number / 60 % 24, number % 60)
            }
            "base64Binary" => base64(format!("{name} {number}").as_bytes()),
            ty => match find(ty) {
                Some(info) => {
                    let count = info.values.len() as u64;
                    info.values[usize::try_from(number % count).unwrap()].0.to_owned()
                }
                None => text_of(name, number, member.length as usize),
            },
        }
    }
}

/// The number or id of this name that the record itself has in a request.
fn sent(input: &Value, name: &str, depth: u32) -> Option<String> {
    let name = if name == "ArticleDefId" { "ArticleSystemId" } else { name };
    let members = input.as_object().filter(|_| name.ends_with("Number") || name.ends_with("Id"))?;
    match members.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(number @ Value::Number(_)) => Some(number.to_string()),
        _ if depth == 0 => None,
        _ => members.values().find_map(|value| sent(value, name, depth - 1)),
    }
}

/// A text that says where it belongs, as far as its length allows.
fn text_of(name: &str, number: u64, length: usize) -> String {
    let text = format!("{name} {number}");
    if length == 0 || text.len() <= length {
        return text;
    }
    let digits = number.to_string();
    if digits.len() < length {
        return format!("{}{digits}", &name[..(length - digits.len()).min(name.len())]);
    }
    // Two letters: enough for 676 values.
    let letter = |value: u64| char::from(b'A' + u8::try_from(value % 26).unwrap());
    [letter(number / 26), letter(number)].iter().collect()
}

fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    ongoing_wms::xml::Text::format(&ongoing_wms::xml::Bytes(bytes.to_vec()), &mut text);
    text
}

/// A contract that has grown needs folders that have grown.
#[test]
fn every_operation_has_a_folder_with_all_members_and_a_minimal_one() {
    let mut missing = Vec::new();
    let cases = Case::all();
    for operation in &OPERATIONS {
        let find = |point: &str| {
            let name = format!("{}__{point}", operation.name);
            cases.iter().find(|case| case.folder.ends_with(&name))
        };
        if find("minimal").is_none() {
            missing.push(format!("{}__minimal", operation.name));
        }
        let Some(case) = find("all_members") else {
            missing.push(format!("{}__all_members", operation.name));
            continue;
        };
        let input = match operation.payload {
            Some(payload) => serde_json::json!({ payload: case.input }),
            None => case.input.clone(),
        };
        for member in operation.own_members() {
            look_for(member, &input, &mut vec![operation.name], &mut missing);
        }
    }
    assert!(missing.is_empty(), "not there:\n{}", missing.join("\n"));
}

fn look_for(
    member: &'static MemberInfo,
    owner: &Value,
    inside: &mut Vec<&'static str>,
    missing: &mut Vec<String>,
) {
    let Some(value) = owner.get(member.name) else {
        return missing.push(format!("{}: {}", inside.join("."), member.name));
    };
    let value = value.get(0).unwrap_or(value);
    let Some(info) = find(member.ty).filter(|info| !inside.contains(&info.name)) else { return };
    inside.push(info.name);
    for member in info.members {
        look_for(member, value, inside, missing);
    }
    inside.pop();
}
