//! A server that sends an answer piece by piece, and the answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use ongoing_wms::api::NAMESPACE;
use ongoing_wms::{Client, ClientBuilder, Credentials, RetryPolicy};

/// Serves each connection with `serve`, once its request was read; gives the address.
pub fn serve(serve: impl Fn(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/demo/service.asmx", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            read_request(&stream);
            serve(&mut stream);
        }
    });
    address
}

fn read_request(stream: &TcpStream) {
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    stream.read_exact(&mut vec![0; length]).unwrap();
}

/// The head of an answer that ends with the connection.
pub fn head(stream: &mut TcpStream) {
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nConnection: close\r\n\r\n")
        .unwrap();
}

/// Answers each request with this text.
pub fn answering(text: impl Into<Vec<u8>>) -> String {
    let text = text.into();
    serve(move |stream| {
        head(stream);
        // A reader that has seen enough closes the connection.
        let _ = stream.write_all(&text);
    })
}

/// Settings with a login.
pub fn settings(url: &str) -> ClientBuilder {
    Client::builder(url).credentials(Credentials::new("user", "password").goods_owner_code("DEMO"))
}

pub fn client(url: &str) -> Client {
    settings(url).retry(RetryPolicy::never()).build().unwrap()
}

/// What stands before the rows of GetOrderStatuses.
pub fn begin() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope \
         xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soap:Body>\
         <GetOrderStatusesResponse xmlns=\"{NAMESPACE}\"><GetOrderStatusesResult><OrderStatuses>"
    )
}

pub const END: &str =
    "</OrderStatuses></GetOrderStatusesResult></GetOrderStatusesResponse></soap:Body></soap:Envelope>";

pub fn row(number: usize) -> String {
    format!(
        "<OrderStatus><OrderStatusId>{number}</OrderStatusId><OrderStatusName>Plockad på {number}</OrderStatusName></OrderStatus>"
    )
}

pub fn answer(rows: usize) -> String {
    format!("{}{}{END}", begin(), (1..=rows).map(row).collect::<String>())
}
