//! A night's work for batch programs: records in, each carried out once, and rows out.
//!
//! | module | what it does |
//! |---|---|
//! | [`input`], [`column_map`] | reads records from JSON Lines, CSV and XML |
//! | [`check`](mod@check), [`kind`], [`defaults`] | what can be pushed, and whether a record is right |
//! | [`push`] | sends each record once, with a [`journal`] |
//! | [`identity`], [`lookup`] | which record it is, and whether the warehouse holds it |
//! | [`pull`] | rows to a file, all or what changed |
//! | [`report`] | quantities to book, and the word that they are booked |
//!
//! ```
//! # use ongoing_wms::{Client, sandbox::Sandbox};
//! # #[cfg(feature = "sandbox")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use ongoing_wms::batch::{Kind, Push, Source, push::Silent};
//! # let sandbox = Sandbox::start()?;
//! # let client = Client::builder(sandbox.url()).credentials(sandbox.credentials()).build()?;
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("articles.jsonl");
//! # std::fs::write(&file, "{\"ArticleNumber\": \"A-1\"}\n")?;
//! let articles = Kind::find("articles").ok_or("no such kind")?;
//! let summary = Push::new(articles, Source::new(&file)).run(&client, &Silent)?;
//! assert_eq!((summary.records, summary.done), (1, 1));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sandbox"))]
//! # fn main() {}
//! ```

mod at;
pub mod check;
pub mod column_map;
mod content;
pub mod defaults;
mod goods_owner;
pub mod identity;
pub mod input;
pub mod journal;
pub mod kind;
mod likeness;
pub mod lookup;
mod member;
mod open_content;
pub mod pull;
pub mod push;
pub mod record;
pub mod report;
mod service_address;
mod text_value;
mod whole_file;

pub use check::{PLACEHOLDER, Problem, check, placeholders};
pub use column_map::ColumnMap;
pub use input::{Format, InputError, Records, Source};
pub use journal::{Journal, JournalError};
pub use kind::Kind;
pub use open_content::{OpenMember, open_members};
pub use push::{Push, PushError, Stop, Summary};
pub use record::{Place, Record};
pub use whole_file::WholeFile;
