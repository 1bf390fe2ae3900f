//! Records from the rows of a CSV file, by a column map.

mod binding;
pub mod column_map;
mod layout;
mod mangled;
pub(super) mod rows;
mod text;
mod unfilled;
