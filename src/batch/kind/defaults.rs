//! Defaults for payloads: choices that the contract requires in each record and that a nightly job always makes the
//! same way.

use serde_json::{Map, Value};

use crate::dynamic::find_type;
use crate::operation::{MemberInfo, TypeInfo};

/// A member, with its value if a record leaves it out.
#[derive(Debug, Clone, Copy)]
pub struct Default {
    /// Path from the payload: `OrderInfo.OrderOperation`. A list on the path means each of its items.
    pub path: &'static str,
    /// The value.
    pub value: Choice,
}

/// The value of a [`struct@Default`].
#[derive(Debug, Clone, Copy)]
pub enum Choice {
    /// Always this one.
    Always(&'static str),
    /// The value of the first of these whose sibling members are all given; no value if there is none.
    Given(&'static [(&'static [&'static str], &'static str)]),
}

/// Always this value.
pub(super) const fn always(path: &'static str, value: &'static str) -> Default {
    Default { path, value: Choice::Always(value) }
}

/// A value that depends on what is given.
pub(super) const fn given(
    path: &'static str,
    choices: &'static [(&'static [&'static str], &'static str)],
) -> Default {
    Default { path, value: Choice::Given(choices) }
}

/// Fills in what a payload of this type leaves out. Missing objects and lists are not created; members and values that
/// are not in the contract of this build are left alone.
pub(super) fn apply(defaults: &[Default], ty: &TypeInfo, record: &mut Map<String, Value>) {
    for default in defaults {
        let steps: Vec<&str> = default.path.split('.').collect();
        fill(ty, &steps, &default.value, record);
    }
}

fn fill(ty: &TypeInfo, steps: &[&str], choice: &Choice, object: &mut Map<String, Value>) {
    let Some((first, below)) = steps.split_first() else { return };
    let Some(member) = ty.member(first) else { return };
    if below.is_empty() {
        if !object.contains_key(*first)
            && let Some(value) = choose(choice, object).filter(|value| is_value_of(member, value))
        {
            object.insert((*first).to_owned(), Value::from(value));
        }
        return;
    }
    let Some(ty) = find_type(member.ty) else { return };
    match object.get_mut(*first) {
        Some(Value::Object(inner)) => fill(ty, below, choice, inner),
        Some(Value::Array(items)) => {
            items.iter_mut().filter_map(Value::as_object_mut).for_each(|item| fill(ty, below, choice, item));
        }
        _ => {}
    }
}

fn choose(choice: &Choice, object: &Map<String, Value>) -> Option<&'static str> {
    let is_given = |name: &&str| object.get(*name).is_some_and(|value| !value.is_null());
    match choice {
        Choice::Always(value) => Some(value),
        Choice::Given(choices) => {
            choices.iter().find(|(members, _)| members.iter().all(is_given)).map(|(_, value)| *value)
        }
    }
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
                    Choice::Always(value) => (vec![value], Vec::new()),
                    Choice::Given(choices) => (
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
