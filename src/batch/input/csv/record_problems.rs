//! Errors in a record that a column map built, in terms of the map's columns and keys.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::bound_map::Bound;
use crate::batch::contract::check::{self, Problem};
use crate::batch::kind::Kind;
use crate::batch::kind::defaults::DefaultValue;

/// Something wrong with a record.
pub struct RecordProblem {
    /// The same for records with the same cause.
    pub cause: String,
    pub what: String,
    pub hint: Option<String>,
    /// Index of the list item that contains it.
    pub item: Option<usize>,
}

/// All errors in a payload, except in the members of `unread`, whose cells have been reported.
pub fn problems(
    kind: &Kind,
    bound: &Bound,
    map_file: &str,
    payload: &Map<String, Value>,
    unread: &BTreeSet<&str>,
) -> Vec<RecordProblem> {
    let Some(operation) = kind.operation() else { return Vec::new() };
    let teller = Teller { kind, bound, map_file };
    let mut found: Vec<RecordProblem> = Vec::new();
    let mut by_is_missing = false;
    for problem in check::problems(operation, payload) {
        let (path, item) = without_indexes(&problem.path);
        by_is_missing |= path == kind.identity.by;
        let hides = |unread: &str| {
            unread == path || unread.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        if unread.iter().any(|unread| hides(unread)) || teller.follows(&path, unread) {
            continue;
        }
        let next = RecordProblem { item, ..teller.found(&path, problem) };
        if !found.iter().any(|known| known.cause == next.cause && known.item == item) {
            found.push(next);
        }
    }
    let numbers = || kind.identity.ways.iter().flat_map(|way| way.members);
    if !by_is_missing
        && !numbers().any(|member| unread.contains(member))
        && let Err(what) = kind.identity.key(payload)
    {
        let is_mapped = numbers().any(|member| bound.cell(member).is_some());
        let hint = (!is_mapped).then(|| format!("map it below [columns] in {map_file}"));
        found.push(RecordProblem { cause: "key".to_owned(), what, hint, item: None });
    }
    found
}

struct Teller<'a> {
    kind: &'a Kind,
    bound: &'a Bound,
    map_file: &'a str,
}

impl Teller<'_> {
    fn found(&self, path: &str, problem: Problem) -> RecordProblem {
        let column = self.bound.cell(path).map(|cell| cell.named.column.shown());
        let (cause, what, hint) = match (problem.missing, column) {
            (false, Some(column)) => {
                let cause = problem.hint.as_ref().unwrap_or(&problem.what);
                let cause = format!("{path} {cause}");
                (cause, format!("column {column} ({path}): {}", problem.what), problem.hint)
            }
            (false, None) => {
                let what = if path.is_empty() { problem.what } else { format!("{path}: {}", problem.what) };
                (format!("{path} {what}"), what, problem.hint)
            }
            (true, Some(column)) => {
                let what = format!("column {column} ({path}) is empty, but required");
                let hint = format!(
                    "fill it in, or set a default in {}: {path} = {{ column = {column}, default = .. }}",
                    self.map_file
                );
                (format!("{path} missing"), what, Some(hint))
            }
            (true, None) => self.unmapped(path, problem.hint),
        };
        RecordProblem { cause, what, hint, item: None }
    }

    fn unmapped(&self, path: &str, values: Option<String>) -> (String, String, Option<String>) {
        let cause = format!("{path} missing");
        let is_free = values.is_none();
        let values = values.map_or(String::new(), |values| format!(" ({values})"));
        let constant = format!("set it below [constants] in {}: {path} = \"..\"{values}", self.map_file);
        let Some(deciding) = self.deciding(path) else {
            let what = format!("{path} is required, and the column map does not fill it");
            let hint = if is_free { format!("map it below [columns], or {constant}") } else { constant };
            return (cause, what, Some(hint));
        };
        let columns: Vec<String> = deciding
            .iter()
            .filter_map(|path| self.bound.cell(path))
            .map(|cell| format!("column {} ({})", cell.named.column.shown(), cell.path))
            .collect();
        match columns.as_slice() {
            [] => {
                let what =
                    format!("{path} is required, and the column map fills none of {}", deciding.join(", "));
                (cause, what, Some(format!("map one of them below [columns], or {constant}")))
            }
            columns => {
                let what = format!("{} is empty, but required", columns.join(" or "));
                (what.clone(), what, Some("fill it in, or remove the row".to_owned()))
            }
        }
    }

    /// The members that decide which member is required.
    fn deciding(&self, path: &str) -> Option<Vec<String>> {
        let default = self.kind.defaults.iter().find(|default| default.path == path)?;
        let DefaultValue::Given(choices) = default.value else { return None };
        let above = path.rsplit_once('.').map_or(String::new(), |(above, _)| format!("{above}."));
        let mut paths: Vec<String> = Vec::new();
        for member in choices.iter().flat_map(|(members, _)| members.iter()) {
            let path = format!("{above}{member}");
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        Some(paths).filter(|paths| !paths.is_empty())
    }

    /// Whether a member is missing only because a member that decides about it is unreadable.
    fn follows(&self, path: &str, unread: &BTreeSet<&str>) -> bool {
        self.deciding(path).is_some_and(|deciding| deciding.iter().any(|path| unread.contains(path.as_str())))
    }
}

/// A path without the numbers of list items, and the index of the first item.
fn without_indexes(path: &str) -> (String, Option<usize>) {
    let (mut plain, mut item) = (String::new(), None);
    for (index, step) in path.split('[').enumerate() {
        let rest = match index {
            0 => step,
            _ => {
                let (number, rest) = step.split_once(']').unwrap_or((step, ""));
                item = item.or_else(|| number.parse::<usize>().ok()?.checked_sub(1));
                rest
            }
        };
        plain.push_str(rest);
    }
    (plain, item)
}

#[cfg(test)]
mod tests {
    use super::without_indexes;

    #[test]
    fn the_item_of_a_path_is_known() {
        assert_eq!(without_indexes("A.B[2].C[3].D"), ("A.B.C.D".to_owned(), Some(1)));
        assert_eq!(without_indexes("A"), ("A".to_owned(), None));
    }
}
