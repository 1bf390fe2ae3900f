//! Disturbances: failures of the network and the service, simulated for chosen requests.

pub(crate) mod disturbance;
pub(crate) mod parse;
pub(crate) mod rate_limit;
pub(crate) mod reshape;
