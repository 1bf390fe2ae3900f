//! The flags of tables, and the file that holds them.

use std::path::{Path, PathBuf};

use ongoing_wms::batch::pull::{ColumnError, Columns, Layout, LayoutError, Source};
use ongoing_wms::nearest::did_you_mean;
use serde::Deserialize;

use super::super::exit::Exit;
use super::super::failure::Failure;
use super::super::input::Input;

#[derive(clap::Args)]
#[command(next_help_heading = "Tables")]
#[group(skip)]
pub struct Args {
    /// Columns, each a way through the row as OrderInfo.OrderId, or with a header of its own as
    /// Number=OrderInfo.OrderId [default: all single values, in the contract's order]
    #[arg(long, value_name = "PATH,PATH", value_delimiter = ',')]
    columns: Vec<String>,
    /// One record for each item of this list of the row, as PickedOrderLines; a row without items has none
    #[arg(long, value_name = "LIST")]
    each: Option<String>,
    /// File of TOML with these settings: columns = ["Number=OrderInfo.OrderId", ..], each, delimiter, encoding,
    /// decimal_comma, bom, replace, no_formulas
    #[arg(long, value_name = "FILE")]
    layout: Option<PathBuf>,
    /// What stands between cells, one character or `tab` [default: a comma, with --decimal-comma a semicolon]
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<String>,
    /// Write decimal numbers with a comma
    #[arg(long)]
    decimal_comma: bool,
    /// Encoding, as windows-1252; a character that it lacks is an error [default: utf-8]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Write `?` for characters that the encoding lacks
    #[arg(long)]
    replace: bool,
    /// Begin with the byte order mark by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,
    /// Put a ' before texts that a spreadsheet would take for a formula; else all texts are as they are
    #[arg(long)]
    no_formulas: bool,
}

/// What a file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    columns: Vec<String>,
    each: Option<String>,
    delimiter: Option<String>,
    encoding: Option<String>,
    decimal_comma: bool,
    replace: bool,
    bom: bool,
    no_formulas: bool,
}

impl Args {
    /// Refuses flags of tables where there is none.
    pub fn none(&self) -> Result<(), Failure> {
        let given = [
            ("--columns", !self.columns.is_empty()),
            ("--each", self.each.is_some()),
            ("--layout", self.layout.is_some()),
            ("--delimiter", self.delimiter.is_some()),
            ("--decimal-comma", self.decimal_comma),
            ("--encoding", self.encoding.is_some()),
            ("--replace", self.replace),
            ("--bom", self.bom),
            ("--no-formulas", self.no_formulas),
        ];
        match given.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((flag, _)) => Err(Failure::new(Exit::Usage, format!("{flag} is for tables only"))
                .hint("--format csv makes one, and so does an --out that ends in .csv")),
        }
    }

    /// The layout: flags, else the file.
    pub fn layout(&self, source: &Source) -> Result<Layout, Failure> {
        let file = self.layout.as_deref().map(read).transpose()?.unwrap_or_default();
        let each = self.each.as_deref().or(file.each.as_deref());
        let chosen = if self.columns.is_empty() { &file.columns } else { &self.columns };
        let columns = match chosen.is_empty() {
            true => Columns::all(source, each),
            false => Columns::choose(source, each, chosen.iter().map(String::as_str)),
        };
        let columns = columns.map_err(|error| wrong_column(source, &error))?;
        let comma = self.decimal_comma || file.decimal_comma;
        let delimiter = self.delimiter.as_deref().or(file.delimiter.as_deref());
        let delimiter = delimiter.unwrap_or(if comma { ";" } else { "," });
        let encoding = self.encoding.as_deref().or(file.encoding.as_deref()).unwrap_or("utf-8");
        let wrong = |error: LayoutError| Failure::new(Exit::Usage, error.to_string());
        let layout = Layout::new(columns).delimiter(delimiter).map_err(wrong)?;
        let layout = layout.encoding(encoding).map_err(wrong)?;
        let layout = layout.byte_order_mark(self.bom || file.bom).map_err(wrong)?;
        let (replace, no_formulas) = (self.replace || file.replace, self.no_formulas || file.no_formulas);
        Ok(layout.decimal_comma(comma).replace(replace).no_formulas(no_formulas))
    }
}

fn read(path: &Path) -> Result<Settings, Failure> {
    let name = path.display().to_string();
    let text = Input::read(&name)?.text().to_owned();
    toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        Failure::new(Exit::BadInput, format!("{name}:{line}: {}", error.message()))
    })
}

fn wrong_column(source: &Source, error: &ColumnError) -> Failure {
    let hint = match error {
        ColumnError::Unknown { name, known, .. } => did_you_mean(name, known.iter().copied()),
        ColumnError::List(path) => Some(format!("--each {path}")),
        _ => None,
    };
    let row = source.row().map(|row| format!("`ongoing describe {}` shows the members of a row", row.name));
    Failure::new(Exit::Usage, error.to_string()).maybe_hint(hint).maybe_hint(row)
}
