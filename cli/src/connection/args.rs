//! Settings from flags, then the environment, then the settings file.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};

use ongoing_wms::config::setting;
use ongoing_wms::{ConfigError, GoodsOwner, Secret};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{File, Settings, Soap};
use crate::{completions, environment, passwords};

use super::origin::{COMMAND_LINE, DEFAULT, Origin, proxy_origins, push_origins};
use super::{Connection, shown};

/// Names the file of a certificate authority.
const CA_FILE: &str = "ONGOING_CA_FILE";

#[derive(clap::Args)]
#[command(next_help_heading = "Connection")]
#[group(skip)]
pub struct Args {
    /// Profile to use; [profiles.NAME] overrides the top-level settings
    #[arg(long, value_name = "NAME", add = completions::profiles())]
    profile: Option<String>,
    /// Settings file [env: ONGOING_CONFIG] [default: ongoing.toml in the current folder, if it exists]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address of the service, https://HOST/WAREHOUSE/service.asmx [env: ONGOING_URL]
    #[arg(long)]
    url: Option<String>,
    /// Login name [env: ONGOING_USERNAME]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Read the password from standard input instead of ONGOING_PASSWORD
    #[arg(long)]
    password_stdin: bool,
    /// Code of the goods owner [env: ONGOING_GOODS_OWNER_CODE]
    #[arg(long, value_name = "CODE")]
    goods_owner: Option<String>,
    /// Id of the goods owner, for operations that need it [env: ONGOING_GOODS_OWNER_ID]
    #[arg(long, value_name = "ID")]
    goods_owner_id: Option<i32>,
    /// PEM file of additional certificate authorities to trust [env: ONGOING_CA_FILE]
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    ca_file: Option<PathBuf>,
    /// Allow http:// to other machines; the password then travels unencrypted
    #[arg(long, hide_short_help = true)]
    allow_plain_http: bool,
    /// SOAP version [default: 1.1]
    #[arg(long, value_name = "VERSION", hide_short_help = true)]
    soap: Option<Soap>,
    /// Refuse answers that deviate from the contract
    #[arg(long, hide_short_help = true)]
    strict: bool,
    /// Seconds to wait for an answer [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400), hide_short_help = true)]
    timeout: Option<u64>,
    /// Seconds that a call may take in all, with retries and reading the answer; rows of a pull may take longer, but not
    /// pause for longer than --timeout [default: 900]
    #[arg(long, value_name = "SECONDS", hide_short_help = true)]
    call_timeout: Option<NonZeroU32>,
    /// Largest answer that is read whole, in bytes [default: 536870912]
    #[arg(long, value_name = "N", hide_short_help = true)]
    max_answer_bytes: Option<NonZeroU64>,
    /// Largest row of an answer that is read row by row, in bytes [default: 67108864]
    #[arg(long, value_name = "N", hide_short_help = true)]
    max_row_bytes: Option<NonZeroU64>,
}

impl Args {
    /// Whether the password is read from standard input.
    pub fn takes_stdin(&self) -> bool {
        self.password_stdin
    }

    /// Refuses to read something from standard input if the password is read from there.
    pub fn leaves_free(&self, path: &str, what: &str) -> Result<(), Failure> {
        let is_stdin = matches!(path, "-" | "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0");
        if !is_stdin || !self.password_stdin {
            return Ok(());
        }
        let text = format!("standard input cannot supply both the {what} and the password");
        Err(Failure::new(Exit::Usage, text)
            .hint(format!("give the {what} as a file, or set the password in ONGOING_PASSWORD")))
    }

    /// Combines the settings. Without `with_password` the password is not read.
    pub fn connection(&self, with_password: bool) -> Result<Connection, ConfigError> {
        let file = self.file()?;
        self.refuse_overridden(&file)?;
        let mut origins = Vec::new();
        let mut pick = |name, flag: &Option<String>, variable: &str, of: fn(&Settings) -> &Option<String>| {
            let from_file = file.origin(|settings| of(settings).is_some());
            let (value, from) = given(name, flag, variable, of(&file.settings), &from_file)?;
            origins.push(Origin { name, value: value.as_deref().map(shown), from: from.to_owned() });
            Ok::<_, ConfigError>(value)
        };
        let url = pick("address", &self.url, "ONGOING_URL", |settings| &settings.url)?;
        let user_name = pick("user name", &self.user, "ONGOING_USERNAME", |settings| &settings.user_name)?;
        origins.push(self.password_origin(&file));
        let (goods_owner, from) = self.goods_owner(&file)?;
        let id = goods_owner.id.map(|id| id.to_string());
        origins.push(Origin {
            name: "goods owner code",
            value: goods_owner.code.clone(),
            from: from.clone(),
        });
        origins.push(Origin { name: "goods owner id", value: id, from });
        let connection = Connection {
            url,
            user_name,
            password: if with_password { self.password(&file)? } else { None },
            goods_owner,
            ca_file: ca_file(self.ca_file.as_deref(), &file)?,
            allow_plain_http: self.allow_plain_http || file.settings.allow_plain_http.unwrap_or(false),
            soap: self.soap.or(file.settings.soap_version).unwrap_or(Soap::V1_1),
            strict: self.strict,
            timeout: self.timeout,
            call_timeout: self.call_timeout.or(file.settings.call_timeout),
            max_answer_bytes: self.max_answer_bytes.or(file.settings.max_answer_bytes),
            max_row_bytes: self.max_row_bytes.or(file.settings.max_row_bytes),
            once: false,
            origins: Vec::new(),
        };
        origins.extend(self.other_origins(&connection, &file));
        origins.extend(proxy_origins(connection.url.as_deref()));
        origins.extend(push_origins(&file));
        Ok(Connection { origins, ..connection })
    }

    /// Refuses a profile if the environment overrides a part of it.
    fn refuse_overridden(&self, file: &File) -> Result<(), ConfigError> {
        if file.profile.is_none() {
            return Ok(());
        }
        let (settings, mut variables) = (&file.settings, Vec::new());
        for (name, flag, variable, set) in [
            ("address", &self.url, "ONGOING_URL", &settings.url),
            ("user name", &self.user, "ONGOING_USERNAME", &settings.user_name),
        ] {
            let (value, from) = given(name, flag, variable, set, "")?;
            if from == variable && set.as_deref().is_some_and(|set| Some(set.trim()) != value.as_deref()) {
                variables.push(variable);
            }
        }
        // The passwords themselves are not compared, since the password file is not read unless it is used.
        if !self.password_stdin
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
        let (own, (owner, _)) = (settings.goods_owner(), self.goods_owner(file)?);
        let by_flag = self.goods_owner.is_some() || self.goods_owner_id.is_some();
        if !by_flag && own != GoodsOwner::default() && owner != own {
            let names = ["ONGOING_GOODS_OWNER_CODE", "ONGOING_GOODS_OWNER_ID"];
            variables.extend(names.into_iter().filter(|name| environment::is_set(name)));
        }
        file.refuse_overridden(&variables)
    }

    /// The settings file, if there is one.
    pub fn file(&self) -> Result<File, ConfigError> {
        File::find(self.config.as_deref(), self.profile.as_deref())
    }

    fn other_origins(&self, connection: &Connection, file: &File) -> Vec<Origin> {
        let origin = |name, value: Option<String>, flag: bool, set: fn(&Settings) -> bool| {
            let from = match (flag, set(&file.settings)) {
                (true, _) => COMMAND_LINE.to_owned(),
                (false, true) => file.origin(set),
                (false, false) => DEFAULT.to_owned(),
            };
            Origin { name, value, from }
        };
        let ca_file = connection.ca_file.as_ref().map(|path| path.display().to_string());
        let timeout = connection.timeout.map_or("300 s".to_owned(), |seconds| format!("{seconds} s"));
        let bytes = |set: Option<NonZeroU64>, mebibytes: u64| {
            Some(set.map_or(mebibytes << 20, NonZeroU64::get).to_string())
        };
        let call_timeout = format!("{} s", connection.call_timeout.map_or(900, NonZeroU32::get));
        vec![
            match self.ca_file.is_none() && environment::is_set(CA_FILE) {
                true => Origin { name: "CA file", value: ca_file, from: CA_FILE.to_owned() },
                false => {
                    origin("CA file", ca_file, self.ca_file.is_some(), |settings| settings.ca_file.is_some())
                }
            },
            origin(
                "plain http allowed",
                Some(connection.allow_plain_http.to_string()),
                self.allow_plain_http,
                |s| s.allow_plain_http.is_some(),
            ),
            origin(
                "SOAP version",
                Some(connection.soap.name().to_owned()),
                self.soap.is_some(),
                |settings| settings.soap_version.is_some(),
            ),
            origin("strict", Some(self.strict.to_string()), self.strict, |_| false),
            origin("timeout", Some(timeout), self.timeout.is_some(), |_| false),
            origin("call timeout", Some(call_timeout), self.call_timeout.is_some(), |settings| {
                settings.call_timeout.is_some()
            }),
            origin(
                "max answer bytes",
                bytes(connection.max_answer_bytes, 512),
                self.max_answer_bytes.is_some(),
                |s| s.max_answer_bytes.is_some(),
            ),
            origin("max row bytes", bytes(connection.max_row_bytes, 64), self.max_row_bytes.is_some(), |s| {
                s.max_row_bytes.is_some()
            }),
        ]
    }

    /// Where the password would come from, without reading it.
    fn password_origin(&self, file: &File) -> Origin {
        let from = match &file.settings.password_file {
            _ if self.password_stdin => Some("standard input".to_owned()),
            _ if environment::is_set(passwords::VARIABLE) => Some(passwords::VARIABLE.to_owned()),
            Some(path) => {
                let named_by = file.origin(|settings| settings.password_file.is_some());
                Some(format!("the file {}, which {named_by} names", file.beside(path).display()))
            }
            None => None,
        };
        let value = from.as_ref().map(|_| "set".to_owned());
        Origin { name: "password", value, from: from.unwrap_or_default() }
    }

    fn password(&self, file: &File) -> Result<Option<Secret>, ConfigError> {
        if self.password_stdin {
            return passwords::from_stdin().map(Some);
        }
        if let Some(password) = passwords::from_environment()? {
            return Ok(Some(password));
        }
        file.settings.password_file.as_ref().map(|path| passwords::from_file(&file.beside(path))).transpose()
    }

    /// Code and id from one source, so that they never belong to different goods owners.
    fn goods_owner(&self, file: &File) -> Result<(GoodsOwner, String), ConfigError> {
        let code = |code: &Option<String>| {
            code.as_deref().map(|code| setting("the goods owner code", code).map(str::to_owned)).transpose()
        };
        let flags = GoodsOwner { code: code(&self.goods_owner)?, id: self.goods_owner_id };
        if flags != GoodsOwner::default() {
            return Ok((flags, COMMAND_LINE.to_owned()));
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

/// The file of a certificate authority, from the flag, the environment, or the settings file.
fn ca_file(flag: Option<&Path>, file: &File) -> Result<Option<PathBuf>, ConfigError> {
    Ok(match (flag, environment::path(CA_FILE)?) {
        (Some(path), _) => Some(path.to_owned()),
        (None, Some(path)) => Some(path),
        (None, None) => file.settings.ca_file.as_ref().map(|path| file.beside(path)),
    })
}

/// The value from the command line, the environment or the file, and where it comes from.
fn given<'n>(
    name: &str,
    flag: &Option<String>,
    variable: &'n str,
    set: &Option<String>,
    file: &'n str,
) -> Result<(Option<String>, &'n str), ConfigError> {
    let (text, from) = match (flag, environment::variable(variable)?) {
        (Some(value), _) => (Some(value.clone()), COMMAND_LINE),
        (None, Some(value)) => (Some(value), variable),
        (None, None) => (set.clone(), file),
    };
    let text = text.map(|text| setting(&format!("the {name}"), &text).map(str::to_owned)).transpose()?;
    Ok((text, from))
}

/// The address alone, for commands that need no login.
#[derive(clap::Args)]
#[command(next_help_heading = "Connection")]
#[group(skip)]
pub struct AddressArgs {
    /// Address of the sandbox, with or without the path of its service [env: ONGOING_URL]
    #[arg(long)]
    url: Option<String>,
    /// Settings file [env: ONGOING_CONFIG] [default: ongoing.toml in the current folder, if it exists]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Profile to use; [profiles.NAME] overrides the top-level settings
    #[arg(long, value_name = "NAME", add = completions::profiles())]
    profile: Option<String>,
    /// PEM file of the certificate authority, if the sandbox uses TLS [env: ONGOING_CA_FILE]
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    ca_file: Option<PathBuf>,
}

impl AddressArgs {
    /// The file of the certificate authority, if named.
    pub fn ca_file(&self) -> Result<Option<PathBuf>, ConfigError> {
        ca_file(self.ca_file.as_deref(), &File::find(self.config.as_deref(), self.profile.as_deref())?)
    }

    /// The address, if there is one.
    pub fn url(&self) -> Result<Option<String>, ConfigError> {
        const VARIABLE: &str = "ONGOING_URL";
        let file = File::find(self.config.as_deref(), self.profile.as_deref())?;
        let (url, from) = given("address", &self.url, VARIABLE, &file.settings.url, "the file")?;
        if from == VARIABLE && file.settings.url.is_some() && file.settings.url != url {
            file.refuse_overridden(&[VARIABLE])?;
        }
        Ok(url)
    }
}
