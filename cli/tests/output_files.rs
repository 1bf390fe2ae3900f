//! Output files of all commands that write some: links and devices stay, and a path that cannot be written has one
//! exit code, before anything is requested.
#![cfg(own_contract)]

mod shop;

use std::fs;
use std::io::Write as _;

use shop::Shop;

/// The commands that write a file to a path, each with the flag that replaces one.
fn commands(shop: &Shop) -> Vec<(Vec<String>, Option<&'static str>)> {
    fs::write(shop.file("label.txt"), "label").unwrap();
    let kept = shop.json(&["files", "put", "label.txt", "--article", "A"]);
    fs::remove_file(shop.file("label.txt")).unwrap();
    let command = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<String>>();
    vec![
        (command(&format!("files get {}", kept["FileId"])), Some("--force")),
        (command("wsdl fetch"), Some("--force")),
        (command("pull inventory"), None),
        (command("report in-orders"), None),
    ]
}

/// Runs a command with `--out`; returns its exit code, its errors, and the number of requests that it made.
fn run(shop: &Shop, command: &[String], more: &[&str]) -> (i32, String, usize) {
    let before = shop.sandbox.log().len();
    let arguments: Vec<&str> = command.iter().map(String::as_str).chain(more.iter().copied()).collect();
    let (code, _, errors) = shop.ongoing(&arguments);
    (code, errors, shop.sandbox.log().len() - before)
}

#[test]
fn a_path_that_cannot_be_written_is_refused_before_anything_is_requested() {
    let shop = Shop::with_stock(&[("A", 3)]);
    for (command, force) in commands(&shop) {
        let (code, errors, requests) = run(&shop, &command, &["--out", "no-folder/x"]);
        assert_eq!((code, requests), (74, 0), "{command:?}: {errors}");
        assert!(errors.contains("error: no-folder/x cannot be written: "), "{command:?}: {errors}");
        assert!(errors.contains("hint: nothing was requested"), "{command:?}: {errors}");
        fs::write(shop.file("x"), "old").unwrap();
        if force.is_some() {
            let (code, errors, requests) = run(&shop, &command, &["--out", "x"]);
            assert_eq!((code, requests), (74, 0), "{command:?}: {errors}");
            assert!(errors.contains("error: x already exists"), "{command:?}: {errors}");
            assert!(errors.contains("hint: nothing was requested"), "{command:?}: {errors}");
            assert_eq!(shop.read("x"), "old");
        }
        let (code, errors, _) = run(&shop, &command, &[&["--out", "x"][..], force.as_slice()].concat());
        assert_eq!(code, 0, "{command:?}: {errors}");
        assert_ne!(shop.read("x"), "old", "{command:?}");
        fs::remove_file(shop.file("x")).unwrap();
        assert_eq!(shop.files(), [""; 0], "{command:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_named_pipes_stay() {
    use std::os::unix::fs::FileTypeExt as _;
    let shop = Shop::with_stock(&[("A", 3)]);
    for (command, force) in commands(&shop) {
        let out = |name| [&["--out", name][..], force.as_slice()].concat();
        fs::create_dir(shop.file("data")).unwrap();
        std::os::unix::fs::symlink("data/x", shop.file("link")).unwrap();
        // The first time its target does not exist, the second time it does.
        for _ in 0..2 {
            let (code, errors, _) = run(&shop, &command, &out("link"));
            assert_eq!(code, 0, "{command:?}: {errors}");
            assert!(fs::symlink_metadata(shop.file("link")).unwrap().is_symlink(), "{command:?}");
            assert!(shop.file("data/x").is_file(), "{command:?}");
        }
        let expected = shop.read("data/x");
        let pipe = shop.file("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        let (code, errors, _) = run(&shop, &command, &out("pipe"));
        assert_eq!(code, 0, "{command:?}: {errors}");
        assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo(), "{command:?}");
        assert_eq!(reader.join().unwrap(), expected, "{command:?}");
        fs::remove_file(pipe).unwrap();
        fs::remove_file(shop.file("link")).unwrap();
        fs::remove_dir_all(shop.file("data")).unwrap();
    }
}

/// Each run has a file of its own: a second one within the same time is refused before it asks for anything.
#[test]
fn a_file_that_is_named_by_the_time_is_not_replaced() {
    let shop = Shop::with_stock(&[("A", 3)]);
    let pull = ["pull", "in-orders", "--since", "last-sync", "--overlap", "0s", "--out", "rows-%Y.jsonl"];
    for command in [&pull[..], &["report", "in-orders", "--out", "report-%Y.csv"]] {
        let command: Vec<String> = command.iter().map(ToString::to_string).collect();
        let (code, errors, _) = run(&shop, &command, &[]);
        assert_eq!(code, 0, "{errors}");
        let names = shop.files();
        let begin = if command[0] == "pull" { "rows-" } else { "report-" };
        let is_output = |name: &&String| name.starts_with(begin) && !name.ends_with(".memory");
        let name = names.iter().find(is_output).unwrap();
        let old = shop.read(name);
        let (code, errors, requests) = run(&shop, &command, &[]);
        assert_eq!((code, requests), (74, 0), "{errors}");
        assert!(errors.contains("a file that is named by the time is not replaced"), "{errors}");
        assert_eq!((shop.read(name), shop.files()), (old, names.clone()));
    }
    shop.done(&[&pull[..], &["--append"]].concat());
    // `%%` is a percent sign, not a time.
    let fixed = ["pull", "inventory", "--out", "100%%.jsonl"];
    shop.done(&fixed);
    shop.done(&fixed);
}

#[test]
fn one_run_at_a_time_appends() {
    let shop = Shop::with_stock(&[("A", 3), ("B", 4)]);
    let pull: Vec<String> = ["pull", "inventory", "--append", "--out", "rows"].map(str::to_owned).into();
    let mut other = ongoing_wms::batch::pull::Output::append(&shop.file("rows")).unwrap();
    other.write_all(b"{}\n").unwrap();
    let (code, errors, requests) = run(&shop, &pull, &[]);
    assert_eq!((code, requests), (74, 0), "{errors}");
    assert!(errors.contains("another run appends to"), "{errors}");
    other.finish().unwrap();
    assert_eq!(run(&shop, &pull, &[]).0, 0);
    assert_eq!(shop.lines("rows").len(), 3);
    assert_eq!(shop.files(), ["rows"]);

    // Several at once: those that say so have added their rows, the others have added nothing.
    let runs: Vec<_> = (0..4)
        .map(|_| shop.command(&["pull", "inventory", "--append", "--out", "all"]))
        .map(|mut command| command.stderr(std::process::Stdio::null()).spawn().unwrap())
        .collect();
    let codes: Vec<i32> = runs.into_iter().map(|mut run| run.wait().unwrap().code().unwrap()).collect();
    assert!(codes.contains(&0) && codes.iter().all(|code| [0, 74].contains(code)), "{codes:?}");
    assert_eq!(shop.lines("all").len(), 2 * codes.iter().filter(|code| **code == 0).count(), "{codes:?}");
    assert_eq!(shop.files(), ["all", "rows"]);
}
