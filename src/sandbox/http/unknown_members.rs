//! Members of requests that are not in the contract. Like the service, the sandbox ignores them, but reports them to
//! testers.

use crate::operation::{Operation, OperationInfo};
use crate::sandbox::db::sql_value::to_json;
use crate::sandbox::refused::Refused;
use crate::xml::read::Received;

/// Members that are not in the contract but that the sandbox understands, by operation and path.
const UNDERSTOOD: [(&str, &str); 4] = [
    ("UpdateProductionOrder", "UpdateProductionOrder.UpdateProductionOrderFreeBoolean1"),
    ("UpdateProductionOrder", "UpdateProductionOrder.UpdateProductionOrderFreeBoolean2"),
    ("GetArticleMaterials", "Query.Paging.MaxArticlesToGet"),
    ("GetArticleMaterials", "Query.Paging.ArticleDefIdFrom"),
];

/// The ignored members among those that the reader did not know.
pub(crate) fn of(info: &OperationInfo, unknown: &[String]) -> Vec<String> {
    let is_understood = |path: &String| UNDERSTOOD.contains(&(info.name, path.as_str()));
    unknown.iter().filter(|path| !is_understood(path)).cloned().collect()
}

/// Refuses a request with members that would be ignored.
pub(crate) fn refuse(passed_over: &[String]) -> Result<(), Refused> {
    match passed_over {
        [] => Ok(()),
        _ => Err(Refused::rule("The request has unknown members")),
    }
}

/// The text of a refusal about unknown members, with the missing members that may be meant.
pub(crate) fn hint<O: Operation>(operation: &O, sender: &Received, passed_over: &[String]) -> String {
    if passed_over.is_empty() {
        return String::new();
    }
    let mut hint = format!(". Unknown in {}: {}", O::INFO.name, passed_over.join(", "));
    // An unknown member of the request itself replaces another one.
    if passed_over.iter().any(|path| !path.contains('.')) {
        let missing = missing(operation, sender);
        if !missing.is_empty() {
            hint.push_str(&format!("; missing: {}", missing.join(", ")));
        }
    }
    hint
}

/// The missing members of the request itself.
fn missing<O: Operation>(operation: &O, sender: &Received) -> Vec<&'static str> {
    let given = to_json(operation);
    let is_given = |name: &str| match name {
        "UserName" => sender.user_name.is_some(),
        "Password" => sender.password.is_some(),
        "GoodsOwnerCode" => sender.goods_owner_code.is_some(),
        "GoodsOwnerId" => sender.goods_owner_id.is_some(),
        _ => given.get(name).is_some(),
    };
    O::INFO.members.iter().map(|member| member.name).filter(|name| !is_given(name)).collect()
}
