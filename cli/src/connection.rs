//! Connection settings and login, and the clients made from them.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ongoing_wms::dynamic::{Request, payload};
use ongoing_wms::observe::Observer;
use ongoing_wms::transport::HttpSettings;
use ongoing_wms::{Client, ConfigError, Credentials, GoodsOwner, RetryPolicy, Secret, Timeouts};

use super::failure::note;
use super::settings::Soap;

mod args;
mod origin;

pub use args::{AddressArgs, Args};
pub use origin::{IGNORED, Origin};

/// The combined settings.
#[derive(Clone)]
pub struct Connection {
    pub url: Option<String>,
    user_name: Option<String>,
    password: Option<Secret>,
    goods_owner: GoodsOwner,
    ca_file: Option<PathBuf>,
    pub allow_plain_http: bool,
    soap: Soap,
    strict: bool,
    timeout: Option<u64>,
    call_timeout: Option<NonZeroU32>,
    max_answer_bytes: Option<NonZeroU64>,
    max_row_bytes: Option<NonZeroU64>,
    /// Each request is sent only once, without retries.
    pub once: bool,
    /// Where each setting came from.
    pub origins: Vec<Origin>,
}

/// Placeholder for missing settings in a dry run.
const STAND_IN: &str = "(not set)";

/// The password of a dry run, which is masked everywhere, and unlike any other text.
const NO_PASSWORD: &str = "(no password)";

impl Connection {
    /// The client for this request, or an error with all missing settings.
    pub fn client(
        &self,
        request: &dyn Request,
        observer: Option<Arc<dyn Observer>>,
    ) -> Result<Client, ConfigError> {
        self.client_for(&[request], observer)
    }

    /// The client for all of these requests; an error names the first one.
    pub fn client_for(
        &self,
        requests: &[&dyn Request],
        observer: Option<Arc<dyn Observer>>,
    ) -> Result<Client, ConfigError> {
        let missing = self.missing(&|name| requests.iter().any(|request| asks_for(*request, name)));
        let missing: Vec<String> = missing.into_iter().map(|text| with_operations(text, requests)).collect();
        let name = requests.first().map(|request| request.info().name).unwrap_or_default();
        Self::complete(name, &missing)?;
        self.build(self.url.clone().unwrap_or_default(), self.credentials(""), observer)
    }

    /// The client for a batch, whose records may name their own goods owners.
    pub fn batch_client(&self, observer: Option<Arc<dyn Observer>>) -> Result<Client, ConfigError> {
        let missing = self.missing(&|name| matches!(name, "UserName" | "Password"));
        Self::complete("the batch", &missing)?;
        self.build(self.url.clone().unwrap_or_default(), self.credentials(""), observer)
    }

    /// A client for rendering only, with placeholders for missing settings.
    pub fn check_client(&self) -> Result<Client, ConfigError> {
        let mut without =
            Connection { password: Some(Secret::new(NO_PASSWORD)), ca_file: None, ..self.clone() };
        // A goods owner that is known only by its id gets no placeholder code, since the journal has none either.
        if without.goods_owner.id.is_none() {
            without.goods_owner.code.get_or_insert_with(|| STAND_IN.to_owned());
        }
        let url = "https://dry-run.invalid/service.asmx".to_owned();
        without.build(url, without.credentials(STAND_IN), None)
    }

    /// A client for rendering only, with placeholders for missing settings, and their names.
    pub fn dry_client(&self, request: &dyn Request) -> Result<(Client, Vec<&'static str>), ConfigError> {
        let mut without =
            Connection { password: Some(Secret::new(NO_PASSWORD)), ca_file: None, ..self.clone() };
        without.url = Some("https://dry-run.invalid/service.asmx".to_owned());
        let has = |name: &str| asks_for(request, name);
        let mut missing = Vec::new();
        if self.user_name.is_none() && has("UserName") {
            missing.push("user name");
        }
        if self.goods_owner.code.is_none() && has("GoodsOwnerCode") {
            missing.push("goods owner code");
            without.goods_owner.code = Some(STAND_IN.to_owned());
        }
        if self.goods_owner.id.is_none() && has("GoodsOwnerId") {
            missing.push("goods owner id");
            without.goods_owner.id = Some(0);
        }
        let url = without.url.clone().unwrap_or_default();
        Ok((without.build(url, without.credentials(STAND_IN), None)?, missing))
    }

    /// The goods owner of the calls.
    pub fn goods_owner(&self) -> &GoodsOwner {
        &self.goods_owner
    }

    /// Lists the settings and where they come from.
    pub fn tell_origins(&self) {
        self.origins.iter().filter(|origin| origin.value.is_some()).for_each(note);
    }

    /// The password, to mask it in output.
    pub fn secret(&self) -> Secret {
        self.password.clone().unwrap_or_default()
    }

    fn credentials(&self, user_name: &str) -> Credentials {
        let user_name = self.user_name.as_deref().unwrap_or(user_name);
        Credentials::new(user_name, self.secret()).goods_owner(self.goods_owner.clone())
    }

    /// Errors in the settings other than missing ones, found without the network.
    pub fn try_out(&self) -> Result<(), ConfigError> {
        let url = self.url.clone().unwrap_or_else(|| "https://try-out.invalid/".to_owned());
        self.build(url, self.credentials(""), None).map(drop)
    }

    fn build(
        &self,
        url: String,
        credentials: Credentials,
        observer: Option<Arc<dyn Observer>>,
    ) -> Result<Client, ConfigError> {
        let mut builder = Client::builder(url)
            .credentials(credentials)
            .soap_version(self.soap.into())
            .strict(self.strict)
            .allow_plain_http(self.allow_plain_http);
        builder = builder.timeouts(self.timeouts());
        if self.once {
            builder = builder.retry(RetryPolicy::never());
        }
        if let Some(path) = &self.ca_file {
            builder = builder.ca_file(path);
        }
        if let Some(bytes) = self.max_answer_bytes {
            builder = builder.max_answer_bytes(bytes.get());
        }
        if let Some(bytes) = self.max_row_bytes {
            builder = builder.max_row_bytes(bytes.get());
        }
        if let Some(observer) = observer {
            builder = builder.observer(observer);
        }
        builder.build()
    }

    fn timeouts(&self) -> Timeouts {
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

    /// The settings for fetching documents without a call.
    pub fn http(&self) -> HttpSettings {
        let mut settings = HttpSettings::default();
        settings.timeouts = self.timeouts();
        settings.ca_file = self.ca_file.clone();
        settings.allow_plain_http = self.allow_plain_http;
        settings
    }

    fn complete(name: &str, missing: &[impl AsRef<str>]) -> Result<(), ConfigError> {
        if missing.is_empty() {
            return Ok(());
        }
        let what = if missing.len() == 1 { "a setting is" } else { "settings are" };
        Err(ConfigError::new(format!("{name}: {what} missing; nothing was sent")).with_hint(format!(
            "give\n{}",
            missing.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join("\n")
        )))
    }

    /// Missing settings, each with the ways to set it. The caller says which are needed: `UserName` ..
    pub fn missing(&self, has: &dyn Fn(&str) -> bool) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.url.is_none() {
            missing.push("the address: --url, ONGOING_URL, or url in ongoing.toml");
        }
        if self.user_name.is_none() && has("UserName") {
            missing.push("the user name: --user, ONGOING_USERNAME, or user_name in ongoing.toml");
        }
        if self.password.is_none() && has("Password") {
            missing
                .push("the password: ONGOING_PASSWORD, --password-stdin, or password_file in ongoing.toml");
        }
        if self.goods_owner.code.is_none() && has("GoodsOwnerCode") {
            missing.push(
                "the goods owner's code: --goods-owner, ONGOING_GOODS_OWNER_CODE, or goods_owner_code\n  in \
                 ongoing.toml",
            );
        }
        if self.goods_owner.id.is_none() && has("GoodsOwnerId") {
            missing.push(
                "the goods owner's id: --goods-owner-id, ONGOING_GOODS_OWNER_ID, or goods_owner_id\n  in ongoing.toml",
            );
        }
        missing
    }
}

/// What is missing, and which operations need the goods owner's id if others do not.
fn with_operations(missing: &str, requests: &[&dyn Request]) -> String {
    let needs = requests.iter().filter(|request| asks_for(**request, "GoodsOwnerId"));
    let needs: Vec<&str> = needs.map(|request| request.info().name).collect();
    match missing.strip_prefix("the goods owner's id: ") {
        Some(ways) if needs.len() < requests.len() => {
            format!("the goods owner's id, for {}:\n  {}", needs.join(" and "), ways.replace("\n ", ""))
        }
        _ => missing.to_owned(),
    }
}

/// Whether the request needs this member of the sender; one operation has it inside its payload, where the caller may
/// have set it.
fn asks_for(request: &dyn Request, name: &str) -> bool {
    let operation = request.info();
    let own = operation.members.iter().any(|member| member.sender && member.name == name);
    let inside =
        || payload(operation).is_some_and(|ty| ty.members.iter().any(|m| m.min > 0 && m.name == name));
    own || (inside() && request.to_json().get(name).is_none_or(|given| *given == 0))
}

/// An address to show, without a password in it.
pub fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("//") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}//***{}", &rest[at..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn no_password_of_an_address_is_shown() {
        for (url, expected) in [
            ("https://u:canary@host/x", "https://***@host/x"),
            ("https://u:can@ary@host", "https://***@host"),
            ("https://host/a@b", "https://host/a@b"),
            ("host", "host"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }
}
