//! A column map resolved against the contract: which members the cells fill, and how a record is built from them.

use serde_json::{Map, Value};

use super::column_map::{ColumnMap, ColumnSelector, Constant, Mapped, NamedColumn};
use crate::batch::contract::json_path::put;
use crate::batch::contract::path::Path;
use crate::batch::contract::value::{self, Notation};
use crate::batch::input::InputError;
use crate::batch::kind::Kind;
use crate::operation::{Builtin, TypeInfo};
use crate::xml::DateTime;

/// A column map with resolved members.
#[derive(Debug)]
pub struct Bound {
    pub cells: Vec<BoundCell>,
    constants: Vec<Fixed>,
    /// The members down to and including the list that rows fill.
    list: Option<Vec<&'static str>>,
}

/// A member that a column fills.
#[derive(Debug)]
pub struct BoundCell {
    pub path: String,
    pub named: NamedColumn,
    found: Path,
    place: ValueTarget,
    notation: Notation,
    default: Option<Value>,
}

#[derive(Debug)]
struct Fixed {
    place: ValueTarget,
    value: Value,
}

/// Where a value goes.
#[derive(Debug)]
struct ValueTarget {
    /// Whether it is in an item of the list rather than beside it.
    in_list: bool,
    /// Names of the members, from the payload or from the item.
    names: Vec<&'static str>,
}

impl Bound {
    /// Resolves the members of a map.
    pub fn new(map: &ColumnMap, kind: &Kind) -> Result<Bound, InputError> {
        let ty = kind.payload().ok_or_else(|| {
            let what = format!("this program's contract has no {}", kind.operation);
            InputError::at(&map.file, None, what)
        })?;
        let mut list: Option<(Path, usize)> = None;
        let mut cells = Vec::new();
        for mapped in &map.columns {
            cells.push(cell(map, ty, mapped, &mut list)?);
        }
        let mut constants = Vec::new();
        for constant in &map.constants {
            constants.push(fixed(map, ty, constant, list.as_ref())?);
        }
        let list =
            list.map(|(path, index)| path.members().take(index + 1).map(|member| member.name).collect());
        Ok(Bound { cells, constants, list })
    }

    /// Builds the payload of some rows: the first row fills the members beside the list, each row fills an item.
    pub fn payload(&self, rows: &[Vec<Option<Value>>]) -> Map<String, Value> {
        let mut payload = Map::new();
        if let Some(first) = rows.first() {
            self.fill(&mut payload, first, false);
        }
        if let Some(list) = &self.list {
            let items: Vec<Value> = rows.iter().filter_map(|row| self.item(row)).collect();
            if !items.is_empty() {
                put(&mut payload, list.iter().copied(), Value::Array(items));
            }
        }
        self.fill_constants(&mut payload, false);
        payload
    }

    /// The cells beside the list in which two rows of a group differ, if readable in both.
    pub fn differences(
        &self,
        one: &[Option<Value>],
        other: &[Option<Value>],
        known: impl Fn(&usize) -> bool,
    ) -> impl Iterator<Item = &BoundCell> {
        let pairs = self.cells.iter().zip(one.iter().zip(other)).enumerate();
        pairs
            .filter(move |(index, (cell, (one, other)))| !cell.place.in_list && one != other && known(index))
            .map(|(_, (cell, _))| cell)
    }

    /// The cell that fills a member.
    pub fn cell(&self, path: &str) -> Option<&BoundCell> {
        self.cells.iter().find(|cell| cell.path == path)
    }

    /// Index of the row that a list item was built from.
    pub fn row_of_item(&self, rows: &[Vec<Option<Value>>], item: usize) -> Option<usize> {
        let mut with_items = rows.iter().enumerate().filter(|(_, row)| self.has_item(row));
        with_items.nth(item).map(|(index, _)| index)
    }

    fn has_item(&self, row: &[Option<Value>]) -> bool {
        self.cells.iter().zip(row).any(|(cell, value)| cell.place.in_list && value.is_some())
    }

    fn item(&self, row: &[Option<Value>]) -> Option<Value> {
        let mut filled =
            self.cells.iter().zip(row).filter(|(cell, value)| cell.place.in_list && value.is_some());
        let (cell, value) = filled.next()?;
        if cell.place.names.is_empty() {
            return value.clone();
        }
        let mut item = Map::new();
        self.fill(&mut item, row, true);
        self.fill_constants(&mut item, true);
        Some(Value::Object(item))
    }

    fn fill(&self, object: &mut Map<String, Value>, row: &[Option<Value>], in_list: bool) {
        for (cell, value) in self.cells.iter().zip(row) {
            if let (Some(value), true) = (value, cell.place.in_list == in_list) {
                put(object, cell.place.names.iter().copied(), value.clone());
            }
        }
    }

    /// A constant is left out if an object on its path has columns and all of them are empty.
    fn fill_constants(&self, object: &mut Map<String, Value>, in_list: bool) {
        for fixed in self.constants.iter().filter(|fixed| fixed.place.in_list == in_list) {
            let names = &fixed.place.names;
            let is_absent = (1..names.len()).any(|length| {
                let above = &names[..length];
                let has_columns = self.cells.iter().any(|cell| {
                    cell.place.in_list == in_list && cell.place.names.get(..length) == Some(above)
                });
                has_columns && !has(object, above)
            });
            if !is_absent {
                put(object, names.iter().copied(), fixed.value.clone());
            }
        }
    }
}

impl BoundCell {
    /// Whether its member is a text.
    pub fn is_text(&self) -> bool {
        self.found.last().builtin() == Some(Builtin::String)
    }

    /// The value of a cell's text; `None` where it is empty.
    pub fn value(&self, text: &str) -> Result<Option<Value>, value::ProblemText> {
        match text {
            "" => Ok(self.default.clone()),
            text => {
                let value = value::read(self.found.last(), text, &self.notation)?;
                let is_unset = |time: &DateTime| time.is_unset();
                if self.found.last().builtin() == Some(Builtin::DateTime)
                    && value.as_str().and_then(|text| text.parse().ok()).as_ref().is_some_and(is_unset)
                {
                    let hint = "leave the cell empty where there is no time".to_owned();
                    return Err((format!("{text:?} is a placeholder, not a time"), Some(hint)));
                }
                Ok(Some(value))
            }
        }
    }
}

fn cell(
    map: &ColumnMap,
    ty: &'static TypeInfo,
    mapped: &Mapped,
    list: &mut Option<(Path, usize)>,
) -> Result<BoundCell, InputError> {
    let line = mapped.named.line;
    let found = find(map, ty, &mapped.path, line)?;
    if let (Some(index), _) = found.lists() {
        match list {
            Some((other, at)) if *at != index || !found.shares(other, index + 1) => {
                let name = other.members().nth(*at).map_or("", |member| member.name);
                let what = format!("`{}` is in a different list from {name}", mapped.path);
                return Err(InputError::at(&map.file, line, what).hint(
                    "the rows of a CSV file can fill one list; use JSON Lines for several".to_owned(),
                ));
            }
            Some(_) => {}
            None => *list = Some((found.clone(), index)),
        }
    }
    let member = found.last();
    if mapped.date_format.is_some() && member.builtin() != Some(Builtin::DateTime) {
        let what = format!("`{}` is not a time ({}): date_format does not apply", mapped.path, member.ty);
        return Err(InputError::at(&map.file, line, what));
    }
    let default = mapped.default.as_deref().map(|text| constant_value(map, &found, &mapped.path, line, text));
    let mut notation = map.notation.clone();
    notation.date_format = mapped.date_format.clone().or(notation.date_format);
    Ok(BoundCell {
        path: mapped.path.clone(),
        named: mapped.named.clone(),
        place: place(&found),
        notation,
        default: default.transpose()?,
        found,
    })
}

fn fixed(
    map: &ColumnMap,
    ty: &'static TypeInfo,
    constant: &Constant,
    list: Option<&(Path, usize)>,
) -> Result<Fixed, InputError> {
    let (path, line) = (&constant.path, constant.line);
    let found = find(map, ty, path, line)?;
    let in_other_list = match (found.lists().0, list) {
        (None, _) => false,
        (Some(index), Some((other, at))) => index != *at || !found.shares(other, index + 1),
        (Some(_), None) => true,
    };
    let is_item = found.last().is_list();
    if in_other_list || is_item {
        let what = format!("`{path}` is in a list that no column fills");
        return Err(InputError::at(&map.file, line, what)
            .hint("map a column to the list: an item exists if one of its cells is filled in".to_owned()));
    }
    let value = constant_value(map, &found, path, line, &constant.text)?;
    Ok(Fixed { place: place(&found), value })
}

fn find(map: &ColumnMap, ty: &'static TypeInfo, path: &str, line: u64) -> Result<Path, InputError> {
    let found = Path::find(ty, path)
        .map_err(|(what, hint)| InputError::at(&map.file, line, format!("`{path}`: {what}")).hint(hint))?;
    if found.lists().1 > 1 {
        let what = format!("`{path}` is a list within a list");
        return Err(InputError::at(&map.file, line, what)
            .hint("the rows of a CSV file can fill one list; use JSON Lines for several".to_owned()));
    }
    Ok(found)
}

/// Values in the map itself are in XML notation, whatever the cells use.
fn constant_value(
    map: &ColumnMap,
    found: &Path,
    path: &str,
    line: u64,
    text: &str,
) -> Result<Value, InputError> {
    value::read_plain(found.last(), text)
        .map_err(|(what, hint)| InputError::at(&map.file, line, format!("`{path}`: {what}")).hint(hint))
}

fn place(path: &Path) -> ValueTarget {
    let names = path.members().map(|member| member.name);
    match path.lists().0 {
        Some(index) => ValueTarget { in_list: true, names: names.skip(index + 1).collect() },
        None => ValueTarget { in_list: false, names: names.collect() },
    }
}

fn has(object: &Map<String, Value>, names: &[&str]) -> bool {
    let mut value = names.first().and_then(|name| object.get(*name));
    for name in names.iter().skip(1) {
        value = value.and_then(|value| value.get(*name));
    }
    value.is_some()
}

impl ColumnSelector {
    /// As messages show it.
    pub fn shown(&self) -> String {
        match self {
            ColumnSelector::Name(name) => format!("{name:?}"),
            ColumnSelector::Number(number) => number.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bound(text: &str) -> Result<Bound, InputError> {
        Bound::new(&ColumnMap::parse(text, "m").unwrap(), Kind::find("orders").unwrap())
    }

    #[test]
    fn an_object_is_there_where_one_of_its_cells_is() {
        let bound = bound(
            "[columns]\nOrderInfo.GoodsOwnerOrderNumber = 'no'\nCustomer.Name = 'name'\n\
             CustomerOrderLines.ArticleNumber = 'article'\n\
             CustomerOrderLines.OrderLineArticleItemStatus.ArticleItemStatusCode = 'status'\n\
             [constants]\nCustomer.IsVisible = true\nTransporterContract.TransporterCode = 'SWIFT'\n\
             CustomerOrderLines.OrderLineIdentification = 'ArticleNumber'\n\
             CustomerOrderLines.OrderLineArticleItemStatus.Operation = 'Find'\n",
        )
        .unwrap();
        let text = |text: &str| Some(Value::from(text));
        let rows = [
            vec![text("1"), None, text("A"), None],
            vec![text("1"), None, text("B"), text("ok")],
            vec![text("1"), None, None, None],
        ];
        let expected = json!({
            "OrderInfo": { "GoodsOwnerOrderNumber": "1" },
            "CustomerOrderLines": [
                { "ArticleNumber": "A", "OrderLineIdentification": "ArticleNumber" },
                {
                    "ArticleNumber": "B",
                    "OrderLineArticleItemStatus": { "ArticleItemStatusCode": "ok", "Operation": "Find" },
                    "OrderLineIdentification": "ArticleNumber",
                },
            ],
            "TransporterContract": { "TransporterCode": "SWIFT" },
        });
        assert_eq!(Value::Object(bound.payload(&rows)), expected);
        let named = [vec![text("1"), text("Åsa"), None, None]];
        let payload = Value::Object(bound.payload(&named));
        assert_eq!(payload["Customer"], json!({ "Name": "Åsa", "IsVisible": true }));
        assert_eq!(payload.get("CustomerOrderLines"), None);
    }

    #[cfg(own_contract)]
    #[test]
    fn what_rows_cannot_say_is_refused() {
        let error = |text| bound(text).unwrap_err().to_string();
        assert_eq!(
            error("[columns]\nCustomerOrderLines.Items.Serial = 'x'"),
            "m:2: `CustomerOrderLines.Items.Serial` is a list within a list"
        );
        assert_eq!(
            error("[columns]\nCustomerOrderLines.ArticleNumber = 'x'\nCustomerOrderTextLines.Text = 'y'"),
            "m:3: `CustomerOrderTextLines.Text`: CustomerOrderTextLine has no member `Text`"
        );
        assert_eq!(
            error(
                "[columns]\nOrderInfo.OrderRemark = 'x'\n[constants]\nCustomerOrderLines.ArticleNumber = 'A'"
            ),
            "m:4: `CustomerOrderLines.ArticleNumber` is in a list that no column fills"
        );
        assert_eq!(
            error("[columns]\nOrderInfo.OrderId = { column = 'x', default = 'y' }"),
            "m:2: `OrderInfo.OrderId`: \"y\" is not a whole number (int)"
        );
        assert_eq!(
            error("[columns]\nOrderInfo.OrderId = { column = 'x', date_format = '%d' }"),
            "m:2: `OrderInfo.OrderId` is not a time (int): date_format does not apply"
        );
    }
}
