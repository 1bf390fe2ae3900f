//! For tests of the command: running it, and a server that answers with whatever it is given.
#![allow(dead_code, reason = "each test uses its part")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;

/// A password that must appear nowhere.
pub const PASSWORD: &str = "canary-4711";

/// What a run of the command gave.
pub struct Shown {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Shown {
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// The command with a login, and variables over it.
pub fn command(args: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ongoing"));
    command
        .args(args)
        .env("ONGOING_URL", "")
        .env("ONGOING_USERNAME", "integration")
        .env("ONGOING_PASSWORD", PASSWORD)
        .env("ONGOING_GOODS_OWNER_CODE", "Shop")
        .env("ONGOING_GOODS_OWNER_ID", "7")
        .env("ONGOING_CONFIG", "")
        .env("RUST_LOG", "")
        .stdin(Stdio::null());
    command.envs(variables.iter().copied());
    command
}

pub fn ongoing(args: &[&str], variables: &[(&str, &str)]) -> Shown {
    let output = command(args, variables).output().expect("the command starts");
    shown(output)
}

pub fn ongoing_with_stdin(args: &[&str], variables: &[(&str, &str)], stdin: &str) -> Shown {
    let mut child = command(args, variables)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // It may end without reading.
    let _ = child.stdin.take().expect("stdin is piped").write_all(stdin.as_bytes());
    shown(child.wait_with_output().expect("the command ends"))
}

fn shown(output: std::process::Output) -> Shown {
    Shown {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Answers to each request in turn, the last one for ever, until the test ends.
pub struct Server {
    url: String,
}

impl Server {
    pub fn start(answers: Vec<Vec<u8>>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("the listener has an address").port();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let Some(answer) = answers.get(number).or(answers.last()) else { return };
                let Ok(stream) = stream else { return };
                // A client that goes away early is the test's business.
                let _ = answer_one(stream, answer);
            }
        });
        Server { url: format!("http://127.0.0.1:{port}/test/service.asmx") }
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

fn answer_one(stream: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    reader.by_ref().take(length).read_to_end(&mut Vec::new())?;
    reader.get_mut().write_all(answer)
}

/// An HTTP answer with an XML body of its own length.
pub fn xml_answer(status: u16, body: &str) -> Vec<u8> {
    answer(status, "text/xml; charset=utf-8", body, body.len())
}

/// An HTTP answer that promises a body of `length`.
pub fn answer(status: u16, content_type: &str, body: &str, length: usize) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} Whatever\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
    .into_bytes()
}
