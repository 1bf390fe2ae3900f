//! Goods in the warehouse: quantities, locations and statuses.

pub(crate) mod arithmetic;
pub(crate) mod count;
pub(crate) mod goods_operation;
pub(crate) mod goods_status;
pub(crate) mod history;
pub(crate) mod item;
pub(crate) mod item_update;
pub(crate) mod movement;
pub(crate) mod query;
pub(crate) mod transfer;
pub(crate) mod warehouse_code;
