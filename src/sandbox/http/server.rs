//! The HTTP server: an accept loop in its own thread, so that connections can be cut on demand.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::request_body;
use super::response_body::{Cut, ResponseBody};
use super::service::{self, SentAnswer};
use super::soap::Headers;
use super::{admin, host, page, wsdl};
use crate::sandbox::exchanges::exchange::{Exchange, ExchangeOutcome, Invalid, Message};
use crate::sandbox::shared::Shared;

/// Time for running requests to end when the sandbox stops.
const LAST_ORDERS: Duration = Duration::from_secs(5);

/// The server's thread; stops when dropped.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread returns nothing; if it panicked, there is nothing left to stop.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

/// Binds a local address; port 0 for any free port.
pub(crate) fn bind(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until the [`Server`] is dropped.
pub(crate) fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    tls: Option<ServerConfig>,
) -> io::Result<Server> {
    let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _entered = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let (stop, stopped) = oneshot::channel::<Infallible>();
    let thread = thread::Builder::new().name("sandbox warehouse".to_owned()).spawn(move || {
        runtime.spawn(accept(listener, shared, tls));
        // Ends when the other side is dropped; nothing else is ever sent.
        let _ = runtime.block_on(stopped);
        runtime.shutdown_timeout(LAST_ORDERS);
    })?;
    Ok(Server { stop: Some(stop), thread: Some(thread) })
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>, tls: Option<TlsAcceptor>) {
    loop {
        let Ok((stream, caller)) = listener.accept().await else {
            // Probably out of file handles, which will be freed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (shared, tls) = (Arc::clone(&shared), tls.clone());
        tokio::spawn(async move {
            // Otherwise an answer waits for the acknowledgement of its own head.
            let _ = stream.set_nodelay(true);
            match tls {
                None => talk(stream, shared, caller).await,
                // Who does not say a word, or no right one, has no session.
                Some(tls) => {
                    if let Ok(Some(stream)) = timeout(GREETING, greet(tls, stream, &shared)).await {
                        talk(stream, shared, caller).await;
                    }
                }
            }
        });
    }
}

/// Time limit for a TLS handshake.
const GREETING: Duration = Duration::from_secs(10);

/// Starts a TLS session. A client that speaks plain HTTP gets an answer that says so.
async fn greet(
    tls: TlsAcceptor,
    stream: tokio::net::TcpStream,
    shared: &Shared,
) -> Option<TlsStream<tokio::net::TcpStream>> {
    let mut first = [0];
    stream.peek(&mut first).await.ok()?;
    if first[0].is_ascii_uppercase() {
        let text = format!("This sandbox speaks TLS only: {}\n", shared.url);
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
            text.len()
        );
        // What is not read would take the answer with it when the connection is closed.
        let _ = stream.try_read(&mut [0; 64 << 10]);
        let _ = stream.try_write(answer.as_bytes());
        return None;
    }
    tls.accept(stream).await.ok()
}

async fn talk(
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    shared: Arc<Shared>,
    caller: SocketAddr,
) {
    let request_timeout = shared.settings.request_timeout;
    let service = service_fn(move |request| answer(Arc::clone(&shared), request, caller));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(request_timeout)
        .serve_connection(TokioIo::new(stream), service);
    // A broken connection, whether or not we cut it, is reported to the caller only.
    let _ = connection.await;
}

type HttpResult = Result<Response<ResponseBody>, Cut>;

async fn answer(shared: Arc<Shared>, request: Request<Incoming>, caller: SocketAddr) -> HttpResult {
    let path = request.uri().path();
    let is_service = path.eq_ignore_ascii_case(&shared.path);
    if !is_service && path.starts_with(admin::PATH) {
        return Ok(admin::answer(shared, request, &caller.to_string()).await);
    }
    if *request.method() == Method::POST {
        return post(shared, request, caller, is_service).await;
    }
    if let Err(error) = host::own(request.headers(), &shared.settings.hosts) {
        return plain(StatusCode::FORBIDDEN, &format!("{error}\n"));
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if let Some((media, text)) = path.strip_prefix(page::PATH).filter(|_| reads).and_then(page::file) {
        return guarded(reply(StatusCode::OK, media, text.to_owned())?);
    }
    if !is_service && path != "/" {
        return plain(StatusCode::NOT_FOUND, &nothing_here(&shared));
    }
    if !reads {
        let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and POST\n")?;
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
        return Ok(answer);
    }
    let url = url_for(&shared, request.headers());
    let wants_wsdl = request.uri().query().is_some_and(|query| query.eq_ignore_ascii_case("wsdl"));
    if wants_wsdl {
        reply(StatusCode::OK, "text/xml; charset=utf-8", wsdl::wsdl(&url))
    } else {
        guarded(reply(StatusCode::OK, "text/html; charset=utf-8", page::html(&url))?)
    }
}

fn nothing_here(shared: &Shared) -> String {
    format!("Not found. The service is at {}\n", shared.url)
}

async fn post(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    caller: SocketAddr,
    is_service: bool,
) -> HttpResult {
    let (head, body) = request.into_parts();
    let mut exchange = Exchange::request(caller.to_string());
    exchange.request.line = Some((head.method.to_string(), head.uri.to_string()));
    let allowed = host::own(&head.headers, &shared.settings.hosts);
    let headers = Headers::read(
        header(&head.headers, "content-type").unwrap_or_default(),
        header(&head.headers, "soapaction"),
    );
    exchange.request.headers = head.headers;
    if let Err(error) = allowed {
        return turn_away(&shared, exchange, Some(StatusCode::FORBIDDEN), &error);
    }
    if !is_service {
        let status =
            if head.uri.path() == "/" { StatusCode::METHOD_NOT_ALLOWED } else { StatusCode::NOT_FOUND };
        return turn_away(&shared, exchange, Some(status), nothing_here(&shared).trim_end());
    }
    let Some(headers) = headers else {
        let text = "The content type is neither text/xml nor application/soap+xml";
        return turn_away(&shared, exchange, Some(StatusCode::UNSUPPORTED_MEDIA_TYPE), text);
    };
    service::name(&mut exchange, &headers);
    let (text, room) = match request_body::read(body, &shared.room, shared.settings.request_timeout).await {
        Ok(read) => read,
        Err(unread) => return turn_away(&shared, exchange, unread.status, &unread.why),
    };
    let line_and_headers = std::mem::take(&mut exchange.request);
    exchange.request = Message {
        line: line_and_headers.line,
        headers: line_and_headers.headers,
        ..Message::copy_of(text.as_bytes())
    };
    // A separate task: a started request is carried out even if the caller is gone.
    let work = tokio::spawn(async move {
        let sent = service::take(&shared, exchange, headers, text).await.1;
        drop(room);
        sent
    });
    work.await.ok().flatten().ok_or(Cut)?.response()
}

/// Answers everything except valid requests to the service.
fn turn_away(shared: &Shared, exchange: Exchange, status: Option<StatusCode>, why: &str) -> HttpResult {
    let sent = status.map(|status| SentAnswer::plain(status.as_u16(), &format!("{why}\n")));
    let id = shared.history.begin(exchange);
    shared.history.end(id, |exchange| {
        exchange.outcome = ExchangeOutcome::Invalid;
        exchange.message = Some(why.to_owned());
        exchange.invalid = Some(Invalid::new(why));
        exchange.status = status.map(|status| status.as_u16());
        exchange.answer = sent.as_ref().map(SentAnswer::message);
    });
    sent.ok_or(Cut)?.response()
}

/// The address of the service as the caller knows it, which may use another host name.
pub(crate) fn url_for(shared: &Shared, headers: &HeaderMap) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    match header(headers, "host") {
        Some(host) if !host.is_empty() && host.chars().all(fits) => {
            format!("{}://{host}{}", shared.scheme(), shared.path)
        }
        _ => shared.url.clone(),
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// An answer with the headers of the page.
fn guarded(mut answer: Response<ResponseBody>) -> HttpResult {
    for (name, value) in page::HEADERS {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(answer)
}

fn plain(status: StatusCode, text: &str) -> HttpResult {
    reply(status, "text/plain; charset=utf-8", text.to_owned())
}

fn reply(status: StatusCode, content_type: &'static str, text: String) -> HttpResult {
    let mut response = Response::new(ResponseBody::whole(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok(response)
}
