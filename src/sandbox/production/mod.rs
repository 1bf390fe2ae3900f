//! Production orders.

pub(crate) mod order;
pub(crate) mod query;
pub(crate) mod work;
