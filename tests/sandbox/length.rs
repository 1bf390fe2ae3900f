//! Texts longer than the contract's tables allow.

use ongoing_wms::api::{OPERATIONS, TYPES};
use ongoing_wms::operation::{Effect, MemberInfo, OperationInfo};
use ongoing_wms::sandbox::Sandbox;

use crate::refusals::ask;
use crate::{article, refusal, start};

/// A member with a longest text, somewhere in a request.
struct Place {
    /// As the refusal names it.
    path: String,
    /// The elements that lead there.
    elements: Vec<&'static str>,
    length: usize,
}

/// All such places below these members; each type is entered once on the way.
fn places(members: &'static [MemberInfo], above: &Place, seen: &[&str], found: &mut Vec<Place>) {
    for member in members {
        let mut elements = above.elements.clone();
        elements.push(member.name);
        elements.extend((!member.item.is_empty()).then_some(member.item));
        let dot = if above.path.is_empty() { "" } else { "." };
        let index = if member.repeats || !member.item.is_empty() { "[1]" } else { "" };
        let path = format!("{}{dot}{}{index}", above.path, member.name);
        let place = Place { path, elements, length: usize::try_from(member.length).unwrap() };
        match TYPES.iter().find(|info| info.name == member.ty) {
            _ if member.sender => {}
            Some(info) if !seen.contains(&info.name) => {
                places(info.members, &place, &[seen, &[info.name]].concat(), found);
            }
            _ if place.length > 0 => found.push(place),
            _ => {}
        }
    }
}

/// What a request with this text there, and nothing else, is answered.
fn answer(sandbox: &Sandbox, operation: &OperationInfo, place: &Place, text: &str) -> String {
    let open: String = place.elements.iter().map(|name| format!("<{name}>")).collect();
    let close: String = place.elements.iter().rev().map(|name| format!("</{name}>")).collect();
    ask(sandbox, operation, &format!("{open}{text}{close}"))
}

#[test]
fn each_length_of_the_contract() {
    let (sandbox, _) = start();
    let top = Place { path: String::new(), elements: Vec::new(), length: 0 };
    let mut count = 0;
    for operation in OPERATIONS.iter().filter(|operation| operation.effect == Effect::Write) {
        let mut found = Vec::new();
        places(operation.members, &top, &[], &mut found);
        for place in &found {
            let (path, most) = (&place.path, place.length);
            let says = format!("{path} has {} characters; the maximum is {most}", most + 1);
            let said = answer(&sandbox, operation, place, &"x".repeat(most + 1));
            assert!(said.ends_with(&says), "{}: {path}: {said}", operation.name);
            let said = answer(&sandbox, operation, place, &"x".repeat(most));
            assert!(!said.contains("the maximum is"), "{}: {path}: {said}", operation.name);
            count += 1;
        }
    }
    assert!(count > 100, "only {count} places");
}

#[test]
fn characters_are_counted_as_the_service_counts() {
    let (_sandbox, client) = start();
    let named = |name: &str| {
        let mut definition = article("A");
        definition.article_name = Some(name.into());
        client.process_article(definition)
    };
    named(&"ä".repeat(200)).unwrap();
    named(&"🏺".repeat(100)).unwrap();
    let says = "art.ArticleName has 202 characters; the maximum is 200";
    assert_eq!(refusal(named(&"🏺".repeat(101))), says);
}

#[test]
fn what_is_looked_for_may_be_longer() {
    let (_sandbox, client) = start();
    let found = client.get_order_by_order_number("x".repeat(51));
    assert_eq!(refusal(found), "");
}
