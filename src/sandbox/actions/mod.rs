//! Work from outside of the service: what there is, for the command and HTTP, and from Rust.

pub(crate) mod action_error;
pub(crate) mod auto;
pub(crate) mod rust_api;
pub(crate) mod several;
pub(crate) mod staff;
pub(crate) mod table;
