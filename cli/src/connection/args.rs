//! The flags of a connection.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::PathBuf;

use ongoing_wms::batch::settings::{Given, GivenBy, Password, SettingsFile};
use ongoing_wms::{ConfigError, GoodsOwner, SoapVersion};

use super::Connection;
use crate::completions;
use crate::exit::Exit;
use crate::failure::Failure;

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
    soap: Option<SoapVersionFlag>,
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

    /// The flags that say who calls which service, for a command that a message offers.
    pub fn flags(&self) -> Vec<String> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let valued = [
            ("profile", self.profile.clone()),
            ("config", path(&self.config)),
            ("url", self.url.as_deref().map(super::shown)),
            ("user", self.user.clone()),
            ("goods-owner", self.goods_owner.clone()),
            ("goods-owner-id", self.goods_owner_id.map(|id| id.to_string())),
            ("ca-file", path(&self.ca_file)),
        ];
        let bare = [("password-stdin", self.password_stdin), ("allow-plain-http", self.allow_plain_http)];
        let valued =
            valued.into_iter().filter_map(|(name, value)| Some([format!("--{name}"), value?])).flatten();
        let bare = bare.into_iter().filter(|(_, given)| *given).map(|(name, _)| format!("--{name}"));
        valued.chain(bare).collect()
    }

    /// Combines the settings. Without `with_password` the password is not read.
    pub fn connection(&self, with_password: bool) -> Result<Connection, ConfigError> {
        let mut given = self.given();
        given.url.clone_from(&self.url);
        given.user_name.clone_from(&self.user);
        given.password = self.password_stdin.then_some(Password::StandardInput);
        given.goods_owner = GoodsOwner { code: self.goods_owner.clone(), id: self.goods_owner_id };
        given.ca_file.clone_from(&self.ca_file);
        given.allow_plain_http = self.allow_plain_http;
        given.soap_version = self.soap.map(SoapVersion::from);
        given.strict = self.strict;
        given.timeout = self.timeout;
        given.call_timeout = self.call_timeout;
        given.max_answer_bytes = self.max_answer_bytes;
        given.max_row_bytes = self.max_row_bytes;
        Ok(Connection { settings: given.effective(with_password)?, once: false })
    }

    /// The settings file, if there is one.
    pub fn file(&self) -> Result<SettingsFile, ConfigError> {
        self.given().file()
    }

    fn given(&self) -> Given {
        let mut given = Given::by(FLAGS);
        given.config.clone_from(&self.config);
        given.profile.clone_from(&self.profile);
        given
    }
}

/// How flags are called in messages.
pub const FLAGS: GivenBy = GivenBy { name: "the command line", prefix: "--" };

/// Version of SOAP, as written.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SoapVersionFlag {
    #[value(name = "1.1")]
    V1_1,
    #[value(name = "1.2")]
    V1_2,
}

impl From<SoapVersionFlag> for SoapVersion {
    fn from(soap: SoapVersionFlag) -> SoapVersion {
        match soap {
            SoapVersionFlag::V1_1 => SoapVersion::V1_1,
            SoapVersionFlag::V1_2 => SoapVersion::V1_2,
        }
    }
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
        self.given().authority()
    }

    /// The address, if there is one.
    pub fn url(&self) -> Result<Option<String>, ConfigError> {
        self.given().address()
    }

    fn given(&self) -> Given {
        let mut given = Given::by(FLAGS);
        given.config.clone_from(&self.config);
        given.profile.clone_from(&self.profile);
        given.url.clone_from(&self.url);
        given.ca_file.clone_from(&self.ca_file);
        given
    }
}
