//! House rules that a machine can keep: no circles between modules, no type name with two meanings, no
//! change of the public API or of the project's words that nobody has read.

mod circles;
mod public_api;
mod source_tree;
mod type_names;
mod words;

use source_tree::SourceTree;

#[test]
fn modules_do_not_depend_on_each_other_in_circles() {
    let trees = SourceTree::PACKAGES.map(|(package, main)| SourceTree::of_package(package, main));
    let found: Vec<circles::Circle> = trees.iter().flat_map(circles::circles).collect();
    let names: Vec<&str> = found.iter().map(|circle| circle.name.as_str()).collect();
    let edges: Vec<&str> = found.iter().flat_map(|circle| &circle.edges).map(String::as_str).collect();
    assert!(found.is_empty(), "{names:?} are made of:\n{}", edges.join("\n"));
}

#[test]
fn a_type_name_has_one_meaning() {
    let command = SourceTree::of(&SourceTree::root().join("cli/src"), "main.rs");
    let problems = type_names::problems(&[("ongoing_wms", SourceTree::read()), ("ongoing", command)]);
    assert!(problems.is_empty(), "name each type after what it is:\n{}", problems.join("\n"));
}

#[test]
fn the_public_api_is_the_one_that_was_read() {
    expect("fixtures/api.txt", &public_api::text(&SourceTree::read()));
}

#[test]
fn what_the_project_says_is_what_was_read() {
    expect("fixtures/words.txt", &words::text());
}

/// Compares a file of what was read to what there is. A mismatch writes the new text and fails.
fn expect(file: &str, text: &str) {
    let path = SourceTree::root().join(file);
    if std::fs::read_to_string(&path).ok().as_deref() == Some(text) {
        return;
    }
    if std::env::var_os("CI").is_none() {
        std::fs::write(&path, text).unwrap();
    }
    panic!("{} differs; the new text is written, read it", path.display());
}
