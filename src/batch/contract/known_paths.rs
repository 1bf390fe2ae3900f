//! The paths of the values in payloads of a type, with what the contract and the digest of a content need of each.
//! Records of one kind have the same paths, so that they are looked up once and kept.

use std::cell::RefCell;
use std::ptr;

use sha2::{Digest as _, Sha256};

use crate::dynamic::find_type;
use crate::operation::{Builtin, MemberInfo, TypeInfo};
use crate::xml::expected::find_from;

/// Number of paths that are kept, so that a payload of very many values takes no memory for long.
const MOST: usize = 4096;

/// A path from the payload, such as `CustomerOrderLines[0].ArticleNumber`.
#[derive(Debug, Default)]
pub(in crate::batch) struct KnownPath {
    pub text: String,
    /// Start of the SHA-256 of the text, which journals hold: in it items of lists count from 0.
    pub hash: [u8; KnownPath::HASH],
    /// The member at its end, or the list of which it is an item; `None` if the contract does not have it.
    pub member: Option<&'static MemberInfo>,
    /// Type of a single value.
    pub builtin: Option<Builtin>,
    /// Type of an object.
    ty: Option<&'static TypeInfo>,
    /// The type in which its last step was looked up, since `@type` may name another one.
    within: Option<&'static TypeInfo>,
    /// Start of its last step in the text.
    step: usize,
    members: Vec<usize>,
    items: Vec<usize>,
    /// Whether it is among those of the path above it.
    is_kept: bool,
}

/// The paths of payloads of a type.
#[derive(Debug)]
pub(super) struct KnownPaths {
    paths: Vec<KnownPath>,
}

thread_local! {
    static KNOWN: RefCell<KnownPaths> = const { RefCell::new(KnownPaths { paths: Vec::new() }) };
}

impl KnownPaths {
    /// The payload itself.
    pub const ROOT: usize = 0;

    /// Uses the paths of payloads of this type.
    pub fn of(ty: Option<&'static TypeInfo>, run: impl FnOnce(&mut KnownPaths)) {
        KNOWN.with_borrow_mut(|known| {
            let is_of = |root: &KnownPath| same(root.ty, ty);
            if !known.paths.first().is_some_and(is_of) || known.paths.len() >= MOST {
                known.paths = vec![KnownPath { ty, ..KnownPath::default() }];
            }
            run(known);
        });
    }

    pub fn get(&self, at: usize) -> &KnownPath {
        &self.paths[at]
    }

    /// The path of a member of the object at a path, which is of the `derived` type if there is one. `expected` is the
    /// place of the member that usually comes next.
    pub fn member(
        &mut self,
        at: usize,
        derived: Option<&'static TypeInfo>,
        name: &str,
        expected: &mut usize,
    ) -> usize {
        let above = &self.paths[at];
        let within = derived.or(above.ty);
        let is_it = |below: &usize| {
            let path = &self.paths[*below];
            path.text[path.step..] == *name && same(path.within, within)
        };
        if let Some(place) = find_from(&above.members, *expected, is_it) {
            *expected = place + 1;
            return above.members[place];
        }
        let dot = if above.text.is_empty() { "" } else { "." };
        let text = format!("{}{dot}{name}", above.text);
        let member = within.and_then(|ty| ty.member(name));
        let path = KnownPath {
            step: text.len() - name.len(),
            builtin: member.and_then(MemberInfo::builtin),
            ty: member.and_then(|member| find_type(member.ty)),
            member,
            within,
            ..KnownPath::at(text)
        };
        self.add(at, path, |above| &mut above.members)
    }

    /// The path of an item of the list at a path.
    pub fn item(&mut self, at: usize, index: usize) -> usize {
        let above = &self.paths[at];
        if let Some(known) = above.items.get(index) {
            return *known;
        }
        let text = format!("{}[{index}]", above.text);
        let path = KnownPath {
            member: above.member,
            builtin: above.builtin,
            ty: above.ty,
            step: text.len(),
            ..KnownPath::at(text)
        };
        self.add(at, path, |above| &mut above.items)
    }

    /// Ends the use of a path and of those below it.
    pub fn leave(&mut self, at: usize) {
        if !self.paths[at].is_kept {
            self.paths.truncate(at);
        }
    }

    fn add(
        &mut self,
        above: usize,
        path: KnownPath,
        list: impl FnOnce(&mut KnownPath) -> &mut Vec<usize>,
    ) -> usize {
        let at = self.paths.len();
        let is_kept = at < MOST;
        if is_kept {
            list(&mut self.paths[above]).push(at);
        }
        self.paths.push(KnownPath { is_kept, ..path });
        at
    }
}

impl KnownPath {
    /// Number of bytes in a hash.
    pub const HASH: usize = 8;

    /// The path as messages show it: items of lists count from 1.
    pub fn shown(&self) -> String {
        let mut steps = self.text.split('[');
        let mut shown = steps.next().unwrap_or_default().to_owned();
        for step in steps {
            match step.split_once(']').and_then(|(index, rest)| Some((index.parse::<usize>().ok()?, rest))) {
                Some((index, rest)) => shown.push_str(&format!("[{}]{rest}", index + 1)),
                None => shown.push_str(&format!("[{step}")),
            }
        }
        shown
    }

    fn at(text: String) -> KnownPath {
        let mut hash = [0; KnownPath::HASH];
        hash.copy_from_slice(&Sha256::digest(&text)[..KnownPath::HASH]);
        KnownPath { text, hash, ..KnownPath::default() }
    }
}

fn same(one: Option<&'static TypeInfo>, other: Option<&'static TypeInfo>) -> bool {
    one.map(ptr::from_ref) == other.map(ptr::from_ref)
}
