//! Repeated groups: order and pairing are kept.

use serde_json::json;

use crate::contract::*;
use crate::exchange::{both_ways, not_json, read, written};

#[test]
fn pairs_stay_pairs() {
    let operation = &repseq::OPERATIONS[0];
    let xml = "<Ask><Map><Key>a</Key><Key>b</Key><Value>2</Value><Key>c</Key></Map></Ask>";
    let rounds = json!([{"Key": "a"}, {"Key": "b", "Value": "2"}, {"Key": "c"}]);
    both_ways(operation, &json!({"@rounds": rounds}), xml);
    let round =
        |key: &str, value: Option<&str>| repseq::MapRounds { key: key.into(), value: value.map(Into::into) };
    let map = repseq::Map { rounds: vec![round("k", Some("v")), round("l", None)] };
    assert_eq!(
        written(&repseq::Ask { map }),
        "<Ask><Map><Key>k</Key><Value>v</Value><Key>l</Key></Map></Ask>"
    );
    assert_eq!(not_json(operation, &json!({"Key": "a"})), "Map: unknown member `Key`");
    for (xml, error) in [
        ("<Ask><Map/></Ask>", "the required member is missing"),
        ("<Ask><Map><Value>v</Value></Map></Ask>", "the required member is missing"),
        ("<Ask><Map><Key>a</Key><Other/></Map></Ask>", "unknown member `Other`"),
    ] {
        assert_eq!(read(operation, xml), Err(error.to_owned()), "{xml}");
    }
}

#[test]
fn choices_keep_their_order() {
    let xml = "<Ask><Log><Add>1</Add><Remove>2</Remove><Add>3</Add><Add>4</Add></Log></Ask>";
    let rounds = json!([{"Add": 1}, {"Remove": 2}, {"Add": 3}, {"Add": 4}]);
    both_ways(&repchoice::OPERATIONS[0], &json!({"@rounds": rounds}), xml);
    let json = json!({"@rounds": [{"Code": "c"}, {"Id": 1}]});
    both_ways(&choice_repeated::OPERATIONS[0], &json, "<Ask><Code>c</Code><Id>1</Id></Ask>");
    both_ways(&choice_repeated::OPERATIONS[0], &json!({}), "<Ask/>");
}

#[test]
fn rounds_between_other_members() {
    let operation = &rounds_between::OPERATIONS[0];
    let xml = "<Ask><A>1</A><K>a</K><V>1</V><V>2</V><K>b</K><B>2</B><X>1</X><Y>2</Y><Z>3</Z><X>4</X></Ask>";
    let json = json!({"A": 1, "@rounds": [{"K": "a", "V": [1, 2]}, {"K": "b"}], "B": 2,
        "@rounds2": [{"X": 1, "Y": 2}, {"Z": 3}, {"X": 4}]});
    both_ways(operation, &json, xml);
    both_ways(operation, &json!({"B": 2}), "<Ask><B>2</B></Ask>");
    let late = "<Ask><B>2</B><K>a</K></Ask>";
    assert!(read(operation, late).unwrap_err().contains("comes after"), "{late}");
}

#[test]
fn nil_items_of_a_list_survive() {
    let xml = "<Ask><Tags><string>a</string><string xsi:nil=\"true\"/><string></string></Tags></Ask>";
    both_ways(&nilitems::OPERATIONS[0], &json!({"Tags": ["a", null, ""]}), xml);
    both_ways(&nilitems::OPERATIONS[0], &json!({"Tags": null}), "<Ask><Tags xsi:nil=\"true\"/></Ask>");
    both_ways(&nilitems::OPERATIONS[0], &json!({}), "<Ask/>");
    let ask = nilitems::Ask { tags: Some(Some(vec![None])) };
    assert_eq!(written(&ask), "<Ask><Tags><string xsi:nil=\"true\"/></Tags></Ask>");
}

#[test]
fn derived_types_that_order_names_differently() {
    let operation = &derived_orders::OPERATIONS[0];
    let json = json!({"@type": "One", "x": 1, "y": 2});
    both_ways(operation, &json, "<Ask xsi:type=\"One\"><x>1</x><y>2</y></Ask>");
    let json = json!({"@type": "Other", "y": 1, "x": 2});
    both_ways(operation, &json, "<Ask xsi:type=\"Other\"><y>1</y><x>2</x></Ask>");
    let swapped = read(operation, "<Ask xsi:type=\"One\"><y>1</y><x>2</x></Ask>");
    assert!(swapped.unwrap_err().contains("comes after"));
}
