//! Records from files: what is read, what is refused and what is warned of, as folders in `fixtures/input`; and tables
//! that another program has written.
#![cfg(all(feature = "batch", own_contract))]

mod foreign;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ongoing_wms::batch::{ColumnMap, Input, InputError, Kind, Record};

/// The folder of a case is named KIND__POINT.
#[test]
fn cases_are_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/input");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 20, "{} cases", cases.len());
    let wrong: Vec<&Path> = cases.iter().map(PathBuf::as_path).filter(|case| !is_as_expected(case)).collect();
    assert!(wrong.is_empty(), "read the new text before you commit it: {wrong:#?}");
}

/// Writes the new text where it is another one, and not under `CI`.
fn is_as_expected(case: &Path) -> bool {
    let shown = shown(case);
    let file = case.join("expected.txt");
    let same = fs::read_to_string(&file).is_ok_and(|expected| expected.replace("\r\n", "\n") == shown);
    if !same && std::env::var_os("CI").is_none() {
        fs::write(&file, &shown).unwrap();
    }
    if !same {
        println!("{}:\n{shown}", file.display());
    }
    same
}

fn shown(case: &Path) -> String {
    let name = case.file_name().unwrap().to_str().unwrap();
    let kind = Kind::find(name.split("__").next().unwrap()).unwrap();
    let input = fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_stem().is_some_and(|stem| stem == "input"))
        .unwrap();
    let read = read(kind, Input::new(input), &case.join("map.toml"));
    let mut text = String::new();
    for record in &read.records {
        let payload = serde_json::to_string(&record.payload).unwrap();
        match ongoing_wms::batch::check(kind.operation().unwrap(), &record.payload) {
            Ok(_) => writeln!(text, "record {}: {payload}", record.place).unwrap(),
            Err(problems) => {
                for problem in problems {
                    writeln!(text, "problem {}: {problem}", record.place).unwrap();
                    if let Some(hint) = &problem.hint {
                        writeln!(text, "  hint: {hint}").unwrap();
                    }
                }
            }
        }
    }
    for (what, errors) in [("warning", &read.warnings), ("error", &read.errors)] {
        for error in errors {
            writeln!(text, "{what}: {error}").unwrap();
            if let Some(hint) = &error.hint {
                writeln!(text, "  hint: {hint}").unwrap();
            }
        }
    }
    let folder = format!("{}{}", case.display(), std::path::MAIN_SEPARATOR);
    text.replace(&folder, "").replace("input\\", "input/")
}

#[derive(Default)]
struct Read {
    records: Vec<Record>,
    errors: Vec<InputError>,
    warnings: Vec<InputError>,
}

fn read(kind: &'static Kind, source: Input, map: &Path) -> Read {
    let warnings = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&warnings);
    let mut source = source.on_warning(move |warning| told.lock().unwrap().push(warning.clone()));
    let mut read = Read::default();
    if map.exists() {
        match ColumnMap::read(map) {
            Ok(map) => source = source.map(map),
            Err(error) => return Read { errors: vec![error], ..read },
        }
    }
    match source.records(kind) {
        Ok(records) => {
            for record in records {
                match record {
                    Ok(record) => read.records.push(record),
                    Err(error) => read.errors.push(error),
                }
            }
        }
        Err(error) => read.errors.push(error),
    }
    read.warnings = std::mem::take(&mut *warnings.lock().unwrap());
    read
}
