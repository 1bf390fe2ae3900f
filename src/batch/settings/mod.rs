//! Settings from the caller, the environment and `ongoing.toml`: the same for the command and the C library.
//!
//! ```no_run
//! use ongoing_wms::batch::settings::{Given, GivenBy};
//!
//! let mut given = Given::by(GivenBy { name: "this program", prefix: "" });
//! given.profile = Some("test".to_owned());
//! let client = given.effective(true)?.builder().build()?;
//! # Ok::<(), ongoing_wms::ConfigError>(())
//! ```

pub mod environment;
mod file;
mod given;
mod given_by;
mod origin;
mod passwords;

pub use file::{KEYS, RetryRefused, Settings, SettingsFile, parse, profiles};
pub use given::{Effective, Given, Password};
pub use given_by::GivenBy;
pub use origin::{IGNORED, SettingOrigin};

pub use crate::transport::shown_address;
