//! Builds answers whose members are not in the contract, as elements in the service's namespace.

use rusqlite::Params;
use rusqlite::types::ValueRef;

use crate::sandbox::contract::OPERATIONS;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::refused::Refused;
use crate::xml::Element;

/// Adds values to an element.
pub(crate) trait Open: Sized {
    /// An empty element of the service's namespace.
    fn named(name: &str) -> Self;

    /// Adds a member.
    fn fact(self, name: &str, value: impl ToString) -> Self;

    /// Adds a member that contains these elements.
    fn list(self, name: &str, children: Vec<Element>) -> Self;
}

impl Open for Element {
    fn named(name: &str) -> Element {
        // All operations are in one namespace.
        let namespace = OPERATIONS.first().map(|operation| operation.namespace).unwrap_or_default();
        Element::new(namespace, name)
    }

    fn fact(self, name: &str, value: impl ToString) -> Element {
        self.with_child(Element::named(name).with_text(value.to_string()))
    }

    fn list(self, name: &str, children: Vec<Element>) -> Element {
        self.with_child(children.into_iter().fold(Element::named(name), Element::with_child))
    }
}

/// One element per row and one member per column, by the columns' names; `Article.ArticleNumber` is a nested member.
/// The first column is the row's key, not a member; unset values are left out.
pub(crate) fn rows(
    desk: &Desk<'_>,
    name: &str,
    sql: &str,
    values: impl Params,
) -> Result<Vec<(i32, Element)>, Refused> {
    let mut statement = desk.prepare(sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query(values)?;
    let mut list = Vec::new();
    while let Some(row) = rows.next()? {
        let mut element = Element::named(name);
        for (index, column) in columns.iter().enumerate().skip(1) {
            let text = match row.get_ref(index)? {
                ValueRef::Null | ValueRef::Blob(_) => continue,
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            };
            add(&mut element, column, text);
        }
        list.push((row.get(0)?, element));
    }
    Ok(list)
}

fn add(element: &mut Element, path: &str, text: String) {
    let Some((head, rest)) = path.split_once('.') else {
        element.children.push(crate::xml::Node::Element(Element::named(path).with_text(text)));
        return;
    };
    // Columns of one member are adjacent.
    if let Some(crate::xml::Node::Element(last)) = element.children.last_mut()
        && last.name == head
    {
        return add(last, rest, text);
    }
    let mut inner = Element::named(head);
    add(&mut inner, rest, text);
    element.children.push(crate::xml::Node::Element(inner));
}

/// The elements without their keys.
pub(crate) fn elements(rows: Vec<(i32, Element)>) -> Vec<Element> {
    rows.into_iter().map(|(_, element)| element).collect()
}
