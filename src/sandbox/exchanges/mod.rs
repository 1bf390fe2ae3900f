//! The log of exchanges: requests to the service, and work in the warehouse.

pub(crate) mod exchange;
pub(crate) mod filter;
pub(crate) mod history;
pub(crate) mod keep_file;
