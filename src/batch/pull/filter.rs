//! Members of a query, by their names.

use std::error::Error as StdError;
use std::fmt;

use serde_json::{Map, Value};

use super::Source;
use crate::batch::contract::json_path::{at, put};
use crate::batch::contract::path::{Path, Through};
use crate::batch::contract::value;
use crate::dynamic::find_type;
use crate::operation::{MemberInfo, TypeInfo};

/// The members of a query, as the JSON form of its payload.
#[derive(Debug, Clone)]
pub struct Filter {
    members: Vec<&'static MemberInfo>,
    value: Map<String, Value>,
}

/// Why a member cannot be set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FilterError {
    /// The contract has no such member.
    Unknown {
        /// The whole path.
        path: String,
        /// The step that is not known.
        name: String,
        /// The members that exist instead.
        known: Vec<&'static str>,
    },
    /// A structure cannot be set as a whole.
    Structure {
        /// The path.
        path: String,
        /// Its members.
        known: Vec<&'static str>,
    },
    /// The value does not have the member's type.
    Value {
        /// The path.
        path: String,
        /// What is wrong, in lower case and without a full stop.
        what: String,
        /// What to do about it, if known.
        hint: Option<String>,
    },
    /// The member has a value already.
    Twice(String),
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FilterError::Unknown { path, name, .. } if path == name => {
                write!(f, "the query has no member `{name}`")
            }
            FilterError::Unknown { path, name, .. } => {
                write!(f, "the query has no member `{path}`: `{name}` is not known there")
            }
            FilterError::Structure { path, .. } => {
                write!(f, "`{path}` has members of its own; name one of them: `{path}.NAME=VALUE`")
            }
            FilterError::Value { path, what, .. } => write!(f, "{path}: {what}"),
            FilterError::Twice(path) => write!(f, "`{path}` is set twice, but is not a list"),
        }
    }
}

impl StdError for FilterError {}

impl Filter {
    /// Creates a filter that matches everything.
    pub fn new(source: &Source) -> Filter {
        Filter { members: source.members(), value: Map::new() }
    }

    /// The payload of the query, in the JSON form of [`dynamic`](crate::dynamic).
    pub fn from_json(source: &Source, value: Map<String, Value>) -> Filter {
        Filter { members: source.members(), value }
    }

    /// Sets a member by its path, as `OrderSpecialFilters.OnlyOrdersWithOrderLinesToReport`. Values of a list are
    /// separated by commas, or set one after the other.
    ///
    /// # Errors
    /// The path or value is not in the contract.
    pub fn set(&mut self, path: &str, text: &str) -> Result<(), FilterError> {
        let member = self.find(path)?;
        if !member.is_list() {
            if self.has(path) {
                return Err(FilterError::Twice(path.to_owned()));
            }
            let value = scalar(path, member, text)?;
            self.put(path, value);
            return Ok(());
        }
        let mut values = match at(&self.value, path) {
            Some(Value::Array(values)) => values.clone(),
            _ => Vec::new(),
        };
        for item in text.split(',') {
            values.push(scalar(path, member, item.trim())?);
        }
        self.put(path, Value::Array(values));
        Ok(())
    }

    /// Whether a member is set.
    pub fn has(&self, path: &str) -> bool {
        at(&self.value, path).is_some()
    }

    /// Sets a member whose path is known to be valid.
    pub(crate) fn put(&mut self, path: &str, value: Value) {
        put(&mut self.value, path.split('.'), value);
    }

    /// The payload. A required choice that the filter leaves open is `All`, if the contract lists that value.
    pub(super) fn into_value(mut self) -> Value {
        let lists_all = |ty: &TypeInfo| ty.value_names().contains(&"All");
        for member in self.members.iter().filter(|member| member.required) {
            if !self.value.contains_key(member.name) && find_type(member.ty).is_some_and(lists_all) {
                self.value.insert(member.name.to_owned(), Value::from("All"));
            }
        }
        Value::Object(self.value)
    }

    fn find(&self, path: &str) -> Result<&'static MemberInfo, FilterError> {
        let names = |members: &[MemberInfo]| members.iter().map(|member| member.name).collect();
        let steps: Vec<&str> = path.split('.').collect();
        let found =
            Path::resolve(&self.members, &steps, Through::Own).map_err(|stray| FilterError::Unknown {
                path: path.to_owned(),
                name: stray.name.to_owned(),
                known: match (stray.index, stray.ty) {
                    (0, _) => self.members.iter().map(|member| member.name).collect(),
                    (_, ty) => names(ty.map_or(&[], |ty| ty.members)),
                },
            })?;
        match find_type(found.last().ty).filter(|ty| !ty.members.is_empty()) {
            None => Ok(found.last()),
            Some(ty) => Err(FilterError::Structure { path: path.to_owned(), known: names(ty.members) }),
        }
    }
}

/// A value of the member's type.
fn scalar(path: &str, member: &MemberInfo, text: &str) -> Result<Value, FilterError> {
    value::read_plain(member, text).map_err(|(what, hint)| FilterError::Value {
        path: path.to_owned(),
        what,
        hint,
    })
}

#[cfg(all(test, own_contract))]
mod tests {
    use super::*;

    fn orders() -> Filter {
        Filter::new(&Source::find("orders").unwrap())
    }

    #[test]
    fn members_by_their_paths() {
        let mut filter = orders();
        for (path, text) in [
            ("OrderStatusFrom", "450"),
            ("LastUpdatedFrom", "2026-11-23"),
            ("OrderNumbersToGet", "1001, 1002"),
            ("OrderNumbersToGet", "1003"),
            ("OrderIdsToGet", "7"),
            ("OrderSpecialFilters.OnlyOrdersWithOrderLinesToReport", "true"),
        ] {
            filter.set(path, text).unwrap();
        }
        let expected = serde_json::json!({
            "OrderStatusFrom": 450,
            "LastUpdatedFrom": "2026-11-23",
            "OrderNumbersToGet": ["1001", "1002", "1003"],
            "OrderIdsToGet": [7],
            "OrderSpecialFilters": { "OnlyOrdersWithOrderLinesToReport": true },
        });
        assert_eq!(filter.into_value(), expected);
    }

    #[test]
    fn a_choice_that_is_left_open_is_all() {
        let source = Source::find("inbound-transactions").unwrap();
        let choice = "InboundTransactionTypesToGet";
        assert_eq!(Filter::new(&source).into_value(), serde_json::json!({ choice: "All" }));
        let mut filter = Filter::new(&source);
        filter.set(choice, "ReceivedOnInOrder").unwrap();
        assert_eq!(filter.into_value(), serde_json::json!({ choice: "ReceivedOnInOrder" }));
        assert_eq!(orders().into_value(), serde_json::json!({}));
    }

    #[test]
    fn what_the_contract_does_not_have() {
        let mut filter = orders();
        filter.set("OrderStatusTo", "450").unwrap();
        for (path, text, expected) in [
            ("OrderStatus", "450", "the query has no member `OrderStatus`"),
            ("OrderSpecialFilters.Only", "1", "`Only` is not known there"),
            ("OrderSpecialFilters", "1", "name one of them"),
            ("OrderStatusFrom.X", "1", "`X` is not known there"),
            ("OrderStatusFrom", "open", "\"open\" is not a whole number"),
            ("OrderIdsToGet", "1,x", "\"x\" is not a whole number"),
            ("LastUpdatedTo", "soon", "is not a date and time"),
            ("OrderStatusTo", "460", "is set twice"),
        ] {
            let error = filter.set(path, text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let mut stock = Filter::new(&Source::find("goods-status-inventory").unwrap());
        let error = stock.set("GoodsStatusInventoryType", "Goods").unwrap_err();
        let FilterError::Value { hint: Some(hint), .. } = &error else { panic!("{error:?}") };
        assert_eq!(hint, "did you mean `UnPickedGoods` or `GoodsInWarehouse`?");
        let error = error.to_string();
        assert!(error.ends_with("\"Goods\" is not a value of GoodsStatusInventoryType"), "{error}");
    }
}
