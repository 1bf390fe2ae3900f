//! `ongoing sandbox state`: what the warehouse of a sandbox that runs holds, as tables for people or as JSON.

use serde_json::{Map, Value};

use super::admin_client::AdminClient;
use crate::connection::AddressArgs;
use crate::page::{Output, Page, print_json};

/// Show what the warehouse holds: a table, or all of it as JSON
#[derive(clap::Args)]
pub struct StateArgs {
    /// Table to show: orders, in-orders, articles, items .. [default: all that the warehouse holds, as JSON]
    #[arg(value_name = "TABLE")]
    table: Option<String>,
    /// Only the row of this number or id
    #[arg(long, value_name = "KEY", requires = "table")]
    key: Option<String>,
    /// Only rows that have this text somewhere
    #[arg(long, value_name = "TEXT", requires = "table")]
    search: Option<String>,
    /// Only rows of this status, or of these: 300-399
    #[arg(long, value_name = "STATUS", requires = "table")]
    status: Option<String>,
    /// How many rows to show, newest first
    #[arg(long, value_name = "NUMBER", requires = "table", default_value_t = 50)]
    limit: u32,
    /// How many rows to leave out before them
    #[arg(long, value_name = "NUMBER", requires = "table", default_value_t = 0)]
    offset: u32,
    /// Code of the only goods owner to show [default: all]
    #[arg(long, value_name = "GOODS-OWNER")]
    goods_owner: Option<String>,
    /// Form of a table
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
    #[command(flatten)]
    address: AddressArgs,
}

pub fn state(args: &StateArgs) -> anyhow::Result<()> {
    let client = AdminClient::new(&args.address)?;
    let mut body = Map::new();
    let mut given = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.clone().map(Value::from);
    given("goodsOwner", text(&args.goods_owner));
    if args.table.is_none() {
        return print_json(&client.ask("state", &body, true)?);
    }
    given("table", text(&args.table));
    given("key", text(&args.key));
    given("search", text(&args.search));
    given("status", text(&args.status));
    given("limit", Some(args.limit.into()));
    given("offset", Some(args.offset.into()));
    let found = client.ask("table", &body, true)?;
    match args.output {
        Output::Json => print_json(&found),
        Output::Text => table(&found, args.offset),
    }
}

/// Columns as wide as what stands in them; those that are empty in all rows are left out.
fn table(found: &Value, offset: u32) -> anyhow::Result<()> {
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
    let until = u64::from(offset) + u64::try_from(rows.len()).unwrap_or_default();
    if until < total || offset > 0 {
        page.line(&format!("{} of {total} rows; --offset {until} shows more", rows.len()))?;
    } else {
        page.line(&format!("{total} rows"))?;
    }
    page.finish()
}

/// A cell on one line, without what would move the cursor.
fn shown(cell: Option<&Value>) -> String {
    let text = match cell {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
