//! The flags for tables, and the layout file.

use std::path::{Path, PathBuf};

use ongoing_wms::batch::pull::{
    ColumnError, Columns, Layout, LayoutSettings, LayoutSettingsError, Preset, Source,
};
use ongoing_wms::suggest::did_you_mean;

use super::super::exit::Exit;
use super::super::failure::Failure;
use super::super::input::NamedText;
use super::super::names::{self, KnownNames};

#[derive(clap::Args)]
#[command(next_help_heading = "Tables")]
#[group(skip)]
pub struct Args {
    /// Columns, each a path through the row such as OrderInfo.OrderId, or with its own header as
    /// Number=OrderInfo.OrderId [default: all single values, in the contract's order]
    #[arg(long, value_name = "PATH,PATH", value_delimiter = ',')]
    columns: Vec<String>,
    /// Ready-made columns: stock (for inventory), tracking or lines (for orders)
    #[arg(long, value_name = "NAME", conflicts_with_all = ["columns", "layout"])]
    #[arg(hide_possible_values = true, value_parser = KnownNames(names::presets))]
    preset: Option<String>,
    /// Write one record for each item of this list, such as PickedOrderLines
    #[arg(long, value_name = "LIST")]
    each: Option<String>,
    /// With --each: write a record with empty cells for a row without items [default: no record]
    #[arg(long, hide_short_help = true)]
    keep_empty: bool,
    /// TOML file with these settings; --example-layout prints one
    #[arg(long, value_name = "FILE")]
    layout: Option<PathBuf>,
    /// Print a layout to start from, with all columns or those of --preset
    #[arg(long)]
    pub example_layout: bool,
    /// Delimiter between cells: one character or `tab` [default: a comma, with --decimal-comma a semicolon]
    #[arg(long, value_name = "CHARACTER", hide_short_help = true)]
    delimiter: Option<String>,
    /// Write decimal numbers with a comma
    #[arg(long, hide_short_help = true)]
    decimal_comma: bool,
    /// Format of times, such as %d.%m.%Y or "%Y-%m-%d %H:%M" [default: as the service writes them]
    #[arg(long, value_name = "FORMAT", hide_short_help = true)]
    date_format: Option<String>,
    /// Write 0001-01-01T00:00:00 for times that are not set [default: an empty cell]
    #[arg(long, hide_short_help = true)]
    unset_times: bool,
    /// End lines with CR LF, as some Windows programs expect
    #[arg(long, hide_short_help = true)]
    crlf: bool,
    /// Encoding, such as windows-1252; a character that it lacks is an error [default: utf-8]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    encoding: Option<String>,
    /// Write `?` for characters that the encoding lacks
    #[arg(long, hide_short_help = true)]
    replace: bool,
    /// Begin with the byte-order mark by which Excel recognises UTF-8
    #[arg(long, hide_short_help = true)]
    bom: bool,
    /// Put a ' before texts that a spreadsheet would take for a formula
    #[arg(long, hide_short_help = true)]
    no_formulas: bool,
}

impl Args {
    /// Refuses flags for tables if the output is not one.
    pub fn none(&self) -> Result<(), Failure> {
        refuse(
            &[
                ("--columns", !self.columns.is_empty()),
                ("--preset", self.preset.is_some()),
                ("--each", self.each.is_some()),
                ("--keep-empty", self.keep_empty),
                ("--layout", self.layout.is_some()),
                ("--date-format", self.date_format.is_some()),
                ("--unset-times", self.unset_times),
                ("--decimal-comma", self.decimal_comma),
            ],
            "is for tables only",
        )?;
        self.none_of_a_file()
    }

    /// Refuses flags for tables that are read by programs.
    fn none_of_a_file(&self) -> Result<(), Failure> {
        refuse(
            &[
                ("--delimiter", self.delimiter.is_some()),
                ("--crlf", self.crlf),
                ("--encoding", self.encoding.is_some()),
                ("--replace", self.replace),
                ("--bom", self.bom),
                ("--no-formulas", self.no_formulas),
            ],
            "is for csv only",
        )
    }

    /// The layout of a table for people, and whether its columns were chosen.
    pub fn for_people(&self, source: &Source) -> Result<(Layout, bool), Failure> {
        self.none_of_a_file()?;
        let mut settings = self.settings(source)?;
        let is_chosen = !settings.columns.is_empty();
        // These settings of a layout are for files that programs read.
        (settings.delimiter, settings.encoding) = (Some(",".to_owned()), None);
        (settings.bom, settings.crlf, settings.no_formulas) = (false, false, false);
        Ok((layout(settings, source)?, is_chosen))
    }

    /// The layout: flags, else the file.
    pub fn layout(&self, source: &Source) -> Result<Layout, Failure> {
        layout(self.settings(source)?, source)
    }

    fn settings(&self, source: &Source) -> Result<LayoutSettings, Failure> {
        let file = match &self.preset {
            Some(name) => preset(source, name)?,
            None => self.layout.as_deref().map(read).transpose()?.unwrap_or_default(),
        };
        let mut settings = file;
        if !self.columns.is_empty() {
            settings.columns.clone_from(&self.columns);
        }
        for (flag, setting) in [
            (&self.each, &mut settings.each),
            (&self.delimiter, &mut settings.delimiter),
            (&self.encoding, &mut settings.encoding),
            (&self.date_format, &mut settings.date_format),
        ] {
            if flag.is_some() {
                setting.clone_from(flag);
            }
        }
        for (flag, setting) in [
            (self.decimal_comma, &mut settings.decimal_comma),
            (self.replace, &mut settings.replace),
            (self.bom, &mut settings.bom),
            (self.no_formulas, &mut settings.no_formulas),
            (self.crlf, &mut settings.crlf),
            (self.unset_times, &mut settings.unset_times),
            (self.keep_empty, &mut settings.keep_empty),
        ] {
            *setting |= flag;
        }
        Ok(settings)
    }

    /// A layout to start from, with all settings and the columns.
    pub fn example(&self, source: &Source) -> Result<String, Failure> {
        let settings = match &self.preset {
            Some(name) => preset(source, name)?,
            None => {
                let mut settings = LayoutSettings::default();
                settings.each.clone_from(&self.each);
                settings
            }
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
             # bom = true                     # byte order mark, by which Excel recognizes UTF-8\n\
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

fn layout(settings: LayoutSettings, source: &Source) -> Result<Layout, Failure> {
    settings.layout(source).map_err(|error| match error {
        LayoutSettingsError::Column(error) => wrong_column(source, &error),
        LayoutSettingsError::Layout(error) => Failure::new(Exit::Usage, error.to_string()),
    })
}

fn refuse(flags: &[(&str, bool)], why: &str) -> Result<(), Failure> {
    match flags.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((flag, _)) => Err(Failure::new(Exit::Usage, format!("{flag} {why}"))
            .hint("use --format csv, or an --out that ends in .csv")),
    }
}

fn preset(source: &Source, name: &str) -> Result<LayoutSettings, Failure> {
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
    LayoutSettings::of_preset(known, source).map_err(|error| wrong_column(source, &error))
}

fn read(path: &Path) -> Result<LayoutSettings, Failure> {
    let name = path.display().to_string();
    let text = NamedText::read(&name)?.text().to_owned();
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
