//! The goods-owner API of Ongoing WMS for C and for all languages that call C: COBOL, Python, PHP, Perl, .NET.
//!
//! `abi` has the functions that C sees, and is the only place with `unsafe`; all else is safe Rust. `include/ongoingwms.h`
//! is made of it. See `README.md` for how to build and use it.

#[cfg(panic = "abort")]
compile_error!("panics are caught at the border to C: build with panic = \"unwind\"");

pub mod abi;
pub mod codes;

mod buffer;
mod failure;
mod options;
mod progress;
mod pull;
mod push;
mod session;
mod settings;
