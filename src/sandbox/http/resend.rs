//! Requests that the sandbox sends to itself: an earlier one again, or one written on the page.

use std::sync::Arc;

use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

use super::dispatch::TABLE;
use super::service;
use super::soap::Headers;
use crate::envelope::{self, SoapVersion};
use crate::sandbox::exchanges::exchange::{Exchange, ExchangeKind, Message};
use crate::sandbox::shared::Shared;
use crate::xml::write::Login;

/// The HTTP status and the text of a rejected request.
pub(crate) type HttpError = (StatusCode, String);

fn bad(text: impl Into<String>) -> HttpError {
    (StatusCode::BAD_REQUEST, text.into())
}

/// Sends an earlier request again, with the sandbox's own credentials.
pub(crate) async fn again(shared: &Arc<Shared>, body: &Value, caller: &str) -> Result<Value, HttpError> {
    let members = members(body, &["exchange"])?;
    let id = members
        .get("exchange")
        .and_then(Value::as_u64)
        .ok_or_else(|| bad("\"exchange\" must be a whole number"))?;
    let Some(before) = shared.history.get(id).filter(|before| before.kind == ExchangeKind::Request) else {
        return Err((StatusCode::NOT_FOUND, format!("request {id} not found, or no longer kept")));
    };
    if before.request.is_cut() {
        let text = format!("request {id} is too long to send again: only its beginning was kept");
        return Err((StatusCode::CONFLICT, text));
    }
    let text = String::from_utf8_lossy(&before.request.body).into_owned();
    send(shared, before.request.headers.clone(), text, caller).await
}

/// Sends a request for an operation, given in XML or in the JSON form of `ongoing call`.
pub(crate) async fn new(shared: &Arc<Shared>, body: &Value, caller: &str) -> Result<Value, HttpError> {
    let members = members(body, &["operation", "xml", "json"])?;
    let name = members.get("operation").and_then(Value::as_str).unwrap_or_default();
    let Some(entry) = TABLE.iter().find(|entry| entry.info.name == name) else {
        return Err(bad(format!("operation \"{name}\" not found")));
    };
    let text = match (members.get("xml"), members.get("json")) {
        (Some(Value::String(xml)), None) => enveloped(xml),
        (None, Some(json)) => (entry.request)(json, login(shared)).map_err(bad)?,
        _ => return Err(bad("give the request as a text in xml, or as a value in json")),
    };
    let version = envelope::version(&text).unwrap_or(SoapVersion::V1_1);
    let mut headers = HeaderMap::new();
    for (name, value) in version.headers(entry.info.action) {
        if let (Ok(name), Ok(value)) =
            (hyper::header::HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value))
        {
            headers.insert(name, value);
        }
    }
    send(shared, headers, text, caller).await
}

fn members<'b>(body: &'b Value, known: &[&str]) -> Result<&'b Map<String, Value>, HttpError> {
    let Some(members) = body.as_object() else {
        return Err(bad(format!("expected a JSON object with {}", known.join(", "))));
    };
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        Some(other) => Err(bad(format!("unknown member \"{other}\": the members are {}", known.join(", ")))),
        None => Ok(members),
    }
}

fn login(shared: &Shared) -> Login<'_> {
    let owner = shared.settings.owners.first();
    Login {
        user_name: Some(&shared.warehouse.user),
        password: Some(shared.warehouse.password.expose()),
        goods_owner_code: owner.map(|(code, _)| code.as_str()),
        goods_owner_id: owner.map(|(_, id)| *id),
    }
}

/// Wraps anything but an envelope in one.
fn enveloped(xml: &str) -> String {
    match envelope::version(xml) {
        Some(_) => xml.to_owned(),
        None => format!(
            "<soap:Envelope xmlns:soap=\"{}\"><soap:Body>{xml}</soap:Body></soap:Envelope>",
            SoapVersion::V1_1.namespace()
        ),
    }
}

async fn send(
    shared: &Arc<Shared>,
    headers: HeaderMap,
    text: String,
    caller: &str,
) -> Result<Value, HttpError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let read = Headers::read(header(CONTENT_TYPE.as_str()).unwrap_or_default(), header("soapaction"));
    let Some(read) = read else {
        return Err((
            StatusCode::CONFLICT,
            "the earlier request was not SOAP: its content type is different".to_owned(),
        ));
    };
    let text = with_login(&text, &login(shared), &known_owners(shared));
    let mut exchange = Exchange::request(caller.to_owned());
    service::name(&mut exchange, &read);
    let line = Some(("POST".to_owned(), shared.path.clone()));
    exchange.request = Message { line, headers, ..Message::copy_of(text.as_bytes()) };
    let shared = Arc::clone(shared);
    // A separate task: a started request is carried out even if the caller is gone.
    let work = tokio::spawn(async move {
        let (id, _) = service::take(&shared, exchange, read, text).await;
        shared.history.get(id).map(|exchange| exchange.detail(&shared.history.redactor))
    });
    let gone = || (StatusCode::INTERNAL_SERVER_ERROR, "the sandbox failed to send the request".to_owned());
    work.await.ok().flatten().ok_or_else(gone)
}

/// Fills in user and password, and the goods owner if the request names no known one. Text that is not XML stays
/// unchanged.
fn with_login(text: &str, login: &Login<'_>, known_owners: &[String]) -> String {
    let mut reader = Reader::from_str(text);
    let mut depth = 0;
    let mut done = 0;
    let mut out = String::with_capacity(text.len() + 64);
    // The value for the current member, and the start of its content.
    let mut open: Option<(String, usize)> = None;
    loop {
        let before = position(&reader);
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                let name = start.local_name().as_ref().to_owned();
                // Envelope, Body, operation, member.
                if depth == 4
                    && let Some(value) = value_for(&name, login)
                {
                    open = Some((name_and(value, &name), position(&reader)));
                }
            }
            Ok(Event::Empty(empty)) => {
                let name = empty.local_name().as_ref().to_owned();
                if depth == 3
                    && let Some(value) = value_for(&name, login)
                {
                    let tag = empty.name().as_ref().to_owned();
                    let attributes = &empty[tag.len()..];
                    out.push_str(&text[done..before]);
                    out.push_str(&format!("<{tag}{}>{}</{tag}>", attributes.trim_end(), escaped(&value)));
                    done = position(&reader);
                }
            }
            Ok(Event::End(_)) => {
                depth -= 1;
                if let Some((named, start)) = open.take().filter(|_| depth == 3) {
                    let (name, value) = named.split_once('=').unwrap_or_default();
                    let given = text[start..before].trim();
                    if replaces(name, given, known_owners) {
                        out.push_str(&text[done..start]);
                        out.push_str(&escaped(value));
                        done = before;
                    }
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    out.push_str(&text[done..]);
    out
}

/// Codes and ids of the goods owners.
fn known_owners(shared: &Shared) -> Vec<String> {
    shared.settings.owners.iter().flat_map(|(code, id)| [code.clone(), id.to_string()]).collect()
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or_default()
}

fn name_and(value: String, name: &str) -> String {
    format!("{name}={value}")
}

fn value_for(name: &str, login: &Login<'_>) -> Option<String> {
    match name {
        "UserName" => login.user_name.map(str::to_owned),
        "Password" => login.password.map(str::to_owned),
        "GoodsOwnerCode" => login.goods_owner_code.map(str::to_owned),
        "GoodsOwnerId" => login.goods_owner_id.map(|id| id.to_string()),
        _ => None,
    }
}

/// Known goods owners stay: the request may be for another one than the first.
fn replaces(name: &str, given: &str, known_owners: &[String]) -> bool {
    let is_owner = name.starts_with("GoodsOwner");
    !is_owner || !known_owners.iter().any(|known| known.eq_ignore_ascii_case(given))
}

fn escaped(text: &str) -> String {
    quick_xml::escape::partial_escape(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: Login<'_> = Login {
        user_name: Some("demo"),
        password: Some("a<b"),
        goods_owner_code: Some("DEMO"),
        goods_owner_id: Some(1),
    };

    #[test]
    fn the_members_about_the_sender_are_filled_in_and_nothing_else_is_touched() {
        let request = |inner: &str| format!("<s:Envelope><s:Body><x:Op>{inner}</x:Op></s:Body></s:Envelope>");
        let known = ["DEMO".to_owned(), "OTHER".to_owned(), "1".to_owned(), "2".to_owned()];
        for (given, expected) in [
            (
                "<x:UserName>***</x:UserName><Password a='1'/><GoodsOwnerCode>***</GoodsOwnerCode><q> <Password>x</Password></q>",
                "<x:UserName>demo</x:UserName><Password a='1'>a&lt;b</Password><GoodsOwnerCode>DEMO</GoodsOwnerCode><q> <Password>x</Password></q>",
            ),
            (
                "<GoodsOwnerCode>other</GoodsOwnerCode><GoodsOwnerId>2</GoodsOwnerId>",
                "<GoodsOwnerCode>other</GoodsOwnerCode><GoodsOwnerId>2</GoodsOwnerId>",
            ),
            ("<Password></Password>&", "<Password>a&lt;b</Password>&"),
        ] {
            assert_eq!(with_login(&request(given), &LOGIN, &known), request(expected));
        }
        assert_eq!(with_login("no XML <", &LOGIN, &known), "no XML <");
    }

    #[test]
    fn a_body_becomes_an_envelope() {
        assert!(enveloped("<GetOrder/>").contains("Body><GetOrder/></soap:Body>"));
        // The content of a request does not decide, only its root element.
        let text = format!("<GetOrder>{}</GetOrder>", SoapVersion::V1_2.namespace());
        assert!(enveloped(&text).contains(&format!("Body>{text}</soap:Body>")));
    }
}
