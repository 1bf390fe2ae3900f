//! The warehouse as tables, outside of the SOAP service.

pub(crate) mod query;
pub(crate) mod row;
pub(crate) mod table;
pub(crate) mod tables;
