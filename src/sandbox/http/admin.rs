//! The actions over HTTP: `/admin/<action>`, with JSON in and out.

use std::sync::Arc;

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::event_stream::EventStream;
use super::host;
use super::look::Look;
use super::resend::{self, HttpError};
use super::response_body::ResponseBody;
use crate::sandbox::actions::action::Action;
use crate::sandbox::actions::list;
use crate::sandbox::argument::{Argument, ArgumentKind};
use crate::sandbox::shared::Shared;
use crate::sandbox::work_error::WorkError;

/// The path of the actions.
pub(crate) const PATH: &str = "/admin/";

/// The stream of exchanges, which is not an action, since it does not end.
const EVENTS: &str = "events";

/// Sends an earlier request again.
const SEND_AGAIN: &str = "send-again";

/// Sends a given request.
const SEND: &str = "send";

/// Maximum length of a body, in bytes.
const MAX_BODY: usize = 1 << 20;

/// Runs the requested action.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    caller: &str,
) -> Response<ResponseBody> {
    let allowed = host::own(request.headers(), &shared.settings.hosts)
        .and_then(|()| host::same_origin(request.headers()))
        .map_err(|error| (StatusCode::FORBIDDEN, error));
    let name = request.uri().path().strip_prefix(PATH).unwrap_or_default().to_owned();
    let (status, value) = match allowed {
        Ok(()) if name == EVENTS => match events(&shared, request).await {
            Ok(stream) => return event_response(stream),
            Err(refusal) => told(Err(refusal)),
        },
        Ok(()) => match AdminTask::find(&name) {
            Some(task) => told(act(shared, task, request, caller).await),
            None => (StatusCode::NOT_FOUND, unknown(&name)),
        },
        Err(refusal) => told(Err(refusal)),
    };
    let mut response = Response::new(ResponseBody::whole(format!("{value}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn told(done: Result<Value, HttpError>) -> (StatusCode, Value) {
    match done {
        Ok(value) => (StatusCode::OK, value),
        Err((status, error)) => (status, json!({ "error": error })),
    }
}

/// Says which actions there are. The list tells a program that the action is unknown, and not what the action is about.
fn unknown(name: &str) -> Value {
    let names: Vec<&str> = list::all().map(|action| action.name).collect();
    let text = format!("unknown action \"{name}\": the actions are {}", names.join(", "));
    json!({ "error": text, "actions": names })
}

/// The request for a name.
enum AdminTask {
    Resend,
    Look(&'static Look),
    Action(&'static Action),
}

impl AdminTask {
    fn find(name: &str) -> Option<AdminTask> {
        match name {
            SEND_AGAIN | SEND => Some(AdminTask::Resend),
            _ => Look::find(name).map(AdminTask::Look).or_else(|| list::find(name).map(AdminTask::Action)),
        }
    }
}

async fn act(
    shared: Arc<Shared>,
    task: AdminTask,
    request: Request<Incoming>,
    caller: &str,
) -> Result<Value, HttpError> {
    let action = match task {
        AdminTask::Resend => return resend(&shared, request, caller).await,
        AdminTask::Look(look) => return looked_at(shared, look, request).await,
        AdminTask::Action(action) => action,
    };
    let body = match *request.method() {
        Method::GET if action.only_reads => {
            query(action.arguments, request.uri().query().unwrap_or_default())?
        }
        Method::POST if request.uri().query().is_none() => body(&shared, request).await?,
        _ => {
            let text = match action.only_reads {
                true => format!("{} expects GET, or POST with a JSON object", action.name),
                false => format!("{} expects POST with a JSON object", action.name),
            };
            return Err((StatusCode::METHOD_NOT_ALLOWED, text));
        }
    };
    let caller = caller.to_owned();
    let work = tokio::task::spawn_blocking(move || action.run(&shared, &body, &caller)).await;
    answered(work)
}

/// Reads the state: see [`Look`].
async fn looked_at(
    shared: Arc<Shared>,
    look: &'static Look,
    request: Request<Incoming>,
) -> Result<Value, HttpError> {
    let given = match *request.method() {
        Method::GET => query(look.arguments, request.uri().query().unwrap_or_default())?,
        Method::POST => body(&shared, request).await?,
        _ => {
            let text = format!("{} expects GET, or POST with a JSON object", look.name);
            return Err((StatusCode::METHOD_NOT_ALLOWED, text));
        }
    };
    answered(tokio::task::spawn_blocking(move || look.run(&shared, &given)).await)
}

fn answered(work: Result<Result<Value, WorkError>, tokio::task::JoinError>) -> Result<Value, HttpError> {
    let error = match work {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error,
        Err(error) => {
            return Err((StatusCode::INTERNAL_SERVER_ERROR, format!("the sandbox failed: {error}")));
        }
    };
    let status = match error {
        WorkError::Argument(_) => StatusCode::BAD_REQUEST,
        WorkError::NotFound { .. }
        | WorkError::NoArticle(_)
        | WorkError::NoLine(_)
        | WorkError::Absent(_) => StatusCode::NOT_FOUND,
        WorkError::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        WorkError::Rule(_)
        | WorkError::Ambiguous(_)
        | WorkError::Status { .. }
        | WorkError::NotEnough { .. } => StatusCode::CONFLICT,
    };
    Err((status, error.to_string()))
}

/// Sends a request to the service. It is not an action: it is processed like any request.
async fn resend(shared: &Arc<Shared>, request: Request<Incoming>, caller: &str) -> Result<Value, HttpError> {
    let is_again = request.uri().path().ends_with(SEND_AGAIN);
    if *request.method() != Method::POST {
        let text = "sending a request expects POST with a JSON object".to_owned();
        return Err((StatusCode::METHOD_NOT_ALLOWED, text));
    }
    let body = body(shared, request).await?;
    match is_again {
        true => resend::again(shared, &body, caller).await,
        false => resend::new(shared, &body, caller).await,
    }
}

/// The arguments in an address. A list is a repeated name.
fn query(arguments: &[Argument], query: &str) -> Result<Value, HttpError> {
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let argument = arguments.iter().find(|argument| argument.name == name);
        let is_list = argument.is_some_and(|argument| argument.kind == ArgumentKind::Texts);
        match members.get_mut(&*name) {
            Some(Value::Array(list)) => list.push(value.into()),
            Some(_) => {
                let text = format!("duplicate argument {name}");
                return Err((StatusCode::BAD_REQUEST, text));
            }
            None => {
                let value = if is_list { json!([value]) } else { json!(value) };
                members.insert(name.into_owned(), value);
            }
        }
    }
    Ok(Value::Object(members))
}

/// A form on another page can send a body, but not with this type.
async fn body(shared: &Shared, request: Request<Incoming>) -> Result<Value, HttpError> {
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let text = "the header Content-Type must be application/json".to_owned();
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let arriving = Limited::new(request.into_body(), MAX_BODY).collect();
    let bytes = match tokio::time::timeout(shared.settings.request_timeout, arriving).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Err((StatusCode::PAYLOAD_TOO_LARGE, "the body is longer than 1 MiB".to_owned()));
        }
        Ok(Err(error)) => return Err((StatusCode::BAD_REQUEST, format!("the body broke off: {error}"))),
        Err(_) => return Err((StatusCode::REQUEST_TIMEOUT, "the body stopped arriving".to_owned())),
    };
    // An empty body is valid for an action without arguments.
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(&bytes)
        .map_err(|error| (StatusCode::BAD_REQUEST, format!("the body is not JSON: {error}")))
}

async fn events(shared: &Arc<Shared>, request: Request<Incoming>) -> Result<EventStream, HttpError> {
    let given = match *request.method() {
        Method::GET => {
            let query = request.uri().query().unwrap_or_default();
            let after = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "after");
            let after = after.map(|(_, after)| after.into_owned());
            last_event(request.headers()).map(str::to_owned).or(after)
        }
        Method::POST => match &body(shared, request).await?["after"] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        },
        _ => {
            let text = format!("{EVENTS} expects GET, or POST with a JSON object");
            return Err((StatusCode::METHOD_NOT_ALLOWED, text));
        }
    };
    let after = given.as_deref().map(str::parse).transpose();
    let after =
        after.map_err(|_| (StatusCode::BAD_REQUEST, "\"after\" must be a whole number".to_owned()))?;
    Ok(EventStream::new(Arc::clone(shared), after))
}

fn last_event(headers: &HeaderMap) -> Option<&str> {
    headers.get("last-event-id")?.to_str().ok()
}

fn event_response(stream: EventStream) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::events(stream));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
