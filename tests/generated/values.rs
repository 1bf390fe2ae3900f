//! Simple types: every built-in, narrowed types, enumerations, lists, unions.

use ongoing_wms::runtime::List;
use ongoing_wms::xml::Element;
use serde_json::json;

use crate::contract::*;
use crate::exchange::{both_ways, not_json, read, refused, written};

#[test]
fn every_built_in() {
    let json = json!({
        "string": " a\tb ", "token": "t", "anyURI": "urn:x", "QName": "x:y", "boolean": true, "byte": -128,
        "short": -32768, "int": -2147483648, "long": -9223372036854775808_i64, "unsignedByte": 255,
        "unsignedShort": 65535, "unsignedInt": 4294967295_u32, "unsignedLong": 18446744073709551615_u64,
        "integer": "79228162514264337593543950335", "positiveInteger": "1", "decimal": "-0.10", "float": 1.5,
        "double": 1e300, "dateTime": "2024-03-01T12:30:00.50+01:00", "date": "2024-03-01", "time": "12:30:00",
        "duration": "P1D", "gYear": "2024", "base64Binary": "AAEC", "hexBinary": "0A", "anyType": "<anyType>x</anyType>",
        "anySimpleType": "<anySimpleType>y</anySimpleType>", "untyped": "<untyped/>",
    });
    let xml = "<Ask><string> a\tb </string><token>t</token><anyURI>urn:x</anyURI><QName>x:y</QName>\
               <boolean>true</boolean><byte>-128</byte><short>-32768</short><int>-2147483648</int>\
               <long>-9223372036854775808</long><unsignedByte>255</unsignedByte>\
               <unsignedShort>65535</unsignedShort><unsignedInt>4294967295</unsignedInt>\
               <unsignedLong>18446744073709551615</unsignedLong>\
               <integer>79228162514264337593543950335</integer><positiveInteger>1</positiveInteger>\
               <decimal>-0.10</decimal><float>1.5</float><double>1E300</double>\
               <dateTime>2024-03-01T12:30:00.50+01:00</dateTime><date>2024-03-01</date><time>12:30:00</time>\
               <duration>P1D</duration><gYear>2024</gYear><base64Binary>AAEC</base64Binary>\
               <hexBinary>0A</hexBinary><anyType>x</anyType><anySimpleType>y</anySimpleType><untyped/></Ask>";
    let any = |name: &str| Element::new("", name);
    let ask: builtins::Ask = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(written(&ask), xml);
    assert_eq!(ask.any_type, any("anyType").with_text("x"));
    assert_eq!((ask.byte, ask.unsigned_long, ask.float), (i8::MIN, u64::MAX, 1.5));
    assert_eq!(ask.base64_binary.0, [0, 1, 2]);
    // As JSON it comes back whole, but for the number that JSON writes in another way.
    let mut again = serde_json::to_value(&ask).unwrap();
    assert_eq!(again["double"].to_string().parse(), Ok(1e300_f64));
    again["double"] = json["double"].clone();
    assert_eq!(again, json);
}

#[test]
fn narrowed_types_are_the_types_they_narrow() {
    use simple_types::{Ask, AskInlineEnum, Colour, Warm};
    let ask = Ask {
        code: "0123456789".into(),
        shorter: "abcd".into(),
        price: "1.5".parse().unwrap(),
        pattern: "A".into(),
        colour: Colour::DarkBlue,
        warm: Warm::Red,
        same_colour: Colour::Red,
        inline: "abc".into(),
        inline_enum: AskInlineEnum::Value2,
        data: vec![255].into(),
    };
    let xml = "<Ask><Code>0123456789</Code><Shorter>abcd</Shorter><Price>1.5</Price><Pattern>A</Pattern>\
               <Colour>dark blue</Colour><Warm>Red</Warm><SameColour>Red</SameColour><Inline>abc</Inline>\
               <InlineEnum>2</InlineEnum><Data>/w==</Data></Ask>";
    assert_eq!(written(&ask), xml);
    let json = json!({"Code": "0123456789", "Shorter": "abcd", "Price": "1.5", "Pattern": "A", "Colour": " padded ",
        "Warm": "Red", "SameColour": "", "Inline": "abc", "InlineEnum": "2", "Data": "/w=="});
    let xml = "<Ask><Code>0123456789</Code><Shorter>abcd</Shorter><Price>1.5</Price><Pattern>A</Pattern>\
               <Colour> padded </Colour><Warm>Red</Warm><SameColour></SameColour><Inline>abc</Inline>\
               <InlineEnum>2</InlineEnum><Data>/w==</Data></Ask>";
    both_ways(&simple_types::OPERATIONS[0], &json, xml);
}

#[test]
fn an_enumeration_keeps_what_it_does_not_list_and_does_not_send_it() {
    use simple_types::Colour;
    let colour: Colour = ongoing_wms::xml::Text::parse("Mauve").unwrap();
    assert_eq!(colour.as_str(), "Mauve");
    assert_eq!(
        "Mauve".parse::<Colour>().unwrap_err().to_string(),
        "\"Mauve\" is not one of Red, dark blue,  padded ,  (Colour)"
    );
    assert_eq!("dark blue".parse(), Ok(Colour::DarkBlue));
    let content =
        simple_content_enum::Marked { since: None, text: ongoing_wms::xml::Text::parse("Blue").unwrap() };
    let ask = simple_content_enum::Ask { marked: content, ..ongoing_wms::xml::Xml::blank() };
    assert_eq!(refused(&ask), "Ask: Ask.Marked: `Blue` is not one of Red (Colour); nothing was sent");
}

#[test]
fn lists_and_unions() {
    use union_and_list::{Ask, ListItem};
    let ask = Ask {
        union: "Red".into(),
        list: List(vec![ListItem::Mon, ListItem::Tue]),
        short_list: List(vec!["1.0".parse().unwrap()]),
        inline: List(vec![]),
        inline_union: "2024-01-01".into(),
    };
    let xml = "<Ask><Union>Red</Union><List>Mon Tue</List><ShortList>1.0</ShortList><Inline></Inline>\
               <InlineUnion>2024-01-01</InlineUnion></Ask>";
    assert_eq!(written(&ask), xml);
    let operation = &union_and_list::OPERATIONS[0];
    let json = json!({"Union": "Red", "List": "Mon Tue", "ShortList": "1.0", "Inline": "", "InlineUnion": "2024-01-01"});
    both_ways(operation, &json, xml);
    let spaced = xml.replace("Mon Tue", "\n Mon\t Tue ");
    assert_eq!(read(operation, &spaced), Ok(json));
    let wrong = json!({"Union": "", "List": "Mon", "ShortList": "1 x", "Inline": "", "InlineUnion": ""});
    assert_eq!(not_json(operation, &wrong), "ShortList: \"x\" is not a decimal number (decimal)");
}
