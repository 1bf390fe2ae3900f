//! `ongoing skeleton`: prints input to fill in for `call`.

use ongoing_wms::dynamic::{find_type, payload};
use ongoing_wms::skeleton::{
    Extent, SkeletonFormat, SkeletonMember, SkeletonNode, SkeletonValue, members, to_json, to_xml,
};

use super::failure::{note, tell};
use super::names::{self, KnownNames};
use super::page::{print, print_json};

/// Print input to fill in, for `call`
///
/// Required texts and quantities are `?`, which `call` refuses to send. Members that are `null` (JSON) or in a comment
/// (XML) are left out unless you fill them in. For a member with a list of values, the skeleton has one that suits most
/// calls, and names the others on standard error (JSON) or in a comment (XML). Without `--all` it has only the members
/// that most calls need.
#[derive(clap::Args)]
pub struct Args {
    /// The operation
    #[arg(hide_possible_values = true, value_parser = KnownNames(names::operations))]
    operation: String,
    /// Format of the input
    #[arg(long, short, value_enum, default_value_t = RequestFormat::Json)]
    format: RequestFormat,
    /// Print all members of the contract
    #[arg(long)]
    all: bool,
}

/// Format of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RequestFormat {
    Json,
    Xml,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let operation = names::operation(&args.operation)?;
    let form = match args.format {
        RequestFormat::Json => SkeletonFormat::Json,
        RequestFormat::Xml => SkeletonFormat::Xml,
    };
    let extent = if args.all { Extent::All } else { Extent::Usual };
    let members = members(operation, find_type, extent, form);
    match args.format {
        RequestFormat::Xml => print(&to_xml(operation.request, operation.namespace, &members)),
        RequestFormat::Json => {
            if payload(operation).is_none() && members.is_empty() {
                note(format!("{} takes no input: use `call` without --input", operation.name));
            }
            name_choices(operation.payload, &members);
            print_json(&to_json(operation.payload, &members))
        }
    }
}

/// JSON has no comments, so other possible values go to standard error.
fn name_choices(payload: Option<&str>, members: &[SkeletonMember]) {
    let mut lines = Vec::new();
    match (payload, members) {
        (Some(_), [SkeletonMember { node: SkeletonNode::Struct(members), .. }]) => {
            collect_choices(members, "", &mut lines)
        }
        _ => collect_choices(members, "", &mut lines),
    }
    if !lines.is_empty() {
        note("other values for these members:");
        tell(format_args!("{}", lines.join("\n")));
    }
}

fn collect_choices(members: &[SkeletonMember], path: &str, lines: &mut Vec<String>) {
    for member in members {
        let path = if path.is_empty() { member.name.to_owned() } else { format!("{path}.{}", member.name) };
        let node = match &member.node {
            SkeletonNode::List(item, _) => item,
            node => node,
        };
        match node {
            SkeletonNode::Struct(members) => collect_choices(members, &path, lines),
            SkeletonNode::Plain(SkeletonValue { others, .. }) if !others.is_empty() => {
                lines.push(format!("  {path}: {}", others.join(", ")));
            }
            SkeletonNode::Plain(_) | SkeletonNode::List(..) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use ongoing_wms::api::OPERATIONS;
    use ongoing_wms::dynamic::{request_from_json, request_from_xml};
    use serde_json::Value;

    use super::*;

    /// All that is to be filled in, filled in.
    fn filled(value: &mut Value) {
        match value {
            Value::String(text) if text == ongoing_wms::batch::PLACEHOLDER => "1".clone_into(text),
            Value::Array(items) => items.iter_mut().for_each(filled),
            Value::Object(members) => members.values_mut().for_each(filled),
            _ => {}
        }
    }

    #[test]
    fn every_skeleton_is_accepted() {
        let mut wrong = Vec::new();
        for operation in &OPERATIONS {
            for extent in [Extent::Usual, Extent::All] {
                let mut json =
                    to_json(operation.payload, &members(operation, find_type, extent, SkeletonFormat::Json));
                filled(&mut json);
                if let Err(error) = request_from_json(operation, &json) {
                    wrong.push(format!("{} {extent:?} JSON: {error}", operation.name));
                }
                let members = members(operation, find_type, extent, SkeletonFormat::Xml);
                let xml = to_xml(operation.request, operation.namespace, &members).replace(">?<", ">1<");
                if let Err(error) = request_from_xml(operation, &xml) {
                    wrong.push(format!("{} {extent:?} XML: {error}", operation.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
