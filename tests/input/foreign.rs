//! Any table that Python's csv module writes, read back: the same records, or a refusal; never fewer.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use ongoing_wms::batch::{Input, Kind};
use serde_json::Value;

/// Text members of an article, the record's number first.
const MEMBERS: [&str; 8] = [
    "ArticleNumber",
    "ArticleName",
    "ArticleDescription",
    "ProductCode",
    "BarCode",
    "ArticleUnitCode",
    "BarCodePackage",
    "LinkToPicture",
];

#[test]
fn tables_of_python_come_back_or_are_refused() {
    let refused = tables(7, 400);
    assert!(refused < 100, "{refused} of 400 are refused");
}

/// `cargo test --test input -- --ignored`; `ONGOING_SEED` starts from another seed.
#[test]
#[ignore = "20,000 tables, about a minute"]
fn many_tables_of_python_come_back_or_are_refused() {
    let seed = std::env::var("ONGOING_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    for round in 0..20 {
        tables(seed + round, 1_000);
    }
}

/// Gives the number of tables that are refused.
fn tables(seed: u64, count: u64) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/input/writer.py");
    let python = if cfg!(windows) { "python" } else { "python3" };
    let status = Command::new(python)
        .arg(script)
        .arg(folder.path())
        .args([seed.to_string(), count.to_string()])
        .status()
        .unwrap_or_else(|error| panic!("{python} is needed: {error}"));
    assert!(status.success());
    let text = fs::read_to_string(folder.path().join("tables.jsonl")).unwrap();
    let mut refused = 0;
    for (number, line) in text.lines().enumerate() {
        let table: Value = serde_json::from_str(line).unwrap();
        refused += usize::from(is_refused(&table, &folder.path().join(format!("{number}.csv"))));
    }
    refused
}

fn is_refused(table: &Value, file: &Path) -> bool {
    let map = file.with_extension("toml");
    fs::write(&map, map_of(table)).unwrap();
    let read = super::read(Kind::find("articles").unwrap(), Input::new(file), &map);
    let context =
        || format!("{table}\n{}\n{}", map_of(table), String::from_utf8_lossy(&fs::read(file).unwrap()));
    if !read.errors.is_empty() {
        let only_shape = read.errors.iter().all(|error| error.what.contains("contains rows"));
        let may_be = only_shape && table["multiline"] == false && table["plain"] == false;
        assert!(may_be, "{:?}\n{}", read.errors, context());
        return true;
    }
    let expected: Vec<Vec<Value>> =
        table["rows"].as_array().unwrap().iter().map(|row| row.as_array().unwrap().clone()).collect();
    let found: Vec<Vec<Value>> = read
        .records
        .iter()
        .map(|record| {
            let value = |member: &&str| record.payload.get(*member).cloned().unwrap_or_else(|| "".into());
            MEMBERS[..width(table)].iter().map(value).collect()
        })
        .collect();
    assert_eq!(found, expected, "{}", context());
    false
}

fn width(table: &Value) -> usize {
    table["width"].as_u64().unwrap() as usize
}

fn map_of(table: &Value) -> String {
    let text = |name: &str| table[name].as_str();
    let mut map = String::from("trim = false\n");
    if table["sep"] == false {
        writeln!(map, "delimiter = {:?}", text("delimiter").unwrap()).unwrap();
    }
    let quote = if table["none"] == true { "" } else { text("quote").unwrap() };
    writeln!(map, "quote = {quote:?}").unwrap();
    for name in ["escape", "label"] {
        if let Some(value) = text(name) {
            let key = if name == "label" { "encoding" } else { name };
            writeln!(map, "{key} = {value:?}").unwrap();
        }
    }
    writeln!(map, "no_header = {}", table["header"] == false).unwrap();
    writeln!(map, "multiline_cells = {}", table["multiline"]).unwrap();
    writeln!(map, "[columns]").unwrap();
    for (index, member) in MEMBERS[..width(table)].iter().enumerate() {
        writeln!(map, "{member} = {}", index + 1).unwrap();
    }
    map
}
