//! The namespace of a prefix at one place of a document.

pub(super) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Namespace of the declarations of prefixes.
pub(super) const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

#[derive(Clone)]
struct Binding {
    depth: usize,
    prefix: Box<str>,
    namespace: Box<str>,
}

/// The bindings in force, innermost last.
#[derive(Clone, Default)]
pub(super) struct Scopes {
    bindings: Vec<Binding>,
    /// Depth of the innermost binding.
    deepest: usize,
    main: Box<str>,
    default_is_main: bool,
}

impl Scopes {
    pub fn new(main: &str) -> Self {
        Scopes { bindings: Vec::new(), deepest: 0, main: main.into(), default_is_main: main.is_empty() }
    }

    /// Number of declarations in force.
    pub fn len(&self) -> usize {
        self.bindings.len()
    }

    pub fn bind(&mut self, depth: usize, prefix: &str, namespace: &str) {
        self.bindings.push(Binding { depth, prefix: prefix.into(), namespace: namespace.into() });
        self.deepest = depth;
        if prefix.is_empty() {
            self.default_is_main = *namespace == *self.main;
        }
    }

    /// Ends the scope of the element at `depth`.
    #[inline]
    pub fn leave(&mut self, depth: usize) {
        if depth <= self.deepest {
            self.leave_bindings(depth);
        }
    }

    fn leave_bindings(&mut self, depth: usize) {
        while self.bindings.last().is_some_and(|binding| binding.depth == depth) {
            let ended = self.bindings.pop();
            if ended.is_some_and(|binding| binding.prefix.is_empty()) {
                self.default_is_main = self.find("") == Some(&*self.main);
            }
        }
        self.deepest = self.bindings.last().map_or(0, |binding| binding.depth);
    }

    /// Namespace of a prefix; `None` if it is not declared. No prefix and no declaration means no namespace.
    pub fn find(&self, prefix: &str) -> Option<&str> {
        match self.bindings.iter().rev().find(|binding| *binding.prefix == *prefix) {
            Some(binding) => Some(&binding.namespace),
            None if prefix.is_empty() => Some(""),
            None if prefix == "xml" => Some(XML),
            None => None,
        }
    }

    pub fn main(&self) -> &str {
        &self.main
    }

    /// Whether an element with this prefix is in the main namespace. The common case costs no search.
    #[inline]
    pub fn is_main(&self, prefix: &str) -> bool {
        if prefix.is_empty() { self.default_is_main } else { self.find(prefix) == Some(&*self.main) }
    }
}
