//! What the contract says of a payload: the way to a member, the text of a value, and what is wrong.

pub mod check;
pub(super) mod content;
pub(super) mod json_path;
pub mod open_content;
pub(super) mod path;
pub(super) mod scalar;
pub(super) mod value;
