//! Keeps chosen children of an answer or its result that their types do not declare.

use super::any::Element;
use super::read_error::Result;
use super::source::{SourceStep, XmlSource};

/// Maximum number of kept elements, and of names kept beyond it.
const MOST: usize = 64;

/// Maximum number of elements kept for one child.
const MOST_WITHIN: usize = 1_000;

/// What to keep, by local names in the main namespace.
#[derive(Clone, Copy)]
pub(crate) struct KeepRule {
    /// The result, a child of the answer.
    pub parent: fn(&str) -> bool,
    /// A child of the result, or of an answer that has none.
    pub child: fn(&str) -> bool,
}

/// What was kept so far.
pub(super) struct KeptElements {
    watch: KeepRule,
    found: Vec<Element>,
}

impl KeptElements {
    pub fn new(watch: KeepRule) -> Self {
        KeptElements { watch, found: Vec::new() }
    }

    pub fn into_found(self) -> Vec<Element> {
        self.found
    }

    // Errors are ignored here: the reader reports them when it reads or skips the same element.

    /// Examines an undeclared result, without skipping it. Returns whether it is one.
    pub fn look_at_answer(&mut self, source: &XmlSource<'_>) -> bool {
        let is_result = source.is_main() && (self.watch.parent)(source.tag.local());
        if is_result {
            let _ = self.keep_children(source.clone());
        }
        is_result
    }

    /// Examines an undeclared child of the answer that is not a result, without skipping it. Returns whether to keep it.
    pub fn look_at_child(&mut self, source: &XmlSource<'_>) -> bool {
        self.keep_watched(source).unwrap_or(false)
    }

    /// Examines an undeclared child of the answer's child `result`, without skipping it. Returns whether to keep it.
    pub fn look_at_result(&mut self, source: &XmlSource<'_>, result: &str) -> bool {
        (self.watch.parent)(result) && self.keep_watched(source).unwrap_or(false)
    }

    fn keep_children(&mut self, mut source: XmlSource<'_>) -> Result<()> {
        if source.tag.empty || source.is_nil()? {
            return Ok(());
        }
        loop {
            match source.step()? {
                SourceStep::End => return Ok(()),
                SourceStep::Text => {}
                SourceStep::Child => {
                    self.keep_watched(&source)?;
                    source.skip()?;
                }
            }
        }
    }

    fn keep_watched(&mut self, source: &XmlSource<'_>) -> Result<bool> {
        if !source.is_main() || !(self.watch.child)(source.tag.local()) {
            return Ok(false);
        }
        let element = source.clone().element_of(&mut { MOST_WITHIN })?;
        if self.found.len() < MOST {
            self.found.push(element);
        } else if let Some(known) = self.found.iter_mut().find(|known| known.name == element.name) {
            *known = element;
        } else if self.found.len() < 2 * MOST {
            self.found.push(element);
        }
        Ok(true)
    }
}
