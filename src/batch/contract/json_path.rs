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
