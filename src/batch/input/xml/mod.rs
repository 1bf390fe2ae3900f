//! Records from XML files.

mod element;
pub(super) mod files;
