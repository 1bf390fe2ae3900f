//! Reads a WSDL as far as those of this project go.

use std::collections::BTreeMap;

use ongoing_wms::xml::Element;

use crate::facts::{Facts, element};
use crate::notation::attributes_last;

const ACTION: &str = "http://ongoingsystems.se/WSI/";

pub fn read(text: &str) -> Facts {
    let definitions = Element::from_xml(text).unwrap();
    let mut facts = Facts::default();
    let schema = definitions.child("types").unwrap().child("schema").unwrap();
    assert_eq!(attribute(schema, "elementFormDefault"), Some("qualified"));
    for declared in schema.elements() {
        let name = attribute(declared, "name").unwrap();
        match declared.name.as_str() {
            "element" => {
                let members = members(declared.child("complexType").unwrap());
                facts.structs.insert(element(name), members);
            }
            "complexType" => {
                facts.structs.insert(name.to_owned(), members(declared));
            }
            "simpleType" => {
                let values = declared.child("restriction").unwrap().elements();
                let values = values.map(|value| attribute(value, "value").unwrap().to_owned()).collect();
                facts.enums.insert(name.to_owned(), values);
            }
            other => panic!("{other} in the schema"),
        }
    }
    let messages: BTreeMap<&str, &str> = named(&definitions, "message")
        .map(|message| {
            let part = message.child("part").unwrap();
            (attribute(message, "name").unwrap(), local(attribute(part, "element").unwrap()))
        })
        .collect();
    let port = named(&definitions, "portType").next().unwrap();
    for operation in port.elements() {
        let of = |side: &str| {
            let message = attribute(operation.child(side).unwrap(), "message").unwrap();
            messages[local(message)].to_owned()
        };
        facts
            .operations
            .insert(attribute(operation, "name").unwrap().to_owned(), (of("input"), of("output")));
    }
    let bindings: Vec<&Element> = named(&definitions, "binding").collect();
    assert_eq!(bindings.len(), 2, "SOAP 1.1 and SOAP 1.2");
    for binding in bindings {
        let mut bound = Vec::new();
        for operation in binding.elements().filter(|element| element.child("input").is_some()) {
            let name = attribute(operation, "name").unwrap();
            let soap = operation.child("operation").unwrap();
            assert_eq!(attribute(soap, "soapAction"), Some(format!("{ACTION}{name}").as_str()));
            bound.push(name);
        }
        bound.sort_unstable();
        assert!(
            bound.iter().copied().eq(facts.operations.keys().map(String::as_str)),
            "both bindings have all"
        );
    }
    facts
}

fn members(ty: &Element) -> Vec<String> {
    let mut members = Vec::new();
    let mut content = ty;
    if let Some(extension) = ty.child("complexContent").and_then(|content| content.child("extension")) {
        members.push(format!("extends : {}", local(attribute(extension, "base").unwrap())));
        content = extension;
    }
    for member in content.child("sequence").into_iter().flat_map(Element::elements) {
        let mut words =
            vec![attribute(member, "name").unwrap(), ":", local(attribute(member, "type").unwrap())];
        match attribute(member, "minOccurs").unwrap_or("1") {
            "0" => words.push("?"),
            least => assert_eq!(least, "1"),
        }
        match attribute(member, "maxOccurs").unwrap_or("1") {
            "unbounded" => words.push("*"),
            most => assert_eq!(most, "1"),
        }
        if attribute(member, "nillable") == Some("true") {
            words.push("nil");
        }
        members.push(words.join(" "));
    }
    for member in content.elements().filter(|member| member.name == "attribute") {
        let mut words =
            vec![attribute(member, "name").unwrap(), "@", local(attribute(member, "type").unwrap())];
        if attribute(member, "use") == Some("required") {
            words.push("(required)");
        }
        members.push(words.join(" "));
    }
    attributes_last(&mut members);
    members
}

fn named<'a>(element: &'a Element, name: &'a str) -> impl Iterator<Item = &'a Element> {
    element.elements().filter(move |child| child.name == name)
}

fn attribute<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}
