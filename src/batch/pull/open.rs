//! Rows of answers whose members the contract does not know: told by their form.
//!
//! What has members is a structure. The answer's structures are the rows, or, where there is just one and it holds
//! nothing but structures of one name, those. Texts stay texts; a member that holds nothing but structures of one name
//! is a list of them, and so is a name that repeats.

use serde_json::{Map, Value, json};

use crate::operation::OperationInfo;
use crate::xml::Element;

/// Whether the contract says nothing of what the operation answers but that it does.
pub(super) fn is_open(operation: &OperationInfo) -> bool {
    let [result] = operation.results else { return false };
    result.item.is_empty()
        && !result.repeats
        && crate::dynamic::find_type(result.ty).is_some_and(|ty| ty.open && ty.members.is_empty())
}

/// The rows of an answer in JSON form.
pub(super) fn rows(answer: &Value) -> Vec<String> {
    let texts = answer["@any"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let elements: Vec<Element> = texts.filter_map(|text| Element::from_xml(text).ok()).collect();
    let structures: Vec<&Element> = elements.iter().filter(|element| is_structure(element)).collect();
    let rows = match structures.as_slice() {
        [one] if is_list(one) => one.elements().collect(),
        _ => structures,
    };
    rows.into_iter().map(|row| value(row).to_string()).collect()
}

fn is_structure(element: &Element) -> bool {
    element.elements().next().is_some()
}

fn is_list(element: &Element) -> bool {
    let mut items = element.elements();
    let Some(first) = items.next() else { return false };
    is_structure(first) && items.all(|item| item.name == first.name && is_structure(item))
}

fn value(element: &Element) -> Value {
    if is_list(element) {
        return element.elements().map(value).collect();
    }
    if !is_structure(element) {
        return match element.is_nil() {
            true => Value::Null,
            false => json!(element.text()),
        };
    }
    let mut members = Map::new();
    for child in element.elements() {
        let new = value(child);
        let repeats = element.elements().filter(|other| other.name == child.name).count() > 1;
        match members.get_mut(&child.name) {
            Some(Value::Array(values)) if repeats => values.push(new),
            _ if repeats => {
                members.insert(child.name.clone(), json!([new]));
            }
            _ => {
                members.insert(child.name.clone(), new);
            }
        }
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(any: &[&str]) -> Vec<String> {
        rows(&json!({ "@any": any }))
    }

    #[test]
    fn rows_side_by_side_or_in_one_list() {
        let (one, two) = ("<M><Id>1</Id><To><Place>A</Place></To></M>", "<M><Id>2</Id><To/></M>");
        let (first, second) = (r#"{"Id":"1","To":{"Place":"A"}}"#, r#"{"Id":"2","To":""}"#);
        assert_eq!(shown(&["<Success>true</Success>", one, two]), [first, second]);
        assert_eq!(shown(&[&format!("<Ms>{one}{two}</Ms>"), "<Message/>"]), [first, second]);
        assert_eq!(shown(&[&format!("<Ms>{one}</Ms>")]), [first]);
        assert_eq!(shown(&[one]), [first]);
        assert_eq!(shown(&["<Ms/>"]), [""; 0]);
    }

    #[test]
    fn lists_and_nothing() {
        let row = "<M xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><L><I><a>1</a></I></L><T>x</T><T>y</T>\
                   <N i:nil='true'/></M>";
        assert_eq!(shown(&[row]), [r#"{"L":[{"a":"1"}],"T":["x","y"],"N":null}"#]);
    }
}
