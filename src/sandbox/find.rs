//! Finds things by their number or, if no number matches, by their id.

use rusqlite::Row;
use serde_json::{Value, json};

use crate::sandbox::db::desk::Desk;
use crate::sandbox::work_error::WorkError;
use crate::status_number::{in_order, order};

/// Things that have numbers: orders, articles and so on.
pub(crate) struct Numbered {
    /// Its name for people.
    what: &'static str,
    table: &'static str,
    /// The SQL expression of its status, if it has one.
    status: Option<&'static str>,
    /// The status of those that are found only if there is no other match.
    cancelled: Option<i32>,
}

pub(crate) const IN_ORDER: Numbered = Numbered {
    what: "in-order",
    table: "in_order",
    status: Some("status"),
    cancelled: Some(in_order::CANCELLED),
};
pub(crate) const ORDER: Numbered = Numbered {
    what: "order",
    table: "customer_order",
    status: Some("status"),
    cancelled: Some(order::CANCELLED),
};
pub(crate) const PRODUCTION_ORDER: Numbered =
    Numbered { what: "production order", table: "production_order", status: Some("status"), cancelled: None };
pub(crate) const TRANSFER: Numbered =
    Numbered { what: "transfer", table: "transfer", status: Some("status"), cancelled: None };
pub(crate) const RETURN_ORDER: Numbered =
    Numbered { what: "return", table: "return_order", status: None, cancelled: None };
pub(crate) const GOODS_OPERATION: Numbered =
    Numbered { what: "goods operation order", table: "goods_operation", status: None, cancelled: None };
const ARTICLE: Numbered = Numbered { what: "article", table: "article", status: None, cancelled: None };

/// The thing that was found.
pub(crate) struct FoundThing {
    pub id: i32,
    pub owner: i32,
    /// 0 if such things have none.
    pub status: i32,
    /// Its name for people.
    pub number: String,
}

impl FoundThing {
    /// The error if the status does not allow the work.
    pub fn stands_against(&self, work: &'static str) -> WorkError {
        WorkError::Status { order: self.number.clone(), status: self.status, work }
    }
}

impl Numbered {
    /// The thing with this number or, if no number matches, this id; the newest of several. Searches the desk's goods
    /// owner, or all goods owners, of which only one may have a match.
    pub fn find(&self, desk: &Desk<'_>, number: &str) -> Result<FoundThing, WorkError> {
        let found = match self.select(desk, "number", &number)? {
            Some(found) => Some(found),
            None => match number.parse::<i32>() {
                Ok(id) => self.select(desk, "id", &id)?,
                Err(_) => None,
            },
        };
        found.ok_or_else(|| self.none(number))
    }

    /// The thing with this id.
    pub fn by_id(&self, desk: &Desk<'_>, id: i32) -> Result<FoundThing, WorkError> {
        self.select(desk, "id", &id)?.ok_or_else(|| self.none(&id.to_string()))
    }

    fn none(&self, number: &str) -> WorkError {
        WorkError::NotFound { what: self.what, number: number.to_owned() }
    }

    fn select(
        &self,
        desk: &Desk<'_>,
        column: &str,
        value: &dyn rusqlite::ToSql,
    ) -> Result<Option<FoundThing>, WorkError> {
        let status = self.status.unwrap_or("0");
        let last = self.cancelled.map_or(String::new(), |cancelled| format!("{status} = {cancelled}, "));
        let sql = format!(
            "SELECT id, owner, {status}, coalesce(number, CAST(id AS TEXT)) FROM {} WHERE {column} = ?1
             AND owner IN (SELECT id FROM goods_owner WHERE ?2 IS NULL OR id = ?2) ORDER BY {last}id DESC",
            self.table
        );
        let read = |row: &Row<'_>| {
            Ok(FoundThing { id: row.get(0)?, owner: row.get(1)?, status: row.get(2)?, number: row.get(3)? })
        };
        let owner = desk.owner().ok().map(|owner| owner.id);
        let mut statement = desk.prepare_cached(&sql)?;
        let mut all = statement.query_map((value, owner), read)?;
        let Some(newest) = all.next().transpose()? else { return Ok(None) };
        for other in all {
            if other?.owner != newest.owner {
                return Err(WorkError::Ambiguous(newest.number));
            }
        }
        Ok(Some(newest))
    }

    /// The result of work on a thing.
    pub fn shown(&self, desk: &Desk<'_>, id: i32) -> Result<Value, WorkError> {
        let sql = format!(
            "SELECT thing.id, number, code, {} FROM {} AS thing JOIN goods_owner ON goods_owner.id = owner
             WHERE thing.id = ?1",
            self.status.unwrap_or("NULL"),
            self.table
        );
        let shown = desk.prepare_cached(&sql)?.query_row([id], |row| {
            let (id, number): (i32, Option<String>) = (row.get(0)?, row.get(1)?);
            let (owner, status): (String, Option<i32>) = (row.get(2)?, row.get(3)?);
            let mut shown = json!({ "id": id, "number": number, "goodsOwner": owner });
            if let Some(status) = status {
                shown["status"] = json!(status);
            }
            Ok(shown)
        })?;
        Ok(shown)
    }
}

/// Works for the goods owner with this code from now on.
pub(crate) fn serve(desk: &Desk<'_>, code: &str) -> Result<(), WorkError> {
    match desk.serve(Some(code), None) {
        Ok(_) => Ok(()),
        Err(_) => Err(WorkError::NotFound { what: "goods owner", number: code.to_owned() }),
    }
}

/// The article with this number. Ids are ignored: many articles have numbers that look like ids.
pub(crate) fn article(desk: &Desk<'_>, number: &str) -> Result<FoundThing, WorkError> {
    ARTICLE.select(desk, "number", &number)?.ok_or_else(|| WorkError::NoArticle(number.to_owned()))
}
