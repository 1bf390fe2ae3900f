//! What a contract declares, as lines of the notation.

use std::collections::{BTreeMap, BTreeSet};

/// Operations, structures and enumerations by their names.
#[derive(Debug, Default)]
pub struct Facts {
    /// The elements of request and response.
    pub operations: BTreeMap<String, (String, String)>,
    /// Types, and the wrapper elements of operations, each with its members in order: `Name : type ? nil`.
    pub structs: BTreeMap<String, Vec<String>>,
    pub enums: BTreeMap<String, Vec<String>>,
}

impl Facts {
    /// What one of the two has and the other does not.
    pub fn differences(&self, other: &Facts) -> Vec<String> {
        let mut found = Vec::new();
        compare("operation", &self.operations, &other.operations, &mut found);
        compare("type", &self.structs, &other.structs, &mut found);
        compare("enumeration", &self.enums, &other.enums, &mut found);
        found
    }

    /// The types that these elements or types need, themselves included.
    pub fn reached(&self, from: &[String]) -> BTreeSet<String> {
        let mut waiting = from.to_vec();
        let mut reached = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if !self.structs.contains_key(&name) && !self.enums.contains_key(&name) {
                continue;
            }
            for member in self.structs.get(&name).into_iter().flatten() {
                waiting
                    .extend(member.split(' ').nth(2).filter(|ty| !reached.contains(*ty)).map(str::to_owned));
            }
            let derived = format!("extends : {name}");
            let extending = self.structs.iter().filter(|(_, members)| members.first() == Some(&derived));
            waiting.extend(extending.map(|(name, _)| name.clone()).filter(|name| !reached.contains(name)));
            reached.insert(name);
        }
        reached
    }

    /// Whether a type is an array: one repeated member and nothing else.
    pub fn is_list(&self, name: &str) -> bool {
        matches!(self.structs[name].as_slice(), [only] if only.contains(" *"))
    }
}

/// The name of a wrapper element among the types: five elements share theirs with a type.
pub fn element(name: &str) -> String {
    format!("<{name}>")
}

fn compare<T: PartialEq + std::fmt::Debug>(
    kind: &str,
    ours: &BTreeMap<String, T>,
    theirs: &BTreeMap<String, T>,
    found: &mut Vec<String>,
) {
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    for name in names {
        match (ours.get(name), theirs.get(name)) {
            (Some(one), Some(other)) if one == other => {}
            (one, other) => found.push(format!("{kind} {name}: {one:?}, but {other:?}")),
        }
    }
}
