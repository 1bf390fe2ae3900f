//! Inputs that can be read once, and XML with members that the contract does not have, as a user meets them.
#![cfg(own_contract)]

mod shop;

use std::fs;
use std::io::Write as _;
use std::process::{Output, Stdio};

use shop::Shop;

const MAP: &str =
    "delimiter = \";\"\ndecimal_comma = true\n[columns]\nArticleNumber = \"No\"\nWeight = \"Kg\"\n";
const ROWS: &str = "No;Kg\r\nS1;0,35\r\nS2;0,4\r\n";

fn shop() -> Shop {
    let shop = Shop::open();
    fs::write(shop.file("map.toml"), MAP).unwrap();
    shop
}

/// Exit code and standard error of a push that gets a text on standard input.
fn push(shop: &Shop, arguments: &[&str], text: &str) -> (i32, String) {
    let mut child = shop
        .command(&[&["push", "articles"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end without reading.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

fn articles(shop: &Shop) -> usize {
    shop.sandbox.rows("articles").unwrap().len()
}

#[test]
fn standard_input_is_pushed() {
    let shop = shop();
    let arguments = ["-", "--format", "csv", "--map", "map.toml"];
    let (code, errors) = push(&shop, &[&arguments[..], &["--check"]].concat(), ROWS);
    assert_eq!((code, articles(&shop)), (0, 0), "{errors}");
    assert_eq!(shop.files(), ["map.toml"], "a check leaves nothing");
    let (code, errors) = push(&shop, &arguments, ROWS);
    assert_eq!((code, articles(&shop)), (0, 2), "{errors}");
    assert!(shop.files().contains(&"articles.journal".to_owned()), "{:?}", shop.files());
    // What is there already is not sent again.
    let (code, errors) = push(&shop, &arguments, ROWS);
    assert_eq!((code, shop.calls("ProcessArticle")), (0, 2), "{errors}");
    let (code, errors) = push(&shop, &arguments, "No;Kg\nS3;x\n");
    assert_eq!(code, 65, "{errors}");
    assert!(errors.contains("standard input:2: column \"Kg\" (Weight)"), "{errors}");
    let (code, errors) = push(&shop, &["-"], "{}");
    assert_eq!(code, 65, "{errors}");
    assert!(errors.contains("--format"), "{errors}");
    let (code, errors) = push(&shop, &["-", "--format", "jsonl", "--password-stdin"], "secret");
    assert_eq!(code, 2, "{errors}");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::Command;
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn fifo(shop: &Shop, name: &str) {
        assert!(Command::new("mkfifo").arg(shop.file(name)).status().unwrap().success());
    }

    #[test]
    fn pipes_and_devices_are_read_once() {
        let shop = shop();
        let json = "{\"ArticleNumber\":\"S1\",\"ArticleName\":\"x\"}\n";
        let (code, errors) = push(&shop, &["/dev/stdin", "--format", "jsonl", "--journal", "k"], json);
        assert_eq!((code, articles(&shop)), (0, 1), "{errors}");
        assert!(!std::path::Path::new("/dev/stdin.journal").exists());
        let script =
            "exec 3<&0; \"$0\" push articles /dev/fd/3 --format csv --map map.toml --journal k < /dev/null";
        let mut child = Command::new("sh");
        child.args(["-c", script]).arg(env!("CARGO_BIN_EXE_ongoing"));
        let command = shop.command(&[]);
        let variables: Vec<_> =
            command.get_envs().filter_map(|(k, v)| Some((k.to_owned(), v?.to_owned()))).collect();
        let mut child = child
            .current_dir(shop.path())
            .envs(variables)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(ROWS.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(articles(&shop), 2);
        fifo(&shop, "f.csv");
        let path = shop.file("f.csv");
        let writer = thread::spawn(move || fs::write(path, "No;Kg\r\nS9;1\r\n").unwrap());
        let (code, errors) = push(&shop, &["f.csv", "--map", "map.toml", "--journal", "k"], "");
        writer.join().unwrap();
        assert_eq!((code, articles(&shop)), (0, 3), "{errors}");
    }

    #[test]
    fn a_signal_ends_the_wait_for_a_pipe() {
        let shop = shop();
        fifo(&shop, "f.csv");
        for check in [&["--check"][..], &[]] {
            let arguments = [&["push", "articles", "f.csv", "--map", "map.toml"], check].concat();
            let mut child = shop.command(&arguments).stderr(Stdio::null()).spawn().unwrap();
            thread::sleep(Duration::from_millis(300));
            assert_eq!(child.try_wait().unwrap(), None, "it waits");
            assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
            assert_eq!(child.wait().unwrap().signal(), Some(15));
        }
        assert_eq!(shop.files(), ["f.csv", "map.toml"]);
    }
}

#[test]
fn a_misspelled_member_of_a_call_in_xml_is_refused() {
    let shop = shop();
    let golden =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/exchanges/ProcessArticle__minimal/request.xml");
    let request = fs::read_to_string(golden).unwrap();
    let call = |members: &str| {
        let (before, after) = request.rsplit_once("</art>").unwrap();
        fs::write(shop.file("a.xml"), format!("{before}{members}</art>{after}")).unwrap();
        let (code, _, errors) =
            shop.ongoing(&["call", "ProcessArticle", "--input", "a.xml", "--format", "xml"]);
        (code, errors)
    };
    let (code, errors) = call("<Articlename>Mug</Articlename><Wieght>1</Wieght>");
    assert_eq!((code, shop.calls("ProcessArticle")), (65, 0), "{errors}");
    assert!(errors.contains("a.xml: Articlename: ArticleDefinition has no member `Articlename`"), "{errors}");
    assert!(
        errors.contains("did you mean `ArticleName`") && errors.contains("did you mean `Weight`"),
        "{errors}"
    );
    let (_, errors) = call("<Zodiac>Leo</Zodiac>");
    assert_eq!(shop.calls("ProcessArticle"), 1, "{errors}");
    assert!(errors.contains("warning: a.xml: Zodiac: ArticleDefinition has no member `Zodiac`"), "{errors}");
}
