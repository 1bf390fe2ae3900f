//! Calls the admin interface of a running sandbox.

use std::io::Read;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use ongoing_wms::ConfigError;
use ongoing_wms::transport::{
    Delivery, Http, HttpRequest, HttpSettings, ProxySetting, Transport as _, TransportFailure,
};
use serde_json::{Map, Value};

use crate::connection::{AddressArgs, shown};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::offer::Offer;

/// Time limit for an answer: others may be working there, and disturbances do not affect actions.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A sandbox by its address.
pub struct AdminClient {
    root: String,
    ca_file: Option<PathBuf>,
}

impl AdminClient {
    pub fn new(address: &AddressArgs) -> Result<AdminClient, ConfigError> {
        let Some(url) = address.url()? else {
            return Err(ConfigError::new("the address of the sandbox is missing; nothing was sent")
                .with_hint(
                    "set --url, ONGOING_URL, or url in ongoing.toml; `ongoing sandbox --port 8010` starts a \
                            sandbox",
                ));
        };
        Ok(AdminClient { root: root(&url)?, ca_file: address.ca_file()? })
    }

    /// Runs an action, and returns the sandbox's answer.
    pub fn ask(&self, action: &str, body: &Map<String, Value>, only_reads: bool) -> anyhow::Result<Value> {
        let sent = self.send(action, body, Some(ANSWER_TIMEOUT)).and_then(|(status, mut answer)| {
            let mut bytes = Vec::new();
            answer.read_to_end(&mut bytes).map_err(broken)?;
            Ok((status, serde_json::from_slice(&bytes).ok()))
        });
        let (status, answer): (u16, Option<Value>) =
            sent.map_err(|failure| self.no_answer(action, only_reads, &failure))?;
        let error = answer.as_ref().and_then(|answer| answer["error"].as_str());
        // The answer to an unknown action lists the known ones.
        let is_known = answer.as_ref().is_some_and(|answer| answer["actions"].is_null());
        match (status, error) {
            (200, _) if answer.is_some() => Ok(answer.unwrap_or_default()),
            (404 | 409, Some(error)) if is_known => {
                Err(Failure::new(Exit::Refused, format!("refused: {error}")).into())
            }
            (400, Some(error)) => Err(Failure::new(Exit::BadInput, error)
                .hint(format!("see `ongoing sandbox {} --help`", command(action)))
                .into()),
            (500, Some(error)) => {
                Err(Failure::new(Exit::Refused, format!("the sandbox failed: {error}")).into())
            }
            (_, Some(error)) => Err(Failure::new(Exit::NotUnderstood, error)
                .hint("this command and the sandbox may have different versions")
                .into()),
            _ => Err(self.other_service(status).into()),
        }
    }

    /// The exchanges as they happen, as JSON texts: first the changes since a position, then new ones.
    pub fn events(&self, after: u64) -> anyhow::Result<Events> {
        let body = Map::from_iter([("after".to_owned(), after.into())]);
        let (status, answer) =
            self.send("events", &body, None).map_err(|failure| self.no_answer("events", true, &failure))?;
        match status {
            200 => Ok(Events(std::io::BufReader::new(answer))),
            _ => Err(self.other_service(status).into()),
        }
    }

    fn other_service(&self, status: u16) -> Failure {
        Failure::new(Exit::NotUnderstood, format!("{} is not a sandbox: HTTP {status}", self.root))
            .hint("`ongoing sandbox` prints its address when it starts")
    }

    /// The HTTP status, and the body of the answer.
    fn send(
        &self,
        action: &str,
        body: &Map<String, Value>,
        timeout: Option<Duration>,
    ) -> Result<(u16, Box<dyn Read + Send>), TransportFailure> {
        let mut settings = HttpSettings::default();
        // No password is sent.
        settings.allow_plain_http = true;
        settings.proxy = ProxySetting::None;
        settings.ca_file.clone_from(&self.ca_file);
        settings.timeouts.receive_answer = Some(ANSWER_TIMEOUT);
        settings.timeouts.receive_body = timeout;
        settings.timeouts.call = timeout;
        // Events may be far apart.
        settings.timeouts.least_rate = 0;
        let unsent = |error: ConfigError| TransportFailure::new(Delivery::NotSent, error.to_string());
        let http = Http::new(&settings).map_err(unsent)?;
        let answer = http.send(&HttpRequest {
            url: &format!("{}/admin/{action}", self.root),
            operation: action,
            headers: &[("content-type", "application/json".to_owned())],
            body: Value::Object(body.clone()).to_string().as_bytes(),
            deadline: timeout,
        })?;
        Ok((answer.status, answer.body))
    }

    fn no_answer(&self, action: &str, only_reads: bool, failure: &TransportFailure) -> Failure {
        let message = format!("{action}: {failure}");
        if failure.delivery == Delivery::NotSent || only_reads {
            let unheard = || format!("is a sandbox running at {}? {} starts one", self.root, self.start());
            return Failure::new(Exit::Unreachable, message)
                .hint(failure.hint().map_or_else(unheard, str::to_owned));
        }
        Failure::new(Exit::UnknownOrLater, message).hint(format!(
            "it may have been done: check with {}",
            Offer::of("sandbox state").with("--url").with(&self.root)
        ))
    }

    /// The command that starts a sandbox at this address.
    fn start(&self) -> Offer {
        let port = self.root.rsplit(':').next().filter(|port| port.parse::<u16>().is_ok());
        let offer = Offer::of("sandbox").with("--port").with(port.unwrap_or("PORT"));
        match &self.ca_file {
            Some(file) if self.root.starts_with("https:") => offer.with("--tls").file(file),
            _ => offer,
        }
    }
}

/// The command that performs an action.
fn command(action: &str) -> &str {
    match action {
        "exchanges" => "log",
        "exchange" => "show",
        action => action,
    }
}

fn broken(error: std::io::Error) -> TransportFailure {
    TransportFailure::new(Delivery::Unknown, format!("the answer broke off: {error}"))
}

/// Exchanges as they arrive.
pub struct Events(std::io::BufReader<Box<dyn Read + Send>>);

impl Iterator for Events {
    type Item = Value;

    /// Waits for the next exchange. `None` when the sandbox has ended.
    fn next(&mut self) -> Option<Value> {
        use std::io::BufRead as _;
        let mut line = String::new();
        loop {
            line.clear();
            if self.0.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let exchange =
                line.strip_prefix("data: ").and_then(|text| serde_json::from_str::<Value>(text).ok());
            if let Some(exchange) = exchange.filter(|exchange| exchange["id"].is_u64()) {
                return Some(exchange);
            }
        }
    }
}

/// `http://host:port` of the address. Over TLS a sandbox is called by an IP address or a name without dots: other names
/// belong to real services.
fn root(url: &str) -> Result<String, ConfigError> {
    let hint =
        "a sandbox has an address such as http://127.0.0.1:8010; over TLS use its IP address or localhost";
    let refused = |why: String| Err(ConfigError::new(format!("{why}; nothing was sent")).with_hint(hint));
    let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    let parts = url.split_once("://").filter(|(_, rest)| !rest.contains('@'));
    let (scheme, host) = match parts.map(|(scheme, rest)| (scheme, host(rest))) {
        Some(("http", host)) => ("http", host),
        Some(("https", host)) if is_near(&host) => ("https", host),
        _ => return refused(format!("{} is not the address of a sandbox", shown(url))),
    };
    match host.is_empty() {
        true => refused(format!("{url} has no host")),
        false => Ok(format!("{scheme}://{host}")),
    }
}

/// Whether a host is an IP address or has a name without dots.
fn is_near(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_matches(['[', ']']);
    !name.contains('.') || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_address_of_a_sandbox_will_do() {
        for (url, expected) in [
            ("http://127.0.0.1:8010/demo/service.asmx", "http://127.0.0.1:8010"),
            ("http://[::1]:8010/", "http://[::1]:8010"),
            ("http://sandbox", "http://sandbox"),
            ("http://sandbox?WSDL", "http://sandbox"),
            ("https://127.0.0.1:8010/demo/service.asmx", "https://127.0.0.1:8010"),
            ("https://[::1]:8010", "https://[::1]:8010"),
            ("https://localhost:8010/", "https://localhost:8010"),
        ] {
            assert_eq!(root(url).unwrap(), expected);
        }
        for url in [
            "https://api.ongoingsystems.se/x",
            "https://10.example:80/x",
            "127.0.0.1:8010",
            "http:///x",
            "http://u:canary@host",
        ] {
            let error = root(url).unwrap_err();
            assert!(!error.message().contains("canary"), "{error}");
        }
    }
}
