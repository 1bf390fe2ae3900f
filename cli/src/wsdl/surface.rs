//! The facts of a contract: operations, types, members, values.

use std::collections::{BTreeMap, BTreeSet};

/// The facts of a contract.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Surface {
    pub operations: BTreeMap<String, ContractOperation>,
    pub types: BTreeMap<String, ContractType>,
    /// For each namespace of a schema, the form of its elements and that of its attributes: `qualified` or not.
    pub forms: BTreeMap<String, [String; 2]>,
}

/// An operation.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ContractOperation {
    pub namespace: String,
    /// Names of the request's and the response's element; empty for an empty body.
    pub elements: [String; 2],
    pub request: Vec<ContractMember>,
    pub response: Vec<ContractMember>,
    /// Content of the two elements: order, groups, wildcards.
    pub contents: [String; 2],
    /// For each bound version of SOAP: action and style.
    pub bindings: BTreeMap<&'static str, [String; 2]>,
    /// Blocks of the request's header, and of the response's.
    pub headers: [Vec<ContractMember>; 2],
}

/// A structure or an enumeration.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ContractType {
    /// Empty for none.
    pub base: String,
    /// Inherited ones first.
    pub members: Vec<ContractMember>,
    pub values: Vec<String>,
    /// Order, groups and wildcards, as text: `(a, b?, (c | d)*, any*)`.
    pub content: String,
    pub is_abstract: bool,
}

/// A member of a structure, a request or an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContractMember {
    pub name: String,
    /// Of an item, if it is a list.
    pub ty: String,
    /// Name of an item's element, where the list has a wrapper.
    pub item: String,
    pub optional: bool,
    pub repeats: bool,
    pub nillable: bool,
    pub attribute: bool,
    /// What a simple type demands of its text: `maxLength 20`.
    pub facets: Vec<String>,
    pub default: String,
    /// `form` of its own: `qualified` or `unqualified`; empty where the schema decides.
    pub form: String,
}

impl Surface {
    /// The types of a request or an answer, including derived types.
    pub fn reached(&self, members: &[ContractMember]) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&str> = members.iter().map(|member| member.ty.as_str()).collect();
        while let Some(name) = next.pop() {
            let Some((name, ty)) = self.types.get_key_value(name) else { continue };
            if reached.insert(name.as_str()) {
                next.extend(ty.members.iter().map(|member| member.ty.as_str()));
                let derived = self.types.iter().filter(|(_, other)| other.base == *name);
                next.extend(derived.map(|(name, _)| name.as_str()));
            }
        }
        reached
    }
}

impl ContractMember {
    pub fn is_list(&self) -> bool {
        self.repeats || !self.item.is_empty()
    }

    /// Whether the schema requires it in every message.
    pub fn is_needed(&self) -> bool {
        !self.optional && !self.nillable
    }

    /// As text: `list of ArticleName, optional`.
    pub fn in_words(&self) -> String {
        let mut words = if self.is_list() { format!("list of {}", self.ty) } else { self.ty.clone() };
        words.push_str(if self.optional { ", optional" } else { ", always there" });
        if self.nillable {
            words.push_str(", nillable");
        }
        if self.attribute {
            words.push_str(", an attribute");
        }
        for facet in &self.facets {
            words.push_str(&format!(", {facet}"));
        }
        if !self.default.is_empty() {
            words.push_str(&format!(", default {}", self.default));
        }
        if !self.form.is_empty() {
            words.push_str(&format!(", {}", self.form));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::super::reader;
    use super::*;

    #[cfg(own_contract)]
    #[test]
    fn the_facts_of_our_wsdl_are_those_of_the_generated_tables() {
        use ongoing_wms::api::{OPERATIONS, TYPES};
        use ongoing_wms::operation::MemberInfo;

        // Compares what the generated tables and `read` both say about a member.
        let agree = |told: &[MemberInfo], read: &[ContractMember]| {
            told.len() == read.len()
                && told.iter().zip(read).all(|(told, read)| {
                    (told.name, told.ty, told.item) == (&*read.name, &*read.ty, &*read.item)
                        && (told.min == 0, told.repeats, told.nillable, told.attribute)
                            == (read.optional, read.repeats, read.nillable, read.attribute)
                })
        };
        let read = reader::built_in().unwrap();
        assert_eq!(read.operations.len(), OPERATIONS.len());
        for told in &OPERATIONS {
            let found = &read.operations[told.name];
            assert_eq!(found.elements, [told.request, told.response], "{}", told.name);
            assert_eq!((&*found.namespace, &*found.bindings["1.1"][0]), (told.namespace, told.action));
            assert!(
                agree(told.members, &found.request) && agree(told.results, &found.response),
                "{}",
                told.name
            );
        }
        for told in &TYPES {
            let found = &read.types[told.name];
            let values: Vec<&str> = told.values.iter().map(|(value, _)| *value).collect();
            assert_eq!(
                (&*found.base, found.values.iter().map(String::as_str).collect()),
                (told.base, values)
            );
            assert!(agree(told.members, &found.members), "{}", told.name);
        }
        let more: Vec<&String> =
            read.types.keys().filter(|name| TYPES.iter().all(|ty| ty.name != **name)).collect();
        assert!(more.is_empty(), "{more:?}");
    }

    /// The generator's picture of a contract, as far as it is told here: operations with their actions, and members of
    /// named structures with `?` where they are optional and `*` where they repeat.
    fn generators_picture(model: &str) -> (Vec<String>, BTreeMap<String, Vec<String>>) {
        let (mut operations, mut types) = (Vec::new(), BTreeMap::new());
        let mut current: Option<(String, Vec<String>)> = None;
        for line in model.lines().chain([""]) {
            if let Some(rest) = line.strip_prefix("operation ") {
                operations.push(rest.to_owned());
            } else if line.contains(" struct") && !line.starts_with(' ') {
                let name = line.split(' ').next().unwrap();
                current = Some((name.rsplit('}').next().unwrap().to_owned(), Vec::new()));
            } else if let (Some(member), Some((_, members))) = (line.strip_prefix("  "), &mut current)
                && !member.starts_with('#')
                && let Some((name, rest)) = member.split_once(": ")
            {
                let ty = rest.split(" # ").next().unwrap();
                let repeats = ty.contains("..") && !ty.contains("..1");
                let sign = if repeats {
                    "*"
                } else if ty.contains('?') || ty.contains(" 0..") {
                    "?"
                } else {
                    ""
                };
                let at = if name.starts_with('@') && !name.starts_with("@rounds") { "@" } else { "" };
                members
                    .push(format!("{at}{}{sign}", name.trim_start_matches('@').rsplit('}').next().unwrap()));
            } else if line.is_empty()
                && let Some((name, members)) = current.take()
            {
                types.entry(name).or_insert(members);
            }
        }
        (operations, types)
    }

    fn contracts() -> Vec<PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/codegen");
        let folders = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
        let mut contracts: Vec<PathBuf> = folders.filter(|case| case.join("model.txt").exists()).collect();
        contracts.sort();
        contracts
    }

    #[test]
    fn both_readers_of_a_contract_agree() {
        let mut compared = 0;
        for case in contracts() {
            let model = std::fs::read_to_string(case.join("model.txt")).unwrap();
            let text = std::fs::read_to_string(case.join("in.wsdl")).unwrap();
            let name = case.file_name().unwrap().to_string_lossy().into_owned();
            let read = match reader::read(&text) {
                Ok(read) => read,
                // Contracts of several files, and those with two types of one name, are refused.
                Err(error) => {
                    let is_known = error.contains("other files") || error.contains("in several namespaces");
                    assert!(is_known, "{name}: {error}");
                    continue;
                }
            };
            let (operations, types) = generators_picture(&model);
            let action =
                |operation: &ContractOperation| operation.bindings.values().next().unwrap()[0].clone();
            // The generator chooses one of several ports, and leaves out what is not document/literal.
            let is_chosen = |(name, operation): &(&String, &ContractOperation)| {
                !name.contains('.') && operation.bindings.values().all(|how| how[1] == "document/literal")
            };
            let told = read.operations.iter().filter(is_chosen);
            let mut told: Vec<String> =
                told.map(|(name, operation)| format!("{name} {:?}", action(operation))).collect();
            let mut expected = operations;
            told.sort();
            expected.sort();
            if name != "twoporttypes" {
                assert_eq!(told, expected, "{name}");
            }
            for (ty, found) in read.types.iter().filter(|(_, found)| found.values.is_empty()) {
                let Some(members) = types.get(ty) else { panic!("{name}: only diff has a type {ty}") };
                // Rounds of a repeated group exist only in generated code.
                if members.iter().any(|member| member.starts_with("rounds") || member.starts_with("text()")) {
                    continue;
                }
                let mut told: Vec<String> = found
                    .members
                    .iter()
                    .filter(|member| member.name != "*")
                    .map(|member| {
                        let sign = if member.repeats {
                            "*"
                        } else if member.optional {
                            "?"
                        } else {
                            ""
                        };
                        format!("{}{}{sign}", if member.attribute { "@" } else { "" }, member.name)
                    })
                    .collect();
                let mut expected = members.clone();
                told.sort();
                expected.sort();
                assert_eq!(told, expected, "{name}: {ty}");
                compared += 1;
            }
        }
        assert!(compared >= 40, "{compared}");
    }

    #[test]
    fn what_is_no_contract_is_refused() {
        for (text, expected) in [
            ("<html/>", "its root element is html"),
            ("<!DOCTYPE a><a/>", "DOCTYPE"),
            ("<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'/>", "no operation"),
            ("<a>", ""),
        ] {
            let error = reader::read(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
