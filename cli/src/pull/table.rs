//! The flags of tables, and the file that holds them.

use std::path::{Path, PathBuf};

use ongoing_wms::batch::pull::{ColumnError, Columns, Layout, LayoutError, Preset, Source};
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
    /// Columns for a usual job: stock (of inventory), tracking or lines (of orders)
    #[arg(long, value_name = "NAME", conflicts_with_all = ["columns", "layout"])]
    preset: Option<String>,
    /// One record for each item of this list of the row, as PickedOrderLines
    #[arg(long, value_name = "LIST")]
    each: Option<String>,
    /// With --each: write a record with empty cells for a row that has no items; else it has no record
    #[arg(long)]
    keep_empty: bool,
    /// File of TOML with these settings; --example-layout prints one
    #[arg(long, value_name = "FILE")]
    layout: Option<PathBuf>,
    /// Print a layout to start from, with all columns or those of --preset
    #[arg(long)]
    pub example_layout: bool,
    /// What stands between cells, one character or `tab` [default: a comma, with --decimal-comma a semicolon]
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<String>,
    /// Write decimal numbers with a comma
    #[arg(long)]
    decimal_comma: bool,
    /// Write times in this format, as %d.%m.%Y or "%Y-%m-%d %H:%M" [default: as the service writes them]
    #[arg(long, value_name = "FORMAT")]
    date_format: Option<String>,
    /// Write 0001-01-01T00:00:00 for times that are not set; else their cells are empty
    #[arg(long)]
    unset_times: bool,
    /// End lines with CR LF, as programs on Windows want it
    #[arg(long)]
    crlf: bool,
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
    crlf: bool,
    date_format: Option<String>,
    unset_times: bool,
    keep_empty: bool,
}

impl Args {
    /// Refuses flags of tables where there is none.
    pub fn none(&self) -> Result<(), Failure> {
        let given = [
            ("--columns", !self.columns.is_empty()),
            ("--preset", self.preset.is_some()),
            ("--each", self.each.is_some()),
            ("--keep-empty", self.keep_empty),
            ("--layout", self.layout.is_some()),
            ("--delimiter", self.delimiter.is_some()),
            ("--decimal-comma", self.decimal_comma),
            ("--date-format", self.date_format.is_some()),
            ("--unset-times", self.unset_times),
            ("--crlf", self.crlf),
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
        let file = match &self.preset {
            Some(name) => preset(source, name)?,
            None => self.layout.as_deref().map(read).transpose()?.unwrap_or_default(),
        };
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
        let layout = match self.date_format.as_deref().or(file.date_format.as_deref()) {
            Some(format) => layout.date_format(format).map_err(wrong)?,
            None => layout,
        };
        let layout = layout.crlf(self.crlf || file.crlf).unset_times(self.unset_times || file.unset_times);
        let layout = layout.keep_empty(self.keep_empty || file.keep_empty);
        Ok(layout.decimal_comma(comma).replace(replace).no_formulas(no_formulas))
    }

    /// A layout to start from: all that can be set, and the columns.
    pub fn example(&self, source: &Source) -> Result<String, Failure> {
        let settings = match &self.preset {
            Some(name) => preset(source, name)?,
            None => Settings { each: self.each.clone(), ..Settings::default() },
        };
        let columns = match settings.columns.is_empty() {
            true => {
                let all = Columns::all(source, settings.each.as_deref());
                let all = all.map_err(|error| wrong_column(source, &error))?;
                all.headers().map(str::to_owned).collect()
            }
            false => settings.columns,
        };
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let mut example = format!(
            "# ongoing pull {} --layout THIS-FILE --out FILE.csv\n\n\
             # One record for each item of this list of the row.\n{}\n\
             # A record with empty cells for a row whose list has no items.\n{}\n\
             # delimiter = \";\"                # one character or tab [default: a comma, with decimal_comma a semicolon]\n\
             # decimal_comma = true\n\
             # date_format = \"%d.%m.%Y %H:%M\"  # [default: as the service writes times]\n\
             # unset_times = true             # write 0001-01-01T00:00:00 [default: an empty cell]\n\
             # encoding = \"windows-1252\"      # [default: utf-8]\n\
             # replace = true                 # write ? for characters that the encoding lacks [default: an error]\n\
             # bom = true                     # byte order mark, by which Excel knows UTF-8\n\
             # crlf = true                    # line ends of Windows\n\
             # no_formulas = true             # a ' before texts that a spreadsheet takes for a formula\n\n\
             # Each a path through the row, or \"Header=path\".\ncolumns = [\n",
            source.name(),
            match &settings.each {
                Some(each) => format!("each = {}", text(each)),
                None => "# each = \"PickedOrderLines\"".to_owned(),
            },
            if settings.keep_empty { "keep_empty = true" } else { "# keep_empty = true" },
        );
        for column in &columns {
            example.push_str(&format!("    {},\n", text(column)));
        }
        Ok(example + "]\n")
    }
}

fn preset(source: &Source, name: &str) -> Result<Settings, Failure> {
    let all = || Preset::all().iter().map(Preset::name);
    let known = Preset::find(name).ok_or_else(|| {
        Failure::new(Exit::Usage, format!("preset `{name}` not found"))
            .maybe_hint(did_you_mean(name, all()))
            .hint(format!("the presets are {}", all().collect::<Vec<_>>().join(", ")))
    })?;
    if !known.is_for(source) {
        let fits: Vec<&str> =
            Preset::all().iter().filter(|other| other.is_for(source)).map(Preset::name).collect();
        let failure = Failure::new(Exit::Usage, format!("preset {name} has no columns of {}", source.name()));
        return Err(match fits.is_empty() {
            true => failure.hint("choose columns with --columns; --example-layout lists all"),
            false => failure.hint(format!("presets for {}: {}", source.name(), fits.join(", "))),
        });
    }
    let columns = known.columns(source).map_err(|error| wrong_column(source, &error))?;
    Ok(Settings {
        columns: columns.into_iter().map(str::to_owned).collect(),
        each: known.each().map(str::to_owned),
        // An order without tracking numbers is still an order.
        keep_empty: known.each().is_some(),
        ..Settings::default()
    })
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
