//! Builds records from CSV rows by a column map.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Map, Value};

use super::bound_map::Bound;
use super::column_map::ColumnMap;
use super::layout::{self as csv_layout, ColumnPositions};
use super::record_problems;
use super::spreadsheet_damage;
use super::text::{Broken, CsvText, Dialect, RawRow};
use crate::batch::contract::value::ProblemText;
use crate::batch::input::line_reader::{LONGEST, in_mib};
use crate::batch::input::repeated_errors::RepeatedErrors;
use crate::batch::input::{InputError, OnWarning, TextInput};
use crate::batch::kind::Kind;
use crate::batch::record::{Place, Record};

/// Approximate memory of a cell besides its text.
const CELL: usize = 64;

/// Reads a record from each row or group of rows. Errors are reported at the end, each cause once.
pub struct CsvRows {
    file: String,
    map_file: String,
    kind: &'static Kind,
    text: CsvText<TextInput>,
    bound: Bound,
    layout: ColumnPositions,
    /// Whether a quoted cell may contain lines that look like rows.
    multiline: bool,
    raw: RawRow,
    /// The first row of the next group.
    next: Option<CsvRow>,
    found: VecDeque<Result<Record, InputError>>,
    problems: RepeatedErrors,
    warnings: RepeatedErrors,
    on_warning: OnWarning,
    /// Line of a row without a readable key just before the next group, to which it may belong.
    doubt: Option<u64>,
    ended: bool,
}

/// A row that was read.
#[derive(Default)]
struct CsvRow {
    line: u64,
    key: Option<String>,
    goods_owner: Option<String>,
    values: Vec<Option<Value>>,
    /// It has too few or too many cells.
    is_broken: bool,
    /// Mapped cells that cannot be read.
    wrong: Vec<usize>,
    size: usize,
}

impl CsvRows {
    pub fn new(
        file: String,
        input: TextInput,
        map: &ColumnMap,
        kind: &'static Kind,
        tabs: bool,
        on_warning: OnWarning,
    ) -> Result<CsvRows, InputError> {
        let bound = Bound::new(map, kind)?;
        let delimiter = map.delimiter.unwrap_or(if tabs { b'\t' } else { b',' });
        let dialect = Dialect {
            delimiter,
            quote: map.quote.unwrap_or(Some(b'"')),
            escape: map.escape,
            trims: map.trim,
        };
        let mut text = CsvText::new(input, dialect, LONGEST);
        let mut raw = RawRow::default();
        let mut next_row = |text: &mut CsvText<TextInput>| {
            text.next_row(&mut raw).map_err(|broken| broken_row(&file, &broken, text.line()).1)
        };
        let mut has_row = next_row(&mut text)?;
        if has_row && let Some(named) = csv_layout::separator_line(&raw, delimiter) {
            if map.delimiter.is_some_and(|delimiter| delimiter != named) {
                let (named, said) = (char::from(named), char::from(delimiter));
                let what = format!("the file says sep={named}, the column map says delimiter = {said:?}");
                return Err(
                    InputError::at(&file, 1, what).hint(format!("correct `delimiter` in {}", map.file))
                );
            }
            text.dialect().delimiter = named;
            has_row = text.next_row(&mut raw).map_err(|broken| broken_row(&file, &broken, text.line()).1)?;
        }
        let header = match map.no_header {
            true => None,
            false if !has_row => {
                return Err(InputError::at(&file, 1, "the file is empty; its first row names the columns"));
            }
            false => Some(csv_layout::header(&file, &raw)?),
        };
        let delimiter = text.dialect().delimiter;
        let layout = ColumnPositions::new(&file, map, &bound, header.as_deref(), delimiter)?;
        let mut rows = CsvRows {
            file,
            map_file: map.file.clone(),
            kind,
            text,
            bound,
            layout,
            multiline: map.multiline_cells,
            raw,
            next: None,
            found: VecDeque::new(),
            problems: RepeatedErrors::default(),
            warnings: RepeatedErrors::default(),
            on_warning,
            doubt: None,
            ended: false,
        };
        match header {
            Some(_) => rows.swallowed().map_or(Ok(()), Err)?,
            None if has_row => rows.next = rows.read_row().or_else(|| rows.next_row()),
            None => rows.ended = true,
        }
        Ok(rows)
    }

    /// The next row that is a record or part of one; `None` at the end of the file.
    fn next_row(&mut self) -> Option<CsvRow> {
        while !self.ended {
            match self.text.next_row(&mut self.raw) {
                Ok(true) => {
                    if let Some(row) = self.read_row() {
                        return Some(row);
                    }
                }
                Ok(false) => self.ended = true,
                Err(broken) => {
                    self.ended = self.text.is_ended();
                    let (line, error) = broken_row(&self.file, &broken, self.text.line());
                    self.problems.add(error.what.clone(), line, || error);
                    return Some(CsvRow { line, is_broken: true, ..CsvRow::default() });
                }
            }
        }
        None
    }

    /// The row; `None` if all cells are empty.
    fn read_row(&mut self) -> Option<CsvRow> {
        if self.raw.cells().all(|cell| self.is_empty(cell)) {
            return None;
        }
        let width = *self.layout.width.get_or_insert(self.raw.len().max(self.layout.needed));
        let line = self.raw.line;
        let size = self.raw.size() + self.raw.len() * CELL;
        let mut row = CsvRow { line, size, ..CsvRow::default() };
        if self.raw.len() != width {
            let delimiter = self.text.dialect().delimiter;
            let (what, hint) = self.layout.wrong_width(&self.raw, width, delimiter);
            let cause = format!("width {}", self.raw.len());
            let (file, line) = (&self.file, row.line);
            self.problems.add(cause, line, || InputError::at(file, line, what).hint(hint));
            row.is_broken = true;
        } else if let Some(error) = self.swallowed() {
            self.problems.add(error.what.clone(), line, || error);
            row.is_broken = true;
        }
        row.key = self.layout.group_by.and_then(|index| self.cell(index).ok()).map(str::to_owned);
        if row.is_broken {
            return Some(row);
        }
        self.values(&mut row);
        self.owner_and_key(&mut row);
        Some(row)
    }

    fn values(&mut self, row: &mut CsvRow) {
        for (index, (cell, column)) in self.bound.cells.iter().zip(&self.layout.cells).enumerate() {
            let text = cell_text(&self.raw, *column, self.layout.trim);
            let name = || format!("column {} ({})", self.layout.name(*column), cell.path);
            if cell.is_text()
                && let Some((text, why)) =
                    text.as_ref().ok().and_then(|t| Some((t, spreadsheet_damage::by_spreadsheet(t)?)))
            {
                let what = format!("{}: {text:?}: {why}", name());
                self.warnings.add(format!("{column} {why}"), row.line, || {
                    InputError::at(&self.file, row.line, what)
                        .hint("format the column as text before the export".to_owned())
                });
            }
            let value = text.and_then(|text| cell.value(text)).unwrap_or_else(|(what, hint)| {
                let cause = format!("{index} {}", hint.as_ref().unwrap_or(&what));
                let what = format!("{}: {what}", name());
                self.problems.add(cause, row.line, || InputError::at(&self.file, row.line, what).hint(hint));
                row.wrong.push(index);
                None
            });
            row.values.push(value);
        }
    }

    fn owner_and_key(&mut self, row: &mut CsvRow) {
        let line = row.line;
        let mut wrong = |problems: &mut RepeatedErrors, index: usize, what: String, hint: Option<String>| {
            let column = self.layout.name(index);
            let cause = format!("{index} {}", hint.as_ref().unwrap_or(&what));
            problems.add(cause, line, || {
                InputError::at(&self.file, line, format!("column {column}: {what}")).hint(hint)
            });
            row.is_broken = true;
        };
        if let Some(index) = self.layout.goods_owner {
            match cell_text(&self.raw, index, self.layout.trim) {
                Ok(code) => row.goods_owner = Some(code.to_owned()).filter(|code| !code.is_empty()),
                Err((what, hint)) => wrong(&mut self.problems, index, what, hint),
            }
        }
        if let (Some(index), Some("")) = (self.layout.group_by, row.key.as_deref()) {
            wrong(&mut self.problems, index, "the row has no key".to_owned(), None);
            row.key = None;
        }
    }

    fn is_empty(&self, cell: &[u8]) -> bool {
        match self.layout.trim {
            true => std::str::from_utf8(cell).is_ok_and(|text| text.trim().is_empty()),
            false => cell.is_empty(),
        }
    }

    fn cell(&self, index: usize) -> Result<&str, ProblemText> {
        cell_text(&self.raw, index, self.layout.trim)
    }

    /// A row with a cell that swallowed other rows.
    fn swallowed(&mut self) -> Option<InputError> {
        let delimiter = self.text.dialect().delimiter;
        let (first, last) = self.raw.swallowed(delimiter).filter(|_| !self.multiline)?;
        let what = format!("the quoted cell that starts in line {first} contains rows, up to line {last}");
        Some(InputError::at(&self.file, first, what).hint(
            "double a quote inside a cell, or set quote = \"\" if nothing is quoted; if the cell is right, \
             set multiline_cells = true in the column map"
                .to_owned(),
        ))
    }

    /// Reads the rows of the next record.
    fn read_group(&mut self) {
        let doubt = self.doubt.take();
        let Some(first) = self.next.take().or_else(|| self.next_row()) else { return };
        let (key, line) = (first.key.clone(), first.line);
        let mut group = Group { first_line: line, doubt, ..Group::default() };
        self.add(&mut group, first);
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
                    self.add(&mut group, row);
                }
            }
        }
        self.finish(group);
    }

    fn add(&mut self, group: &mut Group, row: CsvRow) {
        let (file, line, first_line) = (&self.file, row.line, group.first_line);
        group.size += row.size;
        if group.size > LONGEST {
            if group.size - row.size <= LONGEST {
                let what = format!("its rows from line {first_line} on are longer than {}", in_mib(LONGEST));
                self.problems.add(format!("long {first_line}"), line, || InputError::at(file, line, what));
            }
            group.is_wrong = true;
            group.rows.clear();
            return;
        }
        if row.is_broken {
            group.is_wrong = true;
            return;
        }
        match group.rows.first() {
            None => group.goods_owner = row.goods_owner,
            Some(first) => {
                let mut differs = |what: String| {
                    let text =
                        format!("{what} differs from line {first_line}, the first row of the same record");
                    self.problems.add(format!("differs {what}"), line, || InputError::at(file, line, text));
                    group.is_wrong = true;
                };
                let known = |index: &usize| !group.wrong.contains(index) && !row.wrong.contains(index);
                for cell in self.bound.differences(first, &row.values, known) {
                    differs(format!("column {} ({})", cell.named.column.shown(), cell.path));
                }
                if group.goods_owner != row.goods_owner {
                    differs("the goods owner".to_owned());
                }
            }
        }
        group.wrong.extend(row.wrong);
        group.rows.push(row.values);
        group.lines.push(line);
    }

    /// The record of a group, with all its errors.
    fn finish(&mut self, mut group: Group) {
        let (file, line) = (&self.file, group.first_line);
        if let Some(doubt) = group.doubt {
            let what = format!("skipped: line {doubt} just before it cannot be read and may belong to it");
            self.problems.add("doubt".to_owned(), line, || InputError::at(file, line, what));
            group.is_wrong = true;
        }
        if group.rows.is_empty() {
            return;
        }
        let payload = self.bound.payload(&group.rows);
        let mut whole = payload.clone();
        self.kind.apply_defaults(&mut whole);
        let has_faults = self.check(&group, &whole);
        if group.is_wrong || has_faults || !group.wrong.is_empty() {
            return;
        }
        let place = Place { file: self.file.clone(), line: Some(group.first_line) };
        self.found.push_back(Ok(Record { place, goods_owner: group.goods_owner, payload }));
    }

    /// Whether anything is wrong with the record as a whole.
    fn check(&mut self, group: &Group, payload: &Map<String, Value>) -> bool {
        let unread: BTreeSet<&str> =
            group.wrong.iter().map(|index| self.bound.cells[*index].path.as_str()).collect();
        let found = record_problems::problems(self.kind, &self.bound, &self.map_file, payload, &unread);
        for problem in &found {
            let item = problem.item.and_then(|item| self.bound.row_of_item(&group.rows, item));
            let line = item.and_then(|row| group.lines.get(row)).copied().unwrap_or(group.first_line);
            self.problems.add(problem.cause.clone(), line, || {
                InputError::at(&self.file, line, problem.what.clone()).hint(problem.hint.clone())
            });
        }
        !found.is_empty()
    }

    /// Returns the errors in line order, and reports the warnings.
    fn tell(&mut self) {
        let mut problems: Vec<InputError> = self.problems.take().collect();
        problems.sort_by_key(|error| error.place.line);
        self.found.extend(problems.into_iter().map(Err));
        self.warnings.take().for_each(|warning| self.on_warning.tell(&warning));
    }
}

impl Iterator for CsvRows {
    type Item = Result<Record, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.found.is_empty() && !(self.ended && self.next.is_none()) {
            self.read_group();
            if self.ended && self.next.is_none() {
                self.tell();
            }
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
    /// The line of each row.
    lines: Vec<u64>,
    /// Mapped cells that cannot be read in at least one row.
    wrong: Vec<usize>,
    is_wrong: bool,
    doubt: Option<u64>,
    size: usize,
}

fn cell_text(raw: &RawRow, index: usize, trim: bool) -> Result<&str, ProblemText> {
    let bytes = raw.cell(index);
    let text = std::str::from_utf8(bytes).map_err(|_| {
        let shown = String::from_utf8_lossy(bytes);
        let hint = "set encoding in the column map, such as encoding = \"windows-1252\"";
        (format!("{shown:?} is not UTF-8"), Some(hint.to_owned()))
    })?;
    Ok(if trim { text.trim() } else { text })
}

/// The line of an unreadable row, and the error.
fn broken_row(file: &str, broken: &Broken, line: u64) -> (u64, InputError) {
    let quotes = "double a quote inside a cell, or set `quote` in the column map: quote = \"\" where nothing \
                  is quoted, escape = \"\\\\\" where a backslash precedes a quote";
    let (line, what, hint) = match broken {
        Broken::Input(error) => (line, format!("the input cannot be read: {error}"), None),
        Broken::TooLong { opened: None } => {
            (line, format!("the row is longer than {}", in_mib(LONGEST)), None)
        }
        Broken::TooLong { opened: Some(opened) } => {
            let what = format!("the quoted cell that starts here is longer than {}", in_mib(LONGEST));
            (*opened, what, Some(quotes))
        }
        Broken::LineEnd { line } => {
            let what = "line ends differ: a line feed or a carriage return alone, unlike the lines before"
                .to_owned();
            (
                *line,
                what,
                Some(
                    "a cell that contains a line end must be in quotes; use one kind of line end in the whole file",
                ),
            )
        }
        Broken::Unclosed { opened } => {
            (*opened, "the quote that opens a cell here is never closed".to_owned(), Some(quotes))
        }
        Broken::AfterQuote { opened, closed } if opened == closed => {
            (*opened, "text after a closing quote".to_owned(), Some(quotes))
        }
        Broken::AfterQuote { opened, closed } => (
            *opened,
            format!(
                "the quote that opens a cell here closes in line {closed}, with text after it; the rows between \
                     would be lost"
            ),
            Some(quotes),
        ),
    };
    (line, InputError::at(file, line, what).hint(hint.map(str::to_owned)))
}
