//! The loop that reads child elements: names, one statement for each, and which are required.

use super::plan::Plan;
use super::slot::Slot;

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

/// The parts of the loop.
pub struct Reading {
    /// The method that starts it.
    pub enter: String,
    /// The method that advances to the next child.
    pub child: &'static str,
    /// Where unknown elements are kept.
    pub any: Option<String>,
    /// Indexes and statement of each child of the structure itself.
    arms: Vec<(usize, usize, String)>,
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
        let enter = "enter(\"\")".to_owned();
        Reading { enter, child: "child", any: None, arms, types: vec![children], added: Vec::new() }
    }

    pub fn render(self, out: &mut String) {
        let is_wide = self.types.iter().any(|ty| ty.names.len() > WORD);
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
        out.push_str(&format!("        let mut at = p.{}?;\n", self.enter));
        let next = match &self.any {
            Some(any) => format!("p.{}_or_any(&mut at, {names}, {any})?", self.child),
            None => format!("p.{}(&mut at, {names})?", self.child),
        };
        self.render_arms(out, &next);
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

    fn render_arms(&self, out: &mut String, next: &str) {
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
        for (at, (first, last, read)) in self.arms.iter().enumerate() {
            let indexes = match last - first {
                _ if self.added.is_empty() && at + 1 == self.arms.len() => "_".to_owned(),
                0 => first.to_string(),
                _ => format!("{first}..={last}"),
            };
            out.push_str(&format!("                {indexes} => {read},\n"));
        }
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
}
