//! Normalizes the address of a service, so that different spellings are the same service.

/// The address without the parts that do not identify the service: user, query, fragment, the default port, a slash at
/// the end. In lower case, since the service runs on IIS, which ignores the case of paths.
pub fn normal_form(url: &str) -> String {
    let url = url.trim().to_lowercase();
    let url = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let own_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = host.strip_suffix(own_port).unwrap_or(host);
    if path.is_empty() { format!("{scheme}://{host}") } else { format!("{scheme}://{host}/{path}") }
}

#[cfg(test)]
mod tests {
    use super::normal_form;

    #[test]
    fn spellings_of_one_address() {
        for (url, expected) in [
            ("https://api.example.se/Shop/Service.asmx", "https://api.example.se/shop/service.asmx"),
            (
                "HTTPS://u:p@API.example.se:443/shop/service.asmx?WSDL",
                "https://api.example.se/shop/service.asmx",
            ),
            ("https://api.example.se/shop/service.asmx/", "https://api.example.se/shop/service.asmx"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://127.0.0.1:8010/a#b", "http://127.0.0.1:8010/a"),
            ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ] {
            assert_eq!(normal_form(url), expected);
        }
    }
}
