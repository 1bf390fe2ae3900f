//! Rust types and operation stubs from the WSDL of a document/literal SOAP service.
//!
//! The data flows through the files in this order: [`wsdl`] and [`schema`] read the contract into a [`model`],
//! [`annotations`] adds what a WSDL cannot say, [`names`] makes Rust names, [`render`] writes the Rust text.
#![forbid(unsafe_code)]

pub mod annotations;
pub mod error;
pub mod model;
pub mod names;
pub mod render;
pub mod schema;
pub mod wsdl;
