//! A hostile server against the command: each behaviour of `docs/hostile.md` has the exit code that stands there, and
//! nothing of what the server sends reaches the terminal as it is.
#![cfg(own_contract)]

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

#[path = "../../tests/hostile/behaviours.rs"]
mod behaviours;
#[path = "../../tests/hostile/server.rs"]
mod server;
mod support;

use behaviours::Behaviour;

const ARTICLE: &str = r#"{"ArticleOperation": "CreateOrUpdate", "ArticleIdentification": "ArticleNumber",
    "ArticleNumber": "A-1"}"#;

/// The exit codes of a read and of a write, from the page.
fn codes(behaviour: &Behaviour) -> [i32; 2] {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/hostile.md");
    let page = fs::read_to_string(page).unwrap();
    let row = page.lines().find(|line| line.starts_with(&format!("| {} |", behaviour.name)));
    let row = row.unwrap_or_else(|| panic!("docs/hostile.md has no `{}`", behaviour.name));
    let mut cells = row.rsplit('|').skip(1).map(|cell| cell.trim().parse().unwrap());
    let write = cells.next().unwrap();
    [cells.next().unwrap(), write]
}

#[test]
fn exit_codes_are_those_of_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let article = folder.path().join("article.json");
    fs::write(&article, ARTICLE).unwrap();
    let article = article.to_str().unwrap();
    // Up to the command's own limit of 512 MiB it takes too long here: the library's test has a smaller one. A command that
    // calls once keeps no connection.
    let is_short = |behaviour: &&Behaviour| {
        !behaviour.name.contains("without an end") && !behaviour.name.contains("bomb") && !behaviour.kept
    };
    let waiting = Mutex::new(behaviours::ALL.iter().filter(is_short));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap().next();
                    let Some(behaviour) = next else { return };
                    check(behaviour, article);
                }
            });
        }
    });
}

fn check(behaviour: &Behaviour, article: &str) {
    let scheme = if behaviour.tls { "https" } else { "http" };
    let [read, write] = codes(behaviour);
    let input = ["--input", article];
    for (operation, more, code) in
        [("GetOrderStatuses", &[][..], read), ("ProcessArticle", &input[..], write)]
    {
        let url = format!("{scheme}://{}/w/service.asmx", server::start(operation, behaviour.serve));
        let mut args = vec!["call", operation, "--url", &url, "--timeout", "1", "--call-timeout", "3", "-v"];
        args.extend(more);
        let shown = support::ongoing(&args, &[]);
        assert_eq!(shown.code, code, "{}, {operation}: {}", behaviour.name, shown.stderr);
        assert!(!shown.all().contains("canary"), "{}, {operation}: {}", behaviour.name, shown.all());
        let is_plain = |char: char| !char.is_control() || matches!(char, '\n' | '\t');
        assert!(shown.stderr.chars().all(is_plain), "{}, {operation}: {:?}", behaviour.name, shown.stderr);
        let forged = shown.stderr.lines().any(|line| line.starts_with("error: forged"));
        assert!(!forged, "{}: {}", behaviour.name, shown.stderr);
    }
}
