//! Settings by name, and the client that is made of them.

use std::path::PathBuf;
use std::time::Duration;

use ongoing_wms::config::setting;
use ongoing_wms::suggest::did_you_mean_one_of;
use ongoing_wms::{Client, ConfigError, Credentials, GoodsOwner, Secret, SoapVersion, Timeouts};

use crate::failure::Failure;

const NAMES: [&str; 12] = [
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
];

/// The settings for opening a session.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    url: Option<String>,
    user_name: Option<String>,
    password: Option<Secret>,
    goods_owner: GoodsOwner,
    ca_file: Option<PathBuf>,
    soap: SoapVersion,
    allow_plain_http: bool,
    timeout: Option<Duration>,
    call_timeout: Option<Duration>,
    max_answer_bytes: Option<u64>,
    max_row_bytes: Option<u64>,
}

impl Settings {
    /// Sets one of them; an empty value unsets it.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        let value = Some(setting(name, value)?).filter(|value| !value.is_empty());
        let text = value.map(str::to_owned);
        match name {
            "url" => self.url = text,
            "user_name" => self.user_name = text,
            "password" => self.password = value.map(Secret::new),
            "goods_owner_code" => self.goods_owner.code = text,
            "goods_owner_id" => {
                let parsed = value.map(|value| value.parse().map_err(|_| wrong(name, "a whole number")));
                self.goods_owner.id = parsed.transpose()?;
            }
            "ca_file" => self.ca_file = text.map(PathBuf::from),
            "soap_version" => {
                self.soap = match value {
                    None => SoapVersion::default(),
                    Some("1.1") => SoapVersion::V1_1,
                    Some("1.2") => SoapVersion::V1_2,
                    Some(_) => return Err(wrong(name, "1.1 or 1.2").into()),
                }
            }
            "allow_plain_http" => {
                self.allow_plain_http = match value {
                    None | Some("false") => false,
                    Some("true") => true,
                    Some(_) => return Err(wrong(name, "true or false").into()),
                }
            }
            "timeout" => self.timeout = seconds(name, value)?,
            "call_timeout" => self.call_timeout = seconds(name, value)?,
            "max_answer_bytes" => self.max_answer_bytes = bytes(name, value)?,
            "max_row_bytes" => self.max_row_bytes = bytes(name, value)?,
            _ => {
                return Err(Failure::usage(format!("unknown setting `{name}`"))
                    .hint(did_you_mean_one_of(name, "settings", &NAMES)));
            }
        }
        Ok(())
    }

    /// Builds the client. Sends nothing.
    pub fn client(&self) -> Result<Client, ConfigError> {
        let missing = |name: &str| {
            ConfigError::new(format!("{name} is not set"))
                .with_hint(format!("ongoing_set(session, \"{name}\", ..) before ongoing_open"))
        };
        let url = self.url.as_deref().ok_or_else(|| missing("url"))?;
        let user_name = self.user_name.as_deref().ok_or_else(|| missing("user_name"))?;
        let password = self.password.clone().ok_or_else(|| missing("password"))?;
        let mut timeouts = Timeouts::default();
        if self.timeout.is_some() {
            (timeouts.receive_answer, timeouts.receive_body) = (self.timeout, self.timeout);
        }
        if self.call_timeout.is_some() {
            timeouts.call = self.call_timeout;
        }
        let mut builder = Client::builder(url)
            .credentials(Credentials::new(user_name, password).goods_owner(self.goods_owner.clone()))
            .soap_version(self.soap)
            .allow_plain_http(self.allow_plain_http)
            .timeouts(timeouts);
        if let Some(path) = &self.ca_file {
            builder = builder.ca_file(path);
        }
        if let Some(bytes) = self.max_answer_bytes {
            builder = builder.max_answer_bytes(bytes);
        }
        if let Some(bytes) = self.max_row_bytes {
            builder = builder.max_row_bytes(bytes);
        }
        builder.build()
    }
}

fn wrong(name: &str, expected: &str) -> ConfigError {
    ConfigError::new(format!("{name}: expected {expected}"))
}

fn seconds(name: &str, value: Option<&str>) -> Result<Option<Duration>, ConfigError> {
    let Some(value) = value else { return Ok(None) };
    let seconds = value.parse::<u64>().ok().filter(|seconds| (1..=86_400).contains(seconds));
    let seconds = seconds.ok_or_else(|| wrong(name, "a number of seconds from 1 to 86400"))?;
    Ok(Some(Duration::from_secs(seconds)))
}

fn bytes(name: &str, value: Option<&str>) -> Result<Option<u64>, ConfigError> {
    let Some(value) = value else { return Ok(None) };
    let bytes = value.parse::<u64>().ok().filter(|bytes| *bytes > 0);
    bytes.map(Some).ok_or_else(|| wrong(name, "a number of bytes"))
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
        settings.set("password", "").unwrap();
        assert_eq!(settings.client().unwrap_err().message(), "password is not set");
    }
}
