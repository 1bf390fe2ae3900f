//! Addresses of services, checked before anything is sent.

use std::net::{Ipv4Addr, Ipv6Addr};

use ureq::http::Uri;

use crate::config::ConfigError;

/// Parses an address to which the password may be sent.
pub(super) fn parse_url(url: &str, allow_plain_http: bool) -> Result<Uri, ConfigError> {
    // The address is not shown, since it may contain a password.
    let uri: Uri = url.parse().map_err(|e: ureq::http::uri::InvalidUri| {
        ConfigError::new("the URL cannot be read")
            .with_hint("expected https://host/warehouse/service.asmx")
            .with_source(e)
    })?;
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(ConfigError::new("the URL contains a user name or password")
            .with_hint("give them as ONGOING_USERNAME and ONGOING_PASSWORD"));
    }
    // ureq drops an invalid port, and would send the password to the default port of the scheme.
    if uri.authority().is_some_and(|authority| {
        matches!(authority.port_u16(), None | Some(0)) && has_port(authority.as_str())
    }) {
        return Err(ConfigError::new("the URL's port is not a number from 1 to 65535").with_hint(
            "expected https://host/warehouse/service.asmx or https://host:8443/warehouse/service.asmx",
        ));
    }
    let host = uri.host().unwrap_or_default();
    match uri.scheme_str() {
        Some("https") if !host.is_empty() => Ok(uri),
        Some("http") if allow_plain_http || is_loopback(host) => Ok(uri),
        Some("http") => Err(ConfigError::new(format!("http://{host} would send the password unprotected"))
            .with_hint("use https://, or set allow_plain_http")),
        _ => Err(ConfigError::new("the URL has no https:// and host")
            .with_hint("expected https://host/warehouse/service.asmx")),
    }
}

/// Returns an address to show and to keep, with `***` in place of a login in it and of its query: gateways take keys
/// there. A query without a value, such as `?WSDL`, stays.
pub fn shown_address(url: &str) -> String {
    let (address, query) = match url.split_once('?') {
        Some((address, query)) if query.contains('=') => (address, "?***"),
        _ => (url, ""),
    };
    let address = match address.split_once("//") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            match rest[..end].rfind('@') {
                Some(at) => format!("{scheme}//***{}", &rest[at..]),
                None => address.to_owned(),
            }
        }
        None => address.to_owned(),
    };
    address + query
}

/// Whether something follows the host.
fn has_port(authority: &str) -> bool {
    authority.rsplit_once(']').map_or(authority, |(_, rest)| rest).contains(':')
}

/// Whether a host, as written, is this machine. Names are not looked up, since a name server's answer is no proof.
pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || host.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{parse_url, shown_address};

    #[test]
    fn an_address_with_a_wrong_port_is_refused() {
        for port in ["99999", "65536", "8a", "-1", "0", ""] {
            for host in ["wms.example", "[2001:db8::1]"] {
                let url = format!("https://{host}:{port}/service.asmx");
                let error = parse_url(&url, false).unwrap_err();
                assert!(!error.message().contains(host), "{url}: {error}");
            }
        }
        for host in ["wms.example", "wms.example:1", "[2001:db8::1]", "[2001:db8::1]:65535"] {
            let url = format!("https://{host}/service.asmx");
            assert!(parse_url(&url, false).is_ok(), "{url}");
        }
    }

    #[test]
    fn nothing_secret_of_an_address_is_shown() {
        for (url, expected) in [
            ("https://u:canary@host/x", "https://***@host/x"),
            ("https://u:can@ary@host", "https://***@host"),
            ("https://host/a@b", "https://host/a@b"),
            ("https://host/service.asmx?WSDL", "https://host/service.asmx?WSDL"),
            ("https://host/service.asmx?key=canary", "https://host/service.asmx?***"),
            ("https://u:canary@host?key=canary@x/", "https://***@host?***"),
            ("host", "host"),
        ] {
            assert_eq!(shown_address(url), expected);
        }
    }
}
