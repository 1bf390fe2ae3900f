//! The database: connections, schema, and values between SQL, JSON and the contract.

pub(crate) mod clock;
pub(crate) mod code_table;
pub(crate) mod condition;
pub(crate) mod definition;
pub(crate) mod desk;
pub(crate) mod open_rows;
#[cfg(test)]
pub(crate) mod query_plan_tests;
pub(crate) mod schema;
pub(crate) mod sql_value;
pub(crate) mod store;
pub(crate) mod typed_rows;
