//! A night's work for batch programs: records in, each carried out once.

pub mod kind;
pub mod pull;
pub mod record;
pub mod report;
mod whole_file;

pub use kind::Kind;
pub use record::{Place, Record};
