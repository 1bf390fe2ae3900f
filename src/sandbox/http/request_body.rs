//! Reads the bodies of requests.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::StatusCode;
use hyper::body::{Body as _, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Maximum length of a request, in bytes.
const MAX_REQUEST: usize = 64 << 20;

/// Default time limit for the next piece of a request.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How many times as long a whole body may take, so that one that arrives byte by byte does not keep its memory for
/// days.
const WHOLE: u32 = 20;

/// Memory for bodies that are processed at the same time, in KiB. Others wait.
pub(crate) const ROOM: usize = 64 << 10;

/// Bodies below this length, in KiB, do not count.
const SMALL: usize = 256;

/// What a body of unknown length counts for, in KiB.
const UNSAID: usize = 8 << 10;

/// Why a request is not processed.
pub(crate) struct Unread {
    /// HTTP status of the answer; `None` if the connection is cut.
    pub status: Option<StatusCode>,
    pub why: String,
}

impl Unread {
    fn new(status: Option<StatusCode>, why: impl Into<String>) -> Unread {
        Unread { status, why: why.into() }
    }
}

/// A whole body, without a byte order mark, and its share of the memory.
pub(crate) async fn read(
    mut body: Incoming,
    room: &Arc<Semaphore>,
    timeout: Duration,
) -> Result<(String, Option<OwnedSemaphorePermit>), Unread> {
    let too_long = || Unread::new(Some(StatusCode::PAYLOAD_TOO_LARGE), "The request is longer than 64 MiB");
    let hint = body.size_hint();
    let announced = usize::try_from(hint.lower()).unwrap_or(usize::MAX);
    if announced > MAX_REQUEST {
        return Err(too_long());
    }
    let size = if hint.exact().is_some() { announced >> 10 } else { UNSAID };
    let taken = if size < SMALL {
        None
    } else {
        let permits = u32::try_from(size.min(ROOM)).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        Arc::clone(room).acquire_many_owned(permits).await.ok()
    };
    let mut bytes = Vec::with_capacity(announced);
    let end = Instant::now() + timeout * WHOLE;
    loop {
        let limit = end.min(Instant::now() + timeout);
        let frame = match tokio::time::timeout_at(limit, body.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => {
                return Err(Unread::new(None, format!("The request broke off after {} bytes", bytes.len())));
            }
            Err(_) => {
                let (length, seconds) = (bytes.len(), timeout.as_secs_f32());
                let why = match limit == end {
                    true => format!("The request was not complete after {} s", seconds * WHOLE as f32),
                    false => format!("The request stopped arriving after {length} bytes, {seconds} s ago"),
                };
                return Err(Unread::new(None, why));
            }
        };
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > MAX_REQUEST {
                return Err(too_long());
            }
            bytes.extend_from_slice(&data);
        }
    }
    let Ok(mut text) = String::from_utf8(bytes) else {
        return Err(Unread::new(Some(StatusCode::BAD_REQUEST), "The request is not UTF-8"));
    };
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok((text, taken))
}
