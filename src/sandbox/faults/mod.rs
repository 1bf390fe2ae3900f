//! Faults on demand.

pub(crate) mod disturbance;
pub(crate) mod parse;
pub(crate) mod reshape;
