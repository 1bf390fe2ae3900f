//! Finds the rows in an answer without declared members, by its structure.
//!
//! An element that contains elements is a structure. The structures in the answer's result are the rows; if there is
//! only one, and it contains only structures with one name, these are the rows.

use super::cut::{ANY_NAMESPACE, FullName};
use super::cut_token::{TokenKind, name_length, token};

/// Depth of the content of the result: below envelope, body, response and result.
const CHILD: usize = 5;

/// Scans an answer as it arrives, and keeps only names.
pub(crate) struct FormFinder {
    /// Children of the result that are never rows.
    is_aside: fn(&str) -> bool,
    buffer: Vec<u8>,
    /// The buffer has no complete piece before it has this length.
    enough: usize,
    depth: usize,
    child: ResultChild,
    item_is_structure: bool,
    /// Names of the structures in the result, each once.
    names: Vec<String>,
    count: usize,
    /// Name of the items of the structure that ended last, if it is a list.
    items: Option<String>,
}

/// A child of the result.
#[derive(Default)]
struct ResultChild {
    name: String,
    /// Name of its first child.
    item: Option<String>,
    /// Something in it is not a structure, or has another name.
    is_mixed: bool,
}

impl FormFinder {
    pub fn new(is_aside: fn(&str) -> bool) -> Self {
        FormFinder {
            is_aside,
            buffer: Vec::new(),
            enough: 0,
            depth: 0,
            child: ResultChild::default(),
            item_is_structure: false,
            names: Vec::new(),
            count: 0,
            items: None,
        }
    }

    /// Scans the next part of the answer.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() < self.enough {
            return;
        }
        let buffer = std::mem::take(&mut self.buffer);
        let mut rest = buffer.as_slice();
        while let Some((kind, length)) = token(rest) {
            self.take(kind, &rest[..length]);
            rest = &rest[length..];
        }
        self.buffer = rest.to_vec();
        self.enough = rest.len() * 2;
    }

    fn take(&mut self, kind: TokenKind, text: &[u8]) {
        match kind {
            TokenKind::Start => {
                self.depth += 1;
                self.begin(text);
                if text.ends_with(b"/>") {
                    self.end();
                }
            }
            TokenKind::End => self.end(),
            TokenKind::Space | TokenKind::Text | TokenKind::Aside | TokenKind::Wrong => {}
        }
    }

    fn begin(&mut self, tag: &[u8]) {
        match self.depth {
            CHILD => self.child = ResultChild { name: local(tag), ..ResultChild::default() },
            depth if depth == CHILD + 1 => {
                let name = local(tag);
                self.item_is_structure = false;
                match &self.child.item {
                    Some(first) => self.child.is_mixed |= *first != name,
                    None => self.child.item = Some(name),
                }
            }
            depth if depth == CHILD + 2 => self.item_is_structure = true,
            _ => {}
        }
    }

    fn end(&mut self) {
        if self.depth == CHILD + 1 {
            self.child.is_mixed |= !self.item_is_structure;
        } else if self.depth == CHILD {
            let ResultChild { name, item, is_mixed } = std::mem::take(&mut self.child);
            if item.is_some() && !(self.is_aside)(&name) {
                self.count += 1;
                self.items = item.filter(|_| !is_mixed);
                if !self.names.contains(&name) {
                    self.names.push(name);
                }
            }
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// The elements from below the result to a row, each with its possible names.
    pub fn way(self) -> Vec<Vec<FullName>> {
        let any = |name: String| (ANY_NAMESPACE.to_owned(), name);
        let children = self.names.into_iter().map(any).collect();
        match self.items {
            Some(items) if self.count == 1 => vec![children, vec![any(items)]],
            _ => vec![children],
        }
    }
}

/// The local name in a start tag.
fn local(tag: &[u8]) -> String {
    let name = String::from_utf8_lossy(&tag[1..1 + name_length(tag)]);
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(result: &str) -> Vec<String> {
        let text = format!("<?xml version='1.0'?><s:E><s:B><A><R>{result}</R></A></s:B></s:E>");
        let mut ways = Vec::new();
        // The result does not depend on how the text is split.
        for size in [1, 7, text.len()] {
            let mut finder = FormFinder::new(|name| name == "Errors");
            text.as_bytes().chunks(size).for_each(|chunk| finder.feed(chunk));
            let step =
                |names: Vec<FullName>| names.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join("|");
            ways.push(finder.way().into_iter().map(step).collect::<Vec<_>>());
        }
        assert!(ways.iter().all(|way| *way == ways[0]), "{ways:?}");
        ways.remove(0)
    }

    #[test]
    fn rows_side_by_side_or_in_one_list() {
        let (one, two) = ("<M><Id>1</Id><To><Place>A</Place></To></M>", "<M><Id>2</Id><To/></M>");
        assert_eq!(way(&format!("<Success>true</Success>{one}{two}")), ["M"]);
        assert_eq!(way(&format!("<Ms>{one}{two}</Ms><Message/>")), ["Ms", "M"]);
        assert_eq!(way(&format!("<w:Ms>{one}</w:Ms>")), ["Ms", "M"]);
        assert_eq!(way(&format!("<Ms>{one}</Ms><Ns>{one}</Ns>")), ["Ms|Ns"]);
        assert_eq!(way(one), ["M"]);
        assert_eq!(way("<Ms/>"), [""]);
        assert_eq!(way(&format!("<Errors><Error><Message/></Error></Errors>{two}")), ["M"]);
    }

    #[test]
    fn what_looks_like_a_list_and_is_none() {
        assert_eq!(way("<M><A><x/></A><B><x/></B></M>"), ["M"]);
        assert_eq!(way("<M><A><x/></A><A>text</A></M>"), ["M"]);
        assert_eq!(way("<M><!-- <A><x/></A> --><A a='<>'/><![CDATA[<A><x/></A>]]></M>"), ["M"]);
    }
}
