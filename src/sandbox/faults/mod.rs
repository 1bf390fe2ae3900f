//! Faults on demand.

pub(crate) mod disturbance;
pub(crate) mod parse;
pub(crate) mod rate_limit;
pub(crate) mod reshape;
