//! The contract of the sandbox: always our own, whatever contract the client is built from.
#![allow(clippy::all, clippy::pedantic, missing_docs, dead_code)]

#[cfg(own_contract)]
pub use crate::api::*;

#[cfg(not(own_contract))]
include!(concat!(env!("OUT_DIR"), "/sandbox_api.rs"));
