//! The contract that this library was built from, as text.

/// The WSDL document: `wsdl/service.wsdl`, or the file that `ONGOING_WSDL` named at build time.
pub const WSDL: &str = include_str!(env!("CONTRACT_WSDL"));

/// The Rust code that was generated from [`WSDL`]: the text of [`api`](crate::api).
pub const CODE: &str = include_str!(concat!(env!("OUT_DIR"), "/api.rs"));
