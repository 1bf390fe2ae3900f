//! The path from the document's first element to the reader's position.

use super::ReadError;
use crate::xml::read_error::ReadErrorKind;
use crate::xml::split_name;

pub(super) struct PathStep {
    pub(super) name: &'static str,
    pub(super) index: usize,
}

pub(super) fn bare(path: &[PathStep], offset: Option<u64>, message: String) -> ReadError {
    let mut text = String::new();
    for step in path {
        push_name(&mut text, step.name);
        if step.index > 0 {
            text.push_str(&format!("[{}]", step.index));
        }
    }
    ReadError { path: text, offset, message, kind: ReadErrorKind::Other, empty_value: false }
}

/// Adds the path to an error of the layer below, which does not know it.
pub(super) fn placed(path: &[PathStep], error: Box<ReadError>) -> Box<ReadError> {
    if error.path.is_empty() { bare(path, error.offset, error.message).with_kind(error.kind) } else { error }
}

pub(super) fn path_without_indexes(path: &[PathStep]) -> String {
    let mut text = String::new();
    for step in path {
        push_name(&mut text, step.name);
    }
    text
}

fn push_name(text: &mut String, name: &str) {
    if !text.is_empty() {
        text.push('.');
    }
    text.push_str(split_name(name).1);
}
