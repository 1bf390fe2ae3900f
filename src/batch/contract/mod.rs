//! What the contract says about a payload: paths to members, texts of values, and errors.

pub mod check;
pub(super) mod content;
pub(super) mod json_path;
pub(super) mod known_paths;
pub mod open_content;
pub(super) mod path;
pub(super) mod scalar;
pub(super) mod value;
