//! How an answer reports a refusal.

use crate::model::{FieldKind, Struct, Type, TypeKind, TypeRef};

use super::plan::Plan;
use super::slot::{Presence, Shape, Slot, builtin};
use super::text::inline_method;

/// How the answer reports a refusal: `Success`, message texts and errors, recognized by their names and types.
///
/// `is_whole` if the operation returns the result itself, not an `Option`.
pub fn verdict(out: &mut String, plan: &Plan<'_>, result: &Slot<'_>, is_whole: bool) {
    let TypeRef::Named(name) = &result.field.ty else { return };
    let Some(ty) = plan.find(name) else { return };
    if result.shape != Shape::Single {
        return;
    }
    let slots = plan.slots(ty);
    let is = |slot: &Slot<'_>, ty: &str| slot.shape == Shape::Single && slot.value_type == ty;
    let success = slots.iter().find(|slot| slot.field.name.local == "Success" && is(slot, "bool"));
    // Without `Success`, a list of items with a message may be the requested rows.
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
    out.push('\n');
    inline_method(out, "verdict(response: &Self::Response) -> rt::Verdict");
    if is_whole {
        out.push_str("        let result = response;\n");
    } else {
        out.push_str("        let Some(result) = response else { return rt::Verdict::default() };\n");
    }
    out.push_str(&format!(
        "        rt::Verdict::collect({success}, [{}], {errors})\n    }}\n",
        messages.join(", ")
    ));
}

/// An expression that iterates over a member's errors, if it is a list of items with a `Message`.
fn error_list(plan: &Plan<'_>, slot: &Slot<'_>) -> Option<String> {
    let (item, structure) = list_item(plan, slot)?;
    // Items with a `Success` of their own are lines, not errors.
    if structure.fields.iter().any(|field| field.name.local == "Success") {
        return None;
    }
    let parts = error_parts(plan, item, is_error_name(&slot.field.name.local))?;
    let nillable = matches!(slot.shape, Shape::Array { nillable: true, .. });
    let levels = slot.options() + usize::from(nillable);
    let items = format!("result.{}.iter(){}", slot.rust_name, ".flatten()".repeat(levels));
    Some(format!("{items}.map(|error| {parts})"))
}

/// Whether a list reports the outcome of the request or its lines: errors or items with a `Message`.
pub fn is_report(plan: &Plan<'_>, slot: &Slot<'_>) -> bool {
    list_item(plan, slot)
        .is_some_and(|(item, _)| error_parts(plan, item, is_error_name(&slot.field.name.local)).is_some())
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

/// An expression for the single error that a member with such a name may contain.
fn single_error(plan: &Plan<'_>, slot: &Slot<'_>) -> Option<String> {
    let TypeRef::Named(name) = &slot.field.ty else { return None };
    if slot.shape != Shape::Single
        || slot.presence == Presence::Always
        || !is_error_name(&slot.field.name.local)
    {
        return None;
    }
    let ty = plan.find(name)?;
    let parts = error_parts(plan, ty, true)?;
    let inside = ".flatten()".repeat(slot.options() - 1);
    Some(format!("result.{}.iter(){inside}.map(|error| {parts})", slot.rust_name))
}

/// Names that the service gives to errors and to lists of them.
fn is_error_name(name: &str) -> bool {
    name.ends_with("Error") || name.ends_with("Errors")
}

/// An expression for the message and the kind of an `error`. One of the two is required: the message, unless the member
/// is `named` as an error.
fn error_parts(plan: &Plan<'_>, ty: &Type, named: bool) -> Option<String> {
    let slots = plan.slots(ty);
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
