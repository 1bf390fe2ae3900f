//! Goods in: in-orders and returns.

pub(crate) mod in_order;
pub(crate) mod query;
pub(crate) mod receive_return;
pub(crate) mod return_order;
pub(crate) mod short_report;
pub(crate) mod status;
pub(crate) mod tag;
pub(crate) mod update;
