//! No row is lost or blank because the service's contract has a member more or less than the one at hand.

use ongoing_wms::api::OPERATIONS;
use ongoing_wms::dynamic::{find_type, row_type, rows};
use ongoing_wms::operation::{MemberInfo, OperationInfo};
use serde_json::Value;

use crate::canned::{client, declares_success, least};

/// The rows of an answer that holds these elements where the contract has its rows.
fn pulled(operation: &OperationInfo, row: &str) -> Vec<Value> {
    // The first element that leads to a row is the result.
    let (_, way) = operation.rows.split_first().unwrap();
    let mut result = row.to_owned();
    for name in way[..way.len() - 1].iter().rev() {
        result = format!("<{name}>{result}</{name}>");
    }
    if declares_success(operation) {
        result = format!("<Success>true</Success>{result}");
    }
    let rows = rows(&client(operation, &result), operation, &least(operation)).unwrap().unwrap();
    rows.map(|row| serde_json::from_str(&row.unwrap().json).expect(operation.name)).collect()
}

fn paged() -> impl Iterator<Item = &'static OperationInfo> {
    OPERATIONS.iter().filter(|operation| operation.rows.len() > 1)
}

#[test]
fn a_row_without_any_member_is_a_row() {
    for operation in paged() {
        let name = operation.rows.last().unwrap();
        let rows = pulled(operation, &format!("<{name}/><{name}><Newer>1</Newer></{name}>"));
        assert!(rows.len() == 2 && rows.iter().all(Value::is_object), "{}: {rows:?}", operation.name);
    }
}

/// An enumeration that a row must have: it is left out where the row lacks it, and any text in it is kept.
#[test]
fn an_enumeration_is_shown_as_the_answer_has_it() {
    let mut seen = 0;
    for operation in paged() {
        let mut ways = Vec::new();
        enumerations(row_type(operation).unwrap().members, &mut Vec::new(), &mut ways);
        for way in ways {
            let row = operation.rows.last().unwrap();
            let begin: String = way.iter().map(|name| format!("<{name}>")).collect();
            let end: String = way.iter().rev().map(|name| format!("</{name}>")).collect();
            let (_, parents) = way.split_last().unwrap();
            let without: String = parents.iter().map(|name| format!("<{name}>")).collect();
            let closed: String = parents.iter().rev().map(|name| format!("</{name}>")).collect();
            let rows = pulled(
                operation,
                &format!("<{row}>{begin}Newer{end}</{row}><{row}>{without}{closed}</{row}>"),
            );
            let pointer = format!("/{}", way.join("/"));
            assert_eq!(rows[0].pointer(&pointer), Some(&"Newer".into()), "{}", operation.name);
            assert_eq!(rows[1].pointer(&pointer), None, "{}", operation.name);
            seen += 1;
        }
    }
    assert!(seen > 0);
}

/// The ways to enumerations that are no lists.
fn enumerations(
    members: &'static [MemberInfo],
    way: &mut Vec<&'static str>,
    found: &mut Vec<Vec<&'static str>>,
) {
    for member in members.iter().filter(|member| !member.is_list() && !member.attribute) {
        let Some(ty) = find_type(member.ty) else { continue };
        way.push(member.name);
        match ty.values {
            [] if way.len() < 4 => enumerations(ty.members, way, found),
            [] => {}
            _ => found.push(way.clone()),
        }
        way.pop();
    }
}
