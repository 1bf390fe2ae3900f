//! A value of the contract without Rust types: made from the tables, written as JSON and as XML by code that shares
//! nothing with the library's own.

use ongoing_wms::api::TYPES;
use ongoing_wms::operation::{MemberInfo, TypeInfo};
use serde_json::{Map, Value};

#[derive(Debug, Clone)]
pub enum Tree {
    /// A single value: the name of its type and its text.
    Text(&'static str, String),
    /// A structure: the derived type's name where it is not the declared type, and its members.
    Members(Option<&'static str>, Vec<(&'static MemberInfo, Tree)>),
    /// A repeated member.
    List(Vec<Tree>),
    Nil,
}

/// The structure or enumeration of this name; `None` for a built-in.
pub fn find(ty: &str) -> Option<&'static TypeInfo> {
    TYPES.iter().find(|info| info.name == ty)
}

pub fn is_structure(ty: &str) -> bool {
    find(ty).is_some_and(|info| info.values.is_empty())
}

/// The types that extend this one.
pub fn derived(ty: &str) -> impl Iterator<Item = &'static TypeInfo> {
    TYPES.iter().filter(move |info| info.base == ty)
}

pub fn is_list(member: &MemberInfo) -> bool {
    member.repeats || !member.item.is_empty()
}

impl Tree {
    pub fn to_json(&self) -> Value {
        match self {
            Tree::Text("int" | "long", text) => Value::Number(text.parse().unwrap()),
            Tree::Text("boolean", text) => Value::Bool(text == "true"),
            Tree::Text(_, text) => Value::String(text.clone()),
            Tree::Members(ty, members) => {
                let mut object = Map::new();
                if let Some(ty) = ty {
                    object.insert("@type".to_owned(), Value::String((*ty).to_owned()));
                }
                for (member, tree) in members {
                    object.insert(member.name.to_owned(), tree.to_json());
                }
                Value::Object(object)
            }
            Tree::List(items) => Value::Array(items.iter().map(Tree::to_json).collect()),
            Tree::Nil => Value::Null,
        }
    }

    /// Appends the element of this member, on lines of its own.
    pub fn to_xml(&self, out: &mut String, indent: usize, member: &MemberInfo) {
        match self {
            Tree::List(items) if !member.item.is_empty() => {
                let space = "  ".repeat(indent);
                if items.is_empty() {
                    return out.push_str(&format!("{space}<{} />\n", member.name));
                }
                out.push_str(&format!("{space}<{}>\n", member.name));
                items.iter().for_each(|item| item.element(out, indent + 1, member.item));
                out.push_str(&format!("{space}</{}>\n", member.name));
            }
            Tree::List(items) => items.iter().for_each(|item| item.element(out, indent, member.name)),
            _ => self.element(out, indent, member.name),
        }
    }

    fn element(&self, out: &mut String, indent: usize, name: &str) {
        let space = "  ".repeat(indent);
        let line = match self {
            Tree::Nil => format!("{space}<{name} xsi:nil=\"true\" />\n"),
            Tree::Text(_, text) => format!("{space}<{name}>{}</{name}>\n", escaped(text)),
            Tree::List(_) => unreachable!("a list in a list"),
            Tree::Members(ty, members) => {
                let mut tag = name.to_owned();
                if let Some(ty) = ty {
                    tag.push_str(&format!(" xsi:type=\"{ty}\""));
                }
                for (member, tree) in members.iter().filter(|(member, _)| member.attribute) {
                    let Tree::Text(_, text) = tree else { unreachable!("an attribute is a text") };
                    tag.push_str(&format!(" {}=\"{}\"", member.name, escaped(text)));
                }
                let mut content = String::new();
                for (member, tree) in members.iter().filter(|(member, _)| !member.attribute) {
                    tree.to_xml(&mut content, indent + 1, member);
                }
                match content.is_empty() {
                    true => format!("{space}<{tag} />\n"),
                    false => format!("{space}<{tag}>\n{content}{space}</{name}>\n"),
                }
            }
        };
        out.push_str(&line);
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\r', "&#xD;")
        .replace('\n', "&#xA;")
        .replace('\t', "&#x9;")
}
