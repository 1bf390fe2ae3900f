//! The context of an operation.

use std::cell::RefCell;
use std::ops::Deref;

use chrono::NaiveDateTime;
use rusqlite::{Connection, OptionalExtension as _};

use super::sql_value::stamp;
use crate::sandbox::contract::GoodsOwner;
use crate::sandbox::refused::Refused;

/// A goods owner of the warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GoodsOwnerRow {
    pub id: i32,
    pub code: String,
}

/// The context of one request: a database transaction, the time, and the caller.
pub(crate) struct Desk<'a> {
    db: &'a Connection,
    /// If the payload names the goods owner, an operation uses that one.
    owner: RefCell<Option<GoodsOwnerRow>>,
    pub now: NaiveDateTime,
    pub settings: WarehouseSettings,
}

/// Settings in which warehouses differ by agreement with their goods owners.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WarehouseSettings {
    /// Whether several lines with the same article are added up.
    pub sum_duplicate_lines: bool,
}

impl Deref for Desk<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.db
    }
}

impl<'a> Desk<'a> {
    pub fn new(db: &'a Connection, settings: WarehouseSettings, now: NaiveDateTime) -> Self {
        Desk { db, owner: RefCell::new(None), now, settings }
    }

    /// The time in the database's format.
    pub fn stamp(&self) -> String {
        stamp(self.now)
    }

    /// Who asks.
    pub fn owner(&self) -> Result<GoodsOwnerRow, Refused> {
        self.owner.borrow().clone().ok_or_else(|| Refused::login("Logon failed: no goods owner was given"))
    }

    /// Works for this goods owner from now on.
    pub fn serve(&self, code: Option<&str>, id: Option<i32>) -> Result<GoodsOwnerRow, Refused> {
        let found = match (code, id) {
            (Some(code), id) => self.owner_where("code = ?1 COLLATE NOCASE", code)?.filter(|found| {
                // If both are given, both must match.
                id.is_none_or(|id| id == found.id)
            }),
            (None, Some(id)) => self.owner_where("id = ?1", id)?,
            (None, None) => return Err(Refused::login("Logon failed: no goods owner was given")),
        };
        let Some(owner) = found else {
            let given = code.map(str::to_owned).or(id.map(|id| id.to_string())).unwrap_or_default();
            return Err(Refused::login(format!("Logon failed: the user has no goods owner \"{given}\"")));
        };
        *self.owner.borrow_mut() = Some(owner.clone());
        Ok(owner)
    }

    /// Uses the user's only goods owner for a request that names none.
    pub fn serve_only(&self) -> Result<GoodsOwnerRow, Refused> {
        let sql = "SELECT CASE count(*) WHEN 1 THEN min(code) END FROM goods_owner";
        let only: Option<String> = self.db.query_row(sql, [], |row| row.get(0))?;
        self.serve(only.as_deref(), None)
    }

    /// Refuses a goods owner in the payload that is not the caller's.
    pub fn same_owner(&self, named: Option<&GoodsOwner>) -> Result<(), Refused> {
        let Some(named) = named else { return Ok(()) };
        let owner = self.owner()?;
        let same_code =
            named.goods_owner_code.as_deref().is_none_or(|code| code.eq_ignore_ascii_case(&owner.code));
        // A missing id is 0.
        if same_code && (named.goods_owner_id == owner.id || named.goods_owner_id == 0) {
            return Ok(());
        }
        Err(Refused::rule("The goods owner in the payload is not the one of the login"))
    }

    fn owner_where(
        &self,
        condition: &str,
        value: impl rusqlite::ToSql,
    ) -> Result<Option<GoodsOwnerRow>, Refused> {
        let sql = format!("SELECT id, code FROM goods_owner WHERE {condition}");
        let read = |row: &rusqlite::Row<'_>| Ok(GoodsOwnerRow { id: row.get(0)?, code: row.get(1)? });
        Ok(self.db.query_row(&sql, [value], read).optional()?)
    }
}
