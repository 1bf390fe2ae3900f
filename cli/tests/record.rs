//! `--record` and `--log` against a sandbox: what is kept of exchanges, and what is not.
#![cfg(own_contract)]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ongoing_wms::dynamic::{find, request_from_json};
use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use ongoing_wms::transport::Replay;
use ongoing_wms::{Client, RetryPolicy};
use serde_json::json;

mod shop;
mod support;

use shop::Shop;
use support::{Server, xml_answer};

const PASSWORD: &str = "open-sesame";

/// Names and texts of the files of a folder, in order.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn names(files: &[(String, String)]) -> Vec<&str> {
    files.iter().map(|(name, _)| name.as_str()).collect()
}

#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &Path) -> bool {
    true
}

#[test]
fn a_recorded_call_gives_the_same_answer_again() {
    let shop = Shop::with_stock(&[("MUG", 7)]);
    fs::write(shop.file("in.json"), "{}").unwrap();
    let answer = shop.json(&["call", "GetInventoryByQuery", "--input", "in.json", "--record", "kept/here"]);
    let folder = shop.file("kept/here");
    let kept = files(&folder);
    assert_eq!(
        names(&kept),
        [
            "000001-GetInventoryByQuery.request.xml",
            "000001-GetInventoryByQuery.response.xml",
            "000001-GetInventoryByQuery.status"
        ]
    );
    assert!(kept[0].1.contains("<Password>***</Password>"), "{}", kept[0].1);
    assert_eq!(kept[2].1, "200\n");
    for (name, text) in &kept {
        assert!(!text.contains(PASSWORD), "{name}");
        assert!(is_private(&folder.join(name)), "{name}");
    }
    let replay = Arc::new(Replay::from_dir(&folder).unwrap());
    let client = Client::builder("https://replay.invalid/service.asmx")
        .credentials(shop.sandbox.credentials())
        .transport(replay.clone())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let operation = find("GetInventoryByQuery").unwrap();
    let again = request_from_json(operation, &json!({})).unwrap().call(&client).unwrap().to_json();
    assert_eq!(again, answer);
    assert!(again.to_string().contains("MUG"), "{again}");
    assert_eq!(replay.left(), 0);
}

#[test]
fn a_second_run_goes_on_behind_the_first_and_appends_to_the_log() {
    let shop = Shop::open();
    let arguments = ["call", "GetOrderStatuses", "--record", "kept", "--log", "log.txt"];
    shop.done(&arguments);
    let first = shop.read("log.txt");
    assert!(is_private(&shop.file("log.txt")));
    let answer = shop.done(&arguments).0;
    let numbers: Vec<String> = files(&shop.file("kept"))
        .into_iter()
        .filter_map(|(name, _)| Some(name.strip_suffix("-GetOrderStatuses.response.xml")?.to_owned()))
        .collect();
    assert_eq!(numbers, ["000001", "000002"]);
    let log = shop.read("log.txt");
    let added = log.strip_prefix(first.as_str()).unwrap();
    let lines: Vec<Vec<&str>> = added.lines().map(|line| line.split(' ').collect()).collect();
    let [request, answered] = lines.as_slice() else { panic!("{added}") };
    for line in [request, answered] {
        let time = line[0].strip_suffix('Z').unwrap();
        assert!(time.parse::<chrono::NaiveDateTime>().is_ok() && time.len() == 23, "{time}");
        assert_eq!((line[1], line[2], line[4]), (request[1], "GetOrderStatuses", "attempt=1"));
    }
    let sent = files(&shop.file("kept")).remove(3).1.len() - "***".len() + PASSWORD.len();
    assert_eq!(&request[3..], ["request", "attempt=1", &format!("bytes={sent}")]);
    assert_eq!((answered[3], answered[5]), ("answer", "status=200"));
    assert!(answered[6].starts_with("bytes=") && answered[7].starts_with("ms="), "{answered:?}");
    assert!(!log.contains(PASSWORD) && !log.contains('<'), "{log}");
    assert!(!answer.is_empty());
}

#[test]
fn each_attempt_is_kept_with_what_came_of_it() {
    let shop = Shop::open();
    shop.sandbox.disturb(Disturbance::on("GetOrderStatuses", DisturbanceKind::CutBefore));
    let busy = DisturbanceKind::Status { code: 503, retry_after: Some(0) };
    shop.sandbox.disturb(Disturbance::on("GetOrderStatuses", busy));
    shop.done(&["call", "GetOrderStatuses", "--record", "kept", "--log", "log.txt"]);
    let kept = files(&shop.file("kept"));
    assert_eq!(
        names(&kept),
        [
            "000001-GetOrderStatuses.note.txt",
            "000001-GetOrderStatuses.request.xml",
            "000002-GetOrderStatuses.request.xml",
            "000002-GetOrderStatuses.response.xml",
            "000002-GetOrderStatuses.status",
            "000003-GetOrderStatuses.request.xml",
            "000003-GetOrderStatuses.response.xml",
            "000003-GetOrderStatuses.status",
        ]
    );
    assert_eq!((kept[4].1.as_str(), kept[7].1.as_str()), ("503\n", "200\n"));
    let log = shop.read("log.txt");
    let lines: Vec<&str> = log.lines().collect();
    assert!(lines[1].contains(" failure attempt=1 ") && lines[1].contains(" text=\""), "{log}");
    assert!(lines[3].contains(" answer attempt=2 status=503 "), "{log}");
    assert!(lines[5].contains(" answer attempt=3 status=200 "), "{log}");
    assert_eq!(lines.len(), 6, "{log}");
}

#[test]
fn what_is_read_row_by_row_leaves_a_note() {
    let shop = Shop::with_stock(&[("MUG", 7)]);
    shop.done(&["pull", "inventory", "--out", "rows", "--record", "kept", "--log", "log.txt"]);
    let kept = files(&shop.file("kept"));
    assert!(kept.iter().all(|(name, _)| !name.ends_with(".response.xml")), "{:?}", names(&kept));
    assert!(kept[0].0.ends_with(".note.txt") && kept[0].1.contains("row by row"), "{kept:?}");
    assert!(shop.read("log.txt").contains(" status=200 bytes=streamed ms="));
}

#[test]
fn a_password_that_the_service_repeats_is_not_kept() {
    let shop = Shop::open();
    let fault = format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault>\
         <faultcode>soap:Server</faultcode><faultstring>no {PASSWORD}</faultstring></soap:Fault>\
         </soap:Body></soap:Envelope>"
    );
    // A name is not a value: it is kept, because a recording without it could not be replayed.
    let element = format!("<{PASSWORD}/>");
    let unknown = format!("<GetOrderStatusesResult>{element}<x>{PASSWORD}</x></GetOrderStatusesResult>");
    let result = format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
         <GetOrderStatusesResponse xmlns=\"http://ongoingsystems.se/WSI\">{unknown}</GetOrderStatusesResponse>\
         </soap:Body></soap:Envelope>"
    );
    let spread: String = PASSWORD.chars().flat_map(|letter| [letter, '\0']).collect();
    let server =
        Server::start([fault, result, spread.clone()].iter().map(|body| xml_answer(200, body)).collect());
    for _ in 0..3 {
        let url = ["--url", server.url(), "--record", "kept", "--log", "log.txt"];
        shop.ongoing(&[&["call", "GetOrderStatuses"], &url[..]].concat());
    }
    let kept = files(&shop.file("kept"));
    assert_eq!(kept.iter().filter(|(name, _)| name.ends_with(".response.xml")).count(), 2);
    assert!(kept.iter().any(|(_, text)| text.contains("no ***")));
    let log = ("log.txt".to_owned(), shop.read("log.txt"));
    assert!(log.1.contains(" notice text="), "{}", log.1);
    for (name, text) in kept.iter().chain([&log]) {
        let text = text.replace(&element, "").replace(&format!("Result.{PASSWORD}"), "");
        assert!(!text.contains(PASSWORD) && !text.contains(&spread), "{name}: {text}");
    }
}

#[test]
fn a_password_that_is_a_common_word_gives_itself_away_nowhere() {
    let answer = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
                  <GetOrderStatusesResponse xmlns=\"http://ongoingsystems.se/WSI\"><GetOrderStatusesResult><OrderStatus>\
                  <OrderStatusNumber>200</OrderStatusNumber><OrderStatusText>Opened</OrderStatusText></OrderStatus>\
                  </GetOrderStatusesResult></GetOrderStatusesResponse></soap:Body></soap:Envelope>";
    for password in ["Order", "p", "e", "GetOrderStatuses", "OrderStatusText"] {
        let shop = Shop::open();
        let server = Server::start(vec![xml_answer(200, answer)]);
        let mut command =
            shop.command(&["call", "GetOrderStatuses", "-v", "--record", "kept", "--url", server.url()]);
        let output = command.env("ONGOING_PASSWORD", password).output().unwrap();
        let (out, errors) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(output.status.success(), "{errors}");
        for name in [
            "<GetOrderStatuses xmlns=",
            "<Password>***</Password>",
            "<OrderStatusText>Opened</OrderStatusText>",
        ] {
            assert!(errors.contains(name), "{password}: {errors}");
        }
        assert_eq!(errors.matches("***").count(), 1, "{password}: {errors}");
        let replay = Arc::new(Replay::from_dir(shop.file("kept")).unwrap());
        let client = Client::builder("https://replay.invalid/service.asmx")
            .credentials(shop.sandbox.credentials())
            .transport(replay)
            .build()
            .unwrap();
        let again =
            request_from_json(find("GetOrderStatuses").unwrap(), &json!({})).unwrap().call(&client).unwrap();
        assert_eq!(again.to_json(), serde_json::from_str::<serde_json::Value>(&out).unwrap());
    }
}

#[test]
fn what_cannot_be_kept_is_said_before_anything_is_sent() {
    let shop = Shop::open();
    fs::write(shop.file("file"), "").unwrap();
    for (option, place) in [("--record", "file"), ("--record", "file/below"), ("--log", "absent/log.txt")] {
        let (code, out, errors) = shop.ongoing(&["call", "GetOrderStatuses", option, place]);
        assert_eq!((code, out.as_str()), (78, ""), "{errors}");
        assert!(errors.contains(&format!("error: {option} {place}: not writable: ")), "{errors}");
        assert!(errors.contains("nothing was sent"), "{errors}");
    }
    assert_eq!(shop.sandbox.log().len(), 0);
    shop.done(&["call", "GetOrderStatuses", "--dry-run", "--record", "kept", "--log", "log.txt"]);
    assert_eq!(shop.files(), ["file"]);
}

#[test]
fn a_folder_that_goes_away_is_one_warning() {
    let shop = Shop::open();
    let later = DisturbanceKind::Status { code: 503, retry_after: Some(1) };
    shop.sandbox.disturb(Disturbance::on("GetOrderStatuses", later).times(2));
    let mut command = shop.command(&["call", "GetOrderStatuses", "--record", "kept"]);
    let command = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    let begun = Instant::now();
    while !shop.file("kept/000001-GetOrderStatuses.response.xml").exists() {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing is kept");
        thread::sleep(Duration::from_millis(5));
    }
    fs::remove_dir_all(shop.file("kept")).unwrap();
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    assert_eq!(errors.matches("warning: --record kept: ").count(), 1, "{errors}");
}
