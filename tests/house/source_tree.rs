//! The library's sources as a tree of modules, without tests and without generated code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens as _;
use syn::{Attribute, Item, UseTree, Visibility};

/// Segments of a module's path below the crate; the crate itself has none.
pub type ModulePath = Vec<String>;

pub struct Module {
    /// Of the file's head.
    pub attributes: Vec<Attribute>,
    pub items: Vec<Item>,
    pub is_public: bool,
}

pub struct SourceTree {
    pub modules: BTreeMap<ModulePath, Module>,
}

/// A name that a `use` brings in, with the path that it comes from.
pub struct Import {
    /// `*` for all of them.
    pub name: String,
    pub path: Vec<String>,
}

impl SourceTree {
    pub fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    /// The packages of the project, with the files that their modules begin in.
    pub const PACKAGES: [(&str, &str); 5] = [
        (".", "lib.rs"),
        ("cli", "main.rs"),
        ("codegen", "lib.rs"),
        ("codegen", "main.rs"),
        ("capi", "lib.rs"),
    ];

    /// The library.
    pub fn read() -> SourceTree {
        SourceTree::of_package(".", "lib.rs")
    }

    pub fn of_package(package: &str, main: &str) -> SourceTree {
        SourceTree::of(&SourceTree::root().join(package).join("src"), main)
    }

    pub fn of(src: &Path, main: &str) -> SourceTree {
        let mut tree = SourceTree { modules: BTreeMap::new() };
        tree.add(Vec::new(), true, &src.join(main), src);
        tree
    }

    fn add(&mut self, path: ModulePath, is_public: bool, file: &Path, folder: &Path) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.add_items(path, is_public, file.attrs, file.items, folder);
    }

    fn add_items(
        &mut self,
        path: ModulePath,
        is_public: bool,
        attributes_of_file: Vec<Attribute>,
        items: Vec<Item>,
        folder: &Path,
    ) {
        let mut kept = Vec::new();
        for item in items {
            if is_test(attributes(&item)) {
                continue;
            }
            let Item::Mod(module) = item else {
                kept.push(item);
                continue;
            };
            let name = module.ident.to_string();
            let child = [path.as_slice(), std::slice::from_ref(&name)].concat();
            let is_public = is_public && is_pub(&module.vis) && !is_hidden(&module.attrs);
            let inner = folder.join(&name);
            match module.content {
                Some((_, items)) => self.add_items(child, is_public, module.attrs, items, &inner),
                None => {
                    let candidates = [folder.join(format!("{name}.rs")), inner.join("mod.rs")];
                    let file: &PathBuf =
                        candidates.iter().find(|file| file.exists()).expect("the module has a file");
                    self.add(child, is_public, file, &inner);
                }
            }
        }
        self.modules.insert(path, Module { attributes: attributes_of_file, items: kept, is_public });
    }

    /// The longest module that a path from `module` leads to, and what is left of the path.
    pub fn resolve(&self, module: &[String], path: &[String]) -> Option<(ModulePath, Vec<String>)> {
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (module.to_vec(), &path[1..]),
            "super" => {
                let ups = path.iter().take_while(|segment| *segment == "super").count();
                (module.get(..module.len().checked_sub(ups)?)?.to_vec(), &path[ups..])
            }
            first => {
                let child = [module, &[first.to_owned()]].concat();
                self.modules.contains_key(&child).then_some(())?;
                (child, &path[1..])
            }
        };
        while let Some((first, others)) = rest.split_first() {
            let child = [at.as_slice(), std::slice::from_ref(first)].concat();
            if !self.modules.contains_key(&child) {
                break;
            }
            (at, rest) = (child, others);
        }
        Some((at, rest.to_vec()))
    }

    /// The module where the item that `module` calls `name` is defined, through `pub use`.
    pub fn home(&self, module: &[String], name: &str) -> ModulePath {
        let mut at = module.to_vec();
        let mut name = name.to_owned();
        // Each step follows one re-export.
        for _ in 0..8 {
            let Some(found) = self.modules.get(&at) else { break };
            let reexports = found.items.iter().filter_map(|item| match item {
                Item::Use(item) if !matches!(item.vis, Visibility::Inherited) => Some(imports(&item.tree)),
                _ => None,
            });
            let Some(import) = reexports.flatten().find(|import| import.name == name) else { break };
            let Some((next, rest)) = self.resolve(&at, &import.path) else { break };
            let Some(last) = rest.last() else { break };
            (at, name) = (next, last.clone());
        }
        at
    }
}

/// Every name of a `use`.
pub fn imports(tree: &UseTree) -> Vec<Import> {
    let mut found = Vec::new();
    collect(tree, &mut Vec::new(), &mut found);
    found
}

fn collect(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Import>) {
    let with = |before: &[String], last: String| [before, &[last]].concat();
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            collect(&path.tree, before, found);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, before, found)),
        UseTree::Name(name) if name.ident == "self" => {
            let name = before.last().cloned().unwrap_or_default();
            found.push(Import { name, path: before.clone() });
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            found.push(Import { path: with(before, name.clone()), name });
        }
        UseTree::Rename(name) => {
            found.push(Import { name: name.rename.to_string(), path: with(before, name.ident.to_string()) })
        }
        UseTree::Glob(_) => found.push(Import { name: "*".to_owned(), path: before.clone() }),
    }
}

pub fn is_pub(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

pub fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.meta.to_token_stream().to_string() == "doc (hidden)")
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_cfg = attribute.path().is_ident("cfg");
        is_cfg && {
            let condition = attribute.meta.to_token_stream().to_string();
            condition.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "test" | "doctest"))
        }
    })
}

/// The attributes of an item.
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
