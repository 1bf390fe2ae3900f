//! Rows of answers whose members are not in the contract.
//!
//! The [structure](crate::xml::form) of the answer shows which elements are rows. In a row, elements with members are
//! structures. Values are texts; a member that contains only structures of one name is a list of them, and so is a
//! repeated name.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::operation::OperationInfo;
use crate::xml::Element;

/// Whether the contract declares an answer without members.
pub(super) fn is_open(operation: &OperationInfo) -> bool {
    let [result] = operation.results else { return false };
    result.item.is_empty()
        && !result.repeats
        && crate::dynamic::find_type(result.ty).is_some_and(|ty| ty.open && ty.members.is_empty())
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
    match (is_structure(element), element.is_nil()) {
        (true, _) if is_list(element) => element.elements().map(value).collect(),
        (true, _) => row(element),
        (false, true) => Value::Null,
        (false, false) => json!(element.text()),
    }
}

/// A structure in JSON form.
pub(super) fn row(element: &Element) -> Value {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    element.elements().for_each(|child| *counts.entry(&child.name).or_default() += 1);
    let mut members = Map::new();
    for child in element.elements() {
        let new = value(child);
        let repeats = counts.get(child.name.as_str()).is_some_and(|count| *count > 1);
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

#[cfg(all(test, own_contract))]
mod tests {
    use std::io::Cursor;
    use std::sync::Arc;

    use super::*;
    use crate::batch::pull::{Filter, Source};
    use crate::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};
    use crate::{Client, Credentials};

    #[test]
    fn lists_and_nothing() {
        let row = "<M xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><L><I><a>1</a></I></L><T>x</T><T>y</T>\
                   <N i:nil='true'/></M>";
        let row = Element::from_xml(row).unwrap();
        assert_eq!(super::row(&row).to_string(), r#"{"L":[{"a":"1"}],"T":["x","y"],"N":null}"#);
    }

    #[derive(Debug)]
    struct Held(String);

    impl Transport for Held {
        fn send(&self, _: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
            let body = Box::new(Cursor::new(self.0.clone()));
            Ok(HttpAnswer { status: 200, headers: Vec::new(), body })
        }
    }

    /// The rows that a pull gets, or the error after them, of an answer with this result that lacks its last bytes.
    fn pulled(result: &str, lacking: usize) -> (Vec<String>, Option<String>) {
        let mut text = format!(
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><GetMovementsByQueryResponse \
             xmlns='{}'><GetMovementsByQueryResult>{result}</GetMovementsByQueryResult></GetMovementsByQueryResponse>\
             </s:Body></s:Envelope>",
            crate::api::NAMESPACE
        );
        text.truncate(text.len() - lacking);
        let client = Client::builder("http://localhost/")
            .credentials(Credentials::new("user", "password").goods_owner_code("DEMO"))
            .transport(Arc::new(Held(text)))
            .build()
            .unwrap();
        let source = Source::find("movements").unwrap();
        let mut filter = Filter::new(&source);
        filter.set("MoveTimeFrom", "2026-01-01T00:00:00").unwrap();
        filter.set("MoveTimeTo", "2026-02-01T00:00:00").unwrap();
        let (mut rows, mut error) = (Vec::new(), None);
        for row in crate::batch::pull::rows(&client, &source, filter).unwrap() {
            match row {
                Ok(row) => rows.push(row.json),
                Err(wrong) => error = Some(wrong.to_string()),
            }
        }
        (rows, error)
    }

    const ONE: &str = "<M><Id>1</Id><To><Place>A &amp; B</Place></To></M>";
    const TWO: &str = "<M><Id>2</Id><To/></M>";

    #[test]
    fn rows_side_by_side_or_in_one_list() {
        let (first, second) = (r#"{"Id":"1","To":{"Place":"A & B"}}"#, r#"{"Id":"2","To":""}"#);
        let rows = |result: &str| match pulled(result, 0) {
            (rows, None) => rows,
            (_, Some(error)) => panic!("{error}"),
        };
        assert_eq!(rows(&format!("<Success>true</Success>{ONE}{TWO}")), [first, second]);
        assert_eq!(rows(&format!("<Ms>{ONE}{TWO}</Ms><Message/>")), [first, second]);
        assert_eq!(rows(&format!("<Ms>{ONE}</Ms>")), [first]);
        assert_eq!(rows(ONE), [first]);
        assert_eq!(rows("<Ms/>"), [""; 0]);
        assert_eq!(rows(&format!("<Ms>{}</Ms>", ONE.repeat(3_000))).len(), 3_000);
    }

    #[test]
    fn a_refusal_and_an_answer_that_breaks_off() {
        let errors =
            "<Errors><Error><Message>no such user</Message><ErrorType>X</ErrorType></Error></Errors>";
        let (rows, error) = pulled(&format!("<Success>false</Success>{errors}"), 0);
        assert!(
            rows.is_empty() && error.as_ref().is_some_and(|text| text.contains("no such user")),
            "{error:?}"
        );
        // The last row is cut, so the structure of the whole is unknown.
        let (rows, error) = pulled(&format!("<Ms>{ONE}{TWO}{TWO}</Ms>"), 95);
        assert!(rows.is_empty() && error.is_some(), "{rows:?} {error:?}");
        // The rows are complete, but the end of the answer is missing.
        let (rows, error) = pulled(&format!("<Ms>{ONE}{TWO}{TWO}</Ms>"), 30);
        assert!(rows.len() == 3 && error.is_some(), "{rows:?} {error:?}");
    }
}
