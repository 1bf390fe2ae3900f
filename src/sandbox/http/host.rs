//! Refuses requests that a page of another site makes a browser send.

use std::net::IpAddr;

use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};

/// Refuses requests that a page of another site makes a browser send. Such a page can let its own host name point to
/// this machine, but that name has a dot, is not an IP address, and is not an allowed name.
pub(crate) fn own(headers: &HeaderMap, allowed: &[String]) -> Result<(), String> {
    let host = text(headers, HOST);
    let name = name(host);
    let is_allowed = allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name));
    if name.is_empty() || (name.contains('.') && name.parse::<IpAddr>().is_err() && !is_allowed) {
        return Err(format!(
            "\"{host}\" is not this sandbox's host: use its IP address, localhost, or a name without dots"
        ));
    }
    Ok(())
}

/// Refuses requests from a page of another origin.
pub(crate) fn same_origin(headers: &HeaderMap) -> Result<(), String> {
    if text(headers, HeaderName::from_static("sec-fetch-site")).eq_ignore_ascii_case("cross-site") {
        return Err("pages of other sites are not allowed".to_owned());
    }
    let origin = text(headers, ORIGIN);
    let (_, from) = origin.split_once("://").unwrap_or_default();
    if !headers.contains_key(ORIGIN) || (!from.is_empty() && from.eq_ignore_ascii_case(text(headers, HOST))) {
        return Ok(());
    }
    Err(format!("pages of \"{origin}\" are not allowed"))
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A host without its port.
fn name(host: &str) -> &str {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.trim_matches(['[', ']'])
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn headers(host: &'static str, origin: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        headers
    }

    #[test]
    fn only_names_that_no_page_can_have_are_hosts() {
        for host in ["127.0.0.1:80", "[::1]:80", "localhost", "build", "box.example.org:81"] {
            assert_eq!(own(&headers(host, None), &["box.example.org".to_owned()]), Ok(()), "{host}");
        }
        for host in ["", "evil.example", "127.0.0.1.evil.example:80", "box.example.org.evil"] {
            assert!(own(&headers(host, None), &["box.example.org".to_owned()]).is_err(), "{host}");
        }
    }

    #[test]
    fn only_pages_from_here_are_let_in() {
        assert!(same_origin(&headers("localhost:8010", None)).is_ok());
        assert!(same_origin(&headers("localhost:8010", Some("http://localhost:8010"))).is_ok());
        for origin in ["null", "http://localhost:8011", "https://evil.example", ""] {
            assert!(same_origin(&headers("localhost:8010", Some(origin))).is_err(), "{origin}");
        }
        // An image or script of another site has no origin.
        let mut image = headers("localhost:8010", None);
        image.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
        assert!(same_origin(&image).is_err());
    }
}
