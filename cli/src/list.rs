//! `ongoing list`: lists the operations by group.

use ongoing_wms::api::OPERATIONS;
use ongoing_wms::operation::OperationInfo;
use ongoing_wms::suggest::did_you_mean;
use serde_json::{Value, json};

use super::exit::Exit;
use super::failure::Failure;
use super::names::{self, KnownNames};
use super::page::Page;
use super::shape;

/// List the operations, by group
///
/// Shows the effect (read or write) and purpose of each. A letter in brackets means that our contract is not certain:
/// (A) seen in the vendor's samples, (B) named in the vendor's documentation or used by integrators, (C) known by name
/// only.
#[derive(clap::Args)]
pub struct Args {
    /// Only the operations of this group
    #[arg(long, short, hide_possible_values = true, value_parser = KnownNames(names::groups))]
    group: Option<String>,
    #[command(flatten)]
    shape: shape::Args,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let operations = chosen(args.group.as_deref())?;
    args.shape.check()?;
    match args.shape.is_text() {
        true => print_text(&operations),
        false => args.shape.print(&operations.iter().map(|operation| as_json(operation)).collect()),
    }
}

fn chosen(group: Option<&str>) -> Result<Vec<&'static OperationInfo>, Failure> {
    let Some(group) = group else { return Ok(OPERATIONS.iter().collect()) };
    let found: Vec<_> =
        OPERATIONS.iter().filter(|operation| operation.group.eq_ignore_ascii_case(group)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let groups = groups(&OPERATIONS.iter().collect::<Vec<_>>());
    Err(Failure::new(Exit::Usage, format!("group `{group}` not found"))
        .maybe_hint(did_you_mean(group, groups.iter().copied()))
        .hint(format!("the groups are {}", groups.join(", "))))
}

/// The groups, in the order of the contract.
fn groups(operations: &[&'static OperationInfo]) -> Vec<&'static str> {
    let mut groups = Vec::new();
    for operation in operations {
        if !groups.contains(&operation.group) {
            groups.push(operation.group);
        }
    }
    groups
}

fn print_text(operations: &[&'static OperationInfo]) -> anyhow::Result<()> {
    let mut page = Page::new();
    let width = operations.iter().map(|operation| operation.name.len()).max().unwrap_or_default();
    for (index, group) in groups(operations).into_iter().enumerate() {
        if index > 0 {
            page.line("")?;
        }
        page.heading(if group.is_empty() { "Without a group" } else { group })?;
        for operation in operations.iter().filter(|operation| operation.group == group) {
            let doc = match operation.confidence {
                "" | "certain" => operation.doc.to_owned(),
                sure => format!("{} ({sure})", operation.doc).trim_start().to_owned(),
            };
            page.row(&[(operation.name, width), (operation.effect.as_str(), 5)], 2, &doc)?;
        }
    }
    page.finish()
}

/// What a program needs to know about an operation before requesting details.
pub fn as_json(operation: &OperationInfo) -> Value {
    json!({
        "name": operation.name,
        "group": operation.group,
        "effect": operation.effect.as_str(),
        "doc": operation.doc,
        "confidence": operation.confidence,
        "page": operation.page,
    })
}
