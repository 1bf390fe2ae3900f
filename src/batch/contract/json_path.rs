//! Values of a payload or a row by their paths: `OrderInfo.GoodsOwnerOrderNumber`.

use serde_json::{Map, Value};

/// The value at a path through objects.
pub(in crate::batch) fn at<'v>(object: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    let mut steps = path.split('.');
    let mut value = object.get(steps.next()?)?;
    for step in steps {
        value = value.as_object()?.get(step)?;
    }
    Some(value)
}

pub(in crate::batch) fn at_mut<'v>(object: &'v mut Map<String, Value>, path: &str) -> Option<&'v mut Value> {
    let mut steps = path.split('.');
    let mut value = object.get_mut(steps.next()?)?;
    for step in steps {
        value = value.as_object_mut()?.get_mut(step)?;
    }
    Some(value)
}

/// A text or a number at a path, as text.
pub(in crate::batch) fn text_at(object: &Map<String, Value>, path: &str) -> Option<String> {
    match at(object, path)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Sets the value at the end of a path; creates missing objects on the way.
pub(in crate::batch) fn put<'s>(
    object: &mut Map<String, Value>,
    steps: impl IntoIterator<Item = &'s str>,
    value: Value,
) {
    let mut object = object;
    let mut steps = steps.into_iter().peekable();
    while let Some(step) = steps.next() {
        if steps.peek().is_none() {
            object.insert(step.to_owned(), value);
            return;
        }
        let below = object.entry(step).or_insert_with(|| Value::Object(Map::new()));
        if !below.is_object() {
            *below = Value::Object(Map::new());
        }
        let Value::Object(inner) = below else { return };
        object = inner;
    }
}
