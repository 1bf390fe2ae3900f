//! `ongoing skeleton`: input to fill in, which `call` takes.

mod tree;

use ongoing_wms::dynamic::payload;
use serde_json::{Map, Value};

use self::tree::{Absence, Content, Extent, Member, Node};
use super::failure::note;
use super::names;
use super::page::{print, print_json};

/// Print input to fill in, for `call`
///
/// Texts that must be filled in are `?`, which `call` refuses to send. What is `null` (JSON) or stands in a comment
/// (XML) is left out unless filled in. Where the contract has a list of values, one that suits most calls stands
/// there; the others are named on standard error (JSON) or in a comment (XML). Without `--all` only the members that
/// most calls need are there.
#[derive(clap::Args)]
pub struct Args {
    /// The operation
    operation: String,
    /// Form of the input
    #[arg(long, short, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Every member that the contract has
    #[arg(long)]
    all: bool,
}

/// Form of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Json,
    Xml,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let operation = names::operation(&args.operation)?;
    let form = match args.format {
        Format::Json => tree::Form::Json,
        Format::Xml => tree::Form::Xml,
    };
    let extent = if args.all { Extent::All } else { Extent::Usual };
    let members = tree::members(operation, extent, form);
    match args.format {
        Format::Xml => print(&to_xml(operation.request, operation.namespace, &members)),
        Format::Json => {
            if payload(operation).is_none() && members.is_empty() {
                note(format!("{} takes no input: `call` it without --input", operation.name));
            }
            name_choices(operation.payload, &members);
            print_json(&to_json(operation.payload, &members))
        }
    }
}

// ---- JSON ------------------------------------------------------------------------------------------------------

fn to_json(payload: Option<&str>, members: &[Member]) -> Value {
    match (payload, members) {
        (Some(_), [payload]) => value(&payload.node),
        _ => object(members),
    }
}

fn object(members: &[Member]) -> Value {
    Value::Object(
        members.iter().map(|member| (member.name.to_owned(), value(&member.node))).collect::<Map<_, _>>(),
    )
}

fn value(node: &Node) -> Value {
    match node {
        Node::Plain(Content { json, absence, .. }) => match absence {
            Absence::Kept => json.clone(),
            Absence::LeftOut | Absence::Nil => Value::Null,
        },
        Node::Struct(members) => object(members),
        Node::List(item, _) => match value(item) {
            Value::Null => Value::Null,
            item => Value::Array(vec![item]),
        },
    }
}

/// JSON has no comments: what else may stand in a member goes to standard error.
fn name_choices(payload: Option<&str>, members: &[Member]) {
    let mut lines = Vec::new();
    match (payload, members) {
        (Some(_), [Member { node: Node::Struct(members), .. }]) => collect_choices(members, "", &mut lines),
        _ => collect_choices(members, "", &mut lines),
    }
    if !lines.is_empty() {
        note(format!("what else may stand in these members:\n{}", lines.join("\n")));
    }
}

fn collect_choices(members: &[Member], path: &str, lines: &mut Vec<String>) {
    for member in members {
        let path = if path.is_empty() { member.name.to_owned() } else { format!("{path}.{}", member.name) };
        let node = match &member.node {
            Node::List(item, _) => item,
            node => node,
        };
        match node {
            Node::Struct(members) => collect_choices(members, &path, lines),
            Node::Plain(Content { others, .. }) if !others.is_empty() => {
                lines.push(format!("  {path}: {}", others.join(", ")));
            }
            Node::Plain(_) | Node::List(..) => {}
        }
    }
}

const XSI: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

// ---- XML -------------------------------------------------------------------------------------------------------

fn to_xml(element: &str, namespace: &str, members: &[Member]) -> String {
    let mut out = format!("<{element} xmlns=\"{}\"{XSI}>\n", escape(namespace));
    members.iter().for_each(|member| write_member(&mut out, 1, member.name, &member.node));
    out.push_str(&format!("</{element}>\n"));
    out
}

fn write_member(out: &mut String, depth: usize, name: &str, node: &Node) {
    let indent = "  ".repeat(depth);
    match node {
        Node::Plain(content) => out.push_str(&format!("{indent}{}\n", plain_element(name, content))),
        Node::Struct(members) => {
            let (attributes, children): (Vec<_>, Vec<_>) = members.iter().partition(|m| m.attribute);
            out.push_str(&format!("{indent}<{name}"));
            for attribute in attributes {
                if let Node::Plain(Content { text, .. }) = &attribute.node {
                    out.push_str(&format!(" {}=\"{}\"", attribute.name, escape(text)));
                }
            }
            out.push_str(">\n");
            children.iter().for_each(|member| write_member(out, depth + 1, member.name, &member.node));
            out.push_str(&format!("{indent}</{name}>\n"));
        }
        Node::List(item, "") => write_member(out, depth, name, item),
        Node::List(item, item_name) => match item.as_ref() {
            Node::Plain(content) => {
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

/// What is left out unless filled in stands in a comment.
fn plain_element(name: &str, content: &Content) -> String {
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

#[cfg(test)]
mod tests {
    use ongoing_wms::api::OPERATIONS;
    use ongoing_wms::dynamic::{request_from_json, request_from_xml};

    use super::*;

    #[test]
    fn every_skeleton_is_accepted() {
        let mut wrong = Vec::new();
        for operation in &OPERATIONS {
            for extent in [Extent::Usual, Extent::All] {
                let json = to_json(operation.payload, &tree::members(operation, extent, tree::Form::Json));
                if let Err(error) = request_from_json(operation, &json) {
                    wrong.push(format!("{} {extent:?} JSON: {error}", operation.name));
                }
                let members = tree::members(operation, extent, tree::Form::Xml);
                let xml = to_xml(operation.request, operation.namespace, &members);
                if let Err(error) = request_from_xml(operation, &xml) {
                    wrong.push(format!("{} {extent:?} XML: {error}", operation.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
