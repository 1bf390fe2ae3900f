//! Rows of a query as types of the contract.

use rusqlite::Params;

use super::open_rows;
use crate::sandbox::contract::OPERATIONS;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::refused::Refused;
use crate::xml::{Element, NoticeKind, Reader, Xml};

/// One value per row, with the row's key. A column's name is the path of a member, `Article.ArticleNumber`; the first
/// column is the key.
pub(crate) fn keyed<T: Xml>(
    desk: &Desk<'_>,
    sql: &str,
    values: impl Params,
) -> Result<Vec<(i32, T)>, Refused> {
    let rows = open_rows::rows(desk, "Row", sql, values)?;
    rows.into_iter().map(|(key, element)| Ok((key, read(&element)?))).collect()
}

/// One value per row, without the key.
pub(crate) fn all<T: Xml>(desk: &Desk<'_>, sql: &str, values: impl Params) -> Result<Vec<T>, Refused> {
    Ok(keyed(desk, sql, values)?.into_iter().map(|(_, value)| value).collect())
}

fn read<T: Xml>(element: &Element) -> Result<T, Refused> {
    let broken = |error: Box<crate::xml::ReadError>| Refused::broken(error.to_string());
    // All operations are in one namespace.
    let namespace = OPERATIONS.first().map(|operation| operation.namespace).unwrap_or_default();
    let text = element.to_xml();
    let mut p = Reader::new(&text, namespace);
    let mut value = T::blank();
    p.root().and_then(|_| value.read(&mut p)).map_err(broken)?;
    // A column without a member would be lost silently.
    match p.notices().iter().find(|notice| notice.kind == NoticeKind::UnknownMember) {
        Some(notice) => Err(Refused::broken(format!("the answer has no member for a column: {notice}"))),
        None => Ok(value),
    }
}
