//! One action on several things: each on its own, so that a refusal does not stop the others.

use rusqlite::params_from_iter;
use serde_json::{Value, json};

use crate::sandbox::argument::{Argument, Arguments};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::find;
use crate::sandbox::shared::Shared;
use crate::sandbox::work_error::WorkError;

/// The things on which an action is possible now, by their ids: the action, and the query.
const WAITING: [(&str, &str); 7] = [
    ("receive", "SELECT id, owner FROM in_order WHERE status < 500"),
    ("allocate", "SELECT id, owner FROM customer_order WHERE status BETWEEN 300 AND 319"),
    ("pick", "SELECT id, owner FROM customer_order WHERE status BETWEEN 300 AND 399"),
    ("ship", "SELECT id, owner FROM customer_order WHERE status = 400"),
    ("collect", "SELECT id, owner FROM customer_order WHERE status BETWEEN 400 AND 499"),
    (
        "return",
        "SELECT id, owner FROM return_order WHERE EXISTS (SELECT 1 FROM return_order_line
         WHERE return_order = return_order.id AND CAST(returned AS REAL) < CAST(wanted AS REAL))",
    ),
    ("produce", "SELECT id, owner FROM production_order WHERE status < 500"),
];

/// The requested things, by number or id and the goods owner's code; `None` if it is only one.
type Keys = Vec<(String, Option<String>)>;

/// The things to act on, if not just one.
pub(crate) fn asked(
    action: &str,
    arguments: &[Argument],
    given: &Arguments,
    shared: &Shared,
) -> Result<Option<Keys>, WorkError> {
    let Some(one) = arguments.iter().find(|argument| argument.several.is_some()) else {
        return Ok(None);
    };
    let list = given.texts(one.several.unwrap_or_default());
    let ways = [given.text(one.name).is_some(), !list.is_empty(), given.flag("all")];
    if ways.iter().filter(|way| **way).count() > 1 {
        let text = format!("use one of {}, {} and all", one.name, one.several.unwrap_or_default());
        return Err(WorkError::Argument(text));
    }
    if given.flag("all") {
        let owner = given.text("goodsOwner");
        return shared.warehouse.store.read(|desk| waiting(action, desk, owner)).map(Some);
    }
    let keys = list.iter().map(|key| ((*key).to_owned(), None));
    Ok((!list.is_empty()).then(|| keys.collect()))
}

fn waiting(action: &str, desk: &Desk<'_>, owner: Option<&str>) -> Result<Keys, WorkError> {
    if let Some(owner) = owner {
        find::serve(desk, owner)?;
    }
    let sql = match WAITING.iter().find(|(name, _)| *name == action) {
        Some((_, sql)) => *sql,
        None => "SELECT id, owner FROM goods_operation WHERE done IS NULL",
    };
    let sql = format!(
        "SELECT waiting.id, code FROM ({sql}) AS waiting JOIN goods_owner ON goods_owner.id = owner
         WHERE ?1 IS NULL OR owner = ?1 ORDER BY waiting.id"
    );
    let owner = desk.owner().ok().map(|owner| owner.id);
    let mut statement = desk.prepare_cached(&sql)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.to_string(), Some(row.get(1)?)));
    Ok(statement.query_map(params_from_iter([owner]), read)?.collect::<Result<_, rusqlite::Error>>()?)
}

/// The result of the action for one of several things: its number or id, and the result.
pub(crate) type ItemResult = (String, Result<Value, WorkError>);

/// Does the action with each.
pub(crate) fn each(
    arguments: &[Argument],
    keys: Keys,
    body: &Value,
    run: impl Fn(&Value) -> Result<Value, WorkError>,
) -> Vec<ItemResult> {
    let one = arguments.iter().find(|argument| argument.several.is_some());
    let (one, list) = one.map_or(("", ""), |one| (one.name, one.several.unwrap_or_default()));
    let attempt = |(key, owner): (String, Option<String>)| {
        let mut members = body.as_object().cloned().unwrap_or_default();
        members.remove(list);
        members.remove("all");
        members.insert(one.to_owned(), key.clone().into());
        if let Some(owner) = owner {
            members.insert("goodsOwner".to_owned(), owner.into());
        }
        (key, run(&Value::Object(members)))
    };
    keys.into_iter().map(attempt).collect()
}

/// Returns for which it was done, and for which not, with the reason.
pub(crate) fn shown(attempts: Vec<ItemResult>) -> Value {
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for (key, result) in attempts {
        match result {
            Ok(shown) => done.push(shown),
            Err(error) => failed.push(json!({ "key": key, "error": error.to_string() })),
        }
    }
    json!({ "done": done, "failed": failed })
}
