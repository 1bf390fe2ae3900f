//! Golden exchanges: each folder `fixtures/exchanges/<Operation>__<point>` is one call, whole.
//!
//! | file | what it is |
//! |---|---|
//! | `input.json` | the request in JSON form, as `call --input` takes it |
//! | `request.xml` | the envelope that is sent, laid out for reading; `***` for the password |
//! | `response.xml` | the answer, byte for byte; absent where nothing may be sent |
//! | `output.json` | the result, where the answer can be read |
//! | `error.txt` | the error and all that it knows, where there is one |
//! | `notices.txt` | what the tolerant reader bore |
//! | `strict.txt` | what the strict reader says, where it says something else |
//! | `case.toml` | settings, all optional: see [`case::Settings`] |
//!
//! `input.json`, `response.xml` and `case.toml` are written by hand (or by [`scaffold`]), the others by this test: a
//! difference writes the new text and fails, and under `CI` only fails. Every call is made twice, read tolerantly and
//! strictly.
//!
//! The exact bytes of a request matter, and nobody can read an envelope of one line. So `request.xml` has line breaks
//! and indentation between tags, and [`layout`] proves for each that taking them away gives back what was sent.
#![cfg(all(feature = "serde", own_contract))]

mod case;
mod layout;
mod pages;
mod properties;
mod run;
mod scaffold;
mod tree;
mod verdicts;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use case::Case;
use ongoing_wms::api::OPERATIONS;

#[test]
fn every_exchange_goes_as_its_folder_says() {
    let mut differ = Vec::new();
    for case in Case::all() {
        let made = run::run(&case);
        for name in run::WRITTEN {
            let path = case.folder.join(name);
            let text = made.get(name).map(String::as_str);
            if fs::read_to_string(&path).ok().as_deref() == text {
                continue;
            }
            refresh(&path, text);
            differ.push(format!("{}\n{}", path.display(), text.unwrap_or("(no such file any more)\n")));
        }
    }
    assert!(differ.is_empty(), "new texts are written, read them:\n\n{}", differ.join("\n"));
}

/// Writes a text that differs; under CI a difference is only reported.
fn refresh(path: &Path, text: Option<&str>) {
    if std::env::var_os("CI").is_some() {
        return;
    }
    match text {
        Some(text) => fs::write(path, text).unwrap(),
        None => fs::remove_file(path).unwrap(),
    }
}

#[test]
fn every_folder_names_an_operation_and_a_point() {
    let names: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
    for case in Case::all() {
        assert!(names.contains(case.operation.name), "{}", case.folder.display());
        for entry in fs::read_dir(&case.folder).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            let known = run::WRITTEN.contains(&name.as_str()) || case::GIVEN.contains(&name.as_str());
            assert!(known, "{}/{name}", case.folder.display());
        }
    }
}
