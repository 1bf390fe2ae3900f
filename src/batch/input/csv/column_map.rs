//! A TOML file that says which column of a CSV file fills which member.
//!
//! ```toml
//! # orders.toml
//! delimiter = ";"
//! encoding = "windows-1252"      # common in old ERPs; [default: utf-8]
//! decimal_comma = true           # 1,5 means 1.5
//! thousands = "."                # 1.234,50
//! date_format = "%d.%m.%Y"       # [default: 2026-12-24, 2026-12-24T08:30:00]
//! true_values = ["J"]            # [default: true, 1]
//! false_values = ["N"]           # [default: false, 0]
//! group_by = "Order no"          # consecutive rows with the same key are one record
//! goods_owner = "Owner"          # column with the goods owner's code
//!
//! [columns]                      # member = column
//! OrderInfo.GoodsOwnerOrderNumber = "Order no"
//! OrderInfo.DeliveryDate = { column = "Delivery", date_format = "%Y%m%d" }
//! Customer.Name = "Name"
//! CustomerOrderLines.ArticleNumber = "Article"
//! CustomerOrderLines.NumberOfItems = { column = "Qty", default = 1 }
//!
//! [constants]                    # member = value, written as in XML
//! TransporterContract.TransporterCode = "SWIFT"
//! TransporterContract.TransportPayment = "Prepaid"
//! ```
//!
//! Other settings: `quote` (defaults to `"`; empty for none), `escape` (such as `\\`: the character after it is text),
//! `no_header = true` (columns are then numbers, from 1), `trim = false` (keeps blanks around cells), `multiline_cells
//! = true` (a quoted cell may contain lines that look like rows). The delimiter defaults to the one that a first line
//! `sep=;` names, to a tab in a `.tsv` file, to a comma in all others.
//!
//! `thousands = " "` takes the space, the no-break space and the narrow no-break space alike. `%Y` requires four
//! digits, and years before 1900 are refused. A row whose cells are all empty is skipped, like a blank line.
//!
//! A quote that hides rows is refused: text after a closing quote, a quote that is never closed, and a quoted cell
//! whose lines look like rows.
//!
//! An empty cell leaves its member out; it is never an empty text or a 0. An object or a line exists if one of its
//! cells is filled in; an object that only constants fill always exists. Rows can fill at most one list of a record,
//! one item per row; without `group_by` each row is a record with one item. In a group, the cells beside the list must
//! be the same in all rows.

use std::fs;
use std::path::Path as FilePath;

use encoding_rs::Encoding;

use crate::batch::contract::value::Notation;
use crate::batch::input::InputError;
use crate::batch::kind::Kind;

mod example;
mod parse;

pub(super) use example::{column_of, constants};

/// Which column fills which member, and how the cells are written. See the [module](self).
#[derive(Debug, Clone)]
pub struct ColumnMap {
    /// Name of its file, for messages.
    pub(in crate::batch) file: String,
    pub(super) delimiter: Option<u8>,
    /// `Some(None)` for no quotes at all.
    pub(super) quote: Option<Option<u8>>,
    pub(super) escape: Option<u8>,
    /// Whether a quoted cell may contain lines that look like rows.
    pub(super) multiline_cells: bool,
    pub(in crate::batch) encoding: Option<&'static Encoding>,
    pub(super) no_header: bool,
    pub(super) trim: bool,
    pub(super) notation: Notation,
    pub(super) group_by: Option<NamedColumn>,
    pub(super) goods_owner: Option<NamedColumn>,
    pub(super) columns: Vec<Mapped>,
    pub(super) constants: Vec<Constant>,
}

/// A column, by name or by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ColumnSelector {
    Name(String),
    /// From 1.
    Number(usize),
}

/// A column that the map names, and the line of the map.
#[derive(Debug, Clone)]
pub(super) struct NamedColumn {
    pub column: ColumnSelector,
    pub line: u64,
}

/// A member that a column fills.
#[derive(Debug, Clone)]
pub(super) struct Mapped {
    pub path: String,
    pub named: NamedColumn,
    /// What an empty cell means, as XML writes it.
    pub default: Option<String>,
    pub date_format: Option<String>,
}

/// A member with the same value in all records.
#[derive(Debug, Clone)]
pub(super) struct Constant {
    pub path: String,
    pub line: u64,
    pub text: String,
}

impl ColumnMap {
    pub(in crate::batch) fn is_grouped(&self) -> bool {
        self.group_by.is_some()
    }

    /// Reads a map's file.
    ///
    /// # Errors
    /// The file cannot be read, or [`parse`](ColumnMap::parse) fails.
    pub fn read(path: impl AsRef<FilePath>) -> Result<ColumnMap, InputError> {
        let file = path.as_ref().display().to_string();
        let text = fs::read_to_string(&path).map_err(|error| {
            InputError::at(&file, None, format!("the column map cannot be read: {error}"))
        })?;
        ColumnMap::parse(&text, &file)
    }

    /// Reads a map; `file` is its name in messages.
    ///
    /// # Errors
    /// The text is not TOML, or has unknown keys or wrong values; with the line. Members are checked when records are
    /// read, since their kind is known only then.
    pub fn parse(text: &str, file: &str) -> Result<ColumnMap, InputError> {
        parse::parse(text, file)
    }

    /// Returns a map to start from for records of a kind, with all settings and the members that most exports have.
    pub fn example(kind: &Kind) -> String {
        example::example(kind)
    }
}
