//! Shipments and trips.

pub(crate) mod customs_status;
pub(crate) mod query;
pub(crate) mod shipment;
pub(crate) mod trip;
pub(crate) mod update;
