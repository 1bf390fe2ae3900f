//! How often a member stands, and where: occurrence, order, choice, groups, lists, references.

use serde_json::json;

use crate::contract::*;
use crate::exchange::{both_ways, not_json, read, written};

#[test]
fn members_of_xs_all() {
    let ask = all::Ask { b: Some("2".into()), a: "1".into() };
    assert_eq!(written(&ask), "<Ask><B>2</B><A>1</A></Ask>");
    both_ways(&all::OPERATIONS[0], &json!({"A": "1"}), "<Ask><A>1</A></Ask>");
}

#[test]
fn occurrence() {
    let ask = occurrence::Ask {
        one: 1,
        maybe: None,
        nil: None,
        many: vec!["a".into(), String::new()],
        nil_items: vec![Some("b".into()), None, Some("c".into())],
        two_or_three: vec!["d".into(), "e".into()],
        preset: None,
        fixed: "a".into(),
    };
    let xml = "<Ask><One>1</One><Nil xsi:nil=\"true\"/><Many>a</Many><Many></Many><NilItems>b</NilItems>\
               <NilItems xsi:nil=\"true\"/><NilItems>c</NilItems><TwoOrThree>d</TwoOrThree>\
               <TwoOrThree>e</TwoOrThree><Fixed>a</Fixed></Ask>";
    assert_eq!(written(&ask), xml);
    let json = json!({"One": 1, "Many": ["a", ""], "NilItems": ["b", null, "c"], "TwoOrThree": ["d", "e"],
        "Fixed": "a"});
    both_ways(&occurrence::OPERATIONS[0], &json, xml);
    let json = json!({"One": -1, "Maybe": 2, "Nil": 3, "TwoOrThree": ["", " "], "Preset": 4, "Fixed": ""});
    let xml = "<Ask><One>-1</One><Maybe>2</Maybe><Nil>3</Nil><TwoOrThree></TwoOrThree><TwoOrThree> </TwoOrThree>\
               <Preset>4</Preset><Fixed></Fixed></Ask>";
    both_ways(&occurrence::OPERATIONS[0], &json, xml);
    assert_eq!(
        not_json(&occurrence::OPERATIONS[0], &json!({"NilItems": ["b", 1]})),
        "NilItems[2]: expected text, found the number 1; write it in quotes"
    );
    assert_eq!(not_json(&occurrence::OPERATIONS[0], &json!({"Never": "b"})), "unknown member `Never`");
    // Of the two lists only one has a place for nil.
    let lost = "is not an item of a list; remove it or give the item";
    assert_eq!(
        not_json(&occurrence::OPERATIONS[0], &json!({"Many": ["a", null]})),
        format!("Many[2]: null {lost}")
    );
    let deserialized = serde_json::from_value::<occurrence::Ask>(json!({"One": 1, "Many": [null]}));
    assert_eq!(deserialized.unwrap_err().to_string(), format!("Many[1]: null {lost}"));
    let xml = "<Ask xmlns=\"urn:t\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><One>1</One>\
               <Nil xsi:nil=\"true\"/><Many>a</Many><Many xsi:nil=\"true\"/></Ask>";
    let error = ongoing_wms::dynamic::request_from_xml(&occurrence::OPERATIONS[0], xml).err().unwrap();
    assert_eq!((error.path.as_str(), error.message), ("Many[2]", format!("a nil element {lost}")));
}

#[test]
fn choice_makes_members_optional() {
    let operation = &choice::OPERATIONS[0];
    both_ways(operation, &json!({"Id": 7}), "<Ask><Id>7</Id></Ask>");
    let xml = "<Ask><Code>c</Code><Owner>o</Owner></Ask>";
    both_ways(operation, &json!({"Code": "c", "Owner": "o"}), xml);
    let ask = choice::Ask { name: vec!["n".into(), "m".into()], ..Default::default() };
    assert_eq!(written(&ask), "<Ask><Name>n</Name><Name>m</Name></Ask>");
}

#[test]
fn groups() {
    let xml = "<Ask><First>1</First><ManyByGroup>3</ManyByGroup><FourToTwelve>4</FourToTwelve><Right>5</Right>\
               <Last>6</Last><Last>7</Last></Ask>";
    let json = json!({"First": 1, "ManyByGroup": [3], "FourToTwelve": [4], "Right": 5, "Last": [6, 7]});
    both_ways(&nested_groups::OPERATIONS[0], &json, xml);
    let json = json!({"colour": "red", "Before": 1, "Shelf": {"Level": 2, "Next": {"Row": 3, "Shelf": {"Level": 4}}}});
    let xml = "<Ask colour=\"red\"><Before>1</Before><Shelf><Level>2</Level><Next><Row>3</Row>\
               <Shelf><Level>4</Level></Shelf></Next></Shelf></Ask>";
    both_ways(&named_groups::OPERATIONS[0], &json, xml);
    let json = json!({"X": {"one": 1}, "Rest": {"X": {"two": 2}}});
    both_ways(
        &inline_in_groups::OPERATIONS[0],
        &json,
        "<Ask><X one=\"1\"/><Rest><X two=\"2\"/></Rest></Ask>",
    );
}

#[test]
fn a_wrapper_disappears_and_keeps_absent_empty_and_filled_apart() {
    let operation = &array_of::OPERATIONS[0];
    for (lines, xml, json) in [
        (None, "<Ask/>", json!({})),
        (Some(vec![]), "<Ask><Lines/></Ask>", json!({"Lines": []})),
        (
            Some(vec![Some(array_of::Line { number: "1.50".parse().unwrap() })]),
            "<Ask><Lines><Line><Number>1.50</Number></Line></Lines></Ask>",
            json!({"Lines": [{"Number": "1.50"}]}),
        ),
    ] {
        assert_eq!(written(&array_of::Ask { lines }), xml);
        both_ways(operation, &json, xml);
    }
}

#[test]
fn elements_by_reference() {
    let note = |note| refs::Ask { note, r#box: vec![refs::BoxType::default()] };
    assert_eq!(written(&note(None)), "<Ask><Box/></Ask>");
    assert_eq!(written(&note(Some(None))), "<Ask><Note xsi:nil=\"true\"/><Box/></Ask>");
    assert_eq!(written(&note(Some(Some(String::new())))), "<Ask><Note></Note><Box/></Ask>");
    both_ways(
        &refs::OPERATIONS[0],
        &json!({"Note": null, "Box": [{}]}),
        "<Ask><Note xsi:nil=\"true\"/><Box/></Ask>",
    );
    let json = json!({"Note": "n", "Box": [{"Box": {"Box": {}}}, {}]});
    let xml = "<Ask><Note>n</Note><Box><Box><Box/></Box></Box><Box/></Ask>";
    both_ways(&refs::OPERATIONS[0], &json, xml);
}

#[test]
fn a_type_that_holds_itself() {
    let leaf = recursion::Leaf { tree: Box::new(recursion::Node::default()) };
    let child = recursion::Node { child: None, leaf: Some(Box::new(leaf)) };
    let ask = recursion::Ask { child: Some(child), leaf: None };
    assert_eq!(written(&ask), "<Ask><Child><Leaf><Tree/></Leaf></Child></Ask>");
    let json = json!({"Child": {"Leaf": {"Tree": {}}}});
    both_ways(&recursion::OPERATIONS[0], &json, "<Ask><Child><Leaf><Tree/></Leaf></Child></Ask>");
    let deep = format!("<Ask>{}{}</Ask>", "<Child>".repeat(70), "</Child>".repeat(70));
    assert_eq!(
        read(&recursion::OPERATIONS[0], &deep),
        Err("elements are nested more than 64 levels deep".to_owned())
    );
}

#[test]
fn attributes() {
    let content = attributes::A {
        id: 1,
        own: Some("o\"<".into()),
        size: Some(attributes::ASize::L),
        lang: Some("sv".into()),
        id_element: 2,
        ..Default::default()
    };
    let xml =
        "<Ask id=\"1\" xmlns:a1=\"urn:t\" a1:own=\"o&quot;&lt;\" size=\"L\" xml:lang=\"sv\"><id>2</id></Ask>";
    assert_eq!(written(&attributes::Ask { content }), xml);
    let json = json!({"@id": 1, "unit": "g", "version": "3", "own": "o", "size": "S", "untyped": "u", "shared": false,
        "lang": "sv", "id": 2});
    let xml = "<Ask id=\"1\" unit=\"g\" version=\"3\" xmlns:a1=\"urn:t\" a1:own=\"o\" size=\"S\" untyped=\"u\" \
               xmlns:a2=\"urn:t\" a2:shared=\"false\" xml:lang=\"sv\"><id>2</id></Ask>";
    both_ways(&attributes::OPERATIONS[0], &json, xml);
    // What the schema says of an absent attribute; one of no namespace is not the qualified one.
    assert_eq!(
        read(&attributes::OPERATIONS[0], "<Ask id=\"1\" own=\"x\"><id>2</id></Ask>"),
        Ok(json!({"@id": 1, "unit": "kg", "version": "2", "shared": true, "id": 2}))
    );
    let missing = read(&attributes::OPERATIONS[0], "<Ask><id>2</id></Ask>");
    assert_eq!(missing, Err("the required member is missing".to_owned()));
}

#[test]
fn members_without_a_namespace() {
    let content =
        unqualified::Ask { bare: Some(1), own: Some(2), bare_element: 3, own_element: 4, shared: 5 };
    let xml = "<Ask bare=\"1\" xmlns:a1=\"urn:t\" a1:own=\"2\"><Bare xmlns=\"\">3</Bare><Own>4</Own>\
               <Shared>5</Shared></Ask>";
    assert_eq!(written(&unqualified::AskRequest { content }), xml);
    let json = json!({"bare": 1, "own": 2, "Bare": 3, "Own": 4, "Shared": 5});
    both_ways(&unqualified::OPERATIONS[0], &json, xml);
    both_ways(
        &two_schemas_of_one_namespace::OPERATIONS[0],
        &json!({"Bare": 1}),
        "<Ask><Bare xmlns=\"\">1</Bare></Ask>",
    );
}

#[test]
fn open_content_is_kept() {
    let json = json!({
        "Known": 1,
        "Xml": {"@any": ["<b xmlns=\"urn:b\" x=\"1\">t<c/></b>"]},
        "@any": ["<d/>", "<e xmlns=\"urn:e\"/>"],
    });
    let xml = "<Ask><Known>1</Known><Xml><b xmlns=\"urn:b\" x=\"1\">t<c/></b></Xml><d xmlns=\"\"/>\
               <e xmlns=\"urn:e\"/></Ask>";
    both_ways(&any::OPERATIONS[0], &json, xml);
    let json =
        json!({"@type": "Extended", "Known": 1, "Xml": {}, "More": 2, "@any": ["<e xmlns=\"urn:e\"/>"]});
    let xml = "<Ask xsi:type=\"Extended\"><Known>1</Known><Xml/><e xmlns=\"urn:e\"/><More>2</More></Ask>";
    both_ways(&any::OPERATIONS[0], &json, xml);
    // A type's prefix means nothing without its declaration.
    let typed = "<v xmlns=\"\" xmlns:a1=\"http://www.w3.org/2001/XMLSchema-instance\" a1:type=\"k:T\" xmlns:k=\"urn:k\">1</v>";
    let xml = format!("<Ask><Known>1</Known><Xml/>{typed}</Ask>");
    let json = json!({"Known": 1, "Xml": {}, "@any": [typed.replace(" xmlns=\"\"", "")]});
    both_ways(&any::OPERATIONS[0], &json, &xml);
    both_ways(
        &any_base::OPERATIONS[0],
        &json!({"Known": 1, "@any": ["<d/>"]}),
        "<Ask><d xmlns=\"\"/><Known>1</Known></Ask>",
    );
}

#[test]
fn several_namespaces_schemas_and_files() {
    let json = json!({"mark": 1, "Mine": {"Theirs": "a", "Mine": 2}, "Theirs": {"Theirs": "b"},
        "Shared": {"@type": "Same", "Theirs": "c", "Mine": 3}, "FromGroup": 4});
    let xml = "<Ask xmlns:a1=\"urn:b\" a1:mark=\"1\"><Mine><Theirs xmlns=\"urn:b\">a</Theirs><Mine>2</Mine></Mine>\
               <Theirs><Theirs xmlns=\"urn:b\">b</Theirs></Theirs>\
               <Shared xmlns=\"urn:b\" xmlns:t=\"urn:t\" xsi:type=\"t:Same\"><Theirs>c</Theirs>\
               <Mine xmlns=\"urn:t\">3</Mine></Shared><FromGroup xmlns=\"urn:b\">4</FromGroup></Ask>";
    both_ways(&two_namespaces::OPERATIONS[0], &json, xml);
    let json = json!({"lang": "sv", "B": {"C": {"Back": {"C": {}}}}, "More": {"Next": {}}});
    let xml = "<Ask xml:lang=\"sv\"><B xmlns=\"\"><C><Back><C/></Back></C></B><More xmlns=\"\">\
               <Next xmlns=\"urn:t\"/></More></Ask>";
    both_ways(&imports::OPERATIONS[0], &json, xml);
}

#[test]
fn annotated_members() {
    let payload = annotated::Ask::new("c".into(), annotated::Colour::Blue);
    let xml = "<Ask><Payload><Code>c</Code><Colour>Blue</Colour></Payload></Ask>";
    assert_eq!(written(&annotated::AskRequest::new(payload)), xml);
    both_ways(&annotated::OPERATIONS[0], &json!({"Code": "c", "Colour": "Blue"}), xml);
    let operation = &annotated::OPERATIONS[0];
    assert_eq!(
        not_json(operation, &json!({"Colour": "Blue"})),
        "Payload.Code: the required member is missing"
    );
    assert_eq!(not_json(operation, &json!({"Code": "c"})), "Payload.Colour: the required member is missing");
    assert_eq!((operation.group, operation.doc), ("Questions", "Asks."));
    assert_eq!((operation.effect.as_str(), operation.page), ("read", "https://example.com/ask"));
    let ty = &annotated::TYPES[0];
    assert_eq!((ty.name, ty.open, ty.confidence), ("Ask", true, "B"));
    let code = &ty.members[0];
    assert_eq!((code.doc, code.length, code.required, code.confidence), ("A code.", 100, true, "C"));
    assert_eq!(annotated::TYPES[1].values, [("Red", "Like blood."), ("Blue", "")]);
}
