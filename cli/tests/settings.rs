//! Settings with what files and shells leave at their ends: line ends of Windows, byte-order marks.
#![cfg(own_contract)]

mod shop;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use shop::Shop;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/settings").join(name)
}

/// Exit code, standard output and standard error of a command.
fn run(mut command: Command, stdin: &[u8]) -> (i32, String, String) {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    // It may end without reading.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn line_ends_and_marks_at_the_ends_of_variables_are_left_out() {
    let shop = Shop::open();
    let crlf = |arguments: &[&str]| {
        let mut command = shop.command(arguments);
        command
            .env("ONGOING_URL", format!("{}\r\n", shop.sandbox.url()))
            .env("ONGOING_USERNAME", "demo\r")
            .env("ONGOING_PASSWORD", "\u{feff}open-sesame\r\n")
            .env("ONGOING_GOODS_OWNER_CODE", "DEMO\r")
            .env("ONGOING_GOODS_OWNER_ID", "1\r")
            .env("ONGOING_CONFIG", "\r");
        run(command, b"")
    };
    let (code, _, errors) = crlf(&["status"]);
    assert_eq!(code, 0, "{errors}");
    let (code, _, errors) = crlf(&["config", "check"]);
    assert_eq!(code, 0, "{errors}");
    assert!(errors.contains("note: ONGOING_PASSWORD: ignoring a line end or byte-order mark"), "{errors}");
    let (_, out, _) = crlf(&["config", "check", "--output", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&found["ok"], found["notes"].as_array().unwrap().len()), (&Value::Bool(true), 6));
    // Of flags and of the file too: a script may have read them from a file with line ends of Windows.
    let (code, _, errors) =
        run(shop.command(&["status", "--user", "demo\r", "--goods-owner", "DEMO\r"]), b"");
    assert_eq!(code, 0, "{errors}");
}

#[cfg(unix)]
#[test]
fn a_file_of_variables_with_line_ends_of_windows_is_read_by_a_shell() {
    let shop = Shop::open();
    let mut command = Command::new("sh");
    command.args(["-c", ". \"$0\"; \"$1\" status"]).arg(fixture("settings.env"));
    command
        .arg(env!("CARGO_BIN_EXE_ongoing"))
        .current_dir(shop.path())
        .env("ONGOING_URL", shop.sandbox.url());
    let (code, _, errors) = run(command, b"");
    assert_eq!(code, 0, "{errors}");
}

#[test]
fn a_password_file_may_begin_with_a_mark() {
    let shop = Shop::open();
    let file = shop.file("pw.txt");
    fs::copy(fixture("pw.txt"), &file).unwrap();
    fs::write(shop.file("ongoing.toml"), "password_file = \"pw.txt\"\n").unwrap();
    private(&file);
    let status = || {
        let mut command = shop.command(&["status"]);
        command.env("ONGOING_PASSWORD", "");
        run(command, b"")
    };
    let (code, _, errors) = status();
    assert_eq!(code, 0, "{errors}");
    let wide: Vec<u8> = "\u{feff}open-sesame\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(&file, wide).unwrap();
    let (code, _, errors) = status();
    assert_eq!(code, 78, "{errors}");
    assert!(errors.contains("pw.txt is UTF-16, expected UTF-8"), "{errors}");
}

#[test]
fn a_password_on_standard_input_may_begin_with_a_mark() {
    let shop = Shop::open();
    let status = |stdin: &[u8]| run(shop.command(&["status", "--password-stdin"]), stdin);
    assert_eq!(status(b"\xef\xbb\xbfopen-sesame\r\n").0, 0);
    // Who keeps the pipe open is not waited for.
    let mut command = shop.command(&["status", "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"open-sesame\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(stdin);
    let (code, _, errors) = status(b"\xff\xfeo\0p\0");
    assert_eq!(code, 78, "{errors}");
    assert!(errors.contains("the password from standard input is UTF-16"), "{errors}");
}

#[test]
fn control_characters_are_refused_before_a_login_is_tried() {
    let shop = Shop::open();
    for (name, value) in [
        ("ONGOING_USERNAME", "de\tmo"),
        ("ONGOING_PASSWORD", "open\rcanary"),
        ("ONGOING_GOODS_OWNER_CODE", "DE\nMO"),
    ] {
        for arguments in [&["status"][..], &["config", "check"]] {
            let mut command = shop.command(arguments);
            command.env(name, value);
            let (code, out, errors) = run(command, b"");
            assert_eq!(code, 78, "{name} {arguments:?} {out} {errors}");
            assert!(errors.contains(&format!("{name} contains a control character")), "{errors}");
            assert!(!errors.contains("canary"), "{errors}");
        }
    }
    assert!(shop.sandbox.log().is_empty(), "nothing was sent");
}

#[cfg(unix)]
fn private(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_file: &Path) {}

#[test]
fn a_log_format_that_does_not_exist_is_refused_wherever_it_stands() {
    let shop = Shop::open();
    let mut command = shop.command(&["status"]);
    command.env("ONGOING_LOG_FORMAT", "xml");
    let (code, out, errors) = run(command, b"");
    assert_eq!((code, out.as_str()), (78, ""), "{errors}");
    assert!(errors.contains("error: ONGOING_LOG_FORMAT: `xml` is not none, plain or json"), "{errors}");
    let mut command = shop.command(&["status", "--log-format", "none"]);
    command.env("ONGOING_LOG_FORMAT", "xml");
    assert_eq!(run(command, b"").0, 0);
}
