//! `ongoing.toml`: settings that rarely change, with profiles.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};
use toml::de::DeTable;

use super::given_by::GivenBy;
use super::{environment, shown_address};
use crate::config::ConfigError;
use crate::credentials::GoodsOwner;
use crate::envelope::SoapVersion;
use crate::suggest::did_you_mean;

const DEFAULT_NAME: &str = "ongoing.toml";
const VARIABLE: &str = "ONGOING_CONFIG";

/// The content of a settings file.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct SettingsFile {
    /// The path of the file; empty if there is none.
    pub path: PathBuf,
    /// The effective settings: those of the profile over those at the top level.
    pub settings: Settings,
    /// The requested profile, with its own settings.
    pub profile: Option<(String, Settings)>,
}

/// The top-level settings of a file, or those of a profile.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// Address of the service.
    pub url: Option<String>,
    /// Login name.
    pub user_name: Option<String>,
    /// Code of the goods owner.
    pub goods_owner_code: Option<String>,
    /// Id of the goods owner.
    pub goods_owner_id: Option<i32>,
    /// File with the password, relative to the settings file.
    pub password_file: Option<PathBuf>,
    /// PEM file of additional certificate authorities, relative to the settings file.
    pub ca_file: Option<PathBuf>,
    /// Version of SOAP.
    #[serde(default, deserialize_with = "soap_version")]
    pub soap_version: Option<SoapVersion>,
    /// Whether `http://` to other machines is allowed.
    pub allow_plain_http: Option<bool>,
    /// Folder of the journals of `push`, relative to the settings file.
    pub journal_folder: Option<PathBuf>,
    /// Days after which `push` no longer sends an open record.
    pub max_age: Option<f64>,
    /// When `push` sends refused records again.
    pub retry_refused: Option<RetryRefused>,
    /// Time that a call may take in all, in seconds.
    pub call_timeout: Option<NonZeroU32>,
    /// Largest answer that is read whole, in bytes.
    pub max_answer_bytes: Option<NonZeroU64>,
    /// Largest row of an answer that is read row by row, in bytes.
    pub max_row_bytes: Option<NonZeroU64>,
    /// At the top of the file only.
    #[serde(default)]
    profiles: BTreeMap<String, Settings>,
}

impl fmt::Debug for Settings {
    /// Shows what is called as whom, without what is secret in the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("url", &self.url.as_deref().map(shown_address))
            .field("user_name", &self.user_name)
            .field("goods_owner_code", &self.goods_owner_code)
            .field("goods_owner_id", &self.goods_owner_id)
            .field("profiles", &self.profiles)
            .finish_non_exhaustive()
    }
}

/// When `push` sends refused records again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum RetryRefused {
    /// Not until they change.
    #[serde(rename = "never")]
    Never,
    /// In each run.
    #[serde(rename = "each-run")]
    EachRun,
}

impl RetryRefused {
    /// Returns it as it is written.
    pub fn name(self) -> &'static str {
        match self {
            RetryRefused::Never => "never",
            RetryRefused::EachRun => "each-run",
        }
    }
}

/// Version of SOAP, as written.
#[derive(Deserialize)]
enum SoapVersionText {
    #[serde(rename = "1.1")]
    V1_1,
    #[serde(rename = "1.2")]
    V1_2,
}

fn soap_version<'d, D: Deserializer<'d>>(source: D) -> Result<Option<SoapVersion>, D::Error> {
    let version = Option::<SoapVersionText>::deserialize(source)?;
    Ok(version.map(|version| match version {
        SoapVersionText::V1_1 => SoapVersion::V1_1,
        SoapVersionText::V1_2 => SoapVersion::V1_2,
    }))
}

/// Keys of [`Settings`], for suggestions.
pub const KEYS: [&str; 14] = [
    "url",
    "user_name",
    "goods_owner_code",
    "goods_owner_id",
    "password_file",
    "ca_file",
    "soap_version",
    "allow_plain_http",
    "journal_folder",
    "max_age",
    "retry_refused",
    "call_timeout",
    "max_answer_bytes",
    "max_row_bytes",
];

impl SettingsFile {
    /// Reads the named file, else the one that `ONGOING_CONFIG` names, else `ongoing.toml` in the current folder, if it exists.
    ///
    /// # Errors
    /// It cannot be read, is not right, or lacks the profile.
    pub fn find(
        named: Option<&Path>,
        profile: Option<&str>,
        by: GivenBy,
    ) -> Result<SettingsFile, ConfigError> {
        let Some((path, text)) = text(named)? else {
            return match profile {
                None => Ok(SettingsFile::default()),
                Some(profile) => Err(ConfigError::new(format!(
                    "profile `{profile}` not found: there is no {DEFAULT_NAME} in this folder"
                ))
                .with_hint(format!("set the file with {}config or {VARIABLE}", by.prefix))),
            };
        };
        let (settings, own) = parse(&text, &path.display().to_string(), profile)?;
        Ok(SettingsFile { path, settings, profile: profile.map(str::to_owned).zip(own) })
    }

    /// Refuses variables that override settings of a profile: the address of one system would be used with the login of
    /// another. Without a profile they are allowed.
    ///
    /// # Errors
    /// There is a profile, and a variable.
    pub fn refuse_overridden(&self, variables: &[&str], by: GivenBy) -> Result<(), ConfigError> {
        let Some((profile, _)) = self.profile.as_ref().filter(|_| !variables.is_empty()) else {
            return Ok(());
        };
        let (names, verb) =
            (variables.join(", "), if variables.len() == 1 { "overrides" } else { "override" });
        Err(ConfigError::new(format!("{names} {verb} settings of the profile `{profile}`; nothing was sent"))
            .with_hint(format!("unset {names}, or use no profile; {} can override one", by.name)))
    }

    /// Returns the place of a setting in the file: the profile if it has the setting, else the top level. Empty without a file.
    pub fn origin(&self, has: impl Fn(&Settings) -> bool) -> String {
        let path = self.path.display();
        match &self.profile {
            Some((name, own)) if has(own) => format!("{path} [profiles.{name}]"),
            _ if has(&self.settings) => path.to_string(),
            _ => String::new(),
        }
    }

    /// Returns the journal for records of a kind in `journal_folder`, if that is set.
    pub fn journal(&self, kind: &str) -> Option<PathBuf> {
        let folder = self.settings.journal_folder.as_ref()?;
        Some(self.beside(folder).join(format!("{kind}.journal")))
    }

    /// Returns a path in the file, relative to the file's folder.
    pub fn beside(&self, path: &Path) -> PathBuf {
        self.path.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}

impl Settings {
    /// These settings over others. The goods owner is replaced as a whole, so that code and id never belong to
    /// different ones.
    fn over(self, below: Settings) -> Settings {
        let own = self.goods_owner_code.is_some() || self.goods_owner_id.is_some();
        let (code, id) = match own {
            true => (self.goods_owner_code, self.goods_owner_id),
            false => (below.goods_owner_code, below.goods_owner_id),
        };
        Settings {
            url: self.url.or(below.url),
            user_name: self.user_name.or(below.user_name),
            goods_owner_code: code,
            goods_owner_id: id,
            password_file: self.password_file.or(below.password_file),
            ca_file: self.ca_file.or(below.ca_file),
            soap_version: self.soap_version.or(below.soap_version),
            allow_plain_http: self.allow_plain_http.or(below.allow_plain_http),
            journal_folder: self.journal_folder.or(below.journal_folder),
            max_age: self.max_age.or(below.max_age),
            retry_refused: self.retry_refused.or(below.retry_refused),
            call_timeout: self.call_timeout.or(below.call_timeout),
            max_answer_bytes: self.max_answer_bytes.or(below.max_answer_bytes),
            max_row_bytes: self.max_row_bytes.or(below.max_row_bytes),
            profiles: BTreeMap::new(),
        }
    }

    /// Returns the goods owner, by code and id.
    pub fn goods_owner(&self) -> GoodsOwner {
        GoodsOwner { code: self.goods_owner_code.clone(), id: self.goods_owner_id }
    }
}

/// The named or default file, with its text.
fn text(named: Option<&Path>) -> Result<Option<(PathBuf, String)>, ConfigError> {
    let path = match named.map(Path::to_owned).or(environment::path(VARIABLE)?) {
        Some(path) => path,
        None if Path::new(DEFAULT_NAME).exists() => PathBuf::from(DEFAULT_NAME),
        None => return Ok(None),
    };
    let text = fs::read_to_string(&path)
        .map_err(|error| ConfigError::new(format!("{} cannot be read", path.display())).with_source(error))?;
    Ok(Some((path, text)))
}

/// Returns the names of the profiles of a file, in order.
///
/// # Errors
/// It cannot be read, or is not right.
pub fn profiles(named: Option<&Path>) -> Result<Vec<String>, ConfigError> {
    let Some((path, text)) = text(named)? else { return Ok(Vec::new()) };
    let settings: Settings =
        toml::from_str(&text).map_err(|error| wrong(&text, &path.display().to_string(), &error))?;
    Ok(settings.profiles.into_keys().collect())
}

/// Reads a text: the effective settings, and those of the profile alone. `name` is that of the file, for messages.
///
/// # Errors
/// It is not right, or lacks the profile.
pub fn parse(
    text: &str,
    name: &str,
    profile: Option<&str>,
) -> Result<(Settings, Option<Settings>), ConfigError> {
    let mut top: Settings = toml::from_str(text).map_err(|error| wrong(text, name, &error))?;
    let profiles = std::mem::take(&mut top.profiles);
    if let Some((nested, _)) = profiles.iter().find(|(_, settings)| !settings.profiles.is_empty()) {
        return Err(ConfigError::new(format!("{name}: the profile `{nested}` has profiles of its own")));
    }
    let Some(profile) = profile else { return Ok((top, None)) };
    if let Some(settings) = profiles.get(profile) {
        return Ok((settings.clone().over(top), Some(settings.clone())));
    }
    let names: Vec<&str> = profiles.keys().map(String::as_str).collect();
    let hint = did_you_mean(profile, names.iter().copied()).unwrap_or_else(|| match names.is_empty() {
        true => "it has no profiles".to_owned(),
        false => format!("it has {}", names.join(", ")),
    });
    Err(ConfigError::new(format!("profile `{profile}` not found in {name}")).with_hint(hint))
}

/// The error with its line number. The line itself is not shown, since it may contain a password.
fn wrong(text: &str, name: &str, error: &toml::de::Error) -> ConfigError {
    let line =
        error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
    let Some(key) = unknown_key(text, error) else {
        return ConfigError::new(format!("{name}:{line}: {}", error.message()))
            .with_hint("quote texts, but not numbers and true or false: url = \"https://..\"");
    };
    let hint = match key.to_lowercase().contains("pass") {
        true => "passwords do not belong in this file: use password_file, or ONGOING_PASSWORD".to_owned(),
        false => did_you_mean(&key, KEYS)
            .unwrap_or_else(|| format!("the keys are {} and [profiles.NAME]", KEYS.join(", "))),
    };
    ConfigError::new(format!("{name}:{line}: unknown key `{key}`")).with_hint(hint)
}

/// The key that an error is about, if it is not a setting.
fn unknown_key(text: &str, error: &toml::de::Error) -> Option<String> {
    let at = error.span()?.start;
    let file = DeTable::parse(text).ok()?.into_inner();
    let profiles = file.get("profiles").and_then(|profiles| profiles.get_ref().as_table());
    let profiles = profiles.into_iter().flat_map(|profiles| profiles.values());
    let tables = std::iter::once(&file).chain(profiles.filter_map(|profile| profile.get_ref().as_table()));
    let mut keys = tables.flat_map(|table| table.keys());
    let key = keys.find(|key| key.span().contains(&at))?.get_ref();
    (!KEYS.contains(&key.as_ref()) && key != "profiles").then(|| key.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page shows a file with every key, which is one that is read.
    #[test]
    fn the_docs_show_the_file_whole() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
        let page = fs::read_to_string(path).unwrap();
        let file = page.split("```toml file=ongoing.toml\n").nth(1).unwrap().split("```").next().unwrap();
        parse(file, "docs/settings.md", Some("test")).unwrap();
        for key in KEYS {
            assert!(
                file.contains(&format!("\n{key} = ")) || file.contains(&format!("\n# {key} = ")),
                "{key}"
            );
        }
    }

    #[test]
    fn a_profile_goes_over_the_top() {
        let text = "url = \"a\"\nuser_name = \"u\"\ngoods_owner_id = 3\n[profiles.test]\nurl = \"b\"\n\
                    goods_owner_code = \"c\"\nsoap_version = \"1.2\"\n";
        let top = parse(text, "x", None).unwrap().0;
        assert_eq!((top.url.as_deref(), top.goods_owner_id), (Some("a"), Some(3)));
        let test = parse(text, "x", Some("test")).unwrap().0;
        assert_eq!((test.url.as_deref(), test.user_name.as_deref()), (Some("b"), Some("u")));
        // Code and id are replaced together: 3 is not the id of `c`.
        assert_eq!(test.goods_owner(), GoodsOwner { code: Some("c".into()), id: None });
        let error = parse(text, "x.toml", Some("tset")).unwrap_err();
        assert_eq!(error.to_string(), "profile `tset` not found in x.toml (did you mean `test`?)");
    }

    #[test]
    fn mistakes_have_a_line_and_show_no_password() {
        let error = |text| parse(text, "x.toml", None).unwrap_err().to_string();
        assert_eq!(error("\nusername = 1"), "x.toml:2: unknown key `username` (did you mean `user_name`?)");
        assert_eq!(
            error("[profiles.a]\nurl = \"a\"\nusername = 1"),
            "x.toml:3: unknown key `username` (did you mean `user_name`?)"
        );
        let shown = error("password = \"canary\"");
        assert!(
            shown.starts_with("x.toml:1: unknown key `password`") && !shown.contains("canary"),
            "{shown}"
        );
        assert!(error("url = \"a\"\nurl = \"b\"").starts_with("x.toml:2: "));
        assert!(!error("[profiles.a]\npassword = canary").contains("canary"));
        assert!(error("soap_version = \"2\"").contains("1.1"));
    }
}
