//! How the warehouse is queried for records of a kind: the query, and where its rows show what was sent.

use serde_json::{Map, Value, json};

use super::identity::Key;
use crate::batch::contract::json_path::text_at;
use crate::batch::contract::value;
use crate::dynamic::{self, find_type};
use crate::operation::{MemberInfo, OperationInfo};

/// How the warehouse is queried for records of a kind, and how its rows show what was sent.
#[derive(Debug)]
pub struct Lookup {
    /// The query.
    pub operation: &'static str,
    /// Way of the [`Key`], its filter, and the path of the number in a row.
    pub by: &'static [(&'static str, &'static str, &'static str)],
    /// Objects of a payload, and of a row, that hold the same.
    pub parts: &'static [Part],
    /// The lines.
    pub lines: Option<Lines>,
    /// Path of the status number in a row; empty if there is none.
    pub status: &'static str,
    /// The lowest status number that means cancelled; `None` if unknown.
    pub cancelled: Option<i64>,
}

/// An object of a payload and the matching object of a row; members with the same name correspond.
#[derive(Debug)]
pub struct Part {
    /// Path in the payload; empty for the payload itself.
    pub sent: &'static str,
    /// Path in the row.
    pub shown: &'static str,
    /// Members with another name or a deeper path in the row.
    pub renamed: &'static [(&'static str, &'static str)],
}

/// The lines of a payload and those of a row.
#[derive(Debug)]
pub struct Lines {
    /// As objects; both paths lead to a list.
    pub part: Part,
    /// Member of a line, as sent and as shown, with the goods owner's own code for it.
    pub code: &'static str,
    /// Member of a shown line that names the line of which it is a part; such lines were not sent.
    pub parent: &'static str,
}

/// The query for some keys of one way.
pub(super) struct LookupQuery {
    pub operation: &'static OperationInfo,
    /// Its input.
    pub query: Value,
    /// Path of the number in a row.
    pub shown: &'static str,
}

impl Lookup {
    /// Whether records with this key can be looked up with the contract of this build.
    pub fn serves(&self, key: &Key) -> bool {
        self.plan(&[key]).is_some()
    }

    /// Whether records with this key can be looked up several at a time.
    pub(in crate::batch) fn takes_many(&self, key: &Key) -> bool {
        self.filter(key).is_some_and(|(_, _, member, _)| member.is_list())
    }

    /// Whether a row is cancelled.
    pub(super) fn is_cancelled(&self, row: &Map<String, Value>) -> bool {
        self.cancelled.is_some_and(|from| {
            text_at(row, self.status)
                .and_then(|status| status.parse::<i64>().ok())
                .is_some_and(|status| status >= from)
        })
    }

    fn filter(
        &self,
        key: &Key,
    ) -> Option<(&'static OperationInfo, &'static MemberInfo, &'static MemberInfo, &'static str)> {
        let (_, filter, shown) = self.by.iter().find(|(way, ..)| *way == key.way)?;
        let operation = dynamic::find(self.operation).filter(|operation| !operation.rows.is_empty())?;
        let payload = operation.own_members().next()?;
        let member = find_type(payload.ty)?.member(filter)?;
        Some((operation, payload, member, shown))
    }

    /// The query for keys of one way; for several keys only if the filter is a list.
    pub(super) fn plan(&self, keys: &[&Key]) -> Option<LookupQuery> {
        let (operation, payload, member, shown) = self.filter(keys.first()?)?;
        let value = |key: &&Key| value::read_plain(member, &key.value).ok();
        let values: Vec<Value> = keys.iter().map(value).collect::<Option<_>>()?;
        let value = match (member.is_list(), values.as_slice()) {
            (true, _) => Value::Array(values),
            (false, [one]) => one.clone(),
            (false, _) => return None,
        };
        let mut query = json!({ member.name: value });
        // The lowest id of a page: a page of one row.
        let last = |way: &'static str| way.rsplit_once('.').map_or(way, |(_, name)| name);
        if let Some(paging) = dynamic::paging(operation).filter(|paging| last(paging.from) == member.name) {
            query[last(paging.size)] = json!(1);
        }
        let query = if operation.payload.is_some() { query } else { json!({ payload.name: query }) };
        Some(LookupQuery { operation, query, shown })
    }
}

pub(super) const fn part(
    sent: &'static str,
    shown: &'static str,
    renamed: &'static [(&'static str, &'static str)],
) -> Part {
    Part { sent, shown, renamed }
}
