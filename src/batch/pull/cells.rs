//! The cells of a row, read from its JSON form in one pass. Members without a column are skipped, and no tree is built.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use serde_json::value::RawValue;

use super::column::{ANY, Columns};
use crate::xml::Element;
use crate::xml::expected::find_from;
use crate::xml::write::cells::{CellTexts, WantedCells, text_below};

/// How columns use a row.
pub(super) fn wanted_by(columns: &Columns) -> WantedCells {
    let mut row = WantedCells::default();
    if !columns.each.is_empty() {
        at(&mut row, &columns.each).is_each = true;
    }
    for (index, column) in columns.columns.iter().enumerate() {
        let from = if column.of_item { at(&mut row, &columns.each) } else { &mut row };
        let behind = column.steps.iter().position(|step| step == ANY).map_or(column.steps.len(), |at| at + 1);
        let (steps, rest) = column.steps.split_at(behind);
        at(from, steps).columns.push((index, rest.to_vec()));
    }
    row
}

/// The columns at the end of these steps.
fn at<'w>(wanted: &'w mut WantedCells, steps: &[String]) -> &'w mut WantedCells {
    let Some((first, rest)) = steps.split_first() else { return wanted };
    let known = wanted.members.iter().position(|(name, _)| name == first);
    let index = known.unwrap_or_else(|| {
        wanted.members.push((first.clone(), WantedCells::default()));
        wanted.members.len() - 1
    });
    at(&mut wanted.members[index].1, rest)
}

/// The cells of a row in JSON form.
pub(super) fn read(wanted: &WantedCells, width: usize, text: &str) -> serde_json::Result<CellTexts> {
    let mut cells = CellTexts::new(width);
    let mut json = serde_json::Deserializer::from_str(text);
    Reading { wanted, cells: &mut cells, is_item: false, of_item: false }.deserialize(&mut json)?;
    json.end()?;
    Ok(cells)
}

/// The value that is being read.
struct Reading<'w> {
    wanted: &'w WantedCells,
    cells: &'w mut CellTexts,
    /// The value is an item of the chosen list.
    is_item: bool,
    /// The value is part of an item.
    of_item: bool,
}

impl Reading<'_> {
    /// Whether it can only be a single value.
    fn is_single(&self) -> bool {
        let wanted = self.wanted;
        wanted.members.is_empty()
            && (self.is_item || !wanted.is_each)
            && wanted.columns.iter().all(|(_, rest)| rest.is_empty())
    }

    /// Takes over the text of a value in JSON. A list or an object has none.
    fn single(self, json: &str) -> serde_json::Result<()> {
        let text = match json.as_bytes() {
            [b'n' | b'{' | b'[', ..] => return Ok(()),
            [b'"', text @ .., b'"'] if memchr(b'\\', text).is_none() => {
                Cow::Borrowed(&json[1..json.len() - 1])
            }
            [b'"', ..] => Cow::Owned(serde_json::from_str(json)?),
            _ => Cow::Borrowed(json),
        };
        self.cells.set(self.of_item, &self.wanted.columns, |cell| cell.push_str(&text));
        Ok(())
    }
}

impl<'t> DeserializeSeed<'t> for Reading<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.is_single() {
            true => self.single(<&RawValue>::deserialize(deserializer)?.get()).map_err(D::Error::custom),
            false => deserializer.deserialize_any(self),
        }
    }
}

impl<'t> Visitor<'t> for Reading<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row in JSON form")
    }

    // A single value where members are wanted has none of them.

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        let mut expected = 0;
        while let Some(found) = map.next_key_seed(Among { members: &self.wanted.members, expected })? {
            let Some(index) = found else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            expected = index + 1;
            let (wanted, cells, of_item) = (&self.wanted.members[index].1, &mut *self.cells, self.of_item);
            map.next_value_seed(Reading { wanted, cells, is_item: false, of_item })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.wanted.is_each && !self.is_item {
            // Whether there is another item is known only when it was read.
            loop {
                self.cells.begin_item();
                let item = Reading { wanted: self.wanted, cells: self.cells, is_item: true, of_item: true };
                if seq.next_element_seed(item)?.is_none() {
                    self.cells.take_back_item();
                    return Ok(());
                }
            }
        }
        let is_open = self.wanted.columns.iter().any(|(_, rest)| !rest.is_empty());
        if !is_open {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element::<Value>()? {
            elements.extend(element.as_str().and_then(|text| Element::from_xml(text).ok()));
        }
        for column in &self.wanted.columns {
            let found = text_below(&elements, &column.1).unwrap_or_default();
            self.cells.set(self.of_item, std::slice::from_ref(column), |cell| cell.push_str(&found));
        }
        Ok(())
    }
}

/// Finds a name among members, the expected one first.
struct Among<'w> {
    members: &'w [(String, WantedCells)],
    expected: usize,
}

impl<'t> DeserializeSeed<'t> for Among<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Among<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(find_from(self.members, self.expected, |(known, _)| known == name))
    }
}

#[cfg(all(test, own_contract))]
mod tests {
    use std::fmt::Debug;

    use serde_json::{Map, Value, json};

    use super::*;
    use crate::api;
    use crate::batch::pull::Source;
    use crate::batch::pull::column::CellKind;
    use crate::dynamic::find_type;
    use crate::operation::{Builtin, MemberInfo, TypeInfo};
    use crate::xml::write::cells::cells_of;
    use crate::xml::{Xml, json};

    /// Rows for each choice of columns.
    const ROWS: usize = 40;

    /// Makes rows: some members are absent, some lists are empty, and texts need escapes.
    struct RandomRow {
        random: fastrand::Rng,
        above: Vec<&'static str>,
    }

    impl RandomRow {
        fn object(&mut self, ty: &'static TypeInfo) -> Value {
            self.above.push(ty.name);
            let mut object = Map::new();
            let derived: Vec<_> = api::TYPES.iter().filter(|other| other.base == ty.name).collect();
            let derived = self.random.choice(derived).filter(|_| self.random.bool());
            if let Some(derived) = derived {
                object.insert("@type".to_owned(), Value::from(derived.name));
            }
            for member in derived.unwrap_or(ty).members {
                if member.required || self.random.u8(..4) > 0 {
                    self.member(member).into_iter().for_each(|value| {
                        object.insert(member.name.to_owned(), value);
                    });
                }
            }
            if ty.open && self.random.bool() {
                object.insert("@any".to_owned(), json!(["<New xmlns='urn:x'><Part>p &amp; q</Part></New>"]));
            }
            self.above.pop();
            Value::Object(object)
        }

        fn member(&mut self, member: &'static MemberInfo) -> Option<Value> {
            if !member.is_list() {
                return self.single(member);
            }
            (0..self.random.usize(..4)).map(|_| self.single(member)).collect()
        }

        fn single(&mut self, member: &'static MemberInfo) -> Option<Value> {
            let texts = ["", "=1+2", "a \"b\"; c\\d", "två\nrader\t", "\u{1f600}"];
            Some(match (find_type(member.ty), member.builtin()) {
                (Some(ty), _) if ty.is_enumeration() => Value::from(self.random.choice(ty.values)?.0),
                (Some(ty), _) if self.above.contains(&ty.name) => return None,
                (Some(ty), _) => self.object(ty),
                (None, Some(Builtin::Any)) => return None,
                (None, Some(Builtin::Boolean)) => Value::from(self.random.bool()),
                (None, Some(Builtin::DateTime)) => {
                    Value::from(*self.random.choice(&["0001-01-01T00:00:00", "2026-12-24T08:30:00.5+01:00"])?)
                }
                (None, Some(Builtin::Base64Binary)) => Value::from("Zm9v"),
                (None, Some(Builtin::Decimal)) => Value::from(format!("-{}.50", self.random.u16(..))),
                (None, Some(builtin)) if builtin != Builtin::String => Value::from(self.random.i8(..0x70)),
                (None, _) => Value::from(*self.random.choice(&texts)?),
            })
        }
    }

    /// Both ways to the cells of a row, for the columns of a source with each of its lists.
    fn both_ways_are_alike<T: Xml + Debug>(source: &str) {
        let source = Source::find(source).unwrap();
        let row = source.row().unwrap();
        let lists = row.members.iter().filter(|member| member.is_list()).map(|member| Some(member.name));
        let mut random = RandomRow { random: fastrand::Rng::with_seed(7), above: Vec::new() };
        let mut filled = 0;
        for each in std::iter::once(None).chain(lists) {
            let Ok(columns) = Columns::all(&source, each) else { continue };
            let (wanted, width) = (wanted_by(&columns), columns.headers().count());
            for _ in 0..ROWS {
                let value = random.object(row);
                let row: T = json::from_value(&value).unwrap_or_else(|error| panic!("{value}: {error}"));
                let by_json = read(&wanted, width, &json::to_string(&row).unwrap()).unwrap();
                let by_row = cells_of(&row, &wanted, width);
                assert_eq!(by_row.items(), by_json.items(), "{each:?} {row:?}");
                for item in (0..by_row.items()).map(Some).chain([None]) {
                    for column in 0..width {
                        let cell = by_row.get(item, column);
                        assert_eq!(cell, by_json.get(item, column), "{each:?} {item:?} {column} {row:?}");
                        filled += usize::from(!cell.is_empty());
                    }
                }
            }
        }
        assert!(filled > 200, "{filled}");
    }

    #[test]
    fn cells_are_the_same_from_a_row_and_from_its_json_form() {
        both_ways_are_alike::<api::Order>("orders");
        both_ways_are_alike::<api::InventoryLine>("inventory");
        both_ways_are_alike::<api::ReturnOrderInfo>("GetReturnOrdersByQuery");
        both_ways_are_alike::<api::ProductionOrderInfo>("GetProductionOrdersByQuery");
        both_ways_are_alike::<api::Invoice>("GetInvoices");
    }

    #[test]
    fn members_that_are_not_in_the_contract_are_cells() {
        let source = Source::find("orders").unwrap();
        let paths = ["OrderInfo.@any.New.Part", "OrderInfo.@any.New", "OrderInfo.@any.None"];
        let Ok(columns) = Columns::choose(&source, None, paths) else { panic!("columns of open content") };
        let value = json!({ "OrderInfo": { "@any": ["<New xmlns='urn:x'>a<Part>p &amp; q</Part></New>"] } });
        let row: api::Order = json::from_value(&value).unwrap();
        let wanted = wanted_by(&columns);
        let by_row = cells_of(&row, &wanted, 3);
        let by_json = read(&wanted, 3, &json::to_string(&row).unwrap()).unwrap();
        for (column, expected) in ["p & q", "ap & q", ""].into_iter().enumerate() {
            assert_eq!(by_row.get(None, column), expected);
            assert_eq!(by_json.get(None, column), expected);
        }
    }

    #[test]
    fn cells_of_a_row_and_of_its_items() {
        let columns = Columns::choose(
            &Source::find("orders").unwrap(),
            Some("PickedOrderLines"),
            [
                "No=OrderInfo.OrderId",
                "PickedOrderLines.PickedNumberOfItems",
                "OrderInfo.@any.New.Part",
                "Success",
            ],
        )
        .unwrap();
        let row = json!({
            "Success": true,
            "OrderInfo": { "OrderId": 7, "@any": ["<New xmlns='urn:x'><Part>p</Part></New>"] },
            "PickedOrderLines": [{ "PickedNumberOfItems": "2.5" }],
        });
        let row = row.to_string();
        let cells = super::read(&wanted_by(&columns), 4, &row).unwrap();
        let record = |item| (0..4).map(|column| columns.text(&cells, item, column)).collect::<Vec<_>>();
        assert_eq!(record(Some(0)), ["7", "2.5", "p", "true"]);
        assert_eq!(cells.items(), 1);
        let record = record(None);
        assert_eq!(record, ["7", "", "p", "true"]);
        assert_eq!(columns.columns[1].kind, CellKind::Number);
        assert_eq!(columns.headers().next(), Some("No"));
    }

    #[test]
    fn cells_of_rows_that_are_not_as_expected() {
        let read = |each: Option<&str>, paths: &[&str], row: serde_json::Value| {
            let columns =
                Columns::choose(&Source::find("orders").unwrap(), each, paths.iter().copied()).unwrap();
            let row = row.to_string();
            let cells = super::read(&wanted_by(&columns), paths.len(), &row).unwrap();
            let records = (0..cells.items()).map(Some).chain([None]);
            let text = |item, column| columns.text(&cells, item, column);
            let texts =
                |item| (0..paths.len()).map(|column| text(item, column)).collect::<Vec<_>>().join("|");
            records.map(texts).collect::<Vec<_>>()
        };
        let twice = ["OrderInfo.OrderId", "OrderInfo.OrderStatusNumber", "A=OrderInfo.OrderId"];
        // Other order, members of no column, escapes, and nothing where something should stand.
        let row =
            json!({ "OrderInfo": { "OrderStatusNumber": 200, "More": [{ "OrderId": 1 }], "OrderId": 7 } });
        assert_eq!(read(None, &twice, row), ["7|200|7"]);
        for none in
            [json!({ "OrderInfo": null }), json!({ "OrderInfo": [1] }), json!({ "OrderInfo": 5 }), json!({})]
        {
            assert_eq!(read(None, &twice, none), ["||"]);
        }
        let row = json!({ "OrderInfo": { "OrderRemark": "a \"b\"\n\u{e5}", "OrderId": { "x": 1 } } });
        assert_eq!(read(None, &["OrderInfo.OrderRemark", "OrderInfo.OrderId"], row), ["a \"b\"\n\u{e5}|"]);
        let line = "PickedOrderLines.PickedNumberOfItems";
        let row = json!({ "PickedOrderLines": [{ "PickedNumberOfItems": 1.50 }, null, {}], "MessageId": -3 });
        let each = Some("PickedOrderLines");
        assert_eq!(read(each, &[line, "MessageId"], row), ["1.5|-3", "|-3", "|-3", "|-3"]);
        assert_eq!(read(each, &[line], json!({ "PickedOrderLines": "none" })), [""]);
    }
}
