//! One type name has one meaning, in the library and in the command together.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;

use super::source_tree::{Module, SourceTree};

/// Names that several modules define on purpose, with the reason.
const SHARED: [(&str, &str); 3] = [
    ("Args", "the arguments of the command that the module is, as clap's documentation names them"),
    ("Command", "the subcommands of that command, as clap's documentation names them"),
    ("Result", "the result of the module, with its error; always seen beside that module's types"),
];

/// A line for each name that several modules define, with these modules, and for each name in [`SHARED`] that has one
/// meaning by now.
pub fn problems(crates: &[(&str, SourceTree)]) -> Vec<String> {
    let definitions = definitions(crates);
    let reason = |name: &str| SHARED.iter().find(|(shared, _)| *shared == name);
    let several = definitions.iter().filter(|(name, modules)| modules.len() > 1 && reason(name).is_none());
    let several = several.map(|(name, modules)| {
        let modules: Vec<&str> = modules.iter().map(String::as_str).collect();
        format!("{name}: {}", modules.join(", "))
    });
    let stale =
        SHARED.iter().filter(|(name, _)| definitions.get(*name).is_none_or(|modules| modules.len() < 2));
    several.chain(stale.map(|(name, _)| format!("{name} is no longer shared"))).collect()
}

/// The modules that define each name.
fn definitions(crates: &[(&str, SourceTree)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (crate_name, tree) in crates {
        for (path, module) in &tree.modules {
            let place =
                [std::slice::from_ref(&(*crate_name).to_owned()), path.as_slice()].concat().join("::");
            for name in module.items.iter().filter_map(type_name) {
                found.entry(name).or_default().insert(place.clone());
            }
        }
    }
    found
}

fn type_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

#[test]
fn a_second_meaning_of_a_name_is_found() {
    let tree = |modules: &[(&str, &str)]| {
        let module = |(name, text): &(&str, &str)| {
            let items = syn::parse_file(text).unwrap().items;
            (vec![(*name).to_owned()], Module { attributes: Vec::new(), items, is_public: true })
        };
        SourceTree { modules: modules.iter().map(module).collect() }
    };
    let library = tree(&[
        ("rows", "pub struct Rows; struct Row; type Result = (); fn f() { struct Line; }"),
        ("pages", "enum Row {} type Result = (); #[cfg(unix)] struct Lock; #[cfg(windows)] struct Lock;"),
    ]);
    let command = tree(&[
        ("page", "trait Rows {} struct Args; struct Line; "),
        ("call", "struct Args; struct Command;"),
    ]);
    let expected =
        ["Row: lib::pages, lib::rows", "Rows: cli::page, lib::rows", "Command is no longer shared"];
    assert_eq!(problems(&[("lib", library), ("cli", command)]), expected);
}
