//! Settings by name, and the client that is made of them.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;

use ongoing_wms::batch::settings::{Given, GivenBy, Password, SettingsFile};
use ongoing_wms::config::setting;
use ongoing_wms::suggest::did_you_mean_one_of;
use ongoing_wms::{Client, ConfigError, Secret, SoapVersion};

use crate::failure::Failure;

const NAMES: [&str; 15] = [
    "url",
    "user_name",
    "password",
    "goods_owner_code",
    "goods_owner_id",
    "ca_file",
    "soap_version",
    "allow_plain_http",
    "timeout",
    "call_timeout",
    "max_answer_bytes",
    "max_row_bytes",
    "config",
    "profile",
    "environment",
];

/// The settings for opening a session.
#[derive(Debug, Clone)]
pub struct Settings {
    given: Given,
    /// Whether the environment and a settings file are read without a profile, too.
    environment: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { given: Given::by(GivenBy { name: "ongoing_set", prefix: "" }), environment: false }
    }
}

impl Settings {
    /// Sets one of them; an empty value unsets it.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        let value = Some(setting(name, value)?).filter(|value| !value.is_empty());
        let text = value.map(str::to_owned);
        let given = &mut self.given;
        match name {
            "url" => given.url = text,
            "user_name" => given.user_name = text,
            "password" => given.password = value.map(|value| Password::Given(Secret::new(value))),
            "goods_owner_code" => given.goods_owner.code = text,
            "goods_owner_id" => given.goods_owner.id = number(name, value, "a whole number")?,
            "ca_file" => given.ca_file = text.map(PathBuf::from),
            "soap_version" => {
                given.soap_version = match value {
                    None => None,
                    Some("1.1") => Some(SoapVersion::V1_1),
                    Some("1.2") => Some(SoapVersion::V1_2),
                    Some(_) => return Err(wrong(name, "1.1 or 1.2").into()),
                }
            }
            "allow_plain_http" => given.allow_plain_http = truth(name, value)?,
            "timeout" => given.timeout = seconds(name, value)?.map(|seconds| seconds.get().into()),
            "call_timeout" => given.call_timeout = seconds(name, value)?,
            "max_answer_bytes" => given.max_answer_bytes = number(name, value, "a number of bytes")?,
            "max_row_bytes" => given.max_row_bytes = number(name, value, "a number of bytes")?,
            "config" => given.config = text.map(PathBuf::from),
            "profile" => given.profile = text,
            "environment" => self.environment = truth(name, value)?,
            _ => {
                return Err(Failure::usage(format!("unknown setting `{name}`"))
                    .hint(did_you_mean_one_of(name, "settings", &NAMES)));
            }
        }
        Ok(())
    }

    /// Whether the environment and a settings file are read, as the command does.
    fn reads_environment(&self) -> bool {
        self.environment || self.given.config.is_some() || self.given.profile.is_some()
    }

    /// The settings file, if one is read.
    pub fn file(&self) -> Result<SettingsFile, ConfigError> {
        match self.reads_environment() {
            true => self.given.file(),
            false => Ok(SettingsFile::default()),
        }
    }

    /// Builds the client. Sends nothing.
    pub fn client(&self) -> Result<Client, ConfigError> {
        let effective = match self.reads_environment() {
            true => self.given.effective(true)?,
            false => self.given.alone()?,
        };
        self.must_have("url", "ONGOING_URL", "url", effective.url.is_some())?;
        self.must_have("user_name", "ONGOING_USERNAME", "user_name", effective.user_name.is_some())?;
        self.must_have("password", "ONGOING_PASSWORD", "password_file", effective.password.is_some())?;
        effective.builder().build()
    }

    fn must_have(&self, name: &str, variable: &str, key: &str, is_set: bool) -> Result<(), ConfigError> {
        if is_set {
            return Ok(());
        }
        let set = format!("ongoing_set(session, \"{name}\", ..) before ongoing_open");
        Err(ConfigError::new(format!("{name} is not set")).with_hint(match self.reads_environment() {
            true => format!("{set}, or {variable}, or {key} in ongoing.toml"),
            false => set,
        }))
    }
}

fn wrong(name: &str, expected: &str) -> ConfigError {
    ConfigError::new(format!("{name}: expected {expected}"))
}

fn number<T: FromStr>(name: &str, value: Option<&str>, expected: &str) -> Result<Option<T>, ConfigError> {
    value.map(|value| value.parse().map_err(|_| wrong(name, expected))).transpose()
}

fn truth(name: &str, value: Option<&str>) -> Result<bool, ConfigError> {
    match value {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(wrong(name, "true or false")),
    }
}

fn seconds(name: &str, value: Option<&str>) -> Result<Option<NonZeroU32>, ConfigError> {
    const EXPECTED: &str = "a number of seconds from 1 to 86400";
    match number::<NonZeroU32>(name, value, EXPECTED)? {
        Some(seconds) if seconds.get() > 86_400 => Err(wrong(name, EXPECTED)),
        seconds => Ok(seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let mut settings = Settings::default();
        assert_eq!(settings.client().unwrap_err().message(), "url is not set");
        settings.set("url", "https://wms.example/x/service.asmx\r\n").unwrap();
        settings.set("user_name", "demo").unwrap();
        assert_eq!(settings.client().unwrap_err().message(), "password is not set");
        settings.set("password", "canary").unwrap();
        assert!(!format!("{settings:?}").contains("canary"));
        assert!(settings.client().is_ok());
        assert!(settings.set("goods_owner_id", "seven").is_err());
        assert!(settings.set("timeout", "0").is_err());
        assert!(settings.set("max_row_bytes", "0").is_err());
        settings.set("max_row_bytes", "1000").unwrap();
        let failure = settings.set("usr_name", "demo").unwrap_err();
        assert!(format!("{failure:?}").contains("Usage"));
        settings.set("timeout", "86401").unwrap_err();
        settings.set("password", "").unwrap();
        assert_eq!(settings.client().unwrap_err().message(), "password is not set");
    }
}
