//! `ongoing files` and `ongoing sync` against a sandbox, as separate processes.
#![cfg(own_contract)]

mod shop;

use std::io::Write as _;
use std::process::Stdio;

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use serde_json::Value;
use shop::Shop;

fn open() -> Shop {
    let shop = Shop::open();
    shop.article("MUG");
    shop
}

#[test]
fn a_file_goes_there_and_comes_back_and_is_not_doubled() {
    let shop = open();
    let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    std::fs::write(shop.path().join("mug.png"), &bytes).unwrap();
    let put = ["files", "put", "mug.png", "--article", "MUG"];
    let kept = shop.json(&put);
    assert_eq!((kept["FileName"].as_str(), kept["MimeType"].as_str()), (Some("mug.png"), Some("image/png")));

    let (code, out, errors) = shop.ongoing(&put);
    assert_eq!((code, serde_json::from_str::<Value>(&out).unwrap()), (0, kept.clone()));
    assert!(errors.contains("nothing was sent"), "{errors}");
    assert_eq!(shop.json(&["files", "list", "--article", "MUG"]).as_array().unwrap().len(), 1);

    std::fs::write(shop.path().join("mug.png"), b"another picture").unwrap();
    let (code, _, errors) = shop.ongoing(&put);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("a different file mug.png is already attached"), "{errors}");

    let id = kept["FileId"].to_string();
    let (code, _, errors) = shop.ongoing(&["files", "get", &id]);
    assert_eq!(code, 74, "nothing is replaced unasked: {errors}");
    shop.json(&["files", "get", &id, "--out", "copy.png"]);
    assert_eq!(std::fs::read(shop.path().join("copy.png")).unwrap(), bytes);
    assert_eq!(shop.files(), ["copy.png", "mug.png"]);
}

#[test]
fn a_file_whose_answer_is_lost_is_looked_for() {
    let shop = open();
    std::fs::write(shop.file("mug.txt"), "blue").unwrap();
    let put = ["files", "put", "mug.txt", "--article", "MUG"];
    let disturb = |kind| shop.sandbox.disturb(Disturbance::on("UploadArticleDefFile", kind));
    let listed = || shop.json(&["files", "list", "--article", "MUG"]).as_array().unwrap().len();
    disturb(DisturbanceKind::CutBefore);
    let (code, out, errors) = shop.ongoing(&put);
    assert_eq!((code, out.as_str(), listed()), (75, "", 0), "{errors}");
    assert!(
        errors.contains("does not list it") && errors.contains("run the command again later"),
        "{errors}"
    );
    disturb(DisturbanceKind::Status { code: 413, retry_after: None });
    let (code, _, errors) = shop.ongoing(&put);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("outcome: not done"), "{errors}");
    for kind in [DisturbanceKind::CutAfter, DisturbanceKind::Garbage] {
        disturb(kind);
        assert_eq!(shop.json(&put)["FileName"], "mug.txt");
    }
    assert_eq!((listed(), shop.json(&put)["FileName"].as_str()), (1, Some("mug.txt")));
}

#[test]
fn a_password_from_standard_input_lasts_for_all_calls() {
    let shop = open();
    std::fs::write(shop.file("mug.txt"), "blue").unwrap();
    let mut put = shop.command(&["files", "put", "mug.txt", "--article", "MUG", "--password-stdin"]);
    let mut put = put.env_remove("ONGOING_PASSWORD").stdin(Stdio::piped()).spawn().unwrap();
    put.stdin.take().unwrap().write_all(b"open-sesame\n").unwrap();
    assert!(put.wait().unwrap().success());
}

#[test]
fn what_cannot_be_says_so() {
    let shop = open();
    let (code, _, errors) = shop.ongoing(&["files", "put", "no-such-file", "--article", "MUG"]);
    assert_eq!(code, 65, "{errors}");
    let (code, _, errors) = shop.ongoing(&["files", "list"]);
    assert_eq!(code, 2, "{errors}");
    let (code, out, errors) = shop.ongoing(&["files", "get", "4711", "--out", "x"]);
    assert_ne!(code, 0, "{errors}");
    assert!(out.is_empty() && !shop.path().join("x").exists());
}

#[test]
fn files_of_inbound_orders_and_shipments_too() {
    let shop = open();
    shop.announce("IN-1", &[("MUG", 5)]);
    std::fs::write(shop.file("note.txt"), "for the dock").unwrap();
    let kept = shop.json(&["files", "put", "note.txt", "--in-order", "IN-1"]);
    assert_eq!(kept["FileName"], "note.txt");
    let (_, errors) = shop.done(&["files", "put", "note.txt", "--in-order", "IN-1"]);
    assert!(errors.contains("nothing was sent"), "{errors}");
    assert_eq!(shop.json(&["files", "list", "--in-order", "IN-1"])[0]["FileName"], "note.txt");
    let (code, _, errors) = shop.ongoing(&["files", "put", "note.txt", "--in-order", "IN-2"]);
    assert!(code == 1 && errors.contains("in-order IN-2 not found; nothing was sent"), "{errors}");

    let shipment = r#"{"ShipmentHeader": {"ShipmentOperation": "CreateOrUpdate", "ShipmentIdentification": "ShipmentOrderNumber", "ShipmentOrderNumber": "H"}}"#;
    std::fs::write(shop.file("shipments.jsonl"), shipment).unwrap();
    shop.done(&["push", "shipments", "shipments.jsonl"]);
    let found = shop.json(&["call", "GetShipmentsByQuery", "--set", "ShipmentOrderNumber=H"]);
    let id = found["Shipments"][0]["ShipmentHeader"]["ShipmentId"].to_string();
    assert_eq!(shop.json(&["files", "put", "note.txt", "--shipment", &id])["FileName"], "note.txt");
    assert_eq!(shop.json(&["files", "list", "--shipment", &id]).as_array().map(Vec::len), Some(1));
    let (code, _, errors) = shop.ongoing(&["files", "put", "note.txt", "--shipment", "4711"]);
    assert!(code == 1 && errors.contains("shipment 4711 not found; nothing was sent"), "{errors}");
}

#[test]
fn several_files_go_and_come_together() {
    let shop = open();
    for name in ["a.txt", "b.txt"] {
        std::fs::write(shop.file(name), name).unwrap();
    }
    let kept = shop.json(&["files", "put", "a.txt", "b.txt", "--article", "MUG"]);
    let names = shop.json(&["files", "list", "--article", "MUG", "--query", "[].FileName"]);
    assert_eq!(names, serde_json::json!(["a.txt", "b.txt"]));
    let (table, _) =
        shop.done(&["files", "list", "--article", "MUG", "--output", "table", "--query", "[].[FileName]"]);
    assert!(table.contains("a.txt") && table.contains("b.txt"), "{table}");
    let ids: Vec<String> = (0..2).map(|index| kept[index]["FileId"].to_string()).collect();
    for name in ["a.txt", "b.txt"] {
        std::fs::remove_file(shop.file(name)).unwrap();
    }
    // What came before one that is not there is told.
    let (code, out, errors) = shop.ongoing(&["files", "get", &ids[0], "4711", &ids[1]]);
    assert_ne!(code, 0, "{errors}");
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()[0]["out"], "a.txt");
    assert_eq!(shop.json(&["files", "get", &ids[0], &ids[1], "--force"]).as_array().map(Vec::len), Some(2));
    assert_eq!(shop.read("b.txt"), "b.txt");
    assert_eq!(shop.ongoing(&["files", "get", &ids[0], &ids[1], "--out", "x"]).0, 2);
    // A file of this run is not replaced by another one with its name.
    let (code, _, errors) = shop.ongoing(&["files", "get", &ids[0], &ids[0], "--force"]);
    assert!(code == 74 && errors.contains("a.txt was just written"), "{errors}");
}

#[test]
fn a_time_is_stored_and_read_back() {
    let shop = open();
    assert_eq!(shop.json(&["sync", "get", "orders"]), Value::Null);
    assert_eq!(shop.json(&["sync", "set", "orders", "2026-11-23T04:00:00"]), "2026-11-23T04:00:00");
    assert_eq!(shop.json(&["sync", "get", "orders"]), "2026-11-23T04:00:00");
    let now = shop.json(&["sync", "set", "orders"]);
    assert!(now.as_str().unwrap().ends_with('Z'), "{now}");
    let (code, _, errors) = shop.ongoing(&["sync", "set", "orders", "yesterday"]);
    assert_eq!(code, 65, "{errors}");
    assert!(errors.contains("syncTime"), "{errors}");
}
