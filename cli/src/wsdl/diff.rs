//! `ongoing wsdl diff`: shows the differences between two contracts, and what they break.

use std::collections::BTreeSet;

use ongoing_wms::text::counted;
use serde_json::{Value, json};

use super::compare::{Difference, compare};
use super::reader;
use super::surface::Surface;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::NamedText;
use crate::page::{OutputFormat, Page, print_json};

/// Compare two contracts
///
/// Lists each difference with the operations that it affects. A difference is breaking if a valid request may now be
/// refused, or if something in answers was removed, may be absent, or has another form. Exit code 1 if any is breaking.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  ongoing wsdl fetch --out new.wsdl
  ongoing wsdl diff built-in new.wsdl")]
pub struct Args {
    /// Old contract: a file, or `built-in` for the one this program was built from
    old: String,
    /// New contract: a file, or `built-in`
    new: String,
    /// Format of the differences
    #[arg(long, short, value_enum, default_value_t = OutputFormat::Text)]
    output: OutputFormat,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let changes = compare(&read(&args.old)?, &read(&args.new)?);
    match args.output {
        OutputFormat::Json => print_json(&changes.iter().map(as_json).collect())?,
        OutputFormat::Text => print_text(&changes)?,
    }
    match changes.iter().filter(|change| change.breaking).count() {
        0 => Ok(()),
        count => {
            let what = counted(count as u64, "breaking difference");
            Err(Failure::new(Exit::Refused, what).into())
        }
    }
}

fn read(name: &str) -> Result<Surface, Failure> {
    if name == "built-in" {
        return reader::built_in().map_err(|what| {
            Failure::new(Exit::BadInput, format!("the built-in contract cannot be compared: {what}"))
        });
    }
    let input = NamedText::read(name)?;
    reader::read(input.text())
        .map_err(|what| Failure::new(Exit::BadInput, format!("{name} is not a readable contract: {what}")))
}

fn as_json(change: &Difference) -> Value {
    json!({
        "change": change.what,
        "subject": change.subject,
        "detail": change.detail,
        "breaking": change.breaking,
        "operations": change.operations,
    })
}

fn print_text(changes: &[Difference]) -> anyhow::Result<()> {
    let mut page = Page::new();
    for (heading, breaking) in [("Breaking", true), ("Not breaking", false)] {
        let mut of_kind = changes.iter().filter(|change| change.breaking == breaking).peekable();
        if of_kind.peek().is_some() {
            page.heading(heading)?;
        }
        for change in of_kind {
            let detail =
                if change.detail.is_empty() { String::new() } else { format!(": {}", change.detail) };
            page.paragraph(2, &format!("{}: {}{detail}", change.what, change.subject))?;
            page.paragraph(6, &touched(&change.operations))?;
        }
    }
    if changes.is_empty() {
        page.line("no difference")?;
    }
    page.finish()
}

fn touched(operations: &BTreeSet<String>) -> String {
    const SHOWN: usize = 6;
    let mut text = operations.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if operations.len() > SHOWN {
        text.push_str(&format!(" and {} more", operations.len() - SHOWN));
    }
    text
}
