//! Operations: the request structure, how the answer is read, and the client's method.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::model::{Builtin, Effect, Field, FieldKind, Operation, Struct, Type, TypeKind, TypeRef};

use super::pages;
use super::plan::Plan;
use super::reading::Reading;
use super::rows;
use super::slot::{Presence, Shape, Slot, builtin};
use super::structs::{confidence, slot_docs};
use super::text::doc;

/// What an operation gives.
enum Answer<'a> {
    /// An empty response element.
    Nothing,
    /// The content of the one result element.
    Result(Slot<'a>),
    /// A structure with the response's several members.
    Parts(Vec<Slot<'a>>),
    /// The response element itself, of this Rust type.
    Whole(String),
}

fn answer<'a>(plan: &Plan<'a>, operation: &'a Operation) -> Result<Answer<'a>> {
    if let Some(ty) = plan.whole(operation.response.as_ref()) {
        return Ok(Answer::Whole(plan.rust_type(ty)));
    }
    let mut slots = plan.response_slots(operation)?;
    Ok(match slots.len() {
        0 => Answer::Nothing,
        1 => Answer::Result(slots.remove(0).plainly_optional()),
        _ => Answer::Parts(slots),
    })
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

pub fn operation(out: &mut String, plan: &Plan<'_>, operation: &Operation, number: usize) -> Result<()> {
    let name = plan.names.request(operation);
    match plan.whole(operation.request.as_ref()) {
        Some(ty) => whole_request(out, plan, operation, ty),
        None => {
            let slots = plan.request_slots(operation)?;
            request(out, plan, operation, &slots);
            pair(out, plan, name, &slots, !operation.request_headers.is_empty());
        }
    }
    let answer = answer(plan, operation)?;
    if let Answer::Parts(parts) = &answer {
        response(out, plan, operation, parts);
    }
    let ty = answer.rust_type(plan, operation);
    out.push_str(&format!("\nimpl rt::Operation for {name} {{\n"));
    out.push_str(&format!("    const INFO: &'static rt::OperationInfo = &OPERATIONS[{number}];\n"));
    out.push_str(&format!("    type Response = {ty};\n\n"));
    out.push_str(&format!("    fn read_response(p: &mut rt::Reader<'_>) -> rt::Result<{ty}> {{\n"));
    out.push_str(&format!("        {}\n    }}\n\n", read_answer(plan, operation, &answer)));
    out.push_str(&format!("    fn write_response(response: &{ty}, w: &mut rt::Writer<'_>) {{\n"));
    out.push_str(&format!("        {}\n    }}\n", write_answer(plan, operation, &answer)));
    verdict(out, plan, operation, &answer);
    request_header(out, plan, operation);
    out.push_str("}\n");
    if !operation.response_headers.is_empty() {
        let header = plan.names.header(&operation.response_headers);
        out.push_str(&format!(
            "\nimpl rt::AnswersWithHeader for {name} {{\n    type Header = {header};\n}}\n"
        ));
    }
    if let Some(found) = rows::find(plan, operation)? {
        rows::operation(out, plan, operation, &found);
        pages::operation(out, plan, operation, &found)?;
    }
    Ok(())
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
    out.push_str("    fn read_header(&mut self, p: &mut rt::Reader<'_>) -> rt::Result<()> {\n");
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
    out.push_str(&format!("\nimpl rt::Xml for {name} {{\n    fn blank() -> Self {{\n"));
    out.push_str("        Self::default()\n    }\n\n");
    out.push_str("    fn read(&mut self, p: &mut rt::Reader<'_>) -> rt::Result<()> {\n");
    let mut reading = Reading::new(plan, &slots);
    reading.child = "block";
    reading.render(out);
    out.push_str("    }\n\n    fn write(&self, w: &mut rt::Writer<'_>) {\n");
    for slot in &slots {
        let statement = slot.write(plan, &format!("&self.{}", slot.rust_name));
        out.push_str(&format!("        {statement};\n"));
    }
    out.push_str(&format!("    }}\n}}\n\nimpl rt::HeaderBlocks for {name} {{\n"));
    out.push_str("    const NAMESPACE: &'static str = NAMESPACE;\n}\n");
    Ok(())
}

/// The field for the request's header.
fn header_field(out: &mut String, plan: &Plan<'_>, operation: &Operation) {
    if !operation.request_headers.is_empty() {
        doc(out, "    ", "Blocks of the SOAP header. Defaults to those of the client.");
        let header = plan.names.header(&operation.request_headers);
        out.push_str(&format!("    pub header: Option<{header}>,\n"));
    }
}

fn own<'s, 'a>(slots: &'s [Slot<'a>]) -> impl Iterator<Item = &'s Slot<'a>> {
    slots.iter().filter(|slot| !matches!(slot.shape, Shape::Sender(_)))
}

fn request_docs(out: &mut String, operation: &Operation) {
    out.push('\n');
    doc(out, "", &format!("Request of `{}`.", operation.name));
    if let Some(what) = &operation.notes.doc {
        out.push_str("///\n");
        doc(out, "", what);
    }
}

/// A request whose element is more than its members: the element's content is the one field.
fn whole_request(out: &mut String, plan: &Plan<'_>, operation: &Operation, ty: &TypeRef) {
    request_docs(out, operation);
    let name = plan.names.request(operation);
    let element = operation.request.as_ref().map_or("", |request| &request.element.local);
    let has_header = !operation.request_headers.is_empty();
    let default = if plan.type_derives_default(ty) { ", Default" } else { "" };
    out.push_str(&format!("#[derive(Debug, Clone, PartialEq{default})]\npub struct {name} {{\n"));
    doc(out, "    ", &format!("All that stands in the element `{element}`."));
    out.push_str(&format!("    pub content: {},\n", plan.rust_type(ty)));
    header_field(out, plan, operation);
    out.push_str(&format!("}}\n\nimpl rt::Xml for {name} {{\n    fn blank() -> Self {{\n"));
    let header = if has_header { ", header: None" } else { "" };
    out.push_str(&format!("        Self {{ content: rt::Xml::blank(){header} }}\n    }}\n\n"));
    // Beside a header, a content that is a single value needs a name in the JSON form.
    let is_text = has_header && !plan.is_structure(ty) && *ty != TypeRef::Builtin(Builtin::Any);
    let (read, write) = match is_text {
        true => ("p.content(&mut self.content)", "w.content(&self.content)"),
        false => ("rt::Xml::read(&mut self.content, p)", "rt::Xml::write(&self.content, w)"),
    };
    out.push_str("    fn read(&mut self, p: &mut rt::Reader<'_>) -> rt::Result<()> {\n");
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
    doc(out, "    ", "The members that the service refuses to do without; the others are empty.");
    out.push_str(&format!("    pub fn new({}) -> Self {{\n", parameters.join(", ")));
    out.push_str(&format!("        Self {{ {}{rest} }}\n    }}\n}}\n", names.join(", ")));
}

fn derives_default(plan: &Plan<'_>, slots: &[Slot<'_>]) -> bool {
    own(slots).all(|slot| !slot.asked && plan.derives_default(slot))
}

/// The read/write pair of a request or of an answer of several parts.
fn pair(out: &mut String, plan: &Plan<'_>, name: &str, slots: &[Slot<'_>], has_header: bool) {
    out.push_str(&format!("\nimpl rt::Xml for {name} {{\n    fn blank() -> Self {{\n"));
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
    out.push_str("    fn read(&mut self, p: &mut rt::Reader<'_>) -> rt::Result<()> {\n");
    if has_header {
        out.push_str("        p.json_header(&mut self.header)?;\n");
    }
    Reading::new(plan, slots).render(out);
    out.push_str("    }\n\n");
    if slots.is_empty() && !has_header {
        out.push_str("    fn write(&self, _w: &mut rt::Writer<'_>) {}\n}\n");
        return;
    }
    out.push_str("    fn write(&self, w: &mut rt::Writer<'_>) {\n");
    if has_header {
        out.push_str("        w.json_header(&self.header);\n");
    }
    for slot in slots {
        let statement = slot.write(plan, &format!("&self.{}", slot.rust_name));
        out.push_str(&format!("        {statement};\n"));
    }
    out.push_str("    }\n}\n");
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
    pair(out, plan, name, parts, false);
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

/// How the answer says no: `Success`, message texts and errors, recognised by their names and types.
fn verdict(out: &mut String, plan: &Plan<'_>, operation: &Operation, answer: &Answer<'_>) {
    let Answer::Result(result) = answer else { return };
    let TypeRef::Named(name) = &result.field.ty else { return };
    let Some(ty) = plan.find(name) else { return };
    let TypeKind::Struct(structure) = &ty.kind else { return };
    if result.shape != Shape::Single {
        return;
    }
    let Ok(slots) = plan.slots(ty, structure) else { return };
    let is = |slot: &Slot<'_>, ty: &str| slot.shape == Shape::Single && slot.value_type == ty;
    let success = slots.iter().find(|slot| slot.field.name.local == "Success" && is(slot, "bool"));
    // Without `Success`, a list of things with a message may be the rows that were asked for.
    let counts = |slot: &&Slot<'_>| success.is_some() || is_error_name(&slot.field.name.local);
    let lists: Vec<String> = slots
        .iter()
        .filter(counts)
        .filter_map(|slot| error_list(plan, slot).or_else(|| single_error(plan, slot)))
        .collect();
    if success.is_none() && lists.is_empty() {
        return;
    }
    let success = match success.map(|slot| (slot, slot.presence)) {
        None => "None".to_owned(),
        Some((slot, Presence::Always)) => format!("Some(result.{})", slot.rust_name),
        Some((slot, Presence::OptionalNillable)) => format!("result.{}.flatten()", slot.rust_name),
        Some((slot, _)) => format!("result.{}", slot.rust_name),
    };
    let text = |slot: &Slot<'_>| match slot.presence {
        Presence::OptionalNillable => {
            format!("result.{}.as_ref().and_then(|text| text.as_deref())", slot.rust_name)
        }
        _ => format!("result.{}.as_deref()", slot.rust_name),
    };
    let messages: Vec<String> = slots
        .iter()
        .filter(|slot| matches!(slot.field.name.local.as_str(), "Message" | "ErrorMessage"))
        .filter(|slot| is(slot, "String") && slot.presence != Presence::Always)
        .map(text)
        .collect();
    let errors = match lists.as_slice() {
        [] => "[]".to_owned(),
        [first, more @ ..] => more.iter().fold(first.clone(), |chain, list| format!("{chain}.chain({list})")),
    };
    out.push_str("\n    fn verdict(response: &Self::Response) -> rt::Verdict {\n");
    if is_unwrapped(result, operation) || result.presence == Presence::Always {
        out.push_str("        let result = response;\n");
    } else {
        out.push_str("        let Some(result) = response else { return rt::Verdict::default() };\n");
    }
    out.push_str(&format!(
        "        rt::Verdict::collect({success}, [{}], {errors})\n    }}\n",
        messages.join(", ")
    ));
}

/// An expression that goes through a member's errors, where it is a list of things with a `Message`.
fn error_list(plan: &Plan<'_>, slot: &Slot<'_>) -> Option<String> {
    let (item, structure) = list_item(plan, slot)?;
    // Items that say themselves whether they went well are lines, not errors.
    if structure.fields.iter().any(|field| field.name.local == "Success") {
        return None;
    }
    let parts = error_parts(plan, item, structure, is_error_name(&slot.field.name.local))?;
    let nillable = matches!(slot.shape, Shape::Array { nillable: true, .. });
    let levels = slot.options() + usize::from(nillable);
    let items = format!("result.{}.iter(){}", slot.rust_name, ".flatten()".repeat(levels));
    Some(format!("{items}.map(|error| {parts})"))
}

/// Whether a list says what became of the request, in all or line by line: errors or things with a `Message`.
pub fn is_report(plan: &Plan<'_>, slot: &Slot<'_>) -> bool {
    list_item(plan, slot).is_some_and(|(item, structure)| {
        error_parts(plan, item, structure, is_error_name(&slot.field.name.local)).is_some()
    })
}

/// The type of the items of an array.
fn list_item<'a>(plan: &Plan<'a>, slot: &Slot<'_>) -> Option<(&'a Type, &'a Struct)> {
    let TypeRef::Named(list) = &slot.field.ty else { return None };
    if !matches!(slot.shape, Shape::Array { .. }) {
        return None;
    }
    let TypeKind::Struct(wrapper) = &plan.find(list)?.kind else { return None };
    let TypeRef::Named(item) = &wrapper.fields.first()?.ty else { return None };
    let item = plan.find(item)?;
    let TypeKind::Struct(structure) = &item.kind else { return None };
    Some((item, structure))
}

/// An expression that goes through the one error that a member named so may hold.
fn single_error(plan: &Plan<'_>, slot: &Slot<'_>) -> Option<String> {
    let TypeRef::Named(name) = &slot.field.ty else { return None };
    if slot.shape != Shape::Single
        || slot.presence == Presence::Always
        || !is_error_name(&slot.field.name.local)
    {
        return None;
    }
    let ty = plan.find(name)?;
    let TypeKind::Struct(structure) = &ty.kind else { return None };
    let parts = error_parts(plan, ty, structure, true)?;
    let inside = ".flatten()".repeat(slot.options() - 1);
    Some(format!("result.{}.iter(){inside}.map(|error| {parts})", slot.rust_name))
}

/// Names that the service gives to errors and to lists of them.
fn is_error_name(name: &str) -> bool {
    name.ends_with("Error") || name.ends_with("Errors")
}

/// An expression for the message and the kind of an `error`. One of the two must be there; the message, unless the
/// error is `named` so.
fn error_parts<'a>(plan: &Plan<'a>, ty: &'a Type, structure: &'a Struct, named: bool) -> Option<String> {
    let slots = plan.slots(ty, structure).ok()?;
    let message = slots.iter().find(|slot| {
        slot.field.name.local == "Message"
            && builtin(plan, &slot.field.ty).is_some()
            && slot.field.kind == FieldKind::Element
            && slot.presence == Presence::Optional
            && slot.value_type == "String"
    });
    let is_enum = |slot: &&Slot<'_>| match &slot.field.ty {
        TypeRef::Named(name) => matches!(plan.find(name).map(|ty| &ty.kind), Some(TypeKind::Enum(_))),
        TypeRef::Builtin(_) => false,
    };
    let kind = slots.iter().filter(|slot| slot.field.name.local == "ErrorType").find(is_enum);
    if message.is_none() && !(named && kind.is_some()) {
        return None;
    }
    let message = match message {
        None => "None".to_owned(),
        Some(slot) => format!("error.{}.as_deref()", slot.rust_name),
    };
    let kind = match kind.map(|slot| (slot, slot.presence)) {
        None => "None".to_owned(),
        Some((slot, Presence::Always)) => format!("Some(error.{}.as_str())", slot.rust_name),
        Some((slot, Presence::OptionalNillable)) => {
            format!(
                "error.{}.as_ref().and_then(|kind| kind.as_ref()).map(|kind| kind.as_str())",
                slot.rust_name
            )
        }
        Some((slot, _)) => format!("error.{}.as_ref().map(|kind| kind.as_str())", slot.rust_name),
    };
    Some(format!("({message}, {kind})"))
}

/// A method for each operation.
pub fn client(out: &mut String, plan: &Plan<'_>, client: &str) -> Result<()> {
    out.push_str(&format!("\nimpl {client} {{\n"));
    for (number, operation) in plan.service.operations.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        method(out, plan, operation)?;
    }
    out.push_str("}\n");
    Ok(())
}

fn method(out: &mut String, plan: &Plan<'_>, operation: &Operation) -> Result<()> {
    let notes = &operation.notes;
    let what = notes.doc.clone().unwrap_or_else(|| format!("Calls `{}`.", operation.name));
    doc(out, "    ", &what);
    out.push_str("    ///\n");
    let group = notes.group.as_deref().map(|group| format!("Group {group}. ")).unwrap_or_default();
    let effect = match notes.effect {
        Some(crate::model::Effect::Read) => "It reads only.",
        _ => "It changes the warehouse: it is not sent again by itself once it may have arrived.",
    };
    doc(out, "    ", &format!("{group}{effect}"));
    if let Some(page) = notes.page.as_deref().filter(|page| page.starts_with("https://")) {
        out.push_str(&format!("    /// [The service's page on `{}`]({}).\n", operation.name, link(page)));
    }
    confidence(out, "    ", notes.confidence.as_deref());
    out.push_str("    ///\n    /// # Errors\n");
    out.push_str(
        "    /// See [`Error`](crate::Error): what happened to the request is in its `outcome()`.\n",
    );
    let slots = plan.own_slots(operation)?;
    let ty = answer(plan, operation)?.rust_type(plan, operation);
    let (parameter, value) = argument(plan, operation, &slots);
    let method = plan.names.method(operation);
    out.push_str(&format!("    pub fn {method}(&self{parameter}) -> Result<{ty}, crate::Error> {{\n"));
    out.push_str(&format!("        self.call({value})\n    }}\n"));
    Ok(())
}

fn link(page: &str) -> String {
    page.chars().filter(|char| char.is_ascii_graphic() && !"()<>\\`".contains(*char)).collect::<String>()
}

/// The method's parameter and the request made of it: the payload itself where there is just one.
fn argument(plan: &Plan<'_>, operation: &Operation, slots: &[Slot<'_>]) -> (String, String) {
    let request = plan.names.request(operation);
    if !operation.request_headers.is_empty() {
        return (format!(", request: {request}"), "request".to_owned());
    }
    if let Some(ty) = plan.whole(operation.request.as_ref()) {
        return (format!(", content: {}", plan.rust_type(ty)), format!("{request} {{ content }}"));
    }
    let [slot] = slots else {
        return match slots {
            [] => (String::new(), format!("{request} {{}}")),
            _ => (format!(", request: {request}"), "request".to_owned()),
        };
    };
    let name = &slot.rust_name;
    let (ty, value) = match (&slot.shape, slot.value_type.as_str()) {
        (Shape::Single, "String") => ("impl Into<String>".to_owned(), format!("{name}.into()")),
        (Shape::Single, ty) => (ty.to_owned(), name.clone()),
        _ => return (format!(", {name}: {}", slot.rust_type()), format!("{request} {{ {name} }}")),
    };
    let value = match slot.presence {
        Presence::Always => value,
        Presence::OptionalNillable => format!("Some(Some({value}))"),
        _ => format!("Some({value})"),
    };
    let field = if value == *name { name.clone() } else { format!("{name}: {value}") };
    (format!(", {name}: {ty}"), format!("{request} {{ {field} }}"))
}
