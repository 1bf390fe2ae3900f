//! Who may ask: what a page from elsewhere makes a browser send is refused.

use std::net::IpAddr;

use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};

/// Refuses what a page from elsewhere makes a browser send. Such a page can have its own name lead to this machine, but
/// that name has a dot, is no address, and is none of those that were allowed.
pub(crate) fn own(headers: &HeaderMap, allowed: &[String]) -> Result<(), String> {
    let host = text(headers, HOST);
    let name = name(host);
    let is_allowed = allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name));
    if name.is_empty() || (name.contains('.') && name.parse::<IpAddr>().is_err() && !is_allowed) {
        return Err(format!(
            "\"{host}\" is not where this sandbox is: use its IP address, localhost, or a name without dots"
        ));
    }
    Ok(())
}

/// Refuses what a page of another origin sends.
pub(crate) fn same_origin(headers: &HeaderMap) -> Result<(), String> {
    if text(headers, HeaderName::from_static("sec-fetch-site")).eq_ignore_ascii_case("cross-site") {
        return Err("a page of another site may do nothing here".to_owned());
    }
    let origin = text(headers, ORIGIN);
    let (_, from) = origin.split_once("://").unwrap_or_default();
    if !headers.contains_key(ORIGIN) || (!from.is_empty() && from.eq_ignore_ascii_case(text(headers, HOST))) {
        return Ok(());
    }
    Err(format!("a page of \"{origin}\" may do nothing here"))
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
