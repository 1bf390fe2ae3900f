//! Output files of all commands that write some: links and devices stay, and a path that cannot be written has one
//! exit code, before anything is requested.
#![cfg(own_contract)]

mod shop;

use std::fs;

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
