//! The tables that describe the contract to programs: `OPERATIONS` and `TYPES`.

use crate::model::{
    Builtin, Effect, EnumValue, Field, FieldKind, Message, Operation, Type, TypeKind, TypeRef,
};

use super::pages;
use super::plan::Plan;
use super::rows;
use super::slot::{Shape, Slot, own};
use super::structs::shown_name;
use super::text::literal;

pub fn tables(out: &mut String, plan: &Plan<'_>) {
    let operations = &plan.service.operations;
    out.push_str("\n/// Every operation of the contract, in its order.\n");
    out.push_str(&format!("pub static OPERATIONS: [rt::OperationInfo; {}] = [\n", operations.len()));
    for operation in operations {
        operation_entry(out, plan, operation);
    }
    out.push_str("];\n");
    let types: Vec<&Type> = plan.service.types.iter().filter(|ty| plan.is_listed(ty)).collect();
    out.push_str("\n/// Every structure and enumeration of the contract that a request or answer uses.\n");
    out.push_str(&format!("pub static TYPES: [rt::TypeInfo; {}] = [", types.len()));
    out.push_str(if types.is_empty() { "" } else { "\n" });
    for ty in &types {
        type_entry(out, plan, ty);
    }
    out.push_str("];\n");
    let rendered = types.iter().filter(|ty| plan.is_rendered(&ty.name));
    let structs = rendered.filter(|ty| matches!(ty.kind, TypeKind::Struct(_)));
    let mut names: Vec<&str> = structs.map(|ty| plan.names.ty(&ty.name)).collect();
    names.extend(operations.iter().map(|operation| plan.names.request(operation)));
    names.extend(plan.names.headers());
    out.push_str("\nrt::serde_form! {\n");
    for name in names {
        out.push_str(&format!("    {name},\n"));
    }
    out.push_str("}\n");
}

fn operation_entry(out: &mut String, plan: &Plan<'_>, operation: &Operation) {
    let notes = &operation.notes;
    let slots = plan.request_slots(operation);
    let results = plan.response_slots(operation);
    let effect = match notes.effect {
        Some(Effect::Read) => "Read",
        Some(Effect::Write) | None => "Write",
    };
    let own: Vec<&Slot<'_>> = own(slots).collect();
    let payload = match own.as_slice() {
        [slot]
            if operation.request_headers.is_empty()
                && slot.shape == Shape::Single
                && is_struct(plan, slot.field) =>
        {
            format!("Some({})", literal(&slot.field.name.local))
        }
        _ => "None".to_owned(),
    };
    let text = |text: &Option<String>| literal(text.as_deref().unwrap_or_default());
    let element = |message: &Option<Message>| match message {
        Some(message) => plan.name_literal(&message.element),
        None => literal(""),
    };
    let request = plan.names.request(operation);
    let (by_row, way) = match rows::find(plan, operation) {
        Some(found) => {
            let by = if pages::find(plan, operation, &found).is_some() { " by page," } else { " by row," };
            (by, format!("<{request} as rt::RowOperation>::ROWS"))
        }
        None => ("", "&[]".to_owned()),
    };
    out.push_str(&format!("    rt::operation_info! {{ {request},{by_row}\n"));
    for (name, value) in [
        ("name", literal(&operation.name)),
        ("action", literal(&operation.action)),
        ("group", text(&notes.group)),
        ("effect", format!("rt::Effect::{effect}")),
        ("doc", text(&notes.doc)),
        ("page", text(&notes.page)),
        ("confidence", text(&notes.confidence)),
        ("namespace", literal(&plan.service.namespace)),
        ("request", element(&operation.request)),
        ("response", element(&operation.response)),
        ("payload", payload),
        ("rows", way),
    ] {
        out.push_str(&format!("        {name}: {value},\n"));
    }
    members(out, plan, "members", slots);
    members(out, plan, "results", results);
    out.push_str("    },\n");
}

fn type_entry(out: &mut String, plan: &Plan<'_>, ty: &Type) {
    let text = |text: &Option<String>| literal(text.as_deref().unwrap_or_default());
    out.push_str("    rt::TypeInfo {\n");
    out.push_str(&format!("        name: {},\n", literal(&shown_name(&ty.name))));
    out.push_str(&format!("        doc: {},\n", text(&ty.doc)));
    out.push_str(&format!("        confidence: {},\n", text(&ty.confidence)));
    match &ty.kind {
        TypeKind::Struct(structure) => {
            out.push_str(&format!("        open: {},\n", structure.open));
            let base = structure.base.as_ref().map_or("", |base| &base.local);
            out.push_str(&format!("        base: {},\n", literal(base)));
            members(out, plan, "members", plan.slots(ty));
            out.push_str("        values: &[],\n");
        }
        TypeKind::Enum(values) => {
            out.push_str("        open: false,\n        base: \"\",\n        members: &[],\n");
            let entry = |value: &EnumValue| format!("({}, {})", literal(&value.text), text(&value.doc));
            list(out, "values", &values.iter().map(entry).collect::<Vec<_>>());
        }
        TypeKind::Alias(_) | TypeKind::List(_) => {}
    }
    out.push_str("    },\n");
}

fn members(out: &mut String, plan: &Plan<'_>, name: &str, slots: &[Slot<'_>]) {
    let entries: Vec<String> = slots.iter().map(|slot| member(plan, slot)).collect();
    list(out, name, &entries);
}

/// A list as the value of a field, on one line if it fits.
fn list(out: &mut String, field: &str, entries: &[String]) {
    let line = format!("        {field}: &[{}],\n", entries.join(", "));
    if line.chars().count() <= WIDTH {
        out.push_str(&line);
        return;
    }
    out.push_str(&format!("        {field}: &[\n"));
    for entry in entries {
        out.push_str(&format!("            {entry},\n"));
    }
    out.push_str("        ],\n");
}

/// Maximum length of a line of a list, including its end.
const WIDTH: usize = 111;

/// A member's entry: its name and type, then what differs from a plain required element.
fn member(plan: &Plan<'_>, slot: &Slot<'_>) -> String {
    let field = slot.field;
    let (ty, item) = match &slot.shape {
        Shape::Array { item, .. } => (item_type(plan, field), item.local.as_str()),
        _ => (shown_type(plan, &field.ty), ""),
    };
    let mut text = format!("rt::member({}, {})", literal(&field.name.local), literal(&ty));
    if is_declared_builtin(plan, slot) {
        text.push_str(".declared()");
    }
    if !item.is_empty() {
        text.push_str(&format!(".items({})", literal(item)));
    }
    if field.min == 0 {
        text.push_str(".optional()");
    }
    if field.repeats() {
        text.push_str(".repeats()");
    }
    if field.nillable {
        text.push_str(".nillable()");
    }
    if field.kind == FieldKind::Attribute {
        text.push_str(".attribute()");
    }
    if slot.asked {
        text.push_str(".required()");
    }
    if matches!(slot.shape, Shape::Sender(_)) && plan.sender(field).is_some() {
        text.push_str(".sender()");
    }
    if let Some(length) = field.length {
        text.push_str(&format!(".length({length})"));
    }
    if let Some(doc) = &field.doc {
        text.push_str(&format!(".doc({})", literal(doc)));
    }
    if let Some(confidence) = &field.confidence {
        text.push_str(&format!(".confidence({})", literal(confidence)));
    }
    text
}

/// Whether the contract declares a type whose name is also that of a built-in.
fn is_declared_builtin(plan: &Plan<'_>, slot: &Slot<'_>) -> bool {
    let item = match &slot.shape {
        Shape::Array { .. } => wrapped(plan, slot.field),
        _ => None,
    };
    let TypeRef::Named(name) = item.map_or(&slot.field.ty, |item| &item.ty) else { return false };
    let is_declared =
        plan.find(name).is_some_and(|ty| matches!(ty.kind, TypeKind::Struct(_) | TypeKind::Enum(_)));
    is_declared && Builtin::ALL.iter().any(|builtin| builtin.name() == shown_name(name))
}

fn item_type(plan: &Plan<'_>, field: &Field) -> String {
    wrapped(plan, field).map(|item| shown_type(plan, &item.ty)).unwrap_or_default()
}

/// The items of a list in a wrapper.
fn wrapped<'a>(plan: &Plan<'a>, field: &Field) -> Option<&'a Field> {
    let TypeRef::Named(name) = &field.ty else { return None };
    match plan.find(name).map(|ty| &ty.kind) {
        Some(TypeKind::Struct(wrapper)) => wrapper.fields.first(),
        _ => None,
    }
}

fn shown_type(plan: &Plan<'_>, ty: &TypeRef) -> String {
    match ty {
        TypeRef::Builtin(builtin) => builtin.name().to_owned(),
        TypeRef::Named(name) => match plan.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Alias(target)) => shown_type(plan, target),
            Some(TypeKind::List(item)) => format!("list of {}", shown_type(plan, item)),
            Some(_) | None => shown_name(name),
        },
    }
}

fn is_struct(plan: &Plan<'_>, field: &Field) -> bool {
    match &field.ty {
        TypeRef::Named(name) => {
            matches!(plan.find(name).map(|ty| &ty.kind), Some(TypeKind::Struct(_)))
        }
        TypeRef::Builtin(_) => false,
    }
}
