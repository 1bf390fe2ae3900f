//! Where each setting came from.

use std::fmt;

use super::file::{RetryRefused, Settings, SettingsFile};
use crate::transport::{ProxyRoute, ProxySetting};

pub(super) const DEFAULT: &str = "the default";

/// Name of the origin that holds invalid entries in NO_PROXY.
pub const IGNORED: &str = "ignored in NO_PROXY";

/// A setting, and where it came from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SettingOrigin {
    /// Name of the setting.
    pub name: &'static str,
    /// Its value, safe to show; `None` if it is not set.
    pub value: Option<String>,
    /// Where it came from; empty if it is not set.
    pub from: String,
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value.as_deref().unwrap_or("not set");
        match self.from.as_str() {
            "" => write!(f, "{}: {value}", self.name),
            from => write!(f, "{}: {value}, from {from}", self.name),
        }
    }
}

/// The proxy for the address, from the environment.
pub(super) fn proxy_origins(url: Option<&str>) -> Vec<SettingOrigin> {
    // Without an address, shows the proxy for any https address.
    let way = match ProxyRoute::to(url.unwrap_or("https://service.invalid/"), &ProxySetting::Environment) {
        Ok(way) => way,
        // Shown unchanged; the call that uses the proxy reports the error.
        Err(error) => {
            let value = Some(error.message().to_owned());
            return vec![SettingOrigin { name: "proxy", value, from: String::new() }];
        }
    };
    let value = Some(way.proxy.unwrap_or_else(|| "none".to_owned()));
    let from = way.variable.unwrap_or_else(|| DEFAULT.to_owned());
    let mut origins = vec![SettingOrigin { name: "proxy", value, from }];
    if !way.ignored.is_empty() {
        origins.push(SettingOrigin {
            name: IGNORED,
            value: Some(way.ignored.join(" ")),
            from: "NO_PROXY, which accepts names, addresses and ranges".to_owned(),
        });
    }
    origins
}

/// The settings of `push` from a file.
pub(super) fn push_origins(file: &SettingsFile) -> [SettingOrigin; 3] {
    let settings = &file.settings;
    let origin = |name, value: String, set: fn(&Settings) -> bool| {
        let from = if set(settings) { file.origin(set) } else { DEFAULT.to_owned() };
        SettingOrigin { name, value: Some(value), from }
    };
    let folder = settings.journal_folder.as_ref().map(|folder| file.beside(folder).display().to_string());
    let retry = settings.retry_refused.unwrap_or(RetryRefused::Never).name();
    [
        origin("journal folder", folder.unwrap_or_else(|| "beside the input".to_owned()), |s| {
            s.journal_folder.is_some()
        }),
        origin("max age", format!("{} days", settings.max_age.unwrap_or(7.0)), |s| s.max_age.is_some()),
        origin("retry refused", retry.to_owned(), |s| s.retry_refused.is_some()),
    ]
}
