//! Operations: the request structure, how the answer is read, and the client's method.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::model::{Builtin, Effect, Field, Operation, TypeRef};

use super::pages;
use super::plan::Plan;
use super::reading::Reading;
use super::rows;
use super::slot::{Presence, Shape, Slot, own};
use super::structs::slot_docs;
use super::text::{READ, WRITE, doc, inline_method, method};
use super::verdict;

/// What an operation returns.
enum Answer<'a> {
    /// An empty response element.
    Nothing,
    /// The content of the one result element.
    Result(Slot<'a>),
    /// A structure with the response's several members.
    Parts(&'a [Slot<'a>]),
    /// The response element itself, of this Rust type.
    Whole(String),
}

/// The Rust type that an operation returns.
pub fn answer_type(plan: &Plan<'_>, operation: &Operation) -> String {
    answer(plan, operation).rust_type(plan, operation)
}

fn answer<'a>(plan: &'a Plan<'a>, operation: &'a Operation) -> Answer<'a> {
    if let Some(ty) = plan.whole(operation.response.as_ref()) {
        return Answer::Whole(plan.rust_type(ty));
    }
    match plan.response_slots(operation) {
        [] => Answer::Nothing,
        [result] => Answer::Result(result.clone().plainly_optional()),
        parts => Answer::Parts(parts),
    }
}

impl Answer<'_> {
    fn rust_type(&self, plan: &Plan<'_>, operation: &Operation) -> String {
        match self {
            Answer::Nothing => "()".to_owned(),
            Answer::Parts(_) => plan.names.response(operation).to_owned(),
            Answer::Whole(ty) => ty.clone(),
            Answer::Result(slot) if is_unwrapped(slot, operation) => slot.value_type.clone(),
            Answer::Result(slot) => slot.rust_type(),
        }
    }
}

/// Whether a missing result element is an error, so that the caller gets the value itself.
fn is_unwrapped(slot: &Slot<'_>, operation: &Operation) -> bool {
    let notes = &operation.notes;
    let absent_is_none = notes.absent_is_none.unwrap_or(notes.effect == Some(Effect::Read));
    slot.shape == Shape::Single && slot.presence == Presence::Optional && !absent_is_none
}

pub fn operation(out: &mut String, plan: &Plan<'_>, operation: &Operation, number: usize) {
    let name = plan.names.request(operation);
    match plan.whole(operation.request.as_ref()) {
        Some(ty) => whole_request(out, plan, operation, ty),
        None => {
            let slots = plan.request_slots(operation);
            request(out, plan, operation, slots);
            pair(out, plan, name, slots, Part::Request { has_header: !operation.request_headers.is_empty() });
        }
    }
    let answer = answer(plan, operation);
    if let Answer::Parts(parts) = &answer {
        response(out, plan, operation, parts);
    }
    let ty = answer.rust_type(plan, operation);
    out.push_str(&format!("\nimpl rt::Operation for {name} {{\n"));
    out.push_str(&format!("    const INFO: &'static rt::OperationInfo = &OPERATIONS[{number}];\n"));
    out.push_str(&format!("    type Response = {ty};\n\n"));
    inline_method(out, &format!("read_response(p: &mut rt::Reader<'_>) -> rt::Result<{ty}>"));
    out.push_str(&format!("        {}\n    }}\n\n", read_answer(plan, operation, &answer)));
    inline_method(out, &format!("write_response(response: &{ty}, w: &mut rt::Writer<'_>)"));
    out.push_str(&format!("        {}\n    }}\n", write_answer(plan, operation, &answer)));
    if let Answer::Result(result) = &answer {
        let is_whole = is_unwrapped(result, operation) || result.presence == Presence::Always;
        verdict::verdict(out, plan, result, is_whole);
    }
    request_header(out, plan, operation);
    out.push_str("}\n");
    if !operation.response_headers.is_empty() {
        let header = plan.names.header(&operation.response_headers);
        out.push_str(&format!(
            "\nimpl rt::AnswersWithHeader for {name} {{\n    type Header = {header};\n}}\n"
        ));
    }
    if let Some(found) = rows::find(plan, operation) {
        rows::operation(out, plan, operation, &found);
        pages::operation(out, plan, operation, &found);
    }
}

/// How the request's header is written and read.
fn request_header(out: &mut String, plan: &Plan<'_>, operation: &Operation) {
    if operation.request_headers.is_empty() {
        return;
    }
    let names: Vec<String> =
        operation.request_headers.iter().map(|header| plan.name_literal(&header.name)).collect();
    out.push_str(&format!("    const HEADERS: &'static [&'static str] = &[{}];\n\n", names.join(", ")));
    out.push_str("    fn write_header(&self, w: &mut rt::Writer<'_>) -> bool {\n");
    out.push_str("        w.header(&self.header)\n    }\n\n");
    inline_method(out, "read_header(&mut self, p: &mut rt::Reader<'_>) -> rt::Result<()>");
    out.push_str("        p.header(&mut self.header)\n    }\n");
}

/// The structures for the blocks of headers, each once.
pub fn headers(out: &mut String, plan: &Plan<'_>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for operation in &plan.service.operations {
        for headers in [&operation.request_headers, &operation.response_headers] {
            let name = plan.names.header(headers);
            if !headers.is_empty() && seen.insert(name) {
                header(out, plan, name, headers, &operation.name)?;
            }
        }
    }
    Ok(())
}

fn header<'a>(
    out: &mut String,
    plan: &Plan<'a>,
    name: &str,
    headers: &'a [Field],
    place: &str,
) -> Result<()> {
    let slots = plan.header_slots(headers, place)?;
    out.push('\n');
    doc(out, "", "Blocks of a SOAP header.");
    out.push_str(&format!("#[derive(Debug, Clone, PartialEq, Default)]\npub struct {name} {{\n"));
    for slot in &slots {
        slot_docs(out, "    ", slot);
        out.push_str(&format!("    pub {}: {},\n", slot.rust_name, slot.rust_type()));
    }
    out.push_str("}\n");
    out.push_str(&format!("\nimpl rt::Xml for {name} {{\n"));
    inline_method(out, "blank() -> Self");
    out.push_str("        Self::default()\n    }\n\n");
    out.push_str("    fn read(&mut self, p: &mut rt::Reader<'_>) -> rt::Result<()> {\n");
    let mut reading = Reading::new(plan, &slots);
    reading.child = "block";
    let mut after = String::new();
    reading.render(out, &mut after, name);
    out.push_str("    }\n\n    fn write(&self, w: &mut rt::Writer<'_>) {\n");
    for slot in &slots {
        let statement = slot.write(plan, &format!("&self.{}", slot.rust_name));
        out.push_str(&format!("        {statement};\n"));
    }
    out.push_str(&format!("    }}\n}}\n{after}\nimpl rt::HeaderBlocks for {name} {{\n"));
    out.push_str("    const NAMESPACE: &'static str = NAMESPACE;\n}\n");
    Ok(())
}

/// The field for the request's header.
fn header_field(out: &mut String, plan: &Plan<'_>, operation: &Operation) {
    if !operation.request_headers.is_empty() {
        doc(out, "    ", "Blocks of the SOAP header. Defaults to the client's.");
        let header = plan.names.header(&operation.request_headers);
        out.push_str(&format!("    pub header: Option<{header}>,\n"));
    }
}

fn request_docs(out: &mut String, operation: &Operation) {
    out.push('\n');
    doc(out, "", &format!("Request of `{}`.", operation.name));
    if let Some(what) = &operation.notes.doc {
        out.push_str("///\n");
        doc(out, "", what);
    }
}

/// A request whose element has more than members: its only field is the element's content.
fn whole_request(out: &mut String, plan: &Plan<'_>, operation: &Operation, ty: &TypeRef) {
    request_docs(out, operation);
    let name = plan.names.request(operation);
    let element = operation.request.as_ref().map_or("", |request| &request.element.local);
    let has_header = !operation.request_headers.is_empty();
    let default = if plan.type_derives_default(ty) { ", Default" } else { "" };
    out.push_str(&format!("#[derive(Debug, Clone, PartialEq{default})]\npub struct {name} {{\n"));
    doc(out, "    ", &format!("Content of the element `{element}`."));
    out.push_str(&format!("    pub content: {},\n", plan.rust_type(ty)));
    header_field(out, plan, operation);
    out.push_str(&format!("}}\n\nimpl rt::Xml for {name} {{\n"));
    inline_method(out, "blank() -> Self");
    let header = if has_header { ", header: None" } else { "" };
    out.push_str(&format!("        Self {{ content: rt::Xml::blank(){header} }}\n    }}\n\n"));
    // In the JSON form a single value beside a header needs a name.
    let is_text = has_header && !plan.is_structure(ty) && *ty != TypeRef::Builtin(Builtin::Any);
    let (read, write) = match is_text {
        true => ("p.content(&mut self.content)", "w.content(&self.content)"),
        false => ("rt::Xml::read(&mut self.content, p)", "rt::Xml::write(&self.content, w)"),
    };
    inline_method(out, READ);
    if has_header {
        out.push_str("        p.json_header(&mut self.header)?;\n");
    }
    out.push_str(&format!("        {read}\n    }}\n\n"));
    out.push_str("    fn write(&self, w: &mut rt::Writer<'_>) {\n");
    if has_header {
        out.push_str("        w.json_header(&self.header);\n");
    }
    out.push_str(&format!("        {write};\n    }}\n}}\n"));
}

fn request(out: &mut String, plan: &Plan<'_>, operation: &Operation, slots: &[Slot<'_>]) {
    request_docs(out, operation);
    let name = plan.names.request(operation);
    let default = if derives_default(plan, slots) { ", Default" } else { "" };
    out.push_str(&format!("#[derive(Debug, Clone, PartialEq{default})]\npub struct {name} {{"));
    if own(slots).next().is_none() && operation.request_headers.is_empty() {
        out.push_str("}\n");
        return;
    }
    out.push('\n');
    for slot in own(slots) {
        slot_docs(out, "    ", slot);
        out.push_str(&format!("    pub {}: {},\n", slot.rust_name, slot.rust_type()));
    }
    header_field(out, plan, operation);
    out.push_str("}\n");
    let asked: Vec<&Slot<'_>> = own(slots).filter(|slot| slot.asked).collect();
    if asked.is_empty() {
        return;
    }
    let parameters: Vec<String> =
        asked.iter().map(|slot| format!("{}: {}", slot.rust_name, slot.rust_type())).collect();
    let names: Vec<&str> = asked.iter().map(|slot| slot.rust_name.as_str()).collect();
    let is_all = asked.len() == own(slots).count() && operation.request_headers.is_empty();
    let rest = if is_all { "" } else { ", ..rt::Xml::blank()" };
    out.push_str(&format!("\nimpl {name} {{\n"));
    doc(out, "    ", "Takes the required members; all others are left out.");
    out.push_str("    #[inline]\n");
    out.push_str(&format!("    pub fn new({}) -> Self {{\n", parameters.join(", ")));
    out.push_str(&format!("        Self {{ {}{rest} }}\n    }}\n}}\n", names.join(", ")));
}

fn derives_default(plan: &Plan<'_>, slots: &[Slot<'_>]) -> bool {
    own(slots).all(|slot| !slot.asked && plan.derives_default(slot))
}

/// What a structure is for an operation.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Request { has_header: bool },
    Response,
}

/// The read/write pair of a request or of an answer of several parts.
fn pair(out: &mut String, plan: &Plan<'_>, name: &str, slots: &[Slot<'_>], part: Part) {
    let is_answer = part == Part::Response;
    let has_header = part == Part::Request { has_header: true };
    out.push_str(&format!("\nimpl rt::Xml for {name} {{\n"));
    inline_method(out, "blank() -> Self");
    if derives_default(plan, slots) {
        out.push_str("        Self::default()\n    }\n\n");
    } else {
        out.push_str("        Self {\n");
        for slot in own(slots) {
            out.push_str(&format!("            {}: {},\n", slot.rust_name, slot.blank()));
        }
        out.push_str(if has_header { "            header: None,\n" } else { "" });
        out.push_str("        }\n    }\n\n");
    }
    method(out, is_answer, READ);
    if has_header {
        out.push_str("        p.json_header(&mut self.header)?;\n");
    }
    let mut after = String::new();
    let mut reading = Reading::new(plan, slots);
    reading.in_answers = is_answer;
    reading.render(out, &mut after, name);
    out.push_str("    }\n\n");
    if slots.is_empty() && !has_header {
        out.push_str(&format!("    fn write(&self, _w: &mut rt::Writer<'_>) {{}}\n}}\n{after}"));
        return;
    }
    method(out, !is_answer, WRITE);
    if has_header {
        out.push_str("        w.json_header(&self.header);\n");
    }
    for slot in slots {
        let statement = slot.write(plan, &format!("&self.{}", slot.rust_name));
        out.push_str(&format!("        {statement};\n"));
    }
    out.push_str(&format!("    }}\n}}\n{after}"));
}

fn response(out: &mut String, plan: &Plan<'_>, operation: &Operation, parts: &[Slot<'_>]) {
    let name = plan.names.response(operation);
    out.push('\n');
    doc(out, "", &format!("Answer of `{}`.", operation.name));
    let default = if derives_default(plan, parts) { ", Default" } else { "" };
    out.push_str(&format!(
        "#[derive(Debug, Clone, PartialEq{default})]\n#[non_exhaustive]\npub struct {name} {{\n"
    ));
    for slot in parts {
        slot_docs(out, "    ", slot);
        out.push_str(&format!("    pub {}: {},\n", slot.rust_name, slot.rust_type()));
    }
    out.push_str("}\n");
    pair(out, plan, name, parts, Part::Response);
}

fn read_answer(plan: &Plan<'_>, operation: &Operation, answer: &Answer<'_>) -> String {
    let slot = match answer {
        Answer::Nothing => return "p.empty_answer()".to_owned(),
        Answer::Parts(_) | Answer::Whole(_) => return "p.answer()".to_owned(),
        Answer::Result(slot) => slot,
    };
    let name = plan.name_literal(&slot.field.name);
    match (&slot.shape, slot.presence) {
        (Shape::Array { item, nillable }, presence) => {
            let items = if *nillable { "_of_nillable" } else { "" };
            let whole = if presence == Presence::Always { ".map(Option::unwrap_or_default)" } else { "" };
            format!("p.array_answer{items}({name}, {}){whole}", plan.name_literal(item))
        }
        (Shape::Repeated { nillable: true }, _) => format!("p.repeated_nillable_answer({name})"),
        (Shape::Repeated { nillable: false }, _) => format!("p.repeated_answer({name})"),
        (_, Presence::Always) => format!("p.required_answer({name})"),
        _ if is_unwrapped(slot, operation) => format!("p.required_answer({name})"),
        _ => format!("p.optional_answer({name})"),
    }
}

fn write_answer(plan: &Plan<'_>, operation: &Operation, answer: &Answer<'_>) -> String {
    match answer {
        Answer::Nothing => "let _ = (response, w);".to_owned(),
        Answer::Parts(_) | Answer::Whole(_) => "rt::Xml::write(response, w);".to_owned(),
        Answer::Result(slot) if is_unwrapped(slot, operation) => {
            format!("w.value({}, response);", plan.name_literal(&slot.field.name))
        }
        Answer::Result(slot) => format!("{};", slot.write(plan, "response")),
    }
}
