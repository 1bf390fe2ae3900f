//! Names that Rust keeps for itself, names in other letters, names that differ by little.

use serde_json::json;

use crate::contract::*;
use crate::exchange::{both_ways, refused, written};

#[test]
fn keywords() {
    use names_keywords::{Ask, OptionType};
    let ask = Ask { value_: 1, r#async: 2, ..Ask::new(OptionType::Value) };
    let xml = "<Ask><type/><self/><Self>\")] */ // \\\\ }</Self><_>1</_><async>2</async></Ask>";
    assert_eq!(written(&ask), xml);
    let json = json!({"type": {}, "self": {}, "Self": "fn main(){}", "_": 1, "async": 2});
    let xml = "<Ask><type/><self/><Self>fn main(){}</Self><_>1</_><async>2</async></Ask>";
    both_ways(&names_keywords::OPERATIONS[0], &json, xml);
    let unset: Ask = ongoing_wms::xml::Xml::blank();
    assert_eq!(
        refused(&unset),
        "Ask: Ask.Self: no value is set; expected one of None, Self, fn main(){}, \")] */ // \\\\ }, +, -, 1 (Option); \
         nothing was sent"
    );
    assert_eq!(OptionType::ALL.len(), 7);
}

#[test]
fn other_letters_and_signs() {
    let json = json!({"ab.c": {}, "ab-c": 1, "ab_c": 2, "Ärende": {}, "数量": 3});
    let xml = "<Ask><ab.c/><ab-c>1</ab-c><ab_c>2</ab_c><Ärende/><数量>3</数量></Ask>";
    both_ways(&names_odd::OPERATIONS[0], &json, xml);
}

#[test]
fn names_that_differ_by_case_or_suffix() {
    let json = json!({"Id": 1, "ID": {}, "id": {}});
    both_ways(&names_differ_by_case::OPERATIONS[0], &json, "<Ask><Id>1</Id><ID/><id/></Ask>");
    let json = json!({"X": 1, "Type": {"X": 2}, "Content": {"X": 3}});
    let xml = "<Ask><X>1</X><Type><X>2</X></Type><Content><X>3</X></Content></Ask>";
    both_ways(&names_clash_with_suffix::OPERATIONS[0], &json, xml);
}
