//! The cells of a row, read from its JSON form in one pass. Members without a column are skipped, and no tree is built.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use serde_json::value::RawValue;

use super::column::{ANY, Columns, open_content_text};

/// How columns use a value in a row.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// How they use its members, in the order of the columns.
    members: Vec<(String, Wanted)>,
    /// The columns of the value, with the path through undeclared members, if any.
    columns: Vec<(usize, Vec<String>)>,
    /// Whether it is the list whose items are the records.
    is_each: bool,
}

/// The texts of the cells of a row; empty if there is no value.
#[derive(Debug)]
pub(super) struct Cells<'t> {
    /// For the row, a text for each column.
    row: Vec<Cow<'t, str>>,
    /// For each item of the chosen list, a text for each column.
    pub items: Vec<Vec<Cow<'t, str>>>,
}

impl<'t> Cells<'t> {
    /// The texts of a record, one for each column.
    pub fn record<'c>(
        &'c self,
        columns: &'c Columns,
        item: Option<&'c [Cow<'t, str>]>,
    ) -> impl Iterator<Item = &'c str> {
        columns.columns.iter().enumerate().map(move |(index, column)| {
            let cells = if column.of_item { item } else { Some(&*self.row) };
            cells.and_then(|cells| cells.get(index)).map_or("", |text| text)
        })
    }
}

impl Wanted {
    pub fn by(columns: &Columns) -> Wanted {
        let mut row = Wanted::default();
        if !columns.each.is_empty() {
            row.at(&columns.each).is_each = true;
        }
        for (index, column) in columns.columns.iter().enumerate() {
            let from = if column.of_item { row.at(&columns.each) } else { &mut row };
            let behind =
                column.steps.iter().position(|step| step == ANY).map_or(column.steps.len(), |at| at + 1);
            let (steps, rest) = column.steps.split_at(behind);
            from.at(steps).columns.push((index, rest.to_vec()));
        }
        row
    }

    /// The columns at the end of these steps.
    fn at(&mut self, steps: &[String]) -> &mut Wanted {
        let Some((first, rest)) = steps.split_first() else { return self };
        let known = self.members.iter().position(|(name, _)| name == first);
        let index = known.unwrap_or_else(|| {
            self.members.push((first.clone(), Wanted::default()));
            self.members.len() - 1
        });
        self.members[index].1.at(rest)
    }

    /// The cells of a row in JSON form.
    pub fn read<'t>(&self, columns: &Columns, text: &'t str) -> serde_json::Result<Cells<'t>> {
        let width = columns.columns.len();
        let mut cells = Cells { row: vec![Cow::Borrowed(""); width], items: Vec::new() };
        let mut json = serde_json::Deserializer::from_str(text);
        let row = Reading { wanted: self, cells: &mut cells.row, items: &mut cells.items, is_item: false };
        row.deserialize(&mut json)?;
        json.end()?;
        Ok(cells)
    }
}

/// The value that is being read.
struct Reading<'w, 't> {
    wanted: &'w Wanted,
    cells: &'w mut Vec<Cow<'t, str>>,
    items: &'w mut Vec<Vec<Cow<'t, str>>>,
    /// The value is an item of the chosen list.
    is_item: bool,
}

impl<'t> Reading<'_, 't> {
    /// Whether it can only be a single value.
    fn is_single(&self) -> bool {
        let wanted = self.wanted;
        wanted.members.is_empty()
            && (self.is_item || !wanted.is_each)
            && wanted.columns.iter().all(|(_, rest)| rest.is_empty())
    }

    /// Takes over the text of a value in JSON, which needs no copy unless it has escapes. A list or an object has none.
    fn single(self, json: &'t str) -> serde_json::Result<()> {
        let text = match json.as_bytes() {
            [b'n' | b'{' | b'[', ..] => return Ok(()),
            [b'"', text @ .., b'"'] if memchr(b'\\', text).is_none() => {
                Cow::Borrowed(&json[1..json.len() - 1])
            }
            [b'"', ..] => Cow::Owned(serde_json::from_str(json)?),
            _ => Cow::Borrowed(json),
        };
        for (column, _) in &self.wanted.columns {
            self.cells[*column] = text.clone();
        }
        Ok(())
    }
}

impl<'t> DeserializeSeed<'t> for Reading<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.is_single() {
            true => self.single(<&RawValue>::deserialize(deserializer)?.get()).map_err(D::Error::custom),
            false => deserializer.deserialize_any(self),
        }
    }
}

impl<'t> Visitor<'t> for Reading<'_, 't> {
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
            let (cells, items) = (&mut *self.cells, &mut *self.items);
            let wanted = &self.wanted.members[index].1;
            map.next_value_seed(Reading { wanted, cells, items, is_item: false })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.wanted.is_each && !self.is_item {
            loop {
                let (mut cells, mut none) = (vec![Cow::Borrowed(""); self.cells.len()], Vec::new());
                let (wanted, items) = (self.wanted, &mut none);
                let item = Reading { wanted, cells: &mut cells, items, is_item: true };
                match seq.next_element_seed(item)? {
                    Some(()) => self.items.push(cells),
                    None => return Ok(()),
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
            elements.push(element);
        }
        for (column, rest) in &self.wanted.columns {
            self.cells[*column] = Cow::Owned(open_content_text(&elements, rest).unwrap_or_default());
        }
        Ok(())
    }
}

/// Finds a name among members, the expected one first.
struct Among<'w> {
    members: &'w [(String, Wanted)],
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
        let (before, from) = self.members.split_at(self.expected.min(self.members.len()));
        let is_it = |(known, _): &(String, Wanted)| known == name;
        let found = from.iter().position(is_it).map(|index| index + before.len());
        Ok(found.or_else(|| before.iter().position(is_it)))
    }
}
