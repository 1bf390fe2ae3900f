//! The warehouse as tables, for a look from outside the service.

pub(crate) mod query;
pub(crate) mod row;
pub(crate) mod table;
pub(crate) mod tables;
