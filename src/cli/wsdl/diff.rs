//! `ongoing wsdl diff`: what differs between two contracts, and what that breaks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::surface::{Member, Operation, Surface, Type};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::input::Input;
use crate::cli::page::{Output, Page, print_json};

/// Show what differs between two contracts
///
/// Each difference comes with the operations that it touches. It is breaking where a request that was right may be
/// refused, or where something that was read is not there any more, may be absent, or has another form. Exit code 1 if
/// one is breaking.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  ongoing wsdl fetch --out new.wsdl
  ongoing wsdl diff built-in new.wsdl")]
pub struct Args {
    /// File with the old contract, or `built-in` for the one this program was made from
    old: String,
    /// File with the new contract, or `built-in`
    new: String,
    /// Form of the differences
    #[arg(long, short, value_enum, default_value_t = Output::Text)]
    output: Output,
}

/// A difference.
#[derive(Debug, Clone)]
struct Change {
    what: &'static str,
    subject: String,
    detail: String,
    operations: BTreeSet<String>,
    breaking: bool,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let changes = compare(&read(&args.old)?, &read(&args.new)?);
    match args.output {
        Output::Json => print_json(&changes.iter().map(as_json).collect())?,
        Output::Text => print_text(&changes)?,
    }
    match changes.iter().filter(|change| change.breaking).count() {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Refused, "one difference is breaking").into()),
        count => Err(Failure::new(Exit::Refused, format!("{count} differences are breaking")).into()),
    }
}

fn read(name: &str) -> Result<Surface, Failure> {
    if name == "built-in" {
        return Ok(Surface::built_in());
    }
    let input = Input::read(name)?;
    Surface::read(input.text()).map_err(|what| {
        Failure::new(Exit::BadInput, format!("{name} is no contract that can be read: {what}"))
    })
}

fn as_json(change: &Change) -> Value {
    json!({
        "change": change.what,
        "subject": change.subject,
        "detail": change.detail,
        "breaking": change.breaking,
        "operations": change.operations,
    })
}

fn print_text(changes: &[Change]) -> anyhow::Result<()> {
    let mut page = Page::new();
    for (heading, breaking) in [("Breaking", true), ("Not breaking", false)] {
        let mut of_kind = changes.iter().filter(|change| change.breaking == breaking).peekable();
        if of_kind.peek().is_some() {
            page.heading(heading)?;
        }
        for change in of_kind {
            let detail =
                if change.detail.is_empty() { String::new() } else { format!(": {}", change.detail) };
            page.paragraph(2, &format!("{}: {}{detail}", change.what, change.subject))?;
            page.paragraph(6, &touched(&change.operations))?;
        }
    }
    if changes.is_empty() {
        page.line("no difference")?;
    }
    page.finish()
}

fn touched(operations: &BTreeSet<String>) -> String {
    const SHOWN: usize = 6;
    let mut text = operations.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if operations.len() > SHOWN {
        text.push_str(&format!(" and {} more", operations.len() - SHOWN));
    }
    text
}

/// Which operations a type is sent by, and which answer with it.
#[derive(Default)]
struct Use {
    sent: BTreeSet<String>,
    received: BTreeSet<String>,
}

struct Comparison {
    uses: BTreeMap<String, Use>,
    changes: Vec<Change>,
}

fn compare(old: &Surface, new: &Surface) -> Vec<Change> {
    let mut uses: BTreeMap<String, Use> = BTreeMap::new();
    for surface in [old, new] {
        for (name, operation) in &surface.operations {
            for ty in surface.reached(&operation.request) {
                uses.entry(ty.to_owned()).or_default().sent.insert(name.clone());
            }
            for ty in surface.reached(&operation.response) {
                uses.entry(ty.to_owned()).or_default().received.insert(name.clone());
            }
        }
    }
    let mut comparison = Comparison { uses, changes: Vec::new() };
    comparison.operations(old, new);
    comparison.types(old, new);
    comparison.changes
}

impl Comparison {
    fn operations(&mut self, old: &Surface, new: &Surface) {
        for (name, before) in &old.operations {
            let used = Use { sent: BTreeSet::from([name.clone()]), ..Use::default() };
            match new.operations.get(name) {
                None => self.add("operation removed", name, "", &used, true),
                Some(after) => self.operation(name, before, after),
            }
        }
        for name in new.operations.keys().filter(|name| !old.operations.contains_key(*name)) {
            let used = Use { sent: BTreeSet::from([name.clone()]), ..Use::default() };
            self.add("operation added", name, "", &used, false);
        }
    }

    fn operation(&mut self, name: &str, before: &Operation, after: &Operation) {
        let own = || BTreeSet::from([name.to_owned()]);
        let sent = Use { sent: own(), ..Use::default() };
        let received = Use { received: own(), ..Use::default() };
        for (what, before, after) in [
            ("action changed", &before.action, &after.action),
            ("namespace changed", &before.namespace, &after.namespace),
        ] {
            if before != after {
                self.add(what, name, &format!("{before} to {after}"), &sent, true);
            }
        }
        self.members(name, &before.request, &after.request, &sent);
        self.members(name, &before.response, &after.response, &received);
    }

    fn types(&mut self, old: &Surface, new: &Surface) {
        for (name, before) in &old.types {
            let used = self.uses.remove(name).unwrap_or_default();
            match new.types.get(name) {
                None => self.add("type removed", name, "", &used, true),
                Some(after) => self.ty(name, before, after, &used),
            }
            self.uses.insert(name.clone(), used);
        }
        for name in new.types.keys().filter(|name| !old.types.contains_key(*name)) {
            let used = self.uses.remove(name).unwrap_or_default();
            self.add("type added", name, "", &used, false);
        }
    }

    fn ty(&mut self, name: &str, before: &Type, after: &Type, used: &Use) {
        if before.base != after.base {
            let shown = |base: &str| if base.is_empty() { "nothing".to_owned() } else { base.to_owned() };
            let detail = format!("extends {} instead of {}", shown(&after.base), shown(&before.base));
            self.add("type changed", name, &detail, used, true);
        }
        self.members(name, &before.members, &after.members, used);
        for value in before.values.iter().filter(|value| !after.values.contains(value)) {
            // What is read may be anything: an unknown value is kept as its text.
            self.add("value removed", &format!("{name}.{value}"), "", used, !used.sent.is_empty());
        }
        for value in after.values.iter().filter(|value| !before.values.contains(value)) {
            self.add("value added", &format!("{name}.{value}"), "", used, false);
        }
    }

    fn members(&mut self, of: &str, before: &[Member], after: &[Member], used: &Use) {
        let find = |members: &[Member], wanted: &Member| {
            members
                .iter()
                .find(|member| member.name == wanted.name && member.attribute == wanted.attribute)
                .cloned()
        };
        for old in before {
            let subject = format!("{of}.{}", old.name);
            match find(after, old) {
                None => self.add("member removed", &subject, &old.in_words(), used, true),
                Some(new) if new != *old => {
                    let detail = differences(old, &new);
                    self.add("member changed", &subject, &detail, used, breaks(old, &new, used));
                }
                Some(_) => {}
            }
        }
        for new in after.iter().filter(|new| find(before, new).is_none()) {
            let breaking = !used.sent.is_empty() && new.is_needed();
            self.add("member added", &format!("{of}.{}", new.name), &new.in_words(), used, breaking);
        }
    }

    fn add(&mut self, what: &'static str, subject: &str, detail: &str, used: &Use, breaking: bool) {
        let operations = used.sent.union(&used.received).cloned().collect();
        let (subject, detail) = (subject.to_owned(), detail.to_owned());
        self.changes.push(Change { what, subject, detail, operations, breaking });
    }
}

/// Whether a request that was right may be refused, or an answer may be without something, or have it in another form.
fn breaks(old: &Member, new: &Member, used: &Use) -> bool {
    if (&old.ty, &old.item, old.repeats) != (&new.ty, &new.item, new.repeats) {
        return true;
    }
    let may_lack = |member: &Member| member.optional || member.nillable;
    let sent =
        !used.sent.is_empty() && ((may_lack(old) && !may_lack(new)) || (old.nillable && !new.nillable));
    sent || (!used.received.is_empty() && !may_lack(old) && may_lack(new))
}

fn differences(old: &Member, new: &Member) -> String {
    match (old.in_words(), new.in_words()) {
        (before, after) if before == after => {
            let shown = |member: &Member| {
                if member.item.is_empty() { "itself".to_owned() } else { member.item.clone() }
            };
            format!("its items are named {} instead of {}", shown(new), shown(old))
        }
        (before, after) => format!("{before} to {after}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A contract with one operation that sends and receives type T, of which the members are given.
    fn contract(members: &str, values: &str) -> Surface {
        let text = format!(
            "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://www.w3.org/2001/XMLSchema'
               xmlns:soap='http://schemas.xmlsoap.org/wsdl/soap/' xmlns:t='urn:t' targetNamespace='urn:t'>
             <types><s:schema targetNamespace='urn:t'>
               <s:element name='Do'><s:complexType><s:sequence><s:element name='t' type='t:T'/></s:sequence></s:complexType></s:element>
               <s:element name='DoResponse'><s:complexType><s:sequence><s:element name='r' type='t:T'/></s:sequence></s:complexType></s:element>
               <s:complexType name='T'><s:sequence>{members}</s:sequence></s:complexType>
               <s:simpleType name='E'><s:restriction base='s:string'>{values}</s:restriction></s:simpleType>
             </s:schema></types>
             <message name='In'><part name='p' element='t:Do'/></message>
             <message name='Out'><part name='p' element='t:DoResponse'/></message>
             <portType name='P'><operation name='Do'><input message='t:In'/><output message='t:Out'/></operation></portType>
             <binding name='B' type='t:P'><soap:binding/><operation name='Do'><soap:operation soapAction='urn:t/Do'/></operation></binding>
             </definitions>"
        );
        Surface::read(&text).unwrap()
    }

    #[test]
    fn differences_are_breaking_or_not() {
        let e = |name: &str, rest: &str| format!("<s:element name='{name}' {rest}/>");
        let value = |value: &str| format!("<s:enumeration value='{value}'/>");
        let kind = e("k", "type='t:E'");
        let old = contract(
            &(kind.clone()
                + &e("a", "type='s:int'")
                + &e("b", "type='s:int' minOccurs='0'")
                + &e("c", "type='s:string'")),
            &(value("X") + &value("Y")),
        );
        let new = contract(
            &(kind
                + &e("a", "type='s:decimal'")
                + &e("b", "type='s:int'")
                + &e("d", "type='s:int' minOccurs='0'")
                + &e("f", "type='s:int'")),
            &(value("Y") + &value("Z")),
        );
        let changes = compare(&old, &new);
        let told: Vec<String> = changes
            .iter()
            .map(|change| {
                format!(
                    "{}{}: {}: {}",
                    if change.breaking { "! " } else { "" },
                    change.what,
                    change.subject,
                    change.detail
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "! value removed: E.X: ",
                "value added: E.Z: ",
                "! member changed: T.a: int, always there to decimal, always there",
                "! member changed: T.b: int, optional to int, always there",
                "! member removed: T.c: string, always there",
                "member added: T.d: int, optional",
                "! member added: T.f: int, always there",
            ]
        );
        assert!(changes.iter().all(|change| change.operations.contains("Do")));
        assert!(compare(&old, &old).is_empty());
    }
}
