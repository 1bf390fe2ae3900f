//! Connection settings and login, and the clients made from them.

use std::sync::Arc;

use ongoing_wms::batch::settings::Effective;
use ongoing_wms::dynamic::{Request, payload};
use ongoing_wms::observe::Observer;
use ongoing_wms::transport::HttpSettings;
use ongoing_wms::{Client, ConfigError, GoodsOwner, RetryPolicy, Secret};

use super::failure::note;

mod args;

pub use args::{AddressArgs, Args, FLAGS};
pub use ongoing_wms::batch::settings::shown_address as shown;

/// The combined settings.
#[derive(Clone)]
pub struct Connection {
    pub settings: Effective,
    /// Each request is sent only once, without retries.
    pub once: bool,
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
        self.build(observer)
    }

    /// The client for a batch, whose records may name their own goods owners.
    pub fn batch_client(&self, observer: Option<Arc<dyn Observer>>) -> Result<Client, ConfigError> {
        let missing = self.missing(&|name| matches!(name, "UserName" | "Password"));
        Self::complete("the batch", &missing)?;
        self.build(observer)
    }

    /// A client for rendering only, with placeholders for missing settings.
    pub fn check_client(&self) -> Result<Client, ConfigError> {
        let mut without = self.for_rendering();
        // If only the id is known, no placeholder code is set: the journal names the goods owner by its id then.
        if without.settings.goods_owner.id.is_none() {
            without.settings.goods_owner.code.get_or_insert_with(|| STAND_IN.to_owned());
        }
        without.build(None)
    }

    /// A client for rendering only, with placeholders for missing settings, and their names.
    pub fn dry_client(&self, request: &dyn Request) -> Result<(Client, Vec<&'static str>), ConfigError> {
        let mut without = self.for_rendering();
        let has = |name: &str| asks_for(request, name);
        let mut missing = Vec::new();
        if self.settings.user_name.is_none() && has("UserName") {
            missing.push("user name");
        }
        let owner = &mut without.settings.goods_owner;
        if owner.code.is_none() && has("GoodsOwnerCode") {
            missing.push("goods owner code");
            owner.code = Some(STAND_IN.to_owned());
        }
        if owner.id.is_none() && has("GoodsOwnerId") {
            missing.push("goods owner id");
            owner.id = Some(0);
        }
        Ok((without.build(None)?, missing))
    }

    /// The goods owner of the calls.
    pub fn goods_owner(&self) -> &GoodsOwner {
        &self.settings.goods_owner
    }

    /// Lists the settings and where they come from.
    pub fn tell_origins(&self) {
        self.settings.origins.iter().filter(|origin| origin.value.is_some()).for_each(note);
    }

    /// The password, to mask it in output.
    pub fn secret(&self) -> Secret {
        self.settings.password.clone().unwrap_or_default()
    }

    /// Errors in the settings other than missing ones, found without the network.
    pub fn try_out(&self) -> Result<(), ConfigError> {
        let mut settings = self.settings.clone();
        settings.url.get_or_insert_with(|| "https://try-out.invalid/".to_owned());
        settings.builder().build().map(drop)
    }

    fn build(&self, observer: Option<Arc<dyn Observer>>) -> Result<Client, ConfigError> {
        let mut builder = self.settings.builder();
        if self.once {
            builder = builder.retry(RetryPolicy::never());
        }
        if let Some(observer) = observer {
            builder = builder.observer(observer);
        }
        builder.build()
    }

    /// The same settings for rendering only: nothing is sent, and no file is read.
    fn for_rendering(&self) -> Connection {
        let mut without = self.clone();
        let settings = &mut without.settings;
        settings.url = Some("https://dry-run.invalid/service.asmx".to_owned());
        settings.password = Some(Secret::new(NO_PASSWORD));
        settings.ca_file = None;
        settings.user_name.get_or_insert_with(|| STAND_IN.to_owned());
        without
    }

    /// The settings for fetching documents without a call.
    pub fn http(&self) -> HttpSettings {
        let mut settings = HttpSettings::default();
        settings.timeouts = self.settings.timeouts();
        settings.ca_file = self.settings.ca_file.clone();
        settings.allow_plain_http = self.settings.allow_plain_http;
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
        if self.settings.url.is_none() {
            missing.push("the address: --url, ONGOING_URL, or url in ongoing.toml");
        }
        if self.settings.user_name.is_none() && has("UserName") {
            missing.push("the user name: --user, ONGOING_USERNAME, or user_name in ongoing.toml");
        }
        if self.settings.password.is_none() && has("Password") {
            missing
                .push("the password: ONGOING_PASSWORD, --password-stdin, or password_file in ongoing.toml");
        }
        if self.settings.goods_owner.code.is_none() && has("GoodsOwnerCode") {
            missing.push(
                "the goods owner's code: --goods-owner, ONGOING_GOODS_OWNER_CODE, or goods_owner_code\n  in \
                 ongoing.toml",
            );
        }
        if self.settings.goods_owner.id.is_none() && has("GoodsOwnerId") {
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
