//! Settings that a caller gives, over those of the environment and of the file.

use std::fmt;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::file::{Settings, SettingsFile};
use super::given_by::GivenBy;
use super::origin::{DEFAULT, SettingOrigin, proxy_origins, push_origins};
use super::{environment, passwords, shown_address};
use crate::client::{Client, ClientBuilder};
use crate::config::{ConfigError, setting};
use crate::credentials::{Credentials, GoodsOwner, Secret};
use crate::envelope::SoapVersion;
use crate::transport::Timeouts;

/// Names the file of a certificate authority.
const CA_FILE: &str = "ONGOING_CA_FILE";

/// A password, or where to read it.
#[derive(Debug, Clone)]
pub enum Password {
    /// The first line of standard input.
    StandardInput,
    /// The password itself.
    Given(Secret),
}

/// The settings that a caller gives.
#[derive(Clone)]
#[non_exhaustive]
pub struct Given {
    /// How they are called.
    pub by: GivenBy,
    /// The settings file. Defaults to the one that `ONGOING_CONFIG` names, else `ongoing.toml` in the current folder.
    pub config: Option<PathBuf>,
    /// The profile.
    pub profile: Option<String>,
    /// Address of the service.
    pub url: Option<String>,
    /// Login name.
    pub user_name: Option<String>,
    /// The password.
    pub password: Option<Password>,
    /// The goods owner, by code, id or both.
    pub goods_owner: GoodsOwner,
    /// PEM file of additional certificate authorities.
    pub ca_file: Option<PathBuf>,
    /// Allows `http://` to other machines.
    pub allow_plain_http: bool,
    /// Version of SOAP.
    pub soap_version: Option<SoapVersion>,
    /// Refuses answers that deviate from the contract.
    pub strict: bool,
    /// Seconds to wait for an answer.
    pub timeout: Option<u64>,
    /// Seconds that a call may take in all.
    pub call_timeout: Option<NonZeroU32>,
    /// Largest answer that is read whole, in bytes.
    pub max_answer_bytes: Option<NonZeroU64>,
    /// Largest row of an answer that is read row by row, in bytes.
    pub max_row_bytes: Option<NonZeroU64>,
}

/// The combined settings.
#[derive(Clone)]
#[non_exhaustive]
pub struct Effective {
    /// Address of the service.
    pub url: Option<String>,
    /// Login name.
    pub user_name: Option<String>,
    /// The password, if it was to be read.
    pub password: Option<Secret>,
    /// The goods owner.
    pub goods_owner: GoodsOwner,
    /// PEM file of additional certificate authorities.
    pub ca_file: Option<PathBuf>,
    /// Whether `http://` to other machines is allowed.
    pub allow_plain_http: bool,
    /// Version of SOAP.
    pub soap_version: SoapVersion,
    /// Whether answers that deviate from the contract are refused.
    pub strict: bool,
    /// Seconds to wait for an answer.
    pub timeout: Option<u64>,
    /// Seconds that a call may take in all.
    pub call_timeout: Option<NonZeroU32>,
    /// Largest answer that is read whole, in bytes.
    pub max_answer_bytes: Option<NonZeroU64>,
    /// Largest row of an answer that is read row by row, in bytes.
    pub max_row_bytes: Option<NonZeroU64>,
    /// Where each setting came from.
    pub origins: Vec<SettingOrigin>,
}

impl fmt::Debug for Given {
    /// Shows who calls what as whom, without what is secret in the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given")
            .field("by", &self.by)
            .field("config", &self.config)
            .field("profile", &self.profile)
            .field("url", &self.url.as_deref().map(shown_address))
            .field("user_name", &self.user_name)
            .field("password", &self.password)
            .field("goods_owner", &self.goods_owner)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Effective {
    /// Shows what is called as whom, and where each setting came from, without what is secret in the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Effective")
            .field("url", &self.url.as_deref().map(shown_address))
            .field("user_name", &self.user_name)
            .field("password", &self.password)
            .field("goods_owner", &self.goods_owner)
            .field("origins", &self.origins)
            .finish_non_exhaustive()
    }
}

impl Effective {
    /// Returns the timeouts: the defaults, with what is set.
    pub fn timeouts(&self) -> Timeouts {
        let mut timeouts = Timeouts::default();
        if let Some(wait) = self.timeout.map(Duration::from_secs) {
            timeouts.receive_answer = Some(wait);
            timeouts.receive_body = Some(wait);
        }
        if let Some(limit) = self.call_timeout.map(|limit| Duration::from_secs(limit.get().into())) {
            timeouts.call = Some(limit);
        }
        timeouts
    }

    /// Returns the credentials; what is not set is empty.
    pub fn credentials(&self) -> Credentials {
        let user_name = self.user_name.as_deref().unwrap_or_default();
        Credentials::new(user_name, self.password.clone().unwrap_or_default())
            .goods_owner(self.goods_owner.clone())
    }

    /// Returns a client with these settings, to build.
    pub fn builder(&self) -> ClientBuilder {
        let mut builder = Client::builder(self.url.as_deref().unwrap_or_default())
            .credentials(self.credentials())
            .soap_version(self.soap_version)
            .strict(self.strict)
            .allow_plain_http(self.allow_plain_http)
            .timeouts(self.timeouts());
        if let Some(path) = &self.ca_file {
            builder = builder.ca_file(path);
        }
        if let Some(bytes) = self.max_answer_bytes {
            builder = builder.max_answer_bytes(bytes.get());
        }
        if let Some(bytes) = self.max_row_bytes {
            builder = builder.max_row_bytes(bytes.get());
        }
        builder
    }
}

impl Given {
    /// Creates one without settings.
    pub fn by(by: GivenBy) -> Given {
        Given {
            by,
            config: None,
            profile: None,
            url: None,
            user_name: None,
            password: None,
            goods_owner: GoodsOwner::default(),
            ca_file: None,
            allow_plain_http: false,
            soap_version: None,
            strict: false,
            timeout: None,
            call_timeout: None,
            max_answer_bytes: None,
            max_row_bytes: None,
        }
    }

    /// Reads the settings file, if there is one.
    ///
    /// # Errors
    /// It cannot be read, is not right, or lacks the profile.
    pub fn file(&self) -> Result<SettingsFile, ConfigError> {
        SettingsFile::find(self.config.as_deref(), self.profile.as_deref(), self.by)
    }

    /// Returns these settings alone, without the environment and without a file.
    ///
    /// # Errors
    /// The password cannot be read from standard input.
    pub fn alone(&self) -> Result<Effective, ConfigError> {
        Ok(Effective {
            url: self.url.clone(),
            user_name: self.user_name.clone(),
            password: self.own_password()?,
            goods_owner: self.goods_owner.clone(),
            ca_file: self.ca_file.clone(),
            allow_plain_http: self.allow_plain_http,
            soap_version: self.soap_version.unwrap_or_default(),
            strict: self.strict,
            timeout: self.timeout,
            call_timeout: self.call_timeout,
            max_answer_bytes: self.max_answer_bytes,
            max_row_bytes: self.max_row_bytes,
            origins: Vec::new(),
        })
    }

    fn own_password(&self) -> Result<Option<Secret>, ConfigError> {
        match &self.password {
            Some(Password::StandardInput) => passwords::from_stdin().map(Some),
            Some(Password::Given(password)) => Ok(Some(password.clone())),
            None => Ok(None),
        }
    }

    /// Returns the address alone, for callers that need no login.
    ///
    /// # Errors
    /// As [`effective`](Self::effective).
    pub fn address(&self) -> Result<Option<String>, ConfigError> {
        const VARIABLE: &str = "ONGOING_URL";
        let file = self.file()?;
        let set = &file.settings.url;
        let (url, from) = given("address", (&self.url, self.by), VARIABLE, set, "the file")?;
        if from == VARIABLE && set.is_some() && *set != url {
            file.refuse_overridden(&[VARIABLE], self.by)?;
        }
        Ok(url)
    }

    /// Returns the file of a certificate authority, if one is named.
    ///
    /// # Errors
    /// As [`effective`](Self::effective).
    pub fn authority(&self) -> Result<Option<PathBuf>, ConfigError> {
        ca_file(self.ca_file.as_deref(), &self.file()?)
    }

    /// Combines the settings: those given here, else those of the environment, else those of the file. Without
    /// `with_password` the password is not read.
    ///
    /// # Errors
    /// A setting is wrong, the file cannot be read or lacks the profile, or a variable overrides a part of the profile.
    pub fn effective(&self, with_password: bool) -> Result<Effective, ConfigError> {
        let file = self.file()?;
        self.refuse_overridden(&file)?;
        let mut origins = Vec::new();
        let mut pick = |name, flag: &Option<String>, variable: &str, of: fn(&Settings) -> &Option<String>| {
            let from_file = file.origin(|settings| of(settings).is_some());
            let (value, from) = given(name, (flag, self.by), variable, of(&file.settings), &from_file)?;
            origins.push(SettingOrigin {
                name,
                value: value.as_deref().map(shown_address),
                from: from.to_owned(),
            });
            Ok::<_, ConfigError>(value)
        };
        let url = pick("address", &self.url, "ONGOING_URL", |settings| &settings.url)?;
        let user_name =
            pick("user name", &self.user_name, "ONGOING_USERNAME", |settings| &settings.user_name)?;
        origins.push(self.password_origin(&file));
        let (goods_owner, from) = self.goods_owner_of(&file)?;
        let id = goods_owner.id.map(|id| id.to_string());
        origins.push(SettingOrigin {
            name: "goods owner code",
            value: goods_owner.code.clone(),
            from: from.clone(),
        });
        origins.push(SettingOrigin { name: "goods owner id", value: id, from });
        let effective = Effective {
            url,
            user_name,
            password: if with_password { self.password(&file)? } else { None },
            goods_owner,
            ca_file: ca_file(self.ca_file.as_deref(), &file)?,
            allow_plain_http: self.allow_plain_http || file.settings.allow_plain_http.unwrap_or(false),
            soap_version: self.soap_version.or(file.settings.soap_version).unwrap_or_default(),
            strict: self.strict,
            timeout: self.timeout,
            call_timeout: self.call_timeout.or(file.settings.call_timeout),
            max_answer_bytes: self.max_answer_bytes.or(file.settings.max_answer_bytes),
            max_row_bytes: self.max_row_bytes.or(file.settings.max_row_bytes),
            origins: Vec::new(),
        };
        origins.extend(self.other_origins(&effective, &file));
        origins.extend(proxy_origins(effective.url.as_deref()));
        origins.extend(push_origins(&file));
        Ok(Effective { origins, ..effective })
    }

    /// Refuses a profile if the environment overrides a part of it.
    fn refuse_overridden(&self, file: &SettingsFile) -> Result<(), ConfigError> {
        if file.profile.is_none() {
            return Ok(());
        }
        let (settings, mut variables) = (&file.settings, Vec::new());
        for (name, flag, variable, set) in [
            ("address", &self.url, "ONGOING_URL", &settings.url),
            ("user name", &self.user_name, "ONGOING_USERNAME", &settings.user_name),
        ] {
            let (value, from) = given(name, (flag, self.by), variable, set, "")?;
            if from == variable && set.as_deref().is_some_and(|set| Some(set.trim()) != value.as_deref()) {
                variables.push(variable);
            }
        }
        // The passwords themselves are not compared, since the password file is not read unless it is used.
        if self.password.is_none()
            && settings.password_file.is_some()
            && environment::is_set(passwords::VARIABLE)
        {
            variables.push(passwords::VARIABLE);
        }
        let file_of_settings = settings.ca_file.as_ref().map(|path| file.beside(path));
        if self.ca_file.is_none()
            && environment::path(CA_FILE)?.is_some_and(|path| file_of_settings.is_some_and(|set| set != path))
        {
            variables.push(CA_FILE);
        }
        let (own, (owner, _)) = (settings.goods_owner(), self.goods_owner_of(file)?);
        if self.goods_owner == GoodsOwner::default() && own != GoodsOwner::default() && owner != own {
            let names = ["ONGOING_GOODS_OWNER_CODE", "ONGOING_GOODS_OWNER_ID"];
            variables.extend(names.into_iter().filter(|name| environment::is_set(name)));
        }
        file.refuse_overridden(&variables, self.by)
    }

    fn other_origins(&self, effective: &Effective, file: &SettingsFile) -> Vec<SettingOrigin> {
        let origin = |name, value: Option<String>, flag: bool, set: fn(&Settings) -> bool| {
            let from = match (flag, set(&file.settings)) {
                (true, _) => self.by.name.to_owned(),
                (false, true) => file.origin(set),
                (false, false) => DEFAULT.to_owned(),
            };
            SettingOrigin { name, value, from }
        };
        let ca_file = effective.ca_file.as_ref().map(|path| path.display().to_string());
        let timeout = effective.timeout.map_or("300 s".to_owned(), |seconds| format!("{seconds} s"));
        let bytes = |set: Option<NonZeroU64>, mebibytes: u64| {
            Some(set.map_or(mebibytes << 20, NonZeroU64::get).to_string())
        };
        let call_timeout = format!("{} s", effective.call_timeout.map_or(900, NonZeroU32::get));
        vec![
            match self.ca_file.is_none() && environment::is_set(CA_FILE) {
                true => SettingOrigin { name: "CA file", value: ca_file, from: CA_FILE.to_owned() },
                false => {
                    origin("CA file", ca_file, self.ca_file.is_some(), |settings| settings.ca_file.is_some())
                }
            },
            origin(
                "plain http allowed",
                Some(effective.allow_plain_http.to_string()),
                self.allow_plain_http,
                |s| s.allow_plain_http.is_some(),
            ),
            origin(
                "SOAP version",
                Some(soap_name(effective.soap_version).to_owned()),
                self.soap_version.is_some(),
                |settings| settings.soap_version.is_some(),
            ),
            origin("strict", Some(self.strict.to_string()), self.strict, |_| false),
            origin("timeout", Some(timeout), self.timeout.is_some(), |_| false),
            origin("call timeout", Some(call_timeout), self.call_timeout.is_some(), |settings| {
                settings.call_timeout.is_some()
            }),
            origin(
                "max answer bytes",
                bytes(effective.max_answer_bytes, 512),
                self.max_answer_bytes.is_some(),
                |s| s.max_answer_bytes.is_some(),
            ),
            origin("max row bytes", bytes(effective.max_row_bytes, 64), self.max_row_bytes.is_some(), |s| {
                s.max_row_bytes.is_some()
            }),
        ]
    }

    /// Where the password would come from, without reading it.
    fn password_origin(&self, file: &SettingsFile) -> SettingOrigin {
        let from = match &file.settings.password_file {
            _ if self.password.is_some() => Some(match self.password {
                Some(Password::StandardInput) => "standard input".to_owned(),
                _ => self.by.name.to_owned(),
            }),
            _ if environment::is_set(passwords::VARIABLE) => Some(passwords::VARIABLE.to_owned()),
            Some(path) => {
                let named_by = file.origin(|settings| settings.password_file.is_some());
                Some(format!("the file {}, which {named_by} names", file.beside(path).display()))
            }
            None => None,
        };
        let value = from.as_ref().map(|_| "set".to_owned());
        SettingOrigin { name: "password", value, from: from.unwrap_or_default() }
    }

    fn password(&self, file: &SettingsFile) -> Result<Option<Secret>, ConfigError> {
        if let Some(password) = self.own_password()? {
            return Ok(Some(password));
        }
        if let Some(password) = passwords::from_environment()? {
            return Ok(Some(password));
        }
        file.settings.password_file.as_ref().map(|path| passwords::from_file(&file.beside(path))).transpose()
    }

    /// Code and id from one source, so that they never belong to different goods owners.
    fn goods_owner_of(&self, file: &SettingsFile) -> Result<(GoodsOwner, String), ConfigError> {
        let code = |code: &Option<String>| {
            code.as_deref().map(|code| setting("the goods owner code", code).map(str::to_owned)).transpose()
        };
        let flags = GoodsOwner { code: code(&self.goods_owner.code)?, id: self.goods_owner.id };
        if flags != GoodsOwner::default() {
            return Ok((flags, self.by.name.to_owned()));
        }
        let id = environment::variable("ONGOING_GOODS_OWNER_ID")?;
        let id = id.map(|text| {
            text.trim().parse::<i32>().map_err(|_| {
                ConfigError::new(format!("ONGOING_GOODS_OWNER_ID: `{text}` is not a whole number"))
            })
        });
        let variables =
            GoodsOwner { code: environment::variable("ONGOING_GOODS_OWNER_CODE")?, id: id.transpose()? };
        if variables != GoodsOwner::default() {
            return Ok((variables, "the environment".to_owned()));
        }
        let owned = |settings: &Settings| settings.goods_owner() != GoodsOwner::default();
        let GoodsOwner { code: set, id } = file.settings.goods_owner();
        Ok((GoodsOwner { code: code(&set)?, id }, file.origin(owned)))
    }
}

fn soap_name(version: SoapVersion) -> &'static str {
    match version {
        SoapVersion::V1_1 => "1.1",
        SoapVersion::V1_2 => "1.2",
    }
}

/// The file of a certificate authority: the given one, that of the environment, or of the settings file.
fn ca_file(flag: Option<&Path>, file: &SettingsFile) -> Result<Option<PathBuf>, ConfigError> {
    Ok(match (flag, environment::path(CA_FILE)?) {
        (Some(path), _) => Some(path.to_owned()),
        (None, Some(path)) => Some(path),
        (None, None) => file.settings.ca_file.as_ref().map(|path| file.beside(path)),
    })
}

/// The given value, or that of the environment or the file, and where it comes from.
fn given<'n>(
    name: &str,
    (flag, by): (&Option<String>, GivenBy),
    variable: &'n str,
    set: &Option<String>,
    file: &'n str,
) -> Result<(Option<String>, &'n str), ConfigError> {
    let (text, from) = match (flag, environment::variable(variable)?) {
        (Some(value), _) => (Some(value.clone()), by.name),
        (None, Some(value)) => (Some(value), variable),
        (None, None) => (set.clone(), file),
    };
    let text = text.map(|text| setting(&format!("the {name}"), &text).map(str::to_owned)).transpose()?;
    Ok((text, from))
}
