//! Settings of a client.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::config::ConfigError;
use crate::credentials::Credentials;
use crate::envelope::SoapVersion;
use crate::observe::Observer;
use crate::operation::HeaderBlocks;
use crate::redact::Redactor;
use crate::retry::RetryPolicy;
use crate::transport::{Http, HttpSettings, ProxySetting, Timeouts, Tls, Transport, shown_address};

use super::header::{self, Block};
use super::{Client, SharedSettings};

/// Default limit for answers that are read whole: 512 MiB.
const MAX_ANSWER_BYTES: u64 = 512 << 20;

/// Default limit for rows of answers that are read row by row: 64 MiB.
const MAX_ROW_BYTES: u64 = 64 << 20;

/// Settings of a [`Client`], made by [`Client::builder`].
#[must_use = "nothing happens before `build`"]
pub struct ClientBuilder {
    url: String,
    credentials: Option<Credentials>,
    version: SoapVersion,
    strict: bool,
    max_answer_bytes: u64,
    max_row_bytes: u64,
    retry: RetryPolicy,
    http: HttpSettings,
    transport: Option<Arc<dyn Transport>>,
    observers: Vec<Arc<dyn Observer>>,
    header: Vec<Block>,
    wrong_header: Option<String>,
}

impl fmt::Debug for ClientBuilder {
    /// Shows what a request depends on, without what is secret in the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("url", &shown_address(&self.url))
            .field("credentials", &self.credentials)
            .field("version", &self.version)
            .field("strict", &self.strict)
            .field("retry", &self.retry)
            .field("http", &self.http)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    pub(super) fn new(url: String) -> Self {
        ClientBuilder {
            url,
            credentials: None,
            version: SoapVersion::default(),
            strict: false,
            max_answer_bytes: MAX_ANSWER_BYTES,
            max_row_bytes: MAX_ROW_BYTES,
            retry: RetryPolicy::default(),
            http: HttpSettings::default(),
            transport: None,
            observers: Vec::new(),
            header: Vec::new(),
            wrong_header: None,
        }
    }

    /// Sets user, password and goods owner. Defaults to none: then only operations without a login can be called.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sets the SOAP version of requests; answers of both versions are read. Defaults to 1.1.
    pub fn soap_version(mut self, version: SoapVersion) -> Self {
        self.version = version;
        self
    }

    /// Refuses answers with unknown, misordered, repeated or absent required members and unknown enumeration text.
    /// For tests of an integration; the service adds members at any time. Defaults to tolerant reading, which skips
    /// and reports these.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets the largest answer that is read whole, in bytes after decompression; its values may take three times as
    /// much memory. Defaults to 512 MiB.
    pub fn max_answer_bytes(mut self, bytes: u64) -> Self {
        self.max_answer_bytes = bytes;
        self
    }

    /// Sets the largest row, in bytes, of an answer that is read by [`Client::rows`]; the rest of the answer may be as
    /// large, and the values in a row may take three times as much memory. Defaults to 64 MiB.
    pub fn max_row_bytes(mut self, bytes: u64) -> Self {
        self.max_row_bytes = bytes;
        self
    }

    /// Sets when calls are retried. Defaults to [`RetryPolicy::default`]: reads up to 3 times, writes only when they
    /// provably were not sent.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets how long each phase of a call may take. Defaults to [`Timeouts::default`]: 5 minutes for the answer, as the
    /// vendor's own SDK.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.http.timeouts = timeouts;
        self
    }

    /// Sets how long a call may take in all, retries and answer included; `None` for no limit. Does not apply to
    /// answers that are read row by row. The same as [`Timeouts::call`]. Defaults to 15 minutes.
    pub fn call_timeout(mut self, limit: Option<Duration>) -> Self {
        self.http.timeouts.call = limit;
        self
    }

    /// Sets the proxy. Defaults to the one in ALL_PROXY, HTTPS_PROXY or HTTP_PROXY, with the exceptions in NO_PROXY.
    pub fn proxy(mut self, proxy: ProxySetting) -> Self {
        self.http.proxy = proxy;
        self
    }

    /// Adds the certificate authorities of a PEM file to the trusted ones. Defaults to none.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.http.ca_file = Some(path.into());
        self
    }

    /// Sets the TLS library and its root certificates. Defaults to rustls with Mozilla's.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.http.tls = tls;
        self
    }

    /// Allows `http://` to other hosts than this one. The password then travels unencrypted. Defaults to refusing it.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.http.allow_plain_http = allow;
        self
    }

    /// Sets the User-Agent header. Defaults to `ongoing-wms/<version>`.
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.http.user_agent = Some(text.into());
        self
    }

    /// Registers an observer that is told about every request and answer. Defaults to none.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// Replaces HTTP by another transport, such as [`Replay`](crate::transport::Replay); HTTP settings are then
    /// ignored. Defaults to HTTP.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sends these SOAP header blocks with every request whose operation declares them and that has no header of its
    /// own. For code generated from other contracts. Defaults to none.
    pub fn header<H: HeaderBlocks>(mut self, header: &H) -> Self {
        match header::write(header) {
            Ok(blocks) => self.header.extend(blocks),
            Err(error) => self.wrong_header = Some(error.to_string()),
        }
        self
    }

    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    /// A setting is invalid: the address is not `https://`, the CA file cannot be read, or the address of the proxy is
    /// wrong.
    pub fn build(self) -> Result<Client, ConfigError> {
        if let Some(wrong) = self.wrong_header {
            return Err(ConfigError::new(format!("SOAP header: {wrong}")));
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => {
                Http::check_url(&self.url, self.http.allow_plain_http)?;
                Arc::new(Http::new(&self.http)?)
            }
        };
        let secret = self.credentials.as_ref().map(|known| known.get_password().clone());
        Ok(Client {
            redactor: Arc::new(Redactor::new(&secret.unwrap_or_default())),
            settings: Arc::new(SharedSettings {
                shown_url: shown_address(&self.url),
                url: self.url,
                version: self.version,
                strict: self.strict,
                max_answer_bytes: self.max_answer_bytes,
                max_row_bytes: self.max_row_bytes,
                timeouts: self.http.timeouts.clone(),
                transport,
                observers: self.observers,
                header: self.header,
                write_turns: Mutex::new(HashMap::new()),
            }),
            credentials: self.credentials.map(Arc::new),
            retry: self.retry,
            call_timeout: self.http.timeouts.call,
        })
    }
}
