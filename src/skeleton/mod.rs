//! Skeletons: input to fill in with the members that most calls need, or with all members, in JSON and in XML.
//!
//! What the command prints and the sandbox shows; no promise is made about it.

mod tree;

use serde_json::{Map, Value};

pub use tree::{Absence, Extent, Find, SkeletonFormat, SkeletonMember, SkeletonNode, SkeletonValue, members};

/// The placeholder for a text to fill in, as in other SOAP tools.
pub const PLACEHOLDER: &str = "?";

// ---- JSON ------------------------------------------------------------------------------------------------------

/// Returns the JSON form of a request with these members.
pub fn to_json(payload: Option<&str>, members: &[SkeletonMember]) -> Value {
    match (payload, members) {
        (Some(_), [payload]) => value(&payload.node),
        _ => object(members),
    }
}

fn object(members: &[SkeletonMember]) -> Value {
    Value::Object(
        members.iter().map(|member| (member.name.to_owned(), value(&member.node))).collect::<Map<_, _>>(),
    )
}

fn value(node: &SkeletonNode) -> Value {
    match node {
        SkeletonNode::Plain(SkeletonValue { json, absence, .. }) => match absence {
            Absence::Kept => json.clone(),
            Absence::LeftOut | Absence::Nil => Value::Null,
        },
        SkeletonNode::Struct(members) => object(members),
        SkeletonNode::List(item, _) => match value(item) {
            Value::Null => Value::Null,
            item => Value::Array(vec![item]),
        },
    }
}

// ---- XML -------------------------------------------------------------------------------------------------------

const XSI: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

// ---- XML -------------------------------------------------------------------------------------------------------

/// Returns the request element with these members; optional ones are in comments.
pub fn to_xml(element: &str, namespace: &str, members: &[SkeletonMember]) -> String {
    let mut out = format!("<{element} xmlns=\"{}\"{XSI}>\n", escape(namespace));
    members.iter().for_each(|member| write_member(&mut out, 1, member.name, &member.node));
    out.push_str(&format!("</{element}>\n"));
    out
}

fn write_member(out: &mut String, depth: usize, name: &str, node: &SkeletonNode) {
    let indent = "  ".repeat(depth);
    match node {
        SkeletonNode::Plain(content) => out.push_str(&format!("{indent}{}\n", plain_element(name, content))),
        SkeletonNode::Struct(members) => {
            let (attributes, children): (Vec<_>, Vec<_>) = members.iter().partition(|m| m.attribute);
            out.push_str(&format!("{indent}<{name}"));
            for attribute in attributes {
                if let SkeletonNode::Plain(SkeletonValue { text, .. }) = &attribute.node {
                    out.push_str(&format!(" {}=\"{}\"", attribute.name, escape(text)));
                }
            }
            out.push_str(">\n");
            children.iter().for_each(|member| write_member(out, depth + 1, member.name, &member.node));
            out.push_str(&format!("{indent}</{name}>\n"));
        }
        SkeletonNode::List(item, "") => write_member(out, depth, name, item),
        SkeletonNode::List(item, item_name) => match item.as_ref() {
            SkeletonNode::Plain(content) => {
                let item = format!("<{item_name}>{}</{item_name}>", escape(&content.text));
                out.push_str(&format!("{indent}<!-- <{name}>{item}</{name}> -->\n"));
            }
            item => {
                out.push_str(&format!("{indent}<{name}>\n"));
                write_member(out, depth + 1, item_name, item);
                out.push_str(&format!("{indent}</{name}>\n"));
            }
        },
    }
}

/// Members that are left out unless filled in are in comments.
fn plain_element(name: &str, content: &SkeletonValue) -> String {
    let element = format!("<{name}>{}</{name}>", escape(&content.text));
    let or = match content.others.is_empty() {
        true => String::new(),
        false => format!(" or {}", content.others.join(", ").replace("--", "- -")),
    };
    match content.absence {
        Absence::Kept if or.is_empty() => element,
        Absence::Kept => format!("{element} <!--{or} -->"),
        Absence::LeftOut => format!("<!-- {element}{or} -->"),
        Absence::Nil => format!("<{name} xsi:nil=\"true\"/> <!-- {element}{or} -->"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
