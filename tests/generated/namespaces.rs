//! Each name is in its own namespace: messages, results, derived types; and names that two things share.

use serde_json::json;

use crate::contract::*;
use crate::exchange::{HEAD, TAIL, both_ways, not_json, raw_answer, read, written};

#[test]
fn a_request_of_another_namespace() {
    let ask =
        two_request_ns::AskB { own: "o".into(), shared: two_request_ns::Shared { k: "k".into(), v: 1 } };
    let xml = "<AskB xmlns=\"urn:b\"><Own>o</Own><Shared><k xmlns=\"urn:t\">k</k><v xmlns=\"urn:t\">1</v></Shared></AskB>";
    assert_eq!(written(&ask), xml);
    let json = json!({"Own": "o", "Shared": {"k": "k", "v": 1}});
    both_ways(&two_request_ns::OPERATIONS[1], &json, xml);
    let answer = "<x:AnswerB xmlns:x=\"urn:b\" xmlns=\"urn:t\"><x:ResB><k>a</k><v>2</v></x:ResB></x:AnswerB>";
    let shared = raw_answer(ask.clone(), 200, format!("{HEAD}{answer}{TAIL}"), true).unwrap();
    assert_eq!(shared, two_request_ns::Shared { k: "a".into(), v: 2 });
    let wrong = "<AnswerB xmlns=\"urn:t\"><ResB><k>a</k><v>2</v></ResB></AnswerB>";
    let error = raw_answer(ask, 200, format!("{HEAD}{wrong}{TAIL}"), false).unwrap_err();
    assert!(error.to_string().contains("expected AnswerB, found {urn:t}AnswerB"), "{error}");
}

#[test]
fn an_answer_of_another_namespace() {
    let ask = response_other_ns::Ask2 { q: "q".into() };
    assert_eq!(written(&ask), "<Ask2><q>q</q></Ask2>");
    let answer =
        "<AnswerB xmlns=\"urn:b\"><ResB><k xmlns=\"urn:t\">a</k><v xmlns=\"urn:t\">2</v></ResB></AnswerB>";
    let shared = raw_answer(ask, 200, format!("{HEAD}{answer}{TAIL}"), true).unwrap();
    assert_eq!(shared, response_other_ns::Shared { k: "a".into(), v: 2 });
}

#[test]
fn no_default_is_made_up_for_a_member_of_another_namespace() {
    let ask = || response_other_ns::Ask2 { q: "q".into() };
    let answer = "<AnswerB xmlns=\"urn:b\"><ResB><k xmlns=\"urn:t\">a</k><v>2</v></ResB></AnswerB>";
    let error = raw_answer(ask(), 200, format!("{HEAD}{answer}{TAIL}"), false).unwrap_err();
    assert!(error.to_string().contains("ResB.v"), "{error}");
    assert!(error.to_string().contains("is in the namespace `urn:b`"), "{error}");
    // Absent is absent: noticed, and .NET's default.
    let answer = "<AnswerB xmlns=\"urn:b\"><ResB><k xmlns=\"urn:t\">a</k></ResB></AnswerB>";
    assert_eq!(raw_answer(ask(), 200, format!("{HEAD}{answer}{TAIL}"), false).unwrap().v, 0);
}

#[test]
fn a_derived_type_of_another_namespace() {
    let operation = &nsderived::OPERATIONS[0];
    let xml = "<Ask><M xmlns:t=\"urn:u\" xsi:type=\"t:Sub\"><a xmlns=\"urn:u\">x</a><b xmlns=\"urn:u\">y</b></M></Ask>";
    both_ways(operation, &json!({"@type": "{urn:u}Sub", "a": "x", "b": "y"}), xml);
    // A person may leave the namespace out.
    let short = json!({"@type": "Sub", "a": "x", "b": "y"});
    let request = ongoing_wms::dynamic::request_from_json(operation, &short).unwrap();
    assert_eq!(request.to_json()["@type"], "{urn:u}Sub");
    assert!(not_json(operation, &json!({"@type": "{urn:t}Sub", "a": "x"})).contains("does not derive"));
}

#[test]
fn names_that_the_generator_uses_itself() {
    for (name, operation) in
        [("p", &derived_member_p::OPERATIONS[0]), ("w", &derived_member_w::OPERATIONS[0])]
    {
        let json = json!({"@type": "Sub", format!("{name}2"): "2", "id": "i", name: "1"});
        let xml =
            format!("<Ask><Body xsi:type=\"Sub\" {name}2=\"2\"><id>i</id><{name}>1</{name}></Body></Ask>");
        both_ways(operation, &json, &xml);
    }
    let json = json!({"@type": "Sub", "p": "1", "id": "i"});
    both_ways(
        &derived_attr_p::OPERATIONS[0],
        &json,
        "<Ask><Body xsi:type=\"Sub\" p=\"1\"><id>i</id></Body></Ask>",
    );
    let json = json!({"Body": {"@type": "FooDerived", "id": "i", "q": "q"}, "Other": {"id": "o", "q": "r"}});
    let xml =
        "<Ask><Body xsi:type=\"FooDerived\"><id>i</id><q>q</q></Body><Other><id>o</id><q>r</q></Other></Ask>";
    both_ways(&derived_enum_name2::OPERATIONS[0], &json, xml);
    let many = ref_to_message::Many { ask: vec![ref_to_message::Ask { a: "1".into() }] };
    assert_eq!(written(&many), "<Many><Ask><a>1</a></Ask></Many>");
    assert_eq!(written(&ref_to_message::AskRequest { a: "2".into() }), "<Ask><a>2</a></Ask>");
}

#[test]
fn messages_that_operations_share() {
    use shared_request_3::{Ask, Op1, Op2};
    for xml in
        [written(&Ask { a: "x".into() }), written(&Op1 { a: "x".into() }), written(&Op2 { a: "x".into() })]
    {
        assert_eq!(xml, "<Ask><a>x</a></Ask>");
    }
    let answer = format!("{HEAD}<Ack xmlns=\"urn:t\"><Result>r</Result></Ack>{TAIL}");
    let ask = shared_response_3::Ask2 { a: "x".into() };
    assert_eq!(raw_answer(ask, 200, answer, true).unwrap(), "r");
    assert_eq!(twoporttypes::OPERATIONS[0].action, "urn:t/Do");
    assert_eq!(rpc_one::OPERATIONS.len(), 1);
    assert_eq!(written(&relquery::Ask { a: "x".into() }), "<Ask><a>x</a></Ask>");
}

#[test]
fn the_credentials_leave_foreign_members_alone() {
    let user = user::CreateUser { user_name: "u".into(), password: "p".into(), goods_owner_id: 7 };
    let xml =
        "<CreateUser><UserName>u</UserName><Password>p</Password><GoodsOwnerId>7</GoodsOwnerId></CreateUser>";
    assert_eq!(written(&user), xml);
}

#[test]
fn an_empty_body() {
    assert_eq!(written(&emptybody::Do {}), "");
    let answer = format!("{HEAD}<Answer xmlns=\"urn:t\"><Result>r</Result></Answer>{TAIL}");
    assert_eq!(raw_answer(emptybody::Do {}, 200, answer, true).unwrap(), "r");
    both_ways(&emptybody::OPERATIONS[0], &json!({}), "");
}

#[test]
fn more_members_than_a_word_has_bits() {
    let operation = &derived180::OPERATIONS[0];
    let member = |ty: usize, number: usize| format!("d{ty}m{number}");
    let types = derived180::TYPES.iter().filter(|ty| ty.base == "Base").count();
    let mut tried = 0;
    for ty in 0..types {
        let own = derived180::TYPES.iter().find(|known| known.name == format!("D{ty}")).unwrap();
        let mut body = json!({"@type": format!("D{ty}"), "id": "i"});
        let mut xml = format!("<Ask><Body xsi:type=\"D{ty}\"><id>i</id>");
        for number in 0..own.members.len() - 1 {
            body[member(ty, number)] = json!(number.to_string());
            xml.push_str(&format!("<{0}>{number}</{0}>", member(ty, number)));
            tried += 1;
        }
        xml.push_str("</Body></Ask>");
        both_ways(operation, &body, &xml);
        let last = member(ty, own.members.len() - 2);
        let cut = xml.replace(&format!("<{last}>{}</{last}>", own.members.len() - 2), "");
        assert_eq!(read(operation, &cut), Err("the required member is missing".to_owned()), "{cut}");
    }
    assert!(tried > 128);
}

#[test]
fn two_hundred_members() {
    let operation = &members_200::OPERATIONS[0];
    let mut json = json!({});
    let mut xml = "<Ask>".to_owned();
    for number in 1..=200 {
        json[format!("m{number}")] = json!(number);
        xml.push_str(&format!("<m{number}>{number}</m{number}>"));
    }
    xml.push_str("</Ask>");
    both_ways(operation, &json, &xml);
    for number in [1, 128, 129, 200] {
        let cut = xml.replace(&format!("<m{number}>{number}</m{number}>"), "");
        assert_eq!(read(operation, &cut), Err("the required member is missing".to_owned()), "m{number}");
        let twice = xml.replace(&format!("<m{number}>"), &format!("<m{number}>0</m{number}><m{number}>"));
        assert_eq!(read(operation, &twice), Err("the member occurs twice".to_owned()), "m{number}");
    }
}
