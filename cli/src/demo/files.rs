//! The web shop's files.

use anyhow::{Context as _, Result, anyhow, bail};
use ongoing_wms::Decimal;
use ongoing_wms::sandbox::contract::{ArticleDefinition, ArticleIdentificationType, ArticleOperation};
use ongoing_wms::xml::{Xml, json};

pub const ARTICLES: &str = include_str!("../../fixtures/demo/articles.csv");
pub const IN_ORDERS: &str = include_str!("../../fixtures/demo/in-orders.jsonl");
pub const ORDERS: &str = include_str!("../../fixtures/demo/orders.jsonl");
pub const PACKING_NOTE: &[u8] = include_bytes!("../../fixtures/demo/packing-note.pdf");

/// The articles of the export: semicolons between the columns, decimal commas in the numbers.
pub fn articles(text: &str) -> Result<Vec<ArticleDefinition>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let column = |name: &str| {
        header.iter().position(|column| column == name).ok_or_else(|| anyhow!("column {name} not found"))
    };
    let number = column("Artikelnummer")?;
    let (name, bar_code) = (column("Benämning")?, column("Streckkod")?);
    let (weight, price) = (column("Vikt (kg)")?, column("Pris (SEK)")?);
    let (unit, origin) = (column("Enhet")?, column("Ursprung")?);
    let mut articles = Vec::new();
    for (index, row) in reader.records().enumerate() {
        let row = row?;
        let text = |column: usize| row.get(column).filter(|text| !text.is_empty()).map(str::to_owned);
        let decimal = |column: usize| {
            let text = row.get(column).unwrap_or_default();
            decimal(text).with_context(|| format!("line {}, {}", index + 2, &header[column]))
        };
        articles.push(ArticleDefinition {
            article_number: text(number),
            article_name: text(name),
            bar_code: text(bar_code),
            weight: Some(decimal(weight)?),
            price: Some(decimal(price)?),
            article_unit_code: text(unit),
            country_of_origin_code: text(origin),
            ..ArticleDefinition::new(
                ArticleOperation::CreateOrUpdate,
                ArticleIdentificationType::ArticleNumber,
            )
        });
    }
    Ok(articles)
}

/// A number as Swedes write it: `1 295,00`.
fn decimal(text: &str) -> Result<Decimal> {
    if text.contains('.') {
        bail!("`{text}` has a point where a decimal comma is expected");
    }
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    plain.replace(',', ".").parse().with_context(|| format!("`{text}` is not a number"))
}

/// One value of the contract per line.
pub fn json_lines<T: Xml>(text: &str) -> Result<Vec<T>> {
    let mut values = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let value = serde_json::from_str(line).with_context(|| format!("line {}", index + 1))?;
        values.push(json::from_value(&value).map_err(|error| anyhow!("line {}: {error}", index + 1))?);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_export_is_read_as_it_is_meant() {
        let articles = articles(ARTICLES).unwrap();
        assert_eq!(articles[0].article_name.as_deref(), Some("Kopp \"Lingon\", röd"));
        assert_eq!(articles[4].price, Some("1295.00".parse().unwrap()));
        assert_eq!(decimal("0,004").unwrap().to_string(), "0.004");
        assert!(decimal("1.5").is_err() && decimal("x").is_err());
    }
}
