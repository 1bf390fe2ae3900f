//! Connections that break in use: a long run goes on over fresh ones.
#![cfg(own_contract)]

mod shop;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::Value;
use shop::Shop;

/// Reads one message: a head, then as much as it announces.
fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes.clone()).ok()?.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"))?.trim().parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    bytes.extend(body);
    Some(bytes)
}

/// A way to the service that carries one request a connection, and closes at the second without a word, as some load
/// balancers do. Gives its address.
fn one_request_a_connection(service: &str) -> String {
    let (_, rest) = service.split_once("//").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let host = host.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/{path}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, host) = (stream.unwrap(), host.clone());
            thread::spawn(move || {
                let Some(request) = message(&mut stream) else { return };
                let mut service = TcpStream::connect(host).unwrap();
                service.write_all(&request).unwrap();
                let Some(answer) = message(&mut service) else { return };
                let _ = stream.write_all(&answer);
                let _ = message(&mut stream);
            });
        }
    });
    address
}

#[test]
fn a_server_that_closes_at_its_second_request_does_not_stop_a_push() {
    let shop = Shop::open();
    let url = one_request_a_connection(shop.sandbox.url());
    let articles: String =
        (1..=40).map(|number| format!("{{\"ArticleNumber\": \"A-{number}\"}}\n")).collect();
    std::fs::write(shop.file("articles.jsonl"), articles).unwrap();
    let push =
        ["push", "articles", "articles.jsonl", "--url", &url, "--resend-delay", "0", "--summary", "json"];
    let (code, out, errors) = shop.ongoing(&push);
    let figures: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &figures["done"]), (0, &40.into()), "{out}{errors}");
    // Each once: what broke off was looked up, and sent again over a fresh connection.
    assert_eq!(shop.calls("ProcessArticle"), 40);
    let articles = shop.sandbox.rows("articles").unwrap().len();
    assert_eq!(articles, 40);
}

#[test]
fn nor_a_pull() {
    let shop = Shop::with_stock(&[("A", 100)]);
    for number in 1..=7 {
        shop.order(&format!("O{number}"), &[("A", 1)]);
    }
    let url = one_request_a_connection(shop.sandbox.url());
    let pull = [
        "pull",
        "orders",
        "--page-size",
        "2",
        "--since",
        "last-sync",
        "--out",
        "orders.jsonl",
        "--url",
        &url,
    ];
    shop.done(&pull);
    assert_eq!(shop.lines("orders.jsonl").len(), 7);
    shop.done(&pull);
    assert_eq!(shop.lines("orders.jsonl").len(), 0);
}
