//! `ongoing describe`: shows the members of an operation or a type.

use ongoing_wms::api::{OPERATIONS, TYPES};
use ongoing_wms::dynamic::{self, find_type, payload};
use ongoing_wms::operation::{MemberInfo, OperationInfo, TypeInfo};
use ongoing_wms::suggest::did_you_mean;
use serde_json::{Map, Value, json};

use super::exit::Exit;
use super::failure::Failure;
use super::list;
use super::names::{self, KnownNames};
use super::page::{OutputFormat, Page, print_json};

/// Show the members of an operation or a type
///
/// Presence is one of:
/// "required": the service rejects a request without it;
/// "optional": can be left out;
/// "nillable": can be left out, and is then sent as nil;
/// "default": always sent, as 0, false or 0001-01-01 if left out.
/// A letter in brackets says how certain the contract is; see `ongoing list --help`.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// An operation, such as ProcessOrder, or a type
    #[arg(hide_possible_values = true, value_parser = KnownNames(names::operations_and_types))]
    name: String,
    /// Look for a type only: some share their name with an operation
    #[arg(long = "type")]
    only_types: bool,
    /// Format of the description
    #[arg(long, short, value_enum, default_value_t = OutputFormat::Text)]
    output: OutputFormat,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let operation = if args.only_types { None } else { dynamic::find(&args.name) };
    match (operation, find_type(&args.name), args.output) {
        (Some(operation), _, OutputFormat::Json) => print_json(&operation_as_json(operation)),
        (Some(operation), _, OutputFormat::Text) => print_operation(operation),
        (None, Some(ty), OutputFormat::Json) => print_json(&type_as_json(ty)),
        (None, Some(ty), OutputFormat::Text) => print_type(ty),
        (None, None, _) => Err(unknown(&args.name, args.only_types).into()),
    }
}

fn unknown(name: &str, only_types: bool) -> Failure {
    let operations = OPERATIONS.iter().map(|operation| operation.name).filter(|_| !only_types);
    let mut names: Vec<&str> = operations.collect();
    names.extend(TYPES.iter().map(|ty| ty.name).filter(|name| dynamic::find(name).is_none() || only_types));
    let what = if only_types { "type" } else { "operation or type" };
    Failure::new(Exit::Usage, format!("{what} `{name}` not found"))
        .maybe_hint(did_you_mean(name, names))
        .hint("`ongoing list` shows all operations")
}

// ---- text ------------------------------------------------------------------------------------------------------

fn print_operation(operation: &'static OperationInfo) -> anyhow::Result<()> {
    let mut page = Page::new();
    page.heading(&format!("{} (operation)", operation.name))?;
    page.paragraph(2, operation.doc)?;
    let facts = [operation.group, operation.effect.as_str(), in_words(operation.confidence)];
    let facts: Vec<&str> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    page.paragraph(2, &facts.join(", "))?;
    if !operation.page.is_empty() {
        page.paragraph(2, operation.page)?;
    }
    let own: Vec<&MemberInfo> = operation.own_members().collect();
    page.line("")?;
    match payload(operation) {
        Some(payload) => {
            page.heading(&format!("Input: {} (type)", payload.name))?;
            page.paragraph(2, payload.doc)?;
            print_members(&mut page, payload.members)?;
            print_open(&mut page, payload)?;
        }
        None if own.is_empty() => page.heading("Input: none")?,
        None => {
            page.heading("Input")?;
            print_members(&mut page, own)?;
        }
    }
    let sender: Vec<&str> = operation.members.iter().filter(|m| m.sender).map(|m| m.name).collect();
    if !sender.is_empty() {
        page.paragraph(2, &format!("Filled in from the settings: {}.", sender.join(", ")))?;
    }
    page.line("")?;
    print_answer(&mut page, operation)?;
    let shown: Vec<&str> = operation.results.iter().map(|result| result.ty).collect();
    let mut nested = types_below(operation.members.iter().chain(operation.results));
    nested.retain(|name| !shown.contains(name) && payload(operation).is_none_or(|ty| ty.name != *name));
    if !nested.is_empty() {
        page.line("")?;
        page.heading("Types it uses (`ongoing describe TYPE`)")?;
        page.paragraph(2, &nested.join(", "))?;
    }
    page.finish()
}

fn print_answer(page: &mut Page, operation: &OperationInfo) -> anyhow::Result<()> {
    match operation.results {
        [] => page.heading("Answer: none")?,
        [result] => {
            page.heading(&format!("Answer: {}", type_of(result)))?;
            if let Some(ty) = find_type(result.ty) {
                page.paragraph(2, ty.doc)?;
                print_members(page, ty.members)?;
                print_open(page, ty)?;
            }
        }
        results => {
            page.heading("Answer")?;
            print_members(page, results)?;
        }
    }
    Ok(())
}

fn print_type(ty: &'static TypeInfo) -> anyhow::Result<()> {
    let mut page = Page::new();
    page.heading(&format!("{} (type)", ty.name))?;
    page.paragraph(2, ty.doc)?;
    if !in_words(ty.confidence).is_empty() {
        page.paragraph(2, in_words(ty.confidence))?;
    }
    if !ty.base.is_empty() {
        page.paragraph(2, &format!("Extends {}, whose members are listed first.", ty.base))?;
    }
    if !ty.members.is_empty() {
        page.line("")?;
        page.heading("Members")?;
        print_members(&mut page, ty.members)?;
    }
    print_open(&mut page, ty)?;
    if !ty.values.is_empty() {
        page.line("")?;
        page.heading("Values")?;
        let width = ty.values.iter().map(|(value, _)| value.len()).max().unwrap_or_default();
        for (value, meaning) in ty.values {
            page.row(&[(value, width)], 2, meaning)?;
        }
    }
    let mut users: Vec<&str> = TYPES.iter().filter(|user| uses(user.members, ty)).map(|t| t.name).collect();
    users.extend(OPERATIONS.iter().filter(|o| uses(o.members, ty) || uses(o.results, ty)).map(|o| o.name));
    users.dedup();
    if !users.is_empty() {
        page.line("")?;
        page.heading("Used by")?;
        page.paragraph(2, &users.join(", "))?;
    }
    page.finish()
}

fn uses(members: &[MemberInfo], ty: &TypeInfo) -> bool {
    members.iter().any(|member| member.ty == ty.name)
}

fn print_open(page: &mut Page, ty: &TypeInfo) -> anyhow::Result<()> {
    if ty.open {
        page.paragraph(
            2,
            "The service is known to have more members here than the contract; those in an answer are \
         kept.",
        )?;
    }
    Ok(())
}

fn print_members<'m>(
    page: &mut Page,
    members: impl IntoIterator<Item = &'m MemberInfo>,
) -> anyhow::Result<()> {
    let rows: Vec<_> = members.into_iter().map(|m| (m.name, type_of(m), presence(m), meaning(m))).collect();
    let widest =
        |of: fn(&(&str, String, &str, String)) -> usize| rows.iter().map(of).max().unwrap_or_default();
    let (names, types) = (widest(|row| row.0.len()), widest(|row| row.1.len()));
    for (name, ty, presence, meaning) in &rows {
        page.row(&[(name, names), (ty, types), (presence, 8)], 2, meaning)?;
    }
    Ok(())
}

fn type_of(member: &MemberInfo) -> String {
    match member.is_list() {
        true => format!("list of {}", member.ty),
        false => member.ty.to_owned(),
    }
}

fn meaning(member: &MemberInfo) -> String {
    let mut parts = Vec::new();
    if !member.doc.is_empty() {
        parts.push(member.doc.to_owned());
    }
    if member.length > 0 {
        parts.push(format!("At most {} characters.", member.length));
    }
    if member.attribute {
        parts.push("Written as an attribute in XML.".to_owned());
    }
    if !matches!(member.confidence, "" | "certain") {
        parts.push(format!("({})", member.confidence));
    }
    parts.join(" ")
}

fn in_words(confidence: &str) -> &'static str {
    match confidence {
        "certain" => "contract: certain",
        "A" => "contract: seen in the vendor's samples (A)",
        "B" => "contract: named in the vendor's documentation, or used by integrators (B)",
        "C" => "contract: known by name only, its members may be wrong (C)",
        _ => "",
    }
}

// ---- what both forms show --------------------------------------------------------------------------------------

fn presence(member: &MemberInfo) -> &'static str {
    match member {
        member if member.required => "required",
        member if member.min == 0 || member.is_list() => "optional",
        member if member.nillable => "nillable",
        _ => "default",
    }
}

/// Names of all types that these members use, in order of occurrence.
fn types_below<'m>(members: impl Iterator<Item = &'m MemberInfo>) -> Vec<&'static str> {
    let mut found: Vec<&TypeInfo> = members.filter_map(|member| find_type(member.ty)).collect();
    let mut names = Vec::new();
    let mut next = 0;
    while let Some(ty) = found.get(next).copied() {
        next += 1;
        if names.contains(&ty.name) {
            continue;
        }
        names.push(ty.name);
        found.extend(ty.members.iter().filter_map(|member| find_type(member.ty)));
    }
    names
}

// ---- JSON ------------------------------------------------------------------------------------------------------

fn operation_as_json(operation: &'static OperationInfo) -> Value {
    let mut value = list::as_json(operation);
    let own: Vec<&MemberInfo> = operation.own_members().collect();
    let more = json!({
        "kind": "operation",
        "action": operation.action,
        "namespace": operation.namespace,
        "payload": operation.payload,
        "members": own.iter().map(|member| member_as_json(member)).collect::<Value>(),
        "from_settings": operation.members.iter().filter(|m| m.sender).map(|m| m.name).collect::<Value>(),
        "answer": operation.results.iter().map(member_as_json).collect::<Value>(),
        "types": types_below(operation.members.iter().chain(operation.results)),
    });
    merge(&mut value, more);
    value
}

fn type_as_json(ty: &TypeInfo) -> Value {
    let values = ty.values.iter().map(|(value, doc)| json!({ "value": value, "doc": doc }));
    json!({
        "kind": "type",
        "name": ty.name,
        "doc": ty.doc,
        "confidence": ty.confidence,
        "base": Some(ty.base).filter(|base| !base.is_empty()),
        "open": ty.open,
        "members": ty.members.iter().map(member_as_json).collect::<Value>(),
        "values": values.collect::<Value>(),
    })
}

fn member_as_json(member: &MemberInfo) -> Value {
    json!({
        "name": member.name,
        "type": member.ty,
        "list": member.is_list(),
        "presence": presence(member),
        "length": Some(member.length).filter(|length| *length > 0),
        "attribute": member.attribute,
        "doc": member.doc,
        "confidence": member.confidence,
    })
}

fn merge(value: &mut Value, more: Value) {
    if let (Value::Object(members), Value::Object(more)) = (value, more) {
        members.extend::<Map<String, Value>>(more);
    }
}
