//! A blocking client for the goods-owner SOAP API of Ongoing WMS.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod api;
pub mod client;
pub mod config;
pub mod credentials;
#[cfg(feature = "serde")]
pub mod dynamic;
pub mod envelope;
pub mod error;
pub mod fault;
pub mod observe;
pub mod operation;
pub mod redact;
pub mod retry;
#[doc(hidden)]
pub mod runtime;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod transport;
pub mod xml;

pub use client::{Client, ClientBuilder, Envelope};
pub use config::ConfigError;
pub use credentials::{Credentials, GoodsOwner, Secret};
pub use envelope::SoapVersion;
pub use error::{Error, Outcome};
pub use fault::{Fault, Refusal};
pub use operation::{Effect, Operation};
pub use retry::RetryPolicy;
pub use rust_decimal::Decimal;
pub use transport::Timeouts;
