//! Limits on the length of texts.
//!
//! The maximum lengths are known from the service's documentation, but not how it refuses longer texts. Here the whole
//! request is refused, in the answer if it has a member for errors. Characters are counted as in .NET: one beyond the
//! Basic Multilingual Plane counts twice.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::contract::TYPES;
use super::refused::Refused;
use crate::operation::{Effect, MemberInfo, Operation, TypeInfo};
use crate::sandbox::db::sql_value::to_json;
use crate::text;

/// Refuses a request with a text that is too long, and names the member.
pub(crate) fn check<O: Operation>(request: &O) -> Result<(), Refused> {
    match O::INFO.effect {
        Effect::Write => members(O::INFO.members, &to_json(request), ""),
        // A text to search for has no maximum length.
        Effect::Read => Ok(()),
    }
}

fn members(known: &[MemberInfo], object: &Value, path: &str) -> Result<(), Refused> {
    for member in known {
        let Some(value) = object.get(member.name) else { continue };
        let path = if path.is_empty() { member.name.to_owned() } else { format!("{path}.{}", member.name) };
        match value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(index, item)| single(member, item, &format!("{path}[{}]", index + 1)))?,
            value => single(member, value, &path)?,
        }
    }
    Ok(())
}

fn single(member: &MemberInfo, value: &Value, path: &str) -> Result<(), Refused> {
    static BY_NAME: LazyLock<HashMap<&str, &TypeInfo>> =
        LazyLock::new(|| TYPES.iter().map(|info| (info.name, info)).collect());
    match value {
        Value::String(text) if member.length > 0 => {
            let (found, most) = (text::length(text), member.length);
            if u32::try_from(found).is_ok_and(|found| found <= most) {
                return Ok(());
            }
            Err(Refused::rule(format!("{path} has {found} characters; the maximum is {most}")))
        }
        Value::Object(_) => {
            let ty = value.get("@type").and_then(Value::as_str).unwrap_or(member.ty);
            BY_NAME.get(ty).map_or(Ok(()), |info| members(info.members, value, path))
        }
        _ => Ok(()),
    }
}
