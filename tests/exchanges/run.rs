//! One folder: what becomes of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use ongoing_wms::dynamic::{self, Answer, Request};
use ongoing_wms::observe::{NoticeEvent, Observer};
use ongoing_wms::transport::{Replay, ReplayedRequest};
use ongoing_wms::{Client, Credentials, Error, RetryPolicy, SoapVersion};

use crate::case::Case;
use crate::layout::lay_out;

/// The files that the test writes.
pub const WRITTEN: [&str; 5] = ["request.xml", "output.json", "error.txt", "notices.txt", "strict.txt"];

/// Must be found nowhere.
const PASSWORD: &str = "c4nary<&>\"'å";

/// What a call gave.
struct Result {
    /// The result in JSON form, refusal or not.
    output: Option<String>,
    error: Option<String>,
    notices: Vec<String>,
    request: Option<ReplayedRequest>,
}

/// The texts of the files that belong into the folder.
pub fn run(case: &Case) -> BTreeMap<&'static str, String> {
    let tolerant = call(case, false);
    let strict = call(case, true);
    let mut files = BTreeMap::new();
    if let Some(request) = &tolerant.request {
        check_headers(case, request);
        let body = String::from_utf8(request.body.clone()).unwrap();
        files.insert("request.xml", lay_out(&body));
    }
    if strict.error != tolerant.error || strict.output != tolerant.output {
        let strict = strict.error.clone().unwrap_or_else(|| panic!("{}", case.folder.display()));
        files.insert("strict.txt", strict);
    }
    if !tolerant.notices.is_empty() {
        files.insert("notices.txt", tolerant.notices.join("\n") + "\n");
    }
    files.extend(tolerant.output.map(|output| ("output.json", output)));
    files.extend(tolerant.error.map(|error| ("error.txt", error)));
    for (name, text) in &files {
        for part in ["c4nary", "nary<", "nary&lt;"] {
            assert!(!text.contains(part), "the password is in {}/{name}", case.folder.display());
        }
    }
    files
}

fn call(case: &Case, strict: bool) -> Result {
    let request = match dynamic::request_from_json(case.operation, &case.input) {
        Ok(request) => request,
        Err(error) => {
            let error = Some(format!("input.json: {error}\n"));
            return Result { output: None, error, notices: Vec::new(), request: None };
        }
    };
    let notices = Arc::new(Noticed::default());
    let replay = Arc::new(replay(case));
    let client = client(case, strict, &replay, &notices);
    let checked = request.call(&client);
    let seen = replay.requests().into_iter().next();
    match (&seen, &case.response) {
        (Some(_), None) => panic!("{}: sent, but there is no response.xml", case.folder.display()),
        (None, Some(_)) => panic!("{}: not sent, but there is a response.xml", case.folder.display()),
        _ => {}
    }
    if let Ok(envelope) = request.render(&client) {
        let sent = seen.as_ref().map(|request| String::from_utf8_lossy(&request.body).into_owned());
        assert_eq!(sent.as_ref(), Some(&envelope.redacted()), "{}", case.folder.display());
        assert!(
            envelope.expose().contains("c4nary&lt;&amp;&gt;\"'å") || !envelope.redacted().contains("***")
        );
    }
    let output = match &checked {
        Ok(answer) => Some(answer.to_json()),
        Err(Error::Refused(_)) => Some(unchecked(case, strict, request.as_ref())),
        Err(_) => None,
    };
    if checked.is_ok() || seen.is_some() {
        check_rows(case, strict, &checked, &notices);
    }
    Result {
        output: output.map(|output| format!("{output:#}\n")),
        error: checked.err().map(|error| picture(&error)),
        notices: notices.0.lock().unwrap().clone(),
        request: seen,
    }
}

/// Read row by row, an answer gives the same: rows, error, notices.
fn check_rows(
    case: &Case,
    strict: bool,
    called: &std::result::Result<Box<dyn Answer>, Error>,
    noticed: &Noticed,
) {
    let notices = Arc::new(Noticed::default());
    let client = client(case, strict, &Arc::new(replay(case)), &notices);
    let Some(rows) = dynamic::rows(&client, case.operation, &case.input) else { return };
    let mut given: Vec<serde_json::Value> = Vec::new();
    let mut failed = None;
    for row in rows.unwrap() {
        assert!(failed.is_none(), "{}: a row after the error", case.folder.display());
        match row {
            Ok(row) => given.push(serde_json::from_str(&row.json).unwrap()),
            Err(error) => failed = Some(picture(&error)),
        }
    }
    let expected = called.as_ref().err().map(picture);
    assert_eq!(failed, expected, "{}, strict: {strict}", case.folder.display());
    let Ok(called) = called else { return };
    let mut list = called.to_json();
    if let [_, member, ..] = case.operation.rows
        && let serde_json::Value::Object(mut members) = list
    {
        list = members.remove(*member).unwrap_or_default();
    }
    let list = list.as_array().cloned().unwrap_or_default();
    assert_eq!(given, list, "{}", case.folder.display());
    let sorted = |noticed: &Noticed| {
        let mut notices = noticed.0.lock().unwrap().clone();
        notices.sort();
        notices
    };
    assert_eq!(sorted(&notices), sorted(noticed), "{}", case.folder.display());
}

/// What a refusal holds besides its message.
fn unchecked(case: &Case, strict: bool, request: &dyn Request) -> serde_json::Value {
    let client = client(case, strict, &Arc::new(replay(case)), &Arc::new(Noticed::default()));
    request.call_unchecked(&client).unwrap().to_json()
}

fn replay(case: &Case) -> Replay {
    let Some(response) = &case.response else { return Replay::new() };
    let headers: Vec<(&str, &str)> =
        case.settings.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Replay::new().answer_with(case.operation.name, case.settings.status, &headers, response.clone())
}

fn client(case: &Case, strict: bool, replay: &Arc<Replay>, notices: &Arc<Noticed>) -> Client {
    let has = |member: &str| !case.settings.without.iter().any(|without| without == member);
    let mut credentials = Credentials::new("api-user", PASSWORD);
    if has("goods_owner_code") {
        credentials = credentials.goods_owner_code("ACME");
    }
    if has("goods_owner_id") {
        credentials = credentials.goods_owner_id(4711);
    }
    Client::builder("https://wms.example/acme/service.asmx")
        .credentials(credentials)
        .soap_version(version(case))
        .strict(strict)
        .retry(RetryPolicy::never())
        .observer(notices.clone())
        .transport(replay.clone())
        .build()
        .unwrap()
}

fn version(case: &Case) -> SoapVersion {
    match case.settings.soap.as_str() {
        "1.1" => SoapVersion::V1_1,
        "1.2" => SoapVersion::V1_2,
        other => panic!("{}: soap = {other:?}", case.folder.display()),
    }
}

/// Every request has the headers that the service asks for.
fn check_headers(case: &Case, request: &ReplayedRequest) {
    let action = format!("http://ongoingsystems.se/WSI/{}", case.operation.name);
    let expected: Vec<(String, String)> = match version(case) {
        SoapVersion::V1_1 => vec![
            ("Content-Type".to_owned(), "text/xml; charset=utf-8".to_owned()),
            ("SOAPAction".to_owned(), format!("\"{action}\"")),
        ],
        SoapVersion::V1_2 => vec![(
            "Content-Type".to_owned(),
            format!("application/soap+xml; charset=utf-8; action=\"{action}\""),
        )],
    };
    assert_eq!(request.headers, expected, "{}", case.folder.display());
    assert_eq!(request.url, "https://wms.example/acme/service.asmx");
}

#[derive(Default)]
struct Noticed(Mutex<Vec<String>>);

impl Observer for Noticed {
    fn on_notice(&self, event: &NoticeEvent<'_>) {
        self.0.lock().unwrap().push(event.notice.to_string());
    }
}

/// All that an error knows, one fact a line. The name of the exchange differs from run to run.
fn picture(error: &Error) -> String {
    let mut text = error.to_string();
    if let Some(exchange) = error.exchange_id() {
        text = text.replace(&format!("[{exchange}]"), "[exchange]");
    }
    text.push_str("\n\n");
    let mut fact = |name: &str, value: String| {
        let _ = writeln!(text, "{name}: {value}");
    };
    let variant = format!("{error:?}");
    fact("variant", variant.split('(').next().unwrap_or_default().to_owned());
    fact("outcome", format!("{:?}", error.outcome()));
    if let Some(status) = error.status() {
        fact("status", status.to_string());
    }
    match error {
        Error::Request(error) => fact("path", error.path().to_owned()),
        Error::Transport(error) => fact("delivery", format!("{:?}", error.delivery())),
        Error::Status(error) => fact("found", error.found().to_owned()),
        Error::Response(error) => {
            fact("path", error.path().to_owned());
            fact("offset", error.offset().map(|offset| offset.to_string()).unwrap_or_default());
        }
        Error::Fault(error) => {
            let fault = error.fault();
            fact("code", fault.code.clone());
            fact("subcodes", fault.subcodes.join(" "));
            fact("actor", fault.actor.clone().unwrap_or_default());
            fact("detail", fault.detail.as_ref().map(|detail| detail.to_xml()).unwrap_or_default());
        }
        Error::Refused(error) => fact("kinds", error.kinds().join(" ")),
        _ => {}
    }
    fact("login", error.is_login().to_string());
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}
