//! `ongoing sandbox state`: the content of a running sandbox, as tables for people or as JSON.

use clap::builder::{Resettable, Str};
use clap::{Arg, ArgMatches, Args as _, FromArgMatches, value_parser};
use ongoing_wms::text::counted;
use serde_json::{Map, Value};

use super::action;
use super::admin_client::AdminClient;
use crate::connection::AddressArgs;
use crate::page::{OutputFormat, Page};
use crate::shape;

/// The action that is sent; the command has its arguments.
const ACTION: &str = "state";

pub struct StateArgs {
    body: Map<String, Value>,
    shape: shape::Args,
    address: AddressArgs,
}

impl StateArgs {
    pub fn command() -> clap::Command {
        let command = action::shown_command("state", ACTION);
        let about = command.get_about().cloned().unwrap_or_default();
        // clap takes the doc comment of the flags for the description of the command.
        let command = shape::Args::augment_args(command).about(about);
        ["output", "query"]
            .into_iter()
            .fold(command, |command, flag| command.mut_arg(flag, |flag| flag.help_heading(OPTIONS)))
    }

    pub fn from_matches(matches: &ArgMatches) -> Result<StateArgs, clap::Error> {
        Ok(StateArgs {
            body: action::given(ACTION, matches),
            shape: shape::Args::from_arg_matches(matches)?,
            address: AddressArgs::from_arg_matches(matches)?,
        })
    }
}

/// Lists an argument among the options, not under the connection heading.
pub const OPTIONS: Resettable<Str> = Resettable::Reset;

/// `--output text|json`
pub fn output(help: &'static str) -> Arg {
    Arg::new("output")
        .long("output")
        .help(help)
        .help_heading(OPTIONS)
        .value_parser(value_parser!(OutputFormat))
        .default_value("text")
}

pub fn output_of(matches: &ArgMatches) -> OutputFormat {
    matches.get_one("output").copied().unwrap_or(OutputFormat::Text)
}

pub fn state(args: &StateArgs) -> anyhow::Result<()> {
    args.shape.check()?;
    let found = AdminClient::new(&args.address)?.ask(ACTION, &args.body, true)?;
    match found.as_array() {
        Some(tables) if args.shape.is_text() => list(tables),
        None if args.shape.is_text() => table(&found),
        None if args.shape.is_table() => args.shape.print(&cells(&found)),
        _ => args.shape.print(&found),
    }
}

/// The tables, with their row counts.
fn list(tables: &[Value]) -> anyhow::Result<()> {
    let mut page = Page::new();
    page.heading(&format!("{:24}{:>8}", "Table", "Rows"))?;
    for table in tables {
        page.line(&format!("{:24}{:>8}", shown(table.get("name")), shown(table.get("count"))))?;
    }
    page.finish()
}

/// The rows of a table, each with its cells by column.
fn cells(found: &Value) -> Value {
    found["rows"].as_array().into_iter().flatten().map(|row| row["cells"].clone()).collect()
}

/// Columns as wide as their content; columns that are empty in all rows are left out.
fn table(found: &Value) -> anyhow::Result<()> {
    let rows: Vec<&Map<String, Value>> =
        found["rows"].as_array().into_iter().flatten().filter_map(|row| row["cells"].as_object()).collect();
    let names: Vec<&String> = rows.first().map(|row| row.keys().collect()).unwrap_or_default();
    let is_used = |name: &&&String| rows.iter().any(|row| !shown(row.get(**name)).is_empty());
    let names: Vec<&String> = names.iter().filter(is_used).copied().collect();
    let widths: Vec<usize> = names
        .iter()
        .map(|name| {
            let cells = rows.iter().map(|row| shown(row.get(*name)).chars().count());
            cells.max().unwrap_or_default().max(name.chars().count())
        })
        .collect();
    let mut page = Page::new();
    let line = |cells: Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    if !rows.is_empty() {
        page.heading(&line(names.iter().map(ToString::to_string).collect()))?;
    }
    for row in &rows {
        page.line(&line(names.iter().map(|name| shown(row.get(*name))).collect()))?;
    }
    let total = found["total"].as_u64().unwrap_or_default();
    let offset = found["offset"].as_u64().unwrap_or_default();
    let until = offset + u64::try_from(rows.len()).unwrap_or_default();
    if until < total || offset > 0 {
        page.line(&format!("{} of {}; --offset {until} shows more", rows.len(), counted(total, "row")))?;
    } else {
        page.line(&counted(total, "row"))?;
    }
    page.finish()
}

/// A cell on one line, without control characters.
fn shown(cell: Option<&Value>) -> String {
    let text = match cell {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
