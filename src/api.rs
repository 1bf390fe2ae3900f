//! The generated types and operations of the contract.
//!
//! Made at build time from `wsdl/service.wsdl`, or from the file that `ONGOING_WSDL` names. `ongoing wsdl code`
//! prints the text.
#![allow(clippy::all, clippy::pedantic, missing_docs)]

include!(concat!(env!("OUT_DIR"), "/api.rs"));
