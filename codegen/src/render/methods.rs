//! The client's methods, one for each operation.

use crate::model::{Effect, Operation};

use super::operations::answer_type;
use super::plan::Plan;
use super::slot::{Presence, Shape, Slot, own};
use super::structs::confidence;
use super::text::doc;

/// A method for each operation.
pub fn client(out: &mut String, plan: &Plan<'_>, client: &str) {
    out.push_str(&format!("\nimpl {client} {{\n"));
    for (number, operation) in plan.service.operations.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        method(out, plan, operation);
    }
    out.push_str("}\n");
}

fn method(out: &mut String, plan: &Plan<'_>, operation: &Operation) {
    let notes = &operation.notes;
    let what = notes.doc.clone().unwrap_or_else(|| format!("Calls `{}`.", operation.name));
    doc(out, "    ", &what);
    out.push_str("    ///\n");
    let group = notes.group.as_deref().map(|group| format!("Group {group}. ")).unwrap_or_default();
    let effect = match notes.effect {
        Some(Effect::Read) => "It reads only.",
        _ => "Changes the warehouse: never resent automatically once it may have arrived.",
    };
    doc(out, "    ", &format!("{group}{effect}"));
    if let Some(page) = notes.page.as_deref().filter(|page| page.starts_with("https://")) {
        out.push_str(&format!("    /// [The service's page on `{}`]({}).\n", operation.name, link(page)));
    }
    confidence(out, "    ", notes.confidence.as_deref());
    out.push_str("    ///\n    /// # Errors\n");
    out.push_str(
        "    /// See [`Error`](crate::Error); its `outcome()` tells what happened to the request.\n",
    );
    let slots: Vec<&Slot<'_>> = own(plan.request_slots(operation)).collect();
    let ty = answer_type(plan, operation);
    let (parameter, value) = argument(plan, operation, &slots);
    let method = plan.names.method(operation);
    out.push_str("    #[inline]\n");
    out.push_str(&format!("    pub fn {method}(&self{parameter}) -> Result<{ty}, crate::Error> {{\n"));
    out.push_str(&format!("        self.call({value})\n    }}\n"));
}

fn link(page: &str) -> String {
    page.chars().filter(|char| char.is_ascii_graphic() && !"()<>\\`".contains(*char)).collect::<String>()
}

/// The method's parameter and the request made of it: the payload itself where there is just one.
fn argument(plan: &Plan<'_>, operation: &Operation, slots: &[&Slot<'_>]) -> (String, String) {
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
