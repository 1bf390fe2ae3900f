//! Structures and enumerations with their read/write pairs.

use crate::error::Result;
use crate::model::{Field, FieldKind, Name, Struct, Type, TypeKind};
use crate::names;

use super::plan::Plan;
use super::reading::{Enter, Reading};
use super::slot::{Presence, Shape, Slot};
use super::text::{READ, WRITE, doc, inline_method, literal, method};

/// A type that extends a structure, with the members that it adds.
struct Derived<'a> {
    ty: &'a Type,
    variant: &'a str,
    added: &'a [Slot<'a>],
    /// As [`Struct::open_at`], where it is open.
    open_at: Option<usize>,
}

/// What the rendered parts of a structure share.
struct Picture<'a> {
    plan: &'a Plan<'a>,
    ty: &'a Type,
    structure: &'a Struct,
    name: &'a str,
    /// It, or a type that extends it, is open.
    open: bool,
    slots: &'a [Slot<'a>],
    derived: Vec<Derived<'a>>,
}

pub fn structure(out: &mut String, plan: &Plan<'_>, ty: &Type) {
    let TypeKind::Struct(structure) = &ty.kind else { return };
    let slots = plan.slots(ty);
    let derived = derived(plan, slots, ty);
    let open = structure.open || derived.iter().any(|derived| derived.open_at.is_some());
    let picture = Picture { plan, ty, structure, name: plan.names.ty(&ty.name), open, slots, derived };
    picture.declaration(out);
    picture.constructor(out);
    picture.pair(out);
    picture.default_impl(out);
    picture.derived_enum(out);
}

/// The members that derived types add to `ty`.
fn derived<'a>(plan: &'a Plan<'a>, own: &[Slot<'a>], ty: &Type) -> Vec<Derived<'a>> {
    let mut all = Vec::new();
    for derived in plan.derived(&ty.name) {
        let TypeKind::Struct(structure) = &derived.kind else { continue };
        let variant = plan.names.ty(&derived.name);
        let added = plan.slots(derived).get(own.len()..).unwrap_or_default();
        let open_at = structure.open.then_some(structure.open_at);
        all.push(Derived { ty: derived, variant, added, open_at });
    }
    all
}

impl Picture<'_> {
    fn is_request(&self) -> bool {
        self.plan.is_in_requests(&self.ty.name)
    }

    fn is_answer(&self) -> bool {
        self.plan.is_in_answers(&self.ty.name)
    }

    fn derives_default(&self) -> bool {
        self.slots.iter().all(|slot| !slot.asked && self.plan.derives_default(slot))
    }

    fn enum_name(&self) -> &str {
        self.plan.names.derived(&self.ty.name)
    }

    /// A pattern that extracts a member of a derived type, under a name that no member has here.
    fn pattern(&self, derived: &Derived<'_>, slot: &Slot<'_>, name: &str) -> String {
        format!("Some({}::{} {{ {}: {name}, .. }})", self.enum_name(), derived.variant, slot.rust_name)
    }

    fn declaration(&self, out: &mut String) {
        out.push('\n');
        let name = shown_name(&self.ty.name);
        let plain = || match (&self.structure.round, name.split_once(".@")) {
            (Some(_), Some((holder, _))) => format!("One repetition of the group in `{holder}`."),
            _ => format!("`{name}` of the contract."),
        };
        let what = self.ty.doc.clone().unwrap_or_else(plain);
        doc(out, "", &what);
        confidence(out, "", self.ty.confidence.as_deref());
        let default = if self.derives_default() { ", Default" } else { "" };
        out.push_str(&format!("#[derive(Debug, Clone, PartialEq{default})]\n"));
        if !self.is_request() {
            out.push_str("#[non_exhaustive]\n");
        }
        if self.slots.is_empty() && !self.open && self.derived.is_empty() {
            out.push_str(&format!("pub struct {} {{}}\n", self.name));
            return;
        }
        out.push_str(&format!("pub struct {} {{\n", self.name));
        for slot in self.slots {
            slot_docs(out, "    ", slot);
            out.push_str(&format!("    pub {}: {},\n", slot.rust_name, slot.rust_type()));
        }
        if self.open {
            doc(
                out,
                "    ",
                "Members that the contract does not list: those of an answer, or those to send.",
            );
            out.push_str("    pub any: Vec<rt::Element>,\n");
        }
        if !self.derived.is_empty() {
            doc(out, "    ", "Members that a derived type adds, if `xsi:type` names one.");
            out.push_str(&format!("    pub derived: Option<Box<{}>>,\n", self.enum_name()));
        }
        out.push_str("}\n");
    }

    fn constructor(&self, out: &mut String) {
        let asked: Vec<&Slot<'_>> = self.slots.iter().filter(|slot| slot.asked).collect();
        if asked.is_empty() {
            return;
        }
        let parameters: Vec<String> =
            asked.iter().map(|slot| format!("{}: {}", slot.rust_name, slot.rust_type())).collect();
        let names: Vec<&str> = asked.iter().map(|slot| slot.rust_name.as_str()).collect();
        out.push_str(&format!("\nimpl {} {{\n", self.name));
        doc(out, "    ", "Takes the required members; all others are left out.");
        out.push_str("    #[inline]\n");
        out.push_str(&format!("    pub fn new({}) -> Self {{\n", parameters.join(", ")));
        out.push_str(&format!("        Self {{ {}, ..rt::Xml::blank() }}\n    }}\n}}\n", names.join(", ")));
    }

    fn default_impl(&self, out: &mut String) {
        if self.derives_default() || self.slots.iter().any(|slot| slot.asked) {
            return;
        }
        out.push_str(&format!("\nimpl Default for {} {{\n", self.name));
        inline_method(out, "default() -> Self");
        out.push_str("        rt::Xml::blank()\n    }\n}\n");
    }

    fn pair(&self, out: &mut String) {
        out.push_str(&format!("\nimpl rt::Xml for {} {{\n", self.name));
        let mut after = String::new();
        self.blank(out);
        self.read(out, &mut after);
        self.write(out);
        out.push_str("}\n");
        out.push_str(&after);
    }

    fn blank(&self, out: &mut String) {
        inline_method(out, "blank() -> Self");
        if self.derives_default() {
            out.push_str("        Self::default()\n    }\n\n");
            return;
        }
        out.push_str("        Self {\n");
        for slot in self.slots {
            out.push_str(&format!("            {}: {},\n", slot.rust_name, slot.blank()));
        }
        if self.open {
            out.push_str("            any: Vec::new(),\n");
        }
        if !self.derived.is_empty() {
            out.push_str("            derived: None,\n");
        }
        out.push_str("        }\n    }\n\n");
    }

    /// Name for `xsi:type`; empty for a type that has none.
    fn type_name(&self) -> String {
        if self.ty.inline { literal("") } else { self.plan.name_literal(&self.ty.name) }
    }

    fn read(&self, out: &mut String, after: &mut String) {
        method(out, self.is_answer(), READ);
        self.read_type(out);
        for slot in self.slots.iter().filter(|slot| slot.shape == Shape::Attribute) {
            let field = format!("self.{}", slot.rust_name);
            if let Some(preset) = slot.preset(&field) {
                out.push_str(&format!("        {preset}\n"));
            }
            out.push_str(&format!("        {}?;\n", slot.read(self.plan, &format!("&mut {field}"), 0)));
        }
        if let Some(content) = self.slots.iter().find(|slot| slot.shape == Shape::Content) {
            let read = content.read(self.plan, &format!("&mut self.{}", content.rust_name), 0);
            out.push_str(&format!("        {read}\n    }}\n\n"));
            return;
        }
        let mut reading = Reading::new(self.plan, self.slots);
        reading.in_answers = self.is_answer();
        if self.derived.is_empty() {
            reading.enter = match &self.structure.round {
                Some(alternatives) => {
                    let repeats = self.structure.fields.iter().map(Field::repeats);
                    let members: Vec<_> = alternatives.iter().zip(repeats).collect();
                    Enter::Round(format!("enter_round(&{members:?})"))
                }
                None => Enter::Element(self.type_name()),
            };
        } else {
            for derived in &self.derived {
                self.read_derived(&mut reading, derived);
            }
        }
        if self.open {
            reading.any = Some("&mut self.any".to_owned());
        }
        reading.render(out, after, self.name);
        out.push_str("    }\n\n");
    }

    /// Reads `xsi:type`, which decides what `derived` can contain.
    fn read_type(&self, out: &mut String) {
        if self.derived.is_empty() {
            return;
        }
        let names = self.derived.iter().map(|derived| self.plan.name_literal(&derived.ty.name));
        let names: Vec<String> = std::iter::once(self.type_name()).chain(names).collect();
        out.push_str(&format!("        let ty = p.derived(&[{}])?;\n", names.join(", ")));
        out.push_str("        self.derived = match ty {\n");
        for (number, derived) in self.derived.iter().enumerate() {
            let fields: Vec<String> =
                derived.added.iter().map(|slot| format!("{}: {}", slot.rust_name, slot.blank())).collect();
            out.push_str(&format!(
                "            {} => Some(Box::new({}::{} {{ {} }})),\n",
                number + 1,
                self.enum_name(),
                derived.variant,
                fields.join(", ")
            ));
        }
        out.push_str("            _ => None,\n        };\n");
        for derived in &self.derived {
            for slot in derived.added.iter().filter(|slot| slot.shape == Shape::Attribute) {
                out.push_str(&format!(
                    "        if let {} = self.derived.as_deref_mut() {{\n            {}?;\n        }}\n",
                    self.pattern(derived, slot, "slot"),
                    slot.read(self.plan, "slot", 0)
                ));
            }
        }
    }

    /// Names, statements and masks of the child elements that a derived type adds.
    fn read_derived(&self, reading: &mut Reading, derived: &Derived<'_>) {
        let own = reading.types[0].clone();
        let mut ty = own;
        for slot in derived.added.iter().filter(|slot| slot.is_child()) {
            let first = ty.names.len();
            let read = slot.read(self.plan, "slot", first);
            ty.add(self.plan, slot);
            let indexes = match ty.names.len() - first {
                1 => first.to_string(),
                _ => format!("{first}..={}", ty.names.len() - 1),
            };
            reading.added.push(format!("({}, {indexes}) => {read}", self.pattern(derived, slot, "slot")));
        }
        reading.types.push(ty);
    }

    fn write(&self, out: &mut String) {
        if self.slots.is_empty() && !self.open && self.derived.is_empty() {
            out.push_str("    fn write(&self, _w: &mut rt::Writer<'_>) {}\n");
            return;
        }
        method(out, self.is_request(), WRITE);
        self.write_derived(out, true);
        let mut statements: Vec<String> = Vec::new();
        for slot in self.slots.iter().filter(|slot| slot.shape == Shape::Attribute) {
            statements.push(slot.write(self.plan, &format!("&self.{}", slot.rust_name)));
        }
        let attributes = statements.len();
        for slot in self.slots.iter().filter(|slot| slot.shape != Shape::Attribute) {
            statements.push(slot.write(self.plan, &format!("&self.{}", slot.rust_name)));
        }
        let own = self.structure.open.then_some(self.structure.open_at);
        let any_is_last = self.derived.iter().any(|derived| derived.open_at > own);
        if self.open && !any_is_last {
            let at = (attributes + self.structure.open_at).min(statements.len());
            statements.insert(at, "w.any(&self.any)".to_owned());
        }
        for statement in statements {
            out.push_str(&format!("        {statement};\n"));
        }
        self.write_derived(out, false);
        if self.open && any_is_last {
            out.push_str("        w.any(&self.any);\n");
        }
        out.push_str("    }\n");
    }

    /// Writes what a derived type adds: `xsi:type` and attributes first, child elements last.
    fn write_derived(&self, out: &mut String, head: bool) {
        let wanted = |slot: &&Slot<'_>| (slot.shape == Shape::Attribute) == head;
        if self.derived.is_empty()
            || !(head || self.derived.iter().any(|d| d.added.iter().any(|s| wanted(&s))))
        {
            return;
        }
        out.push_str("        match self.derived.as_deref() {\n            None => {}\n");
        for derived in &self.derived {
            let slots: Vec<&Slot<'_>> = derived.added.iter().filter(wanted).collect();
            let names: String = slots
                .iter()
                .enumerate()
                .map(|(at, slot)| format!("{}: slot{at}, ", slot.rust_name))
                .collect();
            out.push_str(&format!(
                "            Some({}::{} {{ {names}.. }}) => {{\n",
                self.enum_name(),
                derived.variant
            ));
            if head {
                let name = self.plan.name_literal(&derived.ty.name);
                out.push_str(&format!("                w.xsi_type({name});\n"));
            }
            for (at, slot) in slots.into_iter().enumerate() {
                out.push_str(&format!("                {};\n", slot.write(self.plan, &format!("slot{at}"))));
            }
            out.push_str("            }\n");
        }
        out.push_str("        }\n");
    }

    fn derived_enum(&self, out: &mut String) {
        if self.derived.is_empty() {
            return;
        }
        out.push('\n');
        doc(out, "", &format!("What each type derived from `{}` adds.", self.name));
        out.push_str("#[derive(Debug, Clone, PartialEq)]\n#[non_exhaustive]\n");
        out.push_str(&format!("pub enum {} {{\n", self.enum_name()));
        for derived in &self.derived {
            let what = derived.ty.doc.clone().unwrap_or_else(|| format!("`{}`.", derived.ty.name.local));
            doc(out, "    ", &what);
            out.push_str(&format!("    {} {{\n", derived.variant));
            for slot in derived.added {
                slot_docs(out, "        ", slot);
                out.push_str(&format!("        {}: {},\n", slot.rust_name, slot.rust_type()));
            }
            out.push_str("    },\n");
        }
        out.push_str("}\n");
    }
}

/// Documentation of a member: meaning, length, whether it can be left out, how certain the contract is.
pub fn slot_docs(out: &mut String, indent: &str, slot: &Slot<'_>) {
    let field = slot.field;
    let plain = || match field.kind {
        FieldKind::Attribute => format!("Attribute `{}`.", field.name.local),
        FieldKind::Text => "Text of the element.".to_owned(),
        FieldKind::Group => "Repetitions of a group of elements, in order.".to_owned(),
        FieldKind::Element => format!("`{}`.", field.name.local),
    };
    doc(out, indent, &field.doc.clone().unwrap_or_else(plain));
    if let Some(length) = field.length {
        doc(out, indent, &format!("At most {length} characters."));
    }
    match (&slot.shape, slot.presence) {
        (Shape::OwnCode | Shape::OwnId { .. }, _) => {
            doc(out, indent, "Filled in from the client's goods owner if empty.");
        }
        (Shape::Single, Presence::Nillable) if slot.asked => doc(out, indent, "`None` is sent as nil."),
        (_, Presence::OptionalNillable) => doc(out, indent, "`None` is absent; `Some(None)` is nil."),
        _ => {}
    }
    if let Some(default) = &field.default {
        doc(out, indent, &format!("Defaults to `{default}`."));
    }
    confidence(out, indent, field.confidence.as_deref());
}

/// The name of a type for readers: `/` separates the names that lead to an inline type.
pub fn shown_name(name: &Name) -> String {
    name.local.trim_end_matches('/').replace('/', ".")
}

pub fn confidence(out: &mut String, indent: &str, confidence: Option<&str>) {
    if let Some(letter) = confidence.filter(|letter| *letter != "certain") {
        doc(out, indent, &format!("Newer than the published contract; confidence {letter}."));
    }
}

pub fn enumeration(out: &mut String, plan: &Plan<'_>, ty: &Type) -> Result<()> {
    let TypeKind::Enum(values) = &ty.kind else { return Ok(()) };
    let name = plan.names.ty(&ty.name);
    let variants = names::variants(ty);
    out.push('\n');
    doc(out, "", &ty.doc.clone().unwrap_or_else(|| format!("`{}` of the contract.", shown_name(&ty.name))));
    confidence(out, "", ty.confidence.as_deref());
    out.push_str("#[derive(Debug, Clone, PartialEq, Eq, Hash)]\n#[non_exhaustive]\n");
    out.push_str(&format!("pub enum {name} {{\n"));
    for (value, variant) in values.iter().zip(&variants) {
        doc(out, "    ", &value.doc.clone().unwrap_or_else(|| format!("`{}`.", value.text)));
        out.push_str(&format!("    {variant},\n"));
    }
    doc(out, "    ", "A value that the contract does not list; read it with `as_str`.");
    out.push_str(&format!("    #[doc(hidden)]\n    {}(rt::Unlisted),\n}}\n\n", names::UNLISTED));
    let texts: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
    let expected = format!("one of {} ({})", texts.join(", "), shown_name(&ty.name));
    out.push_str(&format!("rt::enumeration! {{ {name}, {},\n", literal(&expected)));
    for (text, variant) in texts.iter().zip(&variants) {
        out.push_str(&format!("    {variant} = {},\n", literal(text)));
    }
    out.push_str("}\n");
    Ok(())
}
