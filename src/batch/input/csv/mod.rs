//! Reads records from the rows of a CSV file, by a column map.

mod bound_map;
pub mod column_map;
mod layout;
pub mod map_proposal;
mod record_problems;
pub(super) mod rows;
mod spreadsheet_damage;
mod text;
