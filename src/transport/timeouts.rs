//! How long each phase of a call may take.

use std::time::Duration;

/// How long each phase of a call may take. `None` for no limit.
///
/// ```
/// use ongoing_wms::Timeouts;
/// use std::time::Duration;
/// let seconds = |seconds| Some(Duration::from_secs(seconds));
/// let timeouts = Timeouts::default().connect(seconds(5)).receive_answer(seconds(60)).call(seconds(180));
/// assert_eq!(timeouts.call, seconds(180));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Looking up the name of the host. Defaults to 10 s.
    pub resolve: Option<Duration>,
    /// Connecting, including the TLS handshake and the proxy. Defaults to 10 s.
    pub connect: Option<Duration>,
    /// Sending the headers, and again sending the body. Defaults to 60 s.
    pub send: Option<Duration>,
    /// From the end of the request to the headers of the answer. Defaults to 300 s, like the vendor's own SDK.
    pub receive_answer: Option<Duration>,
    /// Maximum silence within an answer; restarts with each byte of the content that arrives and does not count the caller's time
    /// between two reads, so that an answer of any length can be read row by row. `receive_answer` applies if it is
    /// longer. Defaults to 300 s.
    pub receive_body: Option<Duration>,
    /// The whole call with its retries, for answers that are read whole. For answers that are read row by row,
    /// `receive_body` and `least_rate` apply instead. Defaults to 15 minutes.
    pub call: Option<Duration>,
    /// Minimum data rate, in bytes per second, of an answer that is read row by row, measured over each `receive_body`
    /// of waiting; the caller's time between two rows does not count. 0 for none. Defaults to 20.
    pub least_rate: u32,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        let seconds = |s| Some(Duration::from_secs(s));
        Timeouts {
            resolve: seconds(10),
            connect: seconds(10),
            send: seconds(60),
            receive_answer: seconds(300),
            receive_body: seconds(300),
            call: seconds(900),
            least_rate: 20,
        }
    }
}

impl Timeouts {
    /// Sets how long looking up the name of the host may take.
    pub fn resolve(mut self, resolve: Option<Duration>) -> Self {
        self.resolve = resolve;
        self
    }

    /// Sets how long connecting may take.
    pub fn connect(mut self, connect: Option<Duration>) -> Self {
        self.connect = connect;
        self
    }

    /// Sets how long sending the headers may take, and again sending the body.
    pub fn send(mut self, send: Option<Duration>) -> Self {
        self.send = send;
        self
    }

    /// Sets how long the service may take to answer.
    pub fn receive_answer(mut self, receive_answer: Option<Duration>) -> Self {
        self.receive_answer = receive_answer;
        self
    }

    /// Sets the maximum silence within an answer.
    pub fn receive_body(mut self, receive_body: Option<Duration>) -> Self {
        self.receive_body = receive_body;
        self
    }

    /// Sets how long the whole call with its retries may take.
    pub fn call(mut self, call: Option<Duration>) -> Self {
        self.call = call;
        self
    }

    /// Sets the minimum data rate, in bytes per second, of an answer that is read row by row.
    pub fn least_rate(mut self, least_rate: u32) -> Self {
        self.least_rate = least_rate;
        self
    }

    /// The maximum silence within an answer.
    pub(super) fn longest_silence(&self) -> Option<Duration> {
        match (self.receive_body, self.receive_answer) {
            (Some(body), Some(answer)) => Some(body.max(answer)),
            _ => None,
        }
    }
}
