//! `--set Member=value`: sets a member of an operation's input, by its path through the contract.

use ongoing_wms::dynamic::{find_type, payload};
use ongoing_wms::operation::{MemberInfo, OperationInfo};
use ongoing_wms::suggest::did_you_mean;
use serde_json::{Map, Value};

use super::exit::Exit;
use super::failure::Failure;

/// Sets a member of an input in JSON form: `OrderInfo.GoodsOwnerOrderNumber=1001`,
/// `CustomerOrderLines[0].NumberOfItems=2`. Values of a list are separated by commas.
pub fn set(operation: &'static OperationInfo, input: &mut Value, text: &str) -> Result<(), Failure> {
    // The text is not shown: it may be a password that was given in the wrong place.
    let (path, value) = text
        .split_once('=')
        .ok_or_else(|| Failure::new(Exit::Usage, "--set: expected MEMBER=VALUE, found no `=`"))?;
    let usage = |what: String| Failure::new(Exit::Usage, format!("--set {path}: {what}"));
    let is_of_sender =
        |name: &str| operation.members.iter().any(|member| member.sender && member.name == name);
    let mut members: Vec<&MemberInfo> = match payload(operation) {
        Some(ty) => ty.members.iter().collect(),
        None => operation.own_members().collect(),
    };
    let mut at = input;
    let steps: Vec<&str> = path.trim().split('.').collect();
    for (depth, step) in steps.iter().enumerate() {
        let (name, index) =
            index(step).ok_or_else(|| usage(format!("`{step}` is not a member or MEMBER[0]")))?;
        let member = *members.iter().find(|member| member.name == name).ok_or_else(|| {
            if depth == 0 && is_of_sender(name) {
                return usage(format!("`{name}` comes from the settings"))
                    .hint("`ongoing config show` shows them; other users of this machine can see a password in arguments");
            }
            usage(format!("unknown member `{name}`"))
                .maybe_hint(did_you_mean(name, members.iter().map(|member| member.name)))
                .hint(format!("`ongoing describe {}` shows the members", operation.name))
        })?;
        let inner = find_type(member.ty).map(|ty| ty.members).unwrap_or_default();
        let slot = entry(at, name)
            .ok_or_else(|| usage(format!("the input has a value where `{name}` has members")))?;
        if depth + 1 == steps.len() {
            if !inner.is_empty() {
                let names: Vec<&str> = inner.iter().map(|member| member.name).take(8).collect();
                return Err(usage(format!("`{name}` has members of its own"))
                    .hint(format!("name one of them: {}, ..", names.join(", "))));
            }
            let is_one = !member.is_list() || index.is_some();
            let value = match is_one {
                true => scalar(member, value),
                false => value.split(',').map(|item| scalar(member, item.trim())).collect(),
            };
            *(match index {
                Some(index) => item(slot, index)
                    .ok_or_else(|| usage("set the items in order, starting with [0]".to_owned()))?,
                None => slot,
            }) = value;
            return Ok(());
        }
        at = match member.is_list() {
            true => item(slot, index.unwrap_or(0))
                .ok_or_else(|| usage("set the items in order, starting with [0]".to_owned()))?,
            false => slot,
        };
        members = inner.iter().collect();
    }
    Err(usage("expected MEMBER=VALUE".to_owned()))
}

/// `Lines[2]` is `Lines` and 2.
fn index(step: &str) -> Option<(&str, Option<usize>)> {
    match step.split_once('[') {
        None => (!step.is_empty()).then_some((step, None)),
        Some((name, rest)) => Some((name, Some(rest.strip_suffix(']')?.parse().ok()?))),
    }
}

/// The member of an object, which is created if it is missing.
fn entry<'v>(value: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    Some(value.as_object_mut()?.entry(name).or_insert(Value::Null))
}

/// The item of a list, which can grow by one.
fn item(value: &mut Value, index: usize) -> Option<&mut Value> {
    if value.is_null() {
        *value = Value::Array(Vec::new());
    }
    let items = value.as_array_mut()?;
    if index == items.len() {
        items.push(Value::Null);
    }
    items.get_mut(index)
}

/// The JSON form of a value; its type is checked with the whole request.
fn scalar(member: &MemberInfo, text: &str) -> Value {
    match (member.ty, text) {
        ("int" | "long", text) => text.parse::<i64>().map(Value::from).unwrap_or_else(|_| text.into()),
        ("boolean", "true" | "1") => true.into(),
        ("boolean", "false" | "0") => false.into(),
        _ => text.into(),
    }
}

#[cfg(all(test, own_contract))]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(operation: &str, given: Value, texts: &[&str]) -> Result<Value, String> {
        let operation = ongoing_wms::dynamic::find(operation).unwrap();
        let mut value = given;
        for text in texts {
            set(operation, &mut value, text).map_err(|failure| failure.to_string())?;
        }
        Ok(value)
    }

    #[test]
    fn members_are_set_by_path_and_type() {
        let made_value = made(
            "ProcessOrder",
            json!({ "OrderInfo": { "OrderRemark": "kept" } }),
            &[
                "OrderInfo.GoodsOwnerOrderNumber=1001",
                "CustomerOrderLines[0].ArticleNumber=A=1",
                "CustomerOrderLines[0].NumberOfItems=2.5",
                "CustomerOrderLines[1].ArticleNumber=B",
            ],
        );
        let expected = json!({
            "OrderInfo": { "OrderRemark": "kept", "GoodsOwnerOrderNumber": "1001" },
            "CustomerOrderLines": [{ "ArticleNumber": "A=1", "NumberOfItems": "2.5" }, { "ArticleNumber": "B" }],
        });
        assert_eq!(made_value, Ok(expected));
        let query = made("GetOrdersByQuery", json!({}), &["OrderStatusFrom=450", "OrderNumbersToGet=1, 2"]);
        assert_eq!(query, Ok(json!({ "OrderStatusFrom": 450, "OrderNumbersToGet": ["1", "2"] })));
    }

    #[test]
    fn what_cannot_be_set_is_named() {
        for (text, expected) in [
            ("OrderInfo", "expected MEMBER=VALUE"),
            ("Password=c4nary", "`Password` comes from the settings"),
            ("OrderInf.OrderId=1", "unknown member `OrderInf`"),
            ("OrderInfo=1", "has members of its own"),
            ("CustomerOrderLines[1].ArticleNumber=A", "set the items in order, starting with [0]"),
            ("CustomerOrderLines[x].ArticleNumber=A", "is not a member or MEMBER[0]"),
            ("=1", "is not a member"),
        ] {
            let error = made("ProcessOrder", json!({}), &[text]).unwrap_err();
            assert!(error.contains(expected) && !error.contains("c4nary"), "{text}: {error}");
        }
        let error = made("ProcessOrder", json!({ "OrderInfo": "x" }), &["OrderInfo.OrderId=1"]).unwrap_err();
        assert!(error.contains("has a value where"), "{error}");
    }
}
