//! The positions of the mapped columns, found in the header of a CSV file.

use super::bound_map::Bound;
use super::column_map::{ColumnMap, ColumnSelector, NamedColumn};
use super::text::RawRow;
use crate::batch::input::InputError;
use crate::suggest::did_you_mean;
use crate::text::{counted, start};

/// The positions of the mapped cells in a row.
pub struct ColumnPositions {
    /// Number of cells per row; `None` without a header until the first row is read.
    pub width: Option<usize>,
    /// Cells that the map names.
    pub needed: usize,
    /// Index of the column of each mapped member.
    pub cells: Vec<usize>,
    /// Names for messages.
    names: Vec<String>,
    pub group_by: Option<usize>,
    pub goods_owner: Option<usize>,
    pub trim: bool,
}

impl ColumnPositions {
    pub fn new(
        file: &str,
        map: &ColumnMap,
        bound: &Bound,
        header: Option<&[String]>,
        delimiter: u8,
    ) -> Result<ColumnPositions, InputError> {
        let find = |named: &NamedColumn| {
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
        let found = bound.cells.iter().map(|cell| (find(&cell.named), &cell.named.column));
        let (mut cells, mut lost, mut others) = (Vec::new(), None, Vec::new());
        for (found, column) in found {
            match found {
                Ok(index) => cells.push(index),
                Err(error) if lost.is_none() => lost = Some(error),
                Err(_) => others.push(column.shown()),
            }
        }
        if let Some(mut error) = lost {
            if !others.is_empty() {
                error.what.push_str(&format!("; not found either: {}", others.join(", ")));
            }
            return Err(error);
        }
        let group_by = map.group_by.as_ref().map(find).transpose()?;
        let goods_owner = map.goods_owner.as_ref().map(find).transpose()?;
        let needed = 1 + cells.iter().copied().chain(group_by).chain(goods_owner).max().unwrap_or(0);
        let names = match header {
            Some(header) => header.iter().map(|name| format!("{name:?}")).collect(),
            None => (1..=needed).map(|number| number.to_string()).collect(),
        };
        let width = header.map(<[String]>::len);
        Ok(ColumnPositions { width, needed, cells, names, group_by, goods_owner, trim: map.trim })
    }

    /// The name of a column in messages: as the header has it, in quotes, or its number.
    pub fn name(&self, index: usize) -> String {
        self.names.get(index).cloned().unwrap_or_else(|| (index + 1).to_string())
    }

    /// The error for a row with too few or too many cells.
    pub fn wrong_width(&self, row: &RawRow, width: usize, delimiter: u8) -> (String, String) {
        let (found, delimiter) = (row.len(), char::from(delimiter));
        if found > width {
            let hint = format!("a cell that contains {delimiter:?} must be in quotes");
            return (format!("the row has {}, expected {width}", counted(found as u64, "cell")), hint);
        }
        let cell = String::from_utf8_lossy(row.cell(0));
        let shown = start(&cell, 40, |_| 1);
        let what = match found {
            1 => format!("the row is short: {shown:?} is its only cell, expected {width}"),
            _ => format!(
                "the row is short: {found} cells, expected {width}; column {} is missing",
                self.name(found)
            ),
        };
        let hint = "a cell that contains a line end must be in quotes; an empty cell at the end of a row needs its \
                    delimiter too";
        (what, hint.to_owned())
    }
}

/// The names of the columns.
pub fn header(file: &str, row: &RawRow) -> Result<Vec<String>, InputError> {
    row.cells()
        .map(|cell| {
            let text = std::str::from_utf8(cell).map_err(|_| {
                let shown = String::from_utf8_lossy(cell);
                InputError::at(file, row.line, format!("{shown:?} is not UTF-8"))
                    .hint("set encoding in the column map, such as encoding = \"windows-1252\"".to_owned())
            })?;
            Ok(text.trim().to_owned())
        })
        .collect()
}

/// The delimiter of a spreadsheet's `sep=;` line, if the row is one.
pub fn separator_line(row: &RawRow, delimiter: u8) -> Option<u8> {
    let named = |cell: &[u8]| cell.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"sep="));
    let cell = Some(row.cell(0)).filter(|cell| named(cell))?;
    match (row.len(), &cell[4..]) {
        (1, [found]) if found.is_ascii() => Some(*found),
        // It was split by the delimiter that it names.
        (2, []) if row.cell(1).is_empty() => Some(delimiter),
        _ => None,
    }
}

fn other_delimiter(header: &str) -> Option<char> {
    [';', '\t', ',', '|'].into_iter().find(|delimiter| header.contains(*delimiter))
}

/// Index of a column, or the error and its hint.
fn index(header: Option<&[String]>, column: &ColumnSelector) -> Result<usize, (String, Option<String>)> {
    let Some(header) = header else {
        return match column {
            ColumnSelector::Number(number) => Ok(number - 1),
            ColumnSelector::Name(name) => Err((
                format!("column {name:?} has a name, but the file has no header"),
                Some("give its number, from 1".to_owned()),
            )),
        };
    };
    match column {
        ColumnSelector::Number(number) if *number <= header.len() => Ok(number - 1),
        ColumnSelector::Number(number) => {
            Err((format!("column {number} not found: the file has only {}", header.len()), None))
        }
        ColumnSelector::Name(name) => {
            let mut found = header.iter().enumerate().filter(|(_, known)| *known == name);
            match (found.next(), found.next()) {
                (Some((index, _)), None) => Ok(index),
                (Some((one, _)), Some((other, _))) => Err((
                    format!("column {name:?} is in the file twice: {} and {}", one + 1, other + 1),
                    Some("give its number instead of its name".to_owned()),
                )),
                (None, _) => Err((format!("column {name:?} not found"), nearest(name, header))),
            }
        }
    }
}

fn nearest(name: &str, header: &[String]) -> Option<String> {
    did_you_mean(name, header.iter().map(String::as_str))
        .or_else(|| Some(format!("the columns are {}", header.join(", "))))
}
