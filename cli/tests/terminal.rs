//! Texts of the service on the terminal: what would steer it, or forge lines of ours, is shown as escapes.
#![cfg(own_contract)]

mod support;

use support::{Server, ongoing, xml_answer};

/// Steers a terminal, and forges a line. XML cannot hold more of ASCII's control characters than this.
const TEXT: &str = "no\u{9b}2J\u{202e}\r\nerror: forged\r\n  outcome: done";

/// How it is shown. XML makes one line feed of each line end.
const SHOWN: &str = "no\\u009b2J\\u202e\\nerror: forged\\n  outcome: done";

fn envelope(body: &str) -> String {
    format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>{body}</soap:Body>\
         </soap:Envelope>"
    )
}

#[track_caller]
fn is_plain(text: &str) {
    assert!(text.contains(SHOWN), "{text:?}");
    assert!(text.chars().all(|char| !char.is_control() || char == '\n'), "{text:?}");
    assert!(
        !text.contains('\u{202e}') && !text.lines().any(|line| line.starts_with("error: forged")),
        "{text:?}"
    );
}

#[test]
fn a_fault_is_told_on_one_line() {
    let fault = format!(
        "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{TEXT}</faultstring></soap:Fault>"
    );
    let server = Server::start(vec![xml_answer(500, &envelope(&fault))]);
    let shown = ongoing(&["call", "GetOrderStatuses", "--url", server.url()], &[]);
    assert_eq!(shown.code, 1, "{}", shown.stderr);
    is_plain(&shown.stderr);
    // The program's own log too.
    let shown = ongoing(&["call", "GetOrderStatuses", "--url", server.url()], &[("RUST_LOG", "trace")]);
    is_plain(&shown.stderr);
}

#[test]
fn a_refusal_is_told_and_kept_on_one_line() {
    let refused = format!(
        "<ProcessArticleResponse xmlns=\"http://ongoingsystems.se/WSI\"><ProcessArticleResult><Success>false\
         </Success><ErrorMessage>{TEXT}</ErrorMessage></ProcessArticleResult></ProcessArticleResponse>"
    );
    let server = Server::start(vec![xml_answer(200, &envelope(&refused))]);
    let folder = tempfile::tempdir().unwrap();
    let (input, log) = (folder.path().join("articles.jsonl"), folder.path().join("log.txt"));
    std::fs::write(&input, "{\"ArticleNumber\": \"A-1\"}\n").unwrap();
    let (input, log) = (input.to_str().unwrap(), log.to_str().unwrap());
    let kept = format!("{input}.journal");
    let push = ["push", "articles", input, "--journal", &kept, "--url", server.url(), "--log", log];
    let shown = ongoing(&push, &[]);
    assert_eq!(shown.code, 1, "{}", shown.stderr);
    is_plain(&shown.stderr);
    assert!(std::fs::read_to_string(log).unwrap().chars().all(|char| !char.is_control() || char == '\n'));
    let journal = ongoing(&["journal", &kept], &[]);
    assert_eq!(journal.code, 0, "{}", journal.stderr);
    is_plain(&journal.stdout);
}

#[test]
fn the_text_of_a_status_is_told_on_one_line() {
    let status = format!(
        "<GetSystemStatusResponse xmlns=\"http://ongoingsystems.se/WSI\"><GetSystemStatusResult><SystemStatusText>\
         {TEXT}</SystemStatusText><IsSystemRunning>true</IsSystemRunning></GetSystemStatusResult>\
         </GetSystemStatusResponse>"
    );
    let server = Server::start(vec![xml_answer(200, &envelope(&status))]);
    is_plain(&ongoing(&["status", "--url", server.url()], &[]).stdout);
}
