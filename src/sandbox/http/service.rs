//! Processes a request to the service: applies disturbances, carries it out, answers and logs it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};

use super::notes::Notes;
use super::response_body::{Cut, ResponseBody};
use super::soap::{self, CarriedOut, Headers};
use super::soap_fault::SoapFault;
use crate::envelope::{self, SoapVersion};
use crate::sandbox::disturbances::disturbance::DisturbanceKind;
use crate::sandbox::disturbances::reshape;
use crate::sandbox::exchanges::exchange::{Exchange, ExchangeOutcome, LoggedRequest, Message};
use crate::sandbox::lock::locked;
use crate::sandbox::refused::Refused;
use crate::sandbox::shared::{RequestWatch, Shared};

/// An answer as it is sent.
pub(crate) struct SentAnswer {
    status: u16,
    media: &'static str,
    retry_after: Option<u32>,
    body: Bytes,
    way: SendMode,
}

/// How an answer is sent.
enum SendMode {
    Whole,
    Torn,
    Dripping(Duration),
}

impl SentAnswer {
    fn new(status: u16, media: &'static str, body: String) -> SentAnswer {
        SentAnswer { status, media, retry_after: None, body: body.into(), way: SendMode::Whole }
    }

    pub fn plain(status: u16, text: &str) -> SentAnswer {
        SentAnswer::new(status, "text/plain; charset=utf-8", text.to_owned())
    }

    fn soap(version: SoapVersion, status: u16, text: String) -> SentAnswer {
        let media = match version {
            SoapVersion::V1_1 => "text/xml; charset=utf-8",
            SoapVersion::V1_2 => "application/soap+xml; charset=utf-8",
        };
        SentAnswer::new(status, media, text)
    }

    /// The part that the exchange keeps.
    pub fn message(&self) -> Message {
        let mut message = Message::of(&self.body);
        message.headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media));
        if let Some(seconds) = self.retry_after {
            message.headers.insert(RETRY_AFTER, seconds.into());
        }
        message
    }

    pub fn response(self) -> Result<Response<ResponseBody>, Cut> {
        let body = match self.way {
            SendMode::Whole => ResponseBody::whole(self.body),
            SendMode::Torn => ResponseBody::torn(self.body),
            SendMode::Dripping(pause) => ResponseBody::dripping(self.body, pause),
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).map_err(|_| Cut)?;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.media));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        Ok(response)
    }
}

/// Names an exchange by the operation in the headers.
pub(crate) fn name(exchange: &mut Exchange, headers: &Headers) {
    if let Some(operation) = headers.operation() {
        operation.name.clone_into(&mut exchange.name);
        exchange.effect = Some(operation.effect);
    }
}

/// Carries out a request unless a disturbance prevents it. Returns the exchange's id and the answer; `None` to cut the
/// connection.
pub(crate) async fn take(
    shared: &Arc<Shared>,
    mut exchange: Exchange,
    headers: Headers,
    text: String,
) -> (u64, Option<SentAnswer>) {
    let limited = shared
        .limiter
        .as_ref()
        .map(|limiter| limiter.admit(&exchange.name, &exchange.caller, Instant::now()));
    if let Some(Err(seconds)) = limited {
        let id = shared.history.begin(exchange);
        let sent = SentAnswer {
            retry_after: Some(seconds),
            ..SentAnswer::plain(429, "Too many requests: the rate limit is reached\n")
        };
        shared.history.end(id, |exchange| {
            exchange.outcome = ExchangeOutcome::Disturbed;
            exchange.message = Some(format!("rate limited: retry after {seconds} s"));
            exchange.status = Some(sent.status);
            exchange.answer = Some(sent.message());
        });
        return (id, Some(sent));
    }
    let disturbance = locked(&shared.disturbances).next(&exchange.name, text.as_bytes());
    exchange.disturbance.clone_from(&disturbance);
    let id = shared.history.begin(exchange);
    let (sent, notes) = disturbed(shared, headers, text, disturbance).await;
    let ended = shared.history.end(id, |exchange| {
        exchange.outcome = notes.outcome();
        exchange.status = sent.as_ref().map(|sent| sent.status);
        exchange.answer = sent.as_ref().map(SentAnswer::message);
        exchange.passed_over = notes.passed_over;
        exchange.goods_owner = notes.goods_owner;
        exchange.message = notes.message;
        exchange.error_kind = notes.error_kind;
        exchange.invalid = notes.invalid.map(|invalid| *invalid);
    });
    if let (Some(ended), Some(RequestWatch(watch))) = (ended, &shared.watch)
        && !ended.passed_over.is_empty()
    {
        watch(&LoggedRequest::of(&ended, &shared.history.redactor));
    }
    (id, sent)
}

async fn disturbed(
    shared: &Arc<Shared>,
    headers: Headers,
    text: String,
    disturbance: Option<DisturbanceKind>,
) -> (Option<SentAnswer>, Notes) {
    let version = headers.version;
    let mut refusal = None;
    match &disturbance {
        Some(kind) if kind.comes_first() => return (instead(version, kind), Notes::disturbed()),
        Some(DisturbanceKind::Refuse { text, error_kind }) => {
            refusal = Some(Refused::on_demand(text.clone(), error_kind.clone()));
        }
        Some(DisturbanceKind::Delay(wait)) => tokio::time::sleep(*wait).await,
        _ => {}
    }
    let house = Arc::clone(shared);
    let work =
        tokio::task::spawn_blocking(move || soap::carry_out(&headers, &text, &house.warehouse, refusal))
            .await;
    let Ok(CarriedOut { status, answer, notes }) = work else {
        return (None, Notes::broken("the sandbox failed while it carried the request out"));
    };
    let sent = match disturbance {
        Some(DisturbanceKind::CutAfter) => None,
        Some(DisturbanceKind::CutMidAnswer) => {
            Some(SentAnswer { way: SendMode::Torn, ..SentAnswer::soap(version, status, answer) })
        }
        Some(DisturbanceKind::SlowDrip(pause)) => {
            Some(SentAnswer { way: SendMode::Dripping(pause), ..SentAnswer::soap(version, status, answer) })
        }
        Some(DisturbanceKind::ExtraMembers) => {
            Some(SentAnswer::soap(version, status, reshape::with_extra(&answer)))
        }
        Some(DisturbanceKind::ReorderedMembers) => {
            Some(SentAnswer::soap(version, status, reshape::reordered(&answer)))
        }
        Some(DisturbanceKind::Garbage) => {
            Some(SentAnswer::soap(version, 200, "%&/ 0x1f8b \u{1}\u{2} <<soap not".to_owned()))
        }
        _ => Some(SentAnswer::soap(version, status, answer)),
    };
    (sent, notes)
}

/// The answer to a request that is not carried out.
fn instead(version: SoapVersion, disturbance: &DisturbanceKind) -> Option<SentAnswer> {
    match disturbance {
        DisturbanceKind::Status { code, retry_after } => {
            let sent = SentAnswer::plain(*code, "Simulated failure of the service\n");
            Some(SentAnswer { retry_after: *retry_after, ..sent })
        }
        DisturbanceKind::Fault(reason) => {
            let fault = SoapFault::server(reason.clone());
            Some(SentAnswer::soap(version, 500, envelope::fault(version, fault.code, &fault.reason)))
        }
        DisturbanceKind::Html => {
            let page = "<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>Please wait</h1></body></html>";
            Some(SentAnswer::new(200, "text/html; charset=utf-8", page.to_owned()))
        }
        _ => None,
    }
}

impl Notes {
    fn outcome(&self) -> ExchangeOutcome {
        if self.is_disturbed {
            ExchangeOutcome::Disturbed
        } else if self.invalid.is_some() {
            ExchangeOutcome::Invalid
        } else if self.is_broken {
            ExchangeOutcome::Fault
        } else if self.message.is_some() {
            ExchangeOutcome::Refused
        } else {
            ExchangeOutcome::Done
        }
    }

    fn disturbed() -> Notes {
        Notes { is_disturbed: true, ..Notes::default() }
    }

    fn broken(message: &str) -> Notes {
        Notes { is_broken: true, message: Some(message.to_owned()), ..Notes::default() }
    }
}
