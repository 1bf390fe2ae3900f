//! Whether a request goes directly or through a proxy. The variables are interpreted like in curl.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use ureq::Proxy;
use ureq::http::Uri;

use super::address::{is_loopback, parse_url};
use crate::config::ConfigError;
use crate::credentials::Secret;

/// The proxy for requests. Requests to loopback never use one.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum ProxySetting {
    /// The environment variables, in lower or upper case. For `https://` the first of `HTTPS_PROXY`, `ALL_PROXY` and
    /// `HTTP_PROXY` that is set, for `http://` the first of `HTTP_PROXY`, `ALL_PROXY` and `HTTPS_PROXY`; except to the
    /// hosts in `NO_PROXY`.
    ///
    /// `NO_PROXY` is `*`, or a list separated by commas or spaces: names (`example.com`, `.example.com` and
    /// `*.example.com` mean the name and all below it), addresses (`10.0.0.7`, `[fe80::1]`) and ranges (`10.0.0.0/8`).
    /// A port after a name or address limits it to that port. The default.
    #[default]
    Environment,
    /// No proxy.
    None,
    /// This one, for every host: `http://`, `https://`, `socks4://`, `socks4a://` or `socks5://`, then
    /// `[user:password@]host[:port]`. Kept secret because it may contain a password.
    Url(Secret),
}

/// The route of requests to an address.
///
/// ```
/// use ongoing_wms::transport::{ProxyRoute, ProxySetting};
///
/// let way = ProxyRoute::to("https://wms.example/demo/service.asmx", &ProxySetting::None)?;
/// assert_eq!(way.proxy, None);
/// # Ok::<(), ongoing_wms::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProxyRoute {
    /// Address of the proxy, without its user and password; `None` for a direct connection.
    pub proxy: Option<String>,
    /// The variable that decided: the one with the proxy, or `NO_PROXY`. `None` if none did.
    pub variable: Option<String>,
    /// Entries of `NO_PROXY` that are neither names, addresses nor ranges. They are ignored.
    pub ignored: Vec<String>,
}

impl ProxyRoute {
    /// Returns the route of requests for an address, `http://` or `https://`.
    ///
    /// # Errors
    /// The address of the service or of the proxy is invalid.
    pub fn to(url: &str, setting: &ProxySetting) -> Result<ProxyRoute, ConfigError> {
        let proxies = Proxies::new(setting, |name| std::env::var(name).ok())?;
        Ok(proxies.way_to(&parse_url(url, true)?))
    }
}

impl fmt::Display for ProxyRoute {
    /// `http://proxy.example:3128 (HTTPS_PROXY)`, or `none`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.proxy.as_deref().unwrap_or("none"))?;
        match &self.variable {
            Some(variable) => write!(f, " ({variable})"),
            None => Ok(()),
        }
    }
}

/// A proxy, and where it is set.
#[derive(Debug, Clone)]
pub(super) struct ConfiguredProxy {
    pub proxy: Proxy,
    /// The variable; `None` for a setting.
    pub variable: Option<String>,
}

impl ConfiguredProxy {
    fn new(url: &str, variable: Option<String>) -> Result<ConfiguredProxy, ConfigError> {
        // The text is not shown, since it may contain a password.
        let named = variable.as_deref().unwrap_or("the proxy setting");
        let wrong = || {
            ConfigError::new(format!("{named} is not the address of a proxy"))
                .with_hint("expected http://host:port")
        };
        let proxy = Proxy::new(url.trim()).map_err(|_| wrong())?;
        // ureq uses the default port instead of an invalid one.
        let authority = proxy.uri().authority().map(|authority| authority.as_str()).unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let port = host.rsplit_once(':').map_or("", |(_, port)| port);
        if !port.is_empty() && !port.ends_with(']') && !port.parse::<u16>().is_ok_and(|port| port > 0) {
            return Err(wrong());
        }
        Ok(ConfiguredProxy { proxy, variable })
    }

    /// The address without user and password.
    pub fn address(&self) -> String {
        let scheme = self.proxy.uri().scheme_str().unwrap_or("http");
        format!("{scheme}://{}:{}", self.proxy.host(), self.proxy.port())
    }

    /// The variable or setting to change.
    pub fn source(&self) -> &str {
        self.variable.as_deref().unwrap_or("the proxy setting")
    }
}

impl fmt::Display for ConfiguredProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {} (from {})", self.address(), self.source())
    }
}

/// The proxies for both schemes.
#[derive(Debug, Default)]
pub(super) struct Proxies {
    pub https: Option<ConfiguredProxy>,
    pub http: Option<ConfiguredProxy>,
    except: NoProxy,
    /// The variable that `except` comes from.
    no_proxy: String,
}

impl Proxies {
    pub fn new(
        setting: &ProxySetting,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Proxies, ConfigError> {
        match setting {
            ProxySetting::None => Ok(Proxies::default()),
            ProxySetting::Url(url) => {
                let named = ConfiguredProxy::new(url.expose(), None)?;
                Ok(Proxies { https: Some(named.clone()), http: Some(named), ..Proxies::default() })
            }
            ProxySetting::Environment => {
                let first = |names: &[&str]| {
                    let both = names.iter().flat_map(|name| [name.to_ascii_lowercase(), (*name).to_owned()]);
                    let mut set = both.filter_map(|name| Some((lookup(&name)?, name)));
                    set.find(|(value, _)| !value.trim().is_empty())
                };
                let named = |names| {
                    first(names).map(|(url, name)| ConfiguredProxy::new(&url, Some(name))).transpose()
                };
                let (list, no_proxy) = first(&["NO_PROXY"]).unwrap_or_default();
                Ok(Proxies {
                    https: named(&["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY"])?,
                    http: named(&["HTTP_PROXY", "ALL_PROXY", "HTTPS_PROXY"])?,
                    except: NoProxy::new(&list),
                    no_proxy,
                })
            }
        }
    }

    /// The proxy for an address; `None` for a direct connection.
    pub fn find(&self, uri: &Uri) -> Option<&ConfiguredProxy> {
        self.for_scheme(uri)
            .filter(|_| !self.is_excepted(uri) && !is_loopback(uri.host().unwrap_or_default()))
    }

    fn for_scheme(&self, uri: &Uri) -> Option<&ConfiguredProxy> {
        if uri.scheme_str() == Some("http") { self.http.as_ref() } else { self.https.as_ref() }
    }

    fn is_excepted(&self, uri: &Uri) -> bool {
        let default = if uri.scheme_str() == Some("http") { 80 } else { 443 };
        self.except.matches(uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(default))
    }

    fn way_to(&self, uri: &Uri) -> ProxyRoute {
        let found = self.find(uri);
        let excepted =
            || (self.for_scheme(uri).is_some() && self.is_excepted(uri)).then(|| self.no_proxy.clone());
        ProxyRoute {
            proxy: found.map(ConfiguredProxy::address),
            variable: found.map_or_else(excepted, |named| named.variable.clone()),
            ignored: self.except.ignored.clone(),
        }
    }

    pub fn is_set(&self) -> bool {
        self.https.is_some() || self.http.is_some()
    }

    /// Entries of `NO_PROXY` that are ignored.
    pub fn ignored(&self) -> &[String] {
        &self.except.ignored
    }
}

/// Hosts that are reached without a proxy.
#[derive(Debug, Default)]
struct NoProxy {
    entries: Vec<(NoProxyEntry, Option<u16>)>,
    ignored: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum NoProxyEntry {
    All,
    Range(IpNet),
    /// A name and its subdomains.
    Name(String),
}

impl NoProxy {
    fn new(list: &str) -> NoProxy {
        let mut found = NoProxy::default();
        for text in list.split([',', ' ', '\t']).filter(|text| !text.is_empty()) {
            match entry(text) {
                Some(entry) => found.entries.push(entry),
                None => found.ignored.push(text.to_owned()),
            }
        }
        found
    }

    fn matches(&self, host: &str, port: u16) -> bool {
        let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        let address: Option<IpAddr> = host.parse().ok();
        self.entries.iter().any(|(entry, only)| {
            only.is_none_or(|only| only == port)
                && match (entry, address) {
                    (NoProxyEntry::All, _) => true,
                    (NoProxyEntry::Range(range), Some(address)) => range.contains(&address),
                    (NoProxyEntry::Name(name), None) => {
                        host.strip_suffix(name.as_str()).is_some_and(|s| s.is_empty() || s.ends_with('.'))
                    }
                    _ => false,
                }
        })
    }
}

/// An entry and its port, if any; `None` if it is neither name, address nor range.
fn entry(text: &str) -> Option<(NoProxyEntry, Option<u16>)> {
    if text == "*" {
        return Some((NoProxyEntry::All, None));
    }
    if let Some(found) = host_entry(text) {
        return Some((found, None));
    }
    let (host, port) = text.rsplit_once(':')?;
    Some((host_entry(host)?, Some(port.parse().ok()?)))
}

fn host_entry(text: &str) -> Option<NoProxyEntry> {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    if let Ok(address) = inner.unwrap_or(text).parse::<IpAddr>() {
        return Some(NoProxyEntry::Range(address.into()));
    }
    if text.contains('/') {
        let (address, length) = text.split_once('/')?;
        let address = address.trim_matches(['[', ']']).parse().ok()?;
        return Some(NoProxyEntry::Range(IpNet::new(address, length.parse().ok()?).ok()?));
    }
    let name = text.strip_prefix("*.").unwrap_or(text).trim_matches('.').to_ascii_lowercase();
    let is_name_char = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    // A name whose last label is a number is an invalid address.
    let is_number = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    (!name.is_empty() && !is_number && name.chars().all(is_name_char)).then_some(NoProxyEntry::Name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(list: &str, address: &str) -> bool {
        let uri: Uri = address.parse().unwrap();
        let proxies = Proxies { except: NoProxy::new(list), ..Proxies::default() };
        proxies.is_excepted(&uri)
    }

    #[test]
    fn exceptions_are_read_as_curl_reads_them() {
        for (list, address, is_excepted) in [
            ("example.com", "https://example.com/", true),
            ("example.com", "https://www.example.com./", true),
            ("example.com", "https://notexample.com/", false),
            (".example.com", "https://example.com/", true),
            (".example.com", "https://a.b.example.com/", true),
            ("*.example.com", "https://A.EXAMPLE.com/", true),
            ("a.com b.com\tc.com,,d.com", "https://c.com/", true),
            ("a.com b.com\tc.com,,d.com", "https://d.com/", true),
            ("*", "https://any.example/", true),
            ("10.0.0.0/8", "https://10.200.3.4/", true),
            ("10.0.0.0/8", "https://11.0.0.1/", false),
            ("192.168.7.9/16", "https://192.168.0.1/", true),
            ("fd00::/8", "https://[fd12::1]/", true),
            ("[fd00::]/8", "https://[fd12::1]/", true),
            ("fd00::/8", "https://[fe80::1]/", false),
            ("10.0.0.7", "https://10.0.0.7/", true),
            ("0.0.7", "https://10.0.0.7/", false),
            ("[fe80::1]:8443", "https://[fe80::1]:8443/", true),
            ("[fe80::1]:8443", "https://[fe80::1]/", false),
            ("wms.example:8443", "https://wms.example:8443/", true),
            ("wms.example:8443", "https://wms.example/", false),
            ("wms.example:443", "https://wms.example/", true),
            ("wms.example:80", "http://wms.example/", true),
            ("10.0.0.0/8:443", "https://10.1.1.1/", true),
            ("10.0.0.0/33", "https://10.1.1.1/", false),
            ("", "https://wms.example/", false),
        ] {
            assert_eq!(matches(list, address), is_excepted, "{list} {address}");
        }
        let ignored =
            NoProxy::new("10.0.0.0/33, 10.*, wms.example:99999, 1.2.3, http://x, a.com, a b").ignored;
        assert_eq!(ignored, ["10.0.0.0/33", "10.*", "wms.example:99999", "1.2.3", "http://x"]);
    }

    #[test]
    fn an_address_with_a_wrong_port_is_refused() {
        let port = |url: &str| ConfiguredProxy::new(url, None).ok().map(|named| named.proxy.port());
        for url in ["http://x:99999", "http://u:p@x:65536", "http://[::1]:70000", "http://x:0"] {
            assert_eq!(port(url), None, "{url}");
        }
        for (url, expected) in [
            ("http://x", 80),
            ("http://u:p@x:3128", 3128),
            ("http://[::1]", 80),
            ("http://[::1]:3128", 3128),
            ("socks5://u:p:q@x", 1080),
        ] {
            assert_eq!(port(url), Some(expected), "{url}");
        }
    }

    #[test]
    fn a_way_says_what_decided() {
        let way = |pairs: &[(&str, &str)], url: &str| {
            let lookup = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            let proxies = Proxies::new(&ProxySetting::Environment, lookup).unwrap();
            proxies.way_to(&url.parse().unwrap()).to_string()
        };
        let https = ("HTTPS_PROXY", "http://me:canary@proxy.example:3128");
        let url = "https://wms.example/x";
        assert_eq!(way(&[https], url), "http://proxy.example:3128 (HTTPS_PROXY)");
        assert_eq!(way(&[https, ("no_proxy", ".example")], url), "none (no_proxy)");
        assert_eq!(way(&[https, ("NO_PROXY", "x")], "https://127.0.0.1/"), "none");
        assert_eq!(way(&[("https_proxy", "socks5://s")], url), "socks5://s:1080 (https_proxy)");
        assert_eq!(way(&[("NO_PROXY", "*")], url), "none");
    }
}
