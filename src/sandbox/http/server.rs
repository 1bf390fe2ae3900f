//! HTTP: an accept loop in a thread of its own, so that connections can be cut as on a bad day.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::oneshot;

use super::dispatch::Warehouse;
use super::log::{Log, LoggedRequest};
use super::response_body::Reply;
use super::soap::{self, CarriedOut, Headers, SoapFault};
use super::{admin, page};
use crate::envelope::{self, SoapVersion};
use crate::sandbox::faults;
use crate::sandbox::faults::disturbance::{DisturbanceKind, Queue};

/// Longest request that is taken in, in bytes.
const MAX_REQUEST: usize = 64 << 20;

/// How long requests that are being carried out may take to end when the sandbox stops.
const LAST_ORDERS: Duration = Duration::from_secs(5);

/// What all connections share.
pub(crate) struct Shared {
    pub warehouse: Warehouse,
    pub path: String,
    pub url: String,
    pub disturbances: Mutex<Queue>,
    pub log: Mutex<Log>,
    pub watch: Option<Watch>,
}

/// Called with each request of which members were passed over.
#[derive(Clone)]
pub(crate) struct Watch(pub Arc<dyn Fn(&LoggedRequest) + Send + Sync>);

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

impl Shared {
    /// Tells what was passed over of a request.
    fn pass_over(&self, number: usize, passed_over: Vec<String>) {
        if passed_over.is_empty() {
            return;
        }
        let entry = locked(&self.log).pass_over(number, passed_over);
        if let (Some(entry), Some(Watch(watch))) = (entry, &self.watch) {
            watch(&entry);
        }
    }
}

/// A lock whose holder may have panicked: what it guards is whole all the same.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The server's thread; stops when dropped.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread has nothing to report; had it panicked, there would be nothing left to stop.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

/// Binds an address of this machine; port 0 for any that is free.
pub(crate) fn bind(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until the [`Server`] is dropped.
pub(crate) fn serve(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Server> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _entered = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let (stop, stopped) = oneshot::channel::<Infallible>();
    let thread = thread::Builder::new().name("sandbox warehouse".to_owned()).spawn(move || {
        runtime.spawn(accept(listener, shared));
        // Ends when the other side is dropped, which is all that can happen to it.
        let _ = runtime.block_on(stopped);
        runtime.shutdown_timeout(LAST_ORDERS);
    })?;
    Ok(Server { stop: Some(stop), thread: Some(thread) })
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file handles, most likely: some will come free.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // Without this an answer waits for the acknowledgement of its own head.
            let _ = stream.set_nodelay(true);
            let service = service_fn(move |request| answer(Arc::clone(&shared), request));
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            // A connection that breaks, of itself or because we cut it, is the caller's to notice.
            let _ = connection.await;
        });
    }
}

/// Why a connection ends without an answer: somebody asked for it.
#[derive(Debug)]
struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cut on demand")
    }
}

impl std::error::Error for Cut {}

type Answer = Result<Response<Reply>, Cut>;

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Answer {
    let path = request.uri().path();
    let is_service = path.eq_ignore_ascii_case(&shared.path);
    if !is_service && path.starts_with(admin::PATH) {
        let (status, value) = admin::answer(shared, request).await;
        return reply(status, "application/json", format!("{value}\n"));
    }
    if !is_service && path != "/" {
        return plain(StatusCode::NOT_FOUND, &format!("Nothing here. The service is at {}\n", shared.url));
    }
    match *request.method() {
        Method::GET | Method::HEAD => {
            let url = url_for(&shared, request.headers());
            let wants_wsdl = request.uri().query().is_some_and(|query| query.eq_ignore_ascii_case("wsdl"));
            if wants_wsdl {
                reply(StatusCode::OK, "text/xml; charset=utf-8", page::wsdl(&url))
            } else {
                reply(StatusCode::OK, "text/html; charset=utf-8", page::html(&url))
            }
        }
        Method::POST if is_service => post(shared, request).await,
        _ => {
            let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and POST\n")?;
            answer.headers_mut().insert(ALLOW, hyper::header::HeaderValue::from_static("GET, HEAD, POST"));
            Ok(answer)
        }
    }
}

async fn post(shared: Arc<Shared>, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let header = |name: &str| header(&head.headers, name);
    let Some(headers) = Headers::read(header("content-type").unwrap_or_default(), header("soapaction"))
    else {
        let text = "The content type is neither text/xml nor application/soap+xml\n";
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, text);
    };
    let too_long = || plain(StatusCode::PAYLOAD_TOO_LARGE, "The request is longer than 64 MiB\n");
    if body.size_hint().lower() > MAX_REQUEST as u64 {
        return too_long();
    }
    let body = match Limited::new(body, MAX_REQUEST).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return too_long(),
        Err(_) => return Err(Cut),
    };
    let Ok(text) = str::from_utf8(&body) else {
        return plain(StatusCode::BAD_REQUEST, "The request is not UTF-8\n");
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
    let operation = headers.operation().map(|operation| operation.name).unwrap_or_default();
    let disturbance = locked(&shared.disturbances).next(operation);
    let number = locked(&shared.log).add(operation, &text, disturbance.clone());
    disturbed(shared, headers, text, number, disturbance).await
}

/// The address of the service as the caller knows it: from elsewhere it has another name than here.
fn url_for(shared: &Shared, headers: &HeaderMap) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    match header(headers, "host") {
        Some(host) if !host.is_empty() && host.chars().all(fits) => format!("http://{host}{}", shared.path),
        _ => shared.url.clone(),
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Carries a request out, if the disturbance lets it.
async fn disturbed(
    shared: Arc<Shared>,
    headers: Headers,
    text: String,
    number: usize,
    disturbance: Option<DisturbanceKind>,
) -> Answer {
    let version = headers.version;
    let wait = match &disturbance {
        Some(DisturbanceKind::CutBefore) => return Err(Cut),
        Some(DisturbanceKind::Status { code, retry_after }) => return status(*code, *retry_after),
        Some(DisturbanceKind::Fault(reason)) => {
            let fault = SoapFault::server(reason.clone());
            return soap_reply(version, 500, envelope::fault(version, fault.code, &fault.reason));
        }
        Some(DisturbanceKind::Html) => {
            let page = "<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>Please wait</h1></body></html>";
            return reply(StatusCode::OK, "text/html; charset=utf-8", page.to_owned());
        }
        Some(DisturbanceKind::Delay(wait)) => *wait,
        _ => Duration::ZERO,
    };
    // A task of its own: what was begun is carried out, whether or not the caller still listens.
    let work = tokio::spawn(async move {
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        tokio::task::spawn_blocking(move || {
            let mut carried_out = soap::carry_out(&headers, &text, &shared.warehouse);
            shared.pass_over(number, std::mem::take(&mut carried_out.passed_over));
            carried_out
        })
        .await
    });
    let Ok(Ok(CarriedOut { status, answer, .. })) = work.await else { return Err(Cut) };
    match disturbance {
        Some(DisturbanceKind::CutAfter) => Err(Cut),
        Some(DisturbanceKind::CutMidAnswer) => {
            let mut response = soap_reply(version, status, String::new())?;
            *response.body_mut() = Reply::torn(answer);
            Ok(response)
        }
        Some(DisturbanceKind::SlowDrip(pause)) => {
            let mut response = soap_reply(version, status, String::new())?;
            *response.body_mut() = Reply::dripping(answer, pause);
            Ok(response)
        }
        Some(DisturbanceKind::ExtraMembers) => {
            soap_reply(version, status, faults::reshape::with_extra(&answer))
        }
        Some(DisturbanceKind::ReorderedMembers) => {
            soap_reply(version, status, faults::reshape::reordered(&answer))
        }
        Some(DisturbanceKind::Garbage) => {
            soap_reply(version, 200, "%&/ 0x1f8b \u{1}\u{2} <<soap not".to_owned())
        }
        _ => soap_reply(version, status, answer),
    }
}

fn soap_reply(version: SoapVersion, status: u16, text: String) -> Answer {
    let media = match version {
        SoapVersion::V1_1 => "text/xml; charset=utf-8",
        SoapVersion::V1_2 => "application/soap+xml; charset=utf-8",
    };
    reply(StatusCode::from_u16(status).map_err(|_| Cut)?, media, text)
}

fn status(code: u16, retry_after: Option<u32>) -> Answer {
    let code = StatusCode::from_u16(code).map_err(|_| Cut)?;
    let mut answer = plain(code, "The service is disturbed on demand\n")?;
    if let Some(seconds) = retry_after {
        answer.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    Ok(answer)
}

fn plain(status: StatusCode, text: &str) -> Answer {
    reply(status, "text/plain; charset=utf-8", text.to_owned())
}

fn reply(status: StatusCode, content_type: &'static str, text: String) -> Answer {
    let mut response = Response::new(Reply::whole(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(content_type));
    Ok(response)
}
