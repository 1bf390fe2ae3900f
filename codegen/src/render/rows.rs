//! Operations whose answer is one list that can be read row by row: recognised by its structure.

use crate::model::{FieldKind, Name, Operation, TypeKind, TypeRef};

use super::plan::Plan;
use super::slot::{Shape, Slot};
use super::verdict::is_report;

/// Longest line.
const WIDTH: usize = 110;

/// The list of an answer.
pub struct Rows {
    /// Rust type of a row.
    pub ty: String,
    /// The elements from the response element down to the row.
    way: Vec<Name>,
}

/// The list in an operation's only result: the result itself, or the only list of structures among its members, apart
/// from lists of errors.
pub fn find<'a>(plan: &'a Plan<'a>, operation: &'a Operation) -> Option<Rows> {
    let results = plan.response_slots(operation);
    let [result] = results else { return None };
    if let Some(rows) = list(plan, result) {
        return Some(rows);
    }
    if result.shape != Shape::Single {
        return None;
    }
    let TypeRef::Named(name) = &result.field.ty else { return None };
    let ty = plan.find(name)?;
    let slots = plan.slots(ty);
    let is_rows = |slot: &&Slot<'_>| !is_report(plan, slot);
    let mut lists = slots.iter().filter(is_rows).filter_map(|slot| list(plan, slot));
    match (lists.next(), lists.next()) {
        (Some(mut rows), None) => {
            rows.way.insert(0, result.field.name.clone());
            Some(rows)
        }
        _ => None,
    }
}

/// A member that is a list of structures.
fn list(plan: &Plan<'_>, slot: &Slot<'_>) -> Option<Rows> {
    let ty = slot.value_type.clone();
    let mut way = vec![slot.field.name.clone()];
    let is_structure = match &slot.shape {
        Shape::Array { item, .. } => {
            way.push(item.clone());
            let TypeRef::Named(wrapper) = &slot.field.ty else { return None };
            let TypeKind::Struct(wrapper) = &plan.find(wrapper)?.kind else { return None };
            plan.is_structure(&wrapper.fields.first()?.ty)
        }
        Shape::Repeated { nillable: false } if slot.field.kind == FieldKind::Element => {
            plan.is_structure(&slot.field.ty)
        }
        _ => false,
    };
    is_structure.then_some(Rows { ty, way })
}

/// Implements where the rows are.
pub fn operation(out: &mut String, plan: &Plan<'_>, operation: &Operation, rows: &Rows) {
    let way: Vec<String> = rows.way.iter().map(|name| plan.name_literal(name)).collect();
    let name = plan.names.request(operation);
    out.push_str(&format!("\nimpl rt::RowOperation for {name} {{\n    type Row = {};\n", rows.ty));
    let mut way = format!("    const ROWS: &'static [&'static str] = &[{}];", way.join(", "));
    if way.chars().count() > WIDTH {
        way = way.replacen("= &[", "=\n        &[", 1);
    }
    out.push_str(&format!("{way}\n}}\n"));
}
