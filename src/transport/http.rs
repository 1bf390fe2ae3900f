//! HTTP by ureq.

use std::env;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ureq::http::{HeaderValue, Request, Response, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body, Proxy, SendBody};

use super::address::{parse_url, shown_address};
use super::http_failure::{Ends, phase};
use super::proxy::{ConfiguredProxy, Proxies, ProxySetting};
use super::{
    Delivery, HttpAnswer, HttpRequest, Phase, Timeouts, Transport, TransportFailure, look_up, silence,
    timed_out,
};
use crate::config::ConfigError;

/// HTTP settings.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HttpSettings {
    /// How long each phase of a call may take.
    pub timeouts: Timeouts,
    /// The proxy. Defaults to the environment's setting.
    pub proxy: ProxySetting,
    /// A PEM file with certificates to trust in addition to the bundled ones. Defaults to none.
    pub ca_file: Option<PathBuf>,
    /// The TLS library and its root certificates. Defaults to [`Tls::Rustls`].
    pub tls: Tls,
    /// Whether `http://` is allowed beyond loopback. The password is in the body, readable by everyone on the way.
    /// Defaults to `false`.
    pub allow_plain_http: bool,
    /// The `User-Agent` header. Defaults to `ongoing-wms/` and the version.
    pub user_agent: Option<String>,
}

impl HttpSettings {
    /// Sets how long each phase of a call may take.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets the proxy.
    pub fn proxy(mut self, proxy: ProxySetting) -> Self {
        self.proxy = proxy;
        self
    }

    /// Sets a PEM file with certificates to trust in addition to the bundled ones.
    pub fn ca_file(mut self, ca_file: Option<PathBuf>) -> Self {
        self.ca_file = ca_file;
        self
    }

    /// Sets the TLS library and its root certificates.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// Sets whether `http://` is allowed beyond loopback.
    pub fn allow_plain_http(mut self, allow_plain_http: bool) -> Self {
        self.allow_plain_http = allow_plain_http;
        self
    }

    /// Sets the `User-Agent` header.
    pub fn user_agent(mut self, user_agent: Option<String>) -> Self {
        self.user_agent = user_agent;
        self
    }
}

/// The TLS library, and which certificates it trusts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tls {
    /// Rustls with the bundled Mozilla roots, which are the same on every machine. The default.
    #[default]
    Rustls,
    /// Rustls with the trust store of the system, for networks that inspect TLS. Does not support
    /// [`ca_file`](HttpSettings::ca_file).
    #[cfg(feature = "platform-verifier")]
    PlatformVerifier,
    /// The TLS library and the trust store of the system. Does not support [`ca_file`](HttpSettings::ca_file).
    #[cfg(feature = "native-tls")]
    NativeTls,
}

/// The HTTP transport. Keeps connections open for the next request until a reused one breaks: from then on each request
/// gets a new connection, so that a server that closes connections at their second request fails only one call.
///
/// Does not follow redirects: a 3xx is returned as the answer. Accepts gzip.
pub struct Http {
    direct: Route,
    /// The proxies for `https://` and `http://`.
    proxied: [Option<Route>; 2],
    proxies: Proxies,
    ca_file: Option<PathBuf>,
    allow_plain_http: bool,
    /// Time limit for fetching a document.
    get: Option<Duration>,
    /// Maximum silence within an answer.
    silence: Option<Duration>,
}

/// A route to the service: directly, or through a proxy.
struct Route {
    /// Keeps connections for the next request.
    reusing: Agent,
    /// Opens a new connection for each request.
    fresh: Agent,
    reuse: Arc<Reuse>,
}

/// Whether connections can be reused.
#[derive(Default)]
struct Reuse {
    /// An answer arrived, so the next request may reuse the connection.
    answered: AtomicBool,
    /// A connection broke that may have been reused.
    broke: AtomicBool,
}

impl Reuse {
    fn broke(&self) {
        if self.answered.load(Ordering::Relaxed) && !self.broke.swap(true, Ordering::Relaxed) {
            tracing::debug!("a reused connection broke: requests use new connections from now on");
        }
    }
}

impl Route {
    fn agent(&self) -> &Agent {
        if self.reuse.broke.load(Ordering::Relaxed) { &self.fresh } else { &self.reusing }
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("proxy", &self.proxies.is_set()).finish_non_exhaustive()
    }
}

impl Http {
    /// Creates the transport; nothing is sent yet.
    pub fn new(settings: &HttpSettings) -> Result<Http, ConfigError> {
        Http::with_lookup(settings, |name| env::var(name).ok())
    }

    fn with_lookup(
        settings: &HttpSettings,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Http, ConfigError> {
        if settings.user_agent.as_deref().is_some_and(|text| HeaderValue::from_str(text).is_err()) {
            return Err(ConfigError::new(
                "the user agent contains a line break or another control character",
            ));
        }
        let tls = tls_config(settings)?;
        let route = |proxy: Option<Proxy>| Route {
            reusing: agent(settings, tls.clone(), proxy.clone(), true),
            fresh: agent(settings, tls.clone(), proxy, false),
            reuse: Arc::default(),
        };
        let proxies = Proxies::new(&settings.proxy, lookup)?;
        if !proxies.ignored().is_empty() {
            tracing::warn!(ignored = ?proxies.ignored(), "ignoring invalid entries in NO_PROXY");
        }
        let through =
            |named: &Option<ConfiguredProxy>| named.as_ref().map(|named| route(Some(named.proxy.clone())));
        Ok(Http {
            direct: route(None),
            proxied: [through(&proxies.https), through(&proxies.http)],
            proxies,
            ca_file: settings.ca_file.clone(),
            allow_plain_http: settings.allow_plain_http,
            get: settings.timeouts.call,
            silence: settings.timeouts.longest_silence(),
        })
    }

    /// Fetches a document with `GET` and without credentials, such as the contract that a system serves.
    pub fn get(&self, url: &str) -> Result<HttpAnswer, TransportFailure> {
        let uri = self.check(url)?;
        tracing::debug!(url, "get");
        let request = Request::get(&uri).body(()).map_err(|e| bad_request(&e))?;
        let (route, via) = self.route_to(&uri);
        let agent = route.agent();
        let request = agent.configure_request(request).timeout_global(bounded(self.get)).build();
        let ends = Ends { uri: &uri, via, ca_file: self.ca_file.as_deref(), started: false };
        self.finish(agent.run(request), &ends, &route.reuse)
    }

    /// Checks whether this transport would send to the address at all.
    pub fn check_url(url: &str, allow_plain_http: bool) -> Result<(), ConfigError> {
        parse_url(url, allow_plain_http).map(|_| ())
    }

    fn check(&self, url: &str) -> Result<Uri, TransportFailure> {
        parse_url(url, self.allow_plain_http)
            .map_err(|e| TransportFailure::new(Delivery::NotSent, e.to_string()).with_permanent())
    }

    /// The route to an address, and its proxy.
    fn route_to(&self, uri: &Uri) -> (&Route, Option<&ConfiguredProxy>) {
        let [https, http] = &self.proxied;
        let proxied = if uri.scheme_str() == Some("http") { http } else { https };
        match (self.proxies.find(uri), proxied) {
            (Some(via), Some(route)) => (route, Some(via)),
            _ => (&self.direct, None),
        }
    }

    fn finish(
        &self,
        result: Result<Response<Body>, ureq::Error>,
        ends: &Ends<'_>,
        reuse: &Arc<Reuse>,
    ) -> Result<HttpAnswer, TransportFailure> {
        match result {
            Ok(response) => {
                reuse.answered.store(true, Ordering::Relaxed);
                let (parts, body) = response.into_parts();
                let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
                let headers: Vec<_> =
                    parts.headers.iter().map(|(n, v)| (n.as_str().to_owned(), text(v.as_bytes()))).collect();
                let status = parts.status.as_u16();
                tracing::debug!(status, "answer");
                // `into_reader` has no limit; ureq's `read_to_..` methods have one (10 MiB).
                Ok(HttpAnswer {
                    status,
                    headers,
                    body: Box::new(AnswerBody {
                        // A gzip body is begun at once.
                        rest: silence::at_most(self.silence, || body.into_reader()),
                        silence: self.silence,
                        reuse: Arc::clone(reuse),
                    }),
                })
            }
            Err(e) => {
                if !matches!(e, ureq::Error::Timeout(_)) && (ends.started || matches!(e, ureq::Error::Io(_)))
                {
                    reuse.broke();
                }
                let failure = ends.failure(e);
                tracing::debug!(delivery = ?failure.delivery, timeout = ?failure.timeout, "no answer");
                Err(failure)
            }
        }
    }
}

impl Transport for Http {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
        let uri = self.check(request.url)?;
        tracing::debug!(operation = request.operation, url = %shown_address(request.url), bytes = request.body.len(), "post");
        let mut body = WatchedBody { rest: request.body, started: request.body.is_empty() };
        // With a Content-Length ureq does not send chunks, which old proxies and some IIS configurations reject.
        let mut builder = Request::post(&uri).header("content-length", request.body.len());
        for (name, value) in request.headers {
            builder = builder.header(*name, value);
        }
        let built = builder.body(SendBody::from_reader(&mut body)).map_err(|e| bad_request(&e))?;
        let (route, via) = self.route_to(&uri);
        let agent = route.agent();
        let built = agent.configure_request(built).timeout_global(bounded(request.deadline)).build();
        let result = agent.run(built);
        let ends = Ends { uri: &uri, via, ca_file: self.ca_file.as_deref(), started: body.started };
        self.finish(result, &ends, &route.reuse)
    }
}

/// A request body that records when it is first read: ureq reads it after the connection and TLS are established and
/// the headers are sent. Before that nothing can have been carried out, whatever the error is.
struct WatchedBody<'a> {
    rest: &'a [u8],
    started: bool,
}

impl Read for WatchedBody<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.started = true;
        self.rest.read(out)
    }
}

/// An answer's body whose timeouts can be distinguished from other errors.
struct AnswerBody {
    rest: ureq::BodyReader<'static>,
    silence: Option<Duration>,
    reuse: Arc<Reuse>,
}

impl Read for AnswerBody {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = silence::at_most(self.silence, || self.rest.read(out));
        read.map_err(|error| match ureq::Error::from(error) {
            ureq::Error::Timeout(at) => timed_out(phase(at, Phase::ReceiveBody)),
            ureq::Error::Io(error) => {
                self.reuse.broke();
                error
            }
            error @ (ureq::Error::Decompress(..) | ureq::Error::Protocol(_)) => {
                io::Error::new(io::ErrorKind::InvalidData, error)
            }
            error => io::Error::other(error),
        })
    }
}

fn agent(settings: &HttpSettings, tls: TlsConfig, proxy: Option<Proxy>, reuses: bool) -> Agent {
    let times = &settings.timeouts;
    let user_agent =
        settings.user_agent.as_deref().unwrap_or(concat!("ongoing-wms/", env!("CARGO_PKG_VERSION")));
    let builder = Agent::config_builder();
    let builder =
        if reuses { builder } else { builder.max_idle_connections(0).max_idle_connections_per_host(0) };
    let config = builder
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent(user_agent)
        .proxy(proxy)
        .tls_config(tls)
        .timeout_resolve(bounded(times.resolve))
        .timeout_connect(bounded(times.connect))
        .timeout_send_request(bounded(times.send))
        .timeout_send_body(bounded(times.send))
        .timeout_recv_response(bounded(times.receive_answer))
        .timeout_per_read(bounded(times.longest_silence()))
        .build();
    look_up::agent(config)
}

/// A wait beyond the range of the clock has no end.
fn bounded(wait: Option<Duration>) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
    wait.filter(|wait| *wait < LONGEST)
}

fn tls_config(settings: &HttpSettings) -> Result<TlsConfig, ConfigError> {
    let builder = TlsConfig::builder();
    let roots = match &settings.ca_file {
        None => None,
        Some(file) => Some(read_ca_file(file)?),
    };
    let (provider, roots) = match (settings.tls, roots) {
        (Tls::Rustls, None) => (TlsProvider::Rustls, RootCerts::WebPki),
        (Tls::Rustls, Some(extra)) => {
            let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
            let bundled = bundled.map(|der| Certificate::from_der(der).to_owned());
            (TlsProvider::Rustls, bundled.chain(extra).collect::<Vec<_>>().into())
        }
        #[cfg(feature = "platform-verifier")]
        (Tls::PlatformVerifier, None) => (TlsProvider::Rustls, RootCerts::PlatformVerifier),
        #[cfg(feature = "native-tls")]
        (Tls::NativeTls, None) => (TlsProvider::NativeTls, RootCerts::PlatformVerifier),
        #[cfg(any(feature = "platform-verifier", feature = "native-tls"))]
        (_, Some(_)) => {
            return Err(ConfigError::new("a CA file cannot be added to the trust store of the system")
                .with_hint(
                    "install the certificate in the system, or use the bundled roots with the CA file",
                ));
        }
    };
    Ok(builder.provider(provider).root_certs(roots).build())
}

fn read_ca_file(file: &Path) -> Result<Vec<Certificate<'static>>, ConfigError> {
    let wrong = |what: &str| ConfigError::new(format!("the CA file {} {what}", file.display()));
    let bytes = fs::read(file).map_err(|e| wrong("cannot be read").with_source(e))?;
    let mut found = Vec::new();
    for item in ureq::tls::parse_pem(&bytes) {
        match item.map_err(|e| wrong("is not a PEM file").with_source(e))? {
            PemItem::Certificate(certificate) => found.push(certificate),
            PemItem::PrivateKey(_) => {
                return Err(wrong("contains a private key, which does not belong there"));
            }
            _ => {}
        }
    }
    // ureq silently skips what is not a certificate, and the handshake fails much later.
    if found.iter().any(|certificate| !is_der_sequence(certificate.der())) {
        return Err(wrong("contains something that is not a certificate"));
    }
    if found.is_empty() {
        return Err(wrong("contains no certificate").with_hint("expected -----BEGIN CERTIFICATE-----"));
    }
    Ok(found)
}

/// Whether the bytes are one complete DER sequence, like every certificate.
fn is_der_sequence(der: &[u8]) -> bool {
    let [0x30, first, rest @ ..] = der else { return false };
    match usize::from(*first) {
        short @ 0..=0x7f => rest.len() == short,
        long => {
            let Some((length, content)) = rest.split_at_checked(long & 0x7f) else { return false };
            !length.is_empty()
                && length.len() <= 4
                && length.iter().fold(0, |sum, b| sum << 8 | usize::from(*b)) == content.len()
        }
    }
}

fn bad_request(error: &ureq::http::Error) -> TransportFailure {
    // The text of the error names what is wrong, and does not contain the header or address.
    TransportFailure::new(Delivery::NotSent, format!("the request cannot be formed: {error}"))
        .with_permanent()
}

#[cfg(test)]
#[path = "http_tests/mod.rs"]
mod tests;
