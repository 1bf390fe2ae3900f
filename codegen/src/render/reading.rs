//! Reading child elements: names, one statement for each, and which are required.
//!
//! For most types the run-time has the loop and calls the type for each member; so the loop is compiled once. The rest
//! have a loop of their own: repeated groups, types with derived ones, blocks of headers, very many members.

use super::plan::Plan;
use super::slot::{Shape, Slot};
use super::text::{literal, method};

/// Members of one word of a mask.
const WORD: usize = 128;

/// Child elements of one type: a structure, or one that extends it.
#[derive(Clone, Default, PartialEq)]
pub struct Children {
    pub names: Vec<String>,
    /// Indexes of those that are required, and of those that a request must have.
    required: Vec<usize>,
    asked: Vec<usize>,
}

impl Children {
    pub fn add(&mut self, plan: &Plan<'_>, slot: &Slot<'_>) {
        self.names.extend(slot.child_names(plan));
        // A group is marked as found at the index of its own name, which is the last one.
        let index = self.names.len() - 1;
        if slot.must_be_there() {
            self.required.push(index);
        }
        if slot.asked {
            self.asked.push(index);
        }
    }

    fn names_literal(&self) -> String {
        format!("&[{}]", self.names.join(", "))
    }

    /// The two masks as arguments: words, or slices of words if a type has more members than a word has bits.
    fn masks(&self, is_wide: bool) -> String {
        let words = |indexes: &[usize]| {
            let mut words = vec![0_u128; self.names.len().div_ceil(WORD).max(1)];
            indexes.iter().for_each(|index| words[index / WORD] |= 1 << (index % WORD));
            words
        };
        let shown = |indexes: &[usize]| match words(indexes).as_slice() {
            [word] if !is_wide => format!("{word:#b}"),
            words => {
                let words: Vec<String> = words.iter().map(|word| format!("{word:#x}")).collect();
                format!("&[{}]", words.join(", "))
            }
        };
        format!("{}, {}", shown(&self.required), shown(&self.asked))
    }
}

/// How the loop starts.
pub enum Enter {
    /// Into an element whose type has this name in the contract, as a literal.
    Element(String),
    /// Into a repeated group, by this statement.
    Round(String),
}

/// The parts of the loop.
pub struct Reading {
    pub enter: Enter,
    /// The method that advances to the next child.
    pub child: &'static str,
    /// Where unknown elements are kept.
    pub any: Option<String>,
    /// Indexes and statement of each child of the structure itself.
    arms: Vec<(usize, usize, String)>,
    /// A member is a repeated group.
    has_groups: bool,
    /// An answer can have these members; otherwise only servers and the JSON form read them.
    pub in_answers: bool,
    /// The structure itself, then those types that extend it.
    pub types: Vec<Children>,
    /// Arms for the members that derived types add, as patterns over `derived` and the index.
    pub added: Vec<String>,
}

impl Reading {
    /// The loop for these members, each read into the field of its name.
    pub fn new(plan: &Plan<'_>, slots: &[Slot<'_>]) -> Self {
        let mut children = Children::default();
        let mut arms = Vec::new();
        for slot in slots.iter().filter(|slot| slot.is_child()) {
            let first = children.names.len();
            let read = slot.read(plan, &format!("&mut self.{}", slot.rust_name), first);
            children.add(plan, slot);
            arms.push((first, children.names.len() - 1, read));
        }
        let has_groups = slots.iter().any(|slot| matches!(slot.shape, Shape::Group { .. }));
        Reading {
            enter: Enter::Element(literal("")),
            child: "child",
            any: None,
            arms,
            has_groups,
            in_answers: true,
            types: vec![children],
            added: Vec::new(),
        }
    }

    /// Writes the end of `read` of the type `name`, and after the `impl` around it what else the loop needs.
    pub fn render(self, out: &mut String, after: &mut String, name: &str) {
        let is_wide = self.types.iter().any(|ty| ty.names.len() > WORD);
        match (&self.enter, self.types.as_slice()) {
            (Enter::Element(ty), [only]) if self.child == "child" && !self.has_groups && !is_wide => {
                out.push_str(&format!(
                    "        const NAMES: &rt::MemberNames = &rt::MemberNames::new({ty}, {}, {});\n        p.members(self, NAMES)\n",
                    only.names_literal(),
                    only.masks(false)
                ));
                self.render_members(after, name);
            }
            _ => self.render_loop(out, is_wide),
        }
    }

    /// Each member by its index, for the run-time's loop.
    fn render_members(&self, out: &mut String, name: &str) {
        out.push_str(&format!("\nimpl rt::Members for {name} {{\n"));
        let (p, i) = match self.arms.as_slice() {
            [] => ("_p", "_i"),
            [_] => ("p", "_i"),
            _ => ("p", "i"),
        };
        let head = format!("member(&mut self, {p}: &mut rt::Reader<'_>, {i}: usize) -> rt::Result<()>");
        method(out, self.in_answers, &head);
        match self.arms.as_slice() {
            [] => out.push_str("        Ok(())\n    }\n"),
            [(_, _, only)] => out.push_str(&format!("        {only}\n    }}\n")),
            _ => {
                out.push_str("        match i {\n");
                self.render_arms(out, "            ");
                out.push_str("        }\n    }\n");
            }
        }
        if let Some(any) = &self.any {
            out.push('\n');
            method(out, self.in_answers, "any(&mut self) -> Option<&mut Vec<rt::Element>>");
            out.push_str(&format!("        Some({any})\n    }}\n"));
        }
        out.push_str("}\n");
    }

    fn render_loop(&self, out: &mut String, is_wide: bool) {
        let names = if self.types.len() == 1 { "NAMES" } else { "NAMES[ty]" };
        match self.types.as_slice() {
            [only] => out.push_str(&format!("        const NAMES: &[&str] = {};\n", only.names_literal())),
            types => {
                out.push_str("        const NAMES: &[&[&str]] = &[\n");
                for ty in types {
                    out.push_str(&format!("            {},\n", ty.names_literal()));
                }
                out.push_str("        ];\n");
            }
        }
        let enter = match &self.enter {
            Enter::Element(ty) => format!("enter({ty})"),
            Enter::Round(enter) => enter.clone(),
        };
        out.push_str(&format!("        let mut at = p.{enter}?;\n"));
        let next = match &self.any {
            Some(any) => format!("p.{}_or_any(&mut at, {names}, {any})?", self.child),
            None => format!("p.{}(&mut at, {names})?", self.child),
        };
        self.render_steps(out, &next);
        let masks: Vec<String> = self.types.iter().map(|ty| ty.masks(is_wide)).collect();
        let leave = if is_wide { "leave_wide" } else { "leave" };
        if masks.iter().all(|mask| *mask == masks[0]) {
            out.push_str(&format!("        p.{leave}(at, {names}, {})\n", masks[0]));
            return;
        }
        let ty = if is_wide { "(&[u128], &[u128])" } else { "(u128, u128)" };
        let masks: Vec<String> = masks.iter().map(|mask| format!("({mask})")).collect();
        out.push_str(&format!("        const MASKS: &[{ty}] = &[{}];\n", masks.join(", ")));
        out.push_str(&format!("        p.{leave}(at, {names}, MASKS[ty].0, MASKS[ty].1)\n"));
    }

    fn render_steps(&self, out: &mut String, next: &str) {
        if self.added.is_empty() {
            match self.arms.as_slice() {
                [] => return out.push_str(&format!("        while {next}.is_some() {{}}\n")),
                [(_, _, only)] => {
                    return out.push_str(&format!(
                        "        while {next}.is_some() {{\n            {only}?;\n        }}\n"
                    ));
                }
                _ => {}
            }
        }
        out.push_str(&format!("        while let Some(i) = {next} {{\n            match i {{\n"));
        self.render_arms(out, "                ");
        if !self.added.is_empty() {
            out.push_str("                _ => match (self.derived.as_deref_mut(), i) {\n");
            for arm in &self.added {
                out.push_str(&format!("                    {arm},\n"));
            }
            out.push_str("                    _ => Ok(()),\n                },\n");
        }
        // One `?` for all arms: with one for each, the compiler is given several times the code.
        out.push_str("            }?;\n        }\n");
    }

    fn render_arms(&self, out: &mut String, indent: &str) {
        for (at, (first, last, read)) in self.arms.iter().enumerate() {
            let indexes = match last - first {
                _ if self.added.is_empty() && at + 1 == self.arms.len() => "_".to_owned(),
                0 => first.to_string(),
                _ => format!("{first}..={last}"),
            };
            out.push_str(&format!("{indent}{indexes} => {read},\n"));
        }
    }
}
