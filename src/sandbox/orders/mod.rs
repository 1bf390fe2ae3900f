//! Orders of customers.

pub(crate) mod line;
pub(crate) mod line_match;
pub(crate) mod order;
pub(crate) mod pickability;
pub(crate) mod query;
pub(crate) mod short_report;
pub(crate) mod status;
pub(crate) mod transporter;
pub(crate) mod update;
