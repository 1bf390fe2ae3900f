//! Types made from other types: extension with `xsi:type`, restriction, simple content, inline types.

use serde_json::json;

use crate::contract::*;
use crate::exchange::{both_ways, not_json, read, written};

#[test]
fn a_base_type_holds_what_derived_types_add() {
    let more = extension::BaseDerived::Deeper { extra: Some(1), more: None, most: extension::OnlyThere {} };
    let content =
        extension::Base { plain: Some(2), id: 3, text: Some("t".into()), derived: Some(Box::new(more)) };
    let xml = "<Ask xsi:type=\"Deeper\" extra=\"1\" plain=\"2\"><Id>3</Id><Text>t</Text><Most/></Ask>";
    assert_eq!(written(&extension::Ask { content }), xml);
    let operation = &extension::OPERATIONS[0];
    let json = json!({"@type": "Deeper", "extra": 1, "plain": 2, "Id": 3, "Text": "t", "Most": {}});
    both_ways(operation, &json, xml);
    both_ways(operation, &json!({"Id": 3}), "<Ask><Id>3</Id></Ask>");
    let json = json!({"@type": "Derived", "Id": 3, "More": 4});
    both_ways(operation, &json, "<Ask xsi:type=\"Derived\"><Id>3</Id><More>4</More></Ask>");
}

#[test]
fn the_type_named_by_xsi_type_decides_what_may_stand() {
    let operation = &extension::OPERATIONS[0];
    let derived = "<Ask xmlns:x=\"urn:t\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
                   i:type=\" x:Derived \"><Id>3</Id><More>4</More></Ask>";
    assert_eq!(read(operation, derived), Ok(json!({"@type": "Derived", "Id": 3, "More": 4})));
    for (xml, error) in [
        ("<Ask><Id>3</Id><More>4</More></Ask>", "unknown member `More`"),
        ("<Ask xsi:type=\"Deeper\"><Id>3</Id></Ask>", "the required member is missing"),
        (
            "<Ask xsi:type=\"Unrelated\"><Id>3</Id></Ask>",
            "the type `Unrelated` does not derive from the declared type",
        ),
        (
            "<Ask xmlns:o=\"urn:o\" xsi:type=\"o:Derived\"><Id>3</Id></Ask>",
            "the type `{urn:o}Derived` does not derive from the declared type",
        ),
        ("<Ask xsi:type=\"o:Derived\"><Id>3</Id></Ask>", "the prefix `o` is not declared"),
    ] {
        assert_eq!(read(operation, xml), Err(error.to_owned()), "{xml}");
    }
    assert_eq!(not_json(operation, &json!({"Id": 3, "More": 4})), "unknown member `More`");
    assert_eq!(
        not_json(operation, &json!({"@type": "Unrelated", "Id": 3})),
        "the type `Unrelated` does not derive from the declared type"
    );
}

#[test]
fn an_extension_with_a_base_that_nobody_uses_is_a_plain_type() {
    let json = json!({"Shape": {"@type": "Square", "Side": "1.0"}, "Circle": {"Radius": "2"}});
    let xml =
        "<Ask><Shape xsi:type=\"Square\"><Side>1.0</Side></Shape><Circle><Radius>2</Radius></Circle></Ask>";
    both_ways(&extension_abstract::OPERATIONS[0], &json, xml);
    let ask = extension_base_only::Ask { id: 1, wheels: 4 };
    assert_eq!(written(&ask), "<Ask><Id>1</Id><Wheels>4</Wheels></Ask>");
    both_ways(
        &extension_of_choice::OPERATIONS[0],
        &json!({"Right": 1, "Must": 2}),
        "<Ask><Right>1</Right><Must>2</Must></Ask>",
    );
    both_ways(&extension_optional_base::OPERATIONS[0], &json!({"Must": 2}), "<Ask><Must>2</Must></Ask>");
}

#[test]
fn a_restriction_says_all_its_members_itself() {
    let content = restriction::Narrow { kept: None, needed: 1, a: 2, b: 3 };
    let xml = "<Ask needed=\"1\"><A>2</A><B>3</B></Ask>";
    assert_eq!(written(&restriction::Ask { content }), xml);
    both_ways(&restriction::OPERATIONS[0], &json!({"needed": 1, "A": 2, "B": 3}), xml);
    both_ways(
        &restriction_attributes_inherited::OPERATIONS[0],
        &json!({"a": 1, "c": 2}),
        "<Ask a=\"1\" c=\"2\"/>",
    );
}

#[test]
fn text_with_attributes() {
    let content = simple_content::Weight { unit: "kg".into(), text: "1.50".parse().unwrap(), derived: None };
    assert_eq!(written(&simple_content::Ask { content }), "<Ask unit=\"kg\">1.50</Ask>");
    let operation = &simple_content::OPERATIONS[0];
    both_ways(operation, &json!({"unit": "kg", "@text": "1.50"}), "<Ask unit=\"kg\">1.50</Ask>");
    let json = json!({"@type": "Net", "tare": "0.1", "unit": "kg", "@text": "1.50"});
    both_ways(operation, &json, "<Ask xsi:type=\"Net\" tare=\"0.1\" unit=\"kg\">1.50</Ask>");
    let json = json!({"Marked": {"since": "2024-02-29T12:00:00Z", "@text": "Red"}, "Code": {"@text": "x<"}});
    let xml = "<Ask><Marked since=\"2024-02-29T12:00:00Z\">Red</Marked><Code>x&lt;</Code></Ask>";
    both_ways(&simple_content_enum::OPERATIONS[0], &json, xml);
    let json = json!({"unit": "m", "@text": "1 2 3"});
    both_ways(&simple_content_list::OPERATIONS[0], &json, "<Ask unit=\"m\">1 2 3</Ask>");
}

#[test]
fn inline_types() {
    let json = json!({"Outer": [{"x": 1}, {}], "Other": {"Inner": {"y": 2}}});
    let xml = "<Ask><Outer><Inner x=\"1\"/><Inner/></Outer><Other><Inner y=\"2\"/></Other></Ask>";
    both_ways(&inline_types::OPERATIONS[0], &json, xml);
    let json = json!({"Payload": {"Id": 1, "Deep": {}}, "Deep": {}});
    let xml = "<Ask><Payload><Id>1</Id><Deep/></Payload><Deep/></Ask>";
    both_ways(&element_and_type_of_one_name::OPERATIONS[0], &json, xml);
}
