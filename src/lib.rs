//! A blocking client for the goods-owner SOAP API of Ongoing WMS.
//!
//! All 68 operations are methods of [`Client`], with types generated at build time from the WSDL. The feature `sandbox`
//! has a warehouse inside the program, against which the same calls run without an account.
//!
//! # Depend on it
//!
//! ```toml
//! [dependencies]
//! ongoing-wms = "0.1"
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `serde` | the JSON form of the types, and [`dynamic`]: calls by name |
//! | `batch` | [`batch`]: push with a journal, pull to files |
//! | `sandbox` | [`sandbox`]: a warehouse inside the program, for tests and first steps |
//! | `jiff` | conversions between [`xml::DateTime`] and the types of jiff |
//! | `native-tls` | TLS of the operating system, by setting |
//! | `platform-verifier` | certificates of the operating system, by setting |
//!
//! None is on by default.
//!
//! # Push an order
//!
//! The address and the account come from Ongoing; `ONGOING_USERNAME`, `ONGOING_PASSWORD` and
//! `ONGOING_GOODS_OWNER_CODE` hold the account.
//!
//! ```no_run
//! use ongoing_wms::api::*;
//! use ongoing_wms::{Client, Credentials};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::builder("https://api.ongoingsystems.se/apidemo/service.asmx")
//!         .credentials(Credentials::from_env()?)
//!         .build()?;
//!
//!     client.process_article(ArticleDefinition {
//!         article_number: Some("A-1".into()),
//!         ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
//!     })?;
//!     let line = CustomerOrderLine {
//!         article_number: Some("A-1".into()),
//!         ..CustomerOrderLine::new(
//!             OrderLineIdentificationType::ArticleNumber,
//!             ArticleIdentificationType::ArticleNumber,
//!             2.into(),
//!         )
//!     };
//!     let info = OrderInfoClass {
//!         goods_owner_order_number: Some("1001".into()),
//!         delivery_date: "2026-12-01".parse()?,
//!         ..OrderInfoClass::new(OrderIdentificationType::GoodsOwnerOrderNumber, OrderOperation::CreateOrUpdate)
//!     };
//!     let saved = client.process_order(CustomerOrder {
//!         order_info: Some(info),
//!         customer_order_lines: Some(vec![line]),
//!         ..CustomerOrder::default()
//!     })?;
//!     println!("order {}", saved.order_id);
//!     Ok(())
//! }
//! ```
//!
//! # Read stock
//!
//! ```no_run
//! use ongoing_wms::api::*;
//! # let url = "https://api.ongoingsystems.se/apidemo/service.asmx";
//! # let client = ongoing_wms::Client::builder(url).credentials(ongoing_wms::Credentials::from_env()?).build()?;
//! let stock = client.get_inventory_by_query(GetInventoryQuery {
//!     article_numbers_to_get: Some(vec!["A-1".into()]),
//!     ..GetInventoryQuery::default()
//! })?;
//! for line in stock.inventory_lines.iter().flatten() {
//!     let article = line.article.as_ref().and_then(|article| article.article_number.as_deref());
//!     println!("{article:?}: {} in stock, {} booked", line.number_of_items, line.number_of_booked_items);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Handle a refusal
//!
//! ```no_run
//! use ongoing_wms::{Error, Outcome, api::*};
//! # let url = "https://api.ongoingsystems.se/apidemo/service.asmx";
//! # let client = ongoing_wms::Client::builder(url).credentials(ongoing_wms::Credentials::from_env()?).build()?;
//! let info = OrderInfoClass {
//!     goods_owner_order_number: Some("no such order".into()),
//!     ..OrderInfoClass::new(OrderIdentificationType::GoodsOwnerOrderNumber, OrderOperation::Remove)
//! };
//! let order = CustomerOrder { order_info: Some(info), ..CustomerOrder::default() };
//! match client.process_order(order) {
//!     Err(Error::Refused(refused)) => println!("not cancelled: {}", refused.message()),
//!     Err(error) if error.outcome() == Outcome::Unknown => println!("look before you send again: {error}"),
//!     Err(error) => return Err(error.into()),
//!     Ok(_) => println!("cancelled"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The way of the data
//!
//! | module | what it does |
//! |---|---|
//! | [`api`] | the generated types and operations |
//! | [`operation`] | what an operation is, and the tables that describe the contract |
//! | [`contract`] | the WSDL and the generated code, as text |
//! | [`client`] | a call: render, send, read |
//! | [`rows`], [`pages`] | long answers: row by row as they arrive, page after page |
//! | [`credentials`] | who calls, and for which goods owner |
//! | [`xml`] | the loops that generated code drives; values; limits |
//! | [`envelope`] | SOAP 1.1 and 1.2, both ways |
//! | [`transport`], [`testing`] | HTTP, and recorded answers |
//! | [`retry`], [`observe`], [`redact`] | when to try again, who looks on, what nobody may see |
//! | [`fault`], [`error`] | how the service says no, and what that means for a request |
//! | [`outcome`] | the table that says what an exchange proves |
//! | [`exit`] | exit codes of batch programs |
//! | [`dynamic`] | operations by name, in JSON (feature `serde`) |
//! | [`batch`] | a night's records, each carried out once (feature `batch`) |
//! | [`sandbox`] | a warehouse to call (feature `sandbox`) |
//!
//! # Async programs
//!
//! The client blocks its thread until the answer is there. In an async program, call it on a thread for blocking work:
//! `tokio::task::spawn_blocking(move || client.get_inventory_by_query(query)).await??`. A client is cheap to clone, and
//! its clones share connections; `examples/async_calls.rs` is a whole program.
//!
//! # Logs
//!
//! Through [`tracing`], one span `call` for each call, with the operation and the exchange's id. WARN: a text is longer
//! than the service keeps. DEBUG: addresses, statuses, sizes, times, retries, members passed over. TRACE: both bodies.
//! No level shows a password; TRACE shows personal data.
//!
//! ureq, which does HTTP, has records of its own for the `log` crate. They are not masked, and
//! `tracing_subscriber::fmt()` takes them in by default: at DEBUG they show the query of the address and the headers of
//! answers, at TRACE the bytes of answers. Leave them out with the filter `ureq=off,ureq_proto=off`.
//!
//! # Versions
//!
//! The generated types follow semantic versioning like the rest: what the contract adds is a minor change. Types that
//! are met only in answers and all enumerations are `#[non_exhaustive]`; build requests with `..Default::default()` or
//! `..Type::new(..)`, which a new member does not break. With another contract (`ONGOING_WSDL`) the types are that
//! contract's.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod api;
#[cfg(feature = "batch")]
pub mod batch;
pub mod client;
pub mod config;
pub mod contract;
pub mod credentials;
#[cfg(feature = "serde")]
pub mod dynamic;
mod effect;
pub mod envelope;
pub mod error;
pub mod exit;
pub mod fault;
mod login_refusal;
pub mod observe;
pub mod operation;
pub mod outcome;
pub mod pages;
pub mod redact;
#[cfg(feature = "batch")]
mod renamed_members;
pub mod retry;
pub mod rows;
#[doc(hidden)]
pub mod runtime;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "serde")]
#[doc(hidden)]
pub mod skeleton;
pub mod status_number;
#[cfg(feature = "batch")]
pub mod suggest;
pub mod testing;
pub mod text;
pub mod transport;
mod verdict;
pub mod xml;

pub use chrono;
pub use client::{Client, ClientBuilder, Envelope};
pub use config::ConfigError;
pub use credentials::{Credentials, GoodsOwner, Secret};
pub use envelope::SoapVersion;
pub use error::Error;
pub use fault::{Fault, Refusal};
pub use operation::{Effect, Operation, PagedOperation, RowOperation};
pub use outcome::Outcome;
pub use pages::Pages;
pub use retry::RetryPolicy;
pub use rows::Rows;
pub use rust_decimal::Decimal;
pub use transport::Timeouts;

/// The README's examples are tested.
#[cfg(all(doctest, feature = "sandbox"))]
#[doc = include_str!("../README.md")]
struct Readme;
