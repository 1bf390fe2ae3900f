//! What a contract offers, as plain facts: operations, types, members, values.

use std::collections::{BTreeMap, BTreeSet};

use ongoing_wms::api::{OPERATIONS, TYPES};
use ongoing_wms::operation::MemberInfo;
use ongoing_wms::xml::Element;

use super::reader;

/// The facts of a contract.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Surface {
    pub operations: BTreeMap<String, Operation>,
    pub types: BTreeMap<String, Type>,
}

/// An operation.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Operation {
    pub action: String,
    pub namespace: String,
    pub request: Vec<Member>,
    pub response: Vec<Member>,
}

/// A structure or an enumeration.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Type {
    /// Empty for none.
    pub base: String,
    /// Inherited ones first.
    pub members: Vec<Member>,
    pub values: Vec<String>,
}

/// A member of a structure, a request or an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    /// Of an item, where it is a list.
    pub ty: String,
    /// Name of an item's element, where the list has a wrapper.
    pub item: String,
    pub optional: bool,
    pub repeats: bool,
    pub nillable: bool,
    pub attribute: bool,
}

impl Surface {
    /// Reads a WSDL document. No DOCTYPE, no deep nesting: it comes from elsewhere.
    pub fn read(text: &str) -> Result<Surface, String> {
        let root = Element::from_xml(text).map_err(|error| error.to_string())?;
        reader::read(&root)
    }

    /// Of the contract that this program was made from.
    pub fn built_in() -> Surface {
        let members = |members: &[MemberInfo]| members.iter().map(Member::of).collect();
        let operations = OPERATIONS.iter().map(|operation| {
            let facts = Operation {
                action: operation.action.to_owned(),
                namespace: operation.namespace.to_owned(),
                request: members(operation.members),
                response: members(operation.results),
            };
            (operation.name.to_owned(), facts)
        });
        let types = TYPES.iter().map(|ty| {
            let facts = Type {
                base: ty.base.to_owned(),
                members: members(ty.members),
                values: ty.values.iter().map(|(value, _)| (*value).to_owned()).collect(),
            };
            (ty.name.to_owned(), facts)
        });
        Surface { operations: operations.collect(), types: types.collect() }
    }

    /// The types that a request or an answer is made of, those derived from them among them.
    pub fn reached(&self, members: &[Member]) -> BTreeSet<&str> {
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

impl Member {
    fn of(info: &MemberInfo) -> Member {
        Member {
            name: info.name.to_owned(),
            ty: info.ty.to_owned(),
            item: info.item.to_owned(),
            optional: info.min == 0,
            repeats: info.repeats,
            nillable: info.nillable,
            attribute: info.attribute,
        }
    }

    pub fn is_list(&self) -> bool {
        self.repeats || !self.item.is_empty()
    }

    /// Whether the schema wants it in every message.
    pub fn is_needed(&self) -> bool {
        !self.optional && !self.nillable
    }

    /// In words: `list of ArticleName, optional`.
    pub fn in_words(&self) -> String {
        let mut words = if self.is_list() { format!("list of {}", self.ty) } else { self.ty.clone() };
        words.push_str(if self.optional { ", optional" } else { ", always there" });
        if self.nillable {
            words.push_str(", nillable");
        }
        if self.attribute {
            words.push_str(", an attribute");
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(own_contract)]
    #[test]
    fn the_facts_of_our_wsdl_are_those_of_the_generated_tables() {
        let read = Surface::read(include_str!("../../../wsdl/service.wsdl")).unwrap();
        let built_in = Surface::built_in();
        assert_eq!((read.operations.len(), built_in.operations.len()), (68, 68));
        for (name, operation) in &built_in.operations {
            assert_eq!(read.operations.get(name), Some(operation), "{name}");
        }
        for (name, ty) in &built_in.types {
            assert_eq!(read.types.get(name), Some(ty), "{name}");
        }
        assert!(read == built_in, "types more: {:?}", read.types.keys().collect::<Vec<_>>());
    }

    #[test]
    fn what_is_no_contract_is_refused() {
        for (text, expected) in [
            ("<html/>", "its root element is html"),
            ("<!DOCTYPE a><a/>", "DOCTYPE"),
            ("<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'/>", "no operation"),
            ("<a>", ""),
        ] {
            let error = Surface::read(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
