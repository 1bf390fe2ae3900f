//! Operations whose answer can be requested page by page: the annotations name three members, and the contract must
//! have them all.

use crate::model::{Builtin, Operation};

use super::plan::Plan;
use super::rows::Rows;
use super::slot::{Presence, Shape, Slot, builtin};
use super::text::literal;

/// The members for paging: paths through the request and through a row.
pub struct Pages<'a> {
    size: Vec<&'a Slot<'a>>,
    from: Vec<&'a Slot<'a>>,
    id: Vec<&'a Slot<'a>>,
}

/// The members that the annotations name, if the contract has them all.
pub fn find<'a>(plan: &'a Plan<'a>, operation: &'a Operation, rows: &Rows) -> Option<Pages<'a>> {
    let paging = operation.notes.paging.as_ref()?;
    let request = plan.request_slots(operation);
    let row = plan.service.types.iter().find(|ty| plan.names.ty(&ty.name) == rows.ty)?;
    Some(Pages {
        size: way(plan, request, &paging.size)?,
        from: way(plan, request, &paging.from)?,
        id: way(plan, plan.slots(row), &paging.id)?,
    })
}

/// Implements how a page is requested, and which id of a row the next page starts from.
pub fn operation<'a>(out: &mut String, plan: &'a Plan<'a>, operation: &'a Operation, rows: &Rows) {
    let Some(Pages { size, from, id }) = find(plan, operation, rows) else { return };
    out.push_str(&format!("\nimpl rt::PagedOperation for {} {{\n", plan.names.request(operation)));
    let named = |way: &[&Slot<'_>]| {
        let names: Vec<&str> = way.iter().map(|slot| slot.field.name.local.as_str()).collect();
        literal(&names.join("."))
    };
    out.push_str(&format!(
        "    const PAGING: rt::Paging = rt::Paging {{ size: {}, from: {} }};\n\n",
        named(&size),
        named(&from)
    ));
    out.push_str("    fn ask_for(&mut self, size: i32, from: Option<i32>) {\n");
    set(out, "        ", &size, "size");
    out.push_str("        if let Some(from) = from {\n");
    set(out, "            ", &from, "from");
    out.push_str("        }\n    }\n\n");
    out.push_str(&format!("    fn id(row: &{}) -> Option<i32> {{\n        let at = row;\n", rows.ty));
    for slot in &id[..id.len() - 1] {
        let there = if slot.presence == Presence::Always { "" } else { ".as_ref()?" };
        let borrow = if there.is_empty() { "&" } else { "" };
        out.push_str(&format!("        let at = {borrow}at.{}{there};\n", slot.rust_name));
    }
    if let Some(slot) = id.last() {
        let value = format!("at.{}", slot.rust_name);
        let value = if slot.presence == Presence::Always { format!("Some({value})") } else { value };
        out.push_str(&format!("        {value}\n    }}\n}}\n"));
    }
}

/// The members that lead to a whole number; `None` if the contract has no such path.
fn way<'a>(plan: &'a Plan<'a>, mut slots: &'a [Slot<'a>], path: &str) -> Option<Vec<&'a Slot<'a>>> {
    let mut way: Vec<&'a Slot<'a>> = Vec::new();
    let mut steps = path.split('.').peekable();
    while let Some(step) = steps.next() {
        let is = |slot: &&Slot<'_>| slot.field.name.local == step && slot.shape == Shape::Single;
        let slot = slots.iter().find(is)?;
        if slot.presence == Presence::OptionalNillable {
            return None;
        }
        if steps.peek().is_none() {
            let is_number = builtin(plan, &slot.field.ty) == Some(Builtin::Int);
            way.push(slot);
            return is_number.then_some(way);
        }
        let (ty, _) = plan.structure(&slot.field.ty)?;
        if slot.value_type.starts_with("Box<") {
            return None;
        }
        slots = plan.slots(ty);
        way.push(slot);
    }
    None
}

fn set(out: &mut String, indent: &str, way: &[&Slot<'_>], value: &str) {
    let mut place = "self".to_owned();
    for (number, slot) in way.iter().enumerate() {
        place = format!("{place}.{}", slot.rust_name);
        if number + 1 < way.len() && slot.presence != Presence::Always {
            place.push_str(".get_or_insert_with(rt::Xml::blank)");
        }
    }
    let is_plain = way.last().is_some_and(|slot| slot.presence == Presence::Always);
    let value = if is_plain { value.to_owned() } else { format!("Some({value})") };
    out.push_str(&format!("{indent}{place} = {value};\n"));
}
