//! The public API as text: every public item of every public module, by its signature.
//!
//! What `fixtures/surface.txt` lists of the contract (the types of `api`) and what is hidden from the documentation is left
//! out.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, Type, parse_quote};

use crate::source_tree::{ModulePath, SourceTree, attributes, imports, is_hidden, is_pub};

pub fn text(tree: &SourceTree) -> String {
    let exported = exported(tree);
    let mut impls = impls(tree, &exported);
    let mut text = String::new();
    for (module, shown) in &tree.modules {
        if !shown.is_public {
            continue;
        }
        let mut items = from_elsewhere(tree, module);
        for (name, home) in &exported[module] {
            let found = tree.modules[home].items.iter().filter(|item| ident(item).as_ref() == Some(name));
            for item in found.filter_map(signature) {
                items.push(item);
                items.extend(impls.remove(&(home.clone(), name.clone())).unwrap_or_default());
            }
        }
        if items.is_empty() {
            continue;
        }
        let path = [&["ongoing_wms".to_owned()], module.as_slice()].concat().join("::");
        let file = syn::File { shebang: None, attrs: Vec::new(), items };
        let code = prettyplease::unparse(&file).replace(" {}\n", ";\n");
        text.push_str(&format!("// {path}\n\n{code}\n"));
    }
    text
}

/// What a module re-exports of other crates.
fn from_elsewhere(tree: &SourceTree, module: &ModulePath) -> Vec<Item> {
    let is_elsewhere = |item: &&Item| match item {
        Item::Use(item) if is_pub(&item.vis) => {
            imports(&item.tree).iter().all(|import| tree.resolve(module, &import.path).is_none())
        }
        _ => false,
    };
    tree.modules[module].items.iter().filter(is_elsewhere).cloned().collect()
}

/// For each public module the names that it has, with the module where each is defined. One name is shown once.
fn exported(tree: &SourceTree) -> BTreeMap<ModulePath, Vec<(String, ModulePath)>> {
    let mut all = BTreeMap::new();
    let mut shown = BTreeSet::new();
    // The modules before the crate's own re-exports: there each type has its page.
    let modules = tree.modules.iter().filter(|(path, module)| module.is_public && !path.is_empty());
    for (path, module) in modules.chain(tree.modules.get_key_value(&Vec::new())) {
        let mut names = Vec::new();
        for item in &module.items {
            match item {
                Item::Use(item) if is_pub(&item.vis) && !is_hidden(&item.attrs) => {
                    for import in imports(&item.tree) {
                        let home = tree.home(path, &import.name);
                        if home != *path {
                            names.push((import.name, home));
                        }
                    }
                }
                item => names.extend(ident(item).map(|name| (name, path.clone()))),
            }
        }
        names.retain(|name| shown.insert(name.clone()));
        all.insert(path.clone(), names);
    }
    all
}

/// The name of a public item that is not hidden.
fn ident(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Const(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Fn(item) => (&item.vis, &item.sig.ident),
        Item::Static(item) => (&item.vis, &item.ident),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    (is_pub(visibility) && !is_hidden(attributes(item))).then(|| name.to_string())
}

/// The item without its body and what is private in it.
fn signature(item: &Item) -> Option<Item> {
    let mut item = item.clone();
    match &mut item {
        Item::Const(item) => {
            keep(&mut item.attrs);
            *item.expr = parse_quote!(_);
        }
        Item::Static(item) => {
            keep(&mut item.attrs);
            *item.expr = parse_quote!(_);
        }
        Item::Fn(item) => {
            keep(&mut item.attrs);
            *item.block = parse_quote!({});
        }
        Item::Enum(item) => {
            keep(&mut item.attrs);
            item.variants = item
                .variants
                .iter()
                .filter(|variant| !is_hidden(&variant.attrs))
                .cloned()
                .map(|mut variant| {
                    keep(&mut variant.attrs);
                    variant.fields.iter_mut().for_each(|field| keep(&mut field.attrs));
                    variant
                })
                .collect();
        }
        Item::Struct(item) => {
            keep(&mut item.attrs);
            public_fields(&mut item.fields);
        }
        Item::Trait(item) => {
            keep(&mut item.attrs);
            item.items.retain(|item| !trait_item_is_hidden(item));
            for item in &mut item.items {
                if let syn::TraitItem::Fn(item) = item {
                    keep(&mut item.attrs);
                    // That there is a default is part of the API.
                    item.default = item.default.as_ref().map(|_| parse_quote!({ .. }));
                }
            }
        }
        Item::Type(item) => keep(&mut item.attrs),
        _ => return None,
    }
    Some(item)
}

fn trait_item_is_hidden(item: &syn::TraitItem) -> bool {
    match item {
        syn::TraitItem::Fn(item) => is_hidden(&item.attrs),
        syn::TraitItem::Const(item) => is_hidden(&item.attrs),
        syn::TraitItem::Type(item) => is_hidden(&item.attrs),
        _ => false,
    }
}

fn public_fields(fields: &mut Fields) {
    if let Fields::Named(named) = fields {
        let public =
            named.named.iter().filter(|field| is_pub(&field.vis) && !is_hidden(&field.attrs)).cloned();
        named.named = public.collect();
        named.named.iter_mut().for_each(|field| keep(&mut field.attrs));
    } else if let Fields::Unnamed(unnamed) = fields {
        for field in &mut unnamed.unnamed {
            keep(&mut field.attrs);
            if !is_pub(&field.vis) {
                field.ty = parse_quote!(_);
            }
        }
    }
}

/// Keeps the attributes that a caller must know of.
fn keep(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| {
        ["cfg", "derive", "non_exhaustive", "must_use", "deprecated"]
            .iter()
            .any(|name| attribute.path().is_ident(name))
    });
}

/// The public methods of each exported type, and the traits that it has.
fn impls(
    tree: &SourceTree,
    exported: &BTreeMap<ModulePath, Vec<(String, ModulePath)>>,
) -> BTreeMap<(ModulePath, String), Vec<Item>> {
    let known: BTreeSet<&(String, ModulePath)> = exported.values().flatten().collect();
    let mut all: BTreeMap<(ModulePath, String), Vec<Item>> = BTreeMap::new();
    for (module, found) in &tree.modules {
        for item in &found.items {
            let Item::Impl(item) = item else { continue };
            let Type::Path(of) = &*item.self_ty else { continue };
            let path: Vec<String> =
                of.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let Some((name, home)) = defined(tree, module, &path) else { continue };
            if known.contains(&(name.clone(), home.clone()))
                && let Some(item) = public_part(item)
            {
                all.entry((home, name)).or_default().push(item);
            }
        }
    }
    all
}

/// Where the type that a module names so is defined.
fn defined(tree: &SourceTree, module: &ModulePath, path: &[String]) -> Option<(String, ModulePath)> {
    let (name, before) = path.split_last()?;
    if !before.is_empty() {
        let (at, _) = tree.resolve(module, path)?;
        return Some((name.clone(), tree.home(&at, name)));
    }
    let items = &tree.modules[module].items;
    if items.iter().any(|item| matches!(item, Item::Struct(item) if item.ident == name.as_str()))
        || items.iter().any(|item| matches!(item, Item::Enum(item) if item.ident == name.as_str()))
    {
        return Some((name.clone(), module.clone()));
    }
    let uses = items.iter().filter_map(|item| match item {
        Item::Use(item) => Some(imports(&item.tree)),
        _ => None,
    });
    for import in uses.flatten() {
        if import.name == *name {
            let (at, rest) = tree.resolve(module, &import.path)?;
            let name = rest.last()?;
            return Some((name.clone(), tree.home(&at, name)));
        }
        if import.name == "*"
            && let Some((at, rest)) = tree.resolve(module, &import.path)
            && rest.is_empty()
            && tree.modules[&at].items.iter().any(|item| ident(item).as_ref() == Some(name))
        {
            return Some((name.clone(), at));
        }
    }
    None
}

fn public_part(item: &ItemImpl) -> Option<Item> {
    let mut item = item.clone();
    if is_hidden(&item.attrs) {
        return None;
    }
    keep(&mut item.attrs);
    if item.trait_.is_some() {
        // What a trait asks for is known; which types go with it is not.
        item.items.retain(|item| matches!(item, ImplItem::Type(_)));
        return Some(Item::Impl(item));
    }
    item.items.retain(|item| match item {
        ImplItem::Fn(item) => is_pub(&item.vis) && !is_hidden(&item.attrs),
        ImplItem::Const(item) => is_pub(&item.vis) && !is_hidden(&item.attrs),
        _ => false,
    });
    for item in &mut item.items {
        match item {
            ImplItem::Fn(item) => {
                keep(&mut item.attrs);
                item.block = parse_quote!({});
            }
            ImplItem::Const(item) => {
                keep(&mut item.attrs);
                item.expr = parse_quote!(_);
            }
            _ => {}
        }
    }
    (!item.items.is_empty()).then_some(Item::Impl(item))
}
