//! Code tables: article groups, order types and the like, which requests find or create by code or name.

use rusqlite::OptionalExtension as _;

use super::sql_value::given;
use crate::sandbox::contract::{
    WayOfDeliveryType, WayOfDeliveryTypeIdentification, WayOfDeliveryTypeOperation,
};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::refused::Refused;

/// An entry of a code table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Code {
    pub id: i32,
    pub code: Option<String>,
    pub name: Option<String>,
}

/// An entry as a request names it.
pub(crate) struct RequestedCode<'a> {
    /// The table: `article group`, `order type`.
    pub kind: &'a str,
    /// The operation's name in the contract.
    pub operation: &'a str,
    /// Whether the entry is found by name, not by code.
    pub by_name: bool,
    pub code: Option<&'a str>,
    pub name: Option<&'a str>,
}

/// Finds or creates the entry; `None` if the request removes the reference.
pub(crate) fn resolve(desk: &Desk<'_>, wanted: &RequestedCode<'_>) -> Result<Option<Code>, Refused> {
    if matches!(wanted.operation, "Clear" | "SetUnknown") {
        return Ok(None);
    }
    let owner = desk.owner()?.id;
    let (column, key) = if wanted.by_name { ("name", wanted.name) } else { ("code", wanted.code) };
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return Err(Refused::rule(format!("The {column} of the {} is missing", wanted.kind)));
    };
    let sql = format!("SELECT rowid, code, name FROM code WHERE owner = ?1 AND kind = ?2 AND {column} = ?3");
    let found = desk
        .query_row(&sql, (owner, wanted.kind, key), |row| {
            Ok(Code { id: row.get(0)?, code: row.get(1)?, name: row.get(2)? })
        })
        .optional()?;
    let given = (wanted.code.map(str::to_owned), wanted.name.map(str::to_owned));
    match (found, wanted.operation) {
        (Some(found), "CreateOrUpdate") => {
            let (code, name) = given;
            let new = Code { id: found.id, code: code.or(found.code), name: name.or(found.name) };
            desk.execute(
                "UPDATE code SET code = ?2, name = ?3 WHERE rowid = ?1",
                (new.id, &new.code, &new.name),
            )?;
            Ok(Some(new))
        }
        (Some(found), _) => Ok(Some(found)),
        (None, "Find") => {
            Err(Refused::rule(format!("The {} with the {column} \"{key}\" was not found", wanted.kind)))
        }
        (None, _) => {
            let (code, name) = given;
            let id = desk.query_row(
                "INSERT INTO code (owner, kind, code, name) VALUES (?1, ?2, ?3, ?4) RETURNING rowid",
                (owner, wanted.kind, &code, &name),
                |row| row.get(0),
            )?;
            Ok(Some(Code { id, code, name }))
        }
    }
}

/// All entries of a table, in order of creation.
pub(crate) fn all(desk: &Desk<'_>, kind: &str) -> Result<Vec<Code>, Refused> {
    let owner = desk.owner()?.id;
    let mut statement = desk
        .prepare_cached("SELECT rowid, code, name FROM code WHERE owner = ?1 AND kind = ?2 ORDER BY rowid")?;
    let read = |row: &rusqlite::Row<'_>| Ok(Code { id: row.get(0)?, code: row.get(1)?, name: row.get(2)? });
    Ok(statement.query_map((owner, kind), read)?.collect::<Result<_, _>>()?)
}

/// The way of delivery that an order or an in-order names.
pub(crate) fn way_of_delivery(desk: &Desk<'_>, wanted: &WayOfDeliveryType) -> Result<Code, Refused> {
    let by = given!(wanted.way_of_delivery_type_identification, WayOfDeliveryTypeIdentification);
    let found = resolve(
        desk,
        &RequestedCode {
            kind: "way of delivery",
            operation: given!(wanted.way_of_delivery_type_operation, WayOfDeliveryTypeOperation).as_str(),
            by_name: by == WayOfDeliveryTypeIdentification::Name,
            code: wanted.code.as_deref(),
            name: wanted.name.as_deref(),
        },
    )?;
    Ok(found.unwrap_or_default())
}
