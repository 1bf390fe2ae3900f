//! A night's work for batch programs: records in, each carried out once.

pub mod check;
pub mod column_map;
pub mod defaults;
pub mod identity;
pub mod input;
pub mod journal;
pub mod kind;
mod likeness;
pub mod lookup;
mod member;
pub mod pull;
pub mod push;
pub mod record;
pub mod report;
mod text_value;
mod whole_file;

pub use check::{PLACEHOLDER, Problem, check, placeholders};
pub use column_map::ColumnMap;
pub use input::{Format, InputError, Records, Source};
pub use journal::{Journal, JournalError};
pub use kind::Kind;
pub use push::{Push, PushError, Stop, Summary};
pub use record::{Place, Record};
pub use whole_file::WholeFile;
