//! Actions outside of the SOAP service. Each action is described and implemented once, for HTTP, the command, the page
//! and the methods of `Sandbox`.

pub(crate) mod action;
pub(crate) mod auto;
mod control;
mod export;
mod floor;
pub(crate) mod list;
mod looks;
pub(crate) mod records;
pub(crate) mod rust_api;
mod several;
pub(crate) mod staff;
mod work_record;
