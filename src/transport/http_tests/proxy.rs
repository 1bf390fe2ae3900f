//! Ways through a proxy.

use super::*;

/// A proxy that opens the way to nowhere and answers there itself.
fn tunnel(verdict: &'static str) -> (u16, Seen) {
    let seen = Seen::default();
    let shared = seen.clone();
    let port = server(move |mut stream| {
        let mut head = String::new();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        while reader.read_line(&mut head).is_ok_and(|n| n > 2) {}
        shared.lock().unwrap().push((head, Vec::new()));
        let _ = stream.write_all(format!("HTTP/1.1 {verdict}\r\n\r\n").as_bytes());
        if verdict.starts_with("200")
            && let Some(request) = read_request(&mut reader)
        {
            shared.lock().unwrap().push(request);
            let _ = stream.write_all(&ok("", b"<proxied/>"));
        }
    });
    (port, seen)
}

#[test]
fn proxy_is_used_but_not_for_loopback() {
    let (proxy, seen) = tunnel("200 OK");
    let url = Secret::new(format!("http://me:canary@127.0.0.1:{proxy}"));
    let settings = HttpSettings { proxy: ProxySetting::Url(url), allow_plain_http: true, ..settings() };
    assert!(!format!("{settings:?}").contains("canary"));
    let http = http(&settings);
    assert_eq!(text(post(&http, "http://wms.invalid/s", b"<x/>").unwrap()).unwrap(), "<proxied/>");
    {
        let seen = seen.lock().unwrap();
        assert!(seen[0].0.starts_with("CONNECT wms.invalid:80 HTTP/1.1\r\n"), "{}", seen[0].0);
        assert!(seen[0].0.contains("Proxy-Authorization: Basic bWU6Y2FuYXJ5"), "{}", seen[0].0);
        assert_eq!(seen[1].1, b"<x/>");
    }
    let (port, _) = answering(ok("", b"<direct/>"));
    assert_eq!(text(post(&http, &local(port), b"<x/>").unwrap()).unwrap(), "<direct/>");
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[test]
fn proxy_failures_are_not_sent() {
    let through = |proxy: String| {
        let lookup = |name: &str| (name == "HTTPS_PROXY").then(|| proxy.clone());
        let http = Http::with_lookup(&HttpSettings::default(), lookup).unwrap();
        let e = post(&http, "https://wms.invalid/", b"x").unwrap_err();
        assert_eq!(e.delivery, Delivery::NotSent, "{e}");
        assert!(!format!("{e:?}").contains("canary"), "{e:?}");
        e
    };
    for (login, verdict, permanent, message, hint) in [
        (
            "",
            "403 Forbidden",
            true,
            "it does not permit this (403)",
            "ask the proxy's operator to allow wms.invalid, or add wms.invalid to NO_PROXY to connect without the proxy",
        ),
        (
            "",
            "407 Login",
            true,
            "it requires a login (407)",
            "set the login in HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT",
        ),
        (
            "me:canary@",
            "407 Login",
            true,
            "it rejected the login (407)",
            "check user and password in HTTPS_PROXY; write special characters as %40",
        ),
        (
            "",
            "502 Bad Gateway",
            false,
            "it answered 502",
            "the proxy may be unable to reach the host; check HTTPS_PROXY and the host in the address",
        ),
        (
            "",
            "504 Late",
            false,
            "it answered 504",
            "the proxy may be unable to reach the host; check HTTPS_PROXY and the host in the address",
        ),
    ] {
        let (port, _) = tunnel(verdict);
        let e = through(format!("http://{login}127.0.0.1:{port}"));
        let proxy = format!("the proxy http://127.0.0.1:{port} (from HTTPS_PROXY)");
        assert_eq!(e.message(), format!("{proxy} does not connect to wms.invalid: {message}"));
        assert_eq!((e.permanent, e.hint()), (permanent, Some(hint)));
    }
    let port = free_port();
    let e = through(format!("http://127.0.0.1:{port}"));
    assert_eq!(
        e.message(),
        format!("the proxy http://127.0.0.1:{port} (from HTTPS_PROXY) refused the connection")
    );
    assert_eq!(e.hint(), Some("check HTTPS_PROXY, and whether the proxy is running"));
    let e = through("http://me:canary@no-such-proxy.invalid:3128".to_owned());
    assert!(e.to_string().contains("no-such-proxy.invalid") && e.to_string().contains("HTTPS_PROXY"), "{e}");
    // What listens there is no proxy.
    let port = server(|mut stream| {
        let _ = stream.write_all(b"220 mail.example ESMTP\r\n");
        let mut some = [0; 4096];
        while stream.read(&mut some).is_ok_and(|n| n > 0) {}
    });
    let e = through(format!("http://127.0.0.1:{port}"));
    assert!(e.message().contains("(from HTTPS_PROXY) does not speak HTTP"), "{e}");
    assert_eq!(e.hint(), Some("check HTTPS_PROXY"));
}

#[test]
fn proxy_from_the_environment() {
    let agent = |pairs: &[(&str, &str)], host: &str| {
        let settings = HttpSettings::default();
        let lookup = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let http = Http::with_lookup(&settings, lookup).map_err(|e| e.to_string())?;
        let uri = format!("https://{host}/").parse().unwrap();
        let proxy = http.route_to(&uri).0.agent().config().proxy();
        Ok::<_, String>(proxy.map(|proxy| proxy.host().to_owned()))
    };
    let all = ("ALL_PROXY", "http://all:1");
    let https = ("HTTPS_PROXY", "http://https:1");
    let plain = ("http_proxy", "plain:1");
    for (pairs, host, used) in [
        (&[][..], "wms.example", None),
        (&[plain, https, all], "wms.example", Some("https")),
        (&[plain, all], "wms.example", Some("all")),
        (&[("https_proxy", "http://small:1"), https], "wms.example", Some("small")),
        (&[plain, https], "wms.example", Some("https")),
        (&[plain], "wms.example", Some("plain")),
        (&[("ALL_PROXY", " "), plain], "wms.example", Some("plain")),
        (&[("all_proxy", "socks5://socks:1")], "wms.example", Some("socks")),
        (&[all], "127.0.0.1", None),
        (&[all], "localhost", None),
        (&[all], "[::1]", None),
        (&[all, ("NO_PROXY", "x, Example")], "wms.example", None),
        (&[all, ("no_proxy", ".example")], "WMS.EXAMPLE", None),
        (&[all, ("NO_PROXY", "*.example:443")], "wms.example", None),
        (&[all, ("NO_PROXY", "*")], "wms.example", None),
        (&[all, ("NO_PROXY", "ms.example")], "wms.example", Some("all")),
        (&[all, ("NO_PROXY", "")], "wms.example", Some("all")),
        (&[all, ("NO_PROXY", "10.0.0.7")], "10.0.0.7", None),
        (&[all, ("NO_PROXY", "fe80::1")], "[fe80::1]", None),
        (&[all, ("NO_PROXY", "[fe80::1]:443")], "[fe80::1]", None),
    ] {
        assert_eq!(agent(pairs, host), Ok(used.map(str::to_owned)), "{pairs:?} {host}");
    }
    let e = agent(&[("HTTPS_PROXY", "gopher://me:canary@x")], "wms.example").unwrap_err();
    assert_eq!(e, "HTTPS_PROXY is not the address of a proxy (expected http://host:port)");
}
