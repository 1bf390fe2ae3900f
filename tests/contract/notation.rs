//! Reads the notation of `fixtures/contracts/*.txt`.

use crate::facts::{Facts, element};

pub fn read(text: &str) -> Facts {
    let mut facts = Facts::default();
    let (mut operation, mut owner) = (String::new(), String::new());
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match (line.starts_with(' '), words.as_slice()) {
            (false, ["operation", name]) => operation = (*name).to_owned(),
            (true, [side @ ("request" | "response"), name]) => {
                let elements = facts.operations.entry(operation.clone()).or_default();
                match *side {
                    "request" => elements.0 = (*name).to_owned(),
                    _ => elements.1 = (*name).to_owned(),
                }
                owner = element(name);
                facts.structs.insert(owner.clone(), Vec::new());
            }
            (false, ["type", name, "+"]) => owner = (*name).to_owned(),
            (false, ["type", name]) => {
                owner = (*name).to_owned();
                assert!(facts.structs.insert(owner.clone(), Vec::new()).is_none(), "{name} twice");
            }
            (false, ["type", name, "extends", base]) => {
                owner = (*name).to_owned();
                facts.structs.insert(owner.clone(), vec![format!("extends : {base}")]);
            }
            (false, ["enum", name, "=", ..]) => {
                let values = line.split_once(" = ").unwrap().1.split(" | ").map(str::to_owned).collect();
                facts.enums.insert((*name).to_owned(), values);
            }
            (true, ["(empty)" | "(unknown)"]) => {}
            (true, [_, ":" | "@", _, ..]) => {
                facts.structs.get_mut(&owner).unwrap().push(words.join(" "));
            }
            _ => panic!("not understood: {line}"),
        }
    }
    for members in facts.structs.values_mut() {
        attributes_last(members);
    }
    facts
}

/// The place of an attribute means nothing.
pub fn attributes_last(members: &mut [String]) {
    members.sort_by_key(|member| member.split(' ').nth(1) == Some("@"));
}
