//! A small HTTP/1.1 server: requests in, whatever bytes are wanted out.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// What goes back.
pub enum Answer {
    /// A whole answer.
    Whole { status: u16, headers: Vec<(&'static str, String)>, body: String },
    /// The head and this much of a body that was announced as longer; then the connection ends.
    Part { body: String },
    /// Nothing: the connection ends.
    Nothing,
    /// Nothing, and the connection stays open for so long.
    Silence(Duration),
    /// These bytes, which need not be HTTP; then the connection ends.
    Bytes(&'static [u8]),
}

/// Gives an answer to a request's body; what it returns beside the answer is run when the answer is out.
pub type Serve = dyn Fn(&str) -> (Answer, Box<dyn FnOnce()>) + Send + Sync;

/// A server on loopback, until it is dropped.
pub struct Server {
    pub port: u16,
    ended: Arc<AtomicBool>,
}

impl Server {
    pub fn start(serve: Arc<Serve>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if seen.load(Ordering::Relaxed) {
                    break;
                }
                let (Ok(stream), serve, seen) = (stream, Arc::clone(&serve), Arc::clone(&seen)) else {
                    continue;
                };
                thread::spawn(move || connection(&stream, &*serve, &seen));
            }
        });
        Server { port, ended }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Serves one request after the other until either side ends it.
fn connection(stream: &TcpStream, serve: &Serve, ended: &AtomicBool) {
    let _ = stream.set_nodelay(true);
    let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
    let mut reader = BufReader::new(stream);
    while let Some(body) = request(&mut reader) {
        let (answer, after) = serve(&body);
        let goes_on = send(stream, answer);
        after();
        if !goes_on || ended.load(Ordering::Relaxed) {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
}

/// The body of the next request; `None` where it does not come whole.
fn request(reader: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut length = 0;
    let mut chunked = false;
    let mut first = true;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() && !first {
            break;
        }
        first = false;
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
            _ => {}
        }
    }
    let mut body = Vec::new();
    if chunked {
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let size = usize::from_str_radix(line.trim(), 16).ok()?;
            let start = body.len();
            body.resize(start + size, 0);
            reader.read_exact(&mut body[start..]).ok()?;
            reader.read_line(&mut line).ok()?;
            if size == 0 {
                break;
            }
        }
    } else {
        body.resize(length, 0);
        reader.read_exact(&mut body).ok()?;
    }
    String::from_utf8(body).ok()
}

/// Whether the connection may go on.
fn send(mut stream: &TcpStream, answer: Answer) -> bool {
    match answer {
        Answer::Whole { status, headers, body } => {
            let mut head = format!("HTTP/1.1 {status} Any\r\nContent-Length: {}\r\n", body.len());
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            stream.write_all(head.as_bytes()).is_ok() && stream.write_all(body.as_bytes()).is_ok()
        }
        Answer::Part { body } => {
            let length = body.len() + 100;
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n");
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body.as_bytes());
            false
        }
        Answer::Nothing => false,
        Answer::Silence(long) => {
            // Until the caller has enough of it, or it is over.
            let _ = stream.set_read_timeout(Some(long));
            let _ = stream.read(&mut [0]);
            false
        }
        Answer::Bytes(bytes) => {
            let _ = stream.write_all(bytes);
            false
        }
    }
}
