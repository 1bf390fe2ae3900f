//! Batch jobs: pushes records so that each takes effect once, and pulls rows into files.
//!
//! | module | what it does |
//! |---|---|
//! | [`input`] | reads records from JSON Lines, CSV and XML |
//! | [`kind`] | what can be pushed, how records are identified, and how they are looked up |
//! | [`check`] | checks records |
//! | [`push`] | sends each record once, with a [`journal`] |
//! | [`pull`] | writes rows to a file, all or only changes |
//! | [`report`] | reads quantities to book, and acknowledges booked ones |
//! | [`settings`] | settings from the environment and `ongoing.toml` |
//!
//! ```
//! # #[cfg(feature = "sandbox")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use ongoing_wms::{Client, sandbox::Sandbox};
//! use ongoing_wms::batch::{Kind, Push, Input, push::Silent};
//! # let sandbox = Sandbox::start()?;
//! # let client = Client::builder(sandbox.url()).credentials(sandbox.credentials()).build()?;
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("articles.jsonl");
//! # std::fs::write(&file, "{\"ArticleNumber\": \"A-1\"}\n")?;
//! let articles = Kind::find("articles").ok_or("no such kind")?;
//! let summary = Push::new(articles, Input::new(&file)).run(&client, &Silent)?;
//! assert_eq!((summary.records, summary.done), (1, 1));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sandbox"))]
//! # fn main() {}
//! ```

mod atomic_file;
mod contract;
mod file_lock;
pub mod input;
pub mod journal;
pub mod kind;
pub mod pull;
pub mod push;
pub mod record;
pub mod report;
pub mod settings;

pub use atomic_file::AtomicFile;
pub use contract::check::{PLACEHOLDER, Problem, check, placeholders};
pub use contract::open_content::{OpenMember, open_members};
pub use input::csv::column_map::ColumnMap;
pub use input::csv::map_proposal::MapProposal;
pub use input::{Format, Input, InputError, Records};
pub use journal::{Journal, JournalError};
pub use kind::Kind;
pub use push::{Push, PushError, Stop, Summary};
pub use record::{Place, Record};
