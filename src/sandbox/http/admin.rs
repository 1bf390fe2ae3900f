//! Actions over HTTP, beside the service: `/admin/<action>`, JSON in and out.

use std::net::IpAddr;
use std::sync::Arc;

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap};
use hyper::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::server::Shared;
use crate::sandbox::actions::staff::WorkError;
use crate::sandbox::actions::table::{ACTIONS, Action, ActionError};

/// Where the actions are.
pub(crate) const PATH: &str = "/admin/";

/// Longest body that is taken in, in bytes.
const MAX_BODY: usize = 1 << 20;

/// Why a request is not answered with what it asked for: the HTTP status, and the words.
type Refusal = (StatusCode, String);

/// Does the action that is asked for.
pub(crate) async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> (StatusCode, Value) {
    match act(shared, request).await {
        Ok(value) => (StatusCode::OK, value),
        Err((status, error)) => (status, json!({ "error": error })),
    }
}

async fn act(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Value, Refusal> {
    own_host(request.headers())?;
    let name = request.uri().path().strip_prefix(PATH).unwrap_or_default();
    let Some(action) = Action::find(name) else {
        let names: Vec<&str> = ACTIONS.iter().map(|action| action.name).collect();
        let text = format!("there is no action \"{name}\": there are {}", names.join(", "));
        return Err((StatusCode::NOT_FOUND, text));
    };
    let body = match *request.method() {
        Method::GET if action.only_reads && request.uri().query().is_none() => json!({}),
        Method::POST => body(request).await?,
        _ => {
            let text = match action.only_reads {
                true => format!("{name} is asked for by GET, or by POST with a JSON object"),
                false => format!("{name} is asked for by POST with a JSON object"),
            };
            return Err((StatusCode::METHOD_NOT_ALLOWED, text));
        }
    };
    let work = tokio::task::spawn_blocking(move || action.run(&shared, &body)).await;
    match work {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(ActionError::Arguments(text))) => Err((StatusCode::BAD_REQUEST, text)),
        Ok(Err(ActionError::Work(WorkError::Broken(text)))) => Err((StatusCode::INTERNAL_SERVER_ERROR, text)),
        Ok(Err(ActionError::Work(error))) => Err((StatusCode::CONFLICT, error.to_string())),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, format!("the sandbox failed: {error}"))),
    }
}

/// Refuses what a page from elsewhere makes a browser send: such a page can have its own name lead to this machine, but
/// that name has a dot and is no address.
fn own_host(headers: &HeaderMap) -> Result<(), Refusal> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_matches(['[', ']']);
    if !name.is_empty() && (!name.contains('.') || name.parse::<IpAddr>().is_ok()) {
        return Ok(());
    }
    let text = format!(
        "\"{host}\" is not where this sandbox is: use its IP address, localhost, or a name without dots"
    );
    Err((StatusCode::FORBIDDEN, text))
}

/// A form of another page can send a body, but not of this type.
async fn body(request: Request<Incoming>) -> Result<Value, Refusal> {
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let text = "the header Content-Type must be application/json".to_owned();
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let bytes = match Limited::new(request.into_body(), MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err((StatusCode::PAYLOAD_TOO_LARGE, "the body is longer than 1 MiB".to_owned()));
        }
        Err(error) => return Err((StatusCode::BAD_REQUEST, format!("the body broke off: {error}"))),
    };
    // Nothing at all is what an action without arguments takes.
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(&bytes)
        .map_err(|error| (StatusCode::BAD_REQUEST, format!("the body is no JSON: {error}")))
}
