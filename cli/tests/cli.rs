//! The command as its user meets it: `fixtures/commands/*.trycmd` hold command lines with what they print.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes the files anew; read the difference before you keep it.
// The operations are those of our own contract.
#![cfg(own_contract)]

mod support;

use std::fs;

use support::{PASSWORD, Server, ongoing, ongoing_with_stdin, xml_answer};

#[test]
fn commands_print_what_the_files_say() {
    let cases = trycmd::TestCases::new();
    // An empty variable counts as not set.
    for name in ["URL", "USERNAME", "PASSWORD", "GOODS_OWNER_CODE", "GOODS_OWNER_ID", "CONFIG"] {
        cases.env(format!("ONGOING_{name}"), "");
    }
    cases.env("RUST_LOG", "").env("NO_COLOR", "1").case("fixtures/commands/*.trycmd").run();
}

#[test]
fn the_password_is_shown_nowhere() {
    let body = format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault>\
         <faultcode>soap:Server</faultcode><faultstring>Login failed for {PASSWORD}</faultstring></soap:Fault>\
         </soap:Body></soap:Envelope>"
    );
    let folder = folder("canary");
    let article = folder.join("article.json");
    let text = r#"{"ArticleOperation": "CreateOrUpdate", "ArticleIdentification": "ArticleNumber",
                   "ArticleNumber": "A-1"}"#;
    fs::write(&article, text).expect("the input can be written");
    let article = article.to_str().expect("the path is text");
    let hidden = |args: &[&str], shown: support::Shown| {
        assert!(!shown.all().contains("canary"), "{args:?}:\n{}", shown.all());
        shown.code
    };
    for verbosity in [&[][..], &["-v"], &["-vv"]] {
        for (status, body) in [(500, body.as_str()), (401, PASSWORD), (200, "<html>no</html>"), (200, "<cut")]
        {
            let server = Server::start(vec![xml_answer(status, body)]);
            let mut args = vec!["call", "ProcessArticle", "--input", article, "--url", server.url()];
            args.extend_from_slice(verbosity);
            assert_ne!(hidden(&args, ongoing(&args, &[("RUST_LOG", "trace")])), 0);
            args.push("--password-stdin");
            let shown = ongoing_with_stdin(&args, &[("ONGOING_PASSWORD", "")], PASSWORD);
            assert_ne!(hidden(&args, shown), 0);
            args.push("--dry-run");
            assert_eq!(hidden(&args, ongoing(&args, &[])), 0);
        }
    }
    fs::remove_dir_all(folder).expect("the folder can be removed");
}

#[test]
fn the_demo_shows_no_password_either() {
    let shown = ongoing(&["demo", "-vv"], &[("RUST_LOG", "trace")]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(shown.stderr.contains("--> ProcessOrder") && shown.stderr.contains("<Password>***</Password>"));
    assert!(!shown.all().contains("night-shift"));
}

#[cfg(unix)]
#[test]
fn a_password_file_must_be_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder("password-file");
    let (file, settings) = (folder.join("password.txt"), folder.join("ongoing.toml"));
    fs::write(&file, format!("{PASSWORD}\n")).expect("the file can be written");
    fs::write(&settings, "password_file = \"password.txt\"\n").expect("the file can be written");
    let config = settings.to_str().expect("the path is text");
    let args = ["call", "GetOrderStatuses", "--config", config, "--url", "http://127.0.0.1:1/x"];
    for (mode, code, text) in [(0o640, 78, "chmod 600"), (0o600, 69, "no connection")] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("the mode can be set");
        let shown = ongoing(&args, &[("ONGOING_PASSWORD", "")]);
        assert_eq!(shown.code, code, "{}", shown.stderr);
        assert!(shown.stderr.contains(text) && !shown.all().contains("canary"), "{}", shown.stderr);
    }
    fs::remove_dir_all(folder).expect("the folder can be removed");
}

#[test]
fn nobody_left_to_read_is_no_error() {
    let mut child = support::command(&["wsdl", "code"], &[])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("the command ends");
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

/// `ongoing demo -v 2>&1 | head`: both ends of the pipe go.
#[test]
fn nobody_left_to_read_messages_is_no_bug() {
    for args in [&["demo", "-vv"][..], &["call", "ProcesOrder"]] {
        let mut child = support::command(args, &[])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the command starts");
        drop(child.stderr.take());
        let code = child.wait().expect("the command ends").code();
        assert_eq!(code, Some(if args[0] == "demo" { 0 } else { 2 }));
    }
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("ongoing-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}
