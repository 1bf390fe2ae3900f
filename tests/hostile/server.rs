//! A server on loopback that behaves as it is told, byte by byte.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// One connection, and the operation whose answer is asked for.
pub struct Connection {
    pub stream: TcpStream,
    pub operation: &'static str,
}

/// A behaviour of a server, given a connection that it has just accepted. It ends when the client goes away.
pub type Serve = fn(&mut Connection) -> std::io::Result<()>;

/// Serves each connection on a thread of its own, until the test ends. Gives the host and port.
pub fn start(operation: &'static str, serve: Serve) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                // A client that stops reading must not keep the thread.
                let limit = Some(Duration::from_secs(60));
                let set = stream.set_write_timeout(limit).and(stream.set_read_timeout(limit));
                // The client may close the connection at any time.
                let _ = set.and_then(|()| serve(&mut Connection { stream, operation }));
            });
        }
    });
    host
}

impl Connection {
    /// Reads the request.
    pub fn request(&mut self) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        self.stream.read_exact(&mut vec![0; length.unwrap_or(0)])
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Sends the same bytes until the client has enough.
    pub fn send_for_ever(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        let bytes = bytes.as_ref();
        let many = bytes.repeat((64 << 10) / bytes.len().max(1) + 1);
        loop {
            self.send(&many)?;
        }
    }

    /// Reads the request and sends an answer of status 200 that ends with the connection.
    pub fn answer(&mut self, body: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.answer_as("text/xml; charset=utf-8", body)
    }

    /// Reads the request and sends an answer without any fault, after which the connection may be kept.
    #[allow(dead_code, reason = "not every test plays all behaviours")]
    pub fn answer_and_keep(&mut self) -> std::io::Result<()> {
        self.request()?;
        let body = self.good();
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\r\n", body.len());
        self.send(head + &body)
    }

    pub fn answer_as(&mut self, content_type: &str, body: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.begin(content_type)?;
        self.send(body)
    }

    /// Reads the request and sends the head of an answer that ends with the connection.
    pub fn begin(&mut self, content_type: &str) -> std::io::Result<()> {
        self.request()?;
        self.send(format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\nconnection: close\r\n\r\n"))
    }

    /// The envelope of an answer with this inside its result.
    pub fn envelope(&self, inside: &str) -> String {
        format!("{}{inside}{}", self.head(), self.tail())
    }

    /// An answer with a text in it, in a member that is read.
    pub fn text(&self, text: &str) -> String {
        match self.operation {
            "GetOrderStatuses" => self.envelope(&format!(
                "<OrderStatuses><OrderStatus><OrderStatusId>1</OrderStatusId><OrderStatusName>{text}\
                 </OrderStatusName></OrderStatus></OrderStatuses>"
            )),
            _ => self.envelope(&format!("<Success>true</Success><ErrorMessage>{text}</ErrorMessage>")),
        }
    }

    /// An answer without any fault.
    pub fn good(&self) -> String {
        self.envelope("<Success>true</Success><ErrorMessage/>")
    }

    /// What stands before the members of the result.
    pub fn head(&self) -> String {
        format!(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><{0}Response \
             xmlns=\"http://ongoingsystems.se/WSI\"><{0}Result>",
            self.operation
        )
    }

    pub fn tail(&self) -> String {
        format!("</{0}Result></{0}Response></soap:Body></soap:Envelope>", self.operation)
    }

    /// Waits until the client has closed the connection.
    pub fn wait(&mut self) -> std::io::Result<()> {
        while self.stream.read(&mut [0; 4096])? > 0 {}
        Ok(())
    }
}
