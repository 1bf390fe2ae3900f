//! Settings from the caller, the environment and `ongoing.toml`: the same for the command and the C library.
//!
//! ```no_run
//! use ongoing_wms::batch::settings::{Caller, Given};
//!
//! let mut given = Given::by(Caller { name: "this program", prefix: "" });
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

/// Returns an address to show, without a password in it.
pub fn shown_address(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("//") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}//***{}", &rest[at..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown_address;

    #[test]
    fn no_password_of_an_address_is_shown() {
        for (url, expected) in [
            ("https://u:canary@host/x", "https://***@host/x"),
            ("https://u:can@ary@host", "https://***@host"),
            ("https://host/a@b", "https://host/a@b"),
            ("host", "host"),
        ] {
            assert_eq!(shown_address(url), expected);
        }
    }
}
