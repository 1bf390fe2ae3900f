//! Limits on the size of a schema with all its references followed.
//!
//! xsd-parser expands each group at every reference, and each base in all types that extend it. A few lines of groups
//! that each refer twice to the next one would exhaust the memory, and a long chain of them the stack. So the sizes are
//! computed before xsd-parser runs.

use std::collections::HashMap;

use super::XS;
use super::declare::{Declarations, Global};
use super::tree::Node;
use crate::error::Result;

/// Maximum depth of groups that refer to groups, and of types derived from types. Real contracts have about 10.
const DEEPEST: usize = 100;

/// Maximum number of elements and attributes of one type or group, and of those that all references together add.
const MOST: usize = 10_000;
const MOST_TOGETHER: usize = 500_000;

/// A group or type with all references followed.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    members: usize,
    depth: usize,
}

struct Sizes<'a> {
    all: &'a Declarations<'a>,
    groups: HashMap<*const Node, Size>,
    together: usize,
}

/// Refuses what would be endless in practice. Circular references must have been refused before.
pub fn check(all: &Declarations<'_>) -> Result<()> {
    let mut sizes = Sizes { all, groups: HashMap::new(), together: 0 };
    let mut globals: Vec<_> = all.globals.values().copied().collect();
    globals.sort_by_key(|global| global.number);
    for global in globals.iter().filter(|global| is_group(global.node)) {
        sizes.group(global, 0)?;
    }
    let mut types: Vec<Size> = Vec::new();
    for number in in_order(all)? {
        let declaration = &all.types[number];
        let mut size = sizes.node(declaration.node, declaration.source, 0)?;
        types.resize(types.len().max(number + 1), Size::default());
        for base in &declaration.bases {
            let base = types.get(*base).copied().unwrap_or_default();
            sizes.together += base.members;
            size.members += base.members;
            size.depth = size.depth.max(base.depth + 1);
        }
        sizes.bound(size, declaration.node)?;
        types[number] = size;
    }
    Ok(())
}

/// The numbers of the types, bases before derived types.
fn in_order(all: &Declarations<'_>) -> Result<Vec<usize>> {
    let mut order = Vec::with_capacity(all.types.len());
    let mut done = vec![false; all.types.len()];
    for number in 0..all.types.len() {
        let mut stack = vec![(number, 0)];
        while let Some((number, next)) = stack.pop() {
            if done[number] {
                continue;
            }
            match all.types[number].bases.get(next) {
                Some(&base) => {
                    stack.push((number, next + 1));
                    stack.push((base, 0));
                }
                None => {
                    done[number] = true;
                    order.push(number);
                }
            }
            if stack.len() > DEEPEST {
                let what = format!("types are derived from types more than {DEEPEST} levels deep");
                return Err(all.types[number].node.error(what).hint("this is not supported"));
            }
        }
    }
    Ok(order)
}

fn is_group(node: &Node) -> bool {
    matches!(node.name.local.as_str(), "group" | "attributeGroup")
}

impl Sizes<'_> {
    fn group(&mut self, global: &Global<'_>, level: usize) -> Result<Size> {
        let key = std::ptr::from_ref(global.node);
        if let Some(known) = self.groups.get(&key) {
            return Ok(*known);
        }
        let size = self.node(global.node, global.source, level)?;
        self.bound(size, global.node)?;
        self.groups.insert(key, size);
        Ok(size)
    }

    /// Members in a node; those of inline types are not among them.
    fn node(&mut self, node: &Node, source: usize, level: usize) -> Result<Size> {
        let mut size = Size::default();
        for child in node.children_in(XS) {
            let found = match child.name.local.as_str() {
                "element" | "attribute" => Size { members: 1, depth: 0 },
                kind @ ("group" | "attributeGroup") => self.reference(kind, child, source, level)?,
                _ => self.node(child, source, level)?,
            };
            size.members = size.members.saturating_add(found.members);
            size.depth = size.depth.max(found.depth);
        }
        Ok(size)
    }

    fn reference(&mut self, kind: &str, node: &Node, source: usize, level: usize) -> Result<Size> {
        let kind = if kind == "group" { "group" } else { "attributeGroup" };
        let Some(qname) = node.attribute("ref") else { return Ok(Size::default()) };
        let name = self.all.resolve_in(source, node, qname)?;
        let global = self.all.global(kind, node, &name)?;
        let deep = || node.error(format!("groups refer to groups more than {DEEPEST} levels deep"));
        if level >= DEEPEST {
            return Err(deep().hint("this is not supported"));
        }
        let inside = self.group(&global, level + 1)?;
        let depth = inside.depth + 1;
        if level + depth > DEEPEST {
            return Err(deep().hint("this is not supported"));
        }
        self.together = self.together.saturating_add(inside.members);
        let size = Size { members: inside.members, depth };
        self.bound(size, node)?;
        Ok(size)
    }

    fn bound(&self, size: Size, node: &Node) -> Result<()> {
        let hint = "each reference to a group, and each type that extends another, repeats all its members; this is \
                    not supported";
        if size.members > MOST {
            return Err(node.error(format!("more than {MOST} members in one type or group")).hint(hint));
        }
        if self.together > MOST_TOGETHER {
            let what = format!("references to groups and bases add more than {MOST_TOGETHER} members");
            return Err(node.error(what).hint(hint));
        }
        Ok(())
    }
}
