//! The examples of a night's work, run as they stand.
#![cfg(all(unix, own_contract))]

mod shop;

use std::fs;
use std::path::Path;
use std::process::Command;

use shop::Shop;

/// The examples, beside settings for the sandbox.
fn night() -> Shop {
    let shop = Shop::open();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    for folder in ["night", "schedulers"] {
        for file in fs::read_dir(examples.join(folder)).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                fs::copy(file.path(), shop.path().join(file.file_name())).unwrap();
            }
        }
    }
    let settings = format!(
        "url = \"{}\"\nuser_name = \"demo\"\ngoods_owner_code = \"DEMO\"\ngoods_owner_id = 1\n",
        shop.sandbox.url()
    );
    fs::write(shop.file("ongoing.toml"), settings).unwrap();
    shop
}

fn run(shop: &Shop, program: &str, script: &str) -> (i32, String) {
    let folder = Path::new(env!("CARGO_BIN_EXE_ongoing")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let output = Command::new(program)
        .arg(script)
        .current_dir(shop.path())
        .env("PATH", path)
        .env("PAUSE", "0")
        .env("ONGOING_PASSWORD", "open-sesame")
        .output()
        .unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), text)
}

#[test]
fn the_shell_script_does_its_work_once() {
    let shop = night();
    let (code, text) = run(&shop, "sh", "night.sh");
    assert_eq!(code, 0, "{text}");
    shop.announce("IN", &[("A-1", 5), ("A-2", 5)]);
    shop.sandbox.receive("IN").unwrap();
    shop.sandbox.pick("1002").unwrap();
    // Its rows are in a file named by the second, which is never replaced.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let (code, text) = run(&shop, "sh", "night.sh");
    assert_eq!(code, 0, "{text}");
    assert_eq!((shop.calls("ProcessArticle"), shop.calls("ProcessOrder")), (2, 2));
    let picked = shop.read("picked.jsonl");
    assert!(picked.lines().count() == 2 && picked.contains("1002"), "{picked}");
    shop.done(&["report", "ack", "picked.jsonl"]);
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(run(&shop, "sh", "night.sh").0, 0);
    assert_eq!(shop.read("picked.jsonl"), "");
    let articles = shop.sandbox.rows("articles").unwrap();
    assert!(articles.iter().any(|article| article["ArticleName"] == "Blå mugg"), "{articles:?}");
}

#[test]
fn the_old_job_reads_code_and_figures() {
    let shop = night();
    if Command::new("perl").arg("-v").output().is_err() {
        eprintln!("there is no perl here: not run");
        return;
    }
    let (code, text) = run(&shop, "perl", "night.pl");
    assert_eq!(code, 4, "{text}");
    assert!(text.contains("ORDERS DONE 00000 CODE 001\nSEE orders.rejected.jsonl\n"), "{text}");
    shop.article("A-1");
    shop.article("A-2");
    fs::remove_file(shop.file("orders.journal")).unwrap();
    let (code, text) = run(&shop, "perl", "night.pl");
    assert!(code == 0 && text.contains("ORDERS DONE 00002 CODE 000"), "{text}");
}

#[test]
fn under_cron_it_is_quiet_where_all_is_well() {
    let shop = night();
    let (code, text) = run(&shop, "sh", "cron.sh");
    assert_eq!((code, text.as_str()), (0, ""));
    let log = shop.read("ongoing.log");
    assert!(log.contains("push begins, process") && log.contains("report ends with exit code 0"), "{log}");
    for line in log.lines() {
        let time = line.split(' ').next().unwrap_or_default();
        assert!(time.len() == 24 && time.ends_with('Z'), "{line}");
    }
    // What is wrong is in the mail, and only that run of it.
    fs::write(shop.file("orders.jsonl"), "no JSON\n").unwrap();
    // Files that are named by the time are not replaced.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let (code, text) = run(&shop, "sh", "cron.sh");
    assert!(code == 65 && text.contains("exit code 65") && text.contains("orders.jsonl:1"), "{code} {text}");
    assert_eq!(text.matches("push begins").count(), 2, "{text}");
}

#[test]
fn steps_end_where_one_is_not_good_enough() {
    let shop = night();
    let (code, text) = run(&shop, "sh", "step.sh");
    assert_eq!(code, 0, "{text}");
    for step in ["ARTICLES", "ORDERS", "CHANGED", "PICKED"] {
        assert!(text.contains(&format!("STEP {step} ENDED RC=0")), "{text}");
    }
    fs::remove_file(shop.file("articles.csv")).unwrap();
    let (code, text) = run(&shop, "sh", "step.sh");
    assert!(code == 65 && text.contains("STEP ARTICLES ENDED RC=65, JOB ENDS"), "{code} {text}");
    let mut rerun = Command::new("sh");
    let output = rerun.args(["step.sh", "NO-STEP"]).current_dir(shop.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
