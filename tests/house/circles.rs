//! Which modules depend on each other in circles.
//!
//! At each level of the tree the modules side by side are compared, each with all that is below it. That a parent and its
//! children know each other is no circle.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Item;

use crate::source_tree::{ModulePath, SourceTree, imports};

pub struct Circle {
    /// The room and its modules that depend on each other: `xml: json, read`.
    pub name: String,
    /// `json -> read (super::read::Reader)`.
    pub edges: Vec<String>,
}

/// From a module to another, with a path that is written there.
type Edges = BTreeMap<(ModulePath, ModulePath), String>;

pub fn circles(tree: &SourceTree) -> Vec<Circle> {
    let edges = edges(tree);
    let rooms: BTreeSet<&[String]> =
        tree.modules.keys().filter(|path| !path.is_empty()).map(|path| &path[..path.len() - 1]).collect();
    rooms.into_iter().flat_map(|room| circles_in(room, &edges)).collect()
}

fn edges(tree: &SourceTree) -> Edges {
    let mut edges = Edges::new();
    for (module, found) in &tree.modules {
        let mut paths = Vec::new();
        for item in &found.items {
            match item {
                Item::Use(item) => paths.extend(imports(&item.tree).into_iter().map(|import| import.path)),
                item => paths_in(item.to_token_stream(), &mut paths),
            }
        }
        for path in paths {
            let Some((target, rest)) = tree.resolve(module, &path) else { continue };
            let target = rest.first().map_or(target.clone(), |name| tree.home(&target, name));
            if target != *module {
                edges.entry((module.clone(), target)).or_insert_with(|| path.join("::"));
            }
        }
    }
    edges
}

/// All that is written as a path, in macros too.
fn paths_in(tokens: TokenStream, paths: &mut Vec<Vec<String>>) {
    let mut path: Vec<String> = Vec::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if colons == 2 => path.push(ident.to_string()),
            TokenTree::Ident(ident) => {
                paths.extend((path.len() > 1).then(|| std::mem::take(&mut path)));
                path = vec![ident.to_string()];
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                colons += 1;
                continue;
            }
            TokenTree::Group(group) => {
                paths.extend((path.len() > 1).then(|| std::mem::take(&mut path)));
                path.clear();
                paths_in(group.stream(), paths);
            }
            _ => {
                paths.extend((path.len() > 1).then(|| std::mem::take(&mut path)));
                path.clear();
            }
        }
        colons = 0;
    }
    paths.extend((path.len() > 1).then_some(path));
}

fn circles_in(room: &[String], edges: &Edges) -> Vec<Circle> {
    let child = |path: &ModulePath| path.starts_with(room).then(|| path.get(room.len()).cloned()).flatten();
    let mut to: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for ((from, target), path) in edges {
        if let (Some(a), Some(b)) = (child(from), child(target))
            && a != b
        {
            to.entry(a).or_default().entry(b).or_insert_with(|| format!("{}: {path}", from.join("::")));
        }
    }
    let reach: BTreeMap<&String, BTreeSet<&String>> =
        to.keys().map(|name| (name, reached(name, &to))).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (name, from_here) in &reach {
        let circle: BTreeSet<&String> = from_here
            .iter()
            .copied()
            .filter(|other| reach.get(other).is_some_and(|from_there| from_there.contains(name)))
            .collect();
        if circle.len() < 2 || !seen.insert(circle.clone()) {
            continue;
        }
        let members: Vec<&str> = circle.iter().map(|name| name.as_str()).collect();
        let room = if room.is_empty() { "the crate".to_owned() } else { room.join("::") };
        let inside = |a: &&String, b: &&String| circle.contains(a) && circle.contains(b);
        let edges = to.iter().flat_map(|(a, targets)| targets.iter().map(move |(b, path)| (a, b, path)));
        let edges = edges.filter(|(a, b, _)| inside(a, b)).map(|(a, b, path)| format!("{a} -> {b} ({path})"));
        found.push(Circle { name: format!("{room}: {}", members.join(", ")), edges: edges.collect() });
    }
    found
}

fn reached<'t>(
    start: &'t String,
    to: &'t BTreeMap<String, BTreeMap<String, String>>,
) -> BTreeSet<&'t String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        for next in to.get(name).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}
