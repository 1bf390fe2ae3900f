//! Defaults for payloads: choices that the contract requires in each record and that a nightly job always makes the
//! same way.

use serde_json::{Map, Value};

use crate::dynamic::find_type;
use crate::operation::{MemberInfo, TypeInfo};
use crate::xml::json_tree::JsonTree;

/// A member, with its value if a record leaves it out.
#[derive(Debug, Clone, Copy)]
pub struct MemberDefault {
    /// Path from the payload: `OrderInfo.OrderOperation`. A list on the path means each of its items.
    pub path: &'static str,
    /// The value.
    pub value: DefaultValue,
}

/// The value of a [`MemberDefault`].
#[derive(Debug, Clone, Copy)]
pub enum DefaultValue {
    /// Always this one.
    Always(&'static str),
    /// The value of the first of these whose sibling members are all given; no value if there is none.
    Given(&'static [(&'static [&'static str], &'static str)]),
}

/// Always this value.
pub(super) const fn always(path: &'static str, value: &'static str) -> MemberDefault {
    MemberDefault { path, value: DefaultValue::Always(value) }
}

/// A value that depends on what is given.
pub(super) const fn given(
    path: &'static str,
    choices: &'static [(&'static [&'static str], &'static str)],
) -> MemberDefault {
    MemberDefault { path, value: DefaultValue::Given(choices) }
}

/// The defaults of a kind as far as the contract of this build has them, by the object that they are for.
#[derive(Debug)]
pub(super) struct ResolvedDefaults {
    objects: Vec<Object>,
}

/// The defaults of one object, or of each item of a list.
#[derive(Debug)]
struct Object {
    /// Names of the members from the payload to the object.
    path: Vec<&'static str>,
    members: Vec<(&'static str, Vec<CandidateValue>)>,
}

/// A value for the case that these members are given; `None` if the contract does not have it.
#[derive(Debug)]
struct CandidateValue {
    given: &'static [&'static str],
    value: Option<&'static str>,
}

impl ResolvedDefaults {
    /// Leaves out members and values that are not in the contract of this build.
    pub fn new(defaults: &[MemberDefault], payload: &TypeInfo) -> ResolvedDefaults {
        let mut objects: Vec<Object> = Vec::new();
        for default in defaults {
            let mut path: Vec<&'static str> = default.path.split('.').collect();
            let Some(name) = path.pop() else { continue };
            let Some(ty) = object_at(payload, &path) else { continue };
            let Some(member) = ty.member(name) else { continue };
            let of_contract = |value: &'static str| Some(value).filter(|value| is_value_of(member, value));
            let candidates = match default.value {
                DefaultValue::Always(value) => vec![CandidateValue { given: &[], value: of_contract(value) }],
                DefaultValue::Given(choices) => choices
                    .iter()
                    .map(|(given, value)| CandidateValue { given, value: of_contract(value) })
                    .collect(),
            };
            match objects.iter_mut().find(|object| object.path == path) {
                Some(object) => object.members.push((name, candidates)),
                None => objects.push(Object { path, members: vec![(name, candidates)] }),
            }
        }
        ResolvedDefaults { objects }
    }

    /// Fills in what a payload leaves out. Missing objects and lists are not created.
    pub fn apply(&self, payload: &mut impl Fill) {
        self.objects.iter().for_each(|object| object.fill_below(&object.path, payload));
    }
}

/// A tree that is filled in.
pub(in crate::batch) trait Fill: Sized {
    /// Calls `fill` with the object that is a member, or with each item of the list.
    fn each_below(&mut self, name: &str, fill: &mut dyn FnMut(&mut Self));
    /// Whether a member is there and not null.
    fn is_given(&self, name: &str) -> bool;
    /// Adds a member unless it is there.
    fn put(&mut self, name: &'static str, value: &'static str);
}

impl Fill for Map<String, Value> {
    fn each_below(&mut self, name: &str, fill: &mut dyn FnMut(&mut Self)) {
        match self.get_mut(name) {
            Some(Value::Object(inner)) => fill(inner),
            Some(Value::Array(items)) => items.iter_mut().filter_map(Value::as_object_mut).for_each(fill),
            _ => {}
        }
    }

    fn is_given(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_null())
    }

    fn put(&mut self, name: &'static str, value: &'static str) {
        self.entry(name).or_insert_with(|| Value::from(value));
    }
}

impl Fill for JsonTree<'_> {
    fn each_below(&mut self, name: &str, fill: &mut dyn FnMut(&mut Self)) {
        match self.member_mut(name) {
            Some(inner @ JsonTree::Object(_)) => fill(inner),
            Some(JsonTree::List(items)) => {
                items.iter_mut().filter(|item| matches!(item, JsonTree::Object(_))).for_each(fill);
            }
            _ => {}
        }
    }

    fn is_given(&self, name: &str) -> bool {
        self.member(name).is_some_and(|value| *value != JsonTree::Null)
    }

    fn put(&mut self, name: &'static str, value: &'static str) {
        if self.member(name).is_none()
            && let JsonTree::Object(members) = self
        {
            members.push((name.into(), JsonTree::Text(value.into())));
        }
    }
}

impl Object {
    fn fill_below<T: Fill>(&self, path: &[&str], object: &mut T) {
        match path.split_first() {
            None => self.fill(object),
            Some((first, below)) => object.each_below(first, &mut |inner| self.fill_below(below, inner)),
        }
    }

    fn fill(&self, object: &mut impl Fill) {
        for (name, candidates) in &self.members {
            let is_given = |name: &&str| object.is_given(name);
            let chosen = candidates.iter().find(|candidate| candidate.given.iter().all(is_given));
            if let Some(value) = chosen.and_then(|candidate| candidate.value) {
                object.put(name, value);
            }
        }
    }
}

/// The type of the object at a path from a payload.
fn object_at(payload: &TypeInfo, path: &[&str]) -> Option<&'static TypeInfo> {
    let mut ty = find_type(payload.name)?;
    for step in path {
        ty = find_type(ty.member(step)?.ty)?;
    }
    Some(ty)
}

fn is_value_of(member: &MemberInfo, value: &str) -> bool {
    match find_type(member.ty) {
        Some(ty) => ty.values.iter().any(|(known, _)| *known == value),
        None => true,
    }
}

#[cfg(test)]
#[cfg_attr(not(own_contract), allow(unused_imports))]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::batch::contract::path::Path;
    use crate::batch::kind::{KINDS, Kind};

    fn filled(kind: &str, payload: Value) -> Value {
        let Value::Object(mut payload) = payload else { panic!("no object") };
        Kind::find(kind).unwrap().apply_defaults(&mut payload);
        Value::Object(payload)
    }

    #[cfg(own_contract)]
    #[test]
    fn every_default_is_a_member_and_a_value_of_the_contract() {
        for kind in KINDS {
            let ty = kind.payload().unwrap();
            for default in kind.defaults {
                let path = Path::find(ty, default.path).unwrap();
                let member = path.last();
                assert!(member.required, "{} {}: only what must be given", kind.name, default.path);
                let above = path.parent(ty);
                let (values, beside): (Vec<&str>, Vec<&str>) = match default.value {
                    DefaultValue::Always(value) => (vec![value], Vec::new()),
                    DefaultValue::Given(choices) => (
                        choices.iter().map(|(_, value)| *value).collect(),
                        choices.iter().flat_map(|(members, _)| members.iter().copied()).collect(),
                    ),
                };
                assert!(values.iter().all(|value| is_value_of(member, value)), "{} {values:?}", default.path);
                for name in beside {
                    let known = above.member(name).is_some();
                    assert!(known, "{} {}: {name} in {}", kind.name, default.path, above.name);
                }
            }
        }
    }

    #[test]
    fn what_is_left_out_is_filled_in_and_nothing_else() {
        let order = json!({
            "OrderInfo": { "GoodsOwnerOrderNumber": "1", "OrderOperation": "Update" },
            "CustomerOrderLines": [
                { "ExternalOrderLineCode": "10", "ArticleNumber": "A" },
                { "ProductCode": "B", "OrderLineIdentification": null },
            ],
        });
        let expected = json!({
            "OrderInfo": {
                "GoodsOwnerOrderNumber": "1",
                "OrderOperation": "Update",
                "OrderIdentification": "GoodsOwnerOrderNumber",
            },
            "CustomerOrderLines": [
                {
                    "ExternalOrderLineCode": "10",
                    "ArticleNumber": "A",
                    "ArticleIdentification": "ArticleNumber",
                    "OrderLineIdentification": "ExternalOrderLineCode",
                },
                { "ProductCode": "B", "OrderLineIdentification": null, "ArticleIdentification": "ProductCode" },
            ],
        });
        assert_eq!(filled("orders", order), expected);
        assert_eq!(filled("orders", json!({})), json!({}));
        assert_eq!(filled("orders", json!({ "OrderInfo": 1 })), json!({ "OrderInfo": 1 }));
    }
}
