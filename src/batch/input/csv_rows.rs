//! CSV: rows that a column map makes records of.

use std::collections::VecDeque;

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::Value;

use super::lines::{LONGEST, Numbered, in_mib};
use super::{Input, InputError};
use crate::batch::column_map::binding::Bound;
use crate::batch::column_map::{Column, ColumnMap, Named};
use crate::batch::record::{Place, Record};
use crate::nearest::did_you_mean;

/// What a cell takes in memory besides its text, about.
const CELL: usize = 64;

/// Most mistakes of one group that are told.
const TOLD: usize = 100;

/// Reads a record from each row, or from each group of rows.
pub struct CsvRows {
    file: String,
    reader: Reader<Numbered<Input>>,
    bound: Bound,
    layout: Layout,
    row: ByteRecord,
    /// The first row of the next group.
    next: Option<Row>,
    found: VecDeque<Result<Record, InputError>>,
    /// Line of a row without a readable key just before the next group: it may belong to it.
    doubt: Option<u64>,
    ended: bool,
}

/// Where in a row everything stands.
struct Layout {
    /// Cells of a row; `None` until the first row is read, where there is no header.
    width: Option<usize>,
    /// Cells that the map names.
    needed: usize,
    /// Index of the column of each mapped member.
    cells: Vec<usize>,
    /// Names for messages.
    names: Vec<String>,
    group_by: Option<usize>,
    goods_owner: Option<usize>,
    trim: bool,
}

/// A row, read.
#[derive(Default)]
struct Row {
    line: u64,
    key: Option<String>,
    goods_owner: Option<String>,
    values: Vec<Option<Value>>,
    errors: Vec<InputError>,
    size: usize,
}

impl CsvRows {
    pub fn new(
        file: String,
        input: Input,
        map: &ColumnMap,
        bound: Bound,
        tabs: bool,
    ) -> Result<CsvRows, InputError> {
        let delimiter = map.delimiter.unwrap_or(if tabs { b'\t' } else { b',' });
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter);
        match map.quote {
            Some(Some(quote)) => builder.quote(quote),
            Some(None) => builder.quoting(false),
            None => &mut builder,
        };
        let mut reader = builder.from_reader(Numbered::new(input, LONGEST));
        let header = match map.no_header {
            true => None,
            false => Some(header(&file, &mut reader)?),
        };
        let layout = Layout::new(&file, map, &bound, header.as_deref(), delimiter)?;
        Ok(CsvRows {
            file,
            reader,
            bound,
            layout,
            row: ByteRecord::new(),
            next: None,
            found: VecDeque::new(),
            doubt: None,
            ended: false,
        })
    }

    /// The next row; `None` at the end. Where nothing more can be read, that is the last row's error.
    fn next_row(&mut self) -> Option<Row> {
        if self.ended {
            return None;
        }
        self.reader.get_mut().mark();
        match self.reader.read_byte_record(&mut self.row) {
            Ok(true) => Some(self.read_row(self.reader.get_ref().line())),
            Ok(false) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                let line = self.reader.get_ref().line();
                let what = format!("cannot be read: {}", cause(&error));
                let hint = error.to_string().contains("longer").then(|| {
                    "a quote that is never closed? `quote` in the map says what quotes, or that nothing does"
                        .to_owned()
                });
                let error = InputError::at(&self.file, line, what).hint(hint);
                Some(Row { line, errors: vec![error], ..Row::default() })
            }
        }
    }

    fn read_row(&mut self, line: u64) -> Row {
        let width = *self.layout.width.get_or_insert(self.row.len().max(self.layout.needed));
        let size = self.row.as_slice().len() + self.row.len() * CELL;
        let mut row = Row { line, size, ..Row::default() };
        row.key = self.layout.group_by.and_then(|index| self.text(index).ok()).map(str::to_owned);
        if self.row.len() != width {
            let what = format!("the row has {} cells where {width} are expected", self.row.len());
            let hint = "a cell that holds the delimiter or a line end stands in quotes".to_owned();
            row.errors.push(InputError::at(&self.file, line, what).hint(hint));
            return row;
        }
        for (cell, index) in self.bound.cells.iter().zip(&self.layout.cells) {
            let value = self.text(*index).and_then(|text| cell.value(text));
            row.values.push(value.unwrap_or_else(|(what, hint)| {
                let what = format!("column {} ({}): {what}", self.layout.names[*index], cell.path);
                row.errors.push(InputError::at(&self.file, line, what).hint(hint));
                None
            }));
        }
        if let Some(index) = self.layout.goods_owner {
            match self.text(index) {
                Ok(code) => row.goods_owner = Some(code.to_owned()).filter(|code| !code.is_empty()),
                Err((what, hint)) => {
                    let what = format!("column {}: {what}", self.layout.names[index]);
                    row.errors.push(InputError::at(&self.file, line, what).hint(hint));
                }
            }
        }
        if let (Some(index), Some("")) = (self.layout.group_by, row.key.as_deref()) {
            let what = format!("column {}: the row has no key", self.layout.names[index]);
            row.errors.push(InputError::at(&self.file, line, what));
            row.key = None;
        }
        row
    }

    fn text(&self, index: usize) -> Result<&str, (String, Option<String>)> {
        let bytes = self.row.get(index).unwrap_or_default();
        let text = std::str::from_utf8(bytes).map_err(|_| {
            let shown = String::from_utf8_lossy(bytes).into_owned();
            let hint = "the column map says with encoding = \"windows-1252\" how the file is written";
            (format!("{shown:?} is not UTF-8"), Some(hint.to_owned()))
        })?;
        Ok(if self.layout.trim { text.trim() } else { text })
    }

    /// Reads the rows of the next group, and makes a record or errors of them.
    ///
    /// A row whose key cannot be read may belong to the group before it or to the one behind it: neither is taken, lest
    /// an order goes out with a line lacking.
    fn read_group(&mut self) {
        let doubt = self.doubt.take();
        let Some(first) = self.next.take().or_else(|| self.next_row()) else { return };
        let (key, line) = (first.key.clone(), first.line);
        let mut group = Group { first_line: line, doubt, ..Group::default() };
        group.add(&self.file, &self.bound, first);
        match key {
            None if self.layout.group_by.is_some() => self.doubt = Some(line),
            None => {}
            Some(key) => {
                while let Some(row) = self.next_row() {
                    match &row.key {
                        Some(other) if *other != key => {
                            self.next = Some(row);
                            break;
                        }
                        Some(_) => self.doubt = None,
                        None => self.doubt = Some(row.line),
                    }
                    group.add(&self.file, &self.bound, row);
                }
            }
        }
        self.found.extend(group.finish(&self.file, &self.bound));
    }
}

impl Iterator for CsvRows {
    type Item = Result<Record, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.found.is_empty() && !(self.ended && self.next.is_none()) {
            self.read_group();
        }
        self.found.pop_front()
    }
}

/// The rows of a record.
#[derive(Default)]
struct Group {
    first_line: u64,
    goods_owner: Option<String>,
    rows: Vec<Vec<Option<Value>>>,
    errors: Vec<InputError>,
    doubt: Option<u64>,
    size: usize,
}

impl Group {
    fn add(&mut self, file: &str, bound: &Bound, row: Row) {
        self.size += row.size;
        if self.errors.len() >= TOLD {
            return;
        }
        if self.size > LONGEST {
            if self.size - row.size <= LONGEST {
                let what =
                    format!("its rows from line {} on are more than {}", self.first_line, in_mib(LONGEST));
                self.errors.push(InputError::at(file, row.line, what));
            }
            self.rows.clear();
            return;
        }
        if !row.errors.is_empty() {
            self.errors.extend(row.errors);
            return;
        }
        match self.rows.first() {
            None => self.goods_owner = row.goods_owner,
            Some(first) => {
                let first_line = self.first_line;
                let differs = |what: String| {
                    let what =
                        format!("{what} is not as in line {first_line}, the first row of the same record");
                    InputError::at(file, row.line, what)
                };
                if let Some(cell) = bound.difference(first, &row.values) {
                    self.errors.push(differs(format!(
                        "column {} ({})",
                        cell.named.column.shown(),
                        cell.path
                    )));
                }
                if self.goods_owner != row.goods_owner {
                    self.errors.push(differs("the goods owner".to_owned()));
                }
            }
        }
        self.rows.push(row.values);
    }

    fn finish(mut self, file: &str, bound: &Bound) -> Vec<Result<Record, InputError>> {
        if let Some(line) = self.doubt {
            let what = format!("left out: line {line} just before cannot be read and may belong to it");
            self.errors.push(InputError::at(file, self.first_line, what));
        }
        if !self.errors.is_empty() {
            return self.errors.into_iter().map(Err).collect();
        }
        let place = Place { file: file.to_owned(), line: Some(self.first_line) };
        vec![Ok(Record { place, goods_owner: self.goods_owner, payload: bound.payload(&self.rows) })]
    }
}

impl Layout {
    fn new(
        file: &str,
        map: &ColumnMap,
        bound: &Bound,
        header: Option<&[String]>,
        delimiter: u8,
    ) -> Result<Layout, InputError> {
        let find = |named: &Named| {
            index(header, &named.column).map_err(|(what, hint)| {
                let one = header.is_some_and(|header| header.len() == 1);
                let hint = match header.and_then(|header| other_delimiter(&header[0])).filter(|_| one) {
                    Some(found) => Some(format!(
                        "the header of {file} has no {:?}, but {found:?}: is that the delimiter?",
                        char::from(delimiter)
                    )),
                    None => hint,
                };
                InputError::at(&map.file, named.line, what).hint(hint)
            })
        };
        let cells: Vec<usize> = bound.cells.iter().map(|cell| find(&cell.named)).collect::<Result<_, _>>()?;
        let group_by = map.group_by.as_ref().map(find).transpose()?;
        let goods_owner = map.goods_owner.as_ref().map(find).transpose()?;
        let needed = 1 + cells.iter().copied().chain(group_by).chain(goods_owner).max().unwrap_or(0);
        let names = match header {
            Some(header) => header.iter().map(|name| format!("{name:?}")).collect(),
            None => (1..=needed).map(|number| number.to_string()).collect(),
        };
        let width = header.map(<[String]>::len);
        Ok(Layout { width, needed, cells, names, group_by, goods_owner, trim: map.trim })
    }
}

fn other_delimiter(header: &str) -> Option<char> {
    [';', '\t', ',', '|'].into_iter().find(|delimiter| header.contains(*delimiter))
}

/// Index of a column, or what is wrong and what to do.
fn index(header: Option<&[String]>, column: &Column) -> Result<usize, (String, Option<String>)> {
    let Some(header) = header else {
        return match column {
            Column::Number(number) => Ok(number - 1),
            Column::Name(name) => Err((
                format!("column {name:?} has a name, but the file has no header"),
                Some("give its number, from 1".to_owned()),
            )),
        };
    };
    match column {
        Column::Number(number) if *number <= header.len() => Ok(number - 1),
        Column::Number(number) => Err((format!("there is no column {number}, only {}", header.len()), None)),
        Column::Name(name) => {
            let mut found = header.iter().enumerate().filter(|(_, known)| *known == name);
            match (found.next(), found.next()) {
                (Some((index, _)), None) => Ok(index),
                (Some((one, _)), Some((other, _))) => Err((
                    format!("column {name:?} is there twice: {} and {}", one + 1, other + 1),
                    Some("give its number instead of its name".to_owned()),
                )),
                (None, _) => Err((format!("there is no column {name:?}"), nearest(name, header))),
            }
        }
    }
}

fn nearest(name: &str, header: &[String]) -> Option<String> {
    did_you_mean(name, header.iter().map(String::as_str))
        .or_else(|| Some(format!("the columns are {}", header.join(", "))))
}

fn header(file: &str, reader: &mut Reader<Numbered<Input>>) -> Result<Vec<String>, InputError> {
    let mut row = ByteRecord::new();
    let wrong = |what: String| InputError::at(file, 1, what);
    match reader.read_byte_record(&mut row) {
        Err(error) => return Err(wrong(format!("cannot be read: {}", cause(&error)))),
        Ok(false) => return Err(wrong("the file is empty; its first row names the columns".to_owned())),
        Ok(true) => {}
    }
    row.iter()
        .map(|cell| {
            let text = std::str::from_utf8(cell).map_err(|_| {
                wrong(format!("{:?} is not UTF-8", String::from_utf8_lossy(cell))).hint(
                    "the column map says with encoding = \"windows-1252\" how the file is written".to_owned(),
                )
            })?;
            Ok(text.trim().to_owned())
        })
        .collect()
}

/// Without the words that the reader puts around it.
fn cause(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}
