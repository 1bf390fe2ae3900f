//! A night's work for batch programs: records in, each carried out once.

pub mod check;
pub mod column_map;
pub mod defaults;
pub mod identity;
pub mod input;
pub mod kind;
pub mod likeness;
pub mod lookup;
mod member;
pub mod record;
mod text_value;

pub use check::{PLACEHOLDER, Problem, check, placeholders};
pub use column_map::ColumnMap;
pub use input::{Format, InputError, Records, Source};
pub use kind::Kind;
pub use record::{Place, Record};
