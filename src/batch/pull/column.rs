//! Columns of a table: paths through a row.

use std::error::Error as StdError;
use std::fmt;

use serde_json::Value;

use super::Source;
use crate::batch::contract::path::{Path, Through, members_of};
use crate::dynamic::find_type;
use crate::operation::{Builtin, MemberInfo, TypeInfo};
use crate::xml::Element;
use crate::xml::write::cells::{CellTexts, text_below};

/// The step before members that are not in the contract: `OrderInfo.@any.NewMember`.
pub(super) const ANY: &str = "@any";

/// The columns of a table, and the list whose items are the records.
#[derive(Debug, Clone)]
pub struct Columns {
    pub(super) each: Vec<String>,
    pub(super) columns: Vec<Column>,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub header: String,
    pub kind: CellKind,
    /// Steps from the row, or from the item if `each` is set.
    pub steps: Vec<String>,
    pub of_item: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellKind {
    Text,
    Number,
    Time,
    Other,
}

/// A column that the rows do not have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnError {
    /// The contract has no such member.
    Unknown {
        /// The whole path.
        path: String,
        /// The step that is not known.
        name: String,
        /// The members that exist instead.
        known: Vec<&'static str>,
        /// Whether the service may send members there that are not in the contract.
        open: bool,
    },
    /// The member is a structure.
    Structure(String),
    /// The path goes through a list, of which a record can have only one item.
    List(String),
    /// The member chosen with `each` is not a list.
    NoList(String),
    /// The contract does not know the type of a row.
    NoRow,
    /// The contract does not know any member of a row that could be a column.
    NoMember,
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ColumnError::Unknown { path, name, open, .. } => {
                match path == name {
                    true => write!(f, "the rows have no member `{name}`")?,
                    false => write!(f, "the rows have no member `{path}`: `{name}` is not known there")?,
                }
                match open {
                    true => write!(
                        f,
                        "; a member that the contract does not have is named `{}`",
                        path.replacen(name.as_str(), &format!("{ANY}.{name}"), 1)
                    ),
                    false => Ok(()),
                }
            }
            ColumnError::Structure(path) => {
                write!(f, "`{path}` has members of its own; name one of them: `{path}.NAME`")
            }
            ColumnError::List(path) => {
                write!(f, "`{path}` is a list; choose it to get a record for each of its items")
            }
            ColumnError::NoList(path) => write!(f, "`{path}` is not a list of the rows"),
            ColumnError::NoRow => {
                f.write_str("these rows are not in the contract, so they cannot be written as a table")
            }
            ColumnError::NoMember => {
                write!(f, "the members of these rows are not in the contract; columns are named `{ANY}.NAME`")
            }
        }
    }
}

impl StdError for ColumnError {}

impl Columns {
    /// All single values of a row and, if a list is chosen, of its items, in the contract's order. Passwords are left
    /// out.
    ///
    /// # Errors
    /// [`ColumnError::NoList`]; [`ColumnError::NoRow`] or [`ColumnError::NoMember`] if there are none.
    pub fn all(source: &Source, each: Option<&str>) -> Result<Columns, ColumnError> {
        let row = source.row().ok_or(ColumnError::NoRow)?;
        let each = chosen(row, each)?;
        let mut paths = Vec::new();
        flatten(row, &mut Vec::new(), &each, &mut vec![row.name], &mut paths);
        if paths.is_empty() {
            return Err(ColumnError::NoMember);
        }
        let columns = paths.iter().map(|path| column(row, &each, path, path)).collect::<Result<_, _>>()?;
        Ok(Columns { each, columns })
    }

    /// The chosen columns, each a path through the row such as `OrderInfo.OrderId`, or with another header
    /// `Number=OrderInfo.OrderId`. Paths through the chosen list refer to its current item.
    ///
    /// # Errors
    /// A path is not in the contract, or does not lead to a single value.
    pub fn choose<'a>(
        source: &Source,
        each: Option<&str>,
        columns: impl IntoIterator<Item = &'a str>,
    ) -> Result<Columns, ColumnError> {
        let row = source.row().ok_or(ColumnError::NoRow)?;
        let each = chosen(row, each)?;
        let made = columns.into_iter().map(|text| {
            let (header, path) = text.split_once('=').unwrap_or((text, text));
            column(row, &each, header.trim(), path.trim())
        });
        let columns = made.collect::<Result<_, _>>()?;
        Ok(Columns { each, columns })
    }

    /// The text of a column for a record, which is an item of the chosen list or the row alone.
    pub(super) fn text<'c>(&self, cells: &'c CellTexts, item: Option<usize>, column: usize) -> &'c str {
        match (self.columns[column].of_item, item) {
            (true, None) => "",
            (true, item) => cells.get(item, column),
            (false, _) => cells.get(None, column),
        }
    }

    /// The headers.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.header.as_str())
    }
}

/// The text of a member that the contract does not know.
pub(in crate::batch) fn in_open_content(value: &Value, steps: &[String]) -> Option<String> {
    let texts = value.get(ANY)?.as_array()?.iter().filter_map(Value::as_str);
    let elements: Vec<Element> = texts.filter_map(|text| Element::from_xml(text).ok()).collect();
    text_below(&elements, steps)
}

fn chosen(row: &'static TypeInfo, each: Option<&str>) -> Result<Vec<String>, ColumnError> {
    let Some(path) = each else { return Ok(Vec::new()) };
    let steps: Vec<&str> = path.split('.').collect();
    let way = way(row, path, &steps)?;
    match way.split_last() {
        Some((last, before)) if last.is_list() && way.len() == steps.len() => {
            match before.iter().find(|member| member.is_list()) {
                None => Ok(steps.into_iter().map(str::to_owned).collect()),
                Some(list) => Err(ColumnError::List(list.name.to_owned())),
            }
        }
        _ => Err(ColumnError::NoList(path.to_owned())),
    }
}

/// The members along a path; members after `@any` are not known.
fn way(row: &'static TypeInfo, path: &str, steps: &[&str]) -> Result<Vec<&'static MemberInfo>, ColumnError> {
    let start: Vec<&'static MemberInfo> = members_of(row, Through::Derived).collect();
    let resolve = |steps: &[&str]| match steps {
        [] => Ok(Vec::new()),
        steps => Path::resolve(&start, steps, Through::Derived)
            .map(|path| path.members().collect())
            .map_err(|stray| (stray.index, stray.ty)),
    };
    let is_open = |above: &[&str]| {
        let ty = match resolve(above) {
            Ok(members) => members.last().map_or(Some(row), |last: &&MemberInfo| find_type(last.ty)),
            Err(_) => None,
        };
        ty.is_some_and(|ty| ty.open)
    };
    let behind = steps.iter().position(|step| *step == ANY);
    let known = match behind.filter(|at| at + 1 < steps.len() && is_open(&steps[..*at])) {
        Some(at) => &steps[..at],
        None => steps,
    };
    resolve(known).map_err(|(index, ty)| {
        let ty = if index == 0 { Some(row) } else { ty };
        ColumnError::Unknown {
            path: path.to_owned(),
            name: steps[index].to_owned(),
            known: ty.map(|ty| ty.members.iter().map(|member| member.name).collect()).unwrap_or_default(),
            open: ty.is_some_and(|ty| ty.open),
        }
    })
}

fn column(row: &'static TypeInfo, each: &[String], header: &str, path: &str) -> Result<Column, ColumnError> {
    let steps: Vec<&str> = path.split('.').collect();
    let way = way(row, path, &steps)?;
    let of_item =
        !each.is_empty() && steps.len() >= each.len() && steps.iter().zip(each).all(|(a, b)| a == b);
    let own = if of_item { each.len() } else { 0 };
    for (at, member) in way.iter().enumerate() {
        let is_chosen = of_item && at + 1 == own;
        if member.is_list() && !is_chosen {
            return Err(ColumnError::List(steps[..=at].join(".")));
        }
    }
    let last = way.last().filter(|_| way.len() == steps.len());
    let kind = match last {
        None => CellKind::Text,
        Some(member) => kind(member).ok_or_else(|| ColumnError::Structure(path.to_owned()))?,
    };
    let steps = steps[own..].iter().map(|step| (*step).to_owned()).collect();
    Ok(Column { header: header.to_owned(), kind, steps, of_item })
}

/// The type of value in the cell; `None` for a structure.
fn kind(member: &MemberInfo) -> Option<CellKind> {
    match member.builtin() {
        Some(Builtin::Decimal | Builtin::Double | Builtin::Float) => Some(CellKind::Number),
        Some(Builtin::String) => Some(CellKind::Text),
        Some(Builtin::DateTime) => Some(CellKind::Time),
        Some(_) => Some(CellKind::Other),
        None => find_type(member.ty).is_none_or(TypeInfo::is_enumeration).then_some(CellKind::Other),
    }
}

/// The paths of all single values below a type; recursive types are not followed.
fn flatten(
    ty: &'static TypeInfo,
    prefix: &mut Vec<&'static str>,
    each: &[String],
    above: &mut Vec<&'static str>,
    paths: &mut Vec<String>,
) {
    for member in ty.members {
        prefix.push(member.name);
        let is_chosen = prefix.len() == each.len() && prefix.iter().zip(each).all(|(a, b)| a == b);
        let is_secret = member.name.to_ascii_lowercase().contains("password");
        if (!member.is_list() || is_chosen) && !is_secret {
            match kind(member) {
                Some(_) => paths.push(prefix.join(".")),
                None => {
                    if let Some(inner) = find_type(member.ty).filter(|inner| !above.contains(&inner.name)) {
                        above.push(inner.name);
                        flatten(inner, prefix, each, above, paths);
                        above.pop();
                    }
                }
            }
        }
        prefix.pop();
    }
}

#[cfg(all(test, own_contract))]
mod tests {
    use super::*;

    fn source(name: &str) -> Source {
        Source::find(name).unwrap()
    }

    #[test]
    fn all_single_values_of_a_row() {
        let columns = Columns::all(&source("orders"), Some("PickedOrderLines")).unwrap();
        let headers: Vec<&str> = columns.headers().collect();
        for (header, there) in [
            ("OrderInfo.OrderId", true),
            ("Consignee.InvoiceAddress.City", true),
            ("PickedOrderLines.Article.ArticleNumber", true),
            ("PickedOrderLines.PickedNumberOfItems", true),
            ("WsiSystem.UserName", true),
            ("WsiSystem.PassWord", false),
            ("Tracking.Waybill", false),
        ] {
            assert_eq!(headers.contains(&header), there, "{header}");
        }
        assert_eq!(headers[0], "MessageId");
        let statuses = Columns::all(&source("order-statuses"), None).unwrap();
        assert_eq!(statuses.headers().collect::<Vec<_>>(), ["OrderStatusId", "OrderStatusName"]);
    }

    #[test]
    fn columns_that_cannot_be() {
        for (each, path, expected) in [
            (
                None,
                "OrderInfo.OrderNo",
                "`OrderNo` is not known there; a member that the contract does not have is named `OrderInfo.@any.OrderNo`",
            ),
            (None, "OrderInfo", "`OrderInfo` has members of its own"),
            (None, "PickedOrderLines.OrderLineSystemId", "`PickedOrderLines` is a list"),
            (None, "OrderInfo.OrderId.X", "`X` is not known there"),
            (Some("OrderInfo"), "Success", "`OrderInfo` is not a list"),
            (Some("PickedOrderLines"), "Tracking.Waybill", "`Tracking` is a list"),
            (None, "", "the rows have no member"),
        ] {
            let error = Columns::choose(&source("orders"), each, [path]).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn members_of_types_that_extend_the_rows() {
        let columns = Columns::choose(&source("inventory"), Some("ArticleBatches"), ["ArticleBatches.Batch"]);
        assert!(columns.is_ok(), "{columns:?}");
    }
}
